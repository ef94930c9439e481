"""Reads the event that GitHub, Gitea, Forgejo or GitLab sends when an issue was opened or edited.

Formats: https://docs.github.com/webhooks/webhook-events-and-payloads#issues,
https://docs.gitea.com/usage/webhooks, https://docs.gitlab.com/user/project/integrations/webhook_events/#work-item-events.
Everything in it comes from strangers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from complaintctl.domain.case import one_line
from complaintctl.domain.worktime.time_range import is_in_range
from complaintctl.errors import InvalidInput

# A forge takes at most 1 MiB of text for an issue (GitLab; GitHub 64 KiB), which JSON makes up to six times as long.
MOST_EVENT_BYTES: Final = 32 << 20
_HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_PROJECT: Final = re.compile(r"[\w.-]+(/[\w.-]+){1,20}")
_MOST_PROJECT: Final = 300
_MOST_NUMBER: Final = 10**12
# All but tab and line feed; a lone surrogate is no character at all.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNKNOWN_HOST: Final = "web-form"
# GitLab writes times of older versions as `2013-12-03 17:15:43 UTC`.
_UTC_WORD: Final = re.compile(r" UTC\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueEvent:
    """An issue as the forge sent it: `system` is its host, `number` its name there, `created` when it was opened."""

    system: str
    number: str
    title: str
    body: str
    created: datetime | None
    labels: tuple[str, ...]


def parse_issue_event(content: bytes) -> IssueEvent:
    """Returns the issue of an event; raises InvalidInput if the content is no such event."""
    try:
        event = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("form-not-json") from error
    event = _mapping(event)
    if "object_attributes" in event:
        return _parse_gitlab(event)
    issue = _mapping(event.get("issue"))
    if not issue or issue.get("pull_request"):
        raise InvalidInput("form-not-an-issue")
    repository = _mapping(event.get("repository"))
    return _build_event(
        url=issue.get("html_url"),
        project=repository.get("full_name"),
        number=issue.get("number"),
        title=issue.get("title"),
        body=issue.get("body"),
        created=issue.get("created_at"),
        labels=[_mapping(label).get("name") for label in _list(issue.get("labels"))],
    )


def _parse_gitlab(event: Mapping[str, Any]) -> IssueEvent:
    issue = _mapping(event["object_attributes"])
    if event.get("object_kind") not in {"issue", "work_item"}:
        raise InvalidInput("form-not-an-issue")
    labels = _list(event.get("labels")) or _list(issue.get("labels"))
    return _build_event(
        url=issue.get("url"),
        project=_mapping(event.get("project")).get("path_with_namespace"),
        number=issue.get("iid"),
        title=issue.get("title"),
        body=issue.get("description"),
        created=issue.get("created_at"),
        labels=[_mapping(label).get("title") for label in labels],
    )


def _build_event(
    *,
    url: object,
    project: object,
    number: object,
    title: object,
    body: object,
    created: object,
    labels: list[Any],
) -> IssueEvent:
    whole = isinstance(number, int) and not isinstance(number, bool) and 0 < number < _MOST_NUMBER
    named = isinstance(project, str) and len(project) <= _MOST_PROJECT and _PROJECT.fullmatch(project)
    if not whole or not named:
        raise InvalidInput("form-no-number")
    return IssueEvent(
        system=_host(url),
        number=f"{project}#{number}",
        title=one_line.join_lines(plain_text(title)).strip(),
        body=plain_text(body),
        created=_moment(created),
        labels=tuple(label for label in labels if isinstance(label, str)),
    )


def plain_text(value: object) -> str:
    """Returns a text with `�` for each control character and with line feeds alone; "" for what is no text."""
    text = value if isinstance(value, str) else ""
    return _NO_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _host(url: object) -> str:
    try:
        host = urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        host = None
    return host if host and _HOST.fullmatch(host) else _UNKNOWN_HOST


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_UTC_WORD.sub("+00:00", text)) if isinstance(text, str) else None
    except ValueError:
        return None
    if moment is None or not is_in_range(moment):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
