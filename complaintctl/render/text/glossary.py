"""Glossary of a report: its terms with their meanings, translated for people, under stable keys for programs."""

from collections.abc import Mapping

from complaintctl.render.text import tables
from complaintctl.render.text.language import _

# Maps a key to its term and meaning; both are message ids of the catalogue, so English.
Terms = Mapping[str, tuple[str, str]]


def glossary(terms: Terms, output_format: str) -> str:
    """Returns the terms in one of tables.TABLE_FORMATS; formats for programs have keys and English meanings (D-147)."""
    if output_format in tables.READABLE_FORMATS:
        entries = [{"word": _(word), "meaning": _(meaning)} for word, meaning in terms.values()]
        return tables.format_rows({"word": _("word"), "meaning": _("meaning")}, entries, output_format)
    entries = [{"word": key, "meaning": meaning} for key, (_word, meaning) in terms.items()]
    if output_format == "json":
        return tables.json_document("definitions", entries)
    return tables.format_raw_rows(("word", "meaning"), entries, output_format)
