"""A count of one is said in the singular, wherever a count is printed."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import make_book
from tests.language import messages

# What is counted, after the count or after a word that describes it.
_COUNTED: Final = re.compile(
    r"\{\w+\} (?:(?:open|closed|running|working|make-up working) )?"
    r"(?:actions|cases|classes|complaints|days|events|files|holidays|lessons|levels|people|rows|steps|tasks|templates)\b"
)
# Never one: several matches, more cases than are shown, the cases of one command, several similar cases, the depth of a file,
# several actions, a fixed number of days, the longest window, the words of a page whose script chooses; a mean has a decimal.
_ALWAYS_MORE: Final = frozenset(
    {
        "{part} matches {count} cases: {candidates}.",
        "{shown} of {count} cases; --limit hides the others.",
        "Refused for {refused} of {count} cases, so nothing was recorded in any of them.",
        "{count} cases within {limit} with the same {fields}",
        "nested more than {depth} levels deep",
        "{case} has {count} actions. Add the number of one, such as {case}/1: complaintctl show {case}",
        "{count} of {all} cases",
        "per {days} days (95 % interval)",
        "{value} is not a length of 1 to {most} days. Write it like 7d or 2w.",
        "With {mean} cases a period on average, chance alone puts {percent} of the points beyond the limits.",
    }
)


@pytest.mark.nightly
def test_every_count_before_what_it_counts_has_a_form_for_one() -> None:
    single = [str(message.id) for message in messages.of_code() if isinstance(message.id, str)]
    assert [text for text in single if _COUNTED.search(text) and text not in _ALWAYS_MORE] == []


def test_one_case_one_step_and_one_working_day_are_said_so(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "complaintctl: 1\nname: own\ntimezone: UTC\nlevels: [urgent]\nsteps: [{step: respond, within: 1bd}]\n"
    )
    book = make_book(tmp_path, tmp_path / "own.yaml", "UTC")
    assert book.call("policy", "check", check=0).stdout == "own: 1 step, 1 level, 0 classes. No errors.\n"
    case = book.open("A complaint", "--received", "2026-11-02T10:00+00:00", "--at", "2026-11-02T10:00+00:00")
    as_of = ("--as-of", "2026-11-02T11:00+00:00")
    assert book.call("report", *as_of, check=0).stdout.startswith("1 case at 2026-11-02 11:00: 1 open")
    assert "total: 1 working day, the limit 1bd" in book.call("explain", case, *as_of, check=0).stdout
    said = book.call("policy", "diff", "HEAD", *as_of, check=0).stdout
    assert "In 0 of 1 open case.\n" in said
