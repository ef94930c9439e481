"""The published list of failures has every key that the code raises, each with a sentence."""

import ast
from pathlib import Path

import complaintctl
from complaintctl.commands.exchange.published_schemas import error_schema
from complaintctl.render.failures.usage_errors import TYPER_ERRORS, UNKNOWN_USAGE
from complaintctl.render.sentences.sentences import SENTENCES
from complaintctl.storage.schemas.failure_keys import failure_keys

PACKAGE = Path(complaintctl.__file__).parent
CLASSES = {"Refused", "InvalidInput", "Broken", "NotFound", "Declined"}


def raised_keys() -> set[str]:
    """The keys with which the code makes failures; where it names a variable, those of `failures.yaml` are trusted."""
    calls = [
        node
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in CLASSES
        and node.args
    ]
    constants = [part for call in calls for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
    return {str(part.value) for part in constants if part.value in SENTENCES}


def test_every_key_that_is_raised_is_published_with_a_sentence() -> None:
    raised = raised_keys()
    assert len(raised) > 200
    assert raised - set(failure_keys()) == set()
    assert set(failure_keys()) - set(SENTENCES) == set()
    assert failure_keys() == sorted(set(failure_keys()))


def test_the_schema_lists_every_key_and_its_facts() -> None:
    error = error_schema()["properties"]["error"]
    keys = set(error["properties"]["key"]["enum"])
    assert keys == {*failure_keys(), *TYPER_ERRORS, UNKNOWN_USAGE, "bug", "command-line-not-utf-8"}
    branches = {
        branch["properties"]["key"]["const"]: branch["properties"]["facts"] for branch in error["oneOf"]
    }
    assert branches["fields-missing"]["required"] == ["assignments", "case", "fields", "step"]
    assert branches["bug"]["required"] == ["file", "kind", "line"]
