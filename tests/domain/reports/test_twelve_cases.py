"""Every metric of twelve cases against a value computed by hand; the arithmetic stands beside it."""

from typing import Any, Final

import pytest

from complaintctl.domain.reports.figures import Figures, Period
from complaintctl.domain.reports.measures import MEASURES
from complaintctl.domain.reports.tally import ReportScope
from tests.domain.building import at
from tests.domain.reports.twelve import DAY, HOUR, count, found, rows, section, value

OCTOBER: Final = Period(start=at("2026-10-01 00:00"), end=at("2026-11-01 00:00"))
NOVEMBER: Final = Period(start=at("2026-11-01 00:00"), end=at("2026-12-01 00:00"))


@pytest.fixture(scope="module")
def figures() -> Figures:
    return count()


def test_cases(figures: Figures) -> None:
    assert section(figures, "cases") == {
        "cases": 11,  # all but the duplicate, 5
        "open": 6,  # 6 7 8 10 11 12
        "closed": 5,  # 1 2 3 4 9
        "overdue": 3,  # 6 7 8
        "reopened": 1,  # 4
        "escalated": 1,  # 6
        "recurring": 1,  # 11
        "forced": 1,  # 9
        "duplicates": 1,  # 5
    }
    assert found(figures, "cases", "overdue").of == 11


def test_flow(figures: Figures) -> None:
    # Six closings, as 4 was closed twice: 11 + 1 - 6.
    assert section(figures, "flow") == {
        "backlog_before": 0,
        "received": 11,
        "reopened": 1,
        "closed": 6,
        "backlog": 6,
    }


def test_flow_of_a_period_begins_with_the_backlog_before_it() -> None:
    # October: 1 to 4 came, were closed, and 4 was reopened on the 31st. November: 4 and 9 were closed.
    october, november = (count(ReportScope(periods=(period,))) for period in (OCTOBER, NOVEMBER))
    assert list(section(october, "flow").values()) == [0, 4, 1, 4, 1]
    assert list(section(november, "flow").values()) == [1, 7, 0, 2, 6]


def test_ageing(figures: Figures) -> None:
    # 12: 1 h. 10: 4 d 3 h. 11: 3 d 3 h. 6: 28 d. 7: 20 d. 8: 15 d.
    ages = rows(figures, "ageing", "cases")
    assert ages == {"1d": 1, "3d": 0, "7d": 2, "14d": 0, "30d": 3, "90d": 0, "more": 0}
    assert found(figures, "ageing", "cases", "30d").of == 6


def test_ageing_at_the_end_of_a_past_period_leaves_out_the_time_while_closed() -> None:
    # 4 on 1 November, 0:00: received 11 d 15 h ago, of which closed for 10 d.
    ages = rows(count(ReportScope(periods=(OCTOBER,))), "ageing", "cases")
    assert {key: number for key, number in ages.items() if number} == {"3d": 1}


def test_steps(figures: Figures) -> None:
    assert section(figures, "steps", "ack") == {
        "met": 8,  # 1 2 4 6 7 9 10 11
        "late": 1,  # 3
        "overdue": 1,  # 8
        "judged": 10,
        "share_in_time": 0.8,
        "running": 1,  # 12
        "paused": 0,  # waiting does not pause the first answer
        "unjudged": 0,
        "settled": 0,
        "none": 0,
        "none_open": 0,
        "none_closed": 0,
        "taken": 9,
        "median": 2 * HOUR,  # 1 1 1 1 [2] 2 3 4 5
        "p90": 5 * HOUR,  # the ninth of nine: 0.9 * 9 = 8.1
    }
    assert section(figures, "steps", "respond") == {
        "met": 4,  # 1 3, and 4 twice
        "late": 1,  # 2
        "overdue": 3,  # 6 7 8
        "judged": 8,
        "share_in_time": 0.5,
        "running": 2,  # 10 12
        "paused": 1,  # 11
        "unjudged": 0,
        "settled": 1,  # 9
        "none": 0,
        "none_open": 0,
        "none_closed": 0,
        "taken": 5,
        "median": 2 * DAY,  # 1 1 [2] 5 6: the second of 4 counts from the reopening
        "p90": 6 * DAY,
    }
    # One of two actions is done, after five days, four of them after the closing; eleven cases less one have none.
    told = section(figures, "steps", "action")
    assert [told[key] for key in ("met", "running", "none_open", "none_closed", "median")] == [
        1,
        1,
        6,
        4,
        5 * DAY,
    ]


def test_punctuality(figures: Figures) -> None:
    # ack 8 + respond 4 + action 1; late 1 + 1; overdue 1 + 3.
    assert section(figures, "punctuality") == {
        "met": 13,
        "late": 2,
        "overdue": 4,
        "judged": 19,
        "share_in_time": 13 / 19,
    }


def test_times(figures: Figures) -> None:
    # 1 2 5 1 1 4 3 2 1 hours; the only wait came later.
    first = {"measured": 9, "median": 2 * HOUR, "p90": 5 * HOUR, "net_median": 2 * HOUR, "net_p90": 5 * HOUR}
    assert section(figures, "times", "first-answer") == first
    # 9: 1 d. 4: 12 d less 10 closed. 1: 3 d. 3: 5 d, less 3 waiting. 2: 6 d. Net: 1 2 [2] 3 6.
    assert section(figures, "times", "resolution") == {
        "measured": 5,
        "median": 3 * DAY,
        "p90": 6 * DAY,
        "net_median": 2 * DAY,
        "net_p90": 6 * DAY,
    }
    assert found(figures, "times", "measured", "resolution").of == 11


def test_distribution_of_times(figures: Figures) -> None:
    # A time equal to the edge still belongs to the class.
    answers = {key: number for key, number in rows(figures, "first-answer", "cases").items() if number}
    assert answers == {"1h": 4, "4h": 4, "1d": 1}
    closings = {key: number for key, number in rows(figures, "resolution", "cases").items() if number}
    assert closings == {"1d": 1, "3d": 2, "7d": 2}
    assert found(figures, "resolution", "cases", "3d").of == 5


def test_outcomes_and_remedies(figures: Figures) -> None:
    assert rows(figures, "outcomes", "cases") == {
        "upheld": 2,
        "not-upheld": 1,
        "partly-upheld": 1,
        "withdrawn": 1,
    }
    assert found(figures, "outcomes", "cases", "upheld").of == 5
    assert rows(figures, "remedies", "cases") == {"": 8, "refund": 1, "repair": 1, "replace": 1}


def test_cost(figures: Figures) -> None:
    # 100 + 50.50 + 200
    assert section(figures, "cost", "CNY") == {"cases": 3, "total": 350.5, "mean": 350.5 / 3}


def test_satisfaction_and_survey(figures: Figures) -> None:
    assert section(figures, "satisfaction", "overall") == {"marks": 3, "mean": 4.0}  # 5 3 4
    assert section(figures, "satisfaction", "attitude") == {"marks": 1, "mean": 4.0}
    assert section(figures, "survey") == {"asked": 2, "answered": 1, "response_rate": 0.5, "mean": 5.0}
    assert rows(figures, "survey", "marks") == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1}


def test_customers(figures: Figures) -> None:
    # 1 and 2 are of one number; 3 and 4 of others; the rest have no contact.
    assert section(figures, "customers") == {"known": 4, "customers": 3, "repeat": 1, "repeat_share": 1 / 3}


def test_people(figures: Figures) -> None:
    assert list(rows(figures, "people", "cases")) == ["li.wei", "ma.li", ""]
    assert section(figures, "people", "li.wei") == {
        "cases": 5,  # 1 2 6 10 12
        "open": 3,
        "overdue": 1,
        "answer_median": HOUR,  # 1 [1] 2 2
        "closing_median": 3 * DAY,  # [3] 6
        "share_in_time": 6 / 8,  # ack 4, respond 1, action 1; late 1, overdue 1
        "satisfaction": 4.0,
    }
    assert section(figures, "people", "ma.li") == {
        "cases": 5,  # 3 4 7 9 11
        "open": 2,
        "overdue": 1,
        "answer_median": 3 * HOUR,  # 1 1 [3] 4 5
        "closing_median": 2 * DAY,  # 1 [2] 5
        "share_in_time": 7 / 9,  # ack 4, respond 3; late 1, overdue 1
        "satisfaction": 4.0,
    }
    assert value(figures, "people", "share_in_time", "") == 0  # both clocks of 8 are overdue
    assert value(figures, "departments", "cases", "") == 11


def test_actions(figures: Figures) -> None:
    assert section(figures, "actions") == {"total": 2, "effective_share": 1.0}
    assert rows(figures, "actions", "number") == {"open": 1, "done": 0, "effective": 1, "ineffective": 0}


def test_cases_fall_in_a_period_by_their_last_closing() -> None:
    # October: 1 2 3; 4 was closed then, but again in November, as was 9.
    told = [count(ReportScope(periods=(period,), basis="closed")) for period in (OCTOBER, NOVEMBER)]
    assert [value(figures, "cases", "cases") for figures in told] == [3, 2]
    assert [value(figures, "times", "median", "resolution") for figures in told] == [5 * DAY, DAY]


def test_each_step_falls_in_a_period_by_itself() -> None:
    october, november = (
        count(ReportScope(periods=(period,), basis="taken")) for period in (OCTOBER, NOVEMBER)
    )
    assert [value(october, "steps", key, "ack") for key in ("met", "late", "overdue")] == [3, 1, 0]
    assert [value(november, "steps", key, "ack") for key in ("met", "late", "overdue")] == [5, 0, 1]
    assert [value(october, "steps", key, "respond") for key in ("met", "late", "overdue")] == [3, 1, 0]
    assert [value(november, "steps", key, "respond") for key in ("met", "late", "overdue")] == [1, 0, 3]
    # 1 to 4; then 4 with its second answer, 6 to 11. 12 has only clocks that run.
    assert [value(figures, "cases", "cases") for figures in (october, november)] == [4, 7]


def test_groups_of_two_dimensions_have_the_sections_of_groups() -> None:
    by = ("category", "month")
    told = count(ReportScope(tables=(by,)))
    groups = {
        entry.group: entry.value
        for entry in told.rows
        if entry.by == by and (entry.measure.section, entry.measure.key) == ("cases", "cases")
    }
    # delivery: 3, then 6 8 9 10 12; quality: 1 2 4, then 7 11. Both spellings of 2 and 1 4 7 11 are one class.
    assert groups == {
        ("delivery", "2026-10"): 1,
        ("delivery", "2026-11"): 5,
        ("quality/battery", "2026-10"): 3,
        ("quality/battery", "2026-11"): 2,
    }
    place: dict[str, Any] = {"by": by, "group": ("quality/battery", "2026-11")}
    # 1, 2 and 4 were closed in October and 4 came back; 7 and 11 came, 4 was closed.
    assert section(told, "flow", **place) == {
        "backlog_before": 1,
        "received": 2,
        "reopened": 0,
        "closed": 1,
        "backlog": 2,
    }
    assert section(told, "times", "first-answer", **place)["median"] == HOUR  # [1] 4
    assert value(told, "cases", "duplicates", by=by, group=("delivery", "2026-10")) == 1


def test_a_table_of_time_has_no_gaps() -> None:
    told = count(ReportScope(tables=(("week",),), basis="closed"))
    weeks = [entry.group[0] for entry in told.rows if entry.measure.key == "forced" and entry.by]
    # The first receipt is on Thursday, 1 October, the last on Monday, 30 November.
    assert weeks == [f"2026-W{week}" for week in range(40, 50)]


def test_duplicates_count_like_others_if_asked() -> None:
    told = count(ReportScope(with_duplicates=True))
    assert (value(told, "cases", "cases"), value(told, "cases", "duplicates")) == (12, 1)
    assert rows(told, "outcomes", "cases")["duplicate"] == 1


def test_a_compared_period_has_the_same_figures_under_its_own_key() -> None:
    before = Period(key="previous", start=OCTOBER.start, end=OCTOBER.end)
    told = count(ReportScope(periods=(NOVEMBER, before)))
    assert value(told, "cases", "cases") == 7
    assert value(told, "cases", "cases", period="previous") == 4


def test_every_measure_has_a_figure() -> None:
    told = count(ReportScope())
    seen = {(entry.measure.section, entry.measure.key) for entry in told.rows}
    # Rates need volumes: tests/domain/reports/test_volumes.py.
    assert {*MEASURES} - seen == {key for key in MEASURES if key[0] == "rates"}
    assert all(entry.measure.unit != "share" or 0 <= (entry.value or 0) <= 1 for entry in told.rows)
