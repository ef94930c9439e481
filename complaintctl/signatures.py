"""Changing the parameters of a command: Typer reads them from its signature and its annotations."""

import functools
import inspect
from collections.abc import Callable, Collection, Sequence
from typing import Any

Command = Callable[..., int | None]


def option(name: str, annotation: Any, default: object) -> inspect.Parameter:
    """A parameter that Typer makes an option of."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def with_parameters(
    wrapper: Command, function: Command, added: Sequence[inspect.Parameter], without: Collection[str] = ()
) -> Command:
    """Give a wrapper the signature of the command that it calls, with parameters added at the end and some left out."""
    signature = inspect.signature(function)
    kept = [parameter for name, parameter in signature.parameters.items() if name not in without]
    wrapped = functools.wraps(function)(wrapper)
    vars(wrapped)["__signature__"] = signature.replace(parameters=[*kept, *added])
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *added)}
    return wrapped
