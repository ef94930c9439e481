"""Calls of tools: each runs the command line in a process of its own, so rules, locks and time are those of a person's."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio
import jsonschema

import complaintctl
from complaintctl.commands.exchange.assistants import answers
from complaintctl.commands.exchange.assistants.answers import Answer
from complaintctl.commands.exchange.assistants.arguments import CommandLine, command_line
from complaintctl.commands.exchange.assistants.restricted import mask_restricted
from complaintctl.commands.exchange.assistants.tools import Tool, input_schema
from complaintctl.domain.case import vocabulary
from complaintctl.domain.dashboard.public_output import is_public_column, mask_output
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.overview import filters
from complaintctl.domain.policy.policy import Policy
from complaintctl.errors import Broken, Failure, InvalidInput
from complaintctl.render.sentences import sentences
from complaintctl.render.text.language import _, current_language
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.policy import policyfile

# Reading calls that run at the same time: each is a process.
_READERS: Final = 4
# A writing command is not stopped before this many seconds: what it leaves half done waits for the next one.
WRITE_SECONDS: Final = 300
_FIRST_FAILURE: Final = 2
# Not understood, refused, not found: their sentences name what was typed and what the policy says.
_HARMLESS_FAILURES: Final = frozenset({2, 3, 5})
_MOST_LINES: Final = 2  # of the message of a failure
# The package is found where this process found it; the folder of the casebook is no place for modules (-P).
_SCRIPT: Final = "import sys; sys.path.append(sys.argv.pop(1)); from complaintctl.cli import main; main()"
_PACKAGE: Final = str(Path(complaintctl.__file__).parent.parent)


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What a server works on and may do."""

    casebook: Casebook
    writes: bool
    personal: bool
    seconds: int
    reveal: bool = False


class Turns:
    """Who may run now: one writing call at a time, a few reading ones."""

    def __init__(self) -> None:
        self.writing = anyio.Lock()
        self.reading = anyio.CapacityLimiter(_READERS)


async def call_tool(desk: Desk, tool: Tool, given: Mapping[str, Any], turns: Turns) -> Answer:
    """Returns the answer of a call; writing calls wait for each other and are not interrupted."""
    try:
        if tool.writes and not desk.writes:
            raise InvalidInput("tool-writes", tool=tool.name)
        _check_inputs(desk, tool, given)
        order = command_line(tool, given, reveal=desk.reveal)
        if tool.writes:
            async with turns.writing:
                with anyio.CancelScope(shield=True):
                    run = await _run(desk, order, WRITE_SECONDS)
        else:
            async with turns.reading:
                run = await _run(desk, order, desk.seconds)
        return _answer(desk, tool, given, run)
    except Failure as error:
        return answers.error_answer(
            error.key, sentences.failure_text(error, None), _hint(error.exit_code, error.key)
        )


def _check_inputs(desk: Desk, tool: Tool, given: Mapping[str, Any]) -> None:
    """Raises InvalidInput for inputs that do not fit the schema, or that ask about customers who must stay unseen."""
    schema = input_schema(tool, personal=desk.personal)
    fault = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(dict(given))), None)
    if fault is not None:
        place = ".".join(map(str, fault.absolute_path)) or tool.name
        raise InvalidInput("tool-input", input=place, detail=fault.message[:200])
    if not desk.personal and (policy := _read_policy(desk)) is not None:
        for entry in tool.inputs:
            for text in given.get(entry.name) or () if entry.columns else ():
                _check_public(policy, text, is_condition=entry.name == "where")


def _check_public(policy: Policy, text: str, *, is_condition: bool) -> None:
    names = (
        [filters.split_condition(rulebook.build_rulebook(policy), text)[0]]
        if is_condition
        else [vocabulary.parse_field_name(policy, part) for part in text.split(",")]
    )
    for name in names:
        if not is_public_column(policy, name):
            raise InvalidInput("tool-personal", field=name)


def _read_policy(desk: Desk) -> Policy | None:
    file, _problems = policyfile.read_policy(desk.casebook.policy_path)
    return file.policy if file is not None else None


async def _run(desk: Desk, order: CommandLine, seconds: int) -> subprocess.CompletedProcess[bytes]:
    """Runs a command; a reading one is killed if the call is cancelled. Raises Broken if it takes too long."""
    start = [sys.executable, "-P", "-X", "utf8", "-c", _SCRIPT, _PACKAGE]
    words = [*start, "-C", str(desk.casebook.root), "--lang", current_language(), *order.words]
    # A stack trace may hold customer data.
    hidden = {"COMPLAINTCTL_DEBUG", "COMPLAINTCTL_DIR", "COMPLAINTCTL_KEYS"}
    variables = {name: value for name, value in os.environ.items() if name not in hidden}
    try:
        with anyio.fail_after(seconds):
            return await anyio.run_process(
                words, input=order.stdin.encode(), check=False, env={**variables, "GIT_TERMINAL_PROMPT": "0"}
            )
    except TimeoutError as error:
        raise Broken("tool-time", seconds=seconds) from error


def _answer(
    desk: Desk, tool: Tool, given: Mapping[str, Any], run: subprocess.CompletedProcess[bytes]
) -> Answer:
    output = _printed_json(run.stdout)
    if output is None or "error" in output:
        return _failure(desk, tool, run, output if isinstance(output, dict) else {})
    if not tool.masked:
        output = answers.policy_section(output, given.get("section"))
    left_out = answers.cut_lists(tool, output, given)
    masked = tool.masked and not desk.personal
    if tool.masked:
        policy = _read_policy(desk)
        if policy is None:
            raise Broken("policy-faulty", count=1)
        output = mask_output(policy, output) if masked else mask_restricted(desk.casebook, policy, output)
    return answers.good_answer(
        output,
        left_out,
        int(given.get("offset", 0)),
        complete=run.returncode < _FIRST_FAILURE,
        masked=masked,
    )


def _failure(
    desk: Desk, tool: Tool, run: subprocess.CompletedProcess[bytes], said: Mapping[str, Any]
) -> Answer:
    """Returns the answer for a command that failed: its own key, facts and hint if it printed a failure as JSON."""
    code = run.returncode
    error: Mapping[str, Any] = said.get("error") or {}
    lines = run.stderr.decode(errors="replace").splitlines()[-_MOST_LINES:]
    message, facts = str(error.get("message") or "\n".join(lines)), error.get("facts", {})
    if code not in _HARMLESS_FAILURES and not desk.personal:
        # What is wrong with a file may quote it.
        message = _("{tool} failed: the casebook or a file in it cannot be used.").format(tool=tool.name)
        facts = {}
    key = str(error.get("key") or answers.error_key(code))
    hint = str(error.get("hint") or _hint(code))
    return answers.error_answer(key, message, hint, exit_code=code, facts=facts, outcome=error.get("outcome"))


def _hint(code: int, key: str = "") -> str:
    """Returns what to do about a failure: by its key, else by the kind of its exit code."""
    hints: dict[int | str, str] = {
        "tool-writes": _("Ask the user to start it with: complaintctl mcp --allow-writes"),
        "tool-personal": _("Ask the user to start it with: complaintctl mcp --personal"),
        "tool-input": _("The input schema of the tool says what is possible."),
        "tool-time": _("Ask for less, or let the user start it with a longer --timeout."),
        2: _("Correct the inputs; show_policy names the keys of the policy."),
        3: _("The rules forbid it. Tell the user; do not work around it."),
        5: _("list_cases shows the ids of the cases."),
    }
    return (
        hints.get(key) or hints.get(code) or _("Run complaintctl check in the casebook to see what is wrong.")
    )


def _printed_json(printed: bytes) -> Any:
    """Returns what a command printed as JSON; None if it printed none."""
    with contextlib.suppress(ValueError):
        content = json.loads(printed)
        if isinstance(content, dict | list):
            return content
    return None
