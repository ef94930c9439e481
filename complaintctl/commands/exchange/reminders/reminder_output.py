"""What a run of `notify --due` did, as a table or JSON, and one sentence for each failure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from complaintctl.commands.session import Session, print_message, print_output
from complaintctl.domain.sending.reminders import Reminder, channel_variable
from complaintctl.render.sending import messages
from complaintctl.render.text import labels, tables
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.sending.sent_log import SentRecord


@dataclass(slots=True)
class ReminderRun:
    """A run as of a moment: what became of each reminder, and the sentences about what failed."""

    session: Session
    moment: datetime
    rows: list[tuple[Reminder, str]] = field(default_factory=list)
    unsure: list[SentRecord] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, reminders: Sequence[Reminder], state: str) -> None:
        """Add reminders with what became of them."""
        self.rows += [(reminder, state) for reminder in reminders]


def print_run(run: ReminderRun, *, as_json: bool, dry_run: bool) -> None:
    """Print a run: data on stdout, sentences on stderr."""
    rules = run.session.rules
    if as_json:
        rows = [
            messages.reminder_entry(
                reminder, state, (channel_variable(rules.policy, reminder.receiver) or (None,))[0]
            )
            for reminder, state in run.rows
        ]
        unsure = [{"case": record.case, "clock": record.clock, "to": record.to} for record in run.unsure]
        print_output(tables.flat_json_document({"reminders": rows, "unsure": unsure}))
    else:
        shown = [row for row in run.rows if row[1] != "no-address"]
        print_output(messages.reminder_rows(shown, rules), "table")
    _print_summary(run, dry_run=dry_run)


def _print_summary(run: ReminderRun, *, dry_run: bool) -> None:
    policy = run.session.rules.policy
    silent = dict.fromkeys(reminder.receiver for reminder, state in run.rows if state == "no-address")
    for failure in run.failures:
        print_message(failure)
    if silent:
        names = _(", ").join(labels.party_label(policy, name) for name in silent)
        print_message(_("The policy has no address under notify: for {names}").format(names=names))
    sent = sum(state == "sent" for _reminder, state in run.rows)
    if dry_run:
        print_message(_("Dry run: nothing was sent."))
    elif sent:
        receivers = len({reminder.receiver for reminder, state in run.rows if state == "sent"})
        words = ngettext("Sent {count} message.", "Sent {count} messages.", receivers)
        print_message(words.format(count=receivers))
    elif not run.failures:
        print_message(_("No reminder is due."))
