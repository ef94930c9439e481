"""The years that we calculate in. Every time and day that comes in must lie in them, so that no arithmetic overflows.

A limit is at most a hundred years long (`limits.MAX_MONTHS`), so every due time and every warning stays far inside the
years 1 to 9999 that `datetime` supports.
"""

from datetime import date
from typing import Final

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
# For the sentences that name the range.
RANGE_VALUES: Final = {"first": f"{FIRST_YEAR}-01-01", "last": f"{LAST_YEAR}-12-31"}


def is_in_range(value: date) -> bool:
    """Whether a day, or the local day of a time, lies in the years that we calculate in."""
    return FIRST_YEAR <= value.year <= LAST_YEAR
