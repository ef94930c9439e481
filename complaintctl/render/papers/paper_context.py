"""What the templates of all papers know: who writes, when, for which period; how numbers are written."""

from datetime import datetime
from typing import Any, Final

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.reports.figures import Period
from complaintctl.render.documents.template_context import day_names, mark_unknown, moment_names
from complaintctl.render.text import values
from complaintctl.render.text.language import _, current_language

PaperContext = dict[str, Any]
_PERCENT: Final = 100
# What a table shows where there is nothing to show.
NOTHING: Final = "–"


def common_context(rules: Rulebook, as_of: datetime) -> PaperContext:
    """Returns the names that every paper has."""
    policy = rules.policy
    sender = {"name": policy.sender.name, "address": policy.sender.address}
    return {
        "policy": {"name": policy.name, "label": policy.label.get(current_language(), policy.name)},
        "sender": {name: mark_unknown(f"sender.{name}", value) for name, value in sender.items()},
        "as_of": moment_names(as_of, rules.zone),
        # The filters of templates need them; `$` is not allowed in a template's names.
        "$words": {
            "and": _("{first} and {last}"),
            "comma": _(", "),
            "money": _("{currency} {amount}"),
            "CNY": _("CNY"),
        },
    }


def period_names(period: Period, rules: Rulebook, as_of: datetime) -> PaperContext:
    """Returns a period with both ends: its text, first and last day, and whether it is over."""
    if period.start is None or period.end is None:
        raise ValueError(period)
    first = period.start.astimezone(rules.zone).date()
    last = (period.end.astimezone(rules.zone) - datetime.resolution).date()
    text = _("{first} to {last}").format(first=values.long_date(first), last=values.long_date(last))
    return {
        "$text": text,
        "key": period.key,
        "first": day_names(first),
        "last": day_names(last),
        "over": as_of >= period.end,
    }


def period_json(period: Period) -> PaperContext:
    """Returns a period for programs: `end` is the first moment after it."""
    return {
        "key": period.key,
        "start": values.iso_time(period.start),
        "end": values.iso_time(period.end),
    }


def share_text(part: float | None, whole: float | None) -> str:
    """Returns a share in percent, or nothing if there is no whole."""
    if part is None or not whole:
        return NOTHING
    return _("{number} %").format(number=f"{_PERCENT * part / whole:.0f}")


def number_text(value: float | None) -> str:
    """Returns a number with at most two decimals and thousands separators, or nothing."""
    if value is None:
        return NOTHING
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def change_text(value: float | None) -> str:
    """Returns a difference with its sign, or nothing."""
    return NOTHING if value is None else f"{value:+,}" if value else "0"
