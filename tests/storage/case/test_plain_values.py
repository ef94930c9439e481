"""What the fast readers accept, pydantic accepts with equal values; what people write every day, they accept."""

import copy
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any, Literal, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case.case import Action, Case, Event, Satisfaction
from complaintctl.domain.case.fields import field_types
from complaintctl.domain.papers.preset import Preset
from complaintctl.domain.policy.forms import Form
from complaintctl.domain.policy.policy import Policy, Step
from complaintctl.domain.problems import Fault
from complaintctl.exchange.imports.mapping import ImportMapping
from complaintctl.storage.case import schema, validation
from complaintctl.storage.case.casefile import read_case
from complaintctl.storage.case.plain_values import is_plain_field, read_plain_object
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.yaml.yamltext import parse_yaml

OWNERS = (Case, Policy, Form, ImportMapping, Preset)
REPOSITORY = Path(__file__).parents[3]

TIMES = (
    "2026-11-21T20:04:30+08:00",
    "2026-11-21 20:04Z",
    "1900-01-01T00:00:00-05:30",
    "2200-12-31T23:59:59.5Z",
)
USUAL: Mapping[Any, tuple[str, ...]] = {
    str: ("老客户", "close", "mon-fri", "24h", "2026", "yes", "null", "", "a\tb"),
    bool: ("true", "false", "yes", "No", "ON", "off", "1", "0", "T", "f", "Y", "n"),
    int: ("1", "2", "5"),
    date: ("2026-11-21", "1900-01-01", "2200-12-31", "2028-02-29"),
    datetime: TIMES,
}
# Values of the wrong type, rare spellings, and what one of the two readers might take for something else.
ODD: tuple[Any, ...] = (
    *(word for words in USUAL.values() for word in words),
    *("12", "0", "01", "+1", "-1", " 1", "1_0", "1.0", "1e1", "٣", "6", "9" * 12),
    *("t\n", " true", "trUe", "ſ", "none", "Null", "~"),
    *(
        "20261121",
        "2026-1-21",
        "2026-02-29",
        "1899-12-31",
        "1899-12-31T23:59:59Z",
        "2201-01-01T00:00:00+08:00",
        "2201-01-01",
        "２０２６-11-21",
        "2026-11-21T00:00",
    ),
    *("2026-W47-6", "2026-11-21T20:04:30", "2026-11-21T24:00:00Z", "2026-11-21T23:59:60Z", "1763755470"),
    *(
        "2026-11-21t20:04:30z",
        "2026-11-21T20:04:30+0800",
        "2026-11-21T20:04:30+08",
        "2026-11-21T20:04:30-00:00",
    ),
    *("2026-11-21T20:04:30.1234567+08:00", "2026-11-21T20:04:30,5Z", "2026-11-21T20:04:30+08:99"),
    *("2026-11-21T20:04:30+24:00", "2026-11-21T20:04:30+08:00:30", "2026-11-21_20:04:30Z", "2026-11-21T20Z"),
    *("a\nb", "a\x85b", "a\u2028", "\r", "a\x0bb"),
    None,
    [],
    {},
    ["a"],
    ["a", None],
    {"a": None},
    {"a": ["b"]},
    {"a": ["b", "c", "d"]},
    {"a\nb": "c"},
    {"label": {"en": "a"}},
)


def tree(random: Random, hint: Any, slips: float) -> Any:
    """Returns a random tree of a type, as read from YAML; a value is an odd one with the probability `slips`."""
    if random.random() < slips:
        return copy.deepcopy(random.choice(ODD))
    origin, parts = typing.get_origin(hint) or hint, typing.get_args(hint)
    if origin in {Union, types.UnionType}:
        return tree(random, random.choice(parts), slips)
    if origin is tuple:
        inner = [parts[0]] * random.choice((0, 1, 2)) if parts[-1] is ... else parts
        return [tree(random, part, slips) for part in inner]
    if origin in {dict, Mapping}:
        names = random.sample(("en", "close", "a b", "x"), random.choice((0, 1, 2)))
        return {name: tree(random, parts[1], slips) for name in names}
    if is_dataclass(origin):
        return mapping(random, typing.cast("type", origin), slips)
    words = parts if origin is Literal else USUAL.get(origin, USUAL[str])
    return None if origin is types.NoneType else random.choice(words)


def mapping(random: Random, owner: type, slips: float) -> dict[str, Any]:
    """Returns a random tree of a class: what it requires, and a few of the other fields."""
    hints = typing.get_type_hints(owner)
    required = [
        entry.name
        for entry in fields(owner)
        if (entry.default is MISSING and entry.default_factory is MISSING) is (random.random() >= slips)
    ]
    chosen = {*required, *random.sample(sorted(hints), min(len(hints), random.choice((0, 1, 3))))}
    found = {name: tree(random, hint, slips) for name, hint in hints.items() if name in chosen}
    return {**found, "surprise": "!"} if random.random() < slips / 8 else found


@pytest.mark.parametrize("owner", OWNERS)
@given(random=st.randoms(use_true_random=False), slips=st.sampled_from((0.0, 0.02, 0.1)))
def test_the_fast_reader_accepts_what_pydantic_accepts_with_equal_values(
    owner: type, random: Random, slips: float
) -> None:
    raw = mapping(random, owner, slips)
    before = copy.deepcopy(raw)
    fast, faults = compare_readers(owner, raw)
    assert raw == before
    assert slips or faults or fast is not None


def compare_readers(owner: type, raw: dict[str, Any]) -> tuple[Any, list[Fault]]:
    """Returns the value of the fast reader and the faults of the slow one."""
    fast = read_plain_object(owner, raw)
    slow, faults = validation.validate_texts(owner, raw)
    if fast is not None:
        assert faults == [], raw
        assert list(leaves(fast)) == list(leaves(slow))
    return fast, faults


@pytest.mark.parametrize(
    ("owner", "part"),
    [(Case, Case), (Case, Event), (Case, Action), (Case, Satisfaction), (Policy, Policy), (Policy, Step)],
)
def test_an_odd_value_in_one_field_is_read_alike(owner: type, part: type) -> None:
    random = Random(14)  # noqa: S311 - a test draws
    whole, inner = mapping(random, owner, 0), mapping(random, part, 0)
    places = {Event: {"history": [inner]}, Action: {"actions": [inner]}, Step: {"steps": [inner]}}
    root = {**whole, **(inner if part is owner else places.get(part, {"satisfaction": inner}))}
    target = root if part is owner else inner
    for name in typing.get_type_hints(part):
        for odd in ODD:
            before = target.get(name, MISSING)
            target[name] = copy.deepcopy(odd)
            compare_readers(owner, root)
            target.pop(name) if before is MISSING else target.update({name: before})
    assert compare_readers(owner, root)[0] is not None


def leaves(value: Any) -> Iterator[Any]:
    """Yields what is in a value, with the names of the classes; a time with its offset."""
    yield type(value).__name__
    if isinstance(value, tuple):
        for entry in value:
            yield from leaves(entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from leaves(entry)
    elif is_dataclass(value):
        for part in fields(value):
            yield part.name
            yield from leaves(getattr(value, part.name))
    else:
        yield value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("name", [name for name, _hint in field_types()] + ["x.shop"])
def test_a_recorded_value_that_needs_no_pydantic_has_no_fault(name: str) -> None:
    odd = [value for value in ODD if is_plain_field(name, copy.deepcopy(value))]
    assert [value for value in odd if validation.field_faults(name, value)] == []


def test_every_class_of_a_file_can_be_read_without_pydantic() -> None:
    random = Random(14)  # noqa: S311 - a test draws
    for owner in OWNERS:
        assert any(read_plain_object(owner, mapping(random, owner, 0)) is not None for _ in range(20))
    assert read_plain_object(Satisfaction, {"overall": "5"}) == Satisfaction(overall=5)


def test_shipped_policies_and_our_own_cases_need_no_pydantic(monkeypatch: pytest.MonkeyPatch) -> None:
    # A module that cannot be imported.
    monkeypatch.setitem(sys.modules, "complaintctl.storage.case.validation", None)
    for path in (SHIPPED_FOLDER / "policies").glob("*.yaml"):
        root = parse_yaml(path.read_bytes(), with_places=False).root
        assert schema.policy_from_texts(root)[1] == []
    for path in (REPOSITORY / "cases").glob("*/*.yaml"):
        assert read_case(path)[1] == []
