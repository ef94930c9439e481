"""The values of a failure that are keys of the domain or of the policy, as labels in the reader's language."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import LabelledKey, Policy
from complaintctl.domain.policy.trust_rules import PersonalRule
from complaintctl.domain.privacy.public_problem import public_problem
from complaintctl.domain.problems import Problem
from complaintctl.render.text import labels
from complaintctl.render.text.language import _, are_keys_shown, current_language


class _Reader:
    """The policy whose labels the reader of a failure knows; an empty one until a casebook is open."""

    policy = Policy(complaintctl="1", name="", timezone="UTC", steps=())


def use_policy(policy: Policy) -> None:
    """Take labels from this policy from now on."""
    _Reader.policy = policy


def mask_problems() -> None:
    """Leave out what somebody wrote into a case from now on: no policy could be read that allows to show it."""
    _Reader.policy = dataclasses.replace(_Reader.policy, personal=PersonalRule(level="masked"))


def shown_problem(problem: Problem) -> Problem:
    """Returns the problem, where the policy masks customer data without what somebody wrote into the file of a case."""
    return problem if _Reader.policy.personal.level == "plain" else public_problem(problem)


def _choice(field: str) -> Callable[[Policy, Any], str]:
    def choice_text(policy: Policy, key: Any) -> str:
        return labels.shown_label(str(key), labels.word_label(policy, field, str(key)))

    return choice_text


def _conditions(policy: Policy, when: Any) -> str:
    return labels.conditions_text(policy, when)


def _parts(policy: Policy, names: Any) -> Any:
    return [_part(policy, name) if isinstance(name, str) else name for name in names]


def _part(policy: Policy, name: str) -> str:
    """Returns a part of a case, or a missing approval: `approve plan (manager)`."""
    approval = _APPROVAL.fullmatch(name)
    if approval is None:
        return labels.part_label(policy, name)
    step, role = labels.part_label(policy, approval[1]), labels.party_label(policy, approval[2])
    return _("approve {step} ({role})").format(step=step, role=role)


def _parties(policy: Policy, names: Any) -> Any:
    return [labels.party_label(policy, name) if isinstance(name, str) else name for name in names]


def _fields(policy: Policy, names: Any) -> Any:
    """Returns keys of the file of a case; `x` holds the fields of the team."""
    return [
        _("fields of your own") if name == "x" else labels.field_label(policy, str(name)) for name in names
    ]


def _event_keys(_policy: Policy, keys: Any) -> Any:
    return [labels.event_key_label(str(key)) for key in keys]


# By the name of the value in its sentence; a value that is no key stays as it is.
_LABELS: Final[Mapping[str, Callable[[Policy, Any], Any]]] = {
    "step": labels.part_label,
    "before": labels.part_label,
    "did": labels.part_label,
    "field": labels.field_label,
    "outcome": _choice("outcome"),
    "status": _choice("status"),
    "history": _choice("status"),
    "level": _choice("level"),
    "graded": _choice("level"),
    "old": _choice("level"),
    "new": _choice("level"),
    "when": _conditions,
    "missing": _parts,
    "fields": _parts,
}
# Of a finding of `verify` also whom and what an event names.
_FINDING_LABELS: Final[Mapping[str, Callable[[Policy, Any], Any]]] = {
    "to": labels.party_label,
    "what": labels.part_label,
    "roles": _parties,
    "fields": _fields,
    "keys": _event_keys,
}
# Its values of a field, which may be a choice of the policy.
_FIELD_VALUES: Final = ("was", "value", "recorded")
_APPROVAL: Final = re.compile(r"approve (\S+) \((.+)\)")
# Sentences in which such a name is a column of somebody else's table.
_NO_KEYS: Final = frozenset({"survey-columns"})


def label_values(key: str, values: Mapping[str, object]) -> dict[str, object]:
    """Returns the values of the failure `key` with labels instead of keys; `NAME_key` is what to type.

    English shows the keys (D-105).
    """
    typed = {f"{name}_key": value for name, value in values.items()}
    policy = _Reader.policy
    if current_language() == "en" or key in _NO_KEYS:
        return {**values, **typed}
    labelled = {
        name: _LABELS[name](policy, value)
        if name in _LABELS and value and not isinstance(value, LabelledKey)
        else value
        for name, value in values.items()
    }
    if values.get("near"):
        labelled["near"] = _near_label(policy, key, values)
    return {**labelled, **typed}


def label_finding(key: str, values: Mapping[str, object]) -> dict[str, object]:
    """Returns the values of a finding of `verify` as `label_values` does, and the values of its field as labels."""
    labelled = label_values(key, values)
    if current_language() == "en":
        return labelled
    policy, field = _Reader.policy, str(values.get("field", ""))
    named = {name: label(policy, values[name]) for name, label in _FINDING_LABELS.items() if values.get(name)}
    facts = {
        name: labels.shown_label(text, labels.word_label(policy, field, text))
        for name in _FIELD_VALUES
        if field and isinstance(text := values.get(name), str)
    }
    return {**labelled, **named, **facts}


def _near_label(policy: Policy, key: str, values: Mapping[str, object]) -> str:
    """Returns what was probably meant: the label, or the key where keys are shown; either can be typed."""
    near, field = str(values["near"]), str(values.get("field", ""))
    if key == "unknown-field":
        known = vocabulary.field_labels(policy).get(near, {})
    else:
        known = vocabulary.field_choices(policy, field).get(near, {})
    return near if are_keys_shown() else known.get(current_language(), near)
