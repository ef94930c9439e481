"""The questions of `open` on a terminal: what the next steps will need, in order; then the record, to be confirmed."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaintctl.commands.input import questions
from complaintctl.commands.session import Session, ask_user, print_message
from complaintctl.domain.case import fields, fixed_labels, vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.missing_facts import missing_for_intake
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Declined, InvalidInput
from complaintctl.render.text import values
from complaintctl.render.text.language import _, current_language
from complaintctl.render.text.wrapping import text_width

_RECEIVED: Final = "received"
_NOTHING: Final = "–"
_ANSWERS: Final[Mapping[str, str]] = {"y": "yes", "n": "no"}


@dataclass(slots=True)
class Intake:
    """A complaint that is being taken: values by field, None for a question without an answer, and its time of receipt."""

    values: dict[str, Any]
    received: datetime
    # A complaint that arrived later cannot be recorded then.
    latest: datetime
    # Whether it was said how to leave a question out.
    told: bool = False

    def answered(self) -> dict[str, Any]:
        """Returns the fields that have a value."""
        return {name: value for name, value in self.values.items() if value is not None}


def ask_intake(session: Session, given: Mapping[str, Any], received: datetime, latest: datetime) -> Intake:
    """Ask for the title and for what the steps up to the classification need, then show the record and confirm it.

    Without a question there is nothing to confirm. Raises Declined if the record is not wanted.
    """
    intake = Intake(values=dict(given), received=received, latest=latest)
    if "title" not in given:
        intake.values = {"title": ask_user(_("The complaint in one line")), **intake.values}
    if session.rules.policy.channels and "channel" not in given:
        _ask(session, intake, "channel")
    while names := _unasked(session, intake):
        _ask(session, intake, names[0])
    if intake.told or "title" not in given:
        _confirm(session, intake)
    return intake


def _unasked(session: Session, intake: Intake) -> list[str]:
    """Returns the fields, or alternatives (`a|b`), that are still needed and were not asked for."""
    case = Case(id="", title="", received=session.now, status="open")
    case = fields.with_values(case, intake.answered())
    return [
        name
        for name in missing_for_intake(case, session.rules)
        if (askable := questions.askable_fields(name)) and not set(askable) & intake.values.keys()
    ]


def _ask(session: Session, intake: Intake, name: str) -> None:
    """Ask for a field, or for one of the alternatives of `a|b`; Enter leaves it out."""
    if not intake.told:
        print_message(_("Enter leaves a question out; later steps ask again."))
        intake.told = True
    answers = questions.ask_fields(session, None, name, optional=True)
    intake.values |= answers or dict.fromkeys(questions.askable_fields(name))


def _confirm(session: Session, intake: Intake) -> None:
    """Show the record until it is confirmed; a number changes that line."""
    question = _("Record it? (yes, no, or the number of a line to change)")
    default = fixed_labels.ANSWER_LABELS["yes"][current_language()]
    while True:
        names = [*intake.values, _RECEIVED]
        _show(session, intake, names)
        answer = questions.ask_until_valid(question, default, functools.partial(_parse_answer, names))
        if answer == "yes":
            return
        if answer == "no":
            raise Declined("declined")
        _ask_again(session, intake, str(answer))


def _parse_answer(names: list[str], text: str) -> str:
    """Returns yes, no, or the field of the typed line."""
    typed = text.strip().lower()
    if typed.isdecimal() and 0 < int(typed) <= len(names):
        return names[int(typed) - 1]
    return vocabulary.parse_choice(_("The answer"), fixed_labels.ANSWER_LABELS, _ANSWERS.get(typed, typed))


def _ask_again(session: Session, intake: Intake, name: str) -> None:
    if name == _RECEIVED:
        default = values.moment_text(intake.received, session.rules.zone)
        read = functools.partial(_parse_receipt, session, intake.latest)
        intake.received = questions.ask_until_valid(_("When it arrived"), default, read) or intake.received
    else:
        known = fields.value_text(intake.values[name]) if not questions.is_list(name) else None
        is_optional = name not in fields.REQUIRED_FIELDS
        intake.values[name] = questions.ask_field(session, name, default=known or "", optional=is_optional)


def _parse_receipt(session: Session, latest: datetime, text: str) -> datetime:
    moment = typed_times.parse_time(text, session.now, session.rules.zone)
    if moment > latest:
        raise InvalidInput("future-time", time=moment, now=latest)
    return moment


def _show(session: Session, intake: Intake, names: list[str]) -> None:
    policy = session.rules.policy
    shown = [questions.question_label(policy, name) for name in names]
    width = max(map(text_width, shown))
    places = len(str(len(names)))
    for number, (name, label) in enumerate(zip(names, shown, strict=True), 1):
        padding = " " * (width - text_width(label))
        print_message(f"  {number:>{places}}  {label}{padding}  {_value_text(session, intake, name)}")


def _value_text(session: Session, intake: Intake, name: str) -> str:
    if name == _RECEIVED:
        return values.moment_text(intake.received, session.rules.zone)
    value = intake.values[name]
    if value is None:
        return _NOTHING
    choices = questions.field_choices(session.rules.policy, name)
    if str(value) in choices:
        return questions.choice_label(choices, str(value))
    return values.value_text(value, session.rules.zone)
