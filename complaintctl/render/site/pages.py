"""The pages of a site: a case, the policy, the lessons, the overview; each readable without a network and a script."""

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from complaintctl.domain.case.case import Event
from complaintctl.domain.case.lessons import Lesson
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.next_step import NextStep
from complaintctl.domain.privacy.public_case import LEFT_OUT
from complaintctl.render.case import cases, events
from complaintctl.render.charts.chart_style import theme_css
from complaintctl.render.charts.frame import SafeHtml, html_element, html_table
from complaintctl.render.dashboard.page import dashboard_title
from complaintctl.render.dashboard.page_words import page_words
from complaintctl.render.dashboard.plain_names import step_name, value_name
from complaintctl.render.policy import policies
from complaintctl.render.text import labels, svg, values
from complaintctl.render.text.language import _, current_language, ngettext
from complaintctl.render.text.page import html_page

INDEX: Final = "index.html"
DASHBOARD: Final = "dashboard.html"
LESSONS: Final = "lessons.html"
POLICY: Final = "policy.html"
CASE_PAGE: Final = "cases/{}.html"
# The addresses of the pages, each with the key of its name in `page_words()`.
NAVIGATION: Final = (
    (INDEX, "nav-index"),
    (DASHBOARD, "nav-dashboard"),
    (LESSONS, "nav-lessons"),
    (POLICY, "nav-policy"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteCounts:
    """What the overview says: how many cases and lessons the site has."""

    as_of: str
    cases: int
    open: int
    lessons: int


def case_page(judged: JudgedCase, awaited: NextStep | None, rules: Rulebook) -> str:
    """Returns the page of a case; without customer data if `judged` is a public case."""
    case, policy = judged.case, rules.policy
    title = case.id if case.title == LEFT_OUT else f"{case.id} {case.title}"
    parts = [f"<h1>{_text(title)}</h1>\n<dl>"]
    if awaited is not None:
        due = values.moment_text(awaited.due, rules.zone) if awaited.due else _("without a limit")
        what = _("{step}, due {due}").format(step=step_name(policy, awaited.step, ""), due=due)
        parts += _pair(_("next"), what)
    for name, text in cases.field_pairs(case, policy, rules.zone):
        parts += _pair(name, text)
    parts += ["</dl>\n", *_clocks(judged, rules), *_history(judged.progress.events, rules)]
    return _page(title, parts, up="../")


def _pair(name: str, text: str) -> Iterator[str]:
    yield f"<dt>{_text(name)}</dt><dd>{_text(text)}</dd>\n"


def _clocks(judged: JudgedCase, rules: Rulebook) -> Iterator[str]:
    rows = [
        (
            labels.clock_label(rules.policy, clock),
            _(labels.STATE_LABELS[clock.state]),
            values.moment_text(clock.due, rules.zone) if clock.due and clock.state != "paused" else "",
            values.moment_text(clock.taken, rules.zone) if clock.taken else "",
            clock.limit.text if clock.limit else "",
        )
        for clock in judged.clocks
    ]
    if rows:
        heads = [_("step"), _("state"), _("due"), _("taken at"), _("limit")]
        yield html_element("h2", _("Clocks"))
        yield from html_table(_("Clocks"), heads, rows)


def _history(history: Sequence[Event], rules: Rulebook) -> Iterator[str]:
    rows = (
        (
            values.moment_text(event.at, rules.zone),
            events.actor_text(event.by, event.recorded_by),
            labels.event_label(rules.policy, event.did),
            events.event_text(event, rules),
        )
        for event in history
    )
    yield html_element("h2", _("History"))
    yield from html_table(_("History"), [_("time"), _("by"), _("what"), _("details")], rows)


def policy_page(rules: Rulebook) -> str:
    """Returns the page of the policy: what it promises, as `policy show` prints it."""
    import markdown_it  # noqa: PLC0415 - only this page needs it

    # Raw HTML in a policy stays text.
    reader = markdown_it.MarkdownIt("commonmark", {"html": False}).enable("table")
    body = str(reader.render(policies.policy_text(rules.policy, "md")))
    return _page(
        _("Policy"),
        [
            body.replace("<table>", '<div class="wide" tabindex="0"><table>').replace(
                "</table>", "</table></div>"
            )
        ],
        up="",
    )


def lessons_page(lessons: Iterable[Lesson], rules: Rulebook, *, with_texts: bool, with_titles: bool) -> str:
    """Returns the page of the lessons, the case closed last first; without their texts unless asked for."""
    policy = rules.policy
    heads = [_("case"), _("closed"), _("mark"), _("class"), _("cause"), _("model")]
    heads += [*([_("title")] if with_titles else []), *([_("lesson")] if with_texts else [])]
    rows = [
        [
            SafeHtml(
                f'<a href="{html.escape(CASE_PAGE.format(lesson.case.id))}">{html.escape(lesson.case.id)}</a>'
            ),
            values.moment_text(lesson.closed, rules.zone)[: len("2026-11-21")],
            value_name(policy, "lesson_mark", lesson.case.lesson_mark or ""),
            value_name(policy, "category", lesson.case.category or ""),
            value_name(policy, "cause.class", (lesson.case.cause and lesson.case.cause.class_) or ""),
            (lesson.case.product and lesson.case.product.model) or "",
            *([lesson.case.title] if with_titles else []),
            *([lesson.case.lesson or ""] if with_texts else []),
        ]
        for lesson in lessons
    ]
    parts = [html_element("h1", _("Lessons"))]
    if not with_texts:
        parts.append(html_element("p", _("The texts are left out; --with-lessons adds them."), "soft"))
    parts += (
        html_table(_("Lessons"), heads, rows)
        if rows
        else [html_element("p", _("No closed case has a lesson yet."))]
    )
    return _page(_("Lessons"), parts, up="")


def index_page(counts: SiteCounts, rules: Rulebook) -> str:
    """Returns the overview: what the site has, and as of when."""
    title = dashboard_title(rules)
    entries = [
        (DASHBOARD, _("Dashboard"), _("figures, charts, and a table of all cases to search")),
        (
            LESSONS,
            _("Lessons"),
            ngettext("{count} lesson", "{count} lessons", counts.lessons).format(count=f"{counts.lessons:,}"),
        ),
        (POLICY, _("Policy"), _("steps, limits and rules")),
    ]
    total = ngettext("{count} case", "{count} cases", counts.cases).format(count=f"{counts.cases:,}")
    said = _("As of {as_of}: {cases}, {open} of them open.").format(
        as_of=counts.as_of, cases=total, open=f"{counts.open:,}"
    )
    links = "".join(
        f'<li><a href="{address}">{_text(name)}</a>: {_text(words)}</li>\n'
        for address, name, words in entries
    )
    return _page(title, [f"<h1>{_text(title)}</h1>\n<p>{_text(said)}</p>\n<ul>\n{links}</ul>\n"], up="")


def _page(title: str, parts: Iterable[str], *, up: str) -> str:
    """Returns a page with links to the others; `up` leads from its folder to that of the site."""
    words = page_words()
    links = "".join(f'<a href="{up}{address}">{_text(words[key])}</a>\n' for address, key in NAVIGATION)
    body = f'<header><nav aria-label="{_text(words["nav"])}">\n{links}</nav></header>\n<main>\n{"".join(parts)}</main>\n'
    return html_page(language=current_language(), title=svg.clean_xml_text(title), style=_style(), body=body)


@cache
def _style() -> str:
    return theme_css() + Path(__file__).with_name("site.css").read_text(encoding="utf-8")


def _text(text: str) -> str:
    return html.escape("\n".join(map(svg.clean_xml_text, text.split("\n"))))
