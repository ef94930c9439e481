"""The options of `report`: periods, basis, filters, dimensions, comparison, volumes."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book

NOW = ("--as-of", "2024-04-02T09:00")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Three cases: received at the end of January, the end of February and the first of March."""
    made = make_book(tmp_path_factory.mktemp("options"), lang="en")
    for received, batch, level in (
        ("2024-01-31T23:30", "B-7", "urgent"),
        ("2024-02-29T23:59", "Ｂ－７", "general"),
        ("2024-03-01T00:00", "b-7 ", "general"),
    ):
        words = ("--received", received, "--at", received, "--batch", batch, "--level", level)
        made.open("Battery swells", *words)
    return made


def cases(book: Book, *words: str) -> Any:
    """The number of cases of the report."""
    (row,) = (row for row in found(book, *words) if not row["by"])
    return row["value"]


def found(book: Book, *words: str) -> list[dict[str, Any]]:
    """The rows of the measure `cases` of the section `cases`."""
    rows = book.json("report", *NOW, *words)["report"]["figures"]
    return [row for row in rows if (row["section"], row["measure"]) == ("cases", "cases")]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ((), 3),
        (("--from", "2024-02-29"), 2),
        (("--to", "2024-02-29"), 2),  # was 1: the day itself was left out
        (("--to", "2024-01"), 1),
        (("--from", "2024-02-29", "--to", "2024-02-29"), 1),
        (("--to", "2024-02-29T23:59"), 1),
        (("--month", "2024-02"), 1),
        (("--period", "2024Q1"), 3),
        (("--period", "2024-W09"), 2),  # 26 February to 3 March
        (("--period", "2023"), 0),
        (("--last", "33d"), 1),  # 1 March to 2 April
        (("--last", "34d"), 2),
        (("--last", "1m"), 0),
        (("--basis", "closed"), 0),
        (("--where", "level=general"), 2),
        (("--where", "level=general", "--where", "received>=2024-03-01"), 1),
        (("--where", "level=urgent", "--or", "received>=2024-03-01"), 2),
    ],
)
def test_a_report_is_of_the_cases_of_its_period_and_its_filter(
    book: Book, words: tuple[str, ...], count: int
) -> None:
    assert cases(book, *words) == count


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "2024-03-01", "--to", "2024-02-01"), "--to 2024-02-01 is not after --from 2024-03-01."),
        (
            ("--month", "2024-02", "--last", "3d"),
            "--last, --month choose different periods. Keep one of them.",
        ),
        (("--month", "2024Q1"), "2024Q1 is no period."),
        (("--period", "soon"), "soon is no period."),
        (("--last", "3"), "3 is no length of time."),
        (("--compare", "year"), "--compare needs a period with a beginning"),
        (("--compare", "tomorrow", "--month", "2024-02"), "--compare cannot be tomorrow."),
        (("--basis", "sent"), "--basis cannot be sent."),
        (("--by", "level,category,owner"), "--by level,category,owner: give one or two different fields"),
        (("--by", "week,month"), "--by week,month: give one or two"),
        (("--by", "level,level"), "--by level,level: give one or two"),
        (("--where", "level"), "level"),
    ],
)
def test_what_cannot_be_meant_is_refused(book: Book, words: tuple[str, ...], message: str) -> None:
    assert message in book.call("report", *NOW, *words, check=2).stderr


def test_the_heading_says_period_comparison_and_conditions(book: Book) -> None:
    words = ("--month", "2024-02", "--compare", "year", "--where", "level=general")
    shown = book.call("--lang", "en", "report", *NOW, *words, check=0).stdout
    for line in ("2024-02-01 to 2024-02-29", "2023-02-01 to 2023-02-28", "level=general"):
        assert line in shown


def test_the_heading_says_that_a_period_is_not_over(book: Book) -> None:
    said = [
        book.call("--lang", "en", "report", *NOW, "--month", month, check=0).stdout
        for month in ("2024-03", "2024-04")
    ]
    assert ["The period is not over yet.\n" in shown for shown in said] == [False, True]


def test_spellings_of_a_batch_are_one_group(book: Book) -> None:
    groups = [
        (row["product.batch"], row["value"]) for row in found(book, "--by", "product.batch") if row["by"]
    ]
    # Each spelling came once: the first by its letters is shown.
    assert groups == [("B-7", 3)]


def test_a_table_has_two_dimensions_and_a_second_table_its_own(book: Book) -> None:
    groups = [
        (row["by"], row["level"], row["month"], row["value"])
        for row in found(book, "--by", "level,月", "--by", "month")
        if row["by"]
    ]
    assert groups == [
        ("level,month", "general", "2024-02", 1),
        ("level,month", "general", "2024-03", 1),
        ("level,month", "urgent", "2024-01", 1),
        ("month", None, "2024-01", 1),
        ("month", None, "2024-02", 1),
        ("month", None, "2024-03", 1),
    ]


def test_a_compared_report_has_both_periods(book: Book) -> None:
    rows = found(book, "--month", "2024-03", "--compare", "previous")
    assert [(row["period"], row["value"]) for row in rows if not row["by"]] == [
        ("report", 1),
        ("previous", 1),
    ]


def test_duplicates_count_only_if_asked(tmp_path: Path) -> None:
    made = make_book(tmp_path, lang="en")
    first, second = (made.open("t", "--received", "2024-03-01", "--at", "2024-03-01T09:00") for _ in range(2))
    made.call("link", second, first, "--as", "duplicate_of", "--at", "2024-03-01T10:00", check=0)
    made.call("close", second, "--outcome", "duplicate", "--at", "2024-03-01T11:00", check=0)
    assert (cases(made), cases(made, "--with-duplicates")) == (1, 2)


def test_tab_offers_fields_and_units_of_time(book: Book) -> None:
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "complaintctl report --by category,mon",
        "COMP_CWORD": "3",
    }
    assert book.call(env=asked, check=0).stdout == "category,month\n"


def with_volumes(folder: Path, text: str, table: str | None = None) -> Book:
    folder.mkdir(exist_ok=True)
    made = make_book(folder, lang="en")
    policy = made.root / "complaintctl.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + text, encoding="utf-8")
    if table is not None:
        (made.root / "volumes.csv").write_text(table, encoding="utf-8")
    made.open("t", "--received", "2023-05-01", "--at", "2023-05-01T09:00", "--model", "X100")
    made.open("t", "--received", "2023-06-01", "--at", "2023-06-01T09:00", "--model", "x100")
    made.open("t", "--received", "2024-03-01", "--at", "2024-03-01T09:00", "--model", "X200")
    return made


def rates(book: Book) -> list[tuple[str, str, str]]:
    printed = book.call("report", "--as-of", "2025-01-02T09:00", "--format", "csv", check=0).stdout
    return [
        (row["key"], row["measure"], row["value"])
        for row in csv.DictReader(io.StringIO(printed))
        if row["section"] == "rates" and row["measure"] in {"per_thousand", "year_on_year"}
    ]


def test_the_rate_falls_year_on_year(tmp_path: Path) -> None:
    """2 of 1,000 units are 2 a thousand; 1 of 2,000 is 0.5, three quarters less (PROCEDURES.md, P2)."""
    wanted = [
        ("2023", "per_thousand", "2.0"),
        ("2023", "year_on_year", ""),
        ("2024", "per_thousand", "0.5"),
        ("2024", "year_on_year", "-0.75"),
    ]
    told = with_volumes(tmp_path, "\nvolumes:\n  units: {2023: 1000, 2024: 2000}\n")
    assert rates(told) == wanted
    assert told.call("policy", "check", check=0).returncode == 0
    table = "period;units\n2023;1000\n2024;2000\n"
    assert rates(with_volumes(tmp_path / "file", "\nvolumes: {file: volumes.csv}\n", table)) == wanted


def test_a_file_of_volumes_may_have_a_field(tmp_path: Path) -> None:
    table = "\ufeffperiod,units,product.model\n2023,500,X100\n2024,100,X200\n"
    told = with_volumes(tmp_path, "\nvolumes: {file: volumes.csv}\n", table)
    assert [row for row in rates(told) if row[1] == "per_thousand"] == [
        ("2023", "per_thousand", "4.0"),
        ("2024", "per_thousand", "10.0"),
    ]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "period,number\n2023,1\n",
            "volumes.csv:1:1: the file of volumes needs the columns period and units",
        ),
        ("period,units\n2023,many\n", "volumes.csv:2:1: many is no number of units"),
        ("period,units\n2023,1\n\nsoon,1\n", "volumes.csv:4:1: soon is no period"),
        ("period,units\n2023,1\n2023,2\n", "volumes.csv: the units of 2023  are given twice"),
        (None, "volumes.csv"),
    ],
)
def test_a_wrong_file_of_volumes_is_named_and_the_rest_is_reported(
    tmp_path: Path, table: str | None, message: str
) -> None:
    told = with_volumes(tmp_path, "\nvolumes: {file: volumes.csv}\n", table)
    result = told.call("report", check=4)
    assert message in result.stderr
    assert "open record" in result.stdout
    assert message in told.call("policy", "check", check=1).stderr


def test_a_file_outside_the_folder_of_the_policy_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "volumes.csv").write_text("period,units\n2023,1\n", encoding="utf-8")
    told = with_volumes(tmp_path / "book", "\nvolumes: {file: ../../volumes.csv}\n")
    assert "is outside the folder of the policy" in told.call("report", check=4).stderr
