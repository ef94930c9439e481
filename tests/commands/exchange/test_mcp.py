"""An assistant's client and the server, over stdio: what it is offered, what it may do, what it never sees."""

import math
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import anyio
import anyio.lowlevel
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import INVALID_PARAMS, ListToolsResult

from complaintctl.commands.exchange.assistants import arguments
from complaintctl.commands.exchange.assistants.calls import Desk, Turns, call_tool
from complaintctl.commands.exchange.assistants.tools import TOOLS, find_tool, input_schema, offered_tools
from complaintctl.errors import InvalidInput
from complaintctl.storage.case.casebook import find_casebook
from tests.casebooks import Book, make_book

MOST_TOOLS: Final = 12
MOST_TOKENS: Final = 3_000
NAME, PHONE, STORY = "王芳", "13800138000", "PLANTED-STORY"
TITLE, NOTE = "PLANTED-TITLE swells", "PLANTED-NOTE"
READING = {
    "owed_today",
    "list_cases",
    "show_case",
    "explain_deadlines",
    "check_casebook",
    "report",
    "show_policy",
}
WRITING = {"open_case", "add_note", "record_step", "close_case"}


class Said(NamedTuple):
    """What a call answered."""

    content: Any
    text: str
    failed: bool

    @property
    def error(self) -> dict[str, Any]:
        assert self.failed
        error: dict[str, Any] = self.content["error"]
        return error


def tokens(text: str) -> int:
    """A figure that no tokenizer exceeds on such text: 3 bytes of ASCII a token, 1.5 tokens for any other character.

    Tokenizers of today's models need a token for about 4 bytes of English or JSON and about 1 for a Chinese character.
    """
    others = sum(not sign.isascii() for sign in text)
    return math.ceil((len(text) - others) / 3 + 1.5 * others)


def talk(book: Book, flags: list[str], say: Callable[[Client], Awaitable[Any]]) -> Any:
    """Start the server as a client does, and talk to it."""
    start = StdioServerParameters(
        command=sys.executable,
        args=["-P", "-X", "utf8", "-m", "complaintctl", "-C", str(book.root), "mcp", *flags],
        env=dict(book.variables),
        cwd=book.root,
    )

    async def connected() -> Any:
        async with Client(start) as client:
            return await say(client)

    return anyio.run(connected)


async def ask(client: Client, name: str, **inputs: Any) -> Said:
    result = await client.call_tool(name, inputs)
    (block,) = result.content
    assert block.type == "text"
    return Said(content=result.structured_content, text=block.text, failed=result.is_error)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Three cases of 2026-11-16, all long overdue, one of them full of what a customer told."""
    made = make_book(tmp_path_factory.mktemp("mcp"), lang="en")
    for number in range(3):
        words = ["--received", "2026-11-16T09:00", "--at", "2026-11-16T09:10", "--no-input"]
        told = ["--customer-name", NAME, "--phone", PHONE, "--description", STORY] if number == 0 else []
        made.open(f"{TITLE} {number}", "--channel", "phone", "--model", f"X{number}", *told, *words)
    return made


@pytest.fixture(scope="module")
def case(book: Book) -> str:
    return str(book.json("list", "--where", "product.model=X0")["cases"][0]["id"])


@pytest.fixture(scope="module")
def read_only(book: Book, case: str) -> dict[str, Any]:
    """What a server without flags answers; one conversation, since each start costs seconds."""
    before = book.head()

    async def say(client: Client) -> dict[str, Any]:
        said: dict[str, Any] = {
            "tools": await client.list_tools(),
            "owed": await ask(client, "owed_today", rows=2),
            "explained": await ask(client, "explain_deadlines", case=case, step="classify"),
            "shown": await ask(client, "show_case", case=case[-5:].lower()),
            "refused": await ask(client, "add_note", case=case, text="x"),
            "bad type": await ask(client, "list_cases", rows="many"),
            "bad name": await ask(client, "show_case", case=case, by="boss"),
            "probed": await ask(client, "list_cases", where=[f"customer.phone={PHONE}"]),
            "grouped": await ask(client, "report", group_by=["level,customer.name"]),
        }
        for name in ("no_such_tool", "find_customer"):
            with pytest.raises(MCPError) as refusal:
                await client.call_tool(name, {"who": PHONE})
            said[name] = refusal.value
        return said

    said: dict[str, Any] = talk(book, [], say)
    assert book.head() == before
    assert book.git("status", "--porcelain") == ""
    return said


def test_a_server_without_flags_lists_what_reads_and_says_so(read_only: dict[str, Any]) -> None:
    listed: ListToolsResult = read_only["tools"]
    assert {tool.name for tool in listed.tools} == READING
    for tool in listed.tools:
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.input_schema["additionalProperties"] is False


def test_what_is_overdue_is_told_with_how_to_see_the_rest(read_only: dict[str, Any], case: str) -> None:
    owed: Said = read_only["owed"]
    rows = owed.content["output"]["today"]
    assert [(row["step"], row["state"], row["due"]) for row in rows] == [
        ("assess", "overdue", "2026-11-16T11:00:00+08:00")
    ] * 2
    assert owed.content["left_out"] == {"today": 1}
    assert "1 row of today is not shown" in owed.text
    assert case in {row["case"] for row in rows} or owed.content["left_out"]["today"] == 1


def test_a_deadline_is_explained(read_only: dict[str, Any]) -> None:
    (clock,) = read_only["explained"].content["output"]["explain"]["clocks"]
    assert (clock["limit"], clock["due"]) == ("4h", "2026-11-16T13:00:00+08:00")
    assert [line["key"] for line in clock["lines"]] == ["start", "limit", "span", "sum", "overdue"]


def test_a_write_without_the_flag_is_refused_by_name(read_only: dict[str, Any]) -> None:
    error = read_only["refused"].error
    assert error["key"] == "tool-writes"
    assert error["message"] == "add_note writes, and this server only reads."
    assert error["hint"] == "Ask the user to start it with: complaintctl mcp --allow-writes"


def test_bad_inputs_are_errors_that_name_the_input(read_only: dict[str, Any]) -> None:
    assert read_only["bad type"].error["message"] == "rows is not valid: 'many' is not of type 'integer'"
    assert "'by' was unexpected" in read_only["bad name"].error["message"]
    assert {read_only[name].error["key"] for name in ("bad type", "bad name")} == {"tool-input"}


@pytest.mark.parametrize("name", ["no_such_tool", "find_customer"])
def test_a_tool_that_is_not_offered_is_an_error_of_the_protocol(read_only: dict[str, Any], name: str) -> None:
    error: MCPError = read_only[name]
    assert (error.code, error.message) == (INVALID_PARAMS, f"There is no tool {name}.")


def test_customer_data_is_neither_shown_nor_to_be_guessed(read_only: dict[str, Any]) -> None:
    shown = read_only["shown"].content["output"]["case"]
    assert shown["customer"] == {"name": "…", "phone": "…"}
    assert (shown["title"], shown["description"], shown["product"]["model"]) == ("…", "…", "X0")
    assert {read_only[name].error["key"] for name in ("probed", "grouped")} == {"tool-personal"}
    everything = [str(said) for said in read_only.values() if isinstance(said, Said) and not said.failed]
    assert len(everything) == 3
    assert not [said for said in everything for text in (NAME, PHONE, STORY, "PLANTED") if text in said]


def test_a_write_with_the_flag_is_an_event_and_a_commit_of_the_user(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    # Whoever may write files into the casebook cannot make the server run them.
    (book.root / "typer.py").write_text("raise SystemExit(99)\n", encoding="utf-8")
    withheld = book.open(TITLE, "--customer-name", NAME, "--phone", PHONE, "--description", STORY)
    book.call("restrict", withheld, "--reason", "contested", check=0)

    async def say(client: Client) -> dict[str, Any]:
        opened = await ask(
            client,
            "open_case",
            title="--help",
            description=f"{STORY}\n- $(touch x)",
            customer_name=NAME,
            set=["product.model=-X"],
        )
        case = opened.content["output"]["id"]
        return {
            "tools": {tool.name: tool for tool in (await client.list_tools()).tools},
            "opened": opened,
            "noted": await ask(client, "add_note", case=case, text=f"-{NOTE}"),
            "refused": await ask(client, "close_case", case=case, outcome="upheld"),
            "restricted": await ask(client, "show_case", case=withheld),
            "customer": await ask(client, "find_customer", who=NAME),
        }

    said = talk(book, ["--allow-writes", "--personal"], say)
    assert READING | WRITING | {"find_customer"} == set(said["tools"])
    assert [said["tools"][name].annotations.read_only_hint for name in sorted(WRITING)] == [False] * 4
    stored = book.json("show", said["opened"].content["output"]["id"])["case"]
    assert (stored["title"], stored["product"]["model"]) == ("--help", "-X")
    assert stored["description"].rstrip() == f"{STORY}\n- $(touch x)"
    assert [(event["did"], event["by"], event.get("text")) for event in stored["history"]] == [
        ("open", "li.wei", None),
        ("note", "li.wei", f"-{NOTE}"),
    ]
    assert book.git("log", "-2", "--format=%s by %an").splitlines() == [
        f"{stored['id']} note by Li Wei",
        f"{stored['id']} open by Li Wei",
    ]
    assert said["noted"].content["output"]["event"]["text"] == f"-{NOTE}"
    assert said["refused"].error["key"]
    assert "Traceback" not in said["refused"].text
    # A restricted case is shown as without the flag, and only that one.
    assert said["restricted"].content["output"]["case"]["customer"] == {"name": "…", "phone": "…"}
    assert not [text for text in (NAME, PHONE, STORY, TITLE) if text in str(said["restricted"])]
    titles = {row["id"]: row["title"] for row in said["customer"].content["output"]["cases"]}
    assert titles == {withheld: "…", stored["id"]: "--help"}


def test_without_the_library_one_sentence_names_the_extra(book: Book, tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError(name='mcp')\n", encoding="utf-8")
    result = book.run("mcp", env={"PYTHONPATH": str(tmp_path)}, check=4)
    assert result.stderr == "The library mcp is not installed. Install it: pip install 'complaintctl[mcp]'\n"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_tools_together_stay_within_the_tokens_of_the_promise(language: str) -> None:
    from complaintctl.commands.exchange.assistants import server
    from complaintctl.render.text import language as spoken

    before = spoken.current_language()
    try:
        spoken.use_language(language)
        listed = [
            server.listed_tool(tool, personal=True) for tool in offered_tools(writes=True, personal=True)
        ]
    finally:
        spoken.set_language(before)
    answer = ListToolsResult(tools=listed).model_dump_json(by_alias=True, exclude_unset=True)
    print(f"{language}: {len(listed)} tools, {len(answer.encode())} bytes, at most {tokens(answer)} tokens")
    assert len(listed) == len(TOOLS) <= MOST_TOOLS
    assert tokens(answer) <= MOST_TOKENS
    assert bool(re.search("[一-鿿]", answer)) == (language == "zh")


def desk(book: Book, *, seconds: int = 60) -> Desk:
    return Desk(
        casebook=find_casebook(book.root),
        writes=True,
        personal=False,
        seconds=seconds,
    )


def test_a_reading_call_that_takes_too_long_is_stopped(book: Book) -> None:
    tool = find_tool("owed_today")
    assert tool is not None
    answer = anyio.run(call_tool, desk(book, seconds=0), tool, {}, Turns())
    assert answer.failed
    assert answer.content["error"]["key"] == "tool-time"


def test_a_write_whose_client_gives_up_is_finished(
    book: Book, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in book.variables.items():
        monkeypatch.setenv(name, value)
    tool = find_tool("add_note")
    assert tool is not None

    async def give_up() -> None:
        turns = Turns()
        async with anyio.create_task_group() as group:
            group.start_soon(call_tool, desk(book), tool, {"case": case, "text": NOTE}, turns)
            while not turns.writing.locked():
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()

    anyio.run(give_up)
    assert book.json("show", case)["case"]["history"][-1]["text"] == NOTE
    assert book.git("status", "--porcelain") == ""


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 20_001])
def test_a_text_that_no_program_can_be_given_is_refused(text: str) -> None:
    tool = find_tool("add_note")
    assert tool is not None
    with pytest.raises(InvalidInput, match="tool-text"):
        arguments.command_line(tool, {"case": "C-1", "text": text})


def test_no_input_can_become_an_option_or_name_another_person() -> None:
    for tool in TOOLS:
        schema = input_schema(tool, personal=True)["properties"]
        assert not {"by", "no_commit", "force", "output", "html"} & set(schema)
        texts = {
            name: ["--by=boss"] if entry["type"] == "array" else "--by=boss" for name, entry in schema.items()
        }
        words = arguments.command_line(tool, texts).words
        before = words[: words.index("--")] if "--" in words else words
        assert "--by=boss" not in before


def test_a_step_of_the_policy_and_one_of_the_team_have_their_own_command() -> None:
    tool = find_tool("record_step")
    assert tool is not None
    lines = [arguments.command_line(tool, {"case": "C-1", "step": step}).words for step in ("ack", "own")]
    assert lines == [
        ("ack", "--json", "--no-input", "--", "C-1"),
        ("step", "--json", "--no-input", "--", "C-1", "own"),
    ]
