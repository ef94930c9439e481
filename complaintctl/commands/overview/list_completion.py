"""Shell completion of lists of columns: `--columns A,B,…`, `--sort A,-B,…` and `report --by`."""

import re
from typing import Final

import typer

from complaintctl.commands import completion
from complaintctl.commands.completion import Suggestion

# What stands before the last part of a list, with the sign for a descending order.
_EARLIER: Final = re.compile(r"(?s)(.*[,，、]\s*)?(.*)")
_EARLIER_AND_ORDER: Final = re.compile(r"(?s)((?:.*[,，、]\s*)?[-－]?)(.*)")


def complete_columns(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Fields of a case and columns computed from its clocks."""
    from complaintctl.domain.case import fields, vocabulary
    from complaintctl.domain.overview import overview

    policy = completion.current_policy(ctx)
    known = vocabulary.field_labels(policy) if policy else {}
    return completion.labelled_suggestions(
        {
            name: label
            for name, label in known.items()
            if name in overview.CLOCK_COLUMNS or fields.is_field(name)
        },
        incomplete,
    )


def complete_column_lists(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The last of several columns."""
    return _complete_last(ctx, _EARLIER, incomplete)


def complete_dimensions(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The last of one or two dimensions of a report: columns and units of time."""
    from complaintctl.domain.reports.dimensions import TIME_LABELS

    parts = _EARLIER.fullmatch(incomplete)
    earlier, last = (parts[1] or "", parts[2]) if parts else ("", incomplete)
    offers = [*complete_columns(ctx, last), *completion.labelled_suggestions(TIME_LABELS, last)]
    return [_with_earlier(earlier, offer) for offer in offers]


def complete_sorting(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The last of several columns, with or without the sign for a descending order."""
    return _complete_last(ctx, _EARLIER_AND_ORDER, incomplete)


def _complete_last(ctx: typer.Context, pattern: re.Pattern[str], incomplete: str) -> list[Suggestion]:
    parts = pattern.fullmatch(incomplete)
    earlier, last = (parts[1] or "", parts[2]) if parts else ("", incomplete)
    return [_with_earlier(earlier, offer) for offer in complete_columns(ctx, last)]


def _with_earlier(earlier: str, offer: Suggestion) -> Suggestion:
    """Returns a suggestion for the whole word, as every shell replaces the whole word."""
    if isinstance(offer, str):
        return completion.always_matching(f"{earlier}{offer}")
    return completion.always_matching(f"{earlier}{offer[0]}"), offer[1]
