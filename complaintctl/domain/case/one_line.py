"""Which texts may have several lines. All others are one line: a line break could forge a line of a commit or a log."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from complaintctl.domain.case import case as cases
from complaintctl.domain.case import fields
from complaintctl.domain.policy import policy

# The characters at which str.splitlines ends a line.
LINE_BREAKS: Final = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE_BREAK: Final = re.compile(f"[{LINE_BREAKS}]")
# Fields of free text by class. Of a mapping among them the values are free, its keys are names.
FREE_TEXTS: Final[Mapping[type, frozenset[str]]] = {
    cases.Case: frozenset({"description", "remedy_sought", "lesson", "x"}),
    cases.Customer: frozenset({"address"}),
    cases.Circumstances: frozenset({"what", "when", "where", "who", "why", "how"}),
    cases.Impact: frozenset({"customer_satisfaction", "market_share", "business_result", "legal_risk"}),
    cases.Task: frozenset({"what", "result"}),
    cases.Bone: frozenset({"cause"}),
    cases.Cause: frozenset({"finding", "five_whys"}),
    cases.Measure: frozenset({"what"}),
    cases.Plan: frozenset({"principle", "supervision"}),
    cases.Action: frozenset({"what"}),
    cases.Recurrence: frozenset({"reason"}),
    cases.Satisfaction: frozenset({"comment"}),
    cases.Event: frozenset({"set", "text", "reason"}),
    policy.Calendar: frozenset({"holidays", "workdays", "source"}),
    policy.Step: frozenset({"source"}),
    policy.TaskRule: frozenset({"what"}),
    policy.PolicySource: frozenset({"title"}),
    policy.Sender: frozenset({"address"}),
    policy.Policy: frozenset({"playbooks"}),
}


def has_line_break(text: str) -> bool:
    """Whether a text is more than one line."""
    return _LINE_BREAK.search(text) is not None


def join_lines(text: str) -> str:
    """Returns the text on one line, a blank for each line break."""
    return " ".join(text.splitlines()) if has_line_break(text) else text


@cache
def is_one_line_field(name: str) -> bool:
    """Whether the field of a case with this dotted name is one line; so is every name that is no field."""
    first, _, rest = name.partition(".")
    owner = fields.group_class(first) if rest and first != "x" else cases.Case
    part = first if owner is cases.Case else rest
    return owner is None or fields.python_name(part) not in FREE_TEXTS.get(owner, ())


def broken_lines(value: Any, name: str) -> Iterator[str]:
    """Yields the dotted names of the one-line texts in a value of the domain that hold a line break."""
    if isinstance(value, str):
        if has_line_break(value):
            yield name
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from broken_lines(key, f"{name}.{key}")
            yield from broken_lines(inner, f"{name}.{key}")
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from broken_lines(inner, name)
    elif dataclasses.is_dataclass(value):
        free = FREE_TEXTS.get(type(value), frozenset())
        for entry in dataclasses.fields(value):
            inner = getattr(value, entry.name)
            part = fields.file_key(entry.name)
            yield from broken_lines(
                _keys(inner) if entry.name in free else inner, f"{name}.{part}" if name else part
            )


def _keys(free: Any) -> tuple[Any, ...]:
    """The names in a field of free text: those of the team's own fields."""
    return tuple(free) if isinstance(free, dict) else ()
