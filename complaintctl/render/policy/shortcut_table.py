"""The shortcuts of a policy as a table."""

from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables
from complaintctl.render.text.language import _, current_language


def shortcut_table(policy: Policy, output_format: str) -> str:
    """Returns a table of the shortcuts with the steps that each takes; empty without any."""
    rows = [
        {
            "shortcut": labels.key_with_label(name, shortcut.label.get(current_language(), "")),
            "steps": _(", ").join(labels.step_label(policy, step) for step in shortcut.steps),
        }
        for name, shortcut in policy.shortcuts.items()
    ]
    columns = {"shortcut": _("shortcut"), "steps": _("takes the steps")}
    return tables.format_rows(columns, rows, output_format) if rows else ""
