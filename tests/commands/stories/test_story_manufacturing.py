"""Plays the plant's quality complaints on the command line: a leaking pump is exchanged and leaks again.

Shanghai time, received on Monday 2024-03-04 at 09:00; hours run by the clock. The source gives one limit, 24 hours for the
acknowledgement; this team has added one of its own to the quality meeting, 24 hours for a major complaint and 72 for
others, from the complaint record. The due times:

  step          due          counted
  ack           03-05 09:00  receipt + 24 h
  promise       03-06 17:00  told to the customer on 03-04; no wait moves it
  meeting       03-08 10:00  record 03-05 10:00 + 72 h, as important: medium severity, high urgency
                03-06 10:00  record 03-05 10:00 + 24 h, as major from 03-05 12:00 on
                03-06 16:00  the wait of 03-05 14:00 to 20:00 lasted 6 h
  action        03-28 23:59  the day typed, to its end
  action-check  04-12 23:59  the day typed, to its end, from when the action is done
"""

import functools
import shutil
from itertools import product
from pathlib import Path

import pytest

from tests.casebooks import Book, new_kept_folder
from tests.commands.reports.report_rows import report_of
from tests.stories import Story, make_team

PEOPLE = """
  wang.fang: {roles: [marketing]}
  li.wei: {email: li.wei@example.com, roles: [technical-quality]}
  zhou.qi: {roles: [production-safety]}
  sun.tao: {roles: [sales]}
  hu.na: {roles: [finance]}"""
ZH = {"COMPLAINTCTL_LANG": "zh"}
MARKETING, QUALITY, SAFETY, SALES = "wang.fang", "li.wei", "zhou.qi", "sun.tao"
SIGNERS = {"marketing": MARKETING, "technical-quality": QUALITY, "production-safety": SAFETY}
LIMIT = "label: {en: quality analysis meeting, zh: 质量分析会议}\n"

GRADED = ("--category", "性能", "--set", "严重程度=中", "--set", "紧急程度=高", "--set", "地点=苏州工厂")
ANALYSED = [
    *(
        "--finding",
        "the seal was cut too short",
        "--set",
        "problem.what=leak",
        "--set",
        "problem.when=2 March",
    ),
    *("--set", "problem.where=pump house", "--set", "problem.who=night shift"),
    *("--set", "problem.why=the seal does not close", "--set", "problem.how=seen at the round"),
]
MET = (
    "--set",
    "cause.class=料",
    "--bone",
    "料: 密封圈过短",
    "--bone",
    "测: 未抽检",
    "--measure",
    "更换刀具;li.wei;2024-03-28",
)
PLANNED = ("--remedy", "换货", "--measure", "更换刀具;li.wei;2024-03-28")
AGREED = ("--outcome", "upheld", "--via", "email", "--set", "plan.agreed_with_customer=是")

# The steps of a complaint that is our fault and ends in an exchange: step, time, options, who.
WAY: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("ack", "03-04T09:30", ("--via", "phone"), MARKETING),
    ("classify", "03-04T10:00", GRADED, MARKETING),
    ("assess", "03-04T15:00", ("--set", "是否属实=是"), QUALITY),
    ("step contain", "03-04T15:10", ("--set", "遏制措施=停发同批产品"), QUALITY),
    ("step judge", "03-04T16:00", ("--set", "是否我方责任=是"), QUALITY),
    ("step record", "03-05T10:00", (), MARKETING),
    ("investigate", "03-05T11:00", tuple(ANALYSED), QUALITY),
    ("approve investigate", "03-06T08:00", (), SAFETY),
    ("step meeting", "03-06T09:00", MET, QUALITY),
    ("plan", "03-06T11:00", PLANNED, QUALITY),
    ("respond", "03-06T15:00", AGREED, MARKETING),
    ("step return-request", "03-06T16:00", (), SALES),
    *(("approve return-request", "03-06T17:00", (), who) for who in SIGNERS.values()),
    ("execute", "03-07T10:00", ("--remedy", "换货"), SALES),
    ("task", "03-07T11:00", ("--planned",), QUALITY),
    *(("task", "03-08T10:00", ("--done", to), QUALITY) for to in ("财务部", "技术质量部", "市场营销部")),
    ("step archive", "03-08T11:00", (), QUALITY),
    ("follow-up", "03-11T09:00", ("--solved", "5", "--via", "phone"), QUALITY),
)
ROLES = {
    "step record": ("市场营销部", MARKETING),
    "investigate": ("技术质量部", QUALITY),
    "step meeting": ("技术质量部", QUALITY),
    "plan": ("技术质量部", QUALITY),
    "respond": ("市场营销部", MARKETING),
    "step return-request": ("销售部", SALES),
    "follow-up": ("技术质量部", QUALITY),
}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_team(tmp_path, "manufacturing", PEOPLE)


def begun(book: Book, *options: str, day: str = "03-04") -> Story:
    facts = ("--channel", "电话", "--customer-name", "Waterworks", "--phone", "0512-1", "--model", "P7")
    more = ("--batch", "B2402", "--remedy-sought", "exchange", "--description", "The pump leaks.")
    received = ("--received", f"2024-{day}T09:00", "--at", f"2024-{day}T09:20")
    return Story(book=book, case=book.open("Pump leaks", *received, *facts, *more, *options))


def walked(story: Story, before: str, begin: str = "ack") -> None:
    """Takes the steps from one up to, but not including, another."""
    names = [step for step, *_rest in WAY]
    for step, at, options, by in WAY[names.index(begin) : names.index(before)]:
        story.do(step, at, *options, by=by)


def brought(book: Book, before: str) -> Story:
    """In place of the empty casebook one with a complaint of which every step before this one was taken."""
    return _copied(book, [step for step, *_rest in WAY].index(before))


def _copied(book: Book, steps: int) -> Story:
    kept = _brought_once(steps)
    shutil.rmtree(book.root)
    shutil.copytree(kept.book.root, book.root, symlinks=True)
    return Story(book=book, case=kept.case)


@functools.cache
def _brought_once(steps: int) -> Story:
    """The same after so many steps, made once in this process."""
    book = make_team(new_kept_folder(), "manufacturing", PEOPLE)
    if steps == 0:
        return begun(book)
    story = _copied(book, steps - 1)
    step, at, options, by = WAY[steps - 1]
    story.do(step, at, *options, by=by)
    return story


@pytest.mark.nightly
def test_a_pump_is_exchanged_and_leaks_again(book: Book) -> None:
    file = book.root / "complaintctl.yaml"
    text = file.read_text(encoding="utf-8")
    assert LIMIT in text
    added = f"{LIMIT}    within: {{major: 24h, else: 72h}}\n    from: record\n"
    file.write_text(text.replace(LIMIT, added), encoding="utf-8")
    story = begun(book)
    taken_and_graded(story)
    analysed(story)
    exchanged(story)
    leaked_again(story)
    assert story.verdicts() == [
        ("ack", True),
        ("meeting", True),
    ]
    assert story.fact("reopenings") == 1
    book.call("check", "--archive", check=0)


def taken_and_graded(story: Story) -> None:
    """To the complaint record, with what is refused on the way."""
    assert story.dues("03-04T09:25") == {"ack": "03-05 09:00"}
    promise = ("--promise-by", "2024-03-06T17:00")
    story.do("ack", "03-04T09:30", "--via", "phone", *promise, by=MARKETING)
    assert "x.place" in story.refused("classify", "03-04T09:40", "--category", "性能")
    story.do("classify", "03-04T10:00", *GRADED)
    assert story.fact("level") == "important"
    story.do("step visit", "03-04T14:00", "--text", "seen on site")
    walked(story, "step judge", "assess")
    walked(story, "step record", "step judge")
    said = story.refused("step explain", "03-04T16:30", by=MARKETING)
    assert "x.fault = no" in said
    story.do("step record", "03-05T10:00", by=MARKETING)
    assert story.dues("03-05T10:30") == {"meeting": "03-08 10:00", "promise": "03-06 17:00"}


def analysed(story: Story) -> None:
    """The escalation, a wait, the analysis that two departments sign, the meeting, the plan."""
    story.do("investigate", "03-05T11:00", *ANALYSED)
    story.do("escalate", "03-05T12:00", "--level", "重大", "--reason", "二号泵也漏")
    assert story.dues("03-05T12:30") == {"meeting": "03-06 10:00", "promise": "03-06 17:00"}
    story.do("wait", "03-05T14:00", "--reason", "asked for the seal")
    story.do("heard", "03-05T20:00", "--via", "email")
    assert story.dues("03-05T20:30") == {"meeting": "03-06 16:00", "promise": "03-06 17:00"}
    walked(story, "respond", "approve investigate")


def exchanged(story: Story) -> None:
    """The reply form, the signed request, the exchange, the archive, an action that closing waits for."""
    story.do("respond", "03-06T15:00", *AGREED, by=MARKETING)
    assert "execute must come after return-request" in story.refused("execute", "03-06T15:30")
    walked(story, "follow-up", "step return-request")
    days = ("--due", "2024-03-28", "--check", "2024-04-12")
    story.do("action", "03-08T12:00", "--what", "更换刀具", "--who", "li.wei", *days, "--required")
    assert story.dues("03-08T12:30") == {"action": "03-28 23:59"}
    story.do("follow-up", "03-11T09:00", "--solved", "5", "--via", "phone")
    assert "1" in story.refused("close", "03-11T10:00")
    story.do("action", "03-28T10:00", "--done", "1")
    assert story.dues("03-28T11:00") == {"action-check": "04-12 23:59"}
    story.do("action", "04-10T10:00", "--verify", "1", "--effective", "yes", by=SAFETY)
    story.do("close", "04-10T11:00")


def leaked_again(story: Story) -> None:
    """Unresolved, so it goes on with another plan: a rework, which needs no request and no archive."""
    story.do("reopen", "04-15T10:00", "--reason", "更换后再次渗漏")
    assert story.dues("04-15T11:00") == {}
    assert "must come after plan" in story.refused("respond", "04-15T12:00", *AGREED, by=MARKETING)
    story.do("plan", "04-16T10:00", "--remedy", "返修", "--measure", "上门更换密封;li.wei;2024-04-17")
    # The customer had agreed with the exchange only.
    again = story.refused("respond", "04-16T10:30", "--outcome", "upheld", by=MARKETING)
    assert "plan.agreed_with_customer" in again
    story.do("respond", "04-16T11:00", *AGREED, by=MARKETING)
    story.do("execute", "04-17T10:00", "--remedy", "返修")
    story.do("follow-up", "04-24T10:00", "--solved", "5", "--via", "phone")
    story.do("close", "04-24T11:00")


def test_severity_and_urgency_give_the_level(book: Book) -> None:
    given = {}
    for severity, urgency in product(("高", "中", "low"), repeat=2):
        story = begun(book)
        facts = ("--set", f"x.severity={severity}", "--set", f"x.urgency={urgency}", "--set", "x.place=p")
        story.do("classify", "03-04T10:00", "--category", "other", *facts)
        given[severity, urgency] = story.fact("level")
    assert given == {
        ("高", "高"): "major",
        ("高", "中"): "major",
        ("高", "low"): "important",
        ("中", "高"): "important",
        ("中", "中"): "important",
        ("中", "low"): "general",
        ("low", "高"): "important",
        ("low", "中"): "general",
        ("low", "low"): "general",
    }


def _escalated_to(story: Story) -> list[str]:
    """To whom the ladder and the rules of repetition passed the case."""
    events = story.book.json("show", story.case)["case"]["history"]
    return [
        entry["to"] for event in events for entry in (*event.get("rungs", ()), *event.get("repeated", ()))
    ]


def test_taking_a_complaint_informs_quality_and_production(book: Book) -> None:
    story = begun(book)
    assert story.fact("watchers") == ["technical-quality", "production-safety"]
    assert book.json("show", story.case)["case"]["history"][0]["set"]["watchers"][0] is None
    listed = book.json("list", "--where", "watchers=生产安全部")["cases"]
    assert [row["id"] for row in listed] == [story.case]


def test_an_acknowledgement_after_a_day_is_late_and_technical_quality_knows(book: Book) -> None:
    in_time, late = begun(book), begun(book)
    in_time.do("ack", "03-05T09:00", "--via", "phone", by=MARKETING)
    book.call("escalate", "--due", "--as-of", "2024-03-05T09:00:30", check=0)
    assert (_escalated_to(in_time), _escalated_to(late)) == ([], ["technical-quality"])
    late.do("ack", "03-05T09:01", "--via", "phone", by=MARKETING)
    assert (in_time.verdicts(), late.verdicts()) == ([("ack", True)], [("ack", False)])


def test_date_place_and_way_are_recorded_before_the_grading(book: Book) -> None:
    at = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:20")
    story = Story(book=book, case=book.open("t", *at))
    said = story.refused("classify", "03-04T10:00", "--set", "x.severity=low", "--set", "x.urgency=low")
    for missing in ("category", "channel", "x.place", "customer.name", "description"):
        assert missing in said
    assert story.fact("received") == "2024-03-04T09:00:00+08:00"


def test_a_site_is_visited_only_if_it_is_needed(book: Book) -> None:
    story = brought(book, "step record")
    story.do("step visit", "03-04T17:00", "--text", "seen")
    assert "visit" not in story.refused("close", "03-05T09:00", "--outcome", "upheld")


def test_a_real_complaint_is_contained_before_anything_else(book: Book) -> None:
    story = brought(book, "step contain")
    assert "judge must come after contain" in story.refused(
        "step judge", "03-04T15:30", "--set", "x.fault=yes"
    )
    assert "x.containment" in story.refused("step contain", "03-04T15:30")


def test_what_is_not_our_fault_ends_with_the_reason(book: Book) -> None:
    story = brought(book, "step judge")
    story.do("step judge", "03-04T16:00", "--set", "是否我方责任=否")
    assert "x.fault = yes" in story.speaking("en").refused("step record", "03-04T16:10", by=MARKETING)
    assert "explain" in story.refused("close", "03-04T16:10", "--outcome", "不成立")
    assert "cause.finding" in story.refused("step explain", "03-04T16:20", by=MARKETING)
    reason = ("--set", "cause.finding=客户安装时损坏密封圈")
    story.do("step explain", "03-04T16:30", *reason, "--via", "phone", by=MARKETING)
    story.do("close", "03-04T16:40", "--outcome", "不成立")
    assert story.fact("cause.finding") == "客户安装时损坏密封圈"


def test_what_is_not_real_is_not_contained_and_ends_as_invalid(book: Book) -> None:
    story = brought(book, "assess")
    story.do("assess", "03-04T15:00", "--set", "是否属实=否")
    story.do("step judge", "03-04T15:10", "--set", "是否我方责任=否")
    assert "explain" in story.refused("close", "03-04T15:20", "--outcome", "invalid")
    story.do("step explain", "03-04T15:30", "--set", "cause.finding=no leak", "--via", "phone", by=MARKETING)
    story.do("close", "03-04T15:40", "--outcome", "invalid")


def test_our_fault_cannot_be_closed_as_not_upheld(book: Book) -> None:
    story = brought(book, "step record")
    assert "explain" in story.refused("close", "03-05T10:00", "--outcome", "not-upheld")


def test_the_complaint_record_is_complete(book: Book) -> None:
    at = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:20", "--channel", "phone")
    facts = ("--customer-name", "Waterworks", "--phone", "0512-1", "--description", "d")
    story = Story(book=book, case=book.open("t", *at, *facts))
    walked(story, "step record")
    said = story.refused("step record", "03-05T10:00", by=MARKETING)
    assert "product.model, product.batch, remedy_sought" in said


def test_each_department_does_its_own_part(book: Book) -> None:
    story, came_from = begun(book), "ack"
    for step, (role, who) in ROLES.items():
        walked(story, step, came_from)
        came_from = step
        command = step.split()
        words = (command[0], story.case, *command[1:], "--at", "2024-03-12T09:00", "--by", "hu.na")
        said = book.call(*words, env=ZH, check=3).stderr
        assert role in said
        assert who in said


def test_production_safety_signs_the_analysis(book: Book) -> None:
    story = brought(book, "approve investigate")
    said = story.refused("step meeting", "03-06T09:00", *MET)
    assert "approved by: production-safety (zhou.qi)" in said


def test_the_analysis_answers_what_when_where_who_why_and_how(book: Book) -> None:
    story = brought(book, "investigate")
    said = story.refused("investigate", "03-05T11:00", "--finding", "f")
    for part in ("what", "when", "where", "who", "why", "how"):
        assert f"problem.{part}" in said


def test_the_meeting_names_causes_measures_responsible_persons_and_dates(book: Book) -> None:
    story = brought(book, "step meeting")
    said = story.refused("step meeting", "03-06T09:00", "--measure", "更换刀具")
    assert "cause.class, cause.fishbone, plan.measures.who, plan.measures.due" in said


def test_the_plan_names_steps_time_and_responsible_persons(book: Book) -> None:
    story = brought(book, "plan")
    said = story.refused("plan", "03-06T11:00", "--remedy", "rework", "--measure", "更换刀具;li.wei")
    assert "plan.measures.due" in said
    assert "plan.remedy" in story.refused("plan", "03-06T11:00", *PLANNED[2:])


def test_nothing_is_carried_out_until_the_customer_agrees(book: Book) -> None:
    story = brought(book, "respond")
    silent = ("--outcome", "upheld", "--via", "email")
    assert "plan.agreed_with_customer" in story.refused("respond", "03-06T15:00", *silent, by=MARKETING)
    refusal = (*silent, "--set", "plan.agreed_with_customer=否")
    story.do("respond", "03-06T15:00", *refusal, by=MARKETING)
    assert "plan.agreed_with_customer = yes" in story.refused("execute", "03-06T16:00")
    assert "follow-up" in story.refused("close", "03-06T16:00")
    story.do("reopen", "03-06T17:00", "--reason", "the customer wants a rework")
    story.do("plan", "03-07T09:00", "--remedy", "rework")
    story.do("respond", "03-07T10:00", *AGREED, by=MARKETING)
    story.do("execute", "03-07T11:00", "--remedy", "rework", by=SALES)


@pytest.mark.parametrize("missing", SIGNERS)
def test_a_return_is_not_carried_out_while_one_signature_is_missing(book: Book, missing: str) -> None:
    story = brought(book, "approve return-request")
    for role, who in SIGNERS.items():
        if role != missing:
            story.do("approve return-request", "03-06T17:00", by=who)
    said = story.refused("execute", "03-07T10:00", "--remedy", "exchange")
    assert f"approved by: {missing} ({SIGNERS[missing]})" in said
    assert SIGNERS[missing] in story.refused("approve return-request", "03-07T10:00", by="hu.na")


def test_only_a_return_or_an_exchange_needs_the_request_and_the_archive(book: Book) -> None:
    story = brought(book, "plan")
    story.do("plan", "03-06T11:00", "--remedy", "返修", *PLANNED[2:])
    story.do("respond", "03-06T15:00", *AGREED, by=MARKETING)
    for step in ("step return-request", "step archive"):
        assert "plan.remedy = return, exchange" in story.speaking("en").refused(step, "03-06T16:00", by=SALES)
    story.do("execute", "03-07T10:00", "--remedy", "返修")
    story.do("follow-up", "03-11T09:00", "--solved", "4", "--via", "phone")
    story.do("close", "03-11T10:00")


@pytest.mark.nightly
def test_three_departments_archive_the_request(book: Book) -> None:
    story = brought(book, "task")
    assert "finance, technical-quality, marketing" in story.refused("step archive", "03-07T10:30")
    story.do("task", "03-07T11:00", "--planned")
    story.do("task", "03-08T10:00", "--done", "技术质量部")
    story.do("task", "03-08T10:00", "--done", "市场营销部")
    assert "finance" in story.refused("step archive", "03-08T11:00")
    owed = book.json("today", "--department", "财务部", "--as-of", "2024-03-08T12:00")["today"]
    assert [row["step"] for row in owed] == ["task"]


@pytest.mark.nightly
def test_technical_quality_follows_until_it_is_carried_out_and_solved(book: Book) -> None:
    story = brought(book, "follow-up")
    assert "satisfaction.solved" in story.refused("follow-up", "03-11T09:00", "--via", "phone")
    assert "follow-up" in story.refused("close", "03-11T10:00")


def test_the_third_complaint_of_a_kind_within_thirty_days_is_tracked(book: Book) -> None:
    # 30 days before 2024-03-04 09:00 is 2024-02-03 09:00.
    stories = [begun(book, "--category", "性能", day=day) for day in ("02-02", "02-03", "03-04")]
    book.call("escalate", "--due", "--as-of", "2024-03-04T09:30", check=0)
    assert _escalated_to(stories[2]) == []
    third = begun(book, "--category", "性能")
    book.call("escalate", "--due", "--as-of", "2024-03-04T09:40", check=0)
    assert _escalated_to(third) == ["technical-quality"]


@pytest.mark.nightly
def test_a_complaint_reopened_twice_goes_up_a_level(book: Book) -> None:
    story = brought(book, "step archive")
    for day in ("03-12", "03-13"):
        story.do("reopen", f"{day}T09:00", "--reason", "it leaks again")
    book.call("escalate", "--due", "--as-of", "2024-03-13T10:00", check=0)
    assert story.fact("level") == "major"


def test_complaints_are_counted_by_kind_number_result_and_trend(book: Book) -> None:
    for day, category, outcome in (
        ("02-05", "性能", "withdrawn"),
        ("03-04", "性能", "withdrawn"),
        ("03-05", "外观", "duplicate"),
    ):
        story = begun(book, "--category", category, day=day)
        if outcome == "withdrawn":
            story.do("close", f"{day}T10:00", "--outcome", outcome)
    report = report_of(book, "--by", "category", "--by", "outcome")
    assert report.cases("cases") == (3,)
    assert report.counts("category") == {"performance": 2, "appearance": 1}
    assert report.counts("outcome")["withdrawn"] == 2
    months = [report_of(book, "--month", month).cases("cases") for month in ("2024-02", "2024-03")]
    assert months == [(1,), (2,)]


def test_a_training_is_recorded_as_a_preventive_action(book: Book) -> None:
    story = begun(book)
    words = ("--what", "密封圈装配培训", "--who", "zhou.qi", "--due", "2024-03-29", "--kind", "preventive")
    story.do("action", "03-05T09:00", *words)
    story.do("action", "03-20T09:00", "--done", "1", "--text", "12 人参加", by=SAFETY)
    (row,) = book.json("actions")["actions"]
    assert (row["what"], row["kind"], row["state"]) == ("密封圈装配培训", "preventive", "done")


def test_customer_data_training_and_management_are_reviewed_regularly_by_the_desk(book: Book) -> None:
    assert {row["duty"]: row["every"] for row in book.json("duty")["duties"]} == {
        "customer-data": "1mo",
        "training": "3mo",
        "management-review": "1y",
    }
    book.call("duty", "核对客户资料", "--at", "2024-03-04T10:00", "--by", MARKETING, check=0)
    late = book.json("check", "--as-of", "2024-04-04T10:01", check=1)["check"]["duties"]
    assert [row["duty"] for row in late] == ["customer-data"]


@pytest.mark.nightly
def test_an_upheld_complaint_says_which_earlier_one_it_repeats(book: Book) -> None:
    earlier = begun(book, day="03-01").case
    story = begun(book)
    for step, at, options, by in WAY:
        story.do(step, at, *options, by=by)
    said = story.refused("close", "03-11T10:00")
    assert f"{earlier} (open; same batch, model)" in said
    story.do("close", "03-11T10:00", "--recurrence-of", earlier)
    assert story.book.json("show", story.case)["case"]["links"] == [{"recurrence_of": earlier}]
