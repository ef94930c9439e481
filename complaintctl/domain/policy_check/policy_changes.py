"""The differences between two policies, key by key, with their paths in the new file."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

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
from complaintctl.domain.worktime import limits
from complaintctl.domain.worktime.calendars import named_days

# Lists of days in a calendar; only the days that differ are reported.
DAY_LISTS: Final = frozenset({"holidays", "workdays"})
# Maps whose order matters: the sequence of steps, the rank of levels.
_ORDERED: Final = ("levels", "steps")
_CLASSES: Final = frozenset({"categories", "causes"})
# Not compared: the version of the format, and the team's notes, which the program does not use.
_IGNORED_KEYS: Final = frozenset({"complaintctl", "x"})
# Values that mean the same as a missing key.
_DEFAULT_VALUES: Final[tuple[Any, ...]] = (None, (), {}, False, CountRule(), GitRule(), WaitRule())


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyDifference:
    """One key that differs; in `key`, steps and classes are identified by their names.

    `old` and `new` are texts, lists, maps and booleans as in the file; None if the key is missing. `place` is the
    path of the key in the new file, or of its parent if the key is missing there.
    """

    key: tuple[str, ...]
    old: Any
    new: Any
    place: tuple[str | int, ...]


def policy_differences(old: Policy, new: Policy) -> tuple[PolicyDifference, ...]:
    """Returns every key that differs. Limits of the same length are equal, even if they are written differently."""
    before, after = _tree(old), _tree(new)
    differences = [*_differing_entries(before, after, ()), *_reordered(before, after)]
    return tuple(
        PolicyDifference(key=key, old=left, new=right, place=_path(new, key))
        for key, left, right in differences
    )


def _tree(policy: Policy) -> dict[str, Any]:
    """Returns the policy as nested maps without default values; steps and classes are keyed by name."""
    tree = {name: value for name, value in _plain(policy).items() if name not in _IGNORED_KEYS}
    steps = tree.pop("steps", ())
    tree["steps"] = {step["step"]: {key: step[key] for key in step if key != "step"} for step in steps}
    for name, classes in (("categories", policy.categories), ("causes", policy.causes)):
        tree[name] = {
            path: _plain(ClassEntry(label=entry.label, department=entry.department, also=entry.also))
            for path, entry in class_paths(classes, "")
        }
    for name, calendar in policy.calendars.items():
        day_lists = {key: tuple(sorted(named_days(getattr(calendar, key)))) for key in DAY_LISTS}
        tree["calendars"][name] |= {key: days for key, days in day_lists.items() if days}
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
    """Yields ordered maps whose common keys are in a different order."""
    for key in _ORDERED:
        left, right = old.get(key, {}), new.get(key, {})
        before, after = (
            tuple(name for name in left if name in right),
            tuple(name for name in right if name in left),
        )
        if before != after:
            yield (key,), before, after


def _path(policy: Policy, key: tuple[str, ...]) -> tuple[str | int, ...]:
    """Returns the path of a key in the file of the new policy."""
    first, *rest = key
    if not rest:
        return key
    if first == "steps":
        step = find_step(policy, rest[0])
        return ("steps", policy.steps.index(step), *rest[1:]) if step else ("steps",)
    if first in _CLASSES:
        class_path = [part for name in rest[0].split("/") for part in ("sub", name)]
        return (first, *class_path[1:], *rest[1:])
    return key
