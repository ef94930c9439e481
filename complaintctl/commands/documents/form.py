"""A printable form, filled from a case."""

import dataclasses
import os
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options, session
from complaintctl.commands.documents import form_completion
from complaintctl.commands.session import Session
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.policy.forms import FilledForm
from complaintctl.errors import Broken
from complaintctl.render.documents import form_filling, forms, forms_markdown, template_facts
from complaintctl.render.documents.template_facts import DocumentInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.documents import browser, formfile, sandbox
from complaintctl.storage.documents.formfile import FormFile
from complaintctl.storage.documents.sandbox import Job, Stopped


def form(
    case: options.Case,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=_("Which form, such as record."),
            autocompletion=form_completion.complete_form_kinds,
        ),
    ],
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="LANG",
            help=_("The language of the form: en or zh."),
            autocompletion=completion.complete_languages,
        ),
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=_("html, md, pdf, docx or json; html, or what the name of the file ends with, if left out."),
            autocompletion=form_completion.complete_form_formats,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Write the form into this file."))
    ] = None,
    as_of: options.AsOf = None,
    as_json: options.Json = False,
) -> int:
    """Print a form about a case: what is known is filled in, the rest is lines to write on."""
    how = _choose_format("json" if as_json else output_format, output)
    here = session.open_session()
    session.use_language(lang)
    file = _read_form(here, kind)
    one = session.view_case(here, case, session.parse_as_of(here, as_of))
    made = _render_sheet(_filled_sheet(here, file, one.judged), how)
    if isinstance(made, str) and output is None:
        session.print_output(made)
    else:
        session.write_output(made.encode() if isinstance(made, str) else made, output)
    session.print_problems(one.problems, here.book.root)
    return one.exit_code


def _choose_format(given: str | None, output: Path | None) -> str:
    """The format asked for, else the one that the file is named after."""
    ending = output.suffix.removeprefix(".").lower() if output else ""
    return tables.check_format(given or ending or "html", forms.FORM_FORMATS)


def _read_form(here: Session, kind: str) -> FormFile:
    """The form of that kind; raises InvalidInput for an unknown one, Broken for a faulty file (its faults are said)."""
    path = formfile.find(here.book.root, kind)
    file, problems = formfile.read(path)
    if file is None:
        session.print_problems(problems, here.book.root)
        raise Broken("form-faulty", file=_display_path(path, here))
    return file


def _filled_sheet(here: Session, file: FormFile, judged: JudgedCase) -> FilledForm:
    """The form with what is known of the case; raises Broken where the file asks for what there is not."""
    name = _display_path(file.path, here)
    # A form is signed by hand: unlike a letter it knows no writer.
    writing = DocumentInput(judged=judged, rules=here.rules, by="", text=None)
    job = Job(template=name, context=template_facts.template_context(writing), escape="form")
    (found,) = sandbox.fill({name: file.source}, [job])
    if isinstance(found, Stopped):
        facts = dataclasses.asdict(found)
        raise Broken(facts.pop("key"), **facts)
    return form_filling.fill_form(file.form, formfile.gaps(file, found), judged, here.rules)


def _display_path(path: Path, here: Session) -> str:
    """How the file of a form is named to people: from the casebook on, where it lies there."""
    root = here.book.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _render_sheet(sheet: FilledForm, how: str) -> str | bytes:
    """The form as a file of that format; raises Broken where what makes it is not there."""
    if how == "pdf":
        return browser.pdf(forms.form_html(sheet), os.environ.get("COMPLAINTCTL_BROWSER"))
    if how == "docx":
        return _word_document(sheet)
    if how == "json":
        return tables.json_document("form", dataclasses.asdict(sheet))
    return forms.form_html(sheet) if how == "html" else forms_markdown.form_markdown(sheet)


def _word_document(sheet: FilledForm) -> bytes:
    try:
        from complaintctl.exchange.documents import word_form
    except ImportError as error:
        raise Broken("docx-missing", library=error.name) from error
    return word_form.document(sheet)
