"""Signatures of a case: the steps that wait for one, and approvals that do not hold any more."""

from collections.abc import Sequence
from typing import Any

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.deadlines.signatures import VoidApproval
from complaintctl.domain.overview import board
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import _


def void_text(step: str, void: Sequence[VoidApproval], case: Case, rules: Rulebook) -> str:
    """Returns why a step is to be approved again, and the command that does it."""
    names = [labels.field_label(rules.policy, name) for name in dict.fromkeys(_fields(void))]
    words = (
        _("{step} is to be approved again: {fields} changed after the approval of {by}. {command}")
        if names
        else _("{step} is to be approved again: it was taken anew after the approval of {by}. {command}")
    )
    return words.format(
        step=labels.step_label(rules.policy, step),
        fields=_(", ").join(names),
        by=_(", ").join(dict.fromkeys(one.approval.by for one in void)),
        command=f"complaintctl approve {case.id} {step}",
    )


def _fields(void: Sequence[VoidApproval]) -> list[str]:
    return [name for one in void for name in one.fields]


def signature_lines(judged: JudgedCase, rules: Rulebook) -> list[str]:
    """Returns a line for each step that waits for a signature; none if no step does."""
    void = board.void_approvals(judged, rules)
    lines = []
    for step, roles in board.owed_signatures(judged, rules).items():
        words = _("{step}: to be signed by {roles}").format(
            step=labels.step_label(rules.policy, step),
            roles=_(", ").join(labels.party_label(rules.policy, role) for role in roles),
        )
        lines.append(f"  {words}")
        if step in void:
            lines.append(f"  {void_text(step, void[step], judged.case, rules)}")
    return lines


def signatures_json(judged: JudgedCase, rules: Rulebook) -> list[dict[str, Any]]:
    """Returns the steps that wait for a signature: missing roles, and approvals that do not hold any more."""
    void = board.void_approvals(judged, rules)
    return [
        {
            "step": step,
            "missing": roles,
            "void": [
                {
                    "by": one.approval.by,
                    "at": values.iso_time(one.approval.at),
                    "approval": one.approval.id,
                    "changed_by": one.change.id,
                    "fields": list(one.fields),
                }
                for one in void.get(step, ())
            ],
        }
        for step, roles in board.owed_signatures(judged, rules).items()
    ]
