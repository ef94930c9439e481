"""A first mapping for a table of another system, as it was guessed."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class GuessedTimes:
    """The formats of a column; `ambiguous` if some texts fit two of them, with day and month exchanged."""

    layouts: tuple[str, ...]
    ambiguous: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class GuessedMapping:
    """A first mapping. `columns` maps targets to columns, `times` time columns to formats, `words` fields to words.

    A word is mapped to the nearest key of the policy, "" if none is similar. `id` and `received` are None if no
    column fits; `id_repeats`: the column of the id has a value twice, as in a log of events. `empty` are words for
    nothing, `zone` is the column with the zone of the times.
    """

    system: str
    timezone: str
    encoding: str | None
    delimiter: str
    empty: tuple[str, ...]
    id: str | None
    id_repeats: bool
    columns: Mapping[str, str]
    times: Mapping[str, GuessedTimes]
    zone: str | None
    words: Mapping[str, Mapping[str, str]]
    chinese: bool
    rows: int
