"""The commands `template …`: list, print, copy and check the templates of letters, forms, papers and returns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.documents import form_completion, letter_completion, letter_writing
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording import recording
from complaintctl.commands.session import (
    Session,
    open_session,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.fixed_labels import LabelsByKey
from complaintctl.domain.policy.policy import TextOrMap
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.render.text import language, tables
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.render.text.values import localised_text
from complaintctl.storage.case.casebook import check_inside_casebook
from complaintctl.storage.documents import formfile, letterfile, paperfile, presetfile, templatefile
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

EXIT_TEMPLATE_FAULTS: Final = 1
WHAT_LABELS: Final = {
    "letter": N_("letter"),
    "form": N_("form"),
    "paper": N_("paper"),
    "return": N_("return to a regulator"),
}
_FOLDERS: Final = {
    "letter": letterfile.LETTERS_FOLDER,
    "form": formfile.FORMS_FOLDER,
    "paper": paperfile.PAPERS_FOLDER,
    "return": presetfile.PRESETS_FOLDER,
}


def _complete_kinds(ctx: typer.Context, incomplete: str) -> list[completion.Suggestion]:
    return [
        *letter_completion.complete_letter_kinds(ctx, incomplete),
        *form_completion.complete_form_kinds(ctx, incomplete),
        *completion.matching_words((*paperfile.PAPER_KINDS, *presetfile.preset_files(None)), incomplete),
    ]


TemplateKind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help=_("A letter, form, paper or return, such as ack."),
        autocompletion=_complete_kinds,
    ),
]
TemplateLang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="LANG",
        help=_("The language of the letter: en or zh."),
        autocompletion=completion.complete_languages,
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateEntry:
    """A template: of a letter or paper in one language, or of a form or return, which has all languages."""

    kind: str
    what: str
    language: str | None
    path: Path

    @property
    def name(self) -> str:
        """The file name with a placeholder for the kind, such as `{kind}.en.md`."""
        return f"{{kind}}.{self.language}.md" if self.language else "{kind}.yaml"


def list_templates(
    ctx: typer.Context, output_format: options.Format = "table", as_json: options.Json = False
) -> None:
    """List letters, forms, papers and returns: kind, language, title, and whether they are the team's own."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    entries = list(_entries(session, None))
    rows = [_row(session, entry) for entry in entries]
    if output_format == "json":
        print_output(tables.json_document("templates", rows))
        return
    columns = {
        "kind": _("kind"),
        "what": _("what"),
        "language": _("language"),
        "title": _("title"),
        "own": _("own"),
        "file": _("file"),
    }
    words: dict[Any, str] = {kind: _(word) for kind, word in WHAT_LABELS.items()}
    words |= {True: _("yes"), False: _("no")}
    if output_format in tables.READABLE_FORMATS:
        for row, entry in zip(rows, entries, strict=True):
            row |= {
                "what": words[row["what"]],
                "own": words[row["own"]],
                "title": localised_text(_title(entry)),
            }
    print_output(tables.format_rows(columns, rows, output_format))


def _row(session: Session, entry: TemplateEntry) -> dict[str, Any]:
    """Returns a row for programs; the title of a form is its English one, or else its first."""
    title = _title(entry)
    return {
        "kind": entry.kind,
        "what": entry.what,
        "language": entry.language or ", ".join(language.LANGUAGES),
        "title": title if isinstance(title, str) else title.get("en") or next(iter(title.values()), ""),
        "own": not templatefile.is_shipped_template(entry.path),
        "file": letter_writing.display_path(entry.path, session),
    }


def _title(entry: TemplateEntry) -> TextOrMap:
    """Returns the title in the file; "" if it cannot be read, which `check` reports."""
    if entry.what == "letter":
        letter, _problems = letterfile.read_letter(entry.path)
        return letter.head.title if letter else ""
    if entry.what == "paper":
        paper, _problems = paperfile.read_paper(entry.path)
        return paper.head.title if paper else ""
    if entry.what == "return":
        preset, _problems = presetfile.read_preset(entry.path)
        return preset.label if preset else ""
    form, _problems = formfile.read_form(entry.path)
    return form.form.title if form else ""


def _entries(session: Session, lang: str | None) -> Iterator[TemplateEntry]:
    """Yields the templates in one language, or in all if `lang` is None."""
    root = session.casebook.root
    for (kind, written), path in sorted(letterfile.letter_files(root).items()):
        if written == (lang or written):
            yield TemplateEntry(kind=kind, what="letter", language=written, path=path)
    for kind, path in sorted(formfile.form_files(root).items()):
        yield TemplateEntry(kind=kind, what="form", language=None, path=path)
    for (kind, written), path in sorted(paperfile.paper_files(root).items()):
        if written == (lang or written):
            yield TemplateEntry(kind=kind, what="paper", language=written, path=path)
    for kind, path in presetfile.preset_files(root).items():
        yield TemplateEntry(kind=kind, what="return", language=None, path=path)


def _find_entries(session: Session, kind: str, lang: str | None) -> list[TemplateEntry]:
    """Returns the templates of a kind (or title) in one language or in all; raises InvalidInput if there is none."""
    entries = list(_entries(session, lang))
    kinds = {entry.kind for entry in entries}
    titles: LabelsByKey = {}
    if kind not in kinds:
        all_titles = {
            **letterfile.letter_titles(session.casebook.root),
            **formfile.form_titles(session.casebook.root),
            **paperfile.paper_titles(session.casebook.root),
            **presetfile.preset_labels(session.casebook.root),
        }
        titles = {name: labels for name, labels in all_titles.items() if name in kinds}
        kind = vocabulary.find_key(titles, kind) or kind
    matching = [entry for entry in entries if entry.kind == kind]
    if not matching:
        raise InvalidInput("unknown-template", kind=kind, choices=vocabulary.named_choices(titles))
    return matching


def show(
    ctx: typer.Context, kind: TemplateKind, lang: TemplateLang = None, as_json: options.Json = False
) -> None:
    """Print the source of a template as it is used in this casebook: the team's own, else the shipped one."""
    session = open_session(casebook_dir(ctx))
    language.use_language(lang)
    entry = _find_entries(session, kind, language.current_language())[0]
    text = _source_text(session, entry)
    print_output(tables.flat_json_document({**_row(session, entry), "text": text}) if as_json else text)


def _source_text(session: Session, entry: TemplateEntry) -> str:
    text, problems = templatefile.read_template(entry.path)
    if text is None:
        print_problems(problems, session.casebook.root)
        raise Broken("template-faulty", file=letter_writing.display_path(entry.path, session))
    return text


# D-076: copies, inherits nothing.
def new(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=_("The name of your template; with the name of a shipped one, yours replaces it."),
            autocompletion=_complete_kinds,
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="KIND",
            help=_("The template to copy. Default: the one with that name, otherwise an example letter."),
            autocompletion=_complete_kinds,
        ),
    ] = None,
    lang: TemplateLang = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Copy a template into the casebook so that it can be changed there; overwrites nothing."""
    session = open_session(casebook_dir(ctx))
    if not letterfile.LETTER_KIND_PATTERN.fullmatch(kind):
        raise InvalidInput("template-name", name=kind or '""')
    entries = _sources(session, kind, source, lang)
    if kind not in paperfile.PAPER_KINDS and any(entry.what == "paper" for entry in entries):
        raise InvalidInput("paper-name", name=kind, choices=list(paperfile.PAPER_KINDS))
    files = {_target_path(session, entry, kind): _source_text(session, entry).encode() for entry in entries}
    commit = recording.should_commit(session, no_commit=no_commit)
    actor, _recorder = recording.find_actor(session, None)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        for path in files:
            _check_free(session, path)
        change = CasebookChange(files=files, subject=f"Add template {kind}", actor=actor, commit=commit)
        save_in_transaction(transaction, change)
    names = [letter_writing.display_path(path, session) for path in files]
    print_output(
        tables.flat_json_document({"kind": kind, "files": names})
        if as_json
        else "".join(f"{name}\n" for name in names)
    )
    print_message(_("Edit the file, then run: complaintctl template check {kind}").format(kind=kind))


def _sources(session: Session, kind: str, source: str | None, lang: str | None) -> list[TemplateEntry]:
    """Returns the templates to copy: of `source`, else of `kind`, else the example letter; in one language or in all."""
    if source is None and kind not in {entry.kind for entry in _entries(session, lang)}:
        examples = ((each, templatefile.EXAMPLES_FOLDER / f"letter.{each}.md") for each in language.LANGUAGES)
        return [
            TemplateEntry(kind=kind, what="letter", language=each, path=path)
            for each, path in examples
            if each == (lang or each)
        ]
    return _find_entries(session, source or kind, lang)


def _target_path(session: Session, entry: TemplateEntry, kind: str) -> Path:
    return session.casebook.root / "templates" / _FOLDERS[entry.what] / entry.name.format(kind=kind)


def _check_free(session: Session, path: Path) -> None:
    """Raise Refused if the file exists, Broken if its path leads out of the casebook."""
    check_inside_casebook(session.casebook, path)
    if path.exists() or path.is_symlink():
        raise Refused("template-exists", file=letter_writing.display_path(path, session))


def check(
    ctx: typer.Context,
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]",
            help=_("Only this letter, form, paper or return."),
            autocompletion=_complete_kinds,
        ),
    ] = None,
    as_json: options.Json = False,
) -> int:
    """Fill every template with invented cases and print each fault with its line; returns 1 if there is one."""
    from complaintctl.commands.documents import template_check

    session = open_session(casebook_dir(ctx))
    count = len(_find_entries(session, kind, None) if kind else list(_entries(session, None)))
    faults = template_check.find_template_faults(session, kind)
    if as_json:
        print_output(
            tables.json_document(
                "templates", template_check.template_faults_json(faults, session.casebook.root)
            )
        )
    elif not faults:
        print_output(
            ngettext(
                "{count} template, filled with two invented cases. No errors.",
                "{count} templates, each filled with two invented cases. No errors.",
                count,
            ).format(count=count)
            + "\n",
            "text",
        )
    print_problems(faults, session.casebook.root)
    return EXIT_TEMPLATE_FAULTS if faults else 0


COMMANDS: tuple[tuple[str, Callable[..., int | None], str], ...] = (
    ("list", list_templates, N_("List all letters, forms, papers and returns, shipped and your own.")),
    ("show", show, N_("Print the source of a template.")),
    ("new", new, N_("Copy a template into your casebook, to be changed there.")),
    ("check", check, N_("Fill every template with invented cases and list each error with its line.")),
)
