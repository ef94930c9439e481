"""Prints a regulator's return for a period, under its rule and under the one before it."""

import dataclasses
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.documents import letter_writing
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.reports import report_options
from complaintctl.commands.reports.paper_writing import (
    PaperFormat,
    PaperOrder,
    choose_paper_format,
    write_paper,
)
from complaintctl.commands.session import (
    Session,
    check_group,
    open_session,
    parse_as_of,
    print_output,
    print_problems,
)
from complaintctl.domain.papers.preset import PERIOD_KINDS, Preset, PresetVersion, versions_in_force
from complaintctl.domain.papers.returns import ReturnTally
from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.periods import parse_calendar_span, span_period
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.papers.regulator_context import RegulatorReturn, regulator_context, regulator_json
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.render.text.values import localised_text
from complaintctl.storage.documents import presetfile, templatefile


def _complete_presets(ctx: typer.Context, incomplete: str) -> list[completion.Suggestion]:
    root = casebook_dir(ctx)
    return completion.matching_words(presetfile.preset_files(root), incomplete)


def regulator(
    ctx: typer.Context,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help=_("The return, such as fca-half-year."),
            autocompletion=_complete_presets,
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="PERIOD", help=_("The period: 2027H1, 2027Q3, 2027-03 or 2027.")),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule",
            metavar="DATE",
            help=_("The day whose rule counts. Default: the first day of the period."),
        ),
    ] = None,
    show_list: Annotated[
        bool, typer.Option("--list", help=_("List the presets and their rules."), show_default=False)
    ] = False,
    as_of: options.AsOf = None,
    output_format: PaperFormat = None,
    output: report_options.Output = None,
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Count the rows of a regulator's return, under its rule and under the one before it."""
    chosen_format = choose_paper_format(output_format, output, as_json=as_json)
    session = open_session(casebook_dir(ctx), index=not no_index)
    if show_list:
        return _list_presets(session, chosen_format)
    if preset is None or period is None:
        raise InvalidInput("regulator-options")
    read = _read_preset(session, preset)
    span = _parse_preset_period(session, read, period)
    moment = parse_as_of(session, as_of)
    this, previous = versions_in_force(read, _rule_day(session, rule, span))
    for row in (*this.rows, *(previous.rows if previous else ())):
        if row.by:
            check_group(session, row.by)
    tally = ReturnTally(this, previous, span, session.rules)
    reader = CaseReader(session=session, moment=moment, archive=True, whole=True)

    count_cases(reader, tally.add)
    result = RegulatorReturn(
        name=preset,
        preset=read,
        this=this,
        previous=previous,
        period=span,
        as_of=moment,
        rows=tally.result(),
    )
    order = PaperOrder(
        kind="regulator",
        as_of=moment,
        content=regulator_json(result),
        names=lambda blocks: regulator_context(result, session.rules, blocks),
    )
    write_paper(session, order, chosen_format, output)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _read_preset(session: Session, name: str) -> Preset:
    """Returns a preset; raises InvalidInput if it is unknown, Broken if its file is faulty (prints the faults)."""
    path = presetfile.find_preset(session.casebook.root, name)
    preset, problems = presetfile.read_preset(path)
    if preset is None:
        print_problems(problems, session.casebook.root)
        raise Broken("preset-faulty", file=letter_writing.display_path(path, session))
    return preset


def _parse_preset_period(session: Session, preset: Preset, typed: str) -> Period:
    span = parse_calendar_span(typed)
    period = span_period(span, session.rules.zone)
    if preset.periods and PERIOD_KINDS.get(span.months) not in preset.periods:
        raise InvalidInput("preset-period", value=typed, choices=list(preset.periods))
    return dataclasses.replace(period, key=typed.strip().upper())


def _rule_day(session: Session, typed: str | None, period: Period) -> date:
    zone = session.rules.zone
    if typed is not None:
        return typed_times.parse_time(typed, session.now, zone).astimezone(zone).date()
    return (period.start or session.now).astimezone(zone).date()


def _list_presets(session: Session, output_format: str) -> int:
    """Print each rule of each preset; faulty files are named."""
    rows: list[dict[str, Any]] = []
    problems = presetfile.misnamed_presets(session.casebook.root)
    for name, path in presetfile.preset_files(session.casebook.root).items():
        preset, faults = presetfile.read_preset(path)
        problems += faults
        rows += [_version_row(name, path, preset, one) for one in preset.versions] if preset else []
    if output_format == "json":
        print_output(tables.json_document("presets", rows))
    else:
        columns = {
            "preset": _("preset"),
            "title": _("title"),
            "from": _("rule from"),
            "as_of": _("as known on"),
            "verified": _("official text read"),
            "source": _("source"),
            "own": _("own"),
        }
        answers = {True: _("yes"), False: _("no")}
        shown = [
            row
            | {
                "title": localised_text(row["title"]),
                "verified": answers[row["verified"]],
                "own": answers[row["own"]],
            }
            for row in rows
        ]
        print_output(tables.format_rows(columns, shown, "md"))
    print_problems(problems, session.casebook.root)
    return Broken.exit_code if problems else 0


def _version_row(name: str, path: Path, preset: Preset, version: PresetVersion) -> dict[str, Any]:
    """Returns a row for programs."""
    return {
        "preset": name,
        "title": preset.label,
        "from": version.from_.isoformat(),
        "as_of": version.as_of.isoformat(),
        "verified": version.verified,
        "source": version.source.title,
        "own": not templatefile.is_shipped_template(path),
    }
