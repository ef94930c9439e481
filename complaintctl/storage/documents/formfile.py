"""Finds and reads forms: the team's own under `templates/forms/`, then the shipped ones. All gaps form one template."""

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
# The limit for blocks, lines, rows and relative widths.
MAX_FORM_NUMBER: Final = 200
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
# Separators by which the filled template is split; values never contain them (storage/documents/worker.py).
_BEGIN, _CLOSE, _ROW, _END = "\x01", "\x02", "\x03", "\x04"
_SEPARATORS: Final = re.compile("[\x01-\x04]")
_SEPARATED: Final = re.compile("\x01([^\x02]*)\x02|\x03|\x04")

# The rows of a block; each row holds the texts of its gaps.
GapRows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFile:
    """A form. `source`: all its gaps as one template with the line numbers of the file."""

    kind: str
    path: Path
    form: Form
    source: str


def form_folders(root: Path | None) -> tuple[Path, ...]:
    """The folders of forms, in search order: casebook, then package."""
    own = (root / "templates" / FORMS_FOLDER,) if root else ()
    return (*own, SHIPPED_FOLDER / FORMS_FOLDER)


def form_files(root: Path | None) -> dict[str, Path]:
    """All forms by kind; the team's own form replaces the shipped one of the same kind."""
    files: dict[str, Path] = {}
    for folder in form_folders(root):
        for path in sorted(folder.glob("*.yaml")):
            if _NAME.fullmatch(path.stem):
                files.setdefault(path.stem, path)
    return files


def misnamed_forms(root: Path) -> list[Problem]:
    """Files in the team's forms folder whose names are not those of a form."""
    return templatefile.unread_template_files(
        form_folders(root)[0], set(form_files(root).values()), "form-stray"
    )


def form_titles(root: Path | None) -> dict[str, Labels]:
    """The title of each kind of form, by language (`""` if it has only one)."""
    forms = ((kind, read_form(path)[0]) for kind, path in sorted(form_files(root).items()))
    titles = ((kind, file.form.title if file else "") for kind, file in forms)
    return {kind: title if isinstance(title, dict) else {"": title} for kind, title in titles}


def find_form(root: Path | None, typed: str) -> Path:
    """Returns the file of a form by kind or title; raises InvalidInput with the choices if unknown."""
    files = form_files(root)
    if typed in files:
        return files[typed]
    known = form_titles(root)
    kind = vocabulary.find_key(known, typed)
    if kind is None:
        raise InvalidInput("unknown-form", kind=typed, choices=vocabulary.named_choices(known))
    return files[kind]


def read_form(path: Path) -> tuple[FormFile | None, list[Problem]]:
    """Returns the form in a file, or None, with all faults and positions. Never raises for faulty content."""
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
    for index, block in enumerate(form.blocks):
        given = [name for name in FormBlock.__slots__ if getattr(block, name) not in (None, ())]
        if len(given) != 1:
            yield Fault(
                key="form-block", path=("blocks", index), values={"choices": list(FormBlock.__slots__)}
            )
        of = block.choice.of if block.choice else ()
        if isinstance(of, str) and not fields.is_field(of):
            values = {"field": of, "near": ""}
            yield Fault(key="unknown-field", path=("blocks", index, "choice", "of"), values=values)
        for path, number in _block_numbers(block):
            if number > MAX_FORM_NUMBER:
                yield Fault(
                    key="form-number",
                    path=("blocks", index, *path),
                    values={"number": number, "most": MAX_FORM_NUMBER},
                )
        if block.table and not block.table.columns:
            values = {"field": "columns"}
            yield Fault(key="field-missing", path=("blocks", index, "table", "columns"), values=values)


def _block_numbers(block: FormBlock) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Yields the widths, lines and rows of a block with their paths in it."""
    yield from ((("row", index, "width"), cell.width) for index, cell in enumerate(block.row))
    if block.text:
        yield ("text", "lines"), block.text.lines
    if block.table:
        yield ("table", "rows"), block.table.rows
        columns = enumerate(block.table.columns)
        yield from ((("table", "columns", index, "width"), cell.width) for index, cell in columns)


def _gaps_template(form: Form, reading: ParsedYaml) -> str:
    """All gaps in the order of the form, each on its line in the file, so that faults have the right line (D-093)."""
    lines, text = 1, ""
    for index, block in enumerate(form.blocks):
        for path, piece in _block_gaps(block):
            line = reading.places.get(("blocks", index, *path), (0, 0))[0]
            text += "\n" * (line - lines)
            text += piece
            lines = text.count("\n") + 1
    return text


def _block_gaps(block: FormBlock) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yields the gaps of a block with their paths in it."""
    for index, cell in enumerate(block.row):
        yield ("row", index, "value"), _mark_gap(cell.value)
    for name in ("text", "choice"):
        if gap := getattr(block, name):
            yield (name, "value"), _mark_gap(gap.value)
    if block.table:
        yield ("table", "each"), f"{{% for one in {block.table.each} %}}{_ROW}"
        for index, cell in enumerate(block.table.columns):
            yield ("table", "columns", index, "value"), _mark_gap(cell.value)
        yield (), f"{{% endfor %}}{_END}"


def _mark_gap(text: str) -> str:
    return _BEGIN + _SEPARATORS.sub("", text) + _CLOSE


def split_filled_gaps(file: FormFile, filled: str) -> list[GapRows]:
    """Splits the filled template into the texts of each block; raises Broken if the gaps do not match the form."""
    signs = iter(
        [sign[0] if sign[1] is None else _BEGIN + sign[1] + _CLOSE for sign in _SEPARATED.finditer(filled)]
    )

    def sign(beginning: str) -> str:
        next_sign = next(signs, "")
        if not next_sign.startswith(beginning):
            raise Broken("form-gaps", file=file.path.name)
        return next_sign

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
    if next(signs, ""):
        raise Broken("form-gaps", file=file.path.name)
    return blocks


def _tidy_gap(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
