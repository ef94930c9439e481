"""The result of an escalation run, for people and programs."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.case import cases
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _

EscalatedCase = tuple[Case, Event]


def escalation_text(escalated: Sequence[EscalatedCase], policy: Policy) -> str:
    """Returns a row for each case: the rungs and repetition rules that were due, and what they changed."""
    columns = {"case": _("case"), "reached": _("reached"), "done": _("done")}
    entries = [
        {
            "case": case.id,
            "reached": _("; ").join(_reached(policy, event)),
            "done": _("; ").join(_done(policy, event)),
        }
        for case, event in escalated
    ]
    return tables.format_rows(columns, entries, "table")


def _reached(policy: Policy, event: Event) -> Iterator[str]:
    yield from (labels.reached_rung_label(policy, rung) for rung in event.rungs)
    yield from (labels.repeated_rule_label(policy, rule) for rule in event.repeated)


def _done(policy: Policy, event: Event) -> Iterator[str]:
    if "level" in event.set:
        old, new = (labels.cell_label(policy, "level", word) for word in event.set["level"])
        yield _("level {old} → {new}").format(old=old, new=new)
    if "owner" in event.set:
        old, new = event.set["owner"]
        yield _("owner {old} → {new}").format(old=old or "–", new=new)
    if "watchers" in event.set:
        old, new = event.set["watchers"]
        added = [labels.party_label(policy, name) for name in new if name not in (old or ())]
        yield _("watching: {names}").format(names=values.value_text(added, None))


def escalation_json(escalated: Sequence[EscalatedCase], at: datetime, *, behind: int, dry_run: bool) -> str:
    """Returns the run as one JSON object; `behind` counts cases skipped for later events."""
    content = {
        "as_of": values.iso_time(at),
        "dry_run": dry_run,
        "cases": [{"id": case.id, "event": cases.event_json(event)} for case, event in escalated],
        "left_alone": behind,
    }
    return tables.flat_json_document(content)
