"""Packs the evidence of a case into one zip that others can check with sha256sum and git alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    CaseView,
    Session,
    open_session,
    parse_as_of,
    print_message,
    print_output,
    print_problems,
    view_case,
    write_output,
)
from complaintctl.commands.trust import checkpointing
from complaintctl.domain.audit.checkpoints import canonical_history
from complaintctl.domain.case import data_state
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.privacy.public_case import public_case
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.render.audit import pack_pages
from complaintctl.render.audit.pack_pages import TimelineRow
from complaintctl.render.case import cases
from complaintctl.render.text import language, tables
from complaintctl.render.text.language import _
from complaintctl.storage.checkpoints import evidence
from complaintctl.storage.checkpoints.evidence import RecordedCommits
from complaintctl.storage.disk import zip_file
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

_LANGUAGES: Final = ("en", "zh")


@dataclass(slots=True)
class _Pack:
    """What goes into the zip, by name, and what the user is told. `findings`: something differs from what is recorded."""

    files: dict[str, bytes]
    messages: list[str]
    findings: bool = False


def pack(
    ctx: typer.Context,
    case: options.Case,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help=_("The zip file. Default: the case id, in this folder.")
        ),
    ] = None,
    personal: Annotated[
        bool,
        typer.Option(
            "--personal", help=_("With customer data and attachments, though the policy masks or seals them.")
        ),
    ] = False,
    as_json: options.Json = False,
) -> int:
    """Pack the case, its timeline, attachments, hashes and commits into one zip, with a page how to check it."""
    session = open_session(casebook_dir(ctx))
    view = view_case(session, case, parse_as_of(session, None))
    if view.exit_code:
        print_problems(view.problems, session.casebook.root)
        raise Broken("case-faulty", case=view.path.stem)
    repository, head = _recorded_state(session)
    case_id = view.judged.case.id
    if changed := evidence.uncommitted_files(session.casebook, repository, case_id):
        raise Refused("pack-uncommitted", files=", ".join(sorted(changed)))
    is_whole = _is_whole(session, view.judged.case, personal=personal)
    packed = _collect(session, view, repository, head, is_whole=is_whole)
    names = {f"{case_id}/{name}": content for name, content in packed.files.items()}
    names[f"{case_id}/SHA256SUMS"] = evidence.checksum_file(packed.files)
    target = output or Path(f"{case_id}.zip")
    write_output(zip_file.zip_bytes(names), target, private=is_whole or session.casebook.private)
    if as_json:
        content = {
            "case": case_id,
            "file": str(target),
            "files": sorted(packed.files),
            "customer_data": is_whole,
        }
        print_output(tables.flat_json_document(content))
    else:
        print_output(f"{target}\n")
    for message in packed.messages:
        print_message(message)
    return 1 if packed.findings else 0


def _is_whole(session: Session, case: Case, *, personal: bool) -> bool:
    """Whether customer data and attachments go into the pack; raises Refused if they are asked for and restricted."""
    if personal:
        data_state.check_usable(case)
        return True
    return session.rules.policy.personal.level == "plain" and data_state.restriction_of(case) is None


def _recorded_state(session: Session) -> tuple[Repository, str]:
    repository = session.casebook.repository
    if session.casebook.git_refusal is not None:
        raise session.casebook.git_refusal
    head = git.head_commit(repository) if repository is not None else None
    if repository is None or head is None:
        raise InvalidInput("pack-without-commits")
    if git.is_shallow(repository):
        raise Broken("pack-of-shallow-clone")
    return repository, head


def _collect(session: Session, view: CaseView, repository: Repository, head: str, *, is_whole: bool) -> _Pack:
    judged, casebook = view.judged, session.casebook
    case, path = judged.case, view.path.relative_to(casebook.root).as_posix()
    commits = evidence.collect_commits(casebook, repository, head, case, with_contents=is_whole)
    packed = _Pack(files=dict(commits.files()), messages=[])
    shown = judged if is_whole else public_case(judged)
    if is_whole:
        packed.files[view.path.name] = view.path.read_bytes()
        _add_attachments(session, case, packed)
        case_file = view.path.name
    else:
        case_file = f"{case.id}.json"
        known = cases.case_json(shown, session.rules, path, ())
        packed.files[case_file] = tables.json_document("case", known).encode()
        packed.messages.append(_left_out_message(case))
    _add_checkpoint(session, case, packed)
    if is_whole:
        text = canonical_history.canonical_history(case, case.history)
        packed.files["history.jsonl"] = text.encode("utf-8", "surrogatepass")
    else:
        # Reasons and names of files are free text, which may name the customer.
        packed.files.pop("checkpoint/history.jsonl", None)
    _add_timeline(session, shown, commits, packed)
    prefix = casebook.root.relative_to(repository.top)
    values = {
        "case": case.id,
        "case_file": case_file,
        "case_path": (prefix / path).as_posix(),
        "policy_path": casebook.policy_path.relative_to(repository.top).as_posix(),
    }
    _add_pages(values, packed, is_whole=is_whole)
    return packed


def _left_out_message(case: Case) -> str:
    if data_state.restriction_of(case) is not None:
        return _("The customer's data are restricted, so they and the attachments are left out.")
    return _("Customer data and attachments are left out. With them: --personal")


def _add_attachments(session: Session, case: Case, packed: _Pack) -> None:
    found, missing, other = evidence.read_attachments(session.casebook, case)
    packed.files |= {f"attachments/{name}": content for name, content in found.items()}
    if missing:
        names = ", ".join(evidence.sorted_names(missing))
        packed.messages.append(_("Attachments that are not there: {names}").format(names=names))
    if other:
        packed.findings = True
        names = ", ".join(evidence.sorted_names(other))
        packed.messages.append(
            _("Attachments with another content than was recorded: {names}").format(names=names)
        )


def _add_checkpoint(session: Session, case: Case, packed: _Pack) -> None:
    """Add what was signed about the case: of the latest checkpoint in the casebook that counts."""
    counting = checkpointing.review_checkpoints(session, None).counting
    part = evidence.checkpoint_part(counting.stored, case, counting.policy) if counting else {}
    packed.files |= {f"checkpoint/{name}": content for name, content in part.items()}
    if not part:
        packed.messages.append(
            _("No signed checkpoint lists this case. To make one: complaintctl verify --sign")
        )


def _add_timeline(session: Session, shown: JudgedCase, commits: RecordedCommits, packed: _Pack) -> None:
    rows = _timeline_rows(shown.case, commits)
    title = shown.case.title
    packed.files["timeline.txt"] = pack_pages.timeline_text(shown.case, title, rows, session.rules).encode()
    packed.files["timeline.html"] = pack_pages.timeline_html(shown.case, title, rows, session.rules).encode()


def _timeline_rows(case: Case, commits: RecordedCommits) -> Sequence[TimelineRow]:
    """Returns a row for each event in the order of the history, then for each commit without an event of it."""
    known = {event: commit for commit in reversed(commits.commits) for event in commit.events}
    ids = {event.id for event in case.history}
    rows = []
    for event in case.history:
        commit = known.get(event.id)
        rows.append(
            TimelineRow(
                event=event,
                commit=commit.hash if commit else "",
                author=commit.author if commit else "",
                committed=datetime.fromisoformat(commit.committed) if commit else None,
                subject="",
            )
        )
    others = (commit for commit in commits.commits if not ids.intersection(commit.events))
    rows += [
        TimelineRow(
            event=None,
            commit=commit.hash,
            author=commit.author,
            committed=datetime.fromisoformat(commit.committed),
            subject=commit.subject,
        )
        for commit in others
    ]
    return rows


def _add_pages(values: dict[str, str], packed: _Pack, *, is_whole: bool) -> None:
    """Add the pages that explain how to check the pack; the language of the command comes first."""
    current = language.current_language()
    order = sorted(_LANGUAGES, key=lambda lang: lang != current)
    texts = {}
    for lang in order:
        part = evidence.read_page_template("contents" if is_whole else "hashes", lang).format(**values)
        texts[lang] = evidence.read_page_template("README", lang).format(**values, blobs=f"\n{part}")
        packed.files[f"README.{lang}.txt"] = texts[lang].encode()
    packed.files["README.html"] = pack_pages.check_page(texts, values["case"]).encode()
