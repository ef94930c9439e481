"""The sentence of every refusal, problem and explanation; the domain and storage modules raise the keys."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import one_line
from complaintctl.domain.problems import Problem
from complaintctl.errors import Failure
from complaintctl.render.sentences import filling, key_labels
from complaintctl.render.sentences.actions import ACTION_SENTENCES
from complaintctl.render.sentences.escalation import ESCALATION_SENTENCES
from complaintctl.render.sentences.fields import FIELD_SENTENCES
from complaintctl.render.sentences.imports import IMPORT_SENTENCES, MAIL_SENTENCES
from complaintctl.render.sentences.input import INPUT_SENTENCES
from complaintctl.render.sentences.letters import LETTER_SENTENCES, SURVEY_SENTENCES
from complaintctl.render.sentences.limits import LIMIT_SENTENCES
from complaintctl.render.sentences.outcomes import OUTCOME_SENTENCES
from complaintctl.render.sentences.privacy import PRIVACY_SENTENCES
from complaintctl.render.sentences.reports import CHECK_SENTENCES, PAPER_SENTENCES, REPORT_SENTENCES
from complaintctl.render.sentences.sealing import SEALING_SENTENCES
from complaintctl.render.sentences.setup import CHECKPOINT_SENTENCES, SETUP_SENTENCES
from complaintctl.render.sentences.tasks import DUTY_SENTENCES, TASK_SENTENCES
from complaintctl.render.sentences.upkeep import DOCTOR_SENTENCES, LINT_SENTENCES
from complaintctl.render.text.language import N_, N_PLURAL, _, ngettext

# Sentences that depend on a count: the name of the count, and the forms for one and for more.
COUNTED_SENTENCES: Final[Mapping[str, tuple[str, tuple[str, str]]]] = {
    "sum-days": (
        "days",
        N_PLURAL(
            "total: {days} working day, the limit {limit}", "total: {days} working days, the limit {limit}"
        ),
    ),
    "sum-days-waited": (
        "days",
        N_PLURAL(
            "total: {days} working day, the limit {limit} plus {waited} waited",
            "total: {days} working days, the limit {limit} plus {waited} waited",
        ),
    ),
}

# What went wrong and what to do next, in one or two lines; never text from a customer.
SENTENCES: Final[Mapping[str, str]] = {
    **IMPORT_SENTENCES,
    **TASK_SENTENCES,
    **ESCALATION_SENTENCES,
    **ACTION_SENTENCES,
    **FIELD_SENTENCES,
    **LETTER_SENTENCES,
    **SURVEY_SENTENCES,
    **PRIVACY_SENTENCES,
    **SETUP_SENTENCES,
    **SEALING_SENTENCES,
    **CHECKPOINT_SENTENCES,
    **OUTCOME_SENTENCES,
    **DUTY_SENTENCES,
    **PAPER_SENTENCES,
    **REPORT_SENTENCES,
    **LIMIT_SENTENCES,
    **MAIL_SENTENCES,
    **{key: forms[-1] for key, (_count, forms) in COUNTED_SENTENCES.items()},
    **CHECK_SENTENCES,
    **INPUT_SENTENCES,
    **LINT_SENTENCES,
    **DOCTOR_SENTENCES,
    # invalid input (exit 2)
    "no-casebook": N_(
        "{folder} is not a casebook: there is no complaintctl.yaml here or in a parent folder. "
        "Create one: complaintctl init"
    ),
    "casebook-exists": N_("{folder} is already a casebook. Nothing was changed."),
    "future-time": N_("{time} is in the future (it is {now}). Only past events can be recorded."),
    "bad-time": N_("{value} is not a time. Write 09:30, 20m (ago), 2026-11-21T09:30 or add a zone: …+08:00."),
    "time-too-far": N_("{value} is too far away. Write a time between {first} and {last}."),
    "time-order": N_("The time of receipt {received} is after the time of recording {at}."),
    "unknown-word-typed": N_(
        "{field} {value} is not in the policy. Did you mean {near}? Available: {choices}."
    ),
    "ambiguous-word-typed": N_("{field} {value} fits several: {choices}. Type more of one of them."),
    "unknown-field": N_("A case has no field {field}. Did you mean {near}? Your own fields start with x."),
    "guarded-field": N_("{field} cannot be set directly; use the command for it."),
    "wrong-value-typed": N_("{value} is not valid for the field {field} (expected: {kind})."),
    "unknown-choice": N_("{option} cannot be {value}. Choose from: {choices}."),
    "name-of-several": N_("Several people are called {name}. Use one of these keys: {choices}."),
    "unknown-person": N_(
        "{name} is not among the people of the policy. Did you mean {near}? Available: {choices}."
    ),
    "unknown-revision": N_("{name} is neither a file nor a git revision of this repository."),
    "unknown-revision-here": N_(
        "{name} is neither a file nor a revision that this clone knows; it is shallow: git fetch --unshallow"
    ),
    "revision-outside-git": N_(
        "{name} is not a file, and it cannot be a revision: {folder} is not in a git repository."
    ),
    "no-policy-then": N_("{revision} has no {file}."),
    "listed-field": N_(
        "{field} is a list. Give all its entries: complaintctl edit CASE {list_option} … {list_option} …"
    ),
    "bone-spelling": N_('{value} lacks a branch or a cause. Write it like --bone "material: foil too thin".'),
    "line-break": N_("{field} must be one line. What was typed holds a line break."),
    "needed-field": N_("{field} cannot be empty."),
    "promise-without-date": N_("A promise needs a date: --promise-by +48h"),
    "contact-without-date": N_("The next contact needs a date: --contact-by +2d"),
    "contact-in-past": N_(
        "A contact agreed at {at} cannot be due at {time}. Give a later time, such as +2d."
    ),
    "promise-in-past": N_("A promise made at {at} cannot be due at {time}. Give a later time, such as +48h."),
    "wait-until-past": N_("A wait from {at} cannot end at {time}. Give a later time, such as +3d."),
    "not-an-assignment": N_("{value} is not of the form FIELD=VALUE."),
    "unknown-step": N_("The policy has no step {step}. It has: {choices}."),
    "unknown-role": N_("The policy has no role {role}. It has: {choices}."),
    "built-in-step": N_("{step} has a command of its own: complaintctl {step_key} CASE"),
    "outcome-missing": N_("Closing {case} needs an outcome: --outcome upheld, not-upheld, withdrawn, …"),
    "reason-missing": N_("{did} needs --reason."),
    "forced-without-reason": N_("Closing {case} outside the rules needs --reason."),
    "nothing-to-do": N_("{did} changes nothing: give at least one of {options}."),
    "unknown-format": N_("Unknown format {format}. Available: {choices}."),
    "not-csv": N_("--for excel is about CSV. Add: --format csv"),
    "unknown-policy": N_("Unknown policy {name}. Available: {choices}."),
    "policy-not-usable": N_("The policy {name} has errors, so no casebook was created."),
    "option-missing": N_("{option} is missing, and there is no terminal to ask for it."),
    "no-such-file": N_("{path} is not a file."),
    "schema-without-command": N_(
        "The schema {kind} is about a file, not about a command. Leave out what comes after it."
    ),
    "stdin-not-utf-8": N_("The input is not UTF-8. Convert it first: iconv -t UTF-8"),
    "attachment-name": N_("{name} is not a valid file name on every system. Choose another one: --name NAME"),
    "file-name-taken": N_("{case} already has an attachment {name}. Give the file another name."),
    "file-name-alike": N_(
        "{case} already has an attachment {other}, which some systems cannot tell from {name}. Give it another name: "
        "--name NAME"
    ),
    "duplicate-outcome": N_(
        "A case closed with --duplicate-of is a duplicate; it cannot be closed as {outcome}."
    ),
    "same-case": N_("{case} cannot be linked to itself."),
    # refused (exit 3)
    "before-receipt": N_("{time} is before receipt ({received})."),
    "before-step": N_("{time} is before {step} ({at}), on which it depends."),
    "case-closed": N_("{case} is closed. To go on with it: complaintctl reopen {case} --reason …"),
    "step-does-not-apply": N_("{step} does not apply to this case: the policy requires {when}."),
    "step-taken": N_(
        "{step} was taken at {at}. To take it again: complaintctl reopen {case} --to {step_key} --reason …"
    ),
    "step-out-of-order": N_(
        "{step} must come after {before}, which has not been taken yet. Next: {next_step}"
    ),
    "approval-missing": N_(
        "{step} waits until {before} is approved by: {roles} ({could}). complaintctl approve {case} {before_key}"
    ),
    "role-missing": N_(
        "{step} needs one of the roles {roles}, which {who} does not have. People who can take it: {could}."
    ),
    "fields-missing": N_(
        "{step} needs fields that are not filled in yet: {fields}. Record them: complaintctl "
        "edit {case} {assignments}"
    ),
    "nothing-to-draw": N_(
        "{case} has no cause analysis yet. Record one: complaintctl {command} {case} --set problem.what=… "
        '--bone "BRANCH: CAUSE" --why …'
    ),
    "nothing-changed": N_("{case} already contains this. Nothing was recorded."),
    "close-incomplete": N_(
        "{case} cannot be closed as {outcome}: missing {missing}. To close it anyway: --force --reason …"
    ),
    "duplicate-incomplete": N_(
        "{case} cannot be closed as {outcome}: missing {missing}, and its original (--duplicate-of CASE). "
        "To close it anyway: --force --reason …"
    ),
    "needed-fact": N_(
        "{step} needs {field}, so it cannot be taken away. Give another value, or take the step back first: "
        "complaintctl retract {case} {event} --reason …"
    ),
    "closing-needs": N_(
        "{case} was closed as {outcome}, which needs: {missing}. To change that: complaintctl reopen {case} --reason …"
    ),
    "original-missing": N_(
        "{case} needs the link to its original: complaintctl close {case} --duplicate-of ORIGINAL. "
        "Outside the rules: --force --reason …"
    ),
    "recurrence-unanswered": N_(
        "Before {case} is closed as {outcome}, say whether it repeats an earlier case: {earlier}. "
        "If it does: complaintctl close {case} --outcome {outcome_key} --recurrence-of CASE; if not: "
        "complaintctl close {case} --outcome {outcome_key} --no-recurrence REASON"
    ),
    "recurrence-twice": N_(
        "A closing links one case: give only one of --duplicate-of, --recurrence-of and --no-recurrence."
    ),
    "shortcut-one-case": N_("A shortcut takes the steps of one case: complaintctl step CASE SHORTCUT"),
    "several-originals": N_(
        "{case} is linked as a duplicate of several cases ({originals}). Keep one; take back the other link: "
        "complaintctl retract {case} EVENT --reason …"
    ),
    "original-unanswered": N_(
        "{original} was closed as {outcome}, so nobody answers {case}. Reopen it: complaintctl reopen {original} "
        "--reason …; or handle {case} by itself."
    ),
    "duplicates-in-circle": N_(
        "{case} cannot be a duplicate of a case that leads back to it: {path}. Take back the wrong link: "
        "complaintctl retract CASE EVENT --reason …"
    ),
    "already-waiting": N_(
        "{case} is already waiting for the customer. To wait on: complaintctl wait {case} --until DAY --reason …"
    ),
    "not-taken-again": N_("No command takes {step} again. A case can be reopened to: {choices}."),
    "not-waiting": N_("{case} is not waiting for the customer."),
    "not-retractable": N_("{did} cannot be retracted."),
    "already-retracted": N_("Event {event} is already retracted."),
    "closing-depended-on": N_(
        "The closing {event} cannot be taken back, because {did} {later} came after it. Take that back first: "
        "complaintctl retract {case} {later} --reason …"
    ),
    "closing-has-duplicate": N_(
        "The closing {event} cannot be taken back, because {other} was closed as a duplicate of {case} after it. "
        "Take that back first: complaintctl retract {other} {closing} --reason …"
    ),
    "not-an-escalation": N_(
        "{new} is below {old}; escalating can only raise the level. To lower it: complaintctl classify"
    ),
    "nothing-to-approve": N_("The policy does not require approval of {step}."),
    "step-not-taken": N_("{step} has not been taken yet, so there is nothing to approve in {case}."),
    "signed-for-another": N_(
        "Nobody signs for somebody else: git says that you are {recorder}, not {who}. Let {who} approve it."
    ),
    "own-approval": N_("{who} took {step}; somebody else must approve it."),
    "events-uncommitted": N_(
        "{case} has events of several commands, or of another person, in no commit, and each command gets a commit of its "
        "own. Commit them yourself: git add FILE, git commit"
    ),
    # broken (exit 4)
    "file-outside": N_(
        "{file} is outside the casebook: a link points there. Replace the link with a folder or file."
    ),
    "journal-foreign": N_(
        "{path} names files that no command writes like that, so complaintctl did not write it. Delete it."
    ),
    "disk": N_("{path} cannot be read or written: {detail}."),
    "output": N_(
        "The output could not be written: {detail}. What the command recorded stays in the casebook."
    ),
    "locked": N_("Another command has been writing for {seconds} s ({path}). Try again when it has ended."),
    "unfinished-operation": N_(
        "A git {operation} is in progress. Finish it: complaintctl resolve --commit. Nothing was written."
    ),
    "git-missing": N_("git was not found on the PATH."),
    "git-refused": N_("There is a .git here, but git does not open it: {detail}"),
    "git-failed": N_("git {command}: {detail}"),
    "commit-failed": N_("git did not commit it: {detail}."),
    "identity-missing": N_(
        "git does not know who you are. Tell it: git config --global user.name NAME; git config --global user.email ADDRESS"
    ),
    "case-faulty": N_("{case} cannot be changed until its file is repaired."),
    "unwritable": N_(
        "The case file can be read but not changed: line {line}, column {column}: {detail}. "
        "Write that line in a simpler form."
    ),
    "policy-faulty": N_("The policy has errors, so nothing was judged. Check it: complaintctl policy check"),
    "policy-version-faulty": N_("{names} has errors, so nothing was compared."),
    "nothing-to-resolve": N_("No case is in conflict."),
    "conflicts-left": N_("What is named above is for you to decide. The merge is not finished."),
    "merge-not-committed": N_(
        "The conflicts are resolved in the files, but git did not finish ({command}): {detail}. Put that right, "
        "then: complaintctl resolve --commit"
    ),
    # not found (exit 5)
    "no-such-case": N_("No case matches {part}."),
    "not-yet": N_("{case} was not in the casebook yet at {moment}."),
    "ambiguous-case": N_("{part} matches {count} cases: {candidates}."),
    "no-such-event": N_(
        "{case} has no event {event}, or several that match. List its events: complaintctl log {case}"
    ),
    "no-such-schema": N_(
        "No command {name} prints JSON. Did you mean {near}? All of them: complaintctl schema output"
    ),
    "no-lines": N_("{name} has no --format jsonl, so it prints no lines."),
    "declined": N_("Stopped. Nothing was changed."),
    "stopped-halfway": N_("Stopped in the middle: {subject}."),
    "stopped": N_("Stopped."),
    # problems of files
    "case-unforeseen": N_(
        "a fault of complaintctl, not of this file: {kind} in {file}, line {line}. The answer is without it; "
        "please report it."
    ),
    "unreadable": N_("cannot be read: {detail}"),
    "not-a-file": N_("this is a link, a folder or a device. Put the file itself here."),
    "file-too-large": N_("the file is larger than {most} kB, so it was not read."),
    "file-empty": N_("the file is empty. Restore it: git checkout -- FILE"),
    "not-a-mapping": N_("this is not a case: expected lines of the form key: value"),
    "not-utf-8": N_("this is not UTF-8. Save the file as UTF-8."),
    "conflict-marker": N_("there is a merge conflict here. Resolve it: complaintctl resolve"),
    "conflict-values": N_(
        "{field}: one side has {ours}, the other {theirs}. Keep one of them in the file, then: complaintctl resolve"
    ),
    "conflict-elsewhere": N_(
        "both sides changed a comment, a key of your own, or one event in different ways. Keep one of them in the "
        "file, then: complaintctl resolve"
    ),
    "conflict-deleted": N_(
        "one side deleted the case, the other changed it. To keep it: git add FILE. To delete it: git rm FILE."
    ),
    "conflict-mistaken": N_(
        "git mistook another case ({others}) for this one because the files are similar. Start again: "
        "git merge --abort, then git merge -X find-renames=100%, then complaintctl resolve"
    ),
    "unmerged": N_("git has not finished merging this file. Resolve it: complaintctl resolve"),
    "yaml-syntax": N_("not valid YAML: {detail}"),
    "yaml-character": N_("a character that YAML does not allow: {detail}"),
    "key-not-text": N_("a key must be one word"),
    "duplicate-key": N_("{name} is here twice. Keep one."),
    "tag-or-anchor": N_("tags and anchors ({name}) are not allowed. Write the value itself."),
    "alias": N_("references ({name}) are not allowed. Write the value itself."),
    "too-deep": N_("nested more than {depth} levels deep"),
    "second-document": N_("a second YAML document starts here. A file can hold only one case."),
    "unknown-key": N_("unknown key {field}. Did you mean {near}?"),
    "not-recordable": N_("{field}: an event cannot set this field. Did you mean {near}?"),
    "field-missing": N_("{field} is missing"),
    "not-text": N_("{field} must be a text"),
    "not-one-line": N_("{field} must be one line. Write it without a line break."),
    "not-a-count": N_("{field} must be a whole number from 1"),
    "not-a-score": N_("{field} must be a whole number from 1 to 5"),
    "not-true-or-false": N_("{field} must be true or false"),
    "not-one-of": N_("{field} must be one of {expected}"),
    "not-a-mapping-here": N_("{field} must be of the form {{key: value}}"),
    "not-a-list": N_("{field} must be a list"),
    "not-a-pair": N_("{field} must be a pair: [old, new]"),
    "not-a-time": N_("{field} is not a date and time. Write it like 2026-11-21T09:14:00+08:00"),
    "not-a-day": N_("{field} is not a date. Write it like 2026-11-21"),
    "field-too-far": N_("{field} is too far away. Write a time between {first} and {last}"),
    "wrong-value": N_("{field}: {detail}"),
    "file-name": N_("{name} is not a case file name (C-YYYYMMDD-XXXXX.yaml)"),
    "id-against-name": N_("the id {id} differs from the file name {name}"),
    "status-against-history": N_("status is {status}, but the history says {history}"),
    "open-in-closed-folder": N_("status is {status}, but the file lies in cases/closed"),
    "closed-in-open-folder": N_("status is {status}, but the file lies in cases/open"),
    "event-in-future": N_(
        "{did} is recorded at {time}, which is in the future (it is {now}), so it does not count yet. Correct the time, "
        "or take the event out."
    ),
    "in-both-folders": N_("this case is also in {other}. Keep one."),
    "fact-without-event": N_(
        "{field} was changed without an event. Record the change: complaintctl edit CASE --set {field}=VALUE"
    ),
    "promise-without-event": N_(
        "this promise has no event in the history. Remove it and record it with: complaintctl "
        "update CASE --promise-by {value}"
    ),
    "needed-fact-gone": N_(
        "{step} was taken and needs {field}, which is not known any more. Record it again: "
        "complaintctl edit {case} --set FIELD=VALUE"
    ),
    "approval-void": N_(
        "{step} is to be approved again: event {event} changed what {by} approved. complaintctl approve {case} {step}"
    ),
    "wait-over": N_(
        "waited for the customer from {since} until {until}; the clocks run again. Go on: complaintctl resume {case}; "
        "or wait on: complaintctl wait {case} --until DAY --reason …"
    ),
    "link-gone": N_(
        "the history tells of a link to {link} that does not stand here. Put it back, or take event {event} back: "
        "complaintctl retract CASE {event} --reason …"
    ),
    "attachment-gone": N_(
        "the history tells of an attachment {file} that does not stand here. Put it back, or take event {event} back: "
        "complaintctl retract CASE {event} --reason …"
    ),
    "unknown-word": N_("{field} {value} is not in the policy. Available: {choices}."),
    # problems of policies
    "unknown-zone": N_("{value} is not a time zone. Write it like Asia/Shanghai"),
    "policy-unknown": N_("unknown {what} {value}. Available: {choices}."),
    "policy-weekdays": N_(
        "{value} is not a list of weekdays, or a day is there twice. Write it like mon-fri"
    ),
    "policy-hours": N_(
        "{value} is not a valid opening time, or it overlaps another. Write it like 09:00-12:00"
    ),
    "policy-never-open": N_("this calendar never opens"),
    "policy-level-is-category": N_("{value} is a level and a category; a limit could not distinguish them"),
    "policy-step-twice": N_("step {value} is here twice"),
    "policy-step-is-event": N_("{value} is an event, so it cannot be a step"),
    "policy-within-and-every": N_("step {step} has both within and every. Keep one."),
    "policy-limit-too-long": N_("on this calendar, {value} would take more than three years"),
    "policy-shortcut-empty": N_("a shortcut needs steps: the steps that it takes, in order"),
    "policy-need-of-closing": N_("only a closing can need {value}: write it under close:"),
    "policy-circle": N_("step {step} depends on itself: check its after:"),
    "policy-limit": N_("{value} is not a limit. Write it like 15m, 1h, 10d, 8w, 3mo or 3bd"),
    "policy-warn": N_("{value} is not a warning. Write it like 75% or 2h before"),
    "policy-rung": N_(
        "a rung of escalation needs either late or before. Write it like {{late: 4h, to: manager}}"
    ),
    "policy-again-alone": N_("step {step} has again without within: it would not be due the first time"),
    "policy-day": N_("{value} is not a date. Write it like 2026-10-01, or 12-25 for a yearly holiday"),
    "policy-hour": N_("{value} is not a time of day. Write it like 17:00"),
    "policy-cutoff-stays": N_(
        "day_off cannot be stays if there is a cutoff: leave day_off out, or write moves"
    ),
    "policy-then-without-cutoff": N_(
        "then needs cutoff, the time from which a start is too late for that day"
    ),
    # explanations
    "start": N_("counted from {origin}: {at}"),
    "limit": N_("limit {limit}{key} on the calendar {calendar}"),
    "shortest": N_("no level yet, so the shortest limit of the step applies"),
    "fixed": N_("promised to the customer; fixed, never paused"),
    "fixed-contact": N_("the contact agreed with the customer; fixed, never paused"),
    "limit-again": N_("the limit for a step that is due again"),
    "demanded-by": N_("demanded by {source}"),
    "first-day-not-counted": N_("working days: the day it starts on is not counted"),
    "first-day-counted": N_("working days: the day it starts on is the first"),
    "day-off-moves": N_("a start on a day off counts from the same time of the next working day"),
    "day-off-opens": N_("a start on a day off counts from the beginning of the next working day"),
    "cutoff": N_("a start from {cutoff} on counts from the next working day"),
    "cutoff-then": N_("a start from {cutoff} on counts from {then} of the next working day"),
    "keeps-time": N_("the last day ends at the time of day at which it started"),
    "ends-at-closing": N_("the last day ends at closing time"),
    "same-time": N_("{limit} later at the same time of day: {due}"),
    "span": N_("{from} – {to}: {length}"),
    "working-day": N_("{day}: working day {number}{name}"),
    "holiday": N_("{day}: holiday{name}, not counted"),
    "make-up-day": N_("{day}: a working day by the calendar{name}"),
    "special-hours": N_("{day}: special hours{name}"),
    "day-off": N_("{day}: closed, not counted"),
    "clocks-forward": N_("{day}: the clocks are put forward by {length}"),
    "clocks-back": N_("{day}: the clocks are put back by {length}"),
    "sum": N_("total: {length}, the limit {limit}"),
    "sum-remaining": N_("total: {length}, plus {remaining} left: the limit {limit}"),
    "verdict-stands": N_(
        "the recorded verdict does not change; under the current policy it would have been due {due}"
    ),
    "instead-of": N_("as it is now: due {due}"),
    "no-clock-before": N_("as it is now: no such deadline"),
    "warn": N_("warning from {at} ({threshold})"),
    "rung": N_("if not done by then: notify {to} at {at}"),
    "pause": N_("waiting for the customer {from} – {to}: {length} not counted{reason}"),
    "closed-time": N_("the case was closed {from} – {to}: {length} not counted"),
    "not-published": N_("the calendar {calendar} is published only until {until}: this due time may move"),
    "runs-again": N_("runs again from {at}, even without an answer"),
    "stands-still": N_("paused while waiting for the customer; {remaining} left"),
    "running": N_("due {due}, {left} left"),
    "overdue": N_("due {due}, overdue by {late}"),
    "taken-met": N_("taken {at}, in time (due {due})"),
    "taken-late": N_("taken {at}, late (due {due})"),
    "taken-unjudged": N_("taken {at}; no limit was set"),
    "ahead": N_("not running yet: it counts from {from}"),
    "settled": N_("settled by closing"),
}


def fill_sentence(key: str, values: Mapping[str, object], zone: ZoneInfo | None) -> str:
    """Returns the sentence of a key in the current language, filled with the values; times in `zone`."""
    texts = filling.sentence_values(values, zone)
    if key in COUNTED_SENTENCES:
        name, forms = COUNTED_SENTENCES[key]
        count = values[name]
        text = ngettext(*forms, count if isinstance(count, int) else 0)
    else:
        text = _(SENTENCES[key])
    if not texts.get("near", "?"):
        text = filling.drop_suggestion(text)
    return text.format_map(texts)


def failure_text(error: Failure, zone: ZoneInfo | None) -> str:
    """Returns an expected failure as one line, and what became of the change as another."""
    said = fill_sentence(error.key, key_labels.label_values(error.key, error.values), zone)
    outcome = error.outcome
    return f"{said}\n{fill_sentence(outcome.key, outcome.values, zone)}" if outcome else said


def problem_text(problem: Problem, root: str) -> str:
    """Returns `file:line:column: what and what to do`; a file below `root` is named relative to it."""
    problem = key_labels.shown_problem(problem)
    is_inside = problem.file.startswith(root)
    place = problem.file.removeprefix(root).lstrip("/\\") if is_inside else problem.file
    if problem.line:
        place += f":{problem.line}:{problem.column}"
    text = fill_sentence(problem.key, problem.values, None)
    prefix = _("warning: ") if problem.warning else ""
    if problem.key == "unknown-key" and problem.warning:
        # Only in a case, which keeps the key, is this a warning; a policy has no own fields.
        text = _("{said} Put your own fields under x:").format(said=text)
    return f"{one_line.join_lines(place)}: {prefix}{text}" if place else text
