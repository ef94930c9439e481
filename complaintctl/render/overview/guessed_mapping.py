"""A guessed mapping as a mapping file with comments, and for programs."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from complaintctl.domain.lifecycle.guessed_mapping import GuessedMapping, GuessedTimes
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, ngettext

Quote = Callable[[str], str]
# Where a column is missing, this stands for it: no table has it, so an import names the place.
_MISSING: Final = "?"
_DEFAULT_LAYOUT: Final = "%Y-%m-%d %H:%M"
_OWN_KEYS: Final = ("received", "closed", "promise")


def guess_text(found: GuessedMapping, file: str, quote: Quote) -> str:
    """Returns the mapping file. `quote` writes a text as YAML."""
    return "".join(f"{line}\n" for part in _PARTS.values() for line in part(found, file, quote))


def guess_json(found: GuessedMapping) -> str:
    """Returns what was guessed, for programs."""
    content = {
        "system": found.system,
        "timezone": found.timezone,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "empty": list(found.empty),
        "id": found.id,
        "id_repeats": found.id_repeats,
        "columns": dict(found.columns),
        "times": {column: list(times.layouts) for column, times in found.times.items()},
        "ambiguous": [column for column, times in found.times.items() if times.ambiguous],
        "zone": found.zone,
        "words": {field: dict(words) for field, words in found.words.items()},
        "headings": "zh" if found.chinese else "en",
        "rows": found.rows,
    }
    return tables.flat_json_document({"guess": content})


def _comment(text: str) -> str:
    return f"# {text}"


def _head(found: GuessedMapping, file: str, _quote: Quote) -> Iterator[str]:
    template = ngettext(
        "A first mapping for {file}, guessed from {count} row. Correct it before you import.",
        "A first mapping for {file}, guessed from {count} rows. Correct it before you import.",
        found.rows,
    )
    yield _comment(template.format(file=file, count=f"{found.rows:,}"))
    yield _comment(
        _("The headings are Chinese.")
        if found.chinese
        else _("The headings are English, or another language.")
    )
    yield ""
    yield "mapping: 1"


def _system(found: GuessedMapping, _file: str, quote: Quote) -> Iterator[str]:
    name, zone = (
        _("one word that names the other system"),
        _("the zone of its times; this is the zone of the policy"),
    )
    yield f"system: {quote(found.system)}  {_comment(name)}"
    yield f"timezone: {quote(found.timezone)}  {_comment(zone)}"


def _times(found: GuessedMapping, _file: str, quote: Quote) -> Iterator[str]:
    main = _main_times(found)
    if main is None:
        yield _comment(_("No column with a known time format was found: write the format."))
    elif main.ambiguous:
        yield _comment(
            _(
                "Day and month could be exchanged: both formats fit. Delete the wrong one, or such rows are rejected."
            )
        )
    layouts = main.layouts if main else (_DEFAULT_LAYOUT,)
    yield f"times: {_layout_list(layouts, quote)}"


def _format(found: GuessedMapping, _file: str, quote: Quote) -> Iterator[str]:
    if found.encoding is not None:
        remark = _("guessed: check the letters outside English")
        yield f"encoding: {found.encoding}  {_comment(remark)}"
    if found.delimiter != ",":
        yield 'delimiter: "\\t"' if found.delimiter == "\t" else f"delimiter: {quote(found.delimiter)}"


def _empty(found: GuessedMapping, _file: str, quote: Quote) -> Iterator[str]:
    if found.empty:
        remark = _("words that mean nothing")
        yield f"empty: [{', '.join(map(quote, found.empty))}]  {_comment(remark)}"
    yield ""


def _id(found: GuessedMapping, _file: str, quote: Quote) -> Iterator[str]:
    if found.id is None:
        yield _comment(_("No column has another value in every row: name the one with the id."))
    elif found.id_repeats:
        yield _comment(
            _("The id occurs more than once. If each row is an event, add events: (docs/import.md).")
        )
    yield f"id: {quote(found.id or _MISSING)}"


def _ends(found: GuessedMapping, _file: str, quote: Quote) -> Iterator[str]:
    if "received" not in found.columns:
        yield _comment(_("No column with the time of receipt was found: name it."))
    yield from _column_lines("received", found, quote, "")
    if "closed" in found.columns:
        yield from _column_lines("closed", found, quote, "")
    if "promise" in found.columns:
        yield from _ambiguity(found.times.get(found.columns["promise"]), found, "")
        yield f"promise: {{by: {_column(found, 'promise', quote)}, what: close}}"


def _fields(found: GuessedMapping, _file: str, quote: Quote) -> Iterator[str]:
    names = [name for name in found.columns if name not in _OWN_KEYS]
    if names:
        yield from ("", "fields:")
    for name in names:
        if name in found.words:
            yield from _word_lines(name, found, quote)
        else:
            yield from _column_lines(name, found, quote, "  ")
    yield ""
    yield _comment(_("All other columns go to x: under their own names. Leave one out with ignore: [NAME]."))


# The keys of a mapping, in their order in the file.
_PARTS: Final[Mapping[str, Callable[[GuessedMapping, str, Quote], Iterator[str]]]] = {
    "mapping": _head,
    "system, timezone": _system,
    "times": _times,
    "encoding, delimiter": _format,
    "empty": _empty,
    "id": _id,
    "received, closed, promise": _ends,
    "fields": _fields,
}


def _main_times(found: GuessedMapping) -> GuessedTimes | None:
    """The formats that stand at the top of the mapping: those of the receipt."""
    return found.times.get(found.columns.get("received", ""))


def _layout_list(layouts: tuple[str, ...], quote: Quote) -> str:
    return f"[{', '.join(quote(layout) for layout in layouts)}]"


def _column(found: GuessedMapping, target: str, quote: Quote) -> str:
    """The column of a target, with the column of its zone, and its own formats if they are not those of the receipt."""
    column = found.columns.get(target, _MISSING)
    times, main = found.times.get(column), _main_times(found)
    parts = [f"column: {quote(column)}"]
    if times is not None and main is not None and times.layouts != main.layouts:
        parts.append(f"times: {_layout_list(times.layouts, quote)}")
    if times is not None and found.zone is not None and target in _OWN_KEYS:
        parts.append(f"zone: {quote(found.zone)}")
    return quote(column) if len(parts) == 1 else f"{{{', '.join(parts)}}}"


def _column_lines(target: str, found: GuessedMapping, quote: Quote, indent: str) -> Iterator[str]:
    if target != "received":
        yield from _ambiguity(found.times.get(found.columns[target]), found, indent)
    yield f"{indent}{target}: {_column(found, target, quote)}"


def _ambiguity(times: GuessedTimes | None, found: GuessedMapping, indent: str) -> Iterator[str]:
    main = _main_times(found)
    if times is not None and times.ambiguous and (main is None or times.layouts != main.layouts):
        yield indent + _comment(_("Day and month could be exchanged here, too: delete the wrong format."))


def _word_lines(field: str, found: GuessedMapping, quote: Quote) -> Iterator[str]:
    """The words of a column; those without a similar key are comments, to be completed."""
    words = found.words[field]
    yield f"  {field}:"
    yield f"    column: {quote(found.columns[field])}"
    remark = _("the nearest words of the policy; complete what is missing")
    yield f"    {'' if any(words.values()) else '# '}values:  {_comment(remark)}"
    for word, key in words.items():
        yield f"      {quote(word)}: {quote(key)}" if key else f"      # {quote(word)}:"
