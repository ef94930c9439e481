"""The option --lang: every command takes it, wherever on the line it is typed; loaded once the language is chosen."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.surroundings import end


def _offered(incomplete: str) -> list[str]:
    return [one for one in language.LANGUAGES if one.startswith(incomplete)]


Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="LANG", help=_("The language: en or zh."), autocompletion=_offered),
]


def speak(lang: str | None) -> None:
    """Speak the language that was typed; end the program where there is none of that name."""
    found = language.understood(lang)
    if found is not None:
        language.use(found)
    elif lang is not None:
        end(_("There is no language {lang}. There is: en, zh.").format(lang=lang), 2)


def group(lang: Lang = None) -> None:
    """What a group of commands does before one of them."""
    speak(lang)


def speaking(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """The command with --lang; one that has it already means something else by it, and stays as it is."""
    signature = inspect.signature(function)
    if "lang" in signature.parameters:
        return function

    @functools.wraps(function)
    def spoken(*arguments: Any, lang: str | None = None, **options: Any) -> int | None:
        speak(lang)
        return function(*arguments, **options)

    own = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Lang)
    # Typer reads both.
    vars(spoken)["__signature__"] = signature.replace(parameters=[*signature.parameters.values(), own])
    spoken.__annotations__ = {**function.__annotations__, "lang": Lang}
    return spoken
