"""Papers at the command line: each in both languages and all formats, with the figures of `report`, without customers."""

import io
import itertools
import shutil
from pathlib import Path
from typing import Any

import docx
import html5lib
import pytest

from complaintctl.storage.documents import paperfile
from tests.casebooks import Book, environment, git, make_book
from tests.sampling import sample

ROOT = Path(__file__).resolve().parents[3]
AS_OF = ("--as-of", "2026-11-21T12:00")
PAPERS = {
    "management-review": ("management-review", "--period", "2026"),
    "handler": ("handler", "--period", "2026"),
    "handler me": ("handler", "li.wei", "--period", "2026"),
    "department": ("department", "--period", "2026"),
    "department quality": ("department", "quality", "--period", "2026"),
    "improvement": ("improvement", "22WH6/1"),
    "regulator": ("regulator", "--preset", "qmsr-820-35", "--period", "2026"),
}
# Of the customers of the example: names, a number, and what they wrote.
PRIVATE = ("王芳", "13800138000", "Battery swells", "手机使用两周后电池鼓包")
CHINESE = {
    "management-review": "投诉管理评审",
    "improvement": "措施前后对比",
    "regulator": "未核实：未查阅官方文本",
}
ENGLISH = {
    "management-review": "Decisions",
    "improvement": "Before and after",
    "regulator": "official text not read",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The example of this repository."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "home").mkdir()
    root = folder / "book"
    root.mkdir()
    shutil.copy(ROOT / "complaintctl.yaml", root)
    shutil.copytree(ROOT / "cases", root / "cases")
    variables = environment(folder / "home", "en")
    git(root, variables, "init", "--quiet")
    return Book(root=root, variables=variables)


def printed(book: Book, name: str, *more: str) -> str:
    return book.call("report", *PAPERS[name], *AS_OF, *more, check=0).stdout


@pytest.mark.parametrize(("name", "lang"), sample(itertools.product(PAPERS, ("en", "zh")), 3))
def test_every_paper_is_markdown_html_and_word_in_both_languages(
    book: Book, tmp_path: Path, name: str, lang: str
) -> None:
    markdown = printed(book, name, "--lang", lang)
    page = printed(book, name, "--lang", lang, "--format", "html")
    html5lib.HTMLParser(strict=True).parse(page)
    file = tmp_path / "paper.docx"
    printed(book, name, "--lang", lang, "-o", str(file))
    word = docx.Document(str(file))
    title = markdown.splitlines()[0].removeprefix("# ")
    assert word.paragraphs[0].text == title
    assert f"<h1>{title}</h1>" in page
    # A chart is a table in all three.
    rows = markdown.splitlines()
    tables = sum(
        line.startswith("|") and not before.startswith("|") for before, line in itertools.pairwise(rows)
    )
    assert tables == page.count("<table") == len(word.tables) > 0
    expected = (CHINESE if lang == "zh" else ENGLISH).get(PAPERS[name][0], "")
    told = "".join(paragraph.text for paragraph in word.paragraphs)
    assert all(expected in text for text in (markdown, page, told))
    for text in (markdown, page, told, "".join(cell.text for table in word.tables for cell in table._cells)):
        assert [words for words in PRIVATE if words in text] == []
        assert "{{" not in text
        assert "\ue000" not in text


@pytest.mark.parametrize("name", sample(PAPERS, 1))
def test_a_paper_for_programs_is_the_same_in_both_languages(book: Book, name: str) -> None:
    english, chinese = (printed(book, name, "--json", "--lang", lang) for lang in ("en", "zh"))
    assert english == chinese
    assert [words for words in PRIVATE if words in english] == []


def content(book: Book, *arguments: str) -> Any:
    (inner,) = (value for key, value in book.json("report", *arguments, *AS_OF).items() if key != "version")
    return inner


def by_measure(figures: list[dict[str, Any]]) -> dict[tuple[str, ...], Any]:
    return {
        (row["section"], row["key"], row["measure"]): row["value"]
        for row in figures
        if row["period"] == "report" and not row.get("by")
    }


def test_the_figures_of_a_review_are_those_of_the_report(book: Book) -> None:
    review = by_measure(content(book, "management-review", "--period", "2026")["figures"])
    report = by_measure(content(book, "--period", "2026")["figures"])
    assert review == report
    # By hand: eight folders of cases, four of them open.
    assert (review["cases", "", "cases"], review["cases", "", "open"]) == (8, 4)


def test_a_paper_about_a_person_counts_the_cases_of_that_person_only(book: Book) -> None:
    everybody, one = (content(book, "handler", *who, "--period", "2026") for who in ((), ("li.wei",)))
    report = by_measure(content(book, "--period", "2026", "--where", "owner=li.wei")["figures"])
    assert by_measure(one["figures"]) == report
    assert by_measure(one["team"]) == by_measure(everybody["figures"])
    assert everybody["team"] is None
    assert len(one["open_cases"]) == one["open_cases_all"] == report["cases", "", "open"]


def test_a_condition_narrows_a_paper(book: Book) -> None:
    chosen = content(book, "management-review", "--period", "2026", "--where", "level=urgent")
    assert by_measure(chosen["figures"])["cases", "", "cases"] == 3


def test_a_review_lists_what_is_to_be_done_before_what_was_done(book: Book) -> None:
    actions = content(book, "management-review", "--period", "2026")["actions"]
    assert len(actions) == 8
    assert [action["state"] for action in actions] == sorted(
        (action["state"] for action in actions), key=["open", "ineffective", "done", "effective"].index
    )


# An effect needs an action.
@pytest.mark.parametrize("name", sample([name for name in PAPERS if name != "improvement"], 2))
def test_papers_of_an_empty_casebook_are_complete(tmp_path: Path, name: str) -> None:
    empty = make_book(tmp_path, lang="en")
    period = ("--last", "3m") if PAPERS[name][0] != "regulator" else ()
    arguments = [word for word in PAPERS[name] if not period or word not in {"--period", "2026"}]
    assert empty.call("report", *arguments, *period, check=0).stdout.startswith("# ")


def test_the_results_of_earlier_reviews_are_those_that_the_duties_record(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    with (book.root / "complaintctl.yaml").open("a", encoding="utf-8") as policy:
        policy.write(
            "\nduties:\n  review: {every: 1y, label: {en: management review, zh: 管理评审}, from: 2025-01-01}\n"
        )
    book.call("duty", "review", "--text", "One more person in the team", "--at", "2026-02-03T10:00", check=0)
    review = book.call("report", "management-review", "--last", "1m", check=0).stdout
    assert (
        "| management review |  | 2026-02-03 | One more person in the team | 2027-02-03 | running |" in review
    )


def test_a_paper_goes_where_its_name_says(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "review.html"
    assert printed(book, "handler", "-o", str(file)) == ""
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert printed(book, "handler", "-o", str(tmp_path / "x.docx"), "--format", "md") == ""
    assert (tmp_path / "x.docx").read_text(encoding="utf-8").startswith("# ")
    missing = book.call("report", "handler", "-o", str(tmp_path / "no" / "x.md"), check=4)
    assert "No such file" in missing.stderr
    assert "unknown format" in book.call("report", "handler", "--format", "pdf", check=2).stderr.lower()


def test_a_period_without_an_end_or_in_the_future_is_refused(book: Book) -> None:
    open_end = book.call("report", "handler", "--from", "2026-01-01", check=2).stderr
    assert open_end == "A paper needs a period with a beginning and an end. Give both --from and --to.\n"
    future = book.call("report", "handler", "--period", "2199", check=2).stderr
    assert future == "The period 2199-01-01 has not begun.\n"


@pytest.mark.nightly
def test_the_teams_own_text_replaces_the_shipped_one_and_its_faults_are_named(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    book.call("template", "new", "handler", "--lang", "en", check=0)
    file = book.root / "templates" / "papers" / "handler.en.md"
    head = "---\ntitle: Mine\nsubject: Our {{ period.key }}\n---\n"
    file.write_text(f"{head}**{{{{ policy.label }}}}** {{{{ figures.flow.received }}}}\n", encoding="utf-8")
    assert book.call("report", "handler", "--last", "1m", check=0).stdout == (
        "# Our report\n\n**Electronics maker** 0\n"
    )
    assert book.call("template", "check", "handler", check=0).stdout.startswith("2 templates")
    file.write_text(f"{head}\n{{{{ tables.flows }}}}\n", encoding="utf-8")
    wrong = book.call("report", "handler", "--last", "1m", check=4).stderr
    assert wrong == "templates/papers/handler.en.md:6: unknown name tables.flows. Did you mean tables.flow?\n"
    assert book.call("template", "check", "handler", check=1).stderr == wrong


def test_a_paper_of_another_name_is_refused_because_no_command_prints_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    refused = book.call("template", "new", "board", "--from", "management-review", check=2).stderr
    assert refused.startswith("No command prints a paper called board. The papers: management-review, ")
    stray = book.root / "templates" / "papers" / "Review.en.md"
    stray.parent.mkdir(parents=True)
    stray.write_text("---\ntitle: x\nsubject: x\n---\n", encoding="utf-8")
    (problem,) = paperfile.misnamed_papers(book.root)
    assert (problem.key, problem.file) == ("paper-stray", str(stray))


def test_a_value_of_a_case_is_never_markup(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    case = book.open("x", "--at", "2026-03-02T10:00", "--received", "2026-03-02T10:00")
    evil = "<b>now</b> | [x](http://x) `y`"
    action = ("--what", evil, "--who", "li.wei", "--due", "2026-04-01", "--at", "2026-03-03T10:00")
    book.call("action", case, *action, check=0)
    page = book.call("report", "management-review", "--period", "2026", "--format", "html", check=0).stdout
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    assert evil in [cell.text for cell in tree.iter("td")]
    assert not list(tree.iter("a"))
    word = book.root / "x.docx"
    book.call("report", "management-review", "--period", "2026", "-o", str(word), check=0)
    cells = [
        cell.text for table in docx.Document(io.BytesIO(word.read_bytes())).tables for cell in table._cells
    ]
    assert evil in cells
