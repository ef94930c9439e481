"""Tests an import whose mapping makes steps, closings and warnings of columns: on the command line, and again."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book

MAP = """\
mapping: 1
system: desk
timezone: Asia/Shanghai
times: ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
delimiter: tab
empty: [NULL, "-"]
id: {column: ticket, part: '#(\\d+)'}
received: {join: [day, hour]}
closed: {column: updated, when: {status: [Closed, Solved]}}
steps: {ack: first response, respond: resolved}
fields:
  title: subject
  product.bought: {column: bought, unreadable: warn}
  watchers: {column: copies, split: ";"}
  x.priority: {column: prio, values: {1: high}, else: as it is}
"""
HEADING = "Ticket,Day,Hour,Updated,Status,First response,Resolved,Subject,Bought,Copies,Prio".replace(
    ",", "\t"
)
ROWS = {
    "1": "T #1,2026-01-05,10:00,2026-01-07 24:00,closed,2026-01-05 11:00,2026-01-08 09:00,Swells,long ago,a.b;c.d,1",
    "2": "T #2,2026-01-05,-,2026-01-06 09:00,Open,NULL,-,Leaks,2025-12-24,-,low",
}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return make_book(tmp_path, "response-times")


def take_in(book: Book, **changes: dict[str, str]) -> Any:
    lines = ["Report of all tickets", "", HEADING]
    for number, row in ROWS.items():
        text = row.replace(",", "\t")
        for old, new in changes.get(f"row{number}", {}).items():
            text = text.replace(old, new)
        lines.append(text)
    path = book.root.parent / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return book.json("import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"))


def case(book: Book, number: str) -> Any:
    (path,) = [
        path
        for path in (book.root / "cases").rglob("*.yaml")
        if f'id: "{number}", row' in path.read_text(encoding="utf-8")
    ]
    return book.json("show", path.stem)["case"]


def events(book: Book, number: str) -> list[tuple[str, str, str | None]]:
    return [
        (event["did"], event["at"][:16], event.get("irregular")) for event in case(book, number)["history"]
    ]


def test_columns_become_steps_a_closing_a_list_and_a_warning(book: Book) -> None:
    done = take_in(book)
    assert (done["new"], done["rejected"], done["irregular"]) == (2, 0, 1)
    assert [entry["line"] for entry in done["warned"]] == [4]
    assert events(book, "1") == [
        ("open", "2026-01-05T10:00", None),
        ("ack", "2026-01-05T11:00", None),
        ("close", "2026-01-08T00:00", None),
        ("respond", "2026-01-08T09:00", "after-close"),
    ]
    first, second = case(book, "1"), case(book, "2")
    assert (first["status"], first["watchers"]) == ("closed", ["a.b", "c.d"])
    assert (first["x"]["Bought"], first["x"]["priority"], second["x"]["priority"]) == (
        "long ago",
        "high",
        "low",
    )
    assert (second["status"], second["product"]["bought"]) == ("open", "2025-12-24")
    assert events(book, "2") == [("open", "2026-01-05T00:00", None)]
    # Nobody there worked under this policy.
    assert all("met" not in event for event in first["history"])
    book.call("check", "--archive", "--as-of", "2026-01-05T00:01", check=0)


def test_the_warning_is_shown_once_with_its_line_and_the_import_succeeds(book: Book) -> None:
    take_in(book)
    again = take_in(book)
    assert (again["unchanged"], again["warned"]) == (2, [])
    take_in(book, row1={"Swells": "Swells a lot"})
    path, mapping = book.root.parent / "table.csv", book.root.parent / "map.yaml"
    book.root.parent.joinpath("table.csv").write_text(
        path.read_text(encoding="utf-8").replace("T #1", "T #3"), encoding="utf-8"
    )
    shown = book.call("import", "csv", str(path), "--map", str(mapping), check=0)
    assert "left out: product.bought: long ago matches no time format of the mapping (line 4)" in shown.stderr


def test_a_step_that_the_source_adds_moves_or_takes_back_is_revised(book: Book) -> None:
    take_in(book)
    done = take_in(book, row1={"2026-01-05 11:00": "2026-01-05 11:30"}, row2={"NULL": "2026-01-05 12:00"})
    assert done["changed"] == 2
    assert [entry[:2] for entry in events(book, "2") if entry[0] != "import"] == [
        ("open", "2026-01-05T00:00"),
        ("ack", "2026-01-05T12:00"),
    ]
    assert [entry[0] for entry in events(book, "1")][-3:] == ["import", "retract", "ack"]
    assert take_in(book, row1={"2026-01-05 11:00": "2026-01-05 11:30"}, row2={"NULL": "2026-01-05 12:00"})[
        "unchanged"
    ] == len(ROWS)
    take_in(book, row1={"2026-01-05 11:00": "-"}, row2={"NULL": "2026-01-05 12:00"})
    assert [entry[0] for entry in events(book, "1")][-2:] == ["import", "retract"]
    book.call("check", "--archive", "--as-of", "2026-01-05T00:01", check=0)


def test_a_step_taken_here_is_kept(book: Book) -> None:
    take_in(book)
    book.call("ack", case(book, "2")["id"], "--via", "phone", "--at", "2026-01-05T13:00", check=0)
    done = take_in(book, row2={"NULL": "2026-01-05 12:00"})
    assert [entry["fields"] for entry in done["kept"]] == [["steps.ack"]]
    assert [entry[:2] for entry in events(book, "2") if entry[0] == "ack"] == [("ack", "2026-01-05T13:00")]


def test_a_word_that_no_longer_closes_opens_the_case_again(book: Book) -> None:
    take_in(book)
    take_in(book, row1={"\tclosed\t": "\tReopened\t"})
    assert case(book, "1")["status"] == "open"
    take_in(book)
    assert case(book, "1")["status"] == "closed"


def test_a_step_that_the_policy_lacks_is_named(book: Book) -> None:
    mapping = book.root.parent / "map.yaml"
    mapping.write_text(MAP.replace("{ack:", "{akc:"), encoding="utf-8")
    table = book.root.parent / "table.csv"
    table.write_text("a\n", encoding="utf-8")
    refused = book.call("import", "csv", str(table), "--map", str(mapping), check=2)
    assert "akc" in refused.stderr
    assert "ack" in refused.stderr


def test_a_workbook_without_the_library_names_the_extra(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    monkeypatch.delitem(sys.modules, "complaintctl.exchange.imports.formats.workbooks", raising=False)
    tickets = Path(__file__).parents[2] / "exchange" / "imports" / "tickets.xls"
    refused = book.call("import", "csv", str(tickets), "--map", str(tmp_path / "map.yaml"), check=4)
    assert "pip install 'complaintctl[xlsx]'" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
