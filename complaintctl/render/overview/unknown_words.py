"""The words of a table that mapping or policy do not know, as lists to paste into one of them."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from complaintctl.domain.lifecycle.import_results import UnknownWord
from complaintctl.render.text.language import _, ngettext

_CLASSES: Final = frozenset({"category", "cause.class"})

Quote = Callable[[str], str]
# The lists of a policy that hold the words of a field; for a field of the team's own it is `choices`.
_POLICY_LISTS: Final = {
    "level": "levels",
    "channel": "channels",
    "category": "categories",
    "cause.class": "causes",
    "remedy.kind": "remedies",
}


def unknown_words_text(unknown: Iterable[UnknownWord], quote: Quote) -> str:
    """Returns YAML: `values:` for the mapping, then what the policy would need. `quote` writes a text as YAML."""
    words = list(unknown)
    if not words:
        return ""
    lines = ["", _("# Words that are not known. Either write what each one means into the mapping:")]
    lines += _mapping_lines([word for word in words if word.columns], quote)
    lacking = [word for word in words if word.ours is not None and not word.known]
    if lacking:
        lines += ["", _("# Or add them to the policy:"), *_policy_lines(lacking, quote)]
    return "\n".join(lines) + "\n"


def unknown_words_json(unknown: Iterable[UnknownWord]) -> list[dict[str, Any]]:
    """Returns the words for programs; `in` says who does not know the word."""
    return [
        {
            "field": word.field,
            "columns": list(word.columns),
            "value": word.word,
            "in": "mapping" if word.ours is None else "policy",
            "count": word.count,
            "near": word.near or None,
        }
        for word in unknown
        if not word.known
    ]


def _mapping_lines(words: list[UnknownWord], quote: Quote) -> Iterator[str]:
    for part, of_part in groupby(words, key=_mapping_part):
        yield f"{part}:"
        for (name, columns), of_field in groupby(of_part, key=_field_and_columns):
            yield f"  {name.removeprefix('events.')}:"
            joined = ", ".join(map(quote, columns))
            yield f"    join: [{joined}]" if len(columns) > 1 else f"    column: {joined}"
            yield "    values:"
            for word in of_field:
                entry = f"      {quote(word.word)}: {quote(word.near) if word.near else ''}".rstrip()
                yield f"{entry}  # {_row_count(word.count)}"


def _mapping_part(word: UnknownWord) -> str:
    return "events" if word.field.startswith("events.") else "fields"


def _field_and_columns(word: UnknownWord) -> tuple[str, tuple[str, ...]]:
    return word.field, word.columns


def _row_count(count: int) -> str:
    return ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}")


def _policy_lines(words: list[UnknownWord], quote: Quote) -> Iterator[str]:
    for name, of_field in groupby(words, key=_field_name):
        keys = dict.fromkeys(word.ours or "" for word in of_field)
        entries = ", ".join(
            _policy_entry(key.split("/") if name in _CLASSES else [key], quote) for key in keys
        )
        if name in _POLICY_LISTS:
            yield f"{_POLICY_LISTS[name]}: {{{entries}}}"
        else:
            yield f"fields: {{{name.removeprefix('x.')}: {{choices: {{{entries}}}}}}}"


def _policy_entry(parts: list[str], quote: Quote) -> str:
    """An entry of a list, such as `fax: {}`; a class with its upper classes, such as `quality: {sub: {noise: {}}}`."""
    if len(parts) == 1:
        return f"{quote(parts[0])}: {{}}"
    return f"{quote(parts[0])}: {{sub: {{{_policy_entry(parts[1:], quote)}}}}}"


def _field_name(word: UnknownWord) -> str:
    return word.field
