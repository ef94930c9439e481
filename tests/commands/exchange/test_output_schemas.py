"""The JSON of every command fits its published schema, on the example casebook and on a case that is played on it."""

import json

import pytest

from complaintctl.storage.schemas.output_schema import line_schema, output_commands, output_schema
from tests.casebooks import Result
from tests.commands.exchange.desk_story import COMMANDS, ERASING, FACTS, LINES, command_of, play, story_book
from tests.commands.exchange.published import faults, line_commands

# The case whose merge `resolve` unites is erased by then.
ALL_LINES = [*LINES[:-3], *ERASING, *LINES[-3:]]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Result]]:
    """What every line of the story printed."""
    book = story_book(tmp_path_factory.mktemp("schemas"))
    results: dict[str, list[Result]] = {}
    for line, result in play(book, FACTS, lambda _line: ["--json"], ALL_LINES):
        results.setdefault(line, []).append(result)
    return results


def test_every_command_that_prints_json_has_a_schema_and_is_in_the_story() -> None:
    assert output_commands() == COMMANDS
    assert sorted({command_of(line) for line in ALL_LINES}) == COMMANDS


@pytest.mark.parametrize("line", ALL_LINES)
def test_the_json_of_a_command_fits_its_schema(printed: dict[str, list[Result]], line: str) -> None:
    for result in printed[line]:
        assert result.returncode in {0, 1}, (result.stdout, result.stderr)
        assert faults(output_schema(command_of(line)), json.loads(result.stdout)) == []


def test_every_command_with_lines_of_json_has_a_schema_of_a_line() -> None:
    assert [name for name in output_commands() if line_schema(name) is not None] == line_commands()
