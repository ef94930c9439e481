"""A printable form, filled from a case."""

import dataclasses
import os
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options, session
from complaintctl.commands.documents import form_completion
from complaintctl.commands.session import Desk
from complaintctl.domain.deadlines.clocks import Judged
from complaintctl.domain.policy.forms import Sheet
from complaintctl.errors import Broken
from complaintctl.render.documents import form_filling, forms, forms_markdown, template_facts
from complaintctl.render.documents.template_facts import Writing
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
            metavar="KIND", help=_("Which form, such as record."), autocompletion=form_completion.kinds
        ),
    ],
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="LANG",
            help=_("The language of the form: en or zh."),
            autocompletion=completion.languages,
        ),
    ] = None,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=_("html, md, pdf, docx or json; html, or what the name of the file ends with, if left out."),
            autocompletion=form_completion.formats,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Write the form into this file."))
    ] = None,
    as_of: options.AsOf = None,
    as_json: options.Json = False,
) -> int:
    """Print a form about a case: what is known is filled in, the rest is lines to write on."""
    how = _format("json" if as_json else output_format, output)
    here = session.sit_down()
    session.speak(lang)
    file = _file(here, kind)
    one = session.one_case(here, case, session.as_of(here, as_of))
    made = _made(_filled(here, file, one.judged), how)
    if isinstance(made, str) and output is None:
        session.show(made)
    else:
        session.hand_over(made.encode() if isinstance(made, str) else made, output)
    session.say_problems(one.problems, here.book.root)
    return one.exit_code


def _format(given: str | None, output: Path | None) -> str:
    """The format asked for, else the one that the file is named after."""
    ending = output.suffix.removeprefix(".").lower() if output else ""
    return tables.check_format(given or ending or "html", forms.FORMATS)


def _file(here: Desk, kind: str) -> FormFile:
    """The form of that kind; raises Misspelt for an unknown one, Broken for a faulty file (its faults are said)."""
    path = formfile.find(here.book.root, kind)
    file, problems = formfile.read(path)
    if file is None:
        session.say_problems(problems, here.book.root)
        raise Broken("form-faulty", file=_shown(path, here))
    return file


def _filled(here: Desk, file: FormFile, judged: Judged) -> Sheet:
    """The form with what is known of the case; raises Broken where the file asks for what there is not."""
    name = _shown(file.path, here)
    # A form is signed by hand: unlike a letter it knows no writer.
    writing = Writing(judged=judged, rules=here.rules, by="", text=None)
    job = Job(template=name, context=template_facts.facts_of(writing), escape="form")
    (found,) = sandbox.fill({name: file.source}, [job])
    if isinstance(found, Stopped):
        facts = dataclasses.asdict(found)
        raise Broken(facts.pop("key"), **facts)
    return form_filling.sheet(file.form, formfile.gaps(file, found), judged, here.rules)


def _shown(path: Path, here: Desk) -> str:
    """How the file of a form is named to people: from the casebook on, where it lies there."""
    root = here.book.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _made(sheet: Sheet, how: str) -> str | bytes:
    """The form as a file of that format; raises Broken where what makes it is not there."""
    if how == "pdf":
        return browser.pdf(forms.page(sheet), os.environ.get("COMPLAINTCTL_BROWSER"))
    if how == "docx":
        return _document(sheet)
    if how == "json":
        return tables.document("form", dataclasses.asdict(sheet))
    return forms.page(sheet) if how == "html" else forms_markdown.markdown(sheet)


def _document(sheet: Sheet) -> bytes:
    try:
        from complaintctl.exchange.documents import word_form
    except ImportError as error:
        raise Broken("docx-missing", library=error.name) from error
    return word_form.document(sheet)
