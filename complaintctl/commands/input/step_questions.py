"""Questions about what an event still needs: the options that a command requires, the fields that a step needs."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from complaintctl.commands.input import questions
from complaintctl.commands.input.event_options import EventOptions
from complaintctl.commands.recording import earlier_search, recording
from complaintctl.commands.recording.duplicates import find_other_case
from complaintctl.commands.session import (
    Session,
    add_department,
    ask_user,
    open_session,
    print_message,
    view_case,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.earlier_cases import REASON_FIELD, RECURRENCE_LINK, RECURRENCE_NEED
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, OUTCOMES
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.deadlines import judge_case, rule_applies
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import guards
from complaintctl.domain.lifecycle.duplicates import DUPLICATE_LINK
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.lifecycle.missing_facts import fields_to_grade
from complaintctl.domain.overview import board
from complaintctl.errors import Failure, InvalidInput, NotFound
from complaintctl.render.sentences import sentences
from complaintctl.render.text.earlier_cases import earlier_cases_text
from complaintctl.render.text.language import N_, _
from complaintctl.storage.case.casebook import find_case_file

MakeRequest = Callable[[Session, str], Request]
# By option, the part of a request that a command cannot do without: `owner` (a field), `via`, `reason` or `text`.
Required = Mapping[str, str]

# The parts that are texts.
_PART_QUESTIONS: Final[Mapping[str, str]] = {"reason": N_("Reason"), "text": N_("Text")}
# What a refusal says is missing, by its key.
_FIELDS_OF_REFUSALS: Final[Mapping[str, Callable[[Mapping[str, Any]], Sequence[str]]]] = {
    "fields-missing": lambda values: values["assignments"],
    "parts-missing": lambda values: values["assignments"],
    "grading-silent": lambda values: [entry.key for entry in values["fields"]],
    "close-incomplete": lambda values: values["missing"],
    "original-missing": lambda _values: (DUPLICATE_LINK,),
    "recurrence-unanswered": lambda _values: (RECURRENCE_NEED,),
    "outcome-missing": lambda _values: ("outcome",),
    "forced-without-reason": lambda _values: ("reason",),
}


# Refusals that an outcome may change: before it is known, the way to the answer is not.
_OUTCOME: Final = ("outcome",)
_OUTCOME_MAY_CHANGE: Final = frozenset({"step-out-of-order", "step-does-not-apply", "approval-missing"})


@dataclass(slots=True)
class Answers:
    """What was answered: values of fields, and other parts of a request."""

    fields: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)

    def complete(self, session: Session, request: Request) -> Request:
        """Returns the request with the answers."""
        values = {**request.fields, **self.fields}
        if "category" in self.fields and request.did == "classify":
            values = add_department(session, values)
        return dataclasses.replace(request, fields=values, **self.parts)


def check_required(request: Request, required: Required) -> Request:
    """Returns the request; raises InvalidInput if a required part is missing."""
    for option in _missing_options(request, required):
        raise InvalidInput("option-missing", option=option)
    return request


def _missing_options(request: Request, required: Required) -> list[str]:
    given = {
        "owner": request.fields.get("owner"),
        "via": request.via,
        "reason": request.reason,
        "text": request.text,
    }
    return [option for option, part in required.items() if not given[part]]


def ask_required(session: Session, request: Request, required: Required) -> Answers:
    """Ask for the required parts that the request lacks."""
    answers = Answers()
    for option in _missing_options(request, required):
        _ask(session, None, answers, required[option])
    return answers


def ask_missing(
    session: Session, part: str, options: EventOptions, make: MakeRequest, required: Required
) -> Answers:
    """Ask for everything that the event needs and that neither the command line nor the case has.

    Raises the refusal of the event if no answer can change it.
    """
    case = recording.read_whole_case(session, find_case_file(session.casebook, part))
    act = recording.parse_attribution(session, options.at, options.by)
    return ask_for_request(session, case, act, make(session, part), required)


def ask_for_request(
    session: Session, case: Case, act: Attribution, request: Request, required: Required
) -> Answers:
    """Like `ask_missing`, for a request on a case as it would be then."""
    answers = Answers()
    unasked = _grading_fields(session, case, request) or _outcome_first(session, case, request, act)
    while True:
        completed = answers.complete(session, request)
        missing = (*unasked, *(required[option] for option in _missing_options(completed, required)))
        refusal = _refusal(session, case, completed, act)
        needed = _fields_to_ask(refusal, request.did) if refusal else ()
        may_change = {"nothing-changed", *(_OUTCOME_MAY_CHANGE if unasked == _OUTCOME else ())}
        if refusal and not needed and not (missing and refusal.key in may_change):
            raise refusal
        asked = missing or needed[:1]
        if not asked:
            return answers
        if refusal and all(questions.list_of_part(name) in answers.fields for name in asked):
            print_message(sentences.failure_text(refusal, session.rules.zone))
        if refusal and refusal.key == "recurrence-unanswered":
            values: Mapping[str, Any] = refusal.values
            print_message(_("Earlier cases: {earlier}").format(earlier=earlier_cases_text(values["earlier"])))
        for name in asked:
            _ask(session, case, answers, name)
        unasked = ()


def _grading_fields(session: Session, case: Case, request: Request) -> tuple[str, ...]:
    """Returns what a classification asks for if none of it was typed."""
    if request.did != "classify" or {"level", "category"} & request.fields.keys():
        return ()
    return fields_to_grade(case, session.rules)


def _outcome_first(session: Session, case: Case, request: Request, act: Attribution) -> tuple[str, ...]:
    """Returns the outcome if it decides whether the step can be taken now: a refusal needs no plan."""
    step = session.rules.steps.get(request.did)
    if step is None or "outcome" in request.fields:
        return ()
    judged = judge_case(case, session.rules, act.now)
    is_deciding = any(guards.is_freed_by(judged, session.rules, step, outcome) for outcome in OUTCOMES)
    return _OUTCOME if is_deciding else ()


def _refusal(session: Session, case: Case, request: Request, act: Attribution) -> Failure | None:
    try:
        earlier_search.decide_request(session, case, request, act)
    except Failure as failure:
        return failure
    return None


def _fields_to_ask(refusal: Failure, did: str) -> Sequence[str]:
    """Returns the fields whose answers may turn a refusal into an event; empty if none does."""
    if refusal.key == "original-missing" and did != "close":
        return ()
    if refusal.key not in _FIELDS_OF_REFUSALS:
        return ()
    names = _FIELDS_OF_REFUSALS[refusal.key](refusal.values)
    # If one of them cannot be asked for, the answers to the others would be typed for nothing.
    return names if all(map(_can_ask, names)) else ()


def _can_ask(name: str) -> bool:
    return name in {*_PART_QUESTIONS, DUPLICATE_LINK, RECURRENCE_NEED} or bool(questions.askable_fields(name))


def _ask(session: Session, case: Case | None, answers: Answers, name: str) -> None:
    """Ask for a part of the request or a field; of alternatives (`a|b`) until one is answered."""
    if name in _PART_QUESTIONS:
        answers.parts[name] = ask_user(_(_PART_QUESTIONS[name]))
    elif name == DUPLICATE_LINK:
        answers.parts["link"] = _ask_link(session, case, DUPLICATE_LINK, _("Duplicate of case"))
    elif name == RECURRENCE_NEED:
        _ask_recurrence(session, case, answers)
    elif name == "via":
        channel = (case.channel or "") if case else ""
        answers.parts["via"] = questions.ask_field(session, "channel", default=channel)
    else:
        for field_name, value in questions.ask_fields(session, case, name).items():
            answers.fields[field_name] = value
            if field_name == "owner":
                answers.parts["to"] = value


def _ask_recurrence(session: Session, case: Case | None, answers: Answers) -> None:
    """Ask for the earlier case that this one is a recurrence of; if it is of none, for the reason."""
    question = _("Recurrence of case (Enter: of none)")
    if link := _ask_link(session, case, RECURRENCE_LINK, question, optional=True):
        answers.parts["link"] = link
    else:
        answers.fields[REASON_FIELD] = questions.ask_field(session, REASON_FIELD)


def _ask_link(
    session: Session, case: Case | None, kind: str, question: str, *, optional: bool = False
) -> dict[str, str] | None:
    """Ask for the other case of a link, until one is found; returns the link, or None without an answer."""

    def read(text: str) -> str:
        try:
            return find_other_case(session, case.id, text) if case else text
        except NotFound as error:
            raise InvalidInput(error.key, **error.values) from error

    other = questions.ask_until_valid(question, "", read, optional=optional)
    return {kind: str(other)} if other else None


def ask_step_to_sign(words: Sequence[str], options: EventOptions) -> str:
    """Ask which step of the case is to be signed; raises InvalidInput if nobody can be asked, or no step waits for it."""
    return _ask_step(words, options, lambda judged, rules: list(board.unsigned_steps(judged, rules)))


def ask_own_step(words: Sequence[str], options: EventOptions) -> str:
    """Ask which of the team's own steps, or which shortcut, is taken; raises InvalidInput if nobody can be asked, or all are taken."""

    def open_steps(judged: JudgedCase, rules: Rulebook) -> list[str]:
        return [
            step.step
            for step in rules.policy.steps
            if step.step not in BUILT_IN_STEPS and _is_open(judged, rules, step.step)
        ] + [
            name
            for name, shortcut in rules.policy.shortcuts.items()
            if all(step == "close" or _is_open(judged, rules, step) for step in shortcut.steps)
        ]

    return _ask_step(words, options, open_steps)


def _is_open(judged: JudgedCase, rules: Rulebook, name: str) -> bool:
    return name not in judged.progress.taken and rule_applies(judged.case, rules.steps[name])


def _ask_step(
    words: Sequence[str], options: EventOptions, find_steps: Callable[[JudgedCase, Rulebook], Sequence[str]]
) -> str:
    if options.may_ask and len(words) == 1 and not options.where:
        session = open_session(options.casebook_dir)
        judged = view_case(session, words[0], session.now).judged
        policy = session.rules.policy
        known = vocabulary.step_labels(policy) | vocabulary.shortcut_labels(policy)
        if steps := find_steps(judged, session.rules):
            default = steps[0] if len(steps) == 1 else ""
            return questions.ask_choice(_("Step"), {name: known[name] for name in steps}, default)
    raise InvalidInput("option-missing", option="STEP")
