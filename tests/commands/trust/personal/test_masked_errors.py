"""What goes wrong with a masked casebook is told without customer data: broken files, conflicts, calls of an assistant."""

from pathlib import Path
from typing import Any, Final

import anyio
import pytest

from complaintctl.commands.exchange.assistants.calls import Desk, Turns, call_tool
from complaintctl.commands.exchange.assistants.tools import find_tool
from complaintctl.storage.case.casebook import find_casebook
from tests.casebooks import Book, make_book

NAME: Final = "欧阳静怡"
PHONE: Final = "13987654321"
EMAIL: Final = "jingyi.ouyang@example.org"
STORY: Final = "it hissed in the nursery"
PLANTED: Final = (NAME, PHONE, EMAIL, STORY)
OPENING: Final = ("--customer-name", NAME, "--phone", PHONE, "--email", EMAIL, "--description", STORY)
# What somebody writes into the file of a case by mistake: a text of the file, and what stands there instead.
MISTAKES: Final = {
    "a customer without fields": (f"customer: {{name: {NAME}", f"customer: {NAME} {PHONE}\nold: {{name: x"),
    "a field twice": ("{name: ", f"{{name: {NAME}, name: "),
    "a quote that does not end": ("{name: ", '{name: "'),
    "a list for a name": (f"{{name: {NAME}", f"{{name: [{NAME}]"),
    "a name for a field": ("{name:", f"{{{NAME}: x, name:"),
    "a name for a group": ("customer:", f"{NAME}: x\ncustomer:"),
    "a line alone": ("customer:", f"{NAME} {PHONE}\ncustomer:"),
    "a comment as a list": ("satisfaction:", f"satisfaction: {{comment: [{NAME}], overall: {PHONE}}}"),
    "a problem without questions": ("status: ", f"problem: {NAME}\nstatus: "),
    "a description as a map": ("description: ", f"description: {{{NAME}: 1}} #"),
    "a name for a status": ("status: open", f"status: {NAME}"),
    "a name in an id": ("id: C-", f"id: {NAME}C-"),
    "a name before a time": ("received: 2", f"received: {NAME}2"),
    "an event with values": ("did: open, set: {", f"did: open, set: {{customer.name: [null, {NAME}], "),
    "a name for a pair": ("did: open, set: {", f"did: open, set: {{customer.name: {NAME}, "),
    "a conflict": ("customer:", f"<<<<<<< {NAME}\ncustomer:"),
}
LOOKS: Final = (
    ("check",),
    ("check", "--json"),
    ("check", "--format", "sarif"),
    ("show", "CASE", "--keys"),
    ("show", "CASE", "--json"),
    ("log", "CASE"),
    ("note", "CASE", "called", "--no-commit"),
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return masked_book(tmp_path_factory.mktemp("errors"))


@pytest.fixture(scope="module")
def case(book: Book) -> str:
    return book.open("Battery", "--channel", "phone", *OPENING)


def masked_book(folder: Path) -> Book:
    book = make_book(folder, "response-times", lang="en")
    policy = book.root / "complaintctl.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "\npersonal: {level: masked}\n", encoding="utf-8")
    book.git("commit", "-qam", "Mask customer data")
    return book


def leaks(text: str) -> list[str]:
    return [planted for planted in PLANTED if planted in text]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_file_is_named_without_what_stands_there(book: Book, case: str, mistake: str) -> None:
    file = book.file(case)
    text = file.read_text(encoding="utf-8")
    old, new = MISTAKES[mistake]
    assert old in text
    try:
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        for look in LOOKS:
            result = book.call(*(case if word == "CASE" else word for word in look))
            assert leaks(result.stdout + result.stderr) == [], look
    finally:
        file.write_text(text, encoding="utf-8")


def test_a_conflict_in_customer_data_is_named_without_them(tmp_path: Path) -> None:
    book = masked_book(tmp_path)
    case = book.open("Battery", "--channel", "phone")
    book.git("branch", "other")
    book.call("edit", case, "--set", f"customer.name={NAME}", "--set", f"customer.phone={PHONE}", check=0)
    book.git("checkout", "--quiet", "other")
    book.call("edit", case, "--set", "customer.name=Zhao Min", "--set", f"customer.email={EMAIL}", check=0)
    with pytest.raises(AssertionError):
        book.git("merge", "--quiet", "-")
    said = [
        book.call("resolve", check=4),
        book.call("resolve", "--json", check=4),
        book.call("check", check=4),
    ]
    for result in said:
        assert leaks(result.stdout + result.stderr) == []
        assert "Zhao" not in result.stdout + result.stderr
    assert "customer.name" in said[0].stderr


def _asked(book: Book, tool: str, given: dict[str, Any], *, personal: bool, reveal: bool) -> str:
    found = find_tool(tool)
    assert found is not None
    casebook = find_casebook(book.root)
    desk = Desk(casebook=casebook, writes=False, personal=personal, seconds=60, reveal=reveal)
    return str(anyio.run(call_tool, desk, found, given, Turns()).content)


def test_an_assistant_sees_nothing_of_a_customer_without_reveal(book: Book, case: str) -> None:
    shown = [_asked(book, "show_case", {"case": case}, personal=part, reveal=False) for part in (True, False)]
    assert [leaks(text) for text in shown] == [[], []]
    assert all("customer.phone" in text for text in shown)
    found = _asked(book, "find_customer", {"who": PHONE}, personal=True, reveal=True)
    assert case in found
    assert leaks(_asked(book, "show_case", {"case": case}, personal=True, reveal=True)) == [*PLANTED]
