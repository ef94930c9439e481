"""The commands that read customer data as they are, and why: every other command gets masked cases."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import complaintctl

COMMANDS: Final = Path(complaintctl.__file__).parent / "commands"
# The modules that read whole cases: each compares, counts or changes them, and masks what it shows.
WHOLE: Final = {
    "documents/letter_writing.py": "decides what sending records; the letter is filled with the masked case",
    "documents/survey.py": "draws a customer once, by contact, and writes",
    "events/action.py": "writes",
    "exchange/analytics/export_parquet.py": "numbers customers by their contacts, and masks dimensions",
    "exchange/export.py": "masks with equal words for equal customers",
    "overview/customer.py": "compares contacts",
    "policy/policy_diff.py": "judges again by another policy",
    "policy/policy_simulate.py": "judges again by another policy",
    "reports/period_paper_writing.py": "counts customers",
    "reports/regulator.py": "counts by conditions of a preset",
    "reports/report.py": "counts customers",
    "trust/lint.py": "compares texts with the customer, and prints them masked",
    "reports/site.py": "counts customers; pages have public cases",
}


def _whole_readers() -> Iterator[str]:
    for path in COMMANDS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _reads_whole(node):
                yield path.relative_to(COMMANDS).as_posix()


def _reads_whole(call: ast.Call) -> bool:
    name = getattr(call.func, "id", "")
    return name == "view_whole_case" or any(keyword.arg == "whole" for keyword in call.keywords)


def test_only_commands_with_a_reason_read_customer_data_as_they_are() -> None:
    assert {*_whole_readers()} - {"session.py"} == WHOLE.keys()
