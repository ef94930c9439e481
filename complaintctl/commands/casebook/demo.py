"""Makes a casebook with a dozen invented cases in different states and runs the main commands on it."""

import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands.casebook import init
from complaintctl.commands.recording import recording
from complaintctl.commands.session import Session, current_person, open_session, print_message
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.storage.case import demofile, new_text
from complaintctl.storage.case.casebook import open_case_path
from complaintctl.storage.case.demofile import DemoData, DemoStory, StoryEvent
from complaintctl.storage.git import git
from complaintctl.storage.write.transaction import open_transaction, save_in_transaction


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help=_("Where to create it. Default: a temporary folder.")),
    ] = None,
) -> None:
    """Make the casebook, then run today, check, explain and report on it."""
    root = (folder or Path(tempfile.mkdtemp(prefix="complaintctl-demo-"))).absolute()
    root.mkdir(parents=True, exist_ok=True)
    git.set_commit_identity(git.create_repository(root), "Li Wei", "li.wei@example.com")
    demo_data = demofile.read_demo()
    init.init(
        ctx,
        root,
        policy=demo_data.policy,
        lang=None,
        timezone=None,
        name="demo",
        no_git=False,
        no_commit=False,
        yes=True,
    )
    session = open_session(root)
    cases = [_create_case(session, demo_data, story) for story in demo_data.stories]
    latest = max((case for case in cases if case.status != "closed"), key=_receipt_timestamp)
    for words in (["today"], ["check"], ["explain", latest.id], ["report"]):
        _run_command(root, words)
    print_message(
        _("The casebook is in {root}. Try: complaintctl -C {root} show {case}").format(
            root=root, case=latest.id
        )
    )


def _receipt_timestamp(case: Case) -> float:
    return case.received.timestamp()


def _create_case(session: Session, demo: DemoData, story: DemoStory) -> Case:
    """Creates the case of a story. Each event is decided by the policy, written and committed like any other."""
    now = rulebook.to_policy_zone(session.rules, session.now)
    received = now - demofile.parse_length(story.received)
    case_id = next(recording.free_case_ids(session, received))
    case = Case(id=case_id, title="", received=received, status="open", owner=story.by)
    for name, text in {**demo.facts, **story.facts}.items():
        case = fields.with_value(case, name, fields.parse_value(name, text))
    with open_transaction(session.casebook) as transaction:
        recorder = current_person(session)
        person = (story.by, None if story.by == recorder else recorder)
        opening = _act(story.opened, person, received, now)
        case = lifecycle.create_case(case, session.rules, opening, Request(did="open"))
        path = open_case_path(session.casebook, case.id)
        save_in_transaction(
            transaction, recording.opening_change(session, case, path, new_text.case_yaml(case), commit=True)
        )
        for moment in story.moments:
            act = _act(moment.after, person, received, now)
            decision = lifecycle.decide_request(case, session.rules, _request(moment), act)
            path, case = (
                recording.save_decision(session, transaction, path, decision, {}, commit=True),
                decision.case,
            )
    return case


def _act(after: str, person: tuple[str, str | None], received: datetime, now: datetime) -> Attribution:
    by, recorder = person
    at = received + demofile.parse_length(after)
    return Attribution(at=at, now=now, by=by, given=True, recorder=recorder)


def _request(moment: StoryEvent) -> Request:
    field_values = {name: fields.parse_value(name, text) for name, text in moment.facts.items()}
    return Request(
        did=moment.did, fields=field_values, via=moment.via, reason=moment.reason, text=moment.text
    )


def _run_command(root: Path, words: list[str]) -> None:
    """Print and run a command; prints its exit code if it is not 0."""
    sys.stdout.write(f"\n$ complaintctl {' '.join(words)}\n")
    sys.stdout.flush()
    options = ["-C", str(root), "--lang", language.current_language()]
    command = [sys.executable, "-m", "complaintctl", *options, *words]
    process = subprocess.run(command, check=False)
    if process.returncode:
        sys.stdout.write(f"[exit {process.returncode}]\n")
    sys.stdout.flush()
