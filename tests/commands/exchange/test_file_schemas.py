"""The schemas of case and policy files accept what the reader accepts, and nothing else."""

import copy
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from complaintctl.storage.case.schema import case_from_texts, policy_from_texts
from complaintctl.storage.schemas.file_schema import file_schema
from complaintctl.storage.yaml.plain_yaml import read_plain_yaml
from tests.casebooks import Book, make_book
from tests.sampling import sample

ROOT = Path(__file__).resolve().parents[3]
POLICIES = [*sorted((ROOT / "templates" / "policies").glob("*.yaml")), ROOT / "complaintctl.yaml"]
CASES = sorted((ROOT / "cases").rglob("*.yaml"))
VALUES: tuple[Any, ...] = ("word", ["w"], {"zz": "y"}, None, "3", "0", "yes", "2026-11-21", [["a"]])
READERS: dict[str, Callable[[Any], Any]] = {"policy": policy_from_texts, "case": case_from_texts}

Place = tuple[str | int, ...]


@cache
def validator(kind: str) -> Draft202012Validator:
    schema = file_schema(kind)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def places(node: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    yield path, node
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield from places(value, (*path, key))


def changed(document: Any, path: Place, value: Any) -> Any:
    result = copy.deepcopy(document)
    holder = result
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return result


def is_read(kind: str, document: Any) -> bool:
    value, faults = READERS[kind](copy.deepcopy(document))
    return value is not None and not [fault for fault in faults if not fault.warning]


def typed_yaml(path: Path) -> Any:
    """The file as an editor reads it, by YAML 1.2: numbers and true are no texts; times stay words."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors.pop("tag:yaml.org,2002:timestamp", None)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: str(node.value))
    return yaml.load(path)


@pytest.mark.parametrize("path", [*POLICIES, *sample(CASES, 4)], ids=lambda path: path.stem)
def test_every_shipped_policy_and_example_fits_as_text_and_as_an_editor_reads_it(path: Path) -> None:
    kind = "case" if path.stem.startswith("C-") else "policy"
    for document in (read_plain_yaml(path.read_bytes()), typed_yaml(path)):
        assert [fault.message[:200] for fault in validator(kind).iter_errors(document)] == []


def different_places(document: Any, every: int) -> list[tuple[Place, Any]]:
    """One place for each path of keys; of those with the same keys in a list, the first."""
    first: dict[Place, tuple[Place, Any]] = {}
    for path, node in places(document):
        first.setdefault(tuple("*" if isinstance(key, int) else key for key in path), (path, node))
    return [found for found in list(first.values())[::every] if found[0] and "set" not in found[0]]


@pytest.mark.parametrize(
    ("kind", "path", "every"), [("policy", POLICIES[-1], 30), ("case", CASES[-1], 3)], ids=["policy", "case"]
)
def test_the_schema_and_the_reader_agree_on_every_kind_of_value(kind: str, path: Path, every: int) -> None:
    document = read_plain_yaml(path.read_bytes())
    judged = []
    for place, _node in different_places(document, every):
        for value in VALUES:
            variant = changed(document, place, value)
            judged.append(is_read(kind, variant))
            assert validator(kind).is_valid(variant) == judged[-1], (place, value)
    assert {True, False} == set(judged)


def test_an_unknown_key_is_an_error_in_a_policy_and_no_error_in_a_case() -> None:
    policy, case = (read_plain_yaml(path.read_bytes()) for path in (POLICIES[-1], CASES[-1]))
    for path in ((), ("steps", 0), ("sender",), ("categories", "quality", "sub", "function")):
        variant = changed(policy, (*path, "wihtin"), "1h")
        assert not is_read("policy", variant)
        assert not validator("policy").is_valid(variant)
    own = changed(case, ("colour",), "red")
    assert is_read("case", own)
    assert validator("case").is_valid(own)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("schema"), lang="en")


def test_the_command_prints_each_schema_and_the_names_of_commands(book: Book) -> None:
    for words in (("case",), ("policy",), ("output", "policy", "show"), ("output", "error")):
        schema = book.call("schema", *words, check=0).json()
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"].startswith("urn:complaintctl:schema:")
        assert schema["title"]
    line = book.call("schema", "output", "lessons", "--lines", check=0).json()
    assert line["required"][:3] == ["case", "closed", "mark"]
    names = book.call("schema", "output", check=0).stdout.splitlines()
    assert {"list", "policy calendar fill", "error"} <= set(names)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("output", "lst"),
            5,
            "No command lst prints JSON. Did you mean list? All of them: complaintctl schema output",
        ),
        (("output", "show", "--lines"), 5, "show has no --format jsonl, so it prints no lines."),
        (
            ("case", "list"),
            2,
            "The schema case is about a file, not about a command. Leave out what comes after it.",
        ),
    ],
)
def test_what_has_no_schema_is_one_sentence(book: Book, words: tuple[str, ...], code: int, said: str) -> None:
    assert book.call("schema", *words, check=code).stderr == f"{said}\n"
