"""Syntax faults in templates: names common mistakes, so that authors can fix them without knowing Jinja."""

import re
from collections.abc import Iterator
from typing import Final

from jinja2 import Environment, TemplateSyntaxError

# With full-width braces, which Chinese input methods produce.
_BRACE: Final = re.compile(r"[{}｛｝]+")
_GAP_SIGNS: Final = re.compile(r"\{\{|\{%|\}\}|%\}")
_CLOSING_SIGNS: Final = {"{{": "}}", "{%": "%}"}
# Jinja's message and our fault key; the group captures the detail.
_SPELLING_FAULTS: Final = (
    (re.compile(r"unexpected char '([^ -~])' at"), "template-sign"),
    (re.compile(r"No filter named '(.+?)'"), "template-filter"),
    (re.compile(r"unknown tag '(.+?)'"), "template-tag"),
    (re.compile(r"Unexpected end of template.* closed is '(.+?)'"), "template-open"),
)


class LooseBraceError(TemplateSyntaxError):
    """A brace outside a gap (`{{ … }}`): an incomplete gap that would be printed literally (D-077)."""


class UnclosedGapError(TemplateSyntaxError):
    """A gap that is not closed before the next one begins or the text ends."""


def check_spelling(environment: Environment, source: str, name: str) -> None:
    """Raise TemplateSyntaxError if the template has a syntax fault, with the line to be fixed."""
    try:
        environment.parse(source, name)
    except TemplateSyntaxError as error:
        for line, signs in _unclosed_gaps(source):
            raise UnclosedGapError(signs, line, name) from error
        raise
    for line, kind, text in environment.lex(source):
        if kind == "data" and (brace := _BRACE.search(text)):
            raise LooseBraceError(brace[0], line + text.count("\n", 0, brace.start()), name)


def _unclosed_gaps(source: str) -> Iterator[tuple[int, str]]:
    """Yields for each unclosed gap its line and the missing closing sign."""
    opening = None
    for sign in _GAP_SIGNS.finditer(source):
        if opening and sign[0] in _CLOSING_SIGNS:
            yield source.count("\n", 0, opening.start()) + 1, _CLOSING_SIGNS[opening[0]]
        opening = sign if sign[0] in _CLOSING_SIGNS else None
    if opening:
        yield source.count("\n", 0, opening.start()) + 1, _CLOSING_SIGNS[opening[0]]


def describe_spelling_fault(error: TemplateSyntaxError) -> tuple[str, str]:
    """Returns the fault key and the detail of a syntax fault."""
    message = str(error.message)
    for exception, key in ((LooseBraceError, "template-brace"), (UnclosedGapError, "template-unclosed")):
        if isinstance(error, exception):
            return key, message
    known_faults = (
        (key, match[1]) for pattern, key in _SPELLING_FAULTS if (match := pattern.search(message))
    )
    return next(known_faults, ("template-spelling", message))
