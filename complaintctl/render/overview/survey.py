"""Surveys for people and machines: who is drawn, and what came of a table of answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone
from complaintctl.domain.lifecycle.survey import AnswerSummary, ClosedCase, SurveySample, SurveyStatus
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import N_, _

# Personal, so only where it is asked for.
CONTACT_FIELDS: Final = ("name", "phone", "email")
_WORDS: Final = ("level", "category", "channel", "outcome")
_COUNTS: Final = {
    "rows": N_("rows"),
    "recorded": N_("recorded"),
    "unchanged": N_("unchanged"),
    "empty": N_("without an answer"),
    "rejected": N_("rejected"),
}


def sample_columns(*, contact: bool) -> dict[str, str]:
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
    return {**headings, **(_contact_columns() if contact else {})}


def _contact_columns() -> dict[str, str]:
    return {"name": _("name"), "phone": _("phone"), "email": _("e-mail")}


def _contact(case: Case) -> dict[str, str | None]:
    return {name: getattr(case.customer, name, None) for name in CONTACT_FIELDS}


def sample_entry(one: ClosedCase, rules: Rulebook, *, contact: bool) -> dict[str, Any]:
    """A drawn case for machines."""
    case = one.case
    return {
        "case": case.id,
        "closed": values.iso_time(to_policy_zone(rules, one.at)),
        **{name: getattr(case, name) for name in _WORDS},
        "title": case.title,
        **(_contact(case) if contact else {}),
    }


def readable_sample_entry(one: ClosedCase, rules: Rulebook, *, contact: bool) -> dict[str, Any]:
    """A drawn case for people."""
    words = {name: labels.cell_label(rules.policy, name, getattr(one.case, name) or "") for name in _WORDS}
    return {
        **sample_entry(one, rules, contact=contact),
        "closed": values.moment_text(one.at, rules.zone),
        **words,
    }


def sample_json(
    sample: SurveySample, rules: Rulebook, since: datetime, seed: int, *, contact: bool
) -> dict[str, Any]:
    """The draw with all it was made from."""
    population = sum(one.population for one in sample.strata)
    return {
        "closed_since": values.iso_time(since),
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
        "cases": [sample_entry(one, rules, contact=contact) for one in sample.drawn],
    }


def sample_notes(
    sample: SurveySample, rules: Rulebook, since: datetime, seed: int, by: str | None
) -> Iterator[str]:
    """What the draw was made from, and how to make it again."""
    words = _(
        "{closed} cases closed since {since}; left out: {unwanted} withdrawn or duplicate, {asked} asked "
        "before, {same} of a customer who is asked about another case."
    )
    yield words.format(
        closed=sample.closed,
        since=values.moment_text(since, rules.zone),
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
    return labels.cell_label(policy, by, name) if name else _("(none)")


def asking_columns(*, contact: bool) -> dict[str, str]:
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
    return {**headings, **(_contact_columns() if contact else {})}


def asking_entry(one: SurveyStatus, rules: Rulebook, as_of: datetime, *, contact: bool) -> dict[str, Any]:
    """Who was asked, for machines."""
    case, marks = one.case, one.case.satisfaction
    return {
        "case": case.id,
        "asked": values.iso_time(to_policy_zone(rules, one.event.at)),
        "days": (as_of - one.event.at).days,
        "times": one.times,
        "sample": one.event.text,
        "answered": values.iso_time(to_policy_zone(rules, one.answered)) if one.answered else None,
        "score": one.mark,
        "attitude": marks.attitude if marks and one.answered else None,
        "solved": marks.solved if marks and one.answered else None,
        "title": case.title,
        **(_contact(case) if contact else {}),
        "command": None if one.answered else f"complaintctl survey record {case.id} --score …",
    }


def readable_asking_entry(
    one: SurveyStatus, rules: Rulebook, as_of: datetime, *, contact: bool
) -> dict[str, Any]:
    """Who was asked, for people."""
    return {
        **asking_entry(one, rules, as_of, contact=contact),
        "asked": values.moment_text(one.event.at, rules.zone),
        "answered": values.moment_text(one.answered, rules.zone) if one.answered else _("none yet"),
    }


def response_rate_text(asked: int, answered: int) -> str:
    """How many of those asked answered."""
    words = _("Asked: {asked}; answered: {answered} ({percent}).")
    percent = f"{100 * answered / asked:.0f} %" if asked else "–"
    return words.format(asked=asked, answered=answered, percent=percent)


def answer_counts_text(done: AnswerSummary) -> str:
    """What came of a table of answers."""
    found = _answer_counts(done)
    entries = [{"what": _(words), "count": found[name]} for name, words in _COUNTS.items()]
    return tables.format_rows({"what": _("answers"), "count": _("count")}, entries, "table")


def answer_counts_json(done: AnswerSummary) -> str:
    """The same as one JSON object, with every bad row by its line."""
    bad = [
        {
            "line": one.line,
            "key": one.key,
            "facts": {name: values.value_text(value, None) for name, value in one.values.items()},
        }
        for one in done.rejected
    ]
    return tables.flat_json_document({**_answer_counts(done), "named": bad})


def _answer_counts(done: AnswerSummary) -> dict[str, int]:
    return {**{name: getattr(done, name) for name in _COUNTS}, "rejected": len(done.rejected)}
