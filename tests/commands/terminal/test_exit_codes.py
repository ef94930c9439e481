"""Seventy commands against docs/exit-codes.md, also with a closed stdout (`>&-`) and on a full disk (`>/dev/full`).

A row is a command line, the code it ends with, and words that it says on stderr. In a command line OPEN, CLOSED,
WAITING and PLANNED are cases, GONE a case that is not there, BROKEN one whose file is damaged.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import Book, Result, make_book
from tests.commands.processes import command
from tests.sampling import sample

POLICY: Final = """\
complaintctl: 1
name: coded
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone, email]
categories: {defect: {}, price: {}}
remedies: [refund]
roles: [boss, lawyer]
people:
  li.wei: {email: li.wei@example.com, roles: [boss]}
  ma.li: {email: ma.li@example.com, roles: [boss]}
steps:
  - {step: assess, within: 2h}
  - {step: plan, within: 48h, approve: [boss]}
  - {step: contain, within: 4h, roles: [lawyer], optional: true}
  - {step: respond, within: 72h, needs: [outcome]}
close: {withdrawn: {}}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
"""
MAPPING: Final = (
    "mapping: 1\nsystem: shop\ntimezone: Asia/Shanghai\ntimes: '%Y-%m-%d'\nid: no\nreceived: came\n"
    "fields: {title: subject}\n"
)
FILES: Final = {
    "map.yaml": MAPPING,
    "bad-map.yaml": MAPPING.replace("system: shop\n", ""),
    "good.csv": "no,came,subject\n1,2024-03-04,one\n",
    "bad.csv": "no,came,subject\n1,2024-03-04,one\n2,yesterday,two\n",
    "bad-policy.yaml": "complaintctl: 1\nname: x\ntimezone: Nowhere\n",
    "note.txt": "hello\n",
}
NOW: Final = "2024-03-06T09:00"
OUTPUT: Final = "The output could not be written"

Row = tuple[str, int, str]
ROWS: Final[tuple[Row, ...]] = (
    # fine
    ("--version", 0, ""),
    ("--help", 0, ""),
    ("open --help", 0, ""),
    ("open --title t --at 2024-03-04T09:00", 0, "next: assess"),
    ("open --title t --json", 0, ""),
    ("assess OPEN", 0, "assess: late"),
    ("classify OPEN --level urgent", 0, "next: assess"),
    ("note OPEN hello", 0, "next: assess"),
    ("edit OPEN --set product.serial=SN-1", 0, "next: assess"),
    ("wait OPEN --reason photo", 0, ""),
    ("resume WAITING", 0, "next: assess"),
    ("heard OPEN --via phone", 0, "next: assess"),
    ("close OPEN --outcome withdrawn", 0, ""),
    ("reopen CLOSED --reason again", 0, "next: "),
    ("attach OPEN note.txt", 0, "next: assess"),
    ("link OPEN CLOSED --as related_to", 0, "next: assess"),
    ("list", 0, ""),
    ("list --format json", 0, ""),
    ("list --format csv", 0, ""),
    ("show OPEN", 0, ""),
    ("log OPEN", 0, ""),
    ("explain OPEN", 0, ""),
    ("today", 0, ""),
    ("board --format md", 0, ""),
    ("check --fail-on never", 0, "Open cases"),
    ("policy show", 0, ""),
    ("policy check", 0, ""),
    ("schema case", 0, ""),
    ("template list", 0, ""),
    ("form OPEN record", 0, ""),
    ("form OPEN record --format json", 0, ""),
    ("import csv good.csv --map map.yaml", 0, ""),
    ("import csv good.csv --map map.yaml --dry-run", 0, ""),
    # findings
    ("check", 1, "Open cases"),
    ("check --format github", 1, "Open cases"),
    ("check --format junit", 1, "Open cases"),
    ("policy check bad-policy.yaml", 1, ""),
    ("import csv bad.csv --map map.yaml", 1, "bad.rejects.csv"),
    ("import csv bad.csv --map map.yaml --dry-run", 1, ""),
    # not understood
    ("", 2, "complaintctl ["),
    ("nocommand", 2, "No such command"),
    ("list --nooption", 2, "No such option"),
    ("open", 2, "--title is missing"),
    ("classify OPEN --level urgant", 2, "Did you mean urgent?"),
    ("classify OPEN --category nothing", 2, "is not in the policy"),
    ("edit OPEN --set nofield=1", 2, "A case has no field nofield"),
    ("edit OPEN --set status=closed", 2, "cannot be set directly"),
    ("edit OPEN --set title", 2, "is not of the form FIELD=VALUE"),
    ("note OPEN x --at 2199-01-01T00:00", 2, "is in the future"),
    ("note OPEN x --at yesterday", 2, "is not a time"),
    ("list --format pie", 2, "Unknown format pie"),
    ("close OPEN", 2, "needs an outcome"),
    ("step OPEN dance", 2, "The policy has no step dance"),
    ("attach OPEN nothere.txt", 2, "nothere.txt"),
    ("policy diff nowhere", 2, "neither a file nor a git revision"),
    ("-C / list", 2, "is not a casebook"),
    ("import csv good.csv --map nomap", 2, "nomap"),
    # refused
    ("plan OPEN", 3, "must come after assess"),
    ("note OPEN x --at 2024-03-01T09:00", 3, "is before receipt"),
    ("assess CLOSED", 3, "is closed"),
    ("resume OPEN", 3, "is not waiting"),
    ("close OPEN --outcome upheld", 3, "cannot be closed as upheld"),
    ("step PLANNED contain", 3, "needs one of the roles lawyer"),
    ("approve PLANNED plan", 3, "somebody else must approve it"),
    ("approve PLANNED plan --by ma.li", 3, "Nobody signs for somebody else"),
    ("respond PLANNED --outcome upheld", 3, "waits until plan is approved"),
    # broken
    ("import csv good.csv --map bad-map.yaml", 4, "system is missing"),
    ("show BROKEN", 4, "not valid YAML"),
    ("note BROKEN x", 4, "cannot be changed until its file is repaired"),
    (f"check --as-of {NOW} --archive", 4, "not valid YAML"),
    ("report", 4, "not valid YAML"),
    # not found
    ("show GONE", 5, "No case matches"),
    ("note GONE x", 5, "No case matches"),
    ("show C-", 5, "matches 5 cases"),
)
# One of every code, and every way in which something is printed: text, JSON, help, bytes.
SAMPLE: Final = {
    *("--version", "note OPEN hello", "list --format json", "policy check bad-policy.yaml", "nocommand"),
    *("plan OPEN", "show BROKEN", "show GONE"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, dict[str, str]]:
    """A casebook with a case in every state, and the cases by their names in the rows."""
    folder = tmp_path_factory.mktemp("codes")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml")
    for name, text in FILES.items():
        (book.root / name).write_text(text, encoding="utf-8")
    names = ("OPEN", "CLOSED", "WAITING", "PLANNED", "BROKEN")
    cases = {name: book.open(name, "--at", "2024-03-04T09:00") for name in names}
    book.call("close", cases["CLOSED"], "--outcome", "withdrawn", "--at", "2024-03-04T10:00", check=0)
    book.call("wait", cases["WAITING"], "--reason", "photo", "--at", "2024-03-04T10:00", check=0)
    for step in ("assess", "plan"):
        book.call(step, cases["PLANNED"], "--at", "2024-03-04T10:00", check=0)
    book.call("close", cases["BROKEN"], "--outcome", "withdrawn", "--at", "2024-03-04T10:00", check=0)
    broken = book.file(cases["BROKEN"])
    broken.write_text(
        broken.read_text(encoding="utf-8").replace("title: BROKEN", "title: ]"), encoding="utf-8"
    )
    book.git("commit", "--quiet", "--all", "--message", "break a file")
    # One file of objects is copied faster than hundreds.
    book.git("repack", "-a", "-d", "--quiet")
    return book, {**cases, "GONE": "C-20240304-ZZZZZ"}


@pytest.fixture
def desk(made: tuple[Book, dict[str, str]], tmp_path: Path) -> tuple[Book, dict[str, str]]:
    """A copy of it for one row."""
    shutil.copytree(made[0].root, tmp_path / "book", symlinks=True)
    return Book(root=tmp_path / "book", variables=made[0].variables), made[1]


def words_of(row: Row, cases: dict[str, str]) -> list[str]:
    return [cases.get(word, word) for word in row[0].split()]


def check_ending(row: Row, result: Result, code: int, said: str) -> None:
    assert (result.returncode, said in result.stderr) == (code, True), (row, result)
    assert "Traceback" not in result.stderr
    assert "Exception ignored" not in result.stderr


def test_the_rows_cover_every_code_of_the_page_that_can_be_provoked() -> None:
    page = Path(__file__).parents[3].joinpath("docs/exit-codes.md").read_text(encoding="utf-8")
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    # 70 is a bug of ours; 130 takes a terminal (test_refusals.py, test_questions.py).
    assert codes - {70, 130} == {code for _words, code, _said in ROWS}
    assert len({words for words, _code, _said in ROWS}) == len(ROWS) >= 70
    assert {words for words, _code, _said in ROWS} >= SAMPLE


@pytest.mark.parametrize("row", sample(ROWS, 25, single=True), ids=lambda row: row[0] or "nothing")
def test_a_command_ends_with_the_code_of_the_page_and_says_why(
    desk: tuple[Book, dict[str, str]], row: Row
) -> None:
    book, cases = desk
    check_ending(row, book.call(*words_of(row, cases)), row[1], row[2])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("stdout", [">&-", ">/dev/full"])
@pytest.mark.parametrize(
    "row",
    sample(
        [
            pytest.param(row, marks=[] if row[0] in SAMPLE else [pytest.mark.nightly], id=row[0] or "nothing")
            for row in ROWS
        ],
        3,
    ),
)
def test_what_cannot_be_printed_is_code_4_and_all_else_ends_as_it_would(
    desk: tuple[Book, dict[str, str]], row: Row, stdout: str
) -> None:
    book, cases = desk
    words = words_of(row, cases)
    shutil.copytree(book.root, book.root.parent / "other", symlinks=True)
    printed = Book(root=book.root.parent / "other", variables=book.variables).call(*words).stdout
    line = ["sh", "-c", f'exec "$@" {stdout}', "sh", *command(*words)]
    done = subprocess.run(line, cwd=book.root, env=dict(book.variables), stderr=subprocess.PIPE, check=False)
    result = Result(returncode=done.returncode, stdout="", stderr=book.english(done.stderr.decode()))
    check_ending(row, result, 4 if printed else row[1], OUTPUT if printed else row[2])


@pytest.mark.parametrize("stderr", sample(["2>&-", "2>/dev/full"], 1))
@pytest.mark.parametrize(
    ("words", "code"), sample([("check --archive", 4), ("show GONE", 5), ("note OPEN x", 0), ("", 2)], 2)
)
def test_what_cannot_be_said_on_stderr_changes_no_code(
    desk: tuple[Book, dict[str, str]], words: str, code: int, stderr: str
) -> None:
    book, cases = desk
    line = ["sh", "-c", f'exec "$@" {stderr}', "sh", *command(*words_of((words, code, ""), cases))]
    done = subprocess.run(line, cwd=book.root, env=dict(book.variables), stdout=subprocess.PIPE, check=False)
    assert done.returncode == code


def test_a_closed_stdin_is_one_without_an_answer(desk: tuple[Book, dict[str, str]]) -> None:
    book, _cases = desk
    line = ["sh", "-c", 'exec "$@" <&-', "sh", *command("open", "--title", "t", "--description", "-")]
    done = subprocess.run(line, cwd=book.root, env=dict(book.variables), capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


def test_a_command_in_a_folder_that_was_removed_says_so(desk: tuple[Book, dict[str, str]]) -> None:
    book, _cases = desk
    gone = book.root / "gone"
    gone.mkdir()
    line = ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", *command("list")]
    done = subprocess.run(line, cwd=gone, env=dict(book.variables), capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (4, False)
