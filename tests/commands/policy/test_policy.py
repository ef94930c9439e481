"""Tests showing and checking policies."""

import json
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("policy"))


def test_a_faultless_policy_is_said_to_be_one(book: Book) -> None:
    result = book.call("policy", "check", check=0)
    assert result.stdout == "electronics: 9 steps, 3 levels, 18 classes. No errors.\n"
    assert book.json("policy", "check") == {
        "version": 1,
        "policy": {"file": "complaintctl.yaml", "faults": []},
    }


def test_every_fault_of_a_file_is_named_with_line_and_column(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(
        "complaintctl: 1\nname: ours\ntimezone: Asia/Nowhere\nlevels: [urgent]\n"
        "steps:\n  - {step: ack, within: {urgentt: 1h}}\n  - {step: plan, within: 1x, from: akc}\n"
    )
    result = book.call("policy", "check", str(path), check=1)
    assert result.stdout == ""
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [
        "ours.yaml:3:11",
        "ours.yaml:6:26",
        "ours.yaml:7:26",
        "ours.yaml:7:36",
    ]
    faults = book.json("policy", "check", str(path), check=1)["policy"]["faults"]
    assert [(fault["line"], fault["column"]) for fault in faults] == [(3, 11), (6, 26), (7, 26), (7, 36)]


def test_show_lists_what_is_promised(book: Book) -> None:
    shown = book.call("policy", "show", check=0).stdout
    for words in ("investigate", "24h", "every 7d", "quality/function/hardware", "compensation", "urgent"):
        assert words in shown
    shop = book.call("policy", "show", "ecommerce", check=0).stdout
    for words in ("result letter: quality 48h", "malicious = yes", "test a piece of the batch"):
        assert words in shop
    assert "keeper of customer data" in book.call("policy", "show", "hotline", check=0).stdout
    markdown = book.call("policy", "show", "promised-dates", "--format", "md", check=0).stdout
    assert markdown.startswith("# promised-dates: ")


def test_show_for_machines_has_the_keys_of_the_file(book: Book) -> None:
    policy = book.json("policy", "show")["policy"]
    steps = {step["step"]: step for step in policy["steps"]}
    assert (steps["execute"]["within"], steps["execute"]["from"]) == ("72h", "plan")
    assert policy["close"]["not-upheld"] == {"steps": ["respond"]}
    assert policy["levels"]["urgent"]["label"]["zh"] == "紧急"


def test_show_and_schema_know_what_tells_the_customer_more(book: Book) -> None:
    shown = book.speaking("en").call("policy", "show", "cfpb", check=0).stdout
    order = "ack, update, respond response, final-response"
    assert f"What tells the customer more, the least first: {order}" in shown
    assert book.json("policy", "show", "cfpb")["policy"]["says_more"][-1] == "final-response"
    schema = json.loads(book.call("schema", "policy", check=0).stdout)
    assert schema["properties"]["says_more"]["default"] == ["ack", "update", "respond"]


def test_list_names_the_shipped_policies(book: Book) -> None:
    names = [entry["name"] for entry in book.json("policy", "list")["policies"]]
    assert names == [
        "8d",
        "cfpb",
        "china-consumer",
        "ecommerce",
        "electronics",
        "fca-disp",
        "hotline",
        "manufacturing",
        "promised-dates",
        "response-times",
    ]
    plain = book.call("policy", "list", "--format", "plain", check=0).stdout
    assert [line.partition("\t")[0] for line in plain.splitlines()] == names


@pytest.mark.parametrize(("kind", "field"), [("case", "history"), ("policy", "steps")])
def test_the_schema_names_the_keys_of_the_file(book: Book, kind: str, field: str) -> None:
    schema = json.loads(book.call("schema", kind, check=0).stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert field in schema["properties"]
    parts = (schema, *schema["$defs"].values())
    assert not [key for part in parts for key in part.get("properties", {}) if key.endswith("_")]
