"""Prints a form filled with the fields of a case."""

import dataclasses
import os
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.documents import form_completion
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    print_masked_note,
    print_message,
    print_output,
    print_problems,
    view_case,
    with_display,
    write_output,
)
from complaintctl.domain.case import data_state
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.policy.forms import FilledForm
from complaintctl.errors import Broken
from complaintctl.render.documents import form_filling, forms, forms_markdown, template_context
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.render.text import language, tables
from complaintctl.render.text.language import _
from complaintctl.storage.documents import browser, formfile, sandbox
from complaintctl.storage.documents.formfile import FormFile
from complaintctl.storage.documents.sandbox import TemplateFault, TemplateJob


def form(
    ctx: typer.Context,
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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Write the form into this file."))
    ] = None,
    reveal: options.Reveal = False,
    as_of: options.AsOf = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=_("html, md, pdf, docx or json. Default: by the name of the file, otherwise html."),
            autocompletion=completion.choice_completer(forms.FORM_FORMATS),
        ),
    ] = None,
    as_json: options.Json = False,
) -> int:
    """Print a form about a case; unknown values become lines to write on."""
    chosen_format = _choose_format("json" if as_json else output_format, output)
    session = with_display(
        open_session(casebook_dir(ctx)), reveal=reveal, for_programs=chosen_format == "json"
    )
    language.use_language(lang)
    file = _read_form(session, kind)
    view = view_case(session, case, parse_as_of(session, as_of))
    data_state.check_usable(view.judged.case)
    content = _render_sheet(_filled_sheet(session, file, view.judged), chosen_format)
    if isinstance(content, str) and output is None:
        print_output(content)
    else:
        write_output(
            content.encode() if isinstance(content, str) else content,
            output,
            private=session.casebook.private,
        )
    print_masked_note(session)
    print_problems(view.problems, session.casebook.root)
    if view.judged.case.is_erased:
        print_message(_("The customer's data were erased; leave the lines for them empty."))
    return view.exit_code


def _choose_format(given: str | None, output: Path | None) -> str:
    """Returns the given format, else the suffix of the output file, else html; raises InvalidInput if it is unknown."""
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    return tables.check_format(given or suffix or "html", forms.FORM_FORMATS)


def _read_form(session: Session, kind: str) -> FormFile:
    """Returns the form of a kind; raises InvalidInput if it is unknown, Broken if its file is faulty (prints the faults)."""
    path = formfile.find_form(session.casebook.root, kind)
    file, problems = formfile.read_form(path)
    if file is None:
        print_problems(problems, session.casebook.root)
        raise Broken("form-faulty", file=_display_path(path, session))
    return file


def _filled_sheet(session: Session, file: FormFile, judged: JudgedCase) -> FilledForm:
    """Returns the form filled with the case; raises Broken if the template fails."""
    name = _display_path(file.path, session)
    # A form is signed by hand, so unlike a letter it has no writer.
    document_input = DocumentInput(judged=judged, rules=session.rules, by="", text=None)
    job = TemplateJob(template=name, context=template_context.template_context(document_input), escape="form")
    (filled,) = sandbox.fill_templates({name: file.source}, [job])
    if isinstance(filled, TemplateFault):
        fault_values = dataclasses.asdict(filled)
        raise Broken(fault_values.pop("key"), **fault_values)
    return form_filling.fill_form(file.form, formfile.split_filled_gaps(file, filled), judged, session.rules)


def _display_path(path: Path, session: Session) -> str:
    """Returns the path relative to the casebook, or the file name if it is outside."""
    root = session.casebook.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _render_sheet(sheet: FilledForm, output_format: str) -> str | bytes:
    """Returns the form in a format; raises Broken if the browser (pdf) or the library (docx) is missing or fails."""
    if output_format == "pdf":
        return browser.print_pdf(forms.form_html(sheet), os.environ.get("COMPLAINTCTL_BROWSER"))
    if output_format == "docx":
        return _word_document(sheet)
    if output_format == "json":
        return tables.json_document("form", dataclasses.asdict(sheet))
    return forms.form_html(sheet) if output_format == "html" else forms_markdown.form_markdown(sheet)


def _word_document(sheet: FilledForm) -> bytes:
    try:
        from complaintctl.exchange.documents import word_form
    except ImportError as error:
        raise Broken("docx-missing", library=error.name) from error
    return word_form.form_docx(sheet)
