"""The sections of a dashboard above its table: figures at a glance, today's duties, charts, hot spots, definitions."""

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final
from xml.sax.saxutils import quoteattr

from complaintctl.domain.dashboard.dashboard import DashboardContent, DueStep, FigureIndex, FoundSpot
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.render.charts.frame import SafeHtml, html_element, html_table
from complaintctl.render.charts.line import sparkline
from complaintctl.render.dashboard.chart_sections import Charts, chart_caption, joined_sentences, percent_text
from complaintctl.render.dashboard.plain_names import step_name, value_name
from complaintctl.render.overview.duties import duty_label
from complaintctl.render.reports.measure_terms import MEASURE_TERMS
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import N_, _, ngettext

_MOST_LISTED: Final = 5
_STATES: Final = ("met", "late", "overdue", "running")
_SMALLEST_SHARE: Final = 0.0001
# Tiles and columns with their definitions, those of the report: tooltips and the footnote of the page.
TERMS: Final[Mapping[str, str]] = {
    N_("open cases"): MEASURE_TERMS["flow.backlog"][1],
    N_("overdue cases"): MEASURE_TERMS["cases.overdue"][1],
    N_("waiting for the customer"): N_("Open cases whose clocks are paused until the customer answers."),
    N_("cases received"): MEASURE_TERMS["flow.received"][1],
    N_("cases closed"): MEASURE_TERMS["flow.closed"][1],
    N_("steps in time"): MEASURE_TERMS["punctuality.share_in_time"][1],
    N_("mean score (1 to 5)"): MEASURE_TERMS["satisfaction.mean"][1],
    **{MEASURE_TERMS[f"steps.{key}"][0]: MEASURE_TERMS[f"steps.{key}"][1] for key in _STATES},
    N_("age"): MEASURE_TERMS["ageing.cases"][1],
    N_("vital few"): N_(
        "The most frequent values that together make four fifths of all cases with a known value."
    ),
    N_("expected"): N_("The number of cases that the past of the same value suggests for this week."),
    N_("share of false alarms"): N_(
        "If every finding up to this one is followed, so many of them are chance (q value of Benjamini and Hochberg)."
    ),
}


class Sections:
    """The sections in the current language; `link` is the address of a case's page with `{}` for its id, or ""."""

    def __init__(self, content: DashboardContent, rules: Rulebook, link: str) -> None:
        self.content = content
        self.index = FigureIndex(content.figures)
        self.rules = rules
        self.policy = rules.policy
        self.link = link

    def body(self, title: str) -> str:
        """Returns the heading and all sections."""
        charts = Charts(self.content, self.rules).figures()
        parts = (self._heading(title), self._tiles(), *self._today(), *self._duties())
        return "".join((*parts, '<div class="charts">\n', *charts, "</div>\n", *self._hot_spots()))

    def _heading(self, title: str) -> str:
        as_of = values.moment_text(self.content.figures.as_of, self.rules.zone)
        said = _("As of {as_of} ({zone})").format(as_of=as_of, zone=self.policy.timezone)
        return html_element("h1", title) + html_element("p", said, "soft")

    def _tiles(self) -> str:
        index, content = self.index, self.content
        mean = index.find("satisfaction", "mean", "overall")
        met, judged = (index.count("punctuality", key) for key in ("met", "judged"))
        waiting = sum(row.status == "waiting" for row in content.cases)
        tiles = [
            (_("open cases"), f"{index.count('flow', 'backlog'):,}"),
            (_("overdue cases"), f"{index.count('cases', 'overdue'):,}"),
            (_("waiting for the customer"), f"{waiting:,}"),
            (_("cases received"), f"{index.count('flow', 'received'):,}"),
            (_("cases closed"), f"{index.count('flow', 'closed'):,}"),
            (_("steps in time"), percent_text(met, judged)),
            (_("mean score (1 to 5)"), "–" if mean is None or mean.value is None else f"{mean.value:.1f}"),
        ]
        meanings = {_(term): _(meaning) for term, meaning in TERMS.items()}
        cells = (
            f"<div><dt title={quoteattr(meanings[name])}>{html.escape(name)}</dt><dd>{html.escape(text)}</dd></div>"
            for name, text in tiles
        )
        return f'<dl class="tiles">{"".join(cells)}</dl>\n'

    def _today(self) -> Iterator[str]:
        steps, count = self.content.due_steps, self.content.due_count
        yield html_element("h2", _("To do today"))
        said = ngettext(
            "{count} step is overdue or due by the end of the day.",
            "{count} steps are overdue or due by the end of the day.",
            count,
        ).format(count=f"{count:,}")
        if count > len(steps):
            said = joined_sentences(said, _("The {shown} most urgent ones:").format(shown=len(steps)))
        yield html_element("p", said)
        if steps:
            has_titles = any(step.title for step in steps)
            heads = [_("case"), _("due"), _("left"), _("step"), _("level"), _("owner")]
            rows = (self._due_row(step, has_titles=has_titles) for step in steps)
            yield from html_table(_("To do today"), [*heads, *([_("title")] if has_titles else [])], rows)

    def _due_row(self, step: DueStep, *, has_titles: bool) -> list[str]:
        length = values.duration_text(step.late)
        left = length if step.late <= 0 else _("{length} late").format(length=length)
        return [
            self._case_link(step.case),
            values.moment_text(step.due, self.rules.zone),
            SafeHtml(f'<b class="is-late">{html.escape(left)}</b>') if step.late > 0 else left,
            step_name(self.policy, step.step, step.what),
            value_name(self.policy, "level", step.level) if step.level else "",
            value_name(self.policy, "owner", step.owner) if step.owner else "",
            *([step.title or ""] if has_titles else []),
        ]

    def _case_link(self, case: str) -> str:
        name = html.escape(case)
        link = f'<a class="id" href="{html.escape(self.link.format(case))}">{name}</a>'
        return SafeHtml(link if self.link else f'<span class="id">{name}</span>')

    def _duties(self) -> Iterator[str]:
        if not self.content.duties:
            return
        name = _("Duties of the desk")
        rows = (
            [
                duty_label(duty),
                labels.party_label(self.policy, duty.duty.who) if duty.duty.who else "",
                values.moment_text(duty.due, self.rules.zone) if duty.due else _("never"),
                _("{length} late").format(length=values.duration_text(duty.late))
                if duty.state == "overdue"
                else values.duration_text(duty.late),
            ]
            for duty in self.content.duties
        )
        yield html_element("h3", name)
        yield from html_table(name, [_("duty"), _("who"), _("due"), _("left")], rows)

    def _hot_spots(self) -> Iterator[str]:
        name, findings = _("Hot spots"), self.content.findings
        first, end = (moment.astimezone(self.rules.zone) for moment in self.content.week)
        last = (end - timedelta(days=1)).date()
        yield html_element("h2", name)
        said = _("Values with more cases in the week from {first} to {last} than their own past explains.")
        yield html_element("p", said.format(first=first.date(), last=last), "soft")
        if findings:
            yield from html_table(
                name, _hot_spot_heads(), map(self._hot_spot, range(len(findings)), findings)
            )
        elif findings is None:
            yield html_element("p", _("The past is too short to tell what is unusual."))
        else:
            yield html_element("p", _("None."))

    def _hot_spot(self, index: int, found: FoundSpot) -> list[str]:
        judgement = found.spot.judgement
        more = len(found.cases) - _MOST_LISTED
        cases = ", ".join(map(self._case_link, found.cases[:_MOST_LISTED]))
        rest = html.escape(_(" and {count} more").format(count=f"{more:,}")) if more > 0 else ""
        share = found.spot.false_share
        name = labels.column_heading(self.policy, found.field)
        return [
            _("{what}: {which}").format(what=name, which=value_name(self.policy, found.field, found.value)),
            f"{judgement.count:,}",
            f"{judgement.expected:.1f}",
            SafeHtml(f"<time>{found.since.astimezone(self.rules.zone).date()}</time>"),
            f"{share:.4f}" if share >= _SMALLEST_SHARE else f"< {_SMALLEST_SHARE}",
            _spark(index, found.recent),
            SafeHtml(cases + rest),
        ]


def _hot_spot_heads() -> list[str]:
    return [
        _("what"),
        _("cases"),
        _("expected"),
        _("high since"),
        _("share of false alarms"),
        _("last weeks"),
        _("which"),
    ]


def _spark(index: int, recent: Sequence[int]) -> SafeHtml:
    counts = _(", ").join(map(str, recent))
    title = _("cases a week, the oldest first: {counts}").format(counts=counts)
    return SafeHtml(sparkline(chart_caption(f"spark{index}", title, ""), recent))


def terms_html() -> str:
    """Returns what the words of the page mean, as its footnote."""
    return "".join(_terms())


def _terms() -> Iterator[str]:
    yield html_element("h2", _("What the words mean"))
    yield '<dl class="terms">'
    yield from (
        f"<dt>{html.escape(_(term))}</dt><dd>{html.escape(_(meaning))}</dd>\n"
        for term, meaning in TERMS.items()
    )
    yield "</dl>\n"
