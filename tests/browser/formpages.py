"""Every form of a casebook as a page, in one filling: what tests of all forms look at."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from complaintctl.domain.deadlines import deadlines, rulebook
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.render.documents import form_filling, forms, template_context
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.render.text import language
from complaintctl.render.text.language import LANGUAGES, Language
from complaintctl.storage.case import casefile
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.documents import formfile, sandbox
from complaintctl.storage.documents.formfile import FormFile
from complaintctl.storage.documents.sandbox import TemplateJob
from complaintctl.storage.policy import policyfile
from tests.casebooks import Book

POLICIES = sorted(path.stem for path in (SHIPPED_FOLDER / "policies").glob("*.yaml"))
KINDS = sorted(formfile.form_files(None))
AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
KNOWN = {
    "customer.name": "王芳 <b>",
    "customer.phone": "13800138000",
    "customer.address": "苏州市 工业园区",
    "product.model": "X100",
    "product.batch": "B2610",
    "product.bought": "2024-02-01",
    "description": "第一行\n<script>alert(1)</script> & so on",
    "problem.what": "the seal leaks",
    "problem.where": "pump house",
    "cause.finding": "the seal was cut too short",
    "cause.five_whys": "the knife was blunt; nobody looked",
    "remedy_sought": "a new one",
}


def rules(book: Book) -> Rulebook:
    """The rules of a casebook."""
    found, problems = policyfile.read_policy(book.root / "complaintctl.yaml")
    assert found is not None, problems
    return rulebook.build_rulebook(found.policy)


def full_case(book: Book) -> str:
    """A case of which much is known, with the first level and class of its policy."""
    policy = rules(book).policy
    levels = () if policy.grading else policy.levels
    words = (("--category", list(policy.categories)), ("--level", list(levels)))
    chosen = [part for option, keys in words for key in keys[:1] for part in (option, key)]
    facts = [part for name, text in KNOWN.items() for part in ("--set", f"{name}={text}")]
    case = book.open("玻璃杯 *碎* 了", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05", *chosen)
    lists = ("--bone", "料: 密封圈过短", "--measure", "更换刀具;li.wei;2024-03-28")
    book.call("edit", case, *facts, *lists, "--at", "2024-03-04T09:06", check=0)
    action = ("--what", "sharpen knives", "--who", "li.wei", "--due", "2024-04-01")
    book.call("action", case, *action, "--at", "2024-03-04T09:07", check=0)
    return case


def pages(book: Book, case: str) -> Iterator[tuple[str, Language, str]]:
    """Kind, language and page of every form about a case."""
    loaded, _problems = casefile.read_case(book.file(case))
    assert loaded is not None
    judged = deadlines.judge_case(loaded.case, rules(book), AS_OF)
    every = [(lang, _file(book, kind)) for lang, kind in product(LANGUAGES, KINDS)]
    before = language.current_language()
    try:
        jobs = [_job(lang, file, judged, rules(book)) for lang, file in every]
        sources = {file.kind: file.source for _lang, file in every}
        for (lang, file), text in zip(every, sandbox.fill_templates(sources, jobs), strict=True):
            assert isinstance(text, str), text
            language.set_language(lang)
            sheet = form_filling.fill_form(
                file.form, formfile.split_filled_gaps(file, text), judged, rules(book)
            )
            yield file.kind, lang, forms.form_html(sheet)
    finally:
        language.set_language(before)


def _file(book: Book, kind: str) -> FormFile:
    file, problems = formfile.read_form(formfile.find_form(book.root, kind))
    assert file is not None, problems
    return file


def _job(lang: Language, file: FormFile, judged: JudgedCase, rules: Rulebook) -> TemplateJob:
    language.set_language(lang)
    context = template_context.template_context(
        DocumentInput(judged=judged, rules=rules, by="li.wei", text=None)
    )
    return TemplateJob(template=file.kind, context=context, escape="form")
