"""Letters as pages in a real browser: valid and accessible, whatever is known of the case, and printed word for word.

What a printed letter says was read and kept; COMPLAINTCTL_SNAPSHOTS=write keeps it anew, to be read again.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest

from complaintctl.domain.deadlines import deadlines
from complaintctl.render.documents import letters, template_context
from complaintctl.render.documents.letters import Letterhead
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.render.text import language
from complaintctl.render.text.language import LANGUAGES, Language
from complaintctl.storage.case import casefile
from complaintctl.storage.documents import letterfile, sandbox
from complaintctl.storage.documents.sandbox import TemplateJob
from tests.browser import chromium, devtools
from tests.browser.devtools import Page
from tests.browser.formpages import AS_OF, POLICIES, full_case, rules
from tests.casebooks import Book, make_book
from tests.commands.documents.test_letters_everywhere import example

WORDS = {"en": "Please send us a photo of the glass.", "zh": "请提供杯子的照片。"}
PAPER = Letterhead(sender=["ACME", "Main Street 1"], to=["王芳", "苏州市"], day="22 November 2026")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The page of every letter in both languages after every policy, each sound."""
    chromium.browser()
    found = {}
    for policy in POLICIES:
        book = make_book(tmp_path_factory.mktemp("letters"), policy)
        case = full_case(book)
        found[policy] = [page for lang in LANGUAGES for page in pages(book, case, lang)]
        assert len(found[policy]) == len(letterfile.letter_files(None)) == 2 * 9
        for page in found[policy]:
            html5lib.HTMLParser(strict=True).parse(page)
    return found


def test_every_letter_is_an_accessible_page(made: dict[str, list[str]], tmp_path: Path) -> None:
    every = [page for pages in made.values() for page in pages]
    found = chromium.faults(chromium.one_of_each_frame(every), tmp_path)
    assert len(found) >= len(LANGUAGES)
    assert [fault for one in found for fault in one["faults"]] == []


@pytest.mark.nightly
@pytest.mark.parametrize("policy", POLICIES)
def test_every_letter_of_every_policy_is_an_accessible_page(
    made: dict[str, list[str]], tmp_path: Path, policy: str
) -> None:
    found = chromium.faults(made[policy], tmp_path)
    assert [fault for one in found for fault in one["faults"]] == []


def pages(book: Book, case: str, lang: Language) -> Iterator[str]:
    """Every letter in the language; like a form it leaves out what is not known, so that none is refused."""
    loaded, _problems = casefile.read_case(book.file(case))
    assert loaded is not None
    before = language.current_language()
    language.set_language(lang)
    try:
        judged = deadlines.judge_case(loaded.case, rules(book), AS_OF)
        context = template_context.template_context(
            DocumentInput(judged=judged, rules=rules(book), by="li.wei", text="t")
        )
        files = [path for (_kind, spoken), path in letterfile.letter_files(None).items() if spoken == lang]
        found = [letter for letter, _faults in map(letterfile.read_letter, files) if letter is not None]
        # One process fills them all: a process for each would take most of the time of this test.
        parts = [text for letter in found for text in (letter.head.subject, letter.body)]
        sources = {str(number): text for number, text in enumerate(parts)}
        jobs = [TemplateJob(template=name, context=context, escape="form") for name in sources]
        filled = sandbox.fill_templates(sources, jobs)
        for subject, body in zip(filled[::2], filled[1::2], strict=True):
            assert isinstance(subject, str), subject
            assert isinstance(body, str), body
            yield letters.letter_html(body, subject, PAPER)
    finally:
        language.set_language(before)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, str]:
    """A case of which everything is known, with a promise past its date."""
    chromium.browser()
    return example(tmp_path_factory.mktemp("known"), "electronics")


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser that prints every page."""
    with devtools.opened(tmp_path_factory.mktemp("printer")) as page:
        yield page


@pytest.mark.parametrize(("kind", "lang"), sorted(letterfile.letter_files(None)))
def test_a_printed_letter_says_what_it_said_when_it_was_reviewed(
    known: tuple[Book, str], printer: Page, tmp_path: Path, kind: str, lang: str
) -> None:
    book, case = known
    outcome = "not-upheld" if kind == "refusal" else "upheld"
    words = ("--lang", lang, "--set", f"outcome={outcome}", "--text", WORDS[lang], "--promise-by", "+48h")
    page = book.call(
        "letter", case, kind, *words, "--at", "2024-03-06T10:00", "--format", "html", check=0
    ).stdout
    pdf = printer.printed(chromium.without_random_ids(page, book, case), tmp_path)
    said = chromium.reviewed(chromium.texts(pdf), book, case)
    assert said == chromium.as_reviewed(said, chromium.SNAPSHOTS / f"letter-{kind}.{lang}.txt")


LONG = (
    "尊敬的王芳：\n\n"
    f"{'很长的文字，' * 400}\n\nhttps://example.com/{'a' * 300} SN-{'1' * 80}\n\n- {'很长' * 200}\n\n"
    f"| a | b |\n|---|---|\n| {'x' * 200} | {'y' * 200} |\n\n    {'z' * 300}\n\n此致\\\n敬礼！\n\n玻璃屋"
)
# Says how wide the page is on a telephone of 360 pixels.
PHONE = """\
<!DOCTYPE html><iframe src="letter.html" style="width: 360px; height: 600px; border: 0"></iframe><p></p><script>
document.querySelector("iframe").onload = event =>
  document.querySelector("p").append(event.target.contentDocument.documentElement.scrollWidth + " wide");
</script>
"""


def test_nothing_in_a_letter_is_wider_than_a_telephone(tmp_path: Path) -> None:
    paper = Letterhead(sender=["玻璃屋" * 20, f"s@{'e' * 100}"], to=["王芳" * 40], day="22 November 2026")
    (tmp_path / "letter.html").write_text(
        letters.letter_html(LONG, "题目 C-20261121-7K3FQ " * 9, paper), encoding="utf-8"
    )
    (tmp_path / "phone.html").write_text(PHONE, encoding="utf-8")
    options = ["--headless", "--disable-gpu", "--no-sandbox", "--hide-scrollbars", "--dump-dom"]
    files = [
        "--virtual-time-budget=10000",
        "--allow-file-access-from-files",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    page = (tmp_path / "phone.html").as_uri()
    ended = subprocess.run(
        [chromium.browser(), *options, *files, page], capture_output=True, timeout=300, check=True
    )
    assert "<p>360 wide</p>" in ended.stdout.decode()
