"""The language of all text for people; set once, before any text is built."""

import contextlib
import gettext
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, get_args

from complaintctl.errors import InvalidInput

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
# Names that somebody may type when asked for a language.
_NAMES: Final[dict[str, Language]] = {"english": "en", "英文": "en", "英语": "en", "中文": "zh", "汉语": "zh"}
_DOMAIN: Final = "complaintctl"
_FOLDER: Final = Path(__file__).resolve().parents[2] / "locale"


class _Choice:
    """The current language and its catalogue; English needs none, for the message ids are English."""

    def __init__(self) -> None:
        self.language: Language = "en"
        self.catalogue: gettext.NullTranslations = gettext.NullTranslations()
        self.with_keys = False


_chosen = _Choice()


def set_language(language: Language) -> None:
    """Translate into this language from now on."""
    _chosen.language = language
    _chosen.catalogue = gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)


@contextlib.contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Translate into this language within the block, such as for a message to somebody else."""
    before = _chosen.language
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def use_language(name: str | None) -> None:
    """Translate into the language of --lang from now on, None keeps it; raises InvalidInput for an unsupported one."""
    if name is None:
        return
    chosen = parse_language(name)
    if chosen is None:
        raise InvalidInput("unknown-choice", option="--lang", value=name, choices=list(LANGUAGES))
    set_language(chosen)


def current_language() -> Language:
    """Returns the current language."""
    return _chosen.language


def show_keys(*, wanted: bool) -> None:
    """Show keys beside their labels from now on, or labels alone."""
    _chosen.with_keys = wanted


def are_keys_shown() -> bool:
    """Whether a label has its key beside it; in English, where the keys are words, always."""
    return _chosen.with_keys or _chosen.language == "en"


@contextlib.contextmanager
def keys_shown() -> Iterator[None]:
    """Show keys within the block or the decorated function, such as for what goes into a policy."""
    before = _chosen.with_keys
    _chosen.with_keys = True
    try:
        yield
    finally:
        _chosen.with_keys = before


def _(sentence: str) -> str:
    """Returns the message in the current language."""
    return _chosen.catalogue.gettext(sentence)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Returns the message in the current language, in the form for `count`."""
    return _chosen.catalogue.ngettext(singular, plural, count)


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for "translate this later"
    """Mark a message for the catalogue without translating it."""
    return sentence


def N_PLURAL(singular: str, plural: str) -> tuple[str, str]:  # noqa: N802 - as `N_`
    """Mark both forms of a message with a count for the catalogue without translating it."""
    return singular, plural


def parse_language(text: str | None) -> Language | None:
    """Returns the language that a setting names (`zh`, `zh_CN.UTF-8`, `en_GB`, `中文`), or None if unsupported."""
    short = (text or "").replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return _NAMES.get(short) or next((language for language in LANGUAGES if language == short), None)


def locale_language() -> Language | None:
    """Returns the language of the user's locale, or None if it is unset or unsupported."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return parse_language(value)
    return None
