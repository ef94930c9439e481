"""The forms a team can print: their own under `templates/forms/`, then the shipped ones; with the gaps as one template."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.policy.forms import Form, FormBlock
from complaintctl.domain.policy.policy import Labels
from complaintctl.domain.problems import Fault, Problem
from complaintctl.errors import Broken, InvalidInput
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.documents import templatefile
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import ParsedYaml

FORMS_FOLDER: Final = "forms"
# More blocks, lines, rows or shares of a width nobody prints.
MAX_FORM_NUMBER: Final = 200
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
# What the filled template is picked apart by; no fact keeps these signs (storage/documents/worker.py).
_BEGIN, _CLOSE, _ROW, _END = "\x01", "\x02", "\x03", "\x04"
_SEPARATORS: Final = re.compile("[\x01-\x04]")
_SEPARATED: Final = re.compile("\x01([^\x02]*)\x02|\x03|\x04")

# The rows of a block, each with the texts of its gaps.
GapRows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFile:
    """A form, and all its gaps as one template whose lines are those of the file."""

    kind: str
    path: Path
    form: Form
    source: str


def form_folders(root: Path | None) -> tuple[Path, ...]:
    """Where forms are looked for: in the casebook, then in the package."""
    own = (root / "templates" / FORMS_FOLDER,) if root else ()
    return (*own, SHIPPED_FOLDER / FORMS_FOLDER)


def form_files(root: Path | None) -> dict[str, Path]:
    """Every form by its kind; the team's own stands before the shipped one."""
    found: dict[str, Path] = {}
    for folder in form_folders(root):
        for path in sorted(folder.glob("*.yaml")):
            if _NAME.fullmatch(path.stem):
                found.setdefault(path.stem, path)
    return found


def misnamed_forms(root: Path) -> list[Problem]:
    """Files among the team's own forms that are called like none."""
    return templatefile.unread_template_files(
        form_folders(root)[0], set(form_files(root).values()), "form-stray"
    )


def form_titles(root: Path | None) -> dict[str, Labels]:
    """What the form of each kind is called."""
    read_ones = ((kind, read_form(path)[0]) for kind, path in sorted(form_files(root).items()))
    named = ((kind, file.form.title if file else "") for kind, file in read_ones)
    return {kind: title if isinstance(title, dict) else {"": title} for kind, title in named}


def find_form(root: Path | None, typed: str) -> Path:
    """The file of a form, by its kind or title; raises InvalidInput naming those there are."""
    found = form_files(root)
    if typed in found:
        return found[typed]
    known = form_titles(root)
    kind = vocabulary.find_key(known, typed)
    if kind is None:
        raise InvalidInput("unknown-form", kind=typed, choices=vocabulary.named_choices(known))
    return found[kind]


def read_form(path: Path) -> tuple[FormFile | None, list[Problem]]:
    """The form in a file, or None, with every fault and its place. Never raises for what is in the file."""
    text, problems = templatefile.read_template(path)
    if text is None:
        return None, problems
    reading = yamltext.parse_yaml(text.encode(), with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    if problems or not isinstance(reading.root, dict):
        return None, problems
    form, faults = schema.object_from_texts(Form, reading.root)
    faults += _form_faults(form) if form else ()
    problems = [problem_at_fault(path, reading, fault, None) for fault in faults]
    if form is None or problems:
        return None, problems
    return FormFile(kind=path.stem, path=path, form=form, source=_gaps_template(form, reading)), []


def _form_faults(form: Form) -> Iterator[Fault]:
    if len(form.blocks) > MAX_FORM_NUMBER:
        yield Fault(
            key="form-number", path=("blocks",), values={"number": len(form.blocks), "most": MAX_FORM_NUMBER}
        )
    for place, block in enumerate(form.blocks):
        given = [name for name in FormBlock.__slots__ if getattr(block, name) not in (None, ())]
        if len(given) != 1:
            yield Fault(
                key="form-block", path=("blocks", place), values={"choices": list(FormBlock.__slots__)}
            )
        of = block.choice.of if block.choice else ()
        if isinstance(of, str) and not fields.is_field(of):
            values = {"field": of, "near": ""}
            yield Fault(key="unknown-field", path=("blocks", place, "choice", "of"), values=values)
        for way, number in _block_numbers(block):
            if number > MAX_FORM_NUMBER:
                yield Fault(
                    key="form-number",
                    path=("blocks", place, *way),
                    values={"number": number, "most": MAX_FORM_NUMBER},
                )
        if block.table and not block.table.columns:
            values = {"field": "columns"}
            yield Fault(key="field-missing", path=("blocks", place, "table", "columns"), values=values)


def _block_numbers(block: FormBlock) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """The widths and lines that a block asks for, with their places in it."""
    yield from ((("row", place, "width"), cell.width) for place, cell in enumerate(block.row))
    if block.text:
        yield ("text", "lines"), block.text.lines
    if block.table:
        yield ("table", "rows"), block.table.rows
        columns = enumerate(block.table.columns)
        yield from ((("table", "columns", place, "width"), cell.width) for place, cell in columns)


def _gaps_template(form: Form, reading: ParsedYaml) -> str:
    """All gaps in the order of the form, each on its line of the file, so that a fault names its place."""
    lines, text = 1, ""
    for place, block in enumerate(form.blocks):
        for way, piece in _block_gaps(block):
            line = reading.places.get(("blocks", place, *way), (0, 0))[0]
            text += "\n" * (line - lines)
            text += piece
            lines = text.count("\n") + 1
    return text


def _block_gaps(block: FormBlock) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The gaps of a block with their places in it."""
    for place, cell in enumerate(block.row):
        yield ("row", place, "value"), _mark_gap(cell.value)
    for name in ("text", "choice"):
        if gap := getattr(block, name):
            yield (name, "value"), _mark_gap(gap.value)
    if block.table:
        yield ("table", "each"), f"{{% for one in {block.table.each} %}}{_ROW}"
        for place, cell in enumerate(block.table.columns):
            yield ("table", "columns", place, "value"), _mark_gap(cell.value)
        yield (), f"{{% endfor %}}{_END}"


def _mark_gap(text: str) -> str:
    return _BEGIN + _SEPARATORS.sub("", text) + _CLOSE


def split_filled_gaps(file: FormFile, filled: str) -> list[GapRows]:
    """The texts of each block, of the filled template; raises Broken where a gap reaches into the next one."""
    found = iter(
        [sign[0] if sign[1] is None else _BEGIN + sign[1] + _CLOSE for sign in _SEPARATED.finditer(filled)]
    )

    def sign(beginning: str) -> str:
        one = next(found, "")
        if not one.startswith(beginning):
            raise Broken("form-gaps", file=file.path.name)
        return one

    def texts(count: int) -> tuple[str, ...]:
        return tuple(_tidy_gap(sign(_BEGIN)[1:-1]) for _place in range(count))

    def rows(count: int) -> Iterator[tuple[str, ...]]:
        while sign("") == _ROW:
            yield texts(count)

    blocks = [
        tuple(rows(len(block.table.columns)))
        if block.table
        else (texts(len(block.row) or bool(block.text or block.choice)),)
        for block in file.form.blocks
    ]
    if next(found, ""):
        raise Broken("form-gaps", file=file.path.name)
    return blocks


def _tidy_gap(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
