"""Fills a letter for a case, as the case will be after the letter is sent."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import Session, print_problems, view_whole_case
from complaintctl.domain.case import data_state, fields, known_facts, vocabulary
from complaintctl.domain.case.case import Case, Promise
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, SURVEY_ASKED
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.policy.policy import LabelledKey, labelled_field
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, Refused
from complaintctl.render.documents import template_context
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.render.text import terminal_safety
from complaintctl.storage.documents import headedfile, letterfile, sandbox
from complaintctl.storage.documents.letterfile import LetterFile
from complaintctl.storage.documents.sandbox import TemplateFault, TemplateJob

# The values besides case fields that a letter may list under `needs`.
LETTER_VALUES: Final = frozenset({"late", "promised", "coming", "text"})
# Events besides steps that sending a letter may record: a note, a wait for an answer, or a survey.
_EVENTS_BESIDE_STEPS: Final = ("note", "wait", SURVEY_ASKED)
# The commands that record a value that a letter lacks. All other fields are set by `edit`, which is always allowed.
_COMMANDS: Final = {
    "text": "letter {case} {letter} --text …",
    "promised": "letter {case} {letter} --promise-by +48h",
    "coming": "letter {case} {letter} --promise-by +48h",
    "plan.measures": "edit {case} --measure …",
    "actions": "action {case} --what … --who … --due …",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterRequest:
    """The options of a letter: `facts` are field values; `step` is recorded instead of the event that the letter names."""

    fields: Mapping[str, Any]
    via: str | None
    text: str | None
    promises: tuple[Promise, ...]
    step: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledLetter:
    """A filled letter (Markdown, values escaped), the case after sending, and the request that sending records.

    `login` is the name in the signature if the policy has no name for the sender or the writer, otherwise None.
    """

    letter: LetterFile
    at: datetime
    login: str | None
    case: Case
    request: Request
    subject: str
    body: str


def read_letter_template(session: Session, kind: str, language: str) -> LetterFile:
    """Returns a letter template; raises InvalidInput if it is unknown, Broken if its file is faulty (prints the faults)."""
    path = letterfile.find_letter(session.casebook.root, kind, language)
    letter, problems = letterfile.read_letter(path)
    problems += letter_head_faults(session, letter) if letter else ()
    if letter is None or problems:
        print_problems(problems, session.casebook.root)
        raise Broken("template-faulty", file=display_path(path, session))
    return letter


def letter_head_faults(session: Session, letter: LetterFile) -> Iterator[Problem]:
    """Yields a problem for each unknown field in the head of a letter, and for an event that it cannot record."""
    file = str(letter.path)
    needs = [part.strip() for need in letter.head.needs for part in need.split("|")]
    named_fields = [*(("needs", name) for name in needs), *(("when", name) for name in letter.head.when)]
    for key, name in named_fields:
        is_shown = key == "needs" and (name in LETTER_VALUES or name.startswith("sender."))
        if not is_shown and not fields.is_field(name) and name not in known_facts.entry_parts():
            near = difflib.get_close_matches(name, [*fields.field_kinds(), *LETTER_VALUES], 1)
            values = {"field": name, "near": "".join(near)}
            yield Problem(
                key="unknown-field", values=values, file=file, line=head_line_number(letter, key), column=1
            )
    choices = recordable_events(session)
    if letter.head.records not in choices:
        record_values = {"file": display_path(letter.path, session), "records": letter.head.records}
        yield Problem(key="letter-records", values={**record_values, "choices": choices})


def head_line_number(letter: LetterFile, key: str) -> int:
    """Returns the line number of a key in the head of a letter, or 1."""
    return headedfile.head_line_number(letter.path, key)


def recordable_events(session: Session) -> list[str]:
    """Returns the events that the `records` of a letter may name."""
    steps = (step for step in (*BUILT_IN_STEPS, *session.rules.steps) if step != "open")
    return [*_EVENTS_BESIDE_STEPS, *dict.fromkeys(steps)]


def fill_letter(
    session: Session, part: str, letter: LetterFile, asked: LetterRequest, write_options: WriteOptions
) -> FilledLetter:
    """Returns the letter filled with the case as it is after sending.

    Raises Refused if the customer's data are restricted or erased, if a needed value is missing (with the command that
    records it) or if the letter does not apply to the case; raises Broken if the template has a fault.
    """
    view = view_whole_case(session, part, to_policy_zone(session.rules, session.now))
    data_state.check_can_write_to(view.judged.case)
    request, act = (
        _sending_request(session, view.judged, letter, asked),
        recording.parse_attribution(session, write_options.at, write_options.by),
    )
    judged = session.display.judged(_judged_after_sending(session, view.judged, request, act))
    document_input = DocumentInput(judged=judged, rules=session.rules, by=act.by, text=asked.text)
    judged_before = session.display.judged(deadlines.judge_case(view.judged.case, session.rules, act.at))
    # Steps that this letter completes still count as late in its text, so `late` is taken from before sending (D-081).
    before_sending = dataclasses.replace(document_input, judged=judged_before)
    late = template_context.template_context(before_sending)["late"]
    context = {**template_context.template_context(document_input), "late": late}
    _check_letter_fits(session, judged.case, letter, context)
    name = display_path(letter.path, session)
    jobs = [
        TemplateJob(template="subject", context=context, escape="none"),
        TemplateJob(template=name, context=context, escape="markdown"),
    ]
    filled = sandbox.fill_templates({"subject": letter.head.subject, name: letter.body}, jobs)
    subject, body = (_checked_text(session, judged.case, letter, result) for result in filled)
    login = _signing_login(session, act.by)
    return FilledLetter(
        letter=letter,
        at=act.at,
        login=login,
        case=judged.case,
        request=request,
        subject=" ".join(subject.split()),
        body=body,
    )


def _check_letter_fits(session: Session, case: Case, letter: LetterFile, context: Mapping[str, Any]) -> None:
    """Raise Refused if the case lacks a value that the letter needs, or does not satisfy its conditions."""
    for need in letter.head.needs:
        is_known = (
            _is_given(context[need]) if need in LETTER_VALUES else known_facts.is_field_known(case, need)
        )
        if not is_known:
            raise missing_value_error(session, case, letter, need)
    if not deadlines.conditions_hold(case, letter.head.when):
        named = _named_letter(session, letter.kind)
        raise Refused("letter-not-for-this", letter=named, when=dict(letter.head.when))


def _signing_login(session: Session, name: str) -> str | None:
    policy = session.rules.policy
    is_named = policy.sender.name or template_context.person_name(policy, name) != name
    return None if is_named else name


def _sending_request(
    session: Session, judged: JudgedCase, letter: LetterFile, asked: LetterRequest
) -> Request:
    """Returns the request that sending records; its text is the name of the letter and the typed text."""
    did = _sending_event(session, judged, letter, asked.step)
    # D-079: recorded by name, not by text.
    name = f"{letter.kind}.{letter.language}"
    is_question = did == "wait"
    event_text = name if asked.text is None or is_question else f"{name}: {asked.text}"
    reason = (asked.text or letter.head.title) if is_question else None
    field_values, promises = asked.fields, asked.promises
    return Request(
        did=did, fields=field_values, via=asked.via, text=event_text, reason=reason, promises=promises
    )


def _sending_event(session: Session, judged: JudgedCase, letter: LetterFile, wanted: str | None) -> str:
    """Returns the event that sending records: --step, else the event of the letter if it applies, else `note`."""
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
    """Whether a text or list is not empty; a mapping does not count."""
    return bool(value) and not isinstance(value, dict)


# D-080: the event is decided first, unwritten.
def _judged_after_sending(
    session: Session, judged: JudgedCase, request: Request, act: Attribution
) -> JudgedCase:
    """Returns the case judged after the event of sending, so that it contains the promises of the letter.

    If that event is refused, only the typed fields and promises are added: a letter may be written before its step is
    allowed.
    """
    try:
        after = lifecycle.decide_request(judged.case, session.rules, request, act).case
    except Refused:
        promised = (*judged.case.promised, *request.promises)
        after = fields.with_values(judged.case, {**request.fields, "promised": promised})
    return deadlines.judge_case(after, session.rules, act.at)


def _checked_text(session: Session, case: Case, letter: LetterFile, result: str | TemplateFault) -> str:
    if isinstance(result, str):
        return terminal_safety.replace_controls(result)
    if result.key == "template-lacks":
        raise missing_value_error(session, case, letter, result.detail.removeprefix("case."))
    fault_values = dataclasses.asdict(result)
    raise Broken(fault_values.pop("key"), **fault_values)


def missing_value_error(session: Session, case: Case, letter: LetterFile, need: str) -> Refused:
    """Returns the error for a missing value, with the command that records it."""
    if need == "late":
        named = _named_letter(session, letter.kind)
        return Refused("letter-nothing-late", letter=named, instead=_named_letter(session, "progress"))
    policy = session.rules.policy
    # A field of the team's own that this policy does not have is not asked for.
    choices = [part for part in need.split("|") if not part.startswith("x.") or part[2:] in policy.fields]
    field = (choices or [need.partition("|")[0]])[0]
    label = labelled_field(policy, "|".join(choices) or need)
    if field.startswith("sender."):
        return Refused("letter-sender", letter=_named_letter(session, letter.kind), fact=label)
    template = _COMMANDS.get(field, "edit {case} --set {need}=…")
    command = template.format(case=case.id, need=field, letter=letter.kind)
    named = _named_letter(session, letter.kind)
    return Refused("letter-lacks", letter=named, fact=label, command=f"complaintctl {command}")


def _named_letter(session: Session, kind: str) -> LabelledKey:
    """Returns the kind of letter with its titles; either can be typed. English shows the key (D-105)."""
    titles = letterfile.letter_titles(session.casebook.root).get(kind, {})
    return LabelledKey(key=kind, label={lang: title for lang, title in titles.items() if lang != "en"})


def display_path(path: Path, session: Session) -> str:
    """Returns the path relative to the casebook, or the file name if it is outside."""
    root = session.casebook.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
