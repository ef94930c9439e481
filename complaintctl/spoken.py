"""The option --lang of every command."""

import inspect
from typing import Annotated, Any

import typer

from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.signatures import Command, option, with_parameters


def _complete_languages(incomplete: str) -> list[str]:
    return [name for name in language.LANGUAGES if name.startswith(incomplete)]


LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="LANG", help=_("The language: en or zh."), autocompletion=_complete_languages
    ),
]


def with_lang_option(function: Command) -> Command:
    """Add --lang to a command, unless it has an option of that name for something else, such as a letter's language."""
    # D-103
    if "lang" in inspect.signature(function).parameters:
        return function

    def command(*arguments: Any, lang: str | None = None, **values: Any) -> int | None:
        language.use_language(lang)
        return function(*arguments, **values)

    return with_parameters(command, function, [option("lang", LangOption, None)])
