"""What people see of customer data: enough to recognise somebody on the phone, too little to contact them."""

import pytest

from complaintctl.domain.privacy.masks import mask_text


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("customer.name", "王芳", "王*"),
        ("customer.name", "欧阳静怡", "欧**"),
        ("customer.name", "Wang Fang", "W*** F***"),
        ("customer.name", "Jo", "J***"),
        ("customer.name", "王", "***"),
        ("customer.name", "13800138000", "***"),
        ("customer.phone", "13800138000", "138****8000"),
        ("customer.phone", "+86 138 0013 8000", "138****8000"),
        ("customer.phone", "010-62345678", "****678"),
        ("customer.phone", "13800138000 / 13900139000", "138****8000 …"),
        ("customer.phone", "62345", "****"),
        ("customer.phone", "none", "****"),
        ("customer.email", "wang.fang@example.com", "w***@example.com"),
        ("customer.email", "Wang Fang <w@example.com>", "***@example.com"),
        ("customer.email", "unknown", "***"),
        ("customer.address", "北京市海淀区中关村大街1号", "…"),
        ("description", "Battery swells", "…"),
        ("problem.who", "a neighbour", "…"),
    ],
)
def test_a_mask_keeps_what_is_needed_to_recognise_a_customer(name: str, text: str, shown: str) -> None:
    assert mask_text(name, text, "+86") == shown


@pytest.mark.parametrize("length", range(5, 16))
def test_at_least_four_digits_of_a_number_stay_hidden(length: int) -> None:
    number = "1357902468135790"[:length]
    shown = mask_text("customer.phone", number, "+86")
    assert sum(map(str.isdigit, shown)) <= max(0, length - 4)
