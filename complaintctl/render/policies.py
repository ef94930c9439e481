"""A policy as people read it."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from complaintctl.domain import fields, vocabulary
from complaintctl.domain.policy import Labels, Policy, Step, Texts, paths
from complaintctl.render import labels as words
from complaintctl.render import tables
from complaintctl.render.language import _, current


def label(policy: Policy) -> str:
    """What the policy is called in the reader's language."""
    return policy.label.get(current()) or policy.name


def shown(policy: Policy, form: str) -> str:
    """Levels, classes and steps of a policy."""
    parts = [f"{'# ' if form == 'md' else ''}{policy.name}: {label(policy)} ({policy.timezone})\n"]
    steps = [_step(policy, step) for step in policy.steps]
    columns = {
        "step": _("step"),
        "limit": _("limit"),
        "from": _("counted from"),
        "needs": _("needs"),
        "approve": _("approved by"),
    }
    parts.append(tables.rows(columns, steps, form))
    for heading, entries in (
        (_("level"), {key: entry.label if entry else {} for key, entry in policy.levels.items()}),
        (_("channel"), {key: entry.label if entry else {} for key, entry in policy.channels.items()}),
        (_("remedy"), {key: entry.label if entry else {} for key, entry in policy.remedies.items()}),
    ):
        parts.append(_words(heading, entries, form))
    classes = [{"key": path, "label": _own(entry.label)} for path, entry in paths(policy.categories, "")]
    if classes:
        parts.append(tables.rows({"key": _("class"), "label": _("name")}, classes, form))
    outcomes = vocabulary.OUTCOME_LABELS
    closing = [
        {"outcome": outcomes.get(outcome, {}).get(current(), outcome), "needs": _closing(rule)}
        for outcome, rule in policy.close.items()
    ]
    if closing:
        parts.append(tables.rows({"outcome": _("closing as"), "needs": _("needs")}, closing, form))
    return "\n".join(part for part in parts if part)


def machine(policy: Policy) -> Any:
    """The whole policy for machines, under the keys of its file; what it leaves out is left out."""
    return _plain(policy)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((entry.name, getattr(value, entry.name)) for entry in dataclasses.fields(value))
        return {fields.key(name): _plain(inner) for name, inner in pairs if inner not in (None, (), {})}
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _words(heading: str, entries: Mapping[str, Labels], form: str) -> str:
    found = [{"key": key, "label": _own(labels)} for key, labels in entries.items()]
    return tables.rows({"key": heading, "label": _("name")}, found, form) if found else ""


def _own(labels: Labels) -> str:
    return labels.get(current()) or next(iter(labels.values()), "")


def _closing(rule: Any) -> str:
    return ", ".join((*rule.steps, *rule.needs)) if rule else ""


def _step(policy: Policy, step: Step) -> dict[str, str]:
    points = (step.from_,) if isinstance(step.from_, str) else step.from_
    limit = _limit(step.within) or (_("every {limit}").format(limit=_limit(step.every)) if step.every else "")
    return {
        "step": words.labelled(step.step, _own(step.label)),
        "limit": limit,
        "from": ", ".join(words.point(policy, point) for point in points) if limit else "",
        "needs": _lists(step.needs),
        "approve": _lists(step.approve),
    }


def _limit(texts: Texts | None) -> str:
    if texts is None or isinstance(texts, str):
        return texts or ""
    return ", ".join(f"{key} {text}" for key, text in texts.items())


def _lists(lists: tuple[str, ...] | dict[str, tuple[str, ...]]) -> str:
    if isinstance(lists, tuple):
        return ", ".join(lists)
    return "; ".join(f"{key}: {', '.join(entries)}" for key, entries in lists.items())
