"""Tests the commands that only read: list, show, today, explain, report, log."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book
from tests.commands.reports.report_rows import report_of

# Wednesday morning: the urgent case is overdue since Monday, the price case since Tuesday, the third is in time.
NOW = "2024-03-06T09:30"
LONG = "电池鼓包 " + "very " * 60 + "long"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A casebook with three open cases and a closed one; no test changes them."""

    book: Book
    urgent: str
    price: str
    fresh: str
    closed: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    book = make_book(tmp_path_factory.mktemp("overviews"))

    def opened(title: str, day: str, *options: str) -> str:
        return book.open(title, "--received", f"{day}T09:00", "--at", f"{day}T09:10", *options)

    urgent = opened(
        LONG,
        "2024-03-04",
        "--level",
        "urgent",
        "--owner",
        "li.wei",
        "--customer-name",
        "王芳",
        "--channel",
        "phone",
    )
    price = opened(
        "=SUM(1)|2", "2024-03-05", "--category", "price/fraud", "--level", "general", "--set", "x.shop=12"
    )
    fresh = opened("fresh", "2024-03-06", "--owner", "zhao.min", "--department", "lab")
    closed = opened("closed early", "2024-03-05", "--level", "general")
    book.call("note", closed, "a word about tulips", "--at", "2024-03-05T09:30", check=0)
    book.call("close", closed, "--outcome", "withdrawn", "--at", "2024-03-05T10:00", check=0)
    return Desk(book=book, urgent=urgent, price=price, fresh=fresh, closed=closed)


def listed(desk: Desk, *options: str) -> list[str]:
    words = ("--as-of", NOW, "--columns", "id", *options)
    return [entry["id"] for entry in desk.book.json("list", *words)["cases"]]


# --- list ---


def test_list_shows_the_open_cases_the_most_urgent_first(desk: Desk) -> None:
    assert listed(desk) == [desk.urgent, desk.price, desk.fresh]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--closed",), ["closed"]),
        (("--all",), ["urgent", "price", "fresh", "closed"]),
        (("--overdue",), ["urgent", "price"]),
        (("--level", "紧急"), ["urgent"]),
        (("--owner", "zhao.min"), ["fresh"]),
        (("--category", "price"), ["price"]),
        (("--category", "价格"), ["price"]),
        (("--where", "department=lab"), ["fresh"]),
        (("--where", "x.shop=12"), ["price"]),
        (("--where", "level="), ["fresh"]),
        (("--where", "overdue=no"), ["fresh"]),
        (("--where", "channel=电话"), ["urgent"]),
        (("--where", "level=general", "--where", "x.shop=12", "--all"), ["price"]),
        (("--all", "--where", "outcome=撤诉"), ["closed"]),
        (("--search", "VERY 鼓包"), ["urgent"]),
        (("--search", "王芳"), ["urgent"]),
        (("--search", "tulips"), []),
        (("--search", "tulips", "--all"), ["closed"]),
        (("--search", "鼓包 tulips", "--all"), []),
        (("--sort", "-received"), ["fresh", "price", "urgent"]),
        (("--sort", "owner"), ["urgent", "fresh", "price"]),
        (("--sort", "-owner"), ["fresh", "urgent", "price"]),
        (("--sort", "title"), ["price", "fresh", "urgent"]),
    ],
)
def test_list_chooses_and_sorts_by_any_field(
    desk: Desk, options: tuple[str, ...], expected: list[str]
) -> None:
    assert listed(desk, *options) == [getattr(desk, name) for name in expected]


def test_list_shows_the_columns_asked_for_in_every_format(desk: Desk) -> None:
    columns = ("--columns", "id,title,level,due,customer.name,overdue", "--owner", "li.wei")

    def text(output_format: str) -> str:
        return desk.book.call("list", "--as-of", NOW, *columns, "--format", output_format, check=0).stdout

    due = "2024-03-04T11:00:00+08:00"
    row = {
        "id": desk.urgent,
        "title": LONG,
        "level": "urgent",
        "due": due,
        "customer.name": "王芳",
        "overdue": "yes",
    }
    assert json.loads(text("json")) == {"version": 1, "cases": [row]}
    assert [json.loads(line) for line in text("jsonl").splitlines()] == [row]
    assert list(csv.DictReader(io.StringIO(text("csv")))) == [row]
    assert text("plain") == "\t".join(row.values()) + "\n"
    heading, line, cells = text("md").splitlines()
    assert (heading.count("|"), line) == (7, "| --- | --- | --- | --- | --- | --- |")
    assert f"| {LONG} | urgent | 2024-03-04 11:00 | 王芳 |" in cells
    assert LONG in text("table")
    assert "2024-03-04 11:00" in text("table")


def test_cells_cannot_break_their_row_nor_become_formulas(desk: Desk) -> None:
    def text(output_format: str) -> str:
        options = ("--category", "price", "--columns", "title", "--format", output_format)
        return desk.book.call("list", *options, check=0).stdout

    assert text("csv") == "title\n'=SUM(1)|2\n"
    assert text("md").splitlines()[2] == "| =SUM(1)\\|2 |"


def test_an_empty_list_prints_no_rows(desk: Desk) -> None:
    assert desk.book.call("list", "--owner", "nobody", check=0).stdout == ""
    assert desk.book.json("list", "--owner", "nobody")["cases"] == []
    assert desk.book.call("list", "--owner", "nobody", "--format", "csv", check=0).stdout.startswith("id,")


# --- show ---


def test_show_gives_the_whole_case(desk: Desk) -> None:
    shown = desk.book.call("show", desk.urgent[-5:].lower(), "--as-of", NOW, check=0).stdout
    for words in (
        LONG,
        "status: open",
        "customer.name: 王芳",
        "channel: phone",
        "OVERDUE",
        "2024-03-04 11:00",
    ):
        assert words in shown
    assert shown.splitlines()[-1] == f"cases/open/{desk.urgent}.yaml"
    case = desk.book.json("show", desk.urgent, "--as-of", NOW)["case"]
    assert (case["id"], case["due"], case["reopenings"]) == (desk.urgent, "2024-03-04T11:00:00+08:00", 0)
    assert case["file"] == f"cases/open/{desk.urgent}.yaml"


def test_show_finds_a_closed_case_in_the_archive(desk: Desk) -> None:
    case = desk.book.json("show", desk.closed)["case"]
    assert (case["status"], case["outcome"], case["due"]) == ("closed", "withdrawn", None)
    assert case["file"] == f"cases/closed/2024/03/{desk.closed}.yaml"


def test_show_of_a_damaged_file_shows_what_is_left_and_ends_with_4(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t", "--at", "2024-03-04T09:00")
    path = book.file(opened)
    path.write_text(path.read_text().replace("received: 2024", "received: noon 2024"))
    result = book.call("show", opened, check=4)
    assert f"{path.name}:3:11: " in result.stderr
    assert opened in result.stdout


# --- today ---


def test_today_names_what_is_owed_next_with_the_command_that_does_it(desk: Desk) -> None:
    result = desk.book.call("today", "--as-of", NOW, check=0)
    rows = result.stdout.splitlines()[2:]
    commands = [row.rpartition("complaintctl ")[2].split() for row in rows]
    assert [step for step, _part in commands] == ["assess"] * 3
    wanted = (desk.urgent, desk.price, desk.fresh)
    assert all(case_id.endswith(part) for (_step, part), case_id in zip(commands, wanted, strict=True))
    assert "1 d 22 h late" in rows[0]
    assert "1 h 30 min" in rows[2]
    assert result.stderr == "3 cases have a step to take, 0 without a limit; 0 waiting for the customer.\n"


def test_today_can_be_asked_for_one_owner_oneself_or_a_department(desk: Desk) -> None:
    def cases(*options: str) -> list[str]:
        return [entry["case"] for entry in desk.book.json("today", "--as-of", NOW, *options)["today"]]

    assert cases("--mine") == [desk.urgent]
    assert cases("--owner", "zhao.min") == [desk.fresh]
    assert cases("--department", "lab") == [desk.fresh]
    assert cases("--owner", "nobody") == []


def test_today_names_a_promise_by_the_step_that_keeps_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, "promised-dates")
    opened = book.open("t", "--at", "2024-03-04T09:00", "--promise-by", "+48h")
    quiet = book.open("quiet", "--at", "2024-03-04T09:00")
    result = book.call("today", "--as-of", "2024-03-04T10:00", "--format", "jsonl", check=0)
    entry, other = map(json.loads, result.stdout.splitlines())
    assert (entry["step"], entry["what"], entry["left"]) == ("respond", "respond", 47 * 3600)
    assert entry["next"]["clock"] == {"step": "promise", "what": "respond"}
    assert entry["command"] == f"complaintctl respond {opened}"
    # What has no due time stands last.
    assert (other["case"], other["step"], other["due"]) == (quiet, "close", None)
    assert "2 cases have a step to take, 1 without a limit" in result.stderr


# --- explain ---


def test_explain_names_start_limit_policy_line_and_lateness(desk: Desk) -> None:
    policy = (desk.book.root / "complaintctl.yaml").read_text(encoding="utf-8").splitlines()
    line = policy.index("  - step: assess") + 3
    words = desk.book.call("explain", desk.urgent, "--step", "assess", "--as-of", NOW, check=0).stdout
    assert words.splitlines() == [
        "assess — OVERDUE",
        "  counted from receipt: 2024-03-04 09:00",
        f"  limit 2h on the calendar always  [complaintctl.yaml:{line}]",
        "  2024-03-04 09:00 – 11:00: 2 h",
        "  total: 2 h, the limit 2h",
        "  due 2024-03-04 11:00, overdue by 1 d 22 h",
    ]
    (clock,) = desk.book.json("explain", desk.urgent, "--step", "assess", "--as-of", NOW)["explain"]["clocks"]
    assert clock["policy"] == f"complaintctl.yaml:{line}"
    assert [entry["key"] for entry in clock["lines"]] == ["start", "limit", "span", "sum", "overdue"]
    assert clock["lines"][-1]["facts"] == {"due": "2024-03-04T11:00:00+08:00", "late": 46 * 3600 + 1800}


def test_explain_counts_the_open_hours_and_names_the_days_off(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "complaintctl: 1\nname: office\ntimezone: Asia/Shanghai\ncalendar: office\n"
        "calendars:\n  office:\n    hours: {mon-fri: ['09:00-12:00', '13:00-18:00']}\n"
        "    holidays: [2024-03-04]\n    workdays: [2024-03-02]\n    known_until: 2024-03-31\n"
        "steps:\n  - {step: plan, within: 16h}\n  - {step: respond, within: 3bd}\n"
    )
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    opened = book.open("t", "--received", "2024-03-01T16:00", "--at", "2024-03-01T16:00")
    words = book.call("explain", opened, "--as-of", "2024-03-01T17:00", "--format", "md", check=0).stdout
    # 2 h on Friday, 8 h on the make-up Saturday, Sunday and the holiday off, 6 h on Tuesday.
    for line in (
        "### plan — running",
        "- 2024-03-01 16:00 – 18:00: 2 h",
        "- 2024-03-02: a working day by the calendar",
        "- 2024-03-02 09:00 – 12:00: 3 h",
        "- 2024-03-03: closed, not counted",
        "- 2024-03-04: holiday, not counted",
        "- 2024-03-05 13:00 – 16:00: 3 h",
        "- total: 16 h, the limit 16h",
        "- due 2024-03-05 16:00, 3 d 23 h left",
        "- due 2024-03-06 18:00, 5 d 1 h left",
    ):
        assert line in words.splitlines()
    late = book.open("t", "--received", "2024-03-28T16:00", "--at", "2024-03-28T16:00")
    assert (
        "published only until 2024-03-31"
        in book.call("explain", late, "--as-of", "2024-03-28T17:00", check=0).stdout
    )


# --- report ---


def test_report_counts_every_case_and_every_step_with_its_denominator(desk: Desk) -> None:
    report = report_of(desk.book, "--as-of", NOW)
    assert report.cases("cases", "open", "closed", "overdue", "reopened") == (4, 3, 1, 2, 0)
    assert report.counts("level") == {"urgent": 1, "general": 2, "": 1}
    assert [report.value("times", measure, "resolution") for measure in ("median", "p90")] == [3600, 3600]
    steps = {step: report.step(step) for step in ("open", "assess")}
    kinds = ("met", "late", "overdue", "running", "settled", "none")
    assert [steps["open"][kind] for kind in kinds] == [4, 0, 0, 0, 0, 0]
    assert [steps["assess"][kind] for kind in kinds] == [0, 0, 2, 1, 1, 0]
    assert (steps["open"]["median"], steps["open"]["p90"]) == (600, 600)
    words = desk.book.call("report", "--as-of", NOW, check=0).stdout
    assert words.startswith("4 cases at 2024-03-06 09:30: 3 open (2 overdue), 1 closed, 0 reopened\n")
    assert "0 % of 2" in words


def test_report_counts_what_was_received_in_a_period_by_the_fields_asked_for(desk: Desk) -> None:
    period = ("--from", "2024-03-05", "--to", "2024-03-05", "--by", "owner", "--by", "x.shop")
    report = report_of(desk.book, *period)
    assert report.cases("cases") == (2,)
    assert report.counts("owner") == {"": 2}
    assert report.counts("x.shop") == {"12": 1, "": 1}


@pytest.mark.parametrize("output_format", ["table", "plain", "csv", "md", "jsonl"])
def test_report_speaks_every_format(desk: Desk, output_format: str) -> None:
    assert "assess" in desk.book.call("report", "--as-of", NOW, "--format", output_format, check=0).stdout


def test_report_defines_its_words(desk: Desk) -> None:
    words = desk.book.call("report", "--define", check=0).stdout
    assert "met as a share of met + late + overdue." in words


# --- log ---


def test_log_shows_each_event_beside_its_commit(desk: Desk) -> None:
    entries = desk.book.json("log", desk.closed)["log"]
    commits = desk.book.git("log", "--reverse", "--format=%h %s").splitlines()
    own = [line.split()[0] for line in commits if desk.closed in line]
    assert [(entry["did"], entry["commit"]["hash"]) for entry in entries] == list(
        zip(("open", "note", "close"), own, strict=True)
    )
    words = desk.book.call("log", desk.closed, check=0).stdout
    assert "“a word about tulips”" in words
    assert "outcome: withdrawn" in words


def test_log_shows_a_commit_that_carries_no_event(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    path = book.file(opened)
    path.write_text(path.read_text() + "# by hand\n")
    book.git("commit", "--quiet", "--all", "--message", "Tidy by hand")
    entries = book.json("log", opened)["log"]
    assert [(entry["did"], entry["event"] is None) for entry in entries] == [
        ("open", False),
        ("commit", True),
    ]
    assert entries[1]["commit"]["subject"] == "Tidy by hand"


def test_log_says_that_a_shallow_clone_holds_only_a_part(desk: Desk, tmp_path: Path) -> None:
    source = desk.book.root.as_uri()
    desk.book.git("clone", "--quiet", "--depth", "1", source, str(tmp_path / "shallow"))
    shallow = Book(root=tmp_path / "shallow", variables=desk.book.variables)
    result = shallow.call("log", desk.urgent, check=0)
    assert "only part of the git history" in result.stderr


# --- all of them ---


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("today",),
        ("report",),
        ("check",),
        ("policy", "list"),
        ("policy", "show"),
        ("policy", "check"),
    ],
)
def test_json_is_versioned_and_the_same_in_every_language(desk: Desk, arguments: tuple[str, ...]) -> None:
    when = () if arguments[0] == "policy" else ("--as-of", "2024-03-04T09:30")

    def printed(lang: str) -> Any:
        return desk.book.call("--lang", lang, *arguments, *when, "--json", check=0).json()

    assert printed("zh")["version"] == 1
    if arguments != ("policy", "list"):  # its label is text for people
        assert printed("zh") == printed("en")


@pytest.mark.parametrize("verb", ["show", "explain", "log"])
def test_json_of_one_case_is_versioned_and_the_same_in_every_language(desk: Desk, verb: str) -> None:
    def printed(lang: str) -> Any:
        return desk.book.call("--lang", lang, verb, desk.closed, "--json", check=0).json()

    assert printed("zh")["version"] == 1
    assert printed("zh") == printed("en")


def test_reading_leaves_the_casebook_as_it_is(desk: Desk) -> None:
    def everything() -> dict[str, int]:
        files = (path for path in desk.book.root.rglob("*") if path.is_file())
        return {str(path): path.stat().st_mtime_ns for path in files}

    before = everything()
    for arguments in (
        ("list",),
        ("today",),
        ("check",),
        ("report",),
        ("show", desk.urgent),
        ("log", desk.closed),
    ):
        desk.book.call(*arguments)
    assert everything() == before
