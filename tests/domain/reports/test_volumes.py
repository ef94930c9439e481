"""Complaints per thousand units."""

from typing import Any, Final

import pytest

from complaintctl.domain.case.case import Product
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.policy.policy import TextOrMap, VolumeRule
from complaintctl.domain.policy_check.policy_faults import find_policy_faults
from complaintctl.domain.reports.figures import Figures, Period
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from complaintctl.domain.reports.volumes import Volumes, make_volumes, volumes_of_rule
from complaintctl.errors import InvalidInput
from tests.domain.building import a_policy, at
from tests.domain.reports.twelve import AS_OF, RULES, Story, rows, section

YEARS: Final = Period(start=at("2024-01-01 00:00"), end=at("2026-01-01 00:00"))


def received(*days: str, **values: Any) -> list[Story]:
    return [Story(number, f"{day} 09:00", **values) for number, day in enumerate(days)]


def rates(volumes: Volumes, stories: list[Story], period: Period | None = None) -> Figures:
    tally = ReportTally(RULES, AS_OF, ReportScope(volumes=volumes, periods=(period or Period(),)))
    for story in stories:
        tally.add(deadlines.judge_case(story.case(), RULES, AS_OF))
    return tally.figures()


def test_the_rate_of_a_year_and_how_it_changed() -> None:
    volumes = volumes_of_rule(VolumeRule(units={"2024": "2000", "2025": "4000"}))
    told = rates(volumes, received("2024-01-01", "2024-12-31", "2025-01-01", "2025-06-01", "2025-12-31"))
    # 2 of 2000 is 1.0; 3 of 4000 is 0.75: a quarter less.
    assert section(told, "rates", "2024") == {
        "complaints": 2,
        "units": 2000,
        "per_thousand": 1.0,
        "year_on_year": None,
    }
    assert section(told, "rates", "2025") == {
        "complaints": 3,
        "units": 4000,
        "per_thousand": 0.75,
        "year_on_year": -0.25,
    }


def test_a_year_is_made_of_all_its_months_or_quarters() -> None:
    months: dict[str, TextOrMap] = {f"2025-{month:02}": "100" for month in range(1, 13)}
    told = rates(volumes_of_rule(VolumeRule(units=months)), received("2025-03-05", "2025-11-30"))
    assert section(told, "rates", "2025")["per_thousand"] == 2 / 1200 * 1000
    assert section(told, "rates", "2025-03")["per_thousand"] == 10.0
    quarters: dict[str, TextOrMap] = {f"2025-Q{part}": "300" for part in range(1, 4)}
    told = rates(volumes_of_rule(VolumeRule(units=quarters)), received("2025-03-05"))
    assert rows(told, "rates", "units") == {f"2025-Q{part}": 300 for part in range(1, 4)}


def test_a_period_that_is_not_over_has_no_rate_yet() -> None:
    told = rates(volumes_of_rule(VolumeRule(units={"2026-11": "100", "2026-10": "100"})), [])
    assert rows(told, "rates", "units") == {"2026-10": 100}


def test_the_period_of_the_report_has_a_rate_if_the_volumes_cover_it() -> None:
    volumes = volumes_of_rule(VolumeRule(units={"2024": "2000", "2025": "4000"}))
    told = rates(volumes, received("2024-05-01", "2025-05-01", "2025-05-02"), YEARS)
    assert section(told, "rates")["per_thousand"] == 3 / 6000 * 1000
    part = Period(start=YEARS.start, end=at("2025-07-01 00:00"))
    assert list(rows(rates(volumes, [], part), "rates", "units")) == ["2024"]


def test_volumes_by_a_product_are_rates_by_product() -> None:
    volumes = make_volumes({}, "product.model", [("2025", "X100", "1000"), ("2025", "X200", "500")])
    stories = [
        *received("2025-02-01", "2025-03-01", product=Product(model="x100")),
        *received("2025-02-01", product=Product(model="Ｘ２００ ")),
        *received("2025-02-01", product=Product(model="X300")),
    ]
    told = rates(volumes, stories)
    for model, rate in (("X100", 2.0), ("X200", 2.0)):
        place = {"by": ("product.model",), "group": (model,)}
        assert section(told, "rates", "2025", **place)["per_thousand"] == rate


def test_volumes_of_a_class_include_its_subclasses() -> None:
    volumes = make_volumes({}, "category", [("2025", "quality", "1000")])
    stories = received("2025-02-01", category="quality/battery") + received("2025-02-01", category="qualityx")
    place = {"by": ("category",), "group": ("quality",)}
    assert section(rates(volumes, stories), "rates", "2025", **place)["complaints"] == 1


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (("2025", "", "many"), "bad-units"),
        (("2025", "", "-1"), "bad-units"),
        (("25", "", "1"), "bad-period"),
    ],
)
def test_a_wrong_row_is_refused(row: tuple[str, str, str], key: str) -> None:
    with pytest.raises(InvalidInput, match=key):
        make_volumes({}, "", [row])


def test_a_row_given_twice_is_refused_however_it_is_written() -> None:
    with pytest.raises(InvalidInput, match="volume-twice"):
        make_volumes({}, "product.model", [("2025-Q1", "X100", "1"), ("2025q1", "x100 ", "2")])


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (VolumeRule(), "policy-volume-source"),
        (VolumeRule(units={"2025": "1"}, file="volumes.csv"), "policy-volume-source"),
        (VolumeRule(by="product.model", file="volumes.csv"), "policy-volume-by-file"),
        (VolumeRule(by="actions", units={"2025": {"a": "1"}}), "policy-volume-field"),
        (VolumeRule(by="customer.phone", units={"2025": {"a": "1"}}), "policy-volume-field"),
        (VolumeRule(units={"25": "1"}), "policy-volume-period"),
        (VolumeRule(units={"2025": "1.5"}), "policy-volume-units"),
        (VolumeRule(units={"2025Q1": "1", "2025-Q1": "2"}), "policy-volume-twice"),
        (VolumeRule(by="product.model", units={"2025": {"A": "1", "a": "2"}}), "policy-volume-twice"),
        (VolumeRule(units={"2025": {"a": "1"}}), "policy-volume-map"),
        (VolumeRule(by="product.model", units={"2025": "1"}), "policy-volume-no-map"),
    ],
)
def test_faults_of_volumes_are_named(rule: VolumeRule, key: str) -> None:
    assert [fault.key for fault in find_policy_faults(a_policy(volumes=rule))] == [key]


def test_right_volumes_have_no_fault() -> None:
    by_model = VolumeRule(by="product.model", units={"2025": {"X100": "1"}, "2026-01": {"X100": "1"}})
    for rule in (VolumeRule(units={"2025": "1", "2026-W01": "2"}), VolumeRule(file="v.csv"), by_model):
        assert find_policy_faults(a_policy(volumes=rule)) == []
