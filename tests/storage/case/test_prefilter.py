"""Tests which case files can be skipped because they cannot contain a field."""

from pathlib import Path

import pytest

from complaintctl.storage.case import prefilter


@pytest.mark.parametrize(
    "text",
    [
        "title: t\n",
        "title: t\n\nlesson:\n\nhistory:\n",
        "lesson:\nhistory:\n",
        "lesson:  \r\n\r\nhistory:\r\n",
        "lesson:\n",
    ],
)
def test_a_file_that_names_the_field_only_as_an_empty_line_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "case.yaml").write_bytes(text.encode())
    assert not prefilter.may_contain_field(tmp_path / "case.yaml", "lesson")


@pytest.mark.parametrize(
    "text",
    [
        "lesson: x\n",
        "lesson:\n  x\n",
        "lesson:\n\n  x\nhistory:\n",
        "lesson:\n# so far\n  x\n",
        '"lesson": x\n',
        "{title: t, lesson: x}\n",
        "lesson:\n\nlesson_mark: success\n",
        "? lesson\n: x\n",
    ],
)
def test_a_file_that_may_hold_a_value_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "case.yaml").write_bytes(text.encode())
    assert prefilter.may_contain_field(tmp_path / "case.yaml", "lesson")


def test_a_file_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    assert prefilter.may_contain_field(tmp_path / "missing.yaml", "lesson")
