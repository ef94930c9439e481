"""A printable form: its blocks as a team writes them, and as they stand once a case has filled them."""

from dataclasses import dataclass
from typing import Final, Literal

from complaintctl.domain.policy.policy import TextOrMap

TICKED_BOX: Final = "☒"
EMPTY_BOX: Final = "☐"


@dataclass(frozen=True, kw_only=True, slots=True)
class FormCell:
    """A short gap with its label; the cells of a row share its width by their own."""

    label: TextOrMap
    value: str = ""
    width: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class FormPassage:
    """A long gap; so many lines to write on where nothing is known."""

    label: TextOrMap
    value: str = ""
    lines: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class FormTable:
    """A row for each entry of the list `each`, where it is called `one`; at least so many rows."""

    label: TextOrMap
    each: str
    columns: tuple[FormCell, ...]
    rows: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceOption:
    """What may be ticked, and the value that ticks it."""

    key: str
    label: TextOrMap


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChoice:
    """Boxes to tick: the words of a field of the case, or options of the form's own."""

    label: TextOrMap
    of: str | tuple[ChoiceOption, ...]
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureTable:
    """A line for each role that must sign the step; for the `roles` named here where the policy asks for none."""

    label: TextOrMap
    step: str | None = None
    roles: tuple[TextOrMap, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FormBlock:
    """One part of a form: exactly one of these is given. `own` are the team's own fields, under this heading."""

    heading: TextOrMap | None = None
    row: tuple[FormCell, ...] = ()
    text: FormPassage | None = None
    table: FormTable | None = None
    choice: FormChoice | None = None
    signatures: SignatureTable | None = None
    drawing: Literal["fishbone"] | None = None
    own: TextOrMap | None = None
    note: TextOrMap | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form as its file says it."""

    title: TextOrMap
    number: str | None = None
    blocks: tuple[FormBlock, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledCell:
    """A label and what is known, which may be nothing."""

    label: str
    text: str
    width: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledRow:
    """Pairs beside each other."""

    pairs: tuple[FilledCell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledPassage:
    """A label above a long text, or above lines to write on."""

    label: str
    text: str
    lines: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledTable:
    """A table with its heads; `whole` ones, which are signed, stay on one page."""

    label: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledChoice:
    """A label and boxes, each with whether it is ticked."""

    label: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledFishbone:
    """A cause-and-effect diagram: the problem, and the causes by branch."""

    label: str
    problem: str
    branches: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledText:
    """A heading, or a note in small print."""

    text: str
    is_heading: bool


FilledPart = FilledRow | FilledPassage | FilledTable | FilledChoice | FilledFishbone | FilledText


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledForm:
    """A form filled for a case, in one language; `foot` is the page number with gaps {page} and {pages}."""

    title: str
    number: str
    team: str
    case: str
    language: str
    foot: str
    parts: tuple[FilledPart, ...]
