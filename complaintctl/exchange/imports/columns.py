"""Finds the columns of a mapping among the headings of a table; blanks, widths and case of the letters do not matter."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from complaintctl.domain.case import fields, one_line
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.cells import ImportTarget
from complaintctl.exchange.imports.formats.csvrows import REJECT_COLUMNS, make_distinct
from complaintctl.exchange.imports.mapping import ColumnSource, ImportMapping, column_sources
from complaintctl.exchange.imports.policy_words import PolicyWords


def find_column(names: Iterable[str], header: tuple[str, ...]) -> int | None:
    """Returns the place of the first name that the header has, or None.

    A heading that is written exactly so counts first. Raises InvalidInput if a name fits several headings otherwise.
    """
    names = tuple(names)
    for name in names:
        if name in header:
            return header.index(name)
    plain = [plain_heading(heading) for heading in header]
    for name in names:
        places = [place for place, heading in enumerate(plain) if heading == plain_heading(name)]
        if len(places) > 1:
            raise InvalidInput(
                "import-which-column", column=name, choices=[header[place] for place in places]
            )
        if places:
            return places[0]
    return None


def plain_heading(name: str) -> str:
    """A heading in small letters of normal width, with one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def missing_columns(mapping: ImportMapping, header: tuple[str, ...]) -> list[str]:
    """Returns the columns that the mapping requires and the header lacks."""
    missing: list[str] = []
    for _target, taking in column_sources(mapping):
        groups = [(name,) for name in taking.join] if taking.join else [taking.column]
        groups += [(name,) for name in taking.when]
        groups += [taking.zone] if taking.zone else []
        if not taking.optional:
            missing += [" | ".join(group) for group in groups if find_column(group, header) is None]
    return list(dict.fromkeys(missing))


def is_heading_of(mapping: ImportMapping, cells: tuple[str, ...]) -> bool:
    """Whether a record of a table is its heading: it has every column that the mapping requires.

    A record in which a column stands twice is one, too; `find_column` then names the two.
    """
    try:
        return not missing_columns(mapping, make_distinct(cells))
    except InvalidInput:
        return True


def similar_columns(missing: Iterable[str], header: tuple[str, ...]) -> list[str]:
    """The headings that resemble missing columns."""
    spelt: Mapping[str, str] = {plain_heading(column): column for column in header}
    near = (difflib.get_close_matches(plain_heading(column), spelt, 1) for column in missing)
    return list(dict.fromkeys(spelt[match] for matches in near for match in matches))


def make_targets(
    mapping: ImportMapping, header: tuple[str, ...], policy_words: PolicyWords
) -> list[ImportTarget]:
    """Returns the targets of a table in order, `id` first; no required column may be missing."""
    found = [
        target
        for name, taking in column_sources(mapping)
        if (target := _make_target(name, taking, header)) is not None
    ]
    targets = [*found, *_constant_targets(mapping), *_spare_targets(mapping, header, found)]
    return [
        replace(target, words=words) if (words := policy_words.of_target(target.name)) else target
        for target in targets
    ]


def _make_target(name: str, taking: ColumnSource, header: tuple[str, ...]) -> ImportTarget | None:
    """Returns the target of a column; None if the column is optional and missing."""
    groups = [(column,) for column in taking.join] if taking.join else [taking.column]
    places = [place for group in groups if (place := find_column(group, header)) is not None]
    conditions = [
        (find_column((column,), header), frozenset(word.strip().casefold() for word in words))
        for column, words in taking.when.items()
    ]
    if not places or any(place is None for place, _words in conditions):
        return None
    return ImportTarget(
        name=name,
        taking=taking,
        places=tuple(places),
        zone_place=find_column(taking.zone, header),
        conditions=tuple((place, words) for place, words in conditions if place is not None),
        is_plain=taking == ColumnSource(column=taking.column, optional=taking.optional, times=taking.times),
    )


def _constant_targets(mapping: ImportMapping) -> Iterator[ImportTarget]:
    for target, text in mapping.constants.items():
        yield ImportTarget(name=target, taking=ColumnSource(), constant=text)


def _spare_targets(
    mapping: ImportMapping, header: tuple[str, ...], found: list[ImportTarget]
) -> Iterator[ImportTarget]:
    """The targets under `x:`: every other column, and unreadable texts of columns whose faults only warn.

    The whole cell of several values is kept there, too, if the case takes only one of them.
    """
    used: set[int | None] = {target.zone_place for target in found}
    for target in found:
        if target.taking.split is None or fields.field_kinds().get(target.name) == "texts":
            used |= {*target.places}
    ignored = {plain_heading(column) for column in (*mapping.ignore, *REJECT_COLUMNS)}
    names: set[str] = set()
    for place, column in enumerate(header):
        name = _spare_name(column)
        if place not in used and plain_heading(column) not in ignored:
            names.add(name)
            yield ImportTarget(name=name, taking=ColumnSource(), places=(place,), is_plain=True)
    for target in found:
        name = _spare_name(header[target.place])
        if target.taking.unreadable == "warn" and name not in names:
            names.add(name)
            yield ImportTarget(name=name, taking=ColumnSource(), left_from=target.name)


def _spare_name(heading: str) -> str:
    return f"x.{one_line.join_lines(heading)}"
