"""The page docs/templates.md lists exactly the names that a template sees."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.policy.policy import CustomField
from complaintctl.domain.policy_check import examples
from complaintctl.render.documents import template_context
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.storage.documents.worker_filters import make_filters
from complaintctl.storage.documents.worker_guard import ALLOWED_FILTERS, ALLOWED_TESTS, GuardedEnvironment
from tests.domain.building import a_book

PAGE = Path(__file__).resolve().parents[3] / "docs" / "templates.md"
ROW = re.compile(r"^\| (`[^|]*`) \|([^|]*)\|", re.MULTILINE)
QUOTED = re.compile(r"`([^`]+)`")


def told() -> set[str]:
    """Returns each name on the page, with its parts."""
    section = PAGE.read_text(encoding="utf-8").partition("## Names")[2].partition("## Filters")[0]
    return {
        f"{name}.{part}" if part else name
        for names, parts in ROW.findall(section)
        for name in QUOTED.findall(names)
        for part in QUOTED.findall(parts) or [""]
    }


def names(path: str, value: Any) -> Iterator[str]:
    """Yields each name in the context; for a list, the names in its first entry."""
    if isinstance(value, list):
        value = value[0]
    if not isinstance(value, dict) or "$text" in value or "$absent" in value:
        yield path
        return
    for name, inner in value.items():
        yield from names(f"{path}.{name}", inner)


def test_the_page_names_everything_that_a_template_sees() -> None:
    book = a_book(fields={"NAME": CustomField()})
    received = datetime(2026, 3, 2, 9, tzinfo=book.zone)
    later = received + timedelta(days=30)
    judged = deadlines.judge_case(examples.full_example(book.policy, received, later), book, later)
    context = template_context.template_context(
        DocumentInput(judged=judged, rules=book, by="li.wei", text="t")
    )
    there = {name for top, value in context.items() if top[0] != "$" for name in names(top, value)}
    assert there == told()


def test_the_page_names_every_filter_and_test() -> None:
    page = PAGE.read_text(encoding="utf-8")
    own = make_filters({}, lambda: GuardedEnvironment({}, str))
    section = page.partition("## Filters")[2]
    assert {name for name in (*ALLOWED_FILTERS, *own) if f"`{name}" not in section} == set()
    assert {name for name in ALLOWED_TESTS if f"`{name}`" not in section} == set()
