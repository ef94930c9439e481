"""The option --lang: every command takes it, wherever on the line it is typed; loaded once the language is chosen."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.surroundings import exit_with_message


def _complete_languages(incomplete: str) -> list[str]:
    return [one for one in language.LANGUAGES if one.startswith(incomplete)]


LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="LANG", help=_("The language: en or zh."), autocompletion=_complete_languages
    ),
]


def apply_lang_option(lang: str | None) -> None:
    """Speak the language that was typed; end the program where there is none of that name."""
    found = language.parse_language(lang)
    if found is not None:
        language.set_language(found)
    elif lang is not None:
        exit_with_message(_("Unknown language {lang}. Available: en, zh.").format(lang=lang), 2)


def run_group_callback(lang: LangOption = None) -> None:
    """What a group of commands does before one of them."""
    apply_lang_option(lang)


def with_lang_option(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """The command with --lang; one that has it already means something else by it, and stays as it is."""
    signature = inspect.signature(function)
    if "lang" in signature.parameters:
        return function

    @functools.wraps(function)
    def spoken(*arguments: Any, lang: str | None = None, **options: Any) -> int | None:
        apply_lang_option(lang)
        return function(*arguments, **options)

    own = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=LangOption)
    # Typer reads both.
    vars(spoken)["__signature__"] = signature.replace(parameters=[*signature.parameters.values(), own])
    spoken.__annotations__ = {**function.__annotations__, "lang": LangOption}
    return spoken
