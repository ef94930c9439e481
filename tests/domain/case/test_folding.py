"""Spellings of one value, and words for a missing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case.folding import fold_value, is_unknown_value


@pytest.mark.parametrize("text", ["B-7", "b-7", "Ｂ－７", "B-7 ", "\tb-7\u3000"])
def test_four_spellings_are_one_batch(text: str) -> None:
    assert fold_value(text) == "b-7"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Line  2", "line 2"),
        ("Straße", "strasse"),
        ("№ 5", "no 5"),
        ("产品\u3000质量", "产品 质量"),
        ("", ""),
    ],
)
def test_a_text_is_folded_as_unicode_says(text: str, folded: str) -> None:
    assert fold_value(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_value(fold_value(text)) == fold_value(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_folds_as_the_long_one(text: str) -> None:
    assert fold_value(text) == fold_value(f"{text}\u3000")


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "NI", "N/I", "UNK", "unknown", "Unknown ", "n/a", "N.A.", "NA", "#N/A", "none", "(null)"),
        *(
            "-",
            "--",
            "—",
            "?",
            "？",
            "*",
            "...",
            "未知",
            "不详",
            "无",
            "Ｎ／Ａ",
            "not  known",
            "Ｕｎｋｎｏｗｎ",
            "\u200b",
        ),
        None,
    ],
)
def test_a_missing_value_is_unknown(text: str | None) -> None:
    assert is_unknown_value(text)


@pytest.mark.parametrize(
    "text", ["0", "B-7", "NI-1", "Nil 2", "N", "other", "其他", "无锡", "+", "no", "x", "★", "Nina", "naan"]
)
def test_a_value_is_not_unknown(text: str) -> None:
    assert not is_unknown_value(text)
