"""InvalidInput templates: the usual slips by name, so that whoever edits a text can mend them without knowing Jinja."""

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import Environment, TemplateSyntaxError

# Full-width ones, too: a Chinese keyboard types them.
_BRACE: Final = re.compile(r"[{}｛｝]+")
_GAP_SIGNS: Final = re.compile(r"\{\{|\{%|\}\}|%\}")
_CLOSING_SIGNS: Final = {"{{": "}}", "{%": "%}"}
# What Jinja says of a slip, and what we call it; the group is what it is about.
_SPELLING_FAULTS: Final = (
    (re.compile(r"unexpected char '([^ -~])' at"), "template-sign"),
    (re.compile(r"No filter named '(.+?)'"), "template-filter"),
    (re.compile(r"unknown tag '(.+?)'"), "template-tag"),
    (re.compile(r"Unexpected end of template.* closed is '(.+?)'"), "template-open"),
)


class LooseBraceError(TemplateSyntaxError):
    """A brace outside of every gap: half of one that would be printed as it stands."""


class UnclosedGapError(TemplateSyntaxError):
    """A gap in which the next one begins, or the text ends."""


def check_spelling(surroundings: Environment, source: str, name: str) -> None:
    """Raise TemplateSyntaxError where the template is misspelt, at the place where it would be mended."""
    try:
        surroundings.parse(source, name)
    except TemplateSyntaxError as error:
        for line, signs in _unclosed_gaps(source):
            raise UnclosedGapError(signs, line, name) from error
        raise
    for line, kind, text in surroundings.lex(source):
        if kind == "data" and (found := _BRACE.search(text)):
            raise LooseBraceError(found[0], line + text.count("\n", 0, found.start()), name)


def _unclosed_gaps(source: str) -> Iterator[tuple[int, str]]:
    """The line of each gap in which another begins, and what would have closed it."""
    begun = None
    for found in _GAP_SIGNS.finditer(source):
        if begun and found[0] in _CLOSING_SIGNS:
            yield source.count("\n", 0, begun.start()) + 1, _CLOSING_SIGNS[begun[0]]
        begun = found if found[0] in _CLOSING_SIGNS else None
    if begun:
        yield source.count("\n", 0, begun.start()) + 1, _CLOSING_SIGNS[begun[0]]


def describe_spelling_fault(error: TemplateSyntaxError) -> tuple[str, str]:
    """What kind of slip it is, and what it is about."""
    told = str(error.message)
    for kind, key in ((LooseBraceError, "template-brace"), (UnclosedGapError, "template-unclosed")):
        if isinstance(error, kind):
            return key, told
    named = ((key, found[1]) for pattern, key in _SPELLING_FAULTS if (found := pattern.search(told)))
    return next(named, ("template-spelling", told))
