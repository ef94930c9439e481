"""What the Pareto table says of two published registers: the issues of consumer complaints, the lots of medical devices.

The counts were taken from the files with another program.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from complaintctl.domain.reports.pareto import ParetoTally
from tests.acceptance.published import data, register
from tests.casebooks import Book
from tests.domain.building import a_policy

ROOT = Path(__file__).resolve().parents[2]
COMPLAINTS = data("cfpb", "q1_2015_28k_no_company.csv")
DEVICES = data("fda", "fda_maude.csv")
MAPPING = """\
mapping: 1
system: maude
timezone: America/New_York
times: ["%Y%m%d"]
id: report_number
received: date_received
fields:
  title: device_name
  product.batch: lot_number
  x.region: region
"""


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = register(tmp_path_factory.mktemp("fda"))
    mapping = book.root.parent / "fda.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    done = book.json("import", "csv", str(DEVICES), "--map", str(mapping))
    assert (done["new"], done["rejected"]) == (535, 0)
    return book


def column(path: Path, name: str) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from (row[name] for row in csv.DictReader(stream))


def ranking(book: Book, *options: str) -> dict[str, Any]:
    return dict(book.json("report", "pareto", *options)["pareto"])


def check_issues(rows: list[tuple[str, int, bool]], unknown: int) -> None:
    """18 of the 90 contents of the column make 80 % of 28,156 complaints; one of the 90 is blank, in 2 complaints."""
    assert (len(rows), sum(cases for _value, cases, _vital in rows), unknown) == (89, 28_154, 2)
    assert rows[0] == ("Incorrect information on credit report", 4_170, True)
    assert [vital for _value, _cases, vital in rows] == [True] * 18 + [False] * 71
    # 80 % are 22,524.8, or 22,523.2 without the blank ones.
    sums = [sum(cases for _value, cases, _vital in rows[:count]) for count in (17, 18)]
    assert sums == [22_358, 22_753]


def test_eighteen_of_ninety_issues_make_four_fifths_of_the_complaints() -> None:
    tally = ParetoTally(a_policy(), "category", None)
    for text in column(COMPLAINTS, "Issue"):
        tally.add(text, Fraction(1))
    pareto = tally.result()
    assert pareto.unknown is not None
    check_issues([(row.value, row.cases, row.is_vital) for row in pareto.rows], pareto.unknown.cases)
    assert pareto.tied == 0


@pytest.mark.nightly
def test_the_command_line_says_the_same_of_the_whole_register(tmp_path: Path) -> None:
    book = register(tmp_path)
    book.run("import", "csv", str(COMPLAINTS), "--map", "cfpb", check=0)
    content = book.run("report", "pareto", "--by", "category", "--json", check=0).json()["pareto"]
    *values, unknown = content["rows"]
    check_issues([(row["value"], row["cases"], row["vital"]) for row in values], unknown["cases"])
    months = [ranking(book, "--month", month)["cases"] for month in ("2015-01", "2015-02", "2015-03")]
    assert months == [12_600, 12_258, 3_298]


def test_two_lots_lead_and_unknown_lots_are_no_lot(devices: Book) -> None:
    content = ranking(devices, "--by", "batch")
    first = [(row["value"], row["cases"]) for row in content["rows"][:3]]
    assert first == [("A545AH1412", 9), ("A641AJ1702", 8), ("A545AI2903", 7)]
    unknown = content["rows"][-1]
    spellings = {entry["text"]: entry["cases"] for entry in unknown["spellings"]}
    # 86 are blank, NI, UNK or UNKNOWN; three say N/A.
    assert spellings == {"": 35, "NI": 32, "UNK": 10, "UNKNOWN": 9, "N/A": 3}
    assert (unknown["kind"], unknown["cases"], unknown["vital"]) == ("unknown", 89, False)
    assert (content["cases"], content["known"], content["unknown"]) == (535, 446, 89)


def test_every_lot_of_the_register_has_its_count(devices: Book) -> None:
    rows = ranking(devices, "--by", "batch")["rows"]
    # Three lots are written with one or three blanks; none is written in two ways.
    expected = Counter("".join(text.split()).casefold() for text in column(DEVICES, "lot_number"))
    ours = {"".join(row["value"].split()).casefold(): row["cases"] for row in rows if row["kind"] == "value"}
    assert ours == {
        lot: count for lot, count in expected.items() if lot not in {"", "ni", "unk", "unknown", "n/a"}
    }


def test_people_read_where_the_unknown_lots_are(devices: Book) -> None:
    shown = devices.call("report", "pareto", "--by", "batch", "--top", "2", check=0).stdout
    assert "89 of 535 cases name no value: (none) 35, NI 32, UNK 10, UNKNOWN 9, N/A 3." in shown


@pytest.mark.parametrize(("lang", "page"), [("en", "docs/reports.md"), ("zh", "docs/zh/reports.md")])
def test_the_chart_in_the_documents_is_that_of_the_register(devices: Book, lang: str, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    command = "report chart --as-of 2018-01-01T00:00"
    shown = text.partition(f"$ complaintctl {command}\n")[2].partition("```")[0]
    printed = devices.call("--lang", lang, *command.split(), check=0).stdout
    assert shown.splitlines() == [line.rstrip() for line in printed.splitlines()]
