"""Making a casebook: a policy, folders for the cases, a repository."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.casebook import setup
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import print_message, print_output, print_problems
from complaintctl.domain.policy.policy import Person, Policy
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.git import git
from complaintctl.storage.policy import policyfile, policytext
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

GIT_ATTRIBUTES = b"*.yaml text eol=lf\nattachments/** binary\n"


def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help=_("Where; default: here, or -C DIR."))
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="NAME",
            help=_("Which shipped policy to start from (complaintctl policy list), or a policy file."),
            autocompletion=completion.complete_policies,
        ),
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang",
            metavar="LANG",
            help=_("The casebook's language: en or zh."),
            autocompletion=completion.complete_languages,
        ),
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(
            "--timezone",
            metavar="ZONE",
            help=_("Where the team works: Asia/Shanghai."),
            autocompletion=completion.complete_zones,
        ),
    ] = None,
    hours: Annotated[
        list[str] | None,
        typer.Option(
            "--hours",
            metavar="HOURS",
            help=_(
                "When the office is open, which is what limits in hours count: mon-fri 09:00-12:00 13:00-18:00; "
                "always: by the clock. Repeatable, for other weekdays."
            ),
            autocompletion=completion.complete_hours,
        ),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(
            "--person",
            metavar="NAME;E-MAIL;ROLES;DEPARTMENT",
            help=_("Who is in the team; roles with commas between them. Repeatable."),
        ),
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
    root = (folder or casebook_dir(ctx)).resolve()
    if (root / POLICY_FILE).exists():
        raise InvalidInput("casebook-exists", folder=str(root))
    asking = sys.stdin.isatty() and not yes
    if policy is None and not asking:
        raise InvalidInput("option-missing", option="--policy")
    chosen = policy or _ask_policy()
    source = _policy_source_path(chosen).read_text(encoding="utf-8")
    start = _parse_policy(source, chosen, root)
    settings = {"name": name, "language": setup.choose_language(lang, asking=asking)}
    settings["timezone"] = setup.choose_timezone(timezone, start, asking=asking)
    open_at = setup.choose_office_hours(hours, start, asking=asking)
    team = setup.choose_people(person, start, _nearest_folder(root), asking=asking)
    text = _with_settings(source, settings, open_at, team)
    made = _parse_policy(text, chosen, root)
    _create_casebook(root, text.encode(), in_git=not no_git, commit=not no_commit and made.git.commit == "on")
    if as_json:
        print_output(tables.flat_json_document({"folder": str(root), "policy": made.name}))
        return
    print_output(f"{root}\n")
    said = _("A casebook after the policy {name}. Register a complaint: complaintctl open --title …")
    print_message(said.format(name=made.name))
    if open_at and not made.calendars[made.calendar].holidays:
        print_message(
            _(
                "Public holidays are still missing: complaintctl policy calendar fill --country CODE --year YEAR"
            )
        )


def _ask_policy() -> str:
    names = _(", ").join(policyfile.shipped_policy_names())
    return setup.ask_until_valid(_("Policy ({names})").format(names=names), "", _check_policy_name)


def _check_policy_name(chosen: str) -> str:
    """The name or file of a policy, if there is one; raises InvalidInput."""
    _policy_source_path(chosen)
    return chosen


def _policy_source_path(chosen: str) -> Path:
    path = policyfile.shipped_policy_path(chosen) or Path(chosen)
    return path if path.is_file() else policyfile.find_shipped_policy(chosen)


def _parse_policy(text: str, chosen: str, root: Path) -> Policy:
    """The policy; where it has faults they are said, and InvalidInput is raised."""
    found, problems = policyfile.parse_policy(text.encode(), root / POLICY_FILE)
    if found is None:
        print_problems(problems, root)
        raise InvalidInput("policy-not-usable", name=chosen)
    return found.policy


def _with_settings(
    text: str, settings: Mapping[str, str | None], hours: setup.OfficeHours | None, team: Mapping[str, Person]
) -> str:
    """The policy as the team wants it; comments and everything else stay."""
    for key, value in settings.items():
        if value is not None:
            text = policytext.set_policy_value(text, key, value)
    if hours is not None:
        by_clock = policytext.set_policy_value(text, "calendar", setup.BY_THE_CLOCK)
        text = policytext.set_office_hours(text, hours) if hours else by_clock
    return policytext.add_people(text, team) if team else text


def _create_casebook(root: Path, policy: bytes, *, in_git: bool, commit: bool) -> None:
    if in_git and commit:
        git.commit_identity(_nearest_folder(root))
    repository = git.find_repository(_nearest_folder(root)) if in_git else None
    root.mkdir(parents=True, exist_ok=True)
    if in_git and repository is None:
        repository = git.create_repository(root)
    casebook = Casebook(root=root, repository=repository)
    # The policy comes last: it makes the folder a casebook, so one whose making was killed can be made again.
    files = {
        casebook.open_folder / ".gitkeep": b"",
        casebook.closed_folder / ".gitkeep": b"",
        root / ".gitattributes": GIT_ATTRIBUTES,
        casebook.policy_path: policy,
    }
    with open_transaction(casebook) as transaction:
        change = CasebookChange(
            files={path: content for path, content in files.items() if not path.exists()},
            subject="Make a casebook",
            actor="complaintctl",
            commit=commit and repository is not None,
        )
        save_in_transaction(transaction, change)


def _nearest_folder(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
