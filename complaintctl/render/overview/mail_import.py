"""What an import made of each e-mail, for people and programs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from complaintctl.domain.intake.mail_results import MailOutcome, MailRemark, MailResult
from complaintctl.render.sentences import sentences
from complaintctl.render.sentences.imports import MAIL_SENTENCES
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _

_OUTCOMES: Final[Mapping[MailOutcome, str]] = {
    "opened": N_("opened"),
    "joined": N_("joined"),
    "kept": N_("kept on a closed case"),
    "skipped": N_("skipped"),
    "rejected": N_("rejected"),
}
# Remarks that ask nobody to do anything; programs get them, and those without a sentence, too.
_QUIET: Final = frozenset({"mail-trimmed"})


def mail_import_text(results: Sequence[MailResult]) -> str:
    """Returns a table with a line for each mail."""
    rows = [
        {
            "mail": result.place,
            "result": _(_OUTCOMES[result.outcome]),
            "case": result.case_id or "",
            "reason": _remark_text(result.reason) if result.reason else "",
        }
        for result in results
    ]
    columns = {"mail": _("mail"), "result": _("result"), "case": _("case"), "reason": _("reason")}
    return tables.format_rows(columns, rows, "table")


def mail_import_notes(results: Sequence[MailResult], *, dry_run: bool) -> Iterator[str]:
    """Yields the remarks about each mail, and how many mails had which result."""
    if dry_run:
        yield _("Dry run: nothing was written.")
    for result in results:
        told = [remark for remark in result.remarks if remark.key in MAIL_SENTENCES.keys() - _QUIET]
        if told:
            remarks = _("; ").join(dict.fromkeys(map(_remark_text, told)))
            yield _("{place}: {remark}").format(place=result.place, remark=remarks)
    counts = Counter(result.outcome for result in results)
    reasons = {result.reason.key for result in results if result.reason}
    if counts["skipped"] == len(results) > 0 and reasons == {"mail-imported-before"}:
        yield _("Nothing is new: all of these mails were imported before.")
        return
    parts = [
        _("{what}: {count}").format(what=_(words), count=counts[outcome])
        for outcome, words in _OUTCOMES.items()
        if counts[outcome]
    ]
    yield _(", ").join(parts) if parts else _("There is no mail.")


def mail_import_json(results: Sequence[MailResult], *, dry_run: bool) -> str:
    """Returns the counts, and for each mail its Message-ID, result, case, reason and remarks."""
    counts = Counter(result.outcome for result in results)
    content: dict[str, Any] = {
        "dry_run": dry_run,
        **{str(outcome): counts[outcome] for outcome in _OUTCOMES},
        "mails": [
            {
                "mail": result.place,
                "message_id": result.message_id,
                "result": result.outcome,
                "case": result.case_id,
                "reason": result.reason.key if result.reason else None,
                "notes": [_remark_json(remark) for remark in result.remarks],
            }
            for result in results
        ],
    }
    return tables.flat_json_document(content)


def _remark_json(remark: MailRemark) -> dict[str, Any]:
    values = {
        name: value if isinstance(value, bool | int | str) or value is None else str(value)
        for name, value in remark.values.items()
    }
    return {"key": remark.key, **values}


def _remark_text(remark: MailRemark) -> str:
    return sentences.fill_sentence(remark.key, remark.values, None)
