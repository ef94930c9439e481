"""The application of the command line: each command is loaded when it is typed, with one error handler for all of them."""

import contextlib
import functools
import gc
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final, NoReturn

from complaintctl import __version__, failure_exits, surroundings
from complaintctl.command_table import COMMANDS, GROUPS, WITH_SUBCOMMANDS
from complaintctl.errors import Failure, InvalidInput
from complaintctl.render.text import bars, colours, language, wrapping
from complaintctl.render.text.language import _

# The collector's default looks at all new objects every 700 of them; a command that reads many cases has few cycles.
_OBJECTS_BETWEEN_COLLECTIONS: Final = 20_000


def main() -> None:
    """Run the command that was typed, in its surroundings."""
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
        from complaintctl import usage  # noqa: PLC0415 - it imports typer

        with error_boundary():
            code = usage.run_app(_built_command(language.current_language()))
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(failure_exits.EXIT_DECLINED)


@functools.cache
def _built_command(_help_language: language.Language) -> Any:
    """Returns what parses the words: made once in a process for each language, since it keeps no state."""
    import typer  # noqa: PLC0415 - see build_app

    return typer.main.get_command(build_app())


def build_app() -> Any:
    """Returns the Typer app; it loads a command when somebody asks for it."""
    import typer  # noqa: PLC0415 - after the language is chosen, since help texts are made on import

    from complaintctl import spoken, usage  # noqa: PLC0415 - same

    entries = {
        name: usage.Entry(panel=panel, words=words, load=functools.partial(build, name, module, words))
        for table, build in ((COMMANDS, _build_command), (GROUPS, _build_group))
        for name, module, panel, words in table
    }
    app = typer.Typer(
        name="complaintctl",
        cls=usage.lazy_group(entries),
        help=_("Complaints as files, promises as policy, git as the audit trail."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_global_options(typer, spoken))
    return app


def _build_command(name: str, module: str, words: str) -> Any:
    """Returns a command, or a command with sub-commands."""
    import typer  # noqa: PLC0415 - see build_app

    from complaintctl import usage  # noqa: PLC0415 - same

    if name in WITH_SUBCOMMANDS:
        return _build_open_group(module, words)
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, cls=usage.Command, help=_(words))(_load_command(module))
    return typer.main.get_command(single)


def _load_command(module: str) -> Callable[..., None]:
    """Returns the function of a command, with --lang and the error boundary."""
    from complaintctl import spoken  # noqa: PLC0415 - see build_app
    from complaintctl.commands.input.csv_option import with_csv_option  # noqa: PLC0415 - same

    function = getattr(importlib.import_module(f"complaintctl.commands.{module}"), module.rpartition(".")[2])
    return with_error_boundary(spoken.with_lang_option(with_csv_option(function)))


def _build_open_group(module: str, words: str) -> Any:
    """Returns a command that also has sub-commands, such as `report`; they are loaded when needed."""
    import typer  # noqa: PLC0415 - see build_app

    from complaintctl import usage  # noqa: PLC0415 - same

    folder = module.rpartition(".")[0]
    table = importlib.import_module(f"complaintctl.commands.{folder}.subcommands").COMMANDS
    entries = {
        name: usage.Entry(
            panel="", words=text, load=functools.partial(_build_command, name, f"{folder}.{submodule}", text)
        )
        for name, submodule, text in table
    }
    group = typer.Typer(
        cls=usage.lazy_group(entries),
        invoke_without_command=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    group.callback(help=_(words))(_unless_subcommand(_load_command(module)))
    return typer.main.get_command(group)


def _unless_subcommand(function: Callable[..., None]) -> Callable[..., None]:
    """Wrap a command so that it does nothing if a sub-command was typed; options before that are an error."""

    @functools.wraps(function)
    def run_alone(ctx: Any, **options: Any) -> None:
        if ctx.invoked_subcommand is None:
            function(ctx=ctx, **options)
        given = [name for name in options if ctx.get_parameter_source(name).name == "COMMANDLINE"]
        with error_boundary():
            language.use_language(options.get("lang"))
            for param in ctx.command.params:
                if param.name in given and param.name != "lang":
                    raise InvalidInput(
                        "option-before-subcommand", option=param.opts[0], command=ctx.invoked_subcommand
                    )

    return run_alone


def _build_group(name: str, module: str, words: str) -> Any:
    """Returns a group of commands, such as `policy`."""
    import typer  # noqa: PLC0415 - see build_app

    from complaintctl import spoken, usage  # noqa: PLC0415 - same
    from complaintctl.commands.input.csv_option import with_csv_option  # noqa: PLC0415 - same

    def use_language(lang: spoken.LangOption = None) -> None:
        with error_boundary():
            language.use_language(lang)

    group = typer.Typer(
        name=name,
        cls=usage.Group,
        help=_(words),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    group.callback(help=_(words))(use_language)
    for command, function, help_text in importlib.import_module(f"complaintctl.commands.{module}").COMMANDS:
        group.command(command, cls=usage.Command, help=_(help_text))(
            with_error_boundary(spoken.with_lang_option(with_csv_option(function)))
        )
    return typer.main.get_command(group)


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
        with error_boundary():
            language.use_language(lang)

    options.__doc__ = None
    return options


@contextlib.contextmanager
def error_boundary() -> Iterator[None]:
    """Convert exceptions to a message on stderr and an exit code, without a traceback."""
    import typer  # noqa: PLC0415 - see build_app

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


def with_error_boundary(function: Callable[..., int | None]) -> Callable[..., None]:
    """Wrap a command so that it handles errors and exits with the code that the command returns."""

    @functools.wraps(function)
    def bounded(*arguments: Any, **options: Any) -> None:
        with error_boundary():
            code = function(*arguments, **options)
        sys.exit(code or 0)

    return bounded


def _end_quietly() -> NoReturn:
    """The reader of our output went away: nothing is wrong."""
    surroundings.discard_output(sys.stdout)
    sys.exit(0)
