"""A property: importing the first rows of a table and then the whole gives the files of importing the whole once."""

import csv
import dataclasses
import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casebooks import Book, make_book
from tests.sampling import sample

# Each example is three imports; a log has several cases.
EXAMPLES: Final = max(10, settings().max_examples // 5)
HEADER: Final = (
    "case",
    "what",
    "when",
    "who",
    "owner",
    "shelf",
    "came",
    "done",
    "until",
    "result",
    "subject",
)
MAP: Final = """\
mapping: 1
system: desk
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: case
"""
EVENTS: Final = """\
events:
  time: when
  by: who
  owner: owner
  activity:
    column: what
    values: {{Look: assess, Fix: respond, Hand over: assign, Pause: wait, Go on: resume, Again: reopen{more}}}
    else: note
"""
FACTS: Final = """\
received: came
closed: done
promise: {by: until}
fields:
  title: subject
  outcome: {column: result, values: {yes: upheld, no: not-upheld}}
"""
MAPS: Final = {
    "closed by a column": MAP + EVENTS.format(more="") + FACTS,
    "closed by an activity": MAP
    + EVENTS.format(more=", Shut: close")
    + "ignore: [came, done, until, result]\n",
    "a row is a case": MAP + FACTS,
}
# Each case ends with its last event, as in most registers.
ENDED: Final = [
    (
        case,
        what,
        f"2025-03-03 {when}",
        "Ann",
        "",
        "x",
        "2025-03-03 09:00",
        "2025-03-03 11:30",
        "",
        "yes",
        "Swells",
    )
    for case in "ABC"
    for what, when in (("Look", "10:30"), ("Call", "10:45"), ("Fix", "11:30"))
]
# All on one day: the id of a case has the day of the receipt that the first import saw.
CLOCK: Final = [f"2025-03-03 {hour:02}:30" for hour in range(8, 14)]
TIME: Final = st.sampled_from(CLOCK)
WORDS: Final = ("Look", "Fix", "Hand over", "Pause", "Go on", "Again", "Shut", "Call")
ROWS: Final = st.tuples(
    st.sampled_from("ABCD"),
    st.sampled_from(WORDS),
    TIME,
    st.sampled_from(["", "Ann", "Bob", "desk"]),
    st.sampled_from(["", "Ann", "Bob"]),
    st.sampled_from(["", "x", "y"]),
    st.just("2025-03-03 09:00"),
    st.one_of(st.just(""), TIME),
    st.one_of(st.just(""), TIME),
    st.sampled_from(["", "yes", "no"]),
    st.sampled_from(["", "Swells", "Rattles"]),
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where the casebooks of one mapping are made; without git, which an import treats the same."""

    folder: Path
    policy: bytes
    variables: Any
    numbers: Any = dataclasses.field(default_factory=itertools.count)

    def files_after(self, *tables: Sequence[tuple[str, ...]]) -> dict[str, bytes]:
        """The case files after an import of each table."""
        root = self.folder / str(next(self.numbers))
        root.mkdir()
        (root / "complaintctl.yaml").write_bytes(self.policy)
        book = Book(root=root, variables=self.variables)
        for rows in tables:
            path = self.folder / "table.csv"
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([HEADER, *rows])
            book.call("import", "csv", str(path), "--map", str(self.folder / "map.yaml"), check=0)
        found = case_files(root)
        shutil.rmtree(root)
        return found


def case_files(root: Path) -> dict[str, bytes]:
    paths = sorted((root / "cases").rglob("*.yaml"))
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


@pytest.fixture(scope="module", params=sample(MAPS, 1))
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("prefix")
    (folder / "map.yaml").write_text(MAPS[request.param], encoding="utf-8")
    book = make_book(folder, "promised-dates")
    return Shelf(
        folder=folder, policy=(book.root / "complaintctl.yaml").read_bytes(), variables=book.variables
    )


def one_row_a_case(shelf: Shelf, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows that a mapping takes: all of a log, the first of each id of a register."""
    if "events:" in (shelf.folder / "map.yaml").read_text(encoding="utf-8"):
        return rows
    return list({row[0]: row for row in reversed(rows)}.values())


@settings(max_examples=EXAMPLES)
@given(rows=st.lists(ROWS, min_size=1, max_size=16), share=st.floats(0, 1))
def test_importing_a_prefix_and_then_the_whole_equals_importing_the_whole_once(
    shelf: Shelf, rows: list[tuple[str, ...]], share: float
) -> None:
    rows = one_row_a_case(shelf, rows)
    prefix = rows[: round(share * len(rows))]
    assert shelf.files_after(prefix, rows) == shelf.files_after(rows)


def closed_by_a_column(folder: Path) -> Book:
    (folder / "map.yaml").write_text(MAPS["closed by a column"], encoding="utf-8")
    return make_book(folder, "promised-dates")


def take_in(book: Book, rows: Sequence[tuple[str, ...]]) -> Any:
    path = book.root.parent / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return book.json("import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"))


def test_no_event_is_after_a_closing_that_the_first_part_already_told(tmp_path: Path) -> None:
    book = closed_by_a_column(tmp_path)
    assert take_in(book, [row for row in ENDED if row[1] != "Fix"])["odd"] == []
    done = take_in(book, ENDED)
    assert [done[name] for name in ("changed", "events", "irregular", "odd")] == [3, 3, 0, []]
    assert all(b"irregular" not in text for text in case_files(book.root).values())
    assert book.call("check", "--archive").returncode == 0


def test_nor_if_somebody_here_has_worked_on_the_case_whose_events_are_then_appended(tmp_path: Path) -> None:
    book = closed_by_a_column(tmp_path)
    take_in(book, [row for row in ENDED if row[1] == "Look"])
    (path, *_others) = (book.root / "cases").rglob("*.yaml")
    book.call("note", path.stem, "seen", check=0)
    before = path.read_text(encoding="utf-8")
    done = take_in(book, ENDED)
    assert (done["events"], done["odd"]) == (6, [])
    history = book.json("show", path.stem)["case"]["history"]
    assert [event["did"] for event in history] == ["open", "assess", "close", "note", "note", "respond"]
    assert [bool(event.get("recorded")) for event in history[-2:]] == [True, True]
    assert path.read_text(encoding="utf-8").startswith(before.partition("source:")[0])
    assert book.call("check", "--archive").returncode == 0


def test_nor_if_the_source_has_moved_the_closing_since(tmp_path: Path) -> None:
    book = closed_by_a_column(tmp_path)
    early = [(*row[:7], "2025-03-03 10:40", *row[8:]) for row in ENDED if row[1] == "Look"]
    take_in(book, early)
    done = take_in(book, ENDED)
    assert (done["changed"], done["odd"]) == (3, [])
    assert book.call("check", "--archive").returncode == 0


def test_a_comment_in_the_file_is_kept_and_the_new_events_are_appended(tmp_path: Path) -> None:
    book = closed_by_a_column(tmp_path)
    take_in(book, [row for row in ENDED if row[1] != "Fix"])
    (path, *_others) = (book.root / "cases").rglob("*.yaml")
    text = path.read_text(encoding="utf-8").replace("title: Swells", "title: Swells  # ours")
    path.write_text(text, encoding="utf-8")
    book.git("commit", "-qam", "by hand")
    assert take_in(book, ENDED)["odd"] == []
    assert "title: Swells  # ours" in path.read_text(encoding="utf-8")
