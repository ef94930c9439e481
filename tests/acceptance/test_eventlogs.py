"""Two published event logs, replayed event by event: a help desk, and permits with a deadline by law.

`make nightly` replays all of the help desk; the normal run its first tickets and every one that is odd: with an event
after it was closed, never closed, or with two events at one time. What must come of it is counted in the log itself.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.storage.case import casefile
from tests.acceptance.published import data, measured, register
from tests.casebooks import Book, make_book
from tests.commands.reports.report_rows import Report, read_report

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
LATE_EVENTS = "130 192 916 1278 1298 1345 1534 1789 2436 2471 2730 3238 3608 3959 4227 4284 4568"
AFTER_CLOSED = {f"Case {number}" for number in LATE_EVENTS.split()}
SAMPLE = 300

Row = Mapping[str, str]


def take_in(book: Book, path: Path, mapping: str) -> Any:
    rejects = str(book.root.parent / "rejects.csv")
    words = ("import", "csv", str(path), "--map", mapping, "--rejects", rejects, "--json")
    return book.run(*words, check=0).json()


def report(book: Book) -> Report:
    return read_report(book.run("report", "--as-of", MOMENT, "--format", "json", check=0).json())


def named(done: Any, what: str) -> list[str]:
    return [entry["record"] for entry in done["odd"] if entry["what"] == what]


def cases(book: Book) -> Iterator[Case]:
    for path in (book.root / "cases").rglob("*.yaml"):
        case = casefile.read_faultless_case(path)
        assert isinstance(case, Case)
        yield case


@dataclass(frozen=True, kw_only=True)
class Helpdesk:
    """A casebook after the import of tickets, what the import said, and the rows of the log."""

    book: Book
    done: Any
    path: Path
    rows: Sequence[Row]

    @property
    def tickets(self) -> dict[str, list[Row]]:
        return by_ticket(self.rows)


def by_ticket(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["case:concept:name"], []).append(row)
    return found


def has_a_tie(ticket: Sequence[Row]) -> bool:
    return len({row["time:timestamp"] for row in ticket}) < len(ticket)


def is_closed(ticket: Sequence[Row]) -> bool:
    return any(row["concept:name"] == "Closed" for row in ticket)


def sampled(rows: Sequence[Row]) -> list[Row]:
    kept = set()
    for number, (name, ticket) in enumerate(by_ticket(rows).items()):
        if number < SAMPLE or name in AFTER_CLOSED or has_a_tie(ticket) or not is_closed(ticket):
            kept.add(name)
    return [row for row in rows if row["case:concept:name"] in kept]


@pytest.fixture(scope="module", params=["sample", pytest.param("whole", marks=pytest.mark.nightly)])
def helpdesk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Helpdesk:
    folder = tmp_path_factory.mktemp("helpdesk")
    with gzip.open(HELPDESK, "rt", encoding="utf-8", newline="") as stream:
        rows: list[Row] = list(csv.DictReader(stream))
    path = HELPDESK
    assert (len(rows), len(by_ticket(rows))) == (21_348, 4_580)
    if request.param == "sample":
        rows, path = sampled(rows), folder / "sample.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    plain = make_book(folder, folder / "policy.yaml", "Europe/Rome")
    kept = {name: value for name, value in plain.variables.items() if not name.startswith("COV")}
    made = Book(root=plain.root, variables=kept)
    with measured() as cost:
        done = take_in(made, path, "helpdesk-italian")
    print(f"\nimport of {len(rows):,} events: {cost.seconds:.1f} s processor time, {cost.megabytes:.0f} MB")
    assert cost.seconds < SECONDS
    assert cost.megabytes < MEGABYTES
    return Helpdesk(book=made, done=done, path=path, rows=rows)


def test_every_ticket_is_a_case_and_no_event_is_dropped(helpdesk: Helpdesk) -> None:
    events, tickets = len(helpdesk.rows), len(helpdesk.tickets)
    counts = [helpdesk.done[name] for name in ("rows", "events", "new", "rejected")]
    assert counts == [events, events, tickets, 0]
    words: Counter[str] = Counter()
    total = 0
    for case in cases(helpdesk.book):
        told = [event for event in case.history if event.did != "open"]
        assert told == sorted(told, key=lambda event: event.at)
        assert not any(event.met for event in told)
        words.update(event.text for event in told if event.text)
        total += len(case.history) - len(told)
    assert (total, words.total()) == (tickets, events)
    assert words == Counter(row["concept:name"] for row in helpdesk.rows)


def test_the_tickets_with_an_event_after_closed_and_with_tied_times_are_named(helpdesk: Helpdesk) -> None:
    assert set(named(helpdesk.done, "after-close")) == AFTER_CLOSED
    assert len(named(helpdesk.done, "after-close")) == len(AFTER_CLOSED)
    tied = {name for name, ticket in helpdesk.tickets.items() if has_a_tie(ticket)}
    assert set(named(helpdesk.done, "same-time")) == tied
    assert len(tied) == 129
    assert helpdesk.done["irregular"] == 17
    marked = [case for case in cases(helpdesk.book) if any(event.irregular for event in case.history)]
    assert {case.status for case in marked} == {"closed"}
    assert len(marked) == 17


def test_the_report_prints_the_life_cycle(helpdesk: Helpdesk) -> None:
    found = report(helpdesk.book)
    tickets = helpdesk.tickets
    never_closed = [ticket for ticket in tickets.values() if not is_closed(ticket)]
    counts = (len(tickets), len(never_closed), len(tickets) - len(never_closed))
    assert found.cases("cases", "open", "closed") == counts
    assert len(never_closed) == 21
    took = durations(tickets)
    closing = tuple(found.value("times", measure, "resolution") for measure in ("median", "p90"))
    assert closing == (half(took["Closed"]), ninth(took["Closed"]))
    for step, word in ACTIVITIES.items():
        row, times = found.step(step), took[word]
        # Nobody judged the steps then; they are counted as taken, with their time since the first event.
        assert (row["met"], row["late"], row["unjudged"]) == (0, 0, len(times))
        assert (row["median"], row["p90"]) == (half(times), ninth(times))
        assert row["unjudged"] + row["overdue"] + row["settled"] == len(tickets)
    # Of the 21 tickets never closed 11 were never resolved, and all limits are long past.
    unresolved = [t for t in never_closed if all(row["concept:name"] != "Resolve ticket" for row in t)]
    respond = found.step("respond")
    assert respond["overdue"] == len(unresolved) == 11
    print(f"\nclosing: {closing}, resolved: {respond['median']} s")


def durations(tickets: Mapping[str, Sequence[Row]]) -> dict[str, list[int]]:
    """By the log itself: seconds from the first event of each ticket to the first one of each word."""
    found: dict[str, list[int]] = {}
    for ticket in tickets.values():
        first: dict[str, datetime] = {}
        for row in ticket:
            at = datetime.fromisoformat(row["time:timestamp"])
            for word in ("", row["concept:name"]):
                first[word] = min(at, first.get(word, at))
        for word, at in first.items():
            found.setdefault(word, []).append(int((at - first[""]).total_seconds()))
    return {word: sorted(times) for word, times in found.items()}


def half(times: list[int]) -> int:
    """Nearest rank: the smallest that half of them do not exceed."""
    return times[(len(times) + 1) // 2 - 1]


def ninth(times: list[int]) -> int:
    return times[-(-90 * len(times) // 100) - 1]


def test_importing_the_log_again_changes_nothing(helpdesk: Helpdesk) -> None:
    book = helpdesk.book
    head = book.head()
    with measured() as cost:
        again = take_in(book, helpdesk.path, "helpdesk-italian")
    print(f"\nimport of the same events: {cost.seconds:.1f} s processor time")
    assert [again[name] for name in ("unchanged", "new", "changed", "events")] == [
        len(helpdesk.tickets),
        0,
        0,
        0,
    ]
    assert book.head() == head
    assert book.git("status", "--porcelain") == ""


@pytest.mark.nightly
def test_the_permits_end_by_their_deadline_after_it_or_are_open(tmp_path: Path) -> None:
    book = register(tmp_path)
    with measured() as cost:
        done = take_in(book, PERMITS, "receipt-wabo")
    print(f"\nimport of 8,577 events: {cost.seconds:.1f} s processor time, {cost.megabytes:.0f} MB")
    assert cost.seconds < SECONDS
    assert [done[name] for name in ("rows", "events", "new", "rejected")] == [8_577, 8_577, 1_434, 0]
    found = report(book)
    promise = found.step("promise")
    assert found.cases("cases", "closed", "open") == (1_434, 1_329, 105)
    # 1,329 ended: 377 after the deadline, 1,329 - 377 = 952 by it; 105 are open, all past it by 2024.
    assert [promise[name] for name in ("met", "late", "overdue")] == [952, 377, 105]
    assert len(named(done, "after-close")) == 145
    assert len(named(done, "event-before-receipt")) == len(named(done, "closed-before-receipt")) == 2


def permits_in_order(count: int | None) -> list[Sequence[str]]:
    """The header and the rows of the permits by time, as a growing log has them; of so many permits, or of all."""
    with gzip.open(PERMITS, "rt", encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    name, time = header.index("case:concept:name"), header.index("time:timestamp")
    kept = set(list(dict.fromkeys(row[name] for row in rows))[:count])
    return [header, *sorted((row for row in rows if row[name] in kept), key=lambda row: row[time])]


@pytest.mark.nightly
@pytest.mark.parametrize("count", [60, pytest.param(None, marks=pytest.mark.nightly)])
def test_the_log_of_the_permits_in_two_parts_gives_the_files_of_the_whole(
    tmp_path: Path, count: int | None
) -> None:
    table = permits_in_order(count)
    files = []
    for name, ends in (("once", (None,)), ("parts", (len(table) // 3, None))):
        (tmp_path / name).mkdir()
        book = register(tmp_path / name)
        for end in ends:
            path = tmp_path / "log.csv"
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows(table[:end])
            take_in(book, path, "receipt-wabo")
        paths = sorted((book.root / "cases").rglob("*.yaml"))
        files.append({str(path.relative_to(book.root)): path.read_bytes() for path in paths})
    assert files[0] == files[1]
