"""What climbing the ladder did, for people and machines."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.case import cases
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _

Pair = tuple[Case, Event]


def text(found: Sequence[Pair], policy: Policy) -> str:
    """A line for each case: the rungs and rules that had come, and what changed by them."""
    columns = {"case": _("case"), "reached": _("reached"), "done": _("done")}
    entries = [
        {
            "case": case.id,
            "reached": _("; ").join(_reached(policy, event)),
            "done": _("; ").join(_done(policy, event)),
        }
        for case, event in found
    ]
    return tables.rows(columns, entries, "table")


def _reached(policy: Policy, event: Event) -> Iterator[str]:
    yield from (labels.reached(policy, one) for one in event.rungs)
    yield from (labels.repeated(policy, one) for one in event.repeated)


def _done(policy: Policy, event: Event) -> Iterator[str]:
    if "level" in event.set:
        old, new = (labels.cell(policy, "level", word) for word in event.set["level"])
        yield _("level {old} → {new}").format(old=old, new=new)
    if "owner" in event.set:
        old, new = event.set["owner"]
        yield _("owner {old} → {new}").format(old=old or "–", new=new)
    if "watchers" in event.set:
        old, new = event.set["watchers"]
        added = [labels.who(policy, name) for name in new if name not in (old or ())]
        yield _("watching: {names}").format(names=values.word(added, None))


def machine(found: Sequence[Pair], at: datetime, *, behind: int, dry_run: bool) -> str:
    """The same as one JSON object."""
    content = {
        "as_of": values.iso(at),
        "dry_run": dry_run,
        "cases": [{"id": case.id, "event": cases.event_machine(event)} for case, event in found],
        "left_alone": behind,
    }
    return tables.flat_document(content)
