"""Taking what names a customer out of a text."""

import pytest

from complaintctl.domain.case.case import Customer
from complaintctl.domain.privacy.hidden_customer import hide_customer

CUSTOMER = Customer(
    name="王芳", phone="13800138000 / 021-6407 1234", email="wang.fang@example.com", address="人民路 5 号"
)
PERSON = Customer(name="Ann Lee", email="ann@example.com, lee@example.com")


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("王芳来电", "[customer.name]来电"),
        ("call +86 138 0013 8000 back", "call [customer.phone] back"),
        ("(021) 64071234，急", "[customer.phone]，急"),
        ("from WANG.FANG@EXAMPLE.COM", "from [customer.email]"),
        ("寄到人民路  5 号", "寄到[customer.address]"),
        ("order 13800138001, model X100, 2026-11-02", "order 13800138001, model X100, 2026-11-02"),
        ("王先生", "王先生"),
    ],
)
def test_every_spelling_of_the_customer_is_hidden_and_nothing_else(text: str, hidden: str) -> None:
    assert hide_customer(text, CUSTOMER, "86") == hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("ann  lee wrote", "[customer.name] wrote"),
        ("Ann Leed's shop", "Ann Leed's shop"),
        ("lee@example.com and ann@example.com", "[customer.email] and [customer.email]"),
        ("", ""),
    ],
)
def test_a_name_in_letters_is_hidden_as_whole_words(text: str, hidden: str) -> None:
    assert hide_customer(text, PERSON, None) == hidden


def test_a_name_of_one_character_hides_nothing() -> None:
    assert hide_customer("芳香剂", Customer(name="芳"), None) == "芳香剂"
    assert hide_customer("It is ok", Customer(name="Ok"), None) == "It is ok"
