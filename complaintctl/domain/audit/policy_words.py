"""The words of a policy that an event contradicts, as they stand in its file."""

from collections.abc import Mapping
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Step
from complaintctl.errors import Failure

# The setting of a step that each refusal is about.
_SETTINGS: Final[Mapping[str, str]] = {
    "role-missing": "roles",
    "same-person": "other_than",
    "step-does-not-apply": "when",
    "step-times": "times",
    "fields-missing": "needs",
    "parts-missing": "needs",
    "actions-missing": "needs",
    "needed-fact": "needs",
    "tasks-open": "needs",
    "extension-not-allowed": "extend",
    "extension-twice": "extend",
    "extension-late": "extend",
}
_APPROVE: Final = "approve"


def refusal_words(rules: Rulebook, did: str, to: str | None, refusal: Failure) -> str:
    """Returns the words of the policy behind a refusal; "" if no policy can change the rule."""
    key, values = refusal.key, refusal.values
    words = ""
    if did == _APPROVE or key == "approval-missing":
        words = step_words(rules, str(values.get("before") or to or ""), _APPROVE)
    elif did == "close" or key == "closing-needs":
        words = closing_words(rules, str(values.get("outcome") or ""))
    elif key == "step-out-of-order":
        words = _order_words(rules, did, str(values.get("before")))
    elif key in {"level-against-grading", "grading-silent"}:
        words = f"grading: {plain_words(values.get('when') or '')}"
    elif key in _SETTINGS:
        words = step_words(rules, str(values.get("step") or did), _SETTINGS[key])
    return words


def _order_words(rules: Rulebook, did: str, before: str) -> str:
    """Returns the `after` of a step, otherwise the two steps in the order of the policy."""
    step = rules.steps.get(did)
    if step is not None and step.after is not None:
        return step_words(rules, did, "after")
    return f"steps: [{before}, {did}]"


def step_words(rules: Rulebook, name: str, *settings: str) -> str:
    """Returns the named settings of a step in the form of the policy file; "" if the policy lacks the step."""
    step = rules.steps.get(name)
    if step is None:
        return ""
    entries = [(setting, getattr(step, fields.python_name(setting))) for setting in settings]
    words = ", ".join(
        f"{setting}: {plain_words(value)}" for setting, value in entries if value not in (None, ())
    )
    return f"steps: {{step: {name}, {words}}}" if words else f"steps: {{step: {name}}}"


def limit_words(rules: Rulebook, name: str) -> str:
    """Returns the limit of a step in the form of the policy file; "" if it has none."""
    step = rules.steps.get(name)
    if step is None or not _has_limit(step):
        return ""
    return step_words(rules, name, "within", "every", "again", "extend", "calendar", "from")


def _has_limit(step: Step) -> bool:
    return step.within is not None or step.every is not None


def closing_words(rules: Rulebook, outcome: str) -> str:
    """Returns what the policy says about closing with an outcome."""
    if outcome not in rules.policy.close:
        return "close: {}"
    rule = rules.policy.close[outcome]
    parts = {"steps": rule.steps, "needs": rule.needs} if rule else {}
    return f"close: {{{outcome}: {plain_words({key: value for key, value in parts.items() if value})}}}"


def trust_words(rules: Rulebook, name: str) -> str:
    """Returns one key of `trust` in the form of the policy file."""
    value = getattr(rules.policy.trust, name)
    return f"trust: {{{name}: {plain_words(value)}}}"


def plain_words(value: Any) -> str:
    """Returns a value of a policy in one line, as YAML spells it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {plain_words(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(plain_words, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "–" if value is None else str(value)
