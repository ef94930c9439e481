"""The event of a forge is read as it comes, and whatever stands in it is an issue or one refusal."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.errors import InvalidInput
from complaintctl.exchange.webform.issue_event import IssueEvent, parse_issue_event

GITHUB: dict[str, Any] = {
    "action": "opened",
    "issue": {
        "number": 12,
        "title": "Battery swells",
        "html_url": "https://github.com/acme/desk/issues/12",
        "created_at": "2026-11-20T01:00:00Z",
        "body": "### Description\r\n\r\nIt swells.",
        "labels": [{"name": "complaint"}],
    },
    "repository": {"full_name": "acme/desk"},
}
GITLAB: dict[str, Any] = {
    "object_kind": "issue",
    "project": {"path_with_namespace": "acme/care/desk"},
    "object_attributes": {
        "iid": 7,
        "title": "Battery swells",
        "url": "https://gitlab.example.com/acme/care/desk/-/issues/7",
        "created_at": "2026-11-20 01:00:00 UTC",
        "description": "### Description\n\nIt swells.",
    },
    "labels": [{"title": "complaint"}],
}


def read(event: object) -> IssueEvent:
    return parse_issue_event(json.dumps(event).encode())


def changed(**issue: object) -> dict[str, Any]:
    return {**GITHUB, "issue": {**GITHUB["issue"], **issue}}


def test_the_events_of_github_and_gitlab_say_the_same() -> None:
    expected = {
        "title": "Battery swells",
        "body": "### Description\n\nIt swells.",
        "created": datetime(2026, 11, 20, 1, tzinfo=UTC),
        "labels": ("complaint",),
    }
    for event, system, number in (
        (GITHUB, "github.com", "acme/desk#12"),
        (GITLAB, "gitlab.example.com", "acme/care/desk#7"),
    ):
        issue = read(event)
        assert (issue.system, issue.number) == (system, number)
        assert {name: getattr(issue, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "form-not-json"),
        (b"\xff\xfe\x00", "form-not-json"),
        (b"[" * 200_000, "form-not-json"),
        (b"[]", "form-not-an-issue"),
        (b'{"zen": "Keep it logically awesome."}', "form-not-an-issue"),
        (json.dumps(changed(pull_request={"url": "…"})).encode(), "form-not-an-issue"),
        (json.dumps({**GITLAB, "object_kind": "note"}).encode(), "form-not-an-issue"),
        (json.dumps(changed(number="12")).encode(), "form-no-number"),
        (json.dumps(changed(number=True)).encode(), "form-no-number"),
        (json.dumps({**GITHUB, "repository": {"full_name": "a/$(id)"}}).encode(), "form-no-number"),
    ],
)
def test_what_is_no_issue_is_refused_by_name(content: bytes, key: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_issue_event(content)
    assert refusal.value.key == key


def test_controls_and_lone_surrogates_become_a_sign_that_can_be_seen() -> None:
    issue = read(changed(title="a\u0000b\ud800c\nd\x1b[31m", body="x\x07\r\ny\rz"))
    assert issue.title == "a\ufffdb\ufffdc d\ufffd[31m"
    assert issue.body == "x\ufffd\ny\nz"


@pytest.mark.parametrize("url", ["https://[bad", "javascript:alert(1)", "", None, 7, "https://a b/x"])
def test_a_strange_address_gives_no_host(url: object) -> None:
    assert read(changed(html_url=url)).system == "web-form"


@pytest.mark.parametrize(
    "created", ["yesterday", "", None, 3, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
)
def test_a_strange_time_is_no_time(created: object) -> None:
    assert read(changed(created_at=created)).created is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*GITHUB["issue"], "pull_request"]), JSON), JSON, st.booleans())
def test_no_event_whatsoever_raises_anything_but_a_refusal(
    issue: dict[str, Any], other: Any, in_gitlab: bool
) -> None:
    event = (
        {**GITLAB, "object_attributes": {**GITLAB["object_attributes"], **issue}, "labels": other}
        if in_gitlab
        else {**GITHUB, "issue": {**GITHUB["issue"], **issue}, "extra": other}
    )
    try:
        found = parse_issue_event(json.dumps(event).encode())
    except InvalidInput:
        return
    assert "\n" not in found.title


@given(st.binary(max_size=200))
def test_no_bytes_whatsoever_raise_anything_but_a_refusal(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_issue_event(content)
