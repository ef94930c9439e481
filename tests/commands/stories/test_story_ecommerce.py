"""Plays the procedure of the online shop on the command line: a cracked kettle, with every requirement of the source.

Shanghai time, received on Monday 2024-03-04 at 09:00; hours run by the clock. The due times:

  clock               due          counted
  ack                 03-04 09:15  receipt + 15 min
  promise of respond  03-06 09:05  acknowledged 09:05 + 48 h, as goods quality; the wait of a day does not move it
                      (36 of the 48 h are gone, so it is warned of, from 03-05 21:05)
                      03-09 10:10  told on 03-08 at 10:10 after the reopening: + 24 h
  promise of update   03-05 09:05  acknowledged 09:05 + 24 h, as a logistics delay
"""

import dataclasses
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.reports.report_rows import report_of
from tests.stories import do, own

DEPARTMENTS = ("service", "warehouse", "logistics", "quality-inspection", "after-sales")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = make_book(tmp_path, "ecommerce", lang="zh")
    # The keys beside the labels, so that the tests can name either.
    return dataclasses.replace(made, variables={**made.variables, "COMPLAINTCTL_KEYS": "1"})


def opened(book: Book, category: str = "商品质量", *options: str) -> str:
    facts = ("--customer-name", "王芳", "--phone", "13800138000", "--description", "壶身开裂，要求换货")
    received = ("--channel", "在线客服", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:02")
    return book.open("收到的水壶开裂", *received, "--category", category, *facts, *options)


def classified(book: Book, case: str, legal: str, *options: str) -> None:
    do(book, "ack", case, "03-04T09:05", "--via", "在线客服")
    facts = ("--level", "一般", "--set", f"x.legal={legal}")
    do(book, "classify", case, "03-04T09:20", *facts, *options)


def reported(book: Book, case: str, *departments: str) -> None:
    for place, name in enumerate(departments):
        do(book, "task", case, f"03-05T1{place}:00", "--done", name, "--result", "已核对")


def answered(book: Book, case: str) -> None:
    """From the plan to the result letter, after all departments have reported."""
    do(book, "plan", case, "03-05T16:00", "--remedy", "换货")
    do(book, "execute", case, "03-05T17:00", "--remedy", "换货", "--cost", "89.00 CNY")
    letter = ("--outcome", "upheld", "--set", "cause.finding=运输途中受压", "--via", "微信公众号")
    do(book, "respond", case, "03-05T18:00", *letter)


def dues(book: Book, case: str, as_of: str) -> dict[str, tuple[str, str]]:
    """Subject, state and due time (month to minute) of each clock with a date."""
    shown = book.json("show", case, "--as-of", f"2024-{as_of}")["case"]
    return {
        clock["what"]: (clock["state"], clock["due"][5:16].replace("T", " "))
        for clock in shown["clocks"]
        if clock["due"]
    }


def test_a_complaint_on_quality_goes_through_all_departments_and_comes_back(book: Book) -> None:
    case = opened(book)
    assert dues(book, case, "03-04T09:03") == {"ack": ("running", "03-04 09:15")}
    # Refused: the complaint is not acknowledged yet.
    assert "ack" in refused(book, 3, "classify", case, "--level", "一般", "--at", "2024-03-04T09:04")

    classified(book, case, "消费者权益")
    promised = {"ack": ("met", "03-04 09:15"), "respond": ("running", "03-06 09:05")}
    assert dues(book, case, "03-04T09:30") == promised
    own(book, case, "legal-check", "03-04T09:40", "--set", "x.legal_view=三包期内应予换货")
    do(book, "task", case, "03-04T10:00", "--planned")
    do(book, "escalate", case, "03-04T14:00", "--level", "紧急", "--reason", "客户群里已有多人反映")
    do(book, "wait", case, "03-04T15:00", "--reason", "请客户拍照")
    do(book, "heard", case, "03-05T09:30", "--via", "在线客服")
    assert dues(book, case, "03-05T09:40") == promised

    reported(book, case, *DEPARTMENTS[:-1])
    said = refused(book, 3, "plan", case, "--remedy", "换货", "--at", "2024-03-05T15:00")
    assert "after-sales" in said
    do(book, "task", case, "03-05T15:30", "--done", "售后", "--result", "可换货")
    warned = book.json("check", "--as-of", "2024-03-05T21:06")["check"]["warned"]
    assert [entry["step"] for entry in warned] == ["promise"]
    answered(book, case)
    assert dues(book, case, "03-05T19:00")["respond"] == ("met", "03-06 09:05")

    do(book, "reopen", case, "03-08T10:00", "--reason", "换来的也有裂纹")
    do(book, "update", case, "03-08T10:10", "--via", "客服热线", "--promise-by", "+24h")
    late = book.json("check", "--as-of", "2024-03-09T10:40", check=1)["check"]["overdue"]
    assert [(entry["step"], entry["late"]) for entry in late] == [("promise", 30 * 60)]
    book.call("escalate", "--due", "--as-of", "2024-03-09T10:40", check=0)
    assert book.json("show", case)["case"]["watchers"] == ["manager"]

    do(book, "plan", case, "03-09T11:00", "--remedy", "退款")
    do(book, "execute", case, "03-09T11:30", "--remedy", "退款", "--cost", "129.00 CNY")
    do(book, "respond", case, "03-09T12:00", "--outcome", "upheld", "--via", "客服热线")
    suggestion = ("--set", "建议=加厚包装", "--set", "建议转交=仓储")
    do(book, "follow-up", case, "03-11T10:00", "--satisfaction", "4", "--via", "客服热线", *suggestion)
    do(book, "task", case, "03-11T10:10", "--planned")
    do(book, "task", case, "03-12T10:00", "--done", "仓储", "--result", "改用加厚纸箱")
    own(book, case, "archive", "03-12T11:00", "--set", "lesson=易碎品须用加厚纸箱")
    do(book, "close", case, "03-12T11:10")
    assert book.json("show", case)["case"]["reopenings"] == 1
    assert dues(book, case, "03-12T12:00")["respond"] == ("late", "03-09 10:10")
    book.call("check", "--archive", check=0)


@pytest.mark.parametrize(
    ("channel", "category"),
    [
        ("客服热线", "商品质量"),
        ("在线客服", "物流延误"),
        ("微信公众号", "售后"),
        ("APP内反馈", "描述不符"),
        ("app", "缺件"),
    ],
)
def test_the_four_channels_and_five_classes_are_understood(book: Book, channel: str, category: str) -> None:
    case = book.open("t", "--channel", channel, "--category", category)
    assert book.call("list", "--where", f"channel={channel}", "--category", category).stdout.count(case) == 1


def test_who_misunderstood_the_description_gets_an_explanation_and_returns_nothing(book: Book) -> None:
    case = opened(book, "描述不符")
    assert "无需退货" in book.call("show", case, check=0).stdout
    classified(book, case, "none")
    do(book, "task", case, "03-04T10:00", "--planned")
    reported(book, case, *DEPARTMENTS)
    do(book, "plan", case, "03-05T16:00", "--remedy", "使用说明")
    do(book, "execute", case, "03-05T16:10", "--remedy", "使用说明")


def test_a_logistics_delay_is_promised_progress_within_a_day_and_an_update_keeps_it(book: Book) -> None:
    kept, broken = opened(book, "物流延误"), opened(book, "物流延误")
    for case in (kept, broken):
        do(book, "ack", case, "03-04T09:05", "--via", "在线客服")
        assert dues(book, case, "03-04T09:10")["update"] == ("running", "03-05 09:05")
    do(book, "update", kept, "03-05T09:05", "--via", "在线客服", "--text", "包裹已到杭州")
    assert dues(book, kept, "03-05T10:05")["update"] == ("met", "03-05 09:05")
    late = book.json("check", "--as-of", "2024-03-05T09:06", check=1)["check"]["overdue"]
    assert [(entry["case"], entry["step"], entry["late"]) for entry in late] == [(broken, "promise", 60)]


def test_a_promise_of_news_is_kept_by_the_result_within_the_day(book: Book) -> None:
    case = opened(book, "物流延误")
    classified(book, case, "none")
    do(book, "task", case, "03-04T09:30", "--planned")
    for name in DEPARTMENTS:
        do(book, "task", case, "03-04T10:00", "--done", name, "--result", "已核对")
    do(book, "plan", case, "03-04T10:10", "--remedy", "补发")
    do(book, "execute", case, "03-04T11:00", "--remedy", "补发", "--cost", "8.00 CNY")
    assert dues(book, case, "03-04T11:10")["update"] == ("running", "03-05 09:05")
    letter = ("--outcome", "upheld", "--set", "cause.finding=包裹滞留", "--via", "在线客服")
    do(book, "respond", case, "03-04T12:05", *letter)
    assert dues(book, case, "03-05T12:00")["update"] == ("met", "03-05 09:05")
    assert book.json("check", "--as-of", "2024-03-05T12:00")["check"]["overdue"] == []


def test_the_acknowledgement_comes_first_and_is_late_after_a_quarter_of_an_hour(book: Book) -> None:
    case = opened(book)
    late = book.json("check", "--as-of", "2024-03-04T09:16", check=1)["check"]["overdue"]
    assert [(entry["step"], entry["late"]) for entry in late] == [("ack", 60)]
    assert "ack" in refused(book, 3, "classify", case, "--level", "一般", "--at", "2024-03-04T09:10")


def test_each_remedy_is_recorded_with_its_cost(book: Book) -> None:
    case = opened(book)
    classified(book, case, "none")
    do(book, "task", case, "03-04T10:00", "--planned")
    reported(book, case, *DEPARTMENTS)
    do(book, "plan", case, "03-05T16:00", "--remedy", "退款")
    for remedy in ("补发", "赠品", "优惠券", "退款", "换货"):
        said = refused(book, 3, "execute", case, "--remedy", remedy, "--at", "2024-03-05T17:00")
        assert "remedy.cost" in said
    do(book, "execute", case, "03-05T17:00", "--remedy", "优惠券", "--cost", "15.00 CNY")
    assert book.json("show", case)["case"]["remedy"] == {"kind": "coupon", "cost": "15.00 CNY"}


@pytest.mark.parametrize(("touched", "is_asked"), [("rights", True), ("platform", True), ("none", False)])
def test_a_complaint_that_touches_rights_or_platform_rules_waits_for_the_legal_view(
    book: Book, touched: str, *, is_asked: bool
) -> None:
    case = opened(book)
    do(book, "ack", case, "03-04T09:05", "--via", "在线客服")
    said = refused(book, 3, "classify", case, "--level", "一般", "--at", "2024-03-04T09:10")
    assert "x.legal" in said
    do(book, "classify", case, "03-04T09:20", "--level", "一般", "--set", f"x.legal={touched}")
    do(book, "task", case, "03-04T10:00", "--planned")
    reported(book, case, *DEPARTMENTS)
    plan = ("plan", case, "--remedy", "退款", "--at", "2024-03-05T16:00")
    if is_asked:
        assert "legal-check" in refused(book, 3, *plan)
        assert "x.legal_view" in refused(book, 3, "step", case, "legal-check", "--at", "2024-03-05T15:30")
        own(book, case, "legal-check", "03-05T15:30", "--set", "x.legal_view=应予退款")
    book.call(*plan, check=0)


def test_a_malicious_complaint_is_marked_with_evidence_and_a_legal_view_and_closed_as_invalid(
    book: Book, tmp_path: Path
) -> None:
    case = opened(book)
    classified(book, case, "none", "--set", "恶意投诉=是")
    mark = ("step", case, "mark-malicious", "--at", "2024-03-04T11:00")
    said = refused(book, 3, *mark)
    assert "x.evidence|attachments" in said
    assert "x.legal_view" in said
    close = ("--outcome", "invalid", "--lesson", "同一账号多次以同图索赔", "--at", "2024-03-04T12:00")
    assert "mark-malicious" in refused(book, 3, "close", case, *close)
    (tmp_path / "chat.txt").write_text("不退款就差评", encoding="utf-8")
    do(book, "attach", case, "03-04T10:50", str(tmp_path / "chat.txt"))
    book.call(*mark, "--set", "x.legal_view=构成恶意投诉", check=0)
    book.call("close", case, *close, check=0)


def test_the_result_letter_names_finding_remedy_and_outcome(book: Book) -> None:
    case = opened(book)
    classified(book, case, "none")
    do(book, "task", case, "03-04T10:00", "--planned")
    reported(book, case, *DEPARTMENTS)
    do(book, "plan", case, "03-05T16:00", "--remedy", "换货")
    do(book, "execute", case, "03-05T17:00", "--remedy", "换货", "--cost", "89.00 CNY")
    said = refused(book, 3, "respond", case, "--via", "app", "--at", "2024-03-05T18:00")
    assert "cause.finding" in said
    assert "outcome" in said


def test_after_the_answer_come_opinion_suggestion_and_a_lesson_that_is_found_again(book: Book) -> None:
    case = opened(book)
    classified(book, case, "none")
    do(book, "task", case, "03-04T10:00", "--planned")
    reported(book, case, *DEPARTMENTS)
    answered(book, case)
    call = ("follow-up", case, "--via", "客服热线", "--at", "2024-03-06T10:00")
    said = refused(book, 3, *call)
    for missing in ("satisfaction.overall", "x.suggestion 建议", "x.suggestion_to 建议转交"):
        assert missing in said
    handed = ("--set", "x.suggestion=开箱视频", "--set", "x.suggestion_to=service")
    book.call(*call, "--satisfaction", "5", *handed, check=0)
    archive = ("step", case, "archive", "--at", "2024-03-07T10:00")
    assert "lesson" in refused(book, 3, *archive)
    lesson = ("--set", "lesson=发货前称重可查缺件")
    assert "service" in refused(book, 3, *archive, *lesson)
    do(book, "task", case, "03-06T10:10", "--planned")
    assert book.json("show", case)["case"]["tasks"][-1]["what"] == "答复客户建议"
    owed = book.json("today", "--department", "service", "--as-of", "2024-03-06T11:00")["today"]
    assert [entry["case"] for entry in owed] == [case]
    assert "service" in refused(book, 3, *archive, *lesson)
    do(book, "task", case, "03-06T12:00", "--done", "service", "--result", "已加入话术")
    book.call(*archive, *lesson, check=0)
    do(book, "close", case, "03-07T10:10")
    assert [entry["case"] for entry in book.json("lessons", "称重")["lessons"]] == [case]


def test_no_complaint_is_closed_unclassified_and_each_leaves_its_trace(book: Book) -> None:
    case = opened(book)
    said = refused(book, 3, "close", case, "--outcome", "upheld", "--at", "2024-03-04T10:00")
    assert "classify" in said
    classified(book, case, "none")
    assert [event["did"] for event in book.json("log", case)["log"]] == ["open", "ack", "classify"]


def repeated(book: Book, case: str, field: str, value: str, received: list[str]) -> list[list[str]]:
    """The `same` of each repetition rule that applies to the last complaint, `case`; all complaints have the same `field`."""
    for day in received:
        book.open("t", "--received", day, "--at", day, "--category", "商品质量", "--set", f"{field}={value}")
    book.call("edit", case, "--set", f"{field}={value}", "--at", "2024-03-04T09:03", check=0)
    done = book.json("escalate", "--due", "--as-of", "2024-03-04T09:04", "--dry-run")["cases"]
    events = {entry["id"]: entry["event"] for entry in done}
    return [rule["same"] for rule in events.get(case, {}).get("repeated", [])]


@pytest.mark.parametrize(
    ("field", "same", "before"),
    [
        # 30 days before 03-04 09:00 is 02-03 09:00, as February has 29; 7 days before is 02-26 09:00.
        ("product.batch", ["product.batch"], ["2024-02-03T09:00", "2024-02-20T09:00"]),
        ("x.warehouse", ["category", "x.warehouse"], ["2024-02-26T09:00"] * 4),
        ("x.logistics_line", ["category", "x.logistics_line"], ["2024-02-26T09:00"] * 4),
    ],
)
def test_a_batch_a_warehouse_or_a_line_that_suddenly_draws_complaints_is_passed_up(
    book: Book, field: str, same: list[str], before: list[str]
) -> None:
    earlier = [day.replace("T09:00", "T08:59") for day in before[:1]]
    assert repeated(book, opened(book), field, "A", [*earlier, *before[1:]]) == []
    assert repeated(book, opened(book), field, "B", before) == [same]


def test_the_complaints_of_one_batch_warehouse_or_line_are_counted_and_of_one_year_beside_another(
    book: Book,
) -> None:
    for batch, warehouse, line in (("B1", "杭州", "线A"), ("B1", "上海", "线A"), ("B2", "上海", "线A")):
        places = ("--batch", batch, "--set", f"x.warehouse={warehouse}", "--set", f"x.logistics_line={line}")
        opened(book, "商品质量", *places)
    book.open("去年的投诉", "--received", "2023-03-04T09:00", "--at", "2023-03-04T09:00")
    by = ("--by", "product.batch", "--by", "x.warehouse", "--by", "x.logistics_line")
    year = report_of(book, *by, "--period", "2024")
    assert year.counts("product.batch") == {"B1": 2, "B2": 1}
    assert year.counts("x.warehouse") == {"上海": 2, "杭州": 1}
    assert year.counts("x.logistics_line") == {"线A": 3}
    assert "x.warehouse 仓库" in book.call("report", "--by", "仓库", check=0).stdout
    assert "上海" in book.call("list", "--columns", "id,仓库", check=0).stdout
    before = report_of(book, "--period", "2023")
    assert (before.cases("cases"), year.cases("cases")) == ((1,), (3,))
