"""A printable form: its blocks as a team writes them, and as they stand once a case has filled them."""

from dataclasses import dataclass
from typing import Final, Literal

from complaintctl.domain.policy.policy import Texts

TICKED: Final = "☒"
UNTICKED: Final = "☐"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A short gap with its label; the cells of a row share its width by their own."""

    label: Texts
    value: str = ""
    width: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A long gap; so many lines to write on where nothing is known."""

    label: Texts
    value: str = ""
    lines: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A row for each entry of the list `each`, where it is called `one`; at least so many rows."""

    label: Texts
    each: str
    columns: tuple[Cell, ...]
    rows: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """What may be ticked, and the value that ticks it."""

    key: str
    label: Texts


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Boxes to tick: the words of a field of the case, or options of the form's own."""

    label: Texts
    of: str | tuple[Option, ...]
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signatures:
    """A line for each role that must sign the step; for the `roles` named here where the policy asks for none."""

    label: Texts
    step: str | None = None
    roles: tuple[Texts, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One part of a form: exactly one of these is given. `own` are the team's own fields, under this heading."""

    heading: Texts | None = None
    row: tuple[Cell, ...] = ()
    text: Passage | None = None
    table: Table | None = None
    choice: Choice | None = None
    signatures: Signatures | None = None
    drawing: Literal["fishbone"] | None = None
    own: Texts | None = None
    note: Texts | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form as its file says it."""

    title: Texts
    number: str | None = None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A label and what is known, which may be nothing."""

    label: str
    text: str
    width: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Pairs beside each other."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """A label above a long text, or above lines to write on."""

    label: str
    text: str
    lines: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """A table with its heads; `whole` ones, which are signed, stay on one page."""

    label: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Boxes:
    """A label and boxes, each with whether it is ticked."""

    label: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fish:
    """A cause-and-effect diagram: the problem, and the causes by branch."""

    label: str
    problem: str
    branches: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A heading, or a note in small print."""

    text: str
    is_heading: bool


Part = Line | Writing | Grid | Boxes | Fish | Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A form filled for a case, in one language; `foot` is the page number with gaps {page} and {pages}."""

    title: str
    number: str
    team: str
    case: str
    language: str
    foot: str
    parts: tuple[Part, ...]
