"""Tests showing and filling calendars: what is written, kept and refused."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from complaintctl.render.text.wrapping import text_width
from tests.casebooks import Book, make_book, refused
from tests.sampling import sample

CALENDARS = """\
calendar: office
calendars:
  office:
    hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}   # our week
    special_hours: {2024-12-31: ["09:00-12:00"]}
    breaks: {2024-11-20: ["14:00-16:00"]}
"""
# Two holidays and a make-up day of 2024, as holiday-cn writes them; the year's notice also moved a day of 2023.
CHINA_2024 = {
    "year": 2024,
    "papers": ["https://www.gov.cn/notice-2024"],
    "days": [
        {"name": "元旦", "date": "2023-12-30", "isOffDay": True},
        {"name": "国庆节", "date": "2024-10-01", "isOffDay": True},
        {"name": "国庆节", "date": "2024-10-07", "isOffDay": True},
        {"name": "国庆节", "date": "2024-10-12", "isOffDay": False},
    ],
}
UNITED_KINGDOM = {
    "england-and-wales": {
        "division": "england-and-wales",
        "events": [
            {"title": "Boxing Day", "date": "2024-12-26", "notes": "", "bunting": True},
            {"title": "Boxing Day", "date": "2026-12-28", "notes": "Substitute day", "bunting": True},
        ],
    },
    "scotland": {
        "division": "scotland",
        "events": [{"title": "St Andrew’s Day", "date": "2024-12-02", "notes": "", "bunting": True}],
    },
}
CANARY = '# 注释 — do not touch:  {  odd spacing  }\n"x":   { "b":  1 }   # tail\n'


def with_calendars(folder: Path, calendars: str = CALENDARS, lang: str = "en") -> Book:
    """A casebook whose policy has these calendars; its file has comments and unusual spacing."""
    book = make_book(folder, lang=lang)
    text = policy_of(book).replace("calendar: always\n", calendars, 1) + CANARY
    (book.root / "complaintctl.yaml").write_text(text, encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "Our office hours")
    return book


def test_a_night_shift_is_shown_checked_and_counted_with_the_day_on_which_it_begins(tmp_path: Path) -> None:
    night = """\
calendar: office
calendars:
  office:
    hours: {mon-fri: ["22:00-06:00"]}
    special_hours: {2024-12-31: ["22:00-01:00"]}
    breaks: {2024-11-20: ["02:00-02:30"]}
"""
    book = with_calendars(tmp_path, night)
    shown = book.call("policy", "calendar", "--year", "2024", check=0).stdout
    assert "hours: mon-fri 22:00-06:00\n" in shown
    days = {day["date"]: day for day in book.json("policy", "calendar", "--year", "2024")["calendar"]["days"]}
    assert days["2024-11-19"]["hours"] == ["22:00-02:00", "02:30-06:00"]
    assert days["2024-12-31"]["hours"] == ["22:00-01:00"]
    policy = book.root / "complaintctl.yaml"
    policy.write_text(
        policy_of(book).replace('["22:00-06:00"]', '["05:00-09:00", "22:00-06:00"]'), encoding="utf-8"
    )
    refusal = book.call("policy", "check", check=1).stderr
    assert "22:00-06:00: the night shift has not ended when the next day opens." in refusal


def policy_of(book: Book) -> str:
    return (book.root / "complaintctl.yaml").read_bytes().decode()


def published(folder: Path, content: object, name: str = "china_2024.json") -> str:
    path = folder / name
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    return str(path)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return with_calendars(tmp_path)


def test_a_year_is_shown_as_twelve_months_that_fit_a_terminal(book: Book, tmp_path: Path) -> None:
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    shown = book.call("policy", "calendar", "--year", "2024", check=0).stdout
    lines = shown.splitlines()
    # 262 weekdays, two of them holidays, one Saturday worked.
    assert lines[0] == "office 2024 (Asia/Shanghai): 261 working days"
    assert lines[2] == "hours: mon-fri 09:00-12:00, 13:00-18:00"
    grid = shown[: shown.index("weekday")]
    assert max(map(text_width, grid.splitlines())) <= 80
    for cell in (" 1*", " 7*", "12+", "31~", "20/", "13-", "14 "):
        assert cell in grid
    for month in ("January", "December"):
        assert month in grid
    assert "- day off, * holiday, + make-up working day, ~ special hours" in shown
    rows = [" ".join(line.split()) for line in lines]
    assert "2024-10-07 Mo holiday 国庆节" in rows
    assert "2024-10-12 Sa make-up working day 国庆节 09:00-12:00, 13:00-18:00" in rows
    assert "2024-11-20 We with a break 09:00-12:00, 13:00-14:00, 16:00-18:00" in rows
    assert "2024-12-31 Tu special hours 09:00-12:00" in rows
    assert lines[-2:] == [
        "source: 2024: china_2024.json (https://www.gov.cn/notice-2024)",
        "published until 2024-12-31",
    ]


def test_a_year_for_machines_names_every_day(book: Book, tmp_path: Path) -> None:
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    found = book.json("policy", "calendar", "office", "--year", "2024")["calendar"]
    days = {day["date"]: day for day in found["days"]}
    assert (len(days), found["working_days"], found["published"]) == (366, 261, True)
    assert sum(day["working"] for day in days.values()) == sum(found["months"].values()) == 261
    assert (days["2024-10-01"]["kind"], days["2024-10-01"]["name"]) == ("holiday", "国庆节")
    assert days["2024-10-12"] == {
        "date": "2024-10-12",
        "kind": "make-up",
        "working": True,
        "name": "国庆节",
        "hours": ["09:00-12:00", "13:00-18:00"],
        "breaks": [],
        "published": True,
    }
    assert days["2024-11-20"]["breaks"] == ["14:00-16:00"]
    later = book.json("policy", "calendar", "--year", "2025")["calendar"]
    assert (later["published"], later["days"][0]["published"]) == (False, False)


def test_days_after_the_published_ones_are_marked(book: Book, tmp_path: Path) -> None:
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    shown = book.call("policy", "calendar", "--year", "2025", check=0).stdout
    assert shown.startswith(
        "office 2025 (Asia/Shanghai): 261 working days; this may change: published only until 2024-12-31\n"
    )
    assert "? not published yet" in shown
    assert "12?" in shown
    assert "13-" not in shown


def test_markdown_has_the_grid_in_a_block_and_the_reasons_in_a_table(book: Book) -> None:
    shown = book.call("policy", "calendar", "--year", "2024", "--format", "md", check=0).stdout
    assert shown.startswith("# office 2024 (Asia/Shanghai): 262 working days\n\n- hours: mon-fri ")
    assert shown.count("```") == 2
    assert "| 2024-12-31 | Tu | special hours |  | 09:00-12:00 |" in shown


def test_the_year_of_today_is_the_default_and_the_counting_is_said_in_words(tmp_path: Path) -> None:
    counting = '    count: {from: same day, cutoff: "17:00", until: same time}\n'
    book = with_calendars(tmp_path, CALENDARS + counting)
    shown = book.call("policy", "calendar", check=0).stdout
    assert shown.startswith(f"office {date.today().year} (")  # noqa: DTZ011 - the year of this machine is meant
    said = " ".join(shown.split())
    assert (
        "the day it starts on is the first, a start on a day off counts from the beginning of the next working day, a start from 17:00 on counts from the next working day"
        in said
    )


def test_every_other_line_of_the_policy_stays_byte_for_byte(book: Book, tmp_path: Path) -> None:
    before = policy_of(book)
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    after = policy_of(book)
    block = (
        "    holidays:\n      2023-12-30: 元旦\n      2024-10-01: 国庆节\n      2024-10-07: 国庆节\n"
        "    workdays:\n      2024-10-12: 国庆节\n    known_until: 2024-12-31\n"
        '    source: "2024: china_2024.json (https://www.gov.cn/notice-2024)"\n'
    )
    assert after.count(block) == 1
    assert after.replace(block, "") == before
    assert book.call("policy", "check", check=0).stderr == ""


def test_a_filling_is_one_commit_of_the_policy_alone(book: Book, tmp_path: Path) -> None:
    (book.root / "other.txt").write_text("staged by somebody", encoding="utf-8")
    book.git("add", "other.txt")
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    subject = "Fill calendar office for 2024 from china_2024.json"
    assert book.git("log", "-1", "--format=%s", "--name-only").split("\n") == [
        subject,
        "",
        "complaintctl.yaml",
        "",
    ]
    assert book.git("status", "--porcelain").strip() == "A  other.txt"


def test_filling_again_changes_nothing_and_says_so(book: Book, tmp_path: Path) -> None:
    source = published(tmp_path, CHINA_2024)
    first = book.call("policy", "calendar", "fill", "--from", source, check=0)
    assert first.stdout == (
        "office 2024: 3 holidays and 1 make-up working day written, published until 2024-12-31. "
        "261 working days.\n"
    )
    before = book.head(), policy_of(book)
    again = book.call("policy", "calendar", "fill", "--from", source, check=0)
    assert again.stdout == "office 2024: already filled, nothing changed. 261 working days.\n"
    assert (book.head(), policy_of(book)) == before


def test_without_a_commit_the_file_is_written_and_a_trial_writes_nothing(book: Book, tmp_path: Path) -> None:
    source = published(tmp_path, CHINA_2024)
    before = book.head(), policy_of(book)
    trial = book.call("policy", "calendar", "fill", "--from", source, "--dry-run", check=0)
    assert "+      2024-10-12: 国庆节\n" in trial.stdout
    assert trial.stderr == "Nothing was written.\n"
    assert (book.head(), policy_of(book)) == before
    book.call("policy", "calendar", "fill", "--from", source, "--no-commit", check=0)
    assert book.head() == before[0]
    assert book.git("status", "--porcelain") == " M complaintctl.yaml\n"


def test_days_given_by_hand_stay_and_are_named_until_they_shall_be_replaced(tmp_path: Path) -> None:
    by_hand = (
        "    holidays: [2024-10-01, 2024-10-12, 2024-12-24, 12-25, 2025-01-01]   # by hand\n"
        "    known_until: 2023-12-31\n"
    )
    book = with_calendars(tmp_path, CALENDARS + by_hand)
    source = published(tmp_path, CHINA_2024)
    done = book.call("policy", "calendar", "fill", "--from", source, check=0)
    assert done.stderr.splitlines()[:2] == [
        "2024-10-12: kept as holiday; in the source: make-up working day.",
        "2024-12-24: kept as holiday; in the source: a normal day of the week.",
    ]
    assert "--replace" in done.stderr
    text = policy_of(book)
    assert "    holidays:  # by hand\n" in text
    for line in ("2024-10-01: 国庆节", "2024-10-12:", "2024-12-24:", "12-25:", "2025-01-01:"):
        assert f"\n      {line}\n" in text
    assert "\n    workdays:" not in text
    replaced = book.call("policy", "calendar", "fill", "--from", source, "--replace", check=0)
    assert "2024-10-12: changed from holiday to make-up working day, as in the source." in replaced.stderr
    text = policy_of(book)
    assert "      2024-10-12: 国庆节\n" in text.partition("workdays:\n")[2]
    assert "2024-12-24" not in text
    assert "\n      12-25:\n" in text
    assert "\n      2025-01-01:\n" in text


def test_a_missing_year_is_named_and_what_is_known_is_not_stretched_over_it(tmp_path: Path) -> None:
    book = with_calendars(tmp_path, CALENDARS + "    known_until: 2022-12-31\n")
    done = book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    assert "2023 is missing, so known_until stays 2022-12-31. Fill it, then 2024 again." in done.stderr
    assert "    known_until: 2022-12-31\n" in policy_of(book)


def test_an_earlier_year_does_not_lower_what_is_known(tmp_path: Path) -> None:
    book = with_calendars(tmp_path, CALENDARS + "    known_until: 2026-12-31   # as published\n")
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    assert "    known_until: 2026-12-31   # as published\n" in policy_of(book)


def test_two_years_and_two_sources_keep_their_names(book: Book, tmp_path: Path) -> None:
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    book.call("policy", "calendar", "fill", "--country", "CN", "--year", "2025", check=0)
    found = book.json("policy", "calendar", "--year", "2025")["calendar"]
    assert found["source"].startswith(
        "2024: china_2024.json (https://www.gov.cn/notice-2024); 2025: holidays 0."
    )
    assert found["working_days"] == 248
    shown = book.call("policy", "calendar", "--year", "2025", check=0).stdout
    assert "source: 2025: holidays 0." in shown


def test_the_bank_holidays_of_a_division_are_taken(book: Book, tmp_path: Path) -> None:
    source = published(tmp_path, UNITED_KINGDOM, "bank-holidays.json")
    words = ("policy", "calendar", "fill", "--from", source, "--year", "2024")
    said = refused(book, 2, *words)
    assert said == (
        "bank-holidays.json has several regions. Choose one with --subdivision: england-and-wales, scotland."
    )
    assert "no region wales" in refused(book, 2, *words, "--subdivision", "wales")
    book.call(*words, "--subdivision", "scotland", check=0)
    text = policy_of(book)
    assert "      2024-12-02: St Andrew’s Day\n" in text
    assert "Boxing Day" not in text
    assert 'source: "2024: bank-holidays.json (scotland)"' in text
    words = ("policy", "calendar", "fill", "--from", source, "--year", "2029")
    assert "has no days of 2029" in refused(book, 3, *words, "--subdivision", "scotland")


def test_a_year_that_is_not_published_is_refused_and_nothing_is_written(book: Book, tmp_path: Path) -> None:
    empty = published(tmp_path, {"year": 2027, "papers": [], "days": []}, "holiday-cn_2027.json")
    said = refused(book, 3, "policy", "calendar", "fill", "--from", empty)
    assert said == "holiday-cn_2027.json has no days: 2027 has not been published yet. Nothing was written."
    # Far enough ahead that no version of the library can know it.
    year = str(date.today().year + 3)  # noqa: DTZ011 - the year of this machine is meant
    said = refused(book, 3, "policy", "calendar", "fill", "--country", "CN", "--year", year)
    assert f"so {year} would be a guess. Nothing was written." in said
    other = published(tmp_path, CHINA_2024)
    assert "is for 2024, not 2025" in refused(
        book, 3, "policy", "calendar", "fill", "--from", other, "--year", "2025"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give the source of the days"),
        (("--country", "CN", "--from", "x.json"), "not both"),
        (("--country", "CN"), "Give the year: --year 2026"),
        (("--country", "XX", "--year", "2026"), "does not know the country XX"),
        (("--country", "GB", "--year", "2026", "--subdivision", "XX"), "It has: ENG, NIR, SCT, WLS"),
        (("--from", "nowhere.json"), "nowhere.json is not a file."),
        (("shop", "--country", "CN", "--year", "2026"), "Unknown calendar shop. Available: office."),
    ],
)
def test_what_cannot_be_understood_is_said(book: Book, words: tuple[str, ...], said: str) -> None:
    assert said in refused(book, 2, "policy", "calendar", "fill", *words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "days is empty"),
        (b"<!DOCTYPE html><title>504</title>", "days is a web page"),
        (b'{"year": 2024,\n "days": [', "days, line 2, column 11: this is not valid JSON"),
        (b'{"year": 2024,\n "x": "\xb9\xfa"}', "days, line 2: this is not UTF-8"),
        (b"date,name\n2024-10-01,x\n", "days is not in a supported calendar format"),
        (b'{"hello": 1}', "days is not in a supported calendar format"),
        (b'{"year": 99999, "days": [1]}', "days is not in a supported calendar format"),
        (b"[" * 100_000, "days is not in a supported calendar format"),
        (
            b'{"year": 2024, "days": [\n {"date": "2024-13-01", "isOffDay": true}]}',
            "line 2: 2024-13-01 is not a date",
        ),
        (b"BEGIN:VCALENDAR\nVERSION:2.0\n", "line 2: the calendar ends without END:VCALENDAR"),
    ],
)
def test_a_file_that_holds_no_holidays_gets_one_sentence(
    book: Book, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "days").write_bytes(content)
    assert said in refused(book, 4, "policy", "calendar", "fill", "--from", str(tmp_path / "days"))


def test_the_calendar_is_named_where_there_are_several_and_none_where_there_is_none(tmp_path: Path) -> None:
    two = (
        CALENDARS.replace("calendar: office\n", "calendar: always\n")
        + "  shop: {hours: {sat: [10:00-14:00]}}\n"
    )
    book = with_calendars(tmp_path, two)
    assert refused(book, 2, "policy", "calendar") == (
        "The policy has several calendars. Choose one: office, shop."
    )
    shown = book.call("policy", "calendar", "shop", "--year", "2024", check=0).stdout
    assert shown.startswith("shop 2024 (Asia/Shanghai): 52 working days\n")
    text = policy_of(book)
    head, _, rest = text.partition("calendars:\n")
    (book.root / "complaintctl.yaml").write_text(head + rest[rest.index("channels:") :], encoding="utf-8")
    assert "The policy has no calendar" in book.call("policy", "calendar", check=2).stderr


def test_a_calendar_in_one_line_is_laid_out_and_its_comment_kept(tmp_path: Path) -> None:
    book = with_calendars(
        tmp_path, "calendar: shop\ncalendars: {shop: {hours: {mon-sat: [10:00-14:00]}}}   # one line\n"
    )
    before = policy_of(book)
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    after = policy_of(book)
    assert "calendars:  # one line\n  shop:\n    hours: {mon-sat: [10:00-14:00]}\n    holidays:\n" in after
    assert after.partition("channels:")[2] == before.partition("channels:")[2]


def test_a_deadline_past_the_published_calendar_says_so(book: Book, tmp_path: Path) -> None:
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    case_id = book.open("Battery", "--at", "2024-12-30T17:30", "--received", "2024-12-30T17:30")
    explained = book.call("explain", case_id, "--as-of", "2024-12-30T18:00", check=0).stdout
    assert (
        "the calendar office is published only until 2024-12-31: this due time may move"
        in explained[explained.index("investigate") :]
    )
    steps = book.json("explain", case_id, "--as-of", "2024-12-30T18:00")
    known = {clock["step"]: clock["calendar_published"] for clock in clocks_in(steps)}
    assert (known["assess"], known["investigate"]) == (True, False)
    found = book.json("check", "--as-of", "2025-02-01", check=1)["check"]["overdue"]
    assert {row["step"]: row["calendar_published"] for row in found}["investigate"] is False


def clocks_in(content: object) -> list[dict[str, object]]:
    """The clocks in a JSON answer, at any depth."""
    if isinstance(content, dict):
        own = [content] if "calendar_published" in content else []
        return own + [clock for value in content.values() for clock in clocks_in(value)]
    return [clock for value in content for clock in clocks_in(value)] if isinstance(content, list) else []


@pytest.mark.parametrize(
    ("library", "source"),
    sample(
        [
            ("holidays", ("--country", "CN", "--year", "2024")),
            ("icalendar", ("--from", "days.ics")),
        ],
        1,
    ),
)
def test_a_library_that_is_missing_is_named_with_the_way_to_get_it(
    book: Book, tmp_path: Path, library: str, source: tuple[str, ...]
) -> None:
    """Puts a module in front of the installed packages that makes importing the library fail."""
    (book.root / "days.ics").write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n", encoding="utf-8")
    book.git("add", "days.ics")
    book.git("commit", "--quiet", "--message", "A file to read")
    first = tmp_path / "packages"
    first.mkdir()
    (first / f"{library}.py").write_text(f"raise ModuleNotFoundError(name={library!r})\n", encoding="utf-8")
    before = {"PYTHONPATH": os.pathsep.join([str(first), *filter(None, [os.environ.get("PYTHONPATH")])])}
    said = refused(book, 4, "policy", "calendar", "fill", *source, env=before, as_process=True)
    assert said == (
        f"The library {library} is not installed. Install it: pip install 'complaintctl[calendars]'"
    )
    filled = book.run("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), env=before)
    assert filled.returncode == 0


def test_names_that_no_file_can_hold_become_names_that_it_can(book: Book, tmp_path: Path) -> None:
    day = {"name": "国庆\n节 \ud800: # x", "date": "2024-10-01", "isOffDay": True}
    path = tmp_path / "odd.json"
    path.write_text(json.dumps({"year": 2024, "days": [day]}), encoding="utf-8")
    book.call("policy", "calendar", "fill", "--from", str(path), check=0)
    found = book.json("policy", "calendar", "--year", "2024")["calendar"]
    assert found["days"][274]["name"] == "国庆 节 ?: # x"


def test_it_is_said_in_chinese(tmp_path: Path) -> None:
    book = with_calendars(tmp_path, lang="zh")
    done = book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    assert (
        done.stdout
        == "office 2024 年：写入节假日 3 天、调休上班 1 天，已公布至 2024-12-31。共 261 个工作日。\n"
    )
    shown = book.call("policy", "calendar", "--year", "2024", check=0).stdout
    for words in (
        "261 个工作日",
        "一 二 三 四 五 六 日",
        "10月",
        "* 节假日",
        "+ 调休上班",
        "已公布至 2024-12-31",
    ):
        assert words in shown
    assert max(map(text_width, shown[: shown.index("星期")].splitlines())) <= 80
    book.call("policy", "calendar", "fill", "--country", "CN", "--year", "2026", "--replace", check=0)
    assert "2026-10-01: 国庆节" in policy_of(book)
    assert "2026-10-10: 调休上班" in policy_of(book)


def test_the_shell_offers_calendars_the_command_below_them_and_countries(book: Book) -> None:
    def offered(*words: str) -> list[str]:
        asked = {
            "_COMPLAINTCTL_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(["complaintctl", *words]),
            "COMP_CWORD": str(len(words)),
        }
        return book.call(env=asked, check=0).stdout.splitlines()

    assert offered("policy", "cal") == ["calendar"]
    assert offered("policy", "calendar", "") == ["fill", "office"]
    assert offered("policy", "calendar", "fill", "--country", "C") > ["CA"]
    assert offered("policy", "calendar", "--format", "m") == ["md"]


def test_a_day_of_each_kind_agrees_with_the_deadlines(book: Book, tmp_path: Path) -> None:
    """The calendar shows what the clocks count: no clock ends on a day shown as off."""
    book.call("policy", "calendar", "fill", "--from", published(tmp_path, CHINA_2024), check=0)
    days = {day["date"]: day for day in book.json("policy", "calendar", "--year", "2024")["calendar"]["days"]}
    first = date(2024, 9, 26)
    for number in range(0, 20, 4):
        received = f"{first + timedelta(days=number)}T17:00"
        case_id = book.open("t", "--at", received, "--received", received)
        clocks = clocks_in(book.json("explain", case_id, "--as-of", received))
        assert [
            clock["due"] for clock in clocks if clock["due"] and not days[str(clock["due"])[:10]]["working"]
        ] == []
