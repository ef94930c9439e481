"""The words of a report with their meanings: translated for people, under stable keys for programs."""

from collections.abc import Mapping

from complaintctl.render.text import tables
from complaintctl.render.text.language import _

# Maps the key of a word to the word and its meaning, both in English, as the catalogue has them.
Terms = Mapping[str, tuple[str, str]]


def glossary(terms: Terms, output_format: str) -> str:
    """The words in a format of tables.TABLE_FORMATS; the formats for programs name the keys and are never translated."""
    if output_format in tables.READABLE_FORMATS:
        entries = [{"word": _(word), "meaning": _(meaning)} for word, meaning in terms.values()]
        return tables.format_rows({"word": _("word"), "meaning": _("meaning")}, entries, output_format)
    # D-147
    entries = [{"word": key, "meaning": meaning} for key, (_word, meaning) in terms.items()]
    if output_format == "json":
        return tables.json_document("definitions", entries)
    return tables.format_raw_rows(("word", "meaning"), entries, output_format)
