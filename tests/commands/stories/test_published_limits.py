"""Published rules that need more than one limit counted from receipt, each as a policy and on the command line.

Housing Ombudsman (England), Complaint Handling Code of 2024, 6.2 to 6.15: acknowledged in five working days, answered ten
after that, once extended by ten with the reason; another person at stage 2. Regulation (EU) 2017/745, Article 87: a serious
incident is reported 15 days after becoming aware of it, 10 for a death, 2 for a threat to public health. 12 CFR 1024.35(e):
before the foreclosure sale or within 30 working days, whichever is earlier. BGB § 323: by the date that the customer
set. 部分商品修理更换退货责任规定, Article 11: an exchange after two repairs.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, author, make_book, refused

HOUSING = """\
complaintctl: 1
name: housing
timezone: Europe/London
calendar: office
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
channels: [phone, letter]
fields:
  escalated: {label: {en: stage 2 asked for, zh: 申请复核日}, type: day}
steps:
  - {step: ack, within: 5bd, first_answer: true}
  - {step: respond, within: 10bd, from: ack, after: [ack], extend: 10bd, source: Code 6.3}
  - {step: stage-2, within: 20bd, from: x.escalated, after: [respond], needs: [x.escalated], extend: 20bd, other_than: respond}
"""
RULES = """\
complaintctl: 1
name: rules
timezone: Europe/Berlin
calendar: {night: shifts, else: office}
calendar_by: x.desk
calendars:
  office: {hours: {mon-fri: ["09:00-17:00"]}}
  shifts: {hours: {mon-fri: ["22:00-06:00"]}}
channels: [phone, letter]
levels: [urgent, general]
fields:
  aware: {label: {en: aware since, zh: 获知时间}, type: time}
  harm: {choices: {death: {label: {en: death, zh: 死亡}}, threat: {}, other: {}}}
  sale: {type: day}
  set_by_customer: {label: {en: set by the customer, zh: 客户要求的期限}, type: day}
  desk: {choices: [night, day]}
steps:
  - step: report
    within: {threat: 2d, death: 10d, else: 15d}
    limit_by: x.harm
    calendar: always
    from: x.aware
    after: []
  - {step: respond, within: earlier of 30bd and x.sale, after: []}
  - {step: repair, within: x.set_by_customer, times: 2, optional: true}
  - {step: call, within: 4h, after: []}
"""


EDITED = ("--at", "2026-03-10T10:30+01:00")


@pytest.fixture(scope="module")
def housing(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return _book(tmp_path_factory.mktemp("housing"), HOUSING, "Europe/London")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return _book(tmp_path_factory.mktemp("rules"), RULES, "Europe/Berlin")


def _book(folder: Path, text: str, zone: str) -> Book:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return make_book(folder, folder / "own.yaml", zone)


def due_times(book: Book, case: str, as_of: str) -> dict[str, Any]:
    shown = book.json("show", case, "--as-of", as_of)
    return {clock["step"]: clock["due"] for clock in shown["case"]["clocks"]}


def opened(book: Book, received: str, *options: str) -> str:
    return book.open("A complaint", "--received", received, "--at", received, *options)


def test_a_limit_is_extended_once_with_a_reason_told_before_it_ends(housing: Book) -> None:
    case = opened(housing, "2026-06-01T10:00+01:00")
    extend = ("extend", case, "respond", "--reason", "a surveyor must visit", "--via", "letter")
    said = refused(housing, 3, *extend, "--at", "2026-06-01T11:00+01:00")
    assert "respond" in said
    assert "no running limit" in said
    housing.call("ack", case, "--via", "phone", "--at", "2026-06-02T10:00+01:00", check=0)
    assert due_times(housing, case, "2026-06-03T10:00+01:00")["respond"] == "2026-06-16T17:00:00+01:00"
    result = housing.json(*extend, "--at", "2026-06-10T10:00+01:00")
    assert result["event"]["moved"]["respond"] == ["2026-06-16T17:00:00+01:00", "2026-06-30T17:00:00+01:00"]
    assert result["event"]["via"] == "letter"
    explained = housing.call(
        "explain", case, "--step", "respond", "--as-of", "2026-06-11T10:00+01:00", check=0
    ).stdout
    assert "limit 10bd + 10bd on the calendar office" in explained
    assert "extended 2026-06-10 10:00 by li.wei (a surveyor must visit)" in explained
    assert "total: 20 working days, the limit 10bd + 10bd" in explained
    twice = refused(housing, 3, *extend, "--at", "2026-06-11T10:00+01:00")
    assert "extended" in twice
    # The notice is contact with the customer; taken back, the old date counts again.
    event = housing.json("show", case)["case"]["history"][-1]["id"]
    housing.call("retract", case, event, "--reason", "wrong case", "--at", "2026-06-12T10:00+01:00", check=0)
    assert due_times(housing, case, "2026-06-13T10:00+01:00")["respond"] == "2026-06-16T17:00:00+01:00"
    late = refused(housing, 3, *extend, "--at", "2026-06-17T10:00+01:00")
    assert "2026-06-16 17:00" in late
    assert refused(housing, 3, "extend", case, "ack", *extend[3:], "--at", "2026-06-12T11:00+01:00")


def test_an_extension_needs_its_reason_and_the_channel(housing: Book) -> None:
    case = opened(housing, "2026-06-01T10:00+01:00")
    for options in (("--reason", "a visit"), ("--via", "letter")):
        assert "Missing option" in housing.call("extend", case, "respond", *options, check=2).stderr


def test_the_review_is_taken_by_another_person_and_counts_from_the_day_it_was_asked_for(
    housing: Book,
) -> None:
    case = opened(housing, "2026-06-01T10:00+01:00")
    housing.call("ack", case, "--via", "phone", "--at", "2026-06-02T10:00+01:00", check=0)
    housing.call("respond", case, "--via", "letter", "--at", "2026-06-10T10:00+01:00", check=0)
    stage_2 = ("step", case, "stage-2", "--at", "2026-06-20T10:00+01:00")
    housing.call("edit", case, "--set", "x.escalated=2026-06-12", "--at", "2026-06-12T10:00+01:00", check=0)
    assert due_times(housing, case, "2026-06-13T10:00+01:00")["stage-2"] == "2026-07-10T17:00:00+01:00"
    said = refused(housing, 3, *stage_2)
    assert "li.wei took respond; somebody else must take stage-2." in said
    housing.call(*stage_2, env=author("ann.lee"), check=0)


def test_a_report_counts_from_when_the_team_knew_even_before_receipt_and_by_the_harm(rules: Book) -> None:
    case = opened(rules, "2026-03-10T10:00+01:00", "--level", "general")
    assert due_times(rules, case, "2026-03-10T11:00+01:00")["report"] is None
    rules.call("edit", case, "--set", "x.aware=2026-03-05 08:00", "--set", "x.harm=other", *EDITED, check=0)
    assert rules.json("show", case)["case"]["x"]["aware"] == "2026-03-05T08:00:00+01:00"
    assert due_times(rules, case, "2026-03-10T11:00+01:00")["report"] == "2026-03-20T08:00:00+01:00"
    rules.call("edit", case, "--set", "x.harm=death", *EDITED, check=0)
    assert due_times(rules, case, "2026-03-10T11:00+01:00")["report"] == "2026-03-15T08:00:00+01:00"
    rules.call("edit", case, "--set", "x.harm=", *EDITED, check=0)
    explained = rules.call(
        "explain", case, "--step", "report", "--as-of", "2026-03-10T11:00+01:00", check=0
    ).stdout
    assert "counted from x.aware aware since: 2026-03-05 08:00" in explained
    assert "limit 2d (threat) on the calendar always" in explained
    assert "x.harm is not known yet, so the shortest limit of the step applies" in explained
    assert "overdue" in explained
    assert rules.json("check", "--as-of", "2026-03-10T11:00+01:00", check=1)


def test_the_earlier_of_thirty_working_days_and_a_date_counts(rules: Book) -> None:
    case = opened(rules, "2026-03-02T10:00+01:00", "--level", "general", "--set", "x.desk=day")
    assert due_times(rules, case, "2026-03-02T11:00+01:00")["respond"] == "2026-04-13T17:00:00+02:00"
    rules.call("edit", case, "--set", "x.sale=2026-03-20", "--at", "2026-03-02T10:30+01:00", check=0)
    assert due_times(rules, case, "2026-03-02T11:00+01:00")["respond"] == "2026-03-20T23:59:59+01:00"
    explained = rules.call(
        "explain", case, "--step", "respond", "--as-of", "2026-03-02T11:00+01:00", check=0
    ).stdout
    for line in (
        "limit: the date in x.sale",
        "30bd ends 2026-04-13 17:00",
        "x.sale ends 2026-03-20 23:59",
        "the earlier of the two counts",
    ):
        assert line in explained


def test_the_customer_sets_the_date_and_a_repair_is_tried_twice(rules: Book) -> None:
    case = opened(
        rules, "2026-03-02T10:00+01:00", "--level", "general", "--set", "x.set_by_customer=2026-03-09"
    )
    assert due_times(rules, case, "2026-03-02T11:00+01:00")["repair"] == "2026-03-09T23:59:59+01:00"
    rules.call("step", case, "repair", "--at", "2026-03-05T10:00+01:00", check=0)
    rules.call("step", case, "repair", "--at", "2026-03-12T10:00+01:00", check=0)
    said = refused(rules, 3, "step", case, "repair", "--at", "2026-03-19T10:00+01:00")
    assert "repair was taken as often as the policy allows (2)" in said
    verdicts = [
        entry.get("met") for entry in rules.json("show", case)["case"]["history"] if entry["did"] == "repair"
    ]
    assert verdicts == [True, None]


def test_night_and_day_desk_count_on_their_own_calendar(rules: Book) -> None:
    night = opened(rules, "2026-03-03T23:00+01:00", "--level", "general", "--set", "x.desk=night")
    day = opened(rules, "2026-03-03T23:00+01:00", "--level", "general", "--set", "x.desk=day")
    as_of = "2026-03-03T23:30+01:00"
    assert due_times(rules, night, as_of)["call"] == "2026-03-04T03:00:00+01:00"
    assert due_times(rules, day, as_of)["call"] == "2026-03-04T13:00:00+01:00"
    explained = rules.call("explain", night, "--step", "call", "--as-of", as_of, check=0).stdout
    assert "limit 4h on the calendar shifts" in explained
    assert "for night, the calendar shifts counts" in explained
    assert "total: 4 h, the limit 4h" in explained
    supposed = rules.call(
        "explain", night, "--step", "call", "--if", "x.desk=day", "--as-of", as_of, check=0
    ).stdout
    assert "as it is now: due 2026-03-04 03:00" in supposed


def test_a_date_field_takes_dates_only(rules: Book) -> None:
    case = opened(rules, "2026-03-02T10:00+01:00", "--level", "general")
    assert "x.sale" in refused(rules, 2, "edit", case, "--set", "x.sale=soon")
    assert "x.aware" in refused(rules, 2, "edit", case, "--set", "x.aware=2026-13-01 10:00")
    file = rules.file(case)
    file.write_text(file.read_text(encoding="utf-8") + "x: {sale: soon}\n", encoding="utf-8")
    problems = rules.json("check", "--as-of", "2026-03-02T11:00+01:00", check=4)["check"]["problems"]
    assert [problem["key"] for problem in problems] == ["not-a-day"]
    file.unlink()


def test_show_and_diff_name_the_new_settings(rules: Book, tmp_path: Path) -> None:
    shown = rules.call("policy", "show", check=0).stdout
    for words in ("x.desk: night shifts, else office", "earlier of 30bd and x.sale", "threat 2d, death 10d"):
        assert words in shown
    changed = RULES.replace("times: 2", "times: 3").replace("night: shifts", "night: office")
    changed = changed.replace("calendar: always\n    from", "calendar: always\n    extend: 5d\n    from")
    (tmp_path / "new.yaml").write_text(changed, encoding="utf-8")
    differences = rules.json("policy", "diff", "HEAD", str(tmp_path / "new.yaml"))["policy_diff"]["promises"]
    assert {".".join(entry["key"]) for entry in differences} - {"language"} == {
        "calendar.night",
        "steps.repair.times",
        "steps.report.extend",
    }


def test_the_schema_for_editors_has_the_new_settings(rules: Book) -> None:
    schema = json.loads(rules.call("schema", "policy", check=0).stdout)
    step = schema["$defs"]["Step"]["properties"]
    assert {"calendar_by", "limit_by", "extend", "times", "other_than"} <= set(step)
    assert schema["$defs"]["CustomField"]["properties"]["type"]["anyOf"][0]["enum"] == ["day", "time"]
