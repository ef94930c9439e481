"""Reminders: which points have come, whom they concern, and when the desk opens."""

from complaintctl.domain.case.case import Case, Task
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.policy.policy import NotifyRule, Person, Rung, Step
from complaintctl.domain.sending.reminders import list_reminders
from tests.domain.building import a_book, a_case, at, did

PEOPLE = {
    "li.wei": Person(),
    "zhao.min": Person(roles=("manager",)),
    "chen.yu": Person(department="quality"),
}
SETTINGS = {
    "calendar": "office",
    "warn": ("50%",),
    "escalation": (Rung(to="manager", late="1h"),),
    "roles": {"manager": None},
    "people": PEOPLE,
}
RULES = a_book(Step(step="ack", within="4h"), **SETTINGS)


def reminders(case: Case, when: str, rules: object = RULES) -> dict[str, tuple[str, ...]]:
    judged = deadlines.judge_case(case, rules, at(when))  # type: ignore[arg-type]
    return {reminder.receiver: reminder.points for reminder in list_reminders(judged, frozenset())}


def test_a_warning_concerns_the_owner_or_the_department_and_overdue_also_those_who_watch() -> None:
    case = a_case(owner="li.wei", department="quality", watchers=("zhao.min",))
    assert reminders(case, "11:00") == {"li.wei": ("warn 50%",)}
    # A department without an own address means its people.
    assert reminders(a_case(department="quality"), "11:00") == {"chen.yu": ("warn 50%",)}
    assert reminders(case, "14:30") == {
        "li.wei": ("warn 50%", "overdue"),
        "chen.yu": ("overdue",),
        "zhao.min": ("overdue",),
    }
    assert reminders(case, "15:00")["zhao.min"] == ("overdue", "late 1h manager")
    named = a_book(Step(step="ack", within="4h"), **SETTINGS, notify=NotifyRule(to={"quality": "NOTIFY_Q"}))
    assert reminders(a_case(department="quality"), "11:00", named) == {"quality": ("warn 50%",)}


def test_a_task_concerns_the_department_that_has_it_and_a_waiting_case_nobody() -> None:
    task = Task(to="quality", what="test the battery", given=at("09:00"), due=at("2026-11-18 12:00"))
    answered = did("ack", "09:30")
    case = a_case(answered, owner="li.wei", tasks=(task,))
    assert reminders(case, "2026-11-18 09:00") == {"chen.yu": ("warn 50%", "due-day")}
    waiting = a_case(did("wait", "09:30"), owner="li.wei", status="waiting")
    assert reminders(waiting, "16:00") == {}


def test_at_night_a_reminder_waits_for_the_next_opening_unless_the_policy_says_always() -> None:
    def opens(rules: object) -> str:
        judged = deadlines.judge_case(a_case(owner="li.wei"), rules, at("2026-11-20 18:00"))  # type: ignore[arg-type]
        (reminder, *_others) = list_reminders(judged, frozenset())
        return f"{reminder.opens:%d %H:%M}"

    # Friday at closing time; the desk opens on Monday.
    assert opens(RULES) == "23 09:00"
    assert (
        opens(a_book(Step(step="ack", within="4h"), **SETTINGS, notify=NotifyRule(calendar="always")))
        == "20 18:00"
    )
