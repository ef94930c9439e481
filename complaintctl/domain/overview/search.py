"""Search of words in a case, however its telephone and serial numbers are written."""

from collections.abc import Callable, Iterator
from typing import Final

from complaintctl.domain.case import fields, identity
from complaintctl.domain.case.case import Case

# A shorter word is searched letter by letter only: without its hyphens it would be found nearly everywhere.
_SHORTEST_NUMBER: Final = 4


def parse_search(words: str, country_code: str | None) -> Callable[[Case], bool]:
    """Returns whether a case contains every word, ignoring case and width, or the number that the words are."""
    # `+86 138 0013 8000` is one number and not four words.
    whole = identity.parse_contact(words, country_code).phones
    wanted = [(identity.fold_text(word), _number_part(word, country_code)) for word in words.split()]
    has_numbers = bool(whole) or any(number for _word, number in wanted)

    def accepts(case: Case) -> bool:
        texts = list(_searched_texts(case))
        plain = identity.fold_text("\n".join(texts))
        squeezed = "\n".join(map(identity.squeeze_text, texts)) if has_numbers else ""
        return any(number.national in squeezed for number in whole) or all(
            word in plain or (number and number in squeezed) for word, number in wanted
        )

    return accepts


def _number_part(word: str, country_code: str | None) -> str:
    """Returns what a number contains however it is written; "" for a word without enough digits."""
    if not any(map(str.isdigit, word)):
        return ""
    numbers = identity.parse_contact(word, country_code).phones
    part = numbers[0].national if numbers else identity.squeeze_text(word)
    return part if len(part) >= _SHORTEST_NUMBER else ""


def _searched_texts(case: Case) -> Iterator[str]:
    for name in fields.field_kinds():
        value = fields.value_at(case, name)
        if isinstance(value, str):
            yield value
    yield from (text for text in case.x.values() if text)
    for event in case.history:
        yield from (text for text in (event.text, event.reason) if text)
