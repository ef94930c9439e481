"""Attacks by somebody who rewrites the whole history: only what each event claims can betray them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.commands.trust.attacks.forging import (
    EditText,
    ForgedCommit,
    Forger,
    both,
    change_line,
    drop_line,
    findings,
    for_case,
    parse,
)
from tests.commands.trust.attacks.story import CHEN_JIE, LI_WEI, MA_LI, Story, copy_story

HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return copy_story(tmp_path)


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What the forger does, and what `verify` must find: the key, the case, and the event whose commit is named."""

    name: str
    forge: Callable[[Story], None]
    key: str
    case: str
    did: str
    refusal: str | None = None

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def text(case: str, edit: EditText) -> Callable[[Story], None]:
    """The file of a case rewritten in every commit; ids and messages fit again."""

    def forge(story: Story) -> None:
        Forger(text=for_case(getattr(story, case), edit)).forge(story.book)

    return forge


def commit(verb: str, change: Callable[[ForgedCommit], None]) -> Callable[[Story], None]:
    """The commits with a verb in their subject rewritten."""

    def edit(forged: ForgedCommit) -> None:
        if re.search(rf"\b{verb}\b", forged.message.partition("\n")[0]):
            change(forged)

    return lambda story: Forger(commit=edit).forge(story.book)


def person(did: str, name: str) -> Callable[[Story], None]:
    """An event of somebody else, who also becomes the author of its commit and the actor in its message."""

    def change(forged: ForgedCommit) -> None:
        if f"\nEvent: {did} " in forged.message:
            forged.put_person("author", name, f"{name}@example.com")
            forged.message = re.sub(r"Actor: .*", f"Actor: {name}", forged.message)

    def forge(story: Story) -> None:
        edit = for_case(story.closed, change_line(did, r"by: [\w.]+", f"by: {name}"))
        Forger(text=edit, commit=change).forge(story.book)

    return forge


def received_later(edit_text: str) -> str:
    """The receipt half an hour later, in the field and in the registration."""
    found = re.search(r"received: (\S+)\n", edit_text)
    assert found is not None
    moved = datetime.fromisoformat(found[1]) + timedelta(minutes=9)
    return edit_text.replace(found[1], moved.isoformat(), 2)


def dated_back(did: str) -> EditText:
    """An event as of an hour before its deadline, met."""

    def edit(case_text: str) -> str:
        found = re.search(rf"at: (\S+), by: [\w.]+, did: {did}\b.*? due: (\S+), met: false", case_text)
        if found is None:
            return case_text
        early = datetime.fromisoformat(found[2]) - timedelta(hours=1)
        return change_line(did, re.escape(found[1]), early.isoformat())(
            change_line(did, "met: false", "met: true")(case_text)
        )

    return edit


def inserted(before: str, line: str) -> EditText:
    """Another event before an existing one, at the time of the event before it."""

    def edit(case_text: str) -> str:
        lines = case_text.splitlines(keepends=True)
        place = next((at for at, entry in enumerate(lines) if re.search(rf"did: {before}\b", entry)), None)
        if place is None:
            return case_text
        times = re.search(r"at: (\S+), .*recorded: ([^\s,}]+)", lines[place - 1])
        assert times is not None
        new = f"  - {{at: {times[1]}, {line}, recorded: {times[2]}, id: 00000000}}\n"
        return "".join([*lines[:place], new, *lines[place:]])

    return edit


def promise_gone(case_text: str) -> str:
    """Without the promise, in the field and in the event."""
    shorter = re.sub(r"promised:\n(  - .*\n)+", "promised:\n", case_text)
    return re.sub(r" promise: \[[^\]]*\],", "", shorter)


def append(case: str, line: str, by: str, *changes: tuple[str, str]) -> Callable[[Story], None]:
    """One more event by an editor, with an id that fits, committed by its author at once."""

    def forge(story: Story) -> None:
        path = story.book.file(getattr(story, case))
        now = datetime.now().astimezone().replace(microsecond=0).isoformat()
        old = path.read_text(encoding="utf-8")
        for left, right in changes:
            old = re.sub(left, right, old)
        told = line.replace("{open}", parse(old).history[0].id)
        new = Forger().fitting(f"{old}  - {{at: {now}, by: {by}, {told}, id: 00000000}}\n")
        path.write_text(new, encoding="utf-8")
        if "status: closed" in new and "open" in path.parts:
            month = path.stem[2:6], path.stem[6:8]
            closed = story.book.root / "cases" / "closed" / month[0] / month[1] / path.name
            closed.parent.mkdir(parents=True, exist_ok=True)
            path.rename(closed)
        story.book.git("add", "--all")
        named = f"{by} <{by}@example.com>"
        story.book.git("commit", "--quiet", f"--author={named}", "--message", f"{path.stem} {line[5:12]}")

    return forge


def squashed(story: Story) -> None:
    """Two commands of one person in one commit."""
    for number in ("one", "two"):
        story.do(story.late, "note", number)
    message = story.book.git("log", "-1", "--format=%B")
    story.book.git("reset", "--quiet", "--soft", "HEAD~2")
    story.book.git("commit", "--quiet", "--message", message)


def forced(edit: EditText) -> Callable[[Story], None]:
    """A closing that was forced, and rewritten afterwards."""

    def forge(story: Story) -> None:
        story.do(story.late, "close", "--outcome", "upheld", "--force", "--reason", "lawyers")
        Forger(text=for_case(story.late, edit)).forge(story.book)

    return forge


def loosened(story: Story) -> None:
    """The limit of a step is longer for as long as it takes to take the step."""
    policy = story.book.root / "complaintctl.yaml"
    strict = policy.read_text(encoding="utf-8")
    for limit in ("72h", "4h"):
        if limit == "4h":
            policy.write_text(strict, encoding="utf-8")
        else:
            loose = strict.replace(
                "{step: investigate, within: 24h", "{step: investigate, within: 72h"
            ).replace("needs: [cause.finding]", "optional: true")
            policy.write_text(loose, encoding="utf-8")
        story.book.git(
            "commit", "--quiet", "--all", "--author=ma.li <ma.li@example.com>", "--message", "policy"
        )
        if limit == "72h":
            story.do(story.late, "investigate", by=MA_LI)


ATTACKS = [
    Attack(
        name="verdict flipped",
        forge=text("late", change_line("ack", "met: false", "met: true")),
        key="audit-verdict-met",
        case="late",
        did="ack",
    ),
    Attack(
        name="due flipped",
        forge=text("late", change_line("ack", r"due: (\d+)-", "due: 2027-")),
        key="audit-verdict-due",
        case="late",
        did="ack",
    ),
    Attack(
        name="verdict and due flipped",
        forge=text(
            "late",
            both(
                change_line("ack", r"due: (\d+)-", "due: 2027-"),
                change_line("ack", "met: false", "met: true"),
            ),
        ),
        key="audit-verdict-due",
        case="late",
        did="ack",
    ),
    Attack(
        name="receipt moved with the fact",
        forge=text("late", received_later),
        key="audit-verdict-due",
        case="late",
        did="ack",
    ),
    Attack(
        name="event dated back with its verdict",
        forge=text("late", dated_back("ack")),
        key="audit-before-commit",
        case="late",
        did="ack",
    ),
    Attack(
        name="author swapped",
        forge=commit("investigate", lambda forged: forged.put_person("author", MA_LI, "ma.li@example.com")),
        key="audit-actor",
        case="closed",
        did="investigate",
    ),
    Attack(
        name="person of an event swapped",
        forge=text("closed", change_line("investigate", "by: li.wei", "by: ma.li")),
        key="audit-actor",
        case="closed",
        did="investigate",
    ),
    Attack(
        name="actor in the message swapped",
        forge=commit("investigate", lambda forged: _put_message(forged, "Actor: .*", "Actor: ma.li")),
        key="audit-actor-trailer",
        case="closed",
        did="investigate",
    ),
    Attack(
        name="step invented without its role",
        forge=append("late", "did: inspect", LI_WEI),
        key="audit-not-allowed",
        case="late",
        did="inspect",
        refusal="role-missing",
    ),
    Attack(
        name="signature invented",
        forge=commit("approve", lambda forged: forged.put_person("author", LI_WEI, "li.wei@example.com")),
        key="audit-actor",
        case="closed",
        did="approve",
    ),
    Attack(
        name="signature deleted",
        forge=text("closed", drop_line("approve")),
        key="audit-not-allowed",
        case="closed",
        did="execute",
        refusal="approval-missing",
    ),
    Attack(
        name="recorder removed",
        forge=text("late", change_line("classify", ", recorded_by: li.wei", "")),
        key="audit-actor",
        case="late",
        did="classify",
    ),
    Attack(
        name="closing invented with the move",
        forge=append(
            "late",
            "did: close, set: {outcome: [null, upheld]}",
            LI_WEI,
            ("status: open", "status: closed"),
            ("outcome:\n", "outcome: upheld\n"),
        ),
        key="audit-not-allowed",
        case="late",
        did="close",
        refusal="close-incomplete",
    ),
    Attack(
        name="level changed with its event",
        forge=text(
            "late",
            both(
                lambda entry: entry.replace("level: general", "level: urgent"),
                change_line("open", "null, general", "null, urgent"),
            ),
        ),
        key="audit-verdict-due",
        case="late",
        did="ack",
    ),
    Attack(
        name="finding rewritten",
        forge=text(
            "closed",
            lambda entry: (
                re.sub(r"^cause: .*$", "cause: {finding: the customer dented it}", entry, flags=re.MULTILINE)
                if "did: investigate" in entry
                else entry
            ),
        ),
        key="audit-fact",
        case="closed",
        did="",
    ),
    Attack(
        name="old value rewritten",
        forge=text("closed", change_line("reopen", "upheld, null", "not-upheld, null")),
        key="audit-old-value",
        case="closed",
        did="reopen",
    ),
    Attack(
        name="content changed but not its id",
        forge=lambda story: Forger(
            text=for_case(story.closed, change_line("wait", "reason: photo", "reason: invoice")),
            keep_ids=True,
        ).forge(story.book),
        key="audit-chain",
        case="closed",
        did="wait",
    ),
    Attack(
        name="trailer of another event",
        forge=commit(
            "investigate",
            lambda forged: _put_message(forged, "Event: investigate .*", "Event: investigate 00000000"),
        ),
        key="audit-trailer",
        case="",
        did="investigate",
    ),
    Attack(
        name="author date set back",
        forge=commit("investigate", lambda forged: forged.shift_time("author", -2 * DAY)),
        key="audit-authored-before",
        case="",
        did="investigate",
    ),
    Attack(
        name="both dates set back",
        forge=commit("investigate", lambda forged: _shift(forged, -2 * HOUR)),
        key="audit-commit-before-parent",
        case="",
        did="investigate",
    ),
    Attack(
        name="clock set forward",
        forge=commit("investigate", lambda forged: _shift(forged, 2 * HOUR)),
        key="audit-commit-in-future",
        case="",
        did="investigate",
    ),
    Attack(
        name="policy loosened for one event",
        forge=loosened,
        key="audit-loosened-refused",
        case="late",
        did="investigate",
    ),
    Attack(
        name="approval by the author alone",
        forge=person("plan", MA_LI),
        key="audit-not-allowed",
        case="closed",
        did="approve",
        refusal="own-approval",
    ),
    Attack(
        name="step without its role",
        forge=person("classify", CHEN_JIE),
        key="audit-not-allowed",
        case="closed",
        did="classify",
        refusal="role-missing",
    ),
    Attack(
        name="four eyes that are two",
        forge=person("execute", LI_WEI),
        key="audit-not-allowed",
        case="closed",
        did="execute",
        refusal="same-person",
    ),
    Attack(
        name="step skipped by hand",
        forge=text("closed", drop_line("investigate")),
        key="audit-not-allowed",
        case="closed",
        did="plan",
        refusal="step-out-of-order",
    ),
    Attack(
        name="wait invented to pause a clock",
        forge=text(
            "closed",
            inserted("heard", "by: li.wei, did: wait, until: 2027-01-01T00:00:00+08:00, reason: holiday"),
        ),
        key="audit-squashed",
        case="closed",
        did="heard",
    ),
    Attack(
        name="wait lengthened to pause a clock",
        forge=text("closed", both(change_line("investigate", r"due: (\d+)-", "due: 2027-"))),
        key="audit-verdict-due",
        case="closed",
        did="investigate",
    ),
    Attack(
        name="end of a wait removed",
        forge=text("closed", drop_line("heard")),
        key="audit-verdict-due",
        case="closed",
        did="investigate",
    ),
    Attack(
        name="reopening removed",
        forge=text("closed", drop_line("reopen")),
        key="audit-not-allowed",
        case="closed",
        did="respond",
        refusal="case-closed",
    ),
    Attack(
        name="retraction invented",
        forge=append("late", "did: retract, event: {open}", CHEN_JIE),
        key="audit-not-allowed",
        case="late",
        did="retract",
        refusal="not-retractable",
    ),
    Attack(
        name="force removed",
        forge=forced(change_line("close", r", forced: \[[^\]]*\]", "")),
        key="audit-not-allowed",
        case="late",
        did="close",
        refusal="close-incomplete",
    ),
    Attack(
        name="force made less",
        forge=forced(change_line("close", r"forced: \[(\w+), ", "forced: [")),
        key="audit-forced-missing",
        case="late",
        did="close",
    ),
    Attack(
        name="escalation removed",
        forge=text(
            "late", both(drop_line("escalate"), lambda entry: entry.replace("watchers:\n  - ma.li\n", ""))
        ),
        key="audit-trailer",
        case="",
        did="escalate",
    ),
    Attack(
        name="escalation invented",
        forge=text("late", change_line("escalate", "late: 1h, to: ma.li}", "late: 2h, to: ma.li}")),
        key="audit-rung",
        case="late",
        did="escalate",
    ),
    Attack(
        name="promise removed",
        forge=text("late", promise_gone),
        key="audit-promise-missing",
        case="late",
        did="ack",
    ),
    Attack(
        name="promise removed from the fields",
        forge=text("late", lambda entry: re.sub(r"promised:\n(  - .*\n)+", "promised:\n", entry)),
        key="audit-promise-gone",
        case="late",
        did="",
    ),
    Attack(name="squash", forge=squashed, key="audit-squashed", case="late", did="note"),
]


def _put_message(forged: ForgedCommit, old: str, new: str) -> None:
    forged.message = re.sub(old, new, forged.message)


def _shift(forged: ForgedCommit, seconds: int) -> None:
    forged.shift_time("author", seconds)
    forged.shift_time("committer", seconds)


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_a_rewritten_history_betrays_the_forger(story: Story, attack: Attack) -> None:
    attack.forge(story)
    found = [finding for finding in findings(story.book) if finding["key"] == attack.key]
    assert found, sorted({finding["key"] for finding in findings(story.book)})
    assert [named for named in found if _is_named(story, attack, named)], found


def _is_named(story: Story, attack: Attack, finding: dict[str, Any]) -> bool:
    """Whether a finding names the file, the commit of the event, and what would have been refused."""
    book = story.book
    case = getattr(story, attack.case) if attack.case else ""
    file = book.file(case).relative_to(book.root).as_posix() if case else finding["file"]
    subjects = dict(line.split(" ", 1) for line in book.git("log", "--format=%H %s").splitlines())
    is_of_commit = not attack.did or attack.did in subjects[finding["commit"]]
    refusal = finding["facts"].get("refusal")
    return finding["file"] == file and is_of_commit and refusal == attack.refusal


def test_the_untouched_history_is_clean(story: Story) -> None:
    assert findings(story.book) == []


def test_a_forger_who_changes_nothing_leaves_a_clean_history(story: Story) -> None:
    Forger().forge(story.book)
    assert findings(story.book) == []
