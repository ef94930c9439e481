"""Tests `import guess`: its mapping is faultless and imports the table, and day and month are never guessed."""

import csv
import io
from pathlib import Path
from typing import Any, Final

import pytest

from complaintctl.exchange.imports.guessing.guess_times import guess_times
from complaintctl.storage.imports import mappingfile
from tests.acceptance.published import data
from tests.casebooks import Book, make_book, refused
from tests.sampling import sample

ENGLISH: Final = ("Ticket ID", "Created at", "Closed", "Due date", "Subject", "Customer", "Channel", "Shelf")
CHINESE: Final = ("工单编号", "受理时间", "结案时间", "承诺时间", "主题", "客户姓名", "渠道", "货架")
ROWS: Final = tuple(
    (f"T{number}", f"2025-03-{number:02} 10:00", "", "2025-04-01", "Überhitzt", "王芳", word, "x")
    for number, word in enumerate(("电话", "phone", "chatt", "telex"), 1)
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def table(
    book: Book, header: tuple[str, ...], rows: Any, encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    path = book.root.parent / "Export 2025.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def guessed(book: Book, path: Path) -> tuple[str, Any]:
    """The mapping, which must have no fault, and what --json says."""
    text = book.speaking("en").call("import", "guess", str(path), check=0).stdout
    target = book.root.parent / "map.yaml"
    target.write_text(text, encoding="utf-8")
    mapping, problems = mappingfile.read_mapping(target)
    assert (problems, mapping is None) == ([], False)
    return text, book.json("import", "guess", str(path))["guess"]


@pytest.mark.parametrize(
    ("header", "language", "encoding", "delimiter"),
    [
        (ENGLISH, "en", "utf-8", ","),
        (CHINESE, "zh", "gb18030", "\t"),
        (CHINESE, "zh", "utf-16", ";"),
        (ENGLISH, "en", "utf-8-sig", "|"),
    ],
)
def test_delimiter_encoding_id_times_and_the_language_of_the_headings_are_found(
    book: Book, header: tuple[str, ...], language: str, encoding: str, delimiter: str
) -> None:
    path = table(book, header, ROWS, encoding, delimiter)
    _text, found = guessed(book, path)
    assert (found["delimiter"], found["headings"], found["id"]) == (delimiter, language, header[0])
    assert found["encoding"] == ("gb18030" if encoding == "gb18030" else None)
    targets = ("received", "promise", "title", "customer.name", "channel")
    assert [found["columns"][name] for name in targets] == [header[1], *header[3:7]]
    assert found["times"] == {header[1]: ["%Y-%m-%d %H:%M"], header[3]: ["%Y-%m-%d"]}
    assert found["words"] == {"channel": {"电话": "phone", "phone": "phone", "chatt": "chat", "telex": ""}}
    done = book.json("import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"), check=1)
    # Only the word that nobody knows is left to people.
    assert (done["new"], done["rejected"]) == (3, 1)


def test_a_letter_outside_english_in_an_old_encoding_is_no_chinese(book: Book) -> None:
    rows = [(*row[:4], "Überhitzt für Größe", "Müller", "phone", "x") for row in ROWS]
    _text, found = guessed(book, table(book, ENGLISH, rows, "cp1252", ";"))
    assert (found["encoding"], found["delimiter"]) == ("cp1252", ";")


def test_day_and_month_that_could_be_exchanged_give_both_formats_and_a_comment(book: Book) -> None:
    rows = [("1", "03/04/2025 10:00"), ("2", "05/06/2025 11:00")]
    text, found = guessed(book, table(book, ("No", "Created"), rows))
    assert found["ambiguous"] == ["Created"]
    assert 'times: ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]' in text
    assert "# Day and month could be exchanged: both formats fit." in text
    path = str(book.root.parent / "map.yaml")
    done = book.json("import", "csv", str(book.root.parent / "Export 2025.csv"), "--map", path, check=1)
    assert [entry["key"] for entry in done["reasons"]] == ["import-ambiguous-time"]


@pytest.mark.parametrize(
    ("texts", "layouts"),
    [
        (["03/04/2025", "13/04/2025"], ("%d/%m/%Y",)),
        (["03/04/2025", "04/13/2025"], ("%m/%d/%Y",)),
        (["13/04/2025", "04/13/2025"], ("%d/%m/%Y", "%m/%d/%Y")),
        (["2025年3月4日 10:00", ""], ("%Y年%m月%d日 %H:%M",)),
        (
            ["2025-03-04T10:00:00Z", "2025-03-04T10:00:00.5+01:00"],
            ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"),
        ),
        (["yes", "2025-03-04"], None),
        ([""], None),
    ],
)
def test_the_formats_are_those_that_read_the_column(
    texts: list[str], layouts: tuple[str, ...] | None
) -> None:
    found = guess_times(texts)
    assert (found.layouts if found else None) == layouts


def test_what_cannot_be_guessed_is_said_in_the_file_and_in_chinese(book: Book) -> None:
    path = table(book, ("a", "b"), [("1", "x"), ("1", "x")])
    text, found = guessed(book, path)
    assert (found["id"], found["columns"]) == (None, {})
    assert "# No column with the time of receipt was found: name it.\nreceived: " in text
    assert "没有找到" in book.speaking("zh").call("import", "guess", str(path), check=0).stdout
    words = ("import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"))
    assert "has no column" in refused(book, 2, *words)


def test_what_is_no_table_is_refused_like_in_an_import(book: Book, tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text("<!doctype html><p>Sign in", encoding="utf-8")
    assert "is a web page" in refused(book, 4, "import", "guess", str(tmp_path / "page.csv"))
    assert refused(book, 2, "import", "guess", str(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("name", "key", "received"),
    sample(
        [
            ("boston311/boston_2011_full.zip", "case_enquiry_id", "open_dt"),
            ("cfpb/full18_2016.csv", "Complaint ID", "Date received"),
            ("eventlogs/receipt_wabo.csv.gz", "case:concept:name", "case:startdate"),
            ("fda/fda_maude.csv", "report_number", "date_received"),
        ],
        2,
    ),
)
def test_the_guess_for_a_published_register_has_its_id_and_its_receipt(
    book: Book, name: str, key: str, received: str
) -> None:
    _text, found = guessed(book, data(*name.split("/")))
    assert (found["id"], found["columns"]["received"], found["ambiguous"]) == (key, received, [])


def test_words_for_nothing_and_the_column_of_the_zone_are_found(book: Book) -> None:
    rows = [
        ("1", "2025-03-03 10:00", "NULL", "UTC", "-"),
        ("2", "2025-03-03 10:00", "2025-03-04 10:00", "Asia/Tokyo", "x"),
        ("3", "n/a", "", "", ""),
    ]
    path = table(book, ("No", "Created", "Closed", "Time zone", "Shelf"), rows)
    text, found = guessed(book, path)
    assert (found["empty"], found["zone"]) == (["NULL", "-", "n/a"], "Time zone")
    assert (
        "\nreceived: {column: Created, zone: Time zone}\nclosed: {column: Closed, zone: Time zone}\n" in text
    )
    done = book.json("import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"), check=1)
    assert (done["new"], [entry["key"] for entry in done["reasons"]]) == (2, ["import-not-received"])


def test_a_zone_that_an_abbreviation_leaves_open_is_not_guessed(book: Book) -> None:
    path = table(book, ("No", "Created", "Zone"), [("1", "2025-03-03 10:00", "CST")])
    assert guessed(book, path)[1]["zone"] is None


def test_lines_above_the_heading_and_workbooks_are_guessed_too(book: Book) -> None:
    text = "sep=|\r\nReport\r\nNo|Created|Subject\r\n1|2025-03-03 10:00|a,b\r\n2|2025-03-03 11:00|c\r\n"
    path = book.root.parent / "Export 2025.csv"
    path.write_text(text, encoding="utf-8")
    _text, found = guessed(book, path)
    assert (found["delimiter"], found["columns"]) == ("|", {"received": "Created", "title": "Subject"})
    path = Path(__file__).parents[2] / "exchange" / "imports" / "tickets.xls"
    _text, found = guessed(book, path)
    assert (found["id"], found["columns"]["title"], found["delimiter"]) == ("Number", "Subject", ",")
