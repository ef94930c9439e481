"""Limits and calendars selected by a field, two limits combined, dates of the case, extensions, and repetitions."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.deadlines import deadlines, explanation
from complaintctl.domain.deadlines.limit_choice import parse_limit_rule
from complaintctl.domain.policy.policy import Calendar, CustomField, LabelledEntry, Step, WaitRule
from complaintctl.domain.policy_check.policy_faults import find_policy_faults
from tests.domain.building import LEVELS, OFFICE, a_book, a_case, a_policy, at, clock, did, due

OPENED = did("open", "09:00")
REGIONS = {"region": CustomField(choices={"north": LabelledEntry(), "south": None})}
ZONES = {
    "office": OFFICE,
    "berlin": Calendar(hours={"mon-fri": ("09:00-17:00",)}, timezone="Europe/Berlin"),
    "tokyo": Calendar(hours={"mon-fri": ("09:00-17:00",)}, timezone="Asia/Tokyo"),
}
BY_LEVEL = Step(step="plan", within="4h", calendar={"urgent": "always", "else": "office"})
BY_REGION = Step(
    step="plan",
    within="4h",
    calendar={"north": "berlin", "south": "tokyo", "else": "office"},
    calendar_by="x.region",
)


def test_the_calendar_of_a_step_may_depend_on_the_level_or_the_class() -> None:
    book = a_book(BY_LEVEL, levels=LEVELS)
    assert due(a_case(OPENED, level="urgent"), book, at("10:00"), "plan") == at("13:00")
    # 09:00-12:00 and from 13:00: an hour later by the office.
    assert due(a_case(OPENED, level="general"), book, at("10:00"), "plan") == at("14:00")
    night = a_case(did("open", "20:00"), received=at("20:00"), level="general")
    assert due(night, book, at("20:00"), "plan") == at("2026-11-17 14:00")
    by_class = Step(step="plan", within="4h", calendar={"quality": "always"})
    of_class = a_book(by_class, calendar="office", categories={"quality": None, "price": None})
    assert due(a_case(OPENED, category="quality/function"), of_class, at("10:00"), "plan") == at("13:00")
    # No key fits: the calendar of the policy.
    assert due(a_case(OPENED, category="price"), of_class, at("10:00"), "plan") == at("14:00")


def test_without_a_level_the_calendar_that_ends_first_counts_and_is_named() -> None:
    book = a_book(BY_LEVEL, levels=LEVELS)
    found = clock(a_case(OPENED), book, at("10:00"), "plan")
    assert found.due == at("13:00")
    assert found.choice is not None
    assert (found.choice.calendar, found.choice.calendar_key, found.choice.unknown) == (
        "always",
        "urgent",
        ("level",),
    )
    # The pair of limit and calendar of one level counts, never the limit of one and the calendar of another.
    step = Step(
        step="plan",
        within={"urgent": "3bd", "general": "1bd"},
        calendar={"urgent": "always", "general": "office"},
    )
    mixed = a_book(step, levels=LEVELS)
    saturday = a_case(did("open", "2026-11-21 09:00"), received=at("2026-11-21 09:00"))
    assert due(saturday, mixed, at("2026-11-21 10:00"), "plan") == at("2026-11-23 18:00")


def test_the_calendar_may_be_selected_by_any_field_in_the_zone_of_the_customer() -> None:
    book = a_book(BY_REGION, fields=REGIONS, calendars=ZONES)
    received = at("2026-11-16 17:00")
    cases = {
        name: a_case(did("open", "2026-11-16 17:00"), received=received, x={"region": name} if name else {})
        for name in ("north", "south", "")
    }
    # 17:00 in Shanghai is 10:00 in Berlin, and 18:00 in Tokyo, which is closed.
    assert due(cases["north"], book, received, "plan") == at("2026-11-16 21:00")
    assert due(cases["south"], book, received, "plan") == at("2026-11-17 12:00")
    unknown = clock(cases[""], book, received, "plan")
    assert unknown.due == at("2026-11-16 21:00")
    assert unknown.choice is not None
    assert unknown.choice.unknown == ("level", "x.region")


def test_the_calendar_of_the_policy_may_be_selected_too() -> None:
    steps = (Step(step="plan", within="4h"), Step(step="respond", within="4h", calendar="always"))
    book = a_book(
        *steps,
        fields=REGIONS,
        calendars=ZONES,
        calendar={"north": "berlin", "else": "office"},
        calendar_by="x.region",
        wait=WaitRule(at_most="1h"),
    )
    case = a_case(OPENED, x={"region": "north"})
    # Berlin opens at 16:00 of Shanghai.
    assert due(case, book, at("10:00"), "plan") == at("20:00")
    assert due(case, book, at("10:00"), "respond") == at("13:00")
    promise = deadlines.promise_due_time(case, book, "2h", at("10:00"))
    assert promise == at("18:00")
    # A wait is cut on the calendar that was chosen.
    waiting = a_case(OPENED, did("wait", "16:30"), did("resume", "19:00"), x={"region": "north"})
    assert due(waiting, book, at("19:30"), "plan") == at("21:00")


def test_a_limit_may_depend_on_a_field_as_on_a_level() -> None:
    step = Step(step="report", within={"death": "10d", "urgent": "5d", "else": "15d"}, limit_by="x.harm")
    book = a_book(step, levels=LEVELS, fields={"harm": CustomField(choices={"death": None, "injury": None})})
    day = timedelta(days=1)
    received = at("09:00")

    def days(**values: Any) -> float:
        found = clock(a_case(OPENED, **values), book, at("10:00"), "report")
        assert found.due is not None
        return (found.due - received) / day

    assert days(x={"harm": "death"}, level="urgent") == 10
    assert days(x={"harm": "injury"}, level="urgent") == 5
    assert days(x={"harm": "injury"}, level="general") == 15
    # What is not known yet may still be the shortest.
    assert days(level="general") == 10
    assert days(x={"harm": "injury"}) == 5
    assert days() == 5


@pytest.mark.parametrize(
    ("text", "later", "count"),
    [
        ("4h", False, 1),
        ("x.needed_by", False, 1),
        ("product.bought", False, 1),
        ("earlier of 5bd and x.needed_by", False, 2),
        ("the later of 8w and 40bd", True, 2),
        ("5个工作日与10天中较早者", False, 2),
        ("8周和40个工作日较晚者", True, 2),
    ],
)
def test_limits_are_combined_in_words(text: str, later: bool, count: int) -> None:
    rule = parse_limit_rule(text)
    assert rule is not None
    assert (rule.later, len(rule.parts)) == (later, count)


@pytest.mark.parametrize(
    "text", ["", "x.", "soon", "earlier of 5bd", "earlier of 5bd and soon", "customer.name"]
)
def test_anything_else_is_no_limit(text: str) -> None:
    assert parse_limit_rule(text) is None


def test_the_earlier_or_the_later_of_two_limits_counts() -> None:
    earlier = a_book(Step(step="plan", within="earlier of 24h and 1bd", calendar="office"))
    later = a_book(Step(step="plan", within="later of 8h and 1bd", calendar="office"))
    assert due(a_case(OPENED), earlier, at("10:00"), "plan") == at("2026-11-17 18:00")
    found = clock(a_case(OPENED), later, at("10:00"), "plan")
    assert found.due == at("2026-11-17 18:00")
    assert found.choice is not None
    assert found.choice.ends == (("8h", at("18:00")), ("1bd", at("2026-11-17 18:00")))


def test_a_limit_ends_at_the_date_in_a_field_and_a_day_counts_to_its_end() -> None:
    fields = {"needed_by": CustomField(type="day"), "hearing": CustomField(type="time")}
    steps = (
        Step(step="plan", within="x.hearing", warn=("50%",)),
        Step(step="respond", within="earlier of 5d and x.needed_by"),
    )
    book = a_book(*steps, fields=fields)
    dates = {"needed_by": "2026-11-18", "hearing": "2026-11-16T19:00:00+08:00"}
    case = a_case(OPENED, did("wait", "10:00"), did("resume", "12:00"), x=dates)
    plan = clock(case, book, at("13:00"), "plan")
    # Nobody pauses the customer's date.
    assert (plan.due, plan.state) == (at("19:00"), "running")
    assert [point.at for point in plan.warnings] == [at("14:00")]
    assert due(case, book, at("13:00"), "respond") == at("2026-11-18 23:59") + timedelta(seconds=59)
    # Without the date, the other part counts; alone, there is no limit.
    without = a_case(OPENED)
    assert due(without, book, at("13:00"), "respond") == at("2026-11-21 09:00")
    assert [entry.step for entry in deadlines.judge_case(without, book, at("13:00")).clocks] == ["respond"]


def test_a_clock_counts_from_a_date_of_the_team_even_before_receipt() -> None:
    book = a_book(
        Step(step="report", within="72h", from_="x.aware"), fields={"aware": CustomField(type="time")}
    )
    case = a_case(OPENED, x={"aware": "2026-11-14T20:00:00+08:00"})
    found = clock(case, book, at("10:00"), "report")
    assert (found.origin, found.start, found.due) == (
        "x.aware",
        at("2026-11-14 20:00"),
        at("2026-11-17 20:00"),
    )
    assert clock(a_case(OPENED), book, at("10:00"), "report").state == "ahead"
    day = a_case(OPENED, x={"aware": "2026-11-14"})
    assert clock(day, book, at("10:00"), "report").start == at("2026-11-14 00:00")


def test_an_extension_adds_to_the_limit_until_the_step_is_taken_or_due_again() -> None:
    book = a_book(Step(step="plan", within="3bd", extend="2bd", calendar="office"))
    extended = did("extend", "10:00", to="plan", via="phone", reason="parts are missing")
    assert due(a_case(OPENED), book, at("11:00"), "plan") == at("2026-11-19 18:00")
    case = a_case(OPENED, extended)
    found = clock(case, book, at("11:00"), "plan")
    assert (found.due, found.limit and found.limit.text) == (at("2026-11-23 18:00"), "3bd + 2bd")
    taken = a_case(OPENED, extended, did("plan", "12:00"), did("reopen", "13:00", to="plan"))
    assert due(taken, book, at("14:00"), "plan") == at("2026-11-19 18:00")


def test_a_step_is_due_again_only_as_often_as_the_policy_says() -> None:
    book = a_book(Step(step="call", every="1h", times=2))
    calls = [did("call", "09:30"), did("call", "10:00")]
    assert due(a_case(OPENED, *calls[:1]), book, at("09:45"), "call") == at("10:30")
    assert clock(a_case(OPENED, *calls), book, at("10:05"), "call").state == "unjudged"
    reopened = a_case(OPENED, *calls, did("reopen", "11:00", to="call"))
    assert due(reopened, book, at("11:05"), "call") == at("12:00")


PARTS = st.sampled_from(("8h", "30h", "2d", "2bd", "x.needed_by"))


@given(
    st.sampled_from(("earlier", "later")),
    PARTS,
    PARTS,
    st.sampled_from((None, "urgent", "general")),
    st.integers(0, 4 * 24 * 60),
    st.booleans(),
)
def test_a_combined_limit_is_explained_and_adds_up(
    which: str,
    first: str,
    second: str,
    level: str | None,
    later: int,
    waiting: bool,
) -> None:
    step = Step(
        step="plan",
        within=f"{which} of {first} and {second}",
        calendar={"urgent": "always", "else": "office"},
    )
    book = a_book(step, levels=LEVELS, fields={"needed_by": CustomField(type="day")})
    events = (OPENED, did("wait", "10:00"), did("resume", "15:00")) if waiting else (OPENED,)
    case = a_case(*events, level=level, x={"needed_by": "2026-11-18"})
    judged = deadlines.judge_case(case, book, at("15:00") + timedelta(minutes=later))
    (account,) = explanation.explain_clocks(judged, book)
    found: list[tuple[str, Any]] = [(line.key, line.values) for line in account.lines]
    lines = dict(found)
    ends = [values["due"] for key, values in found if key == "combined-end"]
    assert account.clock.due == (min if which == "earlier" else max)(ends)
    assert f"{which}-counts" in lines
    limit = account.clock.limit
    assert limit is not None
    if limit.until is not None:
        assert "limit-date" in lines
    elif limit.seconds:
        spans = [values["length"] for key, values in found if key == "span"]
        assert sum(spans) == lines["sum"]["length"] == limit.seconds
    elif limit.working_days:
        assert lines["sum-days" if "sum-days" in lines else "sum-days-waited"]["limit"] == limit.text


def faults(*steps: Step, **rest: Any) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(fault.key, fault.path) for fault in find_policy_faults(a_policy(*steps, **rest))]


@pytest.mark.parametrize(
    ("settings", "fault", "path"),
    [
        ({"calendar": {"urgnt": "always"}}, "policy-unknown", ("calendar", "urgnt")),
        ({"calendar": {"urgent": "offce"}}, "policy-unknown", ("calendar", "urgent")),
        ({"calendar": {"north": "office", "else": "always"}}, "policy-unknown", ("calendar", "north")),
        ({"calendar": "office", "calendar_by": "x.region"}, "policy-by-alone", ("calendar_by",)),
        (
            {"calendar": {"north": "office"}, "calendar_by": "x.regoin"},
            "policy-undeclared-field",
            ("calendar_by",),
        ),
        (
            {"calendar": {"urgent": "office"}, "calendar_by": "x.speed"},
            "policy-by-ambiguous",
            ("calendar_by",),
        ),
        ({"limit_by": "x.region"}, "policy-by-alone", ("limit_by",)),
        ({"within": {"west": "1h"}, "limit_by": "x.region"}, "policy-unknown", ("within", "west")),
        ({"within": "x.region"}, "policy-no-date", ("within",)),
        ({"within": "earlier of 1h and x.when"}, "policy-no-date", ("within",)),
        ({"within": "earlier of 1h and 99999h", "calendar": "office"}, "policy-limit-too-long", ("within",)),
        ({"from_": "x.region"}, "policy-no-date", ("from",)),
        ({"extend": "x.day"}, "policy-limit", ("extend",)),
        ({"extend": "2bd"}, "policy-extend-kind", ("extend",)),
        ({"within": None, "extend": "2h"}, "policy-extend-alone", ("extend",)),
        ({"other_than": "pln"}, "policy-unknown", ("other_than",)),
        ({"other_than": ("respond",)}, "policy-unknown", ("other_than", 0)),
        ({"promise": {"plan": "x.day"}}, "policy-limit", ("promise", "plan")),
    ],
)
def test_settings_without_sense_are_faults_at_their_place(
    settings: dict[str, Any], fault: str, path: tuple[str | int, ...]
) -> None:
    own = {
        **REGIONS,
        "speed": CustomField(choices={"urgent": None}),
        "day": CustomField(type="day"),
    }
    steps = (Step(step="plan"), Step(**{"step": "respond", "within": "4h", **settings}))
    assert (fault, ("steps", 1, *path)) in faults(*steps, levels=LEVELS, fields=own)


def test_the_calendar_of_the_policy_needs_an_else_and_a_type_no_choices() -> None:
    assert faults(levels=LEVELS, calendar={"urgent": "always"}) == [("policy-calendar-else", ("calendar",))]
    both = {"day": CustomField(type="day", choices={"a": None})}
    assert faults(fields=both) == [("policy-type-and-choices", ("fields", "day", "choices"))]


def test_a_policy_with_every_new_word_has_no_faults() -> None:
    steps = (
        BY_LEVEL,
        Step(
            step="respond",
            within={"north": "5bd", "urgent": "1bd", "else": "3bd"},
            limit_by="x.region",
            extend={"north": "2bd", "else": "1bd"},
            other_than=("plan",),
        ),
        Step(step="follow-up", every="earlier of 7d and x.when", from_="x.when", times=3),
    )
    own = {**REGIONS, "when": CustomField(type="time")}
    settings: dict[str, Any] = {"calendar": {"north": "berlin", "else": "always"}, "calendar_by": "x.region"}
    assert faults(*steps, levels=LEVELS, fields=own, calendars=ZONES, **settings) == []
