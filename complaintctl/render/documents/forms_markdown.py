"""A filled form as Markdown, for a ticket or a wiki."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from complaintctl.domain.policy.forms import (
    EMPTY_BOX,
    TICKED_BOX,
    FilledChoice,
    FilledFishbone,
    FilledForm,
    FilledPart,
    FilledPassage,
    FilledRow,
    FilledTable,
    FilledText,
)
from complaintctl.render.text import svg

_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_LINE: Final = "\\_" * 12


def form_markdown(sheet: FilledForm) -> str:
    """Returns the whole form; cells that share a line on paper are listed below each other."""
    head = [
        f"# {_safe(sheet.title)}",
        " · ".join(_safe(text) for text in (sheet.team, sheet.number, sheet.case) if text),
    ]
    return "\n\n".join([*head, *(_part(part) for part in sheet.parts)]) + "\n"


def _part(part: FilledPart) -> str:
    if isinstance(part, FilledRow):
        return "\n".join(f"- {_label(pair.label)} {_safe(pair.text) or _LINE}" for pair in part.pairs)
    if isinstance(part, FilledPassage):
        text = "\\\n".join(_safe(line) for line in part.text.split("\n")) or _LINE
        return f"{_label(part.label)}\n\n{text}"
    if isinstance(part, FilledTable):
        return f"{_label(part.label)}\n\n" + "\n".join(_rows(part.heads, part.rows))
    if isinstance(part, FilledChoice):
        boxes = "  ".join(
            f"{TICKED_BOX if is_ticked else EMPTY_BOX} {_safe(label)}" for label, is_ticked in part.options
        )
        return f"- {_label(part.label)} {boxes or _LINE}"
    return "\n".join(_bones(part)) if isinstance(part, FilledFishbone) else _words(part)


def _words(part: FilledText) -> str:
    return f"## {_safe(part.text)}" if part.is_heading else f"*{_safe(part.text)}*"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(heads)
    yield "|" + " --- |" * len(heads)
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |"


def _bones(fish: FilledFishbone) -> Iterator[str]:
    yield f"{_label(fish.label)} {_safe(fish.problem)}\n"
    for branch, causes in fish.branches:
        yield f"- {_safe(branch)}"
        yield from (f"  - {_safe(cause)}" for cause in causes)


def _label(text: str) -> str:
    return f"**{_safe(text)}**"


def _safe(text: str) -> str:
    """Returns the text on one line with the special characters of Markdown escaped."""
    return _SIGNS.sub(r"\\\1", svg.clean_xml_text(text))
