"""What the shell offers on Tab: ids from folder names alone, words from the policy; silent where neither is found."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from complaintctl.domain.policy import Labels, Policy
from complaintctl.errors import Failure


class _Offered(str):
    """A word that fits though it may not begin as typed: Typer asks each one, and would drop it."""

    __slots__ = ()

    def startswith(self, *_typed: object) -> bool:
        return True


def _fitting(words: Iterable[str], typed: str) -> list[str]:
    return [_Offered(word) for word in words if word.lower().startswith(typed.lower())]


def case_ids(incomplete: str) -> list[str]:
    """Ids that contain what was typed: of open cases, and of closed ones where no open one fits."""
    from complaintctl.storage import casebook

    try:
        book = casebook.find(Path(os.environ.get("COMPLAINTCTL_DIR") or "."))
    except (Failure, OSError):
        return []
    part = incomplete.upper()
    lying_open = [name for name in casebook.case_ids(book, with_closed=False) if part in name]
    found = lying_open or [name for name in casebook.case_ids(book, with_closed=True) if part in name]
    return [_Offered(name) for name in found]


def _policy_words(field: str, typed: str) -> list[str]:
    from complaintctl.domain import vocabulary

    policy = _policy()
    if policy is None:
        return []
    return _with_labels(vocabulary.words(policy, vocabulary.field_of(policy, field)), typed)


def _with_labels(words: Mapping[str, Labels], typed: str) -> list[str]:
    """The keys that fit; the labels where none does: `紧` is no beginning of a key."""
    labels = dict.fromkeys(label for texts in words.values() for label in texts.values())
    return _fitting(words, typed) or _fitting(labels, typed)


def _policy() -> Policy | None:
    from complaintctl.storage import casebook, policyfile

    try:
        book = casebook.find(Path(os.environ.get("COMPLAINTCTL_DIR") or "."))
    except (Failure, OSError):
        return None
    found, _problems = policyfile.read(book.policy_path)
    return found.policy if found else None


def levels(incomplete: str) -> list[str]:
    """The policy's levels."""
    return _policy_words("level", incomplete)


def categories(incomplete: str) -> list[str]:
    """The policy's classes as paths."""
    return _policy_words("category", incomplete)


def causes(incomplete: str) -> list[str]:
    """The policy's causes as paths."""
    return _policy_words("cause.class", incomplete)


def channels(incomplete: str) -> list[str]:
    """The policy's channels."""
    return _policy_words("channel", incomplete)


def remedies(incomplete: str) -> list[str]:
    """The policy's remedies."""
    return _policy_words("remedy.kind", incomplete)


def outcomes(incomplete: str) -> list[str]:
    """The outcomes."""
    return _policy_words("outcome", incomplete)


def action_kinds(incomplete: str) -> list[str]:
    """What an action is against."""
    from complaintctl.domain.words import ACTION_KINDS

    return _fitting(ACTION_KINDS, incomplete)


def yes_or_no(incomplete: str) -> list[str]:
    """Yes or no."""
    return _fitting(("yes", "no"), incomplete)


def branches(incomplete: str) -> list[str]:
    """The usual branches of a fishbone, ready for a cause."""
    from complaintctl.domain.fishbone import BRANCHES

    return _fitting((f"{name}:" for name in BRANCHES), incomplete)


def marks(incomplete: str) -> list[str]:
    """What a closed case is kept as an example of."""
    return _policy_words("lesson_mark", incomplete)


def people(incomplete: str) -> list[str]:
    """The people of the policy."""
    policy = _policy()
    return _fitting(policy.people, incomplete) if policy else []


def watchers(incomplete: str) -> list[str]:
    """The people of the policy, then its roles."""
    policy = _policy()
    return _fitting(dict.fromkeys((*policy.people, *policy.roles)), incomplete) if policy else []


def receivers(incomplete: str) -> list[str]:
    """The departments of the policy, then its people."""
    from complaintctl.domain.policy import paths

    policy = _policy()
    if policy is None:
        return []
    people = [person for person in policy.people.values() if person]
    departments = [
        *(rule.to for rule in policy.tasks),
        *(entry.department for _path, entry in paths(policy.categories, "")),
        *(person.department for person in people),
    ]
    return _fitting(dict.fromkeys(name for name in (*departments, *policy.people) if name), incomplete)


def steps(incomplete: str) -> list[str]:
    """The steps of the policy."""
    policy = _policy()
    return _with_labels({step.step: step.label for step in policy.steps}, incomplete) if policy else []


def roles(incomplete: str) -> list[str]:
    """The roles of the policy."""
    policy = _policy()
    labels = {key: entry.label if entry else {} for key, entry in policy.roles.items()} if policy else {}
    return _with_labels(labels, incomplete)


def languages(incomplete: str) -> list[str]:
    """The languages that we speak."""
    from complaintctl.render.language import LANGUAGES

    return _fitting(LANGUAGES, incomplete)


def zones(incomplete: str) -> list[str]:
    """The time zones."""
    from zoneinfo import available_timezones

    return _fitting(sorted(available_timezones()), incomplete)


def hours(incomplete: str) -> list[str]:
    """By the clock, or hours to be changed."""
    return _fitting(("always", "mon-fri 09:00-12:00 13:00-18:00"), incomplete)


def policies(incomplete: str) -> list[str]:
    """The shipped policies."""
    from complaintctl.storage import policyfile

    return _fitting(policyfile.shipped_names(), incomplete)


def strata(incomplete: str) -> list[str]:
    """What a survey can be spread over."""
    from complaintctl.domain.survey import STRATA

    return _fitting(STRATA, incomplete)


def field_names(incomplete: str) -> list[str]:
    """The fields of a case."""
    return _fitting(_fields(), incomplete)


def field_assignments(incomplete: str) -> list[str]:
    """The fields of a case, ready for a value; behind the sign the words that the policy has for it."""
    name, equals, typed = incomplete.partition("=")
    if equals:
        # Bash puts what we offer behind the sign, the others instead of the whole word.
        before = "" if os.environ.get("_COMPLAINTCTL_COMPLETE") == "complete_bash" else f"{name}="
        return [_Offered(f"{before}{word}") for word in _policy_words(name, typed)]
    return _fitting((f"{name}=" for name in _fields()), incomplete)


def _fields() -> Iterator[str]:
    from complaintctl.domain import fields

    policy = _policy()
    yield from (f"x.{name}" for name in (policy.fields if policy else ()))

    simple = {"text", "whole", "truth", "day", "moment", "outcome", "mark", "texts"}
    yield from (
        name
        for name, kind in fields.kinds().items()
        if kind in simple and name.partition(".")[0] not in fields.GUARDED
    )


def formats(incomplete: str) -> list[str]:
    """The output formats."""
    from complaintctl.render.tables import FORMATS

    return _fitting(FORMATS, incomplete)


def check_formats(incomplete: str) -> list[str]:
    """The output formats of `check`."""
    from complaintctl.render.check import FORMATS

    return _fitting(FORMATS, incomplete)


def calendars(incomplete: str) -> list[str]:
    """The calendars of the policy, and the command that stands below their names."""
    policy = _policy()
    return _fitting(["fill", *policy.calendars] if policy else ["fill"], incomplete)


def years(incomplete: str) -> list[str]:
    """The present year and the next one."""
    from complaintctl.commands import desk

    this = desk.clock().year
    return _fitting((str(this), str(this + 1)), incomplete)


def countries(incomplete: str) -> list[str]:
    """The countries of the library, where it is installed."""
    try:
        from complaintctl.exchange import holiday_library
    except ModuleNotFoundError:
        return []
    return _fitting(holiday_library.countries(), incomplete)


def calendar_formats(incomplete: str) -> list[str]:
    """The output formats of a calendar."""
    return _fitting(("table", "md", "json"), incomplete)


def analysis_formats(incomplete: str) -> list[str]:
    """The output formats of a cause analysis."""
    from complaintctl.render.analysis import FORMATS

    return _fitting(FORMATS, incomplete)


def review_formats(incomplete: str) -> list[str]:
    """The formats in which policies are compared."""
    return _fitting(("table", "md", "json", "csv"), incomplete)


def review_failures(incomplete: str) -> list[str]:
    """What fails `policy diff`."""
    return _fitting(("overdue", "never"), incomplete)


def replay_parts(incomplete: str) -> list[str]:
    """What `policy simulate` shows."""
    return _fitting(("figures", "changed"), incomplete)


def policy_versions(incomplete: str) -> list[str]:
    """Policy files of the folder, then branches and tags of the casebook."""
    from complaintctl.storage import git

    files = sorted(path.name for path in Path().glob("*.yaml"))
    try:
        known = git.revisions(Path(os.environ.get("COMPLAINTCTL_DIR") or "."))
    except (Failure, OSError):
        known = ()
    return _fitting([*files, "HEAD", *known], incomplete)
