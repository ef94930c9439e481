"""Lists of papers about a period: corrective actions, duties, open cases, tasks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.papers.period_paper import ActionEntry, OpenCase, OpenTask
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.documents.template_context import person_name
from complaintctl.render.papers.blocks import PaperTable
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import N_, _

_DUTY_STATES: Final[Mapping[str, str]] = {
    "never": N_("never done"),
    "running": N_("running"),
    "overdue": N_("OVERDUE"),
}


def actions_table(actions: Sequence[ActionEntry], policy: Policy) -> PaperTable:
    """Returns the corrective actions, with the cases in which the complaint came again."""
    headings = (
        _("case"),
        _("no."),
        _("what"),
        _("who"),
        _("due"),
        _("state"),
        _("overdue"),
        _("came again in"),
    )
    rows = tuple(
        (
            entry.case,
            str(entry.number),
            entry.action.what,
            person_name(policy, entry.action.who),
            entry.action.due.isoformat(),
            _(labels.ACTION_STATE_LABELS[entry.state]),
            _("yes") if entry.overdue else "",
            _(", ").join(entry.action.recurred),
        )
        for entry in actions
    )
    return PaperTable(headings=headings, rows=rows)


def duties_table(duties: Sequence[JudgedDuty], rules: Rulebook) -> PaperTable:
    """Returns the recurring duties, with what was recorded when they were last done."""
    headings = (_("duty"), _("who"), _("last done"), _("result"), _("due"), _("state"))
    rows = tuple(
        (
            values.localised_text(duty.duty.label) or duty.name,
            labels.party_label(rules.policy, duty.duty.who) if duty.duty.who else "",
            _day(duty.last.at, rules) if duty.last else "",
            duty.last.text or "" if duty.last else "",
            _day(duty.due, rules) if duty.due else "",
            _(_DUTY_STATES[duty.state]),
        )
        for duty in duties
    )
    return PaperTable(headings=headings, rows=rows)


def cases_table(cases: Sequence[OpenCase], rules: Rulebook) -> PaperTable:
    """Returns open cases with what is due next; nothing of the customer."""
    policy = rules.policy
    headings = (_("case"), _("received"), _("level"), _("class"), _("step"), _("due"), _("overdue"))
    rows = tuple(
        (
            case.id,
            _day(case.received, rules),
            labels.cell_label(policy, "level", case.level or ""),
            labels.cell_label(policy, "category", case.category or ""),
            labels.cell_label(policy, "step", case.step),
            values.moment_text(case.due, rules.zone) if case.due else "",
            _("yes") if case.overdue else "",
        )
        for case in cases
    )
    return PaperTable(headings=headings, rows=rows)


def tasks_table(tasks: Sequence[OpenTask], rules: Rulebook) -> PaperTable:
    """Returns tasks that were not reported done."""
    headings = (_("case"), _("to"), _("what"), _("due"))
    rows = tuple(
        (
            task.case,
            labels.party_label(rules.policy, task.to),
            task.what,
            values.moment_text(task.due, rules.zone) if task.due else "",
        )
        for task in tasks
    )
    return PaperTable(headings=headings, rows=rows)


def _day(moment: datetime, rules: Rulebook) -> str:
    return moment.astimezone(rules.zone).date().isoformat()
