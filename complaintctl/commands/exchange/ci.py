"""The commands `ci …`: ready files for CI services, pre-commit and cron."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl import __version__
from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import Session, open_session, print_message, print_output
from complaintctl.domain.intake.form_questions import form_questions
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.exchange.ci import ci_files
from complaintctl.exchange.ci.ci_files import CiSettings
from complaintctl.render.text import language, tables
from complaintctl.render.text.language import N_, _
from complaintctl.render.webform.issue_form import github_form, gitlab_form
from complaintctl.storage.case.casebook import is_inside_folder
from complaintctl.storage.disk.atomic_write import convert_disk_errors, write_atomically
from complaintctl.storage.disk.ci_templates import read_ci_template

NEXT_STEPS: Final = {
    "github": N_(
        "Read the files, then commit and push them. The form needs the label complaint in the repository."
    ),
    "gitlab": N_("Read the files, then commit and push them. Schedules and the webhook: see the files."),
    "gitea": N_(
        "Read the files, then commit and push them. The form needs the label complaint in the repository."
    ),
    "pre-commit": N_("Read the file, commit it, then run in each clone: pre-commit install"),
    "cron": N_(
        "Read the files. On Linux and macOS: crontab -e. On Windows: run ci/complaints-tasks.cmd once."
    ),
}


def _complete_kinds(incomplete: str) -> list[completion.Suggestion]:
    return completion.matching_words(ci_files.CI_FILES, incomplete)


def ci_init(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=_("For which service: github, gitlab, gitea, pre-commit or cron."),
            autocompletion=_complete_kinds,
        ),
    ],
    force: Annotated[
        bool, typer.Option("--force", help=_("Replace files that are there."), show_default=False)
    ] = False,
    print_only: Annotated[
        bool,
        typer.Option("--print", help=_("Print the files and write nothing."), show_default=False),
    ] = False,
    no_form: Annotated[
        bool, typer.Option("--no-form", help=_("Leave out the web form and its job."), show_default=False)
    ] = False,
    package: Annotated[
        str | None,
        typer.Option(
            "--package",
            metavar="WHAT",
            help=_("What pip installs there. Default: this version of complaintctl."),
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Write files for a CI service, pre-commit or cron; nothing is committed."""
    if kind not in ci_files.CI_FILES:
        raise InvalidInput("unknown-choice", option="KIND", value=kind, choices=list(ci_files.CI_FILES))
    session = open_session(casebook_dir(ctx))
    root = _target_root(session, kind)
    files = _build_files(session, kind, package or f"complaintctl=={__version__}", with_form=not no_form)
    if print_only:
        _print_files(files, as_json=as_json)
        return
    states = {name: _file_state(root, name, text) for name, text in files.items()}
    if not force and (present := [name for name, state in states.items() if state == "differs"]):
        raise Refused("ci-exists", files=present)
    for name, state in states.items():
        if state in {"new", "differs"}:
            _write_file(root / name, files[name])
    _print_result(kind, root, states, as_json=as_json)


def _target_root(session: Session, kind: str) -> Path:
    """Returns the folder that the files are relative to: the repository, for cron and without git the casebook."""
    repository = session.casebook.repository
    return session.casebook.root if kind == "cron" or repository is None else repository.top


def _build_files(session: Session, kind: str, package: str, *, with_form: bool) -> dict[str, str]:
    """Returns the texts of the files by their paths."""
    casebook, policy = session.casebook, session.rules.policy
    top = casebook.repository.top if casebook.repository else casebook.root
    settings = CiSettings(
        folder=casebook.root.relative_to(top).as_posix(),
        package=package,
        language=policy.language or language.current_language(),
        zone=session.rules.zone,
        script=(casebook.root / ci_files.SCRIPT_FILE).as_posix(),
        moment=session.now,
    )
    ci_files.check_ci_settings(settings)
    scripts = {name: read_ci_template(file) for name, file in ci_files.SCRIPTS.items()}
    actions = ci_files.read_actions(read_ci_template(ci_files.ACTIONS_FILE))
    files = {}
    for template, target in ci_files.CI_FILES[kind].items():
        if template in ci_files.FORM_TEMPLATES and not with_form:
            continue
        text = read_ci_template(template)
        if with_form and template == ci_files.GITLAB_FORM_PART[0]:
            text += read_ci_template(ci_files.GITLAB_FORM_PART[1])
        files[target] = ci_files.fill_template(text, settings, scripts, actions)
    if with_form and kind in ci_files.FORM_FILES:
        files[ci_files.FORM_FILES[kind]] = _form_text(session, kind, settings.language)
    return files


def _form_text(session: Session, kind: str, name: str) -> str:
    """Returns the web form in the language of the policy, whatever the language of this command."""
    questions = form_questions(session.rules, session.now)
    spoken = language.current_language()
    try:
        language.use_language(name)
        make_form = gitlab_form if kind == "gitlab" else github_form
        return make_form(session.rules.policy, questions)
    finally:
        language.set_language(spoken)


def _file_state(root: Path, name: str, text: str) -> str:
    """Returns `new`, `same`, `differs`, or `yours` for a file of the team that is left alone."""
    path = root / name
    if path.is_symlink() or not is_inside_folder(root, path):
        raise Broken("file-outside", file=name)
    with convert_disk_errors(path):
        present = path.read_bytes() if path.exists() else None
    if present is None:
        return "new"
    if present == _content(path, text):
        return "same"
    return "yours" if name == ci_files.SHARED_FILE else "differs"


def _content(path: Path, text: str) -> bytes:
    # The command interpreter of Windows wants its own line ends.
    return (text.replace("\n", "\r\n") if path.suffix == ".cmd" else text).encode()


def _write_file(path: Path, text: str) -> None:
    with convert_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, _content(path, text))


def _print_files(files: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        rows = [{"file": name, "content": text} for name, text in files.items()]
        print_output(tables.json_document("files", rows))
        return
    print_output("\n".join(f"# ===== {name} =====\n{text}" for name, text in files.items()))


def _print_result(kind: str, root: Path, states: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        words = {"new": "written", "differs": "replaced", "same": "unchanged", "yours": "left-alone"}
        rows = [{"file": name, "state": words[state]} for name, state in states.items()]
        print_output(tables.json_document("files", rows))
    else:
        print_output("".join(f"{name}\n" for name, state in states.items() if state in {"new", "differs"}))
    for name in (name for name, state in states.items() if state == "yours"):
        if b"complaints.gitlab-ci.yml" not in (root / name).read_bytes():
            template = _("{file} is yours and was not changed. Add to it: include: [local: {ours}]")
            ours = next(other for other in states if other.startswith(".gitlab/complaints"))
            print_message(template.format(file=name, ours=ours))
    print_message(_(NEXT_STEPS[kind]))


COMMANDS: Final = (
    (
        "init",
        ci_init,
        N_("Write ready files: scheduled check, check of pull requests, weekly report, web form."),
    ),
)
