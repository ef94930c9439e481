"""Separators in typed lists: the full-width signs of Chinese keyboards mean the same as `;`, `,`, `:` and `=`."""

import re
from typing import Final

_PARTS: Final = re.compile("[;；]")
_ITEMS: Final = re.compile("[,，、]")
_COLON: Final = re.compile("[:：]")
_EQUALS: Final = re.compile("[=＝]")


def split_parts(text: str, count: int | None = None) -> list[str]:
    """Splits `WHAT;WHO;WHEN` into its parts, stripped; into `count` at most, where the last one keeps the rest."""
    return _split(_PARTS, text, count)


def split_items(text: str) -> list[str]:
    """Splits `A,B` into its items, stripped."""
    return _split(_ITEMS, text, None)


def split_branch(text: str) -> list[str]:
    """Splits `BRANCH:CAUSE` at the first colon, stripped; one part if it has none."""
    return _split(_COLON, text, 2)


def split_assignment(text: str) -> tuple[str, str | None]:
    """Splits `FIELD=VALUE` at the first `=`; the value is unchanged, None if there is no `=`."""
    name, *value = _EQUALS.split(text, maxsplit=1)
    return name, value[0] if value else None


def _split(separator: re.Pattern[str], text: str, count: int | None) -> list[str]:
    return [part.strip() for part in separator.split(text, maxsplit=count - 1 if count else 0)]
