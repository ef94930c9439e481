"""The rooms of the house: who may import whom, how large a room may grow, what a drawer is called."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "complaintctl"
FILES = sorted(PACKAGE.rglob("*.py"))
# Data flows command line → domain → files and git; imports point at the domain from both sides.
MAY_IMPORT = {
    "domain": {"domain", "errors"},
    "storage": {"storage", "domain", "errors", "exchange"},
    "render": {"render", "domain", "errors", "__init__"},
    "exchange": {"exchange", "domain", "errors"},
    "commands": {"commands", "storage", "render", "exchange", "domain", "errors", "__init__"},
}
# The domain is pure: no files, no git, no terminal, no environment.
DOMAIN_LIBRARIES = {
    "bisect",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "difflib",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "re",
    "types",
    "typing",
    "zoneinfo",
}
READS_THE_CLOCK = {"now", "today", "utcnow", "time", "monotonic"}
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
}
MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 40


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module in {"complaintctl", *(f"complaintctl.{room}" for room in MAY_IMPORT)}:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_at_the_domain(path: Path) -> None:
    allowed = MAY_IMPORT.get(room_of(path))
    if allowed is None:
        return
    rooms = {name.split(".")[1] for name in imports_of(path) if name.startswith("complaintctl.")}
    assert rooms - {"__version__"} <= allowed


@pytest.mark.parametrize(
    "path", [path for path in FILES if room_of(path) == "domain"], ids=lambda path: path.name
)
def test_the_domain_uses_the_standard_library_only_and_nothing_of_the_outside_world(path: Path) -> None:
    foreign = {name.partition(".")[0] for name in imports_of(path)} - {"complaintctl"}
    assert foreign <= DOMAIN_LIBRARIES


@pytest.mark.parametrize(
    "path", [path for path in FILES if room_of(path) != "commands"], ids=lambda path: path.name
)
def test_only_commands_read_the_clock(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    readings = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READS_THE_CLOCK
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
        # Waiting for a lock measures how long we waited; it judges nothing.
        and not (path.name == "leftover_git.py" and node.func.attr == "monotonic")
    ]
    assert readings == []


def test_imports_make_no_cycle() -> None:
    edges = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): set(imports_of(path))
        for path in FILES
    }
    known = set(edges)
    graph = {
        name: {
            target
            for imported in imported_names
            for target in (imported, imported.rpartition(".")[0])
            if target in known
        }
        for name, imported_names in edges.items()
    }
    seen: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join((*way, name))
        if name not in seen:
            for target in graph[name] - {name}:
                visit(target, (*way, name))
            seen.add(name)

    for name in sorted(known):
        visit(name, ())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_room_becomes_a_hall_and_no_drawer_is_opened(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert path.stem not in DRAWERS


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_functions_stay_readable(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    # A command's options are its signature: they are counted apart from what it does.
    lengths = {node.name: (node.end_lineno or 0) - node.body[0].lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_the_code_knows_no_shipped_policy_by_name() -> None:
    policies = (PACKAGE.parent / "templates" / "policies").glob("*.yaml")
    names = "|".join(re.escape(path.stem) for path in policies)
    named = re.compile(rf"\b({names})\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(PACKAGE)}:{number}: {line.strip()}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if named.search(line)
    ]
    assert names
    assert found == []
