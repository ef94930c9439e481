"""What `import mail` makes of mails: cases, words on cases, and mails that are none of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.commands.exchange.mail.mails import COLLEAGUE, DESK, mail

PEOPLE = f"""people:
  chen.jie: {{email: {COLLEAGUE}, name: Chen Jie, roles: [handler]}}
sender: {{name: Care, email: {DESK}}}
"""
OPEN, JOIN, SKIP = "opened", "joined", "skipped"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A casebook with an address of the desk and a colleague; the mails of a test have ids of their own."""
    made = make_book(tmp_path_factory.mktemp("mail"), lang="en")
    policy = made.root / "complaintctl.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("people: {}\n", PEOPLE, 1), encoding="utf-8")
    return made


def write_mails(folder: Path, *mails: bytes) -> list[str]:
    """Writes each mail into a file of its own, in this order; returns their paths."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number:03}.eml" for number in range(len(mails))]
    for path, content in zip(paths, mails, strict=True):
        path.write_bytes(content)
    return [str(path) for path in paths]


def import_mails(book: Book, folder: Path, *mails: bytes, check: int = 0) -> list[dict[str, object]]:
    """Imports mails in one run; returns what became of each."""
    found: list[dict[str, object]] = book.json(
        "import", "mail", "--no-commit", *write_mails(folder, *mails), check=check
    )["mails"]
    return found


def outcomes(results: list[dict[str, object]]) -> list[tuple[object, object]]:
    """The result of each mail, and which of the cases of this run it belongs to, from 0."""
    cases = list(dict.fromkeys(result["case"] for result in results if result["case"]))
    return [
        (result["result"], cases.index(result["case"]) if result["case"] else result["reason"])
        for result in results
    ]


@dataclass(frozen=True, kw_only=True)
class Story:
    """Mails in the order of their import, and what shall become of each."""

    name: str
    mails: tuple[bytes, ...]
    wanted: Sequence[tuple[str, object]]


def bounce(**fields: str) -> bytes:
    """A delivery failure of the form that RFC 3464 gives."""
    headers = {"Content-Type": "multipart/report; report-type=delivery-status; boundary=b"}
    text = "--b\n\nNo such user.\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--"
    return mail(
        text,
        mail_id=fields.get("id"),
        sender=fields.get("sender", "Mail Delivery System <MAILER-DAEMON@mx.qq.com>"),
        subject=fields.get("subject", "Undelivered Mail Returned to Sender"),
        headers=headers,
    )


STORIES = [
    Story(name="one mail", mails=(mail(mail_id="s1@x"),), wanted=[(OPEN, 0)]),
    Story(
        name="a mail and its answer",
        mails=(mail(mail_id="s2a@x"), mail(mail_id="s2b@x", references=("s2a@x",), hour=1)),
        wanted=[(OPEN, 0), (JOIN, 0)],
    ),
    Story(
        name="the answer first",
        mails=(mail(mail_id="s3b@x", reply_to_id="s3a@x", hour=1), mail(mail_id="s3a@x")),
        wanted=[(JOIN, 0), (OPEN, 0)],
    ),
    Story(
        name="five mails backwards",
        mails=tuple(
            mail(mail_id=f"s4{n}@x", references=tuple(f"s4{m}@x" for m in range(n)), hour=n)
            for n in reversed(range(5))
        ),
        wanted=[(JOIN, 0)] * 4 + [(OPEN, 0)],
    ),
    Story(
        name="a chain of which every mail names only its parent",
        mails=(
            mail(mail_id="s5c@x", reply_to_id="s5b@x", hour=2),
            mail(mail_id="s5a@x"),
            mail(mail_id="s5b@x", reply_to_id="s5a@x", hour=1),
        ),
        wanted=[(JOIN, 0), (OPEN, 0), (JOIN, 0)],
    ),
    Story(
        name="two answers to a mail that never came",
        mails=(
            mail(mail_id="s6b@x", references=("s6a@x",), hour=1),
            mail(mail_id="s6c@x", references=("s6a@x",), hour=2),
        ),
        wanted=[(OPEN, 0), (JOIN, 0)],
    ),
    Story(
        name="an answer to our own mail, which is among them",
        mails=(
            mail(mail_id="s7a@x"),
            mail(
                mail_id="s7b@example.com",
                sender=f"Chen Jie <{COLLEAGUE}>",
                to="wang@qq.com",
                reply_to_id="s7a@x",
                hour=1,
            ),
            mail(mail_id="s7c@x", reply_to_id="s7b@example.com", hour=2),
        ),
        wanted=[(OPEN, 0), (SKIP, "mail-own"), (JOIN, 0)],
    ),
    Story(
        name="the clock of the first mail is wrong",
        mails=(mail(mail_id="s8a@x", hour=9), mail(mail_id="s8b@x", references=("s8a@x",), hour=1)),
        wanted=[(OPEN, 0), (JOIN, 0)],
    ),
    Story(
        name="a mail that refers to itself",
        mails=(mail(mail_id="s9a@x", references=("s9a@x",), reply_to_id="s9a@x"),),
        wanted=[(OPEN, 0)],
    ),
    Story(
        name="two mails that answer each other",
        mails=(
            mail(mail_id="s10a@x", reply_to_id="s10b@x"),
            mail(mail_id="s10b@x", reply_to_id="s10a@x", hour=1),
        ),
        wanted=[(OPEN, 0), (JOIN, 0)],
    ),
    Story(
        name="the same subject is no conversation",
        mails=(mail(mail_id="s11a@x"), mail(mail_id="s11b@x", sender="li@163.com", hour=1)),
        wanted=[(OPEN, 0), (OPEN, 1)],
    ),
    Story(
        name="the same mail twice",
        mails=(mail(mail_id="s12a@x"), mail(mail_id="s12a@x")),
        wanted=[(OPEN, 0), (SKIP, 0)],
    ),
    Story(
        name="the same mail twice, without a Message-ID, once with what a mailbox adds",
        mails=(
            mail("No id s13.", headers={"Message-ID": ""}),
            mail("No id s13.", headers={"Message-ID": "", "Status": "RO", "X-UID": "77"}),
        ),
        wanted=[(OPEN, 0), (SKIP, 0)],
    ),
    Story(
        name="two mails without a Message-ID that say different things",
        mails=(
            mail("First s14.", headers={"Message-ID": ""}),
            mail("Second s14.", headers={"Message-ID": ""}),
        ),
        wanted=[(OPEN, 0), (OPEN, 1)],
    ),
    Story(
        name="a Message-ID that would need quotes in YAML",
        mails=(
            mail(mail_id="{s15:a, [b]'}@x"),
            mail(mail_id="s15b@x", references=("{s15:a, [b]'}@x",), hour=1),
        ),
        wanted=[(OPEN, 0), (JOIN, 0)],
    ),
    Story(
        name="forty references, of which the first and the last count",
        mails=(
            mail(mail_id="s16a@x"),
            mail(mail_id="s16z@x", references=("s16a@x", *(f"s16-{n}@y" for n in range(40))), hour=1),
            mail(mail_id="s16y@x", references=("s16-39@y",), hour=2),
        ),
        wanted=[(OPEN, 0), (JOIN, 0), (JOIN, 0)],
    ),
    Story(name="a delivery failure", mails=(bounce(id="s17@x"),), wanted=[(SKIP, "mail-bounce")]),
    Story(
        name="a delivery failure of qmail, with a null return path and no report",
        mails=(mail(mail_id="s18@x", sender="<>", subject="failure notice", headers={"Return-Path": "<>"}),),
        wanted=[(SKIP, "mail-bounce")],
    ),
    Story(
        name="a delivery failure of Chinese mail servers",
        mails=(
            mail(mail_id="s19a@x", sender="PostMaster@qq.com", subject="来自qq.com的退信"),
            mail(mail_id="s19b@x", sender="Postmaster@163.com", subject="系统退信"),
            mail(mail_id="s19c@x", sender="x@gmail.com", headers={"X-Failed-Recipients": "wang@qq.com"}),
        ),
        wanted=[(SKIP, "mail-bounce")] * 3,
    ),
    Story(
        name="a postmaster who complains",
        mails=(mail(mail_id="s20@x", sender="postmaster@kunde.example", subject="Broken kettle"),),
        wanted=[(OPEN, 0)],
    ),
    Story(
        name="automatic replies",
        mails=(
            mail(mail_id="s21a@x", headers={"Auto-Submitted": "auto-replied (vacation)"}),
            mail(mail_id="s21b@x", headers={"X-Autoreply": "yes"}),
            mail(mail_id="s21c@x", headers={"Precedence": "auto_reply"}),
            mail(mail_id="s21d@x", subject="自动回复：您的投诉"),
            mail(mail_id="s21e@x", subject="Automatic reply: Your complaint"),
            mail(mail_id="s21f@x", subject="Abwesenheitsnotiz: Ihre Beschwerde"),
            mail(mail_id="s21g@x", subject="Réponse automatique : Réclamation"),
            mail(mail_id="s21h@x", headers={"Return-Path": "<>", "Auto-Submitted": "auto-replied"}),
        ),
        wanted=[(SKIP, "mail-auto-reply")] * 8,
    ),
    Story(
        name="people who look like an automatic reply",
        mails=(
            mail(mail_id="s22a@x", headers={"Auto-Submitted": "no"}),
            mail(mail_id="s22b@x", headers={"X-Auto-Response-Suppress": "All"}),
            mail(mail_id="s22c@x", subject="自动回复太慢"),
            mail(mail_id="s22d@x", subject="Re: Automatic reply: Your complaint"),
            mail(mail_id="s22e@x", subject="Out of office chairs delivered broken"),
        ),
        wanted=[(OPEN, 0), (OPEN, 1), (OPEN, 2), (OPEN, 3), (OPEN, 4)],
    ),
    Story(
        name="a read receipt",
        mails=(
            mail(
                mail_id="s23@x",
                headers={
                    "Content-Type": 'multipart/report; report-type="disposition-notification"; boundary=b'
                },
            ),
        ),
        wanted=[(SKIP, "mail-receipt")],
    ),
    Story(
        name="a newsletter, a mass mail, and a mail of a group of ours",
        mails=(
            mail(mail_id="s24a@x", headers={"List-Id": "News <news.shop.example>"}),
            mail(mail_id="s24b@x", headers={"Precedence": "bulk"}),
            mail(mail_id="s24c@x", headers={"List-Id": "<care.example.com>", "Precedence": "list"}),
        ),
        wanted=[(SKIP, "mail-list"), (SKIP, "mail-list"), (OPEN, 0)],
    ),
    Story(
        name="an answer through a mailing list",
        mails=(
            mail(mail_id="s25a@x"),
            mail(mail_id="s25b@x", references=("s25a@x",), headers={"List-Id": "<l.uni.example>"}, hour=1),
        ),
        wanted=[(OPEN, 0), (JOIN, 0)],
    ),
    Story(
        name="our own mails come back",
        mails=(
            mail(mail_id="s26a@x", sender=f"Care <{DESK.upper()}>"),
            mail(mail_id="s26b@x", headers={"X-Complaintctl-Case": "C-20260302-7K3FQ"}),
            mail(mail_id="c-20260302-7k3fq.0123456789abcdef@example.com", sender="relay@mx.example"),
        ),
        wanted=[(SKIP, "mail-own")] * 3,
    ),
    Story(
        name="a contact form that our own address sends",
        mails=(mail(mail_id="s27@x", sender=DESK, headers={"Reply-To": "Sun <sun@qq.com>"}),),
        wanted=[(OPEN, 0)],
    ),
    Story(
        name="somebody else's letter id is no loop",
        mails=(mail(mail_id="c-20260302-7k3fq.0123456789abcdef@elsewhere.example"),),
        wanted=[(OPEN, 0)],
    ),
    Story(
        name="a case number that does not exist",
        mails=(mail(mail_id="s29@x", subject="Re: C-20200101-AAAAA"),),
        wanted=[(OPEN, 0)],
    ),
    Story(
        name="nobody sent it, and it has no subject and no text",
        mails=(mail("", mail_id="s30@x", sender="", subject=""),),
        wanted=[(OPEN, 0)],
    ),
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_mails_of_a_conversation_become_one_case(book: Book, tmp_path: Path, story: Story) -> None:
    assert outcomes(import_mails(book, tmp_path, *story.mails)) == story.wanted
