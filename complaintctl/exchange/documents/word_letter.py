"""Writes a letter as a Word document: Markdown on A4, with fonts for Latin and Chinese."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from docx.enum.text import WD_ALIGN_PARAGRAPH

from complaintctl.exchange.documents.word_markdown import FONT_SIZE, add_markdown, blank_document
from complaintctl.exchange.documents.word_text import replace_forbidden_characters, set_document_properties


@dataclass(frozen=True, kw_only=True, slots=True)
class WordLetter:
    """The content of a letter: sender and recipient lines (may be empty), date, subject, and Markdown text."""

    language: str
    sender: Sequence[str]
    to: Sequence[str]
    day: str
    at: datetime
    subject: str
    markdown: str


def letter_docx(letter: WordLetter) -> bytes:
    """Returns the letter as the bytes of a .docx file."""
    paper = blank_document(letter.language)
    set_document_properties(
        paper.core_properties, letter.subject, next(iter(letter.sender), ""), letter.language
    )
    paper.core_properties.created = paper.core_properties.modified = letter.at.astimezone(UTC)
    for lines, on_the_right in ((letter.sender, True), (letter.to, False), ([letter.day], True)):
        if any(lines):
            block = paper.add_paragraph()
            first, *others = lines
            block.add_run(replace_forbidden_characters(first)).bold = lines is letter.sender
            block.add_run(replace_forbidden_characters("".join(f"\n{line}" for line in others)))
            if on_the_right:
                block.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper.add_heading(replace_forbidden_characters(letter.subject))
    text = add_markdown(paper, letter.markdown)
    if letter.language == "zh" and text:
        for paragraph in text[1:-1]:
            paragraph.paragraph_format.first_line_indent = 2 * FONT_SIZE
        text[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()
