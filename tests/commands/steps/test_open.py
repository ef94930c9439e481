"""Tests `open`: all fields that can be given, and the clocks that start."""

import re
from pathlib import Path

import pytest

from tests.casebooks import ACTOR, Book, make_book

EVERYTHING = {
    "--title": "Battery swells",
    "--description": "It is warm.\nThe back has come off.",
    "--channel": "phone",
    "--received": "2024-03-04T09:00",
    "--at": "2024-03-04T09:30",
    "--by": "zhao.min",
    "--customer-name": "王芳",
    "--phone": "13800138000",
    "--email": "wang@example.com",
    "--model": "X100",
    "--serial": "00812331",
    "--batch": "12E3",
    "--bought": "2024-02-01",
    "--remedy-sought": "refund",
    "--category": "quality/function/hardware",
    "--level": "urgent",
    "--owner": "li.wei",
    "--department": "quality",
    "--promise-by": "2024-03-05T12:00",
    "--promise": "respond",
    "--set": "x.shop=NO",
    "--via": "email",
    "--text": "told her to switch it off",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("open"))


def test_everything_can_be_given_at_once(book: Book) -> None:
    words = [word for pair in EVERYTHING.items() for word in pair]
    made = book.call("open", *words, "--json", check=0).json()
    case = book.json("show", made["id"])["case"]

    assert re.fullmatch(r"C-20240304-[0-9A-HJKMNP-TV-Z]{5}", made["id"])
    assert made["file"] == f"cases/open/{made['id']}.yaml"
    assert (made["version"], made["status"]) == (1, "open")
    facts = {
        "title": "Battery swells",
        "description": "It is warm.\nThe back has come off.",
        "channel": "phone",
        "received": "2024-03-04T09:00:00+08:00",
        "customer": {"name": "王芳", "phone": "13800138000", "email": "wang@example.com"},
        "product": {"model": "X100", "serial": "00812331", "batch": "12E3", "bought": "2024-02-01"},
        "remedy_sought": "refund",
        "category": "quality/function/hardware",
        "level": "urgent",
        "owner": "li.wei",
        "department": "quality",
        "x": {"shop": "NO"},
        "promised": [
            {"by": "2024-03-05T12:00:00+08:00", "what": "respond", "made": "2024-03-04T09:30:00+08:00"}
        ],
    }
    assert {name: case[name] for name in facts} == facts
    (event,) = case["history"]
    assert event == made["event"]
    assert (event["at"], event["by"], event["recorded_by"]) == (
        "2024-03-04T09:30:00+08:00",
        "zhao.min",
        ACTOR,
    )
    assert (event["via"], event["text"]) == ("email", "told her to switch it off")
    assert (event["due"], event["met"]) == ("2024-03-04T10:00:00+08:00", True)


def test_the_history_and_the_commit_name_no_customer(book: Book) -> None:
    opened = book.open("t", "--customer-name", "王芳", "--phone", "13800138000", "--description", "she said")
    history = book.file(opened).read_text(encoding="utf-8").partition("history:")[2]
    for personal in ("王芳", "13800138000", "she said"):
        assert personal not in history
        assert personal not in book.git("log", "-1", "--format=%B")


def test_the_id_alone_is_printed_where_a_script_reads_it(book: Book) -> None:
    result = book.run("open", "--title", "t", "--at", "2024-03-04T09:00", check=0)
    assert re.fullmatch(r"C-20240304-\w{5}\n", result.stdout)
    assert "open: in time, due 2024-03-04 10:00" in result.stderr
    assert "next: assess, due 2024-03-04 11:00" in result.stderr


def test_the_description_is_read_from_stdin(book: Book) -> None:
    result = book.run(
        "open", "--title", "t", "--description", "-", "--json", stdin="第一行\n第二行\n", check=0
    )
    case = book.json("show", result.json()["id"])["case"]
    assert case["description"] == "第一行\n第二行\n"


def test_a_late_registration_is_recorded_as_late(book: Book) -> None:
    times = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T10:01")
    assert book.json("open", "--title", "t", *times)["event"]["met"] is False


def test_the_labels_of_the_policy_are_accepted_in_either_language(book: Book) -> None:
    labels = ("--channel", "在线客服", "--level", "紧急", "--category", "产品质量/功能故障/硬件故障")
    case = book.json("show", book.open("t", *labels))["case"]
    assert (case["channel"], case["level"], case["category"]) == (
        "chat",
        "urgent",
        "quality/function/hardware",
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-03-04 09:30", "2024-03-04T09:30:00+08:00"),
        ("2024-03-04T09:30:15", "2024-03-04T09:30:15+08:00"),
        ("2024-03-04T02:30+01:00", "2024-03-04T09:30:00+08:00"),
        ("2024-03-04T01:30Z", "2024-03-04T09:30:00+08:00"),
        ("2024-03-04", "2024-03-04T00:00:00+08:00"),
    ],
)
def test_a_time_without_a_zone_is_in_the_zone_of_the_policy(book: Book, text: str, written: str) -> None:
    assert book.json("open", "--title", "t", "--at", text)["event"]["at"] == written


def test_a_promise_is_a_clock_of_its_own(book: Book) -> None:
    opened = book.open("t", "--at", "2024-03-04T09:00", "--promise-by", "48h")
    clocks = book.json("show", opened, "--as-of", "2024-03-04T09:00")["case"]["clocks"]
    (promise,) = [clock for clock in clocks if clock["step"] == "promise"]
    assert (promise["what"], promise["due"], promise["state"]) == (
        "respond",
        "2024-03-06T09:00:00+08:00",
        "running",
    )


def test_a_class_brings_the_department_that_the_policy_puts_in_charge(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "complaintctl: 1\nname: n\ntimezone: Asia/Shanghai\n"
        "categories: {quality: {department: lab, sub: {noise: {}}}}\n"
    )
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    below = book.json("show", book.open("t", "--category", "quality/noise"))["case"]
    chosen = book.json("show", book.open("t", "--category", "quality", "--department", "sales"))["case"]
    assert (below["department"], chosen["department"]) == ("lab", "sales")


def test_no_commit_leaves_the_file_to_the_user(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    head = book.head()
    opened = book.call("open", "--title", "t", "--no-commit", check=0).stdout.strip()
    assert (book.head(), book.git("status", "--porcelain")) == (head, f"?? cases/open/{opened}.yaml\n")


def test_a_policy_may_leave_every_commit_to_the_user(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    with (book.root / "complaintctl.yaml").open("a", encoding="utf-8") as policy:
        policy.write("\ngit: {commit: off}\n")
    head = book.head()
    book.open("t")
    assert book.head() == head


def test_who_acts_is_the_person_of_the_policy_with_the_address_of_git(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "complaintctl: 1\nname: n\ntimezone: Asia/Shanghai\n"
        "people: {wei: {email: li.wei@example.com}, min: {email: zhao@example.com}}\n"
    )
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    assert book.json("open", "--title", "t")["event"]["by"] == "wei"
    event = book.json("open", "--title", "t", "--by", "min")["event"]
    assert (event["by"], event["recorded_by"]) == ("min", "wei")
