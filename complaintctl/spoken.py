"""The option --lang of every command, and --keys of those that show cases."""

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

KeysOption = Annotated[
    bool,
    typer.Option(
        "--keys",
        help=_("Show the keys beside the labels, as English always does (also: COMPLAINTCTL_KEYS=1)."),
        show_default=False,
    ),
]


def with_lang_option(function: Command) -> Command:
    """Add --lang to a command, unless it has an option of that name for something else, such as a letter's language.

    A command that shows cases also gets --keys.
    """
    # D-103
    known = inspect.signature(function).parameters
    if "lang" in known:
        return function

    def command(*arguments: Any, lang: str | None = None, keys: bool = False, **values: Any) -> int | None:
        language.use_language(lang)
        if keys:
            language.show_keys(wanted=True)
        return function(*arguments, **values)

    shows_cases = "as_of" in known or function.__name__ == "log"
    added = [option("keys", KeysOption, default=False)] if shows_cases else []
    return with_parameters(command, function, [*added, option("lang", LangOption, None)])
