"""Plays the electronics policy on the command line: a tablet restarts, and restarts again after the repair.

Shanghai time, received on Monday 2024-05-06 at 08:30; hours run by the clock. The case waits for the customer from
10:05 to 13:20, which is 3 h 15 min. The due times:

  step         due          counted                                taken
  open         05-06 09:30  receipt + 1 h                          05-06 09:20  in time
  assess       05-06 10:30  receipt + 2 h                          05-06 09:50  in time
  classify     05-06 12:30  receipt + 4 h
               05-06 15:45  + 3 h 15 min of waiting                05-06 14:00  in time
  investigate  05-07 11:45  receipt + 24 h + 3 h 15 min            05-07 12:30  late
  plan         05-08 11:45  receipt + 48 h + 3 h 15 min            05-08 11:45  in time, to the second
  execute      05-11 11:45  plan + 72 h                            05-10 18:00  in time
  respond      05-11 18:00  execution + 24 h                       05-11 09:00  in time
  follow-up    05-18 09:00  response + 7 d                         05-17 10:00  in time
  plan         05-22 15:00  reopened 05-20 15:00 + 48 h            05-21 09:00  in time
  execute      05-24 09:00  plan 05-21 09:00 + 72 h                05-23 20:00  in time
  respond      05-24 20:00  execution + 24 h                       05-24 19:00  in time
  follow-up    05-31 19:00  response + 7 d                         06-01 10:00  late
"""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused
from tests.stories import do, dues

FACTS = (
    *("--description", "充电时反复重启，昨晚丢了文件。", "--channel", "在线客服"),
    *("--customer-name", "王芳", "--email", "wang@example.com", "--model", "P11", "--bought", "2024-03-01"),
    *("--remedy-sought", "维修", "--owner", "li.wei"),
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def first_round(book: Book, case: str) -> None:
    do(book, "assess", case, "05-06T09:50", "--level", "一般")
    quality = ("--category", "产品质量/功能故障/软件问题")
    said = refused(book, 3, "classify", case, "--at", "2024-05-06T10:00", *quality)
    assert "product.bought_from, product.time_in_use" in said

    do(book, "wait", case, "05-06T10:05", "--reason", "where it was bought", "--via", "chat")
    book.call("check", "--as-of", "2024-05-06T13:00", check=0)  # half an hour past 12:30, but waiting
    answer = ("--set", "product.bought_from=网店", "--set", "product.time_in_use=2个月")
    do(book, "heard", case, "05-06T13:20", "--via", "chat", *answer)
    moved = {"classify": "05-06 15:45", "investigate": "05-07 11:45", "plan": "05-08 11:45"}
    assert dues(book, case, "05-06T13:30") == moved

    do(book, "classify", case, "05-06T14:00", *quality)
    do(book, "update", case, "05-06T17:00", "--via", "chat", "--text", "the logs are being read")
    assert "plan must come after investigate" in refused(book, 3, "plan", case, "--at", "2024-05-07T08:00")
    reason = ("--reason", "he lost files: use is affected")
    do(book, "escalate", case, "05-07T09:00", "--level", "重要", "--to", "chen.jie", *reason)
    # The handbook's limits are the same for every level.
    assert dues(book, case, "05-07T09:30") == {"investigate": "05-07 11:45", "plan": "05-08 11:45"}
    late = book.json("check", "--as-of", "2024-05-07T12:00", check=1)["check"]["overdue"]
    assert [(entry["step"], entry["late"]) for entry in late] == [("investigate", 15 * 60)]

    found = ("--cause", "质量原因/设计", "--finding", "charging driver of version 3.1")
    do(book, "investigate", case, "05-07T12:30", *found)
    do(
        book,
        "plan",
        case,
        "05-08T11:45",
        "--remedy",
        "维修",
        "--agreed",
        "--measure",
        "update to 3.2;service",
    )
    assert dues(book, case, "05-08T12:00") == {"execute": "05-11 11:45"}
    do(book, "execute", case, "05-10T18:00", "--remedy", "维修", "--cost", "0.00 CNY")
    assert dues(book, case, "05-10T18:30") == {"respond": "05-11 18:00"}
    do(book, "respond", case, "05-11T09:00", "--outcome", "upheld", "--via", "phone")
    assert dues(book, case, "05-11T10:00") == {"follow-up": "05-18 09:00"}
    do(book, "follow-up", case, "05-17T10:00", "--satisfaction", "2", "--via", "phone")
    do(book, "close", case, "05-17T10:30")


def second_round(book: Book, case: str) -> None:
    do(book, "reopen", case, "05-20T15:00", "--to", "plan", "--reason", "it restarts again")
    assert dues(book, case, "05-20T16:00") == {"plan": "05-22 15:00"}
    do(book, "plan", case, "05-21T09:00", "--remedy", "换货", "--agreed")
    assert dues(book, case, "05-21T10:00") == {"execute": "05-24 09:00"}
    do(book, "execute", case, "05-23T20:00", "--remedy", "换货", "--cost", "1999.00 CNY")
    assert dues(book, case, "05-23T21:00") == {"respond": "05-24 20:00"}
    do(book, "respond", case, "05-24T19:00", "--outcome", "upheld", "--via", "phone")
    # The score of 05-17 was about the first round.
    assert dues(book, case, "05-25T09:00") == {"follow-up": "05-31 19:00"}
    do(book, "follow-up", case, "06-01T10:00", "--satisfaction", "5", "--via", "phone")
    learned = ("--lesson", "电池驱动要在充电时试", "--mark", "失败")
    do(book, "close", case, "06-01T10:30", *learned)


@pytest.mark.nightly
def test_a_tablet_that_restarts_is_repaired_reopened_and_exchanged(book: Book) -> None:
    case = book.open("平板反复重启", *FACTS, "--received", "2024-05-06T08:30", "--at", "2024-05-06T09:20")
    assert dues(book, case, "05-06T09:30") == {
        "assess": "05-06 10:30",
        "classify": "05-06 12:30",
        "investigate": "05-07 08:30",
        "plan": "05-08 08:30",
    }
    first_round(book, case)
    second_round(book, case)

    shown = book.json("show", case)["case"]
    told = [(event["did"], event["due"][5:16], event["met"]) for event in shown["history"] if "met" in event]
    assert told == [
        ("open", "05-06T09:30", True),
        ("assess", "05-06T10:30", True),
        ("classify", "05-06T15:45", True),
        ("investigate", "05-07T11:45", False),
        ("plan", "05-08T11:45", True),
        ("execute", "05-11T11:45", True),
        ("respond", "05-11T18:00", True),
        ("follow-up", "05-18T09:00", True),
        ("plan", "05-22T15:00", True),
        ("execute", "05-24T09:00", True),
        ("respond", "05-24T20:00", True),
        ("follow-up", "05-31T19:00", False),
    ]
    facts = {name: shown[name] for name in ("level", "owner", "status", "reopenings")}
    assert facts == {"level": "important", "owner": "chen.jie", "status": "closed", "reopenings": 1}
    assert [entry["case"] for entry in book.json("lessons", "驱动", "--mark", "failure")["lessons"]] == [case]
    book.call("check", "--archive", check=0)
