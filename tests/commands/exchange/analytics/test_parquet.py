"""`export parquet` and `report --engine duckdb` by the command line."""

from pathlib import Path

import pytest

from complaintctl.domain.exports.fact_tables import TABLES
from complaintctl.storage.disk.fact_folder import find_exports, table_files
from tests.casebooks import Book, make_book

duckdb = pytest.importorskip("duckdb", reason="the extra `analytics` is not installed")

AS_OF = "2026-11-20T12:00"
ENGINE = ("report", "--engine", "duckdb", "--exports")
PERSONAL = ("张三", "13800138000", "zhang@example.com", "battery swells", "told at the door", "SN-4411")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = make_book(tmp_path_factory.mktemp("parquet"), lang="en")
    _live(made)
    made.call("export", "parquet", "../out", "--as-of", AS_OF, "--name", "north", check=0)
    return made


def _live(made: Book) -> None:
    personal = (
        f"customer.name={PERSONAL[0]}",
        f"customer.phone={PERSONAL[1]}",
        f"product.serial={PERSONAL[5]}",
    )
    words = [word for entry in personal for word in ("--set", entry)]
    first = made.open(PERSONAL[3], *words, "--owner", "li.wei", "--at", "2026-11-02T09:00")
    made.call("ack", first, "--via", "phone", "--at", "2026-11-02T09:30", check=0)
    made.call("note", first, PERSONAL[4], "--at", "2026-11-03T09:30", check=0)
    made.call(
        "close",
        first,
        *("--outcome", "upheld", "--force", "--reason", "x", "--at", "2026-11-04T10:00"),
        check=0,
    )
    made.call("reopen", first, "--reason", "again", "--at", "2026-11-05T10:00", check=0)
    made.open("again", "--set", f"customer.email={PERSONAL[2]}", "--at", "2026-11-04T09:00")


@pytest.mark.parametrize(
    "options", [(), ("--by", "owner,month", "--period", "2026-11", "--compare", "previous")]
)
def test_the_report_of_an_export_is_that_of_the_casebook(book: Book, options: tuple[str, ...]) -> None:
    expected = book.call("report", "--as-of", AS_OF, *options, "--format", "csv", check=0).stdout
    assert book.call(*ENGINE, "../out", *options, "--format", "csv", check=0).stdout == expected
    assert len(expected.splitlines()) > 100


def test_a_report_of_exports_needs_no_casebook_and_takes_a_pattern(book: Book) -> None:
    outside = Book(root=book.root.parent, variables=book.variables)
    assert outside.call(*ENGINE, "o*", check=0).stdout.startswith("2 cases at 2026-11-20 12:00: 2 open")
    (answer,) = [
        row for row in _figures(outside, "--by", "casebook") if row["by"] and row["measure"] == "cases"
    ]
    assert (answer["casebook"], answer["value"]) == ("north", 2)


def _figures(book: Book, *options: str) -> list[dict[str, object]]:
    rows = book.call(*ENGINE, "out", *options, "--json", check=0).json()["report"]["figures"]
    return [row for row in rows if row["section"] == "cases"]


def test_an_export_holds_no_customer_data_and_exactly_the_columns_of_its_schema(book: Book) -> None:
    for name, files in table_files(find_exports([str(book.root.parent / "out")])).items():
        cursor = duckdb.execute(f"SELECT * FROM read_parquet({files}, hive_partitioning = false)")  # noqa: S608 - our paths
        assert [column[0] for column in cursor.description] == list(TABLES[name])
        rows = str(cursor.fetchall())
        assert rows != "[]" or name == "actions"
        assert [word for word in PERSONAL if word in rows] == []


def test_an_export_replaces_the_earlier_one_of_the_same_name_only(book: Book, tmp_path: Path) -> None:
    for name in ("north", "south", "north"):
        book.call("export", "parquet", str(tmp_path / "all"), "--as-of", AS_OF, "--name", name, check=0)
    outside = Book(root=tmp_path, variables=book.variables)
    assert outside.call(*ENGINE, "all", check=0).stdout.startswith("4 cases")
    assert [path.name for path in (tmp_path / "all").glob(".*")] == []


def test_exports_of_different_moments_are_named(book: Book, tmp_path: Path) -> None:
    for name, moment in (("north", AS_OF), ("south", "2026-11-21T12:00")):
        book.call("export", "parquet", str(tmp_path), "--as-of", moment, "--name", name, check=0)
    result = book.call(*ENGINE, str(tmp_path), check=0)
    assert (
        result.stderr == "The exports are of different moments: from 2026-11-20 12:00 to 2026-11-21 12:00.\n"
    )


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("report", "--exports", "out"), 2, "--engine duckdb"),
        (("report", "--engine", "duckdb"), 2, "--exports FOLDER"),
        (("report", "--engine", "oracle", "--exports", "out"), 2, "oracle"),
        ((*ENGINE, "out", "--where", "level=urgent"), 2, "--where is not possible with --engine"),
        ((*ENGINE, "out", "--as-of", "2026-11-01"), 2, "--as-of is not possible"),
        ((*ENGINE, "out", "--html", "page.html"), 2, "--html"),
        ((*ENGINE, "out", "--by", "customer.phone"), 2, "no column customer.phone"),
        ((*ENGINE, "nowhere"), 5, "no exported tables in nowhere"),
        ((*ENGINE, "out", "--exports", "copy"), 2, "north is exported in"),
        ((*ENGINE, "broken"), 4, "cannot be read"),
        (("export", "parquet", "out", "--name", "1"), 2, "1 cannot be the name"),
    ],
)
def test_what_is_not_meaningful_is_refused_in_a_sentence(
    book: Book, options: tuple[str, ...], code: int, words: str
) -> None:
    folder = book.root.parent
    _copy(folder / "out", folder / "copy", broken=False)
    _copy(folder / "out", folder / "broken", broken=True)
    words_of = [f"../{option}" if option in {"out", "copy", "broken"} else option for option in options]
    result = book.call(*words_of)
    assert (result.returncode, words in result.stderr) == (code, True), result.stderr


def _copy(source: Path, target: Path, *, broken: bool) -> None:
    if target.exists():
        return
    for path in source.rglob("*.parquet"):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True)
        copied.write_bytes(b"no parquet" if broken else path.read_bytes())


def test_different_time_zones_are_refused(book: Book, tmp_path: Path) -> None:
    other = make_book(tmp_path, timezone="Europe/Berlin", lang="en")
    other.open("late", "--at", "2026-11-02T09:00")
    for casebook, name in ((book, "north"), (other, "berlin")):
        casebook.call("export", "parquet", str(tmp_path / "out"), "--as-of", AS_OF, "--name", name, check=0)
    result = book.call(*ENGINE, str(tmp_path / "out"))
    assert (result.returncode, "Asia/Shanghai" in result.stderr, "Europe/Berlin" in result.stderr) == (
        2,
        True,
        True,
    )
