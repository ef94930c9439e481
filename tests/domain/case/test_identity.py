"""Tests which spellings of telephone numbers, e-mail addresses and serial numbers are the same."""

import pytest

from complaintctl.domain.case.identity import comparable_keys, parse_contact, parse_phones, shared_parts

MOBILE = "13800138000"


def phone_keys(text: str, country_code: str | None = "+86") -> set[str]:
    return {number.key for number in parse_phones(text, country_code)}


@pytest.mark.parametrize("country_code", ["+86", "86", "0086", None])
@pytest.mark.parametrize(
    "text",
    [
        MOBILE,
        "138-0013-8000",
        "138 0013 8000",
        "+8613800138000",
        "+86 (138) 0013-8000",
        "0086 138 0013 8000",
        "8613800138000",
        "86-138-0013-8000",
        "１３８００１３８０００",
        "＋８６－１３８００１３８０００",
        "（138）0013 8000",
        "138.0013.8000",
        "138–0013‑8000",
        "手机：138 0013 8000（王女士）",
        "١٣٨٠٠١٣٨٠٠٠",
    ],
)
def test_a_chinese_mobile_number_is_the_same_however_it_is_written(
    text: str, country_code: str | None
) -> None:
    assert phone_keys(text, country_code) == phone_keys(MOBILE, country_code)


@pytest.mark.parametrize(
    ("country_code", "spellings"),
    [
        ("+86", ["010-12345678", "(010) 1234 5678", "+86 10 12345678", "+86 (0)10 12345678", "861012345678"]),
        ("+86", ["010-12345678转801", "+86 10 1234 5678 ext. 801", "010-12345678 分机 801"]),
        ("+86", ["010-12345678转801", "01012345678 x801", "０１０－１２３４５６７８＃８０１"]),
        ("+49", ["030/1234567", "+49 30 1234567", "0049 (0)30 123 45 67", "493012345-67"][:3]),
        ("+1", ["(617) 555-0100", "+1 617 555 0100", "1-617-555-0100", "0111 617 555 0100", "617.555.0100"]),
        ("+44", ["07911 123456", "+44 7911 123456", "447911123456", "+44 (0) 7911 123456"]),
        ("+86", ["+49 30 1234567", "0049301234567"]),
        ("+86", ["400-800-1234", "4008001234"]),
    ],
)
def test_numbers_with_area_code_trunk_zero_and_extension_are_compared(
    country_code: str, spellings: list[str]
) -> None:
    assert {frozenset(phone_keys(text, country_code)) for text in spellings} == {
        frozenset(phone_keys(spellings[0], country_code))
    }
    assert phone_keys(spellings[0], country_code)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MOBILE, "13800138001"),
        ("010-12345678", "020-12345678"),
        ("010-12345678转801", "010-12345678转802"),
        ("+49 138 00138000", MOBILE),
        ("+1 380 013 8000", MOBILE),
    ],
)
def test_other_numbers_are_others(one: str, other: str) -> None:
    assert not phone_keys(one) & phone_keys(other)


def test_a_field_may_hold_several_numbers() -> None:
    keys = phone_keys(MOBILE) | phone_keys("13900139000")
    for text in ("13800138000/13900139000", "13800138000；13900139000", "138-0013-8000、139 0013 9000"):
        assert phone_keys(text) == keys
    assert phone_keys("13800138000 13900139000") == keys


@pytest.mark.parametrize("text", ["", "无", "unknown", "00000000000", "110", "-"])
def test_a_text_without_a_number_identifies_nobody(text: str) -> None:
    assert phone_keys(text) == set()


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("customer.email", ["Wang.Fang@Example.com", "wang.fang@example.com ", "<WANG.FANG@EXAMPLE.COM>"]),
        (
            "customer.email",
            ["王芳 <wang@example.com>", "ｗａｎｇ＠ｅｘａｍｐｌｅ.com", "mailto:wang@example.com"],
        ),
        ("product.serial", ["SN-4411", "sn4411", "ＳＮ－４４１１", "SN 4411", "sn_44.11"]),
        ("product.batch", ["B2610", "b2610", "Ｂ２６１０", "B 2610"]),
    ],
)
def test_addresses_serial_numbers_and_batches_are_compared_without_case_and_width(
    field: str, spellings: list[str]
) -> None:
    assert len({comparable_keys(field, text, "+86") for text in spellings}) == 1


def test_zeros_of_a_serial_number_and_hyphens_of_a_batch_count() -> None:
    assert comparable_keys("product.serial", "00812331", None) != comparable_keys(
        "product.serial", "812331", None
    )
    assert comparable_keys("product.batch", "1-12", None) != comparable_keys("product.batch", "11-2", None)


@pytest.mark.parametrize(
    ("typed", "recorded", "shared"),
    [
        ("010-12345678", "+86 10 12345678转801", ("phone",)),
        ("010-12345678转802", "+86 10 12345678转801", ()),
        ("sn 4411", "SN-4411", ("serial", "name")),
        ("unknown", "unknown", ("name",)),
        ("王 芳", "王芳", ("name",)),
        ("WANG@example.com", "wang@example.com", ("email", "name")),
    ],
)
def test_a_contact_is_recognised_by_all_that_a_text_can_be(
    typed: str, recorded: str, shared: tuple[str, ...]
) -> None:
    assert shared_parts(parse_contact(typed, "+86"), parse_contact(recorded, "+86")) == shared
