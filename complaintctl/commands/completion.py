"""Shell completion: case ids from file names, keys from the policy; no suggestions if the casebook cannot be read."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import typer

from complaintctl.commands.folder import casebook_dir
from complaintctl.domain.policy.policy import Labels, Policy
from complaintctl.errors import Failure


class _AlwaysMatching(str):
    """A suggestion that Typer keeps although it may not start with the typed text; Typer filters by `startswith`."""

    __slots__ = ()

    def startswith(self, *_typed: object) -> bool:
        return True


def _is_bash() -> bool:
    """Whether bash asks, for either name of the program."""
    names = ("_COMPLAINTCTL_COMPLETE", "_CPL_COMPLETE")
    return any(os.environ.get(name) == "complete_bash" for name in names)


# A word, or a word with its description.
Suggestion = str | tuple[str, str]


def always_matching(word: str) -> str:
    """Returns a word as a suggestion that the shell gets as it is."""
    return _AlwaysMatching(word)


def matching_words(words: Iterable[str], typed: str) -> list[Suggestion]:
    """Returns the words that start with the typed text, ignoring case."""
    return [_AlwaysMatching(word) for word in words if word.lower().startswith(typed.lower())]


def complete_case_ids(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Returns the ids of open cases that contain the typed text; if there are none, also searches closed cases."""
    from complaintctl.storage.case.casebook import find_casebook, list_case_ids

    try:
        casebook = find_casebook(casebook_dir(ctx))
    except (Failure, OSError):
        return []
    part = incomplete.upper()
    open_ids = [name for name in list_case_ids(casebook, with_closed=False) if part in name]
    ids = open_ids or [name for name in list_case_ids(casebook, with_closed=True) if part in name]
    return [_AlwaysMatching(name) for name in ids]


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
    """Returns the keys that start with the typed text, with labels; if none does, matching labels (`紧` for `urgent`)."""
    from complaintctl.render.text.language import current_language

    # D-107: labels only where no key fits.
    if keys := matching_words(words, typed):
        return [(_AlwaysMatching(key), words[key].get(current_language(), "")) for key in map(str, keys)]
    # Bash splits a label with spaces into several words, so there the key is offered instead.
    in_bash = _is_bash()
    labels = {label: key for key, texts in words.items() for label in texts.values()}
    return [
        _AlwaysMatching(labels[label] if in_bash and " " in label else label)
        for label in map(str, matching_words(labels, typed))
    ]


def current_policy(ctx: typer.Context) -> Policy | None:
    """Returns the policy of the casebook, or None if it cannot be read."""
    from complaintctl.storage.case.casebook import find_casebook
    from complaintctl.storage.policy import policyfile

    try:
        casebook = find_casebook(casebook_dir(ctx))
    except (Failure, OSError):
        return None
    file, _problems = policyfile.read_policy(casebook.policy_path)
    return file.policy if file else None


def field_completer(field: str) -> Callable[[typer.Context, str], list[Suggestion]]:
    """Returns a completion that offers the words of the policy for a field, or its fixed words."""

    def complete_field(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
        return _complete_policy_words(ctx, field, incomplete)

    return complete_field


def complete_action_kinds(incomplete: str) -> list[Suggestion]:
    """Kinds of actions: corrective or preventive."""
    from complaintctl.domain.case.fixed_labels import ACTION_KIND_LABELS

    return labelled_suggestions(ACTION_KIND_LABELS, incomplete)


def complete_links(incomplete: str) -> list[Suggestion]:
    """Kinds of links between cases."""
    from complaintctl.domain.case.fixed_labels import LINK_LABELS

    return labelled_suggestions(LINK_LABELS, incomplete)


def complete_yes_no(incomplete: str) -> list[Suggestion]:
    """Yes or no."""
    from complaintctl.domain.case.fixed_labels import ANSWER_LABELS

    return labelled_suggestions(ANSWER_LABELS, incomplete)


def complete_branches(incomplete: str) -> list[Suggestion]:
    """The usual branches of a fishbone diagram, each with the colon that precedes a cause."""
    from complaintctl.domain.case.fishbone import BRANCHES

    return matching_words((f"{name}:" for name in BRANCHES), incomplete)


def _people(policy: Policy) -> dict[str, Labels]:
    """Returns the names of the people by key, as labels of the current language: names are not translated.

    Then the word for whoever types, unless it is a key.
    """
    from complaintctl.commands.people import ME_LABELS
    from complaintctl.render.text.language import current_language

    people: dict[str, Labels] = {
        key: {current_language(): person.name} if person and person.name else {}
        for key, person in policy.people.items()
    }
    return people | {key: labels for key, labels in ME_LABELS.items() if key not in people}


def _roles(policy: Policy) -> dict[str, Labels]:
    return {key: entry.label if entry else {} for key, entry in policy.roles.items()}


# D-051: departments have no list of their own.
def _departments(policy: Policy) -> dict[str, Labels]:
    """Returns all departments named in the policy; if a department is also a role, with the label of the role."""
    from complaintctl.domain.policy.policy import class_paths

    named = [
        *(rule.to for rule in policy.tasks if rule.to not in policy.people),
        *(entry.department for _path, entry in class_paths(policy.categories, "")),
        *(person.department for person in policy.people.values() if person),
    ]
    roles = _roles(policy)
    return {name: roles.get(name, {}) for name in named if name}


def complete_people(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """People of the policy."""
    policy = current_policy(ctx)
    return labelled_suggestions(_people(policy), incomplete) if policy else []


def complete_watchers(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """People of the policy, then its roles."""
    policy = current_policy(ctx)
    return labelled_suggestions({**_people(policy), **_roles(policy)}, incomplete) if policy else []


def complete_departments(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Departments of the policy."""
    policy = current_policy(ctx)
    return labelled_suggestions(_departments(policy), incomplete) if policy else []


def complete_receivers(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Departments of the policy, then its people."""
    policy = current_policy(ctx)
    return labelled_suggestions({**_departments(policy), **_people(policy)}, incomplete) if policy else []


def complete_steps(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Steps of the policy."""
    from complaintctl.domain.case import vocabulary

    policy = current_policy(ctx)
    return labelled_suggestions(vocabulary.step_labels(policy), incomplete) if policy else []


def complete_steps_and_shortcuts(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Steps of the policy, then its shortcuts."""
    from complaintctl.domain.case import vocabulary

    policy = current_policy(ctx)
    if policy is None:
        return []
    words = {**vocabulary.step_labels(policy), **vocabulary.shortcut_labels(policy)}
    return labelled_suggestions(words, incomplete)


def complete_reopening_steps(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Steps of the policy to which a case can be reopened."""
    from complaintctl.domain.case import vocabulary

    policy = current_policy(ctx)
    return labelled_suggestions(vocabulary.reopening_labels(policy), incomplete) if policy else []


def complete_cases_or_steps(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Case ids; once a case is typed, steps of the policy, and case ids where no step fits."""
    # The parser takes the last word typed so far as the step.
    has_case = any(ctx.params.get(name) for name in ("cases", "step", "name"))
    words = complete_steps_and_shortcuts(ctx, incomplete) if has_case else []
    return words or complete_case_ids(ctx, incomplete)


def complete_roles(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Roles of the policy."""
    policy = current_policy(ctx)
    return labelled_suggestions(_roles(policy), incomplete) if policy else []


def complete_duties(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Recurring duties of the policy."""
    policy = current_policy(ctx)
    if policy is None:
        return []
    return labelled_suggestions({name: duty.label for name, duty in policy.duties.items()}, incomplete)


def complete_languages(incomplete: str) -> list[Suggestion]:
    """The languages of the program."""
    from complaintctl.render.text.language import LANGUAGES

    return matching_words(LANGUAGES, incomplete)


def complete_zones(incomplete: str) -> list[Suggestion]:
    """IANA time zones."""
    from zoneinfo import available_timezones

    return matching_words(sorted(available_timezones()), incomplete)


def complete_hours(incomplete: str) -> list[Suggestion]:
    """Office hours: `always`, or an example to edit."""
    return matching_words(("always", "mon-fri 09:00-12:00 13:00-18:00"), incomplete)


def complete_policies(incomplete: str) -> list[Suggestion]:
    """The policies shipped with complaintctl."""
    from complaintctl.storage.policy import policyfile

    return labelled_suggestions(policyfile.shipped_policy_labels(), incomplete)


def complete_strata(incomplete: str) -> list[Suggestion]:
    """Fields by which a survey sample can be stratified."""
    from complaintctl.domain.case import fixed_labels
    from complaintctl.domain.lifecycle.survey import STRATA

    return labelled_suggestions({name: fixed_labels.FIELD_LABELS[name] for name in STRATA}, incomplete)


def complete_field_names(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Fields of a case that can be set from text."""
    return labelled_suggestions(_fields(ctx), incomplete)


def complete_assignments(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Fields of a case followed by `=`; after the `=`, the values that the policy lists for the field."""
    name, equals, typed = incomplete.partition("=")
    if equals:
        # Bash replaces only the text after `=`; the other shells replace the whole word.
        prefix = "" if _is_bash() else f"{name}="
        keys = (
            offer if isinstance(offer, str) else offer[0]
            for offer in _complete_policy_words(ctx, name, typed)
        )
        return [_AlwaysMatching(f"{prefix}{key}") for key in keys]
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


def complete_yaml_files(incomplete: str) -> list[Suggestion]:
    """Folders and YAML files that begin with what was typed."""
    folder, _slash, start = incomplete.rpartition("/")
    if not Path(folder or ".").is_dir():
        return []
    found = sorted(path for path in Path(folder or ".").iterdir() if path.name.startswith(start))
    prefix = incomplete.removesuffix(start)
    return [
        (f"{prefix}{path.name}/" if path.is_dir() else f"{prefix}{path.name}", "")
        for path in found
        if (path.is_dir() or path.suffix in {".yaml", ".yml"}) and (start or not path.name.startswith("."))
    ]


def choice_completer(choices: Sequence[str]) -> Callable[[str], list[Suggestion]]:
    """Returns a completion function for these words."""

    def complete_choices(incomplete: str) -> list[Suggestion]:
        return matching_words(choices, incomplete)

    return complete_choices
