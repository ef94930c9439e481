"""Tests the country code of a policy: which are valid, and what the shipped policies have."""

from pathlib import Path

import pytest

from complaintctl.domain.policy_check.policy_faults import find_policy_faults
from complaintctl.storage.policy import policyfile
from tests.domain.building import a_policy

CODES = {"Asia/Shanghai": "+86", "America/New_York": "+1", "Europe/London": "+44", "UTC": None}
SHIPPED = sorted((Path(__file__).resolve().parents[3] / "templates" / "policies").glob("*.yaml"))


@pytest.mark.parametrize("code", ["+86", "86", "0086", "+1", "+852", None])
def test_a_country_code_is_one_to_three_digits(code: str | None) -> None:
    assert find_policy_faults(a_policy(country_code=code)) == []


@pytest.mark.parametrize("code", ["", "CN", "+8613", "+0", "+８６"])
def test_another_country_code_is_a_fault(code: str) -> None:
    assert [fault.key for fault in find_policy_faults(a_policy(country_code=code))] == ["policy-country-code"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_policy_has_the_country_code_of_its_time_zone(path: Path) -> None:
    file, problems = policyfile.read_policy(path)
    assert problems == []
    assert file is not None
    assert file.policy.country_code == CODES[file.policy.timezone]
