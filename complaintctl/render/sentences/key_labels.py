"""The values of a failure that are keys of the domain or of the policy, as labels in the reader's language."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import LabelledKey, Policy
from complaintctl.domain.policy.trust_rules import PersonalRule
from complaintctl.domain.privacy.public_problem import public_problem
from complaintctl.domain.problems import Problem
from complaintctl.render.text import labels
from complaintctl.render.text.language import are_keys_shown, current_language


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
    return [labels.part_label(policy, name) if isinstance(name, str) else name for name in names]


# By the name of the value in its sentence; a value that is no key stays as it is.
_LABELS: Final[Mapping[str, Callable[[Policy, Any], Any]]] = {
    "step": labels.part_label,
    "before": labels.part_label,
    "did": labels.part_label,
    "field": labels.field_label,
    "outcome": _choice("outcome"),
    "status": _choice("status"),
    "level": _choice("level"),
    "graded": _choice("level"),
    "old": _choice("level"),
    "new": _choice("level"),
    "when": _conditions,
    "missing": _parts,
    "fields": _parts,
}
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


def _near_label(policy: Policy, key: str, values: Mapping[str, object]) -> str:
    """Returns what was probably meant: the label, or the key where keys are shown; either can be typed."""
    near, field = str(values["near"]), str(values.get("field", ""))
    if key == "unknown-field":
        known = vocabulary.field_labels(policy).get(near, {})
    else:
        known = vocabulary.field_choices(policy, field).get(near, {})
    return near if are_keys_shown() else known.get(current_language(), near)
