"""Writes a paper as a Word document: its title and its Markdown on A4."""

import io
from datetime import UTC, datetime

from docx.shared import Pt

from complaintctl.exchange.documents.word_markdown import add_markdown, blank_document
from complaintctl.exchange.documents.word_text import replace_forbidden_characters, set_document_properties

_TABLE_FONT_SIZE = Pt(9)


def paper_docx(language: str, title: str, author: str, markdown: str, at: datetime) -> bytes:
    """Returns the paper as the bytes of a .docx file; `author` may be empty."""
    paper = blank_document(language)
    set_document_properties(paper.core_properties, title, author, language)
    paper.core_properties.created = paper.core_properties.modified = at.astimezone(UTC)
    paper.add_heading(replace_forbidden_characters(title))
    add_markdown(paper, markdown)
    for table in paper.tables:
        for cell in table._cells:  # noqa: SLF001 -- `table.cell` searches the whole table for each cell
            for run in cell.paragraphs[0].runs:
                run.font.size = _TABLE_FONT_SIZE
        after = table._tbl.getnext()  # noqa: SLF001 -- python-docx has no API for what follows
        if after is not None and after.tag.endswith("}tbl"):
            table._tbl.addnext(paper.add_paragraph()._p)  # noqa: SLF001 -- same
    stream = io.BytesIO()
    paper.save(stream)
    return stream.getvalue()
