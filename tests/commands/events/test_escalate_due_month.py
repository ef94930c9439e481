"""Compares hourly runs of `escalate --due` with a table computed independently by adding up hours.

`make nightly` runs a month with 600 cases, the normal run three days with 8.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.storage.case import casefile, new_text
from complaintctl.storage.policy import policyfile
from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: month
timezone: UTC
levels: [urgent, important, general]
roles: [lead, director]
people: {zhao.min: {roles: [lead]}}
git: {commit: off}
escalation:
  - {before: 2h, to: owner}
  - {late: 0h, to: lead}
  - {late: 8h, to: zhao.min, hand_over: true}
  - {late: 24h, to: director, raise: level, steps: [respond]}
steps:
  - {step: ack, within: {urgent: 1h, important: 2h, general: 4h}, first_answer: true}
  - {step: respond, within: {urgent: 24h, important: 48h, general: 72h}}
reopen_to: respond
"""
SEED = 20250901
START = datetime(2025, 9, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEVELS = ("urgent", "important", "general")
LIMITS = {
    "ack": dict(zip(LEVELS, (1, 2, 4), strict=True)),
    "respond": dict(zip(LEVELS, (24, 48, 72), strict=True)),
}
# Hours after the due time, and whether only the step `respond` has this rung.
LADDER = {"2h before": (-2, False), "0h": (0, False), "8h": (8, False), "24h": (24, True)}

Rungs = list[tuple[datetime, str, datetime, str]]


@dataclass(frozen=True, kw_only=True)
class Period:
    """The number of complaints, and the hours in which they come in."""

    cases: int
    hours: int


PERIODS = {"days": Period(cases=8, hours=72), "month": Period(cases=600, hours=720)}


@dataclass
class Complaint:
    """The events of one complaint, none of them at a full hour."""

    number: int
    level: str
    received: datetime
    acts: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def case_id(self) -> str:
        letters = f"{self.number:05}".replace("I", "J")
        return f"C-{self.received:%Y%m%d}-{letters}"


def complaints(period: Period) -> list[Complaint]:
    """The complaints of a period: acknowledged, answered and closed; three in ten wait, one in eight is reopened."""
    dice = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
    made = []

    def later(moment: datetime, low: int, high: int) -> datetime:
        found = moment + timedelta(minutes=dice.randint(low * 60, high * 60))
        return found if found.minute else found + timedelta(minutes=1)

    for number in range(period.cases):
        received = later(START, 0, period.hours - 2)
        one = Complaint(number=number, level=dice.choice(LEVELS), received=received)
        moment = later(received, 0, 7)
        one.acts.append((moment, "ack"))
        if dice.random() < 0.3:
            moment = later(moment, 1, 40)
            one.acts.append((moment, "wait"))
            moment = later(moment, 1, 24)
            one.acts.append((moment, "resume"))
        moment = later(moment, 1, 80)
        one.acts += [(moment, "respond"), (moment, "close")]
        if dice.random() < 0.125:
            moment = later(moment, 1, 50)
            one.acts.append((moment, "reopen"))
            moment = later(moment, 1, 70)
            one.acts += [(moment, "respond"), (moment, "close")]
        made.append(one)
    return made


# --- the table, by adding up hours ---


def expected(one: Complaint, last: int) -> Rungs:
    """Every rung of a complaint with the run that must do it; the level rises as the ladder says."""
    found: Rungs = []
    level = one.level
    for hour in range(last + 1):
        now = START + hour * HOUR
        while news := [
            (now, step, start, rung)
            for step, start, due in clocks(one, level, now)
            for rung, (hours, only_answer) in LADDER.items()
            if due + hours * HOUR <= now
            and (step == "respond" or not only_answer)
            and not any(entry[1:] == (step, start, rung) for entry in found)
        ]:
            found += news
            for entry in news:
                if entry[3] == "24h":
                    level = LEVELS[max(LEVELS.index(level) - 1, 0)]
    return found


def clocks(one: Complaint, level: str, now: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """Step, start and due time of the clocks that run or are overdue at a time."""
    past = [(at, did) for at, did in one.acts if at <= now]
    names = [did for _at, did in past]
    if one.received > now or (names and names[-1] == "close"):
        return
    if "ack" not in names:
        yield "ack", one.received, one.received + LIMITS["ack"][level] * HOUR
    starts = [one.received, *(at for at, did in past if did == "reopen")]
    waits = [at for at, did in past if did in {"wait", "resume"} and at > starts[-1]]
    due = starts[-1] + LIMITS["respond"][level] * HOUR
    for begin, end in zip(waits[::2], [*waits[1::2], now], strict=False):
        if begin < due:
            due += end - begin
            if end == now and len(waits) % 2:
                return
    yield "respond", starts[-1], due


# --- the same month with real files and the command ---


def act(book: Book, rules: Rulebook, one: Complaint, at: datetime, did: str) -> None:
    """Records an event of a handler: decided and written as the command does it."""
    case_id = one.case_id
    doing = Attribution(at=at, now=at, by="li.wei", given=False, recorder=None)
    lying_open = book.root / "cases" / "open" / f"{case_id}.yaml"
    archived = book.root / "cases" / "closed" / f"{at:%Y}" / f"{case_id}.yaml"
    if did == "open":
        fresh = Case(id=case_id, title="t", received=at, status="open", level=one.level)
        lying_open.write_text(
            new_text.case_yaml(lifecycle.create_case(fresh, rules, doing, Request(did=did)))
        )
        return
    loaded, problems = casefile.read_case(archived if did == "reopen" else lying_open)
    assert (loaded is not None, problems) == (True, [])
    assert loaded is not None
    via = "phone" if did in {"ack", "respond"} else None
    facts = {"outcome": "upheld"} if did == "close" else {}
    to = "respond" if did == "reopen" else None
    request = Request(did=did, fields=facts, to=to, reason="r", via=via)
    case = lifecycle.decide_request(loaded.case, rules, request, doing).case
    target = archived if did == "close" else lying_open
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(new_text.case_yaml(case))
    if target != loaded.path:
        loaded.path.unlink()


def rungs_in(book: Book) -> dict[str, Rungs]:
    """Every rung in the histories: run, step, start and rung."""
    found: dict[str, Rungs] = {}
    for path in (book.root / "cases").rglob("*.yaml"):
        loaded, problems = casefile.read_case(path)
        assert problems == []
        assert loaded is not None
        found[loaded.case.id] = [
            (event.at, one.step, one.start, one.late or f"{one.before} before")
            for event in loaded.case.history
            for one in event.rungs
        ]
    return found


def contents(book: Book) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (book.root / "cases" / "open").iterdir()}


def lived_through(period: Period, folder: Path) -> Book:
    """A casebook after a period with two runs at every full hour, of which the second changes nothing."""
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml", timezone="UTC")
    (book.root / "cases" / "open").mkdir(parents=True, exist_ok=True)
    read, _problems = policyfile.read_policy(book.root / "complaintctl.yaml")
    assert read is not None
    rules = build_rulebook(read.policy)
    days = [(at, one, did) for one in complaints(period) for at, did in [(one.received, "open"), *one.acts]]
    days.sort(key=lambda entry: entry[0])
    for hour in range(period.hours + 1):
        now = START + hour * HOUR
        while days and days[0][0] <= now:
            at, one, did = days.pop(0)
            act(book, rules, one, at, did)
        run(book, now)
        before = contents(book)
        run(book, now)
        assert contents(book) == before
    return book


def run(book: Book, now: datetime) -> None:
    """Runs the command in this process as cron would call it."""
    book.call("escalate", "--due", "--as-of", now.isoformat(), check=0)


@pytest.mark.parametrize("period", ["days", pytest.param("month", marks=pytest.mark.nightly)])
def test_every_rung_is_done_once_in_the_run_that_the_table_says_and_no_other(
    tmp_path: Path, period: str
) -> None:
    length = PERIODS[period]
    table = {one.case_id: sorted(expected(one, length.hours)) for one in complaints(length)}
    done = {case_id: sorted(rungs) for case_id, rungs in rungs_in(lived_through(length, tmp_path)).items()}
    assert len(done) == length.cases
    assert done == table
    # The test is not trivial: there are this many rungs and cases.
    total, touched = sum(map(len, done.values())), sum(map(bool, done.values()))
    print(f"{total} rungs in {touched} of {length.cases} cases, {length.hours + 1} hours with two runs each")
    assert (total > length.cases, touched > length.cases // 3) == (True, True)
    assert {rung for rungs in done.values() for _at, _step, _start, rung in rungs} == set(LADDER)
