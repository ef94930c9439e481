"""Filters of cases: conditions such as `received>=2026-11-15`, typed by people."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import ge, gt, le, lt
from typing import Any, Final

from complaintctl.domain.case import fields, identity, vocabulary
from complaintctl.domain.case.folding import fold_value
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.overview import check_column_name, column_text
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput

# A condition that was parsed: whether a case fulfils it.
Condition = Callable[[JudgedCase], bool]
# What a case is sorted by in one column, and in several; None is an empty value.
ColumnKey = tuple[int, float, str]
SortKey = tuple[ColumnKey | None, ...]

_CONDITION: Final = re.compile(
    r"\s*([^=!<>~＝！＜＞～≠≥≤]+?)\s*([!！]?[=＝]|[<>＜＞][=＝]?|[~～≠≥≤])(.*)", re.DOTALL
)
_OPERATOR_SIGNS: Final = str.maketrans(
    {"＝": "=", "！": "!", "＞": ">", "＜": "<", "～": "~", "≠": "!=", "≥": ">=", "≤": "<="}
)
_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {">=": ge, "<=": le, ">": gt, "<": lt}
# Fields whose value is a path; a class includes its subclasses.
_PATHS: Final = frozenset({"category", "cause.class"})
_YES_OR_NO: Final = frozenset({"overdue", "forced"})
# Columns and fields with words of their own, which have no order.
_KEYS: Final = frozenset({"step", "owner", "department", "plan.department"})
_NUMBER: Final = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)(?![\d.,:/-])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Accepts a case that fulfils all conditions of at least one of the alternatives."""

    alternatives: tuple[tuple[Condition, ...], ...] = ()

    def matches(self, judged: JudgedCase) -> bool:
        """Whether the filter accepts the case; a filter without conditions accepts all."""
        return not self.alternatives or any(
            all(accepts(judged) for accepts in conditions) for conditions in self.alternatives
        )


def parse_filter(rules: Rulebook, now: datetime, every: Sequence[str], either: Sequence[str] = ()) -> Filter:
    """Returns the filter for typed conditions: all of `every`, or any one of `either`.

    A condition is FIELD OPERATOR VALUE with one of = != >= <= > < ~ (contains). A day means all of that day in
    the policy's zone; an empty value means an empty field. Raises InvalidInput if a condition is not valid.
    """
    together = tuple(parse_condition(rules, now, typed) for typed in every)
    single = tuple((parse_condition(rules, now, typed),) for typed in either)
    return Filter(alternatives=((together,) if together else ()) + single)


def parse_condition(rules: Rulebook, now: datetime, typed: str) -> Condition:
    """Returns the condition in a typed text such as `due<=2026-11-19`; raises InvalidInput if it is not valid."""
    return field_condition(rules, now, *split_condition(rules, typed))


def split_condition(rules: Rulebook, typed: str) -> tuple[str, str, str]:
    """Returns the name of the column, the operator and the text of a typed condition; raises InvalidInput if it is none."""
    parts = _CONDITION.fullmatch(typed)
    if parts is None:
        raise InvalidInput("not-a-condition", value=typed)
    field, operator, text = parts.groups()
    name = check_column_name(rules.policy, vocabulary.parse_field_name(rules.policy, field))
    return name, operator.translate(_OPERATOR_SIGNS), text.strip()


def field_condition(rules: Rulebook, now: datetime, name: str, operator: str, text: str) -> Condition:
    """Returns the condition that a field or column (by its name) relates to a typed value in this way."""
    if operator == "!=":
        is_equal = field_condition(rules, now, name, "=", text)
        return lambda judged: not is_equal(judged)
    if not text:
        if operator != "=":
            raise InvalidInput("not-a-condition", value=f"{name}{operator}")
        return lambda judged: not column_text(judged, name) and not fields.is_sealed(judged.case, name)
    kind = fields.field_kinds().get(name, "text")
    if operator == "~":
        return _contains(rules, name, text)
    if name == "due" or kind in {"moment", "day"}:
        return _time_condition(rules, now, name, operator, text)
    if operator == "=":
        return _equals(rules, name, text)
    return _order_condition(rules, name, operator, text)


def _contains(rules: Rulebook, name: str, text: str) -> Condition:
    """`~`: the value, or its label in any language, contains the text, ignoring case and width."""
    wanted, country_code = identity.fold_text(text), rules.policy.country_code
    needle = identity.needle_text(name, text, country_code) if name in identity.IDENTITY_FIELDS else ""
    choices = vocabulary.field_choices(rules.policy, name)

    def accepts(judged: JudgedCase) -> bool:
        value = _searched_text(judged, name)
        if wanted in identity.fold_text(value) or (needle and needle in identity.squeeze_text(value)):
            return True
        return any(wanted in identity.fold_text(label) for label in choices.get(value, {}).values())

    return accepts


def _searched_text(judged: JudgedCase, name: str) -> str:
    """Returns the column as text; of a list all its texts, line by line."""
    if fields.field_kinds().get(name) not in {"texts", "entries", "group"}:
        return column_text(judged, name)
    value = fields.value_at(judged.case, name)
    return "\n".join(_nested_texts(value if isinstance(value, dict) else fields.plain_value(value)))


def _nested_texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in inner for text in _nested_texts(part)]


def _time_condition(rules: Rulebook, now: datetime, name: str, operator: str, text: str) -> Condition:
    start, end = typed_times.parse_time_range(text, now, rules.zone)
    compare: Mapping[str, Callable[[datetime], bool]] = {
        "=": lambda moment: start <= moment < end,
        ">=": lambda moment: moment >= start,
        ">": lambda moment: moment >= end,
        "<=": lambda moment: moment < end,
        "<": lambda moment: moment < start,
    }
    is_meant = compare[operator]

    def accepts(judged: JudgedCase) -> bool:
        moment = column_moment(rules, judged, name)
        return moment is not None and is_meant(moment)

    return accepts


def column_moment(rules: Rulebook, judged: JudgedCase, name: str) -> datetime | None:
    """Returns a column that is a time, or the start of a day in the policy's zone; None if it is empty."""
    if name == "due":
        text = column_text(judged, name)
        return datetime.fromisoformat(text) if text else None
    return fields.moment_at(judged.case, name, rules.zone)


def _equals(rules: Rulebook, name: str, text: str) -> Condition:
    policy = rules.policy
    if name in identity.IDENTITY_FIELDS:
        keys = identity.comparable_keys(name, text, policy.country_code)
        return lambda judged: bool(
            keys & identity.comparable_keys(name, column_text(judged, name), policy.country_code)
        )
    if fields.field_kinds().get(name) == "texts" and not text.isdigit():
        wanted = fold_value(vocabulary.parse_receiver(policy, text) if name == "watchers" else text)
        return lambda judged: wanted in map(fold_value, fields.value_at(judged.case, name) or ())
    key = fold_value(vocabulary.parse_key(policy, "overdue" if name in _YES_OR_NO else name, text))
    if name in _PATHS:
        return lambda judged: f"{fold_value(column_text(judged, name))}/".startswith(f"{key}/")
    return lambda judged: fold_value(column_text(judged, name)) == key


def _order_condition(rules: Rulebook, name: str, operator: str, text: str) -> Condition:
    """`>=` and so on: levels by severity, numbers by size, all other texts by their letters."""
    policy, compare = rules.policy, _ORDERS[operator]
    if name == "level" and policy.levels:
        wanted = level_rank(rules, vocabulary.parse_key(policy, name, text))
        return lambda judged: (
            bool(judged.case.level) and compare(level_rank(rules, judged.case.level), wanted)
        )
    if (
        vocabulary.field_choices(policy, name)
        or name in _KEYS | _YES_OR_NO
        or fields.field_kinds().get(name) == "truth"
    ):
        raise InvalidInput("unordered-field", field=name, operator=operator)
    number = _leading_number(text)
    if number is not None:
        return lambda judged: (
            (value := _leading_number(column_text(judged, name))) is not None and compare(value, number)
        )
    folded = identity.fold_text(text)
    return lambda judged: (
        bool(value := column_text(judged, name)) and compare(identity.fold_text(value), folded)
    )


def _leading_number(text: str) -> float | None:
    """Returns the number at the beginning of a text such as `299.00 CNY`; None without one, or for a date."""
    match = _NUMBER.match(text)
    return float(match[1]) if match else None


def level_rank(rules: Rulebook, level: str | None) -> int:
    """Returns a number that is greater for a more severe level; 0 for a level that the policy does not have."""
    levels = [*rules.policy.levels]
    return len(levels) - levels.index(level) if level in levels else 0


def sort_key(rules: Rulebook, judged: JudgedCase, columns: Sequence[str]) -> SortKey:
    """Returns what a case is sorted by: a value for each column, None if it is empty.

    Levels are sorted by severity, times by time, numbers by size.
    """
    return tuple(_column_key(rules, judged, column.removeprefix("-")) for column in columns)


def sort_passes(columns: Sequence[str]) -> Iterator[tuple[Callable[[SortKey], Any], bool]]:
    """Yields stable sorts, one after the other, that together sort by several columns: what to sort by, and reversed.

    `-column` sorts descending. Empty values always come last.
    """
    for index, column in reversed([*enumerate(columns)]):
        descending = column.startswith("-")
        yield functools.partial(_pass_key, index, descending), descending


def _pass_key(index: int, descending: bool, key: SortKey) -> tuple[bool, ColumnKey | None]:
    return (key[index] is None) != descending, key[index]


def _column_key(rules: Rulebook, judged: JudgedCase, name: str) -> ColumnKey | None:
    text = column_text(judged, name)
    if not text:
        return None
    if moment := column_moment(rules, judged, name):
        return 0, moment.timestamp(), ""
    if name == "level":
        return 0, -level_rank(rules, text), text
    number = _leading_number(text)
    return (1, 0.0, text) if number is None else (0, number, text)
