"""Which cases a ranking or a chart is about: the options of its period and conditions."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from complaintctl.commands.input.conditions import parse_filter, shown_conditions
from complaintctl.commands.reports.report_options import TypedPeriod, parse_period
from complaintctl.commands.session import Session, parse_as_of
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview.filters import Filter
from complaintctl.domain.reports.case_facts import is_counted_apart
from complaintctl.domain.reports.figures import Figures
from complaintctl.domain.reports.periods import is_in_period
from complaintctl.domain.reports.tally import ReportScope


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The cases of a report: `frame` has its moment, period and conditions, and no figures."""

    frame: Figures
    conditions: Filter

    def includes(self, judged: JudgedCase) -> bool:
        """Whether a case belongs to the report by its receipt; a duplicate only if the frame says so."""
        return (
            is_in_period(self.frame.periods[0], judged.case.received)
            and (self.frame.with_duplicates or not is_counted_apart(judged.case))
            and self.conditions.matches(judged)
        )


def shown_scope(session: Session, scope: ReportScope) -> ReportScope:
    """Returns the scope with its conditions as the report may name them."""
    return dataclasses.replace(
        scope,
        conditions=shown_conditions(session, scope.conditions),
        either=shown_conditions(session, scope.either),
    )


def parse_selection(
    session: Session,
    as_of: str | None,
    period: TypedPeriod,
    conditions: tuple[Sequence[str] | None, Sequence[str] | None],
    *,
    with_duplicates: bool,
) -> Selection:
    """Returns the selection that options mean: all conditions, or one of the others; raises InvalidInput."""
    moment = parse_as_of(session, as_of)
    every, either = (tuple(part or ()) for part in conditions)
    return Selection(
        frame=Figures(
            as_of=moment,
            basis="received",
            periods=(parse_period(session, moment, period),),
            conditions=shown_conditions(session, every),
            either=shown_conditions(session, either),
            with_duplicates=with_duplicates,
        ),
        conditions=parse_filter(session, moment, every, either),
    )
