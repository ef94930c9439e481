"""Tests the strict YAML reader: it never raises, reports ambiguous input with its position, else agrees with PyYAML."""

import contextlib
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.storage.case import new_text
from complaintctl.storage.yaml import plain_yaml, yamltext
from tests.storage.arbitrary import FEW, MANY
from tests.storage.building import a_case, did

A_FILE: Final = new_text.case_yaml(
    a_case(did("open", "09:20"), did("note", "10:00", text="a: b"), description="one\ntwo", x={"own": "1:30"})
).encode()
# Characters of the YAML syntax, so that random texts of them are sometimes valid documents.
YAMLISH: Final = st.text(alphabet="ab:- \n{}[],#\"'|>&*!?%~=<.\t\r0\ufeff", max_size=40).map(str.encode)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A case file with some bytes replaced."""
    start = draw(st.integers(0, len(A_FILE)))
    length = draw(st.integers(0, 20))
    return A_FILE[:start] + draw(YAMLISH | st.binary(max_size=6)) + A_FILE[start + length :]


def flaws(data: bytes) -> list[tuple[str, int, int]]:
    """Key, line and column of the syntax faults."""
    found = yamltext.parse_yaml(data, with_places=True).flaws
    return [(fault.key, *place) for fault, place in found]


def agrees(ours: Any, theirs: Any) -> bool:
    """Whether PyYAML, with all scalars as text, reads the same."""
    if ours is None:
        return theirs in plain_yaml.NULL_WORDS
    if isinstance(ours, dict) and isinstance(theirs, dict):
        same = ours.keys() == theirs.keys()
        return same and all(agrees(value, theirs[key]) for key, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    return bool(ours == theirs)


def check_like_pyyaml(data: bytes) -> None:
    reading = yamltext.parse_yaml(data, with_places=False)
    with_places = yamltext.parse_yaml(data, with_places=True)
    assert (reading.root, reading.flaws) == (with_places.root, with_places.flaws)
    if not reading.flaws:
        assert agrees(reading.root, yaml.load(data, Loader=yaml.CBaseLoader))  # noqa: S506 - it makes texts only
        with contextlib.suppress(yaml.YAMLError):  # a tab after a colon, which libyaml treats as a space
            assert agrees(reading.root, yaml.load(data, Loader=yaml.BaseLoader))  # noqa: S506 - texts only


@pytest.mark.parametrize(("brackets", "found"), [(31, []), (32, ["too-deep"])])
def test_the_greatest_depth_is_the_same_with_and_without_places(brackets: int, found: list[str]) -> None:
    data = f"a: {'[' * brackets}x{']' * brackets}\n".encode()
    check_like_pyyaml(data)
    assert [key for key, _line, _column in flaws(data)] == found


@MANY
@given(st.binary(max_size=60))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    check_like_pyyaml(data)


@MANY
@given(YAMLISH)
def test_what_is_accepted_is_what_pyyaml_reads(data: bytes) -> None:
    check_like_pyyaml(data)


@MANY
@given(YAMLISH)
def test_values_in_a_mapping_are_what_pyyaml_reads(data: bytes) -> None:
    check_like_pyyaml(b"a: 1\nb: " + data.replace(b"\n", b"\n  ") + b"\nc: {d: [" + data + b"]}\n")


@MANY
@given(damaged())
def test_a_damaged_file_is_refused_or_read_as_pyyaml_does(data: bytes) -> None:
    check_like_pyyaml(data)


@FEW
@given(damaged())
def test_the_place_of_every_value_leads_to_its_line(data: bytes) -> None:
    reading = yamltext.parse_yaml(data, with_places=True)
    lines = data.decode(errors="replace").count("\n") + 1
    places = [*reading.places.values(), *reading.key_places.values(), *(place for _, place in reading.flaws)]
    assert all(1 <= line <= lines + 1 and column >= 1 for line, column in places)


REFUSED: Final = {
    "a: 1\nb: 2\na: 3\n": ("duplicate-key", 3, 1),
    "a: {b: 1, b: 2}\n": ("duplicate-key", 1, 11),
    "a: !!python/object:os.system x\n": ("tag-or-anchor", 1, 4),
    "a: !own {b: c}\n": ("tag-or-anchor", 1, 4),
    "a: &here 1\nb: 2\n": ("tag-or-anchor", 1, 4),
    "a: b\nc: *d\n": ("alias", 2, 4),
    "a: 1\n---\nb: 2\n": ("second-document", 2, 1),
    "a: 1\n? [b]\n: 2\n": ("key-not-text", 2, 3),
    "a: 1\n? {b: c}\n: 2\n": ("key-not-text", 2, 3),
    "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n": ("conflict-marker", 2, 1),
    "a: 1\nb: [1, 2\nc: 3\n": ("yaml-syntax", 3, 2),
    "a: 1\nb: 'open\n": ("yaml-syntax", 3, 1),
    "a: 1\n\tb: 2\n": ("yaml-syntax", 2, 1),
    "a: 1\nb: \x07\n": ("yaml-character", 2, 1),
    "": ("file-empty", 1, 1),
    "# only a comment\n": ("file-empty", 1, 1),
    "just words\n": ("not-a-mapping", 1, 1),
    "- a\n- b\n": ("not-a-mapping", 1, 1),
}


@pytest.mark.parametrize(("text", "flaw"), REFUSED.items(), ids=[repr(text) for text in REFUSED])
def test_what_could_deceive_is_refused_with_its_place(text: str, flaw: tuple[str, int, int]) -> None:
    assert flaw in flaws(text.encode())


def test_what_is_not_utf_8_is_refused_with_its_place() -> None:
    assert flaws(b"a: 1\nname: M\xfcller\n") == [("not-utf-8", 2, 8)]


def test_the_column_is_counted_in_letters_not_in_bytes() -> None:
    assert flaws("a: 1\nname: 王芳\udcff\n".encode(errors="surrogateescape")) == [("not-utf-8", 2, 9)]


def test_an_invisible_byte_order_mark_inside_a_file_is_refused() -> None:
    assert flaws("a: 1\n\ufefflevel: urgent\n".encode()) == [("yaml-character", 2, 1)]


def test_all_faults_of_the_syntax_that_can_be_told_are_told_at_once() -> None:
    text = b"a: &x 1\na: 2\nb: *x\nc: !t 3\n"
    assert [key for key, _, _ in flaws(text)] == ["tag-or-anchor", "duplicate-key", "alias", "tag-or-anchor"]


def test_a_bomb_of_aliases_is_refused_without_growing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    reading = yamltext.parse_yaml("\n".join(lines).encode(), with_places=False)
    assert {fault.key for fault, _ in reading.flaws} == {"tag-or-anchor", "alias"}
    assert len(str(reading.root)) < 10_000


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_nesting_without_end_is_refused_without_crashing(opening: str) -> None:
    assert ("too-deep", 1) in [(key, line) for key, line, _ in flaws(opening.encode() * 100_000)]


def test_what_stood_before_a_syntax_error_is_kept() -> None:
    reading = yamltext.parse_yaml(
        b"a: 1\nhistory:\n  - {at: now, did: open}\n  - {at: then\n", with_places=False
    )
    assert reading.root == {"a": "1", "history": [{"at": "now", "did": "open"}, {"at": "then"}]}


def test_texts_stay_what_was_typed_and_only_null_is_resolved() -> None:
    text = (
        b"a: NO\nb: 1:30\nc: +8613800138000\nd: 00812331\ne: 12E3\nf: ~\ng:\nh: null\ni: '~'\nj: 2026-02-30\n"
    )
    assert yamltext.parse_yaml(text, with_places=False).root == {
        "a": "NO",
        "b": "1:30",
        "c": "+8613800138000",
        "d": "00812331",
        "e": "12E3",
        "f": None,
        "g": None,
        "h": None,
        "i": "~",
        "j": "2026-02-30",
    }


def test_a_file_with_windows_line_ends_and_a_byte_order_mark_is_read() -> None:
    data = b"\xef\xbb\xbf" + A_FILE.replace(b"\n", b"\r\n")
    reading = yamltext.parse_yaml(data, with_places=True)
    assert reading.flaws == []
    assert reading.root == yamltext.parse_yaml(A_FILE, with_places=False).root


def test_a_line_of_equals_signs_in_a_text_is_no_conflict() -> None:
    case = a_case(description="Above\n=======\nbelow\n<<<<<<< HEAD\n")
    assert flaws(new_text.case_yaml(case).encode()) == []
