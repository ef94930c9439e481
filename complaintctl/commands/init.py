"""Making a casebook: a policy, folders for the cases, a repository."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, desk, options
from complaintctl.errors import Misspelt
from complaintctl.render import language, tables
from complaintctl.render.language import _
from complaintctl.storage import casebook, git, policyfile, recording

ATTRIBUTES = b"*.yaml text eol=lf\nattachments/** binary\n"


def init(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help=_("Where; default: here, or -C DIR."))
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="NAME",
            help=_("Which shipped policy to start from (complaintctl policy list), or a policy file."),
            autocompletion=completion.policies,
        ),
    ] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="LANG", help=_("The casebook's language: en or zh."))
    ] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help=_("Where the team works: Asia/Shanghai."))
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help=_("What the casebook is called."))
    ] = None,
    no_git: Annotated[
        bool, typer.Option("--no-git", help=_("Make no git repository."), show_default=False)
    ] = False,
    no_commit: options.NoCommit = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Make a casebook; on a terminal the questions that matter are asked."""
    root = (folder or desk.here()).resolve()
    if (root / casebook.POLICY_FILE).exists():
        raise Misspelt("casebook-exists", folder=str(root))
    asking = sys.stdin.isatty() and not yes
    chosen = policy or (_ask_policy() if asking else None)
    if chosen is None:
        raise Misspelt("option-missing", option="--policy")
    source = _source(chosen)
    if asking and lang is None:
        lang = desk.ask(_("Language (en, zh)"), language.current())
    if lang is None and language.current() != "en":
        # Whoever asks in Chinese is not to be answered in English from the next command on.
        lang = language.current()
    if asking and timezone is None:
        timezone = desk.ask(_("Time zone"), _setting(source, "timezone"))
    text = _with_settings(source, {"name": name, "language": lang, "timezone": timezone})
    found, problems = policyfile.parse(text.encode(), root / casebook.POLICY_FILE)
    if found is None:
        desk.say_problems(problems, root)
        raise Misspelt("policy-not-usable", name=chosen)
    _make(root, text.encode(), in_git=not no_git, commit=not no_commit and found.policy.git.commit == "on")
    if as_json:
        desk.show(tables.flat_document({"folder": str(root), "policy": found.policy.name}))
        return
    desk.show(f"{root}\n")
    desk.say(
        _("A casebook after the policy {name}. Register a complaint: complaintctl open --title …").format(
            name=found.policy.name
        )
    )


def _ask_policy() -> str:
    names = ", ".join(policyfile.shipped_names())
    return desk.ask(_("Policy ({names})").format(names=names))


def _source(chosen: str) -> str:
    path = policyfile.shipped_path(chosen) or Path(chosen)
    if not path.is_file():
        raise Misspelt("unknown-policy", name=chosen, choices=list(policyfile.shipped_names()))
    return path.read_text(encoding="utf-8")


def _setting(text: str, key: str) -> str:
    found = re.search(rf"^{key}:\s*([^\s#]+)", text, re.MULTILINE)
    return found[1] if found else ""


def _with_settings(text: str, settings: dict[str, str | None]) -> str:
    """The policy with its top lines set; comments and everything else stay."""
    for key, value in settings.items():
        if value is None:
            continue
        line = re.compile(rf"^({key}:\s*)[^\s#]+", re.MULTILINE)
        text = line.sub(rf"\g<1>{value}", text, count=1) if line.search(text) else f"{text}{key}: {value}\n"
    return text


def _make(root: Path, policy: bytes, *, in_git: bool, commit: bool) -> None:
    if in_git and commit:
        git.identity(_existing(root))
    root.mkdir(parents=True, exist_ok=True)
    repository = git.repository_at(root) if in_git else None
    if in_git and repository is None:
        repository = git.create(root)
    book = casebook.Casebook(root=root, repository=repository)
    # The policy comes last: it makes the folder a casebook, so one whose making was killed can be made again.
    files = {
        book.open_folder / ".gitkeep": b"",
        book.closed_folder / ".gitkeep": b"",
        root / ".gitattributes": ATTRIBUTES,
        book.policy_path: policy,
    }
    with recording.writing(book) as session:
        change = recording.Change(
            files={path: content for path, content in files.items() if not path.exists()},
            subject="Make a casebook",
            actor="complaintctl",
            commit=commit and repository is not None,
        )
        recording.save(session, change)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
