"""The fingerprints of an imported row (`source.row`): one of its columns, one a field, then one an event of a log."""

from collections import Counter
from typing import Final

# D-062: per field.
FINGERPRINT_LENGTH: Final = 4
# Between the fingerprints of the fields and those of the events.
FINGERPRINT_SEPARATOR: Final = "."


def split_fingerprints(marks: str) -> list[str]:
    """Returns the fingerprints in a text."""
    return [marks[place : place + FINGERPRINT_LENGTH] for place in range(0, len(marks), FINGERPRINT_LENGTH)]


def merge_row_marks(old: str, later: str, other: str) -> str:
    """Returns the fingerprints after two clones imported different rows of one case; `later` imported last.

    Of each field, those of the side that changed it count, and of a field that both changed, those of the later one; if
    one of them had other columns, all of the later one. Every event that one of them imported is known.
    """
    rows = [row.partition(FINGERPRINT_SEPARATOR) for row in (old, later, other)]
    before, first, second = (split_fingerprints(row[0]) for row in rows)
    fields = rows[1][0]
    if len(before) == len(first) == len(second) and before[:1] == first[:1] == second[:1]:
        marks = zip(before, first, second, strict=True)
        fields = "".join(theirs if ours == mark else ours for mark, ours, theirs in marks)
    one, two = (Counter(split_fingerprints(row[2])) for row in rows[1:])
    return fields + (rows[1][1] or rows[2][1]) + "".join(sorted((one | two).elements()))
