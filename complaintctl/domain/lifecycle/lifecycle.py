"""Turns a request into an event with its verdict, or refuses it; creates new cases."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import (
    Attachment,
    Case,
    Event,
    Promise,
    RecordedMail,
    RecordedRepetition,
    RecordedRung,
    Task,
)
from complaintctl.domain.case.earlier_cases import EarlierCase
from complaintctl.domain.case.event_kinds import EXTENDED, UNSETTLED_FIELDS, Status
from complaintctl.domain.deadlines import deadlines, history, tasks, verdicts
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, Clock, JudgedCase
from complaintctl.domain.deadlines.progress import fold_history, is_opened_waiting
from complaintctl.domain.deadlines.rulebook import Rulebook, select_entry, to_policy_zone
from complaintctl.domain.lifecycle import grading, guards, kept_facts, planned_tasks
from complaintctl.domain.policy.policy import Policy
from complaintctl.errors import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What somebody wants to record. `fields` maps dotted fields to typed values; None clears a field.

    `task` is the number or department of an open task; `planned` means all tasks that the policy plans. `earlier` are
    the cases that the policy wants a word about before this one is closed. `mail` is an e-mail that is recorded, with
    the attachments `mail_files`.
    """

    did: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    via: str | None = None
    to: str | None = None
    text: str | None = None
    reason: str | None = None
    until: datetime | None = None
    event: str | None = None
    refused: bool = False
    force: bool = False
    promises: tuple[Promise, ...] = ()
    tasks: tuple[Task, ...] = ()
    task: str | None = None
    planned: bool = False
    link: dict[str, str] | None = None
    attachment: Attachment | None = None
    mail: RecordedMail | None = None
    mail_files: tuple[Attachment, ...] = ()
    rungs: tuple[RecordedRung, ...] = ()
    repeated: tuple[RecordedRepetition, ...] = ()
    earlier: tuple[EarlierCase, ...] = ()


def reopening_request(policy: Policy, to: str | None, reason: str | None) -> Request:
    """Returns the request to reopen a case from a typed step on; without one, from the step of the policy."""
    step = vocabulary.parse_step(policy, to or policy.reopen_to or "respond")
    return Request(did="reopen", to=step, reason=reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribution:
    """Who did it and when; `given`: the time was given by hand; `recorder`: who recorded it for another person."""

    at: datetime
    now: datetime
    by: str
    given: bool
    recorder: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The event to append, the case after the event, and the names of changed fields."""

    event: Event
    case: Case
    changed: tuple[str, ...]


NEXT_STATUS: Mapping[str, Status] = {
    "wait": "waiting",
    "resume": "open",
    "heard": "open",
    "close": "closed",
    "reopen": "open",
}

# Events that only change fields; without a change there is nothing to record.
EVENTS_NEEDING_CONTENT: Final = frozenset({"assign", "edit", "escalate"})


def _check_content(case: Case, after: Case, request: Request, changes: Mapping[str, Any]) -> None:
    """Raise Refused if the request changes nothing, InvalidInput if its time of receipt is impossible."""
    if "received" in changes:
        guards.check_receipt(after)
    has_content = changes or request.rungs or request.repeated or request.did not in EVENTS_NEEDING_CONTENT
    if not has_content or request.link in case.links:
        raise Refused("nothing-changed", case=case.id)


def decide_request(case: Case, rules: Rulebook, request: Request, act: Attribution) -> Decision:
    """Checks a request against the rules and returns the event that records it.

    Raises InvalidInput for a time in the future or an unknown key, Refused if the order, a role, the status or a
    missing field forbids it.
    """
    now = deadlines.judge_case(case, rules, act.now)
    guards.check_event_time(case, act.at, act.now)
    guards.check_customer_opened(case, request.fields)
    request = _with_step_watchers(case, rules, _with_level_and_link(case, rules, request))
    request = _with_step_promises(case, rules, request, act)
    request = _with_tasks(now, rules, request, act)
    changes = {**_requested_fields(case, request), **_own_changes(case, now.progress.status, request)}
    after = fields.with_values(case, changes)
    _check_content(case, after, request, changes)
    pending = _event(case, request, act, changes)
    checked = _event_check(_without_void_approvals(now, after, rules, pending), after, rules, request, act)
    event = dataclasses.replace(pending, forced=guards.check_event(checked))
    guards.check_one_line(after, event)
    event = dataclasses.replace(event, **_verdict(case, after, rules, request, event))
    event = history.identify_event(case.id, case.history, event)
    after = dataclasses.replace(after, history=(*case.history, event))
    kept_facts.check_facts_kept(now, after, rules, event)
    changed = tuple(name for name, value in changes.items() if value != fields.value_at(case, name))
    return Decision(event=event, case=after, changed=changed)


def _event_check(
    now: JudgedCase, after: Case, rules: Rulebook, request: Request, act: Attribution
) -> guards.EventCheck:
    return guards.EventCheck(
        now=now,
        after=after,
        rules=rules,
        did=request.did,
        at=act.at,
        by=act.by,
        recorder=act.recorder,
        to=request.to,
        event=request.event,
        refused=request.refused,
        earlier=request.earlier,
        force=request.force,
        reason=request.reason,
        via=request.via,
        until=request.until,
    )


def _with_level_and_link(case: Case, rules: Rulebook, request: Request) -> Request:
    """Adds the level that the policy's grading gives; drops the link of a closing that the case already has."""
    values = grading.add_graded_level(case, rules.policy, request.did, request.fields)
    is_linked = request.did == "close" and request.link in case.links
    return dataclasses.replace(request, fields=values, link=None if is_linked else request.link)


def _with_step_watchers(case: Case, rules: Rulebook, request: Request) -> Request:
    """Adds the watchers whom the policy informs when this step is taken (`on:`)."""
    given = request.fields.get("watchers", case.watchers) or ()
    watchers = _watchers_after(rules, request.did, given)
    if watchers == given:
        return request
    return dataclasses.replace(request, fields={**request.fields, "watchers": watchers})


def _watchers_after(rules: Rulebook, did: str, watchers: tuple[str, ...]) -> tuple[str, ...]:
    step = rules.steps.get(did)
    return tuple(dict.fromkeys((*watchers, *(step.on.watchers if step and step.on else ()))))


def _without_void_approvals(now: JudgedCase, after: Case, rules: Rulebook, pending: Event) -> JudgedCase:
    """Returns the case with the approvals that still hold after the pending event, so that it cannot rely on others."""
    if not now.progress.approvals:
        return now
    later = fold_history(dataclasses.replace(after, history=(*now.case.history, pending)), rules, now.as_of)
    return dataclasses.replace(now, progress=dataclasses.replace(now.progress, approvals=later.approvals))


def _with_step_promises(case: Case, rules: Rulebook, request: Request, act: Attribution) -> Request:
    """Adds the promises that the policy makes to the customer when this step is taken (`promise:`)."""
    step = rules.steps.get(request.did)
    if step is None or not step.promise:
        return request
    level, category = (
        request.fields.get(name, fields.value_at(case, name)) for name in ("level", "category")
    )
    promises = []
    for what, texts in step.promise.items():
        entry = select_entry(texts, level, category)
        due = deadlines.promise_due_time(case, rules, entry[1], act.at) if entry else None
        if due is not None:
            by, made = to_policy_zone(rules, due), to_policy_zone(rules, act.at)
            promises.append(Promise(by=by, what=what, made=made))
    return dataclasses.replace(request, promises=(*request.promises, *promises))


def _with_tasks(now: JudgedCase, rules: Rulebook, request: Request, act: Attribution) -> Request:
    """Resolves the tasks of the request: the planned ones of the policy, or the named open one with its report.

    Raises Refused if no task is planned or a task is already given, and as `report_task`.
    """
    case, given, at = now.case, request.tasks, to_policy_zone(rules, act.at)
    if now.progress.status == "closed":
        return request
    if request.planned and not (given := planned_tasks.tasks_to_give(case, rules, at)):
        raise Refused("no-task-planned", case=case.id)
    if request.task is not None:
        report = tasks.report_task(case, now.progress, request.task, at, request.text)
        return dataclasses.replace(request, tasks=(report,), to=report.to)
    if {tasks.task_key(task) for task in given} & {tasks.task_key(task) for task in case.tasks}:
        raise Refused("nothing-changed", case=case.id)
    names = {task.to for task in given}
    return dataclasses.replace(request, tasks=given, to=names.pop() if len(names) == 1 else request.to)


def _requested_fields(case: Case, request: Request) -> dict[str, Any]:
    """Returns the fields that the request changes, and fields edited by hand that no event has recorded yet."""
    return {
        name: value for name, value in request.fields.items() if value != _recorded_before(case, name, value)
    }


def _recorded_before(case: Case, name: str, value: Any) -> Any:
    """Returns the value of a field before the request.

    If the file already has the new value (edited by hand), the last recorded value.
    """
    now = fields.value_at(case, name)
    return history.recorded_value(case, name) if now == value and fields.has_recorded_value(name) else now


def _own_changes(case: Case, status: Status, request: Request) -> dict[str, Any]:
    """Returns the other changes of the event: status, promises, tasks, links, attachments, retracted values."""
    changes: dict[str, Any] = {}
    wanted = NEXT_STATUS.get(request.did)
    if wanted is not None and not (request.did == "heard" and status == "closed"):
        changes["status"] = wanted
    if request.did == "reopen":
        changes |= dict.fromkeys(name for name in UNSETTLED_FIELDS if fields.value_at(case, name) is not None)
    if request.promises:
        changes["promised"] = (*case.promised, *request.promises)
    if request.tasks:
        changes["tasks"] = tasks.tasks_after_event(case, request.did, request.tasks)
    if request.link is not None:
        changes["links"] = (*case.links, request.link)
    if request.attachment is not None:
        changes["attachments"] = (*case.attachments, request.attachment)
    if request.mail_files:
        changes["attachments"] = (*case.attachments, *request.mail_files)
    if request.did == "retract" and request.event:
        changes |= _retracted_changes(case, request.event)
    return changes


def _retracted_changes(case: Case, part: str) -> dict[str, Any]:
    event = history.find_event(case, part)
    if event is None or event.did in guards.UNRETRACTABLE_EVENTS:
        return {}
    remaining = dataclasses.replace(
        case, history=tuple(entry for entry in case.history if entry is not event)
    )
    if event.did == "close" and status_in_history(remaining) == "closed":
        # Another clone had closed the case, too: what that closing recorded stays.
        return {}
    restored = {
        name: history.restore_value(name, old)
        for name, (old, new) in event.set.items()
        if history.restore_value(name, new) == fields.value_at(case, name)
    }
    without = history.remove_event_entries(case, event)
    if without.links != case.links:
        restored["links"] = without.links
    if without.attachments != case.attachments:
        restored["attachments"] = without.attachments
    if event.tasks:
        restored["tasks"] = tasks.tasks_in_history(case, remaining.history)
    if event.did in NEXT_STATUS:
        restored["status"] = status_in_history(remaining)
    return restored


def status_in_history(case: Case) -> Status:
    """Returns the status after the last event that changes it and is not retracted; only a reopening ends a closing."""
    retracted = {event.event for event in case.history if event.did == "retract"}
    status: Status = "waiting" if any(map(is_opened_waiting, case.history)) else "open"
    for event in case.history:
        if event.id not in retracted and (status != "closed" or event.did == "reopen"):
            status = NEXT_STATUS.get(event.did, status)
    return status


def _event(case: Case, request: Request, act: Attribution, changes: Mapping[str, Any]) -> Event:
    public = {name: value for name, value in changes.items() if name not in fields.GUARDED_FIELDS}
    retracted = history.find_event(case, request.event) if request.event else None
    return Event(
        at=act.at,
        by=act.by,
        did=request.did,
        via=request.via,
        to=request.to,
        set={
            name: (fields.plain_value(_recorded_before(case, name, value)), fields.plain_value(value))
            for name, value in public.items()
            if not fields.is_personal(name)
        },
        changed=tuple(name for name in public if fields.is_personal(name)),
        promise=tuple(promise.by for promise in request.promises),
        tasks=tasks.strip_reports(request.tasks),
        file=request.attachment.file if request.attachment else None,
        mail=request.mail,
        link=next(iter(request.link.values())) if request.link else None,
        event=retracted.id if retracted else None,
        refused=True if request.refused else None,
        text=request.text,
        reason=request.reason,
        until=request.until,
        rungs=request.rungs,
        repeated=request.repeated,
        recorded=act.now if act.given else None,
        recorded_by=act.recorder,
    )


def _verdict(case: Case, after: Case, rules: Rulebook, request: Request, event: Event) -> dict[str, Any]:
    """Returns `due` and `met` of the step taken, and the clocks that the event moves (`moved`)."""
    judged = verdicts.step_verdict(verdicts.judge_step(case, after, rules, request.did, event.at), rules)
    verdict = {"due": judged[0], "met": judged[1]} if judged else {}
    if request.task is not None and (due := request.tasks[0].due):
        verdict = {"due": due, "met": event.at <= due}
    return {**verdict, "moved": moved_clocks(case, after, rules, event)}


def moved_clocks(
    case: Case, after: Case, rules: Rulebook, event: Event
) -> dict[str, tuple[datetime, datetime]]:
    """Returns the running clocks of other steps that the event moves, each with its due time before and after it.

    `case` and `after` are the case before and after the event sets its fields, without the event in their history.
    """
    # Only the event itself says that a limit was extended.
    later = dataclasses.replace(after, history=(*after.history, event)) if event.did == EXTENDED else after
    clocks = {clock.step: clock for clock in deadlines.judge_case(later, rules, event.at).clocks}
    return {
        step: (to_policy_zone(rules, old), to_policy_zone(rules, new))
        for step, old, new in _moves(case, clocks, rules, event.at)
        if step != event.did
    }


def _moves(
    case: Case, clocks: Mapping[str, Clock], rules: Rulebook, at: datetime
) -> Iterator[tuple[str, datetime, datetime]]:
    for before in deadlines.judge_case(case, rules, at).clocks:
        now = clocks.get(before.step)
        is_open = before.taken is None and now is not None and now.taken is None
        if (
            is_open
            and now
            and before.due
            and now.due
            and before.due != now.due
            and before.step not in DATED_CLOCKS
        ):
            yield before.step, before.due, now.due


def create_case(case: Case, rules: Rulebook, act: Attribution, request: Request) -> Case:
    """Returns a new case with its first event, which records the judged fields and the verdict on registration (D-008).

    If the case opens with the status `waiting`, the event records that, too.

    Raises InvalidInput for a future time, Refused for an opening before receipt or a level against the grading.
    """
    guards.check_event_time(case, act.at, act.now)
    case = grading.grade_new_case(case, rules.policy)
    watchers = _watchers_after(rules, "open", case.watchers)
    recorded = (
        *fields.JUDGED_FIELDS,
        "owner",
        "department",
        *(["watchers"] if watchers != case.watchers else []),
    )
    case = dataclasses.replace(case, watchers=watchers)
    values = {
        name: (None, fields.plain_value(value)) for name in recorded if (value := fields.value_at(case, name))
    }
    if case.status == "waiting":
        values["status"] = (None, case.status)
    event = Event(
        at=act.at,
        by=act.by,
        did="open",
        via=request.via,
        mail=request.mail,
        text=request.text,
        reason=request.reason,
        set=values,
        promise=tuple(promise.by for promise in case.promised),
        recorded=act.now if act.given else None,
        recorded_by=act.recorder,
    )
    guards.check_one_line(case, event)
    if verdict := verdicts.step_verdict(verdicts.judge_step(case, case, rules, "open", act.at), rules):
        event = dataclasses.replace(event, due=verdict[0], met=verdict[1])
    return dataclasses.replace(case, history=(history.identify_event(case.id, (), event),))
