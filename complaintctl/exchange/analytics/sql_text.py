"""Values as SQL literals, equal in DuckDB and Spark."""

from datetime import UTC, datetime


def quoted(text: str) -> str:
    """Returns a text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def utc_text(moment: datetime) -> str:
    """Returns a moment in UTC, to the microsecond, as databases read it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def moment_literal(moment: datetime) -> str:
    """Returns a moment as a literal of a timestamp without a zone, in UTC."""
    return f"cast({quoted(utc_text(moment))} as timestamp)"
