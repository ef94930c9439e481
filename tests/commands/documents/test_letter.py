"""Tests letters: filled with the case, refused if a value is missing, recorded after they were sent."""

import os
import re
import shlex
import zipfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest

from complaintctl.storage.documents import letterfile
from tests.casebooks import LANG, Book, make_book, refused, spoken

KINDS = ("ack", "after-care", "apology", "holding", "info", "progress", "refusal", "result", "survey")
# What a user types for the placeholder in an error message.
TYPED = {
    "customer.name": "王芳",
    "customer.email": "wang.fang@example.com",
    "outcome": "upheld",
    "cause.finding": "a thin wall",
    "plan.remedy": "refund",
    "x.improvement": "thicker glass",
    "text": "please send a photo",
    "coming": "",
}
SENDER = "sender: {name: 玻璃屋客服, address: 上海, phone: 400-820-0000, email: care@example.com}\n"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A shop that promises an answer on quality within 48 hours of its acknowledgement."""
    return make_book(tmp_path, "ecommerce")


def opened(book: Book, *options: str, title: str = "玻璃杯 *碎* 了") -> str:
    return book.open(title, "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05", *options)


def with_sender(book: Book) -> Book:
    file = book.root / "complaintctl.yaml"
    file.write_text(file.read_text(encoding="utf-8") + SENDER, encoding="utf-8")
    return book


def own_letter(book: Book, name: str, body: str, head: str = "") -> None:
    folder = book.root / "templates" / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    text = f"---\ntitle: t\nsubject: '{{{{ case.title }}}}'\n{head}---\n{body}\n"
    (folder / name).write_text(text, encoding="utf-8")


def history(book: Book, case: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = book.json("show", case)["case"]["history"]
    return found


def test_an_acknowledgement_names_the_number_and_what_it_promises_and_records_it(book: Book) -> None:
    case = opened(book, "--customer-name", "王芳", "--category", "商品质量")
    at = ("--at", "2024-03-04T09:10")
    printed = book.call("letter", case, "ack", *at, check=0)
    # The promise runs from the time of the letter: 09:10 + 48 h.
    for words in spoken(
        en=(
            f"number {case}",
            "“玻璃杯 *碎* 了”",
            "Dear 王芳,",
            "answer to your complaint: by 6 March 2024, 09:10",
        ),
        zh=(f"编号为 {case}", "“玻璃杯 *碎* 了”", "尊敬的王芳：", "对您投诉的答复：不晚于2024年3月6日 09:10"),
    ):
        assert words in printed.stdout
    assert "--send-record --at 2024-03-04T09:10:00+08:00" in printed.stderr
    assert [event["did"] for event in history(book, case)] == ["open"]

    told = ("--promise-by", "+2h", "--promise", "update")
    sent = book.call("letter", case, "ack", "--send-record", "--via", "wechat", *told, *at, check=0)
    # Two promises: the policy's, and 09:10 + 2 h. The message about the recording goes to stderr, not into the letter.
    for words in spoken(
        en=("6 March 2024, 09:10", "news on the progress: by 4 March 2024, 11:10"),
        zh=("2024年3月6日 09:10", "进展告知：不晚于2024年3月4日 11:10"),
    ):
        assert words in sent.stdout
    assert f"{case} ack" in sent.stderr
    clocks = book.json("show", case, "--as-of", "2024-03-04T09:11")["case"]["clocks"]
    states = [(clock["step"], clock["state"], clock["due"]) for clock in clocks if clock["due"]]
    assert states == [
        ("ack", "met", "2024-03-04T09:15:00+08:00"),
        ("promise", "running", "2024-03-04T11:10:00+08:00"),
        ("promise", "running", "2024-03-06T09:10:00+08:00"),
    ]
    event = history(book, case)[-1]
    assert (event["did"], event["via"], event["text"]) == ("ack", "wechat", f"ack.{LANG}")


def test_a_letter_comes_in_the_language_asked_for_and_as_a_page(book: Book) -> None:
    case = opened(book, "--customer-name", "<b>王芳</b>", "--category", "商品质量")
    at = ("--at", "2024-03-04T09:10")
    text = book.call("letter", case, "ack", "--lang", "zh", *at, check=0).stdout
    for words in ("尊敬的<b>王芳</b>：", "2024年3月4日 09:00", "玻璃杯 *碎* 了", "此致\n敬礼！"):
        assert words in text
    promise = ("--promise-by", "2030-03-06T09:10")
    page = book.call("letter", case, "ack", "--lang", "zh", "--format", "html", *promise, check=0).stdout
    for words in (
        '<html lang="zh">',
        "尊敬的&lt;b&gt;王芳&lt;/b&gt;",
        "玻璃杯 *碎* 了",
        "<li>对您投诉的答复：不晚于2030年3月6日",
    ):
        assert words in page
    assert "**" not in page


@pytest.mark.nightly
def test_each_letter_asks_for_what_it_lacks_by_the_command_that_records_it(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    wanted = {
        "ack": ["customer.name"],
        "info": ["customer.name", "text"],
        "progress": ["customer.name", "text"],
        "apology": ["customer.name", "text"],
        "result": ["customer.name", "outcome", "cause.finding", "plan.remedy", "x.improvement"],
        "refusal": ["customer.name", "outcome", "cause.finding"],
        "holding": ["customer.name", "coming"],
        "survey": ["customer.name", "outcome"],
        "after-care": ["customer.name", "plan.remedy"],
    }
    assert (
        tuple(sorted(wanted))
        == KINDS
        == tuple(sorted({kind for kind, _lang in letterfile.letter_files(None)}))
    )
    for kind, facts in wanted.items():
        typed = TYPED | {"outcome": "not-upheld" if kind == "refusal" else "upheld"}
        case = opened(book)
        options: list[str] = []
        for fact in facts:
            said = refused(book, 3, "letter", case, kind, *options)
            found = re.fullmatch(
                rf"The letter {kind} needs ([^ ]+)\. Record it first: complaintctl (.+)", said
            )
            assert found, said
            assert found[1].split("|")[0] == fact
            command = shlex.split(found[2].replace("…", shlex.quote(typed[fact])))
            if command[:3] == ["letter", case, kind]:
                options += command[3:]
            else:
                book.call(*command, check=0)
        book.call("letter", case, kind, *options, check=0)


def test_what_we_change_is_the_improvement_and_the_actions_never_the_work_of_colleagues(
    tmp_path: Path,
) -> None:
    book = make_book(tmp_path)
    case = opened(
        book, "--customer-name", "王芳", "--set", "outcome=upheld", "--set", "cause.finding=old firmware"
    )
    plan = ("--set", "plan.remedy=repair", "--measure", "repair it；zhao.min；next week")
    book.call("edit", case, *plan, "--set", "改进措施=free updates for all", check=0)
    due = ("--due", "2030-01-01", "--kind", "corrective")
    book.call("action", case, "--what", "test each batch", "--who", "li.wei", *due, check=0)
    for lang in ("en", "zh"):
        printed = book.call("letter", case, "result", "--lang", lang, check=0).stdout
        assert "- free updates for all\n- test each batch\n" in printed
        for kept in ("zhao.min", "repair it", "next week", "li.wei；"):
            assert kept not in printed


def test_a_policy_without_the_field_improvement_is_asked_for_an_action(book: Book) -> None:
    facts = ("outcome=upheld", "cause.finding=f", "plan.remedy=refund")
    case = opened(book, "--customer-name", "王芳", *(part for fact in facts for part in ("--set", fact)))
    assert refused(book, 3, "letter", case, "result") == (
        f"The letter result needs actions. Record it first: complaintctl action {case} --what … --who … --due …"
    )


def test_a_holding_letter_is_for_a_missed_promise(book: Book) -> None:
    case = opened(book, "--customer-name", "王芳", "--category", "quality")
    promised = ("--promise-by", "2030-01-02T10:00")
    at = ("--at", "2024-03-04T09:10")
    book.call("letter", case, "ack", "--send-record", "--via", "chat", *at, check=0)
    # Late tasks of colleagues are not mentioned to customers.
    book.call("task", case, "--to", "warehouse", "--what", "count", "--due", "2024-03-05T09:00", *at, check=0)
    text = book.call("letter", case, "holding", *promised, check=0).stdout
    for words in spoken(
        en=(
            "answer to your complaint, by 6 March 2024, 09:10",
            "answer to your complaint: by 2 January 2030, 10:00",
        ),
        zh=("对您投诉的答复：应不晚于2024年3月6日 09:10", "对您投诉的答复：不晚于2030年1月2日 10:00"),
    ):
        assert f"- {words}\n" in text
    assert spoken(en="task", zh="任务") not in text
    assert "count" not in text
    other = opened(book, "--customer-name", "王芳")
    book.call("ack", other, "--set", "category=after-sales", "--at", "2024-03-04T09:10", check=0)
    assert refused(book, 3, "letter", other, "holding", *promised) == (
        "The letter holding is for a missed promise, but no promise is overdue. Use the letter progress instead."
    )


@pytest.mark.parametrize(
    ("kind", "outcome"), [("result", "not-upheld"), ("result", "withdrawn"), ("refusal", "partly-upheld")]
)
def test_a_letter_that_says_the_opposite_of_the_outcome_is_refused(
    book: Book, kind: str, outcome: str
) -> None:
    facts = ("customer.name=王芳", f"outcome={outcome}", "cause.finding=f", "plan.remedy=refund")
    case = opened(book)
    book.call(
        "edit",
        case,
        *(word for fact in facts for word in ("--set", fact)),
        "--set",
        "x.improvement=m",
        check=0,
    )
    assert f"The letter {kind} is for cases with outcome = " in refused(book, 3, "letter", case, kind)


def test_facts_and_words_may_be_told_with_the_letter(book: Book) -> None:
    case = opened(book, "--customer-name", "王芳")
    facts = ("outcome=not-upheld", "cause.finding=1. worn\n2. - * `out` <b>")
    sets = [word for fact in facts for word in ("--set", fact)]
    text = book.call("letter", case, "refusal", *sets, "--text", "  We looked twice.\n", check=0).stdout
    # Typed text is kept literally, even if it looks like Markdown.
    assert "**" not in text
    reasons = spoken(en="Our reasons: ", zh="理由：")
    assert f"{reasons}1. worn\n2. - * `out` <b>\n\nWe looked twice.\n" in text


def draft(book: Book, case: str, kind: str, *options: str) -> EmailMessage:
    file = book.root.parent / "draft.eml"
    book.call("letter", case, kind, "--format", "eml", "-o", str(file), *options, check=0)
    found = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_draft_parses_back_to_what_was_written(book: Book) -> None:
    subject = "玻璃杯碎了 🙁 " + "很长的标题" * 16
    case = opened(book, "--customer-name", "王芳", "--email", "wang.fang@example.com", title=subject)
    own_letter(book, f"ack.{LANG}.md", "{{ case.title }}")
    file = ("-o", str(book.root.parent / "draft.eml"))
    assert "sender.email" in refused(book, 3, "letter", case, "ack", "--format", "eml", *file)
    scan = book.root.parent / "scan.bin"
    scan.write_bytes(bytes(range(256)))
    book.call("attach", case, str(scan), "--name", "凭证.pdf", check=0)

    found = draft(with_sender(book), case, "ack", "--attach", "凭证.pdf")
    sender, to = found["From"].addresses[0], found["To"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("玻璃屋客服", "care@example.com")
    assert (to.display_name, to.addr_spec) == ("王芳", "wang.fang@example.com")
    assert (found["Subject"], found["X-Unsent"]) == (subject, "1")
    plain, page = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().splitlines() == [subject]
    assert subject in page.get_content()
    (enclosed,) = found.iter_attachments()
    assert (enclosed.get_filename(), enclosed.get_content()) == ("凭证.pdf", scan.read_bytes())
    assert "凭证.pdf" in refused(book, 2, "letter", case, "ack", "--format", "eml", "--attach", "other")
    assert "--format eml" in refused(book, 2, "letter", case, "ack", "--attach", "凭证.pdf")


@pytest.mark.nightly
def test_the_drafts_of_a_case_are_one_thread(tmp_path: Path) -> None:
    book = with_sender(make_book(tmp_path))
    case = opened(book, "--customer-name", "王芳", "--email", "wang.fang@example.com")
    at = ("--at", "2024-03-04T10:00")
    ack = draft(book, case, "ack", "--send-record", "--at", "2024-03-04T09:10")
    asked = draft(book, case, "info", "--text", "a photo, please", *at)
    again = draft(book, case, "info", "--text", "a photo, please", "--send-record", *at)
    other = draft(book, case, "info", "--text", "two photos, please", *at)
    # All letters refer to an id of the case, because mail programs replace the Message-ID when they send.
    thread = f"<{case.lower()}@example.com>"
    for found in (ack, asked, other):
        assert (found["In-Reply-To"], found["References"]) == (thread, thread)
    assert again["Message-ID"] == asked["Message-ID"]
    assert len({ack["Message-ID"], asked["Message-ID"], other["Message-ID"], thread}) == 4


def test_a_draft_answers_the_customer_s_own_e_mail_where_the_case_has_it(tmp_path: Path) -> None:
    book = with_sender(make_book(tmp_path))
    case = opened(book, "--customer-name", "王芳", "--email", "wang.fang@example.com")
    for name, head in (
        ("first.eml", b"From: w\r\nMessage-ID:\r\n <1.a@mail.example>\r\n\r\nHello"),
        ("none.EML", b"\xff\xfe"),
        ("second.EML", b"Message-Id: <2@mail.example>\nBcc: x\n\n"),
        ("note.txt", b"Message-ID: <3@mail.example>\n\n"),
    ):
        (tmp_path / name).write_bytes(head)
        book.call("attach", case, str(tmp_path / name), check=0)
    found = draft(book, case, "ack")
    assert found["In-Reply-To"] == "<2@mail.example>"
    thread = [f"<{case.lower()}@example.com>", "<1.a@mail.example>", "<2@mail.example>"]
    assert found["References"].split() == thread
    assert found["Bcc"] is None


@pytest.mark.parametrize("address", ["wang.fang", "a@b.example, c@d.example"])
def test_an_address_that_is_none_is_refused_without_showing_it(tmp_path: Path, address: str) -> None:
    book = with_sender(make_book(tmp_path))
    case = opened(book, "--customer-name", "王芳", "--email", address)
    file = ("-o", str(tmp_path / "draft.eml"))
    said = refused(book, 3, "letter", case, "ack", "--format", "eml", *file)
    command = f"complaintctl edit {case} --set customer.email=…"
    assert said == f"customer.email is not an e-mail address. Correct it: {command}"
    assert address not in said
    assert not (tmp_path / "draft.eml").exists()


def test_a_document_for_word_holds_the_letter_in_fonts_that_have_chinese(book: Book) -> None:
    case = opened(with_sender(book), "--customer-name", "王芳", "--set", "customer.address=北京")
    file = book.root.parent / "letter.docx"
    words = ("letter", case, "ack", "--lang", "zh", "--format", "docx")
    book.call(*words, "-o", str(file), check=0)
    paper = docx.Document(str(file))
    texts = [paragraph.text for paragraph in paper.paragraphs]
    assert texts[:4] == [
        "玻璃屋客服\n上海\n400-820-0000\ncare@example.com",
        "王芳\n北京",
        f"您的投诉已受理：{case}",
        "尊敬的王芳：",
    ]
    assert any("玻璃杯 *碎* 了" in text for text in texts)
    assert "此致\n敬礼！" in texts
    bold = [run.text for paragraph in paper.paragraphs for run in paragraph.runs if run.bold]
    assert bold == ["玻璃屋客服", case]
    with zipfile.ZipFile(file) as parts:
        styles = parts.read("word/styles.xml").decode()
    assert 'w:eastAsia="Microsoft YaHei"' in styles
    assert 'w:val="zh-CN"' in styles
    assert "eastAsiaTheme" not in styles


def test_the_library_for_word_is_named_where_it_is_missing(book: Book, tmp_path: Path) -> None:
    """Puts a module in front of the installed packages that makes importing the library fail."""
    case = opened(book, "--customer-name", "王芳")
    (tmp_path / "docx.py").write_text("raise ModuleNotFoundError(name='docx')\n", encoding="utf-8")
    before = {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    words = ("letter", case, "ack", "-o", str(tmp_path / "letter.docx"))
    said = refused(book, 4, *words, env=before, as_process=True)
    assert 'pip install "complaintctl[docx]"' in said
    assert not (tmp_path / "letter.docx").exists()


def test_the_name_of_the_file_says_the_format(book: Book, tmp_path: Path) -> None:
    case = opened(book, "--customer-name", "王芳")
    text = spoken(en="We received", zh="您的投诉已受理").encode()
    for name, begins in (("a.html", b"<!DOCTYPE"), ("a.docx", b"PK"), ("a.txt", text), ("a", text)):
        shown = book.call("letter", case, "ack", "-o", str(tmp_path / name), check=0).stdout
        assert shown == ""
        assert (tmp_path / name).read_bytes().startswith(begins)
    book.call("letter", case, "ack", "-o", str(tmp_path / "b.html"), "--format", "md", check=0)
    assert b"**" in (tmp_path / "b.html").read_bytes()


def test_lists_and_tables_of_a_letter_stay_so_in_each_form(book: Book) -> None:
    case = opened(book)
    body = "# Head\n\n1. one\n2. *two*\n   - deep\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\nlast\nline"
    own_letter(book, f"ack.{LANG}.md", body)
    file = book.root.parent / "letter.docx"
    book.call("letter", case, "ack", "--format", "docx", "-o", str(file), check=0)
    paper = docx.Document(str(file))
    assert [[cell.text for cell in row.cells] for row in paper.tables[0].rows] == [["a", "b"], ["1", "2"]]
    texts = [paragraph.text for paragraph in paper.paragraphs]
    assert texts[-5:] == ["Head", "1.\tone", "2.\ttwo", "•\tdeep", "last line"]
    plain = book.call("letter", case, "ack", check=0).stdout.partition("\n\n")[2]
    assert plain == "Head\n\n1. one\n2. two\n  - deep\n\na  b\n1  2\n\nlast line\n"
    assert "| 1 | `2` |" in book.call("letter", case, "ack", "--format", "md", check=0).stdout


def test_chinese_goes_on_without_a_blank_where_its_template_breaks_the_line(book: Book) -> None:
    case = opened(book)
    own_letter(book, f"ack.{LANG}.md", "# 说明\n第一行，\n**第二**\n行 X\nY 行\n- 一\n  段\n- 二\\\n此致")
    plain = book.call("letter", case, "ack", check=0).stdout.partition("\n\n")[2]
    assert plain == "说明\n\n第一行，第二行 X Y 行\n\n- 一段\n- 二\n此致\n"


def test_the_letter_is_told_to_machines_with_what_was_recorded(book: Book) -> None:
    case = opened(book, "--customer-name", "王芳", "--category", "quality")
    found = book.json("letter", case, "ack")["letter"]
    assert (found["case"], found["kind"], found["language"], found["recorded"]) == (case, "ack", LANG, None)
    assert found["text"].startswith(spoken(en="Dear 王芳,\n", zh="尊敬的王芳：\n"))
    found = book.json("letter", case, "ack", "--send-record", "--via", "chat")["letter"]
    assert (found["recorded"]["did"], found["recorded"]["id"]) == ("ack", history(book, case)[-1]["id"])


def test_without_an_e_mail_channel_somebody_must_say_how_it_went_out(book: Book) -> None:
    case = opened(book, "--customer-name", "王芳", "--category", "quality")
    said = refused(book, 2, "letter", case, "ack", "--send-record")
    assert said.startswith("Your policy has no e-mail channel. Give the channel that you used with --via:")


@pytest.mark.nightly
def test_a_file_is_not_written_to_the_screen_but_through_a_pipe(book: Book) -> None:
    from tests.commands.terminal.test_colours import on_a_terminal

    case = opened(book, "--customer-name", "王芳", "--email", "w@example.com", "--category", "quality")
    words = ("letter", case, "ack", "--format", "eml")
    with_sender(book)
    before = book.head()
    assert on_a_terminal(book, book.variables, *words, "--send-record", "--via", "chat") == ""
    nowhere = ("-o", str(book.root / "none" / "a.eml"), "--send-record", "--via", "chat")
    refused(book, 4, *words, *nowhere)
    # A letter that was not sent is not recorded.
    assert book.head() == before
    assert "X-Unsent: 1" in book.run(*words, check=0).stdout


def test_unknown_letters_languages_and_steps_are_named(book: Book) -> None:
    case = opened(book, "--customer-name", "王芳", "--category", "quality")
    assert "Available: ack" in refused(book, 2, "letter", case, "greeting")
    assert "en, zh" in refused(book, 2, "letter", case, "ack", "--lang", "fr")
    assert "legal-check" in refused(book, 2, "letter", case, "ack", "--step", "d3")
    own_letter(book, f"thanks.{LANG}.md", "Thank you", "records: thank\n")
    said = refused(book, 4, "letter", case, "thanks")
    assert said.startswith(
        f"templates/letters/thanks.{LANG}.md: records: thank is not a step of this policy."
    )
    # In the other language it is none of those there are.
    other, missing = spoken(
        en=("zh", "没有 zh 语言的信函 thanks。现有：ack 投诉受理通知、"),
        zh=("en", "There is no letter thanks in en. Available: ack Acknowledgement of a complaint, "),
    )
    said = refused(book, 2, "letter", case, "thanks", "--lang", other)
    assert said.startswith(missing)
    assert "thanks" not in said.removeprefix(missing)


def test_a_refusal_in_chinese_names_the_letter_by_its_title(book: Book) -> None:
    case = opened(book)
    chinese = book.speaking("zh")
    said = refused(chinese, 3, "letter", case, "ack")
    assert said.startswith("信函“投诉受理通知”需要")
    assert f"complaintctl edit {case} --set customer.name=…" in said
    book.call("edit", case, "--set", "customer.name=王芳", "--set", "outcome=withdrawn", check=0)
    facts = ("--set", "cause.finding=f", "--set", "plan.remedy=refund", "--set", "x.improvement=m")
    book.call("edit", case, *facts, check=0)
    assert "信函“投诉处理结果函”只用于" in refused(chinese, 3, "letter", case, "result")
    book.call("ack", case, "--set", "category=after-sales", "--at", "2024-03-04T09:10", check=0)
    late = refused(chinese, 3, "letter", case, "holding", "--promise-by", "+48h")
    assert late == "信函“延期致歉函”用于承诺超期的情况，而目前没有超期。请改用“投诉处理进展通知”。"
