"""The pages of an evidence pack: how to check it, in both languages, and the timeline of the case."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markdown_it import MarkdownIt

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.render.case import events
from complaintctl.render.text import labels, tables, terminal_safety, values
from complaintctl.render.text.language import _, current_language
from complaintctl.render.text.page import html_page

_STYLE: Final = """\
body { font: 10.5pt/1.55 "Noto Sans", "Segoe UI", "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC",
  sans-serif; color: #1a1a1a; background: #fff; max-width: 60em; margin: 2em auto; padding: 0 1.5em;
  overflow-wrap: anywhere; }
h1 { font-size: 1.4em; line-height: 1.3; } h2 { font-size: 1.1em; margin-top: 1.8em; }
pre { background: #f4f4f4; padding: 0.7em 0.9em; overflow-x: auto; } section + section { border-top: 1px solid #999; }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #b5b5b5; padding: 0.25em 0.55em;
  text-align: left; vertical-align: top; } th { background: #f0f0f0; }
"""
_HASH_LENGTH: Final = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineRow:
    """An event with the commit that records it (author, time, subject), or one of them alone."""

    event: Event | None
    commit: str
    author: str
    committed: datetime | None
    subject: str


def check_page(texts: Mapping[str, str], title: str) -> str:
    """Returns the page that explains how to check the pack, with one section for each language, in this order."""
    markdown = MarkdownIt("commonmark", {"html": False})
    sections = (
        f'<section lang="{lang}">\n{markdown.render(text)}</section>\n' for lang, text in texts.items()
    )
    return html_page(language=next(iter(texts)), title=title, style=_STYLE, body="".join(sections))


def timeline_columns() -> dict[str, str]:
    """Returns the headings of the timeline by key."""
    return {
        "at": _("when"),
        "by": _("who"),
        "did": _("did"),
        "what": _("what"),
        "event": _("event"),
        "commit": _("commit"),
        "committed": _("commit time"),
    }


def timeline_text(case: Case, title: str, rows: Sequence[TimelineRow], rules: Rulebook) -> str:
    """Returns the timeline as a text: a heading and a table."""
    table = tables.format_rows(timeline_columns(), [_cells(row, rules) for row in rows], "table")
    return terminal_safety.replace_controls(f"{case.id} {title}\n\n{table}")


def timeline_html(case: Case, title: str, rows: Sequence[TimelineRow], rules: Rulebook) -> str:
    """Returns the timeline as a page."""
    columns = timeline_columns()
    head = "".join(f"<th>{html.escape(name)}</th>" for name in columns.values())
    lines = (
        "<tr>" + "".join(f"<td>{html.escape(cells[name] or '')}</td>" for name in columns) + "</tr>\n"
        for cells in (_cells(row, rules) for row in rows)
    )
    heading = html.escape(f"{case.id} {title}".strip())
    body = f"<h1>{heading}</h1>\n<table>\n<tr>{head}</tr>\n{''.join(lines)}</table>\n"
    page = html_page(language=current_language(), title=case.id, style=_STYLE, body=body)
    return terminal_safety.replace_controls(page)


def _cells(row: TimelineRow, rules: Rulebook) -> dict[str, str | None]:
    event = row.event
    return {
        "at": values.moment_text(event.at, rules.zone) if event else None,
        "by": events.actor_text(event.by, event.recorded_by) if event else row.author,
        "did": labels.event_label(rules.policy, event.did if event else "commit"),
        "what": events.event_text(event, rules) if event else row.subject,
        "event": event.id if event else None,
        "commit": row.commit[:_HASH_LENGTH],
        "committed": values.moment_text(row.committed, rules.zone) if row.committed else None,
    }
