"""The words a team uses: keys of the policy and their labels in each language, accepted as typed."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, fixed_labels
from complaintctl.domain.case.fixed_labels import Terms
from complaintctl.domain.policy.policy import Class, Labelled, Labels, Named, Policy, paths
from complaintctl.domain.zones import local
from complaintctl.errors import Misspelt

# Lists of entries, and the option that names one.
LISTS: Final[Mapping[str, str]] = {"cause.fishbone": "--bone", "plan.measures": "--measure"}
# The fields that name a person, and those that name a department.
_PEOPLE: Final = frozenset({"owner"})
_DEPARTMENTS: Final = frozenset({"department", "plan.department"})
_FIXED: Final[Mapping[str, Terms]] = {
    "outcome": fixed_labels.OUTCOMES,
    "lesson_mark": fixed_labels.MARKS,
    "status": fixed_labels.STATUSES,
}


def words(policy: Policy, field: str) -> Mapping[str, Labels]:
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
        return _labels(flat[field])
    own = policy.fields.get(field.removeprefix("x.")) if field.startswith("x.") else None
    if own is not None:
        return _labels(own.choices)
    trees = {"category": policy.categories, "cause.class": policy.causes}
    return dict(_paths_with_labels(trees[field])) if field in trees else {}


def _paths_with_labels(classes: Mapping[str, Class | None]) -> Iterator[tuple[str, Labels]]:
    """Every class with its whole path in each language: `产品质量/功能故障/硬件故障`."""
    labels = {path: entry.label for path, entry in paths(classes, "")}
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


def label(policy: Policy, field: str, key: str, language: str) -> str:
    """A key in the language of the reader: its label there, else the key itself."""
    return words(policy, field).get(key, {}).get(language, key)


def spelt(known: Terms, typed: str) -> str | None:
    """The key that was typed, or whose label was, any case of letters; None where there is none."""
    wanted = _folded(typed)
    keys = ((key, key) for key in known)
    labels = ((label, key) for key, texts in known.items() for label in texts.values())
    return next((key for word, key in (*keys, *labels) if _folded(word) == wanted), None)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def named(known: Terms) -> list[Named]:
    """The choices of a refusal: every key with its label."""
    return [Named(key=key, label=label) for key, label in known.items()]


def chosen(option: str, known: Terms, typed: str) -> str:
    """The key of an option's choices; raises Misspelt naming them."""
    key = spelt(known, typed)
    if key is None:
        raise Misspelt("unknown-choice", option=option, value=typed, choices=named(known))
    return key


def key_of(policy: Policy, field: str, text: str) -> str:
    """The key for a word as typed: the key, or one of its labels, any case of letters; people also by their names.

    Raises Misspelt naming the choices and the nearest one.
    """
    if field in _PEOPLE:
        return person_of(policy, text)
    if field in _DEPARTMENTS:
        return role_of(policy, text)
    if field == "step":
        return step_of(policy, text)
    if field == "overdue" or fields.kinds().get(field) == "truth":
        return _answer(field, text)
    known = words(policy, field)
    key = spelt(known, text) if known else text.strip()
    if key is None:
        near = _nearest(known, text)
        raise Misspelt("unknown-word-typed", field=field, value=text, choices=named(known), near=near)
    return key


def _answer(field: str, text: str) -> str:
    """Yes or no as a column says it; a fact that only its own command records is absent for no."""
    answer = text.strip().lower()
    if answer not in fields.TRUE | fields.FALSE:
        raise Misspelt("wrong-value-typed", field=field, value=text, kind="truth")
    if field == "overdue":
        return "yes" if answer in fields.TRUE else "no"
    return "true" if answer in fields.TRUE else "" if field in fields.COMMANDED else "false"


def _nearest(known: Terms, typed: str) -> str:
    """The key whose spelling, or whose label's, is nearest; an empty text where none is near."""
    spellings = {_folded(word): key for key, texts in known.items() for word in (*texts.values(), key)}
    near = difflib.get_close_matches(_folded(typed), list(spellings), 1)
    return spellings[near[0]] if near else ""


def field_of(policy: Policy, text: str) -> str:
    """The dotted name of a field, or of a column, as typed: the name itself, or its label; the team's own come first."""
    wanted = text.strip()
    return wanted if fields.is_field(wanted) else spelt(field_labels(policy), wanted) or wanted


def field_labels(policy: Policy) -> dict[str, Labels]:
    """Every field and column with its labels, the team's own first."""
    own = {f"x.{key}": entry.label if entry else {} for key, entry in policy.fields.items()}
    return {**own, **fixed_labels.FIELDS, **fixed_labels.COLUMNS}


def role_of(policy: Policy, text: str) -> str:
    """The role that somebody typed, by its key or a label; any other text as it stands."""
    return spelt(_labels(policy.roles), text) or text.strip()


def unknown_role(policy: Policy, role: str) -> Misspelt:
    """The refusal of a role that the policy does not have."""
    return Misspelt("unknown-role", role=role, choices=named(_labels(policy.roles)))


def person_of(policy: Policy, text: str) -> str:
    """The person whom somebody typed, by key or by name; any other text as it stands.

    Raises Misspelt where several have that name.
    """
    called = [
        key
        for key, person in policy.people.items()
        if person and _folded(person.name or "") == _folded(text) != ""
    ]
    key = spelt({key: {} for key in policy.people}, text)
    if key is None and len(called) > 1:
        raise Misspelt("name-of-several", name=text.strip(), choices=called)
    return key or next(iter(called), text.strip())


def receiver_of(policy: Policy, text: str) -> str:
    """The role, department or person whom somebody typed."""
    return spelt(_labels(policy.roles), text) or person_of(policy, text)


def _labels(entries: Mapping[str, Labelled | None]) -> dict[str, Labels]:
    return {key: entry.label if entry else {} for key, entry in entries.items()}


def steps(policy: Policy) -> dict[str, Labels]:
    """The steps of the policy with their labels; a built-in one without has ours."""
    return {one.step: {**fixed_labels.STEPS.get(one.step, {}), **one.label} for one in policy.steps}


def step_of(policy: Policy, text: str) -> str:
    """The step (or the date that is fixed in a case) that somebody typed, by its key or a label; else the text."""
    known = steps(policy)
    others = {
        key: labels
        for key, labels in {**fixed_labels.STEPS, **fixed_labels.DATES}.items()
        if key not in known
    }
    return spelt({**known, **others}, text) or text.strip()


def unknown_step(policy: Policy, step: str | None, more: Iterable[str]) -> Misspelt:
    """The refusal of a step that the policy does not have; `more` may be named besides."""
    known = steps(policy) | {key: fixed_labels.STEPS.get(key, {}) for key in more}
    return Misspelt("unknown-step", step=step, choices=named(known))


def value_of(policy: Policy, field: str, text: str) -> Any:
    """The typed value of a field as somebody typed it; an empty text clears the field.

    Raises Misspelt for an unknown or guarded field and for a text that is no value of it.
    """
    if field in fields.COMMANDED:
        raise Misspelt("guarded-field", field=field)
    return supposed(policy, field, text)


def supposed(policy: Policy, field: str, text: str) -> Any:
    """The same for a question, which may also be about what only a command of its own records."""
    if not fields.is_field(field):
        raise Misspelt("unknown-field", field=field, near=_nearest(field_labels(policy), field))
    if field in LISTS:
        raise Misspelt("listed-field", field=field, option=LISTS[field])
    if field.partition(".")[0] in fields.GUARDED or fields.kinds().get(field) in {
        "group",
        "entries",
    }:
        raise Misspelt("guarded-field", field=field)
    if not text.strip():
        if field in fields.REQUIRED:
            raise Misspelt("needed-field", field=field)
        return None
    if words(policy, field) or field in _PEOPLE | _DEPARTMENTS:
        return key_of(policy, field, text)
    kind = fields.kinds().get(field, "text")
    if kind == "texts":
        parts = (part.strip() for part in text.split(";") if part.strip())
        return tuple(receiver_of(policy, part) if field == "watchers" else part for part in parts)
    try:
        return fields.typed(field, _with_zone(policy, text) if kind == "moment" else text)
    except ValueError as error:
        raise Misspelt("wrong-value-typed", field=field, value=text, kind=kind) from error


def _with_zone(policy: Policy, text: str) -> str:
    """A moment written out; one without a zone is in the policy's."""
    typed = datetime.fromisoformat(text)
    return (typed if typed.tzinfo else local(ZoneInfo(policy.timezone), typed)).isoformat()
