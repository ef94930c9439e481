"""The Chinese catalogue, kept from the code: `make messages` collects, merges and compiles; tests compare.

A sentence new in the code stands in the catalogue without a translation: write it there and run it again.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE: Final = Path(__file__).resolve().parents[2] / "complaintctl"
SOURCE: Final = PACKAGE / "locale/zh/LC_MESSAGES/complaintctl.po"
COMPILED: Final = SOURCE.with_suffix(".mo")
KEYWORDS: Final = {"_": None, "N_": None, "ngettext": (1, 2), "N_PLURAL": (1, 2)}
# No dates and no names: the header never differs between two branches.
_HEADER: Final = """\
# The simplified Chinese of complaintctl. `make messages` keeps the list in step with the code.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_NO_DATE: Final = datetime(1970, 1, 1, tzinfo=UTC)


def of_code() -> Catalog:
    """Every sentence that the code marks, without translations."""
    catalogue = Catalog(locale="zh")
    for _file, _line, message, _comments, _context in extract_from_dir(PACKAGE, keywords=KEYWORDS):
        catalogue.add(message)
    return catalogue


def written() -> Catalog:
    """The translations as they stand in the source."""
    if not SOURCE.exists():
        return Catalog(locale="zh")
    return read_po(io.BytesIO(SOURCE.read_bytes()), locale="zh")


def merged(code: Catalog, known: Catalog) -> Catalog:
    """The sentences of the code with the translations that are known; what the code no longer says is left out."""
    catalogue = Catalog(locale="zh")
    for message in code:
        if message.id:
            found = known.get(message.id)
            catalogue.add(message.id, found.string if found and not found.fuzzy else None)
    return catalogue


def source_text(catalogue: Catalog) -> bytes:
    """The catalogue as text: sorted, without places in the code, so that two branches seldom conflict."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    return _HEADER.encode() + stream.getvalue().strip() + b"\n"


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences without a translation, the first form of each."""
    return [str(_first(message.id)) for message in catalogue if message.id and not _first(message.string)]


def _first(text: object) -> object:
    return text[0] if isinstance(text, list | tuple) and text else text


def main() -> int:
    """Write both files; 1 where something waits for its translation."""
    catalogue = merged(of_code(), written())
    SOURCE.parent.mkdir(parents=True, exist_ok=True)
    SOURCE.write_bytes(source_text(catalogue))
    COMPILED.write_bytes(compiled(catalogue))
    waiting = untranslated(catalogue)
    for sentence in waiting:
        sys.stderr.write(f"{SOURCE.name}: no translation yet: {sentence}\n")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
