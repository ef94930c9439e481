"""Looks for personal data in the files of a casebook, staged files, commit messages and names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy.linting.case_texts import CaseText, case_texts, settings_texts
from complaintctl.domain.privacy.linting.customer_words import CustomerWords
from complaintctl.domain.privacy.linting.lint_findings import LintFinding, mask_text
from complaintctl.domain.privacy.linting.personal_texts import PersonalSpan, find_personal
from complaintctl.domain.problems import Problem
from complaintctl.storage.privacy.lint_customers import LintCustomers
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import YamlPosition

CASE_ID: Final = re.compile(r"C-\d{8}-[0-9A-HJKMNP-TV-Z]{5}")
# What is certain even in a field for serial numbers.
_CERTAIN: Final = frozenset({"email", "id-number"})
# Lines of a commit message that name colleagues: Signed-off-by, Co-authored-by, Reviewed-by …
_COLLEAGUE_LINE: Final = re.compile(r"^[A-Za-z-]+-by: .*$", re.MULTILINE)
# What git leaves out of a message that is being written.
_SCISSORS: Final = re.compile(r"^# -+ >8 -+$.*", re.MULTILINE | re.DOTALL)
_COMMENT: Final = re.compile(r"^#.*$", re.MULTILINE)
_NOT_TEXT: Final = b"\0"


@dataclass(slots=True)
class LintScan:
    """One run: what it found, the problems of files that could not be read, how many texts it has looked at.

    Files are named by their paths from the casebook's folder. `cases` keeps who the customer of each case is and which
    names of attachments its file records, for names and messages that are looked at later.
    """

    policy: Policy
    customers: LintCustomers
    findings: list[LintFinding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: int = 0
    cases: dict[str, CustomerWords] = field(default_factory=dict)
    recorded_names: dict[str, frozenset[str]] = field(default_factory=dict)
    _own: frozenset[str] = frozenset()
    _staff: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Collect what the policy itself says of the team: that is no finding."""
        people = [person for person in self.policy.people.values() if person]
        sender = self.policy.sender
        texts = [person.email for person in people]
        texts += [sender.phone, sender.email, sender.address]
        self._own = frozenset(_fold(text) for text in texts if text)
        self._staff = (*self.policy.people, *(person.name for person in people if person.name))

    def scan_file(self, name: str, data: bytes, place: str) -> None:
        """Look at a file: its name, and its content as a case or as plain text. `place`: its path for problems."""
        path = PurePosixPath(name)
        if path.parts[0] == "cases" and CASE_ID.fullmatch(path.stem) and path.suffix in {".yaml", ".yml"}:
            self._scan_yaml(name, data, place, path.stem)
        elif len(path.parts) == 1 and path.suffix == ".yaml":
            self._scan_yaml(name, data, place, None)
        elif path.parts[0] != "attachments" and _NOT_TEXT not in data:
            self.scan_text(name, data.decode(errors="replace"), "text", None)

    def remember_case(self, case_id: str, data: bytes) -> None:
        """Read who the customer of a case is, without looking at the rest of its file."""
        reading = yamltext.parse_yaml(data, with_places=False)
        if case_id not in self.cases and isinstance(reading.root, dict):
            self._remember(case_id, reading.root)

    def scan_name(self, name: str) -> None:
        """Look at the name of a file of a case, unless the file of the case records it, where it was looked at."""
        path = PurePosixPath(name)
        case_id = next((part for part in path.parts[:-1] if CASE_ID.fullmatch(part)), None)
        if path.name in self.recorded_names.get(case_id or "", ()):
            return
        self.texts += 1
        spans = list(self._spans(_spaced(path.name), case_id, certain_only=False))
        shown = path.with_name(_masked(path.name, spans)).as_posix() if spans else name
        for span in spans:
            self._add(shown, span, path.name, (1, 1), "file-name", case_id=case_id)

    def scan_branch(self, name: str) -> None:
        """Look at the name of a branch or tag."""
        self.texts += 1
        spans = list(find_personal(_spaced(name)))
        for span in spans:
            self._add(f"branch {_masked(name, spans)}", span, name, (1, 1), "branch")

    def scan_message(self, text: str, file: str, commit: str | None) -> None:
        """Look at a commit message; also for the customers of the cases that it names."""
        plain = _COLLEAGUE_LINE.sub(_blank, text)
        case_ids = dict.fromkeys(CASE_ID.findall(plain))
        self.scan_text(file, plain, "message", commit, [case for case in case_ids if case in self.cases])

    def scan_draft(self, text: str, file: str) -> None:
        """Look at the message of a commit that is being made, without git's own lines in it."""
        self.scan_message(_COMMENT.sub(_blank, _SCISSORS.sub("", text)), file, None)

    def scan_text(
        self, file: str, text: str, label: str, commit: str | None, case_ids: list[str] | None = None
    ) -> None:
        """Look at a text of several lines; `case_ids`: the cases whose customers to look for."""
        self.texts += 1
        spans = list(find_personal(text))
        for case_id in case_ids or ():
            spans += _other_spans(self.cases[case_id], text, spans)
        for span in spans:
            line = text.count("\n", 0, span.start) + 1
            column = span.start - (text.rfind("\n", 0, span.start) + 1) + 1
            self._add(file, span, text, (line, column), label, commit=commit)

    def _scan_yaml(self, name: str, data: bytes, place: str, case_id: str | None) -> None:
        """Look at a case, or (without an id) at the policy or another file beside it; comments are left alone."""
        reading = yamltext.parse_yaml(data, with_places=False)
        if reading.flaws:
            again = yamltext.parse_yaml(data, with_places=True)
            self.problems += [
                Problem(key=fault.key, values=fault.values, file=place, line=spot[0], column=spot[1])
                for fault, spot in again.flaws
            ]
            return
        if case_id is not None:
            self._remember(case_id, reading.root)
        texts = (
            case_texts(reading.root, self.policy.personal.level) if case_id else settings_texts(reading.root)
        )
        found = []
        for text in texts:
            self.texts += 1
            spans = list(self._spans(text.text, case_id, certain_only=text.is_number))
            if spans:
                found.append((text, spans))
        if found:
            self._place_findings(name, data, found, case_id)

    def _remember(self, case_id: str, root: Any) -> None:
        content = root.get("customer")
        customer = self.customers.customer_of(case_id, content) if isinstance(content, dict) else None
        if customer is not None:
            self.cases[case_id] = CustomerWords(customer, self._staff)
        attachments = root.get("attachments")
        if isinstance(attachments, list):
            names = (entry.get("file") for entry in attachments if isinstance(entry, dict))
            self.recorded_names[case_id] = frozenset(text for text in names if isinstance(text, str))

    def _spans(self, text: str, case_id: str | None, *, certain_only: bool) -> Iterator[PersonalSpan]:
        spans = [span for span in find_personal(text) if not certain_only or span.kind in _CERTAIN]
        yield from spans
        words = self.cases.get(case_id or "")
        if words is not None:
            yield from _other_spans(words, text, spans)

    def _place_findings(
        self, name: str, data: bytes, found: list[tuple[CaseText, list[PersonalSpan]]], case_id: str | None
    ) -> None:
        reading, finder = yamltext.parse_yaml(data, with_places=True), _TextFinder(data.decode())
        for text, spans in found:
            label = "file-name" if text.field == "attachments.file" else text.field
            start = reading.places.get(text.path) or (1, 1)
            for span in spans:
                place = finder.find(start, text.text[span.start : span.end])
                self._add(name, span, text.text, place, label, case_id=case_id)

    def _add(
        self,
        file: str,
        span: PersonalSpan,
        text: str,
        place: YamlPosition,
        label: str,
        *,
        case_id: str | None = None,
        commit: str | None = None,
    ) -> None:
        found = text[span.start : span.end]
        if _fold(found) in self._own:
            return
        self.findings.append(
            LintFinding(
                kind=span.kind,
                file=file,
                line=place[0],
                column=place[1],
                field=label,
                found=found,
                case_id=case_id,
                commit=commit,
            )
        )


class _TextFinder:
    """Finds texts in a file from a place on; what a scalar spells otherwise is found at the start of the scalar."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._lines = [0, *(match.end() for match in re.finditer("\n", raw))]
        self._last: tuple[YamlPosition, str, int] = ((0, 0), "", 0)

    def find(self, start: YamlPosition, text: str) -> YamlPosition:
        offset = self._lines[start[0] - 1] + start[1] - 1
        if self._last[:2] == (start, text):
            offset = self._last[2]
        at = self._raw.find(text, offset)
        if at < 0:
            return start
        self._last = (start, text, at + len(text))
        line = self._raw.count("\n", 0, at) + 1
        return line, at - self._lines[line - 1] + 1


def _other_spans(words: CustomerWords, text: str, known: list[PersonalSpan]) -> list[PersonalSpan]:
    """The customer in a text, where nothing else was found."""
    spans: list[PersonalSpan] = []
    for start, end in sorted(words.find(text)):
        if not any(start < span.end and span.start < end for span in (*known, *spans)):
            spans.append(PersonalSpan(kind="customer", start=start, end=end))
    return spans


def _masked(name: str, spans: list[PersonalSpan]) -> str:
    """Returns a name in which what was found is masked, for the place of a finding."""
    for span in sorted(spans, key=_start_of, reverse=True):
        name = name[: span.start] + mask_text(span.kind, name[span.start : span.end]) + name[span.end :]
    return name


def _start_of(span: PersonalSpan) -> int:
    return span.start


def _spaced(name: str) -> str:
    """Returns a name with blanks for the signs that join its words; its length stays."""
    return name.replace("-", " ").replace("_", " ")


def _fold(text: str) -> str:
    """Texts that differ only by case, blanks and the signs within numbers are one."""
    return re.sub(r"[\s()./-]", "", text).casefold().removeprefix("+86")


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
