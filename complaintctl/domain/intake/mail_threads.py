"""Which e-mails of one import belong to one conversation, whatever the order in which they arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MailHead:
    """What decides to which case an e-mail belongs.

    `position` is its place in the import; `references` end with the parent. `letters` are cases of which it answers
    a letter, `numbers` case numbers in its subject or in an address it was sent to. `is_customer`: it may open a case;
    other mails (our own answers) only link the mails of a conversation.
    """

    position: int
    id: str
    references: tuple[str, ...]
    letters: tuple[str, ...]
    numbers: tuple[str, ...]
    at: datetime
    is_customer: bool


def group_threads(heads: Sequence[MailHead]) -> list[list[MailHead]]:
    """Returns the conversations, each with its mails from customers in order; a mail may name a parent that is missing.

    The first mail is one that answers no other mail of the import, even if its clock says it is later.
    """
    parents: dict[str, str] = {}

    def root_of(mail_id: str) -> str:
        parents.setdefault(mail_id, mail_id)
        while parents[mail_id] != mail_id:
            parents[mail_id] = parents[parents[mail_id]]
            mail_id = parents[mail_id]
        return mail_id

    for head in heads:
        for other in (*head.references, *head.letters):
            parents[root_of(other)] = root_of(head.id)
    groups: dict[str, list[MailHead]] = {}
    for head in heads:
        if head.is_customer:
            groups.setdefault(root_of(head.id), []).append(head)
    threads = [_in_order(group) for group in groups.values()]
    return sorted(threads, key=lambda thread: _order(thread[0]))


def _in_order(group: list[MailHead]) -> list[MailHead]:
    ids = {head.id for head in group}
    first = [head for head in group if ids.isdisjoint(head.references)]
    rest = [head for head in group if head not in first]
    return [*sorted(first, key=_order), *sorted(rest, key=_order)]


def _order(head: MailHead) -> tuple[datetime, int]:
    return head.at, head.position
