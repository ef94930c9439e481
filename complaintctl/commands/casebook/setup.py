"""What a new casebook is told of its team: language, time zone, office hours, people; typed, or asked on a terminal."""

import functools
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final, TypeVar

from complaintctl.commands import session
from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import Person, Policy
from complaintctl.domain.policy_check.calendar_faults import is_zone
from complaintctl.domain.worktime import calendars
from complaintctl.errors import Misspelt
from complaintctl.render.sentences import sentences
from complaintctl.render.text import labels, language
from complaintctl.render.text.language import Language, _
from complaintctl.storage.git import git

T = TypeVar("T")
Hours = dict[str, tuple[str, ...]]

BY_THE_CLOCK: Final = "always"
_ALWAYS: Final = ([BY_THE_CLOCK], ["自然时间"], ["按自然时间"])
# In Chinese a week is told from one of its days to another, or by some of them.
_DAYS_ZH: Final = "一二三四五六日天"
_DAY_ZH: Final = re.compile(f"(?:周|星期|礼拜)?([{_DAYS_ZH}])")
_TO_ZH: Final = re.compile("[至到~—–]")
# The answer that names nobody and nothing.
NONE: Final = "-"
# Chinese keyboards have wide forms of both.
_PARTS: Final = re.compile("[;；]")
_ITEMS: Final = re.compile("[,，、]")
_PERSON_PARTS: Final = ("name", "email", "roles", "department")


def asked(question: str, default: str, read: Callable[[str], T]) -> T:
    """The answer as `read` understands it; what it cannot understand is said, and the question asked again."""
    while True:
        try:
            return read(session.ask(question, default))
        except Misspelt as error:
            session.say(sentences.failure(error, None))


def language_of(typed: str | None, *, asking: bool) -> Language | None:
    """The casebook's language; None leaves that of the policy. An answer is the language of the next question."""
    if typed is not None:
        return _language(typed)
    if asking:
        language.use(asked(_("Language (en, zh)"), language.current(), _language))
        return language.current()
    # Whoever asks in Chinese is not to be answered in English from the next command on.
    return language.current() if language.current() != "en" else None


def _language(text: str) -> Language:
    found = language.understood(text)
    if found is None:
        raise Misspelt("unknown-choice", option="--lang", value=text, choices=list(language.LANGUAGES))
    return found


def zone_of(typed: str | None, policy: Policy, *, asking: bool) -> str | None:
    """The time zone; None leaves that of the policy."""
    if typed is not None:
        return _zone(typed)
    return asked(_("Time zone"), policy.timezone, _zone) if asking else None


def _zone(text: str) -> str:
    if not is_zone(text):
        raise Misspelt("unknown-zone", value=text)
    return text


def hours_of(typed: list[str] | None, policy: Policy, *, asking: bool) -> Hours | None:
    """Opening spans by weekday, empty for hours by the clock; None leaves what the policy counts on."""
    if typed is not None:
        return _hours(typed)
    if not asking:
        return None
    present = policy.calendars.get(policy.calendar)
    spans = present.hours.items() if present else ()
    default = "; ".join(" ".join((days, *texts)) for days, texts in spans if texts) or BY_THE_CLOCK
    question = _("Office hours, such as mon-fri 09:00-12:00 13:00-18:00, or always (by the clock)")
    answer = asked(question, default, lambda text: _hours([text]))
    return answer if answer != _hours([default]) else None


def _hours(texts: Iterable[str]) -> Hours:
    parts = [part.strip() for text in texts for part in _PARTS.split(text) if part.strip()]
    if parts in _ALWAYS:
        return {}
    hours: Hours = {}
    seen: list[int] = []
    for part in parts or [NONE]:
        days, *spans = _spelt(part).split()
        numbers = calendars.weekdays(days)
        seen += numbers or ()
        if numbers is None or len(seen) > len(set(seen)) or not calendars.opening_spans(spans):
            raise Misspelt("hours-spelling", value=part)
        hours[days] = tuple(spans)
    return hours


def _spelt(part: str) -> str:
    """Hours as a policy spells them, where Chinese weekdays and wide signs were typed."""
    text = _ITEMS.sub(",", _TO_ZH.sub("-", unicodedata.normalize("NFKC", part)))
    return _DAY_ZH.sub(lambda found: calendars.WEEKDAYS[min(_DAYS_ZH.index(found[1]), 6)], text)


def people_of(typed: list[str] | None, policy: Policy, folder: Path, *, asking: bool) -> dict[str, Person]:
    """The team; on a terminal who asks is proposed first, known by the address in their git identity."""
    if typed or not asking:
        return _people(policy, typed or ())
    return _asked_people(policy, git.configured_address(folder) or NONE)


def _people(policy: Policy, texts: Iterable[str]) -> dict[str, Person]:
    team: dict[str, Person] = {}
    for text in texts:
        parts = [part.strip() for part in _PARTS.split(text)]
        if _said(parts[0]) is None or len(parts) > len(_PERSON_PARTS):
            raise Misspelt("person-spelling", value=text)
        parts += [""] * (len(_PERSON_PARTS) - len(parts))
        name, address, roles, department = parts
        team[_new(name, known={*policy.people, *team})] = Person(
            email=_address(address), roles=_roles(policy, roles), department=_said(department)
        )
    return team


def _asked_people(policy: Policy, address: str) -> dict[str, Person]:
    team: dict[str, Person] = {}
    question = _("Team member, by the name that commands shall use (- for nobody)")
    while True:
        known = {*policy.people, *team}
        name = asked(question, address.partition("@")[0], functools.partial(_new, known=known))
        if name == NONE:
            return team
        email = asked(_("E-mail address of {name} in git (- for none)").format(name=name), address, _address)
        department = _("Department of {name} (- for none)").format(name=name)
        team[name] = Person(
            email=email, roles=_asked_roles(policy, name), department=asked(department, NONE, _said)
        )
        question, address = _("Another team member (- for nobody)"), NONE


def _asked_roles(policy: Policy, name: str) -> tuple[str, ...]:
    if not policy.roles:
        return ()
    question = _("Roles of {name}, of {roles} (- for none)")
    known = _(", ").join(labels.who(policy, role) for role in policy.roles)
    first = next(iter(policy.roles))
    return asked(question.format(name=name, roles=known), first, lambda text: _roles(policy, text))


def _said(text: str) -> str | None:
    return text if text not in {"", NONE} else None


def _new(name: str, *, known: Collection[str]) -> str:
    if name in known:
        raise Misspelt("person-twice", name=name)
    return name


def _address(text: str) -> str | None:
    if _said(text) and not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise Misspelt("no-address", value=text)
    return _said(text)


def _roles(policy: Policy, text: str) -> tuple[str, ...]:
    typed = (role.strip() for role in _ITEMS.split(text))
    roles = tuple(vocabulary.role_of(policy, role) for role in typed if _said(role))
    if roles and not policy.roles:
        raise Misspelt("no-roles", role=roles[0])
    for role in roles:
        if role not in policy.roles:
            raise vocabulary.unknown_role(policy, role)
    return tuple(dict.fromkeys(roles))
