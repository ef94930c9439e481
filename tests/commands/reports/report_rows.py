"""The figures of `report` as a test reads them: by section, measure and row, from the long table of its JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.casebooks import Book


@dataclass(frozen=True, kw_only=True)
class Report:
    """The rows of a report."""

    rows: Sequence[dict[str, Any]]

    def value(self, section: str, measure: str, key: str = "", period: str = "report") -> Any:
        """Returns the one figure of all cases."""
        (row,) = [
            row for row in self._of_all(section, period) if (row["measure"], row["key"]) == (measure, key)
        ]
        return row["value"]

    def cases(self, *measures: str) -> tuple[Any, ...]:
        """Returns figures of the section `cases`."""
        return tuple(self.value("cases", measure) for measure in measures)

    def step(self, step: str) -> dict[str, Any]:
        """Returns the figures of a step by measure; empty if the report has no such row."""
        return {row["measure"]: row["value"] for row in self._of_all("steps", "report") if row["key"] == step}

    def counts(self, field: str) -> dict[str, int]:
        """Returns the number of cases by the values of a field, those that have any."""
        return {
            row[field]: row["value"]
            for row in self.rows
            if (row["section"], row["measure"], row.get("by")) == ("cases", "cases", field) and row["value"]
        }

    def _of_all(self, section: str, period: str) -> list[dict[str, Any]]:
        return [
            row
            for row in self.rows
            if (row["section"], row["period"]) == (section, period) and not row.get("by")
        ]


def read_report(document: Any) -> Report:
    """Returns the report of a JSON document."""
    return Report(rows=document["report"]["figures"])


def report_of(book: Book, *arguments: str, check: int = 0) -> Report:
    """Returns the report that a casebook gives."""
    return read_report(book.json("report", *arguments, check=check))
