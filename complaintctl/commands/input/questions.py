"""One question about one fact: its choices by number, answers by key, by label in either language, or by number."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from complaintctl.commands.session import Session, ask_user, parse_lists, print_message
from complaintctl.domain.case import fields, fixed_labels, known_facts, vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.policy.policy import Labels, Policy
from complaintctl.errors import InvalidInput
from complaintctl.render.sentences import sentences
from complaintctl.render.text import language
from complaintctl.render.text.language import N_, _
from complaintctl.render.text.wrapping import screen_width, text_width

T = TypeVar("T")
Choices = Mapping[str, Labels]

# The width of a terminal that does not tell it, and the room for an answer beside a question: on a terminal without
# a type, readline scrolls a prompt of more than 80 bytes out of sight, which is 53 columns of Chinese.
_USUAL_WIDTH: Final = 80
_ROOM: Final = 30
# What is typed for the fields that take a certain form.
_KIND_HINTS: Final[Mapping[str, str]] = {
    "day": N_("a day like 2026-11-21"),
    "moment": N_("a time like 2026-11-21T09:30"),
    "whole": N_("1 to 5"),
}
_LIST_HINTS: Final[Mapping[str, str]] = {
    "plan.measures": N_("WHAT;WHO;WHEN"),
    "cause.fishbone": N_("BRANCH:CAUSE"),
    "cause.five_whys": N_("one why after the other"),
}
# Where a value is proposed from, if the case has none yet.
_PLANNED: Final[Mapping[str, str]] = {"remedy.kind": "plan.remedy"}
_YES_OR_NO: Final[Mapping[str, str]] = {"y": "yes", "n": "no"}


def ask_until_valid(
    question: str, default: str, read: Callable[[str], T], *, optional: bool = False
) -> T | None:
    """Ask until `read` accepts the answer, and return its result; None if nothing was answered to an optional question.

    Prints the error of each InvalidInput.
    """
    while True:
        answer = ask_user(question, default, optional=optional)
        if not answer:
            return None
        try:
            return read(answer)
        except InvalidInput as error:
            print_message(sentences.failure_text(error, None))


def ask_choice(label: str, choices: Choices, default: str = "") -> str:
    """Ask for one of the keys, by number, key or label; returns the key."""
    answer = ask_until_valid(
        _with_choices(label, choices),
        choice_label(choices, default) if default else "",
        lambda text: numbered_key(choices, text) or vocabulary.parse_choice(label, choices, text),
    )
    return str(answer)


def askable_fields(name: str) -> list[str]:
    """Returns the fields to ask for a field, a part of a list, or alternatives (`a|b`); empty if none can be asked for."""
    choices = (list_of_part(choice.strip()) for choice in name.split("|"))
    return [choice for choice in choices if can_ask(choice)]


def can_ask(name: str) -> bool:
    """Whether a field can be asked for; tasks, attachments, links and actions have their own commands."""
    return (
        name in _LIST_HINTS
        or (fields.is_field(name) and fields.field_kinds().get(name, "text") not in {"group", "entries"})
    ) and name.partition(".")[0] not in fields.GUARDED_FIELDS | fields.COMMAND_FIELDS


def list_of_part(name: str) -> str:
    """Returns the list that a part of an entry belongs to (`plan.measures` of `plan.measures.who`), or the field."""
    return name.rpartition(".")[0] if name in known_facts.entry_parts() else name


def ask_fields(session: Session, case: Case | None, name: str, *, optional: bool = False) -> dict[str, Any]:
    """Ask for a field, or for one of the alternatives of `a|b`; returns the values of those answered.

    The proposed value is that of the case.
    """
    askable = askable_fields(name)
    answers = {}
    for choice in askable:
        is_optional = optional or choice != askable[-1]
        answer = ask_field(session, choice, default=_proposal(session, case, choice), optional=is_optional)
        if answer is not None:
            answers[choice] = answer
            break
    return answers


def _proposal(session: Session, case: Case | None, name: str) -> str:
    """Returns the value of a field that Enter takes: that of the case, or what was planned; "" without one, or if it is masked."""
    if case is None or is_list(name) or session.display.hides_column(name):
        return ""
    return fields.text_at(case, name) or fields.text_at(case, _PLANNED.get(name, name)) or ""


def is_list(name: str) -> bool:
    """Whether a field is a list that is asked for entry by entry."""
    return name in _LIST_HINTS


def ask_field(session: Session, name: str, *, default: str = "", optional: bool = False) -> Any:
    """Ask for the value of a field and return it; None if an optional question was not answered."""
    policy, label = session.rules.policy, question_label(session.rules.policy, name)
    if name in _LIST_HINTS:
        return _ask_lines(session, name, label, optional=optional)
    choices = field_choices(policy, name)
    hint = _KIND_HINTS.get(fields.field_kinds().get(name, "text"))
    question = _("{question} ({hint})").format(question=label, hint=_(hint)) if hint else label

    def read(text: str) -> Any:
        try:
            return vocabulary.parse_field_value(policy, name, numbered_key(choices, text) or text)
        except InvalidInput as error:
            # The choices are on the screen already.
            if choices and error.key == "unknown-word-typed":
                raise InvalidInput("no-such-choice", value=text, near=error.values["near"]) from error
            raise

    shown = choice_label(choices, default) if default in choices else default
    return ask_until_valid(_with_choices(question, choices), shown, read, optional=optional)


def question_label(policy: Policy, name: str) -> str:
    """Returns what a question calls a field: its label in the reader's language, else its name."""
    return vocabulary.field_labels(policy).get(name, {}).get(language.current_language(), name)


def field_choices(policy: Policy, name: str) -> Choices:
    """Returns the values that a question lists by number; empty if any value is allowed."""
    if name == "owner":
        return {
            key: {language.current_language(): person.name} if person and person.name else {}
            for key, person in policy.people.items()
        }
    if fields.field_kinds().get(name) == "truth":
        return fixed_labels.ANSWER_LABELS
    return vocabulary.field_choices(policy, name)


def numbered_key(choices: Choices, text: str) -> str | None:
    """Returns the key with the typed number, or None if the text is no such number, or itself a key or label."""
    typed = text.strip()
    if not typed.isdecimal() or vocabulary.find_key(choices, typed) is not None:
        return None
    return list(choices)[int(typed) - 1] if 0 < int(typed) <= len(choices) else None


def choice_label(choices: Choices, key: str) -> str:
    """Returns a choice in the reader's language."""
    return choices[key].get(language.current_language(), key)


def _with_choices(question: str, choices: Choices) -> str:
    """Returns the question with its choices on the same line if they fit, otherwise prints them, one on a line."""
    if not choices:
        return question
    numbered = [f"{number} {choice_label(choices, key)}" for number, key in enumerate(choices, 1)]
    line = _("{question} ({hint})").format(question=question, hint=_(", ").join(numbered))
    if text_width(line) <= screen_width(_USUAL_WIDTH) - _ROOM:
        return line
    width = len(str(len(choices)))
    print_message(_("{question}:").format(question=question))
    for number, key in enumerate(choices, 1):
        print_message(f"  {number:>{width}}  {choice_label(choices, key)}")
    return question


def _ask_lines(session: Session, name: str, label: str, *, optional: bool) -> tuple[object, ...] | None:
    """Ask for the entries of a list, one on a line, until an empty line."""
    template = _("{question} {number} ({hint}; Enter ends)")
    entries: list[object] = []
    while True:
        question = template.format(question=label, number=len(entries) + 1, hint=_(_LIST_HINTS[name]))
        entry = ask_until_valid(
            question,
            "",
            lambda text: _parse_entry(session, name, text),
            optional=optional or bool(entries),
        )
        if entry is None:
            return tuple(entries) or None
        entries.append(entry)


def _parse_entry(session: Session, name: str, text: str) -> object:
    whys, bones, measures = (
        [text] if name == wanted else None
        for wanted in ("cause.five_whys", "cause.fishbone", "plan.measures")
    )
    (entries,) = parse_lists(session, whys, bones, measures).values()
    return entries[0]
