"""Cases go out as tables and come back as they were."""

import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from complaintctl.domain.exports.columns import EVENT_COLUMNS, FIELD_COLUMNS, JUDGED_COLUMNS, ROW_COLUMNS
from complaintctl.storage.policy.policyfile import find_shipped_policy
from tests.casebooks import Book, make_book

FORMATS = ("csv", "jsonl", "xlsx")
AS_OF = ("--as-of", "2026-11-20T12:00")
PERSONAL = ("张三", "+86 138 0013 8000", "zhang@example.com", "battery swells", "told at the door", "read it")
# OWASP's list of what begins a formula, and what would with another separator.
PAYLOADS = ("=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "＝1", "＋1", "－1", "＠1", 'x;=1,"=2', "'=1", "-5")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Cases with waits, reopenings, level changes, retractions, tasks, actions, promises, extensions, escalations."""
    folder = tmp_path_factory.mktemp("export")
    text = find_shipped_policy("electronics").read_text(encoding="utf-8")
    text = text.replace(
        "# escalation:\n#   - {late: 0h, to: owner}", "escalation:\n  - {late: 0h, to: manager}"
    )
    text = text.replace("zh: 反馈结果}\n    within: 24h", "zh: 反馈结果}\n    within: 24h\n    extend: 24h")
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    made = make_book(folder, folder / "policy.yaml", lang="en")
    _live(made)
    return made


# fmt: off
def _live(made: Book) -> None:
    def do(command: str, *arguments: str, at: str) -> None:
        made.call(command, *arguments, "--at", f"2026-11-{at}", "--no-commit", check=0)

    personal = [f"customer.name={PERSONAL[0]}", f"customer.phone={PERSONAL[1]}", "product.serial=SN-4411", "product.model=X100",
                "product.bought=2026-10-01", "product.bought_from=shop", "product.time_in_use=1 month", "remedy_sought=new"]
    first = made.open(
        PERSONAL[3],
        *[word for entry in personal for word in ("--set", entry)],
        *("--description", "- one\n=two", "--set", "x.shop=Hall, north", "--at", "2026-11-02T09:00"),
        *("--promise-by", "2026-11-05T09:00", "--set", "remedy.cost=120 CNY"),
    )
    do("ack", first, "--via", "phone", at="02T09:30")
    do("wait", first, "--reason", PERSONAL[4], at="02T11:00")
    do("resume", first, at="03T11:00")
    do("note", first, PERSONAL[5], at="03T12:00")
    do("task", first, "--to", "quality", "--what", "test it", "--due", "2026-11-06T12:00", at="03T13:00")
    do("task", first, "--done", "quality", "--result", "broken", at="04T13:00")
    do(
        "action", first, "--what", "new cell", "--who", "li.wei", "--due", "2026-11-10",
        "--check", "2026-12-01", at="04T14:00",
    )
    history = made.json("show", first)["case"]["history"]
    do("retract", first, next(event["id"] for event in history if event["did"] == "note"), "--reason", "wrong", at="04T15:00")
    do("escalate", first, "--reason", "angry", "--to", "chen.yu", at="05T10:00")
    do("assess", first, at="05T10:30")
    do("classify", first, "--level", "important", "--category", "quality/appearance", at="05T11:00")
    do("escalate", first, "--reason", "hot", "--level", "urgent", at="05T11:30")
    do("investigate", first, "--cause", "quality/material", "--finding", "thin foil", at="05T11:31")
    do("plan", first, "--remedy", "exchange", at="05T11:32")
    do("execute", first, "--remedy", "exchange", at="05T11:33")
    do("extend", first, "respond", "--reason", "parts", "--via", "phone", at="05T11:40")
    do("close", first, "--outcome", "upheld", "--force", "--reason", "done", at="06T10:00")
    do("reopen", first, "--reason", "again", at="07T10:00")
    second = made.open(
        "=HYPERLINK(1)", "--set", "customer.phone=13800138000", "--at", "2026-11-04T09:00",
        *[word for number, text in enumerate(PAYLOADS) for word in ("--set", f"x.p{number}={text}")],
    )
    do("close", second, "--outcome", "not-upheld", "--force", "--reason", "no", at="05T10:00")
    made.open("third", "--set", f"customer.email={PERSONAL[2]}", "--at", "2026-11-05T09:00")
    made.call("escalate", "--due", "--no-commit", check=0)
    made.git("add", "-A")
    made.git("commit", "-qm", "cases")
# fmt: on


@pytest.fixture(scope="module")
def figures(book: Book) -> list[str]:
    """What the reports of the casebook say."""
    return _figures(book)


def _export(book: Book, output_format: str, *options: str) -> Path:
    """An export of all cases, made once."""
    file = book.root.parent / f"out{''.join(options)}.{output_format}"
    if not file.exists():
        book.call("export", output_format, str(file), "--all", "--history", *options, check=0)
    return file


def _empty_copy(book: Book, folder: Path) -> Book:
    fresh = make_book(folder, book.root / "complaintctl.yaml", lang="en")
    shutil.copy(book.root / "complaintctl.yaml", fresh.root / "complaintctl.yaml")
    return fresh


def _figures(book: Book) -> list[str]:
    reports = [("report",), ("report", "--by", "level"), ("report", "--by", "owner", "--basis", "taken")]
    return [book.call(*words, *AS_OF, "--json", check=0).stdout for words in reports]


@pytest.mark.parametrize(
    ("output_format", "options"),
    [
        ("csv", ("--personal",)),
        ("jsonl", ("--personal",)),
        ("xlsx", ("--personal",)),
        ("csv", ()),
        ("xlsx", ()),
    ],
)
def test_an_export_comes_back_with_the_same_report(
    book: Book, figures: list[str], tmp_path: Path, output_format: str, options: tuple[str, ...]
) -> None:
    fresh = _empty_copy(book, tmp_path)
    done = fresh.json("import", "cases", str(_export(book, output_format, *options)))
    assert (done["new"], done["rejected"]) == (3, 0)
    assert _figures(fresh) == figures
    for path in book.root.glob("cases/*/**/*.yaml"):
        copy = fresh.root / path.relative_to(book.root)
        assert (copy.read_bytes() == path.read_bytes()) == bool(options)
    again = fresh.call("import", "cases", str(_export(book, "jsonl", "--personal")), "--json").json()
    assert (again["new"], again["unchanged"], again["rejected"]) == ((0, 3, 0) if options else (0, 0, 3))
    assert len(list(fresh.root.glob("cases/*/**/*.yaml"))) == 3


@pytest.mark.parametrize("output_format", FORMATS)
def test_no_word_of_a_customer_leaves_unless_asked(book: Book, output_format: str) -> None:
    masked = _texts(_export(book, output_format))
    plain = _texts(_export(book, output_format, "--personal"))
    for words in (*PERSONAL, "SN-4411", "Hall, north", "broken", "angry", "test it"):
        assert words not in masked
        assert words in plain
    assert len(re.findall("…0[0-9]{14}", masked)) >= 2
    phones = {row["customer.phone"] for row in _rows(_export(book, "csv")) if row["customer.phone"]}
    # Two spellings of one number are one customer.
    assert len(phones) == 1


def _texts(file: Path) -> str:
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8")
    return "\n".join(
        str(cell)
        for row in CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        for cell in row
    )


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def test_the_columns_are_the_documented_ones_in_every_format(book: Book) -> None:
    names = [*ROW_COLUMNS, *FIELD_COLUMNS, *JUDGED_COLUMNS, *EVENT_COLUMNS]
    header = _export(book, "csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    sheet = CalamineWorkbook.from_path(_export(book, "xlsx")).get_sheet_by_index(0).to_python()
    assert header[: len(names)] == names
    assert all(name.startswith("x.") for name in header[len(names) :])
    assert sheet[0] == header
    for line in _export(book, "jsonl").read_text(encoding="utf-8").splitlines():
        keys = list(json.loads(line))
        assert keys == [name for name in header if name in keys]
    chinese = book.speaking("zh").call("export", "csv", "--all", check=0).stdout
    assert chinese.splitlines()[0].split(",") == [name for name in header if not name.startswith("event.")]
    page = (Path(__file__).parents[3] / "docs" / "export.md").read_text(encoding="utf-8")
    assert [
        name for name in re.findall(r"^\| `([\w.]+)` \| \d", page, re.MULTILINE) if name in names
    ] == names


def test_formulas_leave_as_texts(book: Book) -> None:
    row = next(
        row for row in _rows(_export(book, "csv", "--personal")) if row["title"].endswith("HYPERLINK(1)")
    )
    assert row["title"] == "'=HYPERLINK(1)"
    written = _export(book, "csv", "--personal").read_text(encoding="utf-8")
    for separator in ",;\t|":
        for cells in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            assert [cell for cell in cells if cell.lstrip(" ")[:1] in set("=@＝＋－＠\t\r") and cell] == []
    sheet = CalamineWorkbook.from_path(_export(book, "xlsx", "--personal")).get_sheet_by_index(0)
    assert any("=HYPERLINK(1)" in row for row in sheet.to_python())
    with zipfile.ZipFile(_export(book, "xlsx", "--personal")) as archive:
        content = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in content
        assert b"hyperlink" not in content


def test_only_the_wanted_cases_are_exported(book: Book) -> None:
    def titles(*options: str) -> list[str]:
        lines = book.call("export", "jsonl", "--personal", *options, check=0).stdout.splitlines()
        return sorted(json.loads(line)["title"] for line in lines)

    assert titles() == [PERSONAL[3], "third"]
    assert titles("--closed") == ["=HYPERLINK(1)"]
    assert titles("--all", "--where", "title=third") == ["third"]
    assert titles("--all", "--as-of", "2026-11-03T12:00") == [PERSONAL[3]]


def test_excel_gets_its_mark_only_if_asked(book: Book) -> None:
    for words in (("list", "--format", "csv"), ("export", "csv"), ("report", "--format", "csv")):
        assert book.call(*words, "--for", "excel", check=0).stdout.startswith("\ufeff")
        assert not book.call(*words, check=0).stdout.startswith("\ufeff")
    result = book.call("list", "--for", "excel", check=2)
    assert result.stderr == "--for excel is about CSV. Add: --format csv\n"


def test_a_damaged_export_loses_no_case_in_silence(book: Book, tmp_path: Path) -> None:
    lines = _export(book, "jsonl", "--personal").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    broken = [
        json.dumps({**first, "id": "../../etc/passwd"}),
        *lines[:3],
        "{not json",
        json.dumps({**first, "schema": 2}),
        *(line for line in lines if json.loads(line)["id"] != first["id"]),
    ]
    file = tmp_path / "broken.jsonl"
    file.write_text("\n".join(broken), encoding="utf-8")
    fresh = _empty_copy(book, tmp_path)
    result = fresh.call("import", "cases", str(file), check=1)
    assert f"(lines 1, 2): the case has {first['events']} events, and 0 rows" in result.stderr
    assert "line 5: the line is not a JSON object" in result.stderr
    assert "the row has schema 2" in result.stderr
    assert len(list(fresh.root.glob("cases/*/**/*.yaml"))) == 2
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    refused = fresh.call("import", "cases", str(tmp_path / "other.csv"), check=2)
    assert refused.stderr.startswith("other.csv is not an export of cases")


def test_an_id_that_is_a_path_is_refused(book: Book, tmp_path: Path) -> None:
    line = json.loads(_export(book, "jsonl").read_text(encoding="utf-8").splitlines()[0])
    file = tmp_path / "path.jsonl"
    file.write_text(json.dumps({**line, "id": "../../etc/passwd", "events": 0}), encoding="utf-8")
    fresh = _empty_copy(book, tmp_path)
    assert (
        "../../etc/passwd is not the id of a case" in fresh.call("import", "cases", str(file), check=1).stderr
    )
    assert list(fresh.root.glob("cases/*/**/*.yaml")) == []
