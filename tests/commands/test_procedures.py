"""The page about the procedures: every sentence has a test, and every test named there exists."""

import re
from pathlib import Path

from tests.casebooks import make_book

TESTS = Path(__file__).parent
PAGE = TESTS.parent.parent / "docs" / "procedures.md"
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_every_sentence_of_a_procedure_names_a_test_that_exists() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    sentences = [row for row in rows if "what the rule says" not in row]
    assert len(sentences) >= 9
    for row in sentences:
        ((file, test),) = NAMED.findall(row)
        assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8"), row


def test_a_changed_limit_of_the_response_times_is_replayed_on_past_cases(tmp_path: Path) -> None:
    book = make_book(tmp_path, "response-times")
    facts = ("--customer-name", "王芳", "--phone", "13800138000", "--description", "d", "--level", "level-1")
    case = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", *facts)
    told = ("--set", "x.urgent_measures=rolled back")
    # 50 minutes after receipt: in time by one hour, late by half an hour.
    book.call("ack", case, "--via", "phone", "--at", "2024-03-04T09:50", *told, check=0)
    book.call("close", case, "--outcome", "withdrawn", "--at", "2024-03-04T10:00", check=0)
    policy = (book.root / "complaintctl.yaml").read_text(encoding="utf-8")
    stricter = book.root / "stricter.yaml"
    stricter.write_text(policy.replace("level-1: 1h", "level-1: 30m"), encoding="utf-8")
    found = book.json("policy", "simulate", "stricter.yaml", "--since", "2024-01-01")
    (ack,) = [row for row in found["policy_simulate"]["steps"] if row["step"] == "ack"]
    assert (ack["met_then"], ack["late_now"], ack["to_late"]) == (1, 1, 1)
