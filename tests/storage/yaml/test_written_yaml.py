"""The fastest reading gives what libyaml gives, or refuses the file."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from complaintctl.storage.yaml import plain_yaml, written_yaml
from complaintctl.storage.yaml.quoting import scalar_text

# Pieces of which a file of a case, or one that is nearly one, is made.
PIECES = [
    *(
        "id: ",
        "history:\n",
        "  - {",
        "}\n",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ",",
        ": ",
        ":",
        "\n",
        " ",
        "  ",
        '"',
        "'",
        "#",
    ),
    *(
        "null",
        "~",
        "Null",
        "true",
        "12:30",
        "2024-09-21T12:50:10+08:00",
        "-",
        "- ",
        "?",
        "|\n",
        "|-\n",
        "&a",
        "*a",
        "!",
    ),
    *(
        "a",
        "b c",
        "订单号",
        "x",
        "\\",
        "\\n",
        "\\u00e9",
        "\t",
        "\u3000",
        "\u2028",
        "\ufeff",
        "%",
        "@",
        "`",
        ">",
        "0",
        ",0,",
    ),
    *("title: ", "set: {owner: [null, li.wei]}", "did: note", "  text\n", "---\n", "...\n", "=", "<<"),
]
TEXTS = st.text(st.sampled_from("ab 1.,:#'\"?!-{}[]|&*%@`~\\=<>\n\t。，（）订单 é\u3000\u2028"), max_size=12)
VALUES = st.recursive(
    st.none() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["at", "by", "单号"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def libyaml(data: bytes) -> Any:
    """What the reading without shortcut gives; an exception if it refuses the file."""
    try:
        return plain_yaml.read_plain_yaml(data)
    except (plain_yaml.NotPlainError, yaml.YAMLError) as error:
        return error


def flow(value: Any) -> str:
    """A value in one line as the program writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return "null" if value is None else scalar_text(value, in_flow=True)


def check(data: bytes) -> None:
    try:
        root = written_yaml.read_written_yaml(data)
    except written_yaml.NotWrittenError:
        return
    assert (root or None) == libyaml(data)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("history:\n  - {a: [{b: c}\n  - {d: e}]}\n  - {x: y}, {z: w}, {v: u}\n")
@example("a: |\n  b\n\n   c\n\nd: e\n")
@example('a: {b: "c": d}\n')
@example('a: {"b": c}\n')
@example("a: {b: c, b: d}\n")
@example("a: [b, 0]\n")
@example("null: a\n")
def test_pieces_of_a_file_are_read_as_libyaml_reads_them_or_not_at_all(text: str) -> None:
    check(text.encode())
    check(f"x: {{a: {text}}}\n".encode())
    check(f"x: {text}\n".encode())


@given(st.lists(VALUES, max_size=4), VALUES)
def test_what_the_program_writes_is_read_as_libyaml_reads_it(events: list[Any], value: Any) -> None:
    lines = "".join(f"  - {flow({'at': event, 'by': value})}\n" for event in events)
    check(f"title: {scalar_text(str(value), in_flow=False)}\nx: {flow(value)}\nhistory:\n{lines}".encode())


def test_the_files_of_the_casebook_of_this_project_are_read_so(pytestconfig: pytest.Config) -> None:
    files = [path.read_bytes() for path in (pytestconfig.rootpath / "cases").rglob("*.yaml")]
    read = 0
    for data in files:
        try:
            assert written_yaml.read_written_yaml(data) == libyaml(data)
            read += 1
        except written_yaml.NotWrittenError:
            continue
    assert read > 0
