"""Two published event logs, replayed event by event: a help desk, and permits with a deadline by law."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.storage.case import casefile
from tests.acceptance.published import data, measured, register
from tests.casebooks import Book, make_book

HELPDESK = data("eventlogs", "helpdesk_italian.csv.gz")
PERMITS = data("eventlogs", "receipt_wabo.csv.gz")
SECONDS = 30
MEGABYTES = 300
MOMENT = "2024-01-01T00:00"
# The log has no limits: these are ours, so that steps never taken are seen to be overdue.
POLICY = """\
complaintctl: 1
name: tickets
timezone: Europe/Rome
steps:
  - {step: assess, within: 1h}
  - {step: investigate, within: 2d}
  - {step: respond, within: 30d}
"""
ACTIVITIES = {
    "assess": "Assign seriousness",
    "investigate": "Take in charge ticket",
    "respond": "Resolve ticket",
}
AFTER_CLOSED = "130 192 916 1278 1298 1345 1534 1789 2436 2471 2730 3238 3608 3959 4227 4284 4568"


def take_in(book: Book, path: Path, mapping: str) -> Any:
    rejects = str(book.root.parent / "rejects.csv")
    words = ("import", "csv", str(path), "--map", mapping, "--rejects", rejects, "--json")
    return book.run(*words, check=0).json()


def report(book: Book) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    found = book.run("report", "--as-of", MOMENT, "--format", "json", check=0).json()["report"]
    return found, {row["step"]: row for row in found["steps"]}


def named(done: Any, what: str) -> list[str]:
    return [entry["record"] for entry in done["odd"] if entry["what"] == what]


def cases(book: Book) -> Iterator[Case]:
    for path in (book.root / "cases").rglob("*.yaml"):
        case = casefile.whole(path)
        assert isinstance(case, Case)
        yield case


@pytest.fixture(scope="module")
def helpdesk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Any]:
    folder = tmp_path_factory.mktemp("helpdesk")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    plain = make_book(folder, folder / "policy.yaml", "Europe/Rome")
    kept = {name: value for name, value in plain.variables.items() if not name.startswith("COV")}
    made = Book(root=plain.root, variables=kept)
    with measured() as cost:
        done = take_in(made, HELPDESK, "helpdesk-italian")
    print(f"\nimport of 21,348 events: {cost.seconds:.1f} s processor time, {cost.megabytes:.0f} MB")
    assert cost.seconds < SECONDS
    assert cost.megabytes < MEGABYTES
    return made, done


def test_every_ticket_is_a_case_and_no_event_is_dropped(helpdesk: tuple[Book, Any]) -> None:
    book, done = helpdesk
    assert [done[name] for name in ("rows", "events", "new", "rejected")] == [21_348, 21_348, 4_580, 0]
    words: Counter[str] = Counter()
    total = 0
    for case in cases(book):
        told = [event for event in case.history if event.did != "open"]
        assert told == sorted(told, key=lambda event: event.at)
        assert not any(event.met for event in told)
        words.update(event.text for event in told if event.text)
        total += len(case.history) - len(told)
    assert (total, words.total()) == (4_580, 21_348)
    assert [words[name] for name in ("Take in charge ticket", "Resolve ticket", "Closed", "Wait")] == [
        5_060,
        4_983,
        4_574,
        1_463,
    ]


def test_the_tickets_with_an_event_after_closed_and_with_tied_times_are_named(
    helpdesk: tuple[Book, Any],
) -> None:
    book, done = helpdesk
    assert sorted(named(done, "after-close"), key=lambda name: int(name.split()[1])) == [
        f"Case {number}" for number in AFTER_CLOSED.split()
    ]
    assert len(set(named(done, "same-time"))) == 129
    assert done["irregular"] == 17
    marked = [case for case in cases(book) if any(event.irregular for event in case.history)]
    assert {case.status for case in marked} == {"closed"}
    assert len(marked) == 17


def test_the_report_prints_the_life_cycle(helpdesk: tuple[Book, Any]) -> None:
    found, steps = report(helpdesk[0])
    assert (found["cases"], found["open"], found["closed"]) == (4_580, 21, 4_559)
    took = durations()
    assert (found["closing"]["median"], found["closing"]["p90"]) == (
        half(took["Closed"]),
        ninth(took["Closed"]),
    )
    for step, word in ACTIVITIES.items():
        row, times = steps[step], took[word]
        # Nobody judged the steps then; they are counted as taken, with their time since the first event.
        assert (row["met"], row["late"], row["unjudged"]) == (0, 0, len(times))
        assert (row["median"], row["p90"]) == (half(times), ninth(times))
        assert row["unjudged"] + row["overdue"] + row["settled"] == 4_580
    # Of the 21 tickets never closed 11 were never resolved, and all limits are long past.
    assert steps["respond"]["overdue"] == 11
    print(f"\nclosing: {found['closing']}, resolved: {steps['respond']['median']} s")


def durations() -> dict[str, list[int]]:
    """By the log itself: seconds from the first event of each ticket to the first one of each word."""
    first: dict[str, dict[str, datetime]] = {}
    with gzip.open(HELPDESK, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            at = datetime.fromisoformat(row["time:timestamp"])
            ticket = first.setdefault(row["case:concept:name"], {"": at})
            for word in ("", row["concept:name"]):
                ticket[word] = min(at, ticket.get(word, at))
    found: dict[str, list[int]] = {}
    for ticket in first.values():
        for word, at in ticket.items():
            found.setdefault(word, []).append(int((at - ticket[""]).total_seconds()))
    return {word: sorted(times) for word, times in found.items()}


def half(times: list[int]) -> int:
    """Nearest rank: the smallest that half of them do not exceed."""
    return times[(len(times) + 1) // 2 - 1]


def ninth(times: list[int]) -> int:
    return times[-(-90 * len(times) // 100) - 1]


def test_importing_the_log_again_changes_nothing(helpdesk: tuple[Book, Any]) -> None:
    book, _done = helpdesk
    head = book.head()
    with measured() as cost:
        again = take_in(book, HELPDESK, "helpdesk-italian")
    print(f"\nimport of the same events: {cost.seconds:.1f} s processor time")
    assert [again[name] for name in ("unchanged", "new", "changed", "events")] == [4_580, 0, 0, 0]
    assert book.head() == head
    assert book.git("status", "--porcelain") == ""


def test_the_permits_end_by_their_deadline_after_it_or_are_open(tmp_path: Path) -> None:
    book = register(tmp_path)
    with measured() as cost:
        done = take_in(book, PERMITS, "receipt-wabo")
    print(f"\nimport of 8,577 events: {cost.seconds:.1f} s processor time, {cost.megabytes:.0f} MB")
    assert cost.seconds < SECONDS
    assert [done[name] for name in ("rows", "events", "new", "rejected")] == [8_577, 8_577, 1_434, 0]
    found, steps = report(book)
    promise = steps["promise"]
    assert (found["cases"], found["closed"], found["open"]) == (1_434, 1_329, 105)
    # 1,329 ended: 377 after the deadline, 1,329 - 377 = 952 by it; 105 are open, all past it by 2024.
    assert [promise[name] for name in ("met", "late", "overdue")] == [952, 377, 105]
    assert len(named(done, "after-close")) == 145
    assert len(named(done, "event-before-receipt")) == len(named(done, "closed-before-receipt")) == 2
