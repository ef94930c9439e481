"""Tests the content of letters: no internal information and no false statements, in every state of a case."""

import html
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from docx.shared import Mm, Pt

from complaintctl.storage.documents import letterfile
from tests.casebooks import Book, make_book, refused
from tests.sampling import sample

SENDER = "sender: {name: 玻璃屋客服, phone: 400-820-0000, email: care@example.com}\n"
# The options that each letter needs, so that all letters can be written for one case.
TOLD = ("--text", "t", "--promise-by", "2030-01-02T10:00")
# Internal fields of a case.
SECRETS = {
    "lesson": "SECRET-lesson",
    "impact.legal_risk": "SECRET-risk",
    "plan.principle": "SECRET-principle",
    "plan.supervision": "SECRET-supervision",
    "customer.phone": "SECRET-phone",
    "remedy.cost": "4711 CNY",
    "level": "urgent",
    "category": "quality/function/hardware",
    "cause.class": "quality/manufacturing",
    "department": "quality",
}
SAID_NEVER = ("SECRET", "4711", "zhang.san", "urgent", "紧急", "hardware", "硬件", "manufacturing", "制造")


def spoken(folder: Path, policy: str, timezone: str = "Asia/Shanghai") -> Book:
    book = make_book(folder, policy, timezone=timezone)
    file = book.root / "complaintctl.yaml"
    file.write_text(file.read_text(encoding="utf-8") + SENDER, encoding="utf-8")
    return book


def opened(book: Book, *options: str) -> str:
    given = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05", "--customer-name", "王芳")
    return book.open("A cup", *given, *options)


def letter(book: Book, case: str, kind: str, *options: str, lang: str = "en") -> str:
    return book.call("letter", case, kind, "--lang", lang, *options, check=0).stdout


@pytest.mark.nightly
def test_no_letter_says_what_is_for_colleagues(tmp_path: Path) -> None:
    book = spoken(tmp_path, "electronics")
    case = opened(book, "--owner", "zhang.san", "--promise-by", "2024-03-05T09:00")
    known = {**SECRETS, "cause.finding": "a thin wall", "plan.remedy": "refund"}
    sets = [part for name, value in known.items() for part in ("--set", f"{name}={value}")]
    book.call("edit", case, *sets, "--set", "x.improvement=thicker glass", check=0)
    book.call("note", case, "SECRET-note", check=0)
    book.call("task", case, "--to", "quality", "--what", "SECRET-task", check=0)
    for kind, lang in sorted(letterfile.letter_files(None)):
        outcome = "not-upheld" if kind == "refusal" else "upheld"
        told = letter(book, case, kind, "--set", f"outcome={outcome}", *TOLD, lang=lang)
        assert [words for words in SAID_NEVER if words in told] == [], (kind, lang)


def test_an_acknowledgement_without_a_date_says_so_to_whoever_sends_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, "electronics", lang="en")
    case = opened(book)
    said = book.call("letter", case, "ack", check=0).stderr
    assert said.startswith(
        "This letter does not promise the customer a date. To promise one: --promise-by +48h\n"
    )
    assert (
        "not promise the customer a date"
        not in book.call("letter", case, "ack", "--promise-by", "+48h", check=0).stderr
    )
    assert (
        "not promise the customer a date"
        not in book.call("letter", case, "info", "--text", "t", check=0).stderr
    )


def test_an_acknowledgement_promises_no_date_that_has_passed(tmp_path: Path) -> None:
    book = spoken(tmp_path, "electronics")
    case = opened(book, "--promise-by", "2024-03-04T12:00")
    early, late = (
        book.call("letter", case, "ack", "--lang", "en", "--at", f"2024-03-04T{time}", check=0)
        for time in ("11:59", "12:01")
    )
    assert (
        "This is what we promise you:\n\n- answer to your complaint: by 4 March 2024, 12:00\n" in early.stdout
    )
    assert "promise" not in late.stdout
    assert "not promise the customer a date" not in early.stderr
    assert "not promise the customer a date" in late.stderr


@pytest.mark.parametrize(
    ("lang", "waiting", "going"),
    sample(
        [
            ("en", "we need your answer to our question", "You need not do anything"),
            ("zh", "我们仍在等待您的答复", "您无需另行办理手续"),
        ],
        1,
    ),
)
def test_who_owes_us_an_answer_is_not_told_to_do_nothing(
    tmp_path: Path, lang: str, waiting: str, going: str
) -> None:
    book = spoken(tmp_path, "electronics")
    case = opened(book)
    told = letter(book, case, "progress", "--text", "t", lang=lang)
    assert (waiting in told, going in told) == (False, True)
    book.call("wait", case, "--reason", "the photo", check=0)
    told = letter(book, case, "progress", "--text", "t", lang=lang)
    assert (waiting in told, going in told) == (True, False)


def test_a_promise_that_was_kept_late_is_owed_no_more(tmp_path: Path) -> None:
    # Promised at 09:10: news by 11:10 (+ 2 h), an answer by 6 March 09:10 (+ 48 h, the policy's for quality).
    book = spoken(tmp_path, "ecommerce")
    case = opened(book, "--category", "quality")
    sent = ("--send-record", "--via", "chat", "--at")
    letter(book, case, "ack", "--promise-by", "+2h", "--promise", "update", *sent, "2024-03-04T09:10")
    holding = ("--promise-by", "2024-03-05T09:00", "--at", "2024-03-04T11:30")
    assert "- news on the progress, by 4 March 2024, 11:10\n" in letter(book, case, "holding", *holding)
    letter(book, case, "progress", "--text", "t", *sent, "2024-03-04T12:00")
    assert "letter holding" in refused(book, 3, "letter", case, "holding", "--at", "2024-03-04T12:10")


def test_a_case_reopened_twice_is_answered_by_what_was_found_last(tmp_path: Path) -> None:
    book = spoken(tmp_path, "electronics")
    case = opened(book)
    facts = ("--set", "plan.remedy=repair", "--set", "x.improvement=thicker glass")
    for finding in ("a thin wall", "a wrong mould"):
        book.call(
            "edit", case, "--set", f"cause.finding={finding}", "--set", "outcome=upheld", *facts, check=0
        )
        assert f"What we found: {finding}\n" in letter(book, case, "result")
        book.call("reopen", case, "--to", "respond", "--reason", "not satisfied", check=0)
        assert "outcome=…" in refused(book, 3, "letter", case, "result")
    told = letter(book, case, "result", "--set", "outcome=partly-upheld")
    assert "In part you were right" in told
    assert "a wrong mould" in told


def test_a_date_may_say_its_time_zone_to_a_customer_far_away(tmp_path: Path) -> None:
    book = make_book(tmp_path, "fca-disp", timezone="Europe/London")
    folder = book.root / "templates" / "letters"
    folder.mkdir(parents=True)
    body = "{% for one in coming %}{{ one.due }} ({{ one.due.zone }}){% endfor %}"
    (folder / "far.en.md").write_text(f"---\ntitle: t\nsubject: s\n---\n{body}\n", encoding="utf-8")
    case = opened(book)
    # Summer time begins on the last Sunday of March.
    for by, said in (
        ("2030-01-02T10:00", "2 January 2030, 10:00 (UTC+00:00)"),
        ("2030-07-02T10:00", "2 July 2030, 10:00 (UTC+01:00)"),
    ):
        assert said in letter(book, case, "far", "--promise-by", by)


@pytest.mark.parametrize(
    ("name", "said"),
    sample(
        [
            ("苏州阀门有限公司", "尊敬的苏州阀门有限公司："),
            ("O'Brien & Sons <Ltd> *1*", "Dear O'Brien & Sons <Ltd> *1*,"),
            ("王芳女士", "尊敬的王芳女士："),
            ("王芳、李强", "尊敬的王芳、李强："),
        ],
        2,
    ),
)
def test_a_customer_is_called_as_the_case_calls_them(tmp_path: Path, name: str, said: str) -> None:
    book = make_book(tmp_path, "electronics")
    case = book.open("A cup", "--customer-name", name)
    assert f"\n{said}\n" in letter(book, case, "ack", lang="zh" if said.startswith("尊敬") else "en")


@pytest.mark.nightly
def test_text_and_page_of_a_draft_say_the_same(tmp_path: Path) -> None:
    book = spoken(tmp_path, "electronics")
    case = opened(book, "--email", "wang.fang@example.com", "--promise-by", "2024-03-05T09:00")
    facts = (
        "--set",
        "cause.finding=a < b & *c*",
        "--set",
        "plan.remedy=refund",
        "--set",
        "x.improvement=thicker glass",
    )
    book.call("edit", case, *facts, check=0)
    for kind, lang in sorted(letterfile.letter_files(None)):
        outcome = "not-upheld" if kind == "refusal" else "upheld"
        file = tmp_path / f"{kind}.{lang}.eml"
        letter(book, case, kind, "--set", f"outcome={outcome}", *TOLD, "-o", str(file), lang=lang)
        found = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default)
        plain, page = found.get_body(("plain",)), found.get_body(("html",))
        assert plain is not None
        assert page is not None
        main = page.get_content().partition("<main>")[2].partition("</main>")[0]
        # List markers are not part of the text of the page.
        listed = re.sub(r"^(?:- |[0-9]\. )", "", plain.get_content(), flags=re.MULTILINE)
        assert html.unescape(re.sub("<[^>]+>", "", main)).split() == listed.split(), (kind, lang)


def test_a_number_is_not_broken_by_the_end_of_a_line(tmp_path: Path) -> None:
    book = spoken(tmp_path, "electronics")
    case = opened(book)
    text = "Serial SN-4411, call +86-21-5555-0000; a well-known O-ring, 2-A. " + "A-" * 30
    page = letter(book, case, "info", "--text", text, "--format", "html")
    kept = [piece.partition("</span>")[0] for piece in page.split('<span class="number">')[1:]]
    # Our telephone in the letterhead, the number in subject and text, the typed text, our telephone twice.
    ours = "400-820-0000"
    assert kept == [ours, case, case, "SN-4411", "+86-21-5555-0000", "2-A", ours, ours]


def test_a_letter_signed_by_a_login_says_so_to_whoever_sends_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, "electronics", lang="en")
    case = opened(book)
    assert "The letter is signed li.wei." in book.call("letter", case, "ack", check=0).stderr
    file = book.root / "complaintctl.yaml"
    file.write_text(file.read_text(encoding="utf-8") + SENDER, encoding="utf-8")
    result = book.call("letter", case, "ack", check=0)
    assert "li.wei" not in result.stdout + result.stderr


def test_a_document_for_word_says_whose_it_is_and_keeps_paragraphs_apart(tmp_path: Path) -> None:
    book = spoken(tmp_path, "electronics")
    case = opened(book, "--promise-by", "2024-03-05T09:00")
    file, at = tmp_path / "ack.docx", "2024-03-04T09:10"
    letter(book, case, "ack", "--promise-by", "2024-03-06T09:00", "--at", at, "-o", str(file), lang="zh")
    made = docx.Document(str(file))
    said = made.core_properties
    assert (said.author, said.comments, said.language) == ("玻璃屋客服", "", "zh")
    # 09:10 in Shanghai.
    assert said.created.isoformat() == said.modified.isoformat() == "2024-03-04T01:10:00+00:00"
    entries = [one for one in made.paragraphs if one.text.startswith("•")]
    # Close together; the last has the same distance to the text as paragraphs.
    assert [one.paragraph_format.space_after for one in entries] == [Pt(4), None]
    sides = (made.sections[0].page_width, made.sections[0].page_height)
    assert [round((side or 0) / Mm(1)) for side in sides] == [210, 297]
