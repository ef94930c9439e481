"""What a sync did, and how it says so."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.commands.session import print_message, print_output, print_problems
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.overview.news import News
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Problem
from complaintctl.render.audit.findings import finding_text
from complaintctl.render.audit.news import news_json, news_text
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.git.remotes import Upstream
from complaintctl.storage.sync.joined import Joined, Way

_SHORT: Final = 10


@dataclass(slots=True)
class SyncReport:
    """What a sync did. `start_commit` is our last commit before, `end_commit` the last one after it.

    `theirs`: the last commit of the remote (None: the branch is not there yet). `rewritten`: the commit that the remote
    had and lost, `findings`: what contradicts the history in what came in. `problems` and `left` are for people: what contradicts itself, and the files still in conflict.
    """

    upstream: Upstream | None = None
    start_commit: str | None = None
    end_commit: str | None = None
    theirs: str | None = None
    way: Way = "none"
    united: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: tuple[Path, ...] = ()
    pushed: bool = False
    rewritten: str | None = None
    findings: list[AuditFinding] = field(default_factory=list)
    received: News = field(default_factory=News)
    sent: News = field(default_factory=News)

    @property
    def is_stuck(self) -> bool:
        """Whether a merge is not finished, because a person must decide."""
        return bool(self.problems or self.left)

    @property
    def is_untrusted(self) -> bool:
        """Whether what came in must not be merged before a person has looked at it."""
        return self.rewritten is not None or bool(self.findings)

    def start(self, upstream: Upstream, commit: str | None) -> None:
        """Note where the exchange begins."""
        self.upstream, self.start_commit = upstream, commit

    def end(self, commit: str) -> None:
        """Note where the exchange ends, as far as we know."""
        self.end_commit = commit

    def add_join(self, joined: Joined) -> None:
        """Add what was united; after somebody else was faster, this happens again."""
        self.way = joined.way if joined.way != "none" else self.way
        self.united += [path for path in joined.united if path not in self.united]
        self.problems, self.left = joined.problems, joined.left


def print_report(casebook: Casebook, report: SyncReport, policy: Policy, *, as_json: bool) -> None:
    """Print what came in and what went out, case by case, and what is left to people."""
    if as_json:
        print_output(tables.flat_json_document(_report_json(casebook, report)))
    else:
        print_output(news_text(report.received, policy), "text")
    print_problems(report.problems, casebook.root)
    if report.rewritten is not None:
        words = _(
            "{remote} lost commits that it had: {commit} is no longer in its history. Nothing was merged or pushed. Ask "
            "who rewrote it, and go on as docs/merging.md says."
        )
        print_message(words.format(remote=_remote_name(report), commit=report.rewritten[:_SHORT]))
    elif report.findings:
        _print_findings(report)
    elif report.is_stuck:
        _print_left(casebook, report)
    elif not as_json:
        _print_counts(report)


def _remote_name(report: SyncReport) -> str:
    return report.upstream.name if report.upstream else ""


def _print_findings(report: SyncReport) -> None:
    for finding in report.findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        said = finding_text(finding, None)
        print_message(
            f"{place}: {said} ({finding.commit[:_SHORT]})" if finding.commit else f"{place}: {said}"
        )
    words = _(
        "What came in from {remote} contradicts the history. Nothing was merged or pushed. Go on as docs/merging.md says."
    )
    print_message(words.format(remote=_remote_name(report)))


def _print_left(casebook: Casebook, report: SyncReport) -> None:
    named = {problem.file for problem in report.problems}
    others = [path for path in report.left if str(path) not in named]
    if others and casebook.repository is not None:
        files = _(", ").join(path.relative_to(casebook.repository.top).as_posix() for path in others)
        print_message(_("Still in conflict: {files}").format(files=files))
    print_message(
        _("After that: complaintctl resolve --commit, then sync again. To undo the merge: git merge --abort")
    )


def _print_counts(report: SyncReport) -> None:
    remote = _remote_name(report)
    if not report.received.cases and not report.received.files:
        print_message(_("Nothing new came in from {remote}.").format(remote=remote))
    else:
        print_message(
            _("Came in from {remote}: {counts}.").format(remote=remote, counts=_counts(report.received))
        )
    if report.pushed:
        print_message(_("Went out to {remote}: {counts}.").format(remote=remote, counts=_counts(report.sent)))
    else:
        print_message(_("{remote} has everything that you recorded.").format(remote=remote))


def _counts(news: News) -> str:
    """How many events, cases and other files: `3 events in 2 cases, 1 other file`."""
    cases = ngettext("{count} case", "{count} cases", len(news.cases)).format(count=len(news.cases))
    events = ngettext("{count} event", "{count} events", news.event_count).format(count=news.event_count)
    files = ngettext("{count} other file", "{count} other files", len(news.files)).format(
        count=len(news.files)
    )
    in_cases = _("{events} in {cases}").format(events=events, cases=cases)
    return _(", ").join(
        [*([in_cases] if news.cases or not news.files else []), *([files] if news.files else [])]
    )


def _report_json(casebook: Casebook, report: SyncReport) -> dict[str, object]:
    left = [
        {
            "file": Path(problem.file).relative_to(casebook.root).as_posix(),
            "line": problem.line,
            "problem": problem.key,
            **problem.values,
        }
        for problem in report.problems
    ]
    top = casebook.repository.top if casebook.repository else casebook.root
    return {
        "remote": _remote_name(report),
        "way": report.way,
        "commit": report.end_commit,
        "pushed": report.pushed,
        "rewritten": report.rewritten,
        "findings": [
            {
                "key": finding.key,
                "case": finding.case_id,
                "file": finding.file,
                "line": finding.line,
                "commit": finding.commit,
            }
            for finding in report.findings
        ],
        "received": news_json(report.received),
        "sent": news_json(report.sent),
        "united": [path.relative_to(casebook.root).as_posix() for path in report.united],
        "left": left,
        "unmerged": [path.relative_to(top).as_posix() for path in report.left],
    }
