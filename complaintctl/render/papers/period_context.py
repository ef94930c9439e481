"""What the templates of management reviews, handlers and departments know, and their content for programs."""

import dataclasses
from typing import Any, Final

from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.papers.period_paper import ActionEntry, PeriodPaper
from complaintctl.domain.reports.figures import Figure, Figures
from complaintctl.render.papers.blocks import Blocks, Chart, PaperTable, UsedTerms
from complaintctl.render.papers.paper_context import PaperContext, common_context, period_names
from complaintctl.render.papers.period_lists import actions_table, cases_table, duties_table, tasks_table
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.figure_text import figure_text
from complaintctl.render.reports.figures_data import figures_json
from complaintctl.render.reports.figures_table import cell_text
from complaintctl.render.reports.measure_terms import SECTION_TERMS
from complaintctl.render.reports.section_tables import SectionTable, section_tables
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import _

_MOST_BARS: Final = 10
_PERCENT: Final = 100
# The sections with few figures, which are compared with the period before; the others have a table of their own.
_COMPARED: Final = ("cases", "flow", "punctuality", "times", "customers", "cost", "satisfaction")
# Figures of a person or department beside those of the team: measure, and key in its section.
_BESIDE_TEAM: Final = (
    ("cases.cases", ""),
    ("cases.open", ""),
    ("cases.overdue", ""),
    ("cases.reopened", ""),
    ("punctuality.share_in_time", ""),
    ("times.median", "first-answer"),
    ("times.median", "resolution"),
    ("satisfaction.mean", "overall"),
    ("actions.effective_share", ""),
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PeriodPaperInput:
    """What a paper about a period is made of; `party` is the person or department, "" for all."""

    paper: PeriodPaper
    duties: tuple[JudgedDuty, ...]
    party: str


def period_context(given: PeriodPaperInput, rules: Rulebook, blocks: Blocks) -> PaperContext:
    """Returns every name that the template can use."""
    paper, words = given.paper, ReportWords(policy=rules.policy, zone=rules.zone)
    as_of = paper.figures.as_of
    sections = _figure_tables(paper.figures, words)
    terms = UsedTerms(headings=(_("table"), _("figure"), _("meaning")))
    tables = {
        "team": _team_table(paper, words),
        "months": _months_table(paper.trend, words),
        "actions": actions_table(paper.actions, rules.policy),
        "duties": duties_table(given.duties, rules),
        "open_cases": cases_table(paper.open_cases, rules),
        "tasks": tasks_table(paper.tasks, rules),
    }
    charts = {
        "flow": _flow_chart(paper.trend),
        "punctuality": _punctuality_chart(paper.trend),
        "ageing": _ageing_chart(paper.figures, words),
        "causes": _share_chart(paper.figures, words, "cause.class", _("Complaints by cause")),
        "classes": _share_chart(paper.figures, words, "category", _("Complaints by class")),
        "models": _share_chart(paper.figures, words, "product.model", _("Complaints by model")),
    }
    return {
        **common_context(rules, as_of),
        "period": period_names(paper.figures.periods[0], rules, as_of),
        "party": {"$text": labels.party_label(rules.policy, given.party), "key": given.party}
        if given.party
        else "",
        "figures": _single_figures(paper.figures),
        "open_cases_shown": len(paper.open_cases),
        "open_cases_all": paper.open_count,
        "tables": {
            **{name: blocks.mark(*made) for name, made in sections.items()},
            **{name: blocks.mark(table) for name, table in tables.items()},
            "definitions": blocks.mark(terms),
        },
        "charts": {name: blocks.mark(chart) for name, chart in charts.items()},
    }


def _name(text: str) -> str:
    """Returns the name that a template can write after a dot."""
    return text.replace("-", "_").replace(".", "_")


def _single_figures(figures: Figures) -> PaperContext:
    """Returns the figures of the period with one value, by section and key: `figures.flow.received`."""
    names: PaperContext = {}
    for row in _rows_of(figures, figures.periods[0].key):
        if not row.by and not row.key:
            names.setdefault(_name(row.measure.section), {})[row.measure.key] = figure_text(row)
    return names


def _rows_of(figures: Figures, period: str) -> list[Figure]:
    return [row for row in figures.rows if row.period == period]


def _figure_tables(figures: Figures, words: ReportWords) -> dict[str, list[PaperTable]]:
    """Returns the tables of each section; the survey only if somebody was asked."""
    first = figures.periods[0]
    alone = dataclasses.replace(
        figures, periods=(first,), tables=(), rows=tuple(_rows_of(figures, first.key))
    )
    compared = [row for row in figures.rows if row.measure.section in _COMPARED]
    beside = dataclasses.replace(figures, tables=(), rows=tuple(compared))
    known: dict[str, list[PaperTable]] = {_name(section): [] for section in SECTION_TERMS}
    for table in section_tables(alone, words):
        if table.section not in _COMPARED:
            known[_name(table.section)].append(_paper_table(table))
    for table in section_tables(beside, words):
        known[_name(table.section)].append(_paper_table(table))
    if not any(row.value for row in figures.rows if definitions.measure_name(row.measure) == "survey.asked"):
        known["survey"] = []
    return known


def _paper_table(table: SectionTable) -> PaperTable:
    rows = tuple((*row.names, *map(cell_text, row.cells)) for row in table.rows)
    headings = (*table.heads, *(column.heading for column in table.columns))
    terms = (
        (
            definitions.section_label(one.section),
            definitions.measure_label(one),
            definitions.measure_meaning(one),
        )
        for one in table.measures()
    )
    numeric = frozenset(range(len(table.heads), len(headings)))
    return PaperTable(headings=headings, rows=rows, numeric=numeric, terms=tuple(terms))


def _team_table(paper: PeriodPaper, words: ReportWords) -> PaperTable:
    """The chief figures of the person or department beside those of the whole team."""
    headings = (_("figure"), _("this period"), _("whole team"))
    if paper.team is None:
        return PaperTable(headings=headings, rows=())
    ours, theirs = (
        {
            (definitions.measure_name(row.measure), row.key): row
            for row in _rows_of(one, "report")
            if not row.by
        }
        for one in (paper.figures, paper.team)
    )
    rows = []
    for place in _BESIDE_TEAM:
        row = ours.get(place) or theirs.get(place)
        if row is not None:
            key = definitions.key_label(words, row.measure.section, place[1]) if place[1] else ""
            label = definitions.measure_label(row.measure)
            name = _("{what}: {which}").format(what=key, which=label) if key else label
            rows.append((name, figure_text(ours.get(place)), figure_text(theirs.get(place))))
    return PaperTable(headings=headings, rows=tuple(rows), numeric=frozenset({1, 2}))


def _by_month(trend: Figures, section: str, key: str) -> dict[str, Figure]:
    return {
        row.group[0]: row
        for row in trend.rows
        if row.by == ("month",) and (row.measure.section, row.measure.key) == (section, key)
    }


def _flow_chart(trend: Figures) -> Chart:
    received, closed = (_by_month(trend, "flow", key) for key in ("received", "closed"))
    months = tuple(sorted({**received, **closed}))
    return Chart(
        kind="bar",
        title=_("Received and closed in each month"),
        axis=_("complaints"),
        labels=months,
        series={
            _("received"): tuple(_number(received.get(month)) for month in months),
            _("closed"): tuple(_number(closed.get(month)) for month in months),
        },
    )


def _number(figure: Figure | None) -> float:
    return float(figure.value or 0) if figure else 0.0


def _punctuality_chart(trend: Figures) -> Chart:
    shares = {
        month: row.value
        for month, row in sorted(_by_month(trend, "punctuality", "share_in_time").items())
        if row.value is not None
    }
    return Chart(
        kind="bar",
        title=_("Steps and dates in time, in percent, by month of receipt"),
        axis="%",
        labels=tuple(shares),
        series={_("in time, %"): tuple(float(round(_PERCENT * share)) for share in shares.values())},
    )


def _months_table(trend: Figures, words: ReportWords) -> PaperTable:
    months = dataclasses.replace(trend, rows=tuple(row for row in trend.rows if row.by), tables=(("month",),))
    made = section_tables(months, words)
    return _paper_table(made[0]) if made else PaperTable(headings=(), rows=())


def _ageing_chart(figures: Figures, words: ReportWords) -> Chart:
    rows = [
        row
        for row in _rows_of(figures, figures.periods[0].key)
        if not row.by and (row.measure.section, row.measure.key) == ("ageing", "cases")
    ]
    rows = rows if any(row.value for row in rows) else []
    return Chart(
        kind="bar",
        title=_("Age of the backlog"),
        axis=_("cases"),
        labels=tuple(definitions.key_label(words, "ageing", row.key) for row in rows),
        series={_("cases"): tuple(_number(row) for row in rows)},
    )


def _share_chart(figures: Figures, words: ReportWords, field: str, title: str) -> Chart:
    """The values of a field that most complaints have; the rest together."""
    counts = [
        (definitions.group_label(words, field, row.group[0]), _number(row))
        for row in _rows_of(figures, figures.periods[0].key)
        if row.by == (field,) and (row.measure.section, row.measure.key) == ("cases", "cases")
    ]
    counts.sort(key=_most_first)
    shown, rest = counts[:_MOST_BARS], sum(count for _value, count in counts[_MOST_BARS:])
    shown += [(_("others"), rest)] if rest else []
    return Chart(
        kind="pie",
        title=title,
        axis=_("complaints"),
        labels=tuple(value for value, _count in shown),
        series={_("complaints"): tuple(count for _value, count in shown)},
    )


def _most_first(entry: tuple[str, float]) -> tuple[float, str]:
    return -entry[1], entry[0]


def period_json(given: PeriodPaperInput) -> dict[str, Any]:
    """Returns the content of the paper for programs, never translated."""
    paper = given.paper
    return {
        "party": given.party or None,
        **figures_json(paper.figures),
        "trend": figures_json(paper.trend)["figures"],
        "team": figures_json(paper.team)["figures"] if paper.team else None,
        "actions": [_action_json(entry) for entry in paper.actions],
        "duties": [
            {
                "duty": duty.name,
                "last": values.iso_time(duty.last.at) if duty.last else None,
                "result": duty.last.text if duty.last else None,
                "due": values.iso_time(duty.due),
                "state": duty.state,
            }
            for duty in given.duties
        ],
        "open_cases": [
            {
                **dataclasses.asdict(case),
                "received": values.iso_time(case.received),
                "due": values.iso_time(case.due),
            }
            for case in paper.open_cases
        ],
        "open_cases_all": paper.open_count,
        "tasks": [{**dataclasses.asdict(task), "due": values.iso_time(task.due)} for task in paper.tasks],
    }


def _action_json(entry: ActionEntry) -> dict[str, Any]:
    action = entry.action
    return {
        "case": entry.case,
        "number": entry.number,
        "what": action.what,
        "who": action.who,
        "due": action.due.isoformat(),
        "state": entry.state,
        "overdue": entry.overdue,
        "recurred": list(action.recurred),
    }
