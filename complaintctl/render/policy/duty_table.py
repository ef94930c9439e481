"""The recurring duties of a policy as a table."""

from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _, current_language


def duty_table(policy: Policy, output_format: str) -> str:
    """Returns a table of the recurring duties; empty without any."""
    rows = [
        {
            "duty": labels.key_with_label(name, duty.label.get(current_language(), "")),
            "every": duty.every,
            "who": labels.party_label(policy, duty.who) if duty.who else "",
            "from": values.value_text(duty.from_, None) if duty.from_ else "",
        }
        for name, duty in policy.duties.items()
    ]
    columns = {"duty": _("duty"), "every": _("every"), "who": _("who"), "from": _("counted from")}
    return tables.format_rows(columns, rows, output_format) if rows else ""
