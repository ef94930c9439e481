"""Tests the commands for steps: what each records, prints and moves."""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, author, make_book, refused

RECEIVED = "2024-03-04T09:00"
OWN_STEPS = """\
complaintctl: 1
name: own-steps
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone, email]
categories: {defect: {}, delay: {}}
steps:
  - {step: ack, within: {urgent: 1h, general: 4h}, first_answer: true, promise: {respond: {delay: 24h, else: 72h}}}
  - {step: classify, within: 4h}
  - {step: contain, within: {urgent: 2h, general: 8h}, when: {x.confirmed: "yes"}, optional: true}
  - {step: d3, within: 24h, after: [contain], when: {x.confirmed: "yes"}}
  - {step: plan, within: 48h, approve: {urgent: [manager]}}
  - {step: respond, within: 24h, from: plan, needs: [outcome]}
  - {step: update, every: {urgent: 8h, else: 24h}}
remedies: [refund]
roles: [manager]
people:
  li.wei: {email: li.wei@example.com}
  chen.jie: {email: chen.jie@example.com, roles: [manager]}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("steps"))


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("own-steps")
    (folder / "policy.yaml").write_text(OWN_STEPS)
    return make_book(folder, folder / "policy.yaml")


def opened(book: Book, *options: str) -> str:
    return book.open("t", "--received", RECEIVED, "--at", RECEIVED, *options)


def take(book: Book, case_id: str, verb: str, hour: str, *options: str) -> dict[str, Any]:
    """Takes a step on the Monday of receipt; returns its event."""
    return dict(book.json(verb, case_id, "--at", f"2024-03-04T{hour}", *options)["event"])


def clock(book: Book, case_id: str, step: str, as_of: str) -> dict[str, Any]:
    clocks = book.json("show", case_id, "--as-of", f"2024-03-04T{as_of}")["case"]["clocks"]
    (found,) = [entry for entry in clocks if entry["step"] == step]
    return dict(found)


def complete_record(book: Book, **more: str) -> str:
    facts = ("--customer-name", "王芳", "--phone", "13800138000", "--model", "X100", "--bought", "2024-01-01")
    words = ("--description", "It hums.", "--remedy-sought", "repair")
    sets = (word for name, value in more.items() for word in ("--set", f"{name.replace('__', '.')}={value}"))
    return opened(book, *facts, *words, *sets)


# --- the eight steps of the electronics policy, with everything they can record ---


def test_assess_records_a_first_level_and_the_impact(book: Book) -> None:
    case_id = opened(book)
    event = take(book, case_id, "assess", "09:30", "--level", "重要", "--set", "impact.legal_risk=low")
    assert event["set"] == {"level": [None, "important"], "impact.legal_risk": [None, "low"]}
    assert (event["due"], event["met"]) == ("2024-03-04T11:00:00+08:00", True)


def test_classify_takes_chinese_labels_and_shows_the_playbook_of_the_class(book: Book) -> None:
    more = {"product__bought_from": "web shop", "product__time_in_use": "2 weeks"}
    case_id = complete_record(book, **more)
    take(book, case_id, "assess", "09:30")
    labels = ("--level", "紧急", "--category", "产品质量/功能故障/硬件故障")
    result = book.call("classify", case_id, "--at", "2024-03-04T10:00", *labels, check=0)

    assert result.stdout == f"{case_id} classify: urgent quality/function/hardware\n"
    shown = result.stderr.partition("Playbook\n")[2].splitlines()
    assert shown == [
        "  1. Check the warranty card and the warranty period",
        "  2. Guide the customer through a self-check",
        "  3. Arrange an engineer's visit or a mail-in repair",
        "  4. Answer questions about the progress of the repair",
    ]
    chinese = book.call("--lang", "zh", "show", case_id, check=0).stdout
    assert "1. 核对保修卡和保修期" in chinese


def test_a_class_may_be_corrected_later_and_keeps_the_verdict_of_the_first(book: Book) -> None:
    case_id = complete_record(book)
    take(book, case_id, "assess", "09:30")
    take(book, case_id, "classify", "10:00", "--category", "price", "--level", "general")
    again = take(book, case_id, "classify", "15:00", "--category", "price/fraud")
    assert again["set"] == {"category": ["price", "price/fraud"]}
    assert "met" not in again
    assert clock(book, case_id, "classify", "15:00")["taken"] == "2024-03-04T10:00:00+08:00"


def test_investigate_records_the_cause_the_finding_and_the_whys_in_order(book: Book) -> None:
    case_id = complete_record(book)
    take(book, case_id, "assess", "09:30")
    take(book, case_id, "classify", "10:00", "--category", "price", "--level", "general")
    whys = ("--why", "the label was old", "--why", "nobody changed it; two shifts")
    take(
        book, case_id, "investigate", "11:00", "--cause", "价格原因/调整不及时", "--finding", "old tag", *whys
    )
    assert book.json("show", case_id)["case"]["cause"] == {
        "class": "price/late-adjustment",
        "finding": "old tag",
        "five_whys": ["the label was old", "nobody changed it; two shifts"],
    }


def test_plan_execute_respond_and_follow_up_record_what_was_agreed_given_and_said(book: Book) -> None:
    case_id = complete_record(book)
    take(book, case_id, "assess", "09:30")
    take(book, case_id, "classify", "10:00", "--category", "price", "--level", "general")
    take(book, case_id, "investigate", "11:00", "--cause", "price", "--finding", "f")
    measures = ("--measure", "Print new tags;zhao.min;2024-03-11", "--measure", "Call her")
    planned = take(book, case_id, "plan", "12:00", "--remedy", "退款", "--agreed", *measures)
    take(book, case_id, "execute", "13:00", "--remedy", "refund", "--cost", "299.00 CNY")
    take(book, case_id, "respond", "14:00", "--outcome", "partly-upheld", "--via", "phone")
    scores = ("--satisfaction", "4", "--attitude", "5", "--solved", "3", "--comment", "quick enough")
    followed = take(book, case_id, "follow-up", "15:00", "--via", "phone", *scores)

    case = book.json("show", case_id)["case"]
    assert case["plan"] == {
        "remedy": "refund",
        "measures": [
            {"what": "Print new tags", "who": "zhao.min", "due": "2024-03-11"},
            {"what": "Call her"},
        ],
        "agreed_with_customer": True,
    }
    assert case["remedy"] == {"kind": "refund", "cost": "299.00 CNY"}
    assert case["outcome"] == "partly-upheld"
    assert case["satisfaction"] == {"overall": 4, "attitude": 5, "solved": 3, "comment": "quick enough"}
    assert planned["set"]["plan.agreed_with_customer"] == [None, "true"]
    assert followed["changed"] == ["satisfaction.comment"]
    assert "quick enough" not in book.file(case_id).read_text().partition("history:")[2]
    assert book.json("close", case_id, "--at", "2024-03-04T16:00")["status"] == "closed"


@pytest.mark.parametrize("score", ["0", "6", "many"])
def test_a_score_is_from_one_to_five(book: Book, score: str) -> None:
    assert book.call("follow-up", "C-20240304", "--satisfaction", score, check=2).stdout == ""


def test_a_follow_up_is_due_again_a_week_later_until_the_customer_has_an_opinion(book: Book) -> None:
    case_id = complete_record(book)
    for verb, hour, options in (
        ("assess", "09:30", ()),
        ("classify", "10:00", ("--category", "price")),
        ("investigate", "11:00", ("--cause", "price", "--finding", "f")),
        ("plan", "12:00", ("--remedy", "refund")),
        ("execute", "13:00", ("--remedy", "refund")),
        ("respond", "14:00", ("--outcome", "upheld")),
    ):
        take(book, case_id, verb, hour, *options)

    def due(as_of: str) -> tuple[str, str | None]:
        clocks = book.json("show", case_id, "--as-of", as_of)["case"]["clocks"]
        (entry,) = [entry for entry in clocks if entry["step"] == "follow-up"]
        return entry["state"], entry["due"]

    assert due("2024-03-05T09:00") == ("running", "2024-03-11T14:00:00+08:00")
    book.call("follow-up", case_id, "--at", "2024-03-12T09:00", check=0)
    assert due("2024-03-12T10:00") == ("running", "2024-03-19T09:00:00+08:00")
    book.call("follow-up", case_id, "--at", "2024-03-13T09:00", "--satisfaction", "2", check=0)
    assert due("2024-03-14T09:00")[0] == "met"


# --- answers, promises, levels and a team's own steps ---


def test_a_first_answer_makes_the_promise_that_the_policy_gives_for_the_class(team: Book) -> None:
    for category, due in (("delay", "2024-03-05T09:30:00+08:00"), ("defect", "2024-03-07T09:30:00+08:00")):
        case_id = opened(team, "--category", category)
        event = take(team, case_id, "ack", "09:30", "--via", "phone")
        assert event["promise"] == [due]
        promised = team.json("show", case_id)["case"]["promised"]
        assert promised == [{"by": due, "what": "respond", "made": "2024-03-04T09:30:00+08:00"}]


def test_an_answer_can_promise_more_and_an_update_too(team: Book) -> None:
    case_id = opened(team, "--category", "defect")
    take(team, case_id, "ack", "09:30", "--promise-by", "+2h", "--promise", "update")
    take(team, case_id, "update", "11:00", "--via", "phone", "--promise-by", "17:00")
    told = [(entry["what"], entry["by"]) for entry in team.json("show", case_id)["case"]["promised"]]
    assert told == [
        ("update", "2024-03-04T11:30:00+08:00"),
        ("respond", "2024-03-07T09:30:00+08:00"),
        ("respond", "2024-03-04T17:00:00+08:00"),
    ]
    clocks = team.json("show", case_id, "--as-of", "2024-03-04T12:00")["case"]["clocks"]
    states = [(entry["what"], entry["state"]) for entry in clocks if entry["step"] == "promise"]
    assert states == [("update", "met"), ("respond", "running"), ("respond", "running")]


def test_the_first_answer_is_judged_by_the_level_and_by_the_shortest_limit_before_there_is_one(
    team: Book,
) -> None:
    case_id = opened(team)
    assert clock(team, case_id, "ack", "09:30")["due"] == "2024-03-04T10:00:00+08:00"
    event = take(team, case_id, "classify", "09:40", "--level", "general")
    assert event["moved"] == {"ack": ["2024-03-04T10:00:00+08:00", "2024-03-04T13:00:00+08:00"]}
    assert take(team, case_id, "ack", "11:00")["met"] is True


def test_the_update_clock_counts_from_the_last_word_to_the_customer(team: Book) -> None:
    case_id = opened(team, "--level", "urgent")
    assert clock(team, case_id, "update", "09:10")["state"] == "ahead"
    take(team, case_id, "ack", "09:30", "--via", "phone")
    assert clock(team, case_id, "update", "09:40")["due"] == "2024-03-04T17:30:00+08:00"
    take(team, case_id, "update", "12:00", "--via", "email")
    assert clock(team, case_id, "update", "12:10")["due"] == "2024-03-04T20:00:00+08:00"
    take(team, case_id, "classify", "13:00", "--category", "delay")
    assert clock(team, case_id, "update", "13:10")["due"] == "2024-03-04T20:00:00+08:00"


def test_a_step_of_the_team_runs_by_its_name_when_its_condition_holds(team: Book) -> None:
    case_id = opened(team, "--level", "urgent")
    assert "contain" not in [entry["step"] for entry in team.json("show", case_id)["case"]["clocks"]]
    take(team, case_id, "edit", "09:20", "--set", "x.confirmed=yes")
    assert clock(team, case_id, "contain", "09:30")["due"] == "2024-03-04T11:00:00+08:00"
    refused = team.call("step", case_id, "d3", check=3)
    next_one = f"complaintctl step {case_id} contain"
    assert refused.stderr == f"d3 must come after contain, which has not been taken yet. Next: {next_one}\n"
    event = team.json("step", case_id, "contain", "--at", "2024-03-04T10:00", "--text", "stopped the line")
    assert (event["event"]["did"], event["event"]["met"]) == ("contain", True)
    assert team.json("step", case_id, "d3", "--at", "2024-03-04T10:30")["event"]["did"] == "d3"
    take(team, case_id, "ack", "09:10")
    owed = team.json("today", "--as-of", "2024-03-04T09:25")["today"]
    assert {entry["case"]: entry["command"] for entry in owed}[case_id] == (
        f"complaintctl step {case_id} contain"
    )


def test_a_refused_approval_makes_the_step_due_again_with_its_full_limit(team: Book) -> None:
    case_id = opened(team, "--level", "urgent")
    take(team, case_id, "classify", "09:30", "--category", "defect")
    assert take(team, case_id, "plan", "10:00", "--remedy", "refund")["met"] is True
    reason = ("--refuse", "--reason", "too dear")
    sign = ("approve", case_id, "plan", "--at")
    event = team.json(*sign, "2024-03-04T11:00", *reason, env=author("chen.jie"))["event"]
    assert (event["to"], event["refused"], event["reason"]) == ("plan", True, "too dear")
    again = clock(team, case_id, "plan", "11:30")
    assert (again["state"], again["from"], again["due"]) == (
        "running",
        "reopen",
        "2024-03-06T11:00:00+08:00",
    )
    take(team, case_id, "plan", "12:00")
    signed = team.json(*sign, "2024-03-04T13:00", env=author("chen.jie"))["event"]
    assert (signed["did"], "refused" in signed) == ("approve", False)
    assert take(team, case_id, "respond", "14:00", "--outcome", "upheld")["met"] is True


@pytest.mark.parametrize("verb", ["ack", "assess", "classify", "investigate", "plan", "execute", "respond"])
def test_every_step_names_an_unknown_channel_and_an_unknown_field(book: Book, verb: str) -> None:
    case_id = "C-20240304-ZZZZZ"
    options = ("--level", "general") if verb == "classify" else ()
    assert "no field colour" in book.call(verb, case_id, *options, "--set", "colour=red", check=2).stderr
    assert "channel fax" in book.call(verb, case_id, *options, "--via", "fax", check=2).stderr


def test_a_step_prints_what_it_recorded_and_what_is_due_next(book: Book) -> None:
    case_id = opened(book)
    result = book.run("assess", case_id, "--level", "urgent", "--at", "2024-03-04T12:00", check=0)
    assert result.stdout == f"{case_id} assess: urgent\n"
    assert result.stderr.splitlines() == [
        "assess: late, it was due 2024-03-04 11:00",
        "next: classify, due 2024-03-04 13:00",
    ]
    machine = book.json("note", case_id, "x")
    awaited = machine["next"]
    assert (awaited["step"], awaited["due"]) == ("classify", "2024-03-04T13:00:00+08:00")


def test_a_step_of_a_policy_without_that_step_is_recorded_without_a_verdict(tmp_path: Path) -> None:
    book = make_book(tmp_path, "promised-dates")
    case_id = opened(book)
    event = take(book, case_id, "investigate", "10:00", "--finding", "f")
    assert event["set"] == {"cause.finding": [None, "f"]}
    assert "met" not in event


def test_level_and_class_may_be_classified_by_assignment(book: Book) -> None:
    case_id = complete_record(book, product__bought_from="web shop", product__time_in_use="2 weeks")
    take(book, case_id, "assess", "09:30")
    event = take(book, case_id, "classify", "10:00", "--set", "level=紧急", "--set", "分类=logistics")
    assert event["set"] == {"level": [None, "urgent"], "category": [None, "logistics"]}
    assert "--level" in refused(book, 2, "classify", case_id, "--set", "product.serial=7")
