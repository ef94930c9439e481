"""Tests surveys after closing: the drawn sample, the recorded events, the response rate.

Shanghai time, 2024. Fifteen cases are closed; `--closed-since 2024-03-10` counts these:

  closed  level    class             outcome    cases
  03-08   urgent   price             upheld     1      before
  03-10   urgent   quality/function  upheld     4      the first minute of the day
  03-12   general  quality           upheld     8
  03-12   general  price             withdrawn  1      left out
  03-12   general  price             duplicate  1      left out

  closed since    4 + 8 + 2 = 14, left out 2, so 12 may be asked
  5 of 12         42 %; by level: urgent 5 * 4/12 = 1.67, general 5 * 8/12 = 3.33, so 1 + 3, the fifth to urgent: 2 and 3
  drawn and asked 5: then 12 - 5 = 7 are left

The list counts whole days; as of 2024-04-03 09:00:

  asked on        sample      answered   days ago
  03-20 09:00     seed 7      03-25      14
  03-20 10:00     (a letter)             13, an hour short of 14
"""

import csv
import hashlib
import io
import itertools
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fuzz.workbook import make_workbook
from tests.casebooks import Book, make_book, refused
from tests.commands.processes import start_command
from tests.commands.reports.report_rows import report_of

POLICY = """\
complaintctl: 1
name: survey
timezone: Asia/Shanghai
levels: {urgent: {label: {zh: 紧急}}, general: {label: {zh: 一般}}}
channels: {phone: {}, email: {}}
categories: {quality: {label: {zh: 产品质量}, sub: {function: {}}}, price: {}}
steps:
  - {step: respond}
  - {step: update, every: 8h}
close: {upheld: {}, withdrawn: {}, duplicate: {}}
"""
SINCE = ("--closed-since", "2024-03-10")
ASKED = ("--record", "--at", "2024-03-20T09:00")
URGENT = ("urgent", "quality/function")


def empty(folder: Path) -> Book:
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(folder, folder / "policy.yaml")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return empty(tmp_path)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, list[str]]:
    """The fifteen cases, made once, and those that may be asked, urgent ones first."""
    made = empty(tmp_path_factory.mktemp("archive"))
    closed(made, "03-08T09:00", "urgent", "price")
    urgent = [closed(made, "03-10T00:00", *URGENT) for _number in range(4)]
    general = [closed(made, "03-12T09:00", "general", "quality") for _number in range(8)]
    closed(made, "03-12T09:00", "general", "price", "withdrawn")
    closed(made, "03-12T09:00", "general", "price", "duplicate")
    # One file of objects is copied faster than hundreds.
    made.git("repack", "-a", "-d", "--quiet")
    return made, urgent + general


@pytest.fixture
def filled(archive: tuple[Book, list[str]], tmp_path: Path) -> tuple[Book, list[str]]:
    made, cases = archive
    shutil.copytree(made.root, tmp_path / "book")
    return Book(root=tmp_path / "book", variables=made.variables), cases


# Every case has another customer unless the test says otherwise.
PHONES = map(str, itertools.count(13800000000))


def opened(book: Book, level: str, category: str, phone: str | None = None) -> str:
    phone = phone or next(PHONES)
    customer = ("--customer-name", "王芳", "--phone", phone, "--email", f"{phone[-11:]}@example.com")
    facts = ("--level", level, "--category", category, "--channel", "phone")
    return book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", *facts, *customer)


def closed(
    book: Book, at: str, level: str, category: str, outcome: str = "upheld", phone: str | None = None
) -> str:
    case = opened(book, level, category, phone)
    forced = ("--force", "--reason", "the original is kept elsewhere") if outcome == "duplicate" else ()
    book.call("close", case, "--outcome", outcome, "--at", f"2024-{at}", *forced, check=0)
    return case


def by_lot(cases: list[str], seed: int) -> list[str]:
    """The order of the draw as documented in docs/survey.md."""
    return sorted(cases, key=lambda case: hashlib.sha256(f"{seed} {case}".encode()).hexdigest())


def sample(book: Book, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = book.json("survey", "sample", *SINCE, *words)["survey"]
    return found


def drawn(book: Book, *words: str) -> list[str]:
    return [one["case"] for one in sample(book, *words)["cases"]]


def survey(book: Book, *words: str) -> dict[str, Any]:
    """The survey figures of the report, by measure; `marks` by mark."""
    rows = [row for row in report_of(book, *words).rows if row["section"] == "survey" and not row.get("by")]
    figures = {row["measure"]: row["value"] for row in rows if not row["key"]}
    return figures | {"marks": {row["key"]: row["value"] for row in rows if row["measure"] == "marks"}}


def table(book: Book, *lines: str, encoding: str = "utf-8") -> str:
    path = book.root.parent / "answers.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return str(path)


def event(book: Book, case: str) -> dict[str, Any]:
    last: dict[str, Any] = book.json("show", case)["case"]["history"][-1]
    return last


@pytest.mark.nightly
def test_a_sample_says_what_it_was_drawn_from(filled: tuple[Book, list[str]]) -> None:
    book, cases = filled
    found = sample(book, "--n", "5", "--seed", "7")
    assert (found["closed"], found["withdrawn_or_duplicate"], found["asked_before"]) == (14, 2, 0)
    assert (found["population"], found["sample"], found["share"]) == (12, 5, 0.4167)
    assert [one["case"] for one in found["cases"]] == by_lot(cases, 7)[:5]
    said = book.call("survey", "sample", *SINCE, "--n", "5", "--seed", "7", check=0).stderr
    assert (
        "14 cases closed since 2024-03-10 00:00; left out: 2 withdrawn or duplicate, 0 asked before" in said
    )
    assert "5 of 12 (42 %)" in said
    assert "--seed 7" in said
    # Drawing writes nothing, and another seed draws other cases.
    assert book.git("status", "--porcelain") == ""
    assert drawn(book, "--n", "12", "--seed", "8") == by_lot(cases, 8)


def test_a_sample_is_spread_over_the_levels_in_proportion(filled: tuple[Book, list[str]]) -> None:
    book, cases = filled
    found = sample(book, "--n", "5", "--seed", "7", "--by", "level")
    assert found["strata"] == [
        {"name": "general", "population": 8, "sample": 3},
        {"name": "urgent", "population": 4, "sample": 2},
    ]
    lots = by_lot(cases[:4], 7)[:2] + by_lot(cases[4:], 7)[:3]
    assert [one["case"] for one in found["cases"]] == by_lot(lots, 7)
    words = ("--lang", "zh", "survey", "sample", *SINCE, "--n", "5", "--seed", "7", "--by", "level")
    assert "紧急：4 件中的 2 件" in book.call(*words, check=0).stderr
    # Classes are grouped by their first part: quality/function and quality are one group.
    assert sample(book, "--by", "category")["strata"] == [{"name": "quality", "population": 12, "sample": 12}]


def test_a_seed_that_was_not_named_is_said_and_draws_the_same_again(filled: tuple[Book, list[str]]) -> None:
    book, _cases = filled
    found = sample(book, "--n", "5")
    assert drawn(book, "--n", "5", "--seed", str(found["seed"])) == [one["case"] for one in found["cases"]]


def test_who_was_asked_is_recorded_in_one_commit_and_not_drawn_again(filled: tuple[Book, list[str]]) -> None:
    book, cases = filled
    before = int(book.git("rev-list", "--count", "HEAD"))
    first = drawn(book, "--n", "5", "--seed", "7", *ASKED)
    assert int(book.git("rev-list", "--count", "HEAD")) == before + 1
    assert book.git("log", "-1", "--format=%s").strip() == "survey sample: 5"
    assert book.git("status", "--porcelain") == ""
    for case in first:
        last = event(book, case)
        assert (last["did"], last["at"]) == ("survey-asked", "2024-03-20T09:00:00+08:00")
        assert book.json("show", case)["case"]["status"] == "closed"
    found = sample(book, "--seed", "7")
    assert (found["asked_before"], found["population"]) == (5, 7)
    assert {one["case"] for one in found["cases"]} == {*cases} - {*first}
    assert {*drawn(book, "--again")} == {*cases}
    book.call("check", "--archive", "--fail-on", "never", check=0)


def test_a_sample_stopped_while_it_is_recorded_is_completed(book: Book) -> None:
    cases = {closed(book, "03-10T00:00", *URGENT) for _number in range(2)}
    hook, begun = book.root / ".git" / "hooks" / "pre-commit", book.root.parent / "begun"
    hook.write_text(f"#!/bin/sh\n: > '{begun}'\nsleep 3\n", encoding="utf-8")
    hook.chmod(0o755)
    words = ("survey", "sample", *SINCE, *ASKED)
    with start_command(words, book.root, book.variables, stderr=subprocess.PIPE) as process:
        while not begun.exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = book.english(process.communicate()[1].decode())
    assert (process.returncode, said.count("\n")) == (130, 2)
    assert "the next writing command commits them" in said
    hook.unlink()
    again = book.call("survey", "sample", *SINCE, *ASKED, "--json", check=0)
    assert "Completed an interrupted command: survey sample" in again.stderr
    assert (again.json()["survey"]["asked_before"], again.json()["survey"]["cases"]) == (2, [])
    assert {event(book, case)["did"] for case in cases} == {"survey-asked"}
    assert book.git("status", "--porcelain") == ""


def test_a_sample_of_the_past_knows_no_later_closing(filled: tuple[Book, list[str]]) -> None:
    book, _cases = filled
    assert len(drawn(book, "--record", "--at", "2024-03-11T09:00")) == 4


def test_a_sample_shows_no_personal_data_unless_it_is_asked_for(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT, phone="13800138000")
    words = ("survey", "sample", *SINCE)
    for form in ("table", "csv", "json", "jsonl", "md", "plain"):
        said = book.call(*words, "--format", form, check=0)
        assert case in said.stdout
        assert "王芳" not in said.stdout + said.stderr
        assert "13800138000" not in said.stdout + said.stderr
    (row,) = csv.DictReader(io.StringIO(book.call(*words, "--with-contact", "--format", "csv").stdout))
    assert (row["name"], row["phone"], row["email"]) == ("王芳", "13800138000", "13800138000@example.com")
    # `survey record --csv` reads this table after it was filled in.
    assert [row[name] for name in ("score", "attitude", "solved", "comment")] == [""] * 4


def test_a_faulty_file_in_the_archive_is_named_and_the_others_are_drawn(book: Book) -> None:
    faulty, whole = (closed(book, "03-10T00:00", *URGENT) for _number in range(2))
    book.file(faulty).write_text("[", encoding="utf-8")
    result = book.call("survey", "sample", *SINCE, "--json", check=4)
    assert [one["case"] for one in result.json()["survey"]["cases"]] == [whole]
    assert faulty in result.stderr


def test_an_answer_is_recorded_on_a_closed_case_that_stays_closed(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT)
    marks = ("--score", "4", "--attitude", "5", "--solved", "3", "--comment", "Ms Wang was kind")
    book.call("survey", "record", case, *marks, "--via", "phone", "--at", "2024-03-21T09:00", check=0)
    shown = book.json("show", case)["case"]
    assert shown["status"] == "closed"
    assert shown["satisfaction"] == {
        "overall": 4,
        "attitude": 5,
        "solved": 3,
        "comment": "Ms Wang was kind",
    }
    last = event(book, case)
    assert (last["did"], last["via"], last["changed"]) == (
        "survey-answered",
        "phone",
        ["satisfaction.comment"],
    )
    assert "Wang" not in book.git("log", "-1", "--format=%B")
    assert "already contains this" in refused(book, 3, "survey", "record", case, *marks)
    # A corrected mark is another answer, and takes away nothing else.
    book.call("survey", "record", case, "--score", "2", check=0)
    corrected = book.json("show", case)["case"]["satisfaction"]
    assert (corrected["overall"], corrected["attitude"]) == (2, 5)
    book.call("check", "--archive", "--fail-on", "never", check=0)


def test_a_wrong_asking_or_answer_is_taken_back_on_the_closed_case(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT)
    drawn(book, *ASKED)
    asking = event(book, case)["id"]
    book.call("survey", "record", case, "--score", "1", "--at", "2024-03-21T09:00", check=0)
    answer = event(book, case)["id"]
    book.call("retract", case, answer, "--reason", "another customer's", "--at", "2024-03-22T09:00", check=0)
    assert (survey(book)["asked"], survey(book)["answered"]) == (1, 0)
    assert "satisfaction" not in book.json("show", case)["case"]
    book.call("retract", case, asking, "--reason", "never called", check=0)
    assert survey(book)["asked"] == 0
    assert drawn(book) == [case]
    # Only the closing that counts can be taken back, not what came before it.
    book.call("reopen", case, "--at", "2024-03-23T09:00", "--reason", "again", check=0)
    book.call("close", case, "--outcome", "upheld", "--at", "2024-03-24T09:00", check=0)
    for one in book.json("show", case)["case"]["history"][:-1]:
        if one["did"] in {"close", "reopen"}:
            said = refused(book, 3, "retract", case, one["id"], "--reason", "wrong")
            assert "closed" in said or "came after it" in said


def test_how_the_answer_came_is_no_word_to_the_customer(book: Book) -> None:
    case = opened(book, *URGENT)
    book.call("update", case, "--via", "phone", "--at", "2024-03-05T09:00", check=0)
    answer = ("--score", "3", "--via", "phone", "--at", "2024-03-05T12:00")
    book.call("survey", "record", case, *answer, check=0)
    clocks = book.json("show", case, "--as-of", "2024-03-05T13:00")["case"]["clocks"]
    (due,) = [clock["due"] for clock in clocks if clock["step"] == "update"]
    assert due == "2024-03-05T17:00:00+08:00"  # the update at 09:00 + 8 h


def test_a_table_of_answers_takes_the_good_rows_and_names_every_bad_one(book: Book) -> None:
    one, two, three = (closed(book, "03-10T00:00", *URGENT) for _number in range(3))
    before = int(book.git("rev-list", "--count", "HEAD"))
    file = table(
        book,
        "case,score,attitude,solved,comment,atitude",
        f"{one},5,4,,很好,",
        f"{two},6,,,,",
        f"{two},,4,,,",
        f"{three},,,,,",
        "C-20240304-ZZZZZ,5,,,,",
        f"{one},2,,,,",
        "3,5,,,,",
        f"{two},3,,,,",
        f"{three},5",
    )
    result = book.call("survey", "record", "--csv", file, "--json", check=1)
    found = result.json()
    assert [found[name] for name in ("rows", "recorded", "unchanged", "empty", "rejected")] == [9, 2, 0, 1, 6]
    assert [(bad["line"], bad["key"]) for bad in found["named"]] == [
        (3, "wrong-value-typed"),
        (4, "survey-no-score"),
        (6, "no-such-case"),
        (7, "survey-twice"),
        (8, "survey-no-id"),
        (10, "import-ragged"),
    ]
    assert found["named"][0]["facts"] == {"field": "score", "value": "6", "kind": "whole"}
    assert "Columns not read: atitude" in result.stderr
    assert "line 3: 6 is not valid for the field score (expected: 1 to 5)." in result.stderr
    assert f"line 7: {one} already has an answer on line 2" in result.stderr
    assert int(book.git("rev-list", "--count", "HEAD")) == before + 1
    assert book.git("log", "-1", "--format=%s").strip() == "survey record: 2"
    assert book.json("show", one)["case"]["satisfaction"] == {"overall": 5, "attitude": 4, "comment": "很好"}
    # Again: nothing new, no commit.
    head = book.head()
    again = book.call("survey", "record", "--csv", file, "--json", check=1).json()
    assert (again["recorded"], again["unchanged"], book.head()) == (0, 2, head)


def test_a_drawn_sheet_filled_in_is_read_back(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT)
    sheet = book.call("survey", "sample", *SINCE, "--with-contact", "--format", "csv", check=0).stdout
    header, row = sheet.splitlines()
    assert row.endswith(",,,,")
    result = book.call("survey", "record", "--csv", table(book, header, row[:-4] + ",4,,,ok"), check=0)
    assert result.stderr == ""
    assert book.json("show", case)["case"]["satisfaction"] == {"overall": 4, "comment": "ok"}


def test_a_table_in_another_encoding_is_named_or_read(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT)
    file = table(book, "case,score,comment,备注", f"{case},4,很好,", encoding="gb18030")
    assert "--encoding gb18030" in refused(book, 4, "survey", "record", "--csv", file)
    book.call("survey", "record", "--csv", file, "--encoding", "gb18030", check=0)
    assert book.json("show", case)["case"]["satisfaction"]["comment"] == "很好"
    for name in ("klingon", "hex", "zip", "base64"):
        assert name in refused(book, 2, "survey", "record", "--csv", file, "--encoding", name)


def test_a_sheet_in_chinese_from_a_spreadsheet_is_read(book: Book) -> None:
    one, two = (closed(book, "03-10T00:00", *URGENT) for _number in range(2))
    sheet = table(
        book, "投诉编号,总体评价,服务态度,问题解决,意见,门店", f"{one},4,5,3,很好,1", encoding="utf-8-sig"
    )
    assert "Columns not read: 门店" in book.call("survey", "record", "--csv", sheet, check=0).stderr
    marks = {"overall": 4, "attitude": 5, "solved": 3, "comment": "很好"}
    assert book.json("show", one)["case"]["satisfaction"] == marks
    sheet = table(book, "案件,总体,服务态度,问题解决", f"{two.lower()},2,,", encoding="gbk")
    book.call("survey", "record", "--csv", sheet, "--encoding", "gbk", check=0)
    assert book.json("show", two)["case"]["satisfaction"] == {"overall": 2}


def test_a_row_that_is_broken_off_swallows_no_other(book: Book) -> None:
    one, two = (closed(book, "03-10T00:00", *URGENT) for _number in range(2))
    sheet = table(book, "case,score,comment", f'{one},4,"never closed', f"{two},5,ok", "", f"{one},3,late")
    found = book.call("survey", "record", "--csv", sheet, "--json", check=1).json()
    assert [(bad["line"], bad["key"]) for bad in found["named"]] == [(2, "import-cut")]
    assert (found["recorded"], book.json("show", one)["case"]["satisfaction"]["overall"]) == (2, 3)


@pytest.mark.parametrize("again", ["13800138000", "+86 138-0013-8000", "１３８００１３８０００"])
def test_a_customer_with_several_cases_is_asked_once(book: Book, again: str) -> None:
    cases = [closed(book, "03-10T00:00", *URGENT, phone=phone) for phone in ("13800138000", again)]
    other = closed(book, "03-10T00:00", *URGENT)
    found = sample(book, "--seed", "7")
    (first,) = by_lot(cases, 7)[:1]
    assert {one["case"] for one in found["cases"]} == {first, other}
    assert (found["population"], found["same_customer"]) == (2, 1)
    said = book.call("survey", "sample", *SINCE, "--seed", "7", check=0).stderr
    assert "1 of a customer who is asked about another case." in said
    # Nor in the next survey; told to ask again, each once.
    assert len(drawn(book, *ASKED)) == 2
    assert drawn(book) == []
    assert len(drawn(book, "--again")) == 2


def test_a_customer_whose_case_is_open_again_is_not_asked_on_another(book: Book) -> None:
    first = closed(book, "03-10T00:00", *URGENT, phone="13800138000")
    drawn(book, *ASKED)
    book.call("reopen", first, "--reason", "it broke again", "--at", "2024-03-21T09:00", check=0)
    closed(book, "03-22T09:00", *URGENT, phone="13800138000")
    assert (drawn(book), sample(book)["same_customer"]) == ([], 1)


def listed(book: Book, *words: str) -> dict[str, dict[str, Any]]:
    found = book.json("survey", "list", "--as-of", "2024-04-03T09:00", *words)["survey"]
    return {one["case"]: one for one in found["cases"]}


@pytest.fixture
def asked(book: Book) -> tuple[Book, str, str]:
    """One drawn and answered; one asked by letter, not answered; one not asked."""
    one, two = (closed(book, "03-10T00:00", *URGENT) for _number in range(2))
    first, second = by_lot([one, two], 7)
    assert drawn(book, "--n", "1", "--seed", "7", *ASKED) == [first]
    letter = ("letter", second, "survey", "--lang", "en", "--send-record", "--at", "2024-03-20T10:00")
    book.call(*letter, check=0)
    book.call(
        "survey", "record", first, "--score", "4", "--attitude", "5", "--at", "2024-03-25T09:00", check=0
    )
    closed(book, "03-10T00:00", *URGENT)
    return book, first, second


def test_the_list_tells_who_was_asked_and_who_answered(asked: tuple[Book, str, str]) -> None:
    book, first, second = asked
    found = listed(book)
    assert list(found) == [first, second]
    assert {key: found[first][key] for key in ("asked", "days", "times", "sample", "answered", "score")} == {
        "asked": "2024-03-20T09:00:00+08:00",
        "days": 14,
        "times": 1,
        "sample": "seed 7",
        "answered": "2024-03-25T09:00:00+08:00",
        "score": 4,
    }
    assert (found[first]["attitude"], found[first]["command"]) == (5, None)
    assert [found[second][key] for key in ("days", "sample", "answered", "score")] == [
        13,
        "survey.en",
        None,
        None,
    ]
    assert found[second]["command"] == f"complaintctl survey record {second} --score …"
    said = book.call("survey", "list", check=0)
    assert found[second]["command"] in said.stdout
    assert "Asked: 2; answered: 1 (50 %)." in said.stderr


def test_the_list_is_narrowed_and_tells_the_past(asked: tuple[Book, str, str]) -> None:
    book, first, second = asked
    for words, cases in (
        (("--answered",), [first]),
        (("--unanswered",), [second]),
        (("--asked-before", "2024-03-20T10:00"), [first]),
        (("--asked-since", "2024-03-20T10:00"), [second]),
        (("--seed", "7"), [first]),
        (("--seed", "8"), []),
    ):
        assert list(listed(book, *words)) == cases
    assert list(listed(book, "--unanswered", "--as-of", "2024-03-24T09:00")) == [first, second]
    assert listed(book, "--as-of", "2024-03-20T09:30")[first]["days"] == 0
    # After the answer is retracted, nobody has answered.
    book.call("retract", first, event(book, first)["id"], "--reason", "another customer's", check=0)
    assert book.json("survey", "list")["survey"]["answered"] == 0


def test_the_list_shows_personal_data_only_where_asked_and_its_sheet_is_read_back(
    asked: tuple[Book, str, str],
) -> None:
    book, first, second = asked
    for form in ("table", "csv", "json", "jsonl", "md", "plain"):
        said = book.call("survey", "list", "--format", form, check=0).stdout
        assert first in said
        assert "王芳" not in said
    words = ("survey", "list", "--with-contact", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(book.call(*words, check=0).stdout)))
    assert [(row["case"], row["name"], row["score"], row["attitude"]) for row in rows] == [
        (first, "王芳", "4", "5"),
        (second, "王芳", "", ""),
    ]
    rows[1] |= {"score": "3", "comment": "slow"}
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    given = ("--csv", table(book, sheet.getvalue()), "--at", "2024-03-26T09:00", "--json")
    result = book.call("survey", "record", *given, check=0)
    assert (result.json()["recorded"], result.json()["unchanged"], result.stderr) == (1, 1, "")
    assert (listed(book)[second]["score"], len(listed(book, "--unanswered"))) == (3, 0)


def test_a_case_reopened_after_the_asking_is_still_listed_and_answered(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT)
    drawn(book, *ASKED)
    book.call("reopen", case, "--reason", "it broke again", "--at", "2024-03-21T09:00", check=0)
    # A score at a follow-up is not an answer to the survey, because the handler of the case asked for it.
    book.call("follow-up", case, "--satisfaction", "5", "--at", "2024-03-22T09:00", check=0)
    assert [one["answered"] for one in listed(book).values()] == [None]
    book.call("survey", "record", case, "--score", "2", "--at", "2024-03-23T09:00", check=0)
    assert listed(book)[case]["score"] == 2
    assert book.json("show", case)["case"]["status"] == "open"
    # The score of a later follow-up replaces the earlier one; the answer to the survey still counts.
    book.call("follow-up", case, "--satisfaction", "4", "--at", "2024-03-24T09:00", check=0)
    assert (listed(book)[case]["answered"], listed(book)[case]["score"]) == ("2024-03-23T09:00:00+08:00", 4)
    assert (survey(book)["answered"], survey(book)["mean"]) == (1, 4.0)


def test_the_list_without_an_asking_is_empty_and_a_faulty_file_of_one_is_named(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT)
    said = book.call("survey", "list", check=0)
    assert (said.stdout, said.stderr) == ("", "Asked: 0; answered: 0 (–).\n")
    drawn(book, *ASKED)
    file = book.file(case)
    file.write_text(file.read_text(encoding="utf-8") + "[", encoding="utf-8")
    assert case in book.call("survey", "list", check=4).stderr


def test_the_report_tells_how_many_of_those_asked_answered_and_what(filled: tuple[Book, list[str]]) -> None:
    book, _cases = filled
    asked = drawn(book, "--n", "5", "--seed", "7", *ASKED)
    (other, *_rest) = drawn(book)
    # Three of five answer, (5 + 4 + 2) / 3 = 3.67; customers not asked do not count.
    for case, mark in (*zip(asked, ("5", "4", "2"), strict=False), (other, "1")):
        book.call("survey", "record", case, "--score", mark, "--at", "2024-03-25T09:00", check=0)
    assert survey(book, "--as-of", "2024-03-26T09:00") == {
        "asked": 5,
        "answered": 3,
        "response_rate": 0.6,
        "mean": 3.67,
        "marks": {"1": 0, "2": 1, "3": 0, "4": 1, "5": 1},
    }
    before = survey(book, "--as-of", "2024-03-24T09:00")
    assert (before["asked"], before["answered"], before["response_rate"], before["mean"]) == (5, 0, 0.0, None)
    assert survey(book, "--as-of", "2024-03-19T09:00")["response_rate"] is None
    said = book.call("report", check=0).stdout
    assert "60 % of 5" in said
    assert "3.7" in said
    assert "问卷回收率" in book.call("--lang", "zh", "report", "--define", check=0).stdout


def test_whoever_is_asked_again_has_not_answered_until_the_next_answer(book: Book) -> None:
    case = closed(book, "03-10T00:00", *URGENT)
    drawn(book, *ASKED)
    answer = ("survey", "record", case, "--score", "4")
    book.call(*answer, "--at", "2024-03-21T09:00", check=0)
    drawn(book, "--again", "--record", "--at", "2024-04-20T09:00")
    assert (survey(book)["asked"], survey(book)["answered"]) == (1, 0)
    # The same score as before still counts as an answer.
    book.call(*answer, "--at", "2024-04-21T09:00", check=0)
    assert (survey(book)["asked"], survey(book)["answered"]) == (1, 1)
    assert [one["did"] for one in book.json("show", case)["case"]["history"]].count("survey-answered") == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sample", *SINCE, "--by", "owner"), "--by cannot be owner. Choose from: level"),
        (("sample", *SINCE, "--at", "2024-03-20"), "--at can only be used with --record"),
        (("sample", *SINCE, "--no-commit"), "--no-commit can only be used with --record"),
        (("sample", "--closed-since", "+1d"), "is in the future"),
        (("sample", *SINCE, "--record", "--at", "2024-03-01"), "is in the future"),
        (("record",), "--csv FILE"),
        (("record", "--score", "4"), "--csv FILE"),
        (("record", "7K3", "--attitude", "4"), "--score"),
        (("record", "7K3", "--score", "4", "--csv", "x.csv"), "not both"),
        (("record", "--csv", "x.csv"), "is not a file"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_line(book: Book, words: tuple[str, ...], said: str) -> None:
    assert said in refused(book, 2, "survey", *words)


def test_a_table_without_the_columns_of_an_answer_is_refused(book: Book) -> None:
    file = table(book, "case,mark", "C-20240304-ZZZZZ,5")
    assert "lacks the column score. It has: case, mark" in refused(book, 2, "survey", "record", "--csv", file)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("case,score,Score", "for score: score, Score"),
        ("投诉编号,案件编号,总体评价", "for case: 投诉编号, 案件编号"),
    ],
)
def test_a_table_with_two_columns_of_one_meaning_is_refused(book: Book, header: str, said: str) -> None:
    assert said in refused(book, 2, "survey", "record", "--csv", table(book, header, "C-20240304-ZZZZZ,5,4"))


def test_a_workbook_of_answers_is_read_as_a_table_is(book: Book) -> None:
    pytest.importorskip("python_calamine")
    one, two = (closed(book, "03-10T00:00", *URGENT) for _number in range(2))
    rows = ("Answers of March", "案件编号,总体满意度,意见", f"{one},5,很好", f"{two},6,")
    file = book.root.parent / "answers.xlsx"
    file.write_bytes(make_workbook("\n".join(rows).encode()))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    result = book.call("survey", "record", "--csv", str(file), "--json", check=1)
    assert [(bad["line"], bad["key"]) for bad in result.json()["named"]] == [(4, "wrong-value-typed")]
    assert book.json("show", one)["case"]["satisfaction"] == {"overall": 5, "comment": "很好"}
    file.write_bytes(file.read_bytes()[:200])
    assert "answers.xlsx" in refused(book, 4, "survey", "record", "--csv", str(file))
