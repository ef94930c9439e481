"""What the grading says of a case that was just recorded."""

from typing import Any

from complaintctl.commands import session
from complaintctl.commands.session import Desk
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.lifecycle import grading
from complaintctl.domain.policy.policy import Grade
from complaintctl.render.text import labels
from complaintctl.render.text.language import _


def machine(here: Desk, case: Case, event: Event) -> dict[str, Any]:
    """The row that gave the level, for machines; nothing where none did."""
    row = _row(here, case, event)
    if row is None:
        return {}
    return {"grading": {"level": row.level, "when": dict(row.when), "policy": _place(here, row)}}


def say(here: Desk, case: Case, event: Event) -> None:
    """Which row gave the level; after a correction, that the rows now give another one."""
    policy = here.rules.policy
    if row := _row(here, case, event):
        said = _("graded {level}: {when} ({place})")
        level = labels.word(policy, "level", row.level)
        why = labels.conditions(policy, row.when) or _("in every other case")
        session.say(said.format(level=level, when=why, place=_place(here, row)))
    elif {*event.set, *event.changed} & {*grading.asked(policy)}:
        now = grading.level_of(case, policy)
        if now not in {None, case.level} and case.level is not None:
            said = _("The grading now gives {level}; to take it over: complaintctl classify {case}")
            session.say(said.format(level=labels.word(policy, "level", now), case=case.id))


def _row(here: Desk, case: Case, event: Event) -> Grade | None:
    """The row by which the event set the level."""
    policy = here.rules.policy
    if event.did != "classify" and not (event.did == "open" and grading.is_certain(case, policy)):
        return None
    row = grading.grade(case, policy)
    return row if row and row.level == case.level else None


def _place(here: Desk, row: Grade) -> str:
    line = here.file.lines[("grading", here.rules.policy.grading.index(row))]
    return f"{here.file.path.name}:{line}"
