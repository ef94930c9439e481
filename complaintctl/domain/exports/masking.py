"""Masks the texts of a case that may hold customer data; equal values stay equal, so that every figure stays the same."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from complaintctl.domain.case import fields, identity
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, TASK
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy.public_case import LEFT_OUT, is_public_value
from complaintctl.domain.reports.case_facts import parse_amount

# Letters only: digits could be read as a telephone number. No vowels, so that they make no word.
_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_TOKEN_LENGTH: Final = 10
# A trunk prefix and 14 digits: longer than any number, and the second digit makes no international prefix.
_PHONE_DIGITS: Final = 13
# RFC 2606: a name that no domain ever has.
_MASKED_DOMAIN: Final = "masked.invalid"
_TEXT_KINDS: Final = frozenset({"text", "texts", "entries"})
# The texts that somebody wrote in the entries of a list; the others are keys, names of the team and times.
_ENTRY_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "tasks": ("what", "result"),
    "actions": ("what",),
    "plan.measures": ("what", "who", "due"),
    "cause.fishbone": ("branch", "cause"),
    "attachments": ("file",),
}
# Between the key and the text in the name of a clock for a task or an action.
_CLOCK_SEPARATORS: Final = {TASK: ": ", ACTION: " ", ACTION_CHECK: " "}
_EVENT_TEXTS: Final = ("text", "reason", "file")
_SOURCE_TEXTS: Final = ("id", "row")


class Masking:
    """Replaces texts by `…` and letters that depend on the text and on a key; another key gives other letters."""

    def __init__(self, policy: Policy, key: bytes) -> None:
        self._policy, self._key = policy, key

    def mask_record(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Returns a case, as texts, lists and maps, with its texts masked."""
        masked: dict[str, Any] = {}
        for name, value in record.items():
            if name == "history":
                masked[name] = [self._mask_event(event) for event in value]
            elif name == "source":
                masked[name] = self._mask_entry(value, _SOURCE_TEXTS)
            elif isinstance(value, dict):
                masked[name] = {key: self._mask_field(f"{name}.{key}", inner) for key, inner in value.items()}
            else:
                masked[name] = self._mask_field(name, value)
        return masked

    def shown_text(self, name: str, text: str | None) -> str | None:
        """Returns the text of a field, masked if it may hold customer data."""
        return text if text is None or self._is_shown(name, text) else self._mask_text(name, text)

    def _mask_field(self, name: str, value: Any) -> Any:
        """Returns the value of a field, of one name and of any depth."""
        if name in _ENTRY_TEXTS:
            return [self._mask_entry(entry, _ENTRY_TEXTS[name]) for entry in value or []]
        if isinstance(value, list):
            return [self._mask_field(name, entry) for entry in value]
        if not isinstance(value, str) or self._is_shown(name, value):
            return value
        return self._mask_text(name, value)

    def _is_shown(self, name: str, text: str) -> bool:
        if name in {"promised", "links"} or fields.field_kinds().get(name, "text") not in _TEXT_KINDS:
            return True
        if name == "remedy.cost":
            return parse_amount(text) is not None
        return is_public_value(self._policy, name, text)

    def _mask_text(self, name: str, text: str) -> str:
        country = self._policy.country_code
        if name == identity.PHONE_FIELD and (phones := identity.parse_phones(text, country)):
            return " / ".join(f"{LEFT_OUT}{self._phone(phone.key)}" for phone in phones)
        if name == identity.EMAIL_FIELD and (addresses := sorted(identity.parse_emails(text))):
            return ", ".join(f"{self._token(address)}@{_MASKED_DOMAIN}" for address in addresses)
        return self._token(identity.comparable_text(name, text, country))

    def _mask_entry(self, entry: Mapping[str, Any], texts: tuple[str, ...]) -> dict[str, Any]:
        return {
            name: self._token(value) if name in texts and isinstance(value, str) else value
            for name, value in entry.items()
        }

    def _mask_event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        masked = self._mask_entry(event, _EVENT_TEXTS)
        changes: dict[str, Callable[[Any], Any]] = {
            "set": lambda pairs: {
                name: [self._mask_pair_value(name, value) for value in pair] for name, pair in pairs.items()
            },
            "tasks": lambda tasks: [self._mask_entry(task, _ENTRY_TEXTS["tasks"]) for task in tasks],
            "rungs": lambda rungs: [self._mask_rung(rung) for rung in rungs],
        }
        return {name: changes[name](value) if name in changes else value for name, value in masked.items()}

    def _mask_pair_value(self, name: str, value: Any) -> Any:
        return None if value is None else self._mask_field(name, value)

    def _mask_rung(self, rung: Mapping[str, Any]) -> dict[str, Any]:
        """Returns a rung that names its task or action as the clocks of the masked case do."""
        separator = _CLOCK_SEPARATORS.get(rung["step"])
        if separator is None or not isinstance(rung.get("what"), str):
            return dict(rung)
        first, _, words = rung["what"].partition(separator)
        return {**rung, "what": f"{first}{separator}{self._token(words)}"}

    def _token(self, text: str) -> str:
        number, letters = self._number(text), ""
        for _position in range(_TOKEN_LENGTH):
            number, place = divmod(number, len(_LETTERS))
            letters += _LETTERS[place]
        return f"{LEFT_OUT}{letters}"

    def _phone(self, text: str) -> str:
        number = self._number(text)
        return f"0{2 + number % 8}{number // 8 % 10**_PHONE_DIGITS:0{_PHONE_DIGITS}}"

    def _number(self, text: str) -> int:
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._key, digest_size=16)
        return int.from_bytes(digest.digest(), "big")
