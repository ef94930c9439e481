"""Tests `report chart`: counts and rates in whole periods, limits, signals, baselines and pictures.

Shanghai. Cases received: 4 in January, 4 in February, 4 in March, 12 in April 2026, none later.
"""

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: charts
timezone: Asia/Shanghai
steps:
  - {step: investigate, within: 5d}
"""
VOLUMES = """\
volumes:
  by: product.model
  units:
    2026-01: {X1: "1000", Y: "3000"}
    2026-02: {X1: "1000", Y: "3000"}
    2026-03: {X1: "1000", Y: "3000"}
    2026-04: {X1: "500", Y: "2500"}
"""
CASES = {1: 4, 2: 4, 3: 4, 4: 12}
AS_OF = "2026-05-01T00:00"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return filled(tmp_path_factory.mktemp("chart"), POLICY)


@pytest.fixture(scope="module")
def rated(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Book:
    clone = book.clone(tmp_path_factory.mktemp("rated") / "book")
    (clone.root / "complaintctl.yaml").write_text(POLICY + VOLUMES, encoding="utf-8")
    return clone


def filled(folder: Path, policy: str) -> Book:
    """A casebook that got its cases by an import, which takes one commit."""
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml", lang="en")
    rows = [
        f"{month}-{number},2026-{month:02}-{number + 1:02} 09:00,{'x1' if number else 'Ｘ１'}\n"
        for month, count in CASES.items()
        for number in range(count)
    ]
    (folder / "rows.csv").write_text("No,Received,Model\n" + "".join(rows), encoding="utf-8")
    mapping = (
        "mapping: 1\nsystem: shop\ntimezone: Asia/Shanghai\ntimes: ['%Y-%m-%d %H:%M']\nid: No\n"
        "received: Received\nfields: {title: Model, product.model: Model}\n"
    )
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    imported = ("import", "csv", str(folder / "rows.csv"), "--map", str(folder / "map.yaml"))
    book.call(*imported, check=0)
    return book


def charted(book: Book, *options: str, as_of: str = AS_OF) -> dict[str, Any]:
    return dict(book.json("report", "chart", "--as-of", as_of, *options)["chart"])


def test_a_c_chart_counts_the_months_and_names_the_rule(book: Book) -> None:
    # Baseline 4 cases a month, sigma 2: upper limit 10, no lower one; April with 12 is 4 sigma above.
    content = charted(book, "--baseline", "3")
    assert (content["kind"], content["baseline"], content["mean_cases"], content["sigma_z"]) == (
        "c",
        3,
        4.0,
        0.0,
    )
    assert [point["cases"] for point in content["points"]] == [4, 4, 4, 12]
    april = content["points"][3]
    assert {
        name: april[name] for name in ("period", "value", "centre", "lower", "upper", "sigmas", "side")
    } == {
        "period": "2026-04",
        "value": 12.0,
        "centre": 4.0,
        "lower": 0.0,
        "upper": 10.0,
        "sigmas": 4.0,
        "side": "above",
    }
    assert [point["rules"] for point in content["points"]] == [[], [], [], ["beyond-limit"]]
    assert [point["baseline"] for point in content["points"]] == [True, True, True, False]


def test_people_see_limits_the_rule_and_what_it_means(book: Book) -> None:
    shown = book.call("report", "chart", "--as-of", AS_OF, "--baseline", "3", check=0).stdout
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    for line in (
        "Control chart at 2026-05-01 00:00: cases a month",
        "Centre and limits come from the first 3 periods.",
        "Limits from 3 periods are uncertain; 20 or more are usual.",
        "With 4.0 cases a period on average, chance alone puts 0.3 % of the points beyond the limits.",
        "1 point completes a rule of Western Electric.",
        "2026-04 12 0.00 4.00 10.00 above: beyond limit",
        "1. beyond limit: one point is more than 3 sigma from the centre.",
    ):
        assert line in lines


def test_a_period_that_is_not_over_or_cut_is_left_out(book: Book) -> None:
    content = charted(book, "--from", "2026-01-02", as_of="2026-05-31T23:59")
    assert [point["period"] for point in content["points"]] == ["2026-02", "2026-03", "2026-04"]
    assert content["unfinished"] == "2026-05"
    shown = book.call("report", "chart", "--as-of", "2026-05-31T23:59", check=0).stdout
    assert "2026-05 is not over and is left out." in shown
    cut = charted(book, "--to", "2026-04-15")
    assert [point["period"] for point in cut["points"]] == ["2026-01", "2026-02", "2026-03"]
    assert cut["unfinished"] is None


def test_a_month_without_a_case_is_a_point(book: Book) -> None:
    content = charted(book, as_of="2026-07-01T00:00")
    assert [point["cases"] for point in content["points"]] == [4, 4, 4, 12, 0, 0]


def test_weeks_and_days_are_periods_too(book: Book) -> None:
    weeks = charted(book, "--every", "week", "--from", "2026-04")["points"]
    # April 2026 begins on a Wednesday: its first whole week is W15, from the 6th; cases on the 1st to the 12th.
    assert [(point["period"], point["cases"]) for point in weeks] == [
        *(("2026-W15", 7), ("2026-W16", 0), ("2026-W17", 0))
    ]
    days = charted(book, "--every", "day", "--period", "2026-W15")["points"]
    assert [(point["period"], point["cases"]) for point in days[:1]] == [("2026-04-06", 1)]
    assert len(days) == 7


def test_neighbours_that_differ_too_much_make_a_laney_chart(book: Book) -> None:
    # Mean 3 of 4, 4, 4, 12, 0, 0 in six months is 4: z = 0, 0, 0, 4, -2, -2; ranges 0, 0, 4, 6, 0; mean 2, sigma_z 1.77.
    content = charted(book, as_of="2026-07-01T00:00")
    assert (content["kind"], content["sigma_z"], content["threshold"]) == ("laney", 1.7725, 1.6686)
    # 4 + 3 * 1.7725 * 2
    assert content["points"][0]["upper"] == 14.6347
    shown = book.call("report", "chart", "--as-of", "2026-07-01T00:00", check=0).stdout
    assert "(sigma_z 1.77, above 1.67), so its limits are 1.77 times as wide." in shown
    plain = charted(book, "--kind", "c", as_of="2026-07-01T00:00")
    assert (plain["kind"], plain["points"][0]["upper"], plain["points"][3]["rules"]) == (
        "c",
        10.0,
        ["beyond-limit"],
    )
    told = book.call("report", "chart", "--kind", "c", "--as-of", "2026-07-01T00:00", check=0).stdout
    assert "so its limits are too narrow; --kind laney widens them." in told


def test_volumes_make_a_u_chart_with_limits_for_each_month(rated: Book) -> None:
    # Baseline 12 cases of 3 * 1000 units of X1: 4 per thousand; sigma √(4 / 1) = 2, in April √(4 / 0.5) = 2.828.
    content = charted(rated, "--baseline", "3", "--where", "product.model=x1")
    assert (content["kind"], content["per_units"]) == ("u", 1000)
    assert [(point["units"], point["value"]) for point in content["points"]] == [
        *((1000.0, 4.0), (1000.0, 4.0), (1000.0, 4.0), (500.0, 24.0))
    ]
    assert [point["upper"] for point in content["points"]] == [10.0, 10.0, 10.0, 12.4853]
    # All models together: 12 of 12,000 is 1 per thousand.
    assert charted(rated, "--baseline", "3")["points"][0]["value"] == 1.0
    shown = rated.call("report", "chart", "--as-of", AS_OF, check=0).stdout
    assert "cases per thousand units, month by month" in shown


def test_counts_remain_counts_without_volumes_of_these_periods(rated: Book) -> None:
    assert charted(rated, "--every", "week")["per_units"] is None
    assert charted(rated, "--kind", "c")["per_units"] is None


def test_volumes_of_a_single_month_missing_are_named(rated: Book) -> None:
    call = ("report", "chart", "--as-of", "2026-06-01T00:00")
    assert refused(rated, 2, *call) == "The volumes of 2026-05 are missing. Add them, or use --kind c."


def test_the_picture_has_a_title_a_description_and_every_point(book: Book, tmp_path: Path) -> None:
    call = ("report", "chart", "--as-of", AS_OF, "--baseline", "3", "--svg", str(tmp_path / "chart.svg"))
    printed = book.call(*call, check=0).stdout
    assert "1 point completes" in printed
    root = ET.parse(tmp_path / "chart.svg").getroot()  # noqa: S314 - our own picture
    name = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{name}title") == "Control chart at 2026-05-01 00:00: cases a month"
    assert "2026-04: 12.00, above: beyond limit" in (root.findtext(f"{name}desc") or "")
    assert len(root.findall(f".//{name}circle")) == 4
    texts = [text.text for text in root.iter(f"{name}text")]
    assert {"upper 10.00", "centre 4.00", "lower 0.00", "2026-01", "2026-04", "1"} <= {*texts}


def test_formats_for_programs_are_not_translated(book: Book) -> None:
    for output_format in ("json", "jsonl", "csv", "plain"):
        call = ("report", "chart", "--as-of", AS_OF, "--format", output_format)
        assert book.call("--lang", "zh", *call, check=0).stdout == book.call(*call, check=0).stdout
    table = book.call(
        "report", "chart", "--as-of", AS_OF, "--baseline", "3", "--format", "csv", check=0
    ).stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["period"], row["upper"], row["rules"]) for row in rows[2:]] == [
        *(("2026-03", "10.0", ""), ("2026-04", "10.0", "beyond-limit"))
    ]


def test_people_read_chinese(book: Book) -> None:
    shown = book.call("--lang", "zh", "report", "chart", "--as-of", AS_OF, "--baseline", "3", check=0).stdout
    assert "控制图" in shown
    assert "偏高：超出控制限" in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--every", "year"), "--every cannot be year. Choose from: day, week, month, quarter."),
        (("--kind", "p"), "--kind cannot be p. Choose from: auto, c, u, laney."),
        (("--kind", "u"), "A u chart needs volumes: how many units were sold or in use in each period."),
        (("--from", "2026-03"), "A control chart needs 3 whole periods, and there are 2."),
        (("--baseline", "9"), "A control chart needs 9 whole periods, and there are 4."),
    ],
)
def test_what_cannot_be_charted_is_refused(book: Book, options: tuple[str, ...], words: str) -> None:
    assert words in refused(book, 2, "report", "chart", "--as-of", AS_OF, *options)


def test_a_casebook_without_cases_has_no_chart(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    assert "there are 0" in refused(book, 2, "report", "chart")
