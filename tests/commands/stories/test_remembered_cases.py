"""Tests the four example cases of this repository: found by search, judged with the recorded verdicts, in our format.

Shanghai time; hours run by the clock. The due times (! marks late steps):

  watch        received 2026-03-02 09:40, wrongly closed from 03-02 16:30 to 03-04 10:00, which is 41 h 30 min
    open       03-02 10:40  receipt + 1 h            assess     03-02 11:40  receipt + 2 h, taken 15:20!
    classify   03-02 13:40  receipt + 4 h, 15:40!    investigate  03-05 03:10  receipt + 24 h + 41 h 30 min
    plan       03-06 03:10  receipt + 48 h + 41 h 30 min
    execute    03-08 09:30  plan 03-05 09:30 + 72 h  respond    03-08 15:00  execution 03-07 15:00 + 24 h
    follow-up  03-15 10:00  response 03-08 10:00 + 7 d
  purifier     received 2026-07-06 10:15, waited for from 11:00 to 13:30, which is 2 h 30 min
    open       07-06 11:15  receipt + 1 h            assess     07-06 12:15  receipt + 2 h, taken before the wait
    classify   07-06 16:45  receipt + 4 h + wait     investigate  07-07 12:45  receipt + 24 h + wait
    task       07-07 12:00  the date given           plan       07-08 12:45  receipt + 48 h + wait
    execute    07-10 16:00  plan 07-07 16:00 + 72 h  respond    07-10 11:00  execution 07-09 11:00 + 24 h
    follow-up  07-16 15:00  response 07-09 15:00 + 7 d
  laptop       received 2026-09-07 11:00, reopened 09-14 09:30
    open       09-07 12:00  receipt + 1 h            assess     09-07 13:00  receipt + 2 h
    classify   09-07 15:00  receipt + 4 h            investigate  09-08 11:00  receipt + 24 h
    plan       09-09 11:00  receipt + 48 h           execute    09-11 10:00  plan 09-08 10:00 + 72 h
    respond    09-09 14:00  execution 09-08 14:00 + 24 h
    investigate  09-15 09:30  reopening + 24 h       plan       09-16 09:30  reopening + 48 h
    execute    09-18 14:00  plan 09-15 14:00 + 72 h  respond    09-19 11:00  execution 09-18 11:00 + 24 h
    follow-up  09-25 16:00  response 09-18 16:00 + 7 d
  TV           received 2026-10-12 19:20
    open       10-12 20:20  receipt + 1 h            assess     10-12 21:20  receipt + 2 h
    classify   10-12 23:20  receipt + 4 h            investigate  10-13 19:20  receipt + 24 h
    plan       10-14 19:20  receipt + 48 h           execute    10-17 10:00  plan 10-14 10:00 + 72 h
    respond    10-17 11:00  execution 10-16 11:00 + 24 h
    follow-up  10-23 16:00  response 10-16 16:00 + 7 d
"""

import shutil

import pytest

from tests.casebooks import Book, environment
from tests.docs.readme import ROOT

NOW = "2026-11-21T12:00"
WATCH, PURIFIER, LAPTOP, TV = "C-20260302-VGV65", "C-20260706-22WH6", "C-20260907-S45EK", "C-20261012-1069C"
DUE = {
    WATCH: "open 02T10:40, assess 02T11:40!, classify 02T13:40!, investigate 05T03:10, plan 06T03:10, "
    "execute 08T09:30, respond 08T15:00, follow-up 15T10:00",
    PURIFIER: "open 06T11:15, assess 06T12:15, classify 06T16:45, task-done 07T12:00, investigate 07T12:45, "
    "plan 08T12:45, execute 10T16:00, respond 10T11:00, follow-up 16T15:00",
    LAPTOP: "open 07T12:00, assess 07T13:00, classify 07T15:00, investigate 08T11:00, plan 09T11:00, "
    "execute 11T10:00, respond 09T14:00, investigate 15T09:30, plan 16T09:30, execute 18T14:00, "
    "respond 19T11:00, follow-up 25T16:00",
    TV: "open 12T20:20, assess 12T21:20, classify 12T23:20, investigate 13T19:20, plan 14T19:20, "
    "execute 17T10:00, respond 17T11:00, follow-up 23T16:00",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A copy of the casebook in this repository, outside git."""
    root = tmp_path_factory.mktemp("repository")
    shutil.copy(ROOT / "complaintctl.yaml", root)
    shutil.copytree(ROOT / "cases", root / "cases")
    return Book(root=root, variables=environment(root))


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        (("固件",), [TV]),
        (("全部用户 升级",), [TV]),
        (("批次",), [PURIFIER]),
        (("敷衍",), [WATCH]),
        (("管理层",), [WATCH]),
        (("过保",), [LAPTOP]),
        (("--mark", "failure"), [LAPTOP, WATCH]),
        (("--mark", "成功"), [TV, PURIFIER]),
        (("--cause", "服务原因"), [WATCH]),
    ],
)
def test_a_remembered_case_is_found_by_its_words(
    book: Book, words: tuple[str, ...], cases: list[str]
) -> None:
    assert [entry["case"] for entry in book.json("lessons", *words)["lessons"]] == cases


@pytest.mark.parametrize("case", DUE)
def test_a_remembered_case_keeps_the_verdicts_of_its_days(book: Book, case: str) -> None:
    history = book.json("show", case)["case"]["history"]
    told = [
        f"{event['did']} {event['due'][8:16]}{'' if event['met'] else '!'}"
        for event in history
        if "met" in event and not event["did"].startswith("action")
    ]
    assert ", ".join(told) == DUE[case]


@pytest.mark.parametrize(
    ("case", "reopenings", "level", "remedy"),
    [
        (WATCH, 1, "important", "exchange"),
        (PURIFIER, 0, "urgent", "return"),
        (LAPTOP, 1, "important", "repair"),
        (TV, 0, "important", "repair"),
    ],
)
def test_a_remembered_case_tells_its_story(
    book: Book, case: str, reopenings: int, level: str, remedy: str
) -> None:
    shown = book.json("show", case, "--as-of", NOW)["case"]
    facts = shown["reopenings"], shown["level"], shown["remedy"]["kind"], shown["outcome"]
    assert facts == (reopenings, level, remedy, "upheld")
    assert [action["effective"] for action in shown["actions"]] == [True, True]
    assert all(action["verified_by"] != action["who"] for action in shown["actions"])
    raised = [event["to"] for event in shown["history"] if event["did"] == "escalate"]
    assert raised == (["gao.jun"] if reopenings else [])


def test_nothing_is_wrong_with_the_archive_and_nothing_is_owed_there(book: Book) -> None:
    found = book.call("check", "--archive", "--as-of", NOW, "--json").json()["check"]
    assert found["problems"] == []
    assert not {entry["case"] for entry in found["overdue"]} & set(DUE)


@pytest.mark.parametrize("case", DUE)
def test_another_event_adds_one_line_and_changes_no_byte(book: Book, case: str) -> None:
    path = book.file(case)
    before = path.read_bytes()
    book.call("note", case, "read again", check=0)
    after = path.read_bytes()
    path.write_bytes(before)
    assert after.startswith(before)
    assert after.count(b"\n") == before.count(b"\n") + 1
