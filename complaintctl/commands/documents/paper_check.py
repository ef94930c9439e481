"""What a check fills the texts of papers with: papers made of an invented case, and of none."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from complaintctl.commands.session import Session
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.duties import judge_duties
from complaintctl.domain.overview.filters import Filter
from complaintctl.domain.papers.improvement import ImprovementTally, choose_window
from complaintctl.domain.papers.period_paper import PeriodPaperTally
from complaintctl.domain.papers.preset import Preset, PresetRow, PresetSource, PresetVersion
from complaintctl.domain.papers.returns import ReturnTally
from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.periods import compared_period, last_period
from complaintctl.render.papers.blocks import Blocks
from complaintctl.render.papers.improvement_context import ImprovementResult, improvement_context
from complaintctl.render.papers.period_context import PeriodPaperInput, period_context
from complaintctl.render.papers.regulator_context import RegulatorReturn, regulator_context

_DAY: Final = timedelta(days=1)
# The parts of a paper about a person or department that a paper about everybody does not have.
_PARTIES: Final = {"handler": "owner", "department": "department"}

Contexts = tuple[Mapping[str, Any], Mapping[str, Any]]


def paper_contexts(session: Session, kind: str, case: Case) -> Contexts:
    """Returns the names of a paper made of this invented case, which has every field, and of one made of no case."""
    moment = case.received + 30 * _DAY
    judged = deadlines.judge_case(case, session.rules, moment)
    if kind == "improvement":
        return _improvement_names(session, judged, counted=True), _improvement_names(
            session, judged, counted=False
        )
    if kind == "regulator":
        return _return_names(session, judged, counted=True), _return_names(session, judged, counted=False)
    party = getattr(case, _PARTIES[kind]) or "example" if kind in _PARTIES else None
    return _period_names(session, judged, party, counted=True), _period_names(
        session, judged, None, counted=False
    )


def _period_names(
    session: Session, judged: JudgedCase, party: str | None, *, counted: bool
) -> Mapping[str, Any]:
    rules, moment = session.rules, judged.as_of
    period = last_period("90d", moment, rules.zone)
    periods = (period, compared_period(period, "previous", moment, rules.zone))
    tally = PeriodPaperTally(rules, moment, periods, None, Filter(), Filter(), party)
    if counted:
        tally.add(judged)
    duties = tuple(judge_duties(rules, (), moment)) if counted else ()
    given = PeriodPaperInput(paper=tally.result(), duties=duties, party=party or "")
    return period_context(given, rules, Blocks())


def _improvement_names(session: Session, judged: JudgedCase, *, counted: bool) -> Mapping[str, Any]:
    done = judged.case.received + _DAY
    tally = ImprovementTally(choose_window(done, None, 0, judged.as_of), ())
    if counted:
        tally.add(judged)
    result = ImprovementResult(
        case=judged.case,
        number=1,
        same={"cause.class": "example"} if counted else {},
        improvement=tally.result(),
        as_of=judged.as_of,
    )
    return improvement_context(result, session.rules, Blocks())


def _return_names(session: Session, judged: JudgedCase, *, counted: bool) -> Mapping[str, Any]:
    """The invented return has a row that the policy cannot count, and in one of the two an earlier rule."""
    rules, moment = session.rules, judged.as_of
    received = PresetRow(row="received", label="", count="received", by="category")
    uncounted = PresetRow(row="taken", label="", count="taken", step="…", of="received")
    source = PresetSource(title="example", url="example" if counted else None)
    day = judged.case.received.date()
    this = PresetVersion(
        from_=day,
        as_of=day,
        source=source,
        verified=not counted,
        rows=(received, uncounted),
        note="example" if counted else "",
    )
    previous = this if counted else None
    preset = Preset(preset="1", label="example", versions=(this,))
    period: Period = last_period("90d", moment, rules.zone)
    tally = ReturnTally(this, previous, period, rules)
    if counted:
        tally.add(judged)
    result = RegulatorReturn(
        name="example",
        preset=preset,
        this=this,
        previous=previous,
        period=period,
        as_of=moment,
        rows=tally.result(),
    )
    return regulator_context(result, rules, Blocks())
