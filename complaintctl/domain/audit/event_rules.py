"""Whether the rules of its day allowed an event: order, roles, approvals, needs, level, closing."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from complaintctl.domain.audit.case_replay import EventMoment
from complaintctl.domain.audit.policy_words import closing_words, refusal_words
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.audit.sources import is_source_event
from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Event
from complaintctl.domain.case.earlier_cases import RECURRENCE_NEED
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, ERASED, OTHER_EVENTS, REGISTRATION
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle import grading, guards, kept_facts
from complaintctl.domain.policy.policy import LabelledKey
from complaintctl.domain.privacy import erasing
from complaintctl.errors import Failure, Refused

_MISSING_FIELDS: Final = frozenset({"fields-missing", "parts-missing", "actions-missing"})
_OPEN: Final = "erase-open"


def judge_rules(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding if the rules would have refused the event, or if it records another `forced` than was needed."""
    event = moment.event
    if is_source_event(moment.before, event):
        return
    try:
        guards.check_event_time(moment.before, event.at, moment.recorded)
        if event.did == REGISTRATION:
            _check_registration(moment)
            return
        _check_known(moment)
        if event.did == ERASED:
            erasing.check_allowed(moment.before, _basis(event), force=bool(event.forced))
        forced = guards.check_event(_event_check(moment))
        _check_kept_facts(moment)
    except Failure as refusal:
        if not _is_unprovable(refusal):
            # An erasing does not record `--force`.
            warning = event.did == ERASED and refusal.key == _OPEN
            yield dataclasses.replace(_refusal_finding(moment, refusal), warning=warning)
        return
    if event.did == "close" and _without_recurrence(forced) != _without_recurrence(event.forced):
        key = "audit-forced-missing" if set(forced) - set(event.forced) else "audit-forced-untrue"
        values = {
            "event": event.id,
            "forced": list(event.forced),
            "missing": list(forced),
            "rule": closing_words(moment.rules, str(moment.after.outcome or "")),
        }
        yield AuditFinding(key=key, values=values)


def _refusal_finding(moment: EventMoment, refusal: Failure) -> AuditFinding:
    event = moment.event
    rule = refusal_words(moment.rules, event.did, event.to, refusal)
    values = {
        "did": event.did,
        "event": event.id,
        "refusal": refusal.key,
        "refusal_values": {name: _plain(value) for name, value in refusal.values.items()},
        "rule": rule,
    }
    return AuditFinding(key="audit-not-allowed", values=values)


def _plain(value: object) -> object:
    """Returns a value of a refusal as text, number, time or list, so that a finding can be kept as JSON."""
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(entry) for entry in value]
    if isinstance(value, LabelledKey):
        return value.key
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    return value if value is None or isinstance(value, str | bool | int | datetime) else str(value)


def _check_known(moment: EventMoment) -> None:
    """Raises InvalidInput for an activity that neither the program nor the policy knows."""
    did = moment.event.did
    if did not in OTHER_EVENTS and did not in BUILT_IN_STEPS and did not in moment.rules.steps:
        raise vocabulary.unknown_step_error(moment.rules.policy, did, ())


def _basis(event: Event) -> str:
    """Returns the basis of an erasing: its reason up to the free words."""
    return (event.reason or "").partition(":")[0]


def _check_registration(moment: EventMoment) -> None:
    """Raises Refused for a second registration, one before receipt, or a level against the grading."""
    if moment.before.history:
        raise Refused("step-taken", step=REGISTRATION, case=moment.before.id, at=moment.before.history[0].at)
    if moment.event.at < moment.after.received:
        raise Refused("before-receipt", time=moment.event.at, received=moment.after.received)
    grading.grade_new_case(moment.after, moment.rules.policy)


def _event_check(moment: EventMoment) -> guards.EventCheck:
    event = moment.event
    return guards.EventCheck(
        now=_judged(moment),
        after=moment.after,
        rules=moment.rules,
        did=event.did,
        at=event.at,
        by=event.by,
        recorder=event.recorded_by,
        to=event.to,
        event=event.event,
        refused=bool(event.refused),
        # Which earlier cases were alike only the whole casebook of that day says.
        earlier=(),
        force=bool(event.forced),
        reason=event.reason,
        via=event.via,
        until=event.until,
    )


def _judged(moment: EventMoment) -> JudgedCase:
    """Returns the case before the event; of its approvals only those that the event itself does not make void."""
    now = moment.now
    if now.approvals:
        later = dataclasses.replace(moment.after, history=(*moment.before.history, moment.event))
        holding = fold_history(later, moment.rules, moment.recorded).approvals
        now = dataclasses.replace(now, approvals=holding)
    return JudgedCase(case=moment.before, rules=moment.rules, progress=now, clocks=(), as_of=moment.recorded)


def _check_kept_facts(moment: EventMoment) -> None:
    """Raises Refused if the event takes away what an earlier step or the closing needed."""
    event = moment.event
    if event.did not in OTHER_EVENTS:
        return
    empties = any(not fields.has_value(new) for _old, new in event.set.values())
    if empties or event.did == "retract":
        after = dataclasses.replace(moment.after, history=(*moment.after.history, event))
        kept_facts.check_facts_kept(_judged(moment), after, moment.rules, event)


def _is_unprovable(refusal: Failure) -> bool:
    """Whether a refusal rests only on customer data, which the history does not keep and which may be erased."""
    if refusal.key == "needed-fact":
        label = refusal.values.get("field")
        return _may_be_personal(str(getattr(label, "key", label)))
    if refusal.key in _MISSING_FIELDS:
        needs = refusal.values.get("assignments")
        return isinstance(needs, list | tuple) and all(_may_be_personal(str(need)) for need in needs)
    if refusal.key in {"close-incomplete", "closing-needs", "duplicate-incomplete"}:
        missing = refusal.values.get("missing")
        return isinstance(missing, list | tuple) and all(_may_be_personal(str(need)) for need in missing)
    return False


def _may_be_personal(need: str) -> bool:
    choices = [choice.strip() for choice in need.split("|")]
    return any(
        fields.is_personal(name) or any(group == f"{name}." for group in fields.PERSONAL_GROUPS)
        for name in choices
    )


def _without_recurrence(names: Iterable[str]) -> set[str]:
    return {name for name in names if name != RECURRENCE_NEED and not _may_be_personal(name)}
