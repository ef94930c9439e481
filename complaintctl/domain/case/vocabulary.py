"""The words a team uses: keys of the policy and their labels in each language, accepted as typed."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, fixed_labels
from complaintctl.domain.case.fixed_labels import LabelsByKey
from complaintctl.domain.policy.policy import (
    ClassEntry,
    LabelledEntry,
    LabelledKey,
    Labels,
    Policy,
    class_paths,
)
from complaintctl.domain.zones import resolve_local_time
from complaintctl.errors import InvalidInput

# Lists of entries that a command replaces as a whole; `render.sentences.command_lines` has their options.
LIST_FIELDS: Final = frozenset({"cause.fishbone", "plan.measures"})
# The fields that name a person, and those that name a department.
_PEOPLE: Final = frozenset({"owner"})
_DEPARTMENTS: Final = frozenset({"department", "plan.department"})
_FIXED: Final[Mapping[str, LabelsByKey]] = {
    "outcome": fixed_labels.OUTCOME_LABELS,
    "lesson_mark": fixed_labels.MARK_LABELS,
    "status": fixed_labels.STATUS_LABELS,
}


def field_choices(policy: Policy, field: str) -> Mapping[str, Labels]:
    """The keys a field may hold with their labels; empty where the policy leaves it free."""
    if field in _FIXED:
        return _FIXED[field]
    flat = {
        "level": policy.levels,
        "channel": policy.channels,
        "remedy.kind": policy.remedies,
        "plan.remedy": policy.remedies,
    }
    if field in flat:
        return _labels_of_entries(flat[field])
    own = policy.fields.get(field.removeprefix("x.")) if field.startswith("x.") else None
    if own is not None:
        return _labels_of_entries(own.choices)
    trees = {"category": policy.categories, "cause.class": policy.causes}
    return dict(_paths_with_labels(trees[field])) if field in trees else {}


def _paths_with_labels(classes: Mapping[str, ClassEntry | None]) -> Iterator[tuple[str, Labels]]:
    """Every class with its whole path in each language: `产品质量/功能故障/硬件故障`."""
    labels = {path: entry.label for path, entry in class_paths(classes, "")}
    for path in labels:
        parts = path.split("/")
        ways = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        languages = {language for way in ways for language in labels[way]}
        yield (
            path,
            {
                language: "/".join(labels[way].get(language, way.rpartition("/")[2]) for way in ways)
                for language in languages
            },
        )


def choice_label(policy: Policy, field: str, key: str, language: str) -> str:
    """A key in the language of the reader: its label there, else the key itself."""
    return field_choices(policy, field).get(key, {}).get(language, key)


def find_key(known: LabelsByKey, typed: str) -> str | None:
    """The key that was typed, or whose label was, any case of letters; None where there is none."""
    wanted = _normalized(typed)
    keys = ((key, key) for key in known)
    labels = ((label, key) for key, texts in known.items() for label in texts.values())
    return next((key for word, key in (*keys, *labels) if _normalized(word) == wanted), None)


def _normalized(text: str) -> str:
    return " ".join(text.split()).casefold()


def named_choices(known: LabelsByKey) -> list[LabelledKey]:
    """The choices of a refusal: every key with its label."""
    return [LabelledKey(key=key, label=label) for key, label in known.items()]


def parse_choice(option: str, known: LabelsByKey, typed: str) -> str:
    """The key of an option's choices; raises InvalidInput naming them."""
    key = find_key(known, typed)
    if key is None:
        raise InvalidInput("unknown-choice", option=option, value=typed, choices=named_choices(known))
    return key


def parse_key(policy: Policy, field: str, text: str) -> str:
    """The key for a word as typed: the key, or one of its labels, any case of letters; people also by their names.

    Raises InvalidInput naming the choices and the nearest one.
    """
    if field in _PEOPLE:
        return parse_person(policy, text)
    if field in _DEPARTMENTS:
        return parse_role(policy, text)
    if field == "step":
        return parse_step(policy, text)
    if field == "overdue" or fields.field_kinds().get(field) == "truth":
        return _parse_yes_or_no(field, text)
    known = field_choices(policy, field)
    key = find_key(known, text) if known else text.strip()
    if key is None:
        near = _nearest_key(known, text)
        raise InvalidInput(
            "unknown-word-typed", field=field, value=text, choices=named_choices(known), near=near
        )
    return key


def _parse_yes_or_no(field: str, text: str) -> str:
    """Yes or no as a column says it; a fact that only its own command records is absent for no."""
    answer = text.strip().lower()
    if answer not in fields.TRUE_WORDS | fields.FALSE_WORDS:
        raise InvalidInput("wrong-value-typed", field=field, value=text, kind="truth")
    if field == "overdue":
        return "yes" if answer in fields.TRUE_WORDS else "no"
    return "true" if answer in fields.TRUE_WORDS else "" if field in fields.COMMAND_FIELDS else "false"


def _nearest_key(known: LabelsByKey, typed: str) -> str:
    """The key whose spelling, or whose label's, is nearest; an empty text where none is near."""
    spellings = {_normalized(word): key for key, texts in known.items() for word in (*texts.values(), key)}
    near = difflib.get_close_matches(_normalized(typed), list(spellings), 1)
    return spellings[near[0]] if near else ""


def parse_field_name(policy: Policy, text: str) -> str:
    """The dotted name of a field, or of a column, as typed: the name itself, or its label; the team's own come first."""
    wanted = text.strip()
    return wanted if fields.is_field(wanted) else find_key(field_labels(policy), wanted) or wanted


def field_labels(policy: Policy) -> dict[str, Labels]:
    """Every field and column with its labels, the team's own first."""
    own = {f"x.{key}": entry.label if entry else {} for key, entry in policy.fields.items()}
    return {**own, **fixed_labels.FIELD_LABELS, **fixed_labels.COLUMN_LABELS}


def parse_role(policy: Policy, text: str) -> str:
    """The role that somebody typed, by its key or a label; any other text as it stands."""
    return find_key(_labels_of_entries(policy.roles), text) or text.strip()


def unknown_role_error(policy: Policy, role: str) -> InvalidInput:
    """The refusal of a role that the policy does not have."""
    return InvalidInput("unknown-role", role=role, choices=named_choices(_labels_of_entries(policy.roles)))


def parse_person(policy: Policy, text: str) -> str:
    """The person whom somebody typed, by key or by name; any other text as it stands.

    Raises InvalidInput where several have that name.
    """
    called = [
        key
        for key, person in policy.people.items()
        if person and _normalized(person.name or "") == _normalized(text) != ""
    ]
    key = find_key({key: {} for key in policy.people}, text)
    if key is None and len(called) > 1:
        raise InvalidInput("name-of-several", name=text.strip(), choices=called)
    return key or next(iter(called), text.strip())


def parse_receiver(policy: Policy, text: str) -> str:
    """The role, department or person whom somebody typed."""
    return find_key(_labels_of_entries(policy.roles), text) or parse_person(policy, text)


def _labels_of_entries(entries: Mapping[str, LabelledEntry | None]) -> dict[str, Labels]:
    return {key: entry.label if entry else {} for key, entry in entries.items()}


def step_labels(policy: Policy) -> dict[str, Labels]:
    """The steps of the policy with their labels; a built-in one without has ours."""
    return {one.step: {**fixed_labels.STEP_LABELS.get(one.step, {}), **one.label} for one in policy.steps}


def parse_step(policy: Policy, text: str) -> str:
    """The step (or the date that is fixed in a case) that somebody typed, by its key or a label; else the text."""
    known = step_labels(policy)
    others = {
        key: labels
        for key, labels in {**fixed_labels.STEP_LABELS, **fixed_labels.DATE_LABELS}.items()
        if key not in known
    }
    return find_key({**known, **others}, text) or text.strip()


def unknown_step_error(policy: Policy, step: str | None, more: Iterable[str]) -> InvalidInput:
    """The refusal of a step that the policy does not have; `more` may be named besides."""
    known = step_labels(policy) | {key: fixed_labels.STEP_LABELS.get(key, {}) for key in more}
    return InvalidInput("unknown-step", step=step, choices=named_choices(known))


def parse_field_value(policy: Policy, field: str, text: str) -> Any:
    """The typed value of a field as somebody typed it; an empty text clears the field.

    Raises InvalidInput for an unknown or guarded field and for a text that is no value of it.
    """
    if field in fields.COMMAND_FIELDS:
        raise InvalidInput("guarded-field", field=field)
    return parse_supposed_value(policy, field, text)


def parse_supposed_value(policy: Policy, field: str, text: str) -> Any:
    """The same for a question, which may also be about what only a command of its own records."""
    if not fields.is_field(field):
        raise InvalidInput("unknown-field", field=field, near=_nearest_key(field_labels(policy), field))
    if field in LIST_FIELDS:
        raise InvalidInput("listed-field", field=field, list_option=field)
    if field.partition(".")[0] in fields.GUARDED_FIELDS or fields.field_kinds().get(field) in {
        "group",
        "entries",
    }:
        raise InvalidInput("guarded-field", field=field)
    if not text.strip():
        if field in fields.REQUIRED_FIELDS:
            raise InvalidInput("needed-field", field=field)
        return None
    if field_choices(policy, field) or field in _PEOPLE | _DEPARTMENTS:
        return parse_key(policy, field, text)
    kind = fields.field_kinds().get(field, "text")
    if kind == "texts":
        parts = (part.strip() for part in text.split(";") if part.strip())
        return tuple(parse_receiver(policy, part) if field == "watchers" else part for part in parts)
    try:
        return fields.parse_value(field, _with_zone(policy, text) if kind == "moment" else text)
    except ValueError as error:
        raise InvalidInput("wrong-value-typed", field=field, value=text, kind=kind) from error


def _with_zone(policy: Policy, text: str) -> str:
    """A moment written out; one without a zone is in the policy's."""
    typed = datetime.fromisoformat(text)
    return (typed if typed.tzinfo else resolve_local_time(ZoneInfo(policy.timezone), typed)).isoformat()
