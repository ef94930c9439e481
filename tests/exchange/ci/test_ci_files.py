"""Schedules in UTC, pinned actions, and what may not be filled into a file for CI."""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from complaintctl.errors import InvalidInput
from complaintctl.exchange.ci.ci_files import (
    ACTIONS_FILE,
    CiSettings,
    check_ci_settings,
    cron_in_utc,
    read_actions,
)
from complaintctl.storage.disk.ci_templates import read_ci_template

WINTER = datetime(2026, 11, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


# By hand: Shanghai is UTC+8 all year, New York UTC-5 in winter and UTC-4 in summer, Auckland UTC+13 in November.
@pytest.mark.parametrize(
    ("zone", "moment", "daily", "weekly"),
    [
        ("Asia/Shanghai", WINTER, "17 23 * * 0,1,2,3,4", "41 22 * * 0"),
        ("America/New_York", WINTER, "17 12 * * 1,2,3,4,5", "41 11 * * 1"),
        ("America/New_York", SUMMER, "17 11 * * 1,2,3,4,5", "41 10 * * 1"),
        ("Pacific/Auckland", WINTER, "17 18 * * 0,1,2,3,4", "41 17 * * 0"),
        ("UTC", WINTER, "17 7 * * 1,2,3,4,5", "41 6 * * 1"),
    ],
)
def test_a_local_morning_is_a_line_of_cron_in_utc(
    zone: str, moment: datetime, daily: str, weekly: str
) -> None:
    assert cron_in_utc(time(7, 17), 5, ZoneInfo(zone), moment) == daily
    assert cron_in_utc(time(6, 41), 1, ZoneInfo(zone), moment) == weekly


def test_every_action_is_pinned_by_a_whole_commit_and_names_its_version() -> None:
    actions = read_actions(read_ci_template(ACTIONS_FILE))
    assert len(actions) == 5
    for reference in actions.values():
        assert re.fullmatch(r"[a-z-]+(/[a-z-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+", reference)


def settings(folder: str = ".", package: str = "complaintctl==0.1.0") -> CiSettings:
    return CiSettings(
        folder=folder,
        package=package,
        language="en",
        zone=ZoneInfo("UTC"),
        script="/desk/ci/complaints-cron.sh",
        moment=WINTER,
    )


@pytest.mark.parametrize(
    "text", ["${{ secrets.X }}", "a$(id)", "a\nb", 'a"b', "a'b", "a`id`", "-C", "50%", "a;b"]
)
def test_what_a_service_or_a_shell_would_interpret_is_refused(text: str) -> None:
    for chosen in (settings(folder=text), settings(package=text)):
        with pytest.raises(InvalidInput):
            check_ci_settings(chosen)


def test_ordinary_folders_and_packages_are_not_refused() -> None:
    for folder in (".", "客服/投诉", "my desk/cases (old)"):
        check_ci_settings(settings(folder=folder))
    for package in ("complaintctl[xlsx]==0.1.0", "git+https://example.com/acme/complaintctl.git@4f2c#egg=x"):
        check_ci_settings(settings(package=package))
