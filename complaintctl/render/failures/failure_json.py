"""A failure as a JSON object: its key, the facts that its sentence names, what to do, its exit code."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from string import Formatter
from typing import Any, Final

from complaintctl.domain.case import one_line
from complaintctl.domain.policy.policy import LabelledKey
from complaintctl.errors import Failure, Outcome
from complaintctl.render.sentences import filling, key_labels, sentences
from complaintctl.render.text.earlier_cases import MOST_NAMED
from complaintctl.render.text.language import _

# The end of a sentence: what comes after the first one says what to do.
_SENTENCE_END: Final = re.compile(r"(?<=[.?])\s+|(?<=[。？])")
# In a message of one sentence, what to type begins here.
_TO_TYPE: Final = re.compile(r"[:：]\s*(?=(?:complaintctl |--|git |iconv ))")
# Values that the sentence shows as what to type.
_TYPED: Final = frozenset({"assignments", "list_option", "next_step"})


def failure_json(error: Failure) -> dict[str, Any]:
    """Returns an expected failure as the content of `error`, and what became of the change as `outcome`."""
    values = key_labels.label_values(error.key, error.values)
    texts = filling.sentence_values(values, None)
    return {
        **error_json(
            error.key,
            error.exit_code,
            sentences.fill_sentence(error.key, values, None),
            facts_json(error.key, error.values),
            _hint_text(error.key, texts),
        ),
        "outcome": _outcome_json(error.outcome) if error.outcome else None,
    }


def error_json(
    key: str, exit_code: int, message: str, facts: Mapping[str, Any], hint: str | None
) -> dict[str, Any]:
    """Returns the content of `error`; `hint` says what to do, None if nothing is known."""
    return {
        "key": key,
        "exit_code": exit_code,
        "message": message,
        "hint": hint,
        "facts": dict(facts),
        "outcome": None,
    }


def fact_names(key: str) -> list[str]:
    """Returns the facts of a failure: the values that its sentence names, sorted."""
    named = {name for _text, name, _spec, _conversion in Formatter().parse(sentences.SENTENCES[key]) if name}
    return sorted({name.removesuffix("_key") for name in named})


def facts_json(key: str, values: Mapping[str, object]) -> dict[str, Any]:
    """Returns the values that the sentence names, and no other: they may be personal. A missing one is null."""
    return {name: _fact_json(name, values.get(name)) for name in fact_names(key)}


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "key": outcome.key,
        "message": sentences.fill_sentence(outcome.key, outcome.values, None),
        "facts": facts_json(outcome.key, outcome.values),
    }


def _fact_json(name: str, value: Any) -> Any:
    """Returns a value as JSON: times with their offset, keys without labels, paths as text."""
    if name in _TYPED and value is not None:
        return _typed_text(name, value)
    if name == "earlier" and value:
        return [
            {"case": one.id, "status": one.status, "outcome": one.outcome, "same": list(one.same)}
            for one in value[:MOST_NAMED]
        ]
    return _plain_json(value)


def _typed_text(name: str, value: Any) -> str:
    return filling.sentence_values({name: value}, None)[name]


def _plain_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, LabelledKey):
        return value.key
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain_json(inner) for key, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain_json(inner) for inner in value]
    return one_line.join_lines(str(value))


def _hint_text(key: str, texts: filling.SentenceValues) -> str | None:
    """Returns what to do: the sentences of a message after its first, or the command at the end of its only one.

    The template is split, not the message: a value may hold a full stop.
    """
    template = _(sentences.SENTENCES[key])
    if not texts.get("near", "?"):
        template = filling.drop_suggestion(template)
    _first, *rest = _SENTENCE_END.split(template, maxsplit=1)
    if not (rest and rest[0]):
        _first, *rest = _TO_TYPE.split(template, maxsplit=1)
    return rest[0].format_map(texts) if rest and rest[0] else None
