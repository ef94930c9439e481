"""What two policies promise differently, key by key, and where the new one says it."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain import limits
from complaintctl.domain.case import fields
from complaintctl.domain.policy.policy import (
    ClassEntry,
    CountRule,
    GitRule,
    Policy,
    WaitRule,
    class_paths,
    find_step,
)
from complaintctl.domain.worktime.calendars import named_days

# Days of a calendar: of these only the ones that differ are told.
DAY_LISTS: Final = frozenset({"holidays", "workdays"})
# Here the order says something: which step follows which, which level is above which.
_ORDERED: Final = ("levels", "steps")
_CLASSES: Final = frozenset({"categories", "causes"})
# The version of the format, and the team's own notes, which nothing reads.
_IGNORED_KEYS: Final = frozenset({"complaintctl", "x"})
# What a policy says by leaving a key out.
_DEFAULT_VALUES: Final[tuple[Any, ...]] = (None, (), {}, False, CountRule(), GitRule(), WaitRule())


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyDifference:
    """One key that differs; steps and classes are named by their own names in `key`.

    `old` and `new` are texts, lists, maps and truths as the file has them, None where the key is not there. `place` leads
    to the key in the new file, or to what would hold it.
    """

    key: tuple[str, ...]
    old: Any
    new: Any
    place: tuple[str | int, ...]


def policy_differences(old: Policy, new: Policy) -> tuple[PolicyDifference, ...]:
    """Every key that differs. The same length written otherwise is no difference."""
    before, after = _tree(old), _tree(new)
    found = [*_differing_entries(before, after, ()), *_reordered(before, after)]
    return tuple(
        PolicyDifference(key=key, old=left, new=right, place=_place(new, key)) for key, left, right in found
    )


def _tree(policy: Policy) -> dict[str, Any]:
    """The policy as maps of maps, without what it leaves out."""
    tree = {name: value for name, value in _plain(policy).items() if name not in _IGNORED_KEYS}
    steps = tree.pop("steps", ())
    tree["steps"] = {step["step"]: {key: step[key] for key in step if key != "step"} for step in steps}
    for name, classes in (("categories", policy.categories), ("causes", policy.causes)):
        tree[name] = {
            path: _plain(ClassEntry(label=entry.label, department=entry.department))
            for path, entry in class_paths(classes, "")
        }
    for name, calendar in policy.calendars.items():
        days = {key: tuple(sorted(named_days(getattr(calendar, key)))) for key in DAY_LISTS}
        tree["calendars"][name] |= {key: found for key, found in days.items() if found}
    return tree


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((entry.name, getattr(value, entry.name)) for entry in dataclasses.fields(value))
        return {fields.file_key(name): _plain(inner) for name, inner in pairs if inner not in _DEFAULT_VALUES}
    if isinstance(value, dict):
        return {name: _plain({} if inner is None else inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_plain(inner) for inner in value)
    return value if isinstance(value, bool) else fields.value_text(value)


def _differing_entries(
    old: Any, new: Any, key: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    if _same(old, new):
        return
    if key[-1:] and key[0] == "calendars" and key[-1] in DAY_LISTS:
        before, after = old or (), new or ()
        yield (
            key,
            tuple(day for day in before if day not in after) or None,
            tuple(day for day in after if day not in before) or None,
        )
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in (*old, *(name for name in new if name not in old)):
            yield from _differing_entries(old.get(name), new.get(name), (*key, name))
    elif len(key) == 1 and isinstance(old or {}, Mapping) and isinstance(new or {}, Mapping):
        yield from _differing_entries(old or {}, new or {}, key)
    else:
        yield key, old, new


def _same(old: Any, new: Any) -> bool:
    if old == new:
        return True
    pair = [limits.parse_limit(text) for text in (old, new) if isinstance(text, str)]
    lengths = [dataclasses.replace(limit, text="") for limit in pair if limit is not None]
    return len(lengths) == len((old, new)) and lengths[0] == lengths[1]


def _reordered(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The order of what stands in both, where it says something."""
    for key in _ORDERED:
        left, right = old.get(key, {}), new.get(key, {})
        before, after = (
            tuple(name for name in left if name in right),
            tuple(name for name in right if name in left),
        )
        if before != after:
            yield (key,), before, after


def _place(policy: Policy, key: tuple[str, ...]) -> tuple[str | int, ...]:
    """The path of a key in the file of the new policy."""
    first, *rest = key
    if not rest:
        return key
    if first == "steps":
        found = find_step(policy, rest[0])
        return ("steps", policy.steps.index(found), *rest[1:]) if found else ("steps",)
    if first in _CLASSES:
        way = [part for name in rest[0].split("/") for part in ("sub", name)]
        return (first, *way[1:], *rest[1:])
    return key
