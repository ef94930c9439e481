"""Lessons: closed cases that taught us something, and which of them answer a question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case

# What is searched for words: the complaint, why it happened, what was done, what was learned.
_SEARCHED: Final = ("title", "description", "problem", "cause", "plan", "lesson")
# A path includes the paths below it.
_PATHS: Final = frozenset({"category", "cause.class"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """A closed case of the library with the moment of its closing."""

    case: Case
    closed: datetime


def has_lesson(case: Case) -> bool:
    """Whether a closed case belongs to the library: somebody wrote down a lesson, or marked it as an example."""
    return case.lesson is not None or case.lesson_mark is not None


def matches_search(case: Case, words: str, wanted: Mapping[str, str]) -> bool:
    """Whether every word stands somewhere in the case, any case of letters, and every field has the wanted text."""
    return all(
        _field_matches_text(case, name, text) for name, text in wanted.items()
    ) and _contains_all_words(case, words)


def _field_matches_text(case: Case, name: str, text: str) -> bool:
    have = fields.text_at(case, name) or ""
    return have.casefold() == text.casefold() or (name in _PATHS and have.startswith(f"{text}/"))


def _contains_all_words(case: Case, words: str) -> bool:
    told = "\n".join(
        _nested_texts([fields.plain_value(fields.value_at(case, name)) for name in _SEARCHED])
    ).casefold()
    return all(word.casefold() in told for word in words.split())


def _nested_texts(value: object) -> Iterator[str]:
    """Every text in lists and maps, whatever its key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _nested_texts(inner)


def newest_first_order(lesson: Lesson) -> tuple[float, str]:
    """The order of the library: the case closed last stands first."""
    return -lesson.closed.timestamp(), lesson.case.id
