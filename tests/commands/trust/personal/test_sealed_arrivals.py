"""What strangers write into a sealed casebook: mails, forms and names of files name nobody in clear text."""

from pathlib import Path

from tests.casebooks import Book
from tests.commands.exchange.mail.mails import mail
from tests.commands.exchange.test_import_form import event, take
from tests.commands.trust.personal.sealed_books import OPENED, every_object, sealed_book


def test_a_mail_opens_a_case_without_any_number_or_address_in_its_texts(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    message = tmp_path / "one.eml"
    message.write_bytes(
        mail(
            "I am Wang Fangfang. Call 13911112222 or my son: li.na@example.org.",
            sender="Wang Fangfang <wff@example.net>",
            subject="complaint of Wang Fangfang 13911112222",
        )
    )
    book.call("import", "mail", str(message), check=0)
    (row,) = book.json("list", "--columns", "id,title")["cases"]
    assert row["title"] == "complaint of [customer.name] [customer.phone]"
    text = book.file(row["id"]).read_text(encoding="utf-8")
    assert "I am [customer.name]. Call [customer.phone] or my son: [customer.email]." in text
    objects = every_object(book)
    assert not [word for word in ("Fangfang", "13911112222", "li.na@") if word.encode() in objects]


def test_a_name_that_only_the_text_of_a_mail_has_is_not_written_either(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    message = tmp_path / "one.eml"
    message.write_bytes(
        mail("电池鼓包。\n我是王芳芳。", sender="Wang <wff@example.net>", subject="王芳芳的投诉")
    )
    book.call("import", "mail", str(message), check=0)
    (row,) = book.json("list", "--columns", "id,title")["cases"]
    assert row["title"] == "[customer.name]的投诉"
    assert "王芳芳".encode() not in every_object(book)


def test_who_sends_a_mail_for_somebody_else_is_not_named_either(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    policy = book.root / "complaintctl.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8") + "\nsender: {name: Care, email: desk@example.com}\n", "utf-8"
    )
    book.git("commit", "-qam", "Name the desk")
    message = tmp_path / "one.eml"
    message.write_bytes(
        mail(
            sender="Zhao Min <desk@example.com>",
            subject="Zhao Min: broken",
            headers={"Reply-To": "Wang <wff@example.net>", "X-Mailer": "form"},
        )
    )
    book.call("import", "mail", str(message), check=0)
    titles = [row["title"] for row in book.json("list", "--columns", "title")["cases"]]
    assert titles == ["[customer.name]: broken"]


def test_a_form_opens_a_case_without_any_number_or_address_in_its_texts(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    body = "### Customer's name\n\n王芳\n\n### Description\n\nCall 13911112222 or li.na@example.org\n"
    taken = take(book, event(1, body, title="Battery, 13911112222"))
    text = book.file(taken["id"]).read_text(encoding="utf-8")
    assert "title: Battery, [customer.phone]" in text or 'title: "Battery, [customer.phone]"' in text
    assert "Call [customer.phone] or [customer.email]" in text


def names(book: Book, case: str) -> list[str]:
    return sorted(path.name for path in (book.root / "attachments" / case).iterdir())


def test_the_name_of_an_attached_file_names_nobody_unless_it_is_typed(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    file = tmp_path / "王芳-13800138000.txt"
    file.write_text("an invoice", encoding="utf-8")
    book.call("attach", case, str(file), check=0)
    book.call("attach", case, str(file), check=0)
    book.call("attach", case, str(file), "--name", "invoice.txt", check=0)
    assert names(book, case) == ["attachment-1.txt.age", "attachment-2.txt.age", "invoice.txt.age"]
    assert "王芳-".encode() not in every_object(book)
