"""The words a team uses: keys of the policy and their labels in each language, accepted as typed."""

import difflib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain import fields
from complaintctl.domain.policy import Class, Labels, Policy, paths
from complaintctl.domain.zones import local
from complaintctl.errors import Misspelt

OUTCOME_LABELS: Final[Mapping[str, Labels]] = {
    "upheld": {"en": "upheld", "zh": "成立"},
    "partly-upheld": {"en": "partly upheld", "zh": "部分成立"},
    "not-upheld": {"en": "not upheld", "zh": "不成立"},
    "withdrawn": {"en": "withdrawn", "zh": "撤诉"},
    "invalid": {"en": "invalid", "zh": "无效"},
    "duplicate": {"en": "duplicate", "zh": "重复"},
}
# Lists of entries, and the option that names one.
LISTS: Final[Mapping[str, str]] = {"cause.fishbone": "--bone", "plan.measures": "--measure"}
MARK_LABELS: Final[Mapping[str, Labels]] = {
    "success": {"en": "success", "zh": "成功"},
    "failure": {"en": "failure", "zh": "失败"},
}


def words(policy: Policy, field: str) -> Mapping[str, Labels]:
    """The keys a field may hold with their labels; empty where the policy leaves it free."""
    if field in fields.CHOICES:
        return OUTCOME_LABELS if field == "outcome" else MARK_LABELS
    flat = {
        "level": policy.levels,
        "channel": policy.channels,
        "remedy.kind": policy.remedies,
        "plan.remedy": policy.remedies,
    }
    if field in flat:
        return {key: entry.label if entry else {} for key, entry in flat[field].items()}
    own = policy.fields.get(field.removeprefix("x.")) if field.startswith("x.") else None
    if own is not None:
        return {key: entry.label if entry else {} for key, entry in own.choices.items()}
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


def key_of(policy: Policy, field: str, text: str) -> str:
    """The key for a word as typed: the key, or one of its labels, any case of letters.

    Raises Misspelt naming the choices and the nearest one.
    """
    known = words(policy, field)
    wanted = text.strip().casefold()
    if not known:
        return role_of(policy, text.strip()) if field == "department" else text.strip()
    spelt: dict[str, str] = {}
    for key, labels in known.items():
        for word in (key, *labels.values()):
            spelt.setdefault(word.casefold(), key)
    if wanted not in spelt:
        near = difflib.get_close_matches(wanted, list(spelt), 1)
        facts = {
            "field": field,
            "value": text,
            "choices": list(known),
            "near": spelt[near[0]] if near else "",
        }
        raise Misspelt("unknown-word-typed", **facts)
    return spelt[wanted]


def field_of(policy: Policy, text: str) -> str:
    """The dotted name of a field as typed: the name itself, or a label of a field of the team's own."""
    wanted = text.strip()
    named = (
        f"x.{key}"
        for key, own in policy.fields.items()
        if own and wanted.casefold() in (label.casefold() for label in own.label.values())
    )
    return wanted if fields.is_field(wanted) else next(named, wanted)


def role_of(policy: Policy, text: str) -> str:
    """The role that somebody typed, by its key or a label; any other text as it stands."""
    wanted = text.strip().casefold()
    labels = {
        word.casefold(): key for key, entry in policy.roles.items() if entry for word in entry.label.values()
    }
    return text if wanted in policy.roles else labels.get(wanted, text)


def step_of(policy: Policy, text: str) -> str:
    """The step that somebody typed, by its key or a label; any other text as it stands."""
    wanted = text.strip().casefold()
    labels = {word.casefold(): step.step for step in policy.steps for word in step.label.values()}
    return text if any(step.step == text for step in policy.steps) else labels.get(wanted, text)


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
        known = [*fields.kinds(), *(f"x.{key}" for key in policy.fields)]
        near = difflib.get_close_matches(field, known, 1)
        raise Misspelt("unknown-field", field=field, near=near[0] if near else "")
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
    if words(policy, field) or field == "department":
        return key_of(policy, field, text)
    kind = fields.kinds().get(field, "text")
    if kind == "texts":
        return tuple(part.strip() for part in text.split(";") if part.strip())
    try:
        return fields.typed(field, _with_zone(policy, text) if kind == "moment" else text)
    except ValueError as error:
        raise Misspelt("wrong-value-typed", field=field, value=text, kind=kind) from error


def _with_zone(policy: Policy, text: str) -> str:
    """A moment written out; one without a zone is in the policy's."""
    typed = datetime.fromisoformat(text)
    return (typed if typed.tzinfo else local(ZoneInfo(policy.timezone), typed)).isoformat()
