"""The language of everything people read; chosen once, before any sentence is made."""

import gettext
import os
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["en", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
# As somebody would answer who is asked.
_NAMES: Final[dict[str, Language]] = {"english": "en", "英文": "en", "英语": "en", "中文": "zh", "汉语": "zh"}
_DOMAIN: Final = "complaintctl"
_FOLDER: Final = Path(__file__).resolve().parents[2] / "locale"


class _Choice:
    """The catalogue in use: English is what the code says."""

    def __init__(self) -> None:
        self.language: Language = "en"
        self.catalogue: gettext.NullTranslations = gettext.NullTranslations()


_chosen = _Choice()


def set_language(language: Language) -> None:
    """Speak this language from now on."""
    _chosen.language = language
    _chosen.catalogue = gettext.translation(_DOMAIN, _FOLDER, [language], fallback=True)


def current_language() -> Language:
    """The language in use."""
    return _chosen.language


def _(sentence: str) -> str:
    """The sentence in the language in use."""
    return _chosen.catalogue.gettext(sentence)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The sentence for that many."""
    return _chosen.catalogue.ngettext(singular, plural, count)


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for "translate this later"
    """Mark a sentence for the catalogue."""
    return sentence


def parse_language(text: str | None) -> Language | None:
    """The language that a setting names (`zh`, `zh_CN.UTF-8`, `en_GB`, `中文`), or None."""
    short = (text or "").replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return _NAMES.get(short) or next((language for language in LANGUAGES if language == short), None)


def locale_language() -> Language | None:
    """The language of the user's locale, or None where it is neither of ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return parse_language(value)
    return None
