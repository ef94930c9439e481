"""Events of the history and entries of lists as text in the reader's language."""

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
from complaintctl.domain.case.event_kinds import ERASED, EXTENDED
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import N_, _, current_language

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_BONE: Final = {"branch", "cause"}
# Parts of an entry that name a person, role or department, and parts that are truth values.
_PEOPLE: Final = frozenset({"who", "to", "done_by", "verified_by"})
_TRUTHS: Final = frozenset({"erased", "required", "effective"})
# Labels of the parts of an entry; English shows the keys.
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
    "erased": N_("erased"),
}
_RECEIVER: Final = N_("to {value}")
# What an event is directed at, where that is not a person to whom the case passes.
_TARGETS: Final[Mapping[str, str]] = {
    "approve": N_("of {value}"),
    **dict.fromkeys(("task", "action"), N_("for {value}")),
    "task-done": N_("by {value}"),
    "reopen": N_("back to {value}"),
    EXTENDED: N_("of {value}"),
}


def event_text(event: Event, rules: Rulebook) -> str:
    """Returns the details of an event: all but its time, author and kind."""
    policy = rules.policy
    parts = [
        label_and_value(labels.field_label(policy, name), _change(rules, name, change))
        for name, change in event.set.items()
    ]
    parts += [_changed_text(policy, name, event.did) for name in event.changed]
    via = labels.cell_label(policy, "channel", event.via or "")
    optional = (
        (_("via {value}"), via),
        (_(_TARGETS.get(event.did, _RECEIVER)), _target_label(event, policy)),
        ("→ {value}", event.link),
    )
    parts += [template.format(value=value) for template, value in optional if value]
    parts += [value for value in (*event.files, event.event, *(task.what for task in event.tasks)) if value]
    if event.refused:
        parts.append(_("refused"))
    if event.forced:
        parts.append(
            _("by force, without: {missing}").format(missing=labels.parts_text(policy, event.forced))
        )
    if event.due is not None:
        parts.append(_("in time") if event.met else _("late"))
    for step, (_old, new) in event.moved.items():
        parts.append(f"{labels.event_label(policy, step)} → {values.value_text(new, rules.zone)}")
    parts += [labels.reached_rung_label(policy, rung) for rung in event.rungs]
    parts += [labels.repeated_rule_label(policy, rule) for rule in event.repeated]
    if event.until is not None:
        parts.append(_("until {time}").format(time=values.end_text(event.until, rules.zone)))
    parts += [f"“{value}”" for value in (event.text, event.reason) if value]
    return _("; ").join(parts)


def _changed_text(policy: Policy, name: str, did: str) -> str:
    """Returns a field whose values the history does not tell; of an erasing what went."""
    if did != ERASED:
        return label_and_value(labels.field_label(policy, name), "…")
    return labels.erased_part_label(policy, name)


def actor_text(by: str, recorder: str | None) -> str:
    """Returns who did it, and who recorded it if that is somebody else."""
    return _("{who} (recorded by {recorder})").format(who=by, recorder=recorder) if recorder else by


def label_and_value(name: str, text: str) -> str:
    """Returns `name: text` with the colon of the current language."""
    return _("{what}: {which}").format(what=name, which=text)


def _target_label(event: Event, policy: Policy) -> str:
    """Returns whom an event hands the case to, or the step reopened or extended; empty without either."""
    if event.to is None:
        return ""
    return (
        labels.cell_label(policy, "step", event.to)
        if event.did in {"reopen", "approve", EXTENDED}
        else labels.party_label(policy, event.to)
    )


def _change(rules: Rulebook, name: str, change: tuple[Any, Any]) -> str:
    if _holds_maps(change) and not _is_fishbone(change):
        return _("; ").join(_entries(rules, *change))
    old, new = (values.value_text(_recorded(rules, name, value), None) for value in change)
    return new if not old else f"{old} → {new or '–'}"


def _holds_maps(change: tuple[Any, Any]) -> bool:
    sides = [side for side in change if side is not None]
    return all(isinstance(side, list) and all(isinstance(item, dict) for item in side) for side in sides)


def _is_fishbone(change: tuple[Any, Any]) -> bool:
    return any(isinstance(item, dict) and item.keys() == _BONE for side in change for item in side or ())


def _entries(rules: Rulebook, old: Any, new: Any) -> Iterator[str]:
    """Yields the changes of each entry of a list: all parts of a new entry, the changed parts of an old one."""
    nothing: dict[str, Any] = {}
    for number, (before, after) in enumerate(zip_longest(old or (), new or (), fillvalue=nothing), 1):
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        if changed:
            yield f"{number}. {entry_text(changed, rules.policy, rules.zone)}"
        elif not after:
            yield f"{number}. –"


def entry_text(entry: Any, policy: Policy, zone: ZoneInfo | None) -> str:
    """Returns an entry of a list: its parts with their labels."""
    if isinstance(entry, Bone):
        return label_and_value(labels.branch_label(entry.branch), entry.cause)
    parts = entry if isinstance(entry, dict) else dataclasses.asdict(entry)
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
    """Returns a value; a time recorded as text is formatted for people."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        # A history written by hand may have an impossible time.
        with contextlib.suppress(ValueError):
            return values.moment_text(datetime.fromisoformat(value), zone)
    return value


def _recorded(rules: Rulebook, name: str, recorded: Any) -> Any:
    """Returns a value recorded in the history for people: keys with labels, causes with their branch."""
    if isinstance(recorded, list):
        return [
            label_and_value(labels.branch_label(item["branch"]), item["cause"])
            if isinstance(item, dict) and item.keys() == _BONE
            else item
            for item in recorded
        ]
    if not isinstance(recorded, str):
        return recorded
    if fields.field_kinds().get(name) == "truth":
        return recorded == "true"
    if fields.field_kinds().get(name) == "moment":
        return _moment(recorded, rules.zone)
    return labels.cell_label(rules.policy, name, recorded)
