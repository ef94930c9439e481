"""Which data are due for erasing, for people and programs."""

from collections.abc import Sequence
from typing import Any, Final

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.privacy.retention import RetentionEntry
from complaintctl.render.policy.retention_table import retention_rule_text
from complaintctl.render.text import tables, values
from complaintctl.render.text.language import N_, _

STATE_LABELS: Final = {
    "due": N_("to be erased"),
    "later": N_("kept"),
    "restricted": N_("restricted"),
    "legal-hold": N_("legal hold"),
}


def retention_text(entries: Sequence[RetentionEntry], rules: Rulebook, output_format: str) -> str:
    """Returns the cases whose time is over as a table."""
    columns = {"case": _("case"), "due": _("due"), "state": _("state"), "rule": _("rule")}
    return tables.format_rows(
        columns, [_row(entry, rules, output_format) for entry in entries], output_format
    )


def _row(entry: RetentionEntry, rules: Rulebook, output_format: str) -> dict[str, Any]:
    is_for_people = output_format in tables.READABLE_FORMATS
    due = entry.due.astimezone(rules.zone)
    return {
        "case": entry.case.id,
        "due": values.moment_text(due, rules.zone) if is_for_people else values.iso_time(due),
        "state": _(STATE_LABELS[entry.state]) if is_for_people else entry.state,
        "rule": retention_rule_text(rules.policy, entry.rule) if is_for_people else str(entry.number),
    }


def retention_json(entries: Sequence[RetentionEntry], rules: Rulebook) -> list[dict[str, Any]]:
    """Returns the cases whose time is over for programs; `rule` counts from 1."""
    return [
        {
            "case": entry.case.id,
            "from": values.iso_time(entry.start.astimezone(rules.zone)),
            "due": values.iso_time(entry.due.astimezone(rules.zone)),
            "state": entry.state,
            "rule": entry.number,
            "keep": entry.rule.keep,
        }
        for entry in entries
    ]
