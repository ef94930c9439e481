"""Cells that a spreadsheet would calculate are made text, and become again what they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.exports.formula_signs import guard_cell, unguard_cell

_SIGNS = "=+-@＝＋－＠\t\r\n,;|\"' a1"


@given(st.text(_SIGNS, max_size=12))
def test_a_guarded_cell_becomes_again_what_it_was(text: str) -> None:
    assert unguard_cell(guard_cell(text)) == text


@given(st.text(_SIGNS, max_size=12))
def test_no_part_of_a_guarded_cell_begins_like_a_formula(text: str) -> None:
    guarded = guard_cell(text)
    if guarded != text or not text.lstrip("+-")[:1].isdigit():
        for separator in ",;|\t\n":
            for part in guarded.split(separator)[guarded == text :]:
                assert part.lstrip(" ")[:1] not in set("=@＝＋－＠")


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("a,=1", "a,'=1"),
        ('say ";=cmd|0', "say \";'=cmd|0"),
        ("'=1", "''=1"),
        ("-5", "-5"),
        ("+8613800138000", "+8613800138000"),
        ("-5 percent", "'-5 percent"),
        ("a-b", "a-b"),
        ("2026-11-21T09:14:00-05:00", "2026-11-21T09:14:00-05:00"),
        ("", ""),
    ],
)
def test_only_what_can_begin_a_formula_gets_a_quote(text: str, guarded: str) -> None:
    assert guard_cell(text) == guarded
