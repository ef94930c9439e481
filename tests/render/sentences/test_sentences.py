"""Every key that the code can raise has a sentence and the reverse; every value in a sentence is given."""

import ast
import functools
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from complaintctl.domain.case.earlier_cases import EarlierCase
from complaintctl.domain.deadlines.clocks import ClockState
from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.render.sentences import sentences
from complaintctl.render.sentences.sentences import SENTENCES
from complaintctl.render.text import language

PACKAGE = Path(sentences.__file__).resolve().parents[2]
# Calls with a key as first argument and the values as keywords; then calls that take a key at this position.
FAILURES = {
    "InvalidInput",
    "Refused",
    "Broken",
    "NotFound",
    "Declined",
    "Outcome",
    "explain_refusal",
    "WrongCellError",
}
NOTES = {"flaw": 0, "_rejected": 1, "settle_bulk_failure": 1}
# Calls with the keywords `key=` and `values=`.
VALUES = {"Problem", "Fault", "ExplanationLine", "RejectedRecord"}


@dataclass(frozen=True, kw_only=True)
class Raised:
    """A place in the code that raises one of `keys` with these values; None if they are not literal."""

    place: str
    keys: frozenset[str] | None
    values: frozenset[str] | None


class Scope:
    """The expressions assigned to the names of a function and its module."""

    def __init__(self, function: ast.AST, module: ast.Module) -> None:
        self.assigned: dict[str, list[ast.expr]] = {}
        self.later: dict[str, set[str]] = {}
        for node in (*module.body, *ast.walk(function)):
            self._learn(node)

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    self.later.setdefault(ast.unparse(target.value), set()).add(str(target.slice.value))
                else:
                    self.assigned.setdefault(ast.unparse(target), []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self.assigned.setdefault(ast.unparse(node.target), []).append(node.value)

    def keys(self, node: ast.expr) -> frozenset[str] | None:
        """Returns the texts that an expression can be, or None if unknown."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return frozenset({node.value} if node.value else ())
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            beginning = str(node.values[0].value)
            return frozenset(key for key in SENTENCES if key.startswith(beginning))
        parts = [self.keys(part) for part in self._parts(node)]
        known = [keys for keys in parts if keys is not None]
        return frozenset().union(*known) if known else None

    def _parts(self, node: ast.expr) -> list[ast.expr]:
        """Returns the expressions that `node` can evaluate to."""
        match node:
            case ast.IfExp(body=one, orelse=other):
                return [one, other]
            case ast.BoolOp(values=parts):
                return parts
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get")):
                return [value for table in self.assigned.get(name, []) for value in _values(table)]
            case ast.Name(id=name):
                return self.assigned.get(name, [])
        return []

    def values(self, node: ast.expr | None) -> frozenset[str] | None:
        """Returns the keys of a dict of values, or None if they are not literal."""
        if node is None:
            return frozenset()
        if isinstance(node, ast.Name) and len(self.assigned.get(node.id, [])) == 1:
            known = self.values(self.assigned[node.id][0])
            return None if known is None else known | self.later.get(node.id, set())
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            return frozenset(str(key.value) for key in node.keys if isinstance(key, ast.Constant))
        return None


def _values(table: ast.expr) -> list[ast.expr]:
    return list(table.values) if isinstance(table, ast.Dict) else []


def raised_in(path: Path) -> Iterator[Raised]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    seen = set()
    for function in reversed(functions):
        scope = Scope(function, module)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and (node.lineno, node.col_offset) not in seen:
                seen.add((node.lineno, node.col_offset))
                place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                yield from _raised(node, scope, place)


def _raised(call: ast.Call, scope: Scope, place: str) -> Iterator[Raised]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in VALUES and "key" in given:
        yield Raised(place=place, keys=scope.keys(given["key"]), values=scope.values(given.get("values")))
    elif name in FAILURES | set(NOTES) and len(call.args) > NOTES.get(name, 0):
        named = frozenset(name for name in given if name is not None)
        more = scope.values(given[None]) if None in given else frozenset()
        values = None if more is None else named | more
        yield Raised(place=place, keys=scope.keys(call.args[NOTES.get(name, 0)]), values=values)


@functools.cache
def all_raised() -> list[Raised]:
    return [raised for path in sorted(PACKAGE.rglob("*.py")) for raised in raised_in(path)]


def words() -> set[str]:
    """Returns all texts in the code: a key may be in a table or returned by a function before it is raised."""
    return {
        node.value
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "sentences"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def values_of(key: str) -> set[str]:
    names = (name for _text, name, _spec, _conversion in string.Formatter().parse(SENTENCES[key]) if name)
    # `step_key` is the value `step` as it is typed.
    return {name.removesuffix("_key") for name in names}


def test_the_search_finds_what_it_is_for() -> None:
    keys = frozenset().union(*(raised.keys for raised in all_raised() if raised.keys is not None))

    assert len(all_raised()) > 120
    assert keys >= {
        "step-taken",
        "future-time",
        "time-order",
        "taken-met",
        "alias",
        "not-a-day",
        "import-nul",
    }


def test_every_key_that_can_be_raised_has_a_sentence() -> None:
    missing = {
        (raised.place, key)
        for raised in all_raised()
        if raised.keys is not None
        for key in raised.keys
        if key not in SENTENCES
    }
    assert missing == set()


def test_every_sentence_belongs_to_a_key_that_can_be_raised() -> None:
    built = {f"taken-{state}" for state in get_args(ClockState)}
    known = words() | built
    assert [key for key in SENTENCES if key not in known] == []


def test_every_fact_that_a_sentence_names_is_given_where_its_key_is_raised() -> None:
    wanting = [
        (raised.place, key, sorted(values_of(key) - raised.values))
        for raised in all_raised()
        if raised.keys is not None and raised.values is not None
        for key in raised.keys & set(SENTENCES)
        if not values_of(key) <= raised.values
    ]
    assert wanting == []


# Values that are shown as what to type.
COMMAND_LINES: dict[str, tuple[object, str]] = {
    "assignments": (["x.a"], "--set FIELD=VALUE"),
    "list_option": ("cause.fishbone", "--bone"),
    "earlier": (
        (
            EarlierCase(
                id="C-1", received=datetime(2026, 3, 2, tzinfo=UTC), status="open", outcome=None, same=()
            ),
        ),
        "C-1",
    ),
    "next_step": (("plan", "C-1"), "complaintctl plan C-1"),
}


@pytest.fixture(params=language.LANGUAGES)
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    before = language.current_language()
    language.set_language(request.param)
    yield request.param
    language.set_language(before)


@pytest.mark.usefixtures("spoken")
def test_every_sentence_can_be_said() -> None:
    missing = {key: facts for key in SENTENCES if (facts := facts_left_out(key))}
    assert missing == {}


def facts_left_out(key: str) -> list[str]:
    """The facts of a sentence that are not said, among them those that are shown as `…`."""
    values = {name: COMMAND_LINES.get(name, (f"<{name}>", f"<{name}>")) for name in values_of(key)}

    said = sentences.fill_sentence(key, {name: value for name, (value, _shown) in values.items()}, None)

    unsaid = [name for name, (_value, shown) in values.items() if shown not in said]
    return [*unsaid, "…"] if "…" in said.replace("…", "", SENTENCES[key].count("…") * 2) else unsaid


@pytest.mark.parametrize(
    ("spoken", "with_near", "without"),
    [
        ("en", "Did you mean level?", "A case has no field lvel. Your own fields start with x."),
        ("zh", "是不是 级别", "案件没有字段“lvel”。自定义字段以 x. 开头。"),
    ],
    indirect=["spoken"],
)
def test_nothing_is_suggested_where_nothing_is_near(spoken: str, with_near: str, without: str) -> None:
    assert spoken == language.current_language()
    near = InvalidInput("unknown-field", field="lvel", near="level")
    far = InvalidInput("unknown-field", field="lvel", near="")

    assert with_near in sentences.failure_text(near, None)
    assert sentences.failure_text(far, None) == without


@pytest.mark.usefixtures("spoken")
def test_a_fact_that_is_missing_shows_as_an_ellipsis() -> None:
    assert "…" in sentences.failure_text(InvalidInput("needed-field"), None)


def test_a_problem_names_its_place_from_the_root_of_the_casebook() -> None:
    found = Problem(
        key="field-missing", values={"field": "title"}, file="/book/cases/a.yaml", line=3, column=1
    )
    warning = Problem(key="unmerged", file="/book/b.yaml", warning=True)

    assert sentences.problem_text(found, "/book") == "cases/a.yaml:3:1: title is missing"
    assert sentences.problem_text(warning, "/book").startswith("b.yaml: warning: git has not finished")
    assert sentences.problem_text(Problem(key="policy-never-open"), "/book") == "this calendar never opens"


def test_an_unknown_key_is_sent_below_x_in_a_case_and_nowhere_else() -> None:
    values = {"field": "levl", "near": "level"}
    in_case = Problem(key="unknown-key", values=values, file="/book/a.yaml", warning=True)
    in_policy = Problem(key="unknown-key", values=values, file="/book/complaintctl.yaml")

    told = "unknown key levl. Did you mean level?"
    assert sentences.problem_text(in_case, "/book") == f"a.yaml: warning: {told} Put your own fields under x:"
    assert sentences.problem_text(in_policy, "/book") == f"complaintctl.yaml: {told}"
