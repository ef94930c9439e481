"""Numbers for customers, so that an export tells who complained again without telling who that is."""

from collections.abc import Iterable, Iterator


class CustomerNumbers:
    """Customers by telephone number and e-mail address, numbered as they come (D-124).

    A later case may show that two numbers are one customer: `joined` has these. Keeps hashes of contacts only.
    """

    __slots__ = ("_numbers", "_same")

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._same: dict[int, int] = {}

    def number(self, contacts: Iterable[str]) -> int | None:
        """Returns the number of the customer with these contacts; None without any."""
        keys = [hash(contact) for contact in contacts]
        if not keys:
            return None
        known = {self._first(self._numbers[key]) for key in keys if key in self._numbers}
        number = min(known, default=len(self._numbers) + 1)
        self._same.update(dict.fromkeys(known - {number}, number))
        self._numbers.update((key, number) for key in keys if key not in self._numbers)
        return number

    def _first(self, number: int) -> int:
        passed = []
        while (other := self._same.get(number)) is not None:
            passed.append(number)
            number = other
        self._same.update(dict.fromkeys(passed, number))
        return number

    def joined(self) -> Iterator[tuple[int, int]]:
        """Yields each number that was given and is not used any more, and the number of the same customer."""
        for number in list(self._same):
            yield number, self._first(number)
