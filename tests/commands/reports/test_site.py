"""`site`: a folder of pages that links within itself, holds nothing of customers, and leaves other files alone."""

import re
from pathlib import Path

import html5lib
import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.reports.test_dashboard import table_of

SECRET = "Geheimnis"  # noqa: S105 - a word to look for
AS_OF = ("--as-of", "2026-11-21T12:00")
EVERYWHERE = (
    "description",
    "remedy_sought",
    "product.serial",
    "product.bought_from",
    "problem.what",
    "problem.when",
    "problem.where",
    "problem.who",
    "problem.why",
    "problem.how",
    "impact.legal_risk",
    "cause.finding",
    "plan.principle",
    "plan.supervision",
    "remedy.cost",
    "customer.email",
    "customer.phone",
    "customer.address",
    "x.improvement",
    "x.other",
    "lesson",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A closed and an open case; every text that somebody can write says the secret."""
    made = make_book(tmp_path_factory.mktemp("site"))
    file = made.root / "proof.txt"
    file.write_text("a photo", encoding="utf-8")
    for number in (1, 2):
        case = made.open(
            SECRET,
            "--customer-name",
            SECRET,
            "--category",
            "quality",
            *moment("received", 9),
            *moment("at", 9),
        )
        sets = [part for name in EVERYWHERE for part in ("--set", f"{name}={SECRET}{number}")]
        lists = ("--bone", f"man: {SECRET}", "--why", SECRET, "--measure", f"{SECRET};li.wei;soon")
        for typed in (
            ("edit", case, *sets, *lists),
            ("assess", case, "--level", "general"),
            ("task", case, "--to", "service", "--what", SECRET),
            ("action", case, "--what", SECRET, "--who", "li.wei", "--due", "2026-12-01"),
            ("attach", case, str(file), "--name", f"{SECRET}.txt"),
            ("note", case, SECRET),
            ("escalate", case, "--level", "urgent", "--reason", SECRET),
            ("wait", case, "--reason", SECRET),
        ):
            made.call(*typed, *moment("at", 10), check=0)
        if number == 1:
            made.call("resume", case, *moment("at", 11), check=0)
            made.call("close", case, "--outcome", "withdrawn", *moment("at", 12), check=0)
    file.unlink()
    return made


def moment(option: str, hour: int) -> tuple[str, str]:
    return f"--{option}", f"2026-11-20T{hour:02}:00"


def built(book: Book, folder: Path, *options: str) -> dict[str, str]:
    """The pages of a new site by their addresses."""
    book.call("site", str(folder), *AS_OF, "--lang", "en", *options, check=0)
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }


def ids(book: Book) -> list[str]:
    return sorted(path.stem for path in (book.root / "cases").rglob("C-*.yaml"))


@pytest.mark.nightly
def test_the_site_has_a_page_a_case_and_four_more(book: Book, tmp_path: Path) -> None:
    pages = built(book, tmp_path / "site")
    assert sorted(pages) == sorted(
        [
            *(f"cases/{case}.html" for case in ids(book)),
            "dashboard.html",
            "index.html",
            "lessons.html",
            "policy.html",
        ]
    )
    assert (tmp_path / "site" / ".nojekyll").is_file()
    for text in pages.values():
        html5lib.HTMLParser(strict=True).parse(text)
    assert "As of 2026-11-21 12:00: 2 cases, 1 of them open." in pages["index.html"]
    assert "<h1>electronics: Electronics maker (Asia/Shanghai)</h1>" in pages["policy.html"]


def test_every_link_is_relative_and_leads_to_a_page(book: Book, tmp_path: Path) -> None:
    pages = built(book, tmp_path / "site")
    count = 0
    for address, text in pages.items():
        for target in re.findall(r'<a href="([^"#]+)"', text):
            assert ":" not in target
            assert (tmp_path / "site" / address).parent.joinpath(target).resolve().is_file()
            count += 1
    assert count >= 4 * len(pages)


def test_nothing_that_somebody_wrote_is_on_the_site_unless_asked_for(book: Book, tmp_path: Path) -> None:
    pages = built(book, tmp_path / "plain")
    told = {address: text for address, text in pages.items() if SECRET in text}
    assert told == {}
    assert SECRET not in str(table_of(pages["dashboard.html"]))
    # What was done, when and by whom is there.
    text = pages[f"cases/{ids(book)[0]}.html"]
    for words in ("li.wei", "product quality", "2026-11-20 10:00", "cause.finding: …", "action 1"):
        assert words in text
    asked = built(book, tmp_path / "asked", "--with-customers")
    for number, case in enumerate(ids(book)):
        assert asked[f"cases/{case}.html"].count(SECRET) >= len(EVERYWHERE), number
    assert SECRET in str(table_of(asked["dashboard.html"]))


def test_the_texts_of_lessons_have_an_option_of_their_own(book: Book, tmp_path: Path) -> None:
    pages = built(book, tmp_path / "site", "--with-lessons")
    assert pages["lessons.html"].count(SECRET) == 1
    assert [address for address, text in pages.items() if SECRET in text] == ["lessons.html"]


def test_a_folder_with_other_files_is_refused(book: Book, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    said = refused(book, 2, "site", str(tmp_path))
    assert said == (
        f"{tmp_path} is not empty and is no site made by complaintctl. Choose an empty or new folder."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    refused(book, 2, "site", str(tmp_path / "mine.txt"))


def test_a_second_run_replaces_only_its_own_pages(book: Book, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (folder / ".git").mkdir(parents=True)
    first = built(book, folder)
    (folder / "CNAME").write_text("example.org", encoding="utf-8")
    (folder / "cases" / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "cases" / "C-20200101-AAAAA.html").write_text("of a case that is gone", encoding="utf-8")
    (folder / "index.html").write_text("changed", encoding="utf-8")
    unchanged = folder / "policy.html"
    before = unchanged.stat().st_mtime_ns
    assert built(book, folder) == first
    assert unchanged.stat().st_mtime_ns == before
    assert (folder / "CNAME").read_text(encoding="utf-8") == "example.org"
    assert (folder / "cases" / "notes.txt").is_file()


def test_a_link_in_the_folder_leads_nowhere_else(book: Book, tmp_path: Path) -> None:
    folder, other = tmp_path / "site", tmp_path / "other"
    built(book, folder)
    other.mkdir()
    for page in (folder / "cases").iterdir():
        page.rename(other / page.name)
    (folder / "cases").rmdir()
    (folder / "cases").symlink_to(other)
    before = sorted(path.name for path in other.iterdir())
    refused(book, 2, "site", str(folder))
    assert sorted(path.name for path in other.iterdir()) == before


def test_the_site_speaks_the_language_of_the_command(book: Book, tmp_path: Path) -> None:
    pages = built(book, tmp_path / "site", "--lang", "zh")
    assert "<h1>投诉：电子产品</h1>" in pages["index.html"]
    assert all('<html lang="zh">' in text for text in pages.values())
