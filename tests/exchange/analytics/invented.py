"""Invented cases for engines: with everything that a report counts, in several spellings."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench import casebooks, stories
from complaintctl.domain.case.case import Action, Case, Customer, Event, Remedy, Satisfaction
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED, SURVEY_ASKED
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.deadlines import judge_case
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.exports.fact_rows import FactWriter
from complaintctl.domain.exports.masking import Masking
from complaintctl.domain.lifecycle.duplicates import DUPLICATE_OUTCOME
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request, decide_request
from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from complaintctl.exchange.analytics.parquet_export import SpooledRows, write_tables
from complaintctl.render.reports.figures_data import long_rows
from complaintctl.storage.disk.fact_folder import staged_tables

AS_OF = datetime(2026, 10, 1, 4, 30, tzinfo=UTC)
SUMMER = Period(start=datetime(2026, 6, 1, tzinfo=UTC), end=datetime(2026, 9, 1, tzinfo=UTC))
SPRING = Period(key="previous", start=datetime(2026, 3, 1, tzinfo=UTC), end=SUMMER.start)
TO_COME = Period(start=datetime(2026, 9, 1, tzinfo=UTC), end=datetime(2027, 1, 1, tzinfo=UTC))
# Both engines and the reference count the same cases by these.
SCOPES: Mapping[str, ReportScope] = {
    "all": ReportScope(counted=("status", "level", "owner", "remedy.kind")),
    "summer and spring": ReportScope(periods=(SUMMER, SPRING), counted=("category", "product.model")),
    "closed in a period that is not over": ReportScope(periods=(TO_COME,), basis="closed"),
    "taken": ReportScope(periods=(SUMMER,), basis="taken", tables=(("owner", "month"),)),
    "taken at any time": ReportScope(basis="taken", tables=(("week",),)),
    "closed by quarter": ReportScope(basis="closed", tables=(("quarter", "channel"), ("day",))),
    "by two fields": ReportScope(periods=(SUMMER, SPRING), tables=(("owner", "level"), ("year",))),
    "with duplicates": ReportScope(tables=(("outcome",),), with_duplicates=True),
}


def invented_cases(count: int, rules: Rulebook, as_of: datetime) -> Iterator[JudgedCase]:
    """Yields judged cases, one third open; the same ones for the same count."""
    random = Random(count)  # noqa: S311 - invented cases
    closed = count * 2 // 3
    for case in stories.closed_cases(closed, rules, as_of):
        yield judge_case(_varied(_reopened(case, rules, as_of, random), random), rules, as_of)
    for case in stories.open_cases(count - closed, rules, as_of):
        yield judge_case(_varied(case, random), rules, as_of)


def _reopened(case: Case, rules: Rulebook, as_of: datetime, random: Random) -> Case:
    """One in five was reopened, half of these closed again, and a few reopened once more."""
    chain = ["reopen", "close", "reopen"][: random.choice([0] * 12 + [1, 2, 3])]
    for number, did in enumerate(chain, 1):
        at = case.history[-1].at + timedelta(
            hours=random.randint(1, 60 * number), seconds=random.randint(0, 99)
        )
        if at < as_of:
            act = Attribution(at=at, now=at, by="li.wei", given=False, recorder=None)
            fields = {"outcome": "upheld"} if did == "close" else {}
            request = Request(did=did, reason="again", force=did == "close", fields=fields)
            case = decide_request(case, rules, request, act).case
    return case


def _varied(case: Case, random: Random) -> Case:
    changes: dict[str, Any] = {
        "owner": random.choice([case.owner, case.owner, "LI.WEI", "li.wei ", None]),
        "customer": Customer(
            phone=random.choice(["138 0013 8000", None, f"1380013{random.randint(1000, 9999)}"]),
            email=random.choice(["a@example.com", None, f"{random.randint(1, 60)}@example.com"]),
        ),
        "remedy": Remedy(
            kind=random.choice(["repair", "exchange", None]),
            cost=random.choice(["120.00 CNY", "€ 12.5", "99", None, "free", "1,299.55 CNY"]),
        ),
        "satisfaction": random.choice(
            [None, Satisfaction(overall=random.randint(1, 5), solved=random.choice([None, 4]))]
        ),
        "actions": tuple(_action(case, random) for _number in range(random.choice([0, 0, 0, 1, 2]))),
        "product": replace(case.product, model=random.choice(["X100", "x100", "Ｘ１００", "Z9"]))
        if case.product
        else None,
    }
    if case.status == "closed" and random.random() < 0.1:
        changes["outcome"] = DUPLICATE_OUTCOME
    return replace(_surveyed(case, random), **changes)


def _surveyed(case: Case, random: Random) -> Case:
    asked = ["", SURVEY_ASKED, SURVEY_ANSWERED][: random.choice([1, 1, 2, 3])][1:]
    events: tuple[Event, ...] = case.history
    for kind in asked:
        event = Event(at=events[-1].at, by="li.wei", did=kind)
        events = (*events, history.identify_event(case.id, events, event))
    return replace(case, history=events)


def _action(case: Case, random: Random) -> Action:
    verified = random.choice([None, case.received])
    return Action(
        what="new supplier",
        kind="corrective",
        who="li.wei",
        due=case.received.date() + timedelta(days=random.randint(1, 90)),
        given=case.received,
        done=verified or random.choice([None, case.received]),
        verified=verified,
        effective=random.choice([True, False]) if verified else None,
    )


def export_cases(
    folder: Path, casebook: str, cases: Sequence[JudgedCase], rules: Rulebook, as_of: datetime
) -> None:
    """Writes the tables of a casebook."""
    writer = FactWriter(casebook=casebook, rules=rules, masking=Masking(rules.policy, b"key" * 8))
    with staged_tables(folder, casebook, private=False) as (rows, tables):
        with ExitStack() as stack:
            spooled = SpooledRows(rows, stack)
            for judged in cases:
                spooled.add(writer.rows(judged))
            spooled.join_customers(writer.customers.joined())
            spooled.add(writer.whole_rows(as_of, "0"))
        write_tables(spooled, tables, as_of.year)


def reference_rows(cases: Sequence[JudgedCase], rules: Rulebook, scope: ReportScope) -> list[dict[str, Any]]:
    """Returns the long table that Python counts."""
    tally = ReportTally(rules, AS_OF, scope)
    for judged in cases:
        tally.add(judged)
    return list(long_rows(tally.figures()))


def policy_rules() -> Rulebook:
    """Returns the rules of the shipped policy that the cases were made under."""
    return casebooks.rules()
