"""Plays the 8D procedure on the command line: a bore out of tolerance stops the customer's line.

Shanghai time, received on Monday 2024-03-04 at 09:00. Hours and days by the clock; working days Monday to Friday, each
closing at 18:00, the day of receipt not counted. The due times:

  step    due          counted
  ack     03-05 09:00  receipt + 24 h
  d3      03-05 09:00  receipt + 24 h
  d5      03-18 18:00  10 working days, the shortest, until it is graded: 5 to 8 March (4), 11 to 15 (9), 18 (10)
          03-22 18:00  14 working days, as major: 19 (11), 20 (12), 21 (13), 22 (14)
          03-18 18:00  10 working days, as critical from 03-05 14:00 on
          03-19 18:00  the wait of 03-06 10:00 to 03-07 10:00 took one working day, its first day not counted
          04-22 18:00  reopened 04-08 10:00: 9 to 12 April (4), 15 to 19 (9), 22 (10)
  d8      04-03 09:00  receipt + 30 days: 27 days left in March from the 4th, then 3
          04-04 09:00  the wait lasted a day
          05-08 10:00  reopened 04-08 10:00 + 30 days: 22 days left in April from the 8th, then 8
  action  03-25 23:59  the day typed, to its end
  check   04-01 23:59  the day typed, to its end, from when the action is done
"""

from pathlib import Path

import pytest

from tests.casebooks import Book
from tests.stories import Story, make_team

PEOPLE = """
  li.wei: {email: li.wei@example.com}
  zhao.min: {}
  ma.li: {roles: [quality-manager]}
  chen.jie: {roles: [champion]}"""
ZH = {"COMPLAINTCTL_LANG": "zh"}
FIVE_W = [
    *("--set", "problem.what=bore too wide", "--set", "problem.when=shift 2, 1 March"),
    *("--set", "problem.where=line 3 of the customer", "--set", "problem.who=assembly"),
    *("--set", "problem.why=the pin falls out", "--set", "problem.how=found at the torque test"),
]
CAUSE = ("--set", "cause.class=机", "--set", "cause.finding=the fixture was worn")
WHYS = [word for number in range(1, 6) for word in ("--why", f"reason {number}")]
BONES = ("--bone", "机: 夹具磨损", "--bone", "法: 未规定更换周期")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_team(tmp_path, "8d", PEOPLE)


def begun(book: Book, *options: str, day: str = "03-04") -> Story:
    facts = ("--customer-name", "Engine Works", "--email", "q@example.com", "--model", "H20")
    received = ("--received", f"2024-{day}T09:00", "--at", f"2024-{day}T09:20")
    case = book.open("Bore too wide", *received, *facts, "--description", "d", *options)
    return Story(book=book, case=case)


def until_d3(story: Story) -> None:
    """Plays up to the description of the problem, without an emergency."""
    story.do("classify", "03-04T10:30", "--level", "次要", "--category", "尺寸")
    story.do("step d0", "03-04T11:00", "--set", "是否需要紧急响应=否")
    story.do("assign", "03-04T11:10", "--to", "li.wei")
    story.do("step d1", "03-04T11:20", "--set", "x.team=li.wei, zhao.min")
    story.do("step d2", "03-04T15:00", *FIVE_W, "--set", "数量=12")


def contained(story: Story) -> None:
    until_d3(story)
    story.do(
        "step d3", "03-04T16:00", "--set", "x.containment=sorted", "--set", "x.containment_check=0 of 400"
    )


def test_a_complaint_goes_through_the_eight_disciplines_and_comes_back(book: Book) -> None:
    story = begun(book)
    prepared_and_contained(story)
    found_and_mended(story)
    found_again(story)
    assert story.verdicts() == [
        ("ack", True),
        ("d3", False),
        ("d5", True),
        ("d8", True),
        ("d5", True),
        ("d8", True),
    ]
    assert story.fact("reopenings") == 1
    book.call("check", "--archive", check=0)


def prepared_and_contained(story: Story) -> None:
    """D0 to D3: an emergency, a containment that comes late, a level that goes up."""
    book = story.book
    assert story.dues("03-04T09:30") == {
        "ack": "03-05 09:00",
        "d3": "03-05 09:00",
        "d5": "03-18 18:00",
        "d8": "04-03 09:00",
    }
    story.do("ack", "03-04T10:00", "--via", "email")
    story.do("classify", "03-04T10:30", "--level", "主要", "--category", "尺寸")
    assert story.dues("03-04T10:45")["d5"] == "03-22 18:00"

    story.do("step d0", "03-04T11:00", "--set", "是否需要紧急响应=是")
    assert "emergency" in story.refused("step d1", "03-04T11:10")
    story.do("step emergency", "03-04T11:30", "--set", "紧急响应措施=封存在途 400 件")
    assert "owner" in story.refused("step d1", "03-04T12:00", "--set", "小组成员=李伟、赵敏")
    story.do("assign", "03-04T13:00", "--to", "li.wei")
    story.do("step d1", "03-04T13:10", "--set", "小组成员=李伟、赵敏")
    story.do("step d2", "03-04T15:00", *FIVE_W, "--set", "数量=12")

    # Half an hour after the due time, the ladder informs the quality manager.
    late = book.json("check", "--as-of", "2024-03-05T09:30", check=1)["check"]["overdue"]
    assert [(entry["step"], entry["late"]) for entry in late] == [("d3", 30 * 60)]
    book.call("escalate", "--due", "--as-of", "2024-03-05T09:30", check=0)
    assert story.fact("watchers") == ["quality-manager"]
    containment = ("--set", "临时遏制措施=全检", "--set", "遏制效果=400 件中 0 件不良")
    story.do("step d3", "03-05T11:00", "--via", "email", *containment)

    story.do("escalate", "03-05T14:00", "--level", "严重", "--reason", "客户停线")
    assert story.dues("03-05T15:00") == {"d5": "03-18 18:00", "d8": "04-03 09:00"}


def found_and_mended(story: Story) -> None:
    """D4 to D8: a wait, the cause, an action, two signatures."""
    story.do("wait", "03-06T10:00", "--reason", "asked for ten parts")
    story.do("heard", "03-07T10:00", "--via", "email")
    assert story.dues("03-07T10:30") == {"d5": "03-19 18:00", "d8": "04-04 09:00"}

    assert "x.escape_point" in story.refused("step d4", "03-12T16:00", *CAUSE, *WHYS, *BONES)
    story.do("step d4", "03-12T16:00", *CAUSE, *WHYS, *BONES, "--set", "流出点=终检未测内径")
    said = story.refused("step d5", "03-13T10:00")
    assert "actions.check. Record them: complaintctl action" in said
    days = ("--due", "2024-03-25", "--check", "2024-04-01")
    story.do(
        "action", "03-13T11:00", "--what", "change the fixture", "--who", "zhao.min", *days, "--required"
    )
    assert story.dues("03-13T12:00")["action"] == "03-25 23:59"
    story.do("step d5", "03-19T18:00")

    assert "actions.done, actions.verified" in story.refused("step d6", "03-21T09:00")
    story.do("action", "03-25T10:00", "--done", "1", by="zhao.min")
    assert story.dues("03-25T11:00") == {"action-check": "04-01 23:59", "d8": "04-04 09:00"}
    story.do("action", "03-29T10:00", "--verify", "1", "--effective", "yes")
    story.do("step d6", "03-29T11:00")
    said = story.refused("step d7", "03-29T14:00", "--set", "x.prevention=control plan")
    assert "approved by: quality-manager (ma.li)" in said
    story.do("approve d6", "03-29T14:30", by="ma.li")
    story.do("step d7", "03-29T15:00", "--set", "体系更新=FMEA、控制计划")
    story.do("respond", "03-29T16:00", "--outcome", "upheld", "--via", "email")
    ending = ("--set", "lesson=worn fixtures need a limit", "--set", "表彰=季度质量奖")
    story.do("step d8", "04-02T10:00", *ending)
    assert "approve d8 (champion)" in story.refused("close", "04-02T10:30")
    story.do("approve d8", "04-02T10:40", by="chen.jie")
    story.do("close", "04-02T11:00")


def found_again(story: Story) -> None:
    """The second round, with its own limits."""
    story.do("reopen", "04-08T10:00", "--reason", "客户再次发现孔径超差")
    assert story.dues("04-08T11:00") == {"d5": "04-22 18:00", "d8": "05-08 10:00"}
    story.do("step d4", "04-10T10:00", *WHYS, *BONES)
    story.do(
        "action",
        "04-11T10:00",
        *("--what", "measure every bore", "--who", "zhao.min", "--required"),
        *("--due", "2024-04-19", "--check", "2024-04-26"),
    )
    story.do("step d5", "04-12T10:00")
    story.do("action", "04-18T10:00", "--done", "2", by="zhao.min")
    story.do("action", "04-25T10:00", "--verify", "2", "--effective", "yes")
    story.do("step d6", "04-25T11:00")
    story.do("approve d6", "04-25T12:00", by="ma.li")
    story.do("step d7", "04-25T13:00")
    story.do("respond", "04-26T10:00", "--outcome", "upheld", "--via", "email")
    story.do("step d8", "04-26T11:00")
    story.do("approve d8", "04-26T12:00", by="chen.jie")
    story.do("close", "04-26T13:00")


def test_a_discipline_comes_only_after_the_one_before_it(book: Book) -> None:
    story = begun(book)
    for step, before in (("d1", "d0"), ("d3", "d2"), ("d5", "d4"), ("d7", "d6"), ("d8", "respond")):
        assert f"{step} must come after {before}" in story.refused(f"step {step}", "03-04T09:30")


@pytest.mark.parametrize("level", ["critical", "major", "minor"])
def test_only_a_critical_complaint_has_ten_working_days_for_the_actions(book: Book, level: str) -> None:
    wanted = "03-18 18:00" if level == "critical" else "03-22 18:00"
    assert begun(book, "--level", level).dues("03-04T10:00")["d5"] == wanted


def test_the_problem_is_described_by_five_w_and_two_h(book: Book) -> None:
    story = begun(book)
    story.do("classify", "03-04T10:30", "--level", "minor", "--category", "dimension")
    story.do("step d0", "03-04T11:00", "--set", "x.emergency=no")
    story.do("assign", "03-04T11:10", "--to", "li.wei")
    story.do("step d1", "03-04T11:20", "--set", "x.team=li.wei")
    said = story.refused("step d2", "03-04T12:00")
    for part in ("what", "when", "where", "who", "why", "how"):
        assert f"problem.{part}" in said
    assert "x.how_many" in said


def test_containment_is_checked_before_it_counts(book: Book) -> None:
    story = begun(book)
    until_d3(story)
    assert "x.containment_check" in story.refused("step d3", "03-04T16:00", "--set", "x.containment=sorted")


def test_the_cause_is_found_by_five_whys_and_a_fishbone(book: Book) -> None:
    story = begun(book)
    contained(story)
    said = story.refused("step d4", "03-05T10:00")
    for part in ("cause.class", "cause.finding", "cause.five_whys", "cause.fishbone", "x.escape_point"):
        assert part in said


def test_whoever_did_an_action_does_not_say_that_it_works_and_closing_waits_for_it(book: Book) -> None:
    story = begun(book)
    contained(story)
    story.do("step d4", "03-05T10:00", *CAUSE, *WHYS, *BONES, "--set", "x.escape_point=none")
    days = ("--due", "2024-03-08", "--check", "2024-03-12")
    story.do("action", "03-05T11:00", "--what", "a", "--who", "zhao.min", *days, "--required")
    story.do("step d5", "03-05T12:00")
    story.do("action", "03-06T10:00", "--done", "1", by="zhao.min")
    assert "ma.li" in story.refused(
        "action", "03-06T11:00", "--verify", "1", "--effective", "yes", by="zhao.min"
    )
    story.do("action", "03-07T10:00", "--verify", "1", "--effective", "no")
    assert "1" in story.refused("close", "03-07T11:00", "--outcome", "upheld")


def test_nobody_signs_a_discipline_alone_and_only_the_role_signs(book: Book) -> None:
    story = begun(book)
    contained(story)
    story.do("step d4", "03-05T10:00", *CAUSE, *WHYS, *BONES, "--set", "x.escape_point=none")
    days = ("--due", "2024-03-08", "--check", "2024-03-12")
    story.do("action", "03-05T11:00", "--what", "a", "--who", "zhao.min", *days)
    story.do("step d5", "03-05T12:00")
    story.do("action", "03-06T10:00", "--done", "1", by="zhao.min")
    story.do("action", "03-07T10:00", "--verify", "1", "--effective", "yes")
    story.do("step d6", "03-07T11:00", by="ma.li")
    assert "somebody else" in story.refused("approve d6", "03-07T12:00", by="ma.li")
    assert "ma.li" in story.refused("approve d6", "03-07T12:00", by="chen.jie")


def test_a_cause_that_lies_elsewhere_closes_when_the_customer_was_told(book: Book) -> None:
    story = begun(book)
    contained(story)
    said = story.refused("close", "03-05T10:00", "--outcome", "not-upheld")
    assert "update" in said
    assert "cause.finding" in said
    story.do("update", "03-05T11:00", "--via", "email")
    story.do("close", "03-05T12:00", "--outcome", "不成立", "--set", "cause.finding=the customer's reamer")


def test_the_same_problem_again_goes_up_and_to_the_quality_manager(book: Book) -> None:
    for _ in range(2):
        case = begun(book, "--level", "minor", "--category", "dimension")
    book.call("escalate", "--due", "--as-of", "2024-03-04T10:00", check=0)
    assert (case.fact("level"), case.fact("watchers")) == ("major", ["quality-manager"])


@pytest.mark.nightly
def test_an_action_is_open_again_when_its_cause_comes_again(book: Book) -> None:
    first = begun(book)
    days = ("--due", "2024-03-06", "--check", "2024-03-12")
    first.do("action", "03-04T12:00", "--what", "a", "--who", "zhao.min", *days)
    first.do("action", "03-05T10:00", "--done", "1", by="zhao.min")
    contained(first)
    first.do("step d4", "03-05T10:00", *CAUSE, *WHYS, *BONES, "--set", "x.escape_point=none")
    second = begun(book, day="03-11")
    for step, options in (
        ("classify", ("--level", "minor", "--category", "dimension")),
        ("step d0", ("--set", "x.emergency=no")),
        ("assign", ("--to", "li.wei")),
        ("step d1", ("--set", "x.team=li.wei")),
        ("step d2", (*FIVE_W, "--set", "x.how_many=3")),
        ("step d3", ("--set", "x.containment=sorted", "--set", "x.containment_check=0 of 90")),
        ("step d4", (*CAUSE, *WHYS, *BONES, "--set", "x.escape_point=none")),
    ):
        second.do(step, "03-11T12:00", *options)
    # Given on the 4th and due on the 6th, so two days from the 11th.
    assert first.dues("03-11T13:00")["action"] == "03-13 23:59"


def test_the_limits_say_that_no_standard_gives_them(book: Book) -> None:
    said = book.call("policy", "show", env=ZH, check=0).stdout
    assert "未核实" in said
    assert "d3 临时遏制" in said


def test_an_8d_says_which_earlier_case_it_repeats(book: Book) -> None:
    begun(book, day="03-01")
    story = begun(book)
    forced = ("--outcome", "upheld", "--force", "--reason", "the customer left")
    story.do("close", "03-05T10:00", *forced)
    assert book.json("show", story.case)["case"]["history"][-1]["forced"][-1] == "recurrence"
    assert "d8" in book.json("show", story.case)["case"]["history"][-1]["forced"]
