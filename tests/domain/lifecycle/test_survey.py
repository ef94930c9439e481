"""The shares of a sample: in proportion, whole, and never more than there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case.case import Customer
from complaintctl.domain.lifecycle.survey import allot_sample, customer_contacts
from tests.domain.building import a_case


@pytest.mark.parametrize(
    ("sizes", "size", "shares"),
    [
        # 5 * 4/12 = 1.67, 5 * 8/12 = 3.33: the fifth goes to the larger remainder.
        ({"a": 4, "b": 8}, 5, {"a": 2, "b": 3}),
        # 3 * 5/10 = 1.5 each: to the first by name, since they are of one size.
        ({"b": 5, "a": 5}, 3, {"a": 2, "b": 1}),
        # 2 * 3/6 = 1, 2 * 2/6 = 0.67, 2 * 1/6 = 0.33.
        ({"a": 1, "b": 2, "c": 3}, 2, {"a": 0, "b": 1, "c": 1}),
        # 1 * 1/4 = 0.25 three times, 0.25 as well: to the first by name.
        ({"a": 1, "b": 1, "c": 1, "d": 1}, 1, {"a": 1, "b": 0, "c": 0, "d": 0}),
        ({"a": 2, "b": 1}, 30, {"a": 2, "b": 1}),
        ({}, 30, {}),
    ],
)
def test_a_sample_is_shared_out_in_proportion(
    sizes: dict[str, int], size: int, shares: dict[str, int]
) -> None:
    assert allot_sample(sizes, size) == shares


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=6), st.integers(1, 100))
def test_every_place_is_given_and_nobody_is_asked_twice(sizes: dict[str, int], size: int) -> None:
    shares = allot_sample(sizes, size)
    total = sum(sizes.values())
    assert sum(shares.values()) == min(size, total)
    for name, share in shares.items():
        assert share <= sizes[name]
        assert abs(share - min(size, total) * sizes[name] / total) < 1


def test_a_customer_is_the_same_however_phone_and_e_mail_are_written() -> None:
    one, other = (
        a_case(customer=Customer(phone=phone, email=email))
        for phone, email in (
            ("010-12345678", "Wang@Example.com"),
            ("＋８６ 10 1234 5678", "王芳 <wang@example.com>"),
        )
    )
    assert customer_contacts(one, "+86") == customer_contacts(other, "+86")
    assert len(customer_contacts(one, "+86")) == len(["phone", "e-mail"])
    assert customer_contacts(a_case(customer=Customer(phone="无")), "+86") == frozenset()
