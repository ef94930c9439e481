"""Counts the keys of daily work and plays what `docs/desk.md` shows: every command line, every answer, Enter for each.

`cpl` is the short name that the package installs. The figures before are those of 2026-11-28: with options for everything, a command a case.
"""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from complaintctl.render.text.language import Language
from tests.casebooks import Book, make_book
from tests.commands.stories.typist import Answer, type_command
from tests.docs.readme import ROOT
from tests.sampling import sample
from tests.terminal import pty_only

PAGES: Final[dict[Language, Path]] = {"en": ROOT / "docs" / "desk.md", "zh": ROOT / "docs" / "zh" / "desk.md"}
# By work, in the order of the table: the keys before (None: not possible) and now.
LOG, HISTORY, ASSIGN, DUPLICATE, REFUSAL, HOTLINE = range(6)
BEFORE: Final = (173, 44, 370, 85, None, 600)
NOW: Final = (75, 21, 83, 24, 55, 151)
SHORT_ID: Final = re.compile(r"\b(?=[A-Z]*\d)[0-9A-Z]{5}\b|PBKAX")
# What the eight commands of the hotline took with options for everything.
HOTLINE_BEFORE: Final = (
    (
        'complaintctl open --title "Charged twice" --channel phone --customer-name "Wang Fang" --phone 13800138000'
        ' --description "Twice in May" --remedy-sought refund --set x.rings=1'
    ),
    "complaintctl step 7K3FQ receive",
    "complaintctl classify 7K3FQ --category service --level general --set x.legal_risk=none",
    "complaintctl step 7K3FQ handle --set x.resolved=yes",
    "complaintctl respond 7K3FQ --outcome upheld",
    (
        "complaintctl follow-up 7K3FQ --satisfaction 5 --set satisfaction.attitude=5 --set satisfaction.solved=5"
        " --set x.survey_by=call-back"
    ),
    "complaintctl step 7K3FQ archive --set lesson=refunded",
    "complaintctl close 7K3FQ",
)


def shown(lang: Language) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of the table and the lines of each block, below the heading of the keys."""
    text = (
        PAGES[lang]
        .read_text(encoding="utf-8")
        .partition({"en": "\n## Keys\n", "zh": "\n## 按键次数\n"}[lang])[2]
    )
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in re.findall(r"^\|.*", text, re.MULTILINE)
    ]
    return rows[2:], [
        block.splitlines() for block in re.findall(r"^```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    ]


def keys(lines: Sequence[str]) -> int:
    """How many keys these lines take; of an answer, `> ` is not typed."""
    return sum(len(line[2:] if line.startswith(">") else line) + 1 for line in lines)


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_says_how_many_keys_its_commands_take(lang: Language) -> None:
    rows, blocks = shown(lang)
    assert [row[1:] for row in rows] == [
        [{"en": "not possible", "zh": "无法做到"}[lang] if before is None else str(before), str(now)]
        for before, now in zip(BEFORE, NOW, strict=True)
    ]
    assert tuple(map(keys, blocks)) == NOW


def test_a_hotline_call_that_is_solved_at_once_takes_four_commands() -> None:
    for lang in PAGES:
        commands = [line for line in shown(lang)[1][HOTLINE] if not line.startswith(">")]
        assert (len(commands), len(HOTLINE_BEFORE)) == (4, 8)


def test_daily_work_takes_half_the_keys_of_before() -> None:
    assert keys(HOTLINE_BEFORE) == BEFORE[HOTLINE]
    for work, (before, now) in enumerate(zip(BEFORE, NOW, strict=True)):
        assert before is None or now <= before / 2, work


def play(book: Book, lines: Sequence[str], cases: Sequence[str]) -> str:
    """Type these lines in a casebook, a case of ours for each id they name; gives what the last command showed.

    A case that is opened by the first line is the one that the next lines name.
    """
    named = list(dict.fromkeys(found for line in lines for found in SHORT_ID.findall(line)))
    ours, screen = dict(zip(named, cases, strict=False)), ""
    for line, answers in dialogues(lines):
        if not cases and named and (rows := book.json("list")["cases"]):
            ours = {named[0]: rows[0]["id"][-5:]}
        words = shlex.split(_with_ours(line, ours))
        typed = [_with_ours(answer, ours) for answer in answers]
        screen = type_command(book, words[1:], next_answer(typed))
        assert typed == [], (line, screen)
    return screen


def next_answer(typed: list[str]) -> Answer:
    """Answers in this order, whatever is asked."""
    return lambda _question: typed.pop(0)


def _with_ours(line: str, ours: Mapping[str, str]) -> str:
    """The same line with a case of ours for each that it names."""
    return SHORT_ID.sub(lambda found: ours[found[0]], line)


def dialogues(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each command with the answers below it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(">"):
            found[-1][1].append(line[2:])
        else:
            found.append((line, []))
    return found


def short(*cases: str) -> list[str]:
    return [case[-5:] for case in cases]


def case_of(book: Book, part: str) -> Any:
    return book.json("show", part)["case"]


def log_a_call(book: Book, lines: Sequence[str]) -> None:
    play(book, lines, ())
    case = case_of(book, book.json("list")["cases"][0]["id"])
    assert (case["title"], case["channel"], case["category"]) == ("Battery swells", "email", "quality")
    assert case["customer"] == {"name": "Wang Fang", "phone": "13800138000"}
    assert (case["product"]["model"], case["description"]) == ("X100", "Back lifts off")


def look_up_the_caller(book: Book, lines: Sequence[str]) -> None:
    spelt = ("138-0013-8000", "+86 138 0013 8000", "１３８００１３８０００")
    cases = [book.open("t", "--phone", number) for number in spelt]
    book.call("close", cases[0], "--outcome", "withdrawn", check=0)
    said = play(book, lines, ())
    assert all(case in said for case in cases), said


def assign_ten(book: Book, lines: Sequence[str]) -> None:
    cases = [book.open("t") for _number in range(10)]
    before = int(book.git("rev-list", "--count", "HEAD"))
    play(book, lines, short(*cases))
    assert {row["owner"] for row in book.json("list")["cases"]} == {"li.wei"}
    assert int(book.git("rev-list", "--count", "HEAD")) == before + 1


def close_a_duplicate(book: Book, lines: Sequence[str]) -> None:
    case, original = book.open("again"), book.open("first")
    play(book, lines, short(case, original))
    closed = case_of(book, case)
    assert (closed["outcome"], closed["links"]) == ("duplicate", [{"duplicate_of": original}])


def refuse(book: Book, lines: Sequence[str]) -> None:
    known = ("--customer-name", "Wang Fang", "--phone", "13800138000", "--model", "X100")
    more = (
        "--bought",
        "2024-01-05",
        "--description",
        "d",
        "--remedy-sought",
        "refund",
        "--category",
        "price",
    )
    case = book.open("t", *known, *more)
    book.call("assess", case, check=0)
    book.call("classify", case, "--category", "price", check=0)
    book.call("investigate", case, "--set", "cause.class=price", "--set", "cause.finding=as agreed", check=0)
    play(book, lines, short(case))
    closed = case_of(book, case)
    assert (closed["status"], closed["outcome"]) == ("closed", "not-upheld")
    assert "forced" not in closed["history"][-1]


def solve_at_once(book: Book, lines: Sequence[str]) -> None:
    play(book, lines, ())
    (row,) = book.json("list", "--closed")["cases"]
    case = case_of(book, row["id"])
    assert (case["status"], case["outcome"], case["lesson"]) == ("closed", "upheld", "refunded")
    assert len(case["history"]) == 8
    assert book.json("list")["cases"] == []


PLAYS: Final[dict[int, Callable[[Book, Sequence[str]], None]]] = {
    LOG: log_a_call,
    HISTORY: look_up_the_caller,
    ASSIGN: assign_ten,
    DUPLICATE: close_a_duplicate,
    REFUSAL: refuse,
    HOTLINE: solve_at_once,
}


@pty_only
@pytest.mark.parametrize("work", sample(PLAYS, 3))
@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.nightly)])
def test_the_commands_of_the_page_do_the_work(tmp_path: Path, lang: Language, work: int) -> None:
    policy = "hotline" if work == HOTLINE else "electronics"
    PLAYS[work](make_book(tmp_path, policy, lang=lang), shown(lang)[1][work])
