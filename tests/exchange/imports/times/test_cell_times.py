"""Tests times in cells: a zone in the text counts or is refused, and nothing else of a time is ignored, either."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.exchange.imports.times import month_names
from complaintctl.exchange.imports.times.cell_times import TimeReading, WrongTimeError, parse_cell_time
from complaintctl.exchange.imports.times.layouts import layout_fault

SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(text: str, *layouts: str, zone_word: str = "", language: str | None = None, **zones: str) -> str:
    """The time as ISO 8601, or the key of the reason why it cannot be read."""
    assert [layout_fault(layout) for layout in layouts] == [None] * len(layouts)
    reading = TimeReading(
        layouts=layouts, zone=SHANGHAI, zones=tuple(sorted(zones.items())), language=language
    )
    try:
        return parse_cell_time(text, zone_word, reading).isoformat()
    except WrongTimeError as error:
        return error.key


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("2024-01-05 10:00:00 UTC", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024-01-05 10:00:00 GMT", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024-01-05 10:00:00 Z", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024-01-05 10:00:00 UTC", "%Y-%m-%d %H:%M:%S UTC"),
        ("2024-01-05 10:00:00 GMT", "%Y-%m-%d %H:%M:%S GMT"),
        ("2024-01-05T10:00:00Z", "%Y-%m-%dT%H:%M:%SZ"),
        ("2024-01-05T10:00:00.000Z", "%Y-%m-%dT%H:%M:%S.%fZ"),
        ("2024-01-05T10:00:00Z", "%Y-%m-%dT%H:%M:%S%z"),
        ("2024-01-05T10:00:00.000+0000", "%Y-%m-%dT%H:%M:%S.%f+0000"),
        ("2024-01-05 05:00:00 -0500", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024-01-05 18:00:00 UTC+8", "%Y-%m-%d %H:%M:%S %Z"),
        ("Fri Jan 05 10:00:00 UTC 2024", "%a %b %d %H:%M:%S %Z %Y"),
        (
            "Fri Jan 05 2024 10:00:00 GMT+0000 (Coordinated Universal Time)",
            "%a %b %d %Y %H:%M:%S GMT%z (Coordinated Universal Time)",
        ),
        ("2024-01-05 11:00 Europe/Berlin", "%Y-%m-%d %H:%M %Z"),
        ("2024-01-05 04:00 America/Indiana/Knox", "%Y-%m-%d %H:%M %Z"),
    ],
)
def test_a_zone_in_the_text_or_in_the_layout_counts(text: str, layout: str) -> None:
    assert read(text, layout) == "2024-01-05T18:00:00+08:00"


def test_an_abbreviation_is_a_zone_only_if_the_mapping_says_which() -> None:
    assert read("2024-01-05 10:00 CST", "%Y-%m-%d %H:%M %Z") == "import-unknown-zone"
    china = read("2024-01-05 10:00 CST", "%Y-%m-%d %H:%M %Z", CST="Asia/Shanghai")
    chicago = read("2024-01-05 10:00 cst", "%Y-%m-%d %H:%M %Z", CST="America/Chicago")
    assert (china, chicago) == ("2024-01-05T10:00:00+08:00", "2024-01-06T00:00:00+08:00")


def test_the_names_that_the_machine_has_for_its_own_zone_do_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert read("2024-01-05 10:00 EST", "%Y-%m-%d %H:%M %Z") == "import-unknown-zone"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_zone_may_stand_in_a_column_of_its_own_but_one_in_the_text_counts_more() -> None:
    layout = "%Y-%m-%d %H:%M"
    assert read("2024-01-05 10:00", layout, zone_word="America/New_York") == "2024-01-05T23:00:00+08:00"
    assert read("2024-01-05 10:00", layout, zone_word="+02:00") == "2024-01-05T16:00:00+08:00"
    assert read("2024-01-05 10:00", layout, zone_word="EST") == "import-unknown-zone"
    assert read("2024-01-05 10:00 UTC", f"{layout} %Z", zone_word="+02:00") == "2024-01-05T18:00:00+08:00"
    # Daylight saving time of the other zone.
    assert read("2024-07-05 10:00", layout, zone_word="America/New_York") == "2024-07-05T22:00:00+08:00"


@pytest.mark.parametrize(
    ("layout", "fault"),
    [
        ("%Y-%m-%d %H:%M CET", "mapping-layout-zone"),
        ("%Y-%m-%d %H:%M MESZ", "mapping-layout-zone"),
        ("%Y-%m-%d %H:%M Uhr", None),
        ("%Y-%m-%d %I:%M", "mapping-layout-hour"),
        ("%Y-%m-%d %H:%M %p", "mapping-layout-hour"),
        ("%Y-%m-%d %M:%S", "mapping-layout-hour"),
        ("%Y-%m-%d %I:%M %p", None),
        ("%H:%M", "mapping-layout"),
        ("%Y-%m", "mapping-layout"),
        ("%Y-%m-%d %M:%M", "mapping-layout"),
        ("%s", "mapping-layout"),
        ("epoch", None),
        ("excel", None),
    ],
)
def test_a_layout_that_would_ignore_a_part_of_the_time_is_refused(layout: str, fault: str | None) -> None:
    assert layout_fault(layout) == fault


@pytest.mark.parametrize(
    ("text", "layout", "expected"),
    [
        ("2024/1/5 下午 3:20", "%Y/%m/%d %p %I:%M", "2024-01-05T15:20:00"),
        ("2024/1/5 上午12:20", "%Y/%m/%d %p%I:%M", "2024-01-05T00:20:00"),
        ("05/01/2024 03:20 p.m.", "%d/%m/%Y %I:%M %p", "2024-01-05T15:20:00"),
        ("5. März 2024", "%d. %B %Y", "2024-03-05T00:00:00"),
        ("05-janv.-2024", "%d-%b-%Y", "2024-01-05T00:00:00"),
        ("05 févr. 2024", "%d %b. %Y", "2024-02-05T00:00:00"),
        ("15 мая 2024", "%d %B %Y", "2024-05-15T00:00:00"),
        ("5 de diciembre de 2024", "%d de %B de %Y", "2024-12-05T00:00:00"),
        ("十二月 5 2024", "%B %d %Y", "2024-12-05T00:00:00"),
        ("15 September 2024", "%d %b %Y", "2024-09-15T00:00:00"),
        ("2024-12-31 24:00", "%Y-%m-%d %H:%M", "2025-01-01T00:00:00"),
        ("2024-02-28 24:00:00", "%Y-%m-%d %H:%M:%S", "2024-02-29T00:00:00"),
        ("2024-01-05 10:24:00", "%Y-%m-%d %H:%M:%S", "2024-01-05T10:24:00"),
        ("2024-01-05 10:00:00.1234567", "%Y-%m-%d %H:%M:%S.%f", "2024-01-05T10:00:00.123456"),
        ("２０２４-０１-０５ １０：００", "%Y-%m-%d %H:%M", "2024-01-05T10:00:00"),
        ("1704448800", "epoch", "2024-01-05T18:00:00"),
        ("1704448800.5", "epoch", "2024-01-05T18:00:00.500000"),
        ("1704448800123", "epoch-ms", "2024-01-05T18:00:00.123000"),
        ("45296", "excel", "2024-01-05T00:00:00"),
        ("45296.4166667", "excel", "2024-01-05T10:00:00"),
        ("45296,75", "excel", "2024-01-05T18:00:00"),
    ],
)
def test_the_times_of_other_programs_and_languages_are_read(text: str, layout: str, expected: str) -> None:
    assert read(text, layout) == f"{expected}+08:00"


@pytest.mark.parametrize(
    ("text", "layout", "key"),
    [
        ("2024-01-05 24:01", "%Y-%m-%d %H:%M", "import-unreadable-time"),
        ("2024/1/5 下午 15:20", "%Y/%m/%d %p %I:%M", "import-unreadable-time"),
        ("15 mayonnaise 2024", "%d %B %Y", "import-unreadable-time"),
        ("2024-01-05 10:00 nowhere", "%Y-%m-%d %H:%M %Z", "import-unknown-zone"),
        ("2024-01-05 10:00 Mars/Olympus", "%Y-%m-%d %H:%M %Z", "import-unknown-zone"),
        ("2024-01-05 10:00 +99", "%Y-%m-%d %H:%M %Z", "import-unknown-zone"),
        ("60", "excel", "import-unreadable-time"),
        ("-1", "epoch", "import-unreadable-time"),
        ("99999999999", "epoch", "import-time-too-far"),
    ],
)
def test_what_is_no_time_is_not_read(text: str, layout: str, key: str) -> None:
    assert read(text, layout) == key


def test_two_readings_of_a_number_are_one_too_many() -> None:
    assert read("45296", "excel", "epoch") == "import-ambiguous-time"
    assert read("1704448800", "excel", "epoch") == "2024-01-05T18:00:00+08:00"


def test_a_month_that_two_languages_name_alike_needs_the_language() -> None:
    assert read("15 listopada 2024", "%d %B %Y") == "import-unreadable-time"
    assert read("15 listopada 2024", "%d %B %Y", language="pl") == "2024-11-15T00:00:00+08:00"
    assert read("15 listopada 2024", "%d %B %Y", language="hr") == "2024-10-15T00:00:00+08:00"
    assert read("15 May 2024", "%d %B %Y", language="pl") == "2024-05-15T00:00:00+08:00"


def test_the_months_are_those_of_the_unicode_tables() -> None:
    from babel import Locale

    for language in month_names.LANGUAGES:
        for context in ("format", "stand-alone"):
            for number, name in Locale(language).months[context]["wide"].items():
                if name.isalpha():
                    assert month_names.find_month(name.lower(), language) == number, (language, name)


@given(
    st.text(max_size=30),
    st.sampled_from(["%Y-%m-%d %H:%M %Z", "%d %B %Y", "%p%I %d.%m.%Y", "epoch", "excel"]),
)
def test_any_text_is_a_time_or_has_a_reason(text: str, layout: str) -> None:
    assert read(text, layout)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)))  # noqa: DTZ001
def test_a_time_written_as_epoch_is_the_same_moment(clock: datetime) -> None:
    moment = clock.replace(tzinfo=UTC, microsecond=0)
    if moment.timestamp() >= 0:
        assert datetime.fromisoformat(read(str(int(moment.timestamp())), "epoch")) == moment
