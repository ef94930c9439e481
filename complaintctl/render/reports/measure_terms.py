"""The label and the definition of every measure of a report, and the headings of its sections."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.glossary import Terms
from complaintctl.render.text.language import N_

# The heading of each section, and what its rows are; "" if it has one row.
SECTION_TERMS: Final[Mapping[str, tuple[str, str]]] = {
    "cases": (N_("Cases"), ""),
    "flow": (N_("Received, closed and backlog"), ""),
    "ageing": (N_("Age of the backlog"), N_("age")),
    "steps": (N_("Steps and promised dates"), N_("step")),
    "punctuality": (N_("Punctuality"), ""),
    "times": (N_("First answer and resolution"), N_("time")),
    "first-answer": (N_("Time to the first answer"), N_("time")),
    "resolution": (N_("Time to resolution"), N_("time")),
    "outcomes": (N_("Outcomes"), N_("outcome")),
    "remedies": (N_("Remedies"), N_("remedy")),
    "cost": (N_("Cost of remedies"), N_("currency")),
    "satisfaction": (N_("Satisfaction"), N_("asked about")),
    "survey": (N_("Survey after closing"), N_("score")),
    "customers": (N_("Customers"), ""),
    "people": (N_("Owners"), N_("owner")),
    "departments": (N_("Departments"), N_("department")),
    "actions": (N_("Corrective actions"), N_("state")),
    "rates": (N_("Complaints per thousand units"), N_("period")),
}
# Measures of sections with several rows that have one value for the whole section.
SINGLE_MEASURES: Final = frozenset(
    {
        "survey.asked",
        "survey.answered",
        "survey.response_rate",
        "survey.mean",
        "actions.total",
        "actions.effective_share",
    }
)
_MEDIAN: Final = N_(
    "Half of the takings came at most this long after the clock of the step had started; time while the case was closed "
    "does not count."
)
_PERSON_TERMS: Final[Terms] = {
    "cases": (N_("cases"), N_("Cases of the report with this owner or department.")),
    "open": (N_("open"), N_("Those that are not closed at the moment of the report.")),
    "overdue": (N_("overdue cases"), N_("Those that are open and have at least one overdue clock.")),
    "answer_median": (
        N_("first answer: median"),
        N_("Half of those with a first answer had it within this time of receipt."),
    ),
    "closing_median": (
        N_("resolution: median"),
        N_("Half of the closed ones were closed within this time of receipt."),
    ),
    "share_in_time": (
        N_("share in time"),
        N_("Steps and dates met, as a share of those met, late or overdue in these cases."),
    ),
    "satisfaction": (N_("satisfaction"), N_("The mean overall score of these cases, 1 (bad) to 5 (good).")),
}
_IN_TIME: Final = N_("met as a share of met + late + overdue.")
_JUDGED: Final = (N_("judged"), N_("met + late + overdue: the denominator of the share in time."))
# Under `section.key`, in reading order.
MEASURE_TERMS: Final[Terms] = {
    "cases.cases": (N_("cases"), N_("Cases of the period, open and closed; duplicates are left out.")),
    "cases.open": (N_("open"), N_("Those that are not closed at the moment of the report.")),
    "cases.closed": (N_("closed"), N_("Those that are closed at the moment of the report.")),
    "cases.overdue": (N_("overdue cases"), N_("Those that are open and have at least one overdue clock.")),
    "cases.reopened": (N_("reopened"), N_("Those that were reopened at least once.")),
    "cases.escalated": (
        N_("escalated"),
        N_("Those that were escalated at least once (escalate)."),
    ),
    "cases.recurring": (
        N_("recurring"),
        N_(
            "Those linked as the recurrence of an earlier case: the same class of cause, and the same model or batch."
        ),
    ),
    "cases.forced": (
        N_("closed by force"),
        N_("Those whose last closing left out what the policy requires (close --force)."),
    ),
    "cases.duplicates": (
        N_("duplicates"),
        N_("Cases of the period closed as duplicates of another; they count nowhere else."),
    ),
    "flow.backlog_before": (N_("backlog before"), N_("Cases that were open when the period began.")),
    "flow.received": (N_("received"), N_("Cases received in the period.")),
    "flow.reopened": (
        N_("reopenings"),
        N_("Reopenings of closed cases in the period; a case can count more than once."),
    ),
    "flow.closed": (
        N_("closings"),
        N_("Closings in the period; a case that was reopened can count more than once."),
    ),
    "flow.backlog": (
        N_("backlog"),
        N_("Cases open at the end of the period: backlog before + received + reopenings - closings."),
    ),
    "ageing.cases": (
        N_("cases"),
        N_("Cases of the backlog by the time since receipt; of all cases of the backlog."),
    ),
    "steps.met": (
        N_("met"),
        N_("The step was taken at or before its due time; the verdict was recorded when it was taken."),
    ),
    "steps.late": (
        N_("late"),
        N_("The step was taken after its due time; for a promise, also if the case was closed after it."),
    ),
    "steps.overdue": (N_("overdue"), N_("Not taken yet, and past due at the moment of the report.")),
    "steps.judged": _JUDGED,
    "steps.share_in_time": (N_("share in time"), _IN_TIME),
    "steps.running": (N_("running"), N_("Not taken yet, and not past due.")),
    "steps.paused": (N_("waiting"), N_("Not taken yet; the clock is paused while waiting for the customer.")),
    "steps.unjudged": (N_("taken"), N_("The step was taken; the policy set no limit at the time.")),
    "steps.settled": (N_("settled"), N_("Not taken; closing the case ended the clock.")),
    "steps.none": (N_("none"), N_("Cases without such a clock at that moment, open and closed.")),
    "steps.none_open": (N_("none, open"), N_("Open cases without such a clock at that moment.")),
    "steps.none_closed": (N_("none, closed"), N_("Closed cases without such a clock at that moment.")),
    "steps.taken": (
        N_("measured"),
        N_("Takings with a start and an end, each counted by itself: the denominator of median and p90."),
    ),
    "steps.median": (N_("median"), _MEDIAN),
    "steps.p90": (N_("p90"), N_("Nine of ten takings came within this time (nearest rank).")),
    "punctuality.met": (N_("met"), N_("Steps and dates that were met, of all kinds together.")),
    "punctuality.late": (N_("late"), N_("Steps and dates that came late, of all kinds together.")),
    "punctuality.overdue": (
        N_("overdue"),
        N_("Steps and dates not taken yet and past due, of all kinds together."),
    ),
    "punctuality.judged": _JUDGED,
    "punctuality.share_in_time": (N_("share in time"), _IN_TIME),
    "times.measured": (
        N_("measured"),
        N_("Cases with a first answer, or closed cases: the denominator of the times beside it."),
    ),
    "times.median": (
        N_("median"),
        N_(
            "Half of the measured cases took at most this long from receipt; time while the case was closed does not count."
        ),
    ),
    "times.p90": (
        N_("p90"),
        N_("Nine of ten measured cases took at most this long from receipt (nearest rank)."),
    ),
    "times.net_median": (N_("median, net"), N_("As median, without the times of waiting for the customer.")),
    "times.net_p90": (N_("p90, net"), N_("As p90, without the times of waiting for the customer.")),
    "first-answer.cases": (
        N_("cases"),
        N_("Cases by the time from receipt to the first answer; of all cases answered."),
    ),
    "resolution.cases": (N_("cases"), N_("Cases by the time from receipt to closing; of all cases closed.")),
    "outcomes.cases": (N_("cases"), N_("Closed cases by outcome; of all closed cases.")),
    "remedies.cases": (N_("cases"), N_("Cases by what the customer got; of all cases.")),
    "cost.cases": (N_("cases"), N_("Cases with a recorded cost in this currency; of all cases.")),
    "cost.total": (N_("total"), N_("The sum of the recorded costs in this currency.")),
    "cost.mean": (N_("mean"), N_("total divided by the cases with a recorded cost in this currency.")),
    "satisfaction.marks": (N_("scores"), N_("Cases whose customer gave this score; of all cases.")),
    "satisfaction.mean": (
        N_("mean score"),
        N_("The mean of the scores that customers gave, 1 (bad) to 5 (good), and how many gave one."),
    ),
    "survey.asked": (
        N_("asked in the survey"),
        N_("Cases whose customer was asked in a survey after the closing, each counted once."),
    ),
    "survey.answered": (N_("answered"), N_("Those whose customer has given a score since last being asked.")),
    "survey.response_rate": (
        N_("response rate"),
        N_("answered as a share of asked; the lower it is, the less the answers say about all customers."),
    ),
    "survey.mean": (N_("mean score"), N_("The mean of the scores given in the survey, 1 (bad) to 5 (good).")),
    "survey.marks": (N_("cases"), N_("How many gave each score; of all who answered.")),
    "customers.known": (
        N_("cases with a known customer"),
        N_("Cases with a telephone number or an e-mail address of the customer; of all cases."),
    ),
    "customers.customers": (N_("customers"), N_("Different customers of these cases.")),
    "customers.repeat": (N_("repeat customers"), N_("Customers with more than one of these cases.")),
    "customers.repeat_share": (
        N_("share of repeat customers"),
        N_("repeat customers as a share of customers."),
    ),
    **{
        f"{section}.{key}": terms
        for section in ("people", "departments")
        for key, terms in _PERSON_TERMS.items()
    },
    "actions.total": (N_("corrective actions"), N_("Corrective actions set in these cases.")),
    "actions.number": (
        N_("number"),
        N_("Corrective actions by what the last check says; of all that were set."),
    ),
    "actions.effective_share": (
        N_("share effective"),
        N_("Those that somebody else verified as effective, as a share of those verified."),
    ),
    "rates.complaints": (N_("complaints"), N_("Cases received in the period.")),
    "rates.units": (N_("units"), N_("Units sold or in use in the period, as the volumes of the policy say.")),
    "rates.per_thousand": (N_("per thousand"), N_("complaints per thousand units.")),
    "rates.year_on_year": (
        N_("change in a year"),
        N_("The rate against the same period a year before, as a share of that rate; below 0 it fell."),
    ),
}
