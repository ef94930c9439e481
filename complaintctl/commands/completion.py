"""What the shell offers on Tab: ids from folder names alone, words from the policy; silent where neither is found."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from complaintctl.domain.policy.policy import Labels, Policy
from complaintctl.errors import Failure


class _Offered(str):
    """A word that fits though it may not begin as typed: Typer asks each one, and would drop it."""

    __slots__ = ()

    def startswith(self, *_typed: object) -> bool:
        return True


# A word, or a word with what it means.
Offer = str | tuple[str, str]


def fitting(words: Iterable[str], typed: str) -> list[Offer]:
    """The words that begin as typed, any case of letters."""
    return [_Offered(word) for word in words if word.lower().startswith(typed.lower())]


def case_ids(incomplete: str) -> list[Offer]:
    """Ids that contain what was typed: of open cases, and of closed ones where no open one fits."""
    from complaintctl.storage.case import casebook

    try:
        book = casebook.find(Path(os.environ.get("COMPLAINTCTL_DIR") or "."))
    except (Failure, OSError):
        return []
    part = incomplete.upper()
    lying_open = [name for name in casebook.case_ids(book, with_closed=False) if part in name]
    found = lying_open or [name for name in casebook.case_ids(book, with_closed=True) if part in name]
    return [_Offered(name) for name in found]


def _policy_words(field: str, typed: str) -> list[Offer]:
    from complaintctl.domain.case import fields, fixed_labels, vocabulary

    policy = policy_here()
    if policy is None:
        return []
    name = vocabulary.field_of(policy, field)
    if fields.kinds().get(name) == "truth":
        return with_labels(fixed_labels.ANSWERS, typed)
    others = {"owner": _people, "department": _departments, "plan.department": _departments}
    return with_labels(others[name](policy) if name in others else vocabulary.words(policy, name), typed)


def with_labels(words: Mapping[str, Labels], typed: str) -> list[Offer]:
    """The keys that fit, each with its label; the labels where none does: `紧` is no beginning of a key."""
    from complaintctl.render.text.language import current

    if keys := fitting(words, typed):
        return [(_Offered(key), words[key].get(current(), "")) for key in map(str, keys)]
    # Bash would make several words of a label with blanks.
    in_bash = os.environ.get("_COMPLAINTCTL_COMPLETE") == "complete_bash"
    labels = {label: key for key, texts in words.items() for label in texts.values()}
    return [
        _Offered(labels[label] if in_bash and " " in label else label)
        for label in map(str, fitting(labels, typed))
    ]


def policy_here() -> Policy | None:
    """The policy of the casebook, where there is one to read."""
    from complaintctl.storage.case import casebook
    from complaintctl.storage.policy import policyfile

    try:
        book = casebook.find(Path(os.environ.get("COMPLAINTCTL_DIR") or "."))
    except (Failure, OSError):
        return None
    found, _problems = policyfile.read(book.policy_path)
    return found.policy if found else None


def levels(incomplete: str) -> list[Offer]:
    """The policy's levels."""
    return _policy_words("level", incomplete)


def categories(incomplete: str) -> list[Offer]:
    """The policy's classes as paths."""
    return _policy_words("category", incomplete)


def causes(incomplete: str) -> list[Offer]:
    """The policy's causes as paths."""
    return _policy_words("cause.class", incomplete)


def channels(incomplete: str) -> list[Offer]:
    """The policy's channels."""
    return _policy_words("channel", incomplete)


def remedies(incomplete: str) -> list[Offer]:
    """The policy's remedies."""
    return _policy_words("remedy.kind", incomplete)


def outcomes(incomplete: str) -> list[Offer]:
    """The outcomes."""
    return _policy_words("outcome", incomplete)


def action_kinds(incomplete: str) -> list[Offer]:
    """What an action is against."""
    from complaintctl.domain.case.fixed_labels import ACTION_KINDS

    return with_labels(ACTION_KINDS, incomplete)


def links(incomplete: str) -> list[Offer]:
    """How one case is linked to another."""
    from complaintctl.domain.case.fixed_labels import LINKS

    return with_labels(LINKS, incomplete)


def yes_or_no(incomplete: str) -> list[Offer]:
    """Yes or no."""
    from complaintctl.domain.case.fixed_labels import ANSWERS

    return with_labels(ANSWERS, incomplete)


def branches(incomplete: str) -> list[Offer]:
    """The usual branches of a fishbone, ready for a cause."""
    from complaintctl.domain.case.fishbone import BRANCHES

    return fitting((f"{name}:" for name in BRANCHES), incomplete)


def marks(incomplete: str) -> list[Offer]:
    """What a closed case is kept as an example of."""
    return _policy_words("lesson_mark", incomplete)


def _people(policy: Policy) -> dict[str, Labels]:
    """The people by key; what they are called is the same in every language."""
    from complaintctl.render.text.language import current

    return {
        key: {current(): person.name} if person and person.name else {}
        for key, person in policy.people.items()
    }


def _roles(policy: Policy) -> dict[str, Labels]:
    return {key: entry.label if entry else {} for key, entry in policy.roles.items()}


def _departments(policy: Policy) -> dict[str, Labels]:
    """The departments that the policy names anywhere; one that is a role, too, has its label."""
    from complaintctl.domain.policy.policy import paths

    named = [
        *(rule.to for rule in policy.tasks if rule.to not in policy.people),
        *(entry.department for _path, entry in paths(policy.categories, "")),
        *(person.department for person in policy.people.values() if person),
    ]
    roles = _roles(policy)
    return {name: roles.get(name, {}) for name in named if name}


def people(incomplete: str) -> list[Offer]:
    """The people of the policy."""
    policy = policy_here()
    return with_labels(_people(policy), incomplete) if policy else []


def watchers(incomplete: str) -> list[Offer]:
    """The people of the policy, then its roles."""
    policy = policy_here()
    return with_labels({**_people(policy), **_roles(policy)}, incomplete) if policy else []


def departments(incomplete: str) -> list[Offer]:
    """The departments of the policy."""
    policy = policy_here()
    return with_labels(_departments(policy), incomplete) if policy else []


def receivers(incomplete: str) -> list[Offer]:
    """The departments of the policy, then its people."""
    policy = policy_here()
    return with_labels({**_departments(policy), **_people(policy)}, incomplete) if policy else []


def steps(incomplete: str) -> list[Offer]:
    """The steps of the policy."""
    from complaintctl.domain.case import vocabulary

    policy = policy_here()
    return with_labels(vocabulary.steps(policy), incomplete) if policy else []


def roles(incomplete: str) -> list[Offer]:
    """The roles of the policy."""
    policy = policy_here()
    return with_labels(_roles(policy), incomplete) if policy else []


def languages(incomplete: str) -> list[Offer]:
    """The languages that we speak."""
    from complaintctl.render.text.language import LANGUAGES

    return fitting(LANGUAGES, incomplete)


def zones(incomplete: str) -> list[Offer]:
    """The time zones."""
    from zoneinfo import available_timezones

    return fitting(sorted(available_timezones()), incomplete)


def hours(incomplete: str) -> list[Offer]:
    """By the clock, or hours to be changed."""
    return fitting(("always", "mon-fri 09:00-12:00 13:00-18:00"), incomplete)


def policies(incomplete: str) -> list[Offer]:
    """The shipped policies."""
    from complaintctl.storage.policy import policyfile

    return with_labels(policyfile.shipped_labels(), incomplete)


def strata(incomplete: str) -> list[Offer]:
    """What a survey can be spread over."""
    from complaintctl.domain.case import fixed_labels
    from complaintctl.domain.lifecycle.survey import STRATA

    return with_labels({name: fixed_labels.FIELDS[name] for name in STRATA}, incomplete)


def field_names(incomplete: str) -> list[Offer]:
    """The fields of a case."""
    return with_labels(_fields(), incomplete)


def field_assignments(incomplete: str) -> list[Offer]:
    """The fields of a case, ready for a value; behind the sign the words that the policy has for it."""
    name, equals, typed = incomplete.partition("=")
    if equals:
        # Bash puts what we offer behind the sign, the others instead of the whole word.
        before = "" if os.environ.get("_COMPLAINTCTL_COMPLETE") == "complete_bash" else f"{name}="
        words = (offer if isinstance(offer, str) else offer[0] for offer in _policy_words(name, typed))
        return [_Offered(f"{before}{word}") for word in words]
    return [_assigning(offer) for offer in with_labels(_fields(), incomplete)]


def _assigning(offer: Offer) -> Offer:
    return _Offered(f"{offer}=") if isinstance(offer, str) else (_Offered(f"{offer[0]}="), offer[1])


def _fields() -> dict[str, Labels]:
    from complaintctl.domain.case import fields, vocabulary

    simple = {"text", "whole", "truth", "day", "moment", "outcome", "mark", "texts"}
    policy = policy_here()
    return {
        name: label
        for name, label in (vocabulary.field_labels(policy) if policy else {}).items()
        if fields.is_field(name)
        and fields.kinds().get(name, "text") in simple
        and name.partition(".")[0] not in fields.GUARDED
    }


def formats(incomplete: str) -> list[Offer]:
    """The output formats."""
    from complaintctl.render.text.tables import FORMATS

    return fitting(FORMATS, incomplete)


def page_formats(incomplete: str) -> list[Offer]:
    """The output formats of what is no table of rows."""
    from complaintctl.render.text.tables import PAGES

    return fitting(PAGES, incomplete)


def check_formats(incomplete: str) -> list[Offer]:
    """The output formats of `check`."""
    from complaintctl.render.overview.check import FORMATS

    return fitting(FORMATS, incomplete)


def analysis_formats(incomplete: str) -> list[Offer]:
    """The output formats of a cause analysis."""
    from complaintctl.render.case.analysis import FORMATS

    return fitting(FORMATS, incomplete)
