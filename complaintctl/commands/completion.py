"""What the shell offers on Tab: ids from folder names alone, words from the policy; silent where neither is found."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence

import typer

from complaintctl.commands.folder import casebook_dir
from complaintctl.domain.policy.policy import Labels, Policy
from complaintctl.errors import Failure


class _AlwaysMatching(str):
    """A word that fits though it may not begin as typed: Typer asks each one, and would drop it."""

    __slots__ = ()

    def startswith(self, *_typed: object) -> bool:
        return True


# A word, or a word with what it means.
Suggestion = str | tuple[str, str]


def matching_words(words: Iterable[str], typed: str) -> list[Suggestion]:
    """The words that begin as typed, any case of letters."""
    return [_AlwaysMatching(word) for word in words if word.lower().startswith(typed.lower())]


def complete_case_ids(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Ids that contain what was typed: of open cases, and of closed ones where no open one fits."""
    from complaintctl.storage.case.casebook import find_casebook, list_case_ids

    try:
        casebook = find_casebook(casebook_dir(ctx))
    except (Failure, OSError):
        return []
    part = incomplete.upper()
    lying_open = [name for name in list_case_ids(casebook, with_closed=False) if part in name]
    found = lying_open or [name for name in list_case_ids(casebook, with_closed=True) if part in name]
    return [_AlwaysMatching(name) for name in found]


def _complete_policy_words(ctx: typer.Context, field: str, typed: str) -> list[Suggestion]:
    from complaintctl.domain.case import fields, fixed_labels, vocabulary

    policy = current_policy(ctx)
    if policy is None:
        return []
    name = vocabulary.parse_field_name(policy, field)
    if fields.field_kinds().get(name) == "truth":
        return labelled_suggestions(fixed_labels.ANSWER_LABELS, typed)
    others = {"owner": _people, "department": _departments, "plan.department": _departments}
    return labelled_suggestions(
        others[name](policy) if name in others else vocabulary.field_choices(policy, name), typed
    )


def labelled_suggestions(words: Mapping[str, Labels], typed: str) -> list[Suggestion]:
    """The keys that fit, each with its label; the labels where none does: `紧` is no beginning of a key."""
    from complaintctl.render.text.language import current_language

    # D-107: labels only where no key fits.
    if keys := matching_words(words, typed):
        return [(_AlwaysMatching(key), words[key].get(current_language(), "")) for key in map(str, keys)]
    # Bash would make several words of a label with blanks.
    in_bash = os.environ.get("_COMPLAINTCTL_COMPLETE") == "complete_bash"
    labels = {label: key for key, texts in words.items() for label in texts.values()}
    return [
        _AlwaysMatching(labels[label] if in_bash and " " in label else label)
        for label in map(str, matching_words(labels, typed))
    ]


def current_policy(ctx: typer.Context) -> Policy | None:
    """The policy of the casebook, where there is one to read."""
    from complaintctl.storage.case.casebook import find_casebook
    from complaintctl.storage.policy import policyfile

    try:
        casebook = find_casebook(casebook_dir(ctx))
    except (Failure, OSError):
        return None
    found, _problems = policyfile.read_policy(casebook.policy_path)
    return found.policy if found else None


def complete_levels(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The policy's levels."""
    return _complete_policy_words(ctx, "level", incomplete)


def complete_categories(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The policy's classes as paths."""
    return _complete_policy_words(ctx, "category", incomplete)


def complete_causes(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The policy's causes as paths."""
    return _complete_policy_words(ctx, "cause.class", incomplete)


def complete_channels(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The policy's channels."""
    return _complete_policy_words(ctx, "channel", incomplete)


def complete_remedies(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The policy's remedies."""
    return _complete_policy_words(ctx, "remedy.kind", incomplete)


def complete_outcomes(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The outcomes."""
    return _complete_policy_words(ctx, "outcome", incomplete)


def complete_action_kinds(incomplete: str) -> list[Suggestion]:
    """What an action is against."""
    from complaintctl.domain.case.fixed_labels import ACTION_KIND_LABELS

    return labelled_suggestions(ACTION_KIND_LABELS, incomplete)


def complete_links(incomplete: str) -> list[Suggestion]:
    """How one case is linked to another."""
    from complaintctl.domain.case.fixed_labels import LINK_LABELS

    return labelled_suggestions(LINK_LABELS, incomplete)


def complete_yes_no(incomplete: str) -> list[Suggestion]:
    """Yes or no."""
    from complaintctl.domain.case.fixed_labels import ANSWER_LABELS

    return labelled_suggestions(ANSWER_LABELS, incomplete)


def complete_branches(incomplete: str) -> list[Suggestion]:
    """The usual branches of a fishbone, ready for a cause."""
    from complaintctl.domain.case.fishbone import BRANCHES

    return matching_words((f"{name}:" for name in BRANCHES), incomplete)


def complete_lesson_marks(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """What a closed case is kept as an example of."""
    return _complete_policy_words(ctx, "lesson_mark", incomplete)


def _people(policy: Policy) -> dict[str, Labels]:
    """The people by key; what they are called is the same in every language."""
    from complaintctl.render.text.language import current_language

    return {
        key: {current_language(): person.name} if person and person.name else {}
        for key, person in policy.people.items()
    }


def _roles(policy: Policy) -> dict[str, Labels]:
    return {key: entry.label if entry else {} for key, entry in policy.roles.items()}


# D-051: departments have no list of their own.
def _departments(policy: Policy) -> dict[str, Labels]:
    """The departments that the policy names anywhere; one that is a role, too, has its label."""
    from complaintctl.domain.policy.policy import class_paths

    named = [
        *(rule.to for rule in policy.tasks if rule.to not in policy.people),
        *(entry.department for _path, entry in class_paths(policy.categories, "")),
        *(person.department for person in policy.people.values() if person),
    ]
    roles = _roles(policy)
    return {name: roles.get(name, {}) for name in named if name}


def complete_people(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The people of the policy."""
    policy = current_policy(ctx)
    return labelled_suggestions(_people(policy), incomplete) if policy else []


def complete_watchers(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The people of the policy, then its roles."""
    policy = current_policy(ctx)
    return labelled_suggestions({**_people(policy), **_roles(policy)}, incomplete) if policy else []


def complete_departments(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The departments of the policy."""
    policy = current_policy(ctx)
    return labelled_suggestions(_departments(policy), incomplete) if policy else []


def complete_receivers(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The departments of the policy, then its people."""
    policy = current_policy(ctx)
    return labelled_suggestions({**_departments(policy), **_people(policy)}, incomplete) if policy else []


def complete_steps(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The steps of the policy."""
    from complaintctl.domain.case import vocabulary

    policy = current_policy(ctx)
    return labelled_suggestions(vocabulary.step_labels(policy), incomplete) if policy else []


def complete_roles(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The roles of the policy."""
    policy = current_policy(ctx)
    return labelled_suggestions(_roles(policy), incomplete) if policy else []


def complete_languages(incomplete: str) -> list[Suggestion]:
    """The languages that we speak."""
    from complaintctl.render.text.language import LANGUAGES

    return matching_words(LANGUAGES, incomplete)


def complete_zones(incomplete: str) -> list[Suggestion]:
    """The time zones."""
    from zoneinfo import available_timezones

    return matching_words(sorted(available_timezones()), incomplete)


def complete_hours(incomplete: str) -> list[Suggestion]:
    """By the clock, or hours to be changed."""
    return matching_words(("always", "mon-fri 09:00-12:00 13:00-18:00"), incomplete)


def complete_policies(incomplete: str) -> list[Suggestion]:
    """The shipped policies."""
    from complaintctl.storage.policy import policyfile

    return labelled_suggestions(policyfile.shipped_policy_labels(), incomplete)


def complete_strata(incomplete: str) -> list[Suggestion]:
    """What a survey can be spread over."""
    from complaintctl.domain.case import fixed_labels
    from complaintctl.domain.lifecycle.survey import STRATA

    return labelled_suggestions({name: fixed_labels.FIELD_LABELS[name] for name in STRATA}, incomplete)


def complete_field_names(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The fields of a case."""
    return labelled_suggestions(_fields(ctx), incomplete)


def complete_assignments(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The fields of a case, ready for a value; behind the sign the words that the policy has for it."""
    name, equals, typed = incomplete.partition("=")
    if equals:
        # Bash puts what we offer behind the sign, the others instead of the whole word.
        before = "" if os.environ.get("_COMPLAINTCTL_COMPLETE") == "complete_bash" else f"{name}="
        words = (
            offer if isinstance(offer, str) else offer[0]
            for offer in _complete_policy_words(ctx, name, typed)
        )
        return [_AlwaysMatching(f"{before}{word}") for word in words]
    return [_with_equals_sign(offer) for offer in labelled_suggestions(_fields(ctx), incomplete)]


def _with_equals_sign(offer: Suggestion) -> Suggestion:
    return (
        _AlwaysMatching(f"{offer}=")
        if isinstance(offer, str)
        else (_AlwaysMatching(f"{offer[0]}="), offer[1])
    )


def _fields(ctx: typer.Context) -> dict[str, Labels]:
    from complaintctl.domain.case import fields, vocabulary

    simple = {"text", "whole", "truth", "day", "moment", "outcome", "mark", "texts"}
    policy = current_policy(ctx)
    return {
        name: label
        for name, label in (vocabulary.field_labels(policy) if policy else {}).items()
        if fields.is_field(name)
        and fields.field_kinds().get(name, "text") in simple
        and name.partition(".")[0] not in fields.GUARDED_FIELDS
    }


def choice_completer(choices: Sequence[str]) -> Callable[[str], list[Suggestion]]:
    """A completion that offers these words."""

    def complete_choices(incomplete: str) -> list[Suggestion]:
        return matching_words(choices, incomplete)

    return complete_choices
