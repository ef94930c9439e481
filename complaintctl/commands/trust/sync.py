"""Exchanges what was recorded with the other clones: fetch, unite, verify, push."""

import random
import time
from typing import Annotated

import typer

from complaintctl import __version__
from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording.recording import print_completed
from complaintctl.commands.session import Session, open_session, print_message
from complaintctl.commands.trust import sync_report
from complaintctl.commands.trust.sync_report import SyncReport
from complaintctl.commands.trust.verify import unite_sides
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.policy.policy import Policy
from complaintctl.errors import Broken, Declined, InvalidInput, Refused
from complaintctl.render.text.language import _
from complaintctl.storage.audit.layout import Layout
from complaintctl.storage.audit.verification import VerifyRequest, verify_history
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.git import git, remotes
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.remotes import Upstream
from complaintctl.storage.sync import interrupted, joined, news
from complaintctl.storage.write.interrupts import stop_listening
from complaintctl.storage.write.transaction import hold_lock, hold_sync_lock, open_transaction

_EXIT_FINDINGS = 1
# How often we fetch again because somebody else pushed between our fetch and our push, and how long we wait before.
_ATTEMPTS = 6
_FIRST_PAUSE_SECONDS = 0.1
_NAMED_FILES = 5


def sync(
    ctx: typer.Context,
    rebase: Annotated[
        bool,
        typer.Option(
            "--rebase",
            help=_(
                "Record your own commits anew after theirs, instead of a merge commit; their hashes and "
                "signatures change."
            ),
            show_default=False,
        ),
    ] = False,
    as_json: options.Json = False,
) -> int:
    """Fetch what colleagues recorded, unite it with your own, verify it, push; say what came in and went out."""
    session = open_session(casebook_dir(ctx))
    casebook = session.casebook
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    if casebook.repository is None:
        raise InvalidInput("not-in-git")
    with hold_sync_lock(casebook):
        try:
            report = _exchange(session, casebook.repository, rebase=rebase)
        except KeyboardInterrupt as interruption:
            stop_listening()
            with hold_lock(casebook):
                interrupted.recover_join(casebook)
            raise Declined("sync-stopped") from interruption
    return _finish(casebook, report, session.rules.policy, as_json=as_json)


def _exchange(session: Session, repository: Repository, *, rebase: bool) -> SyncReport:
    """Fetch, unite and push until nobody was faster; stops at what a person must decide."""
    casebook, report = session.casebook, SyncReport()
    with hold_lock(casebook):
        if interrupted.recover_join(casebook) == "unfinished-merge":
            report.add_join(joined.finish_interrupted_merge(casebook, repository))
            if report.is_stuck:
                return report
    upstream = _check_ready(casebook, repository)
    report.start(upstream, git.head_commit(repository))
    for attempt in range(_ATTEMPTS):
        if attempt:
            _pause(attempt)
        if not _fetch_and_join(session, repository, upstream, report, rebase=rebase):
            return report
        own = git.git_output(repository, "rev-parse", "HEAD").strip()
        report.end(own)
        if own == report.theirs or remotes.push(repository, upstream, own) == "pushed":
            report.pushed = own != report.theirs
            remotes.remember_shared(repository, upstream, own)
            return report
    raise Broken("push-outrun", remote=upstream.name, count=_ATTEMPTS)


def _pause(attempt: int) -> None:
    """Wait before another attempt: longer each time, and not as long as the others who were outrun, too."""
    time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - no secret


def _check_ready(casebook: Casebook, repository: Repository) -> Upstream:
    """Complete what was interrupted and return the branch that ours follows; raises a Failure if we cannot begin."""
    with open_transaction(casebook) as transaction:
        print_completed(transaction)
    upstream = remotes.find_upstream(repository)
    if git.is_shallow(repository):
        raise Broken("shallow-clone")
    _check_committed(repository)
    git.check_identity(git.find_author(casebook.root, repository.settings()))
    folder = casebook.root.relative_to(repository.top).as_posix()
    own_folders = tuple(f"{folder}/{name}" for name in ("cases", "attachments"))
    untracked = remotes.untracked_files(repository, own_folders)
    if untracked:
        print_message(_("In no commit, so not sent: {files}").format(files=_shortened(untracked)))
    return upstream


def _check_committed(repository: Repository) -> None:
    changed = remotes.changed_tracked_files(repository)
    if changed:
        raise Refused("uncommitted-changes", files=_shortened(changed))


def _shortened(names: tuple[str, ...]) -> str:
    """The first of many names, and an ellipsis."""
    return _(", ").join((*names[:_NAMED_FILES], *(("…",) if len(names) > _NAMED_FILES else ())))


def _fetch_and_join(
    session: Session, repository: Repository, upstream: Upstream, report: SyncReport, *, rebase: bool
) -> bool:
    """Fetch, verify what came in and unite it with our own; False if a person must look at it first."""
    report.theirs = incoming = remotes.fetch(repository, upstream)
    if incoming is None:
        return True
    own = git.git_output(repository, "rev-parse", "HEAD").strip()
    report.rewritten = remotes.was_rewritten(repository, upstream, incoming, own)
    if report.rewritten is None:
        report.findings = _contradictions(session, repository, incoming, own)
    if report.is_untrusted:
        return False
    casebook = session.casebook
    with open_transaction(casebook):
        # A command may have begun to write while we fetched.
        _check_committed(repository)
        report.add_join(joined.join_incoming(casebook, repository, upstream, incoming, rebase=rebase))
    return not report.is_stuck


def _contradictions(session: Session, repository: Repository, incoming: str, own: str) -> list[AuditFinding]:
    """Verify the commits that came in and are not merged yet; returns what contradicts the history, no warnings."""
    base = remotes.common_commit(repository, incoming, own)
    if base is None or base == incoming:
        return []
    layout = Layout(casebook=session.casebook, repository=repository)
    request = VerifyRequest(
        layout=layout,
        rules=session.rules,
        now=session.now,
        program=__version__,
        unite=unite_sides,
        since=base,
        revision=incoming,
    )
    verified = verify_history(request)
    return [finding for finding in verified.findings if not finding.warning]


def _finish(casebook: Casebook, report: SyncReport, policy: Policy, *, as_json: bool) -> int:
    """Say what was done; returns the exit code, or raises Broken if a person must decide."""
    if casebook.repository is not None and report.start_commit is not None and report.end_commit is not None:
        report.received = news.news_between(
            casebook, casebook.repository, report.start_commit, report.end_commit
        )
        report.sent = news.news_between(casebook, casebook.repository, report.theirs, report.end_commit)
    sync_report.print_report(casebook, report, policy, as_json=as_json)
    if report.is_untrusted:
        return _EXIT_FINDINGS
    if report.is_stuck:
        raise Broken("conflicts-left")
    return 0
