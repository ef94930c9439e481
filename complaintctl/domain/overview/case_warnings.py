"""What `check` says about one case besides its clocks: void approvals, and facts that were taken away."""

from collections.abc import Iterator

from complaintctl.domain.case import data_state, fields
from complaintctl.domain.deadlines import history, signatures
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import kept_facts
from complaintctl.domain.overview import board
from complaintctl.domain.privacy import erased_fields
from complaintctl.domain.problems import Fault


def case_faults(judged: JudgedCase, rules: Rulebook) -> Iterator[Fault]:
    """Yields warnings for a wait that is over and steps with a void approval, and a fault for each fact taken away."""
    if (wait := judged.progress.waiting) and wait.until and wait.until <= judged.as_of:
        values = {"case": judged.case.id, "since": wait.at, "until": wait.until}
        yield Fault(key="wait-over", path=("history",), values=values, warning=True)
    for step, void in board.void_approvals(judged, rules).items():
        values = {
            "step": step,
            "by": [one.approval.by for one in void],
            "event": void[0].change.id,
            "case": judged.case.id,
        }
        yield Fault(key="approval-void", path=("history",), values=values, warning=True)
    yield from _privacy_faults(judged)
    yield from _changed_by_hand(judged, rules)
    yield from kept_facts.missing_fact_faults(judged, rules)


def _privacy_faults(judged: JudgedCase) -> Iterator[Fault]:
    """Yields a warning for a restriction that holds, and a fault for erased data that are back."""
    case = judged.case
    if (restriction := data_state.restriction_of(case)) is not None:
        values: dict[str, object] = {"since": restriction.since, "reason": restriction.reason or "–"}
        yield Fault(key="restricted-since", path=("history",), values=values, warning=True)
    if not case.is_erased:
        return
    if names := erased_fields.returned_fields(case):
        values = {"fields": list(names), "case": case.id}
        yield Fault(key="erased-data-back", path=("history",), values=values)
    if erased_fields.has_returned_texts(case):
        yield Fault(key="erased-text-back", path=("history",), values={"case": case.id}, warning=True)


def _changed_by_hand(judged: JudgedCase, rules: Rulebook) -> Iterator[Fault]:
    """Yields a fault for each signed field changed without an event; recording it (`edit`) makes the approval void."""
    case, progress = judged.case, judged.progress
    signed = [progress.taken[step] for step, approvals in progress.approvals.items() if approvals]
    if not signed:
        return
    names = {name for event in signed for name in signatures.signed_fields(case, rules, event)}
    for name in sorted(filter(fields.has_recorded_value, names - set(fields.JUDGED_FIELDS))):
        value, recorded = fields.value_at(case, name), history.recorded_value(case, name)
        if value != recorded:
            values = {
                "field": name,
                "value": fields.value_text(value),
                "recorded": fields.value_text(recorded),
            }
            yield Fault(key="fact-without-event", path=tuple(name.split(".")), values=values)
