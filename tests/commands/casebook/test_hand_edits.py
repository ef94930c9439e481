"""Tests files edited by hand: commands keep the edits, every fault is reported, and no overdue clock is hidden."""

import difflib
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

CASE_ID = "C-20261102-7K3FQ"
# Comments, reordered keys, unknown keys, unusual spacing, and values that YAML parsers tend to convert.
EDITED = """\
# Called twice already!   Be kind.
title:   "Battery swells"    # as the customer said it
id: C-20261102-7K3FQ
received: 2026-11-02T09:14:00+08:00
our_ticket: 4711   # the old system
status: open

level:
category:
owner: li.wei   # until Friday

customer: {name: 王芳,   phone: +8613800138000}
product:
    model: X100
    serial: 00812331     # printed on the back
    batch: 12E3
    bought: 2026-10-20
    bought_from: NO
    time_in_use: 1:30
description: >-
  The back lifts off. It is
  warm to the touch.
remedy_sought: ~refund~
x: {agreed: NO, ratio: 1:30, phone: +8613800138000, code: 00812331, lot: 12E3, none: ~, seen: 2026-11-02 09:15}
# below this line: what happened
history:
- {at: '2026-11-02T09:20:00+08:00', by: li.wei,   did: open, set: {received: [null, 2026-11-02T09:14:00+08:00]}, id: 7Q2M0X4C}  # first
- at: 2026-11-02T09:40:00+08:00
  by: li.wei
  did: assess
  id: K3N8W1PA
# the end
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def put(book: Book, text: str, case_id: str = CASE_ID) -> Path:
    path = book.root / "cases" / "open" / f"{case_id}.yaml"
    path.write_bytes(text.encode())
    return path


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    removed = [line[2:] for line in lines if line.startswith("- ")]
    added = [line[2:] for line in lines if line.startswith("+ ")]
    return removed, added


def test_a_hand_edited_file_keeps_every_byte_outside_the_changed_lines(book: Book) -> None:
    path = put(book, EDITED)

    book.run(
        "classify",
        CASE_ID,
        "--level",
        "urgent",
        "--category",
        "quality/appearance",
        "--at",
        "2026-11-02T10:00",
        check=0,
    )
    classified = path.read_bytes().decode()
    removed, added = changed_lines(EDITED, classified)
    assert removed == ["level:\n", "category:\n"]
    assert added[:2] == ["level: urgent\n", "category: quality/appearance\n"]
    assert len(added) == 3
    assert "did: classify" in added[2]

    book.call("note", CASE_ID, "asked for a photo: front & back", check=0)
    removed, added = changed_lines(classified, path.read_bytes().decode())
    assert removed == []
    assert len(added) == 1
    assert "did: note" in added[0]


def test_a_file_with_windows_line_ends_keeps_them(book: Book) -> None:
    windows = EDITED.replace("\n", "\r\n")
    path = put(book, windows)
    book.call("note", CASE_ID, "hello", check=0)
    after = path.read_bytes().decode()
    removed, added = changed_lines(windows, after)
    assert removed == []
    assert len(added) == 1
    assert "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("x.agreed", "NO"),
        ("x.ratio", "1:30"),
        ("x.phone", "+8613800138000"),
        ("x.code", "00812331"),
        ("x.lot", "12E3"),
        ("x.seen", "2026-11-02 09:15"),
        ("product.serial", "00812331"),
        ("product.batch", "12E3"),
        ("product.bought_from", "NO"),
        ("product.time_in_use", "1:30"),
        ("customer.phone", "+8613800138000"),
        ("remedy_sought", "~refund~"),
    ],
)
def test_values_stay_what_was_typed_on_every_path(book: Book, column: str, text: str) -> None:
    put(book, EDITED)
    listed = book.call("list", "--columns", column, "--format", "json", check=0).json()
    assert listed["cases"] == [{column: text}]
    shown = book.call("show", CASE_ID, check=0).stdout
    assert text in shown
    cells = book.call("list", "--columns", f"id,{column}", "--format", "plain", check=0).stdout
    assert cells == f"{CASE_ID}\t{text}\n"


FIVE_FAULTS = """\
id: C-20261102-7K3FQ
title: Battery swells
received: 2026-11-02T09:14:00+08:00
status: opened
level: urgent
product: {model: X100, bought: 2026-02-30}
satisfaction: {overall: very}
title: again
history:
  - {at: 2026-11-02 09:20, by: li.wei, did: open, id: 7Q2M0X4C}
  - {by: li.wei, did: assess, id: K3N8W1PA}
"""
OVERDUE = """\
id: C-20261101-AAAAA
title: Nobody looked at this
received: 2026-11-01T09:00:00+08:00
status: open
history:
  - {at: 2026-11-01T09:05:00+08:00, by: li.wei, did: open, id: 11111111}
"""


def problems_of(book: Book) -> list[tuple[str, str, int, int]]:
    result = book.call("check", "--format", "json", check=4)
    return [
        (Path(one["file"]).stem, one["key"], one["line"], one["column"])
        for one in result.json()["check"]["problems"]
        if not one["warning"]
    ]


def overdue_of(book: Book) -> set[tuple[str, str]]:
    found = book.call("check", "--format", "json").json()["check"]["overdue"]
    return {(one["case"], one["step"]) for one in found}


def test_all_faults_of_a_file_are_told_with_line_and_column_and_the_others_are_still_checked(
    book: Book,
) -> None:
    put(book, FIVE_FAULTS)
    put(book, OVERDUE, "C-20261101-AAAAA")
    assert problems_of(book) == [
        (CASE_ID, "not-one-of", 4, 9),
        (CASE_ID, "not-a-day", 6, 32),
        (CASE_ID, "not-a-score", 7, 25),
        (CASE_ID, "duplicate-key", 8, 1),
        (CASE_ID, "not-a-time", 10, 10),
        (CASE_ID, "field-missing", 11, 5),
    ]
    assert ("C-20261101-AAAAA", "assess") in overdue_of(book)
    said = book.call("check", check=4).stderr
    assert f"cases/open/{CASE_ID}.yaml:6:32: product.bought is not a date. Write it like 2026-11-21" in said


CONFLICT = (
    OVERDUE
    + """\
<<<<<<< HEAD
  - {at: 2026-11-01T09:30:00+08:00, by: li.wei, did: note, text: a, id: 22222222}
=======
  - {at: 2026-11-01T09:31:00+08:00, by: li.wei, did: note, text: b, id: 33333333}
>>>>>>> other
"""
)


@pytest.mark.parametrize(
    ("damaged", "key", "line", "column"),
    [
        (CONFLICT, "conflict-marker", 7, 1),
        (OVERDUE.replace("status: open", "product: {bought: 2026-02-30}\nstatus: open"), "not-a-day", 4, 19),
        (OVERDUE.replace("status: open", "status: open\nstatus: closed"), "duplicate-key", 5, 1),
        (OVERDUE.replace("received: 2026-11-01", "received: 2026-02-30"), "not-a-time", 3, 11),
        (OVERDUE.replace("  - {at", "  - {at: [}\n  - {at"), "yaml-syntax", 6, 11),
        (OVERDUE.replace("title: Nobody", "title: !!str Nobody"), "tag-or-anchor", 2, 8),
        (OVERDUE.replace("did: open", "did: *open"), "alias", 6, 54),
    ],
)
def test_damage_to_a_file_does_not_hide_that_its_case_is_overdue(
    book: Book, damaged: str, key: str, line: int, column: int
) -> None:
    put(book, damaged, "C-20261101-AAAAA")
    put(book, OVERDUE.replace("C-20261101-AAAAA", "C-20261101-BBBBB"), "C-20261101-BBBBB")
    assert ("C-20261101-AAAAA", key, line, column) in problems_of(book)
    late = {case for case, _step in overdue_of(book)}
    assert late == {"C-20261101-AAAAA", "C-20261101-BBBBB"}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "file-empty"),
        (b"\xff\xfe\x00", "not-utf-8"),
        (b"- 1\n", "not-a-mapping"),
        (b"a: \x00", "yaml-character"),
    ],
)
def test_a_file_without_a_case_is_named_and_hides_no_other(book: Book, content: bytes, key: str) -> None:
    path = put(book, "", "C-20261101-AAAAA")
    path.write_bytes(content)
    put(book, OVERDUE.replace("C-20261101-AAAAA", "C-20261101-BBBBB"), "C-20261101-BBBBB")
    assert ("C-20261101-AAAAA", key, 1) in {problem[:3] for problem in problems_of(book)}
    assert {case for case, _step in overdue_of(book)} == {"C-20261101-AAAAA", "C-20261101-BBBBB"}


def test_a_lost_wait_or_a_lost_end_of_a_wait_never_stops_a_clock(book: Book) -> None:
    waiting = OVERDUE.replace("status: open", "status: waiting") + (
        "  - {at: 2026-11-01T09:30:00+08:00, by: li.wei, did: wait, id: 22222222}\n"
        "  - {at: later, by: li.wei, did: resume, id: 33333333}\n"
    )
    put(book, waiting, "C-20261101-AAAAA")
    assert ("C-20261101-AAAAA", "not-a-time", 8, 10) in problems_of(book)
    assert ("C-20261101-AAAAA", "assess") in overdue_of(book)


def test_a_judged_fact_changed_by_hand_is_named_until_edit_records_it(book: Book) -> None:
    case_id = book.call("open", "--title", "x", "--level", "general", "--at", "1h", check=0).stdout.strip()
    path = book.root / "cases" / "open" / f"{case_id}.yaml"
    path.write_text(path.read_text().replace("level: general", "level: urgent", 1))
    result = book.call("check", check=4)
    assert f"cases/open/{case_id}.yaml:7:8: level was changed without an event" in result.stderr
    book.call("edit", case_id, "--set", "level=urgent", check=0)
    book.call("check", check=0)


def test_a_command_on_a_faulty_file_is_refused_with_its_faults_and_changes_nothing(book: Book) -> None:
    path = put(book, FIVE_FAULTS)
    result = book.call("note", CASE_ID, "hello", check=4)
    assert "10:10" in result.stderr
    assert path.read_text() == FIVE_FAULTS


def test_an_unknown_key_is_kept_and_warned_of_with_the_nearest_known_name(book: Book) -> None:
    put(book, OVERDUE.replace("title:", "levle: urgent\ntitle:"), "C-20261101-AAAAA")
    result = book.call("check", check=1)
    assert (
        "cases/open/C-20261101-AAAAA.yaml:2:1: warning: unknown key levle. Did you mean level?"
        in result.stderr
    )


def test_a_score_that_no_survey_asks_for_is_named(book: Book) -> None:
    put(book, OVERDUE.replace("status: open", "satisfaction: {overall: 9}\nstatus: open"), "C-20261101-AAAAA")
    assert ("C-20261101-AAAAA", "not-a-score", 4, 25) in problems_of(book)
