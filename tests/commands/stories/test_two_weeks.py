"""Plays two weeks of a desk under each shipped procedure: whatever `today` prints is typed as it stands, with `--at`.

Four times a working day from Monday 2024-03-04 on. What a command asks for is answered on a terminal the first time a
step asks, by number where there are numbers, and later given as the options that `today` names. Only what a handler
decides is not printed there: a duplicate, a wait, a refusal, a reopening.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from complaintctl.render.text.language import Language
from tests.casebooks import Book, author, make_book
from tests.commands.stories.typist import type_command
from tests.terminal import pty_only

COMMAND: Final = re.compile(r"complaintctl \S+(?: \S+)*")
HOURS: Final = ("09:30", "11:00", "14:00", "16:30")
MONDAY: Final = datetime.fromisoformat("2024-03-04T00:00")
DAYS: Final = [MONDAY + timedelta(days=day) for day in (*range(5), *range(7, 12))]
# An hour later than the last command of the two weeks.
END: Final = "2024-03-15T19:00"
UPHELD, REFUSED, DUPLICATE, WAITING, REOPENED = CASES = (
    "upheld",
    "refused",
    "duplicate",
    "waiting",
    "reopened",
)
OUTCOMES: Final = {
    UPHELD: "upheld",
    REFUSED: "not-upheld",
    DUPLICATE: "duplicate",
    WAITING: "upheld",
    REOPENED: "upheld",
}

# What the desk knows when it is asked, with the number of the choice: `general#2`.
KNOWN: Final = {
    "title": "The battery swells",
    "customer.name": "Wang Fang",
    "description": "The back lifts off",
    "remedy_sought": "refund",
    "product.model": "X100",
    "product.bought": "2024-01-05",
    "cause.finding": "a weak seam",
    "outcome": "upheld#1",
    "satisfaction.overall": "4",
    "satisfaction.attitude": "5",
    "satisfaction.solved": "5",
    "lesson": "look at the seam",
    "owner": "li.wei",
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A procedure as a team uses it: how a call is logged, what is known later, what a refusal takes beforehand."""

    opened: tuple[str, ...]
    known: Mapping[str, str]
    # In the refused case something else is known.
    refused: Mapping[str, str] = field(default_factory=lambda: {"outcome": "not-upheld#3"})
    # The step after which the handler notes that the complaint is not upheld, and needs no plan then.
    decided_after: str = ""
    roles: str = ""
    # What a closing must say of earlier cases that are alike: the five of the story have one batch.
    closing: tuple[str, ...] = ()


# The fields with an option of their own that --set does not stand for.
OPTIONS: Final = {
    "level": "--level",
    "plan.measures": "--measure",
    "cause.fishbone": "--bone",
    "contact.by": "--contact-by",
    "contact.via": "--contact-via",
}
CUSTOMER: Final = ("--phone", "13800138000")
DESKS: Final = {
    "electronics": Desk(
        opened=("--channel", "phone", *CUSTOMER),
        known={
            "level": "general#3",
            "category": "price#14",
            "cause.class": "quality/design#2",
            "plan.remedy": "refund#5",
            "remedy.kind": "refund#5",
        },
        decided_after="investigate",
    ),
    "ecommerce": Desk(
        opened=("--channel", "chat", *CUSTOMER),
        known={
            "category": "quality#1",
            "level": "general#2",
            "x.legal": "rights#2",
            "x.legal_view": "exchange it",
            "plan.remedy": "refund#4",
            "remedy.kind": "refund#4",
            "remedy.cost": "89.00 CNY",
            "x.suggestion": "pack it better",
            "x.suggestion_to": "warehouse#2",
        },
    ),
    "manufacturing": Desk(
        opened=("--channel", "phone", *CUSTOMER, "--model", "P7"),
        closing=("--no-recurrence", "one batch, one action"),
        known={
            "category": "performance#1",
            "x.place": "Suzhou",
            "x.severity": "medium#2",
            "x.urgency": "high#1",
            "x.confirmed": "yes#1",
            "x.containment": "stop the batch",
            "x.fault": "yes#1",
            "product.batch": "B2402",
            "problem.what": "leak",
            "problem.when": "2 March",
            "problem.where": "pump house",
            "problem.who": "night shift",
            "problem.why": "the seal is short",
            "problem.how": "seen at the round",
            "cause.class": "material#3",
            "cause.fishbone": "material:short seal",
            "plan.measures": "new tool;li.wei;2024-03-28",
            "plan.remedy": "exchange#2",
            "plan.agreed_with_customer": "yes#1",
            "remedy.kind": "exchange#2",
        },
        refused={"outcome": "not-upheld#3", "x.fault": "no#2"},
        roles="marketing, technical-quality, production-safety, sales, finance",
    ),
    "hotline": Desk(
        opened=("--channel", "phone", *CUSTOMER),
        known={
            "x.rings": "2#2",
            "category": "service#1",
            "level": "general#2",
            "x.legal_risk": "none#1",
            "x.resolved": "no#2",
            "x.help_from": "billing",
            "x.survey_by": "call-back#1",
        },
        roles="handler, data-keeper",
    ),
    "response-times": Desk(
        opened=("--channel", "phone", *CUSTOMER),
        known={
            "level": "level-2#2",
            "contact.by": "2024-03-08T10:00",
            "contact.via": "phone#1",
            "plan.remedy": "refund#4",
            "remedy.kind": "refund#4",
        },
        decided_after="investigate",
    ),
}
SAMPLE: Final = {("electronics", "en")}


@dataclass(kw_only=True)
class Weeks:
    """The desk at work: its casebook, its cases by name, and which steps asked on a terminal already."""

    book: Book
    desk: Desk
    cases: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    played: list[str] = field(default_factory=list)
    reopened: bool = False

    def play_round(self, moment: datetime) -> bool:
        """Type every command that `today` prints at a moment; tells whether there was one."""
        at = f"{moment:%Y-%m-%dT%H:%M}"
        printed = self.book.call("today", "--as-of", at, env={"COLUMNS": "400"}, check=0).stdout
        entries = self.book.json("today", "--as-of", at)
        rows = {row["case"][-5:]: row for row in entries["today"]}
        lines = [line for line in printed.splitlines() if COMMAND.search(line)]
        assert len(lines) == sum(map(len, (entries["today"], entries["waiting"], entries["duties"])))
        for place, line in enumerate(lines):
            commands = COMMAND.findall(line)
            # The other command of the row ends the case as not upheld.
            command = [one for one in commands if not one.endswith("not-upheld")][-1]
            words = [*shlex.split(command)[1:], "--at", f"{moment + timedelta(minutes=place):%Y-%m-%dT%H:%M}"]
            row = next((row for part, row in rows.items() if part in command), {"asks": [], "step": ""})
            asks = line.rpartition(commands[-1])[2].strip()
            assert bool(asks) == bool(row["asks"]), line
            self.type(words, row, asks)
        return bool(lines)

    def type(self, words: list[str], row: Mapping[str, Any], asks: str) -> None:
        """Type a command: on a terminal if it asks and its step never did, else with options for what it asks."""
        self.played.append(shlex.join(words))
        known, names = self.known(row), dict.fromkeys(map(_list_of, row["asks"]))
        if names and row["step"] not in self.asked:
            self.asked.add(row["step"])
            questions = list(zip(re.split(r", |、|，", asks), names, strict=True))
            type_command(self.book, words, lambda shown: answer(shown, questions, known))
            return
        options = [option for name in names for option in option_for(name, known)]
        options += self.desk.closing if words[0] == "close" else ()
        # Nobody approves what they did themselves.
        signer = author("zhou.qi") if words[0] == "approve" else {}
        self.book.call(*words, *options, env=signer, check=0)

    def known(self, row: Mapping[str, Any]) -> Mapping[str, str]:
        """What the handler of this case knows."""
        refused = self.desk.refused if row.get("case") == self.cases[REFUSED] else {}
        return {**KNOWN, **self.desk.known, **refused}

    def decide(self, day: int) -> None:
        """What no list can tell: a duplicate and a wait on the second day, a refusal, a reopening."""
        at = ("--at", f"{DAYS[day]:%Y-%m-%d}T09:10")
        if day == 1:
            duplicate = (self.cases[DUPLICATE], "--duplicate-of", self.cases[UPHELD])
            self.book.call("close", *duplicate, *at, check=0)
            wait = ("--reason", "a picture", "--until", "2024-03-06")
            self.book.call("wait", self.cases[WAITING], *wait, *at, check=0)
        closed = self.book.json("show", self.cases[REOPENED])["case"]["status"] == "closed"
        if closed and not self.reopened:
            self.reopened = True
            self.book.call("reopen", self.cases[REOPENED], "--reason", "swells again", *at, check=0)

    def refuse(self, moment: datetime) -> None:
        """Note that a complaint is not upheld, once its findings are known."""
        case = self.book.json("show", self.cases[REFUSED])["case"]
        done = [event["did"] for event in case["history"]]
        if self.desk.decided_after in done and "outcome" not in case:
            at = f"{moment - timedelta(minutes=5):%Y-%m-%dT%H:%M}"
            self.book.call("edit", self.cases[REFUSED], "--set", "outcome=not-upheld", "--at", at, check=0)


def answer(shown: str, questions: list[tuple[str, str]], known: Mapping[str, str]) -> str:
    """The answer to the last question on the screen; what `today` did not say is not asked."""
    question = shown.splitlines()[-1]
    for labels, name in questions:
        for label, one in zip(labels.split(" / "), name.split("|"), strict=True):
            if re.match(rf"{re.escape(label)}( [\[(\d]|[:（：])", question):
                value, _, number = known.get(one, "").partition("#")
                entry = re.search(r"(\d+)[ （(].*(?:Enter|回车)", question)
                return "" if entry and entry[1] != "1" else number or value
    raise AssertionError(question, questions)


def option_for(name: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """The option that gives what a command asks for."""
    one = next(part for part in name.split("|") if part in known)
    value = known[one].partition("#")[0]
    return (OPTIONS[one], value) if one in OPTIONS else ("--set", f"{one}={value}")


def _list_of(name: str) -> str:
    """The list that a part of its entries belongs to."""
    return name.rpartition(".")[0] if name.startswith("plan.measures.") else name


def begin(folder: Path, policy: str, lang: Language) -> Weeks:
    """A casebook with its people and the five calls of Monday morning."""
    book, desk = make_book(folder, policy, lang=lang), DESKS[policy]
    file = book.root / "complaintctl.yaml"
    text = file.read_text(encoding="utf-8")
    person = "".join(
        f"  {name}: {{email: {name}@example.com, roles: [{desk.roles}]}}\n" for name in ("li.wei", "zhou.qi")
    )
    file.write_text(text.replace("\npeople: {}\n", f"\npeople:\n{person}"), encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "people")
    weeks = Weeks(book=book, desk=desk)
    for place, name in enumerate(CASES):
        at = f"2024-03-04T09:0{place}"
        weeks.cases[name] = book.open(name, *desk.opened, "--received", at, "--at", at)
    return weeks


def moments() -> Iterator[tuple[int, datetime]]:
    """The rounds of the two weeks, with the number of the day."""
    for number, day in enumerate(DAYS):
        for hour in HOURS:
            yield number, datetime.fromisoformat(f"{day:%Y-%m-%d}T{hour}")


@pty_only
@pytest.mark.parametrize(
    ("policy", "lang"),
    [
        pytest.param(policy, lang, marks=[] if (policy, lang) in SAMPLE else pytest.mark.nightly)
        for policy in DESKS
        for lang in ("en", "zh")
    ],
)
def test_what_today_prints_brings_every_case_to_its_end(tmp_path: Path, policy: str, lang: Language) -> None:
    weeks = begin(tmp_path, policy, lang)
    for day, moment in moments():
        if f"{moment:%H:%M}" == HOURS[0]:
            weeks.decide(day)
        if weeks.desk.decided_after:
            weeks.refuse(moment)
        if not weeks.play_round(moment) and weeks.reopened:
            break
    left = weeks.book.json("today", "--as-of", END)
    assert (left["today"], left["waiting"], left["duties"]) == ([], [], []), weeks.played
    ended = {name: weeks.book.json("show", case)["case"] for name, case in weeks.cases.items()}
    assert {name: case["status"] for name, case in ended.items()} == dict.fromkeys(CASES, "closed")
    assert {name: case["outcome"] for name, case in ended.items()} == OUTCOMES
    assert [name for name, case in ended.items() if case["reopenings"]] == [REOPENED]
    assert not [event for case in ended.values() for event in case["history"] if event.get("forced")]
    weeks.book.call("check", "--archive", "--as-of", END, check=0)
