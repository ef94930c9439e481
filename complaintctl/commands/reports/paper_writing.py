"""Writes a paper: reads its text, fills it with what was counted, and prints it or writes it to a file."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from complaintctl.commands import completion
from complaintctl.commands.documents import letter_writing
from complaintctl.commands.session import (
    Session,
    check_output_target,
    print_output,
    print_problems,
    write_output,
)
from complaintctl.errors import Broken
from complaintctl.render.papers.blocks import Blocks
from complaintctl.render.papers.page import (
    PAPER_FORMATS,
    FilledPaper,
    paper_html,
    paper_markdown,
    paper_word_markdown,
)
from complaintctl.render.papers.paper_context import PaperContext
from complaintctl.render.text import language, tables
from complaintctl.render.text.language import _
from complaintctl.storage.documents import paperfile, sandbox
from complaintctl.storage.documents.paperfile import PaperFile
from complaintctl.storage.documents.sandbox import TemplateFault, TemplateJob

BINARY_FORMATS: Final = frozenset({"docx"})
PaperFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=_("md, html (to print), docx or json. Default: by the name of the file, otherwise md."),
        autocompletion=completion.choice_completer(PAPER_FORMATS),
    ),
]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PaperOrder:
    """What a paper is to be made of: its kind, the moment, its content for programs and, for the text, its names."""

    kind: str
    as_of: datetime
    content: dict[str, Any]
    names: Callable[[Blocks], PaperContext]


def choose_paper_format(given: str | None, output: Path | None, *, as_json: bool) -> str:
    """Returns the given format, else the suffix of the file if it is one, else md; raises InvalidInput.

    Raises before anything is read if the output cannot go where it is to go.
    """
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    wanted = "json" if as_json else given or (suffix if suffix in PAPER_FORMATS else "md")
    output_format = tables.check_format(wanted, PAPER_FORMATS)
    if output is not None or output_format in BINARY_FORMATS:
        check_output_target(output)
    return output_format


def write_paper(session: Session, order: PaperOrder, output_format: str, output: Path | None) -> None:
    """Print the paper, or write it to a file; raises Broken if its text has a fault (and prints it)."""
    content = _render_paper(session, order, output_format)
    if isinstance(content, str) and output is None:
        print_output(content)
    else:
        data = content.encode() if isinstance(content, str) else content
        write_output(data, output, private=session.casebook.private)


def _render_paper(session: Session, order: PaperOrder, output_format: str) -> str | bytes:
    if output_format == "json":
        return tables.json_document(order.kind, order.content)
    paper = fill_paper(session, order)
    if output_format == "html":
        return paper_html(paper)
    if output_format == "md":
        return paper_markdown(paper)
    try:
        from complaintctl.exchange.documents import word_paper
    except ModuleNotFoundError as error:
        raise Broken("docx-missing", library=error.name) from error
    return word_paper.paper_docx(
        language.current_language(),
        paper.title,
        session.rules.policy.sender.name or "",
        paper_word_markdown(paper),
        order.as_of,
    )


def fill_paper(session: Session, order: PaperOrder) -> FilledPaper:
    """Returns the paper in the reader's language."""
    file = _read_paper(session, order.kind)
    blocks = Blocks()
    context = order.names(blocks)
    name = letter_writing.display_path(file.path, session)
    templates = {"title": file.head.subject, name: file.body}
    jobs = [
        TemplateJob(template="title", context=context, escape="none"),
        TemplateJob(template=name, context=context, escape="markdown"),
    ]
    title, body = (_checked_text(filled, name) for filled in sandbox.fill_templates(templates, jobs))
    return FilledPaper(title=title, body=body, blocks=blocks)


def _read_paper(session: Session, kind: str) -> PaperFile:
    path = paperfile.paper_files(session.casebook.root)[kind, language.current_language()]
    paper, problems = paperfile.read_paper(path)
    if paper is None:
        print_problems(problems, session.casebook.root)
        raise Broken("template-faulty", file=letter_writing.display_path(path, session))
    return paper


def _checked_text(filled: str | TemplateFault, name: str) -> str:
    if isinstance(filled, TemplateFault):
        values = {**dataclasses.asdict(filled), "template": name}
        raise Broken(values.pop("key"), **values)
    return filled
