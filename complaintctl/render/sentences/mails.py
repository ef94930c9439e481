"""Sentences about e-mails that are imported: why one is left out, and what to know about one that was recorded."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

MAIL_SENTENCES: Final[Mapping[str, str]] = {
    # the path
    "mail-no-files": N_("{folder} is neither a Maildir nor a folder with files .eml or .mbox."),
    # rejected
    "mail-empty": N_("the file is empty"),
    "mail-not-one": N_("this is no e-mail: it has no header. Save the mail as .eml and import that file"),
    "mail-no-file": N_("this is a link or no regular file, so it was not read"),
    "mail-unreadable": N_("the file cannot be read: {detail}"),
    "mail-too-large": N_("the mail has more than {detail} MB: open the case by hand"),
    "mail-case-full": N_("{case} has so many mails that no more fit: open another case and link it"),
    # left out
    "mail-imported-before": N_("imported before"),
    "mail-own": N_("from us: sent by the desk or the team"),
    "mail-bounce": N_("delivery failure"),
    "mail-receipt": N_("a receipt or report that a program sent"),
    "mail-auto-reply": N_("automatic reply"),
    "mail-list": N_("mailing list or mass mail"),
    # remarks
    "mail-trimmed": N_("the quoted history is in {file} only (lines: {count})"),
    "mail-end-in-original": N_("the text is very long: its end is in {file} only"),
    "mail-other-address": N_("from another address than the customer's: check who wrote it"),
    "mail-other-case": N_("it also belongs to {cases}: link the cases, or close one as a duplicate"),
    "mail-received-earlier": N_("this mail is the first of the case: the time of receipt was corrected"),
    "mail-known": N_("earlier cases of this customer: {cases}"),
    "mail-number-unknown": N_("there is no case {case}, which the mail names"),
    "mail-no-time": N_("the mail has no possible time, so the time of the import counts"),
    "mail-bounce-noted": N_("noted on {case}: a letter did not arrive"),
}
