"""The dashboard as one self-contained page: both languages, light and dark, no network."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from complaintctl.domain.dashboard.dashboard import DashboardContent
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.render.charts.chart_style import chart_css
from complaintctl.render.dashboard import case_table
from complaintctl.render.dashboard.page_words import LANGUAGE_NAMES, page_words, speaking, words_by_language
from complaintctl.render.dashboard.sections import Sections, terms_html
from complaintctl.render.text.language import LANGUAGES, Language, _, current_language, ngettext

_FOLDER: Final = Path(__file__).parent
_FILTERS: Final = ("status", "level", "category", "owner", "department", "step")


@dataclass(frozen=True, kw_only=True, slots=True)
class PageOptions:
    """How a dashboard is made: with titles and customers' names or without, and with links or without.

    `case_link` is the address of a case's page with `{}` for its id, "" for no link. `navigation` has the addresses of
    other pages, each with the key of its name in `page_words()`.
    """

    with_customers: bool
    case_link: str
    navigation: tuple[tuple[str, str], ...]


def dashboard_title(rules: Rulebook) -> str:
    """Returns the title of the page in the current language."""
    return _("Complaints: {policy}").format(policy=policy_name(rules))


def policy_name(rules: Rulebook) -> str:
    """Returns the label of the policy in the current language, else its name."""
    return rules.policy.label.get(current_language()) or rules.policy.name


def dashboard_html(content: DashboardContent, rules: Rulebook, options: PageOptions) -> str:
    """Returns the page in the current language, with a switch to the other one.

    Without JavaScript it has all figures and the most urgent open cases. The page loads nothing: its policy allows
    this one script and this one style, by their hashes.
    """
    columns = case_table.table_columns(with_customers=options.with_customers)
    style, script = chart_css() + _file_text("page.css"), _file_text("page.js")
    headings = case_table.column_headings(columns, rules)
    filters = [name for name in _FILTERS if any(getattr(row, name) for row in content.cases)]
    page: str = _template().render(
        lang=current_language(),
        allowed=content_policy(style, script),
        title=dashboard_title(rules),
        style=_markup(style),
        navigation=options.navigation,
        words=page_words(),
        languages=[(name, LANGUAGE_NAMES[name]) for name in LANGUAGES],
        bodies=list(_bodies(content, rules, options.case_link)),
        filters=[(name, headings[name]) for name in filters],
        headings=[(name, headings[name]) for name in columns],
        note=_note(content),
        rows=_markup("".join(case_table.open_rows(content.cases, rules, columns, options.case_link))),
        catalogue=_markup(_catalogue(rules, columns, options.case_link)),
        packed=_markup(case_table.packed_cases(content.cases, rules, columns)),
        script=_markup(script),
    )
    return page + "\n"


def _bodies(content: DashboardContent, rules: Rulebook, link: str) -> Iterator[dict[str, Any]]:
    for name in LANGUAGES:
        with speaking(name):
            title = dashboard_title(rules)
            body = Sections(content, rules, link).body(title)
            yield {"lang": name, "title": title, "html": _markup(body), "terms": _markup(terms_html())}


def _note(content: DashboardContent) -> str:
    """Returns what a reader without JavaScript sees of the table."""
    count = sum(row.status != "closed" for row in content.cases)
    shown = min(count, case_table.MOST_OPEN_ROWS)
    sentence = ngettext(
        "{shown} of {count} open case, the most urgent first. JavaScript adds closed cases, search and filters.",
        "{shown} of {count} open cases, the most urgent first. JavaScript adds closed cases, search and filters.",
        count,
    )
    return sentence.format(shown=shown, count=count)


def _catalogue(rules: Rulebook, columns: Sequence[str], link: str) -> str:
    """Returns what the script needs to know, as JSON that cannot end its element."""
    headings: dict[Language, dict[str, str]] = {}
    for name in LANGUAGES:
        with speaking(name):
            headings[name] = case_table.column_headings(columns, rules)
    known = {
        "languages": LANGUAGES,
        "words": words_by_language(),
        "headings": headings,
        "columns": columns,
        "times": [name for name in columns if name in {"received", "due"}],
        "link": link,
    }
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def content_policy(style: str, script: str) -> str:
    """Returns a Content-Security-Policy that allows these two texts and the empty icon; "" allows no script."""
    allowed = f"script-src {_hash_source(script)}; " if script else ""
    rest = "img-src data:; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; {allowed}style-src {_hash_source(style)}; {rest}"


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _file_text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    import jinja2  # noqa: PLC0415 - only this page needs it

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=False
    )
    return environment.from_string(_file_text("page.html.j2"))


def _markup(text: str) -> Any:
    from markupsafe import Markup  # noqa: PLC0415 - a part of jinja2

    return Markup(text)  # noqa: S704 - its parts are escaped where they are made
