"""Calendar entries in words, without customer data: case number, step, level, due time and who handles the case."""

from typing import Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.actions import action_number_of
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, TASK, Clock
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.sending.calendar_entries import CalendarEntry, CalendarItem
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import _

# Reserved by RFC 2606: nobody can own this domain.
UID_DOMAIN: Final = "complaintctl.invalid"


def calendar_item(entry: CalendarEntry, rules: Rulebook, *, with_title: bool) -> CalendarItem:
    """Returns an entry in the current language; `with_title` adds the title of the case, which may be personal."""
    policy, case, clock = rules.policy, entry.case, entry.clock
    level = level_word(policy, case)
    step = plain_clock_label(policy, clock)
    summary = f"{case.id} {step}"
    due = clock.due or entry.changed
    lines = [
        _("Case: {case}").format(case=case.id),
        _("Step: {step}").format(step=step),
        _("Level: {level}").format(level=level) if level else "",
        _("Owner: {owner}").format(owner=case.owner) if case.owner else "",
        _("Waiting for the customer: the time to the due time stands still.")
        if entry.status == "paused"
        else _("Due: {due}").format(due=values.moment_text(due, rules.zone)),
    ]
    return CalendarItem(
        uid=f"{case.id}/{entry.name}@{UID_DOMAIN}",
        status=entry.status,
        due=due,
        summary=f"{summary}: {case.title}" if with_title else summary,
        description="\n".join(filter(None, lines)),
        categories=tuple(filter(None, (step, level))),
        alarms=tuple(sorted({point.at for point in clock.warnings})) if entry.status == "open" else (),
        revision=entry.revision,
        changed=entry.changed,
        ended=entry.ended,
    )


def level_word(policy: Policy, case: Case) -> str:
    """Returns the level of a case in the current language; nothing for a word that is not in the policy."""
    is_known = case.level is not None and (case.level in policy.levels or not policy.levels)
    return labels.cell_label(policy, "level", case.level) if is_known and case.level else ""


def plain_clock_label(policy: Policy, clock: Clock) -> str:
    """Returns what a clock runs for, without the text of a task or an action."""
    if clock.step == TASK:
        return _("task: {what}").format(what=labels.party_label(policy, clock.what.partition(": ")[0]))
    if clock.step == ACTION:
        return _("action {what}").format(what=action_number_of(clock.what))
    if clock.step == ACTION_CHECK:
        return _("check of action {what}").format(what=action_number_of(clock.what))
    return labels.clock_label(policy, clock)
