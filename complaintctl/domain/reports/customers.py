"""Counts customers and those who complained more than once, without keeping who they are."""

from collections import Counter
from collections.abc import Iterable, Iterator

from complaintctl.domain.reports.counters import figure, share
from complaintctl.domain.reports.figures import Figure


class CustomerCounter:
    """Customers by telephone number and e-mail address; cases that share one of them are of one customer (D-124).

    Keeps, of each contact (`case_facts.contact_number`), the first contact of the same customer, and the number of
    cases.
    """

    __slots__ = ("_first", "_known")

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._known: Counter[int] = Counter()

    def count(self, contacts: Iterable[tuple[int, ...]]) -> None:
        """Counts cases, each by the contacts of its customer; a case without any is of nobody known."""
        for keys, cases in Counter(contacts).items():
            if not keys:
                continue
            roots = {self._root(key) for key in keys}
            root = min(roots)
            for other in roots - {root}:
                self._first[other] = root
                self._known[root] += self._known.pop(other, 0)
            self._known[root] += cases

    def _root(self, key: int) -> int:
        """Returns the contact that stands for the customer of this one."""
        path = []
        while (parent := self._first.setdefault(key, key)) != key:
            path.append(key)
            key = parent
        for passed in path:
            self._first[passed] = key
        return key

    def figures(self, cases: int) -> Iterator[Figure]:
        """Yields the section `customers`."""
        repeat = sum(count > 1 for count in self._known.values())
        yield from _customer_figures(cases, self._known.total(), len(self._known), repeat)


class CountedCustomers(CustomerCounter):
    """Customers that were counted elsewhere: known cases, customers, and those with more than one case."""

    __slots__ = ("counts",)

    def __init__(self, known: int, customers: int, repeat: int) -> None:
        super().__init__()
        self.counts = (known, customers, repeat)

    def figures(self, cases: int) -> Iterator[Figure]:
        """Yields the section `customers`."""
        yield from _customer_figures(cases, *self.counts)


def _customer_figures(cases: int, known: int, customers: int, repeat: int) -> Iterator[Figure]:
    yield figure("customers", "known", known, of=cases)
    yield figure("customers", "customers", customers)
    yield figure("customers", "repeat", repeat, of=customers)
    yield figure("customers", "repeat_share", share(repeat, customers), of=customers)
