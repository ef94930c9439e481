"""What a report measures: the label and definition of every measure, the labels of its sections, keys and groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.reports.dimensions import TIME_LABELS
from complaintctl.domain.reports.figures import Measure
from complaintctl.domain.reports.measures import AGE_CLASSES, DURATION_CLASSES, FIRST_ANSWER, RESOLUTION
from complaintctl.render.reports.measure_terms import MEASURE_TERMS, SECTION_TERMS, SINGLE_MEASURES
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.glossary import glossary
from complaintctl.render.text.language import N_, _, current_language


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
# The parts of a section that is several tables; of steps by the denominator of their figures.
_PARTS: Final[Mapping[str, str]] = {
    "steps.judged": N_("in time or late"),
    "steps.": N_("without a verdict"),
    "steps.taken": N_("how long they took"),
    **{
        f"{section}.rest": N_("punctuality, speed and satisfaction")
        for section in ("", "people", "departments")
    },
}
# The keys of the section `times`.
_TIME_LABELS: Final[Mapping[str, str]] = {FIRST_ANSWER: N_("first answer"), RESOLUTION: N_("resolution")}
# The classes of the sections that show a distribution, each with its longest time.
_CLASSES: Final[Mapping[str, Mapping[str, timedelta | None]]] = {
    "ageing": AGE_CLASSES,
    FIRST_ANSWER: DURATION_CLASSES,
    RESOLUTION: DURATION_CLASSES,
}
# The field whose values are the keys of a section.
_KEY_FIELDS: Final[Mapping[str, str]] = {
    "outcomes": "outcome",
    "remedies": "remedy.kind",
    "people": "owner",
    "departments": "department",
}
_SCORE_LABELS: Final[Mapping[str, str]] = {
    "overall": N_("overall satisfaction"),
    "attitude": N_("attitude"),
    "solved": N_("problem solved"),
}
# Words for keys that no field has.
_KEY_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "times": _TIME_LABELS,
    "satisfaction": _SCORE_LABELS,
    "actions": labels.ACTION_STATE_LABELS,
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
    return _(SECTION_TERMS[section][0])


def part_title(section: str, part: str, title: str) -> str:
    """Returns the title of a part of a section; that of the section if the part has none of its own."""
    label = _PARTS.get(f"{section}.{part}")
    return _("{what}: {which}").format(what=title, which=_(label)) if label else title


def period_label(key: str) -> str:
    """Returns the label of a period; its key if it is one that the team named."""
    return _(PERIOD_LABELS[key]) if key in PERIOD_LABELS else key


def group_heading(words: ReportWords, field: str) -> str:
    """Returns the heading of a dimension of the groups: a field, or a time such as `month`."""
    if field in TIME_LABELS:
        return TIME_LABELS[field][current_language()]
    return labels.column_heading(words.policy, field)


def group_label(words: ReportWords, field: str, value: str) -> str:
    """Returns a value of a dimension of the groups; of a case without one "(none)"."""
    if field in TIME_LABELS:
        return value
    return labels.cell_label(words.policy, field, value) or _("(none)")


def key_heading(section: str) -> str:
    """Returns what the rows of a section are; "" if it has one row."""
    return _(SECTION_TERMS[section][1])


def is_keyed(measure: Measure) -> bool:
    """Returns True if a measure has a figure for each row of its section."""
    return bool(SECTION_TERMS[measure.section][1]) and measure_name(measure) not in SINGLE_MEASURES


def key_label(words: ReportWords, section: str, key: str) -> str:
    """Returns a row of a section in the reader's language."""
    if section == "steps":
        return labels.clock_name_label(words.policy, key)
    if section in _CLASSES:
        return _class_label(_CLASSES[section], key)
    if section == "rates" and not key:
        return _("the whole period")
    field = _KEY_FIELDS.get(section)
    label = labels.cell_label(words.policy, field, key) if field else fixed_key_label(section, key)
    return label or _("(none)")


def fixed_key_label(section: str, key: str) -> str:
    """Returns a row of a section whose keys are no words of a policy: a time, a score, a currency."""
    known = _KEY_LABELS.get(section, {})
    return _(known[key]) if key in known else key


def _class_label(classes: Mapping[str, timedelta | None], key: str) -> str:
    """Returns a class of times: from the end of the class before to its own."""
    keys = list(classes)
    index = keys.index(key)
    before, most = (classes[keys[index - 1]] if index else None), classes[key]
    longest = values.duration_text(int(most.total_seconds())) if most else ""
    shortest = values.duration_text(int(before.total_seconds())) if before else ""
    if not shortest:
        return _("up to {longest}").format(longest=longest)
    if not longest:
        return _("more than {shortest}").format(shortest=shortest)
    return _("{shortest} to {longest}").format(shortest=shortest, longest=longest)


def define_measures(output_format: str) -> str:
    """Returns the definitions of all measures in one of tables.TABLE_FORMATS; programs get keys and English (D-147)."""
    if output_format not in tables.READABLE_FORMATS:
        return glossary(MEASURE_TERMS, output_format)
    entries = [
        {"section": section_label(name.partition(".")[0]), "word": _(label), "meaning": _(meaning)}
        for name, (label, meaning) in MEASURE_TERMS.items()
    ]
    headings = {"section": _("section"), "word": _("word"), "meaning": _("meaning")}
    return tables.format_rows(headings, entries, output_format)
