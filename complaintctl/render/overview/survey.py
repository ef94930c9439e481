"""Surveys for people and programs: the sample, who was asked, and the counts of a table of answers."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.case import data_state
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone
from complaintctl.domain.lifecycle.survey import AnswerSummary, ClosedCase, SurveySample, SurveyStatus
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import N_, _, ngettext

# Personal data, so shown only on request.
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
    """Returns the columns of a drawn sample, with `contact` also those of the customer."""
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
    """How the customer is reached; of a customer whose data are restricted nothing."""
    usable = None if data_state.restriction_of(case) is not None else case.customer
    return {name: getattr(usable, name, None) for name in CONTACT_FIELDS}


def sample_entry(closed: ClosedCase, rules: Rulebook, *, contact: bool) -> dict[str, Any]:
    """Returns a drawn case for programs."""
    case = closed.case
    return {
        "case": case.id,
        "closed": values.iso_time(to_policy_zone(rules, closed.at)),
        **{name: getattr(case, name) for name in _WORDS},
        "title": case.title,
        **(_contact(case) if contact else {}),
    }


def readable_sample_entry(closed: ClosedCase, rules: Rulebook, *, contact: bool) -> dict[str, Any]:
    """Returns a drawn case for people."""
    words = {name: labels.cell_label(rules.policy, name, getattr(closed.case, name) or "") for name in _WORDS}
    return {
        **sample_entry(closed, rules, contact=contact),
        "closed": values.moment_text(closed.at, rules.zone),
        **words,
    }


def sample_json(
    sample: SurveySample,
    cases: Iterable[ClosedCase],
    rules: Rulebook,
    since: datetime,
    seed: int,
    *,
    contact: bool,
) -> dict[str, Any]:
    """Returns the draw for programs, with everything it was made from."""
    population = sum(stratum.population for stratum in sample.strata)
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
            {"name": stratum.name or None, "population": stratum.population, "sample": stratum.sample}
            for stratum in sample.strata
        ],
        "cases": [sample_entry(closed, rules, contact=contact) for closed in cases],
    }


def sample_notes(
    sample: SurveySample, rules: Rulebook, since: datetime, seed: int, by: str | None
) -> Iterator[str]:
    """Yields what the draw was made from, and how to repeat it."""
    template = ngettext(
        "{closed} case closed since {since}; left out: {unwanted} withdrawn or duplicate, "
        "{asked} asked before, {same} of a customer who is asked about another case.",
        "{closed} cases closed since {since}; left out: {unwanted} withdrawn or duplicate, "
        "{asked} asked before, {same} of a customer who is asked about another case.",
        sample.closed,
    )
    yield template.format(
        closed=sample.closed,
        since=values.moment_text(since, rules.zone),
        unwanted=sample.unwanted,
        asked=sample.asked,
        same=sample.same,
    )
    drawn, population = len(sample.drawn), sum(stratum.population for stratum in sample.strata)
    if population:
        share = f"{100 * drawn / population:.{0 if drawn * 10 > population else 1}f} %"
        template = _("Drawn: {drawn} of {population} ({share}). The same draw again: --seed {seed}")
        yield template.format(drawn=drawn, population=population, share=share, seed=seed)
    for stratum in sample.strata if by else ():
        name = _stratum(rules.policy, str(by), stratum.name)
        yield _("  {name}: {drawn} of {population}").format(
            name=name, drawn=stratum.sample, population=stratum.population
        )


def _stratum(policy: Policy, by: str, name: str) -> str:
    return labels.cell_label(policy, by, name) if name else _("(none)")


def asking_columns(*, contact: bool) -> dict[str, str]:
    """Returns the columns of the customers asked; `score` has the same name in a table of answers."""
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


def asking_entry(status: SurveyStatus, rules: Rulebook, as_of: datetime, *, contact: bool) -> dict[str, Any]:
    """Returns when a customer was asked, and the answer, for programs."""
    case, marks = status.case, status.case.satisfaction
    return {
        "case": case.id,
        "asked": values.iso_time(to_policy_zone(rules, status.event.at)),
        "days": (as_of - status.event.at).days,
        "times": status.times,
        "sample": status.event.text,
        "answered": values.iso_time(to_policy_zone(rules, status.answered)) if status.answered else None,
        "score": status.mark,
        "attitude": marks.attitude if marks and status.answered else None,
        "solved": marks.solved if marks and status.answered else None,
        "title": case.title,
        **(_contact(case) if contact else {}),
        "command": None if status.answered else f"complaintctl survey record {case.id} --score …",
    }


def readable_asking_entry(
    status: SurveyStatus, rules: Rulebook, as_of: datetime, *, contact: bool
) -> dict[str, Any]:
    """Returns when a customer was asked, and the answer, for people."""
    return {
        **asking_entry(status, rules, as_of, contact=contact),
        "asked": values.moment_text(status.event.at, rules.zone),
        "answered": values.moment_text(status.answered, rules.zone) if status.answered else _("none yet"),
    }


def response_rate_text(asked: int, answered: int) -> str:
    """Returns how many of those asked answered."""
    template = _("Asked: {asked}; answered: {answered} ({percent}).")
    percent = f"{100 * answered / asked:.0f} %" if asked else "–"
    return template.format(asked=asked, answered=answered, percent=percent)


def withheld_contacts_text(count: int) -> str:
    """Returns how many of the customers shown are without their contact."""
    template = ngettext(
        "{count} customer is shown without contact: the data are restricted.",
        "{count} customers are shown without contact: their data are restricted.",
        count,
    )
    return template.format(count=count)


def answer_counts_text(done: AnswerSummary) -> str:
    """Returns the counts of a table of answers as a table."""
    counts = _answer_counts(done)
    entries = [{"what": _(words), "count": counts[name]} for name, words in _COUNTS.items()]
    return tables.format_rows({"what": _("answers"), "count": _("count")}, entries, "table")


def answer_counts_json(done: AnswerSummary) -> str:
    """Returns the counts as one JSON object, with every rejected row by its line."""
    rejected_rows = [
        {
            "line": row.line,
            "key": row.key,
            "facts": {name: values.value_text(value, None) for name, value in row.values.items()},
        }
        for row in done.rejected
    ]
    return tables.flat_json_document({**_answer_counts(done), "named": rejected_rows})


def _answer_counts(done: AnswerSummary) -> dict[str, int]:
    return {**{name: getattr(done, name) for name in _COUNTS}, "rejected": len(done.rejected)}
