"""What CI services read has the shape that they document."""

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any, Final

import jsonschema
import pytest

from tests.casebooks import Book
from tests.render.check.desks import NOW, make_planted_desk

_TEXT: Final = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {
        "text": {"type": "string", "minLength": 1},
        "markdown": {"type": "string", "minLength": 1},
    },
}
_LEVEL: Final = {"enum": ["none", "note", "warning", "error"]}


def _object(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        "properties": properties,
    }


# The part of SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/) that code scanning reads.
_RULE: Final = _object(
    {
        "id": {"type": "string"},
        "name": {"type": "string", "pattern": r"^\w+$"},
        "shortDescription": _TEXT,
        "fullDescription": _TEXT,
        "help": _TEXT,
        "defaultConfiguration": _object({"level": _LEVEL}),
        "properties": _object({"tags": {"type": "array", "uniqueItems": True, "maxItems": 10}}),
    }
)
_REGION: Final = _object(
    {"startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1}}
)
_PLACE: Final = _object(
    {
        "artifactLocation": _object({"uri": {"type": "string", "pattern": r"^[^/\\:][^\\ ]*$"}}),
        "region": _REGION,
    }
)
_RESULT: Final = _object(
    {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _TEXT,
        "partialFingerprints": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
        },
        "locations": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": _object({"physicalLocation": _PLACE}),
        },
    }
)
_DRIVER: Final = _object(
    {
        "name": {"const": "complaintctl"},
        "version": {"type": "string"},
        "rules": {"type": "array", "uniqueItems": True, "items": _RULE},
    }
)
_RUN: Final = _object(
    {
        "tool": _object({"driver": _DRIVER}),
        "automationDetails": _object({"id": {"type": "string", "pattern": "/$"}}),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "properties": {"type": "object"},
        "results": {"type": "array", "maxItems": 25_000, "items": _RESULT},
    }
)
SARIF: Final = _object(
    {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "maxItems": 20, "items": _RUN},
    }
)
# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
CODE_QUALITY: Final = {
    "type": "array",
    "items": _object(
        {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": _object(
                {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)"},
                    "lines": _object({"begin": {"type": "integer", "minimum": 1}}),
                }
            ),
        }
    ),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_planted_desk(tmp_path_factory.mktemp("schemas"))[0]


def said(book: Book, output_format: str) -> str:
    return book.call("check", "--as-of", NOW, "--format", output_format, check=4).stdout


def test_sarif_has_the_documented_shape(book: Book) -> None:
    document = json.loads(said(book, "sarif"))
    jsonschema.validate(document, SARIF)
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [
        result["ruleId"] for result in run["results"]
    ]
    assert len(run["results"]) > 5


def test_code_quality_has_the_documented_shape_and_unique_fingerprints(book: Book) -> None:
    entries = json.loads(said(book, "gitlab"))
    jsonschema.validate(entries, CODE_QUALITY)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) > 5


def test_junit_has_the_documented_shape_and_unique_names(book: Book) -> None:
    suite = ET.fromstring(said(book, "junit"))  # noqa: S314 - it reads only what we printed
    assert suite.tag == "testsuite"
    assert set(suite.attrib) == {"name", "tests", "failures", "errors", "skipped", "timestamp"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", suite.attrib["timestamp"])
    cases = list(suite)
    assert {case.tag for case in cases} == {"testcase"}
    assert all(set(case.attrib) == {"classname", "name"} for case in cases)
    inside = [child for case in cases for child in case]
    kinds = Counter(child.tag for child in inside)
    assert set(kinds) <= {"failure", "skipped"}
    assert all(set(child.attrib) == {"type", "message"} for child in inside if child.tag == "failure")
    assert all(len(case) <= 1 for case in cases)
    counted = (str(len(cases)), str(kinds["failure"]), "0", str(kinds["skipped"]))
    assert tuple(suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")) == counted
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
