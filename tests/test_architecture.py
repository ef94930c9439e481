"""The rooms of the house: who may import whom, how large a room may grow, what a drawer is called."""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "complaintctl"
FILES = sorted(PACKAGE.rglob("*.py"))
# Data flows command line → domain → files and git; imports point at the domain from both sides.
MAY_IMPORT = {
    "domain": {"domain", "errors"},
    "storage": {"storage", "domain", "errors", "exchange"},
    "render": {"render", "domain", "errors", "__init__"},
    "exchange": {"exchange", "domain", "errors"},
    "commands": {"commands", "storage", "render", "exchange", "domain", "errors", "signatures", "__init__"},
}
# The domain is pure: no files, no git, no terminal, no environment.
DOMAIN_LIBRARIES = {
    "array",
    "base64",
    "binascii",
    "bisect",
    "calendar",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "fractions",
    "difflib",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "statistics",
    "types",
    "typing",
    "unicodedata",
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
WARN_AT_LINES = 300
MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 40
# Files and folders that one has to scan to find a subject.
MOST_ENTRIES = 18


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The modules that a file imports, wherever in the file; of other packages the first part of the name."""
    return frozenset(_imports_of(path))


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


def layer_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def cycle_in(graph: Mapping[str, set[str]]) -> list[str]:
    """The names along the first cycle of a graph, or none."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name not in done:
            for target in sorted(graph.get(name, ())):
                if cycle := visit(target, (*path, name)):
                    return cycle
            done.add(name)
        return []

    return next((cycle for name in sorted(graph) if (cycle := visit(name, ()))), [])


def test_imports_point_at_the_domain() -> None:
    wrong = {}
    for path in FILES:
        ours = {name for name in imports_of(path) if name.startswith("complaintctl")}
        layers = {name.split(".")[1] if "." in name else "__init__" for name in ours}
        wrong[module_name(path)] = layers - MAY_IMPORT.get(layer_of(path), layers)
    assert len(wrong) == len(FILES)
    assert {name: layers for name, layers in wrong.items() if layers} == {}


def test_the_domain_uses_the_standard_library_only_and_nothing_of_the_outside_world() -> None:
    domain = [path for path in FILES if layer_of(path) == "domain"]
    known = {*DOMAIN_LIBRARIES, "complaintctl"}
    foreign = {
        module_name(path): {name.partition(".")[0] for name in imports_of(path)} - known for path in domain
    }
    assert foreign
    assert {name: libraries for name, libraries in foreign.items() if libraries} == {}


def test_only_commands_read_the_clock() -> None:
    readings = {
        f"{module_name(path)}:{node.lineno}"
        for path in FILES
        if layer_of(path) != "commands"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READS_THE_CLOCK
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
        # Waiting for a lock, or showing progress, measures how long something took; it judges nothing.
        and not (path.name in {"leftover_git.py", "progress_line.py"} and node.func.attr == "monotonic")
    }
    assert readings == set()


def test_a_cycle_is_found_where_there_is_one() -> None:
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle_in({"a": {"b", "c"}, "b": {"c"}}) == []


def test_imports_make_no_cycle_between_files() -> None:
    graph = {name: set(imports_of(path)) & set(MODULES) - {name} for name, path in MODULES.items()}
    assert sum(map(len, graph.values())) > len(FILES)
    assert cycle_in(graph) == []


def test_imports_make_no_cycle_between_folders() -> None:
    """A file that lies beside the layers, such as errors.py, is a folder of its own."""
    graph: dict[str, set[str]] = {}
    for path in FILES:
        targets = {folder_of(MODULES[target]) for target in imports_of(path) & set(MODULES)}
        graph.setdefault(folder_of(path), set()).update(targets)
    cycle = cycle_in({folder: targets - {folder} for folder, targets in graph.items()})
    assert len(graph) > len(MAY_IMPORT)
    assert cycle == []


def folder_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parent.as_posix() if len(inside.parts) > 1 else inside.name


@pytest.mark.parametrize("top", ["complaintctl", "tests"])
def test_no_folder_is_too_long_to_scan(top: str) -> None:
    python = [path for path in (ROOT / top).rglob("*.py") if "node_modules" not in path.parts]
    folders = {path.parent for path in python}
    folders |= {folder.parent for folder in folders if folder != ROOT / top}
    entries = {
        str(folder.relative_to(ROOT)): len(
            {path.relative_to(folder).parts[0] for path in python if folder in path.parents} - {"__init__.py"}
        )
        for folder in folders
    }
    assert len(entries) > len(MAY_IMPORT)
    assert {folder: count for folder, count in entries.items() if count > MOST_ENTRIES} == {}


@pytest.mark.filterwarnings("default:.*lines long")
def test_no_room_becomes_a_hall() -> None:
    lengths = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    for name, lines in lengths.items():
        if lines > WARN_AT_LINES:
            warnings.warn(f"{name} is {lines} lines long", stacklevel=1)
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_drawer_is_opened() -> None:
    assert {path.stem for path in FILES} & DRAWERS == set()


def test_functions_stay_readable() -> None:
    # A command's options are its signature: they are counted apart from what it does.
    lengths = {
        f"{module_name(path)}.{node.name}": (node.end_lineno or 0) - node.body[0].lineno + 1
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_the_code_knows_no_shipped_policy_by_name() -> None:
    policies = (ROOT / "templates" / "policies").glob("*.yaml")
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
