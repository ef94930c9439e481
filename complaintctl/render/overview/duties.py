"""Recurring duties of the desk as a table or JSON."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _, current_language

# Columns of the formats for programs.
_KEYS: Final = ("duty", "every", "who", "last", "by", "text", "due", "late", "state", "command")


def duty_label(judged: JudgedDuty) -> str:
    """Returns the duty with its label in the reader's language."""
    return labels.key_with_label(judged.name, judged.duty.label.get(current_language(), ""))


def duties_json(duties: Iterable[JudgedDuty]) -> list[dict[str, Any]]:
    """Returns the duties for programs."""
    return [
        {
            "duty": judged.name,
            "every": judged.duty.every,
            "who": judged.duty.who,
            "last": values.iso_time(judged.last.at) if judged.last else None,
            "by": judged.last.by if judged.last else None,
            "text": judged.last.text if judged.last else None,
            "due": values.iso_time(judged.due),
            "late": judged.late,
            "state": judged.state,
            "command": f"complaintctl duty {judged.name}",
        }
        for judged in duties
    ]


def duties_text(rules: Rulebook, duties: Sequence[JudgedDuty], output_format: str) -> str:
    """Returns the duties in a format of TABLE_FORMATS but JSON."""
    columns = {
        "duty": _("duty"),
        "every": _("every"),
        "who": _("who"),
        "last": _("last done"),
        "by": _("by"),
        "due": _("due"),
        "left": _("left"),
        "command": _("command"),
    }
    entries = duties_json(duties)
    if output_format in tables.READABLE_FORMATS:
        entries = [entry | _readable(rules, judged) for entry, judged in zip(entries, duties, strict=True)]
    else:
        return tables.format_raw_rows(_KEYS, entries, output_format)
    return tables.format_rows(columns, entries, output_format) if entries else ""


def _readable(rules: Rulebook, judged: JudgedDuty) -> dict[str, str]:
    policy, zone = rules.policy, rules.zone
    return {
        "duty": duty_label(judged),
        "who": labels.party_label(policy, judged.duty.who) if judged.duty.who else "",
        "last": values.moment_text(judged.last.at, zone) if judged.last else _("never"),
        "due": values.moment_text(judged.due, zone) if judged.due else "–",
        "left": _time_left(judged),
    }


def _time_left(judged: JudgedDuty) -> str:
    if judged.due is None:
        return ""
    length = values.duration_text(abs(judged.late))
    words = _("{length} late").format(length=length) if judged.state == "overdue" else length
    return colours.paint_text(words, colours.time_left_colour(-judged.late))


def duty_message(judged: JudgedDuty, rules_zone: Any) -> str:
    """Returns a sentence about a duty that is overdue or due soon."""
    due = values.moment_text(judged.due, rules_zone) if judged.due else ""
    if judged.state == "overdue":
        words = _("duty {duty} was due {due}, overdue by {late}")
        return words.format(duty=duty_label(judged), due=due, late=values.duration_text(judged.late))
    return _("duty {duty} is due {due}").format(duty=duty_label(judged), due=due)
