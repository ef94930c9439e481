"""The measures of a report, section by section, and the fixed classes of its distributions."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from complaintctl.domain.reports.figures import Measure, Unit

_DAY: Final = timedelta(days=1)
# Classes of ages and durations: the key and the longest time that still belongs to the class; the last has no end.
AGE_CLASSES: Final[Mapping[str, timedelta | None]] = {
    "1d": _DAY,
    "3d": 3 * _DAY,
    "7d": 7 * _DAY,
    "14d": 14 * _DAY,
    "30d": 30 * _DAY,
    "90d": 90 * _DAY,
    "more": None,
}
DURATION_CLASSES: Final[Mapping[str, timedelta | None]] = {
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "1d": _DAY,
    "3d": 3 * _DAY,
    "7d": 7 * _DAY,
    "30d": 30 * _DAY,
    "90d": 90 * _DAY,
    "more": None,
}
# The keys of the sections `times` and `satisfaction`.
FIRST_ANSWER: Final = "first-answer"
RESOLUTION: Final = "resolution"
MARKS: Final = ("overall", "attitude", "solved")

# The whole of a median or a mean is the section of the same name for the cases of this owner or department.
_PERSON: Final[Mapping[str, tuple[Unit, str]]] = {
    "cases": ("cases", ""),
    "open": ("cases", "cases"),
    "overdue": ("cases", "cases"),
    "answer_median": ("seconds", "times.measured"),
    "closing_median": ("seconds", "times.measured"),
    "share_in_time": ("share", "punctuality.judged"),
    "satisfaction": ("mark", "satisfaction.marks"),
}
# Section, then key: unit and denominator.
_CATALOGUE: Final[Mapping[str, Mapping[str, tuple[Unit, str]]]] = {
    # The cases of the period, by the basis, as they are at `as_of`.
    "cases": {
        "cases": ("cases", ""),
        "open": ("cases", "cases"),
        "closed": ("cases", "cases"),
        "overdue": ("cases", "cases"),
        "reopened": ("cases", "cases"),
        "escalated": ("cases", "cases"),
        "recurring": ("cases", "cases"),
        "forced": ("cases", "cases"),
        "duplicates": ("cases", ""),
    },
    # What came and went in the period, whatever the basis: backlog_before + received + reopened - closed = backlog.
    "flow": {
        "backlog_before": ("cases", ""),
        "received": ("cases", ""),
        "reopened": ("number", ""),
        "closed": ("number", ""),
        "backlog": ("cases", ""),
    },
    # The backlog at the end of the period by age; the keys are AGE_CLASSES.
    "ageing": {"cases": ("cases", "flow.backlog")},
    # The keys are the steps of the policy and the clocks of fixed dates.
    "steps": {
        "met": ("number", "judged"),
        "late": ("number", "judged"),
        "overdue": ("number", "judged"),
        "judged": ("number", ""),
        "share_in_time": ("share", "judged"),
        "running": ("number", ""),
        "paused": ("number", ""),
        "unjudged": ("number", ""),
        "settled": ("number", ""),
        "none": ("cases", ""),
        "none_open": ("cases", ""),
        "none_closed": ("cases", ""),
        "taken": ("number", ""),
        "median": ("seconds", "taken"),
        "p90": ("seconds", "taken"),
    },
    # All steps and dated clocks together.
    "punctuality": {
        "met": ("number", "judged"),
        "late": ("number", "judged"),
        "overdue": ("number", "judged"),
        "judged": ("number", ""),
        "share_in_time": ("share", "judged"),
    },
    # The keys are FIRST_ANSWER and RESOLUTION.
    "times": {
        "measured": ("cases", "cases.cases"),
        "median": ("seconds", "measured"),
        "p90": ("seconds", "measured"),
        "net_median": ("seconds", "measured"),
        "net_p90": ("seconds", "measured"),
    },
    # The distribution of the gross times; the keys are DURATION_CLASSES.
    FIRST_ANSWER: {"cases": ("cases", "times.measured")},
    RESOLUTION: {"cases": ("cases", "times.measured")},
    # The keys are the values; "" is a case without one.
    "outcomes": {"cases": ("cases", "cases.closed")},
    "remedies": {"cases": ("cases", "cases.cases")},
    # The keys are currencies, as written.
    "cost": {"cases": ("cases", "cases.cases"), "total": ("money", "cases"), "mean": ("money", "cases")},
    # The keys are MARKS.
    "satisfaction": {"marks": ("cases", "cases.cases"), "mean": ("mark", "marks")},
    # The keys of `marks` are 1 to 5.
    "survey": {
        "asked": ("cases", "cases.cases"),
        "answered": ("cases", "asked"),
        "response_rate": ("share", "asked"),
        "mean": ("mark", "answered"),
        "marks": ("cases", "answered"),
    },
    "customers": {
        "known": ("cases", "cases.cases"),
        "customers": ("number", ""),
        "repeat": ("number", "customers"),
        "repeat_share": ("share", "customers"),
    },
    # The keys are owners and departments.
    "people": _PERSON,
    "departments": _PERSON,
    # The keys of `number` are open, done, effective and ineffective.
    "actions": {
        "total": ("number", ""),
        "number": ("number", "total"),
        "effective_share": ("share", "verified"),
    },
    # The keys are the periods of the volumes; with volumes by a field, the group is its value.
    "rates": {
        "complaints": ("cases", ""),
        "units": ("number", ""),
        "per_thousand": ("per-thousand", "units"),
        "year_on_year": ("share", ""),
    },
}


def _measures() -> Iterator[Measure]:
    for section, keys in _CATALOGUE.items():
        for key, (unit, whole) in keys.items():
            yield Measure(section=section, key=key, unit=unit, whole=whole)


# By section and key, in reading order.
MEASURES: Final[Mapping[tuple[str, str], Measure]] = {
    (measure.section, measure.key): measure for measure in _measures()
}
# The sections that each group of `--by` has; the figures of a whole period have all sections.
GROUP_SECTIONS: Final = ("cases", "flow", "punctuality", "times", "cost", "satisfaction")
