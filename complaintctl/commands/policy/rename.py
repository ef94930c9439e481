"""Renames a level, a class or a person in the policy and in all open cases."""

import dataclasses
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import counted_files
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.policy import policy_completion
from complaintctl.commands.recording import recording
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    print_message,
    print_output,
    print_problems,
    problems_exit_code,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision
from complaintctl.domain.lifecycle.renaming import rename_in_case
from complaintctl.domain.policy.policy import Policy, class_paths
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import open_case_files
from complaintctl.storage.policy import policyfile
from complaintctl.storage.write.settling import explain_stop
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

KIND_LABELS: Final = {"category": N_("class"), "level": N_("level"), "person": N_("person")}
_FIELDS: Final = {"category": "category", "level": "level", "person": "owner"}
_NAME: Final = re.compile(r"[\w.@+-]+")
# Words of the policy that are no names.
_RESERVED: Final = frozenset({"else", "crisis", "owner", "me"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Renaming:
    """What is renamed; `names` are the old and the new key."""

    kind: str
    names: tuple[str, str]
    decisions: list[tuple[Path, Decision]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def rename(
    ctx: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help=_("category, level or person."),
            autocompletion=policy_completion.complete_renamed_kinds,
        ),
    ],
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help=_("The name in the policy; of a class, its path: quality/function."),
            autocompletion=policy_completion.complete_renamed_names,
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help=_("The new name; a class keeps its parent: works."))
    ],
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """Rename it in the policy and in every open case, in one commit; the old name stays valid for reading."""
    session = open_session(casebook_dir(ctx))
    kind = vocabulary.parse_choice(
        "KIND", {name: {"label": _(label)} for name, label in KIND_LABELS.items()}, kind
    )
    actor, recorder = recording.find_actor(session, by)
    commit = recording.should_commit(session, no_commit=no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        session = dataclasses.replace(open_session(session.casebook.root), now=current_time())
        names = _parse_names(session.rules.policy, kind, old, new)
        renaming = _Renaming(kind=kind, names=names)
        policy_text = _renamed_policy(session, renaming)
        at = to_policy_zone(session.rules, session.now)
        act = Attribution(at=at, now=at, by=actor, given=False, recorder=recorder)
        _decide_cases(session, renaming, act)
        change = _change(session, renaming, policy_text, actor, commit=commit)
        save_in_transaction(transaction, change)
    with explain_stop(committed=commit):
        _print_result(session, renaming, as_json=as_json)
    return problems_exit_code(renaming.problems)


def _parse_names(policy: Policy, kind: str, old: str, new: str) -> tuple[str, str]:
    """Returns the key that is renamed and its new key; raises InvalidInput if either is impossible."""
    known = {
        "level": [*policy.levels],
        "category": [path for path, _entry in class_paths(policy.categories, "")],
        "person": [*policy.people],
    }[kind]
    key = old if old in known else _typed_key(policy, kind, old)
    if key not in known:
        raise InvalidInput("rename-unknown", kind=_(KIND_LABELS[kind]), value=old, choices=known)
    parent, _slash, _last = key.rpartition("/")
    given_parent, _slash, name = new.strip().rpartition("/")
    if given_parent and (kind != "category" or given_parent != parent):
        raise InvalidInput("rename-parent", old=key, value=new)
    if not _NAME.fullmatch(name):
        raise InvalidInput("rename-spelling", value=name)
    path = f"{parent}/{name}" if parent else name
    others = {*policy.levels, *(path for path, _entry in class_paths(policy.categories, ""))}
    if path in _RESERVED or path in known or (kind != "person" and path in others):
        raise InvalidInput("rename-taken", value=path)
    if kind == "person" and path in policy.roles:
        raise InvalidInput("rename-taken", value=path)
    return key, path


def _typed_key(policy: Policy, kind: str, typed: str) -> str:
    try:
        return vocabulary.parse_key(policy, _FIELDS[kind], typed)
    except InvalidInput:
        return typed


def _renamed_policy(session: Session, renaming: _Renaming) -> bytes:
    """Returns the text of the policy with the new name; raises Refused if the policy would not be valid with it."""
    from complaintctl.storage.policy.renaming import rename_in_policy
    from complaintctl.storage.yaml.yamltext import BYTE_ORDER_MARK

    old, new = renaming.names
    path = session.casebook.policy_path
    data = path.read_bytes()
    mark = BYTE_ORDER_MARK if data.startswith(BYTE_ORDER_MARK) else b""
    try:
        text = rename_in_policy(data.removeprefix(mark).decode(), renaming.kind, old, new)
    except LookupError as error:
        raise Broken("policy-faulty", count=1) from error
    after = mark + text.encode()
    file, problems = policyfile.parse_policy(after, path)
    if file is None:
        print_problems(problems, session.casebook.root)
        raise Refused("rename-breaks", old=old, value=new)
    return after


def _decide_cases(session: Session, renaming: _Renaming, act: Attribution) -> None:
    with counted_files(open_case_files(session.casebook)) as paths:
        for loaded, problems in casefile.read_cases(paths):
            serious = [problem for problem in problems if not problem.warning]
            renaming.problems.extend(serious)
            if loaded is None or serious:
                continue
            decision = rename_in_case(loaded.case, renaming.kind, renaming.names, act)
            if decision is not None:
                renaming.decisions.append((loaded.path, decision))


def _change(
    session: Session, renaming: _Renaming, policy_text: bytes, actor: str, *, commit: bool
) -> CasebookChange:
    from complaintctl.storage.write.decided import decided_case

    files = {session.casebook.policy_path: policy_text}
    for path, decision in renaming.decisions:
        before = casefile.read_faultless_case(path)
        if isinstance(before, list):
            raise Broken("case-faulty", case=path.stem)
        files[path] = decided_case(path, before, decision).text
    old, new = renaming.names
    return CasebookChange(
        files=files,
        subject=f"rename {renaming.kind} {old} {new}"[:72],
        others=tuple(decision.case.id for _path, decision in renaming.decisions),
        events=tuple((decision.event.did, decision.event.id) for _path, decision in renaming.decisions),
        actor=recording.commit_actor(session, actor),
        commit=commit,
    )


def _print_result(session: Session, renaming: _Renaming, *, as_json: bool) -> None:
    (old, new), ids = renaming.names, [decision.case.id for _path, decision in renaming.decisions]
    if as_json:
        content = {"kind": renaming.kind, "old": old, "new": new, "cases": ids}
        print_output(tables.json_document("rename", content))
    else:
        template = ngettext(
            "{kind} {old} is now {new}, in the policy and in {count} open case.",
            "{kind} {old} is now {new}, in the policy and in {count} open cases.",
            len(ids),
        )
        words = template.format(kind=_(KIND_LABELS[renaming.kind]), old=old, new=new, count=len(ids))
        print_output(f"{words}\n", "text")
    print_problems(renaming.problems, session.casebook.root)
    if session.casebook.repository is None:
        print_message(_("This folder is not a git repository: the change is in the file, but in no history."))
