"""Facts that a taken step or the closing needed: they cannot be taken away later, and missing ones are found."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case import fields, known_facts
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.earlier_cases import RECURRENCE_NEED, has_recurrence_answer
from complaintctl.domain.case.event_kinds import ERASED
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import fold_history, forced_parts
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import guards, planned_tasks
from complaintctl.domain.policy.policy import Policy, closing_needs, labelled_field
from complaintctl.domain.problems import Fault
from complaintctl.errors import Refused

# A reopening and an erasing clear facts on purpose; the events of actions have rules of their own and go on after closing.
_MAY_TAKE_AWAY: Final = frozenset(
    {"reopen", "action", "action-done", "action-verified", "action-recurred", ERASED}
)


def check_facts_kept(before: JudgedCase, after: Case, rules: Rulebook, event: Event) -> None:
    """Raises Refused if an event takes away what a taken step or the closing needed.

    `after` is the case with the event in its history.
    """
    if event.did in _MAY_TAKE_AWAY:
        return
    progress = fold_history(after, rules, before.as_of)
    judged = JudgedCase(case=after, rules=rules, progress=progress, clocks=(), as_of=before.as_of)
    for step, need in _step_needs(judged, rules):
        if step.did in before.progress.taken and _is_taken_away(before, judged, rules, need, event):
            named = labelled_field(rules.policy, need)
            raise Refused("needed-fact", step=step.did, field=named, case=after.id, event=step.id)
    if before.progress.status == progress.status == "closed":
        _check_closing(before, judged, rules)


def _step_needs(judged: JudgedCase, rules: Rulebook) -> Iterator[tuple[Event, str]]:
    """Yields each taken step with each of the fields that the policy requires for it."""
    for name, event in judged.progress.taken.items():
        if name in rules.steps:
            for need in guards.step_needs(rules.steps[name].needs, judged.case):
                yield event, need


def _is_taken_away(before: JudgedCase, after: JudgedCase, rules: Rulebook, need: str, event: Event) -> bool:
    if need != planned_tasks.TASKS_NEED:
        return known_facts.is_field_known(before.case, need) and not known_facts.is_field_known(
            after.case, need
        )
    # Another task given later takes nothing away.
    return event.did == "retract" and not _missing_tasks(before, rules) and bool(_missing_tasks(after, rules))


def _missing_tasks(judged: JudgedCase, rules: Rulebook) -> tuple[str, ...]:
    return planned_tasks.missing_tasks(judged.case, rules, judged.progress, planned=True)


def _check_closing(before: JudgedCase, after: JudgedCase, rules: Rulebook) -> None:
    """Raises Refused if a closed case lacks anything that its closing needs and did not leave out."""
    if before.case.outcome is None:
        return
    if after.case.outcome is None:
        missing = ["outcome"]
    else:
        known = {*guards.missing_for_close(before, before.case, rules), *forced_parts(before.progress)}
        missing = [name for name in guards.missing_for_close(after, after.case, rules) if name not in known]
        if _loses_recurrence_answer(before.case, after.case, rules.policy):
            missing.append(RECURRENCE_NEED)
    if missing:
        outcome = after.case.outcome or before.case.outcome
        raise Refused("closing-needs", case=after.case.id, outcome=outcome, missing=missing)


def _loses_recurrence_answer(before: Case, after: Case, policy: Policy) -> bool:
    """Whether a closing that needs a word about earlier cases had one that is taken away."""
    is_needed = RECURRENCE_NEED in closing_needs(policy, str(after.outcome))
    return is_needed and has_recurrence_answer(before) and not has_recurrence_answer(after)


def missing_fact_faults(judged: JudgedCase, rules: Rulebook) -> Iterator[Fault]:
    """Yields a fault for each fact that a taken step needs and that is not known any more, taken away by hand.

    It is a warning unless the history shows that the fact was taken away by hand: the history names personal fields
    without their values, and not all that was known at registration. Of a closed or imported case only fields that
    the history names are reported, because its steps may have been taken under another policy.
    """
    case = judged.case
    taken = judged.progress.taken
    unknown = {
        need
        for need, steps in rules.needed_by.items()
        if not steps.isdisjoint(taken) and not known_facts.is_field_known(case, need)
    } - {planned_tasks.TASKS_NEED}
    for event, need in _step_needs(judged, rules) if unknown else ():
        if need not in unknown:
            continue
        traces = [_trace(case, field) for field in _fields_of(need)]
        if any(trace == "cleared" for trace in traces):
            continue
        is_shown = "known" in traces
        if is_shown or "named" in traces or (judged.progress.status != "closed" and case.source is None):
            yield Fault(
                key="needed-fact-gone",
                path=("history",),
                values={"step": event.did, "field": labelled_field(rules.policy, need), "case": case.id},
                warning=not is_shown,
            )


def _fields_of(need: str) -> list[str]:
    """Returns the fields of a need as events name them: the list for a part of its entries."""
    choices = (choice.strip() for choice in need.split("|"))
    parts = known_facts.entry_parts()
    return [choice.rpartition(".")[0] if choice in parts else choice for choice in choices]


def _trace(case: Case, field: str) -> str:
    """Returns what the last event that names a field says: `known`, `named` (no value), `cleared`, or nothing."""
    for event in reversed(case.history):
        values = [new for name, (_old, new) in event.set.items() if _is_part(name, field)]
        if not values and not any(_is_part(name, field) for name in event.changed):
            continue
        if event.did in _MAY_TAKE_AWAY:
            return "cleared"
        return "known" if any(map(fields.has_value, values)) else "named"
    return ""


def _is_part(name: str, field: str) -> bool:
    return name == field or name.startswith(f"{field}.")
