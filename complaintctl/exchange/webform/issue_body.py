"""The text of an issue that a form made: answers under headings (`### Label`), as GitHub, Gitea and GitLab write it.

https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.one_line import has_line_break, is_one_line_field
from complaintctl.domain.intake.form_questions import LAST_FIELD, answerable_fields
from complaintctl.domain.policy.policy import Policy
from complaintctl.errors import InvalidInput
from complaintctl.exchange.webform.issue_event import IssueEvent

_HEADING: Final = re.compile(r"^### (.+?)[ \t]*$", re.MULTILINE)
# Hints of our GitLab template; a comment of anybody else stays.
_OUR_HINT: Final = re.compile(r"<!-- complaintctl:.*?-->[ \t]*\n?", re.DOTALL)
_NO_ANSWER: Final = frozenset({"_no response_", ""})
# What a list says that nobody chose from.
_NO_CHOICE: Final = frozenset({"none", "n/a"})
MOST_TITLE: Final = 200
_MOST_LINE: Final = 500
# Files of cases are at most 2 MiB; YAML may need more bytes for a text than the text has.
MOST_DESCRIPTION: Final = 1 << 20


@dataclass(slots=True)
class FormAnswers:
    """What an issue says about a case: values by field, and the answers that could not be used, by label."""

    values: dict[str, object] = field(default_factory=dict)
    unusable: list[str] = field(default_factory=list)


def read_answers(policy: Policy, issue: IssueEvent) -> FormAnswers:
    """Returns the fields of a case from an issue; what is no answer to a known question stands in the description.

    Raises InvalidInput if the description is longer than a case file can hold.
    """
    answers = FormAnswers()
    names = _names_by_heading(policy)
    texts: list[str] = [] if len(issue.title) <= MOST_TITLE else [issue.title]
    for heading, text in _sections(issue.body, names):
        name = names.get(_folded(heading)) if heading is not None else None
        if _is_blank(policy, name, text):
            continue
        if name == LAST_FIELD or heading is None:
            texts.append(text)
        elif name is None or not _take(policy, answers, name, text):
            texts.append(f"### {heading}\n\n{text}")
            answers.unusable += [name] if name else []
    description = "\n\n".join(texts)
    if len(description.encode()) > MOST_DESCRIPTION:
        raise InvalidInput("form-too-long", most=MOST_DESCRIPTION >> 10)
    title = issue.title if len(issue.title) <= MOST_TITLE else f"{issue.title[: MOST_TITLE - 1]}…"
    answers.values["title"] = title or issue.number
    if description:
        answers.values[LAST_FIELD] = f"{description}\n" if "\n" in description else description
    return answers


def _sections(body: str, names: Mapping[str, str]) -> list[tuple[str | None, str]]:
    """Returns the headings with the texts below; a heading below that of the description, or a second one, is text."""
    body = _OUR_HINT.sub("", body)
    places: list[tuple[str | None, int, int]] = [(None, 0, 0)]
    seen: set[str] = set()
    for match in _HEADING.finditer(body):
        name = names.get(_folded(match[1]))
        if LAST_FIELD in seen or name in seen:
            continue
        seen |= {name} if name else set()
        places.append((match[1], match.start(), match.end()))
    ends = [start for _heading, start, _end in places[1:]] + [len(body)]
    return [
        (heading, body[end:stop].strip("\n").rstrip())
        for (heading, _start, end), stop in zip(places, ends, strict=True)
    ]


def _names_by_heading(policy: Policy) -> dict[str, str]:
    """The fields by their labels in every language, and by their names; the first field with a label has it."""
    known = vocabulary.field_labels(policy)
    names: dict[str, str] = {}
    for name in answerable_fields(policy):
        for word in (name, *known.get(name, {}).values()):
            names.setdefault(_folded(word), name)
    return names


def _folded(heading: str) -> str:
    return " ".join(heading.split()).casefold()


def _is_blank(policy: Policy, name: str | None, text: str) -> bool:
    answer = text.strip().casefold()
    has_choices = name is not None and bool(vocabulary.field_choices(policy, name))
    return answer in _NO_ANSWER or (has_choices and answer in _NO_CHOICE)


def _take(policy: Policy, answers: FormAnswers, name: str, text: str) -> bool:
    """Whether the text is a value of the field; then it is added to the answers."""
    is_long = len(text) > _MOST_LINE or has_line_break(text)
    if is_long and (is_one_line_field(name) or fields.field_kinds().get(name, "text") != "text"):
        return False
    try:
        answers.values[name] = vocabulary.parse_field_value(policy, name, text.strip())
    except InvalidInput:
        return False
    return True
