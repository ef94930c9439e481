"""The charts of a dashboard, each with a title, a description in words and its data in a table."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from complaintctl.domain.dashboard.dashboard import MONTH, DashboardContent, FigureIndex
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.reports.measures import AGE_CLASSES, MARKS
from complaintctl.domain.reports.pareto import VITAL_SHARE, Pareto
from complaintctl.render.charts.bars import Row, bar_chart, stacked_chart
from complaintctl.render.charts.frame import Caption, Mark, chart_figure, empty_figure
from complaintctl.render.charts.line import share_chart
from complaintctl.render.charts.pareto import ParetoRow, pareto_chart
from complaintctl.render.dashboard.plain_names import step_name, value_name
from complaintctl.render.reports.definitions import ReportWords, fixed_key_label, key_label
from complaintctl.render.text import labels
from complaintctl.render.text.language import N_, _, current_language, ngettext

# Values of a Pareto chart, and of its table.
MOST_VALUES: Final = 12
MOST_LISTED_VALUES: Final = 50
STATES: Final = (
    ("met", N_("met"), "good"),
    ("late", N_("late"), "late"),
    ("overdue", N_("overdue"), "bad"),
    ("running", N_("running"), "c2"),
)
MONTH_MEANINGS: Final = {
    "received": N_("Of the cases received in each month, the share of their steps that were in time."),
    "closed": N_("Of the cases closed in each month, the share of their steps that were in time."),
    "taken": N_("Of the steps taken in each month, the share that were in time."),
}
# More months make labels and points too narrow.
MOST_MONTHS: Final = 24
_MARK_TONES: Final = {"1": "bad", "2": "late", "3": "c2", "4": "good", "5": "good"}


def percent_text(part: int, whole: int) -> str:
    """Returns a share in whole percent; a dash without a denominator."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def share_text(part: int, whole: int) -> str:
    """Returns a share with its denominator: `98 % of 1,234`."""
    return (
        _("{percent} of {count}").format(percent=percent_text(part, whole), count=f"{whole:,}")
        if whole
        else "–"
    )


class Charts:
    """The charts in the current language."""

    def __init__(self, content: DashboardContent, rules: Rulebook) -> None:
        self.content = content
        self.index = FigureIndex(content.figures)
        self.policy = rules.policy
        self.words = ReportWords(policy=rules.policy, zone=rules.zone)

    def figures(self) -> Iterator[str]:
        """Yields every chart as a figure of HTML."""
        yield from (self._overdue(), self._verdicts(), self._months())
        yield self._ages()
        yield from map(self._pareto, self.content.paretos)
        yield from (self._means(), self._survey())

    def _overdue(self) -> str:
        counts = {name: self.index.count("steps", "overdue", name) for name in self.index.keys("steps")}
        late = sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])
        total = sum(counts.values())
        said = ngettext(
            "{count} clock is overdue, by step.", "{count} clocks are overdue, by step.", total
        ).format(count=f"{total:,}")
        caption = chart_caption("overdue", _("Overdue by step"), said)
        if not late:
            return empty_figure(caption, _("No step is overdue."))
        marks = [
            Mark(
                label=step_name(self.policy, name, ""),
                value=counts[name],
                text=f"{counts[name]:,}",
                tone="bad",
            )
            for name in late
        ]
        rows = [(mark.label, mark.text) for mark in marks]
        return chart_figure(caption, bar_chart(caption, marks), (_("step"), _("overdue")), rows)

    def _verdicts(self) -> str:
        caption = chart_caption(
            "verdicts",
            _("Steps met, late, overdue and running"),
            _("For each step the number of its clocks in each state, and the share in time."),
        )
        rows = [row for name in self.index.keys("steps") if (row := self._verdict_row(name)) is not None]
        if not rows:
            return empty_figure(caption, _("No step has a limit yet."))
        picture = stacked_chart(caption, rows, legend=[(_(label), tone) for _key, label, tone in STATES])
        heads = (_("step"), *(_(label) for _key, label, _tone in STATES), _("share in time"))
        cells = [(row.label, *(part.text for part in row.parts), row.text) for row in rows]
        return chart_figure(caption, picture, heads, cells)

    def _verdict_row(self, step: str) -> Row | None:
        counts = {key: self.index.count("steps", key, step) for key, _label, _tone in STATES}
        if not any(counts.values()):
            return None
        parts = [
            Mark(label=_(label), value=counts[key], text=f"{counts[key]:,}", tone=tone)
            for key, label, tone in STATES
        ]
        judged = self.index.count("steps", "judged", step)
        return Row(
            label=step_name(self.policy, step, ""), parts=parts, text=percent_text(counts["met"], judged)
        )

    def _months(self) -> str:
        caption = chart_caption(
            "months", _("Steps in time, by month"), _(MONTH_MEANINGS[self.content.figures.basis])
        )
        months = [
            (
                month,
                self.index.in_group("punctuality", "met", MONTH, month),
                self.index.in_group("punctuality", "judged", MONTH, month),
            )
            for month in self.index.groups(MONTH)[-MOST_MONTHS:]
        ]
        if not any(judged for _month, _met, judged in months):
            return empty_figure(caption, _("No step with a limit was taken yet."))
        marks = [
            Mark(label=month, value=met / judged if judged else None, text=share_text(met, judged))
            for month, met, judged in months
        ]
        rows = [
            (month, f"{met:,}", f"{judged:,}", percent_text(met, judged)) for month, met, judged in months
        ]
        heads = (_("month"), _("met"), _("met, late or overdue"), _("share in time"))
        return chart_figure(caption, share_chart(caption, marks), heads, rows, note=caption.description)

    def _ages(self) -> str:
        caption = chart_caption(
            "ages",
            _("Age of the open cases"),
            _("The number of open cases by the time since they were received."),
        )
        names = [key_label(self.words, "ageing", key) for key in AGE_CLASSES]
        counts = [self.index.count("ageing", "cases", key) for key in AGE_CLASSES]
        total = sum(counts)
        if not total:
            return empty_figure(caption, _("No case is open."))
        marks = [
            Mark(label=label, value=count, text=f"{count:,}")
            for label, count in zip(names, counts, strict=True)
        ]
        rows = [
            (mark.label, mark.text, percent_text(count, total))
            for mark, count in zip(marks, counts, strict=True)
        ]
        return chart_figure(caption, bar_chart(caption, marks), (_("age"), _("cases"), _("share")), rows)

    def _pareto(self, ranking: Pareto) -> str:
        field = labels.column_heading(self.policy, ranking.field)
        said = _pareto_note(ranking)
        caption = chart_caption(
            f"pareto-{field_id(ranking.field)}", _("Most frequent: {field}").format(field=field), said
        )
        if not ranking.rows:
            return empty_figure(caption, _("No case has a value."))
        shown = [
            ParetoRow(
                mark=Mark(
                    label=value_name(self.policy, ranking.field, row.value),
                    value=row.cases,
                    text=f"{row.cases:,}",
                    tone="c1" if row.is_vital else "c2",
                    note=_("together {share}").format(share=fraction_text(row.cumulative)),
                ),
                cumulative=float(row.cumulative or 0),
            )
            for row in ranking.rows[:MOST_VALUES]
        ]
        cells = [
            (
                value_name(self.policy, ranking.field, row.value),
                f"{row.cases:,}",
                fraction_text(row.share),
                fraction_text(row.cumulative),
                _("yes") if row.is_vital else "",
            )
            for row in ranking.rows[:MOST_LISTED_VALUES]
        ]
        heads = (field, _("cases"), _("share"), _("cumulative share"), _("vital few"))
        picture = pareto_chart(caption, shown, float(VITAL_SHARE))
        return chart_figure(caption, picture, heads, cells, note=said)

    def _means(self) -> str:
        caption = chart_caption(
            "means", _("Satisfaction"), _("The mean of the scores that customers gave, 1 (bad) to 5 (good).")
        )
        found = [
            figure
            for key in MARKS
            if (figure := self.index.find("satisfaction", "mean", key)) and figure.value
        ]
        if not found:
            return empty_figure(caption, _("No customer gave a score yet."))
        marks = [
            Mark(
                label=fixed_key_label("satisfaction", figure.key),
                value=figure.value,
                text=f"{figure.value:.1f}",
                tone="good",
                note=ngettext("{count} customer", "{count} customers", figure.of or 0).format(
                    count=figure.of
                ),
            )
            for figure in found
        ]
        rows = [
            (mark.label, mark.text, f"{figure.of or 0:,}") for mark, figure in zip(marks, found, strict=True)
        ]
        heads = (_("satisfaction"), _("mean score"), _("customers"))
        return chart_figure(caption, bar_chart(caption, marks, most=5), heads, rows)

    def _survey(self) -> str:
        """The answers to the survey; nothing if nobody was asked."""
        asked, answered = (self.index.count("survey", key) for key in ("asked", "answered"))
        if not asked:
            return ""
        said = _("Of {asked} customers asked in a survey, {share} answered.").format(
            asked=f"{asked:,}", share=percent_text(answered, asked)
        )
        caption = chart_caption("survey", _("Answers to the survey, 1 (bad) to 5 (good)"), said)
        counts = {key: self.index.count("survey", "marks", key) for key in _MARK_TONES}
        marks = [
            Mark(label=key, value=count, text=f"{count:,}", tone=_MARK_TONES[key])
            for key, count in counts.items()
        ]
        rows = [(mark.label, mark.text, percent_text(counts[mark.label], answered)) for mark in marks]
        heads = (_("score"), _("customers"), _("share"))
        return chart_figure(caption, bar_chart(caption, marks), heads, rows, note=said)


def _pareto_note(ranking: Pareto) -> str:
    """Returns how many values are the vital few, and what the chart does not show."""
    vital = ngettext(
        "{vital} value of {values} makes four fifths of {cases} cases.",
        "{vital} values of {values} make four fifths of {cases} cases.",
        ranking.vital,
    ).format(vital=ranking.vital, values=f"{len(ranking.rows):,}", cases=f"{ranking.cases:,}")
    first = _("The chart shows the first {count}.").format(count=MOST_VALUES)
    unknown = ranking.unknown.cases if ranking.unknown else 0
    left_out = ngettext(
        "{count} case without a known value is left out.",
        "{count} cases without a known value are left out.",
        unknown,
    ).format(count=f"{unknown:,}")
    return joined_sentences(
        vital, first if len(ranking.rows) > MOST_VALUES else "", left_out if unknown else ""
    )


def joined_sentences(*texts: str) -> str:
    """Returns sentences one behind the other; Chinese has no blank between them."""
    return ("" if current_language() == "zh" else " ").join(filter(None, texts))


def fraction_text(share: Fraction | None) -> str:
    """Returns a share in percent with one digit; a dash if nothing was counted."""
    return "–" if share is None else f"{100 * float(share):.1f} %"


def field_id(field: str) -> str:
    """Returns the name of a field as a part of an id."""
    return field.replace(".", "-")


def chart_caption(key: str, title: str, description: str) -> Caption:
    """Returns a caption whose id is unique on a page that has every chart in each language."""
    return Caption(chart_id=f"{key}-{current_language()}", title=title, description=description)
