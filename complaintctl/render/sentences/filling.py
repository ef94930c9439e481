"""The facts of a sentence as words: times in a zone, lengths, kinds of values in the reader's language."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.render.text import values
from complaintctl.render.text.language import N_, _

# Facts that are seconds: by the clock, and of open time.
_LENGTHS: Final = frozenset({"late", "left"})
_OPEN_TIME: Final = frozenset({"length", "remaining"})
# Facts that name one of the words below.
_NAMING_VALUES: Final = frozenset({"kind", "expected", "what", "calendar"})
_WORDS: Final[Mapping[str, str]] = {
    # what a field of that kind takes
    "text": N_("a text"),
    "day": N_("a day like 2026-11-21"),
    "moment": N_("a time like 2026-11-21T09:30"),
    "truth": N_("yes or no"),
    "whole": N_("1 to 5"),
    # what a policy names
    "always": N_("always"),
    "calendar": N_("calendar"),
    "category": N_("category"),
    "channel": N_("channel"),
    "level": N_("level"),
    "level or category": N_("level or category"),
    "outcome": N_("outcome"),
    "role": N_("role"),
    "role or person": N_("role or person"),
    "starting point": N_("starting point"),
    "step": N_("step"),
}


class SentenceValues(dict[str, str]):
    """Facts of which a missing one shows as an ellipsis instead of breaking the message."""

    def __missing__(self, name: str) -> str:
        return "…"


def sentence_values(facts: Mapping[str, object], zone: ZoneInfo | None) -> SentenceValues:
    """Every fact as text."""
    return SentenceValues({name: _filled_value(name, value, zone) for name, value in facts.items()})


def _filled_value(name: str, value: object, zone: ZoneInfo | None) -> str:
    if name == "could" and not value:
        return _("nobody named in the policy")
    if name in _LENGTHS and isinstance(value, int):
        return values.duration_text(value)
    if name in _OPEN_TIME and isinstance(value, int):
        return values.hours_text(value)
    if name in _NAMING_VALUES and str(value) in _WORDS:
        return _(_WORDS[str(value)])
    return values.value_text(value, zone)


def drop_suggestion(text: str) -> str:
    """The sentence without its «Did you mean …?», where nothing is near."""
    parts = (
        text.replace("？", "？|").replace("? ", "? |").replace(". ", ". |").replace("。", "。|").split("|")
    )
    return "".join(part for part in parts if "{near}" not in part).strip()
