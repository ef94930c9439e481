"""The retention rules of a policy in words."""

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.policy.retention_rules import RetentionRule
from complaintctl.render.text import labels, tables
from complaintctl.render.text.language import N_, _

_STARTS = {"close": N_("the closing"), "receipt": N_("receipt")}


def retention_rule_text(policy: Policy, rule: RetentionRule) -> str:
    """Returns a rule in words: `3y from the closing, then erase; level general`."""
    start = _(_STARTS[rule.from_]) if rule.from_ in _STARTS else labels.field_label(policy, rule.from_)
    text = _("{keep} from {start}, then erase").format(keep=rule.keep, start=start)
    when = labels.conditions_text(policy, rule.when)
    return _("; ").join((text, when)) if when else text


def retention_table(policy: Policy, output_format: str) -> str:
    """Returns a table of the rules in order; empty without any."""
    rows = [
        {"row": number, "rule": retention_rule_text(policy, rule)}
        for number, rule in enumerate(policy.retention, 1)
    ]
    columns = {"row": _("retention"), "rule": _("rule")}
    return tables.format_rows(columns, rows, output_format) if rows else ""
