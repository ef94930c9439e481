"""The columns of exported cases (docs/export.md). They are a contract: later versions only add columns at the end."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

# `time` is ISO 8601 with its offset, `day` is YYYY-MM-DD, `list` and `map` are JSON in a cell of a table.
ColumnKind = Literal["text", "whole", "truth", "day", "time", "list", "map"]

SCHEMA_VERSION: Final = 1
CASE_RECORD: Final = "case"
EVENT_RECORD: Final = "event"
EVENT_PREFIX: Final = "event."

# What every row has.
ROW_COLUMNS: Final[Mapping[str, ColumnKind]] = {
    "schema": "whole",
    "record": "text",
    "masked": "truth",
    "id": "text",
}

FIELD_COLUMNS: Final[Mapping[str, ColumnKind]] = {
    "title": "text",
    "received": "time",
    "channel": "text",
    "source.system": "text",
    "source.id": "text",
    "source.row": "text",
    "status": "text",
    "level": "text",
    "category": "text",
    "crisis": "truth",
    "owner": "text",
    "department": "text",
    "watchers": "list",
    "customer.name": "text",
    "customer.phone": "text",
    "customer.email": "text",
    "customer.address": "text",
    "product.model": "text",
    "product.serial": "text",
    "product.batch": "text",
    "product.bought": "day",
    "product.bought_from": "text",
    "product.time_in_use": "text",
    "description": "text",
    "remedy_sought": "text",
    "problem.what": "text",
    "problem.when": "text",
    "problem.where": "text",
    "problem.who": "text",
    "problem.why": "text",
    "problem.how": "text",
    "impact.customer_satisfaction": "text",
    "impact.market_share": "text",
    "impact.business_result": "text",
    "impact.legal_risk": "text",
    "promised": "list",
    "contact.by": "time",
    "contact.via": "text",
    "cause.class": "text",
    "cause.finding": "text",
    "cause.five_whys": "list",
    "cause.fishbone": "list",
    "plan.remedy": "text",
    "plan.principle": "text",
    "plan.measures": "list",
    "plan.department": "text",
    "plan.supervision": "text",
    "plan.agreed_with_customer": "truth",
    "tasks": "list",
    "remedy.kind": "text",
    "remedy.cost": "text",
    "outcome": "text",
    "actions": "list",
    "recurrence.reason": "text",
    "satisfaction.overall": "whole",
    "satisfaction.attitude": "whole",
    "satisfaction.solved": "whole",
    "satisfaction.comment": "text",
    "lesson": "text",
    "lesson_mark": "text",
    "links": "list",
    "attachments": "list",
    "x": "map",
}

# Computed as of the moment of the export; an import computes them again.
JUDGED_COLUMNS: Final[Mapping[str, ColumnKind]] = {
    "as_of": "time",
    "step": "text",
    "due": "time",
    "overdue": "truth",
    "forced": "truth",
    "closed": "time",
    "events": "whole",
}

EVENT_COLUMNS: Final[Mapping[str, ColumnKind]] = {
    "event.id": "text",
    "event.at": "time",
    "event.by": "text",
    "event.did": "text",
    "event.via": "text",
    "event.to": "text",
    "event.set": "map",
    "event.changed": "list",
    "event.promise": "list",
    "event.tasks": "list",
    "event.file": "text",
    "event.link": "text",
    "event.event": "text",
    "event.refused": "truth",
    "event.text": "text",
    "event.reason": "text",
    "event.until": "time",
    "event.forced": "list",
    "event.due": "time",
    "event.met": "truth",
    "event.moved": "map",
    "event.rungs": "list",
    "event.repeated": "list",
    "event.irregular": "text",
    "event.recorded": "time",
    "event.recorded_by": "text",
}


def export_columns(own_fields: Sequence[str], *, with_history: bool) -> dict[str, ColumnKind]:
    """Returns the columns in their order, with their kinds; `own_fields` are those that the policy names."""
    events = EVENT_COLUMNS if with_history else {}
    own: dict[str, ColumnKind] = {f"x.{name}": "text" for name in own_fields}
    return {**ROW_COLUMNS, **FIELD_COLUMNS, **JUDGED_COLUMNS, **events, **own}
