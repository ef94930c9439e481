"""Tests what tables of other systems hold and a mapping says about it: each row is one thing that was refused before."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.zones import EPOCH
from complaintctl.errors import Broken, Failure, InvalidInput
from complaintctl.exchange.imports.rows import parse_rows
from complaintctl.exchange.imports.tables import open_mapped_table
from complaintctl.storage.imports import mappingfile, sourcefile

NOW = EPOCH.replace(year=2030)
MAP: Mapping[str, str] = {
    "mapping": "1",
    "system": "shop",
    "timezone": "Asia/Shanghai",
    "times": '["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]',
    "id": "No",
    "received": "Came",
}
XLSX = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="Tickets" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/styles.xml": (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
        '<xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
    ),
    "xl/worksheets/sheet1.xml": (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Report</t></is></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>no</t></is></c><c r="B3" t="inlineStr"><is><t>CAME</t></is></c>'
        '<c r="C3" t="inlineStr"><is><t>Said</t></is></c></row>'
        '<row r="4"><c r="A4"><v>88121</v></c><c r="B4" s="1"><v>46027.4166666667</v></c>'
        '<c r="C4" t="b"><v>1</v></c></row>'
        '<row r="5"><c r="A5" t="inlineStr"><is><t>00122</t></is></c><c r="B5" s="1"><v>46028</v></c>'
        '<c r="C5"><v>2.5</v></c></row></sheetData></worksheet>'
    ),
}


def zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def take(folder: Path, table: bytes | str, name: str = "a.csv", **mapping: str) -> list[Any]:
    """Each row as a dict of its id and values that are not empty, or the key of the reason it was rejected."""
    path, table_path = folder / "map.yaml", folder / name
    lines = {key.rstrip("_"): value for key, value in {**MAP, **mapping}.items()}
    path.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()), encoding="utf-8")
    table_path.write_bytes(table if isinstance(table, bytes) else table.encode())
    known, problems = mappingfile.read_mapping(path)
    assert problems == []
    assert known is not None
    with sourcefile.open_source_file(table_path, None) as source:
        opened, layout = open_mapped_table(source.stream, source.name, known)
        parsed = list(parse_rows(layout, opened.rows, NOW))
    return [
        row.key
        if isinstance(row, RejectedRecord)
        else {
            "id": row.source.id,
            **{name: value for name, value in row.values.items() if value is not None},
            **({"warned": [warning.key for warning in row.warnings]} if row.warnings else {}),
        }
        for row in parsed
    ]


def one(folder: Path, table: bytes | str, **mapping: str) -> Any:
    """The only row, its times as texts."""
    (row,) = take(folder, table, **mapping)
    return row if isinstance(row, str) else {name: plain(value) for name, value in row.items()}


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


CAME = "2026-01-05T00:00:00+08:00"


@pytest.mark.parametrize(
    ("times", "text"),
    [
        ('"%Y/%m/%d %p%I:%M"', "2026/1/5 下午3:20"),
        ('"%d. %B %Y %H:%M"', "5. Januar 2026 15:20"),
        ('"%Y-%m-%dT%H:%M:%S.%f"', "2026-01-05T15:20:00.0000000"),
        ("epoch", "1767597600"),
        ("epoch-ms", "1767597600000"),
        ("excel", "46027.6388889"),
        ('"%Y-%m-%d %H:%M:%S %Z"', "2026-01-05 07:20:00 UTC"),
        ('"%Y-%m-%d %H:%M:%S CST"', "2026-01-05 15:20:00 CST"),
    ],
)
def test_the_times_of_other_systems_are_layouts(tmp_path: Path, times: str, text: str) -> None:
    more = {"times": times}
    if "CST" in times:
        more = {"times": times.replace("CST", "%Z"), "zones": "{CST: Asia/Shanghai}"}
    assert one(tmp_path, f"No,Came\n1,{text}\n", **more)["received"] == "2026-01-05T15:20:00+08:00"


def test_the_end_of_a_day_is_the_start_of_the_next(tmp_path: Path) -> None:
    assert one(tmp_path, "No,Came\n1,2026-01-05 24:00:00\n")["received"] == "2026-01-06T00:00:00+08:00"


def test_a_zone_may_have_a_column_of_its_own(tmp_path: Path) -> None:
    table = "No,Came,Zone\n1,2026-01-05 10:00:00,{}\n"
    how = {
        "received": "{column: Came, zone: [TZ, Zone]}",
        "zones": "{PST: America/Los_Angeles}",
        "empty": '"?"',
    }
    zones = {"UTC": "18:00", "+09:00": "09:00", "Asia/Tokyo": "09:00", "": "10:00", "?": "10:00"}
    for zone, clock in zones.items():
        found = one(tmp_path, table.format(zone), **how)
        assert found == {"id": "1", "received": f"2026-01-05T{clock}:00+08:00"}
    assert one(tmp_path, table.format("PST"), **how)["received"] == "2026-01-06T02:00:00+08:00"
    assert one(tmp_path, table.format("EST"), **how) == "import-unknown-zone"


@pytest.mark.parametrize("word", ["NULL", "null", "-", "?", "0000-00-00 00:00:00", "N/A", " - "])
def test_words_for_nothing_are_empty_wherever_they_stand(tmp_path: Path, word: str) -> None:
    how = {
        "empty": '[NULL, "-", "?", "0000-00-00 00:00:00", n/a]',
        "closed": "Done",
        "fields": "{channel: {column: Via, values: {T: phone}}, product.batch: Lot}",
    }
    found = one(tmp_path, f"No,Came,Done,Via,Lot,Other\n1,2026-01-05,{word},{word},{word},{word}\n", **how)
    assert found == {"id": "1", "received": CAME}
    assert one(tmp_path, f"No,Came,Done,Via,Lot\n{word},2026-01-05,,,\n", **how) == "import-no-id"


def test_a_column_may_have_words_for_nothing_of_its_own(tmp_path: Path) -> None:
    how = {"fields": "{product.batch: {column: Lot, empty: [NI, UNK, UNKNOWN]}, product.serial: Serial}"}
    found = one(tmp_path, "No,Came,Lot,Serial\n1,2026-01-05,unk,unk\n", **how)
    assert found == {"id": "1", "received": CAME, "product.serial": "unk"}


def test_null_is_a_word_of_a_mapping_and_counts_before_nothing(tmp_path: Path) -> None:
    how = {"empty": "[NULL]", "fields": "{channel: {column: Via, values: {NULL: other, T: phone}}}"}
    assert one(tmp_path, "No,Came,Via\n1,2026-01-05,NULL\n", **how)["channel"] == "other"


@pytest.mark.parametrize(
    "above",
    [
        "sep=;\n",
        '"sep=;"\r\n',
        "\ufeffsep=;\n",
        "Report of 2026\n",
        "Report of 2026\n\nFilter;open;all\n\n",
        'The "report\nNo;Name\n',
        "sep=;\nReport\n",
    ],
)
def test_lines_above_the_heading_are_no_rows(tmp_path: Path, above: str) -> None:
    delimiter = "," if "sep=" in above else ";"
    found = one(tmp_path, f"{above}No;Came\n1;2026-01-05\n", delimiter=f'"{delimiter}"')
    assert found == {"id": "1", "received": CAME}


@pytest.mark.parametrize("heading", ["no,came", " No , CAME ", "NO,\u3000Came", "Ｎｏ,came", '"No ",Came'])
def test_blanks_and_capitals_in_headings_do_not_matter(tmp_path: Path, heading: str) -> None:
    assert one(tmp_path, f"{heading}\n1,2026-01-05\n") == {"id": "1", "received": CAME}


def test_of_two_headings_that_differ_in_capitals_one_must_be_written_exactly(tmp_path: Path) -> None:
    found = one(tmp_path, "no,No,Came\n2,1,2026-01-05\n")
    assert found == {"id": "1", "received": CAME, "x.no": "2"}
    with pytest.raises(InvalidInput) as failure:
        one(tmp_path, "no,nO,Came\n2,1,2026-01-05\n")
    assert (failure.value.key, failure.value.values["choices"]) == ("import-which-column", ["no", "nO"])


TABLE = "No,Came,产品\n1,2026-01-05,电池\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbf" + TABLE.encode("gb18030"), "gb18030"),
        (TABLE.encode("utf-8-sig"), "gb18030"),
        (f"\ufeff{TABLE}".encode("gb18030"), "gb18030"),
        (f'\ufeff"No"{TABLE[2:]}'.encode("gb18030"), "gb18030"),
        (TABLE.encode("utf-16"), "gb18030"),
        (TABLE.encode("utf-16-le"), "utf-16"),
        (TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("utf-32-le"), "utf-32"),
    ],
)
def test_a_byte_order_mark_and_the_encoding_of_the_mapping_may_differ(
    tmp_path: Path, data: bytes, encoding: str
) -> None:
    found = one(tmp_path, data, encoding=encoding)
    assert found == {"id": "1", "received": CAME, "x.产品": "电池"}


def test_text_that_is_not_utf_16_is_named(tmp_path: Path) -> None:
    with pytest.raises(Broken) as failure:
        one(tmp_path, "No,Came\n1,2026-01-05\n", encoding="utf-16")
    assert failure.value.key == "import-encoding"


def test_a_quote_may_be_escaped_by_a_backslash(tmp_path: Path) -> None:
    table = r'''No,Came,Said,Path
1,2026-01-05,"19\" wide, \\ and ""so""",C:\new\N
2,2026-01-05,a\"b,"\N"
'''
    first, second = take(tmp_path, table, escape="'\\'", empty="['\\N']")
    assert (first["x.Said"], first["x.Path"]) == ('19" wide, \\ and "so"', "C:\\new\\N")
    assert (second["x.Said"], second.get("x.Path")) == ('a"b', None)


@pytest.mark.parametrize("cell", ['="00123"', '"=""00123"""', "00123"])
def test_a_formula_that_keeps_zeros_is_its_text(tmp_path: Path, cell: str) -> None:
    found = one(tmp_path, f"No,Came,Serial\n{cell},2026-01-05,{cell}\n", fields="{product.serial: Serial}")
    assert (found["id"], found["product.serial"]) == ("00123", "00123")


@pytest.mark.parametrize(
    ("delimiter", "sign"),
    [("tab", "\t"), ('"\\t"', "\t"), ("'\\t'", "\t"), ("semicolon", ";"), ("pipe", "|")],
)
def test_a_delimiter_may_be_named(tmp_path: Path, delimiter: str, sign: str) -> None:
    found = one(tmp_path, "No,Came\n1,2026-01-05\n".replace(",", sign), delimiter=delimiter)
    assert found == {"id": "1", "received": CAME}


def test_a_workbook_is_read_with_its_own_times_and_whole_numbers(tmp_path: Path) -> None:
    rows = take(tmp_path, zipped(XLSX), "a.xlsx", times='"%d.%m.%Y"')
    assert [{name: plain(value) for name, value in row.items()} for row in rows] == [
        {"id": "88121", "received": "2026-01-05T10:00:00+08:00", "x.Said": "TRUE"},
        {"id": "00122", "received": "2026-01-06T00:00:00+08:00", "x.Said": "2.5"},
    ]
    # A rejects file of a workbook is a text table with the same times.
    rejects = "rejected: line,rejected: reason,no,CAME\n4,why,88121,2026-01-05 10:00:00\n"
    assert one(tmp_path, rejects, times='"%d.%m.%Y"')["received"] == "2026-01-05T10:00:00+08:00"


def test_a_workbook_of_an_older_program_is_read_too(tmp_path: Path) -> None:
    data = (Path(__file__).parents[2] / "exchange" / "imports" / "tickets.xls").read_bytes()
    rows = take(tmp_path, data, "a.xls", id="Number", fields="{title: Subject, satisfaction.overall: Stars}")
    assert [
        (row["id"], plain(row["received"]), row["title"], row["satisfaction.overall"]) for row in rows
    ] == [
        ("88121", "2026-01-05T10:00:00+08:00", "Swells", 4),
        ("00122", "2026-01-06T09:30:00+08:00", "漏液", 5),
    ]
    with pytest.raises(InvalidInput) as failure:
        take(tmp_path, data, "a.xls", id="Number", sheet="Tikets")
    assert failure.value.values["choices"] == ["Tickets", "Notes"]
    with pytest.raises(InvalidInput) as failure:
        take(tmp_path, data, "a.xls", id="Number", sheet="Notes")
    assert failure.value.key == "import-columns"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (zipped(XLSX)[:-200], "import-archive"),
        (zipped({**XLSX, "xl/workbook.xml": "<no"}), "import-archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "import-workbook-faulty"),
        (zipped({**XLSX, "xl/worksheets/sheet1.xml": "<worksheet><sheetData/></worksheet>"}), "import-empty"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_named(tmp_path: Path, data: bytes, key: str) -> None:
    with pytest.raises(Failure) as failure:
        take(tmp_path, data, "a.xlsx")
    assert failure.value.key == key


CLOSED = {"closed": "{column: Updated, when: {Status: [Closed, Solved]}}"}


@pytest.mark.parametrize(
    ("status", "closed"),
    [("Closed", True), ("solved", True), (" Solved ", True), ("Open", False), ("", False)],
)
def test_a_case_may_be_closed_by_a_word(tmp_path: Path, status: str, closed: bool) -> None:
    found = one(tmp_path, f"No,Came,Updated,Status\n1,2026-01-05,2026-01-06,{status}\n", **CLOSED)
    assert found.get("closed") == ("2026-01-06T00:00:00+08:00" if closed else None)
    assert found.get("x.Status", "") == status.strip()


def test_a_case_closed_by_a_word_needs_the_time(tmp_path: Path) -> None:
    found = one(tmp_path, "No,Came,Updated,Status\n1,2026-01-05,,Closed\n", **CLOSED)
    assert found == "import-closed-without-time"


def test_the_time_of_a_step_may_have_a_column(tmp_path: Path) -> None:
    table = "No,Came,First response,Resolved\n1,2026-01-05,2026-01-06,\n"
    found = one(tmp_path, table, steps="{ack: First response, respond: [Done, Resolved]}")
    assert found == {"id": "1", "received": CAME, "steps.ack": "2026-01-06T00:00:00+08:00"}


def test_columns_may_be_joined_to_one_time_or_text(tmp_path: Path) -> None:
    how = {
        "received": "{join: [Day, Hour]}",
        "id": '{join: [Year, No], with: "-"}',
        "empty": '"-"',
        "fields": '{customer.name: {join: [First, Last]}, customer.address: {join: [Street, Town], with: ", "}}',
    }
    heading = "Year,No,Day,Hour,First,Last,Street,Town\n"
    assert one(tmp_path, f"{heading}26,7,2026-01-05,10:00:00,Wang,Fang,-,Wuhan\n", **how) == {
        "id": "26-7",
        "received": "2026-01-05T10:00:00+08:00",
        "customer.name": "Wang Fang",
        "customer.address": "Wuhan",
    }
    assert one(tmp_path, f"{heading}26,7,2026-01-05,,,,,\n", **how) == {"id": "26-7", "received": CAME}


def test_other_words_may_stay_as_they_are(tmp_path: Path) -> None:
    how = {"fields": "{product.model: {column: Model, values: {X1: X100}, else: as it is}}"}
    models = [
        one(tmp_path, f"No,Came,Model\n1,2026-01-05,{model}\n", **how).get("product.model")
        for model in ("X1", "Y2", "")
    ]
    assert models == ["X100", "Y2", None]


def test_a_part_of_a_cell_may_be_taken(tmp_path: Path) -> None:
    how = {
        "id": "{column: No, part: '#(\\d+)'}",
        "fields": "{product.batch: {column: Said, part: 'B\\d{4}'}, customer.phone: {column: Who, part: '\\d{11}'}}",
    }
    table = "No,Came,Said,Who\n{},2026-01-05,lot {} ok,{}\n"
    found = one(tmp_path, table.format("Ticket #00123", "B2610", "Wang 13800138000"), **how)
    assert (found["id"], found["product.batch"], found["customer.phone"]) == ("00123", "B2610", "13800138000")
    assert one(tmp_path, table.format("Ticket", "B2610", ""), **how) == "import-no-part"
    assert one(tmp_path, table.format("#1", "none", ""), **how) == "import-no-part"
    assert one(tmp_path, "No,Came,Said,Who\n#1,2026-01-05,,\n", **how) == {"id": "1", "received": CAME}


def test_a_cell_may_hold_several_values(tmp_path: Path) -> None:
    how = {
        "fields": (
            "{watchers: {column: Copies, split: ';', values: {boss: li.wei}, else: as it is}, "
            "category: {column: Tags, split: ';', values: {battery: quality/battery, screen: quality/screen}}}"
        )
    }
    table = "No,Came,Copies,Tags\n1,2026-01-05,{},{}\n"
    found = one(tmp_path, table.format("boss; wang.fang;;boss", "vip;screen;battery"), **how)
    assert found["watchers"] == ("li.wei", "wang.fang")
    # One value fits; the whole cell stays.
    assert (found["category"], found["x.Tags"]) == ("quality/screen", "vip;screen;battery")
    assert one(tmp_path, table.format("", "vip"), **how) == "import-unknown-word"
    assert one(tmp_path, table.format("", ""), **how) == {"id": "1", "received": CAME}


def test_an_unreadable_date_may_warn_and_its_text_is_kept(tmp_path: Path) -> None:
    how = {"fields": "{product.bought: {column: Bought, unreadable: warn}}"}
    table = "No,Came,Bought\n1,2026-01-05,{}\n"
    assert one(tmp_path, table.format("long ago"), **how) == {
        "id": "1",
        "received": CAME,
        "x.Bought": "long ago",
        "warned": ["import-unreadable-time"],
    }
    assert one(tmp_path, table.format("2025-12-24"), **how) == {
        "id": "1",
        "received": CAME,
        "product.bought": "2025-12-24",
    }
    assert (
        one(tmp_path, table.format("long ago"), fields="{product.bought: Bought}") == "import-unreadable-time"
    )
