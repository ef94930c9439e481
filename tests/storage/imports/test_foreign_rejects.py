"""Tests a dry run, the rejects and their import by the same mapping, for tables that are not plain CSV."""

import io
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.exchange.imports.formats import csvrows
from complaintctl.exchange.imports.formats.csvrows import CsvRow, CsvStyle
from tests.casebooks import Book, make_book
from tests.storage.imports.test_foreign_tables import XLSX, zipped

MAP: Final = """\
mapping: 1
system: shop
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
delimiter: semicolon
escape: '\\'
empty: [NULL]
id: {join: [No, Part], with: "-"}
received: came
fields:
  title: subject
  channel: {join: [Via, Line], values: {Tel: phone, Mail in: email}}
  level: {column: Grade, split: ","}
"""
# Title lines, which have no cells of the heading; then quotes escaped as \", and words that nobody knows.
TABLE: Final = (
    "Report of March\n\nFilter;all\n"
    "No;Part;came;subject;Via;Line;Grade\n"
    '1;a;2025-03-03 10:00;"He said \\"no\\"; twice";Tel;NULL;urgent,important\n'
    '2;a;2025-03-03 11:00;"It \\"swells\\"; C:\\\\tmp, \\d";Tele;fax;urgent\n'
    "3;b;2025-03-03 12:00;Leaks;Mail;in;Importent,x\n"
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return make_book(tmp_path)


def take(book: Book, path: Path, *options: str, check: int) -> Any:
    mapping = str(book.root.parent / "map.yaml")
    return book.json("import", "csv", str(path), "--map", mapping, *options, check=check)


def test_a_report_with_titles_escaped_quotes_and_unknown_words_is_tried_rejected_and_corrected(
    book: Book,
) -> None:
    path = book.root.parent / "report.csv"
    path.write_text(TABLE, encoding="utf-8")
    tried = take(book, path, "--dry-run", check=1)
    assert [(word["columns"], word["value"], word["in"], word["near"]) for word in tried["unknown"]] == [
        (["Via", "Line"], "Tele fax", "mapping", None),
        (["Grade"], "Importent", "policy", "important"),
    ]
    mapping = str(book.root.parent / "map.yaml")
    printed = book.call("import", "csv", str(path), "--map", mapping, "--dry-run", check=1).stdout
    assert "  channel:\n    join: [Via, Line]\n    values:\n      Tele fax:  # 1" in printed
    done = take(book, path, check=1)
    assert (done["new"], done["rejected"]) == (1, 2)
    rejects = Path(done["rejects"])
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.startswith("rejected: line;rejected: reason;No;Part;came;subject;Via;Line;Grade\n")
    corrected = text.replace("Tele;fax", "Tel;NULL").replace("Importent,x", "important")
    rejects.write_text(corrected, encoding="utf-8-sig")
    assert take(book, rejects, check=0)["new"] == 2
    titles = {row["title"] for row in book.json("list")["cases"]}
    assert titles == {'He said "no"; twice', 'It "swells"; C:\\tmp, \\d', "Leaks"}
    # The same records from the report are those of the corrected rejects, not other ones.
    assert take(book, path, check=1)["unchanged"] == 1


@pytest.mark.parametrize(
    ("name", "table", "more"),
    [
        ("a.csv", "sep=|\nno|CAME|Said\n88121|2026-01-05 10:00|\n00122|never|x;y\n", ""),
        ("a.xlsx", zipped({**XLSX, "xl/styles.xml": XLSX["xl/styles.xml"].replace("22", "0")}), ""),
    ],
)
def test_the_rejects_of_a_table_with_another_delimiter_or_none_are_read_by_its_mapping(
    book: Book, name: str, table: str | bytes, more: str
) -> None:
    text = MAP.partition("id: ")[0] + "id: No\nreceived: came\n" + more
    (book.root.parent / "map.yaml").write_text(text, encoding="utf-8")
    path = book.root.parent / name
    path.write_bytes(table if isinstance(table, bytes) else table.encode())
    done = take(book, path, check=1)
    rejects = Path(done["rejects"])
    rows = rejects.read_text(encoding="utf-8-sig")
    assert rows.startswith("rejected: line;rejected: reason;no;CAME;Said\n")
    for wrong in ("never", "46027.4166666667", "46028"):
        rows = rows.replace(f";{wrong};", ";2026-01-05 10:00;")
    rejects.write_text(rows, encoding="utf-8-sig")
    assert take(book, rejects, check=0)["new"] == done["rejected"]


@given(
    rows=st.lists(
        st.tuples(*3 * [st.text(st.sampled_from('ab\\";,\t\n\r \'="'), max_size=6)]), min_size=1, max_size=3
    ),
    escape=st.sampled_from([None, "\\", "^"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quotes_all=st.booleans(),
)
def test_what_a_style_writes_it_reads(
    rows: list[tuple[str, ...]], escape: str | None, delimiter: str, quotes_all: bool
) -> None:
    style = CsvStyle(delimiter=delimiter, escape=escape, quotes_all=quotes_all)
    data = "".join(map(style.format_record, [("1", "2", "3"), *rows])).encode()
    stream: Any = io.BufferedReader(io.BytesIO(data))
    with stream:
        table = csvrows.open_csv_table(stream, "a.csv", None, delimiter, escape=escape)
        read = [row.cells for row in table.rows if isinstance(row, CsvRow)]
    assert read == rows
    assert table.style == style
