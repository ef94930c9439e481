"""Registers an issue that was opened with the web form as a case."""

import dataclasses
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion
from complaintctl.commands.recording import recording, recurring
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import (
    Session,
    add_department,
    open_session,
    parse_channel,
    print_message,
    print_output,
)
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, ImportSource
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.privacy.hidden_contacts import hide_contacts
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.exchange.imports.rows import ImportedRow
from complaintctl.exchange.webform.edited_issue import IssueChanges, changes_of_issue, issue_source
from complaintctl.exchange.webform.issue_body import FormAnswers, read_answers
from complaintctl.exchange.webform.issue_event import MOST_EVENT_BYTES, IssueEvent, parse_issue_event
from complaintctl.render.sentences import sentences
from complaintctl.render.text import labels, tables
from complaintctl.render.text.language import _
from complaintctl.storage.case import new_text
from complaintctl.storage.case.casebook import open_case_path
from complaintctl.storage.disk.untrusted_file import read_untrusted_file
from complaintctl.storage.imports.lookup import CaseLookup
from complaintctl.storage.write.settling import explain_stop
from complaintctl.storage.write.transaction import Transaction, open_transaction, save_in_transaction

# The clock of a runner may be behind that of the forge.
_CLOCK_DIFFERENCE: Final = timedelta(minutes=5)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Arrival:
    """An issue with its answers, who records it when, and whether that makes a commit."""

    issue: IssueEvent
    answers: FormAnswers
    source: ImportSource
    act: Attribution
    commit: bool


@with_write_options
def import_form(
    event: Annotated[
        Path,
        typer.Argument(
            metavar="EVENT",
            help=_("The event of GitHub, Gitea, Forgejo or GitLab as JSON; - reads stdin."),
            allow_dash=True,
        ),
    ],
    label: Annotated[
        str | None,
        typer.Option(
            "--label", metavar="NAME", help=_("Leave an issue alone that does not have this label.")
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            help=_("How it arrived, if the form does not say."),
            autocompletion=completion.field_completer("channel"),
        ),
    ] = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Open a case for an issue, or bring the case of an edited issue up to date."""
    session = open_session(write_options.casebook_dir)
    issue = parse_issue_event(_read_event(event))
    if label is not None and label not in issue.labels:
        _print_left_alone(issue, label, write_options)
        return
    arrival = _read_arrival(session, issue, parse_channel(session, channel), write_options)
    with open_transaction(session.casebook, commit=arrival.commit) as transaction:
        recording.print_completed(transaction)
        received = min(filter(None, (issue.created, arrival.act.at)))
        received = rulebook.to_policy_zone(session.rules, received)
        row = ImportedRow(line=1, source=arrival.source, values={"received": received}, cells=())
        known = CaseLookup(session.casebook).find(row)
        if known.path is None:
            case = _new_case(session, arrival, received, known.case_id)
            path = open_case_path(session.casebook, case.id)
            change = recording.opening_change(
                session, case, path, new_text.case_yaml(case), commit=arrival.commit
            )
            save_in_transaction(transaction, change)
        elif known.same:
            path, case = known.path, recording.read_whole_case(session, known.path)
        else:
            path, case = _update_case(session, transaction, arrival, known.path)
    state = "opened" if known.path is None else "unchanged" if known.same else "updated"
    with explain_stop(committed=arrival.commit):
        _print_result(session, arrival, case, path, state, write_options)


def _read_event(path: Path) -> bytes:
    """Returns the content; raises Broken if it cannot be read, InvalidInput if it is too large for an event."""
    if str(path) == "-":
        content = sys.stdin.buffer.read(MOST_EVENT_BYTES + 1)
        if len(content) > MOST_EVENT_BYTES:
            raise InvalidInput("form-file-too-large", most=MOST_EVENT_BYTES >> 20)
        return content
    found, problems = read_untrusted_file(path, MOST_EVENT_BYTES, may_be_link=True)
    if found is None:
        detail = "; ".join(sentences.fill_sentence(one.key, one.values, None) for one in problems)
        raise Broken("form-unreadable", file=str(path), detail=detail)
    return found


def _read_arrival(
    session: Session, issue: IssueEvent, channel: str | None, write_options: WriteOptions
) -> _Arrival:
    act = recording.parse_attribution(session, write_options.at, write_options.by)
    if issue.created is not None and issue.created > act.at + _CLOCK_DIFFERENCE:
        created = rulebook.to_policy_zone(session.rules, issue.created)
        key = "future-time" if created > act.now else "time-order"
        raise InvalidInput(key, time=created, now=act.now, received=created, at=act.at)
    answers = read_answers(session.rules.policy, issue)
    if channel is not None:
        answers.values.setdefault("channel", channel)
    return _Arrival(
        issue=issue,
        answers=answers,
        source=issue_source(session.rules.policy, issue, answers.values),
        act=act,
        commit=recording.should_commit(session, no_commit=write_options.no_commit),
    )


def _new_case(session: Session, arrival: _Arrival, received: datetime, case_id: str) -> Case:
    draft = Case(id=case_id, title="", received=received, status="open", source=arrival.source)
    draft = fields.with_values(draft, add_department(session, dict(arrival.answers.values)))
    if session.casebook.keyring is not None:
        # Before it is registered: nothing in the history may tell of a number in these texts.
        draft = dataclasses.replace(
            draft,
            title=hide_contacts(draft.title),
            description=hide_contacts(draft.description) if draft.description else None,
        )
    return lifecycle.create_case(draft, session.rules, arrival.act, Request(did="open"))


def _update_case(
    session: Session, transaction: Transaction, arrival: _Arrival, path: Path
) -> tuple[Path, Case]:
    """Record what the author of the issue changed, as one event; returns the file of the case and the case."""
    case = recording.read_whole_case(session, path)
    changes = changes_of_issue(session.rules.policy, case, arrival.source, arrival.answers.values)
    decision = _decide_update(session, case, changes, arrival.act)
    after = dataclasses.replace(decision.case, source=arrival.source)
    decision = dataclasses.replace(decision, case=after, changed=(*decision.changed, "source"))
    more = recurring.decide_recurrences(session, path, decision, arrival.act)
    change = dataclasses.replace(
        recording.opening_change(session, after, path, "", commit=arrival.commit),
        files={},
        subject=recording.commit_subject(session.rules.policy, after.id, decision.event),
        actor=recording.commit_actor(session, decision.event.by),
    )
    targets = recording.save_decisions(session, transaction, [(path, decision), *more], change)
    return targets[path], after


def _decide_update(session: Session, case: Case, changes: IssueChanges, act: Attribution) -> Decision:
    """Returns the event: an edit with the new answers; answers to what the desk has changed are its text, or a note."""
    policy = session.rules.policy
    lines = [
        f"{labels.field_label(policy, name)}: {fields.value_text(value) or '–'}"
        for name, value in changes.kept.items()
    ]
    heading = _("The issue was edited; this differs from what the desk recorded:")
    text = "\n".join([heading, *lines]) if lines else None
    try:
        return lifecycle.decide_request(
            case, session.rules, Request(did="edit", fields=changes.taken, text=text), act
        )
    except Refused as refusal:
        if refusal.key != "nothing-changed":
            raise
    text = text or _("The issue was edited; nothing that the case records has changed.")
    return lifecycle.decide_request(case, session.rules, Request(did="note", text=text), act)


def _print_left_alone(issue: IssueEvent, label: str, write_options: WriteOptions) -> None:
    if write_options.as_json:
        print_output(tables.flat_json_document({"form": "left-alone", "issue": issue.number}))
    print_message(
        _("Issue {issue} does not have the label {label}, so it is left alone.").format(
            issue=issue.number, label=label
        )
    )


def _print_result(
    session: Session, arrival: _Arrival, case: Case, path: Path, state: str, write_options: WriteOptions
) -> None:
    """Print what became of the issue, without anything that a customer wrote."""
    more = {"form": state, "issue": arrival.issue.number, "unusable": arrival.answers.unusable}
    if state == "unchanged":
        if write_options.as_json:
            content = {"id": case.id, "status": case.status, "file": _relative(session, path), **more}
            print_output(tables.flat_json_document(content))
        else:
            print_output(f"{case.id}\n", "text")
        print_message(
            _("Issue {issue} is case {case} already.").format(issue=arrival.issue.number, case=case.id)
        )
        return
    recording.print_recorded(session, case, case.history[-1], path, write_options, more_json=more)
    for name in arrival.answers.unusable:
        words = _("The answer to “{field}” cannot be used as it is; it stands in the description.")
        print_message(words.format(field=labels.field_label(session.rules.policy, name)))


def _relative(session: Session, path: Path) -> str:
    return path.relative_to(session.casebook.root).as_posix()
