"""Makes names of attachments that are safe as file names on every system and in every table."""

import re
import unicodedata
from collections.abc import Container
from typing import Final

from complaintctl.exchange.mail.mime.header_words import clean_line

MAX_NAME_CHARACTERS: Final = 100
# File systems allow 255 bytes.
MAX_NAME_BYTES: Final = 240
_MAX_ENDING: Final = 12
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
# Names of devices, with any ending: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICE: Final = re.compile(
    r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³]|CONIN\$|CONOUT\$)\s*(\..*)?", re.IGNORECASE
)
# A spreadsheet runs a cell that begins with such a sign; a program takes `-` for an option.
_FORMULA: Final = ("=", "+", "-", "@", "~")
_ENDINGS: Final = {
    "application/json": ".json",
    "application/msword": ".doc",
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    "application/x-pkcs7-signature": ".p7s",
    "application/zip": ".zip",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/directory": ".vcf",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/x-vcalendar": ".ics",
    "text/xml": ".xml",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}


def safe_file_name(wanted: str | None, content_type: str, number: int) -> str:
    """A file name without a path, control characters, device names or formulas; `attachment-3.pdf` if nothing is left."""
    name = clean_line(unicodedata.normalize("NFC", wanted or ""))
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = "".join(
        character for character in name if unicodedata.category(character) not in {"Cf", "Co", "Cn"}
    )
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if not name:
        return f"attachment-{number}{_ENDINGS.get(content_type, '.bin')}"
    if _DEVICE.fullmatch(name) or name.startswith(_FORMULA):
        name = f"_{name}"
    return _shorten(name, "")


def distinct_file_name(name: str, taken: Container[str]) -> str:
    """The name, with a number if another attachment has it; `taken` are names in lower case."""
    number, candidate = 1, name
    while candidate.casefold() in taken:
        number += 1
        candidate = _shorten(name, f" ({number})")
    return candidate


def _shorten(name: str, suffix: str) -> str:
    """The name with a suffix before its ending, within the limits of characters and bytes."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _MAX_ENDING:
        stem, dot, ending = name, "", ""
    tail = f"{suffix}{dot}{ending}"
    stem = stem[: MAX_NAME_CHARACTERS - len(tail)]
    while len((stem + tail).encode()) > MAX_NAME_BYTES:
        stem = stem[:-1]
    return stem.rstrip(" .") + tail if stem.strip(" .") else f"_{tail}"
