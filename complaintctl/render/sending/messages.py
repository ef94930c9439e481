"""The text of reminders, without customer data: case number, level, step, due time, owner."""

from collections.abc import Sequence
from typing import Any, Final

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.sending.reminders import Reminder
from complaintctl.render.sending.calendar_items import level_word, plain_clock_label
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _, current_language, ngettext

# Services cut long messages, some of them at two thousand characters.
MOST_LINES: Final = 20
# Columns of the formats for programs.
REMINDER_KEYS: Final = (
    "receiver",
    "via",
    "case",
    "clock",
    "step",
    "level",
    "due",
    "points",
    "state",
    "opens",
)
# What becomes of a reminder.
STATES: Final = ("sent", "due", "waits", "failed", "no-address", "unsure")


def message_title(reminders: Sequence[Reminder], policy: Policy) -> str:
    """Returns the subject of a message: which desk, how many due times, how many overdue."""
    overdue = sum(reminder.clock.state == "overdue" for reminder in reminders)
    count = ngettext("{count} due time", "{count} due times", len(reminders)).format(count=len(reminders))
    name = policy.label.get(current_language()) or policy.name
    if not overdue:
        return _("{desk}: {count}").format(desk=name, count=count)
    return _("{desk}: {count}, {overdue} overdue").format(desk=name, count=count, overdue=overdue)


def message_body(reminders: Sequence[Reminder], rules: Rulebook) -> str:
    """Returns one line for each clock, the first due first; of very many, the rest is counted."""
    lines = [_reminder_line(reminder, rules) for reminder in sorted(reminders, key=_due)]
    rest = len(lines) - MOST_LINES
    if rest > 0:
        words = ngettext("and {count} more: complaintctl today", "and {count} more: complaintctl today", rest)
        lines = [*lines[:MOST_LINES], words.format(count=rest)]
    return "\n".join(lines)


def _due(reminder: Reminder) -> tuple[float, str]:
    return reminder.clock.due.timestamp() if reminder.clock.due else 0.0, reminder.case.id


def _reminder_line(reminder: Reminder, rules: Rulebook) -> str:
    policy, case, clock = rules.policy, reminder.case, reminder.clock
    due = clock.due
    parts = [
        f"{case.id} {plain_clock_label(policy, clock)}",
        level_word(policy, case),
        _("due {due}").format(due=values.moment_text(due, rules.zone)) if due else "",
        _("overdue") if clock.state == "overdue" else "",
        _("owner {owner}").format(owner=case.owner) if case.owner else _("no owner"),
    ]
    return ", ".join(filter(None, parts))


def state_label(state: str) -> str:
    """Returns what became of a reminder, in words."""
    return {
        "sent": _("sent"),
        "due": _("would be sent"),
        "waits": _("waits"),
        "failed": _("FAILED"),
        "no-address": _("no address"),
        "unsure": _("not certain"),
    }[state]


def reminder_entry(reminder: Reminder, state: str, via: str | None) -> dict[str, Any]:
    """Returns a reminder for programs; `via` is the name of the variable with the address."""
    return {
        "receiver": reminder.receiver,
        "via": via,
        "case": reminder.case.id,
        "clock": reminder.name,
        "step": reminder.clock.step,
        "level": reminder.case.level,
        "due": values.iso_time(reminder.clock.due),
        "points": list(reminder.points),
        "state": state,
        "opens": values.iso_time(reminder.opens) if state == "waits" else None,
    }


def reminder_rows(rows: Sequence[tuple[Reminder, str]], rules: Rulebook) -> str:
    """Returns a table of reminders and what became of them; empty without any."""
    columns = {
        "receiver": _("receiver"),
        "case": _("case"),
        "step": _("step"),
        "level": _("level"),
        "due": _("due"),
        "state": _("state"),
        "when": _("from"),
    }
    entries = [
        {
            "receiver": labels.party_label(rules.policy, reminder.receiver),
            "case": reminder.case.id,
            "step": plain_clock_label(rules.policy, reminder.clock),
            "level": level_word(rules.policy, reminder.case),
            "due": values.moment_text(reminder.clock.due, rules.zone) if reminder.clock.due else "",
            "state": state_label(state),
            "when": values.moment_text(reminder.opens, rules.zone) if state == "waits" else "",
        }
        for reminder, state in rows
    ]
    return tables.format_rows(columns, entries, "table") if entries else ""


def trial_title(policy: Policy) -> str:
    """Returns the subject of a message that only tries an address."""
    return _("{desk}: a trial").format(desk=policy.label.get(current_language()) or policy.name)


def trial_body() -> str:
    """Returns the text of a message that only tries an address."""
    return _("Reminders of due times will arrive here.")
