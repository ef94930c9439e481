"""Printable forms: the blocks of a form file, and the same blocks filled with the data of a case."""

from dataclasses import dataclass
from typing import Final, Literal

from complaintctl.domain.policy.policy import TextOrMap

TICKED_BOX: Final = "☒"
EMPTY_BOX: Final = "☐"


@dataclass(frozen=True, kw_only=True, slots=True)
class FormCell:
    """A short text field with its label; `width` is its share of the row."""

    label: TextOrMap
    value: str = ""
    width: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class FormPassage:
    """A long text field; if it is empty, `lines` blank lines to write on."""

    label: TextOrMap
    value: str = ""
    lines: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class FormTable:
    """A table with a row for each entry of the list `each` (named `one` in the columns), and at least `rows` rows."""

    label: TextOrMap
    each: str
    columns: tuple[FormCell, ...]
    rows: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceOption:
    """A checkbox and the value that ticks it."""

    key: str
    label: TextOrMap


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChoice:
    """Checkboxes: one for each key of a field of the case, or for each option defined in the form."""

    label: TextOrMap
    of: str | tuple[ChoiceOption, ...]
    value: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureTable:
    """A line for each role that must sign the step; for `roles` if the policy requires no signature."""

    label: TextOrMap
    step: str | None = None
    roles: tuple[TextOrMap, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FormBlock:
    """One part of a form; exactly one attribute is set. `own`: the heading above the team's custom fields."""

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
    """A form as defined in its file."""

    title: TextOrMap
    number: str | None = None
    blocks: tuple[FormBlock, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledCell:
    """A label and its text, which may be empty."""

    label: str
    text: str
    width: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledRow:
    """Cells side by side."""

    pairs: tuple[FilledCell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledPassage:
    """A label above a long text or above blank lines to write on."""

    label: str
    text: str
    lines: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledTable:
    """A table with its column heads; if `whole`, it is not split across pages (signatures)."""

    label: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    whole: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledChoice:
    """A label and checkboxes, each with its state."""

    label: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledFishbone:
    """A cause-and-effect diagram: the problem and its causes by branch."""

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
    """A form filled for a case in one language; `foot` is the footer with placeholders {page} and {pages}."""

    title: str
    number: str
    team: str
    case: str
    language: str
    foot: str
    parts: tuple[FilledPart, ...]
