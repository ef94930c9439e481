"""Letters: filled from a case, refused while they lack a fact, recorded once they were sent."""

from email import message_from_string, policy
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A shop that promises an answer on quality within 48 hours of its acknowledgement."""
    return make_book(tmp_path, "ecommerce")


def opened(book: Book, *options: str) -> str:
    return book.open("玻璃杯 *碎* 了", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05", *options)


def test_an_acknowledgement_names_the_number_and_what_it_promises_and_records_it(book: Book) -> None:
    case = opened(book, "--customer-name", "王芳", "--category", "商品质量")
    at = ("--at", "2024-03-04T09:10")
    text = book.call("letter", case, "ack", *at, check=0).stdout
    # The promise counts from the letter: 09:10 + 48 h.
    for words in (f"number {case}", "玻璃杯 *碎* 了", "Dear 王芳", "6 March 2024, 09:10"):
        assert words in text
    assert [event["did"] for event in book.json("show", case)["case"]["history"]] == ["open"]

    book.call("letter", case, "ack", "--send-record", "--via", "wechat", *at, check=0)
    clocks = {clock["step"]: clock for clock in book.json("show", case)["case"]["clocks"]}
    assert (clocks["ack"]["state"], clocks["promise"]["due"]) == ("met", "2024-03-06T09:10:00+08:00")
    told = book.json("show", case)["case"]["history"][-1]
    assert (told["did"], told["via"], told["text"]) == ("ack", "wechat", "ack.en")
    # Printed again, it says what was promised then.
    assert "6 March 2024, 09:10" in book.call("letter", case, "ack", check=0).stdout


def test_a_letter_comes_in_the_language_asked_for_and_as_a_page(book: Book) -> None:
    case = opened(book, "--customer-name", "<b>王芳</b>", "--category", "商品质量")
    at = ("--at", "2024-03-04T09:10")
    text = book.call("letter", case, "ack", "--lang", "zh", *at, check=0).stdout
    for words in ("尊敬的<b>王芳</b>：", "2024年3月6日 09:10", "玻璃杯 *碎* 了"):
        assert words in text
    page = book.call("letter", case, "ack", "--lang", "zh", "--format", "html", *at, check=0).stdout
    for words in ('<html lang="zh">', "尊敬的&lt;b&gt;王芳&lt;/b&gt;", "玻璃杯 *碎* 了", "<li>结果函"):
        assert words in page
    assert "**" not in page


def test_a_letter_that_lacks_a_fact_says_which_and_how_to_record_it(book: Book) -> None:
    case = opened(book, "--category", "商品质量")
    said = refused(book, 3, "letter", case, "ack")
    assert said == (
        f"The letter ack needs customer.name. Record it first: complaintctl edit {case} --set customer.name=…"
    )
    book.call("edit", case, "--set", "customer.name=王芳", check=0)
    book.call("letter", case, "ack", check=0)
    assert "There is: ack" in refused(book, 2, "letter", case, "greeting")


def test_a_draft_parses_back_to_what_was_written(book: Book) -> None:
    subject = "玻璃杯碎了 🙁 " + "很长的标题" * 16
    options = ("--customer-name", "王芳", "--email", "wang.fang@example.com", "--category", "商品质量")
    case = book.open(subject, "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05", *options)
    assert "sender" in refused(book, 3, "letter", case, "ack", "--format", "eml")
    file = book.root / "complaintctl.yaml"
    own = "sender: {name: 玻璃屋客服, email: care@example.com}\n"
    file.write_text(file.read_text(encoding="utf-8") + own, encoding="utf-8")
    letters = book.root / "templates" / "letters"
    letters.mkdir(parents=True)
    body = "---\ntitle: t\nsubject: '{{ case.title }}'\nrecords: ack\n---\n{{ case.title }}\n"
    (letters / "ack.en.md").write_text(body, encoding="utf-8")
    book.call("attach", case, str(file), "--name", "凭证.yaml", check=0)

    text = book.call("letter", case, "ack", "--format", "eml", "--attach", "凭证.yaml", check=0).stdout
    found = message_from_string(text, policy=policy.default)
    assert (found["From"].addresses[0].display_name, found["From"].addresses[0].addr_spec) == (
        "玻璃屋客服",
        "care@example.com",
    )
    assert found["To"].addresses[0].display_name == "王芳"
    assert (found["Subject"], found["X-Unsent"], found["In-Reply-To"]) == (subject, "1", None)
    plain, page, (enclosed,) = (
        found.get_body(("plain",)),
        found.get_body(("html",)),
        list(found.iter_attachments()),
    )
    assert plain is not None
    assert page is not None
    assert plain.get_content().strip() == subject
    assert subject in page.get_content()
    assert (enclosed.get_filename(), enclosed.get_content()) == ("凭证.yaml", file.read_bytes())

    # The shop has no channel for e-mail: what went by another way is no part of the thread.
    book.call("letter", case, "ack", "--send-record", "--via", "hotline", check=0)
    again = message_from_string(book.call("letter", case, "ack", "--format", "eml", check=0).stdout)
    assert again["Message-ID"] == found["Message-ID"]
