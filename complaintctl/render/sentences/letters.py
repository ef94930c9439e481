"""Sentences about letters and forms that cannot be made: missing values, faulty templates."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

LETTER_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "unknown-letter": N_("There is no letter {kind} in {language}. Available: {choices}."),
    "unknown-form": N_("Unknown form {kind}. Available: {choices}."),
    "unknown-template": N_("Unknown letter or form {kind}. Available: {choices}."),
    "template-name": N_("{name} is not a template name. Use lower-case letters, digits and -."),
    "attach-without-eml": N_("--attach needs --format eml; enclose the file by hand if you send paper."),
    "no-such-attachment": N_("{case} has no attachment {name}. It has: {choices}."),
    "letter-via": N_(
        "Your policy has no e-mail channel. Give the channel that you used with --via: {choices}."
    ),
    "not-for-the-screen": N_("This format cannot be shown on a terminal. Save it to a file: -o FILE"),
    # refused (exit 3)
    "letter-lacks": N_("The letter {letter} needs {fact}. Record it first: {command}"),
    "letter-sender": N_("The letter {letter} needs {fact}: write it into complaintctl.yaml."),
    "letter-nothing-late": N_(
        "The letter {letter} is for a missed promise, but no promise is overdue. Use the letter "
        "{instead} instead."
    ),
    "letter-not-for-this": N_(
        "The letter {letter} is for cases with {when}. Choose another letter, or correct the case."
    ),
    "mail-address": N_("customer.email is not an e-mail address. Correct it: {command}"),
    "mail-sender": N_("sender.email is not an e-mail address: correct it in complaintctl.yaml."),
    # faulty templates (exit 4, and in `template check`)
    "template-faulty": N_("{file} cannot be used as a letter; its errors are listed above."),
    "form-faulty": N_("{file} cannot be used as a form; its errors are listed above."),
    "form-block": N_("A block of a form must have exactly one of {choices}."),
    "browser-missing": N_(
        "Writing a PDF needs a browser: Chromium, Chrome or Edge. Set its path: "
        "COMPLAINTCTL_BROWSER=PATH. Or print the page: --format html."
    ),
    "browser-failed": N_("{browser} made no PDF: {detail}"),
    "docx-missing": N_(
        'Writing .docx needs a library that is not installed: pip install "complaintctl[docx]"'
    ),
    "form-number": N_("{number} is more than a form can print; write at most {most}."),
    "form-gaps": N_(
        "{file}: each {{% if %}} and {{% for %}} must be closed in the value in which it begins."
    ),
    "letter-records": N_("{file}: records: {records} is not a step of this policy. Available: {choices}."),
    "letter-stray": N_(
        "this is not a valid name for a letter, so the file is not read. Name it like ack.en.md "
        "or ack.zh.md: lower-case letters, digits, -."
    ),
    "form-stray": N_(
        "this is not a valid name for a form, so the file is not read. Name it like record.yaml: "
        "lower-case letters, digits, -."
    ),
    "letter-without-head": N_(
        "A letter must begin with a header between two lines of ---: title, subject, needs, records."
    ),
    "template-lacks": N_(
        "{template}:{line}: {detail} may have no value here. Put it inside {{% if {detail} %}}, "
        "or list it in needs."
    ),
    "template-unknown-name": N_("{template}:{line}: unknown name {detail}. Did you mean {near}?"),
    "template-unsafe": N_("{template}:{line}: a template can only read values, not this: {detail}"),
    "template-too-large": N_("{template}:{line}: this produces more text than a letter can have."),
    "template-endless": N_(
        "{template}:{line}: this takes too long: look for a loop in a loop, or for a macro that calls itself."
    ),
    "template-no-text": N_(
        "{template}:{line}: {detail} is not a single text. Use one of its fields, or loop over "
        "it with {{% for %}}."
    ),
    "template-not-there": N_("{template}:{line}: a template cannot include {detail}."),
    "template-brace": N_(
        "{template}:{line}: {detail} is outside a placeholder. Write a placeholder as {{{{ … "
        "}}}}, a condition as {{% … %}}."
    ),
    "template-unclosed": N_(
        "{template}:{line}: the placeholder that begins here is not closed: add {detail}"
    ),
    "template-sign": N_(
        "{template}:{line}: {detail} is not allowed in a placeholder. Use the English signs: ' \" ( ) , . :"
    ),
    "template-filter": N_("{template}:{line}: unknown filter {detail}. Did you mean {near}?"),
    "template-tag": N_(
        "{template}:{line}: {{% {detail} %}} does not belong here. The tag that it belongs to "
        "may be missing or misspelt."
    ),
    "template-open": N_(
        "{template}:{line}: {{% {detail} … %}} is not closed. Add {{% end{detail} %}} where it ends."
    ),
    "template-spelling": N_(
        "{template}:{line}: this placeholder is not valid. Is a brace or a quotation mark missing? ({detail})"
    ),
    "template-wrong": N_("{template}:{line}: this cannot be computed: {detail}"),
    "template-exists": N_("{file} already exists. Edit it, or choose another name."),
    "template-outside": N_("this link points outside the casebook. Put a copy of the template here."),
    "template-control": N_("there is a control character here. Remove it."),
    "template-process": N_("Templates cannot be filled on this system: {detail}"),
}

SURVEY_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "survey-option": N_("{option} can only be used with --record: without it nothing is written."),
    "survey-case-or-csv": N_("Give one case with --score, or a table with --csv FILE; not both."),
    "survey-columns": N_(
        "{file} lacks the column {missing}. It has: {columns}. Columns: case, score, attitude, solved, comment."
    ),
    "survey-column-twice": N_("{file} has several columns for {column}: {columns}. Keep one of them."),
    "survey-encoding": N_("Unknown encoding {encoding}. Chinese Excel writes gb18030."),
    # files (exit 4)
    "survey-other-encoding": N_("{file} is not {encoding}. Name its encoding, such as: --encoding gb18030"),
    # what is wrong with a row
    "survey-no-id": N_("{part} is not a complete case id"),
    "survey-no-score": N_("an answer needs a score of 1 to 5"),
    "survey-twice": N_("{case} already has an answer on line {line}"),
}
