"""The command line: the table of commands, and one error handler for all of them."""

import contextlib
import functools
import gc
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Final, NoReturn

from complaintctl import __version__, failure_exits, surroundings
from complaintctl.command_table import COMMANDS, GROUPS, WITH_SUBCOMMANDS
from complaintctl.errors import Failure, InvalidInput
from complaintctl.render.text import bars, colours, language, wrapping
from complaintctl.render.text.language import _

# The collector's default looks at all new objects every 700 of them; a command that reads many cases has few cycles.
_OBJECTS_BETWEEN_COLLECTIONS: Final = 20_000


def main() -> None:
    """Entry point of the console script."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        surroundings.use_utf8_streams()
        arguments = surroundings.command_line_words()
        language.set_language(surroundings.detect_language(arguments))
        language.show_keys(wanted=bool(os.environ.get("COMPLAINTCTL_KEYS")))
        colours.set_colours(on=surroundings.wants_colours())
        wrapping.set_screen_width(surroundings.terminal_width())
        bars.set_bar_signs(surroundings.bar_signs())
        if not surroundings.is_utf8_text(arguments):
            failure_exits.exit_with_bad_encoding()
        application = _built_command(_typed_command(arguments), language.current_language())
        from complaintctl import usage  # noqa: PLC0415 - it imports typer

        with _error_boundary():
            code = usage.run_app(application)
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(failure_exits.EXIT_DECLINED)


def _typed_command(arguments: Sequence[str]) -> str | None:
    """Returns the typed command, so that only its module is loaded; None loads all (for help), "" none (--version)."""
    names = {name for name, *_rest in (*COMMANDS, *GROUPS)}
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word == "--version":
            return ""
        elif word in {"-C", "--lang"}:
            skip = True
        elif not word.startswith("-"):
            name = surroundings.whole_name(names, word)
            return name if name in names else None
    return None


@functools.cache
def _built_command(wanted: str | None, _help_language: language.Language) -> Any:
    """Returns what parses the words: made once in a process for each command and language, since it keeps no state."""
    import typer  # noqa: PLC0415 - see _build_app

    return typer.main.get_command(_build_app(wanted))


def _build_app(wanted: str | None) -> Any:
    """Returns the Typer app with the wanted command, or with all commands if `wanted` is None."""
    import typer  # noqa: PLC0415 - after the language is chosen, since help texts are made on import

    from complaintctl import spoken, usage  # noqa: PLC0415 - same

    app = typer.Typer(
        name="complaintctl",
        cls=usage.Group,
        help=_("Complaints as files, promises as policy, git as the audit trail."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_global_options(typer, spoken))
    for name, module, panel, words in COMMANDS:
        if wanted not in {None, name}:
            continue
        if name in WITH_SUBCOMMANDS:
            app.add_typer(_build_open_group(module, words), name=name, rich_help_panel=_(panel))
        else:
            app.command(name, cls=usage.Command, rich_help_panel=_(panel), help=_(words))(
                _load_command(module)
            )
    for name, module, panel, words in GROUPS:
        if wanted in {None, name}:
            app.add_typer(_build_group(module, words), name=name, rich_help_panel=_(panel))
    return app


def _load_command(module: str) -> Callable[..., None]:
    """Returns the function of a command, with --lang and the error boundary."""
    from complaintctl import spoken  # noqa: PLC0415 - see _build_app
    from complaintctl.commands.input.csv_option import with_csv_option  # noqa: PLC0415 - same

    function = getattr(importlib.import_module(f"complaintctl.commands.{module}"), module.rpartition(".")[2])
    return _with_error_boundary(spoken.with_lang_option(with_csv_option(function)))


def _build_open_group(module: str, words: str) -> Any:
    """Returns the Typer app of a command that also has sub-commands, such as `report`; they are loaded when needed."""
    import typer  # noqa: PLC0415 - see _build_app

    from complaintctl import usage  # noqa: PLC0415 - same

    folder = module.rpartition(".")[0]
    table = importlib.import_module(f"complaintctl.commands.{folder}.subcommands").COMMANDS

    def load(name: str, submodule: str, help_text: str) -> Callable[[], Any]:
        def build() -> Any:
            single = typer.Typer(add_completion=False, rich_markup_mode=None)
            function = _load_command(f"{folder}.{submodule}")
            single.command(name, cls=usage.Command, help=_(help_text))(function)
            return typer.main.get_command(single)

        return build

    loaders = {name: load(name, submodule, help_text) for name, submodule, help_text in table}
    group = typer.Typer(cls=usage.lazy_group(loaders), invoke_without_command=True, rich_markup_mode=None)
    group.callback(help=_(words))(_unless_subcommand(_load_command(module)))
    return group


def _unless_subcommand(function: Callable[..., None]) -> Callable[..., None]:
    """Wrap a command so that it does nothing if a sub-command was typed; options before that are an error."""

    @functools.wraps(function)
    def run_alone(ctx: Any, **options: Any) -> None:
        if ctx.invoked_subcommand is None:
            function(ctx=ctx, **options)
        given = [name for name in options if ctx.get_parameter_source(name).name == "COMMANDLINE"]
        with _error_boundary():
            language.use_language(options.get("lang"))
            for param in ctx.command.params:
                if param.name in given and param.name != "lang":
                    raise InvalidInput(
                        "option-before-subcommand", option=param.opts[0], command=ctx.invoked_subcommand
                    )

    return run_alone


def _build_group(module: str, words: str) -> Any:
    """Returns the Typer app of a group of commands, such as `policy`."""
    import typer  # noqa: PLC0415 - see _build_app

    from complaintctl import spoken, usage  # noqa: PLC0415 - same
    from complaintctl.commands.input.csv_option import with_csv_option  # noqa: PLC0415 - same

    def use_language(lang: spoken.LangOption = None) -> None:
        with _error_boundary():
            language.use_language(lang)

    group = typer.Typer(cls=usage.Group, help=_(words), no_args_is_help=True, rich_markup_mode=None)
    group.callback(help=_(words))(use_language)
    for command, function, help_text in importlib.import_module(f"complaintctl.commands.{module}").COMMANDS:
        group.command(command, cls=usage.Command, help=_(help_text))(
            _with_error_boundary(spoken.with_lang_option(with_csv_option(function)))
        )
    return group


def _global_options(typer: Any, spoken: Any) -> Callable[..., None]:
    def print_version(*, wanted: bool) -> None:
        if wanted:
            typer.echo(f"complaintctl {__version__}")
            raise typer.Exit

    def options(
        directory: Annotated[  # noqa: ARG001 - commands/folder.py reads it from the context
            str | None,
            typer.Option(
                "-C",
                metavar="DIR",
                help=_("Work on the casebook in DIR (also: COMPLAINTCTL_DIR)."),
                envvar="COMPLAINTCTL_DIR",
                show_envvar=False,
            ),
        ] = None,
        lang: spoken.LangOption = None,
        _version: Annotated[
            bool,
            typer.Option("--version", help=_("Print the version."), is_eager=True, callback=print_version),
        ] = False,
    ) -> None:
        with _error_boundary():
            language.use_language(lang)

    options.__doc__ = None
    return options


@contextlib.contextmanager
def _error_boundary() -> Iterator[None]:
    """Convert exceptions to a message on stderr and an exit code, without a traceback."""
    import typer  # noqa: PLC0415 - see _build_app

    try:
        yield
        sys.stdout.flush()
    except Failure as error:
        failure_exits.exit_with_failure(error)
    except (KeyboardInterrupt, typer.Abort):
        failure_exits.exit_with_stop()
    except BrokenPipeError:
        _end_quietly()
    except OSError as error:
        failure_exits.exit_with_disk_error(error)
    except (typer.Exit, SystemExit):
        raise
    except Exception as error:  # noqa: BLE001 - the only handler of unexpected errors
        failure_exits.exit_with_bug(error)


def _with_error_boundary(function: Callable[..., int | None]) -> Callable[..., None]:
    """Wrap a command so that it handles errors and exits with the code that the command returns."""

    @functools.wraps(function)
    def bounded(*arguments: Any, **options: Any) -> None:
        with _error_boundary():
            code = function(*arguments, **options)
        sys.exit(code or 0)

    return bounded


def _end_quietly() -> NoReturn:
    """The reader of our output went away: nothing is wrong."""
    surroundings.discard_output(sys.stdout)
    sys.exit(0)
