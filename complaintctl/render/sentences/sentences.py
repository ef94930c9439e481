"""The sentence of every refusal, problem and explanation; the domain and storage modules raise the keys."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.problems import Problem
from complaintctl.errors import Failure
from complaintctl.render.sentences import filling
from complaintctl.render.sentences.actions import ACTION_SENTENCES
from complaintctl.render.sentences.escalation import ESCALATION_SENTENCES
from complaintctl.render.sentences.fields import FIELD_SENTENCES
from complaintctl.render.sentences.imports import IMPORT_SENTENCES
from complaintctl.render.sentences.letters import LETTER_SENTENCES
from complaintctl.render.sentences.setup import SETUP_SENTENCES
from complaintctl.render.sentences.survey import SURVEY_SENTENCES
from complaintctl.render.sentences.tasks import TASK_SENTENCES
from complaintctl.render.text.language import N_, _

# What went wrong and what to do next, in one or two lines; never text from a customer.
SENTENCES: Final[Mapping[str, str]] = {
    **IMPORT_SENTENCES,
    **TASK_SENTENCES,
    **ESCALATION_SENTENCES,
    **ACTION_SENTENCES,
    **FIELD_SENTENCES,
    **LETTER_SENTENCES,
    **SURVEY_SENTENCES,
    **SETUP_SENTENCES,
    # invalid input (exit 2)
    "no-casebook": N_(
        "{folder} is no casebook: no complaintctl.yaml here or above. Make one with: complaintctl init"
    ),
    "casebook-exists": N_("{folder} is already a casebook. Nothing was changed."),
    "future-time": N_("{time} is in the future (it is {now}). Record what has happened."),
    "bad-time": N_("{value} is no time. Write 09:30, 20m (ago), 2026-11-21T09:30 or add a zone: …+08:00."),
    "time-too-far": N_("{value} is too far away. Write a time between {first} and {last}."),
    "time-order": N_("The time of receipt {received} is after the time of recording {at}."),
    "unknown-word-typed": N_(
        "{field} {value} is not in the policy. Did you mean {near}? It knows: {choices}."
    ),
    "unknown-field": N_("A case has no field {field}. Did you mean {near}? Own fields start with x."),
    "guarded-field": N_("{field} cannot be set by hand; a command of its own changes it."),
    "wrong-value-typed": N_("{value} does not fit the field {field} (expected: {kind})."),
    "unknown-choice": N_("{option} cannot be {value}. It can be: {choices}."),
    "name-of-several": N_("Several people are called {name}. Name one by key: {choices}."),
    "unknown-revision": N_("{name} is neither a file nor a revision that git knows here."),
    "unknown-revision-here": N_(
        "{name} is neither a file nor a revision that this clone knows; it is shallow: git fetch --unshallow"
    ),
    "revision-outside-git": N_("{name} is no file, and no revision either: {folder} lies outside git."),
    "no-policy-then": N_("There was no {file} at {revision}."),
    "listed-field": N_(
        "{field} is a list. Say it whole: complaintctl edit CASE {list_option} … {list_option} …"
    ),
    "bone-spelling": N_(
        '{value} names no branch, or no cause. Write it like --bone "material: foil too thin".'
    ),
    "needed-field": N_("{field} cannot be empty."),
    "promise-without-date": N_("A promise needs its date: --promise-by +48h"),
    "promise-in-past": N_("A promise for {time} cannot be made at {at}. Name a later time, such as +48h."),
    "not-an-assignment": N_("{value} is no FIELD=VALUE."),
    "unknown-step": N_("The policy has no step {step}. It has: {choices}."),
    "unknown-role": N_("The policy has no role {role}. It has: {choices}."),
    "built-in-step": N_("{step} has a command of its own: complaintctl {step} CASE"),
    "outcome-missing": N_("Closing {case} needs an outcome: --outcome upheld, not-upheld, withdrawn, …"),
    "reason-missing": N_("{did} needs --reason."),
    "forced-without-reason": N_("Closing {case} outside the rules needs --reason."),
    "nothing-to-do": N_("{did} changes nothing: give at least one of {options}."),
    "unknown-format": N_("There is no format {format}. There is: {choices}."),
    "unknown-policy": N_("There is no policy {name}. There is: {choices}."),
    "policy-not-usable": N_("The policy {name} has faults, so no casebook was made."),
    "option-missing": N_("{option} is missing, and there is no terminal to ask on."),
    "no-such-file": N_("{path} is no file."),
    "stdin-not-utf-8": N_("What was read is not UTF-8. Convert it first: iconv -t UTF-8"),
    "attachment-name": N_("{name} is no name of a file on every system. Give it another one: --name NAME"),
    "file-name-taken": N_("{case} already has an attachment {name}. Give the file another name."),
    "same-case": N_("{case} cannot be linked to itself."),
    # refused (exit 3)
    "before-receipt": N_("{time} is before receipt ({received})."),
    "before-step": N_("{time} is before {step} ({at}), on which it builds."),
    "case-closed": N_("{case} is closed. To go on with it: complaintctl reopen {case} --reason …"),
    "step-does-not-apply": N_("{step} does not apply to this case: the policy takes it when {when}."),
    "step-taken": N_(
        "{step} was taken at {at}. To take it again: complaintctl reopen {case} --to {step} --reason …"
    ),
    "step-out-of-order": N_("{step} comes after {before}, which was not taken. Next: {next_step}"),
    "approval-missing": N_(
        "{step} waits until {before} is approved by: {roles} ({could}). complaintctl approve {case} {before}"
    ),
    "role-missing": N_("{step} is for {roles}; {who} is not one of them. It could be done by: {could}."),
    "fields-missing": N_(
        "{step} needs what is not known yet: {fields}. Record it: complaintctl edit {case} {assignments}"
    ),
    "nothing-to-draw": N_(
        "{case} has no cause analysis yet. Record one: complaintctl {command} {case} --set problem.what=… "
        '--bone "BRANCH: CAUSE" --why …'
    ),
    "nothing-changed": N_("{case} already says so. Nothing was recorded."),
    "close-incomplete": N_(
        "{case} cannot be closed as {outcome}: missing {missing}. Outside the rules: --force --reason …"
    ),
    "already-waiting": N_("{case} is already waiting for the customer."),
    "not-waiting": N_("{case} is not waiting for the customer."),
    "not-retractable": N_("{did} cannot be taken back."),
    "already-retracted": N_("Event {event} was already taken back."),
    "not-an-escalation": N_(
        "{new} is below {old}; escalating goes up. To lower a level: complaintctl classify"
    ),
    "nothing-to-approve": N_("The policy asks for no approval of {step}."),
    "step-not-taken": N_("{step} was not taken yet, so there is nothing to approve in {case}."),
    "own-approval": N_("{who} took {step}; somebody else must approve it."),
    # broken (exit 4)
    "file-outside": N_(
        "{file} lies outside the casebook: a link leads there. Put a folder or file in its place."
    ),
    "journal-foreign": N_("{path} names files outside the casebook, so it is not ours. Delete it."),
    "disk": N_("{path}: {detail}. Nothing was half written."),
    "locked": N_("Another command has been writing for {seconds} s ({path}). Try again when it has ended."),
    "unfinished-operation": N_(
        "A git {operation} is under way. Resolve it (complaintctl resolve), then: git commit. Nothing was written."
    ),
    "git-missing": N_("git was not found on the PATH."),
    "git-failed": N_("git {command}: {detail}"),
    "commit-failed": N_(
        "The change is in the file but git did not commit it: {detail}. The next command completes it."
    ),
    "identity-missing": N_(
        "git does not know who you are. Say it: git config user.name NAME; git config user.email ADDRESS"
    ),
    "case-faulty": N_("{case} cannot be changed before its file is repaired."),
    "unwritable": N_(
        "The case file reads well but cannot be changed: line {line}, column {column}: {detail}. Write that line "
        "more simply."
    ),
    "policy-faulty": N_("The policy has faults, so nothing was judged. Check it: complaintctl policy check"),
    "policy-version-faulty": N_("{names} has faults, so nothing was compared."),
    "nothing-to-resolve": N_("No case is in conflict."),
    "conflict-in-facts": N_(
        "{file}:{line}: the conflict is not only at the end of the history. Edit the facts, leave the two runs "
        "of events to: complaintctl resolve"
    ),
    "conflict-deleted": N_(
        "{file}: one side deleted the case, the other changed it. Decide: git add FILE keeps it, git rm FILE does not."
    ),
    "conflict-mistaken": N_(
        "{file}: git took another case ({others}) for this one, because the files are alike. Start again: "
        "git merge --abort, then git merge -X find-renames=100%, then complaintctl resolve"
    ),
    # not found (exit 5)
    "no-such-case": N_("There is no case {part}."),
    "not-yet": N_("{case} was not in the casebook yet at {moment}."),
    "ambiguous-case": N_("{part} fits {count} cases: {candidates}."),
    "no-such-event": N_("{case} has no event {event}, or several. Its events: complaintctl log {case}"),
    "declined": N_("Stopped. Nothing was changed."),
    "stopped-halfway": N_("Stopped in the middle: {subject}. The next command completes it."),
    # problems of files
    "case-unforeseen": N_(
        "a fault of complaintctl, not of this file: {kind} in {file}, line {line}. The answer is without it; "
        "please report it."
    ),
    "unreadable": N_("cannot be read: {detail}"),
    "not-a-file": N_("this is a link, a folder or a device. Put the file itself here."),
    "file-too-large": N_("more than {most} kB, so it was not read."),
    "file-empty": N_("the file is empty. Restore it: git checkout -- FILE"),
    "not-a-mapping": N_("this is no case: expected lines of the form key: value"),
    "not-utf-8": N_("this is not UTF-8. Save the file as UTF-8."),
    "conflict-marker": N_("a merge conflict. Resolve it: complaintctl resolve"),
    "unmerged": N_("git has not finished merging this file. Resolve it: complaintctl resolve"),
    "yaml-syntax": N_("not valid YAML: {detail}"),
    "yaml-character": N_("a character that YAML does not allow: {detail}"),
    "key-not-text": N_("a key must be one word"),
    "duplicate-key": N_("{name} stands here a second time. Keep one."),
    "tag-or-anchor": N_("tags and anchors ({name}) are not allowed. Write the value itself."),
    "alias": N_("references ({name}) are not allowed. Write the value itself."),
    "too-deep": N_("nested more than {depth} levels deep"),
    "second-document": N_("a second document. One file holds one case."),
    "unknown-key": N_("unknown key {field}. Did you mean {near}?"),
    "not-recordable": N_("{field}: an event cannot set this field. Did you mean {near}?"),
    "field-missing": N_("{field} is missing"),
    "not-text": N_("{field} must be a text"),
    "not-a-count": N_("{field} must be a whole number from 1"),
    "not-a-score": N_("{field} must be a whole number from 1 to 5"),
    "not-true-or-false": N_("{field} must be true or false"),
    "not-one-of": N_("{field} must be one of {expected}"),
    "not-a-mapping-here": N_("{field} must be of the form {{key: value}}"),
    "not-a-list": N_("{field} must be a list"),
    "not-a-pair": N_("{field} must be a pair: [old, new]"),
    "not-a-time": N_("{field} is no time. Write it like 2026-11-21T09:14:00+08:00"),
    "not-a-day": N_("{field} is no day. Write it like 2026-11-21"),
    "field-too-far": N_("{field} is too far away. Write a time between {first} and {last}"),
    "wrong-value": N_("{field}: {detail}"),
    "file-name": N_("{name} is no name of a case file (C-YYYYMMDD-XXXXX.yaml)"),
    "id-against-name": N_("the id {id} and the file name {name} do not agree"),
    "status-against-history": N_("status is {status}, but the history says {history}"),
    "open-in-closed-folder": N_("status is {status}, but the file lies in cases/closed"),
    "closed-in-open-folder": N_("status is {status}, but the file lies in cases/open"),
    "event-in-future": N_(
        "{did} is recorded at {time}, which is in the future (it is {now}), so it does not count yet. Correct the time, "
        "or take the event out."
    ),
    "in-both-folders": N_("this case also lies in {other}. Keep one."),
    "fact-without-event": N_(
        "{field} was changed without an event. Record it: complaintctl edit CASE --set {field}=VALUE"
    ),
    "promise-without-event": N_(
        "a promise was written here without an event. Take it out and record it: "
        "complaintctl update CASE --promise-by {value}"
    ),
    "unknown-word": N_("{field} {value} is not in the policy. It knows: {choices}."),
    # problems of policies
    "unknown-zone": N_("{value} is no time zone. Write it like Asia/Shanghai"),
    "policy-unknown": N_("unknown {what} {value}. It knows: {choices}."),
    "policy-weekdays": N_("{value} are no weekdays, or named twice. Write them like mon-fri"),
    "policy-hours": N_("{value} are no opening hours, or they overlap. Write them like 09:00-12:00"),
    "policy-never-open": N_("this calendar never opens"),
    "policy-level-is-category": N_("{value} is a level and a category; a limit could not tell them apart"),
    "policy-step-twice": N_("step {value} stands here a second time"),
    "policy-step-is-event": N_("{value} is an event, so it cannot be a step"),
    "policy-within-and-every": N_("step {step} has both within and every. Keep one."),
    "policy-limit-too-long": N_("the calendar could not hold {value} within three years"),
    "policy-circle": N_("step {step} waits for itself: follow its after:"),
    "policy-limit": N_("{value} is no limit. Write it like 15m, 1h, 10d, 8w, 3mo or 3bd"),
    "policy-warn": N_("{value} is no warning. Write it like 75% or 2h before"),
    "policy-rung": N_("a rung has either late or before. Write it like {{late: 4h, to: manager}}"),
    "policy-again-alone": N_("step {step} has again without within: nothing would be due a first time"),
    "policy-day": N_("{value} is no day. Write it like 2026-10-01, or 12-25 for a holiday of every year"),
    "policy-hour": N_("{value} is no time of day. Write it like 17:00"),
    "policy-cutoff-stays": N_(
        "beside a cutoff a start on a day off cannot stay: leave day_off out, or write moves"
    ),
    "policy-then-without-cutoff": N_("then needs a cutoff: the hour from which it is too late for the day"),
    # explanations
    "start": N_("counted from {origin}: {at}"),
    "limit": N_("limit {limit}{key} on the calendar {calendar}"),
    "shortest": N_("no level yet: the shortest limit of the step applies"),
    "fixed": N_("told to the customer; fixed, never paused"),
    "limit-again": N_("the limit for a step that is due again"),
    "demanded-by": N_("demanded by {source}"),
    "first-day-not-counted": N_("working days: the day it starts on is not counted"),
    "first-day-counted": N_("working days: the day it starts on is the first"),
    "day-off-moves": N_("a start on a day off counts from the same hour of the next working day"),
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
    "special-hours": N_("{day}: hours of its own{name}"),
    "day-off": N_("{day}: closed, not counted"),
    "clocks-forward": N_("{day}: the clocks are put forward by {length}"),
    "clocks-back": N_("{day}: the clocks are put back by {length}"),
    "sum": N_("together {length}: the limit {limit}"),
    "sum-remaining": N_("together {length}, and {remaining} left: the limit {limit}"),
    "sum-days": N_("together {days} working days: the limit {limit}"),
    "sum-days-waited": N_("together {days} working days: the limit {limit} and {waited} waited"),
    "verdict-stands": N_("the verdict of then stands; by today's policy it would have been due {due}"),
    "instead-of": N_("as it is now: due {due}"),
    "no-clock-before": N_("as it is now: no such deadline"),
    "warn": N_("warned of from {at} ({threshold})"),
    "rung": N_("if it is not done: {to} shall know at {at}"),
    "pause": N_("waiting for the customer {from} – {to}: {length} not counted{reason}"),
    "closed-time": N_("the case was closed {from} – {to}: {length} not counted"),
    "not-published": N_("the calendar {calendar} is published only until {until}: this due time may move"),
    "stands-still": N_("stands still while the customer is asked; {remaining} left"),
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
    text = _(SENTENCES[key])
    if not texts.get("near", "?"):
        text = filling.drop_suggestion(text)
    return text.format_map(texts)


def failure_text(error: Failure, zone: ZoneInfo | None) -> str:
    """Returns an expected failure as one or two lines."""
    return fill_sentence(error.key, error.values, zone)


def problem_text(problem: Problem, root: str) -> str:
    """Returns `file:line:column: what and what to do`; a file below `root` is named relative to it."""
    is_inside = problem.file.startswith(root)
    place = problem.file.removeprefix(root).lstrip("/\\") if is_inside else problem.file
    if problem.line:
        place += f":{problem.line}:{problem.column}"
    text = fill_sentence(problem.key, problem.values, None)
    prefix = _("warning: ") if problem.warning else ""
    if problem.key == "unknown-key" and problem.warning:
        # Only in a case, which keeps the key, is this a warning; a policy has no own fields.
        text = _("{said} Own fields belong under x:").format(said=text)
    return f"{place}: {prefix}{text}" if place else text
