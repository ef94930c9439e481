"""What a command prints as JSON, without customer data: every text is left out unless its key is known to be public."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, TASK
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy.public_case import (
    LEFT_OUT,
    PUBLIC_FIELDS,
    is_public,
    is_public_value,
    public_clock_subject,
)

# Keys whose texts are times, lengths of time and periods.
_TIMES: Final = frozenset(
    {
        *("as_of", "at", "cutoff", "done", "due", "effective_at", "end", "every", "given", "last", "limit"),
        *("made", "period", "recorded", "since", "start", "taken", "then", "threshold", "until"),
    }
)
_PERIODS: Final = frozenset({"day", "week", "month", "quarter", "year"})
# Keys whose texts are ids of cases, people of the team, steps.
_NAMES: Final = frozenset(
    {
        *("by", "case", "did", "duplicate_of", "duplicates", "duty", "recorded_by", "recurrence_of"),
        *("related_to", "sha256", "step", "tell", "to"),
    }
)
# Keys whose texts are words of this program or of the policy.
_WORDS: Final = frozenset(
    {
        *(
            "asks",
            "basis",
            "calendar",
            "changed",
            "command",
            "forced",
            "from",
            "if_not_upheld",
            "key",
            "kind",
        ),
        *(
            "known_by",
            "line",
            "masked",
            "measure",
            "or",
            "origin",
            "policy",
            "section",
            "state",
            "unit",
            "where",
        ),
    }
)
# The keys of fields are judged by `is_public_value`.
_OPEN_KEYS: Final = _TIMES | _PERIODS | _NAMES | _WORDS
# The keys of fields inside the objects of a case, and the fields whose words they may hold.
_FIELDS_BY_KEY: Final[Mapping[str, str]] = {
    "via": "channel",
    "class": "cause.class",
    "remedy": "plan.remedy",
    "model": "product.model",
    "batch": "product.batch",
}
# Objects of which no text is public, also not under a key that is public elsewhere.
_CLOSED_PARTS: Final = frozenset({"customer", "source", "attachments", "description", "known"})
# The names of days and people in the lines of an explanation come from the policy and the team.
_EXPLANATION_KEYS: Final = frozenset({"name", "who", "field"})
# Beginnings of paths that hold no words of a customer; an attachment may have any name.
_FILE_BEGINNINGS: Final = ("cases/", "complaintctl.yaml")
# Columns of a list that are no fields.
_CLOCK_COLUMNS: Final = frozenset({"due", "step", "overdue", "forced"})


def mask_output(policy: Policy, output: Any) -> Any:
    """Returns the JSON value with `…` for every text that may hold customer data; its shape stays as it was."""
    return _masked(policy, output, ())


def mask_cases(policy: Policy, output: Any, case_ids: Collection[str]) -> Any:
    """Returns the JSON value in which every object about one of these cases is masked as by `mask_output`."""
    if isinstance(output, dict):
        if not _case_ids(output).isdisjoint(case_ids):
            return mask_output(policy, output)
        return {key: mask_cases(policy, value, case_ids) for key, value in output.items()}
    return [mask_cases(policy, value, case_ids) for value in output] if isinstance(output, list) else output


def named_cases(output: Any) -> frozenset[str]:
    """Returns the ids of all cases that an object in the JSON value is about."""
    if isinstance(output, dict):
        return _case_ids(output).union(*map(named_cases, output.values()))
    return frozenset().union(*map(named_cases, output)) if isinstance(output, list) else frozenset()


def _case_ids(row: Mapping[str, Any]) -> frozenset[str]:
    """Returns the id of the case that an object is about: as its own id, under `case`, or in the name of its file."""
    texts = [text for text in map(row.get, ("id", "case", "file")) if isinstance(text, str)]
    return frozenset(text.rpartition("/")[2].removesuffix(".yaml") for text in texts)


def is_public_column(policy: Policy, name: str) -> bool:
    """Whether a condition or a group on this column tells nothing about a customer."""
    return name in _CLOCK_COLUMNS or name in _PERIODS or is_public(policy, name)


def _masked(policy: Policy, value: Any, path: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _masked_entry(policy, value, key, path) for key in value}
    if isinstance(value, list):
        return [_masked(policy, inner, path) for inner in value]
    if not isinstance(value, str) or not value or _is_public_text(policy, value, path):
        return value
    return LEFT_OUT


def _masked_entry(policy: Policy, row: Mapping[str, Any], key: str, path: tuple[str, ...]) -> Any:
    value = row[key]
    if key == "what" and isinstance(value, str):
        return _public_subject(policy, str(row.get("step") or ""), value)
    return _masked(policy, value, (*path, key))


def _public_subject(policy: Policy, step: str, what: str) -> str:
    """Returns what a clock is about: a step, or the receiver of a task; the text of a task is left out."""
    if what == step or what in {*BUILT_IN_STEPS, "close", *(own.step for own in policy.steps)}:
        return what
    if step == TASK and ": " in what:
        return public_clock_subject(step, what)
    is_action = step in {ACTION, ACTION_CHECK} and what.partition(" ")[0].isdecimal()
    return public_clock_subject(step, what) if is_action else LEFT_OUT


def _is_public_text(policy: Policy, text: str, path: tuple[str, ...]) -> bool:
    if not path or not _CLOSED_PARTS.isdisjoint(path):
        return False
    key, *parents = path[::-1]
    if parents and parents[0] in {"x", "set"}:
        return is_public_value(policy, f"x.{key}" if parents[0] == "x" else key, text)
    if key == "file":
        return text.startswith(_FILE_BEGINNINGS)
    if "facts" in parents and key in _EXPLANATION_KEYS:
        return True
    field = _FIELDS_BY_KEY.get(key, "remedy.kind" if path[-2:] == ("remedy", "kind") else key)
    if _is_field_key(field):
        return is_public_value(policy, field, text)
    return key in _OPEN_KEYS


def _is_field_key(name: str) -> bool:
    """Whether a key of the output is the name of a field."""
    return "." in name or name in PUBLIC_FIELDS
