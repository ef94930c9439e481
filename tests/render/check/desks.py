"""Casebooks for the tests of CI formats: with planted names, and with many overdue clocks."""

from pathlib import Path

from tests.casebooks import Book, make_book

NOW = "2024-03-05T08:00"
# Nothing of this may appear in what leaves the desk.
PLANTED = (
    "王芳",
    "Erika Mustermann",
    "erika@example.org",
    "13800138000",
    "burnt hand",
    "call back tonight",
    "swollen",
)
_RECEIVED = "2024-03-04T09:00:00+08:00"
POLICY = """\
complaintctl: 1
name: desk
timezone: Asia/Shanghai
levels: {urgent: {}}
categories: {quality: {department: quality}}
steps:
  - {step: ack, within: 1h}
  - {step: respond, within: 2d, needs: [outcome]}
"""


def make_planted_desk(folder: Path) -> tuple[Book, str]:
    """A case with an overdue step, promise and task and an action due, and a broken file; names in every free text."""
    book = make_desk(folder)
    customer = ("--customer-name", "王芳", "--phone", "13800138000", "--email", "erika@example.org")
    case = book.open(
        "Erika Mustermann: burnt hand",
        *("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", "--owner", "li.wei"),
        *("--description", "swollen", *customer, "--promise-by", "2024-03-04T12:00", "--promise", "respond"),
    )
    task = ("--to", "quality", "--what", "call back tonight", "--due", "2024-03-04T11:00")
    for minute in ("30", "31"):
        book.call("task", case, *task, "--at", f"2024-03-04T09:{minute}", check=0)
    action = ("--what", "call back tonight", "--who", "li.wei", "--due", "2024-03-04")
    book.call("action", case, *action, "--at", "2024-03-04T09:40", check=0)
    (book.root / "cases/open/C-20240304-AAAAA.yaml").write_text(
        "id: C-20240304-AAAAA\ntitle: Erika Mustermann\nreceived: 王芳\nstatus: burnt hand\n"
        "王芳: 13800138000\nlevel: swollen\n"
        "history:\n  - {at: 2024-03-04T09:00:00+08:00, by: li.wei, did: open, id: 7Q2M0X4C}\n",
        encoding="utf-8",
    )
    return book, case


def make_desk(folder: Path) -> Book:
    """A casebook with a small policy."""
    file = folder / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return make_book(folder, file, lang="en")


def write_cases(book: Book, count: int) -> None:
    """Writes case files, each with one overdue clock."""
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for number in range(count):
        rest, letters = number, ""
        for _place in range(5):
            rest, digit = divmod(rest, len(digits))
            letters = digits[digit] + letters
        hour, minute = divmod(12 * 60 - number % 700, 60)
        case = f"C-20240304-{letters}"
        received = f"2024-03-04T{hour:02}:{minute:02}:00+08:00"
        (book.root / f"cases/open/{case}.yaml").write_text(
            f"id: {case}\ntitle: t\nreceived: {received}\n\nstatus: open\n\nhistory:\n"
            f"  - {{at: {received}, by: li.wei, did: open, id: 7Q2M0X4C}}\n"
        )
