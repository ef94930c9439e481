"""What a control chart and a Pareto table look like on a terminal, and the reasons that they give."""

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain.reports.figures import Figures, Period
from complaintctl.domain.reports.pareto import ParetoTally
from complaintctl.domain.trends.control_charts import ChartKind, Sample, draw_chart
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.pareto import ParetoPage, pareto_text
from complaintctl.render.text import bars, language, wrapping
from complaintctl.render.trends.control_chart_data import ChartPage
from complaintctl.render.trends.control_chart_picture import chart_svg
from complaintctl.render.trends.control_charts import chart_text
from tests.domain.building import a_policy

WORDS = ReportWords(policy=a_policy(), zone=ZoneInfo("UTC"))
FRAME = Figures(as_of=datetime(2026, 5, 1, tzinfo=UTC), basis="received", periods=(Period(),))


@pytest.fixture(autouse=True)
def terminal() -> Iterator[None]:
    """A wide terminal without colours, in English."""
    before = language.current_language()
    language.set_language("en")
    wrapping.set_screen_width(160)
    bars.set_bar_signs("ascii")
    yield
    bars.set_bar_signs(None)
    wrapping.set_screen_width(None)
    language.set_language(before)


def page(counts: list[int], kind: ChartKind | None = None, baseline: int | None = None) -> ChartPage:
    samples = [Sample(period=f"2026-{month:02}", count=count) for month, count in enumerate(counts, 1)]
    chart = draw_chart(samples, kind, baseline)
    return ChartPage(chart=chart, unit="month", frame=FRAME, unfinished=None)


def drawn(shown: str) -> list[str]:
    """Returns the last words of the rows: the plot."""
    return [line.split()[-1] for line in shown.splitlines() if line.startswith("2026-")]


def test_a_terminal_has_a_line_for_each_point_between_the_limits() -> None:
    # 0 to the largest value, 12, on 48 columns: the centre 4 at 47 * 4 / 12 = 15.67, the upper limit 10 at 39.17.
    lines = drawn(chart_text(page([4, 4, 4, 12], "c", 3), WORDS, "table"))
    assert lines[0] == "|" + "." * 15 + "o" + "." * 22 + "|" + "." * 8
    assert lines[3] == "|" + "." * 15 + ":" + "." * 22 + "|" + "." * 7 + "*"
    bars.set_bar_signs("blocks")
    assert drawn(chart_text(page([4, 4, 4, 12], "c", 3), WORDS, "table"))[3][-2:] == "·●"


@pytest.mark.parametrize(("signs", "width"), [(None, 160), ("ascii", 90)])
def test_neither_a_pipe_nor_a_narrow_screen_has_a_plot(signs: bars.BarSigns | None, width: int) -> None:
    bars.set_bar_signs(signs)
    wrapping.set_screen_width(width)
    assert "..o" not in chart_text(page([4, 4, 4, 12], "c", 3), WORDS, "table")


@pytest.mark.parametrize(
    ("counts", "kind", "sentence"),
    [
        (
            *([4, 4, 4, 4], None),
            "c chart: neighbouring periods differ by no more than chance explains (sigma_z 0.00, at most 1.86).",
        ),
        (
            *([4, 4, 4, 4], "laney"),
            "Laney u′ chart: its limits are 0.00 times as wide as those of chance (sigma_z).",
        ),
        ([0, 0, 0], None, "c chart: no case in the periods from which the limits come."),
    ],
)
def test_the_kind_of_a_chart_has_a_reason(counts: list[int], kind: ChartKind | None, sentence: str) -> None:
    assert sentence in chart_text(page(counts, kind), WORDS, "md").splitlines()


def test_a_chart_of_nothing_can_be_drawn() -> None:
    shown = chart_text(page([0, 0, 0]), WORDS, "table")
    assert drawn(shown) == ["o" + "." * 47] * 3
    assert "<circle" in chart_svg(page([0, 0, 0]), WORDS)


def test_the_names_of_lines_that_lie_close_together_do_not_overlap() -> None:
    picture = chart_svg(page([0, 1, 0, 1000], "c", 3), WORDS)
    heights = [
        float(line.partition(' y="')[2].partition('"')[0])
        for line in picture.splitlines()
        if any(f">{name} " in line for name in ("upper", "centre", "lower"))
    ]
    assert len(heights) == 3
    assert all(later - earlier >= 16 for earlier, later in pairwise(heights))


def test_a_terminal_draws_the_ranking() -> None:
    tally = ParetoTally(WORDS.policy, "product.batch", None)
    for text in ["A"] * 4 + ["B"] * 2 + ["NI"] * 9:
        tally.add(text, Fraction(1))
    ranking = ParetoPage(pareto=tally.result(), frame=FRAME, currency=None, without_cost=0, top=None)
    rows = [" ".join(line.split()) for line in pareto_text(ranking, WORDS, "table").splitlines()]
    # Bars of the known values only: 24 columns are 4 cases.
    assert rows[-3:] == [
        f"● A 4 66.7 % 66.7 % {'#' * 24}",
        f"● B 2 33.3 % 100.0 % {'#' * 12}",
        "unknown 9 60.0 % of 15",
    ]
