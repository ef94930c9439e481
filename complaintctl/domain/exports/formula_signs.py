"""Cells that a spreadsheet would calculate: a quote makes them text, and can be taken away again exactly."""

import re
from typing import Final

# A cell that begins with one of these is calculated (OWASP, CSV Injection); in a Chinese or Japanese spreadsheet
# also with the full-width signs. A tab or carriage return at the start is skipped by the spreadsheet.
_TRIGGERS: Final = r"=+\-@\t\r＝＋－＠"
# Where a cell can begin if the file is opened with another separator or another quote than it is written with.
_BEFORE_CELL: Final = r"[,;|\t\r\n\"']"
_ENDANGERED: Final = re.compile(rf"(^|{_BEFORE_CELL})(?= *[{_TRIGGERS}])")
_GUARDED: Final = re.compile(rf"(^|{_BEFORE_CELL})'(?= *[{_TRIGGERS}])")
_NUMBER: Final = re.compile(r"[+-]\d+(\.\d+)?")


def guard_cell(text: str) -> str:
    """Returns the text with a `'` wherever a formula could begin; a signed number stays a number."""
    if text.isalnum() or _NUMBER.fullmatch(text):
        return text
    return _ENDANGERED.sub(r"\1'", text)


def unguard_cell(text: str) -> str:
    """Returns the text that `guard_cell` made this cell of."""
    return _GUARDED.sub(r"\1", text) if "'" in text else text
