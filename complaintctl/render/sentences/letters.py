"""Why there is no letter: sentences about templates and what they lack."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

LETTER_SENTENCES: Final[Mapping[str, str]] = {
    # spelling (exit 2)
    "unknown-letter": N_("There is no letter {kind} in {language}. There is: {choices}."),
    "unknown-form": N_("There is no form {kind}. There is: {choices}."),
    "unknown-template": N_("There is no letter or form {kind}. There is: {choices}."),
    "template-name": N_("{name} is no name of a template: small letters, digits and - make one."),
    "attach-without-eml": N_("--attach needs --format eml; enclose the file by hand if you send paper."),
    "no-such-attachment": N_("{case} has no attachment {name}. It has: {choices}."),
    "letter-via": N_(
        "Your policy has no e-mail channel: say how it went out with --via. There is: {choices}."
    ),
    "not-for-the-screen": N_("This is a file, not a text to read here. Say where to keep it: -o FILE"),
    # refused (exit 3)
    "letter-lacks": N_("The letter {letter} needs {fact}. Record it first: {command}"),
    "letter-sender": N_("The letter {letter} needs {fact}: write it into complaintctl.yaml."),
    "letter-nothing-late": N_(
        "The letter {letter} is for a missed promise, and none is past due. Take the letter progress instead."
    ),
    "letter-not-for-this": N_(
        "The letter {letter} is for cases with {when}. Choose another one, or correct that."
    ),
    "mail-address": N_("customer.email is not an e-mail address. Correct it: {command}"),
    "mail-sender": N_("sender.email is not an e-mail address: correct it in complaintctl.yaml."),
    # templates at fault (exit 4, and in `template check`)
    "template-faulty": N_("{file} cannot be used as a letter; its faults are named above."),
    "form-faulty": N_("{file} cannot be used as a form; its faults are named above."),
    "form-block": N_("A block of a form is exactly one of {choices}."),
    "browser-missing": N_(
        "A PDF takes a browser: Chromium, Chrome or Edge. Name yours: COMPLAINTCTL_BROWSER=PATH. "
        "Or print the page: --format html."
    ),
    "browser-failed": N_("{browser} made no PDF: {detail}"),
    "docx-missing": N_('A .docx takes a library that is not installed: pip install "complaintctl[docx]"'),
    "form-number": N_("{number} is more than a form prints; write at most {most}."),
    "form-gaps": N_(
        "{file}: each value must end what it begins; close {{% if %}} and {{% for %}} in the same value."
    ),
    "letter-records": N_("{file}: records: {records} is no step of this policy. There is: {choices}."),
    "letter-stray": N_(
        "no letter is called so, and the file is not read. Name it like ack.en.md or ack.zh.md: small letters, digits, -."
    ),
    "form-stray": N_(
        "no form is called so, and the file is not read. Name it like record.yaml: small letters, digits, -."
    ),
    "letter-without-head": N_(
        "A letter begins with its head between two lines of ---: title, subject, needs, records."
    ),
    "template-lacks": N_(
        "{template}:{line}: {detail} is not known here. Put it in {{% if {detail} %}}, or name it in needs."
    ),
    "template-unknown-name": N_("{template}:{line}: there is no {detail}. Did you mean {near}?"),
    "template-unsafe": N_("{template}:{line}: a template reaches facts only, not this: {detail}"),
    "template-too-large": N_("{template}:{line}: this makes a text larger than any letter."),
    "template-endless": N_(
        "{template}:{line}: this does not end: look for a loop in a loop, or for a macro that calls itself."
    ),
    "template-no-text": N_(
        "{template}:{line}: {detail} is not one text. Name one of its facts, or go through it with {{% for %}}."
    ),
    "template-not-there": N_("{template}:{line}: a template cannot bring in {detail}."),
    "template-brace": N_(
        "{template}:{line}: {detail} stands outside of a gap. A gap is {{{{ … }}}}, a choice {{% … %}}."
    ),
    "template-unclosed": N_("{template}:{line}: the gap that begins here is not closed: add {detail}"),
    "template-sign": N_(
        "{template}:{line}: {detail} cannot stand in a gap. Type it on an English keyboard: ' \" ( ) , . :"
    ),
    "template-filter": N_("{template}:{line}: there is no filter {detail}. Did you mean {near}?"),
    "template-tag": N_(
        "{template}:{line}: {{% {detail} %}} does not belong here. What comes before it may be missing or misspelt."
    ),
    "template-open": N_(
        "{template}:{line}: {{% {detail} … %}} is not closed. Add {{% end{detail} %}} where it ends."
    ),
    "template-spelling": N_(
        "{template}:{line}: a gap is not written so. Is a brace or a quotation mark missing? ({detail})"
    ),
    "template-wrong": N_("{template}:{line}: this cannot be worked out: {detail}"),
    "template-exists": N_("{file} is there already. Change it, or give the new one another name."),
    "template-outside": N_("this leads out of the casebook. Put a copy of the template here."),
    "template-control": N_("here stands a control character. Take it out."),
    "template-process": N_("Templates cannot be filled here: {detail}"),
}
