"""Tests `import csv` with one row per event: every event is kept, odd ones are reported, none is imported twice."""

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.reports.report_rows import report_of

MAP = """\
mapping: 1
system: desk
timezone: Europe/Rome
times: "%Y-%m-%d %H:%M"
id: case
events:
  time: when
  by: who
  activity: {column: what, values: {Look: assess, Fix: respond, Shut: close}, else: note}
"""
POLICY = """\
complaintctl: 1
name: desk
timezone: Europe/Rome
steps:
  - {step: assess, within: 2h}
  - {step: respond, within: 1d}
"""
HEADER = ("case", "what", "when", "who", "shelf")
# The rows of the cases are mixed and not in order of time.
ROWS = (
    ("A 1", "Look", "2025-03-03 10:00", "Ann", "x"),
    ("B 2", "Look", "2025-03-03 11:00", "Ann", "x"),
    ("A 1", "Shut", "2025-03-05 10:00", "Bob", "x"),
    ("C 3", "Call", "2025-03-03 12:00", "Bob", "x"),
    ("A 1", "Fix", "2025-03-04 09:00", "Ann", "y"),
    ("B 2", "Fix", "2025-03-06 11:00", "Bob", "x"),
    ("C 3", "Look", "2025-03-03 12:00", "Bob", "x"),
    ("A 1", "Call", "2025-03-06 10:00", "Bob", "y"),
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml", "Europe/Rome")


def arguments(book: Book, rows: Any, name: str = "log.csv") -> tuple[str, ...]:
    path = book.root.parent / name
    with (gzip.open if name.endswith(".gz") else open)(path, "wt", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return "import", "csv", str(path), "--map", str(book.root.parent / "map.yaml")


def take_in(book: Book, rows: Any = ROWS, *options: str, check: int = 0) -> Any:
    return book.json(*arguments(book, rows), *options, check=check)


def case(book: Book, record: str) -> Any:
    (path,) = [
        path
        for path in (book.root / "cases").rglob("*.yaml")
        if f"id: {record}," in path.read_text(encoding="utf-8")
    ]
    return book.json("show", path.stem)["case"]


def odd(done: Any) -> list[tuple[str, str, list[int]]]:
    return [(entry["record"], entry["what"], entry["lines"]) for entry in done["odd"]]


def test_the_rows_of_a_case_become_its_history_by_time_and_odd_ones_are_named(book: Book) -> None:
    done = take_in(book)
    counts = [done[name] for name in ("rows", "new", "events", "irregular", "rejected")]
    assert counts == [8, 3, 8, 1, 0]
    assert odd(done) == [("A 1", "after-close", [9]), ("C 3", "same-time", [5, 8])]
    first = case(book, "A 1")
    assert [event["did"] for event in first["history"]] == ["open", "assess", "respond", "close", "note"]
    assert (first["status"], first["x"]) == ("closed", {"shelf": "y"})
    assert [event["text"] for event in case(book, "C 3")["history"][1:]] == ["Call", "Look"]
    assert book.git("status", "--porcelain") == ""
    assert book.git("log", "-1", "--format=%s").strip() == "import desk: 3 new, 0 changed"


def test_the_report_tells_how_long_the_steps_of_the_log_took(book: Book) -> None:
    take_in(book)
    report = report_of(book, "--as-of", "2025-04-01T00:00")
    respond = report.step("respond")
    # A 1 and B 2 have no recorded verdicts. C 3 was never answered: due at 2025-03-04 12:00.
    assert [respond[name] for name in ("met", "late", "unjudged", "overdue")] == [0, 0, 2, 1]
    # A 1: 23 hours, from 10:00 to 09:00 of the next day. B 2: three days. The median of two is the lower one.
    assert (respond["median"], respond["p90"]) == (23 * 3_600, 3 * 86_400)
    assert report.cases("open", "closed") == (2, 1)
    # From 2025-03-03 10:00 to 2025-03-05 10:00: two days.
    assert report.value("times", "median", "resolution") == 2 * 86_400


def test_importing_again_changes_nothing_and_a_new_event_is_added(book: Book) -> None:
    take_in(book)
    head = book.head()
    again = take_in(book)
    assert [again[name] for name in ("new", "changed", "unchanged", "events")] == [0, 0, 3, 0]
    assert again["odd"] == []
    assert book.head() == head
    more = take_in(book, [*ROWS, ("B 2", "Shut", "2025-03-07 08:00", "Ann", "x")])
    assert [more[name] for name in ("new", "changed", "unchanged", "events")] == [0, 1, 2, 1]
    second = case(book, "B 2")
    assert [event["did"] for event in second["history"]] == ["open", "assess", "respond", "close"]
    assert second["status"] == "closed"
    assert book.git("rev-list", "--count", f"{head}..HEAD").strip() == "1"
    assert book.git("status", "--porcelain") == ""


def test_what_a_person_here_wrote_into_the_file_stays_when_events_are_added(book: Book) -> None:
    take_in(book)
    path = book.root / "cases" / "open" / f"{case(book, 'B 2')['id']}.yaml"
    text = path.read_text(encoding="utf-8").replace("shelf: x", "shelf: by hand  # moved")
    path.write_text(text, encoding="utf-8")
    done = take_in(book, [*ROWS, ("B 2", "Call", "2025-03-07 08:00", "Ann", "z")])
    assert done["kept"] == [{"id": path.stem, "line": 3, "fields": ["x.shelf"]}]
    assert "shelf: by hand  # moved" in path.read_text(encoding="utf-8")


def test_an_event_taken_back_here_stays_taken_back(book: Book) -> None:
    take_in(book)
    first = case(book, "A 1")
    closing = next(event["id"] for event in first["history"] if event["did"] == "close")
    book.call("retract", first["id"], closing, "--reason", "not shut", check=0)
    take_in(book, [*ROWS, ("A 1", "Call", "2025-03-07 10:00", "Bob", "y")])
    again = case(book, "A 1")
    assert [event["id"] for event in again["history"] if event["did"] == "close"] == [closing]
    assert (again["status"], again["history"][-1]["did"]) == ("open", "note")
    assert take_in(book, [*ROWS, ("A 1", "Call", "2025-03-07 10:00", "Bob", "y")])["unchanged"] == 3


def test_a_trial_counts_the_same_and_writes_nothing(book: Book) -> None:
    head = book.head()
    done = take_in(book, ROWS, "--dry-run")
    assert [done[name] for name in ("new", "events")] == [3, 8]
    assert len(done["odd"]) == 2
    assert (book.head(), list((book.root / "cases").rglob("*.yaml"))) == (head, [])


def test_a_case_with_an_unreadable_event_is_rejected_whole_and_comes_in_corrected(book: Book) -> None:
    rows = [row if row[:2] != ("A 1", "Fix") else ("A 1", "Fix", "tomorrow", "Ann", "y") for row in ROWS]
    done = take_in(book, rows, check=1)
    assert [done[name] for name in ("rows", "new", "rejected", "events")] == [8, 2, 4, 4]
    rejects = Path(done["rejects"])
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.count("\n") == 5
    told = [book.english(line["rejected: reason"]) for line in csv.DictReader(text.splitlines())]
    assert told.count("another event of this case could not be imported (line 6)") == 3
    rejects.write_text(text.replace("tomorrow", "2025-03-04 09:00"), encoding="utf-8-sig")
    second = book.json("import", "csv", str(rejects), "--map", str(book.root.parent / "map.yaml"))
    assert (second["new"], second["events"]) == (1, 4)
    assert take_in(book)["unchanged"] == 3  # the table is corrected at its source as well


def test_a_row_with_a_cell_too_few_keeps_its_case_out(book: Book) -> None:
    done = take_in(book, [*ROWS, ("B 2", "Shut")], check=1)
    assert [done[name] for name in ("new", "rejected")] == [2, 3]


def test_a_part_of_a_log_adds_and_takes_nothing_away_and_is_named(book: Book) -> None:
    take_in(book)
    done = take_in(book, [("B 2", "Shut", "2025-03-07 08:00", "Ann", "z")])
    assert odd(done) == [("B 2", "not-in-table", [])]
    second = case(book, "B 2")
    assert [event["did"] for event in second["history"]] == ["open", "assess", "respond", "close"]
    assert second["x"] == {"shelf": "x"}


def test_a_compressed_log_is_read_as_it_is_and_a_cut_one_refused(book: Book) -> None:
    words = arguments(book, ROWS, "log.csv.gz")
    path = Path(words[2])
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert "log.csv.gz cannot be unpacked" in refused(book, 4, *words)
    path.write_bytes(b"\x1f\x8b no archive at all")
    assert "log.csv.gz cannot be unpacked" in refused(book, 4, *words)
    path.write_bytes(whole)
    assert book.json(*words)["events"] == 8


def test_a_mapping_with_a_step_that_the_policy_lacks_imports_nothing(book: Book) -> None:
    words = arguments(book, ROWS)
    path = book.root.parent / "map.yaml"
    path.write_text(MAP.replace("assess", "investigate"), encoding="utf-8")
    said = refused(book, 2, *words)
    assert said.endswith("The policy has no step investigate. It has: assess, respond.")


def test_people_see_every_odd_case_in_both_languages(book: Book) -> None:
    said = book.call(*arguments(book, ROWS), "--dry-run", check=0).stdout
    assert "after the closing" in said
    assert "at the same time" in said
    assert "A 1" in said
    chinese = book.call(*arguments(book, ROWS), "--dry-run", env={"COMPLAINTCTL_LANG": "zh"}, check=0).stdout
    assert "结案之后" in chinese
    assert "时刻相同" in chinese
