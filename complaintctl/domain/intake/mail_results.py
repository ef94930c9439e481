"""What an import made of each e-mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MailOutcome = Literal["opened", "joined", "kept", "skipped", "rejected"]


@dataclass(frozen=True, kw_only=True, slots=True)
class MailRemark:
    """A reason or a remark: the key of a sentence, and the values that fill it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class MailResult:
    """What became of one e-mail.

    `place` is its file, and its number in a mailbox. `kept`: recorded on a closed case, which stays closed. `skipped`
    mails are no complaints, or were imported before; `rejected` ones could not be imported. `reason` is set for these
    two; `case_id` is None if there is no case, or in a dry run not yet.
    """

    place: str
    outcome: MailOutcome
    message_id: str | None = None
    case_id: str | None = None
    reason: MailRemark | None = None
    remarks: tuple[MailRemark, ...] = ()
