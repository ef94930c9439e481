"""What a report measures: the label and definition of every measure, the labels of its sections, keys and groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.reports.figures import Measure
from complaintctl.render.text import labels
from complaintctl.render.text.glossary import Terms
from complaintctl.render.text.language import N_, _


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportWords:
    """What labels and times of a report depend on: the team's policy and time zone."""

    policy: Policy
    zone: ZoneInfo


PERIOD_LABELS: Final[Mapping[str, str]] = {
    "report": N_("this period"),
    "previous": N_("the period before"),
    "year": N_("a year before"),
}
# The heading of each section, and what its rows are.
SECTION_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "totals": (N_("Cases"), N_("case")),
    "steps": (N_("Steps"), N_("step")),
}
# The label and the definition, with its denominator, of every measure under `section.key`.
MEASURE_TERMS: Final[Terms] = {
    "totals.cases": (N_("cases"), N_("Cases of the report, open and closed.")),
    "steps.met": (
        N_("met"),
        N_("The step was taken at or before its due time; the verdict was recorded when it was taken."),
    ),
    "steps.share_in_time": (N_("share in time"), N_("met as a share of met + late + overdue.")),
    "steps.median": (
        N_("median"),
        N_("Half of the taken steps took at most this long from receipt (a promise: from when it was made)."),
    ),
}


def measure_name(measure: Measure) -> str:
    """Returns the key of a measure in MEASURE_TERMS."""
    return f"{measure.section}.{measure.key}"


def measure_label(measure: Measure) -> str:
    """Returns the label of a measure in the reader's language."""
    return _(MEASURE_TERMS[measure_name(measure)][0])


def measure_meaning(measure: Measure) -> str:
    """Returns the definition of a measure in the reader's language."""
    return _(MEASURE_TERMS[measure_name(measure)][1])


def section_label(section: str) -> str:
    """Returns the heading of a section in the reader's language."""
    return _(SECTION_LABELS[section][0])


def period_label(key: str) -> str:
    """Returns the label of a period; its key if it is one that the team named."""
    return _(PERIOD_LABELS[key]) if key in PERIOD_LABELS else key


def group_heading(words: ReportWords, field: str) -> str:
    """Returns the heading of a field of the groups."""
    return labels.column_heading(words.policy, field)


def group_label(words: ReportWords, field: str, value: str) -> str:
    """Returns a value of a field of the groups; of a case without one "(none)"."""
    return labels.cell_label(words.policy, field, value) or _("(none)")


def key_heading(section: str) -> str:
    """Returns what the rows of a section are."""
    return _(SECTION_LABELS[section][1])


def key_label(words: ReportWords, section: str, key: str) -> str:
    """Returns a row of a section in the reader's language."""
    if section == "steps":
        return labels.clock_name_label(words.policy, key)
    return key or _("(none)")
