"""The library of lessons: closed cases with a lesson or a mark, and searching them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.folding import fold_value

# Fields that a search covers: complaint, cause, plan, lesson (D-114).
_SEARCHED: Final = ("title", "description", "problem", "cause", "plan", "lesson")
# Fields whose values are paths; a path includes the paths below it.
_PATHS: Final = frozenset({"category", "cause.class"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """A closed case of the library and the time of its closing."""

    case: Case
    closed: datetime


def has_lesson(case: Case) -> bool:
    """Whether a closed case belongs to the library: it has a lesson, or a mark as an example."""
    return case.lesson is not None or case.lesson_mark is not None


def matches_search(case: Case, words: str, wanted: Mapping[str, str]) -> bool:
    """Whether the case contains every word (ignoring case and width) and every field in `wanted` has its text.

    For classes, a path below the wanted one matches, too.
    """
    return all(
        _field_matches_text(case, name, text) for name, text in wanted.items()
    ) and _contains_all_words(case, words)


def _field_matches_text(case: Case, name: str, text: str) -> bool:
    value, wanted = fold_value(fields.text_at(case, name) or ""), fold_value(text)
    return value == wanted or (name in _PATHS and value.startswith(f"{wanted}/"))


def _contains_all_words(case: Case, words: str) -> bool:
    searched = fold_value(
        "\n".join(_nested_texts([fields.plain_value(fields.value_at(case, name)) for name in _SEARCHED]))
    )
    return all(word in searched for word in fold_value(words).split())


def _nested_texts(value: object) -> Iterator[str]:
    """Yields all texts in nested lists and maps."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _nested_texts(inner)


def newest_first_order(lesson: Lesson) -> tuple[float, str]:
    """Sort key that puts the case closed last first."""
    return -lesson.closed.timestamp(), lesson.case.id
