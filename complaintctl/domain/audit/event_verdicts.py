"""Whether due times and verdicts that an event records follow from the facts and the policy of its commit."""

from collections.abc import Iterator
from datetime import datetime

from complaintctl.domain.audit.case_replay import EventMoment
from complaintctl.domain.audit.policy_words import limit_words, plain_words
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.audit.sources import is_source_event
from complaintctl.domain.case.case import Event, RecordedRung
from complaintctl.domain.deadlines import deadlines, tasks, verdicts
from complaintctl.domain.deadlines.clocks import PROMISE, Clock
from complaintctl.domain.deadlines.rulebook import select_entry, to_policy_zone
from complaintctl.domain.lifecycle import lifecycle, repetition

Verdict = tuple[datetime, bool] | None


def judge_verdicts(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding for a verdict, a moved due time, a promise or an escalation that does not follow."""
    event = moment.event
    if is_source_event(moment.before, event):
        if event.due is not None or event.met is not None:
            values = {"did": event.did, "event": event.id, "due": event.due, "expected_due": None, "rule": ""}
            yield AuditFinding(key="audit-verdict-due", values=values)
        return
    yield from _judge_verdict(moment)
    if event.moved:
        yield from _judge_moved(moment)
    yield from _judge_promises(moment)
    if event.rungs:
        yield from _judge_rungs(moment)
    yield from _judge_repetitions(moment)


def expected_verdict(moment: EventMoment) -> Verdict:
    """Returns when the step was due and whether it was taken in time, by the facts and policy of that day."""
    event, rules = moment.event, moment.rules
    if event.did == tasks.TASK_DONE:
        due = event.tasks[0].due if event.tasks else None
        return (due, event.at <= due) if due else None
    if event.did not in rules.steps:
        return None
    judged = verdicts.judge_step_with_progress(
        moment.before, moment.after, rules, moment.then, event.did, event.at
    )
    return verdicts.step_verdict(judged, rules)


def _judge_verdict(moment: EventMoment) -> Iterator[AuditFinding]:
    event = moment.event
    expected = expected_verdict(moment)
    recorded = (event.due, event.met)
    if recorded == (expected or (None, None)):
        return
    due, met = expected or (None, None)
    rule = limit_words(moment.rules, event.did)
    values = {"did": event.did, "event": event.id, "rule": rule}
    if event.due != due:
        yield AuditFinding(key="audit-verdict-due", values={**values, "due": event.due, "expected_due": due})
    else:
        key = "audit-verdict-met" if event.met else "audit-verdict-late"
        yield AuditFinding(
            key=key, values={**values, "due": due, "at": event.at, "met": event.met, "expected_met": met}
        )


def _judge_moved(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding for each recorded move of a due time that did not happen.

    An event may record no move although one happened: if somebody changed the fields in the file before, the clocks
    had moved already.
    """
    event = moment.event
    expected = lifecycle.moved_clocks(moment.before, moment.after, moment.rules, event)
    for step in dict.fromkeys((*event.moved, *expected)):
        if event.moved.get(step) != expected.get(step):
            values = {
                "step": step,
                "event": event.id,
                "moved": _pair_words(event, step),
                "expected_moved": plain_words(
                    [moment and moment.isoformat() for moment in expected.get(step, ())]
                ),
                "rule": limit_words(moment.rules, step),
            }
            yield AuditFinding(key="audit-moved", values=values)


def _pair_words(event: Event, step: str) -> str:
    return plain_words([moment and moment.isoformat() for moment in event.moved.get(step, ())])


def _judge_promises(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding for a promise that the policy makes with the step and the event does not record."""
    event, rules = moment.event, moment.rules
    step = rules.steps.get(event.did)
    if step is None or not step.promise:
        return
    for what, texts in step.promise.items():
        entry = select_entry(texts, moment.after.level, moment.after.category)
        due = deadlines.promise_due_time(moment.before, rules, entry[1], event.at) if entry else None
        if due is not None and to_policy_zone(rules, due) not in event.promise:
            rule = f"steps: {{step: {step.step}, promise: {plain_words(step.promise)}}}"
            values = {"did": event.did, "event": event.id, "what": what, "due": to_policy_zone(rules, due)}
            yield AuditFinding(key="audit-promise-missing", values={**values, "rule": rule})


def _judge_rungs(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding for an escalation that no clock had reached then."""
    event, rules = moment.event, moment.rules
    clocks: list[Clock] = []
    for case in (moment.before, moment.after):
        clocks += deadlines.judge_with_progress(case, rules, moment.then, event.at).clocks
    for rung in event.rungs:
        if not any(_is_reached(moment, rung, clock) for clock in clocks):
            values = {
                "step": rung.step,
                "event": event.id,
                "to": rung.to,
                "due": rung.due,
                "rule": f"escalation: {{{'late' if rung.late else 'before'}: {rung.late or rung.before}, to: {rung.to}}}",
            }
            yield AuditFinding(key="audit-rung", values=values)


def _is_reached(moment: EventMoment, rung: RecordedRung, clock: Clock) -> bool:
    if (rung.step, rung.what or rung.step) != (clock.step, clock.what) or clock.due is None:
        return False
    rules = moment.rules
    same_due = rung.due == to_policy_zone(rules, clock.due)
    same_start = (
        clock.start is None or clock.step == PROMISE or rung.start == to_policy_zone(rules, clock.start)
    )
    points = (point for point in clock.ladder if point.rung is not None and point.at <= moment.event.at)
    named = {(point.rung.late, point.rung.before, point.rung.to) for point in points if point.rung}
    return same_due and same_start and (rung.late, rung.before, rung.to) in named


def _judge_repetitions(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding for a rule of repetition that the policy does not have."""
    known = [repetition.rule_identity(rule) for rule in moment.rules.policy.repetition]
    for rule in moment.event.repeated:
        too_few = rule.reopened is not None and moment.then.reopenings < rule.reopened
        if repetition.rule_identity(rule) not in known or too_few:
            values = {"event": moment.event.id, "to": rule.to, "rule": "repetition"}
            yield AuditFinding(key="audit-repetition", values=values)
