"""Writes a case as YAML in our layout, without ruamel (fast); ruamel's round trip does not change a byte of it."""

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Customer, Event
from complaintctl.storage.yaml.quoting import fits_literal_block, scalar_text

# A blank line between groups lets git merge two changes of one case. Owner and department are separate groups,
# because `classify` may set the department while another person assigns the owner.
FIELD_LAYOUT: Final[tuple[tuple[str, ...], ...]] = (
    ("id", "title", "received", "channel", "source"),
    ("status",),
    ("level", "category"),
    ("crisis",),
    ("owner",),
    ("department",),
    ("watchers",),
    ("customer",),
    ("product",),
    ("description", "remedy_sought"),
    ("problem",),
    ("impact",),
    ("promised",),
    ("contact",),
    ("cause",),
    ("plan",),
    ("tasks",),
    ("remedy", "outcome"),
    ("actions",),
    ("recurrence",),
    ("satisfaction",),
    ("lesson", "lesson_mark"),
    ("links", "attachments"),
    ("x",),
    ("history",),
)
# Written even if empty, so that setting one later changes a line instead of inserting one (D-060).
PLACEHOLDER_FIELDS: Final = frozenset(
    {
        "level",
        "category",
        "owner",
        "department",
        "customer",
        "product",
        "cause",
        "plan",
        "remedy",
        "outcome",
        "satisfaction",
        "lesson",
    }
)


def case_yaml(case: Case) -> str:
    """The YAML text of a case; of a sealed customer only the block and what stands in clear text beside it."""
    groups = []
    case = with_closed_customer(case)
    for names in FIELD_LAYOUT:
        lines = [line for name in names for line in _field_lines(name, getattr(case, name))]
        if lines:
            groups.append("\n".join(lines))
    return "\n\n".join(groups) + "\n"


def with_closed_customer(case: Case) -> Case:
    """Returns the case without the fields of a customer who was opened; the sealed block stays."""
    customer = case.customer
    if customer is None or customer.sealed is None or customer.is_closed:
        return case
    closed = Customer(sealed=customer.sealed, has=customer.has, known_by=customer.known_by)
    return dataclasses.replace(case, customer=closed)


def _field_lines(name: str, value: Any) -> Iterator[str]:
    if value is None or value in ((), {}):
        if name in PLACEHOLDER_FIELDS:
            yield f"{name}:"
    elif name == "x":
        yield "x:"
        for key, text in value.items():
            yield f"  {scalar_text(key, in_flow=False)}:{_block_value(text, 4)}"
    elif isinstance(value, tuple):
        yield f"{name}:"
        yield from (f"  - {flow_text(entry)}" for entry in value)
    elif dataclasses.is_dataclass(value):
        yield f"{name}: {flow_text(value)}"
    else:
        yield f"{name}:{_block_value(value, 2)}"


def _block_value(value: Any, indent: int) -> str:
    """The value after a key in block style, with the space before it."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return f" {fields.value_text(value)}"
    if fits_literal_block(value):
        return literal_block(value, indent)
    return f" {scalar_text(value, in_flow=False)}"


def literal_block(text: str, indent: int) -> str:
    """A text of several lines as a YAML literal block (`|`)."""
    lines = text.removesuffix("\n").split("\n")
    sign = "|" if text.endswith("\n") else "|-"
    return f" {sign}\n" + "\n".join(" " * indent + line if line else "" for line in lines)


def flow_text(value: Any) -> str:
    """A value in flow style, on one line."""
    if value is None or isinstance(value, bool | int | datetime | date):
        return fields.value_text(value) or "null"
    if isinstance(value, str):
        return scalar_text(value, in_flow=True)
    if isinstance(value, Event):
        return _flow_pairs(event_entries(value))
    if dataclasses.is_dataclass(value):
        pairs = (
            (fields.file_key(entry.name), getattr(value, entry.name)) for entry in dataclasses.fields(value)
        )
        return _flow_pairs((name, inner) for name, inner in pairs if inner is not None and inner != ())
    if isinstance(value, dict):
        return _flow_pairs(value.items())
    return "[" + ", ".join(map(flow_text, value)) + "]"


def _flow_pairs(pairs: Iterable[tuple[str, Any]]) -> str:
    return (
        "{"
        + ", ".join(f"{scalar_text(str(name), in_flow=True)}: {flow_text(value)}" for name, value in pairs)
        + "}"
    )


def event_entries(event: Event) -> Iterator[tuple[str, Any]]:
    """Yields the non-empty fields of an event in the order they are written."""
    for entry in dataclasses.fields(Event):
        value = getattr(event, entry.name)
        if value is None or value in ((), {}):
            continue
        yield (
            entry.name,
            {name: _typed_pair(name, pair) for name, pair in value.items()} if entry.name == "set" else value,
        )


def _typed_pair(name: str, pair: tuple[Any, Any]) -> tuple[Any, Any]:
    """Converts recorded texts of times, days, numbers and booleans to values, to write them without quotes."""
    if fields.field_kinds().get(name) not in {"moment", "day", "whole", "truth"}:
        return pair
    return fields.parse_value(name, pair[0]), fields.parse_value(name, pair[1])
