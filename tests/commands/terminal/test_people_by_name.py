"""Tests people typed by name, in all commands and in completion; the key is stored."""

from pathlib import Path
from typing import Any, Final

import pytest

from tests.casebooks import Book, author, make_book, refused
from tests.commands.terminal.test_completion import SHELLS, Shell, in_bash
from tests.sampling import sample

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
    (("assign", "CASE", "--to", "Li.Wei@Example.com"), "owner", "li.wei"),
    (("note", "CASE", "t", "--by", "li.wei@example.com"), "history.by", "li.wei"),
    (("task", "CASE", "--to", "li.wei@example.com", "--what", "w"), "tasks.to", "li.wei"),
    (("edit", "CASE", "--set", "watchers=li.wei@example.com"), "watchers", ["li.wei"]),
    (("assign", "CASE", "--to", "me"), "owner", "li.wei"),
    (("assign", "CASE", "--to", "我"), "history.to", "li.wei"),
    (("heard", "CASE", "--via", "phone", "--transfer", "ME"), "owner", "li.wei"),
    (("escalate", "CASE", "--reason", "r", "--to", "me"), "history.to", "li.wei"),
    (("escalate", "CASE", "--reason", "r", "--watch", "me"), "watchers", ["li.wei"]),
    (("task", "CASE", "--to", "me", "--what", "w"), "tasks.to", "li.wei"),
    (("action", "CASE", "--what", "w", "--who", "me", "--due", DAY), "actions.who", "li.wei"),
    (("edit", "CASE", "--set", "owner=me"), "owner", "li.wei"),
    (("edit", "CASE", "--measure", "w;me"), "plan", {"measures": [{"what": "w", "who": "li.wei"}]}),
    (("note", "CASE", "t", "--by", "me"), "history.by", "li.wei"),
    (("note", "CASE", "t", "--by", "me"), "history.recorded_by", None),
]
# A query by key and by name: both have the same, non-empty answer.
ASKED: Final = [
    ("list", "--owner", "li.wei", "李伟"),
    ("list", "--where", "owner=li.wei", "负责人=李伟"),
    ("today", "--owner", "li.wei", "李伟"),
    ("board", "--owner", "li.wei", "李伟"),
    ("actions", "--who", "zhao.min", "zhao min"),
    ("list", "--owner", "li.wei", "me"),
    ("today", "--owner", "li.wei", "li.wei@example.com"),
    ("board", "--owner", "li.wei", "me"),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("people")
    (folder / "people.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(folder, folder / "people.yaml")


@pytest.mark.parametrize(
    "row", sample(RECORDED, 8, single=True), ids=lambda row: " ".join(row[0][::2]) + " " + row[1]
)
def test_a_name_is_taken_and_the_key_stored(book: Book, row: tuple[tuple[str, ...], str, Any]) -> None:
    words, field, key = row
    made = book.open("t")
    book.call(*(made if word == "CASE" else word for word in words), check=0)
    group, _dot, part = field.partition(".")
    found = book.json("show", made)["case"][group]
    assert (found[-1].get(part) if part else found) == key


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


# A command that hands a case over.
HANDED: Final = [
    ("assign", "CASE", "--to", "zhao.mn"),
    ("heard", "CASE", "--via", "phone", "--transfer", "zhao.mn"),
    ("escalate", "CASE", "--reason", "r", "--to", "zhao.mn"),
    ("open", "--title", "t", "--owner", "zhao.mn"),
    ("edit", "CASE", "--set", "owner=Zhao Mn"),
]


@pytest.mark.parametrize("words", HANDED, ids=" ".join)
def test_nobody_unknown_to_a_policy_that_lists_people_gets_a_case(book: Book, words: tuple[str, ...]) -> None:
    made = book.open("t")
    said = refused(book, 2, *(made if word == "CASE" else word for word in words))
    typed = words[-1].removeprefix("owner=")
    assert said == (
        f"{typed} is not among the people of the policy. Did you mean zhao.min? "
        "Available: li.wei, zhao.min, wang.1, wang.2, ma.li."
    )


def test_where_nobody_is_near_the_people_are_listed(book: Book) -> None:
    said = refused(book, 2, "assign", book.open("t"), "--to", "孙丽")
    assert said.startswith("孙丽 is not among the people of the policy. Available: li.wei, ")


def test_me_is_who_types_even_if_unknown_to_the_policy(tmp_path: Path) -> None:
    nobody = make_book(tmp_path, "response-times")
    made = nobody.open("t")
    nobody.call("assign", made, "--to", "me", check=0)
    nobody.call("assign", made, "--to", "anybody at all", check=0)
    events = nobody.json("show", made)["case"]["history"]
    assert [event.get("to") for event in events] == [None, "li.wei", "anybody at all"]


def test_a_person_whose_key_is_me_is_not_who_types(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text(POLICY.replace("ma.li:", "me:"), encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "people.yaml")
    assert book.json("assign", book.open("t"), "--to", "me")["event"]["to"] == "me"
    book.open("mine", "--owner", "li.wei")
    assert [row["title"] for row in book.json("today", "--mine", "--as-of", DAY)["today"]] == ["mine"]


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
