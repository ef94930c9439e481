"""What `lint --personal` finds: kind and place of personal data, masked; and which findings the team allows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as declare_field
from datetime import date
from typing import Final

from complaintctl.domain.privacy.linting.personal_texts import PersonalKind, plain_signs
from complaintctl.domain.problems import Fault

_SHOWN_START: Final = 3
_SHOWN_END: Final = 4
_FEW: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class LintFinding:
    """Personal data in a place that is not meant for them; `line` and `column` start at 1.

    `field` is the dotted field of a case, or `file-name`, `text`, `message`, `branch` elsewhere. `found` is the text
    itself, which is never printed.
    """

    kind: PersonalKind
    file: str
    line: int
    column: int
    field: str
    found: str = declare_field(repr=False)
    case_id: str | None = None
    commit: str | None = None

    @property
    def masked(self) -> str:
        """The text with enough signs hidden that nobody can use it."""
        return mask_text(self.kind, self.found)


def mask_text(kind: PersonalKind, text: str) -> str:
    """Returns a text that shows its kind and perhaps which one it is, but not what it says: `138****8000`."""
    text = " ".join(plain_signs(text).split())
    if kind == "email":
        return f"{text[:1]}***@***.{text.rpartition('.')[2]}" if "@" in text else f"{text[:1]}***"
    if kind == "bank-card":
        return f"{'*' * 4}{text[-_SHOWN_END:]}"
    if kind == "phone" or (kind == "customer" and any(map(str.isdecimal, text[1:]))):
        digits = "".join(filter(str.isdecimal, text))
        shown = (_SHOWN_START, _SHOWN_END) if len(digits) > _FEW else (1, 2)
        return f"{digits[: shown[0]]}****{digits[-shown[1] :]}"
    if kind == "address":
        return f"{text[:2]}***"
    return f"{text[:1]}***" if kind == "customer" else f"{text[:2]}***{text[-1:]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowedText:
    """One entry of the allow-list: what may stand where, why, who says so, and until when.

    `text` is the exact text or its masked form; `pattern` has `*` and `?` as in file names. `where` is such a pattern of
    files (`templates/*`), of `commit HASH` or `branch NAME`, or a case id; without it, everywhere.
    """

    text: str | None = None
    pattern: str | None = None
    kind: PersonalKind | None = None
    where: str | None = None
    reason: str
    who: str
    until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowFile:
    """The content of an allow-list."""

    allowed: tuple[AllowedText, ...] = ()


class AllowList:
    """The entries of an allow-list on one day, and which of them have matched so far."""

    def __init__(self, entries: Iterable[AllowedText], day: date) -> None:
        self.entries = tuple(entries)
        self._day = day
        self._used: set[int] = set()
        self._ended: set[int] = set()

    def allow(self, finding: LintFinding) -> AllowedText | None:
        """Returns the entry that allows a finding, or None."""
        for index, entry in enumerate(self.entries):
            if not _matches(entry, finding):
                continue
            if entry.until is None or entry.until >= self._day:
                self._used.add(index)
                return entry
            self._ended.add(index)
        return None

    def faults(self, *, whole: bool) -> Iterator[Fault]:
        """Yields a warning for each entry that has ended while its text is still there.

        If the `whole` casebook was looked at, also for each that matched nothing.
        """
        for index, entry in enumerate(self.entries):
            path: tuple[str | int, ...] = ("allowed", index)
            if index in self._ended and index not in self._used:
                yield Fault(key="allow-ended", path=path, values={"until": entry.until}, warning=True)
            elif whole and index not in self._used:
                yield Fault(key="allow-unused", path=path, warning=True)


def _matches(entry: AllowedText, finding: LintFinding) -> bool:
    if entry.kind is not None and entry.kind != finding.kind:
        return False
    if entry.where is not None and not _is_there(entry.where, finding):
        return False
    found = finding.found.strip()
    if entry.text is not None:
        return entry.text.strip() in {found, finding.masked}
    return entry.pattern is not None and _fits(entry.pattern.casefold(), found.casefold())


def _is_there(where: str, finding: LintFinding) -> bool:
    if finding.commit is not None:
        return _fits(f"{where}*", f"commit {finding.commit}")
    return finding.case_id == where or _fits(where, finding.file)


def _fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern in which `*` stands for any signs and `?` for one."""
    whole = re.escape(re.sub(r"\*+", "*", pattern)).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(whole, text, re.DOTALL) is not None
