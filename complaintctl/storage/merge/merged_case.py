"""Merges the two sides of a case file: histories as text, fields as values; comments and unknown keys stay."""

import dataclasses
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.three_way import LIST_KEYS, Contradiction
from complaintctl.domain.lifecycle.merged_facts import Ancestor, merge_facts
from complaintctl.domain.problems import Problem
from complaintctl.storage.case import casefile, edited_text, schema
from complaintctl.storage.merge import merging
from complaintctl.storage.merge.sides import Side, Sides, split_sides
from complaintctl.storage.yaml import yamltext

# The length of the markers of a conflict, if nobody says otherwise.
MARKER_SIZE: Final = 7
_COMMENT: Final = re.compile(rb"(?:^|\s)(#.*?)\s*$", re.MULTILINE)


class CaseConflictError(ValueError):
    """A case file that a person must decide; one problem for each contradiction or fault."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = list(problems)


@dataclass(frozen=True, kw_only=True, slots=True)
class MergedCase:
    """A case as both sides together have it, and its file."""

    case: Case
    text: bytes


def merge_case_file(path: Path, marked: bytes, base: bytes) -> MergedCase:
    """Returns the case in a file with conflict markers, merged; `base` is the common ancestor, empty if unknown.

    Both clones get the same file. Raises CaseConflictError if the sides contradict each other, if a side is
    faulty, or if the merged file would lose a comment or an unknown key of a side.
    """
    sides = split_sides(marked)
    # Not by whose side it is, which is different in the other clone.
    first, second = sorted((sides.ours, sides.theirs), key=_side_text)
    one, two = (_parse_side(path, side) for side in (first, second))
    old = split_sides(base).ours.text
    try:
        text = merging.merge_histories(
            first.text, second.text, old, one.source.system if one.source else None
        )
    except merging.HistoryConflictError as error:
        raise CaseConflictError(_conflict_elsewhere(path, sides.line)) from error
    before = _parse_text(path, text, sides.line)
    merged, contradictions = merge_facts(_parse_base(path, base), one, two, before.history)
    if contradictions:
        is_ours_first = first is sides.ours
        raise CaseConflictError(
            *(
                _contradiction_problem(path, sides, entry, is_ours_first=is_ours_first)
                for entry in contradictions
            )
        )
    changes = _changes(before, merged)
    text = edited_text.rewrite_case_text(text, before, merged, changes, ())
    text = _in_order_of_own_keys(path, text, merged)
    if _parse_text(path, text, sides.line) != merged or _loses_something(sides, old, text):
        raise CaseConflictError(_conflict_elsewhere(path, sides.line))
    return MergedCase(case=merged, text=text)


def _side_text(side: Side) -> bytes:
    return side.text


def _parse_side(path: Path, side: Side) -> Case:
    loaded, problems = casefile.parse_case(path, side.text)
    serious = [problem for problem in problems if not problem.warning]
    if loaded is None or serious:
        count = len(side.numbers)
        raise CaseConflictError(
            *(
                dataclasses.replace(entry, line=side.numbers[min(entry.line, count) - 1] if count else 1)
                for entry in serious
            )
        )
    return loaded.case


def _parse_text(path: Path, text: bytes, line: int) -> Case:
    """Returns the case in a merged text; raises CaseConflictError if it has faults or its file has another name."""
    loaded, problems = casefile.parse_case(path, text)
    if loaded is None or any(not problem.warning for problem in problems):
        raise CaseConflictError(_conflict_elsewhere(path, line))
    return loaded.case


def _parse_base(path: Path, base: bytes) -> Ancestor:
    """Returns the common ancestor.

    Two clones that merged each other have two; git gives their merge, with markers in it where they conflict.
    """
    sides = split_sides(base)
    try:
        one, two = (_parse_side(path, side) for side in (sides.ours, sides.theirs))
    except CaseConflictError:
        return Ancestor(case=None)
    events = tuple({event.id: event for event in (*one.history, *two.history)}.values())
    case, contradictions = merge_facts(Ancestor(case=None), one, two, events)
    names = frozenset(entry.name.partition(" ")[0] for entry in contradictions)
    lists = frozenset(name for name in LIST_KEYS for entry in names if entry.partition(".")[0] == name)
    return Ancestor(case=case, unknown=names | lists)


def is_sound_case(path: Path, text: bytes) -> bool:
    """Whether a file is a case without conflict markers and without faults."""
    loaded, problems = casefile.parse_case(path, text)
    return loaded is not None and all(problem.warning for problem in problems)


def mark_whole_files(ours: bytes, theirs: bytes, marker_size: int = MARKER_SIZE) -> bytes:
    """Returns two files as one conflict, with markers of `marker_size` characters."""
    ours, theirs = (text if text.endswith(b"\n") else text + b"\n" for text in (ours, theirs))
    begin, middle, end = (sign * marker_size for sign in (b"<", b"=", b">"))
    return begin + b" ours\n" + ours + middle + b"\n" + theirs + end + b" theirs\n"


def sound_marks(
    path: Path, marked: bytes, ours: bytes, theirs: bytes, marker_size: int = MARKER_SIZE
) -> bytes:
    """Returns `marked`, what git made of both sides, or the whole files as one conflict if git has mixed up their lines.

    Where both sides have a new key, or the ancestor is a merge itself, git may write a key twice.
    """
    if all(is_sound_case(path, side.text) for side in split_sides(marked).both):
        return marked
    return mark_whole_files(ours, theirs, marker_size)


def _changes(before: Case, after: Case) -> dict[str, Any]:
    names = [name for name, kind in fields.field_kinds().items() if kind != "group" and name != "x"]
    names += [f"x.{key}" for key in dict.fromkeys((*before.x, *after.x))]
    values = {name: fields.value_at(after, name) for name in names}
    if any(case.customer is not None and case.customer.sealed is not None for case in (before, after)):
        values = {name: value for name, value in values.items() if not name.startswith("customer.")}
        values["customer"] = after.customer
    return {
        name: None if value == () else value
        for name, value in values.items()
        if value != fields.value_at(before, name)
    }


def _in_order_of_own_keys(path: Path, text: bytes, merged: Case) -> bytes:
    """Returns the text with the own fields (x) in the order of `merged`; unchanged if that would lose a comment."""
    loaded, _problems = casefile.parse_case(path, text)
    order = list(merged.x)
    now = list(loaded.case.x) if loaded is not None else order
    if now == order or set(now) != set(order):
        return text
    kept = sum(itertools.takewhile(bool, (one == other for one, other in zip(now, order, strict=True))))
    moved = {f"x.{key}": merged.x[key] for key in order[kept:]}
    without = edited_text.edit_case_text(text, dict.fromkeys(moved), ())
    ordered = edited_text.edit_case_text(without, moved, ())
    return ordered if set(_COMMENT.findall(text)) <= set(_COMMENT.findall(ordered)) else text


def _conflict_elsewhere(path: Path, line: int) -> Problem:
    return Problem(key="conflict-elsewhere", file=str(path), line=line, column=1)


def _contradiction_problem(path: Path, sides: Sides, found: Contradiction, *, is_ours_first: bool) -> Problem:
    """Returns the problem with the line where our side has the value, else the line where the conflict begins."""
    reading = yamltext.parse_yaml(sides.ours.text, with_places=True)
    key_path = tuple(found.name.partition(" ")[0].split("."))
    place = reading.places.get(key_path) or reading.key_places.get(key_path)
    place = place or reading.places.get(key_path[:1]) or reading.key_places.get(key_path[:1])
    line = sides.ours.numbers[place[0] - 1] if place else sides.line
    ours, theirs = found.values if is_ours_first else found.values[::-1]
    values = {"field": found.name, "ours": ours or "–", "theirs": theirs or "–"}
    return Problem(key="conflict-values", values=values, file=str(path), line=line, column=1)


def _loses_something(sides: Sides, base: bytes, merged: bytes) -> bool:
    """Whether a comment or an unknown key that a side has is not in the merged file."""
    known, after = _unknown_values(merged), set(_COMMENT.findall(base)) | set(_COMMENT.findall(merged))
    return any(
        any(known.get(key, ...) != value for key, value in _unknown_values(side.text).items())
        or not after.issuperset(_COMMENT.findall(side.text))
        for side in (sides.ours, sides.theirs)
    )


def _unknown_values(text: bytes) -> dict[tuple[str | int, ...], Any]:
    root, read = (yamltext.parse_yaml(text, with_places=False).root for _copy in range(2))
    _case, faults = schema.case_from_texts(read)
    return {fault.path: _value_in(root, fault.path) for fault in faults if fault.key == "unknown-key"}


def _value_in(root: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        root = root[key]
    return root
