"""Filling a letter for a case: as it would stand once the customer was told."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from complaintctl.commands import recording
from complaintctl.commands.session import Session, print_problems, view_case
from complaintctl.commands.write_options import WriteOptions
from complaintctl.domain.case import fields, known_facts, vocabulary
from complaintctl.domain.case.case import Case, Promise
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, SURVEY_ASKED
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.policy.policy import labelled_field
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, Refused
from complaintctl.render.documents import template_context
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.render.text import labels, terminal_safety
from complaintctl.storage.documents import letterfile, sandbox
from complaintctl.storage.documents.letterfile import LetterFile
from complaintctl.storage.documents.sandbox import TemplateFault, TemplateJob

# What a letter may need beside the facts of a case: these lists and texts.
LETTER_VALUES: Final = frozenset({"late", "promised", "coming", "text"})
# What sending a letter may be besides a step: a word to the customer, a question that we wait for, or a survey.
_EVENTS_BESIDE_STEPS: Final = ("note", "wait", SURVEY_ASKED)
# How what a letter lacks is recorded; every other fact is set by `edit`, which no order of steps forbids.
_COMMANDS: Final = {
    "text": "letter {case} {letter} --text …",
    "promised": "letter {case} {letter} --promise-by +48h",
    "coming": "letter {case} {letter} --promise-by +48h",
    "plan.measures": "edit {case} --measure …",
    "actions": "action {case} --what … --who … --due …",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRequest:
    """What was typed beside case and kind: facts and words of this letter, and the step to record in place of its own."""

    facts: Mapping[str, Any]
    via: str | None
    text: str | None
    promises: tuple[Promise, ...]
    step: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledLetter:
    """A filled letter (Markdown, facts escaped), the case once it is sent, and what sending records.

    `login` signs it where the policy has no name for whoever writes.
    """

    letter: LetterFile
    at: datetime
    login: str | None
    case: Case
    request: Request
    subject: str
    body: str


def read_letter_template(session: Session, kind: str, language: str) -> LetterFile:
    """The letter of that kind in that language; raises InvalidInput for an unknown one, Broken for a faulty file."""
    path = letterfile.find_letter(session.casebook.root, kind, language)
    letter, problems = letterfile.read_letter(path)
    problems += letter_head_faults(session, letter) if letter else ()
    if letter is None or problems:
        print_problems(problems, session.casebook.root)
        raise Broken("template-faulty", file=display_path(path, session))
    return letter


def letter_head_faults(session: Session, letter: LetterFile) -> Iterator[Problem]:
    """Facts that no case has, and an event that this policy does not know."""
    file = str(letter.path)
    needs = [part.strip() for need in letter.head.needs for part in need.split("|")]
    asked = [*(("needs", name) for name in needs), *(("when", name) for name in letter.head.when)]
    for key, name in asked:
        is_shown = key == "needs" and (name in LETTER_VALUES or name.startswith("sender."))
        if not is_shown and not fields.is_field(name) and name not in known_facts.entry_parts():
            near = difflib.get_close_matches(name, [*fields.field_kinds(), *LETTER_VALUES], 1)
            facts = {"field": name, "near": "".join(near)}
            yield Problem(
                key="unknown-field", values=facts, file=file, line=head_line_number(letter, key), column=1
            )
    choices = recordable_events(session)
    if letter.head.records not in choices:
        named = {"file": display_path(letter.path, session), "records": letter.head.records}
        yield Problem(key="letter-records", values={**named, "choices": choices})


def head_line_number(letter: LetterFile, key: str) -> int:
    """The line of a key in the head of a letter."""
    lines = letter.path.read_text(encoding="utf-8-sig").splitlines()
    return next(
        (number for number, line in enumerate(lines, 1) if line.startswith((f"{key}:", f"{key}："))), 1
    )


def recordable_events(session: Session) -> list[str]:
    """What the head of a letter may say that sending it is."""
    steps = (step for step in (*BUILT_IN_STEPS, *session.rules.steps) if step != "open")
    return [*_EVENTS_BESIDE_STEPS, *dict.fromkeys(steps)]


def fill_letter(
    session: Session, part: str, letter: LetterFile, asked: LetterRequest, write_options: WriteOptions
) -> FilledLetter:
    """The letter as it reads once it was sent; raises Refused naming what it lacks and how to record that.

    Raises Broken where the template is at fault.
    """
    one = view_case(session, part, to_policy_zone(session.rules, session.now))
    request, act = (
        _sending_request(session, one.judged, letter, asked),
        recording.parse_attribution(session, write_options.at, write_options.by),
    )
    judged = _judged_after_sending(session, one.judged, request, act)
    writing = DocumentInput(judged=judged, rules=session.rules, by=act.by, text=asked.text)
    before = deadlines.judge_case(one.judged.case, session.rules, act.at)
    # What the letter itself ends was late all the same until it came (D-081).
    late = template_context.template_context(dataclasses.replace(writing, judged=before))["late"]
    context = {**template_context.template_context(writing), "late": late}
    for need in letter.head.needs:
        known = (
            _is_given(context[need])
            if need in LETTER_VALUES
            else known_facts.is_field_known(judged.case, need)
        )
        if not known:
            raise missing_value_error(session, judged.case, letter, need)
    if not deadlines.conditions_hold(judged.case, letter.head.when):
        when = labels.conditions_text(session.rules.policy, letter.head.when)
        raise Refused("letter-not-for-this", letter=letter.kind, when=when)
    name = display_path(letter.path, session)
    jobs = [
        TemplateJob(template="subject", context=context, escape="none"),
        TemplateJob(template=name, context=context, escape="markdown"),
    ]
    filled = sandbox.fill_templates({"subject": letter.head.subject, name: letter.body}, jobs)
    subject, body = (_checked_text(session, judged.case, letter, found) for found in filled)
    subject = " ".join(subject.split())
    signs = _signing_login(session, act.by)
    return FilledLetter(
        letter=letter, at=act.at, login=signs, case=judged.case, request=request, subject=subject, body=body
    )


def _signing_login(session: Session, name: str) -> str | None:
    policy = session.rules.policy
    is_named = policy.sender.name or template_context.person_name(policy, name) != name
    return None if is_named else name


def _sending_request(
    session: Session, judged: JudgedCase, letter: LetterFile, asked: LetterRequest
) -> Request:
    """What sending the letter is in this case; the history keeps which letter it was, with our words in it."""
    did = _sending_event(session, judged, letter, asked.step)
    # D-079: recorded by name, not by text.
    name = f"{letter.kind}.{letter.language}"
    is_question = did == "wait"
    told = name if asked.text is None or is_question else f"{name}: {asked.text}"
    reason = (asked.text or letter.head.title) if is_question else None
    facts, promises = asked.facts, asked.promises
    return Request(did=did, fields=facts, via=asked.via, text=told, reason=reason, promises=promises)


def _sending_event(session: Session, judged: JudgedCase, letter: LetterFile, wanted: str | None) -> str:
    """The step that was named, or the letter's where the policy has it for this case; else a word to the customer."""
    if wanted is not None:
        if wanted not in session.rules.steps:
            raise vocabulary.unknown_step_error(session.rules.policy, wanted, ())
        return wanted
    records = letter.head.records
    if records == "wait":
        return "note" if judged.progress.status == "waiting" else records
    if records == SURVEY_ASKED:
        return records
    step = session.rules.steps.get(records)
    # D-082: no verdict on what nobody promised.
    return records if step and deadlines.rule_applies(judged.case, step) else "note"


def _is_given(value: object) -> bool:
    """Whether there is such a text, or anything in such a list."""
    return bool(value) and not isinstance(value, dict)


# D-080: the event is decided first, unwritten.
def _judged_after_sending(
    session: Session, judged: JudgedCase, request: Request, act: Attribution
) -> JudgedCase:
    """The case with the event that sending is, at that moment, so that what it promises stands in it.

    Where that is refused, it is the case with the facts and promises that were typed: a letter may be written before its turn.
    """
    try:
        after = lifecycle.decide_request(judged.case, session.rules, request, act).case
    except Refused:
        promised = (*judged.case.promised, *request.promises)
        after = fields.with_values(judged.case, {**request.fields, "promised": promised})
    return deadlines.judge_case(after, session.rules, act.at)


def _checked_text(session: Session, case: Case, letter: LetterFile, found: str | TemplateFault) -> str:
    if isinstance(found, str):
        return terminal_safety.replace_controls(found)
    if found.key == "template-lacks":
        raise missing_value_error(session, case, letter, found.detail.removeprefix("case."))
    facts = dataclasses.asdict(found)
    raise Broken(facts.pop("key"), **facts)


def missing_value_error(session: Session, case: Case, letter: LetterFile, need: str) -> Refused:
    """What is missing, and the command that records it."""
    if need == "late":
        return Refused("letter-nothing-late", letter=letter.kind)
    first = need.partition("|")[0]
    named = labelled_field(session.rules.policy, need)
    if first.startswith("sender."):
        return Refused("letter-sender", letter=letter.kind, fact=named)
    words = _COMMANDS.get(first, "edit {case} --set {need}=…")
    command = words.format(case=case.id, need=first, letter=letter.kind)
    return Refused("letter-lacks", letter=letter.kind, fact=named, command=f"complaintctl {command}")


def display_path(path: Path, session: Session) -> str:
    """How a template file is named to people: from the casebook on, where it lies there."""
    root = session.casebook.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
