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
    # what a mail has that could not be taken whole; all of it is in the original
    "mail-text-cut": N_("only the first {limit} characters of the text were read"),
    "mail-header-cut": N_("the header {header} is too long and was cut"),
    "mail-headers-left-out": N_("it has too many headers: only the first were read"),
    "mail-file-too-large": N_("the attachment {file} is too large: it is in the original only"),
    "mail-files-left-out": N_("it has too many attachments: {count} are in the original only"),
    "mail-parts-left-out": N_("it has too many parts: some are in the original only"),
    "mail-part-damaged": N_("an attachment is damaged"),
    "mail-text-damaged": N_("some characters of the text are damaged ({count})"),
    "mail-hidden-text": N_("it has text that no reader sees, which was left out ({characters} characters)"),
    "mail-encrypted": N_("it is encrypted: decrypt it and import the result"),
    "mail-winmail-unreadable": N_("its winmail.dat cannot be read, and is kept as it is"),
    "mail-winmail-partly": N_("its winmail.dat could be read in part only, and is kept as well"),
}
