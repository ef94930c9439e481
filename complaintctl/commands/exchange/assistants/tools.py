"""The tools offered to an assistant: name, command, inputs; at most 12, small enough to be sent with every conversation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from complaintctl.render.text.language import N_, _

# How an input is typed: a text, several texts, a yes or no, a whole number, a case id or part of one.
InputKind = Literal["text", "texts", "yes", "number", "case"]
# Rows that a list has unless more are asked for, and the most.
DEFAULT_ROWS: Final = 50
MOST_ROWS: Final = 500
# Characters of one text; a longer one is refused.
MOST_CHARACTERS: Final = 20_000
_CASE_PATTERN: Final = "^[0-9A-Za-z][0-9A-Za-z-]*$"


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """One input of a tool. `option` is the option of the command, "" a word without an option, None read by the server.

    `personal`: only offered if customer data may be seen. `columns`: names columns, which otherwise must be public.
    """

    name: str
    option: str | None
    kind: InputKind = "text"
    about: str = ""
    required: bool = False
    personal: bool = False
    columns: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """One tool: a command with fixed words, and what an assistant may add.

    `lists`: the lists of the output that are cut, as paths. `newest`: the last rows of them are shown, not the first.
    `masked`: False for output without any case. `reveals`: the command has --reveal.
    """

    name: str
    command: tuple[str, ...]
    about: str
    inputs: tuple[Input, ...]
    lists: tuple[str, ...] = ()
    newest: bool = False
    writes: bool = False
    personal: bool = False
    masked: bool = True
    reveals: bool = False


_CASE: Final = Input(name="case", option="", kind="case", required=True)
_AS_OF: Final = Input(name="as_of", option="--as-of")
_WHERE: Final = Input(
    name="where", option="--where", kind="texts", about=N_("FIELD=VALUE, also != >= <= > < ~"), columns=True
)
_PAGE: Final = (
    Input(name="rows", option=None, kind="number"),
    Input(name="offset", option=None, kind="number"),
)
_SET: Final = Input(name="set", option="--set", kind="texts", about=N_("FIELD=VALUE"))
_AT: Final = Input(name="at", option="--at", about=N_("When it happened; default now"))
_VIA: Final = Input(name="via", option="--via", about=N_("Channel on which the customer was told"))

TOOLS: Final[tuple[Tool, ...]] = (
    Tool(
        name="owed_today",
        command=("today",),
        about=N_("What to do next in all open cases: overdue first, with due times."),
        inputs=(
            Input(name="owner", option="--owner"),
            Input(name="department", option="--department"),
            _AS_OF,
            *_PAGE,
        ),
        lists=("today", "waiting", "duties"),
    ),
    Tool(
        name="list_cases",
        command=("list",),
        about=N_("List open cases, with filters; `all` adds closed ones."),
        inputs=(
            _WHERE,
            Input(name="search", option="--search", personal=True),
            Input(name="overdue", option="--overdue", kind="yes"),
            Input(name="all", option="--all", kind="yes"),
            _AS_OF,
            *_PAGE,
        ),
        lists=("cases",),
        reveals=True,
    ),
    Tool(
        name="show_case",
        command=("show",),
        about=N_("One case: fields, clocks, history (newest events)."),
        inputs=(_CASE, _AS_OF, *_PAGE),
        lists=("case.history",),
        newest=True,
        reveals=True,
    ),
    Tool(
        name="explain_deadlines",
        command=("explain",),
        about=N_("How each deadline of a case is computed: start, limit, open hours, holidays, pauses."),
        inputs=(
            _CASE,
            Input(name="step", option="--step"),
            Input(name="if", option="--if", kind="texts", about=N_("Suppose FIELD=VALUE")),
            _AS_OF,
        ),
    ),
    Tool(
        name="check_casebook",
        command=("check", "--fail-on=due"),
        about=N_("Overdue clocks, those due soon, and files that cannot be read."),
        inputs=(Input(name="soon", option="--soon", about="+24h, +3d"), _AS_OF, *_PAGE),
        lists=("check.overdue", "check.due", "check.warned", "check.problems"),
    ),
    Tool(
        name="report",
        command=("report",),
        about=N_("Figures of a period: cases, steps met and late, with denominators."),
        inputs=(
            Input(name="period", option="--period", about="2026, 2026Q3, 2026-11"),
            Input(name="last", option="--last", about="30d, 12w, 6m"),
            Input(name="group_by", option="--by", kind="texts", about=N_("Fields"), columns=True),
            _WHERE,
            _AS_OF,
            *_PAGE,
        ),
        lists=("report.figures",),
    ),
    Tool(
        name="show_policy",
        command=("policy", "show"),
        about=N_("The team's rules: steps and limits, levels, categories, playbooks."),
        inputs=(
            Input(
                name="section",
                option=None,
                about=N_("steps, levels, playbooks …; without it the names of all"),
            ),
        ),
        masked=False,
    ),
    Tool(
        name="find_customer",
        command=("customer",),
        about=N_("All cases of a customer, by telephone, e-mail, name or serial number."),
        inputs=(Input(name="who", option="", required=True), _AS_OF, *_PAGE),
        lists=("cases",),
        personal=True,
        reveals=True,
    ),
    Tool(
        name="open_case",
        command=("open",),
        about=N_("Register a complaint."),
        inputs=(
            Input(name="title", option="--title", required=True),
            Input(name="description", option="--description", about=N_("The customer's words")),
            Input(name="channel", option="--channel"),
            Input(name="received", option="--received"),
            Input(name="customer_name", option="--customer-name"),
            Input(name="phone", option="--phone"),
            Input(name="email", option="--email"),
            Input(name="category", option="--category"),
            Input(name="level", option="--level"),
            Input(name="owner", option="--owner"),
            _SET,
        ),
        writes=True,
    ),
    Tool(
        name="add_note",
        command=("note",),
        about=N_("Add a note to the history of a case."),
        inputs=(_CASE, Input(name="text", option="", required=True), _AT),
        writes=True,
    ),
    Tool(
        name="record_step",
        command=("step",),
        about=N_("Record that a step was taken: ack, classify, investigate, plan, respond … or an own step."),
        inputs=(
            _CASE,
            Input(name="step", option="", required=True),
            Input(name="text", option="--text"),
            _VIA,
            _SET,
            _AT,
        ),
        writes=True,
    ),
    Tool(
        name="close_case",
        command=("close",),
        about=N_("Close a case for which nothing is left to do."),
        inputs=(
            _CASE,
            Input(name="outcome", option="--outcome"),
            Input(name="reason", option="--reason"),
            _VIA,
            _SET,
            _AT,
        ),
        writes=True,
    ),
)


def offered_tools(*, writes: bool, personal: bool) -> list[Tool]:
    """Returns the tools that a server offers which may, or may not, write and see customer data."""
    return [tool for tool in TOOLS if (writes or not tool.writes) and (personal or not tool.personal)]


def find_tool(name: str) -> Tool | None:
    """Returns the tool with this name, offered or not; None if there is none."""
    return next((tool for tool in TOOLS if tool.name == name), None)


def offered_inputs(tool: Tool, *, personal: bool) -> Iterator[Input]:
    """Returns the inputs of a tool that a server offers."""
    return (entry for entry in tool.inputs if personal or not entry.personal)


def input_schema(tool: Tool, *, personal: bool) -> dict[str, Any]:
    """Returns the JSON Schema (2020-12) of the inputs; anything else is refused."""
    inputs = list(offered_inputs(tool, personal=personal))
    required = [entry.name for entry in inputs if entry.required]
    return {
        "type": "object",
        "properties": {entry.name: _property(entry) for entry in inputs},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(entry: Input) -> dict[str, Any]:
    kinds: dict[InputKind, dict[str, Any]] = {
        "text": {"type": "string"},
        "texts": {"type": "array", "items": {"type": "string"}},
        "yes": {"type": "boolean"},
        "number": {"type": "integer", "minimum": 0},
        "case": {"type": "string", "pattern": _CASE_PATTERN},
    }
    return {**kinds[entry.kind], **({"description": _(entry.about)} if entry.about else {})}
