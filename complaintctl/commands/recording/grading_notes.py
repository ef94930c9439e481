"""Reports which grading row set the level of a case that was just recorded."""

from typing import Any

from complaintctl.commands.session import Session, print_message
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.lifecycle import grading
from complaintctl.domain.policy.policy import GradingRule
from complaintctl.render.text import labels
from complaintctl.render.text.language import _


def grading_json(session: Session, case: Case, event: Event) -> dict[str, Any]:
    """Returns the row that set the level as JSON; empty if no row did."""
    row = _grading_row(session, case, event)
    if row is None:
        return {}
    return {"grading": {"level": row.level, "when": dict(row.when), "policy": _row_location(session, row)}}


def print_grading(session: Session, case: Case, event: Event) -> None:
    """Print which row set the level; if the event changed graded fields, print the level that the rows give now."""
    policy = session.rules.policy
    if row := _grading_row(session, case, event):
        template = _("graded {level}: {when} ({place})")
        level = labels.word_label(policy, "level", row.level)
        conditions = labels.conditions_text(policy, row.when) or _("in every other case")
        print_message(template.format(level=level, when=conditions, place=_row_location(session, row)))
    elif {*event.set, *event.changed} & {*grading.grading_fields(policy)}:
        graded = grading.graded_level(case, policy)
        if graded not in {None, case.level} and case.level is not None:
            template = _("The grading now gives {level}; to apply it: complaintctl classify {case}")
            print_message(template.format(level=labels.word_label(policy, "level", graded), case=case.id))


def _grading_row(session: Session, case: Case, event: Event) -> GradingRule | None:
    """Returns the row that set the level in this event, or None."""
    policy = session.rules.policy
    if event.did != "classify" and not (event.did == "open" and grading.is_grading_certain(case, policy)):
        return None
    row = grading.find_grading_rule(case, policy)
    return row if row and row.level == case.level else None


def _row_location(session: Session, row: GradingRule) -> str:
    line = session.file.lines[("grading", session.rules.policy.grading.index(row))]
    return f"{session.file.path.name}:{line}"
