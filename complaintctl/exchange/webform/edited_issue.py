"""Compares an issue with the case that was opened from it: what its author changed, and what the desk has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, ImportSource
from complaintctl.domain.case.row_marks import split_fingerprints
from complaintctl.domain.intake.form_questions import answerable_fields
from complaintctl.domain.policy.policy import Policy
from complaintctl.exchange.imports.rows import value_fingerprint
from complaintctl.exchange.webform.issue_event import IssueEvent

_TITLE: Final = "title"


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueChanges:
    """`taken`: new values of fields that the desk has not touched; `kept`: new answers to fields that it has."""

    taken: dict[str, object]
    kept: dict[str, object]


def issue_source(policy: Policy, issue: IssueEvent, values: Mapping[str, object]) -> ImportSource:
    """Returns the origin of the case of an issue: host, project and number, and a fingerprint of each field (D-062)."""
    names = _names(policy)
    texts = (fields.value_text(values.get(name)) or "" for name in names)
    marks = "".join(value_fingerprint(text) for text in ("\n".join(names), *texts))
    return ImportSource(system=issue.system, id=issue.number, row=marks)


def changes_of_issue(
    policy: Policy, case: Case, source: ImportSource, values: Mapping[str, object]
) -> IssueChanges:
    """Returns what an edited issue changes in its case.

    If the policy has other fields since the last time, nothing is known about the desk's changes: they are kept.
    """
    names = _names(policy)
    old = split_fingerprints(case.source.row if case.source else "")
    new = split_fingerprints(source.row)
    comparable = len(old) == len(new) and old[0] == new[0]
    taken: dict[str, object] = {}
    kept: dict[str, object] = {}
    for place, name in enumerate(names, 1):
        present = fields.text_at(case, name) or ""
        value = values.get(name)
        is_answered = value is not None and (fields.value_text(value) or "") != present
        is_cleared = value is None and bool(present) and comparable and old[place] != new[place]
        if not is_answered and not is_cleared:
            continue
        if (comparable and value_fingerprint(present) == old[place]) or not present:
            taken[name] = value
        elif not comparable or old[place] != new[place]:
            kept[name] = value
    return IssueChanges(taken=taken, kept=kept)


def _names(policy: Policy) -> tuple[str, ...]:
    return (_TITLE, *answerable_fields(policy))
