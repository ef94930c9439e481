"""Plans the rewriting of a history that still has erased data, and commits the map of commits afterwards."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from complaintctl.commands.case_reading import counted_files
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.recording import read_whole_case
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import Session, current_time, open_session, print_message, print_output
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import ERASED
from complaintctl.domain.privacy.rewrite_map import MAP_FOLDER, MAP_SUFFIX, RewriteMap, write_rewrite_map
from complaintctl.errors import InvalidInput, Refused
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, current_language
from complaintctl.storage.case import prefilter
from complaintctl.storage.case.casebook import all_case_files, find_case_file
from complaintctl.storage.case.index.index_file import remove_index
from complaintctl.storage.erasing import rewrite_plan
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

# Of a commit, in the name of a map.
_HASH_LENGTH = 12
DEFAULT_FOLDER = "complaintctl-history-rewrite"


def plan(parts: Sequence[str], output: Path | None, write_options: WriteOptions) -> int:
    """Writes a plan for erased cases, all of them if none is named, into a folder outside the repository."""
    session = open_session(write_options.casebook_dir)
    repository = _repository(session)
    folder = (output or repository.top.parent / DEFAULT_FOLDER).resolve()
    if folder.is_relative_to(repository.top):
        raise InvalidInput("rewrite-inside", path=str(folder))
    made = rewrite_plan.make_plan(repository, _erased_cases(session, parts))
    if made.is_empty:
        raise Refused("rewrite-nothing")
    rewrite_plan.write_plan(made, folder, current_language())
    if write_options.as_json:
        content = {
            "folder": str(folder),
            "cases": list(made.cases),
            "versions": len(made.versions),
            "attachments": len(made.removed_blobs),
            "messages": len(made.messages),
            "others": list(made.others),
        }
        print_output(tables.json_document("plan", content))
    else:
        print_output(f"{folder}\n", "text")
    print_message(
        _("Versions of cases: {versions}, attachments: {files}, commit messages: {messages}").format(
            versions=len(made.versions), files=len(made.removed_blobs), messages=len(made.messages)
        )
    )
    if made.others:
        template = _("Other files have a piece of the data; decide about them in {file}: {files}")
        print_message(template.format(file=folder / "other-files.txt", files=_(", ").join(made.others)))
    print_message(_("Nothing was rewritten. Read {file} first.").format(file=folder / "README.md"))
    return 0


def _repository(session: Session) -> Repository:
    if session.casebook.repository is None:
        raise InvalidInput("rewrite-no-git")
    return session.casebook.repository


def _erased_cases(session: Session, parts: Sequence[str]) -> dict[str, Case]:
    """Returns the erased cases by id: those named, else all of the casebook."""
    if parts:
        cases = [read_whole_case(session, find_case_file(session.casebook, part)) for part in parts]
    else:
        with counted_files(all_case_files(session.casebook)) as files:
            paths = [path for path in files if prefilter.may_contain_field(path, ERASED)]
        cases = [read_whole_case(session, path) for path in paths]
    return {case.id: case for case in cases if case.is_erased}


def finish(folder: Path, write_options: WriteOptions) -> int:
    """Checks that the old objects are gone, and commits the map of old to new commits."""
    session = open_session(write_options.casebook_dir)
    repository = _repository(session)
    commit = recording.should_commit(session, no_commit=write_options.no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        session = dataclasses.replace(session, now=current_time())
        act = recording.parse_attribution(session, write_options.at, write_options.by)
        rewritten = rewrite_plan.read_rewritten(repository, folder)
        rewrite = RewriteMap(at=act.at, by=act.by, cases=rewritten.cases, commits=rewritten.commits)
        head = (git.head_commit(repository) or "")[:_HASH_LENGTH]
        name = f"{act.at:%Y%m%d}-{head}{MAP_SUFFIX}"
        change = CasebookChange(
            files={session.casebook.root / MAP_FOLDER / name: write_rewrite_map(rewrite).encode()},
            subject=f"history rewrite: {len(rewrite.commits)}",
            actor=act.by,
            commit=commit,
        )
        save_in_transaction(transaction, change)
        remove_index(session.casebook)
    if write_options.as_json:
        content = {
            "map": f"{MAP_FOLDER}/{name}",
            "cases": list(rewrite.cases),
            "commits": len(rewrite.commits),
        }
        print_output(tables.json_document("rewrite", content))
    else:
        print_output(f"{MAP_FOLDER}/{name}\n", "text")
    print_message(
        _("None of the old objects is left here. Commits with a new hash: {count}").format(
            count=len(rewrite.commits)
        )
    )
    print_message(
        _("Now every other clone must be deleted and made again; a pull would bring the old commits back.")
    )
    return 0
