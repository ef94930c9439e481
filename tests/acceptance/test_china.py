"""China's working days from 2018 to 2026: every day as the notices of the State Council have it."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from complaintctl.domain.policy.policy import Calendar
from complaintctl.domain.worktime.calendars import build_day_rules, is_working_day
from complaintctl.storage.policy import policyfile
from tests.acceptance.published import data
from tests.casebooks import Book, make_book, refused

FOLDER = data("calendars")
YEARS = range(2018, 2027)
SATURDAY = 5
WEEK = '    hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}\n'
OFFICE = f"calendar: office\ncalendars:\n  office:   # who answers the telephone\n{WEEK}"
WORKING_DAYS = {2024: 251, 2025: 248, 2026: 248}


def file_of(year: int) -> Path:
    return FOLDER / f"holiday-cn_{year}.json"


def days_of(*years: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=number)
        for year in years
        for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.fixture(scope="module")
def worked() -> Mapping[date, bool]:
    """Whether each day is worked, from the files alone: Monday to Friday, but for the days that they name."""
    named = {
        date.fromisoformat(entry["date"]): not entry["isOffDay"]
        for year in YEARS
        for entry in json.loads(file_of(year).read_text(encoding="utf-8"))["days"]
    }
    return {day: named.get(day, day.weekday() < SATURDAY) for day in days_of(*YEARS)}


def office_of(book: Book) -> Calendar:
    found, problems = policyfile.read_policy(book.root / "complaintctl.yaml")
    assert found is not None, problems
    return found.policy.calendars["office"]


def an_office(folder: Path) -> Book:
    folder.mkdir(exist_ok=True)
    book = make_book(folder, lang="zh")
    path = book.root / "complaintctl.yaml"
    text = path.read_text(encoding="utf-8").replace("calendar: always\n", OFFICE, 1)
    path.write_text(text, encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "Our office hours")
    return book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = an_office(tmp_path_factory.mktemp("china"))
    for year in YEARS:
        done = made.call("policy", "calendar", "fill", "--from", str(file_of(year)), check=0)
        assert done.stderr == ""
    return made


def test_every_day_of_nine_years_is_as_the_notices_have_it(book: Book, worked: Mapping[date, bool]) -> None:
    rules = build_day_rules(office_of(book))
    assert len(worked) == 3_287
    assert [day for day, is_worked in worked.items() if is_working_day(rules, day) != is_worked] == []
    # A Saturday of 2018 that the notice of 2019 made a working day.
    assert is_working_day(rules, date(2018, 12, 29))
    counts = {year: sum(worked[day] for day in days_of(year)) for year in YEARS}
    print(f"\nworking days: {counts}")
    assert {year: counts[year] for year in WORKING_DAYS} == WORKING_DAYS


def test_the_command_counts_the_same_working_days(book: Book) -> None:
    for year, count in WORKING_DAYS.items():
        assert book.json("policy", "calendar", "--year", str(year))["calendar"]["working_days"] == count
        shown = book.call("policy", "calendar", "--year", str(year), check=0).stdout
        assert shown.startswith(f"office {year} 年（Asia/Shanghai）：{count} 个工作日\n")


def test_nine_years_are_nine_commits_that_touch_the_calendar_only(book: Book) -> None:
    subjects = book.git("log", "--format=%s", f"-{len(YEARS)}").splitlines()
    assert subjects == [
        f"Fill calendar office for {year} from holiday-cn_{year}.json" for year in reversed(YEARS)
    ]
    removed = [
        line
        for line in book.git("diff", f"HEAD~{len(YEARS)}", "--", "complaintctl.yaml").splitlines()
        if line.startswith("-") and not line.startswith("---")
    ]
    assert removed == []
    assert office_of(book).known_until == date(2026, 12, 31)
    assert str(office_of(book).source).count("holiday-cn_") == len(YEARS)


def test_the_year_that_is_not_published_is_refused(book: Book) -> None:
    said = refused(book, 3, "policy", "calendar", "fill", "--from", str(file_of(2027)))
    assert "2027 年的安排尚未公布" in said


def test_the_library_knows_the_same_working_days(tmp_path: Path, worked: Mapping[date, bool]) -> None:
    book = an_office(tmp_path / "library")
    for year in YEARS:
        book.call("policy", "calendar", "fill", "--country", "CN", "--year", str(year), check=0)
    rules = build_day_rules(office_of(book))
    differing = {
        year: [str(day) for day in days_of(year) if is_working_day(rules, day) != worked[day]]
        for year in YEARS
    }
    print(
        f"\nworking days on which library and notices differ: { {y: len(d) for y, d in differing.items()} }"
    )
    assert differing == {year: [] for year in YEARS}


def test_the_library_does_not_name_the_weekends_inside_a_holiday(tmp_path: Path) -> None:
    """What the documentation says of shops that open on Saturdays and Sundays: take the notices."""
    counts: dict[str, dict[int, int]] = {}
    for name in ("files", "library"):
        book = an_office(tmp_path / name)
        path = book.root / "complaintctl.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("mon-fri:", "mon-sun:"), encoding="utf-8")
        for year in YEARS:
            source = ("--from", str(file_of(year))) if name == "files" else ("--country", "CN")
            words = ("policy", "calendar", "fill", *source, "--year", str(year), "--no-commit")
            book.call(*words, check=0)
        rules = build_day_rules(office_of(book))
        counts[name] = {year: sum(is_working_day(rules, day) for day in days_of(year)) for year in YEARS}
    more = {year: counts["library"][year] - counts["files"][year] for year in YEARS}
    print(f"\ndays off at weekends that the library leaves out: {more}")
    assert all(count > 0 for count in more.values())


def test_the_bank_holidays_of_three_divisions(tmp_path: Path) -> None:
    # Weekdays less the bank holidays of 2026: eight in England and Wales, ten in the others.
    for division, count in (("england-and-wales", 253), ("scotland", 251), ("northern-ireland", 251)):
        book = an_office(tmp_path / division)
        source = ("--from", str(FOLDER / "uk_bank_holidays.json"), "--subdivision", division)
        book.call("policy", "calendar", "fill", *source, "--year", "2026", check=0)
        assert book.json("policy", "calendar", "--year", "2026")["calendar"]["working_days"] == count
        assert "2026-12-28: Boxing Day (substitute day)" in (book.root / "complaintctl.yaml").read_text(
            encoding="utf-8"
        )
        refused(book, 3, "policy", "calendar", "fill", *source, "--year", "2031")
