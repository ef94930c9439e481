"""Chooses what of the parts of an e-mail is its text, and what is an attachment."""

import re
from dataclasses import dataclass, field
from typing import Final

from complaintctl.exchange.mail.mime import tnef
from complaintctl.exchange.mail.mime.charsets import decode_text
from complaintctl.exchange.mail.mime.file_names import distinct_file_name, safe_file_name
from complaintctl.exchange.mail.mime.flowed import join_flowed_lines
from complaintctl.exchange.mail.mime.header_block import split_parameters
from complaintctl.exchange.mail.mime.header_words import decode_parameter
from complaintctl.exchange.mail.mime.html_text import convert_page
from complaintctl.exchange.mail.mime.mail_values import MailAttachment, MailLimits, MailNote
from complaintctl.exchange.mail.mime.part_tree import MailPart
from complaintctl.exchange.mail.mime.transfer import decode_transfer

# Texts that are files; every other kind of text is read as plain text, as RFC 2046 says for unknown ones.
_TEXT_FILES: Final = frozenset(
    {
        "text/calendar",
        "text/css",
        "text/csv",
        "text/directory",
        "text/javascript",
        "text/rfc822-headers",
        "text/rtf",
        "text/tab-separated-values",
        "text/vcard",
        "text/x-vcalendar",
        "text/x-vcard",
        "text/xml",
    }
)
# A third version of the same text, for pages that run programs.
_ACTIVE_PAGE: Final = "text/x-amp-html"
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_ENCRYPTED: Final = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
# Controls that no text has: a tab, line feed, form feed, carriage return and the escape of ISO 2022 are allowed.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_BINARY_SHARE: Final = 0.02
_MIME_NOTICE: Final = re.compile(rb"MIME|multi-?part", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,100}>")
_WORD: Final = re.compile(r"\w+")
# HTML is preferred to a plain alternative that has fewer letters than this share of the page.
_MIN_PLAIN_SHARE: Final = 0.5
_MIN_PAGE_LETTERS: Final = 80


@dataclass(slots=True)
class MailContents:
    """Texts and attachments of the parts so far, with notes; `is_page` if a text was converted from HTML.

    `charset` is that of the first text that is not ASCII: raw bytes in headers are usually in the same one.
    """

    limits: MailLimits
    texts: list[str] = field(default_factory=list)
    files: list[MailAttachment] = field(default_factory=list)
    attached_mails: list[bytes] = field(default_factory=list)
    attached_texts: list[tuple[bytes, str | None]] = field(default_factory=list)
    notes: list[MailNote] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    files_left_out: int = 0
    charset: str | None = None
    is_page: bool = False

    def add_note(self, key: str, **values: object) -> None:
        """Adds a note, unless the same one is there."""
        note = MailNote(key=key, values=values)
        if note not in self.notes:
            self.notes.append(note)

    def add_file(self, name: str | None, content_type: str, content: bytes) -> None:
        """Adds an attachment, or a note if it exceeds a limit."""
        safe = distinct_file_name(safe_file_name(name, content_type, len(self.files) + 1), self.taken)
        if len(content) > self.limits.file_bytes:
            self.add_note("mail-file-too-large", file=safe, size=len(content), limit=self.limits.file_bytes)
        elif len(self.files) >= self.limits.files:
            self.files_left_out += 1
        else:
            self.taken.add(safe.casefold())
            self.files.append(MailAttachment(name=safe, content_type=content_type, content=content))


def collect_contents(root: MailPart, limits: MailLimits) -> MailContents:
    """Returns the text and the attachments of an e-mail."""
    contents = MailContents(limits)
    _collect(root, contents, is_root=True)
    if contents.files_left_out:
        contents.add_note("mail-files-left-out", count=contents.files_left_out, limit=limits.files)
    return contents


def take_attached_text(contents: MailContents) -> str:
    """The text of the first attached text file, or an empty one."""
    return _decode(*contents.attached_texts[0], contents) if contents.attached_texts else ""


def _collect(part: MailPart, contents: MailContents, *, is_root: bool = False) -> None:
    for key in part.repairs:
        contents.add_note(key)
    if part.content_type in _ENCRYPTED:
        contents.add_note("mail-encrypted")
    if part.content_type == "multipart/alternative" and part.children:
        _collect_alternative(part, contents)
    elif part.children:
        for child in part.children:
            _collect(child, contents)
    else:
        _collect_leaf(part, contents, is_root=is_root)
    before, *after = part.surplus or (b"",)
    if before.strip() and not _MIME_NOTICE.search(before[:2000]):
        _add_plain(before, None, part, contents, in_front=True)
    for rest in after:
        if rest.strip():
            _add_plain(rest, None, part, contents)


def _collect_alternative(part: MailPart, contents: MailContents) -> None:
    """Takes the plain text, or the page if the plain text says much less."""
    outer, contents.texts = contents.texts, []
    outer_page, contents.is_page = contents.is_page, False
    plain: list[str] = []
    pages: list[str] = []
    for child in part.children:
        if child.content_type == _ACTIVE_PAGE and len(part.children) > 1:
            continue
        contents.texts, contents.is_page = [], False
        _collect(child, contents)
        (pages if contents.is_page else plain).extend(contents.texts)
    takes_page = bool(pages) and _says_less("\n".join(plain), "\n".join(pages))
    if takes_page and any(text.strip() for text in plain):
        contents.add_note("mail-plain-text-poor")
    contents.texts = outer + (pages if takes_page else plain)
    contents.is_page = outer_page or takes_page


def _says_less(plain: str, page: str) -> bool:
    in_plain, in_page = (sum(map(len, _WORD.findall(text))) for text in (plain, page))
    return not in_plain or (in_page >= _MIN_PAGE_LETTERS and in_plain < in_page * _MIN_PLAIN_SHARE)


def _collect_leaf(part: MailPart, contents: MailContents, *, is_root: bool) -> None:
    decoded = decode_transfer(part.body, part.encoding)
    name = _file_name(part)
    disposition = split_parameters(part.headers.first("content-disposition") or b"")[0]
    if decoded.is_damaged:
        contents.add_note("mail-part-damaged", type=part.content_type, file=name or "")
    is_attached = disposition == "attachment" or (name is not None and not is_root)
    is_text = _is_text_type(part.content_type) or (part.content_type.startswith("multipart/") and is_root)
    if part.content_type.startswith("multipart/") and not is_root:
        is_text = "mail-parts-left-out" not in part.repairs
    is_binary = is_text and _is_binary(decoded.content)
    if is_text and not is_attached and not is_binary:
        charset = decode_parameter(part.parameters, "charset")
        if part.content_type in _PAGES:
            _add_page(decoded.content, charset, contents)
        else:
            _add_plain(decoded.content, charset, part, contents)
    elif decoded.content or name:
        content_type = "application/octet-stream" if is_binary else part.content_type
        if content_type == "text/plain":
            contents.attached_texts.append((decoded.content, decode_parameter(part.parameters, "charset")))
        _add_attachment(part, name, content_type, decoded.content, contents)
    if decoded.rest.strip():
        _add_plain(decoded.rest, None, part, contents)


def _is_text_type(content_type: str) -> bool:
    is_plain = content_type.startswith("text/") and content_type not in _TEXT_FILES
    return is_plain or content_type in _PAGES


def _add_attachment(
    part: MailPart, name: str | None, content_type: str, content: bytes, contents: MailContents
) -> None:
    is_wrapped = content_type in tnef.CONTENT_TYPES or (name or "").lower() == "winmail.dat"
    if is_wrapped and _unwrap(content, contents):
        return
    if content_type in {"message/rfc822", "message/global"}:
        contents.attached_mails.append(content)
        name = name or "e-mail.eml"
    if part.content_type.startswith("multipart/"):
        name = name or "parts.eml"
    contents.add_file(name, content_type, content)


def _unwrap(content: bytes, contents: MailContents) -> bool:
    """Takes the texts and files out of a winmail.dat; False if the file itself must be kept."""
    wrapped = tnef.unwrap_tnef(content)
    if wrapped is None:
        contents.add_note("mail-winmail-unreadable")
        return False
    for file in wrapped.files:
        contents.add_file(file.name or None, _clean_type(file.content_type), file.content)
    text = wrapped.text.replace("\r\n", "\n") or (convert_page(wrapped.page).text if wrapped.page else "")
    if text.strip() and not any(other.strip() for other in contents.texts):
        contents.texts.append(text)
    contents.add_note("mail-winmail-unpacked", count=len(wrapped.files))
    if not wrapped.is_whole:
        contents.add_note("mail-winmail-partly")
    return wrapped.is_whole


def _clean_type(content_type: str) -> str:
    return (
        content_type.lower()
        if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", content_type)
        else "application/octet-stream"
    )


def _file_name(part: MailPart) -> str | None:
    _value, parameters = split_parameters(part.headers.first("content-disposition") or b"")
    charset = decode_parameter(part.parameters, "charset")
    name = decode_parameter(parameters, "filename", charset)
    return name or decode_parameter(part.parameters, "name", charset) or None


def _is_binary(content: bytes) -> bool:
    """Whether this is no text: many control characters, also if it is called text."""
    sample = content[:4096]
    if content[:4].startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return False
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", sample))
    return controls > max(len(sample) * _BINARY_SHARE, 2)


def _add_page(content: bytes, charset: str | None, contents: MailContents) -> None:
    match = re.search(rb"<meta[^<>]{0,200}charset=[\"']?([\w-]{1,40})", content[:4096], re.IGNORECASE)
    text = _decode(content, charset or (match[1].decode() if match else None), contents)
    page = convert_page(text)
    if page.hidden_words:
        contents.add_note("mail-hidden-text", characters=page.hidden_words)
    contents.is_page = True
    contents.texts.append(page.text)


def _add_plain(
    content: bytes, charset: str | None, part: MailPart, contents: MailContents, *, in_front: bool = False
) -> None:
    text = _decode(content, charset, contents)
    if decode_parameter(part.parameters, "format") == "flowed":
        delsp = (decode_parameter(part.parameters, "delsp") or "").lower() == "yes"
        text = join_flowed_lines(text, deletes_space=delsp)
    if part.content_type in {"text/enriched", "text/richtext"}:
        text = _TAG.sub("", text)
    contents.texts.insert(0 if in_front else len(contents.texts), text)


def _decode(content: bytes, charset: str | None, contents: MailContents) -> str:
    decoded = decode_text(content, charset)
    if decoded.charset != "ascii":
        contents.charset = contents.charset or decoded.charset
    if decoded.is_repaired or (charset is None and decoded.charset not in {"ascii", "utf-8"}):
        contents.add_note("mail-charset-repaired", declared=(charset or "")[:40], used=decoded.charset)
    if decoded.damaged:
        contents.add_note("mail-text-damaged", count=decoded.damaged)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    clean = _CONTROLS.sub("", text)
    if len(clean) != len(text):
        contents.add_note("mail-controls-removed", count=len(text) - len(clean))
    return clean
