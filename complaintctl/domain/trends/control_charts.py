"""Control charts of counts in periods: c, u and Laney's u′, with the four rules of Western Electric.

Sources: D. C. Montgomery, Introduction to Statistical Quality Control, chapter 7 (c and u chart); D. B. Laney, Improved
Control Charts for Attributes, Quality Engineering 14(4), 2002 (u′); Western Electric, Statistical Quality Control Handbook,
1956 (rules). Comparisons with limits are exact: a point on a limit is not beyond it.
"""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, get_args

from complaintctl.domain.trends.tails import poisson_tail

ChartKind = Literal["c", "u", "laney"]
RuleName = Literal["beyond-limit", "two-of-three", "four-of-five", "eight-in-a-row"]
Side = Literal["above", "below"]

MIN_PERIODS: Final = 3
# Montgomery: limits are estimated from 20 to 25 samples.
USUAL_PERIODS: Final = 20
# Montgomery: below this mean, the Poisson distribution is too skew for limits of three sigma to mean three in a thousand.
SMALL_MEAN: Final = 5
# d2 for ranges of two: the mean distance of two standard normal values, 2/√π = 1.128.
_MEAN_RANGE: Final = 2 / math.sqrt(math.pi)
# Cryer and Ryan, The Estimation of Sigma for an X Chart, Journal of Quality Technology 22, 1990: the variance of the
# estimate from n moving ranges is 0.826 sigma² / n.
_RANGE_DEVIATION: Final = math.sqrt(0.826)
# One-sided, 5 %.
_NORMAL_QUANTILE: Final = 1.645
_LIMIT: Final = 3
# If counts are normal, chance completes rule 4 at 0.4 % of the points on each side, the others at less.
MOST_FALSE_ALARMS: Final = 0.01
# Of the points in a window, how many must lie beyond this many sigma on the same side.
_ZONE_RULES: Final[tuple[tuple[RuleName, int, int, int], ...]] = (
    ("beyond-limit", 1, 1, _LIMIT),
    ("two-of-three", 3, 2, 2),
    ("four-of-five", 5, 4, 1),
    ("eight-in-a-row", 8, 8, 0),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """The number of cases in a period, and the units sold or in use then; None if they are not known."""

    period: str
    count: int
    units: Fraction | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPoint:
    """A period of a chart. `value`, `centre`, `lower` and `upper` are cases, or cases per unit.

    `sigmas` is the distance from the centre in sigma; None if sigma is 0. `rules` are those that the point completes, on
    the `side` of the centre.
    """

    period: str
    count: int
    units: float | None
    value: float
    centre: float
    lower: float
    upper: float
    sigmas: float | None
    in_baseline: bool
    rules: tuple[RuleName, ...]
    side: Side | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusedRule:
    """A rule that is not used on a side: chance alone completes it at this share of the points, too often."""

    rule: RuleName
    side: Side
    chance: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A control chart. `baseline` is the number of periods from which centre and sigma come.

    `sigma_z` compares the variation between neighbouring periods with that of a Poisson distribution; above `threshold`
    the series is over-dispersed. None if all counts are 0. `false_alarms` is the chance of a point beyond the limits if
    nothing has changed, and `unused` the rules that this makes useless; None and empty on a Laney chart.
    """

    kind: ChartKind
    per_unit: bool
    baseline: int
    mean_count: float
    sigma_z: float | None
    threshold: float
    false_alarms: float | None
    unused: tuple[UnusedRule, ...]
    points: tuple[ChartPoint, ...]

    @property
    def is_overdispersed(self) -> bool:
        """Whether the periods differ by more than chance explains."""
        return self.sigma_z is not None and self.sigma_z > self.threshold


def draw_chart(samples: Sequence[Sample], kind: ChartKind | None, baseline: int | None) -> Chart:
    """Returns the chart of at least MIN_PERIODS samples, all of them with units or none.

    Without a kind: u if there are units, otherwise c; Laney's u′ instead if the baseline is over-dispersed. Without a
    baseline, all periods are it.
    """
    if kind == "c":
        samples = [dataclasses.replace(sample, units=None) for sample in samples]
    first = samples[: baseline or len(samples)]
    centre = sum((Fraction(sample.count) for sample in first), Fraction(0)) / sum(map(_size, first))
    sigma_z = _sigma_z(first, centre)
    threshold = 1 + _NORMAL_QUANTILE * _RANGE_DEVIATION / math.sqrt(len(first) - 1)
    per_unit = samples[0].units is not None
    usual: ChartKind = "u" if per_unit else "c"
    kind = kind or ("laney" if sigma_z is not None and sigma_z > threshold else usual)
    inflation = Fraction(sigma_z) if kind == "laney" and sigma_z is not None else Fraction(1)
    mean_count = sum(sample.count for sample in first) / len(first)
    is_poisson = kind != "laney" and mean_count > 0
    unused = tuple(_unused_rules(mean_count)) if is_poisson else ()
    points = _chart_points(samples, centre, inflation**2, len(first))
    return Chart(
        kind=kind,
        per_unit=per_unit,
        baseline=len(first),
        mean_count=mean_count,
        sigma_z=sigma_z,
        threshold=threshold,
        false_alarms=sum(_chance_beyond(mean_count, _LIMIT, side) for side in get_args(Side))
        if is_poisson
        else None,
        unused=unused,
        points=tuple(_without_rules(point, unused) for point in points),
    )


def _size(sample: Sample) -> Fraction:
    return Fraction(1) if sample.units is None else sample.units


def _sigma_z(samples: Sequence[Sample], centre: Fraction) -> float | None:
    """Returns the mean moving range of the standardised values divided by d2 (Laney); None if all counts are 0."""
    if not centre:
        return None
    scores = [
        float(sample.count - centre * _size(sample)) / math.sqrt(centre * _size(sample)) for sample in samples
    ]
    ranges = [abs(later - earlier) for earlier, later in pairwise(scores)]
    return sum(ranges) / len(ranges) / _MEAN_RANGE


def _chart_points(
    samples: Sequence[Sample], centre: Fraction, inflation: Fraction, baseline: int
) -> tuple[ChartPoint, ...]:
    deviations = [sample.count - centre * _size(sample) for sample in samples]
    variances = [centre * _size(sample) * inflation for sample in samples]
    points = []
    for index, sample in enumerate(samples):
        size, deviation, sigma = _size(sample), deviations[index], math.sqrt(variances[index])
        side: Side | None = "above" if deviation > 0 else "below" if deviation < 0 else None
        sign = 1 if deviation > 0 else -1
        points.append(
            ChartPoint(
                period=sample.period,
                count=sample.count,
                units=None if sample.units is None else float(sample.units),
                value=float(sample.count / size),
                centre=float(centre),
                lower=max(0.0, float(centre) - _LIMIT * sigma / float(size)),
                upper=float(centre) + _LIMIT * sigma / float(size),
                sigmas=float(deviation) / sigma if sigma else None,
                in_baseline=index < baseline,
                rules=tuple(_completed_rules(deviations[: index + 1], variances[: index + 1], sign)),
                side=side,
            )
        )
    return tuple(points)


def _without_rules(point: ChartPoint, unused: Sequence[UnusedRule]) -> ChartPoint:
    """Returns the point without the rules that are not used on its side."""
    names = {entry.rule for entry in unused if entry.side == point.side}
    return dataclasses.replace(point, rules=tuple(rule for rule in point.rules if rule not in names))


def _completed_rules(
    deviations: Sequence[Fraction], variances: Sequence[Fraction], sign: int
) -> Sequence[RuleName]:
    """Returns the rules that the last point completes: it is beyond the zone itself, on the side of `sign`."""
    completed = []
    for name, window, needed, sigmas in _ZONE_RULES:
        beyond = [
            deviation * sign > 0 and deviation**2 > sigmas**2 * variance
            for deviation, variance in zip(deviations[-window:], variances[-window:], strict=True)
        ]
        if beyond[-1] and sum(beyond) >= needed:
            completed.append(name)
    return completed


def _unused_rules(mean: float) -> Iterator[UnusedRule]:
    """Yields the rules that chance completes too often on a side, if counts are Poisson with this mean."""
    for name, window, needed, sigmas in _ZONE_RULES:
        for side in get_args(Side):
            beyond = _chance_beyond(mean, sigmas, side)
            chance = sum(
                math.comb(window, count) * beyond**count * (1 - beyond) ** (window - count)
                for count in range(needed, window + 1)
            )
            if chance > MOST_FALSE_ALARMS:
                yield UnusedRule(rule=name, side=side, chance=chance)


def _chance_beyond(mean: float, sigmas: int, side: Side) -> float:
    """Returns the chance that a Poisson count is more than this many sigma from its mean, on this side."""
    width = sigmas * math.sqrt(mean)
    if side == "above":
        return poisson_tail(math.floor(mean + width) + 1, mean)
    return 1 - poisson_tail(math.ceil(mean - width), mean)
