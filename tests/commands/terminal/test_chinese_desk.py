"""Tests everyday commands in Chinese: translated back by the catalogue, the output equals the English output.

`make test-zh`, a part of `make nightly`, runs every command-line test in Chinese. The most used commands are tested here
in every run; help pages and placeholders in tests/render/text/test_language.py, a whole day as in the documentation in
tests/docs/test_readme.py.
"""

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.casebooks import Book, Result, make_book
from tests.sampling import sample

DAY: Final = "2024-03-04T"
NOW: Final = "2024-03-05T10:00"
FACTS: Final = (
    "customer.name=王芳",
    "customer.phone=13800138000",
    "product.model=X100",
    "product.bought=2024-02-19",
    "product.bought_from=web shop",
    "product.time_in_use=2 weeks",
    "description=swollen",
    "remedy_sought=refund",
)
SETS: Final = tuple(word for fact in FACTS for word in ("--set", fact))
RECEIVED: Final = ("--received", f"{DAY}09:00", "--at", f"{DAY}09:10")
# A command, and its exit code if it is refused.
COMMANDS: Final = (
    ("open --title Battery", 0),
    ("ack CASE --via phone --promise-by +48h --at 2024-03-04T09:30", 0),
    ("assess CASE --level urgent --at 2024-03-04T10:00", 0),
    ("classify CASE --category quality/function/hardware --at 2024-03-04T10:30", 0),
    ("classify CASE --level urgnt", 2),
    ("wait CASE --reason photo --at 2024-03-04T11:00", 0),
    ("heard CASE --via phone --at 2024-03-04T12:00", 0),
    ("note CASE again --at 2024-03-04T12:10", 0),
    ("assign CASE --to sun.tao --at 2024-03-04T12:20", 0),
    ("escalate CASE --to zhang.min --reason unsafe --at 2024-03-04T12:30", 0),
    ("edit CASE --set lesson=shorter --at 2024-03-04T12:40", 0),
    ("task CASE --to quality --what look --due +4h --at 2024-03-04T12:50", 0),
    ("investigate CASE --finding worn --set cause.class=quality/design --at 2024-03-04T13:00", 0),
    ("respond CASE --outcome upheld", 3),
    ("close CASE --outcome upheld", 3),
    ("show CASE --as-of NOW", 0),
    ("list --as-of NOW", 0),
    ("today --as-of NOW", 0),
    ("board --as-of NOW", 0),
    ("check --as-of NOW", 1),
    ("explain CASE --as-of NOW", 0),
    ("report --as-of NOW", 0),
    ("log CASE", 0),
    ("actions --as-of NOW", 0),
    ("policy list", 0),
    ("show zzz", 5),
)

# Here Chinese has one word for two in English (state, status), so only numbers and times can be compared.
TWO_WORDS_ARE_ONE: Final = {"show", "list", "board", "check", "explain", "report", "log", "policy"}
NUMBER: Final = re.compile(r"\d+(?:[.:-]\d+)*")


def day(book: Book) -> Iterator[Result]:
    """The output of each command, without random parts and times."""
    case = ""
    for line, code in COMMANDS:
        words = line.replace("CASE", case).replace("NOW", NOW).split()
        result = book.call(*words, *((*SETS, *RECEIVED) if words[0] == "open" else ()))
        assert result.returncode == code, result
        case = case or result.stdout.strip()
        yield Result(returncode=code, stdout=plain(result.stdout, case), stderr=plain(result.stderr, case))


def plain(said: str, case: str) -> str:
    """Removes the random letters of case ids, event ids and hashes, and the width of tables."""
    said = said.replace(case, "C-CASE").replace(case[-5:], "CASE")
    said = re.sub(r"\b(?=\w*\d)(?=\w*[A-Z])[0-9A-Z]{8}\b|\b[0-9a-f]{7,}\b", "ID", said)
    said = re.sub(r"\b20(?!24-03)\d\d-\d\d-\d\d[T ]\d\d:\d\d\S*", "TIME", said)
    return re.sub(r"[ -]{2,}", "  ", said)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Result], list[Result]]:
    english, chinese = (make_book(tmp_path_factory.mktemp(lang), lang=lang) for lang in ("en", "zh"))
    # A locale instead of the bare language asks for the answer in English; see tests/casebooks.py.
    asked = Book(root=chinese.root, variables={**chinese.variables, "COMPLAINTCTL_LANG": "zh_CN"})
    return list(day(english)), list(day(asked))


@pytest.mark.parametrize("place", sample(range(len(COMMANDS)), 9), ids=[line for line, _code in COMMANDS])
def test_a_command_says_the_same_in_chinese(both: tuple[list[Result], list[Result]], place: int) -> None:
    english, chinese = (told[place].stdout + told[place].stderr for told in both)
    assert english
    if COMMANDS[place][0].split()[0] in TWO_WORDS_ARE_ONE:
        english, chinese = (" ".join(NUMBER.findall(said)) for said in (english, chinese))
    assert chinese == english
