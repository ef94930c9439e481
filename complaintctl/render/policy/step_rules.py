"""The rules of steps that most policies do not need: calendars, extensions, how often, by whom not."""

from collections.abc import Iterator

from complaintctl.domain.policy.policy import Policy, Step, TextOrMap
from complaintctl.render.text import tables
from complaintctl.render.text.labels import (
    field_label,
    key_with_label,
    map_key_label,
    party_label,
    step_label,
)
from complaintctl.render.text.language import _, current_language


def step_rules_table(policy: Policy, output_format: str) -> str:
    """Returns a table of the steps with such a rule; empty without any."""
    rows = list(_rows(policy))
    columns = {
        "step": _("step"),
        "calendar": _("calendar"),
        "extension": _("extension"),
        "times": _("at most so often"),
        "other": _("by somebody else than"),
        "watchers": _("informs"),
    }
    used = {name: heading for name, heading in columns.items() if any(row[name] for row in rows)}
    return tables.format_rows(used, rows, output_format) if rows else ""


def _rows(policy: Policy) -> Iterator[dict[str, str]]:
    if isinstance(policy.calendar, dict):
        yield {**_row(_("all")), "calendar": _selected(policy, policy.calendar, policy.calendar_by)}
    for step in policy.steps:
        row = _step_row(policy, step)
        if any(row[name] for name in ("calendar", "extension", "times", "other", "watchers")):
            yield row


def _row(name: str) -> dict[str, str]:
    return {"step": name, "calendar": "", "extension": "", "times": "", "other": "", "watchers": ""}


def _step_row(policy: Policy, step: Step) -> dict[str, str]:
    others = (step.other_than,) if isinstance(step.other_than, str) else step.other_than
    return {
        **_row(key_with_label(step.step, step.label.get(current_language(), ""))),
        "calendar": _selected(policy, step.calendar, step.calendar_by),
        "extension": _selected(policy, step.extend, step.limit_by),
        "times": str(step.times or ""),
        "other": _(", ").join(step_label(policy, name) for name in others),
        "watchers": _(", ").join(party_label(policy, name) for name in (step.on.watchers if step.on else ())),
    }


def _selected(policy: Policy, setting: TextOrMap | None, by: str | None) -> str:
    """Returns a value, or a map with the field by which it is selected."""
    if not isinstance(setting, dict):
        return setting or ""
    text = _(", ").join(f"{map_key_label(policy, key)} {value}" for key, value in setting.items())
    return _("{what}: {which}").format(what=field_label(policy, by), which=text) if by else text
