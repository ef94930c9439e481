"""Plays the guide of the telephone service on the command line: a call becomes a crisis, with every requirement.

Shanghai time, received on Monday 2024-03-04 at 09:00; hours run by the clock. The due times:

  step           due          counted
  update         03-05 09:10  first handling 09:10 + 24 h
                 03-05 09:20  the caller told at 09:20 + 24 h
                 03-05 11:20  and the wait from 10:20 to 12:20
                 03-04 13:20  in the crisis: 2 h from 09:20, 1 h before the wait and 1 h after it
                 03-04 17:20  told at 15:20 + 2 h
                 03-05 18:00  told at 18:00, the crisis over: + 24 h
                 03-08 09:00  reopened 03-07 09:00 + 24 h
  report-up      03-04 15:15  crisis called at 15:00 + 15 min
"""

import dataclasses
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.reports.report_rows import report_of
from tests.stories import do, dues, own

PEOPLE = """\
people:
  li.wei: {email: li.wei@example.com, name: 李伟, roles: [handler]}
  zhou.jie: {email: zhou.jie@example.com, name: 周洁, roles: [manager, data-keeper]}
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = make_book(tmp_path, "hotline", lang="zh")
    # The keys beside the labels, so that the tests can name either.
    made = dataclasses.replace(made, variables={**made.variables, "COMPLAINTCTL_KEYS": "1"})
    policy = made.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    assert "people: {}\n" in text
    policy.write_text(text.replace("people: {}\n", PEOPLE), encoding="utf-8")
    made.git("commit", "--quiet", "--all", "--message", "Name the people")
    return made


def opened(book: Book, *options: str) -> str:
    caller = ("--customer-name", "王芳", "--phone", "13800138000", "--remedy-sought", "退还扣费")
    call = ("--channel", "电话", "--description", "连续三个月被误扣费", "--set", "响铃次数=两声")
    when = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:02")
    return book.open("被误扣费", *when, *caller, *call, *options)


def handled(book: Book, case: str, resolved: str, category: str = "服务类") -> None:
    """Received, classified, and answered at 09:10."""
    own(book, case, "receive", "03-04T09:04")
    facts = ("--level", "一般", "--category", category, "--set", "法律风险=消费者权益")
    do(book, "classify", case, "03-04T09:06", *facts)
    own(book, case, "handle", "03-04T09:10", "--via", "电话", "--set", f"当场解决={resolved}")


def surveyed(book: Book, case: str, at: str, overall: str, *options: str) -> None:
    marks = ("--attitude", "4", "--solved", overall, "--satisfaction", overall)
    do(book, "follow-up", case, at, *marks, "--set", "调查方式=电话回访", *options)


def crisis(book: Book, case: str, at: str, *options: str) -> None:
    do(book, "escalate", case, at, "--crisis", "--reason", "来电人扬言联合曝光", *options)


def test_a_call_becomes_a_crisis_is_calmed_and_comes_back(book: Book) -> None:
    case = opened(book)
    assert dues(book, case, "03-04T09:03") == {}
    # Refused: caller and reason are not recorded yet.
    assert "receive" in refused(book, 3, "classify", case, "--level", "一般", "--at", "2024-03-04T09:03")
    handled(book, case, "否")
    assert dues(book, case, "03-04T09:15") == {"update": "03-05 09:10"}
    own(book, case, "get-help", "03-04T09:20", "--via", "电话", "--set", "求助对象=计费组")
    assert dues(book, case, "03-04T10:00") == {"update": "03-05 09:20"}
    do(book, "wait", case, "03-04T10:20", "--reason", "请客户提供账单")
    do(book, "heard", case, "03-04T12:20", "--via", "电话", "--text", "账单已发")
    assert dues(book, case, "03-04T14:00") == {"update": "03-05 11:20"}

    do(book, "escalate", case, "03-04T14:30", "--level", "紧急", "--reason", "再次来电，情绪激动")
    crisis(book, case, "03-04T15:00", "--to", "zhou.jie")
    assert dues(book, case, "03-04T15:00") == {"report-up": "03-04 15:15", "update": "03-04 13:20"}
    sign = ("--set", "危机征兆=群体影响", "--set", "上报对象=总经理")
    own(book, case, "report-up", "03-04T15:10", *sign)
    do(book, "update", case, "03-04T15:20", "--via", "电话", "--text", "已成立专项小组")
    assert dues(book, case, "03-04T15:30") == {"update": "03-04 17:20"}
    named = ("--set", "发言人=周洁", "--set", "法务人员=孙律师")
    own(book, case, "task-force", "03-04T15:40", *named)
    do(book, "task", case, "03-04T15:45", "--planned")
    plan = ("--set", "plan.principle=安抚为先，全额退还")
    own(book, case, "strategy", "03-04T16:00", *plan, "--measure", "退还三个月扣费;li.wei;2024-03-05")
    said = refused(book, 3, "step", case, "measures", "--at", "2024-03-04T16:10")
    assert "spokesperson" in said
    for name in ("发言人", "处理人员", "法务"):
        do(book, "task", case, "03-04T17:00", "--done", name, "--result", "已完成")
    own(book, case, "measures", "03-04T17:10")
    lesson = "lesson=批量误扣须主动通知"
    told = ("--via", "电话", "--set", "satisfaction.overall=3", "--set", lesson)
    own(book, case, "crisis-follow-up", "03-04T18:00", *told)
    do(book, "escalate", case, "03-04T18:10", "--no-crisis", "--reason", "客户已平静，措施落实")
    assert dues(book, case, "03-04T18:10") == {"update": "03-05 18:00"}

    do(book, "respond", case, "03-05T10:00", "--outcome", "upheld", "--via", "电话")
    surveyed(book, case, "03-05T16:00", "3")
    own(book, case, "archive", "03-05T16:30")
    do(book, "close", case, "03-05T17:00")
    do(book, "reopen", case, "03-07T09:00", "--reason", "退款未到账")
    assert dues(book, case, "03-07T09:00") == {"update": "03-08 09:00"}
    do(book, "respond", case, "03-07T15:00", "--outcome", "upheld", "--via", "电话")
    surveyed(book, case, "03-07T16:00", "5")
    own(book, case, "archive", "03-07T16:30")
    do(book, "close", case, "03-07T17:00")

    history = book.json("show", case)["case"]["history"]
    judged = [(event["did"], event["met"]) for event in history if "met" in event]
    assert judged == [("report-up", True), ("update", False)]
    assert book.json("show", case)["case"]["owner"] == "zhou.jie"
    book.call("check", "--archive", check=0)


@pytest.mark.parametrize(
    ("category", "first"),
    [("服务类", "致歉"), ("产品类", "提供解决方案"), ("政策类", "解释政策"), ("其他", "视情况答复")],
)
def test_the_first_answer_goes_by_the_class(book: Book, category: str, first: str) -> None:
    case = opened(book)
    handled(book, case, "是", category)
    assert f"1. {first}" in book.call("show", case, check=0).stdout


def test_a_call_is_received_with_identity_reason_demand_and_the_rings(book: Book) -> None:
    case = book.open(
        "来电", "--channel", "电话", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:02"
    )
    said = refused(book, 3, "step", case, "receive", "--at", "2024-03-04T09:04")
    for missing in (
        "customer.name",
        "customer.phone|customer.email",
        "description",
        "remedy_sought",
        "x.rings",
    ):
        assert missing in said


def test_the_record_of_a_call_tells_who_when_what_was_said_and_to_whom_it_went(book: Book) -> None:
    case = opened(book)
    said = ("--via", "电话", "--text", "要求找主管", "--transfer", "zhou.jie")
    do(book, "heard", case, "03-04T10:00", *said)
    shown = book.json("show", case)["case"]
    event = shown["history"][-1]
    assert (event["by"], event["at"][:16], event["text"]) == ("li.wei", "2024-03-04T10:00", "要求找主管")
    assert (event["to"], shown["owner"], shown["remedy_sought"]) == ("zhou.jie", "zhou.jie", "退还扣费")


def test_the_steps_of_a_call_follow_each_other(book: Book) -> None:
    case = opened(book)
    at = ("--at", "2024-03-04T09:30")
    assert "receive" in refused(book, 3, "classify", case, "--level", "一般", *at)
    own(book, case, "receive", "03-04T09:04")
    assert "classify" in refused(book, 3, "step", case, "handle", *at)
    facts = ("--level", "一般", "--category", "其他", "--set", "法律风险=无")
    do(book, "classify", case, "03-04T09:06", *facts)
    assert "handle" in refused(book, 3, "respond", case, "--outcome", "upheld", *at)
    own(book, case, "handle", "03-04T09:10", "--set", "当场解决=是")
    assert "respond" in refused(book, 3, "follow-up", case, *at)
    # Answered, so the updates start, although no channel is recorded.
    assert dues(book, case, "03-04T09:10")["update"] == "03-05 09:10"
    do(book, "respond", case, "03-04T09:20", "--outcome", "upheld", "--via", "电话")
    surveyed(book, case, "03-05T09:00", "5")
    assert "archive" in refused(book, 3, "close", case)
    assert "lesson" in refused(book, 3, "step", case, "archive")
    own(book, case, "archive", "03-05T09:10", "--set", "lesson=核对账单后再答复")
    do(book, "close", case, "03-05T09:20")
    assert book.json("lessons", "账单")["lessons"][0]["case"] == case


def test_calls_answered_after_more_than_three_rings_are_counted(book: Book) -> None:
    opened(book)
    late = opened(book, "--set", "响铃次数=三声以上")
    assert report_of(book, "--by", "x.rings").counts("x.rings") == {"2": 1, "more": 1}
    assert [entry["id"] for entry in book.json("list", "--where", "x.rings=三声以上")["cases"]] == [late]


def test_what_was_not_resolved_is_not_reported_back_before_help_was_asked(book: Book) -> None:
    case = opened(book)
    handled(book, case, "否", "产品类")
    respond = ("respond", case, "--outcome", "upheld", "--via", "电话", "--at", "2024-03-04T10:00")
    assert "get-help" in refused(book, 3, *respond)
    assert "x.help_from" in refused(book, 3, "step", case, "get-help", "--at", "2024-03-04T09:30")
    own(book, case, "get-help", "03-04T09:30", "--via", "电话", "--set", "求助对象=二线技术")
    book.call(*respond, check=0)


@pytest.mark.parametrize("sign", ["情绪激动", "言辞激烈", "群体影响"])
def test_a_crisis_is_recognised_by_its_sign_and_one_not_reported_up_comes_to_the_manager(
    book: Book, sign: str
) -> None:
    case = opened(book)
    crisis(book, case, "03-04T10:00")
    assert "x.crisis_sign" in refused(book, 3, "step", case, "report-up", "--at", "2024-03-04T10:05")
    late = book.json("check", "--as-of", "2024-03-04T10:16", check=1)["check"]["overdue"]
    assert [(entry["step"], entry["late"]) for entry in late] == [("report-up", 60)]
    book.call("escalate", "--due", "--as-of", "2024-03-04T10:16", check=0)
    assert book.json("show", case)["case"]["watchers"] == ["manager"]
    reported = ("--set", f"危机征兆={sign}", "--set", "上报对象=总经理")
    own(book, case, "report-up", "03-04T10:20", *reported)


@pytest.mark.nightly
def test_the_crisis_track_has_its_own_steps_with_named_duties_and_lessons(book: Book) -> None:
    case = opened(book)
    crisis(book, case, "03-04T10:00")
    at = ("--at", "2024-03-04T12:00")
    sign = ("--set", "危机征兆=言辞激烈", "--set", "上报对象=总经理")
    named = ("--set", "发言人=周洁", "--set", "法务人员=孙律师")
    plan = ("--set", "plan.principle=先安抚再解决，各部门协同")
    assert "report-up" in refused(book, 3, "step", case, "task-force", *named, *at)
    own(book, case, "report-up", "03-04T10:10", *sign)
    assert "owner" in refused(book, 3, "step", case, "task-force", *named, *at)
    said = refused(book, 3, "step", case, "task-force", "--set", "owner=zhou.jie", *at)
    assert "x.spokesperson" in said
    assert "x.legal_adviser" in said
    assert "task-force" in refused(book, 3, "step", case, "strategy", *plan, *at)
    own(book, case, "task-force", "03-04T10:20", "--set", "owner=zhou.jie", *named)
    assert "strategy" in refused(book, 3, "step", case, "measures", *at)
    assert "plan.principle" in refused(book, 3, "step", case, "strategy", *at)
    assert "plan.measures.who" in refused(book, 3, "step", case, "strategy", *plan, "--measure", "回电", *at)
    own(book, case, "strategy", "03-04T10:30", *plan, "--measure", "逐一回电;li.wei;2024-03-05")
    do(book, "task", case, "03-04T10:40", "--planned")
    for name in ("spokesperson", "handler", "legal"):
        assert name in refused(book, 3, "step", case, "measures", *at)
        do(book, "task", case, "03-04T11:00", "--done", name, "--result", "已完成")
    own(book, case, "measures", "03-04T12:00")
    said = refused(book, 3, "step", case, "crisis-follow-up", "--at", "2024-03-04T13:00")
    assert "satisfaction.overall" in said
    assert "lesson" in said
    assert "crisis-follow-up" in refused(book, 3, "close", case, "--outcome", "upheld")


def test_a_poor_call_becomes_an_action_and_stays_open_until_somebody_else_found_it_effective(
    book: Book,
) -> None:
    case = book.open("抽检录音", "--channel", "内部质检", "--at", "2024-03-04T09:00")
    check = ("step", case, "call-check", "--at", "2024-03-04T09:10")
    said = refused(book, 3, *check)
    for missing in ("x.clarity", "x.stability", "x.courtesy"):
        assert missing in said
    book.call(*check, "--set", "清晰度=良好", "--set", "稳定性=不足", "--set", "礼貌=良好", check=0)
    facts = ("--level", "一般", "--category", "服务类", "--set", "法律风险=无")
    do(book, "classify", case, "03-04T09:20", *facts)
    measure = ("--what", "更换耳麦", "--who", "li.wei", "--due", "2024-03-08", "--check", "2024-03-15")
    do(book, "action", case, "03-04T09:30", *measure, "--required")
    late = book.json("actions", "--channel", "内部质检", "--overdue", "--as-of", "2024-03-09T00:01")[
        "actions"
    ]
    assert [(entry["case"], entry["who"], entry["due"]) for entry in late] == [(case, "li.wei", "2024-03-08")]
    do(book, "action", case, "03-09T10:00", "--done", "1")
    own(book, case, "archive", "03-15T10:00", "--set", "lesson=耳麦每年更换")
    close = ("close", case, "--outcome", "upheld", "--at", "2024-03-20T10:00")
    refused(book, 3, *close)
    refused(book, 3, "action", case, "--verify", "1", "--effective", "yes", "--at", "2024-03-15T10:00")
    # The action was not effective: the case stays open until a check finds that it is.
    verify = ("--verify", "1", "--by", "zhou.jie")
    do(book, "action", case, "03-15T10:00", *verify, "--effective", "no")
    refused(book, 3, *close)
    do(book, "action", case, "03-20T09:00", *verify, "--effective", "yes")
    book.call(*close, check=0)


@pytest.mark.parametrize("way", ["电话回访", "在线", "第三方"])
def test_the_survey_asks_for_attitude_problem_solved_and_overall(book: Book, way: str) -> None:
    case = opened(book)
    handled(book, case, "是")
    do(book, "respond", case, "03-04T10:00", "--outcome", "upheld", "--via", "电话")
    said = refused(book, 3, "follow-up", case, "--at", "2024-03-05T10:00")
    for missing in ("satisfaction.attitude", "satisfaction.solved", "satisfaction.overall", "x.survey_by"):
        assert missing in said
    surveyed(book, case, "03-05T10:00", "4", "--set", f"调查方式={way}")


def test_customer_data_is_looked_at_every_month_and_when_it_changes_by_those_who_may(book: Book) -> None:
    case = opened(book)
    said = refused(book, 3, "duty", "customer-data", "--at", "2024-03-05T10:00")
    assert "客户资料管理员" in said
    book.call("duty", "customer-data", "--at", "2024-03-05T10:00", "--by", "zhou.jie", check=0)
    assert book.json("check", "--as-of", "2024-04-05T10:00", "--fail-on", "never")["check"]["duties"] == []
    late = book.json("check", "--as-of", "2024-04-05T10:01", check=1)["check"]["duties"]
    assert [(entry["duty"], entry["due"]) for entry in late] == [
        ("customer-data", "2024-04-05T10:00:00+08:00")
    ]
    do(book, "edit", case, "03-06T10:00", "--set", "customer.phone=13900139000")
    assert book.json("show", case)["case"]["history"][-1]["changed"] == ["customer.phone"]


def test_cases_are_found_by_class_and_word_and_kept_by_month_when_closed(book: Book) -> None:
    case = opened(book)
    do(book, "close", case, "03-04T12:00", "--outcome", "withdrawn")
    assert book.file(case).parent.relative_to(book.root).as_posix() == "cases/closed/2024/03"
    found = book.json("list", "--closed", "--search", "误扣", "--where", "channel=电话")["cases"]
    assert [entry["id"] for entry in found] == [case]


def test_no_personal_value_leaves_the_case_file(book: Book) -> None:
    case = opened(book)
    handled(book, case, "是")
    do(book, "edit", case, "03-06T10:00", "--set", "customer.phone=13900139000", "--reason", "换号")
    shown = book.json("show", case)["case"]
    history = [str(event) for event in shown["history"]]
    check = book.call("check", "--as-of", "2024-04-10T09:00", check=1)
    said = [
        book.git("log", "--format=%B"),
        *history,
        check.stdout,
        check.stderr,
        book.call("log", case).stdout,
    ]
    for value in ("王芳", "13800138000", "13900139000", "连续三个月被误扣费"):
        assert value in book.file(case).read_text(encoding="utf-8") or value == "13800138000"
        assert not [text for text in said if value in text]


def test_a_clone_is_a_backup_of_every_case_and_its_history(book: Book, tmp_path: Path) -> None:
    case = opened(book)
    do(book, "close", case, "03-04T12:00", "--outcome", "withdrawn")
    other = book.clone(tmp_path / "backup")
    assert other.json("show", case) == book.json("show", case)
    assert other.git("log", "--format=%H") == book.git("log", "--format=%H")


def test_staff_are_instructed_and_the_instruction_is_checked(book: Book) -> None:
    case = book.open("客户资料保密", "--channel", "internal", "--at", "2024-03-04T09:00")
    training = ("--what", "全员保密培训", "--who", "li.wei", "--due", "2024-03-08", "--check", "2024-04-08")
    do(book, "action", case, "03-04T09:30", *training, "--kind", "preventive")
    (entry,) = book.json("actions", "--who", "li.wei")["actions"]
    assert (entry["kind"], entry["what"], entry["check"]) == ("preventive", "全员保密培训", "2024-04-08")


@pytest.mark.parametrize("law", ["合同", "消费者权益", "个人信息", "竞争", "广告"])
def test_every_case_says_which_law_it_may_break_and_is_found_by_it(book: Book, law: str) -> None:
    case = opened(book)
    own(book, case, "receive", "03-04T09:04")
    facts = ("classify", case, "--level", "一般", "--category", "政策类", "--at", "2024-03-04T09:06")
    assert "x.legal_risk" in refused(book, 3, *facts)
    book.call(*facts, "--set", f"法律风险={law}", check=0)
    opened(book, "--set", "法律风险=无")
    assert [entry["id"] for entry in book.json("list", "--where", f"x.legal_risk={law}")["cases"]] == [case]
