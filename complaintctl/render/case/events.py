"""What an event of a history says, and an entry of a list, in the reader's words."""

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, fixed_labels
from complaintctl.domain.case.case import Bone, Event
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import N_, _, current_language

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_BONE: Final = {"branch", "cause"}
# Parts of an entry that name somebody, and those that are true or false.
_PEOPLE: Final = frozenset({"who", "to", "done_by", "verified_by"})
_TRUTHS: Final = frozenset({"required", "effective"})
# What the parts of an entry are called; English reads their keys.
ENTRY_LABELS: Final[Mapping[str, str]] = {
    "what": N_("what"),
    "kind": N_("kind"),
    "who": N_("who does it"),
    "to": N_("to"),
    "by": N_("by"),
    "due": N_("due"),
    "made": N_("made"),
    "given": N_("given"),
    "check": N_("check"),
    "required": N_("required"),
    "done": N_("done"),
    "done_by": N_("done by"),
    "result": N_("result"),
    "effective": N_("effective"),
    "verified": N_("verified"),
    "verified_by": N_("verified by"),
    "recurred": N_("recurred"),
    "file": N_("file"),
}


def event_text(event: Event, rules: Rulebook) -> str:
    """What an event says beyond who did what when."""
    policy = rules.policy
    parts = [
        label_and_value(labels.field_label(policy, name), _change(rules, name, change))
        for name, change in event.set.items()
    ]
    parts += [label_and_value(labels.field_label(policy, name), "…") for name in event.changed]
    via = labels.cell_label(policy, "channel", event.via or "")
    told = (
        (_("via {value}"), via),
        (_("to {value}"), _target_label(event, policy)),
        ("→ {value}", event.link),
    )
    parts += [template.format(value=value) for template, value in told if value]
    parts += [value for value in (event.file, event.event, *(one.what for one in event.tasks)) if value]
    if event.refused:
        parts.append(_("refused"))
    if event.due is not None:
        parts.append(_("in time") if event.met else _("late"))
    for step, (_old, new) in event.moved.items():
        parts.append(f"{labels.event_label(policy, step)} → {values.value_text(new, rules.zone)}")
    parts += [labels.reached_rung_label(policy, one) for one in event.rungs]
    parts += [labels.repeated_rule_label(policy, one) for one in event.repeated]
    parts += [f"“{value}”" for value in (event.text, event.reason) if value]
    return _("; ").join(parts)


def label_and_value(name: str, text: str) -> str:
    """What something is called, and what it is."""
    return _("{what}: {which}").format(what=name, which=text)


def _target_label(event: Event, policy: Policy) -> str:
    """To whom an event hands the case, or to which step it goes back."""
    if event.to is None:
        return ""
    return (
        labels.cell_label(policy, "step", event.to)
        if event.did == "reopen"
        else labels.party_label(policy, event.to)
    )


def _change(rules: Rulebook, name: str, change: tuple[Any, Any]) -> str:
    if _holds_maps(change) and not _is_fishbone(change):
        return _("; ").join(_entries(rules, *change))
    old, new = (values.value_text(_recorded(rules, name, value), None) for value in change)
    return new if not old else f"{old} → {new or '–'}"


def _holds_maps(change: tuple[Any, Any]) -> bool:
    sides = [side for side in change if side is not None]
    return all(isinstance(side, list) and all(isinstance(one, dict) for one in side) for side in sides)


def _is_fishbone(change: tuple[Any, Any]) -> bool:
    return any(isinstance(one, dict) and one.keys() == _BONE for side in change for one in side or ())


def _entries(rules: Rulebook, old: Any, new: Any) -> Iterator[str]:
    """What changed in each entry of a list: all of a new one, of an old one what was said anew."""
    nothing: dict[str, Any] = {}
    for place, (before, after) in enumerate(zip_longest(old or (), new or (), fillvalue=nothing), 1):
        said = {key: value for key, value in after.items() if before.get(key) != value}
        if said:
            yield f"{place}. {entry_text(said, rules.policy, rules.zone)}"
        elif not after:
            yield f"{place}. –"


def entry_text(found: Any, policy: Policy, zone: ZoneInfo | None) -> str:
    """An entry of a list: its parts with what they are called."""
    if isinstance(found, Bone):
        return label_and_value(labels.branch_label(found.branch), found.cause)
    parts = found if isinstance(found, dict) else dataclasses.asdict(found)
    return _(", ").join(
        f"{_part_label(name)} {_part_value(name, value, policy, zone)}"
        for name, value in parts.items()
        if value not in (None, (), [])
    )


def _part_label(name: str) -> str:
    if current_language() == "en" or name not in ENTRY_LABELS:
        return (
            fixed_labels.LINK_LABELS[name][current_language()] if name in fixed_labels.LINK_LABELS else name
        )
    return _(ENTRY_LABELS[name])


def _part_value(name: str, value: Any, policy: Policy, zone: ZoneInfo | None) -> str:
    if name in _PEOPLE:
        return labels.party_label(policy, str(value))
    if name in _TRUTHS:
        return values.value_text(value in {True, "true"}, zone)
    if name == "kind":
        return fixed_labels.ACTION_KIND_LABELS.get(value, {}).get(current_language(), str(value))
    if name == "what":
        return labels.cell_label(policy, "step", value)
    return values.value_text(_moment(value, zone), zone)


def _moment(value: Any, zone: ZoneInfo | None) -> Any:
    """A moment that was recorded as text."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        # A hand may have written the history.
        with contextlib.suppress(ValueError):
            return values.moment_text(datetime.fromisoformat(value), zone)
    return value


def _recorded(rules: Rulebook, name: str, recorded: Any) -> Any:
    """A value as the history recorded it, a word of the policy with its label, each bone of a fishbone in words."""
    if isinstance(recorded, list):
        return [
            label_and_value(labels.branch_label(one["branch"]), one["cause"])
            if isinstance(one, dict) and one.keys() == _BONE
            else one
            for one in recorded
        ]
    if not isinstance(recorded, str):
        return recorded
    if fields.field_kinds().get(name) == "truth":
        return recorded == "true"
    if fields.field_kinds().get(name) == "moment":
        return _moment(recorded, rules.zone)
    return labels.cell_label(rules.policy, name, recorded)
