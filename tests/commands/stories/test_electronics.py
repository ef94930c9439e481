"""Tests every sentence of the electronics handbook on the command line (docs/procedures.md)."""

import hashlib
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.reports.report_rows import report_of
from tests.sampling import sample

DAY = "2024-05-06"
RECORD = {
    "customer.name": ("--customer-name", "王芳"),
    "customer.phone": ("--phone", "13800138000"),
    "product.model": ("--model", "P11"),
    "product.bought": ("--bought", "2024-03-01"),
    "description": ("--description", "It hums."),
    "remedy_sought": ("--remedy-sought", "维修"),
}
QUALITY = {
    "product.bought_from": ("--set", "product.bought_from=网店"),
    "product.time_in_use": ("--set", "product.time_in_use=2个月"),
}
# The classes with their Chinese labels as typed, and the checks that the handler sees for each.
CLASSES = {
    "quality": ("产品质量", ()),
    "quality/appearance": ("产品质量/外观缺陷", ()),
    "quality/function": ("产品质量/功能故障", ()),
    "quality/function/hardware": (
        "产品质量/功能故障/硬件故障",
        ("核对保修卡和保修期", "指导客户自行检查", "安排工程师上门或寄回维修", "答复维修进度"),
    ),
    "quality/function/software": (
        "产品质量/功能故障/软件问题",
        ("询问操作系统和软件版本", "提供解决建议", "恢复或升级软件"),
    ),
    "quality/function/misuse": (
        "产品质量/功能故障/使用不当",
        ("提供使用说明和视频", "在线指导", "补充常见问题解答"),
    ),
    "quality/function/design": (
        "产品质量/功能故障/产品设计与功能",
        ("收集客户意见", "反馈给研发部门", "更新产品"),
    ),
    "quality/lifetime": ("产品质量/使用寿命", ()),
    "after-sales": ("售后服务", ()),
    "after-sales/attitude": ("售后服务/服务态度", ("对服务人员进行辅导",)),
    "after-sales/efficiency": ("售后服务/服务效率", ("优化流程",)),
    "after-sales/quality": ("售后服务/服务质量", ("组织培训",)),
    "logistics": ("物流配送", ()),
    "price": ("价格", ()),
    "price/difference": ("价格/价格差异", ("解释价格差异的原因", "提供优惠")),
    "price/promotion": ("价格/促销活动不明确", ("解释活动规则", "确属误解的予以调整")),
    "price/fraud": ("价格/价格欺诈", ("核实情况", "严肃处理责任人", "向客户道歉")),
    "other": ("其他", ()),
}
CAUSES = {
    "质量原因/设计": "quality/design",
    "质量原因/制造": "quality/manufacturing",
    "质量原因/材料": "quality/material",
    "质量原因/生产工艺": "quality/process",
    "质量原因/供应链": "quality/supply-chain",
    "质量原因/运输": "quality/transport",
    "质量原因/不符合标准": "quality/below-standard",
    "服务原因/服务行为": "service/conduct",
    "服务原因/流程缺陷": "service/process-gap",
    "服务原因/知识不足": "service/knowledge",
    "价格原因/定价不合理": "price/unreasonable",
    "价格原因/调整不及时": "price/late-adjustment",
    "价格原因/价格不透明": "price/not-transparent",
    "竞争因素": "competition",
}
# The steps with the fields that each records, and their times.
STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "assess": ("06T09:30", ("--level", "general")),
    "classify": ("06T10:00", ("--category", "logistics")),
    "investigate": ("06T11:00", ("--cause", "service", "--finding", "lost on the way")),
    "plan": ("06T12:00", ("--remedy", "exchange")),
    "execute": ("06T13:00", ("--remedy", "exchange")),
    "respond": ("06T14:00", ("--outcome", "upheld", "--via", "phone")),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("electronics"))


def opened(book: Book, *words: str, without: str = "") -> str:
    """A complaint of 09:00 with all fields except `without`."""
    facts = [word for name, pair in {**RECORD, **QUALITY}.items() if name != without for word in pair]
    return book.open("t", "--received", f"{DAY}T09:00", "--at", f"{DAY}T09:05", *facts, *words)


def do(book: Book, verb: str, case: str, at: str, *words: str) -> None:
    book.call(verb, case, "--at", f"2024-05-{at}", *words, check=0)


def handled(book: Book, up_to: str) -> str:
    """A complaint with every step up to this one taken."""
    case = opened(book)
    for verb, (at, words) in STEPS.items():
        do(book, verb, case, at, *words)
        if verb == up_to:
            break
    return case


@pytest.mark.parametrize(
    ("typed", "channel"),
    [
        ("电话", "phone"),
        ("邮件", "email"),
        ("在线客服", "chat"),
        ("社交媒体", "social"),
        ("客户服务", "service-desk"),
    ],
)
def test_a_complaint_comes_in_by_one_of_five_channels(book: Book, typed: str, channel: str) -> None:
    assert book.json("show", opened(book, "--channel", typed))["case"]["channel"] == channel


def test_any_other_channel_is_refused_with_the_five(book: Book) -> None:
    said = refused(book, 2, "open", "--title", "t", "--channel", "fax")
    named = said.partition("Available: ")[2].removesuffix(".").split(", ")
    assert [channel.split()[0] for channel in named] == ["phone", "email", "chat", "social", "service-desk"]


@pytest.mark.parametrize("field", sample([*RECORD, *QUALITY], 3))
def test_a_complaint_is_classified_only_when_its_record_is_complete(book: Book, field: str) -> None:
    case = opened(book, without=field)
    do(book, "assess", case, "06T09:30")
    said = refused(book, 3, "classify", case, "--at", f"{DAY}T10:00", "--category", "quality")
    assert field in said
    if field in QUALITY:  # asked for products only
        do(book, "classify", case, "06T10:00", "--category", "price")


@pytest.mark.parametrize("path", sample(CLASSES, 3))
def test_a_class_is_typed_in_chinese_and_shows_its_checks_in_order(book: Book, path: str) -> None:
    typed, checks = CLASSES[path]
    case = opened(book)
    do(book, "assess", case, "06T09:30")
    do(book, "classify", case, "06T10:00", "--category", typed)
    assert book.json("show", case)["case"]["category"] == path
    shown = book.call("--lang", "zh", "show", case, check=0).stdout
    listed = shown.partition("检查步骤\n")[2].partition("\n\n")[0].splitlines()
    assert listed == [f"  {number}. {check}" for number, check in enumerate(checks, 1)]


def test_three_levels_the_most_severe_first(book: Book) -> None:
    case = opened(book, "--level", "重要")
    assert book.json("show", case)["case"]["level"] == "important"
    do(book, "escalate", case, "06T09:30", "--level", "紧急", "--reason", "it smokes")
    refused(book, 3, "escalate", case, "--level", "一般", "--reason", "it does not")
    assert "urgent, important, general" in refused(book, 2, "edit", case, "--set", "level=high")


# Received on 05-06 at 09:00; taken when STEPS says.
@pytest.mark.parametrize(
    ("taken", "step", "due"),
    [
        ("", "open", "06T10:00"),  # receipt + 1 h
        ("", "assess", "06T11:00"),  # receipt + 2 h
        ("", "classify", "06T13:00"),  # receipt + 4 h
        ("", "investigate", "07T09:00"),  # receipt + 24 h
        ("", "plan", "08T09:00"),  # receipt + 48 h
        ("plan", "execute", "09T12:00"),  # the plan of 05-06 12:00 + 72 h
        ("execute", "respond", "07T13:00"),  # the execution of 05-06 13:00 + 24 h
        ("respond", "follow-up", "13T14:00"),  # the response of 05-06 14:00 + 7 d
    ],
)
def test_each_of_the_eight_steps_has_its_limit_from_its_starting_point(
    book: Book, taken: str, step: str, due: str
) -> None:
    case = handled(book, taken) if taken else opened(book)
    clocks = book.json("show", case, "--as-of", f"{DAY}T14:00")["case"]["clocks"]
    (found,) = [clock["due"] for clock in clocks if clock["step"] == step]
    assert found == f"2024-05-{due}:00+08:00"


@pytest.mark.parametrize("step", ["classify", "investigate", "plan", "execute", "respond"])
def test_a_step_is_refused_before_the_one_it_follows(book: Book, step: str) -> None:
    words = STEPS[step][1]
    assert f"{step} must come after" in refused(book, 3, step, opened(book), "--at", f"{DAY}T12:00", *words)


@pytest.mark.parametrize("typed", sample(CAUSES, 2))
def test_a_cause_has_a_class_that_is_typed_in_chinese(book: Book, typed: str) -> None:
    case = handled(book, "classify")
    do(book, "investigate", case, "06T11:00", "--cause", typed, "--finding", "f")
    assert book.json("show", case)["case"]["cause"]["class"] == CAUSES[typed]


def test_the_investigation_names_a_class_of_cause_and_what_was_found(book: Book) -> None:
    said = refused(book, 3, "investigate", handled(book, "classify"), "--at", f"{DAY}T11:00")
    assert "cause.class, cause.finding" in said


def test_the_impact_is_assessed_in_four_respects(book: Book) -> None:
    impact = {
        "customer_satisfaction": "低",
        "market_share": "无",
        "business_result": "换货",
        "legal_risk": "召回",
    }
    sets = [word for name, text in impact.items() for word in ("--set", f"impact.{name}={text}")]
    case = opened(book)
    do(book, "assess", case, "06T09:30", *sets)
    assert book.json("show", case)["case"]["impact"] == impact


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [
        ("退货", "return"),
        ("换货", "exchange"),
        ("维修", "repair"),
        ("赔偿", "compensation"),
        ("优惠", "offer"),
    ],
)
def test_a_plan_gives_the_customer_one_of_the_remedies(book: Book, typed: str, remedy: str) -> None:
    case = handled(book, "investigate")
    do(book, "plan", case, "06T12:00", "--remedy", typed)
    assert book.json("show", case)["case"]["plan"]["remedy"] == remedy


PLAN = {"principle": "先安全", "department": "质量部", "supervision": "chen.jie"}


def test_a_plan_names_principle_measures_department_and_supervision(book: Book) -> None:
    case = handled(book, "investigate")
    sets = [word for name, text in PLAN.items() for word in ("--set", f"plan.{name}={text}")]
    do(book, "plan", case, "06T12:00", "--remedy", "repair", "--measure", "查批次;zhao.min;2024-05-08", *sets)
    found = book.json("show", case)["case"]["plan"]
    measures = [{"what": "查批次", "who": "zhao.min", "due": "2024-05-08"}]
    assert found == {"remedy": "repair", "measures": measures, **PLAN}


def test_a_team_insists_on_the_four_facts_of_a_plan_by_the_line_in_the_policy(tmp_path: Path) -> None:
    own = make_book(tmp_path)
    policy = own.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    line = "needs: [plan.remedy, plan.principle, plan.measures, plan.department, plan.supervision]"
    assert f"  # {line}\n" in text
    text = text.replace(f"  # {line}\n", "").replace("    needs: [plan.remedy]\n", f"    {line}\n")
    policy.write_text(text, encoding="utf-8")
    said = refused(own, 3, "plan", handled(own, "investigate"), "--at", f"{DAY}T12:00", "--remedy", "repair")
    assert "plan.principle, plan.measures, plan.department, plan.supervision" in said


def test_progress_is_told_at_any_time_while_the_case_is_open(book: Book) -> None:
    case = opened(book)
    do(book, "update", case, "06T09:10", "--via", "chat", "--text", "we are looking")
    do(book, "update", case, "06T11:10", "--via", "phone", "--text", "still looking")
    told = book.json("show", case)["case"]["history"]
    assert [event["via"] for event in told if event["did"] == "update"] == ["chat", "phone"]
    do(book, "close", case, "06T12:00", "--outcome", "withdrawn")
    refused(book, 3, "update", case, "--via", "chat")


def test_the_answer_stands_beside_cause_solution_and_improvement(book: Book) -> None:
    case = handled(book, "execute")
    answer = ("--outcome", "upheld", "--via", "email", "--set", "改进措施=包装加厚")
    do(book, "respond", case, "06T14:00", *answer)
    shown = book.call("--lang", "zh", "show", case, check=0).stdout
    for fact in ("lost on the way", "换货", "包装加厚"):
        assert fact in shown


def test_the_customer_is_asked_for_an_opinion_until_there_is_one(book: Book) -> None:
    case = handled(book, "respond")

    def due(as_of: str) -> list[str]:
        clocks = book.json("show", case, "--as-of", f"2024-05-{as_of}")["case"]["clocks"]
        return [
            clock["due"] for clock in clocks if clock["step"] == "follow-up" and clock["state"] == "running"
        ]

    assert "follow-up" in refused(book, 3, "close", case, "--at", "2024-05-06T15:00")
    do(book, "follow-up", case, "12T10:00", "--text", "nobody answers")
    assert due("12T11:00") == ["2024-05-19T10:00:00+08:00"]  # the visit of 05-12 10:00 + 7 d
    marks = ("--satisfaction", "4", "--attitude", "5", "--solved", "4", "--comment", "很好")
    do(book, "follow-up", case, "18T10:00", "--via", "phone", *marks)
    assert due("18T11:00") == []
    do(book, "close", case, "18T11:00")


def test_recordings_and_scans_are_kept_with_their_sha_256(book: Book, tmp_path: Path) -> None:
    recording = tmp_path / "来电录音.mp3"
    recording.write_bytes(b"hello")
    case = opened(book)
    do(book, "attach", case, "06T09:30", str(recording))
    sha256 = hashlib.sha256(b"hello").hexdigest()
    assert book.json("show", case)["case"]["attachments"] == [{"file": "来电录音.mp3", "sha256": sha256}]
    assert (book.root / "attachments" / case / "来电录音.mp3").read_bytes() == b"hello"


def test_success_and_failure_are_kept_as_a_library_that_is_searched(book: Book) -> None:
    case = opened(book, "--category", "logistics")
    learned = ("--lesson", "易碎品单独装箱", "--mark", "成功")
    do(book, "close", case, "06T12:00", "--outcome", "withdrawn", *learned)
    found = book.json("lessons", "装箱", "--mark", "success", "--category", "物流配送")["lessons"]
    assert [entry["case"] for entry in found] == [case]
    assert book.json("lessons", "装箱", "--mark", "failure")["lessons"] == []


def test_the_team_is_counted_by_speed_satisfaction_collaboration_training_and_compliance(
    tmp_path: Path,
) -> None:
    own = make_book(tmp_path)
    case = handled(own, "respond")
    do(
        own,
        "task",
        case,
        "06T15:00",
        "--to",
        "logistics",
        "--what",
        "name the line",
        "--due",
        "2024-05-07T09:00",
    )
    do(own, "task", case, "07T10:00", "--done", "logistics", "--result", "line 4")  # an hour late
    train = ("--what", "train the packers", "--who", "zhao.min", "--due", "2024-05-10")
    do(own, "action", case, "06T15:00", *train)
    do(own, "action", case, "09T10:00", "--done", "1")
    do(own, "action", case, "10T10:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")
    do(own, "follow-up", case, "10T11:00", "--satisfaction", "4", "--via", "phone")
    do(own, "close", case, "10T12:00")
    late = own.open("t", "--received", f"{DAY}T09:00", "--at", f"{DAY}T10:30")  # half an hour late

    report = report_of(own, "--as-of", "2024-05-10T13:00")
    steps = {step: report.step(step) for step in ("open", "task")}
    # Compliance: one of two was recorded within an hour. Speed: received 09:00, recorded 09:05 and 10:30.
    assert (steps["open"]["met"], steps["open"]["late"]) == (1, 1)
    assert (steps["open"]["median"], steps["open"]["p90"]) == (5 * 60, 90 * 60)
    assert [report.value("satisfaction", measure, "overall") for measure in ("marks", "mean")] == [1, 4.0]
    assert (steps["task"]["met"], steps["task"]["late"]) == (0, 1)
    assert (report.value("actions", "total"), report.value("actions", "number", "effective")) == (1, 1)
    # Flow: received 05-06 09:00, closed 05-10 12:00.
    assert report.value("times", "median", "resolution") == (4 * 24 + 3) * 60 * 60
    assert late in own.call("check", "--as-of", "2024-05-10T13:00", check=1).stdout
