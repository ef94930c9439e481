"""Restores the original spacing and line endings that ruamel's round trip would change."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from complaintctl.storage.yaml import yamltext


def normalize_for_ruamel(before: bytes) -> bytes:
    """The file with LF line endings (also after the last line), without byte order mark and without final `...`."""
    lines = before.removeprefix(yamltext.BYTE_ORDER_MARK).splitlines()
    while lines and lines[-1].rstrip() == b"...":
        lines.pop()
    return b"".join(line + b"\n" for line in lines)


def restore_line_endings(before: bytes, plain: bytes, changed: bytes) -> bytes:
    """Returns `changed` with unchanged lines as in `before`, and new lines with the line ending of the file."""
    own, ending = before.splitlines(keepends=True), b"\r\n" if b"\r\n" in before else b"\n"
    if not own[-1].endswith((b"\n", b"\r")):
        own[-1] += ending
    lines: list[bytes] = []
    after = changed.splitlines(keepends=True)
    for tag, start, end, first, last in _diff_opcodes(plain.splitlines(keepends=True), after):
        kept = own[start:end] if tag == "equal" else [line[:-1] + ending for line in after[first:last]]
        lines += kept
    return b"".join(lines)


def restore_spacing(original: bytes, untouched: bytes, changed: bytes) -> bytes:
    """Applies the change from `untouched` (the round trip) to `changed` to a file with its own spacing.

    Lines that the change does not touch are written as they are in the original (D-002).
    """
    own = _match_original_lines(original.splitlines(keepends=True), untouched.splitlines(keepends=True))
    before, after = untouched.splitlines(keepends=True), changed.splitlines(keepends=True)
    lines: list[bytes] = []
    for tag, start, end, first, last in _diff_opcodes(before, after):
        if tag != "equal":
            near = [(before[at], own[at][1]) for at in (start, start - 1, end) if 0 <= at < len(before)]
            lines += _indent_like_neighbour(after[first:last], near)
            continue
        index = start
        while index < end:
            length, stood = own[index]
            whole = length > 0 and index + length <= end
            lines += stood if whole else before[index : index + 1]
            index += length if whole else 1
    return b"".join([*lines, *own[len(before)][1]])


def _indent_like_neighbour(lines: list[bytes], near: list[tuple[bytes, list[bytes]]]) -> list[bytes]:
    """Indents new lines like a neighbour in the file. `near`: pairs of round-trip line and original lines."""
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
    """Per round-trip line: the length of the block that starts there, and the original lines of that block.

    Length 0: the line is inside a block. One extra entry holds the original lines after the last one.
    """
    own: list[tuple[int, list[bytes]]] = []
    left_out: list[bytes] = []
    squeezed = [[b"".join(line.split()) for line in lines] for lines in (original, untouched)]
    for _kind, first, last, start, end in _diff_opcodes(*squeezed):
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
