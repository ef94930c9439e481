"""The questions of the web form, made from the policy: what the steps up to the classification need."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.missing_facts import missing_for_intake
from complaintctl.domain.policy.policy import Policy

# Asked in every form, in this order; what the policy needs in addition follows.
USUAL_FIELDS: Final = (
    "customer.name",
    "customer.phone",
    "customer.email",
    "channel",
    "category",
    "product.model",
    "product.serial",
    "product.bought",
    "remedy_sought",
)
# Asked last: everything below its heading belongs to it, also what looks like another heading.
LAST_FIELD: Final = "description"
# The team decides these when it takes the complaint.
_OF_THE_TEAM: Final = frozenset({"title", "received", "level", "owner", "department", "watchers"})
# The class is the team's word; a customer may propose one.
_NEVER_REQUIRED: Final = frozenset({"category", "channel"})
_GROUPS: Final = frozenset({"customer", "product", "problem", "x"})
_KINDS: Final = frozenset({"text", "day"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question of the form. `choices` are keys of the policy; `either` are the fields of which one is needed."""

    field: str
    required: bool
    choices: tuple[str, ...] = ()
    either: tuple[str, ...] = ()


def answerable_fields(policy: Policy) -> tuple[str, ...]:
    """Returns every field that an answer of a form may set, in a fixed order: the customer's own facts, no verdicts."""
    own = sorted(f"x.{name}" for name in policy.fields)
    known = [name for name in fields.field_kinds() if name.partition(".")[0] in _GROUPS]
    known = [name for name in known if fields.field_kinds()[name] in _KINDS]
    return ("channel", "category", *known, *own, "remedy_sought", LAST_FIELD)


def form_questions(rules: Rulebook, moment: datetime) -> tuple[Question, ...]:
    """Returns the questions of the form in order, for a complaint of that moment; the description is the last."""
    policy = rules.policy
    answerable = answerable_fields(policy)
    lists = list(_needs_by_class(rules, moment))
    always = set(lists[0]).intersection(*lists)
    needed = list(dict.fromkeys(need for needs in lists for need in needs))
    either = {part: need.split("|") for need in needed if "|" in need for part in need.split("|")}
    names = [*USUAL_FIELDS, *(part for need in needed for part in need.split("|"))]
    asked = [name for name in dict.fromkeys(names) if name in answerable and name != LAST_FIELD]
    return tuple(
        Question(
            field=name,
            required=(name in always and name not in _NEVER_REQUIRED) or name == LAST_FIELD,
            choices=tuple(vocabulary.field_choices(policy, name)),
            either=tuple(either.get(name, ())),
        )
        for name in (*asked, LAST_FIELD)
        if name not in _NEVER_REQUIRED or vocabulary.field_choices(policy, name)
    )


def _needs_by_class(rules: Rulebook, moment: datetime) -> Iterator[tuple[str, ...]]:
    """Yields what the intake needs: without a class, then for each class, because a class may need other fields."""
    for category in (None, *vocabulary.field_choices(rules.policy, "category")):
        case = Case(id="", title="", received=moment, status="open", category=category)
        needs = missing_for_intake(case, rules)
        yield tuple(need for need in needs if need not in _OF_THE_TEAM)
