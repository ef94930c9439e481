"""What `doctor` found, as tables and JSON."""

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.overview.ailments import Ailment
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables, values
from complaintctl.render.text.language import _, ngettext

_KEYS: Final = ("key", "file", "case", "state", "mend")


def doctor_text(ailments: Sequence[Ailment], output_format: str, zone: ZoneInfo, *, mended: bool) -> str:
    """Returns the findings in a format of TABLE_FORMATS; `mended`: what can be mended, was."""
    rows = [_ailment_json(ailment, mended=mended) for ailment in ailments]
    if output_format == "json":
        return tables.json_document("doctor", {"findings": rows})
    if output_format not in tables.READABLE_FORMATS:
        return tables.format_raw_rows(_KEYS, rows, output_format)
    columns = {"place": _("place"), "wrong": _("what is wrong"), "mend": _("how it is mended")}
    return tables.format_rows(
        columns, [_readable_row(ailment, zone, mended=mended) for ailment in ailments], output_format
    )


def _state(ailment: Ailment, *, mended: bool) -> str:
    if ailment.mend is None:
        return "to-decide"
    return "mended" if mended else "to-mend"


def _readable_row(ailment: Ailment, zone: ZoneInfo, *, mended: bool) -> dict[str, str]:
    wrong = sentences.fill_sentence(ailment.key, ailment.values, zone)
    if ailment.mend is None:
        mend = _("a person must decide")
    else:
        words = sentences.fill_sentence(ailment.mend, ailment.values, zone)
        mend = _("MENDED: {how}").format(how=words) if mended else words
    return {"place": ailment.file or ailment.case_id or "–", "wrong": wrong, "mend": mend}


def _ailment_json(ailment: Ailment, *, mended: bool) -> dict[str, Any]:
    return {
        "key": ailment.key.removeprefix("doctor-"),
        "file": ailment.file or None,
        "case": ailment.case_id,
        "state": _state(ailment, mended=mended),
        "mend": ailment.mend.removeprefix("mend-") if ailment.mend else None,
        "facts": {name: values.value_text(value, None) for name, value in ailment.values.items()},
    }


def doctor_summary(ailments: Sequence[Ailment], *, mended: bool) -> str:
    """One line for the terminal: how many findings there are, and how many of them can be or were mended."""
    count = len(ailments)
    curable = sum(ailment.mend is not None for ailment in ailments)
    if not count:
        return _("Nothing is wrong.")
    if mended:
        words = ngettext(
            "Mended: {curable} of {count} finding.", "Mended: {curable} of {count} findings.", count
        )
    else:
        words = ngettext(
            "{count} finding; {curable} can be mended: complaintctl doctor --fix",
            "{count} findings; {curable} can be mended: complaintctl doctor --fix",
            count,
        )
    return words.format(count=count, curable=curable)
