"""Tests the questions of `open` on a terminal, in English and Chinese, and the record that is shown before writing."""

from pathlib import Path
from typing import Any

import pytest

from complaintctl.render.text.language import Language
from tests.casebooks import Book, make_book
from tests.sampling import sample
from tests.terminal import Terminal, pty_only

Dialogue = list[tuple[str, str]]

# Electronics: the class decides that the place and the time of use are needed, too.
DIALOGUES: dict[Language, Dialogue] = {
    "en": [
        ("The complaint in one line: ", "Battery swells"),
        ("Enter leaves a question out; later steps ask again.\nchannel:\n  1  phone\n", "2"),
        ("   4  product quality/function/hardware fault\n", "4"),
        ("customer's name: ", "Wang Fang"),
        ("customer's phone: ", ""),
        ("customer's e-mail: ", "wang@example.com"),
        ("model: ", ""),
        ("bought on (a day like 2026-11-21): ", "2026-11-02"),
        ("description: ", "The back lifts off"),
        ("remedy sought: ", "refund"),
        ("bought from: ", "web shop"),
        ("time in use: ", "2 weeks"),
        ("   6  model              –\n", "6"),
        ("model: ", "X100"),
        ("   3  class              product quality/function/hardware fault\n", "2"),
        ("channel [e-mail]: ", "phone"),
        ("   2  channel            phone\n", "yes"),
    ],
    "zh": [
        ("一句话概括投诉：", "电池鼓包"),
        ("直接回车即跳过该问题，后续步骤会再问。\n渠道", "邮件"),
        ("   4  产品质量/功能故障/硬件故障\n", "产品质量/功能故障/硬件故障"),
        ("客户姓名：", "王芳"),
        ("联系电话：", "13800138000"),
        ("型号：", "X100"),
        ("购买日期（日期，如 2026-11-21）：", "2026-11-02"),
        ("问题描述：", "后盖被顶起"),
        ("客户诉求：", "退款"),
        ("购买渠道：", "网店"),
        ("使用年限：", "两周"),
        ("   3  分类      产品质量/功能故障/硬件故障\n", ""),
    ],
}
ASKED = ("title", "channel", "category", "customer", "product", "description", "remedy_sought")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path, "electronics").speaking("en")


def registered(book: Book) -> dict[str, Any]:
    (row,) = book.json("list")["cases"]
    case: dict[str, Any] = book.json("show", row["id"])["case"]
    return case


def start(book: Book, *options: str) -> Terminal:
    return Terminal(book.root, book, "open", *options, only_errors=False)


@pty_only
@pytest.mark.parametrize("lang", sample(["en", "zh"], 1))
def test_open_asks_for_what_the_next_steps_need_in_order(book: Book, lang: Language) -> None:
    terminal = start(book.speaking(lang))
    for question, answer in DIALOGUES[lang]:
        terminal.answer(question, answer)
    assert terminal.ended()[0] == 0
    case = registered(book)
    assert [name for name in ASKED if name not in case] == []
    assert case["category"] == "quality/function/hardware"
    assert case["channel"] == {"en": "phone", "zh": "email"}[lang]
    assert case["product"]["model"] == "X100"
    # Nothing is missing for the classification.
    book.call("assess", case["id"], check=0)
    book.call("classify", case["id"], "--level", "urgent", check=0)


@pty_only
def test_what_is_typed_or_not_needed_is_not_asked_and_a_text_alone_is_recorded(book: Book) -> None:
    customer = ("--customer-name", "Wang", "--phone", "138", "--model", "X1", "--bought", "2026-11-02")
    terminal = start(
        book, "--channel", "phone", "--category", "other", *customer, "--remedy-sought", "refund"
    )
    terminal.answer("The complaint in one line: ", "late")
    terminal.answer("description: ", "It came late")
    # A time of receipt in the future is refused, and asked for again.
    terminal.answer("  10  received          ", "10")
    terminal.answer("When it arrived [", "2099-01-01")
    terminal.answer("is in the future", "2026-11-02T09:00")
    terminal.answer("  10  received          2026-11-02 09:00\n", "y")
    assert terminal.ended()[0] == 0
    case = registered(book)
    assert (case["description"], case["received"][:16]) == ("It came late", "2026-11-02T09:00")


@pty_only
def test_an_answer_of_no_and_an_interruption_write_nothing(book: Book) -> None:
    before = book.head()
    given = [
        "--channel",
        "phone",
        "--category",
        "other",
        "--customer-name",
        "W",
        "--phone",
        "1",
        "--model",
        "X1",
        "--bought",
        "2026-11-02",
    ]
    given += ["--remedy-sought", "refund", "--description", "d"]
    terminal = start(book, *given)
    terminal.answer("The complaint in one line: ", "late")
    terminal.answer("Record it? (yes, no, or the number of a line to change) [yes]: ", "maybe")
    terminal.answer("The answer cannot be maybe.", "no")
    assert terminal.ended()[0] == 130
    terminal = start(book)
    terminal.answer("The complaint in one line: ", "late")
    terminal.await_words("channel")
    terminal.interrupt()
    assert terminal.ended()[0] == 130
    assert (book.head(), book.git("status", "--porcelain")) == (before, "")


@pty_only
def test_open_without_input_asks_nothing_and_writes_what_was_typed(book: Book) -> None:
    terminal = start(book, "--title", "late", "--no-input")
    assert terminal.ended()[0] == 0
    assert registered(book)["title"] == "late"
