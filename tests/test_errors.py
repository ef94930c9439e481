"""A failure in a log: one line that needs no catalogue."""

from datetime import UTC, datetime

from complaintctl.errors import Declined, InvalidInput, Refused


def test_a_failure_is_one_line_of_its_key_and_facts() -> None:
    received = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    failure = InvalidInput("time-order", received=received, case="C-1")
    assert str(failure) == "time-order (received=2026-11-21 09:30:00+00:00, case=C-1)"


def test_a_failure_of_many_lines_stays_on_one() -> None:
    assert str(Refused("unknown-word", word="two\nlines\x1b[2J")) == r"unknown-word (word=two\nlines\x1b[2J)"


def test_a_failure_without_facts_is_its_key() -> None:
    assert str(Declined("stopped")) == "stopped"
