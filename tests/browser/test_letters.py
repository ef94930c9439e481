"""Letters as pages in a real browser: valid and accessible, whatever is known of the case."""

from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest

from complaintctl.domain import deadlines
from complaintctl.render import language, letters, template_facts
from complaintctl.render.language import LANGUAGES, Language
from complaintctl.render.letters import Paper
from complaintctl.render.template_facts import Writing
from complaintctl.storage import casefile, letterfile, sandbox
from complaintctl.storage.sandbox import Job
from tests.browser import chromium
from tests.casebooks import Book, make_book
from tests.formpages import AS_OF, POLICIES, full_case, rules

PAPER = Paper(sender=["ACME", "Main Street 1"], to=["王芳", "苏州市"], day="22 November 2026")


@pytest.mark.parametrize("policy", POLICIES)
def test_every_letter_of_every_policy_is_a_valid_and_accessible_page(tmp_path: Path, policy: str) -> None:
    chromium.browser()
    book = make_book(tmp_path, policy)
    case = full_case(book)
    made = [page for lang in LANGUAGES for page in pages(book, case, lang)]
    for page in made:
        html5lib.HTMLParser(strict=True).parse(page)
    found = chromium.faults(made, tmp_path)
    assert len(found) == len(letterfile.files(None)) == 2 * 9
    assert [fault for one in found for fault in one["faults"]] == []


def pages(book: Book, case: str, lang: Language) -> Iterator[str]:
    """Every letter in the language; like a form it leaves out what is not known, so that none is refused."""
    loaded, _problems = casefile.read(book.file(case))
    assert loaded is not None
    before = language.current()
    language.use(lang)
    try:
        judged = deadlines.judged(loaded.case, rules(book), AS_OF)
        facts = template_facts.facts_of(Writing(judged=judged, book=rules(book), by="li.wei", text="t"))
        for (_kind, spoken), path in letterfile.files(None).items():
            letter, _faults = letterfile.read(path)
            if spoken == lang and letter is not None:
                sources = {"subject": letter.head.subject, "body": letter.body}
                jobs = [Job(template=name, context=facts, escape="form") for name in sources]
                subject, body = sandbox.fill(sources, jobs)
                assert isinstance(subject, str), subject
                assert isinstance(body, str), body
                yield letters.page(body, subject, PAPER)
    finally:
        language.use(before)
