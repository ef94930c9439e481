from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaintctl.domain.trends.counts import CountTable, CountTally
from complaintctl.domain.trends.periods import Periods

ZONE = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 11, 23, tzinfo=ZONE)
MONDAY = datetime(2026, 11, 16, tzinfo=ZONE)
WEEK = timedelta(weeks=1)


def counted(cases: Iterable[tuple[str, datetime]], listed: frozenset[str] = frozenset()) -> CountTable:
    periods = Periods(kind="week", days=7, as_of=AS_OF, zone=ZONE)
    tally = CountTally(periods=periods, listed=(listed,))
    for value, received in cases:
        tally.add((value,), received)
    return tally.table()


def test_spellings_of_a_value_are_one_and_the_commonest_is_shown() -> None:
    table = counted([(text, MONDAY) for text in ("B-7", "b-7", "Ｂ－７", "B-7 ", "B-7")])
    assert table.series == {("b-7",): [5]}
    assert table.spelled[("b-7",)] == ("B-7",)


def test_unknown_values_are_counted_apart() -> None:
    table = counted([(text, MONDAY) for text in ("", "NI", "UNK", "unknown", "n/a", "A1")])
    assert table.series == {("a1",): [1]}
    assert table.unknown == [5]
    assert table.totals() == [6]


def test_a_key_of_the_policy_is_a_value_whatever_it_says() -> None:
    assert counted([("none", MONDAY)], frozenset({"none"})).series == {("none",): [1]}


def test_the_first_week_is_left_out_if_the_register_begins_in_it() -> None:
    cases = [("a", MONDAY - 3 * WEEK + timedelta(days=4)), ("a", MONDAY - WEEK), ("a", MONDAY)]
    table = counted(cases)
    assert table.first == -2
    assert table.series == {("a",): [0, 1, 1]}


def test_a_case_of_years_ago_does_not_make_a_past_of_zeros() -> None:
    recent = [("a", MONDAY - number * WEEK) for number in range(5) for _case in range(20)]
    assert counted([("a", MONDAY - 300 * WEEK), *recent]).first == -4


def test_cases_of_the_running_week_are_left_out() -> None:
    assert counted([("a", AS_OF), ("a", MONDAY)]).series == {("a",): [1]}


def test_nothing_has_no_periods() -> None:
    assert counted([]).periods == 0
    assert counted([]).totals() == []
