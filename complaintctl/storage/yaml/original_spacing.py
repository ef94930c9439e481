"""Laying a change onto a file as a person wrote it: what the round trip would tidy up stays as it stood."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from complaintctl.storage.yaml import yamltext


def normalize_for_ruamel(before: bytes) -> bytes:
    """The file as ruamel takes it: lines that end in a line feed, the last one too; no byte order mark, no end."""
    lines = before.removeprefix(yamltext.BYTE_ORDER_MARK).splitlines()
    while lines and lines[-1].rstrip() == b"...":
        lines.pop()
    return b"".join(line + b"\n" for line in lines)


def restore_line_endings(before: bytes, plain: bytes, changed: bytes) -> bytes:
    """The change with every line that it left alone as it stood, and the others ending as the file's lines do."""
    own, ending = before.splitlines(keepends=True), b"\r\n" if b"\r\n" in before else b"\n"
    if not own[-1].endswith((b"\n", b"\r")):
        own[-1] += ending
    lines: list[bytes] = []
    after = changed.splitlines(keepends=True)
    for kind, start, end, first, last in _diff_opcodes(plain.splitlines(keepends=True), after):
        kept = own[start:end] if kind == "equal" else [line[:-1] + ending for line in after[first:last]]
        lines += kept
    return b"".join(lines)


def restore_spacing(original: bytes, untouched: bytes, changed: bytes) -> bytes:
    """The change laid onto a file whose own spacing the round trip would not keep.

    Lines that the change (untouched to changed) leaves alone are written as they stood in the original.
    """
    own = _match_original_lines(original.splitlines(keepends=True), untouched.splitlines(keepends=True))
    before, after = untouched.splitlines(keepends=True), changed.splitlines(keepends=True)
    lines: list[bytes] = []
    for kind, start, end, first, last in _diff_opcodes(before, after):
        if kind != "equal":
            near = [(before[at], own[at][1]) for at in (start, start - 1, end) if 0 <= at < len(before)]
            lines += _indent_like_neighbour(after[first:last], near)
            continue
        place = start
        while place < end:
            length, stood = own[place]
            whole = length > 0 and place + length <= end
            lines += stood if whole else before[place : place + 1]
            place += length if whole else 1
    return b"".join([*lines, *own[len(before)][1]])


def _indent_like_neighbour(lines: list[bytes], near: list[tuple[bytes, list[bytes]]]) -> list[bytes]:
    """New lines, as far in as a neighbour of theirs stands in the file: (its line in the round trip, its own)."""
    depth = _indent_width(lines[0]) if lines else 0
    shifts = [
        _indent_width(own) - depth
        for line, stood in near
        if _indent_width(line) == depth
        for own in stood
        if own.split()[:1] == line.split()[:1]
    ]
    if depth == 0 or not shifts or shifts[0] == 0:
        return lines
    shift, inside = shifts[0], [line.strip() != b"" and _indent_width(line) >= depth for line in lines]
    pairs = zip(lines, inside, strict=True)
    return [
        b" " * (_indent_width(line) + shift) + line.lstrip(b" ") if deep else line for line, deep in pairs
    ]


def _indent_width(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" "))


def _match_original_lines(original: list[bytes], untouched: list[bytes]) -> list[tuple[int, list[bytes]]]:
    """For each line of the round trip how many lines begin there that belong together, and how they stood.

    A length of 0 means that the line is inside of such lines. One more entry holds what stood at the end.
    """
    own: list[tuple[int, list[bytes]]] = []
    left_out: list[bytes] = []
    words = [[b"".join(line.split()) for line in lines] for lines in (original, untouched)]
    for _kind, first, last, start, end in _diff_opcodes(*words):
        stood, length = original[first:last], end - start
        if length == 0:
            left_out = stood
        elif last - first == length:
            own += [(1, [line]) for line in stood]
        else:
            own += [(length, stood), *[(0, [])] * (length - 1)]
        if left_out and length:
            own[start] = (own[start][0], [*left_out, *own[start][1]])
            left_out = []
    return [*own, (0, left_out)]


def _diff_opcodes(before: list[bytes], after: list[bytes]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
