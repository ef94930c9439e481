"""Looks for personal data where they do not belong: in texts, names of files, commit messages."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import counted_files
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_texts
from complaintctl.commands.policy import policy_completion
from complaintctl.commands.session import (
    Session,
    open_session,
    print_message,
    print_problems,
    problems_exit_code,
)
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.privacy.linting.lint_findings import AllowedText, AllowList, LintFinding
from complaintctl.errors import Broken, InvalidInput, NotFound
from complaintctl.render.audit.lint import (
    LINT_FORMATS,
    LintResult,
    lint_summary,
    lint_texts,
    unopened_text,
)
from complaintctl.render.check.check_result import CI_FORMATS
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook, all_case_files, find_case_file
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.git import git, staged
from complaintctl.storage.git.git import Repository
from complaintctl.storage.policy.acceptedfile import place_faults
from complaintctl.storage.policy.allowfile import ALLOW_FILE, read_allow_list
from complaintctl.storage.privacy import lint_scan
from complaintctl.storage.privacy.lint_customers import LintCustomers
from complaintctl.storage.privacy.lint_scan import LintScan

EXIT_FINDINGS = 1
# The folders of a casebook whose files are looked at, beside the YAML files that stand next to the policy.
_FOLDERS = ("cases", "attachments", "templates")
_MOST_BYTES = untrusted_file.MAX_YAML_BYTES
_SHORT_HASH = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class _Where:
    """What to look at: these files, what is staged, a commit message that is being written, or all (and since when)."""

    files: list[Path]
    staged: bool
    message: Path | None
    since: str | None

    @property
    def whole(self) -> bool:
        """Whether the whole casebook is looked at."""
        return not self.files and not self.staged and self.message is None and self.since is None


def lint(
    ctx: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILES…]",
            help=_("Only these files. Default: the casebook, its commit messages and its branches."),
        ),
    ] = None,
    personal: Annotated[  # noqa: ARG001 - there is no other kind of lint yet
        bool,
        typer.Option(
            "--personal", help=_("Look for personal data (the only kind so far)."), show_default=False
        ),
    ] = True,
    only_staged: Annotated[
        bool,
        typer.Option(
            "--staged",
            help=_("Only what is staged for the next commit, as it is staged."),
            show_default=False,
        ),
    ] = False,
    commit_msg: Annotated[
        Path | None,
        typer.Option(
            "--commit-msg", metavar="FILE", help=_("Only this commit message, in a commit-msg hook.")
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REVISION",
            help=_("Of the commit messages, only those after this one."),
            autocompletion=policy_completion.complete_policy_versions,
        ),
    ] = None,
    output_format: Annotated[str, options.format_option(LINT_FORMATS)] = "table",
    as_json: options.Json = False,
) -> int:
    """Find personal data outside of the customer's fields; exit 1 if there are any."""
    output_format = tables.check_format("json" if as_json else output_format, LINT_FORMATS)
    where = _Where(files=files or [], staged=only_staged, message=commit_msg, since=since)
    _check_where(where)
    session = open_session(casebook_dir(ctx))
    entries = _read_allow_list(session)
    customers = LintCustomers(keys=session.casebook.keyring)
    scan = LintScan(policy=session.rules.policy, customers=customers)
    _look(session.casebook, scan, where)
    result = _judge(session, scan, entries, where, output_format)
    print_texts(lint_texts(result, output_format), output_format)
    print_problems(list(result.problems), session.casebook.root)
    print_message(lint_summary(result))
    if result.unopened:
        print_message(unopened_text(len(result.unopened)))
    return problems_exit_code(result.problems) or (EXIT_FINDINGS if result.findings else 0)


def _check_where(where: _Where) -> None:
    given = [name for name, value in (("FILES", where.files), ("--staged", where.staged)) if value]
    given += ["--commit-msg"] if where.message is not None else []
    given += ["--since"] if where.since is not None else []
    if len(given) > 1:
        raise InvalidInput("lint-where", options=given)


def _read_allow_list(session: Session) -> tuple[AllowedText, ...]:
    path = session.casebook.root / ALLOW_FILE
    entries, problems = read_allow_list(path)
    if problems:
        print_problems(problems, session.casebook.root)
        raise Broken("allow-faulty", file=ALLOW_FILE)
    return entries


def _judge(
    session: Session, scan: LintScan, entries: tuple[AllowedText, ...], where: _Where, output_format: str
) -> LintResult:
    casebook = session.casebook
    allow_list = AllowList(entries, to_policy_zone(session.rules, session.now).date())
    judged = [(finding, allow_list.allow(finding)) for finding in sorted(scan.findings, key=_place_of)]
    warnings = place_faults(casebook.root / ALLOW_FILE, allow_list.faults(whole=where.whole))
    in_ci = casebook.repository is not None and output_format in CI_FORMATS
    root = casebook.repository.top if casebook.repository is not None and in_ci else casebook.root
    return LintResult(
        findings=[finding for finding, entry in judged if entry is None],
        allowed=[(finding, entry) for finding, entry in judged if entry is not None],
        problems=[*scan.problems, *warnings],
        unopened=sorted(scan.customers.unopened),
        texts=scan.texts,
        root=root,
        casebook=casebook.root,
        policy_file=casebook.root.joinpath(POLICY_FILE).relative_to(root).as_posix(),
        moment=session.now,
        zone=session.rules.zone,
    )


def _place_of(finding: LintFinding) -> tuple[bool, str, int, int]:
    return finding.commit is not None, finding.file, finding.line, finding.column


def _look(casebook: Casebook, scan: LintScan, where: _Where) -> None:
    if where.message is not None:
        _look_at_message(casebook, scan, where.message)
    elif where.staged:
        _look_at_staged(casebook, scan, _needed_repository(casebook, "--staged"))
    elif where.files:
        _look_at_files(casebook, scan, list(_files_below(where.files)))
    else:
        _look_at_files(casebook, scan, _casebook_files(casebook))
        if where.since is not None:
            _needed_repository(casebook, "--since")
        if casebook.repository is not None:
            _look_at_git(casebook, scan, casebook.repository, where.since)


def _needed_repository(casebook: Casebook, option: str) -> Repository:
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    if casebook.repository is None:
        raise InvalidInput("lint-outside-git", option=option, folder=str(casebook.root))
    return casebook.repository


def _casebook_files(casebook: Casebook) -> list[Path]:
    """The cases first, since names and messages are compared with their customers."""
    beside = sorted(path for path in casebook.root.glob("*.yaml") if path.name != ALLOW_FILE)
    folders = [casebook.root / name for name in _FOLDERS[1:] if (casebook.root / name).is_dir()]
    return [*all_case_files(casebook), *_files_below(folders), *beside]


def _files_below(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = sorted(name for name in folders if name != ".git")
                yield from (Path(folder, name) for name in sorted(names))
        elif path.is_symlink() or path.exists():
            yield path
        else:
            raise InvalidInput("no-such-file", path=str(path))


def _look_at_files(casebook: Casebook, scan: LintScan, files: list[Path]) -> None:
    with counted_files(files) as paths:
        for path in paths:
            name = _name_in(casebook, path)
            if name.startswith("attachments/"):
                _remember_case_of(casebook, scan, name)
                scan.scan_name(name)
                continue
            data, problems = untrusted_file.read_untrusted_file(path, _MOST_BYTES, may_be_link=False)
            scan.problems += problems
            if data is not None:
                scan.scan_file(name, data, str(path))


def _name_in(casebook: Casebook, path: Path) -> str:
    """Returns the path of a file from the casebook's folder; of one outside, its whole path."""
    if path.is_relative_to(casebook.root) and ".." not in path.parts:
        return path.relative_to(casebook.root).as_posix()
    resolved = path.parent.resolve() / path.name
    return (
        resolved.relative_to(casebook.root).as_posix()
        if resolved.is_relative_to(casebook.root)
        else str(path)
    )


def _look_at_staged(casebook: Casebook, scan: LintScan, repository: Repository) -> None:
    below = {}
    for name, data in staged.staged_files(repository, casebook.root).items():
        own = (repository.top / name).relative_to(casebook.root).as_posix()
        if own.partition("/")[0] in _FOLDERS or (
            "/" not in own and own.endswith(".yaml") and own != ALLOW_FILE
        ):
            below[own] = data
    for name in sorted(below, key=_cases_first):
        if name.startswith("attachments/"):
            _remember_case_of(casebook, scan, name)
            scan.scan_name(name)
        else:
            scan.scan_file(name, below[name], str(casebook.root / name))


def _cases_first(name: str) -> tuple[bool, str]:
    return not name.startswith("cases/"), name


def _look_at_message(casebook: Casebook, scan: LintScan, message: Path) -> None:
    data, problems = untrusted_file.read_untrusted_file(message, _MOST_BYTES, may_be_link=True)
    if data is None:
        scan.problems += problems
        return
    text = data.decode(errors="replace")
    _remember_case_of(casebook, scan, text)
    scan.scan_draft(text, str(message))


def _look_at_git(casebook: Casebook, scan: LintScan, repository: Repository, since: str | None) -> None:
    if since is not None and not git.has_revision(repository, since):
        raise InvalidInput("unknown-revision", name=since)
    for message in staged.commit_messages(repository, casebook.root, since):
        scan.scan_message(message.text, f"commit {message.hash[:_SHORT_HASH]}", message.hash)
    for name in staged.branch_names(repository):
        scan.scan_branch(name)


def _remember_case_of(casebook: Casebook, scan: LintScan, text: str) -> None:
    """Read the customers of the cases that a text names, so that they are recognised in it."""
    for case_id in dict.fromkeys(lint_scan.CASE_ID.findall(text)):
        if case_id in scan.cases or case_id in scan.recorded_names:
            continue
        try:
            path = find_case_file(casebook, case_id)
        except NotFound:
            continue
        data, _problems = untrusted_file.read_untrusted_file(path, _MOST_BYTES, may_be_link=False)
        scan.remember_case(case_id, data or b"")
