"""Makes readable text of HTML: without scripts, styles and hidden text; links and pictures stay readable."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import lxml.etree
import lxml.html
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

# A larger page takes too long in the library, and one that is nested deeper is cut by it.
MAX_PAGE_CHARACTERS: Final = 1_000_000
MAX_DEPTH: Final = 200
MAX_MARKED_LEVELS: Final = 10
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|(?:max-height|font-size|opacity)\s*:\s*0(?:\.0+)?(?:px|pt|em|%)?\s*(?:!|;|$)",
    re.IGNORECASE,
)
_PRE: Final = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_NO_TEXT: Final = ("script", "style", "head", "template", "noscript", "object", "iframe", "svg", "math")
# Cells of a table stand side by side in the library, padded to one width: a letter in layout tables becomes
# unreadable, and a table with one long cell as large as memory.
_BLOCKS: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "caption"})
_CELLS: Final = frozenset({"td", "th"})
_SETTINGS: Final = ParserConfig(css=CSS_PROFILES["strict"], display_images=False, display_links=False)
_WORD: Final = re.compile(r"\w+")
_MANY_EMPTY_LINES: Final = re.compile(r"\n{3,}")
# Some words may be lost in the comparison: the library writes numbers and marks of its own.
_KEPT_SHARE: Final = 0.99
_QUOTE_BEGIN: Final = "\ue0f0"
_QUOTE_END: Final = "\ue0f1"


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page; `hidden_words` were in hidden elements; `is_plain` if only the tags were removed."""

    text: str
    hidden_words: int
    is_plain: bool


def convert_page(page: str) -> PageText:
    """Returns the text of an HTML page; whatever the library loses words of is converted by removing the tags."""
    clean = _CONTROL.sub("", page).replace(_QUOTE_BEGIN, "").replace(_QUOTE_END, "")
    if len(clean) > MAX_PAGE_CHARACTERS:
        return PageText(_tidy(_remove_tags(clean)), 0, is_plain=True)
    try:
        tree = lxml.html.document_fromstring(clean.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
        if _depth(tree) > MAX_DEPTH:
            return PageText(_tidy(_remove_tags(clean)), 0, is_plain=True)
        hidden = _prepare_tree(tree)
        text = _tidy(_mark_quotes(Inscriptis(tree, _SETTINGS).get_text()))
    except (lxml.etree.LxmlError, ValueError, KeyError, IndexError, TypeError, RecursionError):
        return PageText(_tidy(_remove_tags(clean)), 0, is_plain=True)
    plain = _remove_tags(clean)
    if _word_count(text) + hidden < _word_count(plain) * _KEPT_SHARE - 1:
        return PageText(_tidy(plain), 0, is_plain=True)
    return PageText(text, hidden, is_plain=False)


def _word_count(text: str) -> int:
    """Characters of words, since words are cut and joined by tags."""
    return sum(map(len, _WORD.findall(text)))


def _depth(tree: lxml.html.HtmlElement) -> int:
    depth = deepest = 0
    for event, _element in lxml.etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _prepare_tree(tree: lxml.html.HtmlElement) -> int:
    """Removes what is not shown and writes out links, pictures and quotes; returns the size of the hidden words."""
    lxml.etree.strip_elements(tree, lxml.etree.Comment, *_NO_TEXT, with_tail=False)
    hidden = 0
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        if _is_hidden(element) and element.getparent() is not None:
            hidden += _word_count(element.text_content())
            element.drop_tree()
            continue
        _write_out(element)
        style = element.attrib.get("style", "")
        element.attrib.clear()
        if _PRE.search(style):
            element.attrib["style"] = "white-space: pre"
    return hidden


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.attrib.get("style", "")[:2000]))


def _write_out(element: lxml.html.HtmlElement) -> None:
    match element.tag:
        case "a" if target := _link_target(element):
            _append_text(element, f" <{target}>")
        case "img" | "area" if alternative := " ".join(element.attrib.get("alt", "").split()):
            element.tail = f"[{alternative}]{element.tail or ''}"
        case "blockquote":
            _write_quote(element)
        case "ul" | "ol" | "dl" if _is_deep(element, "ul", "ol", "dl"):
            element.tag = "div"
        case tag if tag in _BLOCKS:
            element.tag = "div"
        case tag if tag in _CELLS:
            element.tag = "span"
            element.tail = f" {element.tail or ''} "
        case "input" | "textarea" | "button":
            element.tail = f" {element.attrib.get('value', '')} {element.tail or ''}"


def _link_target(element: lxml.html.HtmlElement) -> str:
    """The target of a link, unless it is inside of the page or already its text."""
    target = "".join(element.attrib.get("href", "").split())
    is_foreign = target.lower().startswith(("http://", "https://", "mailto:", "tel:", "ftp://"))
    shown = "".join(element.text_content().split())
    bare = re.sub(r"^(https?://|mailto:|tel:|ftp://)", "", target, flags=re.IGNORECASE).rstrip("/")
    return "" if not is_foreign or not bare or bare in shown else target


def _append_text(element: lxml.html.HtmlElement, text: str) -> None:
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}{text}"
    else:
        element.text = f"{element.text or ''}{text}"


def _is_quote(element: lxml.html.HtmlElement) -> bool:
    """Mail programs mark quoted mails so; a plain `blockquote` may be an indented paragraph."""
    marks = element.attrib.get("class", "").lower()
    return element.attrib.get("type", "").lower() == "cite" or "quote" in marks or "cite" in element.attrib


def _write_quote(element: lxml.html.HtmlElement) -> None:
    if _is_quote(element) and not _is_deep(element, "blockquote"):
        _wrap_quote(element)
    else:
        element.tag = "div"


def _is_deep(element: lxml.html.HtmlElement, *tags: str) -> bool:
    """Each level puts marks before every line: a page of hundreds of levels would become as large as memory."""
    return sum(1 for _ancestor in element.iterancestors(*tags)) >= MAX_MARKED_LEVELS


def _wrap_quote(element: lxml.html.HtmlElement) -> None:
    begin, end = lxml.html.Element("div"), lxml.html.Element("div")
    begin.text, end.text = _QUOTE_BEGIN, _QUOTE_END
    begin.tail, element.text = element.text, None
    element.insert(0, begin)
    element.append(end)


def _mark_quotes(text: str) -> str:
    """Puts `> ` before the lines of quoted mails."""
    return "\n".join(_quoted_lines(text))


def _quoted_lines(text: str) -> Iterator[str]:
    """Yields the lines, an empty one before and after a quote, and none at its beginning and end."""
    depth = empty = 0
    is_first = True
    for line in text.split("\n"):
        change = line.count(_QUOTE_BEGIN) - line.count(_QUOTE_END)
        content = line.replace(_QUOTE_BEGIN, "").replace(_QUOTE_END, "")
        if change:
            depth, empty, is_first = max(depth + change, 0), 1, change > 0
        if not content.strip():
            empty += not change
            continue
        marks = ">" * depth
        separator = marks if depth and not is_first else ""
        yield from [separator] * min(empty, 1)
        empty, is_first = 0, False
        yield f"{marks} {content}" if depth else content


def _remove_tags(page: str) -> str:
    """The text between the tags; each step is linear in the length of the page."""
    text = _cut_between(page, "<!--", "-->")
    for name in ("script", "style", "head", "title"):
        text = _cut_between(text, f"<{name}", f"</{name}")
    text = re.sub(r"<(?:br|/p|/div|/tr|/li|/h[1-6]|p|div|tr|li)\b[^<>]*>", "\n", text, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"</?[A-Za-z!?][^<>]*>", " ", text))


def _cut_between(page: str, begin: str, end: str) -> str:
    """Removes what is between two marks; a part that has no end is kept."""
    lower = page.lower()
    if len(lower) != len(page):
        return page
    kept: list[str] = []
    position = 0
    while (start := lower.find(begin, position)) >= 0:
        stop = lower.find(end, start + len(begin))
        if stop < 0:
            break
        kept.append(page[position:start])
        position = stop + (len(end) if end == "-->" else 0)
    return "".join([*kept, page[position:]])


def _tidy(text: str) -> str:
    """Without blanks at the ends of lines and without more than one empty line in a row."""
    lines = "\n".join(" ".join(line.split("\xa0")).rstrip() for line in text.split("\n"))
    return _MANY_EMPTY_LINES.sub("\n\n", lines).strip("\n")
