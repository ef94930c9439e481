"""Mails that meet cases which are open, waiting or closed, and mails that were imported before."""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book
from tests.commands.exchange.mail.mails import DESK, mail


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = make_book(tmp_path_factory.mktemp("mail-cases"), lang="en")
    policy = made.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(f"{text}\nsender: {{name: Care, email: {DESK}}}\n", encoding="utf-8")
    return made


def take(book: Book, folder: Path, content: bytes, *options: str, check: int = 0) -> dict[str, Any]:
    """Imports one mail; returns what became of it."""
    path = folder / "one.eml"
    path.write_bytes(content)
    (result,) = book.json("import", "mail", str(path), *options, check=check)["mails"]
    assert isinstance(result, dict)
    return result


def case_of(book: Book, case_id: str) -> Any:
    return book.json("show", case_id)["case"]


def keys(result: dict[str, Any]) -> list[str]:
    return [note["key"] for note in result["notes"]]


def test_an_answer_ends_the_wait_for_the_customer(book: Book, tmp_path: Path) -> None:
    opened = take(book, tmp_path, mail(mail_id="w1@x"))
    book.call("wait", opened["case"], "--reason", "photo", check=0)
    answer = take(book, tmp_path, mail("The photo.", mail_id="w2@x", references=("w1@x",), hour=1))
    assert (answer["result"], answer["case"]) == ("joined", opened["case"])
    case = case_of(book, opened["case"])
    assert case["status"] == "open"
    assert [event["did"] for event in case["history"]] == ["open", "wait", "heard"]
    assert case["history"][-1]["text"] == "The photo."
    assert case["history"][-1]["mail"]["id"] == "w2@x"


def test_an_answer_to_a_closed_case_is_kept_there_and_does_not_reopen_it(book: Book, tmp_path: Path) -> None:
    opened = take(book, tmp_path, mail(mail_id="c1@x"))
    book.call("close", opened["case"], "--outcome", "withdrawn", "--reason", "solved", check=0)
    answer = take(book, tmp_path, mail("Thank you!", mail_id="c2@x", references=("c1@x",), hour=1))
    assert (answer["result"], answer["case"]) == ("kept", opened["case"])
    case = case_of(book, opened["case"])
    assert (case["status"], case["history"][-1]["did"]) == ("closed", "heard")
    assert book.file(opened["case"]).is_relative_to(book.root / "cases" / "closed")
    assert not [
        line for line in book.call("check", "--archive").stdout.splitlines() if opened["case"] in line
    ]


def test_an_automatic_reply_to_a_waiting_case_does_not_end_the_wait(book: Book, tmp_path: Path) -> None:
    opened = take(book, tmp_path, mail(mail_id="a1@x"))
    book.call("wait", opened["case"], "--reason", "photo", check=0)
    away = mail(mail_id="a2@x", references=("a1@x",), headers={"Auto-Submitted": "auto-replied"}, hour=1)
    assert take(book, tmp_path, away)["reason"] == "mail-auto-reply"
    assert case_of(book, opened["case"])["status"] == "waiting"


def test_the_number_in_the_subject_finds_the_case_of_a_telephone_call(book: Book, tmp_path: Path) -> None:
    case_id = book.open("Kettle", "--channel", "phone", "--phone", "13800138000", "--email", "wang@qq.com")
    answer = take(book, tmp_path, mail(mail_id="n1@x", subject=f"Re: 您的投诉（{case_id.lower()}）"))
    assert (answer["result"], answer["case"], keys(answer)) == ("joined", case_id, [])


def test_the_number_may_be_in_the_address_that_a_mail_was_sent_to(book: Book, tmp_path: Path) -> None:
    case_id = book.open("Kettle", "--channel", "phone", "--email", "wang@qq.com")
    answer = take(book, tmp_path, mail(mail_id="n2@x", to=f"care+{case_id}@example.com"))
    assert (answer["result"], answer["case"]) == ("joined", case_id)


def test_a_stranger_who_knows_the_number_joins_and_is_named(book: Book, tmp_path: Path) -> None:
    case_id = book.open("Kettle", "--channel", "phone", "--email", "wang@qq.com")
    answer = take(
        book, tmp_path, mail("I know him.", mail_id="n3@x", sender="Sun <sun@163.com>", subject=f"{case_id}")
    )
    assert (answer["result"], keys(answer)) == ("joined", ["mail-other-address"])
    assert case_of(book, case_id)["history"][-1]["text"] == "Sun <sun@163.com>:\n\nI know him."


def test_a_reference_counts_more_than_the_number_in_the_subject(book: Book, tmp_path: Path) -> None:
    first = take(book, tmp_path, mail(mail_id="r1@x"))
    second = take(book, tmp_path, mail(mail_id="r2@x"))
    assert first["case"] != second["case"]
    answer = take(book, tmp_path, mail(mail_id="r3@x", subject=second["case"], references=("r1@x",), hour=1))
    assert (answer["case"], keys(answer)) == (first["case"], ["mail-other-case"])


def test_an_answer_to_one_of_our_letters_finds_its_case(book: Book, tmp_path: Path) -> None:
    case_id = book.open("Kettle", "--channel", "phone", "--email", "wang@qq.com")
    letter = f"{case_id.lower()}.0123456789abcdef@example.com"
    answer = take(book, tmp_path, mail(mail_id="l1@x", subject="Kettle", reply_to_id=letter))
    assert (answer["result"], answer["case"]) == ("joined", case_id)


def test_a_letter_that_came_back_is_noted_on_its_open_case_at_most_five_times(
    book: Book, tmp_path: Path
) -> None:
    case_id = book.open("Kettle", "--channel", "phone", "--email", "wang@qq.com")
    book.call("wait", case_id, "--reason", "photo", check=0)
    text = f"--b\n\nNo such user.\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <{case_id.lower()}@example.com>\n\nx\n--b--"
    headers = {"Content-Type": "multipart/report; report-type=delivery-status; boundary=b"}
    results = [
        take(
            book, tmp_path, mail(text, mail_id=f"b{number}@x", sender="MAILER-DAEMON@qq.com", headers=headers)
        )
        for number in range(7)
    ]
    assert {(result["result"], result["reason"]) for result in results} == {("skipped", "mail-bounce")}
    assert [keys(result) for result in results] == [["mail-bounce-noted"]] * 5 + [[]] * 2
    case = case_of(book, case_id)
    assert (case["status"], [event["did"] for event in case["history"]]) == (
        "waiting",
        ["open", "wait", *["note"] * 5],
    )


def test_the_second_import_of_a_mailbox_writes_nothing_and_says_so(book: Book, tmp_path: Path) -> None:
    paths = [tmp_path / "1.eml", tmp_path / "2.eml"]
    paths[0].write_bytes(mail(mail_id="i1@x"))
    paths[1].write_bytes(mail(mail_id="i2@x", references=("i1@x",), hour=1))
    command = ("import", "mail", *map(str, paths))
    book.call(*command, check=0)
    before = book.head(), book.git("status", "--porcelain")
    again = book.call(*command, check=0)
    assert "Nothing is new: all of these mails were imported before." in again.stderr
    assert (book.head(), book.git("status", "--porcelain")) == before


def test_each_mail_is_one_event_in_one_commit_without_personal_data(book: Book, tmp_path: Path) -> None:
    before = book.head()
    case_id = take(book, tmp_path, mail("Secret.", mail_id="g1@secret.example"))["case"]
    take(
        book,
        tmp_path,
        mail("Secret.", mail_id="g2@secret.example", references=("g1@secret.example",), hour=1),
    )
    log = book.git("log", "--reverse", "--format=%B", f"{before}..HEAD")
    assert log.splitlines()[0] == f"{case_id} open"
    assert f"{case_id} heard" in log.splitlines()
    assert "ecret" not in log
    assert "wang" not in log.casefold()
    assert book.git("status", "--porcelain", "cases", "attachments") == ""


def test_a_message_id_is_found_by_grep_in_the_case_file(book: Book, tmp_path: Path) -> None:
    case_id = take(book, tmp_path, mail(mail_id="grep.me+1@x.example"))["case"]
    assert "mail: {id: grep.me+1@x.example, files: [mail-" in book.file(case_id).read_text(encoding="utf-8")
    assert book.git("grep", "-l", "grep.me+1@x.example", "cases").split() == [f"cases/open/{case_id}.yaml"]


def test_the_answer_imported_before_the_first_mail_opens_its_case_and_gets_the_earlier_receipt(
    book: Book, tmp_path: Path
) -> None:
    answer = take(book, tmp_path, mail("Answer.", mail_id="o2@x", reply_to_id="o1@x", hour=5))
    first = take(book, tmp_path, mail("First.", mail_id="o1@x"))
    assert (answer["result"], first["result"], first["case"]) == ("opened", "joined", answer["case"])
    assert keys(first) == ["mail-received-earlier"]
    assert case_of(book, answer["case"])["received"] == "2026-03-02T09:00:00+08:00"


def test_the_order_of_two_imports_gives_the_same_cases(tmp_path: Path, book: Book) -> None:
    """C names only B, which names only A: whatever comes first, they end in one case."""
    mails = {
        "A": mail(mail_id="p-a@x"),
        "B": mail(mail_id="p-b@x", references=("p-a@x",), hour=1),
        "C": mail(mail_id="p-c@x", references=("p-a@x", "p-b@x"), hour=2),
    }
    cases = {take(book, tmp_path, mails[name])["case"] for name in "CAB"}
    assert len(cases) == 1


def test_a_late_link_between_two_cases_joins_the_first_and_names_the_other(
    book: Book, tmp_path: Path
) -> None:
    first = take(book, tmp_path, mail(mail_id="q-a@x"))["case"]
    third = take(book, tmp_path, mail(mail_id="q-c@x", reply_to_id="q-b@x", hour=2))["case"]
    link = take(book, tmp_path, mail(mail_id="q-b@x", reply_to_id="q-a@x", hour=1))
    assert first != third
    assert link["result"] == "joined"
    assert {link["case"]} | {note["cases"] for note in link["notes"] if "cases" in note} == {first, third}


def test_two_clones_that_import_one_mail_open_one_case(book: Book, tmp_path: Path) -> None:
    book.git("add", "--all")
    book.git("commit", "--quiet", "--message", "settle", "--allow-empty")
    other = book.clone(tmp_path / "clone")
    content = mail(mail_id="clone@x")
    assert take(book, tmp_path, content)["case"] == take(other, tmp_path, content)["case"]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(book: Book, tmp_path: Path) -> None:
    paths = [tmp_path / "1.eml", tmp_path / "2.eml"]
    paths[0].write_bytes(mail(mail_id="d1@x"))
    paths[1].write_bytes(mail(mail_id="d2@x", references=("d1@x",), hour=1))
    before = book.head(), book.git("status", "--porcelain")
    found = book.json("import", "mail", "--dry-run", *map(str, paths))
    assert found["dry_run"] is True
    assert [(one["result"], one["case"]) for one in found["mails"]] == [("opened", None), ("joined", None)]
    assert (book.head(), book.git("status", "--porcelain")) == before


def test_a_known_customer_is_named_when_a_new_case_opens(book: Book, tmp_path: Path) -> None:
    earlier = book.open("Earlier", "--channel", "phone", "--email", "Zhou@Example.NET")
    opened = take(book, tmp_path, mail(mail_id="k1@x", sender="<zhou@example.net>"))
    assert opened["notes"] == [{"key": "mail-known", "cases": earlier}]


def test_a_mail_from_the_future_counts_from_the_import(book: Book, tmp_path: Path) -> None:
    future = {"Date": "Mon, 1 Jan 2190 10:00:00 +0800", "Received": ""}
    opened = take(book, tmp_path, mail(mail_id="f1@x", headers=future))
    assert keys(opened)[-1] == "mail-no-time"
    case = case_of(book, opened["case"])
    assert case["received"][:4] == case["history"][0]["at"][:4]


def test_a_retracted_answer_takes_its_files_with_it(book: Book, tmp_path: Path) -> None:
    case_id = take(book, tmp_path, mail(mail_id="t1@x"))["case"]
    take(book, tmp_path, mail(mail_id="t2@x", references=("t1@x",), hour=1))
    event = case_of(book, case_id)["history"][-1]
    book.call("retract", case_id, event["id"], "--reason", "not his", check=0)
    assert [entry["file"] for entry in case_of(book, case_id)["attachments"]] == [
        case_of(book, case_id)["history"][0]["mail"]["files"][0]
    ]


def test_a_case_with_a_fault_rejects_its_mail_and_no_other(book: Book, tmp_path: Path) -> None:
    case_id = take(book, tmp_path, mail(mail_id="z1@x"))["case"]
    path = book.file(case_id)
    path.write_text(path.read_text(encoding="utf-8") + "history: again\n", encoding="utf-8")
    answer = mail(mail_id="z2@x", subject=case_id, references=("z1@x",), hour=1)
    (tmp_path / "1.eml").write_bytes(answer)
    (tmp_path / "2.eml").write_bytes(mail(mail_id="z3@x"))
    results = book.json("import", "mail", str(tmp_path / "1.eml"), str(tmp_path / "2.eml"), check=1)["mails"]
    book.git("checkout", "--", str(path))
    assert [(one["result"], one["reason"]) for one in results] == [
        ("rejected", "case-faulty"),
        ("opened", None),
    ]


def test_a_channel_that_the_policy_does_not_know_is_refused_before_anything_is_read(
    book: Book, tmp_path: Path
) -> None:
    (tmp_path / "1.eml").write_bytes(mail(mail_id="ch@x"))
    before = book.head()
    refused = book.call("import", "mail", "--channel", "pigeon", str(tmp_path / "1.eml"), check=2)
    assert "pigeon" in refused.stderr
    assert book.head() == before


def test_an_import_that_git_stops_is_completed_by_the_next_one(book: Book, tmp_path: Path) -> None:
    """The hook lets the first commit pass: the first mail is recorded, the second is not, and nothing is doubled."""
    (tmp_path / "1.eml").write_bytes(mail(mail_id="stop1@x"))
    (tmp_path / "2.eml").write_bytes(mail(mail_id="stop2@x", hour=1))
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\ntest ! -e {tmp_path}/once && touch {tmp_path}/once\n", encoding="utf-8")
    hook.chmod(0o755)
    command = ("import", "mail", str(tmp_path))
    stopped = book.call(*command, check=4)
    hook.unlink()
    assert stopped.stdout.count("opened") == 1
    again = {one["message_id"]: one["result"] for one in book.json(*command)["mails"]}
    assert again == {"stop1@x": "skipped", "stop2@x": again["stop2@x"]}
    assert book.git("grep", "-c", "id: stop2@x", "--", "cases").count(":1") == 1
    assert book.git("status", "--porcelain", "cases", "attachments") == ""


def test_another_mail_with_the_same_message_id_is_not_lost(book: Book, tmp_path: Path) -> None:
    first = take(book, tmp_path, mail("It leaks.", mail_id="same@x"))
    assert take(book, tmp_path, mail("It leaks.\n-- \nList footer", mail_id="same@x"))["result"] == "skipped"
    second = mail("And it smells.", mail_id="same@x", hour=1)
    assert [take(book, tmp_path, second)["result"] for _run in range(2)] == ["joined", "skipped"]
    case = case_of(book, first["case"])
    assert [event.get("text") for event in case["history"]] == [None, "And it smells."]
