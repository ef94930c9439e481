"""What is found in texts as complaint handlers write them, and what is left alone."""

import pytest

from complaintctl.domain.privacy.linting import personal_numbers
from complaintctl.domain.privacy.linting.lint_findings import mask_text
from complaintctl.domain.privacy.linting.personal_texts import find_personal
from tests.domain.privacy.labelled_texts import INNOCENT, PERSONAL

# The list has at least so many texts, and of what is found and of what is there, at least these shares are right.
FEWEST_TEXTS = 150
PRECISION = 0.98
RECALL = 0.98


def kinds_in(text: str) -> set[str]:
    return {span.kind for span in find_personal(text)}


def test_precision_and_recall_on_the_labelled_list() -> None:
    labelled = [
        *((text, set(kinds.split())) for text, kinds in PERSONAL),
        *((text, set()) for text in INNOCENT),
    ]
    assert len(labelled) >= FEWEST_TEXTS
    found = [(kinds_in(text), kinds) for text, kinds in labelled]
    right = sum(len(kinds & wanted) for kinds, wanted in found)
    assert right / sum(len(kinds) for kinds, _wanted in found) >= PRECISION
    assert right / sum(len(wanted) for _kinds, wanted in found) >= RECALL


@pytest.mark.parametrize(("text", "kinds"), PERSONAL)
def test_personal_data_are_found(text: str, kinds: str) -> None:
    assert kinds_in(text) == set(kinds.split())


@pytest.mark.parametrize("text", INNOCENT)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert list(find_personal(text)) == []


@pytest.mark.parametrize("text", [text for text, _kinds in PERSONAL])
def test_what_is_printed_never_holds_what_was_found(text: str) -> None:
    for span in find_personal(text):
        found = text[span.start : span.end]
        masked = mask_text(span.kind, found)
        assert "*" in masked
        assert found not in masked
        digits = "".join(filter(str.isdecimal, found))
        assert len(digits) < 7 or digits not in masked


def test_a_telephone_number_is_masked_as_people_know_it() -> None:
    assert mask_text("phone", "138-0013-8000") == "138****8000"


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("11010519491231002X", True),
        ("110105194912310021", False),
        ("11010519490231002X", False),
        ("440524188001010014", False),
    ],
)
def test_an_identity_number_has_a_check_digit_and_a_day_of_birth(number: str, is_one: bool) -> None:
    assert personal_numbers.is_identity_number(number) is is_one


def test_a_long_text_costs_time_in_proportion_to_its_length() -> None:
    for unit in ("1 ", "138 ", "a@", "路1", "0.", "(1) ", "A1 Aa ", "-1", "一"):
        assert list(find_personal(unit * 20_000)) is not None
