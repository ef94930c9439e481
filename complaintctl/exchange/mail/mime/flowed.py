"""Joins the lines of text that is `format=flowed` (RFC 3676)."""

from typing import Final

_SIGNATURE: Final = "-- "


def join_flowed_lines(text: str, *, deletes_space: bool) -> str:
    """Returns the text with one line per paragraph; quoted lines keep their marks (`>> `)."""
    joined: list[str] = []
    pieces: list[str] = []
    depth_before = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if pieces and (depth != depth_before or content == _SIGNATURE):
            joined.append(_quote("".join(pieces), depth_before))
            pieces = []
        is_flowed = content.endswith(" ") and content != _SIGNATURE
        pieces.append(content[:-1] if is_flowed and deletes_space else content)
        depth_before = depth
        if not is_flowed:
            joined.append(_quote("".join(pieces), depth))
            pieces = []
    if pieces:
        joined.append(_quote("".join(pieces), depth_before))
    return "\n".join(joined)


def _quote(content: str, depth: int) -> str:
    return f"{'>' * depth} {content}" if depth else content
