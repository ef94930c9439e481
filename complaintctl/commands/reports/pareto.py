"""Prints which values of a field make most of the cases or of their cost."""

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.overview import list_completion
from complaintctl.commands.reports import report_options, selection
from complaintctl.commands.session import check_group, open_session, print_output, print_problems
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview.overview import column_text
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.reports.case_facts import parse_amount
from complaintctl.domain.reports.pareto import Pareto, ParetoTally, parse_grouping
from complaintctl.errors import InvalidInput
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.pareto import ParetoPage, pareto_text
from complaintctl.render.text import tables
from complaintctl.render.text.language import _

_MEASURES: Final = ("cases", "cost")


@dataclass(slots=True)
class _Ranking:
    """Counts cases, or their costs apart by currency; a case without a cost is only counted."""

    policy: Policy
    field: str
    depth: int | None
    by_cost: bool
    without_cost: int = 0
    tallies: dict[str, ParetoTally] = dataclasses.field(default_factory=dict)

    def add(self, judged: JudgedCase) -> None:
        currency, amount = "", Fraction(1)
        if self.by_cost:
            cost = parse_amount(column_text(judged, "remedy.cost"))
            if cost is None:
                self.without_cost += 1
                return
            currency, amount = cost[0], Fraction(cost[1])
        self._tally(currency).add(column_text(judged, self.field), amount)

    def _tally(self, currency: str) -> ParetoTally:
        return self.tallies.setdefault(currency, ParetoTally(self.policy, self.field, self.depth))

    def result(self) -> tuple[str | None, Pareto]:
        """Returns the currency, None if cases were counted, and the ranking; raises InvalidInput for two currencies."""
        if len(self.tallies) > 1:
            raise InvalidInput("several-currencies", choices=sorted(self.tallies))
        currency = next(iter(self.tallies), "")
        return currency if self.by_cost else None, self._tally(currency).result()


def pareto(
    ctx: typer.Context,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="FIELD",
            help=_("The field whose values are ranked: cause, batch, product, or any other field of a case."),
            autocompletion=list_completion.complete_columns,
        ),
    ] = "category",
    measure: Annotated[
        str,
        typer.Option(
            "--measure",
            metavar="MEASURE",
            help=_("Rank by the number of cases, or by their cost (remedy.cost): cases or cost."),
            autocompletion=completion.choice_completer(_MEASURES),
        ),
    ] = "cases",
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            metavar="NUMBER",
            min=1,
            help=_("Of a class such as quality/function, count only the first parts: 1 is quality."),
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            "--top", metavar="NUMBER", min=1, help=_("Show this many values; the others share one row.")
        ),
    ] = None,
    start: report_options.From = None,
    end: report_options.To = None,
    last: report_options.Last = None,
    month: report_options.Month = None,
    period: report_options.PeriodName = None,
    where: options.Where = None,
    or_where: options.OrWhere = None,
    with_duplicates: report_options.WithDuplicates = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Rank the values of a field by their number of cases or cost; mark the few that make 80 %."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if measure not in _MEASURES:
        raise InvalidInput("unknown-choice", option="--measure", value=measure, choices=list(_MEASURES))
    session = open_session(casebook_dir(ctx), index=not no_index)
    policy = session.rules.policy
    typed = report_options.TypedPeriod(start=start, end=end, last=last, month=month, period=period)
    chosen = selection.parse_selection(
        session, as_of, typed, (where, or_where), with_duplicates=with_duplicates
    )
    ranking = _Ranking(
        policy=policy,
        field=check_group(session, parse_grouping(policy, by)),
        depth=depth,
        by_cost=measure == "cost",
    )
    reader = CaseReader(session=session, moment=chosen.frame.as_of, archive=True)
    count_cases(reader, ranking.add, chosen.includes)
    currency, result = ranking.result()
    page = ParetoPage(
        pareto=result,
        frame=chosen.frame,
        currency=currency,
        without_cost=ranking.without_cost,
        top=top,
    )
    words = ReportWords(policy=policy, zone=session.rules.zone)
    print_output(pareto_text(page, words, output_format), output_format)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()
