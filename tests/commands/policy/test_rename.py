"""`rename`: a level, a class or a person gets a new name in the policy and in the open cases; old names stay readable."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: small
timezone: Asia/Shanghai
levels: [urgent, general]   # most severe first
categories:
  quality:   # of the product
    sub:
      function: {label: {en: function}, sub: {screen: }}
  price: {}
steps:
  - {step: ack, within: {urgent: 1h, else: 4h}}
  - step: classify
    within: {quality/function: 2h, else: 8h}   # from receipt
    when: {category: [quality/function/screen, price]}
  - {step: respond, within: 3d, roles: [handler]}
tasks:
  - {to: li.wei, what: look, when: {level: urgent}}
playbooks:
  quality/function/screen: [Look at it]
escalation:
  - {late: 1h, to: li.wei}
roles: [handler]
people:
  # on the early shift
  li.wei: {email: li.wei@example.com, roles: [handler]}
  wang.fang:
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A casebook whose policy names levels, classes and people in every place that may name them."""
    file = tmp_path / "small.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, file)


def _open(book: Book, *more: str) -> str:
    return book.open(
        "T", "--level", "urgent", "--category", "quality/function/screen", "--owner", "li.wei", *more
    )


def _policy(book: Book) -> str:
    return (book.root / "complaintctl.yaml").read_text(encoding="utf-8")


def _close(book: Book, case: str) -> None:
    book.call("close", case, "--outcome", "withdrawn", "--force", "--reason", "test", check=0)


def test_level_is_renamed_in_policy_and_open_cases_in_one_commit(book: Book) -> None:
    case, before = _open(book), book.head()
    said = book.json("rename", "level", "urgent", "top")
    assert said["rename"] == {"kind": "level", "old": "urgent", "new": "top", "cases": [case]}
    assert book.git("rev-parse", "HEAD~1").strip() == before
    assert book.git("status", "--short") == ""
    policy = _policy(book)
    assert "levels: {top: {also: [urgent]}, general}   # most severe first\n" in policy
    assert "within: {top: 1h, else: 4h}" in policy
    assert "when: {level: top}" in policy
    assert book.json("show", case)["case"]["level"] == "top"
    assert book.call("check", check=0).stderr.count("warning") == 0


def test_the_history_records_the_new_name_and_says_what_it_was(book: Book) -> None:
    case = _open(book)
    book.call("rename", "level", "urgent", "top", check=0)
    lines = book.file(case).read_text(encoding="utf-8").splitlines()
    assert "did: edit, set: {level: [urgent, top]}, reason: rename level urgent top" in lines[-1]
    assert "level: [null, urgent]" in lines[-2]


def test_class_is_renamed_with_its_subclasses_limits_and_playbooks(book: Book) -> None:
    case = _open(book)
    book.call("rename", "category", "quality/function", "works", check=0)
    policy = _policy(book)
    assert "      works: {label: {en: function}, sub: {screen: }, also: [quality/function]}\n" in policy
    assert "within: {quality/works: 2h, else: 8h}   # from receipt" in policy
    assert "category: [quality/works/screen, price]" in policy
    assert "  quality/works/screen: [Look at it]\n" in policy
    assert book.json("show", case)["case"]["category"] == "quality/works/screen"


def test_person_is_renamed_with_tasks_and_escalation(book: Book) -> None:
    case = _open(book)
    book.call("task", case, "--planned", check=0)
    book.call("rename", "person", "li.wei", "lw", check=0)
    policy = _policy(book)
    assert (
        "  # on the early shift\n  lw: {email: li.wei@example.com, roles: [handler], also: [li.wei]}\n"
        in policy
    )
    assert "- {to: lw, what: look," in policy
    assert "- {late: 1h, to: lw}" in policy
    shown = book.json("show", case)["case"]
    assert shown["owner"] == "lw"
    assert [task["to"] for task in shown["tasks"]] == ["lw"]
    assert {event["by"] for event in shown["history"]} == {"lw"}
    book.call("check", check=0)
    book.call("task", case, "--done", "li.wei", check=0)


def test_closed_cases_keep_their_file_and_are_counted_under_the_new_name(book: Book) -> None:
    old = _open(book)
    _close(book, old)
    file = book.file(old).read_bytes()
    for kind, before, after in (
        ("level", "urgent", "top"),
        ("category", "quality/function", "works"),
        ("person", "li.wei", "lw"),
        ("category", "quality", "product"),
    ):
        book.call("rename", kind, before, after, check=0)
    new = book.open("N", "--level", "top", "--category", "product/works/screen", "--owner", "lw")
    assert book.file(old).read_bytes() == file
    book.call("check", "--archive", check=0)
    listed = book.json("list", "--all", "--level", "top", "--owner", "lw", "--category", "product/works")
    assert {row["id"] for row in listed["cases"]} == {old, new}
    report = book.call("report", "--by", "level", "--format", "csv", check=0).stdout
    assert "urgent" not in report


def test_old_names_are_understood_when_typed(book: Book) -> None:
    for kind, before, after in (
        ("level", "urgent", "top"),
        ("category", "quality", "product"),
        ("person", "li.wei", "lw"),
    ):
        book.call("rename", kind, before, after, check=0)
    case = book.json("show", _open(book))["case"]
    assert (case["level"], case["category"], case["owner"]) == ("top", "product/function/screen", "lw")


def test_renaming_back_leaves_no_name_with_two_meanings(book: Book) -> None:
    book.call("rename", "level", "urgent", "top", check=0)
    book.call("rename", "level", "top", "urgent", check=0)
    assert "levels: {urgent: {also: [top]}, general}" in _policy(book)
    book.call("policy", "check", check=0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("level", "urgnt", "top"), 2),
        (("level", "urgent", "general"), 2),
        (("level", "urgent", "price"), 2),
        (("level", "urgent", "else"), 2),
        (("level", "urgent", "very urgent"), 2),
        (("category", "quality/function", "price/works"), 2),
        (("person", "li.wei", "handler"), 2),
        (("role", "handler", "agent"), 2),
        (("level", "urgent", "policy"), 0),
    ],
)
def test_impossible_names_are_refused_and_nothing_changes(
    book: Book, arguments: tuple[str, ...], code: int
) -> None:
    before = _policy(book)
    book.call("rename", *arguments, check=code)
    assert (_policy(book) == before) == (code != 0)


def test_removed_names_in_use_are_named_by_policy_check_and_policy_diff(book: Book) -> None:
    case = _open(book)
    text = _policy(book).replace("[urgent, general]", "[general]").replace("{urgent: 1h, else: 4h}", "4h")
    text = text.replace(", when: {level: urgent}", "").replace("li.wei", "zhao.min")
    (book.root / "complaintctl.yaml").write_text(text, encoding="utf-8")
    faults = {
        fault["facts"]["value"]: fault for fault in book.json("policy", "check", check=1)["policy"]["faults"]
    }
    assert set(faults) == {"urgent", "li.wei"}
    assert case in faults["urgent"]["facts"]["cases"]
    assert not faults["urgent"]["warning"]
    assert faults["li.wei"]["warning"]
    words = book.json("policy", "diff", "HEAD")["policy_diff"]["unknown_words"]
    assert {(word["value"], *word["ids"]) for word in words} == {("urgent", case), ("li.wei", case)}
    assert case in book.call("policy", "diff", "HEAD", check=0).stdout


def test_old_name_with_two_meanings_is_a_fault(book: Book) -> None:
    text = _policy(book).replace(
        "levels: [urgent, general]", "levels: {urgent: {also: [general]}, general: }"
    )
    (book.root / "complaintctl.yaml").write_text(text, encoding="utf-8")
    assert "general" in book.call("policy", "check", check=1).stderr


def test_role_that_nobody_holds_and_its_step_are_named(book: Book) -> None:
    text = _policy(book).replace("roles: [handler]}\n  wang", "roles: []}\n  wang")
    (book.root / "complaintctl.yaml").write_text(text, encoding="utf-8")
    result = book.json("policy", "check")
    faults = {fault["key"]: fault["warning"] for fault in result["policy"]["faults"]}
    assert faults == {"policy-step-vacant": True, "policy-role-vacant": True}
    assert book.call("list", check=0).stderr.count("handler") == 0


def test_a_hand_written_old_name_lets_open_cases_go_on_without_a_renaming(book: Book) -> None:
    case = _open(book)
    text = _policy(book).replace("[urgent, general]", "{top: {also: [urgent]}, general: }")
    text = text.replace("{urgent: 1h", "{top: 1h").replace("level: urgent", "level: top")
    (book.root / "complaintctl.yaml").write_text(text, encoding="utf-8")
    book.call("policy", "check", check=0)
    said = book.json("ack", case, "--text", "told")
    assert said["event"]["met"]
    assert "\nlevel: urgent\n" in book.file(case).read_text(encoding="utf-8")
    book.call("edit", case, "--set", "product.model=X100", check=0)
    book.call("classify", case, "--level", "general", check=0)
    assert "set: {level: [top, general]}" in book.file(case).read_text(encoding="utf-8")
    book.call("check", check=0)
