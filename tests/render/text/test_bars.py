"""Bars and sparklines, of block characters and of ASCII."""

from complaintctl.render.text.bars import bar_text, sparkline_text


def test_a_bar_is_as_long_as_its_share_of_the_largest_to_an_eighth_of_a_column() -> None:
    # 3 of 8 of ten columns are 3.75 columns: three full ones and six eighths.
    assert bar_text(3, 8, 10, "blocks") == "███▊"
    assert bar_text(8, 8, 10, "blocks") == "█" * 10
    assert bar_text(3, 8, 10, "ascii") == "####"


def test_a_bar_of_nothing_is_empty_and_of_little_is_seen() -> None:
    assert bar_text(0, 8, 10, "blocks") == bar_text(5, 0, 10, "ascii") == ""
    assert bar_text(1, 10_000, 10, "blocks") == "▏"
    assert bar_text(1, 10_000, 10, "ascii") == "#"


def test_a_sparkline_has_a_character_for_each_value_from_nought_to_the_largest() -> None:
    assert sparkline_text([0, 1, 7, None, 3.5], "blocks") == "▁▂█ ▅"
    assert sparkline_text([0, 1, 7, None, 3.5], "ascii") == "_.# ="
    assert sparkline_text([0, 0], "blocks") == "▁▁"
    assert sparkline_text([], "blocks") == ""
