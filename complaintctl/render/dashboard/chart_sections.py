"""The charts of a dashboard, each with a title, a description in words and its data in a table."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.reports.dashboard import DashboardContent
from complaintctl.render.charts.bars import Row, bar_chart, stacked_chart
from complaintctl.render.charts.frame import Caption, Mark, chart_figure, empty_figure
from complaintctl.render.charts.line import share_chart
from complaintctl.render.charts.pareto import ParetoRow, pareto_chart
from complaintctl.render.dashboard.plain_names import step_name, value_name
from complaintctl.render.text import labels
from complaintctl.render.text.language import N_, _, current_language, ngettext

VITAL_SHARE: Final = 0.8
STATES: Final = (
    ("met", N_("met"), "good"),
    ("late", N_("late"), "late"),
    ("overdue", N_("overdue"), "bad"),
    ("running", N_("running"), "c2"),
)
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


def age_name(key: str) -> str:
    """Returns a class of ages in days, of which `key` is `FIRST-LAST` or, without an upper end, `FIRST-`."""
    first, _dash, last = key.partition("-")
    if last:
        return _("{first} to {last} days").format(first=first, last=last)
    return _("{first} days and more").format(first=first)


class Charts:
    """The charts in the current language."""

    def __init__(self, content: DashboardContent, rules: Rulebook) -> None:
        self.content = content
        self.policy = rules.policy

    def figures(self) -> Iterator[str]:
        """Yields every chart as a figure of HTML."""
        yield from (self._overdue(), self._verdicts(), self._months())
        yield from (self._ages(), self._pareto(), self._marks())

    def _overdue(self) -> str:
        late = [step for step in self.content.steps if step.overdue]
        total = sum(step.overdue for step in late)
        said = ngettext(
            "{count} clock is overdue, by step.", "{count} clocks are overdue, by step.", total
        ).format(count=total)
        caption = chart_caption("overdue", _("Overdue by step"), said)
        marks = [
            Mark(
                label=step_name(self.policy, step.step, ""),
                value=step.overdue,
                text=f"{step.overdue:,}",
                tone="bad",
            )
            for step in sorted(late, key=lambda step: -step.overdue)
        ]
        if not marks:
            return empty_figure(caption, _("No step is overdue."))
        rows = [(mark.label, mark.text) for mark in marks]
        return chart_figure(caption, bar_chart(caption, marks), (_("step"), _("overdue")), rows)

    def _verdicts(self) -> str:
        caption = chart_caption(
            "verdicts",
            _("Steps in time, late, overdue and running"),
            _("For each step of the policy the number of its clocks in each state."),
        )
        steps = [step for step in self.content.steps if step.met + step.late + step.running + step.overdue]
        if not steps:
            return empty_figure(caption, _("No step has a limit yet."))
        rows = []
        for step in steps:
            parts = [
                Mark(label=_(label), value=getattr(step, key), text=f"{getattr(step, key):,}", tone=tone)
                for key, label, tone in STATES
            ]
            judged = step.met + step.late + step.overdue
            rows.append(
                Row(
                    label=step_name(self.policy, step.step, ""),
                    parts=parts,
                    text=percent_text(step.met, judged),
                )
            )
        picture = stacked_chart(caption, rows, legend=[(_(label), tone) for _key, label, tone in STATES])
        heads = (_("step"), *(_(label) for _key, label, _tone in STATES), _("share in time"))
        return chart_figure(
            caption,
            picture,
            heads,
            [(row.label, *(part.text for part in row.parts), row.text) for row in rows],
        )

    def _months(self) -> str:
        caption = chart_caption(
            "months",
            _("Steps in time, by month"),
            _("For each month the share of the steps taken in it that were in time."),
        )
        marks = [
            Mark(
                label=month.month,
                value=month.met / month.of if month.of else None,
                text=share_text(month.met, month.of),
            )
            for month in self.content.months
        ]
        if not any(month.of for month in self.content.months):
            return empty_figure(caption, _("No step with a limit was taken yet."))
        rows = [
            (month.month, f"{month.met:,}", f"{month.of:,}", percent_text(month.met, month.of))
            for month in self.content.months
        ]
        heads = (_("month"), _("met"), _("met or late"), _("share in time"))
        return chart_figure(caption, share_chart(caption, marks), heads, rows)

    def _ages(self) -> str:
        caption = chart_caption(
            "ages",
            _("Age of the open cases"),
            _("The number of open cases by the time since they were received."),
        )
        total = sum(age.count for age in self.content.ages)
        marks = [
            Mark(label=age_name(age.key), value=age.count, text=f"{age.count:,}") for age in self.content.ages
        ]
        if not total:
            return empty_figure(caption, _("No case is open."))
        rows = [
            (mark.label, mark.text, percent_text(age.count, total))
            for mark, age in zip(marks, self.content.ages, strict=True)
        ]
        return chart_figure(caption, bar_chart(caption, marks), (_("age"), _("cases"), _("share")), rows)

    def _pareto(self) -> str:
        table = self.content.pareto
        field = labels.column_heading(self.policy, table.field)
        vital = sum(row.is_vital for row in table.rows)
        said = ngettext(
            "{vital} value makes four fifths of {count} cases.",
            "{vital} values make four fifths of {count} cases.",
            vital,
        ).format(vital=vital, count=f"{table.of:,}")
        if table.unknown:
            said += " " + _("{count} cases have no value and are left out.").format(
                count=f"{table.unknown:,}"
            )
        caption = chart_caption("pareto", _("Most frequent: {field}").format(field=field), said)
        if not table.rows:
            return empty_figure(caption, _("No case has a value."))
        rows = [
            ParetoRow(
                mark=Mark(
                    label=_("all others") if row.is_rest else value_name(self.policy, table.field, row.key),
                    value=row.count,
                    text=f"{row.count:,}",
                    tone="c1" if row.is_vital else "c2",
                    note=_("together {share}").format(share=f"{100 * row.cumulative:.0f} %"),
                ),
                cumulative=row.cumulative,
            )
            for row in table.rows
        ]
        heads = (field, _("cases"), _("share"), _("cumulative share"), _("vital few"))
        cells = [
            (
                row.mark.label,
                row.mark.text,
                percent_text(counted.count, table.of),
                f"{100 * row.cumulative:.0f} %",
                _("yes") if counted.is_vital else "",
            )
            for row, counted in zip(rows, table.rows, strict=True)
        ]
        return chart_figure(caption, pareto_chart(caption, rows, VITAL_SHARE), heads, cells, note=said)

    def _marks(self) -> str:
        found = self.content.satisfaction
        count = sum(mark.count for mark in found.marks)
        said = _("{count} customers gave a score from 1 (bad) to 5 (good).").format(count=count)
        if found.asked:
            said += " " + _("Of {asked} asked in a survey, {share} answered.").format(
                asked=found.asked, share=percent_text(found.answered, found.asked)
            )
        caption = chart_caption("marks", _("Satisfaction"), said)
        if not count:
            return empty_figure(caption, _("No customer gave a score yet."))
        marks = [
            Mark(label=mark.key, value=mark.count, text=f"{mark.count:,}", tone=_MARK_TONES[mark.key])
            for mark in found.marks
        ]
        rows = [(mark.key, f"{mark.count:,}", percent_text(mark.count, count)) for mark in found.marks]
        heads = (_("score"), _("customers"), _("share"))
        return chart_figure(caption, bar_chart(caption, marks), heads, rows, note=said)


def chart_caption(key: str, title: str, description: str) -> Caption:
    """Returns a caption whose id is unique on a page that has every chart in each language."""
    return Caption(chart_id=f"{key}-{current_language()}", title=title, description=description)
