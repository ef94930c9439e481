"""Surveys for people and machines: who is drawn, and what came of a table of answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import Rulebook, moment_in
from complaintctl.domain.lifecycle.survey import Answers, Asking, Closed, Sample
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import N_, _

# Personal, so only where it is asked for.
CONTACT: Final = ("name", "phone", "email")
_WORDS: Final = ("level", "category", "channel", "outcome")
_COUNTS: Final = {
    "rows": N_("rows"),
    "recorded": N_("recorded"),
    "unchanged": N_("unchanged"),
    "empty": N_("without an answer"),
    "rejected": N_("rejected"),
}


def columns(*, contact: bool) -> dict[str, str]:
    """The columns of a drawn sample."""
    headings = {
        "case": _("case"),
        "closed": _("closed"),
        "level": _("level"),
        "category": _("class"),
        "channel": _("channel"),
        "outcome": _("outcome"),
        "title": _("title"),
    }
    return {**headings, **(_reach() if contact else {})}


def _reach() -> dict[str, str]:
    return {"name": _("name"), "phone": _("phone"), "email": _("e-mail")}


def _contact(case: Case) -> dict[str, str | None]:
    return {name: getattr(case.customer, name, None) for name in CONTACT}


def entry(one: Closed, rules: Rulebook, *, contact: bool) -> dict[str, Any]:
    """A drawn case for machines."""
    case = one.case
    return {
        "case": case.id,
        "closed": values.iso(moment_in(rules, one.at)),
        **{name: getattr(case, name) for name in _WORDS},
        "title": case.title,
        **(_contact(case) if contact else {}),
    }


def readable(one: Closed, rules: Rulebook, *, contact: bool) -> dict[str, Any]:
    """A drawn case for people."""
    words = {name: labels.cell(rules.policy, name, getattr(one.case, name) or "") for name in _WORDS}
    return {**entry(one, rules, contact=contact), "closed": values.moment(one.at, rules.zone), **words}


def machine(sample: Sample, rules: Rulebook, since: datetime, seed: int, *, contact: bool) -> dict[str, Any]:
    """The draw with all it was made from."""
    population = sum(one.population for one in sample.strata)
    return {
        "closed_since": values.iso(since),
        "seed": seed,
        "closed": sample.closed,
        "withdrawn_or_duplicate": sample.unwanted,
        "asked_before": sample.asked,
        "same_customer": sample.same,
        "population": population,
        "sample": len(sample.drawn),
        "share": round(len(sample.drawn) / population, 4) if population else None,
        "strata": [
            {"name": one.name or None, "population": one.population, "sample": one.sample}
            for one in sample.strata
        ],
        "cases": [entry(one, rules, contact=contact) for one in sample.drawn],
    }


def talk(sample: Sample, rules: Rulebook, since: datetime, seed: int, by: str | None) -> Iterator[str]:
    """What the draw was made from, and how to make it again."""
    words = _(
        "{closed} cases closed since {since}; left out: {unwanted} withdrawn or duplicate, {asked} asked before, "
        "{same} of a customer who is asked on another case."
    )
    yield words.format(
        closed=sample.closed,
        since=values.moment(since, rules.zone),
        unwanted=sample.unwanted,
        asked=sample.asked,
        same=sample.same,
    )
    drawn, population = len(sample.drawn), sum(one.population for one in sample.strata)
    if population:
        share = f"{100 * drawn / population:.{0 if drawn * 10 > population else 1}f} %"
        words = _("Drawn: {drawn} of {population} ({share}). The same draw again: --seed {seed}")
        yield words.format(drawn=drawn, population=population, share=share, seed=seed)
    for one in sample.strata if by else ():
        name = _stratum(rules.policy, str(by), one.name)
        yield _("  {name}: {drawn} of {population}").format(
            name=name, drawn=one.sample, population=one.population
        )


def _stratum(policy: Policy, by: str, name: str) -> str:
    return labels.cell(policy, by, name) if name else _("(none)")


def list_columns(*, contact: bool) -> dict[str, str]:
    """The columns of who was asked; the mark has the name that a table of answers gives it."""
    headings = {
        "case": _("case"),
        "asked": _("asked"),
        "days": _("days ago"),
        "times": _("times"),
        "sample": _("sample"),
        "answered": _("answer"),
        "score": _("score"),
        "title": _("title"),
    }
    return {**headings, **(_reach() if contact else {})}


def list_entry(one: Asking, rules: Rulebook, as_of: datetime, *, contact: bool) -> dict[str, Any]:
    """Who was asked, for machines."""
    case, marks = one.case, one.case.satisfaction
    return {
        "case": case.id,
        "asked": values.iso(moment_in(rules, one.event.at)),
        "days": (as_of - one.event.at).days,
        "times": one.times,
        "sample": one.event.text,
        "answered": values.iso(moment_in(rules, one.answered)) if one.answered else None,
        "score": one.mark,
        "attitude": marks.attitude if marks and one.answered else None,
        "solved": marks.solved if marks and one.answered else None,
        "title": case.title,
        **(_contact(case) if contact else {}),
        "command": None if one.answered else f"complaintctl survey record {case.id} --score …",
    }


def list_readable(one: Asking, rules: Rulebook, as_of: datetime, *, contact: bool) -> dict[str, Any]:
    """Who was asked, for people."""
    return {
        **list_entry(one, rules, as_of, contact=contact),
        "asked": values.moment(one.event.at, rules.zone),
        "answered": values.moment(one.answered, rules.zone) if one.answered else _("none yet"),
    }


def share(asked: int, answered: int) -> str:
    """How many of those asked answered."""
    words = _("Asked: {asked}; answered: {answered} ({percent}).")
    percent = f"{100 * answered / asked:.0f} %" if asked else "–"
    return words.format(asked=asked, answered=answered, percent=percent)


def counts(done: Answers) -> str:
    """What came of a table of answers."""
    found = _counted(done)
    entries = [{"what": _(words), "count": found[name]} for name, words in _COUNTS.items()]
    return tables.rows({"what": _("answers"), "count": _("count")}, entries, "table")


def counts_machine(done: Answers) -> str:
    """The same as one JSON object, with every bad row by its line."""
    bad = [
        {
            "line": one.line,
            "key": one.key,
            "facts": {name: values.word(value, None) for name, value in one.facts.items()},
        }
        for one in done.rejected
    ]
    return tables.flat_document({**_counted(done), "named": bad})


def _counted(done: Answers) -> dict[str, int]:
    return {**{name: getattr(done, name) for name in _COUNTS}, "rejected": len(done.rejected)}
