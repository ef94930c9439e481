"""The settings of a new casebook: language, time zone, office hours, people; from options, or asked on a terminal."""

import functools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final, TypeVar

from complaintctl.commands.session import ask_user, print_message
from complaintctl.domain.case import list_separators, vocabulary
from complaintctl.domain.policy.policy import Person, Policy
from complaintctl.domain.policy_check.calendar_faults import is_time_zone
from complaintctl.domain.worktime import calendars
from complaintctl.errors import InvalidInput
from complaintctl.render.sentences import sentences
from complaintctl.render.text import labels, language
from complaintctl.render.text.language import Language, _
from complaintctl.storage.git import git

T = TypeVar("T")
OfficeHours = dict[str, tuple[str, ...]]

BY_THE_CLOCK: Final = "always"
_ALWAYS: Final = ([BY_THE_CLOCK], ["自然时间"], ["按自然时间"])
# Chinese weekdays: single (周一), as a range (周一至周五), or as a list.
_DAYS_ZH: Final = "一二三四五六日天"
_DAY_ZH: Final = re.compile(f"(?:周|星期|礼拜)?([{_DAYS_ZH}])")
_TO_ZH: Final = re.compile("[至到~—–]")
# The answer for `none`.
NO_ANSWER: Final = "-"
_PERSON_PARTS: Final = ("name", "email", "roles", "department")


def ask_until_valid(question: str, default: str, read: Callable[[str], T]) -> T:
    """Ask until `read` accepts the answer, and return its result; prints the error of each InvalidInput."""
    while True:
        try:
            return read(ask_user(question, default))
        except InvalidInput as error:
            print_message(sentences.failure_text(error, None))


def choose_language(typed: str | None, *, asking: bool) -> Language | None:
    """Returns the casebook's language, or None to keep the policy's. An answer also sets the language of the next questions."""
    if typed is not None:
        return _parse_language(typed)
    if asking:
        language.set_language(
            ask_until_valid(_("Language (en, zh)"), language.current_language(), _parse_language)
        )
        return language.current_language()
    # If the current language is not English, store it, so that later commands use it, too.
    return language.current_language() if language.current_language() != "en" else None


def _parse_language(text: str) -> Language:
    parsed = language.parse_language(text)
    if parsed is None:
        raise InvalidInput("unknown-choice", option="--lang", value=text, choices=list(language.LANGUAGES))
    return parsed


def choose_timezone(typed: str | None, policy: Policy, *, asking: bool) -> str | None:
    """Returns the time zone, or None to keep that of the policy."""
    if typed is not None:
        return _parse_timezone(typed)
    return ask_until_valid(_("Time zone"), policy.timezone, _parse_timezone) if asking else None


def _parse_timezone(text: str) -> str:
    if not is_time_zone(text):
        raise InvalidInput("unknown-zone", value=text)
    return text


def choose_office_hours(typed: list[str] | None, policy: Policy, *, asking: bool) -> OfficeHours | None:
    """Returns opening spans by weekdays; empty means `always`; None keeps the hours of the policy."""
    if typed is not None:
        return _parse_hours(typed)
    if not asking:
        return None
    current_calendar = policy.calendars.get(policy.calendar) if isinstance(policy.calendar, str) else None
    spans = current_calendar.hours.items() if current_calendar else ()
    default = "; ".join(" ".join((days, *texts)) for days, texts in spans if texts) or BY_THE_CLOCK
    question = _("Office hours, such as mon-fri 09:00-12:00 13:00-18:00, or always (around the clock)")
    answer = ask_until_valid(question, default, lambda text: _parse_hours([text]))
    return answer if answer != _parse_hours([default]) else None


def _parse_hours(texts: Iterable[str]) -> OfficeHours:
    parts = [part for text in texts for part in list_separators.split_parts(text) if part]
    if parts in _ALWAYS:
        return {}
    hours: OfficeHours = {}
    seen_weekdays: list[int] = []
    for part in parts or [NO_ANSWER]:
        days, *spans = _normalise_hours(part).split()
        weekdays = calendars.parse_weekdays(days)
        seen_weekdays += weekdays or ()
        if (
            weekdays is None
            or len(seen_weekdays) > len(set(seen_weekdays))
            or not calendars.parse_opening_spans(spans)
        ):
            raise InvalidInput("hours-spelling", value=part)
        hours[days] = tuple(spans)
    return hours


def _normalise_hours(part: str) -> str:
    """Returns hours as a policy spells them; converts Chinese weekdays and full-width characters."""
    text = _TO_ZH.sub("-", unicodedata.normalize("NFKC", part)).replace("、", ",")
    return _DAY_ZH.sub(lambda match: calendars.WEEKDAYS[min(_DAYS_ZH.index(match[1]), 6)], text)


def choose_people(
    typed: list[str] | None, policy: Policy, folder: Path, *, asking: bool
) -> dict[str, Person]:
    """Returns the people of the team by key; on a terminal, proposes the user first, by git's user.email."""
    if typed or not asking:
        return _parse_people(policy, typed or ())
    return _ask_people(policy, git.configured_email(folder) or NO_ANSWER)


def _parse_people(policy: Policy, texts: Iterable[str]) -> dict[str, Person]:
    team: dict[str, Person] = {}
    for text in texts:
        parts = list_separators.split_parts(text)
        if _text_or_none(parts[0]) is None or len(parts) > len(_PERSON_PARTS):
            raise InvalidInput("person-spelling", value=text)
        parts += [""] * (len(_PERSON_PARTS) - len(parts))
        name, address, roles, department = parts
        team[_check_new_name(name, known={*policy.people, *team})] = Person(
            email=_parse_address(address),
            roles=_parse_roles(policy, roles),
            department=_text_or_none(department),
        )
    return team


def _ask_people(policy: Policy, address: str) -> dict[str, Person]:
    team: dict[str, Person] = {}
    question = _("Team member, by the name that commands shall use (- for nobody)")
    while True:
        known = {*policy.people, *team}
        # D-037: proposes what `by:` would record.
        name = ask_until_valid(
            question, address.partition("@")[0], functools.partial(_check_new_name, known=known)
        )
        if name == NO_ANSWER:
            return team
        email = ask_until_valid(
            _("E-mail address of {name} in git (- for none)").format(name=name), address, _parse_address
        )
        department = _("Department of {name} (- for none)").format(name=name)
        team[name] = Person(
            email=email,
            roles=_ask_roles(policy, name),
            department=ask_until_valid(department, NO_ANSWER, _text_or_none),
        )
        question, address = _("Another team member (- for nobody)"), NO_ANSWER


def _ask_roles(policy: Policy, name: str) -> tuple[str, ...]:
    if not policy.roles:
        return ()
    question = _("Roles of {name}, of {roles} (- for none)")
    with language.keys_shown():
        role_names = _(", ").join(labels.party_label(policy, role) for role in policy.roles)
    # D-037: the first role of the policy.
    default_role = next(iter(policy.roles))
    return ask_until_valid(
        question.format(name=name, roles=role_names), default_role, lambda text: _parse_roles(policy, text)
    )


def _text_or_none(text: str) -> str | None:
    return text if text not in {"", NO_ANSWER} else None


def _check_new_name(name: str, *, known: Collection[str]) -> str:
    if name in known:
        raise InvalidInput("person-twice", name=name)
    return name


def _parse_address(text: str) -> str | None:
    if _text_or_none(text) and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise InvalidInput("no-address", value=text)
    return _text_or_none(text)


def _parse_roles(policy: Policy, text: str) -> tuple[str, ...]:
    typed = list_separators.split_items(text)
    roles = tuple(vocabulary.parse_role(policy, role) for role in typed if _text_or_none(role))
    if roles and not policy.roles:
        raise InvalidInput("no-roles", role=roles[0])
    for role in roles:
        if role not in policy.roles:
            raise vocabulary.unknown_role_error(policy, role)
    return tuple(dict.fromkeys(roles))
