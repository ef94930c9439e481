"""Tests role labels: printed in the current language, accepted in every language."""

import json
from pathlib import Path

import pytest

from tests.casebooks import Book, author, make_book, refused

POLICY = """\
complaintctl: 1
name: roles
timezone: Asia/Shanghai
steps:
  - {step: assess, within: 1h, roles: [quality]}
  - {step: plan, approve: [finance, quality]}
  - {step: execute, roles: [finance], needs: [tasks]}
tasks:
  - {to: finance, what: {en: keep the form, zh: 存档}}
escalation: [{late: 0h, to: finance}]
roles:
  quality: {label: {en: technical quality, zh: 技术质量部}}
  finance: {label: {zh: 财务部}}
people: {ma.li: {roles: [quality]}, chen.jie: {roles: [finance]}}
"""
AT = "2024-03-04T08:00"
ZH = {"COMPLAINTCTL_LANG": "zh"}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


@pytest.fixture
def case_id(book: Book) -> str:
    return book.open("t", "--received", AT, "--at", AT)


def test_a_refusal_names_roles_as_the_reader_calls_them_and_who_could(book: Book, case_id: str) -> None:
    said = refused(book, 3, "assess", case_id, "--at", AT, env=ZH)
    assert "只能由 技术质量部 执行" in said
    assert "ma.li" in said
    book.call("assess", case_id, "--at", AT, "--by", "ma.li", check=0)
    book.call("plan", case_id, "--at", AT, "--by", "ma.li", check=0)
    said = refused(book, 3, "execute", case_id, "--at", AT)
    assert ": finance, quality (ma.li, chen.jie)" in said
    book.call("approve", case_id, "plan", "--at", AT, env=author("chen.jie"), check=0)
    assert "审批人：技术质量部（ma.li）" in refused(book, 3, "execute", case_id, "--at", AT, env=ZH)


def test_the_label_of_a_role_is_understood_wherever_a_role_is_typed(book: Book, case_id: str) -> None:
    book.call("task", case_id, "--to", "财务部", "--what", "存档", "--at", AT, check=0)
    book.call("escalate", case_id, "--watch", "技术质量部", "--reason", "r", "--at", AT, check=0)
    shown = book.json("show", case_id)["case"]
    assert (shown["tasks"][0]["to"], shown["watchers"]) == ("finance", ["quality"])
    assert [row["step"] for row in book.json("today", "--department", "财务部")["today"]] == ["task"]
    assert [row["step"] for row in book.json("today", "--role", "技术质量部")["today"]] == ["assess"]
    text = book.call("show", case_id, env=ZH, check=0).stdout
    assert "\n知会人：技术质量部\n" in text
    assert "任务：财务部：存档" in text
    book.call("task", case_id, "--done", "财务部", "--at", AT, check=0)


def test_a_role_sees_the_step_without_a_limit_whose_turn_has_come(book: Book, case_id: str) -> None:
    for step in ("assess", "plan"):
        assert book.json("today", "--role", "finance")["today"] == []
        book.call(step, case_id, "--at", AT, "--by", "ma.li", check=0)
    for who in ("ma.li", "chen.jie"):
        signing = [row["command"] for row in book.json("today", "--role", "finance")["today"]]
        assert signing == [f"complaintctl approve {case_id} plan"]
        book.call("approve", case_id, "plan", "--at", AT, env=author(who), check=0)
    # It needs its tasks first.
    (row,) = book.json("today", "--role", "finance")["today"]
    assert (row["command"], row["due"]) == (f"complaintctl task {case_id} --planned", None)
    book.call("task", case_id, "--planned", "--at", AT, check=0)
    book.call("task", case_id, "--done", "finance", "--at", AT, check=0)
    (row,) = book.json("today", "--role", "finance")["today"]
    assert (row["step"], row["due"], row["state"]) == ("execute", None, None)
    assert row["command"] == f"complaintctl execute {case_id}"
    assert book.json("today", "--role", "quality")["today"] == []
    last = book.call("today", "--role", "财务部", env=ZH, check=0).stdout.split()[-3:]
    assert last[:2] == ["complaintctl", "execute"]
    assert case_id.endswith(last[2])


def test_a_step_waits_for_departments_by_the_names_of_the_reader(book: Book, case_id: str) -> None:
    for step in ("assess", "plan"):
        book.call(step, case_id, "--at", AT, "--by", "ma.li", check=0)
    for who in ("chen.jie", "ma.li"):
        book.call("approve", case_id, "plan", "--at", AT, env=author(who), check=0)
    words = ("execute", case_id, "--at", AT, "--by", "chen.jie")
    assert "任务：财务部。" in refused(book, 3, *words, env=ZH)
    assert "财务部" in book.call("task", case_id, "--planned", "--at", AT, env=ZH, check=0).stderr
    assert "反馈：财务部。" in refused(book, 3, *words, env=ZH)
    book.call("edit", case_id, "--set", "plan.agreed_with_customer=yes", check=0)
    assert "\n客户同意：是\n" in book.call("show", case_id, env=ZH, check=0).stdout


def test_the_ladder_and_the_policy_name_roles_as_the_reader_calls_them(book: Book, case_id: str) -> None:
    for command in (("check", "--fail-on", "never"), ("explain", case_id), ("policy", "show")):
        assert ("finance 财务部" if command[0] == "policy" else "告知 财务部") in book.call(
            *command, env=ZH, check=0
        ).stdout
    assert "finance 财务部" not in book.call("policy", "show", check=0).stdout


def test_an_editor_accepts_roles_as_a_list_or_a_map(book: Book) -> None:
    schema = json.loads(book.call("schema", "policy", check=0).stdout)
    for name in ("channels", "fields", "levels", "remedies", "roles"):
        whole, listed = schema["properties"][name]["anyOf"]
        assert (whole["type"], listed["type"]) == ("object", "array")
