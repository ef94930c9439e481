"""Sentences about other people's files: imported tables and e-mails, and published holidays."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

IMPORT_SENTENCES: Final[Mapping[str, str]] = {
    # running an import
    "unknown-mapping": N_(
        "{name} is neither a mapping file nor the name of a shipped mapping. Available: {choices}."
    ),
    "mapping-faulty": N_("The mapping has errors, so nothing was imported: {file}"),
    "mapping-system": N_("the name of a system must be one word"),
    "mapping-delimiter": N_("a delimiter is one character, or one of the words tab, comma, semicolon, pipe"),
    "mapping-escape": N_("escape: is one character, other than the quote and the delimiter"),
    "mapping-language": N_("{value} is not a language whose months are known. Available: {choices}"),
    "mapping-no-times": N_('times: needs at least one time format, such as "%Y-%m-%d %H:%M:%S"'),
    "mapping-encoding": N_("{value} is not an encoding. Write it like utf-8 or gb18030"),
    "mapping-layout": N_(
        '{value} is not the format of a full date. Write it like "%Y-%m-%d %H:%M:%S" or "%m/%d/%Y", '
        "or for plain numbers epoch, epoch-ms or excel"
    ),
    "mapping-layout-hour": N_(
        "{value} does not read the hour: %I (1 to 12) and %p (AM, PM) belong together, %H (0 to 23) "
        "needs no %p, and minutes need an hour"
    ),
    "mapping-layout-zone": N_(
        "{value} has a zone as fixed text, which would be ignored. Write %Z, and what it means: "
        "zones: {{CET: Europe/Berlin}}"
    ),
    "mapping-no-column": N_("{field} needs a column"),
    "mapping-column-or-join": N_("{field} has a column and columns to join. Keep one of the two."),
    "mapping-no-time": N_("{field} is not a time, so it has no zone"),
    "mapping-part": N_("{value} is not a regular expression with at most one group"),
    "mapping-split": N_("split: needs the text between the values, and is only for fields"),
    "mapping-list": N_("{field} is a list: say what stands between its values, such as: split: ';'"),
    "mapping-step": N_("{value} is not a step; closed, promise and events: have their own keys"),
    "mapping-steps-and-events": N_("steps: is for tables with one row per case; here, events: has the steps"),
    "mapping-not-optional": N_("{field} cannot be optional"),
    "mapping-guarded": N_("{field} is not allowed here; it has its own key or is never imported"),
    "mapping-twice": N_("{field} has a column and a constant. Keep one."),
    "mapping-wrong-word": N_("{value} is not valid for the field {field} (expected: {expected})"),
    "mapping-no-activities": N_(
        "values must map each activity to a step or event, such as: {{Closed: close}}"
    ),
    "mapping-activity": N_("{value} cannot be imported from a table. An activity is a step, or: {choices}"),
    "mapping-two-closings": N_("closed already has its own column. Keep one of the two."),
    "mapping-outcome": N_("the outcome needs the column closed, which says when it was decided"),
    "import-columns": N_(
        "{file} has no column {missing}. Did you mean {near}? The mapping names the columns."
    ),
    "import-which-column": N_("The name {column} fits several columns: {choices}. Write one exactly so."),
    "import-empty": N_("{file} is empty."),
    "import-web-page": N_("{file} is a web page, not a table: the download failed. Nothing was imported."),
    "import-encoding": N_(
        "{file} is not {encoding}. Name its encoding in the mapping, such as: encoding: gb18030"
    ),
    "import-header": N_("{file} has no readable header line. Nothing was imported."),
    "import-no-sheet": N_("{file} has no sheet {sheet}. It has: {choices}."),
    "import-workbook-extra": N_(
        "{file} is a workbook; reading it needs a library that is not installed. Install it: pip install "
        "'complaintctl[xlsx]'. Or save the sheet as CSV UTF-8."
    ),
    "import-workbook-locked": N_("{file} is locked with a password. Save a copy without it."),
    "import-workbook-faulty": N_("{file} cannot be read as a workbook: {detail}. Nothing was imported."),
    "import-archive": N_(
        "{file} cannot be unpacked: {detail}. Import a complete copy of the file to finish."
    ),
    "import-no-archive": N_("{file} is not a zip archive, so it has no members."),
    "import-no-member": N_("{file} has no member {member}. It has: {choices}."),
    "import-which-member": N_(
        "{file} must have exactly one member. Choose one with --zip-member: {choices}."
    ),
    # the web form
    "form-not-json": N_("This is not JSON, so it is no event of a forge. Nothing was recorded."),
    "form-not-an-issue": N_("This event is not about an issue. Nothing was recorded."),
    "form-no-number": N_(
        "The event does not name its project and the number of the issue. Nothing was recorded."
    ),
    "form-too-long": N_(
        "The issue has more than {most} KiB of text, too much for a case. It stays in the forge; nothing was recorded."
    ),
    "form-file-too-large": N_("The event is larger than {most} MiB. Nothing was recorded."),
    "form-unreadable": N_("The event in {file} cannot be read: {detail}"),
    "import-no-objects": N_("{file} has no line that is a JSON object. Nothing was imported."),
    "import-too-many-columns": N_("{file} has more than {limit} different keys. Nothing was imported."),
    "import-bomb": N_(
        "{file} unpacks to far more than it should ({ratio} times its size), so it was not read further."
    ),
    "import-workbook-too-large": N_(
        "{file} is too large for a workbook when unpacked. Save the sheet as CSV UTF-8."
    ),
    "import-stopped": N_("The import was stopped."),
    "rejects-place": N_(
        "Rejected rows cannot be written to {path}. Choose a path outside cases/ with --rejects."
    ),
    # why a record was rejected
    "import-cut": N_("the record is cut inside a quoted cell"),
    "import-cell-too-long": N_(
        "the record has a cell of more than {limit} characters, or a quote that is never closed"
    ),
    "import-quotes": N_("the record has a misplaced quote"),
    "import-ragged": N_("the record has {found} cells, the header {expected}"),
    "import-undecodable": N_("the record has bytes that are not {encoding}"),
    "import-json-line": N_("the line is not a JSON object"),
    "import-line-too-long": N_("the line has more than {limit} bytes"),
    "import-nul": N_("the record has a NUL byte"),
    "import-no-id": N_("the record has no id"),
    "import-id-twice": N_("the id {id} is used twice here"),
    "import-no-event": N_("the event has no time or no activity"),
    "import-case-incomplete": N_("another event of this case could not be imported (line {line})"),
    "import-not-received": N_("the record has no time of receipt"),
    "import-time-too-far": N_("{field}: {value} is too far away: times lie between {first} and {last}"),
    "import-unreadable-time": N_("{field}: {value} matches no time format of the mapping"),
    "import-ambiguous-time": N_("{field}: the mapping's time formats give different times for {value}"),
    "import-unknown-zone": N_(
        "{field}: the zone {zone} of {value} is not known. Say what it means in the mapping: "
        "zones: {{{zone}: Area/City}}"
    ),
    "import-no-part": N_("{field}: {value} has no part that fits {pattern}"),
    "import-closed-without-time": N_("the record is closed, but its time of closing is empty"),
    "import-unknown-word": N_("{field}: the mapping has no entry for {value}"),
    "import-wrong-value": N_("{field} must be of the type {kind}"),
    "import-future-time": N_("{field}: {value} is in the future"),
    "import-no-id-left": N_("every possible case id for {id} is already used"),
    # cases of an export
    "export-not-ours": N_(
        "{file} is not an export of cases: it has no column {missing}. Import other tables with: "
        "complaintctl import csv"
    ),
    "export-schema": N_("the row has schema {value}, and this program reads schema {version}"),
    "export-event-alone": N_("the event is not below the row of its case"),
    "export-events": N_(
        "the case has {expected} events, and {found} rows of events are below it. Export it with --history, "
        "and keep all rows in their order."
    ),
    "export-id": N_("{value} is not the id of a case"),
    "export-cell": N_("{field} is not valid JSON"),
    "export-unwritable": N_("the case has characters that a case file cannot hold"),
    "export-differs": N_("the case {id} is already here and is different; it was left as it is"),
    # showing or filling a calendar
    "no-calendar": N_(
        "The policy has no calendar, so all days count the same. Add one under calendars: (docs/calendars.md)"
    ),
    "unknown-calendar": N_("Unknown calendar {name}. Available: {choices}."),
    "which-calendar": N_("The policy has several calendars. Choose one: {choices}."),
    "calendar-from-where": N_(
        "Give the source of the days: --country CN --year 2026, or --from FILE; not both."
    ),
    "calendar-year-needed": N_("Give the year: --year 2026"),
    "calendar-unwritable": N_(
        "The policy can be read, but calendar {calendar} cannot be edited in place. Write it as "
        "a block, with one key per line."
    ),
    "calendar-extra-missing": N_(
        "The library {library} is not installed. Install it: pip install 'complaintctl[calendars]'"
    ),
    "calendar-country-unknown": N_(
        "{library} does not know the country {value}. Write two letters, such as CN, GB or DE."
    ),
    "calendar-part-unknown": N_("{country} has no region {value}. It has: {choices}."),
    "calendar-division-missing": N_("{file} has several regions. Choose one with --subdivision: {choices}."),
    "calendar-division-unknown": N_("{file} has no region {value}. It has: {choices}."),
    "calendar-year-missing": N_("{file} covers several years. Choose one with --year: {choices}"),
    "calendar-not-published": N_(
        "{file} has no days: {year} has not been published yet. Nothing was written."
    ),
    "calendar-file-other-year": N_("{file} is for {found}, not {year}. Nothing was written."),
    "calendar-file-no-such-year": N_("{file} has no days of {year}; it has: {choices}. Nothing was written."),
    "calendar-library-until": N_(
        "{library} knows the make-up working days of {country} only until {until}, so {year} "
        "would be a guess. Nothing was written. Install a newer version, or use: --from FILE"
    ),
    "calendar-library-empty": N_("{library} has no holidays of {country} in {year}. Nothing was written."),
    "calendar-library-estimated": N_(
        "{library} only estimates some holidays of {country} in {year}: {days}. Nothing was "
        "written. Use the published dates: --from FILE"
    ),
    "calendar-file-empty": N_("{file} is empty. Nothing was written."),
    "calendar-file-web-page": N_(
        "{file} is a web page, not a calendar: the download failed. Nothing was written."
    ),
    "calendar-file-encoding": N_(
        "{file}, line {line}: this is not UTF-8. Convert it first: iconv -t UTF-8. Nothing was written."
    ),
    "calendar-file-unknown": N_(
        "{file} is not in a supported calendar format: holiday-cn, GOV.UK bank holidays or "
        "iCalendar. Nothing was written."
    ),
    "calendar-file-json": N_(
        "{file}, line {line}, column {column}: this is not valid JSON; the file may be "
        "truncated. Nothing was written."
    ),
    "calendar-file-day": N_("{file}, line {line}: {value} is not a date. Nothing was written."),
    "calendar-file-cut": N_(
        "{file}, line {line}: the calendar ends without END:VCALENDAR; the file is truncated. "
        "Nothing was written."
    ),
    "calendar-file-ics": N_("{file}, line {line}: this is not valid iCalendar. Nothing was written."),
    "calendar-file-rule": N_(
        "{file}, line {line}: the recurrence rule of {value} is not supported. Nothing was written."
    ),
    "calendar-file-length": N_("{file}, line {line}: {value} is too long ({count} d). Nothing was written."),
}

# Why an e-mail is left out, and what to know about one that was recorded.
MAIL_SENTENCES: Final[Mapping[str, str]] = {
    # the path
    "mail-no-files": N_("{folder} is neither a Maildir nor a folder with files .eml or .mbox."),
    # rejected
    "mail-empty": N_("the file is empty"),
    "mail-not-one": N_("this is no e-mail: it has no header. Save the mail as .eml and import that file"),
    "mail-no-file": N_("this is a link or no regular file, so it was not read"),
    "mail-unreadable": N_("the file cannot be read: {detail}"),
    "mail-unread": N_(
        "a bug in complaintctl, not your mistake: it is kept as plain text ({kind} in {file}, line {line}). Please report it"
    ),
    "mail-cut": N_("longer than {size} bytes: the rest is left out"),
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
