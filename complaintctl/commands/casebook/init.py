"""Makes a casebook: a policy, folders for the cases, a git repository."""

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
from complaintctl.domain.policy.trust_rules import PERSONAL_LEVELS
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.git import driver_settings, git
from complaintctl.storage.policy import policyfile, policytext
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

GIT_ATTRIBUTES = driver_settings.with_driver_attribute(
    b"*.yaml text eol=lf\nduties.yaml merge=union\nnotified/*.jsonl merge=union\nattachments/** binary\n"
)


def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]", help=_("Where to create it. Default: the current folder, or -C DIR.")
        ),
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
                "The office hours, on which limits in hours are counted: mon-fri 09:00-12:00 13:00-18:00; "
                "always: around the clock. Repeatable, for other weekdays."
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
        str | None, typer.Option("--name", metavar="NAME", help=_("The name of the casebook."))
    ] = None,
    personal: Annotated[
        str | None,
        typer.Option(
            "--personal",
            metavar="LEVEL",
            help=_(
                "How customer data are kept: plain; masked (shown only with --reveal); sealed (encrypted). "
                "Default: as in the policy, usually plain."
            ),
            autocompletion=completion.choice_completer(PERSONAL_LEVELS),
        ),
    ] = None,
    no_git: Annotated[
        bool, typer.Option("--no-git", help=_("Make no git repository."), show_default=False)
    ] = False,
    no_commit: options.NoCommit = False,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Make a casebook; on a terminal, ask for the main settings that are not given."""
    root = (folder or casebook_dir(ctx)).resolve()
    if (root / POLICY_FILE).exists():
        raise InvalidInput("casebook-exists", folder=str(root))
    if personal not in {None, *PERSONAL_LEVELS}:
        raise InvalidInput(
            "unknown-choice", option="--personal", value=personal, choices=list(PERSONAL_LEVELS)
        )
    asks = sys.stdin.isatty() and not yes
    if policy is None and not asks:
        raise InvalidInput("option-missing", option="--policy")
    policy_name = policy or _ask_policy()
    source = _policy_source_path(policy_name).read_text(encoding="utf-8")
    start = _parse_policy(source, policy_name, root)
    settings = {"name": name, "language": setup.choose_language(lang, asking=asks)}
    settings["timezone"] = setup.choose_timezone(timezone, start, asking=asks)
    office_hours = setup.choose_office_hours(hours, start, asking=asks)
    people = setup.choose_people(person, start, _nearest_folder(root), asking=asks)
    text = _with_settings(source, settings, office_hours, people)
    text = policytext.set_personal_level(text, personal) if personal else text
    new_policy = _parse_policy(text, policy_name, root)
    _create_casebook(
        root, text.encode(), in_git=not no_git, commit=not no_commit and new_policy.git.commit == "on"
    )
    if as_json:
        print_output(tables.flat_json_document({"folder": str(root), "policy": new_policy.name}))
        return
    print_output(f"{root}\n")
    _print_next_steps(new_policy, has_hours=bool(office_hours))


def _print_next_steps(new_policy: Policy, *, has_hours: bool) -> None:
    template = _(
        "Created a casebook with the policy {name}. Register a complaint: complaintctl open --title …"
    )
    print_message(template.format(name=new_policy.name))
    if new_policy.personal.level == "sealed":
        print_message(
            _(
                "Customer data are sealed, so first name a folder for the keys in complaintctl.yaml, outside of every "
                "repository, such as personal: {level: sealed, keyring: [~/complaint-keys]}; then: complaintctl keys init; "
                "without a usable SSH key before that: complaintctl keys identity"
            )
        )
    if has_hours and not new_policy.calendars[str(new_policy.calendar)].holidays:
        print_message(
            _(
                "Public holidays are still missing: complaintctl policy calendar fill --country CODE --year YEAR"
            )
        )


def _ask_policy() -> str:
    names = _(", ").join(policyfile.shipped_policy_names())
    return setup.ask_until_valid(_("Policy ({names})").format(names=names), "", _check_policy_name)


def _check_policy_name(chosen: str) -> str:
    """Returns the name or file of a policy; raises InvalidInput if there is no such policy."""
    _policy_source_path(chosen)
    return chosen


def _policy_source_path(chosen: str) -> Path:
    path = policyfile.shipped_policy_path(chosen) or Path(chosen)
    return path if path.is_file() else policyfile.find_shipped_policy(chosen)


def _parse_policy(text: str, chosen: str, root: Path) -> Policy:
    """Returns the policy; prints its faults and raises InvalidInput if it has any."""
    file, problems = policyfile.parse_policy(text.encode(), root / POLICY_FILE)
    if file is None:
        print_problems(problems, root)
        raise InvalidInput("policy-not-usable", name=chosen)
    return file.policy


def _with_settings(
    text: str, settings: Mapping[str, str | None], hours: setup.OfficeHours | None, team: Mapping[str, Person]
) -> str:
    """Returns the policy text with the settings, office hours and people; keeps comments and all other lines."""
    for key, value in settings.items():
        if value is not None:
            text = policytext.set_policy_value(text, key, value)
    if hours is not None:
        by_clock = policytext.set_policy_value(text, "calendar", setup.BY_THE_CLOCK)
        text = policytext.set_office_hours(text, hours) if hours else by_clock
    return policytext.add_people(text, team) if team else text


def _create_casebook(root: Path, policy: bytes, *, in_git: bool, commit: bool) -> None:
    if in_git and commit:
        folder = _nearest_folder(root)
        git.check_identity(git.find_author(folder, git.read_settings(folder)))
    repository = git.find_repository(_nearest_folder(root)) if in_git else None
    root.mkdir(parents=True, exist_ok=True)
    if in_git and repository is None:
        repository = git.create_repository(root)
    casebook = Casebook(root=root, repository=repository)
    if repository is not None:
        driver_settings.install_driver(repository)
    # The policy is written last: a folder with a policy is a casebook, and `init` refuses it. If `init` is killed before
    # that, it can be run again.
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
    """Returns the folder, or the nearest parent that exists."""
    return next(path for path in (folder, *folder.parents) if path.is_dir())
