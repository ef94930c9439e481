"""Checks whether an event is allowed: order of steps, status, roles, required fields, and times."""

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import data_state, fields, known_facts, one_line, vocabulary
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.earlier_cases import RECURRENCE_NEED, EarlierCase
from complaintctl.domain.case.event_kinds import (
    ALLOWED_WHEN_CLOSED,
    EXTENDED,
    OTHER_EVENTS,
    PRIVACY_EVENTS,
    REGISTRATION,
    SURVEY_ANSWERED,
    Outcome,
)
from complaintctl.domain.deadlines import actions, history
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.deadlines.rulebook import Rulebook, is_free_step, is_required_step, select_entry
from complaintctl.domain.lifecycle import closings, duplicates, grading, planned_tasks, step_rules, survey
from complaintctl.domain.policy.policy import (
    LabelledKey,
    ListOrMap,
    Policy,
    Step,
    closing_needs,
    closing_steps,
    labelled_field,
    labelled_role,
    requires_every_step,
)
from complaintctl.errors import InvalidInput, NotFound, Refused

# Steps that may be taken again without a reopening: a new class, another message to the customer (D-031).
REPEATABLE_STEPS: Final = frozenset({"classify", "ack", "update"})
# Events, besides steps, that a closing must not precede in time.
BINDING_EVENTS: Final = frozenset({"wait", "reopen", "task", "task-done"})
# Events that cannot be retracted: the registration of the case, the retraction itself, and those that end by an
# event of their own (a restriction, a legal hold) or never (an erasing).
UNRETRACTABLE_EVENTS: Final = frozenset({"open", "retract", "import", *PRIVACY_EVENTS})


@dataclass(frozen=True, kw_only=True, slots=True)
class EventCheck:
    """An event to check.

    `now` is the case with all events recorded so far, `after` the case with the fields that the event would set.
    `recorder` is who records the event, if that is not `by`. `earlier` are cases that a closing must say something about.
    """

    now: JudgedCase
    after: Case
    rules: Rulebook
    did: str
    at: datetime
    by: str
    recorder: str | None
    to: str | None
    event: str | None
    refused: bool
    earlier: tuple[EarlierCase, ...]
    force: bool
    reason: str | None
    via: str | None = None
    until: datetime | None = None


def check_event_time(case: Case, at: datetime, now: datetime) -> None:
    """Raises InvalidInput for a time in the future, Refused for one before receipt."""
    if at > now:
        raise InvalidInput("future-time", time=at, now=now)
    if at < case.received:
        raise Refused("before-receipt", time=at, received=case.received)


def check_one_line(case: Case, event: Event) -> None:
    """Raises InvalidInput if a name or another one-line text of the case or the event holds a line break."""
    facts = dataclasses.replace(case, history=())
    if broken := next(
        itertools.chain(one_line.broken_lines(facts, ""), one_line.broken_lines(event, "")), None
    ):
        raise InvalidInput("line-break", field=broken)


def check_customer_opened(case: Case, names: Iterable[str]) -> None:
    """Raises Refused if a field of a sealed customer would change who was not opened: the other fields would be lost."""
    if case.customer is not None and case.customer.is_closed:
        for name in names:
            if name.partition(".")[0] == "customer":
                raise Refused("customer-not-opened", case=case.id)


def check_receipt(case: Case) -> None:
    """Raises InvalidInput if a corrected receipt is later than the first event of the case."""
    first = min((event.at for event in case.history), default=case.received)
    if case.received > first:
        raise InvalidInput("time-order", received=case.received, at=first)


def check_event(ask: EventCheck) -> tuple[str, ...]:
    """Raises a Failure if the rules forbid the event; returns what a forced closing leaves out."""
    if ask.now.progress.status == "closed" and not _is_allowed_when_closed(ask):
        raise Refused("case-closed", case=ask.after.id)
    _check_personal_fields(ask)
    if ask.did == "close":
        return check_close(ask)
    if ask.did in _GUARDS:
        _GUARDS[ask.did](ask)
    elif ask.did not in OTHER_EVENTS:
        check_step(ask)
    grading.check_level(ask.now.case, ask.after, ask.rules.policy, ask.did)
    return ()


def _check_personal_fields(ask: EventCheck) -> None:
    """Raises Refused if the event gives customer data to a case that was erased, or changes restricted ones.

    A correction with a reason (`edit`) may: the person is back, or wants restricted data corrected (GDPR Art. 16).
    """
    case = ask.now.case
    if ask.did == "edit" and ask.reason:
        return
    is_restricted = data_state.restriction_of(case) is not None
    if not (case.is_erased or is_restricted):
        return
    names = [
        name
        for name, kind in fields.field_kinds().items()
        if kind != "group" and fields.is_personal(name) and _changes(case, ask.after, name)
    ]
    given = [name for name in names if fields.has_value(fields.value_at(ask.after, name))]
    if case.is_erased and given:
        raise Refused("personal-after-erase", case=case.id, fields=given)
    if is_restricted and names:
        raise Refused("personal-while-restricted", case=case.id, fields=names)


def _changes(before: Case, after: Case, name: str) -> bool:
    return bool(fields.value_at(before, name) != fields.value_at(after, name))


def _is_allowed_when_closed(ask: EventCheck) -> bool:
    """Whether the event may be recorded for a closed case; a retraction may take back such an event, or the closing.

    A `reopen`, and a `heard` from before the closing, which may have ended a wait, cannot be taken back then.
    """
    # D-034
    event = history.find_event(ask.now.case, ask.event or "") if ask.did == "retract" else None
    if event is None or event.did == "reopen":
        return ask.did in ALLOWED_WHEN_CLOSED
    if event.did == "heard" and event.at < ask.now.progress.closures[-1][0]:
        return False
    return event.did in ALLOWED_WHEN_CLOSED or event.did == closings.CLOSING


def check_step(ask: EventCheck) -> None:
    """Raises Refused if a condition, order, role, approval, repetition, missing field or open task forbids the step."""
    step = ask.rules.steps.get(ask.did)
    if step is None:
        # D-032: recorded without a clock.
        return
    if not rule_applies(ask.after, step):
        raise Refused("step-does-not-apply", step=ask.did, when=dict(step.when))
    taken = ask.now.progress.taken
    # D-031
    if ask.did in taken and not (step.every or step.times) and ask.did not in REPEATABLE_STEPS:
        raise Refused("step-taken", step=ask.did, case=ask.after.id, at=taken[ask.did].at)
    step_rules.check_times(ask.now, step)
    # An outcome that the step itself records decides which steps come before it: a refusal needs no plan.
    case, outcome = ask.now.case, ask.after.outcome
    case = case if case.outcome == outcome else dataclasses.replace(case, outcome=outcome)
    for before in steps_before(case, ask.rules, step):
        if before not in taken:
            raise Refused("step-out-of-order", step=ask.did, before=before, next_step=(before, ask.after.id))
        if missing := missing_roles(ask.now, ask.rules, before):
            signers = {"roles": _named(ask.rules, missing), "could": people_with_roles(ask.rules, missing)}
            raise Refused("approval-missing", step=ask.did, before=before, case=ask.after.id, **signers)
        _check_not_before(ask.at, taken[before])
    _check_roles(ask.rules, step.roles, ask.by, ask.did)
    step_rules.check_other_person(ask.now, ask.rules.policy, step, ask.by)
    needs = step_needs(step.needs, ask.after)
    _check_needs(ask.rules.policy, ask.after, needs, ask.did)
    if planned_tasks.TASKS_NEED in needs:
        planned_tasks.check_tasks_done(ask.after, ask.rules, ask.now.progress, ask.did, ask.at)


def steps_before(case: Case, rules: Rulebook, step: Step) -> tuple[str, ...]:
    """Returns the steps required before this one: those of `after:`, otherwise the nearest earlier binding step."""
    if step.after is not None:
        return step.after
    if is_free_step(step):
        return ()
    earlier = reversed(rules.policy.steps[: rules.order[step.step]])
    binding = (entry.step for entry in earlier if not is_free_step(entry) and rule_applies(case, entry))
    return tuple(itertools.islice(binding, 1))


def is_freed_by(now: JudgedCase, rules: Rulebook, step: Step, outcome: Outcome) -> bool:
    """Whether a step that records the outcome could be taken now with this outcome, but without one waits for others.

    So a refusal may need no plan.
    """
    case = now.case
    if case.outcome is not None or "outcome" not in step_needs(step.needs, case):
        return False
    with_outcome = dataclasses.replace(case, outcome=outcome)
    return _is_waiting(now, case, rules, step) and not _is_waiting(now, with_outcome, rules, step)


def _is_waiting(now: JudgedCase, case: Case, rules: Rulebook, step: Step) -> bool:
    return not rule_applies(case, step) or any(
        before not in now.progress.taken or missing_roles(now, rules, before)
        for before in steps_before(case, rules, step)
    )


def step_needs(needs: ListOrMap, case: Case) -> tuple[str, ...]:
    """Returns the entries of a `needs` or `approve` setting that apply to the level and class of the case."""
    entry = select_entry(needs, case.level, case.category)
    return entry[1] if entry else ()


def _check_needs(policy: Policy, case: Case, needs: tuple[str, ...], did: str) -> None:
    missing = [
        need
        for need in needs
        if need != planned_tasks.TASKS_NEED and not known_facts.is_field_known(case, need)
    ]
    if missing:
        lists = {need.rpartition(".")[0] for need in missing}
        if lists == {"actions"}:
            key = "actions-missing"
        else:
            key = "parts-missing" if lists <= vocabulary.LIST_FIELDS else "fields-missing"
        named = [labelled_field(policy, need) for need in missing]
        raise Refused(key, step=did, fields=named, case=case.id, assignments=missing)


def _check_roles(rules: Rulebook, roles: tuple[str, ...], by: str, did: str) -> None:
    if roles and not set(roles) & set(person_roles(rules, by)):
        allowed = {"roles": _named(rules, roles), "could": people_with_roles(rules, roles)}
        raise Refused("role-missing", step=did, who=by, **allowed)


def _named(rules: Rulebook, roles: Iterable[str]) -> list[LabelledKey]:
    return [labelled_role(rules.policy, name) for name in roles]


def person_roles(rules: Rulebook, name: str) -> tuple[str, ...]:
    """Returns the roles of a person; empty if the policy does not list the person."""
    person = rules.policy.people.get(name)
    return person.roles if person else ()


def people_with_roles(rules: Rulebook, roles: Iterable[str]) -> list[str]:
    """Returns the people who have at least one of the roles."""
    return [name for name, person in rules.policy.people.items() if person and set(person.roles) & set(roles)]


def missing_roles(now: JudgedCase, rules: Rulebook, name: str) -> list[str]:
    """Returns the roles whose approval (signature) of a step is required and still missing."""
    step = rules.steps.get(name)
    wanted = step_needs(step.approve, now.case) if step else ()
    signers = now.progress.approvals.get(name, ())
    signed = {role for event in signers for role in person_roles(rules, event.by)}
    return [role for role in wanted if role not in signed]


def _check_not_before(at: datetime, event: Event) -> None:
    if at < event.at:
        raise Refused("before-step", time=at, step=event.did, at=event.at)


def _last_event(now: JudgedCase, *kinds: str) -> Event | None:
    return next((event for event in reversed(now.progress.events) if event.did in kinds), None)


def check_close(ask: EventCheck) -> tuple[str, ...]:
    """Returns what a forced closing leaves out.

    Raises InvalidInput without an outcome, or without a reason for a forced closing. Raises Refused if something
    is missing and the closing is not forced, or if it is before the last step or binding event.
    """
    if ask.after.outcome is None:
        raise InvalidInput("outcome-missing", case=ask.after.id)
    binding = [
        event
        for event in ask.now.progress.events
        if event.did not in OTHER_EVENTS or event.did in BINDING_EVENTS
    ]
    if binding:
        _check_not_before(ask.at, max(binding, key=_moment))
    missing = tuple(missing_for_close(ask.now, ask.after, ask.rules))
    if ask.earlier:
        missing = (*missing, RECURRENCE_NEED)
    if missing and not ask.force:
        if missing == (RECURRENCE_NEED,):
            raise recurrence_refusal(ask.after, ask.earlier)
        if missing == (duplicates.DUPLICATE_LINK,):
            raise Refused("original-missing", case=ask.after.id)
        if duplicates.DUPLICATE_LINK in missing:
            others = [name for name in missing if name != duplicates.DUPLICATE_LINK]
            raise Refused(
                "duplicate-incomplete", missing=others, outcome=ask.after.outcome, case=ask.after.id
            )
        raise Refused("close-incomplete", missing=list(missing), outcome=ask.after.outcome, case=ask.after.id)
    if missing and not ask.reason:
        raise InvalidInput("forced-without-reason", case=ask.after.id)
    return missing


def recurrence_refusal(case: Case, earlier: tuple[EarlierCase, ...]) -> Refused:
    """Returns the refusal of a closing that says nothing of earlier cases with the same cause, model or batch."""
    return Refused("recurrence-unanswered", case=case.id, outcome=case.outcome, earlier=earlier)


def _moment(event: Event) -> datetime:
    return event.at


def missing_for_close(now: JudgedCase, after: Case, rules: Rulebook) -> Iterator[str]:
    """Yields what closing with the outcome of `after` still needs: steps, approvals, tasks, actions and fields."""
    outcome = str(after.outcome)
    needs, every_step = closing_needs(rules.policy, outcome), requires_every_step(rules.policy, outcome)
    if every_step:
        steps = tuple(
            step.step for step in rules.policy.steps if is_required_step(step) and rule_applies(after, step)
        )
    else:
        steps = closing_steps(rules.policy, outcome)
    if every_step or planned_tasks.TASKS_NEED in needs:
        planned = planned_tasks.TASKS_NEED in needs
        yield from planned_tasks.missing_tasks(after, rules, now.progress, planned=planned)
    for name in steps:
        if name not in now.progress.taken:
            yield name
        yield from (f"approve {name} ({role})" for role in missing_roles(now, rules, name))
    if every_step:
        yield from actions.unverified_actions(after)
    is_duplicate = outcome == duplicates.DUPLICATE_OUTCOME
    if is_duplicate and not duplicates.original_ids(after):
        yield duplicates.DUPLICATE_LINK
    # Whether there is a case that it may be a recurrence of, only the casebook says (`ask.earlier`).
    met_otherwise = {planned_tasks.TASKS_NEED, RECURRENCE_NEED, *(("links",) if is_duplicate else ())}
    names = (need for need in needs if need not in met_otherwise)
    yield from (name for name in names if not known_facts.is_field_known(after, name))


def _guard_reopen(ask: EventCheck) -> None:
    if ask.to == REGISTRATION:
        choices = vocabulary.named_choices(vocabulary.reopening_labels(ask.rules.policy))
        raise Refused("not-taken-again", step=ask.to, choices=choices)
    if ask.to is not None and ask.rules.steps and ask.to not in ask.rules.steps:
        raise vocabulary.unknown_step_error(ask.rules.policy, ask.to, ())
    # Before either of them a reopening would not give the status that it records.
    if last := _last_event(ask.now, "close", "wait"):
        _check_not_before(ask.at, last)


def _guard_wait(ask: EventCheck) -> None:
    if ask.until is not None and ask.until <= ask.at:
        raise InvalidInput("wait-until-past", time=ask.until, at=ask.at)
    if ask.now.progress.status == "waiting":
        if ask.until is None:
            raise Refused("already-waiting", case=ask.after.id)
        _guard_resume(ask)
    if ending := _last_event(ask.now, "resume", "heard", "reopen"):
        _check_not_before(ask.at, ending)


def _guard_resume(ask: EventCheck) -> None:
    if ask.now.progress.status != "waiting":
        raise Refused("not-waiting", case=ask.after.id)
    if waiting := _last_event(ask.now, "wait"):
        _check_not_before(ask.at, waiting)


def _guard_heard(ask: EventCheck) -> None:
    if ask.now.progress.status == "waiting":
        _guard_resume(ask)
    if ask.now.progress.status == "closed" and ask.to is not None:
        raise Refused("case-closed", case=ask.after.id)


def _guard_retract(ask: EventCheck) -> None:
    event = history.find_event(ask.now.case, ask.event or "")
    if event is None:
        raise NotFound("no-such-event", event=ask.event, case=ask.after.id)
    if event.did in UNRETRACTABLE_EVENTS:
        raise Refused("not-retractable", did=event.did)
    if history.is_retracted(ask.now.case, event):
        raise Refused("already-retracted", event=event.id)
    if event.did == closings.CLOSING:
        closings.check_closing_retractable(ask.now.case, event)
    _check_not_before(ask.at, event)


def _guard_escalate(ask: EventCheck) -> None:
    order = list(ask.rules.policy.levels)
    old, new = ask.now.case.level, ask.after.level
    if old in order and new in order and order.index(str(new)) > order.index(str(old)):
        raise Refused("not-an-escalation", old=old, new=new)


def _guard_approve(ask: EventCheck) -> None:
    step = ask.rules.steps.get(ask.to or "")
    if step is None:
        raise vocabulary.unknown_step_error(ask.rules.policy, ask.to, ())
    if ask.recorder is not None:
        raise Refused("signed-for-another", who=ask.by, recorder=ask.recorder)
    wanted = step_needs(step.approve, ask.after)
    if not wanted:
        raise Refused("nothing-to-approve", step=step.step)
    taken = ask.now.progress.taken.get(step.step)
    if taken is None:
        raise Refused("step-not-taken", step=step.step, case=ask.after.id)
    _check_not_before(ask.at, taken)
    _check_roles(ask.rules, wanted, ask.by, f"approve {step.step}")
    still_missing = set(missing_roles(ask.now, ask.rules, step.step)) - set(person_roles(ask.rules, ask.by))
    signers = {event.by for event in ask.now.progress.approvals.get(step.step, ())} | {ask.by}
    if not ask.refused and not still_missing and signers == {taken.by}:
        raise Refused("own-approval", step=step.step, who=ask.by)


def _guard_extend(ask: EventCheck) -> None:
    step = ask.rules.steps.get(ask.to or "")
    if step is None:
        raise vocabulary.unknown_step_error(ask.rules.policy, ask.to, ())
    step_rules.check_extension(ask.now.case, ask.rules, step, ask.at, told=bool(ask.reason and ask.via))
    _check_roles(ask.rules, step.roles, ask.by, step.step)


def _guard_answer(ask: EventCheck) -> None:
    if ask.after == ask.now.case and survey.has_answered(ask.now.case):
        raise Refused("nothing-changed", case=ask.after.id)


_GUARDS: Mapping[str, Callable[[EventCheck], None]] = {
    "reopen": _guard_reopen,
    "wait": _guard_wait,
    "resume": _guard_resume,
    "heard": _guard_heard,
    "retract": _guard_retract,
    "escalate": _guard_escalate,
    "approve": _guard_approve,
    SURVEY_ANSWERED: _guard_answer,
    EXTENDED: _guard_extend,
}
