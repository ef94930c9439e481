"""The page's own words, which its script replaces when the reader chooses the other language."""

import contextlib
from collections.abc import Iterator

from complaintctl.render.text import language
from complaintctl.render.text.language import LANGUAGES, Language, _

# As a reader of each language writes it; not translated.
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}


@contextlib.contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Translate into this language within the block."""
    before = language.current_language()
    language.set_language(chosen)
    try:
        yield
    finally:
        language.set_language(before)


def page_words() -> dict[str, str]:
    """Returns the words of the controls and of the case table, by key, in the current language."""
    return {
        "skip": _("To the table of cases"),
        "nav": _("Pages of the site"),
        "nav-index": _("Overview"),
        "nav-dashboard": _("Dashboard"),
        "nav-lessons": _("Lessons"),
        "nav-policy": _("Policy"),
        "tools": _("Language and theme"),
        "dark": _("Dark"),
        "cases": _("Cases"),
        "table": _("Table of cases"),
        "search": _("Search"),
        "search-hint": _("id, class, owner …"),
        "filters": _("Search and filter"),
        "all": _("all"),
        "none": _("(none)"),
        "overdue": _("overdue"),
        "reset": _("Clear all"),
        "previous": _("Previous"),
        "next": _("Next"),
        "pages": _("Pages of the table"),
        "count-one": _("{count} of {all} case"),
        "count": _("{count} of {all} cases"),
        "range": _("{first} to {last} of {count}"),
        "no-case": _("No case matches."),
        "late": _("OVERDUE"),
        "too-old": _(
            "This browser is too old to unpack the table; the open cases below are all it can show."
        ),
    }


def words_by_language() -> dict[Language, dict[str, str]]:
    """Returns the words in every language."""
    found: dict[Language, dict[str, str]] = {}
    for name in LANGUAGES:
        with speaking(name):
            found[name] = page_words()
    return found
