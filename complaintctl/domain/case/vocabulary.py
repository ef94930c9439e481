"""Keys of the policy and their labels in each language, and parsing of typed values into keys."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, fixed_labels, folding, list_separators, old_names
from complaintctl.domain.case.event_kinds import REGISTRATION
from complaintctl.domain.case.fixed_labels import LabelsByKey
from complaintctl.domain.policy.policy import (
    ClassEntry,
    LabelledEntry,
    LabelledKey,
    Labels,
    Policy,
    class_paths,
    labelled_role,
)
from complaintctl.domain.worktime.typed_times import far_time_error
from complaintctl.domain.zones import resolve_local_time
from complaintctl.errors import InvalidInput

# Lists of entries that a command replaces as a whole; `render.sentences.command_lines` has their options.
LIST_FIELDS: Final = frozenset({"cause.fishbone", "plan.measures"})
# Fields whose value is a person, and fields whose value is a department.
_PEOPLE: Final = frozenset({"owner"})
_DEPARTMENTS: Final = frozenset({"department", "plan.department"})
_FIXED: Final[Mapping[str, LabelsByKey]] = {
    "outcome": fixed_labels.OUTCOME_LABELS,
    "lesson_mark": fixed_labels.MARK_LABELS,
    "status": fixed_labels.STATUS_LABELS,
}


def field_choices(policy: Policy, field: str) -> Mapping[str, Labels]:
    """Returns the keys allowed in a field with their labels; empty if any value is allowed."""
    if field in _FIXED:
        return _FIXED[field]
    flat = {
        "level": policy.levels,
        "channel": policy.channels,
        "contact.via": policy.channels,
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


def custom_kind(policy: Policy, field: str) -> fields.FieldKind | None:
    """Returns `day` or `moment` for a custom field of that type, otherwise None."""
    own = policy.fields.get(field.removeprefix("x.")) if field.startswith("x.") else None
    return fields.CUSTOM_DATES.get(own.type) if own is not None and own.type is not None else None


def _paths_with_labels(classes: Mapping[str, ClassEntry | None]) -> Iterator[tuple[str, Labels]]:
    """Yields every class with its full path in each language: `产品质量/功能故障/硬件故障`."""
    labels = {path: entry.label for path, entry in class_paths(classes, "")}
    for path in labels:
        parts = path.split("/")
        prefixes = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        # A key may have a slash of its own; then a beginning of the path is no class.
        classes_above = [prefix for prefix in prefixes if prefix in labels]
        names = [
            (labels[prefix], prefix.removeprefix(f"{above}/"))
            for above, prefix in zip(("", *classes_above), classes_above, strict=False)
        ]
        languages = {language for label, _key in names for language in label}
        yield (
            path,
            {language: "/".join(label.get(language, key) for label, key in names) for language in languages},
        )


def choice_label(policy: Policy, field: str, key: str, language: str) -> str:
    """Returns the label of a key in a language, or the key itself if it has no label; a department's is its role's."""
    if field in _DEPARTMENTS:
        return labelled_role(policy, key).label.get(language, key)
    return field_choices(policy, field).get(key, {}).get(language, key)


def find_key(known: LabelsByKey, typed: str) -> str | None:
    """Returns the key that equals `typed` or has it as a label (case-insensitive), or None."""
    wanted = _normalized(typed)
    keys = ((key, key) for key in known)
    labels = ((label, key) for key, texts in known.items() for label in texts.values())
    return next((key for word, key in (*keys, *labels) if _normalized(word) == wanted), None)


def _normalized(text: str) -> str:
    return " ".join(text.split()).casefold()


def find_key_by_beginning(known: LabelsByKey, name: str, typed: str) -> str | None:
    """Returns the only key that `typed` abbreviates by key or label, or None.

    An abbreviation is the beginning of a word; of a path of classes, also the last parts or their beginning
    (`hardware` for `quality/function/hardware`); whole parts come first. Raises InvalidInput with the candidates if
    there are several; `name` is the field or option.
    """
    parts = _normalized(typed).split("/")
    if not all(parts):
        return None
    tails = {
        key: [_normalized(word).split("/")[-len(parts) :] for word in (key, *texts.values())]
        for key, texts in known.items()
    }
    matching = [key for key in tails if parts in tails[key]] or [
        key for key in tails if any(_begins_with(tail, parts) for tail in tails[key])
    ]
    if len(matching) > 1:
        choices = named_choices({key: known[key] for key in matching})
        raise InvalidInput("ambiguous-word-typed", field=name, value=typed, choices=choices)
    return next(iter(matching), None)


def _begins_with(path: list[str], beginnings: list[str]) -> bool:
    return len(path) == len(beginnings) and all(map(str.startswith, path, beginnings))


def named_choices(known: LabelsByKey) -> list[LabelledKey]:
    """Returns the keys with their labels, as the choices of an error message."""
    return [LabelledKey(key=key, label=label) for key, label in known.items()]


def parse_choice(option: str, known: LabelsByKey, typed: str) -> str:
    """Parses the value of an option; raises InvalidInput with the choices if it is none of them."""
    key = find_key(known, typed) or find_key_by_beginning(known, option, typed)
    if key is None:
        raise InvalidInput("unknown-choice", option=option, value=typed, choices=named_choices(known))
    return key


def parse_key(policy: Policy, field: str, text: str) -> str:
    """Returns the key for a typed key or label (case-insensitive); people may also be typed by name.

    Raises InvalidInput with the choices and the most similar one if the text is none of them.
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
    key = find_key(known, text) or find_key_by_beginning(known, field, text) if known else text.strip()
    if key is None:
        key = find_key(known, old_names.current_name(policy, field, text.strip()))
    if key is None:
        nearest = nearest_key(known, text)
        raise InvalidInput(
            "unknown-word-typed", field=field, value=text, choices=named_choices(known), near=nearest
        )
    return key


def _parse_yes_or_no(field: str, text: str) -> str:
    """Converts yes or no to the text of the column.

    For `no`, the text is empty if only its own command sets the field (`crisis`): the field is absent then.
    """
    answer = text.strip().lower()
    if answer not in fields.TRUE_WORDS | fields.FALSE_WORDS:
        raise InvalidInput("wrong-value-typed", field=field, value=text, kind="truth")
    if field == "overdue":
        return "yes" if answer in fields.TRUE_WORDS else "no"
    return "true" if answer in fields.TRUE_WORDS else "" if field in fields.COMMAND_FIELDS else "false"


def is_known_value(policy: Policy, field: str, text: str) -> bool:
    """Whether a field's text names a value: a key of the policy, or a free text that says more than `unknown`."""
    return not folding.is_unknown_value(text) or text in field_choices(policy, field)


def nearest_key(known: LabelsByKey, typed: str) -> str:
    """Returns the key that is most similar to `typed`, by key or label; "" if none is similar."""
    spellings = {_normalized(word): key for key, texts in known.items() for word in (*texts.values(), key)}
    matches = difflib.get_close_matches(_normalized(typed), list(spellings), 1)
    return spellings[matches[0]] if matches else ""


def parse_field_name(policy: Policy, text: str) -> str:
    """Returns the name of a typed field or column, by name or label; custom fields come first.

    Returns the text unchanged if it is unknown.
    """
    wanted = text.strip()
    return wanted if fields.is_field(wanted) else find_key(field_labels(policy), wanted) or wanted


def unknown_field_error(policy: Policy, field: str) -> InvalidInput:
    """Returns the error for a field that no case has, with the most similar one."""
    return InvalidInput("unknown-field", field=field, near=nearest_key(field_labels(policy), field))


def field_labels(policy: Policy) -> dict[str, Labels]:
    """Returns the labels of all fields and columns, custom fields first."""
    custom = {f"x.{key}": entry.label if entry else {} for key, entry in policy.fields.items()}
    return {**custom, **fixed_labels.FIELD_LABELS, **fixed_labels.COLUMN_LABELS}


def parse_role(policy: Policy, text: str) -> str:
    """Returns the role for a typed key, label or old name; any other text is returned stripped."""
    role = find_key(_labels_of_entries(policy.roles), text)
    return role or old_names.current_name(policy, old_names.PARTY, text.strip())


def unknown_role_error(policy: Policy, role: str) -> InvalidInput:
    """Returns the error for a role that the policy does not have."""
    return InvalidInput("unknown-role", role=role, choices=named_choices(_labels_of_entries(policy.roles)))


def parse_person(policy: Policy, text: str) -> str:
    """Returns the person for a typed key, name or e-mail address; any other text is returned stripped.

    Raises InvalidInput if several people have that name (D-036).
    """
    with_name = [
        key
        for key, person in policy.people.items()
        if person and _normalized(person.name or "") == _normalized(text) != ""
    ]
    key = find_key({key: {} for key in policy.people}, text) or people_by_address(policy).get(
        _normalized(text)
    )
    if key is None and len(with_name) > 1:
        raise InvalidInput("name-of-several", name=text.strip(), choices=with_name)
    return key or next(iter(with_name), None) or old_names.current_name(policy, old_names.PARTY, text.strip())


def people_by_address(policy: Policy) -> dict[str, str]:
    """Returns the people of the policy by their e-mail addresses in lower case."""
    return {person.email.casefold(): key for key, person in policy.people.items() if person and person.email}


def person_of_address(policy: Policy, address: str) -> str:
    """Returns the person with this address, else its local part.

    All of the address if the local part is a name, or an old name, of somebody for whom the policy has another address.
    """
    addresses = people_by_address(policy)
    local = address.partition("@")[0]
    is_taken = old_names.current_name(policy, old_names.PARTY, local) in addresses.values()
    return addresses.get(address.casefold()) or (address if is_taken else local)


def check_owner(policy: Policy, name: str) -> str:
    """Returns the person; raises InvalidInput with the most similar one if the policy lists people, but not this one."""
    if not policy.people or name in policy.people:
        return name
    labels: dict[str, Labels] = {
        key: {"name": person.name or key, "email": person.email or key} if person else {}
        for key, person in policy.people.items()
    }
    raise InvalidInput(
        "unknown-person", name=name, near=nearest_key(labels, name), choices=list(policy.people)
    )


def parse_receiver(policy: Policy, text: str) -> str:
    """Returns the role, department or person for a typed text; raises InvalidInput like `parse_person`."""
    # D-035: departments have no labels. D-036: a role comes first.
    return find_key(_labels_of_entries(policy.roles), text) or parse_person(policy, text)


def _labels_of_entries(entries: Mapping[str, LabelledEntry | None]) -> dict[str, Labels]:
    return {key: entry.label if entry else {} for key, entry in entries.items()}


def step_labels(policy: Policy) -> dict[str, Labels]:
    """Returns the labels of the policy's steps; built-in steps have default labels."""
    return {step.step: {**fixed_labels.STEP_LABELS.get(step.step, {}), **step.label} for step in policy.steps}


def shortcut_labels(policy: Policy) -> dict[str, Labels]:
    """Returns the labels of the policy's shortcuts."""
    return {name: shortcut.label for name, shortcut in policy.shortcuts.items()}


def parse_shortcut(policy: Policy, text: str) -> str | None:
    """Returns the shortcut for a typed key or label; None if it is none, or if it is a step."""
    known = shortcut_labels(policy)
    return None if find_key(step_labels(policy), text) else find_key(known, text)


def parse_step(policy: Policy, text: str) -> str:
    """Returns the step (or kind of fixed date) for a typed key or label; any other text is returned stripped."""
    known = step_labels(policy)
    others = {
        key: labels
        for key, labels in {**fixed_labels.STEP_LABELS, **fixed_labels.DATE_LABELS}.items()
        if key not in known
    }
    return find_key({**known, **others}, text) or find_key_by_beginning(known, "step", text) or text.strip()


def reopening_labels(policy: Policy) -> dict[str, Labels]:
    """Returns the labels of the steps from which a case can go on after a reopening: all but its registration."""
    known = step_labels(policy) or fixed_labels.STEP_LABELS
    return {step: labels for step, labels in known.items() if step != REGISTRATION}


def unknown_step_error(policy: Policy, step: str | None, more: Iterable[str]) -> InvalidInput:
    """Returns the error for a step that the policy does not have; `more` are further valid choices."""
    known = step_labels(policy) | {key: fixed_labels.STEP_LABELS.get(key, {}) for key in more}
    return InvalidInput("unknown-step", step=step, choices=named_choices(known))


def parse_field_value(policy: Policy, field: str, text: str) -> Any:
    """Converts a typed text to the value of a field; an empty text clears the field (None).

    Raises InvalidInput if the field is unknown or guarded, or if the text is not a valid value.
    """
    if field in fields.COMMAND_FIELDS:
        raise InvalidInput("guarded-field", field=field)
    value = parse_supposed_value(policy, field, text)
    return check_owner(policy, value) if field in _PEOPLE and value is not None else value


def parse_supposed_value(policy: Policy, field: str, text: str) -> Any:
    """Like `parse_field_value`, for what-if questions: also allows fields that only their own command sets."""
    if not fields.is_field(field):
        raise unknown_field_error(policy, field)
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
    own_kind = custom_kind(policy, field)
    kind = own_kind or fields.field_kinds().get(field, "text")
    if kind == "texts":
        parts = filter(None, list_separators.split_parts(text))
        return tuple(parse_receiver(policy, part) if field == "watchers" else part for part in parts)
    try:
        typed = _with_zone(policy, text.strip()) if kind == "moment" else text
        return fields.date_text(own_kind, typed) if own_kind else fields.parse_value(field, typed)
    except (fields.FarTimeError, OverflowError) as error:
        raise far_time_error(text) from error
    except ValueError as error:
        raise InvalidInput("wrong-value-typed", field=field, value=text, kind=kind) from error


def _with_zone(policy: Policy, text: str) -> str:
    """Returns a typed time in ISO 8601 with an offset; without one, it is local in the policy's zone."""
    typed = datetime.fromisoformat(text)
    return (typed if typed.tzinfo else resolve_local_time(ZoneInfo(policy.timezone), typed)).isoformat()
