"""Lists the lessons recorded in closed cases."""

from datetime import datetime
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_rows
from complaintctl.commands.session import Session, open_session, print_message, print_problems
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.lessons import Lesson, has_lesson, matches_search, newest_first_order
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.disk.spooled_rows import SpooledRows


def lessons(
    ctx: typer.Context,
    search: Annotated[
        str | None,
        typer.Argument(
            metavar="[SEARCH]",
            help=_("Words that must all occur in the title, description, cause, plan or lesson."),
        ),
    ] = None,
    category: options.Category = None,
    cause: Annotated[
        str | None,
        typer.Option(
            "--cause",
            metavar="CAUSE",
            help=_("The class of the cause."),
            autocompletion=completion.field_completer("cause.class"),
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="MODEL", help=_("The model of the product."))
    ] = None,
    mark: Annotated[
        str | None,
        typer.Option(
            "--mark",
            metavar="MARK",
            help=_("Only examples of success or of failure."),
            autocompletion=completion.field_completer("lesson_mark"),
        ),
    ] = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """List the closed cases that taught us something, the one closed last first."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), index=not no_index)
    given = {"category": category, "cause.class": cause, "product.model": model, "lesson_mark": mark}
    wanted = {
        name: vocabulary.parse_key(session.rules.policy, name, text)
        for name, text in given.items()
        if text is not None
    }
    reader = CaseReader(session=session, moment=session.now, archive=True, word="lesson")
    make = _readable_entry if output_format in tables.READABLE_FORMATS else _entry

    rows: SpooledRows[tuple[float, str]] = SpooledRows()

    def take(case: Case, closed: datetime) -> None:
        lesson = Lesson(case=case, closed=closed)
        rows.add(newest_first_order(lesson), make(session, lesson))

    def is_wanted(case: Case) -> bool:
        return has_lesson(case) and matches_search(case, search or "", wanted)

    run_through(reader.archived(take, is_wanted))
    rows.sort()
    print_rows("lessons", _columns(), rows, output_format)
    print_problems(reader.problems, session.casebook.root)
    print_message(ngettext("{count} lesson", "{count} lessons", len(rows)).format(count=len(rows)))
    return reader.exit_code()


def _columns() -> dict[str, str]:
    return {
        "case": _("case"),
        "closed": _("closed"),
        "mark": _("mark"),
        "category": _("class"),
        "cause": _("cause"),
        "model": _("model"),
        "title": _("title"),
        "lesson": _("lesson"),
    }


def _entry(session: Session, lesson: Lesson) -> dict[str, Any]:
    case = lesson.case
    return {
        "case": case.id,
        "closed": values.iso_time(to_policy_zone(session.rules, lesson.closed)),
        "mark": case.lesson_mark,
        "category": case.category,
        "cause": _cause_class(case),
        "model": case.product.model if case.product else None,
        "title": case.title,
        "lesson": case.lesson,
    }


def _cause_class(case: Case) -> str | None:
    return case.cause.class_ if case.cause else None


def _readable_entry(session: Session, lesson: Lesson) -> dict[str, Any]:
    case, policy = lesson.case, session.rules.policy
    return {
        **_entry(session, lesson),
        "closed": values.moment_text(lesson.closed, session.rules.zone)[: len("2026-11-21")],
        "mark": labels.word_label(policy, "lesson_mark", case.lesson_mark),
        "category": labels.cell_label(policy, "category", case.category or ""),
        "cause": labels.cell_label(policy, "cause.class", _cause_class(case) or ""),
    }
