"""Tests every command on screens of several widths: aligned columns, no line too wide, nothing cut, in both languages.

The normal run tests only the narrowest screen, `make nightly` also the wider ones.
"""

import bisect
import fcntl
import importlib
import os
import re
import struct
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from wcwidth import wcswidth

from complaintctl import command_table
from complaintctl.commands.reports import subcommands
from complaintctl.render.text.language import Language
from tests.casebooks import Book, author, make_book
from tests.commands.processes import start_command
from tests.sampling import sample
from tests.terminal import pty_only

WORDS: Final = (
    "客户反映设备在使用两周之后出现电池鼓包并伴有异味担心继续使用会有安全隐患因此要求退款并赔偿损失" * 3,
    "ＡＢＣ１２３（全角）",
    "👩‍👩‍👧 👍🏽 ⚠️ 🔋",
    "nu\u0308chtern Ŷo\u0323\u0301ru\u0300ba\u0301",
    "Rindfleischetikettierungsueberwachungsaufgabe" * 4,
    "quite ordinary words, a line and more of them",
)
WIDE: Final = " ".join(WORDS)
POLICY: Final = f"""\
complaintctl: 1
name: wide
label: {{en: "{WIDE}", zh: "{WIDE}"}}
timezone: Asia/Shanghai
calendar: always
calendars:
  office:
    hours: {{mon-fri: ["09:00-12:00", "13:00-18:00"]}}
    holidays: {{2024-10-01: "{WIDE}"}}
    known_until: 2024-12-31
    source: "{WIDE}"
levels: {{high: {{label: {{en: highest, zh: 紧急}}}}, low: {{label: {{en: low, zh: 一般}}}}}}
categories: {{quality: {{label: {{en: "{WORDS[4]}", zh: "{WORDS[0]}"}}, sub: {{function: }}}}}}
channels: {{phone: {{label: {{zh: 电话}}}}}}
causes: {{material: {{label: {{zh: "{WORDS[0]}"}}}}}}
remedies: {{refund: {{label: {{zh: 退款}}}}}}
roles: {{lead: {{label: {{en: "{WORDS[5]}", zh: "{WORDS[0]}"}}}}}}
people: {{zhao.min: {{roles: [lead]}}, li.wei: {{email: li.wei@example.com}}, "{WORDS[4]}": {{}}}}
fields: {{colour: {{label: {{en: "{WORDS[5]}", zh: "{WORDS[0]}"}}}}}}
playbooks: {{quality: ["{WIDE}"]}}
escalation: [{{late: 0h, to: lead}}]
warn: [50%]
notify: {{to: {{lead: NOTIFY_LEAD, li.wei: NOTIFY_LI_WEI}}}}
steps:
  - {{step: ack, within: 1h, label: {{zh: 确认收到}}}}
  - {{step: investigate, within: 10h, needs: [cause.class], label: {{zh: 调查核实}}}}
  - {{step: plan, within: {{quality: 20h, else: 30h}}, approve: [lead]}}
  - {{step: respond, within: 5d, label: {{en: "{WORDS[5]}", zh: "{WORDS[0]}"}}}}
close: {{upheld: {{steps: [respond]}}}}
"""
MAP: Final = """\
mapping: 1
system: desk
timezone: Asia/Shanghai
times: "%Y-%m-%d"
id: no
received: when
fields: {title: what}
"""
DAY: Final = "2024-03-04"
NOW: Final = f"{DAY}T18:00"
ONE: Final = "{one}"
TABLE: Final = f"{DAY}T17"
# The arguments of each command; commands with a reason instead print no table and no text block.
COMMANDS: Final[dict[str, str | tuple[tuple[str, ...], ...]]] = {
    "init": "a folder",
    "demo": "prints what other commands do",
    "open": "an id",
    **dict.fromkeys(("ack", "assess", "classify", "investigate", "plan", "approve"), "one line on the event"),
    **dict.fromkeys(("execute", "respond", "update", "follow-up", "step", "assign"), "one line on the event"),
    **dict.fromkeys(
        ("wait", "resume", "heard", "note", "edit", "retract", "extend"), "one line on the event"
    ),
    **dict.fromkeys(("action", "attach", "link", "close", "reopen", "task"), "one line on the event"),
    "erase": "a document in Markdown",
    "restrict": "one line on the event",
    "retention list": (("retention", "list", "--all", "--as-of", "2026-03-04T18:00"),),
    "retention apply": "a document in Markdown",
    **dict.fromkeys(("retention hold", "retention release"), "one line on the event"),
    "import guess": "a mapping",
    "import mail": "a line on each mail",
    "import form": "an id",
    "import cases": "counts of rows",
    "export csv": "a table for programs",
    "export jsonl": "a table for programs",
    "export xlsx": "a workbook",
    "export parquet": "one line on the tables",
    "ci init": "names of files",
    "mcp": "speaks to an assistant",
    "export ics": "a calendar file",
    "rename": "writes, and says so",
    "letter": "the letter itself, laid out by its template",
    "form": "the page itself",
    "resolve": "names of files",
    "sync": "one line on each case",
    "merge-driver": "speaks to git",
    "git setup": "writes, and says so",
    "survey record": "one line on the event",
    "template show": "the template itself",
    "template new": "names of files",
    "schema": "a schema",
    "policy calendar fill": "writes, and says so",
    "escalate": (("escalate", "--due", "--dry-run", "--as-of", NOW),),
    "list": (
        ("list", "--all", "--as-of", NOW),
        (
            "list",
            "--all",
            "--as-of",
            NOW,
            "--columns",
            "id,owner,department,customer.name,x.colour,received,lesson",
        ),
    ),
    "customer": (("customer", WIDE),),
    "lint": (("lint", "--personal"),),
    "doctor": (("doctor",),),
    "duty": (("duty", "--as-of", NOW),),
    "show": (("show", ONE),),
    "today": (("today", "--as-of", NOW),),
    "board": (("board", "--as-of", NOW),),
    "check": (("check", "--as-of", NOW), ("check", "--as-of", NOW, "--fail-on", "due")),
    "explain": (("explain", ONE, "--as-of", NOW),),
    "analysis": (("analysis", ONE, "--as-of", NOW),),
    "report": (
        ("report", "--as-of", NOW),
        ("report", "--as-of", NOW, "--by", "category", "--by", "x.colour"),
        ("report", "--define"),
    ),
    "report pareto": (("report", "pareto", "--by", "category", "--as-of", NOW),),
    "report chart": (("report", "chart", "--every", "day", "--from", "2024-03-01", "--as-of", NOW),),
    **dict.fromkeys(
        ("report management-review", "report handler", "report department", "report improvement"),
        "a document in Markdown",
    ),
    "report regulator": "a document in Markdown",
    "site": "names of files",
    "trend": (("trend", "--by", "category", "--as-of", NOW), ("trend", "--accuracy", "--as-of", NOW)),
    "actions": (("actions", "--as-of", NOW),),
    "lessons": (("lessons",),),
    "log": (("log", ONE),),
    "template list": (("template", "list"),),
    "pack": "the name of a file",
    "verify": "a summary in one line where nothing contradicts",
    "template check": (("template", "check"),),
    "survey list": (("survey", "list", "--as-of", NOW, "--with-contact"),),
    "survey sample": (("survey", "sample", "--closed-since", "2024-01-01", "--seed", "1", "--with-contact"),),
    "policy check": (("policy", "check"),),
    "policy show": (("policy", "show"),),
    "policy list": (("policy", "list"),),
    "policy calendar": (("policy", "calendar", "--year", "2024"),),
    "policy diff": (("policy", "diff", "{other}", "--as-of", NOW),),
    "policy simulate": (
        ("policy", "simulate", "{other}", "--show", "changed"),
        ("policy", "simulate", "--define"),
    ),
    "notify": (("notify", "--due", "--dry-run", "--as-of", NOW),),
    "keys list": "recipients, which no field of a case holds",
    "keys check": "one line on each problem",
    **dict.fromkeys(("keys init", "keys add", "keys remove", "keys rekey", "keys seal"), "one line"),
    **dict.fromkeys(("keys identity", "keys open"), "a key, or the file itself"),
    "import csv": (("import", "csv", "{table}", "--map", "{map}", "--dry-run"),),
}
# Layouts that depend on the width: the months of a year, the columns of the board.
LAID_OUT: Final = {"board", "policy calendar", "analysis"}
RULE: Final = re.compile(r"-+(?:  -+)*")
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
SCREENS: Final = (60, *(pytest.param(columns, marks=pytest.mark.nightly) for columns in (80, 120)))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A casebook with wide words in every free field, and the language of the output."""

    book: Book
    names: dict[str, str]

    def shown(self, arguments: tuple[str, ...], **variables: str) -> str:
        """The output of a command on stdout and stderr."""
        typed = [word.format_map(self.names) for word in arguments]
        result = self.book.call(*typed, env=variables)
        assert result.returncode in {0, 1}, result
        return f"{result.stdout}\n{result.stderr}"


def names() -> Iterator[str]:
    """All commands; those of groups with the name of their group."""
    yield from (name for name, *_rest in command_table.COMMANDS)
    for group, module, *_rest in command_table.GROUPS:
        known: Any = importlib.import_module(f"complaintctl.commands.{module}")
        yield from (f"{group} {name}" for name, *_more in known.COMMANDS)
    yield from (f"report {name}" for name, *_more in subcommands.COMMANDS)


def lines_of() -> list[tuple[str, tuple[str, ...]]]:
    return [(name, line) for name, lines in COMMANDS.items() if not isinstance(lines, str) for line in lines]


# The widths of Chinese are the harder ones.
@pytest.fixture(scope="module", params=sample(sorted(LANGUAGES, reverse=True), 1))
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("wide")
    (folder / "wide.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "other.yaml").write_text(POLICY.replace("20h", "1h").replace("5d", "1h"), encoding="utf-8")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    (folder / "table.csv").write_text(f"no,what,when,{WORDS[0]}\n1,{WORDS[4]},2024-03-01,\n2,x,never,\n")
    book = make_book(folder, folder / "wide.yaml", lang=request.param)
    one = filled(book, "--level", "high", "--category", "quality")
    book.open("2", "--received", f"{DAY}T17:00", "--at", f"{DAY}T17:00")
    closed = filled(book, "--level", "low")
    done = (
        "--outcome",
        "upheld",
        "--at",
        f"{DAY}T17:40",
        "--set",
        f"lesson={WIDE}",
        "--set",
        "lesson_mark=success",
    )
    book.call("close", closed, *done, "--set", f"customer.name={WIDE}", check=0)
    paths = {"other": "other.yaml", "table": "table.csv", "map": "map.yaml"}
    return Desk(book=book, names={"one": one, **{name: str(folder / path) for name, path in paths.items()}})


def filled(book: Book, *options: str) -> str:
    """A case with events of most kinds, and wide words in all texts."""
    case_id = book.open(
        WIDE, "--received", f"{DAY}T07:00", "--at", f"{DAY}T07:00", "--description", WIDE, "--owner", WORDS[4],
        "--customer-name", WIDE, "--model", WORDS[4], "--set", f"x.colour={WIDE}", "--set", f"remedy_sought={WIDE}",
        "--department", WORDS[0][:20], *options,
    )  # fmt: skip
    what = ("--set", f"problem.what={WIDE}", "--set", f"problem.how={WORDS[4]}")
    for words in (
        ("ack", "--via", "phone", "--text", WIDE),
        ("note", WIDE),
        ("wait", "--reason", WIDE),
        ("heard", "--via", "phone", "--text", WIDE),
        ("task", "--to", WORDS[0][:20], "--what", WIDE, "--due", "+1h"),
        (
            "investigate",
            "--cause",
            "material",
            "--finding",
            WIDE,
            "--why",
            WIDE,
            "--bone",
            f"material:{WIDE}",
            *what,
        ),
        ("plan", "--remedy", "refund", "--measure", f"{WIDE};{WORDS[4]}", "--promise-by", "+1h")[:5],
        ("approve", "plan"),
        ("action", "--what", WIDE, "--who", WORDS[4], "--due", "2024-03-05", "--check", "2024-03-06"),
        ("escalate", "--to", "zhao.min", "--reason", WIDE),
        ("respond", "--via", "phone", "--text", WIDE),
    ):
        env = author("zhao.min") if words[0] == "approve" else None
        book.call(words[0], case_id, *words[1:], "--at", f"{DAY}T17:30", env=env, check=0)
    return case_id


def test_every_command_is_either_asked_here_or_prints_no_table() -> None:
    assert set(names()) == set(COMMANDS)


@pytest.mark.parametrize("columns", SCREENS)
@pytest.mark.parametrize(
    ("name", "line"), sample(lines_of(), 5), ids=lambda value: value if isinstance(value, str) else ""
)
def test_columns_are_straight_no_line_is_too_wide_and_nothing_is_cut(
    desk: Desk, columns: int, name: str, line: tuple[str, ...]
) -> None:
    said = desk.shown(line, COLUMNS=str(columns))
    assert said.strip()
    for text in said.splitlines():
        assert wcswidth(text) <= columns, text
    found = "\n".join(straight(said))
    for part in parts(desk.shown(line)) if name not in LAID_OUT else ():
        assert part in found


def straight(said: str) -> Iterator[str]:
    """The texts of all table columns and between the tables, without spaces; raises if a column is misaligned."""
    rows = said.splitlines()
    tables = {at for at, row in enumerate(rows) if RULE.fullmatch(row)}
    place = 0
    around: list[str] = []
    while place < len(rows):
        if place + 1 in heads(rows, tables):
            end = next((at for at in range(place, len(rows)) if not rows[at]), len(rows))
            rule = max(at for at in tables if at < end)
            yield from columns_of(rows[place:end], rows[rule])
            place = end
        else:
            around.append(rows[place])
            place += 1
    yield squeezed("".join(around))


def heads(rows: list[str], tables: set[int]) -> set[int]:
    """The numbers (from 1) of the lines at which a table begins; its heading may have several lines."""
    found = set()
    for rule in tables:
        first = rule
        while first > 0 and rows[first - 1]:
            first -= 1
        found.add(first + 1)
    return found


def columns_of(rows: list[str], rule: str) -> Iterator[str]:
    ends = [(found.start(), found.end()) for found in re.finditer("-+", rule)]
    cells: list[list[str]] = [[] for _column in ends]
    for row in rows:
        if not RULE.fullmatch(row):
            for place, cell in enumerate(cells_of(row, ends)):
                cells[place].append(cell)
    yield from (squeezed("".join(column)) for column in cells)


def cells_of(row: str, ends: list[tuple[int, int]]) -> Iterator[str]:
    """The cells of a line; asserts that no cell leaves its column and nothing is between columns."""
    rest, at = row, 0
    for start, end in ends:
        gap, rest = taken(rest, start - at)
        assert not gap.strip(), row
        cell, rest = taken(rest, end - start)
        assert wcswidth(cell) == end - start or not rest, row
        yield cell
        at = end
    assert not rest, row


def taken(row: str, columns: int) -> tuple[str, str]:
    """Splits a line after this many terminal columns."""
    places = range(len(row) + 1)
    place = bisect.bisect_right(places, columns, key=lambda length: wcswidth(row[:length])) - 1
    return row[:place], row[place:]


def parts(said: str) -> list[str]:
    """The texts of lines and cells of an output without a width limit."""
    rows = said.splitlines()
    found = []
    for place, row in enumerate(rows):
        rule = next((rows[at] for at in range(place, -1, -1) if RULE.fullmatch(rows[at]) or not rows[at]), "")
        if RULE.fullmatch(row) or (place + 1 < len(rows) and RULE.fullmatch(rows[place + 1])):
            continue
        ends = [(one.start(), one.end()) for one in re.finditer("-+", rule)]
        found += [squeezed(cell) for cell in (cells_of(row, ends) if ends else [row])]
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("columns", SCREENS)
def test_no_line_of_any_help_is_too_wide(desk: Desk, columns: int) -> None:
    for name in ("", *names(), *(group for group, *_rest in command_table.GROUPS)):
        said = desk.shown((*name.split(), "-h"), COLUMNS=str(columns))
        for text in said.splitlines():
            assert wcswidth(text) <= columns, (name, text)


@pytest.mark.nightly
@pty_only
@pytest.mark.parametrize("columns", SCREENS)
def test_a_terminal_is_as_wide_as_it_says_and_a_pipe_has_no_width(desk: Desk, columns: int) -> None:
    for arguments in (("list", "--all", "--as-of", NOW), ("show", desk.names["one"]), ("today", "-h")):
        printed = desk.book.run(*arguments, env={"COLUMNS": str(columns)}, check=0).stdout
        assert on_terminal(desk.book, columns, *arguments) == printed
    longest = max(map(wcswidth, desk.book.run("list", "--all", check=0).stdout.splitlines()))
    assert longest > sum(map(wcswidth, WORDS))


def on_terminal(book: Book, columns: int, *arguments: str) -> str:
    """The output of a process on a real terminal of that width."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = start_command(arguments, book.root, book.variables, stdout=theirs, stderr=theirs)
    os.close(theirs)
    printed = b""
    while part := read(ours):
        printed += part
    os.close(ours)
    assert process.wait(timeout=30) == 0
    return printed.decode().replace("\r\n", "\n")


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:  # the process has ended
        return b""
