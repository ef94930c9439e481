"""Help pages and usage errors in the current language.

Typer writes them in English, mostly without gettext, and wraps Chinese text as if it were one long word. Its parser
and classes are used unchanged; only their texts are replaced here.
"""

import re
import sys
from collections import UserDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from complaintctl import failure_exits
from complaintctl.render.failures.usage_errors import TYPER_ERRORS, UNKNOWN_USAGE
from complaintctl.render.text.language import N_, _
from complaintctl.render.text.wrapping import definition_lines, screen_width, wrap_text, wrap_to_screen
from complaintctl.surroundings import program_name, whole_name

_WIDEST: Final = 80
# The help texts of Typer's own options, for translation.
_OPTIONS: Final = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)


class Command(TyperCommand):
    """A command with our help page."""

    def get_usage(self, ctx: Any) -> str:
        """The usage line."""
        return _usage(self, ctx)

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return "\n".join(_help_lines(self, ctx))


class Group(TyperGroup):
    """A group of commands with our help page; without a command it prints the help and exits with 2."""

    def get_usage(self, ctx: Any) -> str:
        """The usage line."""
        words = _("[COMMAND [ARGS]...]") if self.invoke_without_command else _("COMMAND [ARGS]...")
        return " ".join([_usage(self, ctx), words])

    def get_help(self, ctx: Any) -> str:
        """The help page, with the commands grouped under the headings of their panels."""
        return "\n".join([*_help_lines(self, ctx), *_commands(self, ctx)])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Returns the typed command; a name of two words (`calendar fill`) takes precedence over its first word.

        The beginning of a name is enough if no other name begins so.
        """
        both = " ".join(args[:2])
        if len(args) > 1 and (command := self.get_command(ctx, both)) is not None:
            return both, command, args[2:]
        return super().resolve_command(ctx, [whole_name(self.list_commands(ctx), args[0]), *args[1:]])

    def command_words(self, ctx: Any) -> Iterator[tuple[str, str, str]]:
        """Yields name, heading and help of each command."""
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            yield name, str(command.rich_help_panel or ""), command.help or ""

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Returns the suggestions without names of two words; their second word is completed as an argument."""
        return [item for item in super().shell_complete(ctx, incomplete) if " " not in str(item.value)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse like Typer; if nothing was typed, print the help to stderr and exit with 2."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            sys.stderr.write(f"{self.get_help(ctx)}\n")
            raise typer.Exit(2)
        return super().parse_args(ctx, args)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A command in the table of a group: its heading in the help (or none), its help, and what loads it."""

    panel: str
    words: str
    load: Callable[[], Any]


class _Commands(UserDict[str, Any]):
    """The commands of a group by name; each is an entry of the table until somebody asks for it."""

    def __getitem__(self, name: str) -> Any:
        """Returns the command, loaded."""
        if isinstance(command := super().__getitem__(name), Entry):
            command = self.data[name] = command.load()
        return command


def lazy_group(entries: Mapping[str, Entry]) -> type[Group]:
    """Returns a class of groups whose commands are loaded when they are typed or completed; the help needs only the table."""

    class LazyGroup(Group):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands = _Commands(entries)

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature of Typer
            return list(self.commands)

        def command_words(self, ctx: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ARG002 - of the other group
            for name, entry in entries.items():
                yield name, _(entry.panel) if entry.panel else "", _(entry.words)

    return LazyGroup


# D-101: Typer parses, the words are ours.
def run_app(application: Any) -> int:
    """Run the app and return the exit code; prints usage errors in the current language."""
    try:
        exit_code = application(prog_name=program_name(), standalone_mode=False)
    except Exception as error:
        # Typer has no public class for its usage errors; they are recognised by their method `format_message`.
        if not hasattr(error, "format_message"):
            raise
        exit_code = int(getattr(error, "exit_code", 2))
        if failure_exits.wants_json(sys.argv[1:]):
            failure_exits.print_error_object(_usage_error_json(error, exit_code))
        sys.stderr.write(wrap_to_screen("\n".join(_error_lines(error)) + "\n"))
        return exit_code
    return exit_code if isinstance(exit_code, int) else 0


def _error_lines(error: Any) -> Iterator[str]:
    context = getattr(error, "ctx", None)
    if context is not None:
        yield context.get_usage()
        yield _help_hint(context)
        yield ""
    yield _problem_line(error)


def _help_hint(context: Any) -> str:
    hint = _("Try '{command} {option}' for help.")
    return hint.format(command=context.command_path, option=context.help_option_names[0])


def _problem_line(error: Any) -> str:
    return _("Error: {problem}").format(problem=translate_usage_error(_typer_message(error)))


def _typer_message(error: Any) -> str:
    return " ".join(error.format_message().splitlines())


def _usage_error_json(error: Any, exit_code: int) -> dict[str, Any]:
    """Returns a usage error as the content of `error`; its facts are the words that Typer names."""
    from complaintctl.render.failures.failure_json import error_json  # noqa: PLC0415 - only where something failed

    key, words = _match_usage_error(_typer_message(error))
    facts = {name: word.strip("'\"") for name, word in words.items()}
    context = getattr(error, "ctx", None)
    hint = _help_hint(context) if context is not None else None
    return error_json(key, exit_code, translate_usage_error(_typer_message(error)), facts, hint)


def _match_usage_error(problem: str) -> tuple[str, dict[str, str]]:
    """Returns the key of an error message of Typer and the words that fill it; the whole text, if it is unknown."""
    for key, template in TYPER_ERRORS.items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template))
        if match := re.fullmatch(pattern, problem, re.DOTALL):
            return key, match.groupdict()
    return UNKNOWN_USAGE, {"problem": problem}


def translate_usage_error(problem: str) -> str:
    """Translate an error message of Typer; returns an unknown message unchanged."""
    key, words = _match_usage_error(problem)
    if key == UNKNOWN_USAGE:
        return problem
    return _(TYPER_ERRORS[key]).format_map(
        {name: translate_usage_error(part) for name, part in words.items()}
    )


def _usage(command: Any, ctx: Any) -> str:
    arguments = (param.metavar for param in command.get_params(ctx) if param.param_type_name == "argument")
    return " ".join([_("Usage: {command}").format(command=ctx.command_path), _("[OPTIONS]"), *arguments])


def _help_lines(command: Any, ctx: Any) -> Iterator[str]:
    columns = min(screen_width(_WIDEST), _WIDEST)
    yield wrap_to_screen(command.get_usage(ctx))
    yield ""
    yield from (f"  {line}" for line in wrap_text(command.help or "", columns - 2))
    for kind, heading in (("argument", _("Arguments:")), ("option", _("Options:"))):
        rows = [
            (_name(param, ctx), _option_help(param, ctx))
            for param in command.get_params(ctx)
            if param.param_type_name == kind and not param.hidden
        ]
        if rows:
            yield from ("", heading, *definition_lines(rows, columns))


def _name(param: Any, ctx: Any) -> str:
    name = str(param.metavar if param.param_type_name == "argument" else param.get_help_record(ctx)[0])
    return name.replace("<int range>", "N")


def _option_help(param: Any, ctx: Any) -> str:
    default = param.get_default(ctx, call=False)
    notes = []
    if param.show_default and default:
        notes.append(_("[default: {value}]").format(value=default))
    if param.required:
        notes.append(_("[required]"))
    return " ".join([_(param.help) if param.help else "", *notes])


def _commands(group: Any, ctx: Any) -> Iterator[str]:
    panels: dict[str, list[tuple[str, str]]] = {}
    for name, panel, words in group.command_words(ctx):
        panels.setdefault(panel or _("Commands"), []).append((name, words))
    columns = min(screen_width(_WIDEST), _WIDEST)
    widest = max((len(name) for rows in panels.values() for name, _help in rows), default=0)
    for panel, rows in panels.items():
        padded = [(f"{name:{widest}}", help_text) for name, help_text in rows]
        yield from ("", _("{panel}:").format(panel=panel), *definition_lines(padded, columns))
