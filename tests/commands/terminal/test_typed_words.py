"""Tests every option with fixed choices, typed by label in both languages: the key is stored or searched."""

from pathlib import Path
from typing import Any, Final

import pytest

from complaintctl.domain.case import fields, fixed_labels
from tests.casebooks import Book, author, make_book, refused
from tests.sampling import sample

ROOT: Final = Path(__file__).resolve().parents[3]
POLICY: Final = """\
complaintctl: 1
name: words
timezone: Asia/Shanghai
channels: {phone: {label: {en: by phone, zh: 电话}}, shop: {label: {en: in the shop, zh: 门店}}}
levels: {urgent: {label: {en: top, zh: 紧急}}, general: {label: {en: normal, zh: 一般}}}
categories: {quality: {label: {en: product quality, zh: 产品质量}}, price: {}}
remedies: {refund: {label: {en: money back, zh: 退款}}, repair: {}}
causes: {material: {label: {en: bad material, zh: 材料}}, design: {}}
fields: {fault: {label: {en: our fault, zh: 我方责任}, choices: {ours: {label: {en: ours it is, zh: 是我方}}, other: {}}}}
roles: {lab: {label: {en: analysts, zh: 质量部}}, boss: {label: {en: head, zh: 经理}}}
people: {li.wei: {email: li.wei@example.com, name: 李伟, roles: [lab]}, zhao.min: {name: Zhao Min, roles: [boss]}}
steps:
  - {step: ack, optional: true}
  - {step: contain, label: {en: containment, zh: 隔离}, within: 4h, optional: true, approve: [boss]}
  - {step: investigate, label: {zh: 调查}, optional: true}
  - {step: respond, within: 24h, optional: true}
"""
DAYS: Final = ("--due", "2099-01-01", "--what", "w")
# A command that takes a case, its option, a label in each language, a field of the case, its value afterwards.
RECORDED: Final[list[tuple[tuple[str, ...], str, str, str, str, Any]]] = [
    (("classify",), "--level", "top", "紧急", "level", "urgent"),
    (("classify",), "--category", "Product Quality", "产品质量", "category", "quality"),
    (("classify", "--level", "general"), "--department", "analysts", "质量部", "department", "lab"),
    (("investigate",), "--cause", "bad material", "材料", "cause", {"class": "material"}),
    (("plan",), "--remedy", "money back", "退款", "plan", {"remedy": "refund"}),
    (("respond",), "--outcome", "not upheld", "不成立", "outcome", "not-upheld"),
    (("respond",), "--remedy", "money back", "退款", "remedy", {"kind": "refund"}),
    (("close", "--outcome", "withdrawn"), "--mark", "Failure", "失败", "lesson_mark", "failure"),
    (("close",), "--outcome", "Withdrawn", "撤诉", "outcome", "withdrawn"),
    (("assign", "--to", "li.wei"), "--department", "analysts", "质量部", "department", "lab"),
    (("escalate", "--reason", "r"), "--level", "top", "紧急", "level", "urgent"),
    (("escalate", "--reason", "r"), "--watch", "head", "经理", "watchers", ["boss"]),
    (("action", "--who", "li.wei", *DAYS), "--kind", "Preventive", "预防", "actions.kind", "preventive"),
    (("action", *DAYS), "--who", "analysts", "质量部", "actions.who", "lab"),
    (("task", "--what", "w"), "--to", "analysts", "质量部", "tasks.to", "lab"),
    (("ack", "--promise-by", "+2d"), "--promise", "respond", "反馈结果", "promised.what", "respond"),
    (("ack", "--promise-by", "+2d"), "--promise", "containment", "隔离", "promised.what", "contain"),
    (("ack", "--promise-by", "+2d"), "--promise", "close", "结案", "promised.what", "close"),
    (("ack",), "--via", "in the shop", "门店", "history.via", "shop"),
    (("heard",), "--via", "in the shop", "门店", "history.via", "shop"),
    (("reopen", "--reason", "r"), "--to", "containment", "隔离", "history.to", "contain"),
    (("reopen", "--reason", "r"), "--to", "Investigate", "调查", "history.to", "investigate"),
    (("edit",), "--set", "level=top", "级别=紧急", "level", "urgent"),
    (("edit",), "--set", "outcome=partly upheld", "结论=部分成立", "outcome", "partly-upheld"),
    (("edit",), "--set", "x.fault=ours it is", "我方责任=是我方", "x", {"fault": "ours"}),
    (("edit",), "--set", "serial number=7", "产品编号=7", "product", {"serial": "7"}),
    (("edit",), "--set", "customer's name=Wang", "客户姓名=Wang", "customer", {"name": "Wang"}),
    (("edit",), "--set", "overall satisfaction=4", "满意度=4", "satisfaction", {"overall": 4}),
    (("edit",), "--set", "mark=success", "标记=成功", "lesson_mark", "success"),
    (("edit",), "--set", "class of cause=bad material", "原因类别=材料", "cause", {"class": "material"}),
    (
        ("edit",),
        "--set",
        "responsible department=analysts",
        "责任部门=质量部",
        "plan",
        {"department": "lab"},
    ),
    (
        ("edit",),
        "--set",
        "agreed with the customer=yes",
        "客户同意=是",
        "plan",
        {"agreed_with_customer": True},
    ),
    (("edit",), "--set", "watchers=head;li.wei", "知会人=经理;李伟", "watchers", ["boss", "li.wei"]),
    (
        ("edit",),
        "--bone",
        "Material: foil",
        "料：foil",
        "cause",
        {"fishbone": [{"branch": "material", "cause": "foil"}]},
    ),
]
# A query, a label in each language, the key: all have the same answer.
ASKED: Final[list[tuple[tuple[str, ...], str, str, str]]] = [
    (("list", "--all", "--level"), "top", "紧急", "urgent"),
    (("list", "--all", "--category"), "product quality", "产品质量", "quality"),
    (("list", "--all", "--where"), "status=Open", "状态=处理中", "status=open"),
    (("list", "--all", "--where"), "channel=by phone", "渠道=电话", "channel=phone"),
    (("list", "--all", "--where"), "outcome=not upheld", "结论=不成立", "outcome=not-upheld"),
    (("list", "--all", "--where"), "mark=success", "标记=成功", "lesson_mark=success"),
    (("list", "--all", "--where"), "overdue=Yes", "超期=是", "overdue=yes"),
    (("list", "--all", "--where"), "step=respond", "步骤=反馈结果", "step=respond"),
    (
        ("list", "--all", "--where"),
        "agreed with the customer=yes",
        "客户同意=是",
        "plan.agreed_with_customer=true",
    ),
    (("list", "--all", "--where"), "crisis=yes", "危机=是", "crisis=true"),
    (("list", "--all", "--where"), "crisis=no", "危机=否", "crisis="),
    (("list", "--all", "--where"), "our fault=ours it is", "我方责任=是我方", "x.fault=ours"),
    (("list", "--all", "--where"), "owner=Zhao Min", "负责人=Zhao Min", "owner=zhao.min"),
    (("list", "--all", "--sort"), "-received", "-收到时间", "-received"),
    (("list", "--all", "--columns"), "case,class,due", "案件，分类、到期", "id,category,due"),
    (("today", "--role"), "head", "经理", "boss"),
    (("today", "--department"), "analysts", "质量部", "lab"),
    (("board", "--department"), "analysts", "质量部", "lab"),
    (("actions", "--department"), "analysts", "质量部", "lab"),
    (("actions", "--channel"), "by phone", "电话", "phone"),
    (("actions", "--who"), "analysts", "质量部", "lab"),
    (("lessons", "--mark"), "success", "成功", "success"),
    (("lessons", "--cause"), "bad material", "材料", "material"),
    (("lessons", "--category"), "product quality", "产品质量", "quality"),
    (("report", "--by"), "class", "分类", "category"),
    (
        ("survey", "sample", "--closed-since", "2020-01-01", "--seed", "1", "--by"),
        "class",
        "分类",
        "category",
    ),
    (("policy", "simulate", "--by"), "class", "分类", "category"),
    (("explain", "CASE", "--step"), "containment", "隔离", "contain"),
    (("explain", "CASE", "--step"), "promise", "承诺", "promise"),
    (("explain", "CASE", "--if"), "level=top", "级别=紧急", "level=urgent"),
]
BOTH: Final = pytest.mark.parametrize("spoken", [0, 1], ids=["en", "zh"])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("typed")
    (folder / "words.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(folder, folder / "words.yaml")


@pytest.fixture(scope="module")
def case(book: Book) -> str:
    """A case that every query finds, and a closed one."""
    facts = ("outcome=not-upheld", "lesson_mark=success", "plan.agreed_with_customer=yes", "x.fault=ours")
    sets = [word for fact in (*facts, "cause.class=material") for word in ("--set", fact)]
    words = ("--level", "urgent", "--category", "quality", "--channel", "phone", "--department", "lab")
    closed, made = (
        book.open("t", *words, *sets, "--owner", "zhao.min", "--received", "2024-03-04T09:00")
        for _time in "12"
    )
    book.call("close", closed, "--lesson", "l", "--outcome", "not-upheld", check=0)
    book.call("escalate", made, "--crisis", "--reason", "r", check=0)
    book.call("step", made, "contain", check=0)
    book.call("ack", made, "--promise-by", "+2d", check=0)
    book.call("action", made, "--who", "lab", *DAYS, check=0)
    return made


def said(case: dict[str, Any], field: str) -> Any:
    """A field of the case as JSON; of a list, the part of its last entry."""
    group, _dot, part = field.partition(".")
    return case[group][-1][part] if part else case[group]


@BOTH
@pytest.mark.parametrize(
    "row", sample(RECORDED, 9, single=True), ids=lambda row: f"{row[0][0]}{row[1]}-{row[5]}"
)
def test_an_option_takes_the_label_and_records_the_key(
    book: Book, row: tuple[tuple[str, ...], str, str, str, str, Any], spoken: int
) -> None:
    (verb, *more), option, *labels, field, key = row
    label = labels[spoken]
    made = book.open("t")
    book.call(verb, made, *more, option, label, check=0)
    assert said(book.json("show", made)["case"], field) == key


@BOTH
@pytest.mark.parametrize(
    "row", sample(ASKED, 8, single=True), ids=lambda row: f"{row[0][0]}{row[0][-1]}-{row[3]}"
)
def test_a_question_takes_the_label(
    book: Book, case: str, row: tuple[tuple[str, ...], str, str, str], spoken: int
) -> None:
    words, *labels, key = row
    before = [case if word == "CASE" else word for word in words]
    before[1:1] = () if words[0] in {"lessons", "survey", "policy"} else ("--as-of", "2099-01-01")
    by_key, by_label = (book.json(*before, word) for word in (key, labels[spoken]))
    assert by_label == by_key
    assert words[0] in {"report", "policy"} or "C-20240304-" in str(by_key)


@BOTH
def test_steps_and_links_are_named_by_label(book: Book, spoken: int) -> None:
    one, other = book.open("one"), book.open("other")
    book.call("step", one, ("containment", "隔离")[spoken], check=0)
    book.call("approve", one, ("containment", "隔离")[spoken], env=author("zhao.min"), check=0)
    book.call("link", one, other, "--as", ("Duplicate of", "重复")[spoken], check=0)
    shown = book.json("show", one)["case"]
    assert [(event["did"], event["by"], event.get("to")) for event in shown["history"][1:3]] == [
        ("contain", "li.wei", None),
        ("approve", "zhao.min", "contain"),
    ]
    assert shown["links"] == [{"duplicate_of": other}]


@pytest.mark.nightly
@BOTH
def test_letters_forms_and_policies_are_named_by_their_titles(book: Book, case: str, spoken: int) -> None:
    letter, sheet = (("After-care", "8D report"), ("售后关怀函", "8D 报告"))[spoken]

    def told(*words: str) -> str:
        return book.call(*words, check=0).stdout

    assert told("form", case, sheet, "--format", "md") == told("form", case, "8d", "--format", "md")
    assert told("template", "show", letter) == told("template", "show", "after-care")
    assert told("template", "show", sheet) == told("template", "show", "8d")
    facts = ("--set", "customer.name=Wang", "--set", "remedy.kind=repair")
    letters = (("letter", case, kind, "--json", *facts) for kind in (letter, "after-care"))
    assert len({told(*words) for words in letters}) == 1
    label = ("electronics maker", "电子产品")[spoken]
    assert book.json("policy", "show", label) == book.json("policy", "show", "electronics")
    made = book.json("init", f"made-{spoken}", "--policy", label, "--yes")
    assert made["policy"] == "electronics"


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (("list", "--level", "x"), "urgent top, general normal", "urgent 紧急、general 一般"),
        (
            ("list", "--where", "状态=x"),
            "Available: open, waiting, closed",
            "open 处理中、waiting 等待客户、closed 已结案",
        ),
        (("today", "--role", "x"), "lab analysts, boss head", "lab 质量部、boss 经理"),
        (
            ("step", "CASE", "x"),
            "It has: ack, contain, investigate, respond.",
            "ack 确认收到、contain 隔离、investigate 调查",
        ),
        (("ack", "CASE", "--promise-by", "+2d", "--promise", "x"), "close", "close 结案"),
        (
            ("link", "CASE", "CASE", "--as", "x"),
            "duplicate_of duplicate of, follows, ",
            "duplicate_of 重复、follows 后续",
        ),
        (
            ("action", "CASE", "--who", "x", *DAYS, "--kind", "x"),
            "corrective, preventive",
            "corrective 纠正、preventive 预防",
        ),
        (
            ("survey", "sample", "--closed-since", "30d", "--by", "x"),
            "level, category class, channel",
            "level 级别、category 分类",
        ),
        (("letter", "CASE", "x"), "apology Apology, ", "ack 投诉受理通知"),
        (("form", "CASE", "x"), "8d 8D report, ", "reply 用户意见回执单"),
        (("template", "show", "x"), "8d 8D report, ", "ack 投诉受理通知"),
        (("policy", "show", "x"), "ecommerce Online shop", "electronics 电子产品"),
        (("edit", "CASE", "--set", "xx=1"), "no field xx", "没有字段“xx”"),
        (("edit", "CASE", "--set", "型号码=1"), "Did you mean product.model?", "是不是 型号？"),
    ],
)
def test_a_word_that_is_neither_is_refused_with_the_keys_and_their_labels(
    book: Book, case: str, words: tuple[str, ...], english: str, chinese: str
) -> None:
    typed = [case if word == "CASE" else word for word in words]
    assert english in refused(book.speaking("en"), 2, *typed)
    assert chinese in refused(book.speaking("zh"), 2, *typed)


def test_every_field_of_a_case_has_one_label_in_each_language() -> None:
    assert set(fixed_labels.FIELD_LABELS) == set(fields.field_kinds()) - {"x", "history"}
    labels = [
        label
        for entry in (fixed_labels.FIELD_LABELS, fixed_labels.COLUMN_LABELS)
        for texts in entry.values()
        for label in set(texts.values())
    ]
    twice = {label for label in labels if labels.count(label) > 1}
    assert twice == set()
    for key, texts in fixed_labels.FIELD_LABELS.items():
        assert set(texts.values()) & set(fields.field_kinds()) <= {key}


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_a_table_says_at_its_top_can_be_typed(book: Book, lang: str) -> None:
    names = [
        "id",
        "status",
        "level",
        "category",
        "owner",
        "department",
        "channel",
        "outcome",
        "received",
        "step",
        "due",
    ]
    shown = book.call("--lang", lang, "list", "--columns", ",".join(names), check=0).stdout
    headings = [heading.strip() for heading in shown.splitlines()[0].split("  ") if heading.strip()]
    assert len(headings) == len(names)
    assert book.json("list", "--columns", ",".join(headings)) == book.json(
        "list", "--columns", ",".join(names)
    )


@pytest.mark.parametrize("page", ["docs/case-format.md", "docs/zh/case-format.md"])
def test_the_page_lists_what_fields_are_called(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    left_out = {"group", "entries"}
    for name, texts in {**fixed_labels.FIELD_LABELS, **fixed_labels.COLUMN_LABELS}.items():
        if fields.field_kinds().get(name) not in left_out and not name.startswith("source."):
            assert f"| `{name}` | {texts['en']} | {texts['zh']} |" in text
