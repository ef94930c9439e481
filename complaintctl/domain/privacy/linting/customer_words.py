"""Finds the customer of a case in other texts about it: name, numbers, addresses."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from complaintctl.domain.case.case import Customer
from complaintctl.domain.case.folding import is_unknown_value

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_SHORTEST_NAME: Final = 2
_SHORTEST_LATIN_NAME: Final = 3
# Fewer digits than these also stand in prices and quantities.
_SHORTEST_NUMBER: Final = 7
_SHORTEST_ADDRESS: Final = 6
_NUMBER: Final = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){5,19}")


class CustomerWords:
    """What identifies the customer of one case; `staff` are names that are also those of colleagues."""

    def __init__(self, customer: Customer, staff: Iterable[str]) -> None:
        colleagues = {name.casefold() for name in staff}
        self._patterns: list[re.Pattern[str]] = []
        self._numbers: list[str] = []
        self._hints: list[str] = []
        if customer.name and customer.name.casefold() not in colleagues:
            self._add_name(_plain(customer.name))
        if customer.email:
            self._add(re.escape(customer.email), customer.email)
        if customer.address:
            self._add_address(_plain(customer.address))
        digits = "".join(filter(str.isdecimal, customer.phone or ""))
        if len(digits) >= _SHORTEST_NUMBER:
            self._numbers.append(digits[-11:].lstrip("0"))

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields start and end of each place of a text that names the customer."""
        plain = _plain(text)
        folded = plain.casefold()
        if any(hint in folded for hint in self._hints):
            for pattern in self._patterns:
                yield from (match.span() for match in pattern.finditer(plain))
        for number in self._numbers:
            if number[-1] in plain:
                yield from self._find_number(plain, number)

    def _find_number(self, text: str, number: str) -> Iterator[tuple[int, int]]:
        for match in _NUMBER.finditer(text):
            if "".join(filter(str.isdecimal, match[0])).endswith(number):
                yield match.span()

    def _add(self, pattern: str, hint: str) -> None:
        self._patterns.append(re.compile(pattern, re.IGNORECASE))
        self._hints.append(hint.casefold())

    def _add_name(self, name: str) -> None:
        if is_unknown_value(name):
            return
        if _CHINESE.search(name):
            whole = "".join(name.split())
            if len(whole) >= _SHORTEST_NAME:
                self._add(r"\s?".join(map(re.escape, whole)), whole[0])
            return
        parts = [part for part in re.split(r"[\s,._-]+", name) if part]
        if len("".join(parts)) < _SHORTEST_LATIN_NAME:
            return
        orders = {tuple(parts), tuple(reversed(parts))}
        joined = "|".join(r"[\s,._-]{1,3}".join(map(re.escape, order)) for order in sorted(orders))
        self._add(rf"(?<![^\W_])(?:{joined})(?![^\W_])", parts[0])

    def _add_address(self, address: str) -> None:
        """An address is recognised by the longest part between its commas, blanks between letters left out or not."""
        parts = [part.strip() for part in re.split(r"[,，;；\n]", address)]
        longest = max(parts, key=len)
        squeezed = "".join(longest.split())
        if len(squeezed) >= _SHORTEST_ADDRESS and not is_unknown_value(longest):
            self._add(r"\s*".join(map(re.escape, squeezed)), squeezed[0])


def _plain(text: str) -> str:
    """Returns the text with ASCII for wide letters and digits; its length stays."""
    if text.isascii():
        return text
    return "".join(
        narrow if len(narrow := unicodedata.normalize("NFKC", sign)) == 1 else sign for sign in text
    )
