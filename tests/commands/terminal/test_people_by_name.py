"""Tests people typed by name, in all commands and in completion; the key is stored."""

from typing import Any, Final

import pytest

from tests.casebooks import Book, author, make_book, refused
from tests.commands.terminal.test_completion import SHELLS, Shell, in_bash

POLICY: Final = """\
complaintctl: 1
name: people
timezone: Asia/Shanghai
roles: {boss: {label: {zh: 经理}}, lab: {}}
people:
  li.wei: {email: li.wei@example.com, name: 李伟, department: lab}
  zhao.min: {name: Zhao Min, roles: [boss]}
  wang.1: {name: 王芳}
  wang.2: {name: 王芳}
  ma.li: {name: Lily Ma}
steps:
  - {step: plan, within: 4h, approve: [boss]}
"""
DAY: Final = "2099-01-01"
# A command on a case, and the fields with people afterwards.
RECORDED: Final[list[tuple[tuple[str, ...], str, Any]]] = [
    (("assign", "CASE", "--to", "Zhao Min"), "owner", "zhao.min"),
    (("assign", "CASE", "--to", "zhao min"), "history.to", "zhao.min"),
    (("assign", "CASE", "--to", "李伟", "--by", "Zhao Min"), "history.by", "zhao.min"),
    (("note", "CASE", "t", "--by", " Zhao  Min "), "history.by", "zhao.min"),
    (("escalate", "CASE", "--reason", "r", "--to", "Zhao Min"), "owner", "zhao.min"),
    (("escalate", "CASE", "--reason", "r", "--to", "Zhao Min"), "history.to", "zhao.min"),
    (
        ("escalate", "CASE", "--reason", "r", "--watch", "Zhao Min", "--watch", "经理"),
        "watchers",
        ["zhao.min", "boss"],
    ),
    (("heard", "CASE", "--via", "phone", "--transfer", "Zhao Min"), "owner", "zhao.min"),
    (("heard", "CASE", "--via", "phone", "--transfer", "Zhao Min"), "history.to", "zhao.min"),
    (("task", "CASE", "--to", "李伟", "--what", "w"), "tasks.to", "li.wei"),
    (("action", "CASE", "--what", "w", "--who", "李伟", "--due", DAY), "actions.who", "li.wei"),
    (("action", "CASE", "--what", "w", "--who", "李伟", "--due", DAY), "history.to", "li.wei"),
    (("edit", "CASE", "--set", "owner=Zhao Min"), "owner", "zhao.min"),
    (("edit", "CASE", "--set", "负责人=李伟"), "owner", "li.wei"),
    (("edit", "CASE", "--set", "watchers=李伟;经理;lab"), "watchers", ["li.wei", "boss", "lab"]),
    (
        ("edit", "CASE", "--measure", "w;李伟;Friday"),
        "plan",
        {"measures": [{"what": "w", "who": "li.wei", "due": "Friday"}]},
    ),
    (("assign", "CASE", "--to", "WANG.2"), "owner", "wang.2"),
    (("assign", "CASE", "--to", "孙丽"), "owner", "孙丽"),
]
# A query by key and by name: both have the same, non-empty answer.
ASKED: Final = [
    ("list", "--owner", "li.wei", "李伟"),
    ("list", "--where", "owner=li.wei", "负责人=李伟"),
    ("today", "--owner", "li.wei", "李伟"),
    ("board", "--owner", "li.wei", "李伟"),
    ("actions", "--who", "zhao.min", "zhao min"),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("people")
    (folder / "people.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(folder, folder / "people.yaml")


@pytest.mark.parametrize("row", RECORDED, ids=lambda row: " ".join(row[0][::2]) + " " + row[1])
def test_a_name_is_taken_and_the_key_stored(book: Book, row: tuple[tuple[str, ...], str, Any]) -> None:
    words, field, key = row
    made = book.open("t")
    book.call(*(made if word == "CASE" else word for word in words), check=0)
    group, _dot, part = field.partition(".")
    found = book.json("show", made)["case"][group]
    assert (found[-1][part] if part else found) == key


@pytest.mark.parametrize(("verb", "option", "key", "name"), ASKED)
def test_a_question_takes_a_name(book: Book, verb: str, option: str, key: str, name: str) -> None:
    made = book.open("t", "--owner", "李伟")
    book.call("action", made, "--what", "w", "--who", "zhao.min", "--due", DAY, check=0)
    by_key, by_name = (book.json(verb, option, word, "--as-of", DAY) for word in (key, name))
    assert by_name == by_key
    assert made in str(by_key)


def test_a_signature_a_promise_and_a_report_are_by_name_too(book: Book) -> None:
    made = book.open("t", "--owner", "李伟", "--by", "Zhao Min")
    book.call("task", made, "--to", "李伟", "--what", "w", check=0)
    book.call("task", made, "--done", "李伟", "--result", "r", check=0)
    book.call("plan", made, check=0)
    assert "approve plan needs one of the roles boss" in refused(
        book, 3, "approve", made, "plan", "--by", "李伟"
    )
    book.call("approve", made, "plan", env=author("zhao.min"), check=0)
    found = book.json("show", made)["case"]["history"]
    assert [(event["did"], event["by"], event.get("recorded_by")) for event in found] == [
        ("open", "zhao.min", "li.wei"),
        ("task", "li.wei", None),
        ("task-done", "li.wei", None),
        ("plan", "li.wei", None),
        ("approve", "zhao.min", None),
    ]


def test_two_people_of_one_name_are_told_apart_by_key(book: Book) -> None:
    made = book.open("t")
    for words in (
        ("assign", made, "--to", "王芳"),
        ("note", made, "t", "--by", "王芳"),
        ("edit", made, "--set", "owner=王芳"),
        ("escalate", made, "--reason", "r", "--watch", "王芳"),
        ("task", made, "--to", "王芳", "--what", "w"),
        ("today", "--owner", "王芳"),
        ("list", "--where", "owner=王芳"),
    ):
        said = refused(book, 2, *words)
        assert said == "Several people are called 王芳. Use one of these keys: wang.1, wang.2.", words
    chinese = refused(book.speaking("zh"), 2, "today", "--owner", "王芳")
    assert chinese == "有几个人都叫 王芳。请写键名，可选：wang.1、wang.2。"
    book.call("assign", made, "--to", "wang.2", check=0)


PEOPLE: Final = pytest.mark.parametrize(
    "words",
    [
        ("assign", "C-1", "--to"),
        ("note", "C-1", "--by"),
        ("today", "--owner"),
        ("heard", "C-1", "--transfer"),
        ("escalate", "C-1", "--watch"),
        ("action", "C-1", "--who"),
        ("task", "C-1", "--to"),
    ],
)


@PEOPLE
@SHELLS
def test_tab_completes_a_key_and_the_beginning_of_a_name(
    book: Book, words: tuple[str, ...], shell: Shell
) -> None:
    assert shell(book, *words, "li") == ["li.wei"]
    assert shell(book, *words, "李") == ["李伟"]
    # Bash would split a name with a space into two words.
    assert shell(book, *words, "lil") == ["ma.li" if shell is in_bash else "Lily Ma"]


def test_tab_explains_a_key_by_the_name(book: Book) -> None:
    def asked(shell: str) -> str:
        line = "complaintctl assign C-1 --to l"
        more = {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        return book.call(env={"_COMPLAINTCTL_COMPLETE": f"complete_{shell}", **more}, check=0).stdout

    assert '"li.wei":"李伟"' in asked("zsh")
    assert asked("fish") == "li.wei\t李伟\n"


@SHELLS
def test_tab_completes_a_name_behind_a_field(book: Book, shell: Shell) -> None:
    offered = shell(book, "edit", "C-1", "--set", "owner=李")
    assert offered == ["李伟" if shell is in_bash else "owner=李伟"]
