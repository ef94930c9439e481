"""The values of a sentence as text in the reader's language: times in a zone, durations, kinds of values."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import one_line
from complaintctl.render.sentences import command_lines
from complaintctl.render.text import language, values
from complaintctl.render.text.earlier_cases import earlier_cases_text
from complaintctl.render.text.language import N_, _

# Values in seconds: of clock time, and of opening hours.
_LENGTHS: Final = frozenset({"late", "left"})
_OPEN_TIME: Final = frozenset({"length", "remaining"})
# Values that are keys of the domain and shown as what to type, or cases.
_COMMAND_LINES: Final[Mapping[str, Callable[[Any], str]]] = {
    "earlier": earlier_cases_text,
    "assignments": command_lines.assignment_options,
    "list_option": lambda field: command_lines.LIST_OPTIONS[field],
    "next_step": lambda step_and_case: command_lines.step_command(*step_and_case),
}
# Values that are keys of _WORDS.
_NAMING_VALUES: Final = frozenset({"kind", "expected", "what", "calendar"})
_WORDS: Final[Mapping[str, str]] = {
    # what a field of that kind takes
    "text": N_("a text"),
    "day": N_("a day like 2026-11-21"),
    "moment": N_("a time like 2026-11-21T09:30"),
    "truth": N_("yes or no"),
    "whole": N_("1 to 5"),
    # personal data
    "phone": N_("a telephone number"),
    "email": N_("an e-mail address"),
    "address": N_("a postal address"),
    "id-number": N_("an identity number"),
    "bank-card": N_("the number of a bank card"),
    "passport": N_("the number of a passport"),
    "customer": N_("what names the customer of the case"),
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
    """Values of a sentence; a missing one shows as an ellipsis instead of raising KeyError.

    `NAME_key` is the value as it is typed, if `NAME` is shown as a label.
    """

    def __missing__(self, name: str) -> str:
        return self.get(name.removesuffix("_key"), "…")


def sentence_values(raw_values: Mapping[str, object], zone: ZoneInfo | None) -> SentenceValues:
    """Returns every value as text on one line, times in `zone`."""
    return SentenceValues(
        {name: one_line.join_lines(_filled_value(name, value, zone)) for name, value in raw_values.items()}
    )


def _filled_value(name: str, value: object, zone: ZoneInfo | None) -> str:
    if name == "could" and not value:
        return _("nobody named in the policy")
    if name in _COMMAND_LINES:
        return _COMMAND_LINES[name](value)
    if name in _LENGTHS and isinstance(value, int):
        return values.duration_text(value)
    if name in _OPEN_TIME and isinstance(value, int):
        return values.hours_text(value)
    if name in _NAMING_VALUES and str(value) in _WORDS:
        return _(_WORDS[str(value)])
    # Of a choice, the key or the label can be typed.
    with language.keys_shown() if name == "choices" else contextlib.nullcontext():
        return values.value_text(value, zone)


def drop_suggestion(text: str) -> str:
    """Returns the sentence without its question «Did you mean {near}?»."""
    parts = (
        text.replace("？", "？|").replace("? ", "? |").replace(". ", ". |").replace("。", "。|").split("|")
    )
    return "".join(part for part in parts if "{near}" not in part).strip()
