"""Tests forms in both languages: filled with the case, blank for unknown values, with recorded signatures."""

import re
import shutil
from pathlib import Path
from typing import Any

import docx
import html5lib
import pytest

from complaintctl.render.text.language import LANGUAGES
from complaintctl.storage.documents import formfile
from complaintctl.storage.yaml import yamltext
from tests.browser.formpages import KINDS, POLICIES, full_case, pages
from tests.casebooks import Book, make_book, refused, spoken
from tests.commands.stories.test_story_manufacturing import begun, book, walked
from tests.sampling import sample
from tests.stories import make_team

__all__ = ["book"]

# The forms for one policy, and their titles.
TITLES = {
    "record": ("Customer complaint record", "客户（用户）投诉记录表"),
    "reply": ("Customer reply form", "用户意见回执单"),
    "return-request": ("Return and exchange request", "退、换货申请表"),
    "registration": ("Complaint registration sheet", "投诉登记表"),
    "8d": ("8D report", "8D 报告"),
    "5w1h": ("5W1H sheet", "5W1H 分析表"),
    "action": ("Corrective-action sheet", "纠正预防措施表"),
    "satisfaction": ("Satisfaction questionnaire", "客户满意度调查表"),
}


@pytest.mark.parametrize("policy", sample(POLICIES, 1))
def test_every_form_of_every_policy_is_a_valid_page_in_both_languages(tmp_path: Path, policy: str) -> None:
    book = make_book(tmp_path, policy)
    cases = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05"), full_case(book)
    assert set(KINDS) == set(TITLES)
    for case in cases:
        for kind, lang, page in pages(book, case):
            html5lib.HTMLParser(strict=True).parse(page)
            assert f'<html lang="{lang}">' in page
            assert f"{TITLES[kind][LANGUAGES.index(lang)]}</h1>" in page
            assert case in page
            assert "<script>" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_form_says_everything_in_both_languages(kind: str) -> None:
    reading = yamltext.parse_yaml(formfile.find_form(None, kind).read_bytes(), with_places=True)
    worded = [
        way for way in reading.places if way and way[-1] in {"label", "heading", "title", "own", "note"}
    ]
    assert len(worded) >= 8
    for way in worded:
        assert {(*way, "en"), (*way, "zh")} <= set(reading.places), way
    chinese = [_at(reading.root, way) for way in reading.places if way[-1:] == ("zh",)]
    assert [text for text in chinese if not re.search("[一-鿿]", text)] == []


def _at(root: Any, way: tuple[str | int, ...]) -> str:
    for part in way:
        root = root[part]
    return str(root)


def test_what_is_known_is_filled_in_and_the_rest_is_lines_to_write_on(book: Book) -> None:
    case = full_case(book)
    page = book.call("form", case, "record", check=0).stdout
    bought = spoken(en="1 February 2024", zh="2024年2月1日")
    for text in ("王芳 &lt;b&gt;", "第一行\n&lt;script&gt;", bought, "the seal was cut too short"):
        assert text in page
    bare = book.open("t")
    assert book.call("form", bare, "record", check=0).stdout.count('<div class="rule">') == 3 + 2
    # A file without history does not say who registered the case.
    file = book.file(bare)
    file.write_text(file.read_text(encoding="utf-8").partition("\nhistory:")[0] + "\n", encoding="utf-8")
    registered = spoken(en="- **Registered by** \\_", zh="- **登记人** \\_")
    assert registered in book.call("form", bare, "registration", "--format", "md", check=0).stdout
    # The form has three lines for measures, of which one is filled.
    text = book.call("form", case, "8d", "--format", "md", check=0).stdout
    table = text.split(spoken(en="**Measures**", zh="**措施**"))[1]
    assert table.splitlines()[2:7] == [
        spoken(en="| Measure | Responsible | By |", zh="| 措施 | 责任人 | 完成时间 |"),
        "| --- | --- | --- |",
        "| 更换刀具 | li.wei | 2024-03-28 |",
        "|  |  |  |",
        "|  |  |  |",
    ]


def test_a_box_is_ticked_by_the_word_of_the_case_and_a_deeper_class_ticks_the_one_it_belongs_to(
    tmp_path: Path,
) -> None:
    book = make_book(tmp_path)
    case = book.open("t", "--category", "quality/function/hardware", "--level", "important")
    asked = ("form", case, "registration", "--format", "md")
    for lang, boxes in (
        ("en", ("☒ product quality  ☐ after-sales service", "☐ urgent  ☒ important")),
        ("zh", ("☒ 产品质量  ☐ 售后服务", "☐ 紧急  ☒ 重要")),
    ):
        text = book.call(*asked, "--lang", lang, check=0).stdout
        assert [box for box in boxes if box not in text] == []


@pytest.mark.nightly
def test_a_request_has_a_line_for_each_role_that_must_sign_and_prints_who_did(book: Book) -> None:
    story = begun(book)
    walked(story, "approve return-request")
    story.do("approve return-request", "03-06T17:00", by="wang.fang")
    text = book.call("form", story.case, "return-request", "--format", "md", "--lang", "zh", check=0).stdout
    (approval,) = [event for event in _history(story.case, book) if event.get("to") == "return-request"]
    assert text.split("**会签**")[1].split("*本表")[0].strip().splitlines() == [
        "| 角色 | 姓名 | 签字 | 日期 |",
        "| --- | --- | --- | --- |",
        f"| 市场营销部 | wang.fang | 已批准，{approval['id']} | 2024-03-06 |",
        "| 技术质量部 |  |  |  |",
        "| 生产安全部 |  |  |  |",
    ]
    assert "- **申请人** sun.tao" in text
    assert "- **申请部门** \\_" in text
    # The step is due again, so its signatures are missing again.
    story.do("reopen", "03-06T18:00", "--to", "return-request", "--reason", "wrong amount")
    story.do("step return-request", "03-06T18:10", "--set", "plan.agreed_with_customer=yes", by="sun.tao")
    again = book.call("form", story.case, "return-request", check=0).stdout
    assert approval["id"] not in again
    # Before the approval the signature was missing.
    before = book.call("form", story.case, "return-request", "--as-of", "2024-03-06T16:30", check=0).stdout
    assert approval["id"] not in before


def test_an_8d_report_tells_what_its_policy_records_and_who_signed(tmp_path: Path) -> None:
    book = make_team(tmp_path, "8d", "{zhou.qi: {name: 周琦, roles: [champion]}}")
    told = {
        "x.team": "王芳、李伟",
        "x.containment": "stock blocked",
        "x.escape_point": "no final check",
        "x.recognition": "公告",
    }
    facts = [part for name, text in told.items() for part in ("--set", f"{name}={text}")]
    case = book.open("t", *facts)
    text = book.call("form", case, "8d", "--format", "md", check=0).stdout
    parts = {part.partition("\n")[0]: part for part in text.split("## ")}
    assert "王芳、李伟" in parts[spoken(en="D1 Team", zh="D1 成立小组")]
    assert "stock blocked" in parts[spoken(en="D3 Interim containment", zh="D3 临时遏制措施")]
    assert "no final check" in parts[spoken(en="D4 Root cause", zh="D4 根本原因")]
    verified = parts[spoken(en="D6 Carried out and verified", zh="D6 实施与验证")]
    assert f"| {spoken(en='Quality manager', zh='质量经理')} |  |  |  |" in verified
    concluded = parts[spoken(en="D8 Conclusion", zh="D8 总结")]
    assert "公告" in concluded
    assert f"| {spoken(en='Champion', zh='倡导者')} |  |  |  |" in concluded


def _history(case: str, book: Book) -> list[dict[str, str]]:
    history: list[dict[str, str]] = book.json("show", case)["case"]["history"]
    return history


def test_a_form_is_written_into_a_file_that_says_the_format(book: Book) -> None:
    case, title = book.open("t"), spoken(*TITLES["record"])
    for name, beginning in (
        ("f.html", "<!DOCTYPE html>"),
        ("f.md", f"# {title}\n"),
        ("f.json", '{\n  "version"'),
    ):
        assert book.call("form", case, "record", "-o", name, check=0).stdout == ""
        assert (book.root / name).read_text(encoding="utf-8").startswith(beginning)
    assert book.json("form", case, "record")["form"]["title"] == title
    assert "odt" in book.call("form", case, "record", "-o", "f.odt", check=2).stderr
    assert "Available: 5w1h" in book.call("form", case, "greeting", check=2).stderr
    assert "fr" in book.call("form", case, "record", "--lang", "fr", check=2).stderr


def own(book: Book, text: str) -> None:
    folder = book.root / "templates" / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "visit.yaml").write_text(text, encoding="utf-8")


def test_a_team_has_forms_of_its_own_with_a_number(book: Book) -> None:
    own(
        book,
        'title: {en: Visit, zh: 走访}\nnumber: "QG/\\"7\\" </style>"\nblocks:\n'
        '  - row: [{label: Case, value: "{{ case.id }}"}]\n'
        "  - own: {en: Further facts, zh: 其他}\n",
    )
    case = book.open("t", "--set", "x.place=苏州", "--set", "x.severity=high")
    page = book.call("form", case, "visit", check=0).stdout
    html5lib.HTMLParser(strict=True).parse(page)
    assert page.count("</style>") == 1
    assert "<p>QG/&quot;7&quot; &lt;/style&gt;\n" in page
    text = book.call("form", case, "visit", "--format", "md", "--lang", "zh", check=0).stdout
    assert "- **地点** 苏州\n- **严重程度** 高" in text


@pytest.mark.parametrize(
    ("blocks", "said"),
    sample(
        [
            (
                "  - row: [{label: a, value: '{{ case.titel }}'}]",
                "visit.yaml:3: unknown name case.titel. Did you mean case.title?",
            ),
            (
                "  - text: {label: a}\n  - text:\n      label: a\n      value: '{{ case. }}'",
                "visit.yaml:6: this placeholder is not valid",
            ),
            (
                "  - table: {label: a, each: case.nothing, columns: [{label: b}]}",
                "visit.yaml:3: unknown name case.nothing.",
            ),
            ("  - row: [{label: a, value: '{% if case.id %}'}, {label: b, value: '{% endif %}'}]", ""),
            (
                "  - row: [{label: a, value: '{% if not case.id %}'}, {label: b, value: '{% endif %}'}]",
                "visit.yaml: each {% if %} and {% for %} must be closed",
            ),
            ("  - row: [{label: a, value: \"\\x01\\x02{{ '\\\\x01' }}b\"}]", ""),
            (
                "  - text: {label: a, lines: 1000000000}",
                "visit.yaml:3:29: 1000000000 is more than a form can print; write at most 200.",
            ),
            ("  - note: a\n" * 201, "visit.yaml:3:3: 201 is more than a form can print; write at most 200."),
            (
                "  - {note: a, heading: b}",
                "visit.yaml:3:5: A block of a form must have exactly one of heading, row",
            ),
            ("  - choice: {label: a, of: outcom}", "visit.yaml:3:"),
            ("  - table: {label: a, each: due, columns: []}", "visit.yaml:3:"),
            ("  - row: [{label: a, valeu: b}]", "visit.yaml:3:22"),
            (
                "  - text: {label: a, value: \"{{ 'x' * 100000 }}\"}",
                "visit.yaml:3: a template can only read values, not this: *",
            ),
            (
                "  - text: {label: a, value: \"{{ ''.__class__ }}\"}",
                "visit.yaml:3: a template can only read values",
            ),
        ],
        5,
    ),
)
def test_a_fault_of_a_form_is_named_with_its_line(book: Book, blocks: str, said: str) -> None:
    own(book, f"title: t\nblocks:\n{blocks}\n")
    case = book.open("t")
    result = book.call("form", case, "visit", check=4 if said else 0)
    assert said in result.stderr


def test_a_form_needs_a_case(book: Book) -> None:
    assert refused(book, 5, "form", "ZZZZZ", "record")


def test_whether_an_action_worked_is_told_in_the_language_of_the_form(book: Book) -> None:
    case = full_case(book)
    book.call("action", case, "--done", "1", "--at", "2024-03-05T09:00", "--by", "li.wei", check=0)
    judged = ("--verify", "1", "--effective", "yes", "--at", "2024-03-06T09:00", "--by", "zhou.qi")
    book.call("action", case, *judged, check=0)
    text = book.call("form", case, "action", "--lang", "zh", "--format", "md", check=0).stdout
    assert "| sharpen knives | li.wei | 2024年4月1日 | 2024年3月5日 | 是 | zhou.qi |" in text


@pytest.mark.nightly
def test_a_form_is_a_word_document_with_everything_that_the_page_has(book: Book) -> None:
    case = full_case(book)
    book.call("edit", case, "--set", "description=a\x07b", check=0)
    for kind in KINDS:
        book.call("form", case, kind, "--lang", "zh", "-o", f"{kind}.docx", check=0)
        made = docx.Document(str(book.root / f"{kind}.docx"))
        cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        assert made.paragraphs[1].text == TITLES[kind][1]
        assert case in cells
        assert made.core_properties.title == f"{TITLES[kind][1]} {case}"
    # The long text contains a bell character, which is not allowed in XML.
    record = docx.Document(str(book.root / "record.docx"))
    texts = [cell.text for table in record.tables for row in table.rows for cell in row.cells]
    assert "问题描述\na\ufffdb" in texts
    assert texts[texts.index("受理人") + 1] == "li.wei"
    assert "☐ 成立   ☐ 部分成立   ☐ 不成立   ☐ 撤诉   ☐ 无效   ☐ 重复" in texts
    fish = docx.Document(str(book.root / "5w1h.docx"))
    assert ["料", "密封圈过短"] in [
        [cell.text for cell in row.cells] for table in fish.tables for row in table.rows
    ]


def test_without_a_browser_a_pdf_is_refused_with_what_to_do(book: Book) -> None:
    case = book.open("t")
    asked = ("form", case, "record", "--format", "pdf")
    said = refused(book, 4, *asked, env={"COMPLAINTCTL_BROWSER": "/nowhere"})
    assert "COMPLAINTCTL_BROWSER=PATH. Or print the page: --format html." in said
    assert "made no PDF: 1" in refused(
        book, 4, *asked, env={"COMPLAINTCTL_BROWSER": shutil.which("false") or ""}
    )


@pytest.mark.nightly
def test_a_browser_prints_a_form(book: Book, tmp_path: Path) -> None:
    # A program that stands in for the browser; tests/browser uses a real one.
    stand_in = tmp_path / "browser"
    stand_in.write_text(
        "#!/bin/sh\nfor word; do case $word in --print-to-pdf=*) to=${word#*=};; file://*) from=${word#file://};; esac; done\n"
        'cp "$from" "$to"\n',
        encoding="utf-8",
    )
    stand_in.chmod(0o755)
    case = book.open("t")
    found = book.run(
        "form", case, "record", "--format", "pdf", env={"COMPLAINTCTL_BROWSER": str(stand_in)}, check=0
    )
    assert found.stdout == book.call("form", case, "record", check=0).stdout
