"""Tests tasks for several departments, which must all report before the plan, in a web shop."""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused, spoken
from tests.commands.reports.report_rows import report_of
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: web shop
timezone: Asia/Shanghai
calendar: office
calendars: {office: {hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}}}
warn: [75%]
escalation: [{late: 1h, to: manager}]
roles: [manager]
levels: [urgent, normal]
categories: {quality: {department: service, sub: {damaged: {}}}, delay: {department: service}}
steps:
  - {step: classify, within: 8h}
  - {step: plan, within: 5bd, needs: [tasks]}
  - {step: respond, within: 3bd, from: plan, needs: [outcome]}
close: {withdrawn: {}, not-upheld: {needs: [tasks]}}
tasks:
  - {to: warehouse, what: {en: check the stock, zh: 核对库存}, within: 4h, when: {category: quality}}
  - {to: quality, what: test a piece, within: {urgent: 8h, else: 2bd}, when: {category: quality}}
  - {to: logistics, what: name the line, when: {category: [quality, delay]}}
"""
RECEIVED = "2026-03-02T09:00"  # a Monday
CLASSIFIED = "2026-03-02T10:00"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A casebook of the web shop."""
    policy = tmp_path / "shop.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, policy)


@pytest.fixture
def case(book: Book) -> str:
    """A complaint about a damaged kettle, classified on Monday at 10:00."""
    name = book.open("Kettle arrives cracked", "--received", RECEIVED, "--at", RECEIVED)
    facts = ("--category", "quality/damaged", "--level", "normal")
    book.call("classify", name, *facts, "--at", CLASSIFIED, check=0)
    return name


def give(book: Book, case: str, to: str, *options: str) -> None:
    book.call("task", case, "--to", to, "--what", f"look at {to}", *options, check=0)


def shown(book: Book, case: str, *options: str) -> Any:
    return book.json("show", case, *options)["case"]


def checked(book: Book, *options: str, check: int = 0) -> Any:
    return book.json("check", *options, check=check)["check"]


def test_the_policy_names_the_tasks_of_the_class_and_one_event_gives_them_all(book: Book, case: str) -> None:
    before = book.head()
    result = book.call("task", case, "--planned", "--at", CLASSIFIED, check=0)
    # warehouse: 10:00 – 12:00 and 13:00 – 15:00 are 4 h; quality: two working days after Monday end on Wednesday at 18:00
    assert result.stderr.splitlines()[-3:] == [
        "warehouse: check the stock, due 2026-03-02 15:00",
        "quality: test a piece, due 2026-03-04 18:00",
        "logistics: name the line",
    ]
    assert book.git("rev-list", "--count", f"{before}..HEAD").strip() == "1"
    event = shown(book, case)["history"][-1]
    assert event["did"] == "task"
    assert [task["to"] for task in event["tasks"]] == ["warehouse", "quality", "logistics"]
    assert book.call("check", "--as-of", CLASSIFIED).returncode == 0


def test_planned_tasks_are_given_once(book: Book, case: str) -> None:
    book.call("task", case, "--to", "warehouse", "--what", "look in hall 3", "--at", CLASSIFIED, check=0)
    book.call("task", case, "--planned", "--at", CLASSIFIED, check=0)
    given = [(task["to"], task["what"]) for task in shown(book, case)["tasks"]]
    assert given == [
        ("warehouse", "look in hall 3"),
        ("quality", "test a piece"),
        ("logistics", "name the line"),
    ]
    assert "All tasks that the policy sets" in refused(book, 3, "task", case, "--planned")


def test_the_plan_waits_until_every_department_has_reported(book: Book, case: str) -> None:
    said = refused(book, 3, "plan", case, "--remedy", "refund", "--at", "2026-03-02T11:00")
    assert (
        f"plan waits for tasks that were not given yet: warehouse, quality, logistics. Give them: complaintctl task {case} --planned"
        in said
    )
    book.call("task", case, "--planned", "--at", CLASSIFIED, check=0)
    said = refused(book, 3, "plan", case, "--remedy", "refund", "--at", "2026-03-02T11:00")
    assert said == (
        "plan waits for the report of: warehouse, quality, logistics. "
        f"Record it: complaintctl task {case} --done warehouse --result …"
    )
    # 14:59 is before 15:00; the second report has no date
    on_time = book.call(
        "task", case, "--done", "warehouse", "--result", "12 cracked", "--at", "2026-03-02T14:59", check=0
    )
    assert "task-done: in time, due 2026-03-02 15:00" in on_time.stderr
    book.call("task", case, "--done", "3", "--result", "line 7", "--at", "2026-03-03T09:00", check=0)
    assert "report of: quality." in refused(book, 3, "plan", case, "--at", "2026-03-04T19:00")
    # 18:01 is after 18:00 on Wednesday
    late = book.call(
        "task", case, "--done", "quality", "--result", "thin glass", "--at", "2026-03-04T18:01", check=0
    )
    assert "task-done: late, it was due 2026-03-04 18:00" in late.stderr
    assert "before task-done" in refused(book, 3, "plan", case, "--at", "2026-03-04T18:00")
    book.call("plan", case, "--remedy", "refund", "--at", "2026-03-05T09:00", check=0)
    verdicts = [event.get("met") for event in shown(book, case)["history"] if event["did"] == "task-done"]
    assert verdicts == [True, None, False]
    counted = report_of(book).step("task")
    assert (counted["met"], counted["late"], counted["unjudged"]) == (1, 1, 1)


def test_an_open_task_is_a_clock_everywhere(book: Book, case: str) -> None:
    book.call("task", case, "--planned", "--at", CLASSIFIED, check=0)
    # due 15:00; from 10:00 on 75 % are gone at 13:45; an hour late at 16:00
    now = ("--as-of", "2026-03-02T14:00")
    (warned,) = (one for one in checked(book, *now)["warned"] if one["step"] == "task")
    assert warned["what"] == f"warehouse: {spoken(en='check the stock', zh='核对库存')}"
    late = checked(book, "--as-of", "2026-03-02T16:00", check=1)["overdue"]
    assert [(one["step"], one["late"], one["tell"]) for one in late] == [("task", 3600, "manager")]
    assert (
        "task: warehouse: check the stock"
        in book.call("check", "--as-of", "2026-03-02T16:00", check=1).stdout
    )
    listed = book.call("list", "--overdue", "--as-of", "2026-03-02T16:00", "--format", "json", check=0)
    assert case in listed.stdout
    page = book.call("show", case, *now, check=0).stdout
    assert "task: warehouse: check the stock  running" in page
    assert "tasks: to warehouse, what check the stock, given 2026-03-02 10:00, due 2026-03-02 15:00" in page
    explained = book.call("explain", case, "--step", "task", *now, check=0).stdout
    assert "counted from when the task was given: 2026-03-02 10:00" in explained
    assert "the date of the task; fixed, never paused" in explained
    assert "due 2026-03-02 15:00, 1 h left" in explained
    assert "no date was set" in explained


def test_waiting_for_the_customer_does_not_stop_a_task(book: Book, case: str) -> None:
    book.call("task", case, "--planned", "--at", CLASSIFIED, check=0)
    book.call("wait", case, "--reason", "a photo", "--at", "2026-03-02T10:30", check=0)
    late = checked(book, "--as-of", "2026-03-02T15:01", check=1)["overdue"]
    assert [(one["step"], one["late"]) for one in late] == [("task", 60)]


def test_a_department_sees_its_tasks_on_the_cases_of_others(book: Book, case: str) -> None:
    give(book, case, "warehouse", "--due", "+3h", "--at", CLASSIFIED)
    give(book, case, "line 7", "--at", CLASSIFIED)
    now = ("--as-of", "2026-03-02T11:00")
    (row,) = book.json("today", "--department", "warehouse", *now)["today"]
    # 10:00 + 3 h = 13:00 by the clock: 2 h from 11:00
    assert (row["what"], row["left"]) == ("warehouse: look at warehouse", 7200)
    assert row["command"] == f"complaintctl task {case} --done warehouse"
    (undated,) = book.json("today", "--department", "line 7", *now)["today"]
    assert (undated["due"], undated["command"]) == (None, f"complaintctl task {case} --done 'line 7'")
    assert "--done 'line 7'" in book.call("today", "--department", "line 7", *now, check=0).stdout
    service = book.json("today", "--department", "service", *now)["today"]
    assert [row["case"] for row in service] == [case]
    assert book.json("today", "--department", "legal", *now)["today"] == []
    give(book, case, "warehouse", "--at", "2026-03-02T10:30")
    rows = book.json("today", "--department", "warehouse", *now)["today"]
    assert [row["command"][-8:] for row in rows] == ["--done 1", "--done 3"]


def test_several_tasks_of_one_department_are_reported_by_number(book: Book, case: str) -> None:
    give(book, case, "warehouse", "--at", CLASSIFIED)
    give(book, case, "warehouse", "--at", "2026-03-02T10:30")
    said = refused(book, 2, "task", case, "--done", "warehouse")
    assert said == (
        f"{case} has several open tasks of warehouse. Choose one by its number: 1 (warehouse), 2 (warehouse)."
    )
    assert "before task" in refused(book, 3, "task", case, "--done", "2", "--at", "2026-03-02T10:15")
    book.call("task", case, "--done", "2", check=0)
    assert "is done or was settled" in refused(book, 3, "task", case, "--done", "2")
    assert "Open: 1 (warehouse)." in refused(book, 2, "task", case, "--done", "legal")
    book.call("task", case, "--done", "warehouse", check=0)


@pytest.mark.parametrize(
    "options",
    sample(
        [
            (),
            ("--to", "warehouse"),
            ("--what", "look"),
            ("--due", "+1h"),
            ("--planned", "--done", "warehouse"),
            ("--to", "a", "--what", "b", "--planned"),
            ("--to", "a", "--what", "b", "--result", "c"),
            ("--to", " ", "--what", "b"),
        ],
        3,
        single=True,
    ),
)
def test_the_command_does_one_thing_at_a_time(book: Book, case: str, options: tuple[str, ...]) -> None:
    assert "Use one of these" in refused(book, 2, "task", case, *options)


def test_a_task_cannot_be_due_before_it_is_given(book: Book, case: str) -> None:
    options = ("--to", "warehouse", "--what", "look", "--due", CLASSIFIED, "--at", CLASSIFIED)
    assert "cannot be due at 2026-03-02 10:00" in refused(book, 2, "task", case, *options)


def test_closing_names_the_tasks_that_are_open_and_settles_them(book: Book, case: str) -> None:
    give(book, case, "warehouse", "--due", "+3h", "--at", CLASSIFIED)
    closing = ("close", case, "--at", "2026-03-02T11:00", "--outcome")
    assert "missing task warehouse, plan, respond" in refused(book, 3, *closing, "upheld")
    assert "missing task warehouse, task quality, task logistics." in refused(book, 3, *closing, "not-upheld")
    book.call(*closing, "withdrawn", check=0)
    assert [clock["state"] for clock in shown(book, case)["clocks"] if clock["step"] == "task"] == ["settled"]
    assert "settled by closing" in book.call("explain", case, "--step", "task", check=0).stdout
    assert "is closed" in refused(book, 3, "task", case, "--to", "a", "--what", "b")
    assert "is closed" in refused(book, 3, "task", case, "--done", "warehouse")
    assert "is closed" in refused(book, 3, "task", case, "--planned")


def test_no_case_is_closed_before_a_report_on_it(book: Book, case: str) -> None:
    give(book, case, "warehouse", "--at", CLASSIFIED)
    book.call("task", case, "--done", "warehouse", "--at", "2026-03-02T11:00", check=0)
    said = refused(book, 3, "close", case, "--outcome", "withdrawn", "--at", "2026-03-02T10:30")
    assert "before task-done (2026-03-02" in said


def test_a_forced_closing_records_the_open_tasks(book: Book, case: str) -> None:
    give(book, case, "warehouse", "--at", CLASSIFIED)
    book.call("close", case, "--outcome", "upheld", "--force", "--reason", "goodwill", check=0)
    assert "task warehouse" in shown(book, case)["history"][-1]["forced"]


def test_a_task_or_a_report_is_taken_back(book: Book, case: str) -> None:
    give(book, case, "warehouse", "--due", "+3h", "--at", CLASSIFIED)
    given = shown(book, case)["history"][-1]["id"]
    book.call(
        "task", case, "--done", "warehouse", "--result", "none left", "--at", "2026-03-02T11:00", check=0
    )
    reported = shown(book, case)["history"][-1]["id"]
    assert shown(book, case)["tasks"][0]["result"] == "none left"
    book.call("retract", case, reported, "--reason", "wrong case", "--at", "2026-03-02T12:00", check=0)
    (task,) = shown(book, case)["tasks"]
    assert "done" not in task
    assert "result" not in task
    book.call("retract", case, given, "--reason", "not needed", "--at", "2026-03-02T12:30", check=0)
    assert "tasks" not in shown(book, case)
    # earlier times are judged as before
    (task,) = shown(book, case, "--as-of", "2026-03-02T11:30")["tasks"]
    assert (task["done"], task["result"]) == ("2026-03-02T11:00:00+08:00", "none left")
    assert "done" not in shown(book, case, "--as-of", "2026-03-02T12:15")["tasks"][0]
    assert book.call("check", "--as-of", "2026-03-02T12:45").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("due: 2026-03-02T13", "due: 2026-03-02T17", "has no event in the history"),
        ("to: warehouse, what", "to: legal, what", "this task for legal has no event"),
        ("13:00:00+08:00}", "13:00:00+08:00, done: 2026-03-02T10:30:00+08:00}", "--done 1"),
    ],
)
def test_a_task_changed_by_hand_is_named(book: Book, case: str, old: str, new: str, said: str) -> None:
    give(book, case, "warehouse", "--due", "+3h", "--at", CLASSIFIED)
    path = book.file(case)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert said in book.call("check", "--as-of", "2026-03-02T10:45", check=4).stderr


def test_a_task_cannot_be_edited_like_a_fact(book: Book, case: str) -> None:
    assert refused(book, 2, "edit", case, "--set", "tasks=none")


def merged(book: Book, other: Book) -> None:
    """Merges the other clone, which changed the same case, into this one."""
    book.git("fetch", "--quiet", str(other.root), "HEAD")
    with pytest.raises(AssertionError, match="CONFLICT"):
        book.git("merge", "FETCH_HEAD")


def test_two_clones_that_gave_tasks_are_united_alike(book: Book, case: str, tmp_path: Path) -> None:
    other = book.clone(tmp_path / "other")
    give(book, case, "warehouse", "--due", "+3h", "--at", CLASSIFIED)
    give(other, case, "quality", "--at", "2026-03-02T10:05")
    third = other.clone(tmp_path / "third")
    merged(other, book)
    merged(book, third)
    for one in (book, other):
        one.call("resolve", check=0)
        one.git("commit", "--quiet", "-m", "merge")
    assert [task["to"] for task in shown(book, case)["tasks"]] == ["warehouse", "quality"]
    assert book.file(case).read_bytes() == other.file(case).read_bytes()
    assert book.call("check", "--as-of", "2026-03-02T10:30").returncode == 0


def test_two_departments_report_in_two_clones(book: Book, case: str, tmp_path: Path) -> None:
    book.call("task", case, "--planned", "--at", CLASSIFIED, check=0)
    other = book.clone(tmp_path / "other")
    book.call(
        "task", case, "--done", "warehouse", "--result", "none left", "--at", "2026-03-02T11:00", check=0
    )
    other.call("task", case, "--done", "quality", "--result", "thin", "--at", "2026-03-02T11:05", check=0)
    merged(book, other)
    book.call("resolve", check=0)
    results = [task.get("result") for task in shown(book, case)["tasks"]]
    assert results == ["none left", "thin", None]
    book.git("commit", "--quiet", "-m", "merge")
    assert checked(book, "--as-of", "2026-03-02T11:30")["problems"] == []


def test_one_task_reported_in_two_clones_is_left_to_the_handler(
    book: Book, case: str, tmp_path: Path
) -> None:
    give(book, case, "warehouse", "--at", CLASSIFIED)
    other = book.clone(tmp_path / "other")
    book.call(
        "task", case, "--done", "warehouse", "--result", "none left", "--at", "2026-03-02T11:00", check=0
    )
    other.call(
        "task", case, "--done", "warehouse", "--result", "two left", "--at", "2026-03-02T11:05", check=0
    )
    merged(book, other)
    said = book.call("resolve", check=4).stderr
    assert "tasks.result (warehouse): one side has none left, the other two left." in said


def test_tasks_in_chinese(book: Book, case: str) -> None:
    chinese = {"COMPLAINTCTL_LANG": "zh"}
    book.call("task", case, "--planned", "--at", CLASSIFIED, env=chinese, check=0)
    said = refused(book, 3, "plan", case, env=chinese)
    assert "warehouse" in said
    assert "等待" in said
    page = book.call("show", case, "--as-of", "2026-03-02T11:00", env=chinese, check=0).stdout
    assert "任务" in page
