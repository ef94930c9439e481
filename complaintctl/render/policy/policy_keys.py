"""Keys of a policy and their values in words, for readers who do not know the file."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.policy_check.policy_changes import DAY_LISTS
from complaintctl.domain.worktime import calendars
from complaintctl.render.text import labels
from complaintctl.render.text.language import N_, _

# Labels of top-level keys, then of keys below them; a key without a label is shown as it is.
HEAD_LABELS: Final[Mapping[str, str]] = {
    "calendars": N_("calendar"),
    "categories": N_("class"),
    "causes": N_("cause"),
    "channels": N_("channel"),
    "close": N_("closing as"),
    "shortcuts": N_("shortcut"),
    "duties": N_("duty"),
    "fields": N_("field"),
    "levels": N_("level"),
    "notify": N_("reminders"),
    "people": N_("person"),
    "personal": N_("personal data"),
    "playbooks": N_("playbook"),
    "remedies": N_("remedy"),
    "steps": N_("step"),
    "trust": N_("trust"),
    "volumes": N_("volumes"),
    "wait": N_("waiting for the customer"),
}
KEY_LABELS: Final[Mapping[str, str]] = {
    "also": N_("old names"),
    "after": N_("comes after"),
    "again": N_("limit when due again"),
    "approve": N_("approved by"),
    "at_most": N_("at most"),
    "breaks": N_("closed for hours"),
    "calendar": N_("calendar"),
    "calendar_by": N_("calendar selected by"),
    "choices": N_("choices"),
    "count": N_("counting of working days"),
    "country_code": N_("country code of telephone numbers"),
    "department": N_("department"),
    "escalation": N_("whom to notify of a late case"),
    "every": N_("every"),
    "extend": N_("extension"),
    "first_answer": N_("first answer"),
    "from": N_("counted from"),
    "grading": N_("grading"),
    "holidays": N_("holidays"),
    "hours": N_("opening hours"),
    "known_until": N_("published until"),
    "keyring": N_("keyring"),
    "label": N_("name"),
    "level": N_("level"),
    "limit_by": N_("limit selected by"),
    "needs": N_("needs"),
    "on": N_("informs"),
    "optional": N_("optional"),
    "other_than": N_("by somebody else than"),
    "pauses": N_("pauses while waiting"),
    "promise": N_("promises the customer"),
    "retention": N_("how long customer data are kept"),
    "keep": N_("kept for"),
    "then": N_("then"),
    "repetition": N_("whom to notify of repeated complaints"),
    "reopen_to": N_("reopened to"),
    "roles": N_("roles"),
    "policy_by": N_("policy changed by"),
    "says_more": N_("tells the customer more"),
    "signed": N_("signed commits"),
    "signing_keys": N_("signing keys"),
    "source": N_("source"),
    "squash": N_("squashed commits"),
    "tasks": N_("tasks for departments"),
    "special_hours": N_("opening hours of individual days"),
    "times": N_("at most so often"),
    "timezone": N_("time zone"),
    "tolerance": N_("tolerance"),
    "type": N_("type"),
    "unpublished": N_("unpublished for"),
    "until": N_("until"),
    "warn": N_("warnings"),
    "when": N_("applies when"),
    "within": N_("limit"),
    "witnesses": N_("witnesses"),
    "workdays": N_("make-up working days"),
}
# The keys below these are names that the team chose.
NAMED_HEADS: Final = frozenset(HEAD_LABELS) - {"wait"}
_ORDERS: Final[Mapping[str, str]] = {"steps": N_("order of the steps"), "levels": N_("order of the levels")}
_NEXT_DAY: Final = timedelta(days=1)
_NOTHING: Final = "–"


def policy_key_label(policy: Policy, path: tuple[str, ...]) -> str:
    """Returns a key of the policy in words: `step investigate: limit, urgent`."""
    head, *rest = path
    if not rest:
        return _(_ORDERS.get(head, KEY_LABELS.get(head, head)))
    if head not in NAMED_HEADS:
        return _key_and_parts(
            _(HEAD_LABELS.get(head, KEY_LABELS.get(head, head))),
            [_(KEY_LABELS.get(rest[0], rest[0])), *rest[1:]],
        )
    name = labels.step_label(policy, rest[0]) if head == "steps" else rest[0]
    return _key_and_parts(
        f"{_(HEAD_LABELS[head])} {name}", [_(KEY_LABELS.get(part, part)) for part in rest[1:2]] + rest[2:]
    )


def _key_and_parts(what: str, which: list[str]) -> str:
    return _("{what}: {which}").format(what=what, which=_(", ").join(which)) if which else what


def policy_value_text(path: tuple[str, ...], value: Any) -> str:
    """Returns the value at a key in words; a dash for None or an empty list."""
    if value is None:
        return _NOTHING
    if path[-1] in DAY_LISTS and isinstance(value, tuple):
        return _(", ").join(_ranges(value))
    if isinstance(value, tuple):
        return _(", ").join(policy_value_text(("",), entry) for entry in value) or _NOTHING
    if isinstance(value, Mapping):
        entries = (
            f"{_(KEY_LABELS.get(name, name))} {_inner_text(name, inner)}" for name, inner in value.items()
        )
        return _(", ").join(entries) or _("yes")
    return str(value) if not isinstance(value, bool) else _("yes") if value else _("no")


def _inner_text(name: str, value: Any) -> str:
    text = policy_value_text((name,), value)
    return f"({text})" if isinstance(value, Mapping | tuple) and len(value) > 1 else text


def _ranges(days: tuple[str, ...]) -> list[str]:
    """Returns the days in order, consecutive days as one range."""
    runs: list[list[str]] = [[text] for text in days[:1]]
    for earlier, later in pairwise(days):
        if _follows(calendars.parse_day(earlier), calendars.parse_day(later)):
            runs[-1].append(later)
        else:
            runs.append([later])
    return [run[0] if len(run) == 1 else f"{run[0]} … {run[-1]}" for run in runs]


def _follows(earlier: date | None, later: date | None) -> bool:
    return earlier is not None and later is not None and later - earlier == _NEXT_DAY
