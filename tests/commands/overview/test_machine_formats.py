"""Tests the formats for programs: one table per file, keys as headings, raw values, the same in every language."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from typer import Context
from typer.main import get_command

from complaintctl import application
from tests.casebooks import Book, environment
from tests.commands.reports import test_trend as jump
from tests.docs.readme import ROOT
from tests.sampling import sample

AS_OF: Final = ("--as-of", "2026-11-21T12:00")
JUMPED: Final = ("--as-of", jump.AS_OF)
# A part of the id of the case that the fixture adds, contained in no other id.
ADDED: Final = "20240304"
# Every command that prints rows for programs, with arguments for which it prints some.
LINES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "list": (
        ("list", "--all", *AS_OF),
        ("list", "--all", *AS_OF, "--columns", "id,status,received,due,overdue,x.improvement"),
    ),
    "customer": (("customer", "+86 138-0013-8000", *AS_OF),),
    "today": (("today", *AS_OF), ("today", *AS_OF, "--owner", "li.wei")),
    "board": (("board", *AS_OF),),
    "check": (("check", *AS_OF), ("check", *AS_OF, "--fail-on", "due", "--soon", "+30d")),
    "report": (
        ("report", *AS_OF),
        ("report", *AS_OF, "--by", "status", "--by", "department", "--by", "x.improvement"),
        ("report", "--define"),
    ),
    "report pareto": (("report", "pareto", "--by", "cause", *AS_OF),),
    "report chart": (("report", "chart", *AS_OF),),
    "trend": (
        ("trend", "--by", "category,channel", "--week", *JUMPED),
        ("trend", "--accuracy", *JUMPED),
    ),
    "actions": (("actions", "--archive", *AS_OF),),
    "duty": (("duty", *AS_OF),),
    "lessons": (("lessons",),),
    "verify": (("verify",),),
    "lint": (("lint", "--personal"),),
    "doctor": (("doctor",),),
    "retention list": (("retention", "list", "--all"),),
    "log": (("log", ADDED),),
    "template list": (("template", "list"),),
    "survey sample": (("survey", "sample", *("--closed-since", "2024-01-01", "--seed", "1"), "--again"),),
    "survey list": (
        ("survey", "list", *AS_OF),
        ("survey", "list", *AS_OF, "--with-contact"),
    ),
    "policy list": (("policy", "list"),),
    "policy diff": (("policy", "diff", "HEAD", "strict.yaml", *AS_OF),),
    "policy simulate": (
        ("policy", "simulate", "strict.yaml"),
        ("policy", "simulate", "strict.yaml", "--by", "category", "--show", "changed"),
        ("policy", "simulate", "--define"),
    ),
}
EVERY: Final = [pytest.param(line, id=" ".join(line)) for lines in LINES.values() for line in lines]
FORMATS: Final = ("csv", "jsonl", "plain", "json")
IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_.-]*")
SENTENCE: Final = re.compile(r"\w+ \w+.*[.!?]|.*[。！？]")
# Free text of cases or files, and the definitions printed by `--define`.
WRITTEN: Final = {"title", "lesson", "text", "reason", "what", "cause.finding", "meaning"}
# The report, with one figure per row.
SAID: Final[dict[tuple[Path, tuple[str, ...], str, str], str]] = {}
LONG: Final = ["section", "key", "measure", "value", "of", "unit", "period"]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The example casebook in a git repository, with a customer asked in a survey, and another policy."""
    root = tmp_path_factory.mktemp("example") / "desk"
    for folder in ("cases", "templates"):
        shutil.copytree(ROOT / folder, root / folder)
    policy = (ROOT / "complaintctl.yaml").read_text(encoding="utf-8")
    policy += "duties:\n  customer-data: {every: 1mo, who: manager, from: 2026-10-01}\n"
    policy += "retention: [{keep: 1d}]\n"
    (root / "complaintctl.yaml").write_text(policy, encoding="utf-8")
    changed = (
        policy.replace("within: 1h", "within: 5m")
        .replace("within: 24h", "within: 2h")
        .replace("  general: {", "  usual: {")
    )
    (root / "strict.yaml").write_text(changed, encoding="utf-8")
    book = Book(root=root, variables=environment(root.parent, lang="en"))
    book.git("init", "--quiet", "--initial-branch=main")
    book.git("add", "--all")
    book.git("commit", "--quiet", "--message", "Take in the example")
    told = ("--set", "customer.name=Wang Fang", "--set", "customer.phone=13800138000")
    opened = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")
    case = book.open("Battery swells", *told, *opened)
    book.call("note", case, "She rang again.", "--at", "2024-03-04T11:00", check=0)
    book.call("wait", case, "--reason", "We need the serial number.", "--at", "2024-03-04T12:00", check=0)
    why = (
        "--set",
        "cause.finding=It was a battery of another maker.",
        "--set",
        "lesson=Ask for the receipt.",
    )
    book.call("close", case, "--outcome", "invalid", *why, "--at", "2024-03-05T09:00", check=0)
    drawn = ("--closed-since", "2024-01-01", "--seed", "7", "--record", "--at", "2024-03-20T09:00")
    book.call("survey", "sample", *drawn, check=0)
    jump.import_jump(book, root.parent)
    return book


def said(book: Book, line: tuple[str, ...], output_format: str, lang: str = "en") -> str:
    """What a command that writes nothing prints; several tests look at it."""
    key = (book.root, line, output_format, lang)
    if key not in SAID:
        result = book.call("--lang", lang, *line, "--format", output_format)
        assert result.returncode in {0, 1}, result
        SAID[key] = result.stdout
    return SAID[key]


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def cells(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts in a JSON value, each with its innermost key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from cells(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from cells(inner, name)
    elif isinstance(value, str):
        yield name, value


def offering(*wanted: str) -> Iterator[str]:
    """The commands whose option --format has one of the formats."""
    groups: list[tuple[str, Any]] = [("", get_command(application.build_app()))]
    while groups:
        before, group = groups.pop()
        context = Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            whole = f"{before} {name}".strip()
            if hasattr(command, "commands"):
                groups.append((whole, command))
            for option in command.params:
                named = re.findall(r"\w+", option.help or "") if "--format" in option.opts else ()
                if set(wanted) & set(named):
                    yield whole


def test_every_command_that_offers_csv_or_jsonl_is_tried_here() -> None:
    assert set(offering("csv", "jsonl")) == set(LINES)


def test_a_command_that_offers_one_format_for_programs_offers_all() -> None:
    assert set(offering("csv")) == set(offering("jsonl")) == set(offering("plain"))


@pytest.mark.parametrize("line", sample(EVERY, 8, single=True))
def test_csv_is_one_table_of_keys_and_values(example: Book, line: tuple[str, ...]) -> None:
    header, *rows = csv.reader(io.StringIO(said(example, line, "csv"), newline=""), strict=True)
    assert rows, "nothing was printed that could be wrong"
    assert [name for name in header if not IDENTIFIER.fullmatch(name)] == []
    assert len(set(header)) == len(header)
    assert {len(row) for row in rows} == {len(header)}
    named = [(name, cell) for row in rows for name, cell in zip(header, row, strict=True)]
    assert [cell for name, cell in named if name not in WRITTEN and SENTENCE.fullmatch(cell)] == []


@pytest.mark.parametrize("line", sample(EVERY, 8, single=True))
def test_jsonl_is_one_object_a_line_and_all_have_the_same_keys(example: Book, line: tuple[str, ...]) -> None:
    rows = objects(said(example, line, "jsonl"))
    assert rows
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert [name for name in rows[0] if not IDENTIFIER.fullmatch(name)] == []
    named = [found for row in rows for found in cells(row)]
    assert [cell for name, cell in named if name not in WRITTEN and SENTENCE.fullmatch(cell)] == []


@pytest.mark.parametrize("line", sample(EVERY, 8, single=True))
def test_plain_has_the_rows_of_csv_without_their_header(example: Book, line: tuple[str, ...]) -> None:
    rows = [row.split("\t") for row in said(example, line, "plain").splitlines()]
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == len(objects(said(example, line, "jsonl")))


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("line", sample(EVERY, 4, single=True))
def test_no_language_changes_what_programs_read(
    example: Book, line: tuple[str, ...], output_format: str
) -> None:
    assert said(example, line, output_format, "zh") == said(example, line, output_format, "en")


@pytest.mark.parametrize("line", sample(EVERY, 8, single=True))
def test_every_time_has_its_offset(example: Book, line: tuple[str, ...]) -> None:
    named = [found for row in objects(said(example, line, "jsonl")) for found in cells(row)]
    times = [cell for name, cell in named if name not in WRITTEN and re.match(r"\d{4}-\d\d-\d\d[ T]", cell)]
    assert [cell for cell in times if "T" not in cell or datetime.fromisoformat(cell).tzinfo is None] == []


def test_the_rows_of_the_report_are_those_of_its_json_in_every_format(example: Book) -> None:
    rows = objects(said(example, ("report", *AS_OF), "jsonl"))
    assert list(rows[0])[: len(LONG)] == LONG
    assert example.json("report", *AS_OF)["report"]["figures"] == rows
    table = csv.DictReader(io.StringIO(said(example, ("report", *AS_OF), "csv")))
    assert list(table) == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]
    places = [tuple(row[name] for name in row if name not in {"value", "of"}) for row in rows]
    assert len({*places}) == len(places)


def test_the_two_policies_and_what_came_of_them_are_one_table(example: Book) -> None:
    line = ("policy", "diff", "HEAD", "strict.yaml", *AS_OF)
    told = example.json(*line)["policy_diff"]
    rows = objects(said(example, line, "jsonl"))
    of = {name: [row for row in rows if row["section"] == name] for name in (*told, "totals")}
    assert {row["key"]: row["value"] for row in of["totals"]} == {
        name: told[name] for name in ("old", "new", "as_of")
    }
    assert len(of["promises"]) == len(told["promises"]) > 0
    clock = told["clocks"][0]
    assert clock.items() - {("step", clock["step"])} <= of["clocks"][0].items()
    assert of["clocks"][0]["key"] == clock["step"]
    assert {row["key"]: row["value"] for row in of["counts"]} == told["counts"]
    assert [(row["key"], row["old"], row["value"]) for row in of["unknown_words"]] == [
        (word["field"], word["value"], word["cases"]) for word in told["unknown_words"]
    ]


def test_the_replay_is_one_table_with_the_cases_that_change_sides(example: Book) -> None:
    line = ("policy", "simulate", "strict.yaml", "--show", "changed")
    told = example.json(*line)["policy_simulate"]
    rows = objects(said(example, line, "jsonl"))
    total = {row["measure"]: row["value"] for row in rows if row["section"] == "total"}
    assert total == told["total"]
    step = told["steps"][0]
    figures = [row for row in rows if (row["section"], row["step"]) == ("steps", step["step"])]
    first = {row["measure"]: row["value"] for row in figures if row["group"] == step["level"]}
    assert first.items() <= step.items()
    one = told["changed"][0]
    taking = {row["measure"]: row["value"] for row in rows if row["event"] == one["event"]}
    assert {**taking, "case": one["case"], "step": one["step"], "event": one["event"]} == one


@pytest.mark.parametrize("line", [("report",), ("policy", "simulate")], ids=" ".join)
def test_the_meanings_stand_under_stable_words(example: Book, line: tuple[str, ...]) -> None:
    rows = objects(said(example, (*line, "--define"), "jsonl", "zh"))
    words = {row["word"].removeprefix("steps.") for row in rows}
    assert {"met", "late", "unjudged", "share_in_time"} <= words
    assert example.json(*line, "--define")["definitions"] == rows
    people = said(example, (*line, "--define"), "table", "zh")
    assert "用语" in people.splitlines()[0]
