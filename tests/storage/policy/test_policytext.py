"""Tests changing the text of a policy in any valid notation."""

import dataclasses
import re
from datetime import date
from pathlib import Path

import pytest

from complaintctl.domain.policy.policy import Person, Policy
from complaintctl.domain.worktime.published_holidays import CalendarFilling, PublishedYear, fill_calendar
from complaintctl.storage.policy import policyfile, policytext

HEAD = "complaintctl: 1\nname: ours\ntimezone: UTC\nlevels: [a]   # x\n"
TAIL = "channels: [phone]  # z 😀\n"
SHAPES = {
    "all in one line": 'calendars: {office: {hours: {mon-fri: ["09:00-12:00"]}, holidays: [2026-12-25, "12-25"], '
    "known_until: 2025-12-31}}   # ours\n",
    "a map with comments inside": 'calendars:\n    office: {hours: {mon-fri: ["09:00-12:00"]},   # week\n'
    '       # own\n       holidays: {2026-12-25: {en: X, zh: 四}, 12-26: "B: x"}, # hol\n       }  # tail\n    # end\n',
    "a list below its key": 'calendars:\n  office:\n    hours: {mon-fri: ["09:00-12:00"]}\n'
    "    holidays:   # our list\n    - 2026-12-25   # xmas\n    # between\n    - 2025-01-01\n    # after\n\n"
    "    breaks: {}\n# c\n",
    "a list over several lines": 'calendars:\n  office:\n    hours: {mon-fri: ["09:00-12:00"]}\n    holidays: [   # our list\n'
    "      2026-12-25,   # xmas\n    # between\n      2025-01-01  # ny\n    # after\n    ]   # t\n\n# c\n",
    "a map with headings": 'calendars:\n  office:\n    source: me   # hand\n    hours: {mon-fri: ["09:00-12:00"]}\n'
    "    known_until:   # soon\n    holidays:\n      # 2025\n      2025-01-01: a\n\n      # 2027\n      2027-01-01: b\n"
    '      12-25: c\n\n  other: {hours: {mon: ["01:00-02:00"]}}\n# c\n',
    "nothing yet": 'calendars:\n  office:\n    hours:\n      mon-fri: ["09:00-12:00"]   # h\n      # h2\n\n# c\n',
    "empty lists and own days": "calendars:\n  office:\n    holidays: []  # none yet\n"
    '    workdays: {2026-10-11: own, 2026-10-02: not so}\n    hours:\n      mon-fri: ["09:00-12:00"]   # h\n'
    "    source: |\n      A text\n\n    # h2\n",
}
PUBLISHED = PublishedYear(
    year=2026,
    days_off={
        date(2026, 10, 1): "国庆: 节",
        date(2026, 10, 2): "国庆节",
        date(2026, 1, 1): "yes",
        date(2026, 12, 25): "Christmas",
    },
    workdays={date(2026, 10, 10): "国庆节"},
    source="days.json (https://example.org)",
)


def policy_of(data: bytes) -> Policy:
    found, problems = policyfile.parse_policy(data, Path("complaintctl.yaml"))
    assert found is not None, problems
    return found.policy


def filling(data: bytes, published: PublishedYear, *, replace: bool) -> tuple[CalendarFilling, bytes]:
    office = policy_of(data).calendars["office"]
    done = fill_calendar(office, published, replace=replace)
    return done, policytext.update_calendar(data, "office", office, done.calendar)


@pytest.mark.parametrize("replace", [False, True], ids=["kept", "replaced"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_what_was_meant_is_read_again_and_no_comment_is_lost(
    shape: str, ending: str, *, replace: bool
) -> None:
    before = (HEAD + shape + TAIL).replace("\n", ending).encode()
    done, after = filling(before, PUBLISHED, replace=replace)
    policy = policy_of(before)
    meant = dataclasses.replace(policy, calendars={**policy.calendars, "office": done.calendar})
    assert policy_of(after) == meant
    text = after.decode()
    assert [
        comment for comment in re.findall(r"#[^\r\n]*", before.decode()) if comment.strip() not in text
    ] == []
    assert text.count("\n") == text.count(ending)
    assert text.startswith(HEAD.replace("\n", ending))
    assert text.endswith(TAIL.replace("\n", ending))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_doing_it_again_changes_no_byte(shape: str) -> None:
    _done, once = filling((HEAD + shape + TAIL).encode(), PUBLISHED, replace=False)
    _done, twice = filling(once, PUBLISHED, replace=False)
    assert twice == once


def test_new_days_stand_in_order_and_above_the_heading_of_later_ones() -> None:
    _done, after = filling((HEAD + SHAPES["a map with headings"] + TAIL).encode(), PUBLISHED, replace=False)
    assert (
        "      # 2025\n      2025-01-01: a\n"
        '      2026-01-01: "yes"\n      2026-10-01: "国庆: 节"\n      2026-10-02: 国庆节\n'
        "\n      # 2027\n      2027-01-01: b\n      12-25: c\n"
    ) in after.decode()


def test_the_byte_order_mark_and_a_missing_last_line_end_are_no_obstacle() -> None:
    before = b"\xef\xbb\xbf" + (HEAD + SHAPES["nothing yet"] + TAIL).encode().rstrip(b"\n")
    _done, after = filling(before, PUBLISHED, replace=False)
    assert after.startswith(b"\xef\xbb\xbfcomplaintctl")
    assert after.endswith("# z 😀\n".encode())


def test_a_list_that_loses_all_its_days_is_an_empty_map() -> None:
    own = "calendars:\n  office:\n    hours: {mon-fri: [09:00-12:00]}\n    workdays: {2026-10-11: own}\n"
    nothing_worked = dataclasses.replace(PUBLISHED, workdays={})
    done, after = filling((HEAD + own + TAIL).encode(), nothing_worked, replace=True)
    assert [found.when for found in done.differing] == [date(2026, 10, 11)]
    assert "    workdays: {}\n" in after.decode()
    assert policy_of(after).calendars["office"] == done.calendar


OFFICE = {"mon-fri": ("09:00-12:00", "13:00-18:00"), "sat,sun": ("10:00-12:00",)}
TEAM = {"li.wei": Person(email="li@example.com", roles=("a b", "yes"), department="R&D: 1"), "王芳": Person()}
OTHERS = {
    "no calendar at all": "",
    "no end of the last line": "calendar: always   # by the clock",
    "an example": "calendar: always\n\n# How to.\n# calendars:\n#   office: {hours: {mon: []}}\n\n# Ours.\nx: {}\n",
    "an empty map": "calendar: always\ncalendars: {}  # none\npeople: {}  # nobody\n#  li: {}\n",
    "another calendar": 'calendar: shop\ncalendars: {shop: {hours: {sat: ["09:00-12:00"]}}}\npeople: {zhao: }  # z\n',
    "others below": 'calendars:\n    shop:\n        hours: {sat: ["09:00-12:00"]}\n    # end\n'
    "people:\n    zhao:\n    # the last\nlevels: [b]\n",
    "its own hours": "people:\n  zhao: {email: z@example.com}\n" + SHAPES["nothing yet"],
}


@pytest.mark.parametrize("shape", OTHERS.values(), ids=OTHERS.keys())
def test_office_hours_and_people_change_nothing_else(shape: str) -> None:
    head = "complaintctl: 1\nname: ours\ntimezone: UTC\nroles: [a b, 'yes']\n"
    before = policy_of((head + shape).encode())
    text = policytext.add_people(policytext.set_office_hours(head + shape, OFFICE), TEAM)
    after = policy_of(text.encode())
    office = dataclasses.replace(before.calendars.get("office", after.calendars["office"]), hours=OFFICE)
    assert after == dataclasses.replace(
        before,
        calendar="office",
        calendars={**before.calendars, "office": office},
        people={**before.people, **TEAM},
    )
    lost = set((head + shape).splitlines()) - set(text.splitlines())
    said = [line for line in lost if line.startswith("#")]
    assert set(said) <= {"# How to.", "# calendars:", "#   office: {hours: {mon: []}}"}
    for comment in ("# by the clock", "# none", "# nobody", "# z", "# end", "# the last", "# c\n", "# Ours."):
        assert (comment in shape) == (comment in text)
    assert policytext.set_office_hours(text, OFFICE) == text
