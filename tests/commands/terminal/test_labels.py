"""Tests Chinese labels of the policy as input, in all options and in completion."""

import pytest

from tests.casebooks import Book, author, make_book, refused

POLICY = """\
complaintctl: 1
name: words
language: zh
timezone: Asia/Shanghai
calendar: always
channels: {phone: {label: {en: phone, zh: 电话}}}
levels: {urgent: {label: {en: urgent, zh: 紧急}}, general: {label: {en: general, zh: 一般}}}
categories: {quality: {label: {en: quality, zh: 产品质量}, sub: {function: {label: {en: function, zh: 功能故障}}}}}
remedies: {refund: {label: {en: refund, zh: 退款}}}
causes: {quality: {label: {en: quality, zh: 质量原因}, sub: {design: {label: {en: design, zh: 设计}}}}}
roles: {lab: {label: {en: laboratory, zh: 质量部}}, boss: {label: {en: boss, zh: 经理}}}
people:
  li.wei: {email: li.wei@example.com, name: Li Wei, roles: [lab]}
  zhang.min: {email: zhang.min@example.com, name: Zhang Min, roles: [boss]}
steps:
  - {step: classify, label: {en: classify, zh: 分类}}
  - {step: contain, label: {en: containment, zh: 隔离}, within: 4h, approve: [boss]}
  - {step: investigate, label: {en: investigate, zh: 调查核实}}
  - {step: plan, label: {en: plan, zh: 制定方案}}
  - {step: respond, label: {en: answer, zh: 答复}, within: 24h}
"""
# The typed options, and the fields of the case afterwards.
STORY: tuple[tuple[tuple[str, ...], dict[str, object]], ...] = (
    (
        ("classify", "--level", "紧急", "--category", "产品质量/功能故障"),
        {"level": "urgent", "category": "quality/function"},
    ),
    (("ack", "--via", "电话", "--promise-by", "+2d", "--promise", "答复"), {}),
    (("step", "隔离"), {}),
    (("approve", "隔离"), {}),
    (
        ("investigate", "--cause", "质量原因/设计", "--finding", "电芯鼓胀"),
        {"cause": {"class": "quality/design", "finding": "电芯鼓胀"}},
    ),
    (("plan", "--remedy", "退款"), {"plan": {"remedy": "refund"}}),
    (("edit", "--set", "department=质量部"), {"department": "lab"}),
    (
        ("respond", "--outcome", "成立", "--remedy", "退款"),
        {"outcome": "upheld", "remedy": {"kind": "refund"}},
    ),
    (("close", "--outcome", "成立", "--lesson", "先查批次", "--mark", "成功"), {"lesson_mark": "success"}),
    (("reopen", "--to", "答复", "--reason", "客户不满意"), {}),
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("words")
    file = folder / "words.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return make_book(folder, file)


def test_every_option_takes_the_chinese_word_and_records_the_key(book: Book) -> None:
    case = book.open("电池鼓包", "--channel", "电话")
    for (command, *words), facts in STORY:
        before, after = (words[:1], words[1:]) if command in {"step", "approve"} else ([], words)
        env = author("zhang.min") if command == "approve" else None
        book.call(command, case, *before, *after, env=env, check=0)
        shown = book.json("show", case)["case"]
        assert {name: shown[name] for name in facts} == facts
    shown = book.json("show", case)["case"]
    assert shown["channel"] == "phone"
    taken = ["contain" if words[0] == "step" else words[0] for words, _facts in STORY]
    assert [event["did"] for event in shown["history"]] == ["open", *taken]
    assert [clock["step"] for clock in shown["clocks"] if clock["state"] == "running"] == ["respond"]


def test_overviews_are_asked_in_chinese(book: Book) -> None:
    case = book.open("t", "--level", "一般", "--category", "产品质量", "--department", "质量部")
    assert [
        row["id"]
        for row in book.json("list", "--where", "level=一般", "--where", "department=质量部")["cases"]
    ] == [case]
    clocks = book.json("explain", case, "--step", "隔离")["explain"]["clocks"]
    assert [clock["step"] for clock in clocks] == ["contain"]
    assert case in [row["case"] for row in book.json("today", "--department", "质量部")["today"]]
    refused(book, 2, "explain", case, "--step", "离")


def test_a_label_of_a_built_in_step_leads_to_its_command(book: Book) -> None:
    case = book.open("t")
    assert "complaintctl investigate" in refused(book, 2, "step", case, "调查核实")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("classify", "C-1", "--level", "紧"), ["紧急"]),
        (("classify", "C-1", "--category", "产品质量/"), ["产品质量/功能故障"]),
        (("close", "C-1", "--outcome", "成"), ["成立"]),
        (("close", "C-1", "--mark", "失"), ["失败"]),
        (("ack", "C-1", "--via", "电"), ["电话"]),
        (("plan", "C-1", "--remedy", "退"), ["退款"]),
        (("investigate", "C-1", "--cause", "质量原因/"), ["质量原因/设计"]),
        (("step", "C-1", "隔"), ["隔离"]),
        (("reopen", "C-1", "--to", "答"), ["答复"]),
        (("today", "--role", "经"), ["经理"]),
        (("classify", "C-1", "--level", ""), ["urgent", "general"]),
    ],
)
def test_tab_offers_the_chinese_words_that_begin_as_typed(
    book: Book, words: tuple[str, ...], offered: list[str]
) -> None:
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(["complaintctl", *words]),
        "COMP_CWORD": str(len(words)),
    }
    assert book.call(env=asked, check=0).stdout.splitlines() == offered
