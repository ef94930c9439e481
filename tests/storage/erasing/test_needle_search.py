"""The search after an erasing finds a value however a file writes it, and tells names from words."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.privacy.personal_values import ErasedValue
from complaintctl.storage.erasing.needle_search import NAMES, WORDS, NeedleSearch
from complaintctl.storage.yaml.quoting import scalar_text

NAMED = 'Zoë "Zo" O\'Hara'
SAID = 'He said "never again"\\and left\tin a hurry'


# So many that they are searched by their first bytes.
MANY = [ErasedValue(text=f"somebody {number}", free=False) for number in range(50)]


@pytest.mark.parametrize("value", [NAMED, SAID, "王芳芳芳芳芳芳"])
@pytest.mark.parametrize(
    "write",
    [
        str.encode,
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("gb18030"),
        lambda text: json.dumps(text).encode(),
        lambda text: json.dumps(text, ensure_ascii=False).encode(),
        lambda text: scalar_text(text, in_flow=True).encode(),
        lambda text: b"'" + text.replace("'", "''").encode() + b"'",
    ],
    ids=["utf-8", "utf-16", "gb18030", "json", "json-utf-8", "yaml", "yaml-single"],
)
def test_a_value_is_found_in_every_spelling(value: str, write: Callable[[str], bytes]) -> None:
    content = b"x: " + write(value) + b", y"
    for others in ([], MANY):
        assert NeedleSearch([*others, ErasedValue(text=value, free=False)]).weigh(content) == NAMES
        assert NeedleSearch([*others, ErasedValue(text=value, free=True)]).weigh(content) == WORDS
        assert NeedleSearch([*others, ErasedValue(text=value, free=False)]).weigh(content[:6]) == 0


def test_a_part_of_a_longer_word_is_not_found() -> None:
    weigh = NeedleSearch([ErasedValue(text="Hara", free=False)]).weigh
    assert weigh(b"O'Hara") == NAMES
    assert weigh(b"Harald") == 0
    assert weigh(b"Harald and Hara") == NAMES


@given(st.lists(st.text("ab ", min_size=2, max_size=4), min_size=1, max_size=8), st.text("ab .", max_size=24))
def test_many_pieces_are_found_as_few_are(values: list[str], text: str) -> None:
    wanted = [ErasedValue(text=value, free=False) for value in values]
    few, many = NeedleSearch(wanted), NeedleSearch([*MANY, *wanted])
    assert few.weigh(text.encode()) == many.weigh(text.encode())
