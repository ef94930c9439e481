"""The tables of `export parquet` (docs/scale.md): facts of judged cases, which need no policy any more.

The columns are a contract: later versions only add columns at the end of a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

# `time` is a moment in UTC, `day` a date in the time zone of the policy, `money` has four decimals.
FactType = Literal["text", "whole", "truth", "time", "day", "money"]

FACTS_VERSION: Final = 1
# The longest duration: 68 years. INTEGER holds no more, and percentiles need half the memory of BIGINT.
MOST_SECONDS: Final = 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class FactColumn:
    """A column of a table: its type, its unit, and for `--by` the field of the case that it holds."""

    type: FactType
    unit: str = ""
    dimension: str | None = None


def _text(unit: str = "key", dimension: str | None = None) -> FactColumn:
    return FactColumn(type="text", unit=unit, dimension=dimension)


_TRUTH: Final = FactColumn(type="truth", unit="true or false")
_TIME: Final = FactColumn(type="time", unit="moment, UTC")
_DAY: Final = FactColumn(type="day", unit="day in the zone of the casebook")
_SECONDS: Final = FactColumn(type="whole", unit="seconds")
_NUMBER: Final = FactColumn(type="whole", unit="number")
_MARK: Final = FactColumn(type="whole", unit="mark, 1 to 5")

# What every row of a partitioned table begins with. `case_no` counts the cases of one export.
_ROW: Final[Mapping[str, FactColumn]] = {
    "casebook": _text("name", "casebook"),
    "year": FactColumn(type="whole", unit="year of the receipt"),
    "case_no": _NUMBER,
}

TABLES: Final[Mapping[str, Mapping[str, FactColumn]]] = {
    # One row a case.
    "cases": {
        **_ROW,
        "id": _text("id"),
        "received": _TIME,
        "received_day": _DAY,
        "closed": _TIME,
        "closed_day": _DAY,
        "first_closed": _TIME,
        "is_open": _TRUTH,
        "is_overdue": _TRUTH,
        "was_reopened": _TRUTH,
        "was_escalated": _TRUTH,
        "is_recurring": _TRUTH,
        "was_forced": _TRUTH,
        "is_duplicate": _TRUTH,
        "status": _text(dimension="status"),
        "level": _text(dimension="level"),
        "category": _text(dimension="category"),
        "owner": _text("name", "owner"),
        "channel": _text(dimension="channel"),
        "department": _text("name", "department"),
        "outcome": _text(dimension="outcome"),
        "remedy_kind": _text(dimension="remedy.kind"),
        "cause_class": _text(dimension="cause.class"),
        "plan_remedy": _text(dimension="plan.remedy"),
        "product_model": _text("name", "product.model"),
        "product_batch": _text("name", "product.batch"),
        "clocks_met": _NUMBER,
        "clocks_late": _NUMBER,
        "clocks_overdue": _NUMBER,
        "answered": _TIME,
        "answered_day": _DAY,
        "answer_seconds": _SECONDS,
        "answer_net_seconds": _SECONDS,
        "resolution_seconds": _SECONDS,
        "resolution_net_seconds": _SECONDS,
        "cost_currency": _text("currency as written"),
        "cost_amount": FactColumn(type="money", unit="amount in cost_currency"),
        "mark_overall": _MARK,
        "mark_attitude": _MARK,
        "mark_solved": _MARK,
        "survey_asked": _TRUTH,
        "survey_mark": _MARK,
        "customer_no": _NUMBER,
        "actions_open": _NUMBER,
        "actions_done": _NUMBER,
        "actions_effective": _NUMBER,
        "actions_ineffective": _NUMBER,
    },
    # One row a taking of a step, a kept fixed date, or a clock that waits.
    "clocks": {
        **_ROW,
        "step": _text(),
        "state": _text(),
        "happened": _TIME,
        "happened_day": _DAY,
        "seconds": _SECONDS,
        "working_seconds": FactColumn(type="whole", unit="seconds of working time"),
        "is_first": _TRUTH,
        "received": _TIME,
        "closed": _TIME,
        "is_open": _TRUTH,
        "is_duplicate": _TRUTH,
    },
    # One row a closing of a case; `reopened` is empty while it lasts.
    "closures": {
        **_ROW,
        "closed": _TIME,
        "closed_day": _DAY,
        "reopened": _TIME,
        "reopened_day": _DAY,
        "is_of_reopened": _TRUTH,
        "received": _TIME,
        "is_duplicate": _TRUTH,
    },
    # One row an action.
    "actions": {
        **_ROW,
        "action": FactColumn(type="whole", unit="number of the action in its case"),
        "status": _text(),
        "due": FactColumn(type="day", unit="day"),
        "done": _TIME,
        "verified": _TIME,
    },
    # One row a step of the policy and a kind of fixed date; `position` is the order of the policy.
    "steps": {"casebook": _text("name"), "position": _NUMBER, "step": _text()},
    # One row an export.
    "manifest": {
        "casebook": _text("name"),
        "schema": FactColumn(type="whole", unit="version of these tables"),
        "as_of": _TIME,
        "zone": _text("IANA time zone"),
        "cases": _NUMBER,
        "version": _text("version of complaintctl"),
    },
}
# These have one file a casebook, the others one a casebook and year.
WHOLE_TABLES: Final = ("steps", "manifest")
# The field of a case, and the column of `cases` that holds it.
DIMENSIONS: Final[Mapping[str, str]] = {
    column.dimension: name for name, column in TABLES["cases"].items() if column.dimension is not None
}
