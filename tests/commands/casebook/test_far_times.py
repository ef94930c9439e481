"""Times outside the years 1900 to 2200: refused wherever one comes in, so that no arithmetic overflows."""

import csv
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused

MAPPING = """mapping: 1
system: shop
id: no
timezone: Asia/Shanghai
times: ["%Y-%m-%d %H:%M:%S"]
received: at
promise: {by: until}
"""
FAR = "is too far away. Write a time between 1900-01-01 and 2200-12-31"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


@pytest.mark.parametrize(
    "options",
    [
        ("open", "--title", "x", "--promise-by", "9999-12-31T23:59"),
        ("open", "--title", "x", "--promise-by", "+9999999w"),
        ("open", "--title", "x", "--received", "0001-01-01"),
        ("open", "--title", "x", "--bought", "1066-10-14"),
        ("open", "--title", "x", "--at", "99999999999d"),
        ("check", "--as-of", "0001-01-01"),
        ("check", "--as-of", "9999-12-31T23:59-14:00"),
        ("check", "--soon", "+99999999d"),
        ("check", "--fail-on", "due", "--soon", "+99999999999999999999w"),
        ("list", "--as-of", "2201-01-01"),
        ("report", "--from", "1899-12-31"),
        ("survey", "list", "--asked-since", "99999999d"),
    ],
)
def test_a_far_time_that_was_typed_ends_with_2_and_names_the_range(
    book: Book, options: tuple[str, ...]
) -> None:
    assert f"{options[-1]} {FAR}." in refused(book, 2, *options)


@pytest.mark.parametrize(
    "options",
    [
        ("edit", "--set", "received=9999-12-31T23:59"),
        ("edit", "--set", "product.bought=0001-01-01"),
        ("task", "--to", "quality", "--what", "look", "--due", "9999999d"),
        ("action", "--what", "x", "--who", "li.wei", "--due", "9999-12-31"),
        ("update", "--via", "phone", "--promise-by", "9999-12-31"),
        ("note", "hello", "--at", "0001-01-01T00:00"),
    ],
)
def test_a_far_time_typed_for_a_case_writes_nothing(book: Book, options: tuple[str, ...]) -> None:
    case_id = book.open("one")
    said = refused(book, 2, options[0], case_id, *options[1:])
    assert f"{options[-1].rpartition('=')[2]} {FAR}." in said


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_of_the_range_can_be_asked_for(book: Book, day: str) -> None:
    case_id = book.open("one")
    for command in ("check", "list", "today", "board", "report"):
        assert book.call(command, "--as-of", day).returncode in {0, 1}
    assert case_id in book.call("list", "--as-of", "2200-12-31", check=0).stdout


@pytest.mark.parametrize("time", ["9999-12-31 23:59:59", "2200-12-31 23:59:59"])
def test_a_row_with_a_far_time_is_rejected_and_the_others_come_in(book: Book, time: str) -> None:
    (book.root.parent / "map.yaml").write_text(MAPPING, encoding="utf-8")
    table = book.root.parent / "rows.csv"
    rows = f"no,at,until\n1,2026-11-02 09:00:00,{time}\n2,2026-11-02 09:00:00,2026-11-03 09:00:00\n"
    table.write_text(rows, encoding="utf-8")
    far = time.startswith("9999")
    done = book.json("import", "csv", str(table), "--map", str(table.with_name("map.yaml")), check=int(far))
    assert (done["new"], done["rejected"]) == ((1, 1) if far else (2, 0))
    if far:
        lines = Path(done["rejects"]).read_text(encoding="utf-8-sig").splitlines()
        (row,) = csv.DictReader(lines)
        said = book.english(row["rejected: reason"])
        assert "is too far away: times lie between 1900-01-01 and 2200-12-31" in said
    for command in ("check", "list", "today", "report", "board"):
        assert book.call(command).returncode in {0, 1}


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("received: 0001-01-01T00:00:00+08:00", "received"),
        ("received: 9999-12-31T23:59:59-08:00", "received"),
        ("promised: [{by: 9999-12-31T23:59:59-08:00, what: respond, made: 2026-11-21T09:41:00+08:00}]", "by"),
        ("product: {bought: 0001-01-01}", "product.bought"),
    ],
)
def test_a_far_time_in_a_file_is_a_problem_with_its_line_and_hides_no_other_case(
    book: Book, line: str, place: str
) -> None:
    faulty, other = book.open("one"), book.open("two")
    path = book.file(faulty)
    lines = [text for text in path.read_text(encoding="utf-8").splitlines() if text[:9] != line[:9]]
    lines.insert(2, line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for command in (("check",), ("list",), ("today",), ("report",), ("board",), ("check", "--archive")):
        result = book.call(*command, check=4)
        assert f"cases/open/{faulty}.yaml:3:" in result.stderr
        assert f"{place} {FAR}" in result.stderr
    listed = book.call("list", check=4).stdout
    assert faulty in listed
    assert other in listed


def test_a_file_whose_name_holds_a_far_day_hides_no_other_case(book: Book) -> None:
    other = book.open("one")
    for day in ("00010101", "99991231"):
        (book.root / "cases" / "open" / f"C-{day}-AAAAA.yaml").write_text("title: x\n", encoding="utf-8")
    assert other in book.call("list", check=4).stdout


@pytest.mark.parametrize("entry", ["warn: [99999w before]", "wait: {at_most: 36526d}"])
def test_a_limit_longer_than_a_hundred_years_is_a_fault_of_the_policy(book: Book, entry: str) -> None:
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("timezone:", f"{entry}\ntimezone:", 1), encoding="utf-8")
    assert "Write it like" in book.call("policy", "check", check=1).stderr


@pytest.mark.parametrize(
    "entry",
    ["holidays: [9999-12-31]", "workdays: [0001-01-01]", "known_until: 9999-12-31"],
)
def test_a_far_day_in_a_calendar_is_a_fault_of_the_policy(book: Book, entry: str) -> None:
    policy = book.root / "complaintctl.yaml"
    calendar = f'calendars:\n  far:\n    hours: {{mon-fri: ["09:00-17:00"]}}\n    {entry}\n'
    text = policy.read_text(encoding="utf-8")
    assert "\ncalendars:" not in text
    policy.write_text(text + calendar, encoding="utf-8")
    result = book.call("policy", "check", check=1)
    assert FAR in result.stdout + result.stderr
