"""The result of an import, for people and programs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from complaintctl.domain.lifecycle.import_results import (
    MAX_LISTED,
    EventOddity,
    ImportSummary,
    RejectedRecord,
    RejectionReason,
)
from complaintctl.render.overview import unknown_words
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _, ngettext

_COUNTS = {
    "rows": N_("rows"),
    "new": N_("new"),
    "changed": N_("changed"),
    "unchanged": N_("unchanged"),
    "rejected": N_("rejected"),
    "irregular": N_("irregular order"),
    "kept": N_("manual changes kept"),
}
# Irregularities in the events of a case.
_ODD = {
    "after-close": N_("after the closing"),
    "same-time": N_("at the same time"),
    "event-before-receipt": N_("before the receipt"),
    "closed-before-receipt": N_("closed before the receipt"),
    "promise-before-receipt": N_("promised before the receipt"),
    "already-waiting": N_("waiting twice"),
    "not-waiting": N_("resumed without a wait"),
    "not-closed": N_("reopened without a closing"),
    "state-kept": N_("the status changed by hand is kept"),
    "not-in-table": N_("events that are no longer in the table"),
}


def import_text(done: ImportSummary) -> str:
    """Returns tables of the counts, of fields kept as edited here, and of cases with irregular events."""
    counts = {**{name: getattr(done, name) for name in _COUNTS if name != "kept"}, "kept": len(done.kept)}
    rows = [{"what": _(words), "count": counts[name]} for name, words in _COUNTS.items()]
    if done.events:
        rows.append({"what": _("events"), "count": done.events})
    text = tables.format_rows({"what": _("import"), "count": _("count")}, rows, "table")
    if done.kept:
        kept = [{"case": entry.case_id, "line": entry.line, "fields": entry.fields} for entry in done.kept]
        columns = {"case": _("case"), "line": _("line"), "fields": _("fields changed by hand, kept")}
        text += "\n" + tables.format_rows(columns, kept, "table")
    if done.odd:
        odd = [{**_oddity(entry), "what": _(_ODD[entry.what])} for entry in done.odd]
        columns = {"id": _("case"), "record": _("record"), "what": _("events"), "lines": _("lines")}
        text += "\n" + tables.format_rows(columns, odd, "table")
    return text


def _oddity(entry: EventOddity) -> dict[str, Any]:
    return {"id": entry.case_id, "record": entry.record, "what": entry.what, "lines": list(entry.lines)}


def _reason(entry: RejectionReason) -> dict[str, Any]:
    values = entry.first.values
    return {
        "key": entry.first.key,
        "field": values.get("field"),
        "value": None if entry.varied else values.get("value"),
        "count": entry.count,
        "lines": entry.lines,
    }


def import_json(done: ImportSummary, dry_run: bool, rejects: Path | None) -> str:
    """Returns the counts as one JSON object; `rejects` is the file of rejected rows, if there is one."""
    content = {
        "dry_run": dry_run,
        **{name: getattr(done, name) for name in _COUNTS if name != "kept"},
        "columns_changed": done.columns_changed,
        "erased": done.erased,
        "events": done.events,
        "odd": [_oddity(entry) for entry in done.odd],
        "reasons": [_reason(entry) for entry in done.reasons.values()],
        "unknown": unknown_words.unknown_words_json(done.unknown),
        "kept": [
            {"id": entry.case_id, "line": entry.line, "fields": list(entry.fields)} for entry in done.kept
        ],
        "warned": [
            {"line": warning.line, "reason": sentences.fill_sentence(warning.key, warning.values, None)}
            for warning in done.warned
        ],
        "rejects": str(rejects) if rejects is not None and done.rejected and not dry_run else None,
    }
    return tables.flat_json_document(content)


def import_notes(done: ImportSummary, dry_run: bool, rejects: Path | None) -> Iterator[str]:
    """Yields the reasons to reject rows, the file that has them all, and other notes."""
    if dry_run:
        yield _("Dry run: nothing was written.")
    for entry in done.reasons.values():
        yield _reason_text(entry)
    listed = sum(entry.count for entry in done.reasons.values())
    if done.rejected > listed:
        yield _("… and {count} more").format(count=done.rejected - listed)
    if rejects is not None and done.rejected and not dry_run:
        template = _("Rejected rows are in {path}: correct them there and import that file.")
        yield template.format(path=rejects)
    for warning in done.warned[:MAX_LISTED]:
        reason = sentences.fill_sentence(warning.key, warning.values, None)
        yield _("left out: {reason} (line {line})").format(line=warning.line, reason=reason)
    if len(done.warned) > MAX_LISTED:
        yield _("… and {count} more").format(count=len(done.warned) - MAX_LISTED)
    if done.erased:
        template = ngettext(
            "{count} case was left as it is, because its customer data were erased: {cases}",
            "{count} cases were left as they are, because their customer data were erased: {cases}",
            len(done.erased),
        )
        named = _(", ").join(done.erased[:MAX_LISTED])
        yield template.format(count=f"{len(done.erased):,}", cases=named)
    if done.columns_changed:
        template = ngettext(
            "The table has other columns than last time: in {count} case, only changes recorded as "
            "events could be recognized as made by hand.",
            "The table has other columns than last time: in {count} cases, only changes recorded as "
            "events could be recognized as made by hand.",
            done.columns_changed,
        )
        yield template.format(count=done.columns_changed)


def _reason_text(entry: RejectionReason) -> str:
    """One line for all records rejected for one reason: how many, the first lines, the reason of the first."""
    reason = rejection_reason(entry.first)
    if entry.count == 1:
        return _("line {line}: {reason}").format(line=entry.first.line, reason=reason)
    lines = ", ".join(map(str, entry.lines)) + (", …" if entry.count > len(entry.lines) else "")
    template = (
        ngettext(
            "{count} similar row (lines {lines}): {reason}",
            "{count} similar rows (lines {lines}): {reason}",
            entry.count,
        )
        if entry.varied
        else ngettext(
            "{count} row (lines {lines}): {reason}", "{count} rows (lines {lines}): {reason}", entry.count
        )
    )
    return template.format(count=f"{entry.count:,}", lines=lines, reason=reason)


def rejection_reason(rejected: RejectedRecord) -> str:
    """Returns why a record was rejected."""
    return sentences.fill_sentence(rejected.key, rejected.values, None)
