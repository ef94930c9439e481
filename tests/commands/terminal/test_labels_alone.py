"""Tests that Chinese output shows labels alone, and keys only with --keys."""

import re
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: desk
language: zh
timezone: Asia/Shanghai
calendar: always
channels: {phone: {label: {zh: 电话}}, wechat: {label: {zh: 微信公众号}}, web: {label: {zh: 网站}}}
levels: {urgent: {label: {zh: 紧急}}, usual: {label: {zh: 一般}}}
categories:
  quality: {label: {zh: 质量}, sub: {hardware: {label: {zh: 硬件故障}}, software: {label: {zh: 软件}}}}
  service: {label: {zh: 服务}, sub: {quality: {label: {zh: 服务质量}}}}
fields: {place: {label: {zh: 地点}}}
roles: {lab: {label: {zh: 质量部}}}
people: {li.wei: {roles: [lab]}}
steps:
  - {step: ack, within: 1h}
  - {step: contain, label: {zh: 隔离}, within: 4h, needs: [x.place, product.model]}
  - {step: plan, within: 8h}
  - {step: respond, within: 24h}
"""
AT = ("--at", "2024-03-04T09:10")
AS_OF = ("--as-of", "2024-03-04T09:30")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml", lang="zh")


@pytest.fixture
def case(book: Book) -> str:
    facts = ("--customer-name", "王芳", "--channel", "电话", "--department", "lab", "--category", "hardware")
    return book.open("t", *facts, "--received", "2024-03-04T09:00", *AT)


def words(said: str) -> str:
    """Returns the output without the ids, commands, names of files and people, which have no label."""
    return re.sub(r"C-\w+-\w+|complaintctl .*|cases/open/\S+|\[.*\]|li\.wei", "", said)


@pytest.mark.parametrize("command", ["show", "list", "today", "board", "explain", "log", "check"])
def test_chinese_shows_labels_alone(book: Book, case: str, command: str) -> None:
    more = [case] if command in {"show", "explain", "log"} else []
    more += [] if command == "log" else AS_OF
    said = words(book.call(command, *more, check=0).stdout)
    assert not re.search(r"\b(ack|contain|customer|received|phone|lab|hardware|open|status)\b", said)


def test_a_case_is_shown_by_labels(book: Book, case: str) -> None:
    said = book.call("show", case, *AS_OF, check=0).stdout
    for line in ("客户姓名：王芳", "渠道：电话", "部门：质量部", "分类：质量/硬件故障"):
        assert f"\n{line}\n" in said


def test_keys_adds_the_keys(book: Book, case: str) -> None:
    said = book.call("show", case, "--keys", *AS_OF, check=0).stdout
    for line in (
        "customer.name 客户姓名：王芳",
        "channel 渠道：电话（phone）",
        "department 部门：质量部（lab）",
    ):
        assert f"\n{line}\n" in said
    assert "ack 确认收到" in book.call("today", "--keys", *AS_OF, check=0).stdout
    assert "ack 确认收到" in book.call("list", "--keys", *AS_OF, check=0).stdout
    always = {"COMPLAINTCTL_KEYS": "1"}
    assert "ack 确认收到" in book.call("list", *AS_OF, env=always, check=0).stdout


def test_what_programs_read_has_keys_alone(book: Book, case: str) -> None:
    for command in (("show", case), ("list",), ("today",)):
        plain, with_keys = (book.json(*command, *AS_OF, *more) for more in ((), ("--keys",)))
        assert plain == with_keys
    assert "ack" in book.call("list", "--format", "csv", *AS_OF, check=0).stdout


def test_a_refusal_names_labels_and_commands_name_keys(book: Book, case: str) -> None:
    said = refused(book, 3, "close", case, "--outcome", "成立")
    assert "还不能以“成立”结案，尚缺：确认收到、隔离、制定方案、反馈结果。" in said
    assert "“制定方案”之前须先完成“隔离”。" in refused(book, 3, "plan", case)
    book.call("ack", case, *AT, check=0)
    assert "“隔离”所需信息尚缺：地点、型号。" in refused(book, 3, "step", case, "contain")
    facts = ("--set", "地点=上海", "--set", "型号=X1")
    book.call("step", case, "contain", *facts, *AT, check=0)
    said = refused(book, 3, "step", case, "contain")
    assert said.startswith("“隔离”已于")
    assert f"complaintctl reopen {case} --to contain --reason" in said
    assert "“更正”没有任何更改" in refused(book, 2, "edit", case)
    assert "“登记”不能撤回。" in refused(
        book, 3, "retract", case, book.json("show", case)["case"]["history"][0]["id"], "--reason", "r"
    )
    assert "没有这个“渠道”：传真" in refused(book, 2, "edit", case, "--set", "channel=传真")
    assert "“级别”" in refused(book, 2, "classify", case, "--level", "x")


@pytest.mark.parametrize(
    ("typed", "field", "key"),
    sample(
        [
            ("channel=微信", "channel", "wechat"),
            ("channel=WE", "channel", None),
            ("channel=wec", "channel", "wechat"),
            ("level=ur", "level", "urgent"),
            ("category=hardware", "category", "quality/hardware"),
            ("category=hard", "category", "quality/hardware"),
            ("category=硬件", "category", "quality/hardware"),
            ("category=qual/soft", "category", "quality/software"),
            ("category=quality", "category", "quality"),
            ("category=服务质", "category", "service/quality"),
            ("category=qua", "category", None),
        ],
        4,
    ),
)
def test_an_unambiguous_beginning_is_accepted(
    book: Book, case: str, typed: str, field: str, key: str | None
) -> None:
    before = book.json("show", case)["case"][field] if field != "level" else None
    code = 0 if key is not None else 2
    said = book.call("edit", case, "--set", typed, "--set", "lesson=x", check=code).stderr
    shown = book.json("show", case)["case"]
    assert shown[field] == (key or before)
    if key is None:
        assert "可能是其中几个：" in said
    assert {
        "channel=WE": "wechat 微信公众号、web 网站",
        "category=qua": "quality 质量、service/quality 服务/服务质量",
    }.get(typed, "") in said


def test_english_shows_keys_with_and_without_the_option(book: Book, case: str) -> None:
    english = book.speaking("en")
    plain, with_keys = (
        english.call("show", case, *AS_OF, *more, check=0).stdout for more in ((), ("--keys",))
    )
    assert plain == with_keys
    assert "\ncustomer.name: 王芳\n" in plain


def test_a_log_says_to_whom_or_to_what(book: Book, case: str) -> None:
    book.call("ack", case, *AT, check=0)
    book.call("task", case, "--to", "质量部", "--what", "检查", *AT, check=0)
    book.call("assign", case, "--to", "li.wei", *AT, check=0)
    book.call("reopen", case, "--to", "ack", "--reason", "再答", *AT, check=0)
    said = book.call("log", case, check=0).stdout
    assert "退回 确认收到" in said
    assert "交 质量部" in said
    assert "转 确认收到" not in said


def test_a_fact_that_a_step_needed_is_named_by_its_label(book: Book, case: str) -> None:
    book.call("step", case, "contain", "--set", "地点=上海", "--set", "型号=X1", *AT, check=0)
    assert "“隔离”依据了“地点”" in refused(book, 3, "edit", case, "--set", "地点=")
    assert "是不是 紧急？" in refused(book, 2, "classify", case, "--level", "很紧急")
