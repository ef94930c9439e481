"""Sentences about other people's files: imported tables and published holidays."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

IMPORT_SENTENCES: Final[Mapping[str, str]] = {
    # running an import
    "unknown-mapping": N_(
        "{name} is no mapping file, and no shipped mapping has that name. There is: {choices}."
    ),
    "mapping-faulty": N_("The mapping has faults, so nothing was imported: {file}"),
    "mapping-system": N_("the name of a system is one word"),
    "mapping-delimiter": N_("a delimiter is one character"),
    "mapping-no-times": N_('times: at least one layout, such as "%Y-%m-%d %H:%M:%S"'),
    "mapping-encoding": N_("{value} is no encoding. Write it like utf-8 or gb18030"),
    "mapping-layout": N_(
        '{value} does not read a whole date. Write it like "%Y-%m-%d %H:%M:%S" or "%m/%d/%Y"'
    ),
    "mapping-no-column": N_("{field} names no column"),
    "mapping-not-optional": N_("{field} cannot be optional"),
    "mapping-guarded": N_("{field} cannot stand here; it has a place of its own or is never imported"),
    "mapping-twice": N_("{field} has a column and a constant. Keep one."),
    "mapping-wrong-word": N_("{value} does not fit the field {field} (expected: {expected})"),
    "mapping-no-activities": N_("values: what each activity is here, such as: {{Closed: close}}"),
    "mapping-activity": N_("no table tells {value}. An activity is a step, or: {choices}"),
    "mapping-two-closings": N_("closed has a column of its own. Keep one of the two."),
    "mapping-outcome": N_("without the column closed nothing says when the outcome was decided"),
    "import-columns": N_(
        "{file} has no column {missing}. Did you mean {near}? The mapping names the columns."
    ),
    "import-empty": N_("{file} is empty."),
    "import-web-page": N_(
        "{file} is a web page, not a table: the download went wrong. Nothing was imported."
    ),
    "import-encoding": N_(
        "{file} is not {encoding}. Name its encoding in the mapping, such as: encoding: gb18030"
    ),
    "import-header": N_("{file} has no readable header line. Nothing was imported."),
    "import-workbook": N_("{file} is a workbook, not a table of text. Save it as CSV UTF-8."),
    "import-archive": N_("{file} cannot be unpacked: {detail}. Importing a whole copy completes it."),
    "import-no-archive": N_("{file} is no zip archive, so it has no members."),
    "import-no-member": N_("{file} has no member {member}. It has: {choices}."),
    "import-which-member": N_("{file} has not just one member. Choose with --zip-member: {choices}."),
    "import-stopped": N_("The import was stopped."),
    "import-unforeseen": N_(
        "this is a fault of complaintctl, not of the row: {kind} in {file}, line {line}. Please report it."
    ),
    "rejects-place": N_("Rejected rows cannot go to {path}. Choose a place outside cases/ with --rejects."),
    # why a record was rejected
    "import-cut": N_("the record is cut inside a quoted cell"),
    "import-quotes": N_("the record has a quote where none may be"),
    "import-ragged": N_("the record has {found} cells, the header {expected}"),
    "import-undecodable": N_("the record has bytes that are not {encoding}"),
    "import-nul": N_("the record has a NUL byte"),
    "import-no-id": N_("the record has no id"),
    "import-id-twice": N_("the id {id} stands here a second time"),
    "import-no-event": N_("the event has no time or no activity"),
    "import-case-incomplete": N_("another event of this case could not be taken in (line {line})"),
    "import-not-received": N_("the record has no time of receipt"),
    "import-unreadable-time": N_("{field}: {value} is no time that the mapping knows"),
    "import-ambiguous-time": N_("{field}: the mapping's layouts read {value} differently"),
    "import-unknown-word": N_("{field}: the mapping does not know {value}"),
    "import-wrong-value": N_("{field} must be a value of the kind {kind}"),
    "import-future-time": N_("{field}: {value} is in the future"),
    "import-no-id-left": N_("every case id of {id} is taken"),
    # showing or filling a calendar
    "no-calendar": N_(
        "The policy has no calendar of its own, so every day is like the other. Add one below calendars: "
        "(docs/calendars.md)"
    ),
    "unknown-calendar": N_("There is no calendar {name}. There is: {choices}."),
    "which-calendar": N_("The policy has several calendars. Name one: {choices}."),
    "calendar-from-where": N_(
        "Say where the days come from: --country CN --year 2026, or --from FILE; not both."
    ),
    "calendar-year-needed": N_("Say which year: --year 2026"),
    "calendar-unwritable": N_(
        "The policy reads well, but calendar {calendar} cannot be changed where it stands. Write it in lines "
        "below each other."
    ),
    "calendar-extra-missing": N_(
        "The library {library} is not installed. Install it: pip install 'complaintctl[calendars]'"
    ),
    "calendar-country-unknown": N_(
        "{library} knows no country {value}. Write two letters, such as CN, GB or DE."
    ),
    "calendar-part-unknown": N_("{country} has no part {value}. It has: {choices}."),
    "calendar-division-missing": N_("{file} has several divisions. Choose with --subdivision: {choices}."),
    "calendar-division-unknown": N_("{file} has no division {value}. It has: {choices}."),
    "calendar-year-missing": N_("{file} is not about one year. Choose with --year: {choices}"),
    "calendar-not-published": N_(
        "{file} holds no days: {year} has not been published yet. Nothing was written."
    ),
    "calendar-file-other-year": N_("{file} is about {found}, not {year}. Nothing was written."),
    "calendar-file-no-such-year": N_(
        "{file} says nothing about {year}; it knows: {choices}. Nothing was written."
    ),
    "calendar-library-until": N_(
        "{library} knows the make-up working days of {country} only until {until}, so {year} would be a guess. "
        "Nothing was written. A newer library may know it, or: --from FILE"
    ),
    "calendar-library-empty": N_("{library} knows no holidays of {country} in {year}. Nothing was written."),
    "calendar-library-estimated": N_(
        "{library} only estimates some holidays of {country} in {year}: {days}. Nothing was written. "
        "Take them from where they are published: --from FILE"
    ),
    "calendar-file-empty": N_("{file} is empty. Nothing was written."),
    "calendar-file-web-page": N_(
        "{file} is a web page, not a calendar: the download went wrong. Nothing was written."
    ),
    "calendar-file-encoding": N_(
        "{file}, line {line}: this is not UTF-8. Convert it first: iconv -t UTF-8. Nothing was written."
    ),
    "calendar-file-unknown": N_(
        "{file} is no calendar that is known here: holiday-cn, GOV.UK bank holidays or iCalendar. "
        "Nothing was written."
    ),
    "calendar-file-json": N_(
        "{file}, line {line}, column {column}: no valid JSON; the file may be cut. Nothing was written."
    ),
    "calendar-file-day": N_("{file}, line {line}: {value} is no day. Nothing was written."),
    "calendar-file-cut": N_(
        "{file}, line {line}: the calendar ends without END:VCALENDAR; the file is cut. Nothing was written."
    ),
    "calendar-file-ics": N_("{file}, line {line}: this is no valid iCalendar. Nothing was written."),
    "calendar-file-rule": N_(
        "{file}, line {line}: {value} recurs in a way that is not understood here. Nothing was written."
    ),
    "calendar-file-length": N_("{file}, line {line}: {value} lasts {count} days. Nothing was written."),
}
