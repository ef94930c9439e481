"""The difference between two policies, for people and programs: changed promises, and the clocks they move."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import Policy, find_step
from complaintctl.domain.policy_check.comparison import ClockMove, Comparison, Effect
from complaintctl.domain.policy_check.policy_changes import PolicyDifference
from complaintctl.domain.zones import convert_to_zone
from complaintctl.render.policy import policy_keys
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import N_, _, keys_shown, ngettext

# A clock that is only due at another time needs no label: a column shows it.
EFFECT_LABELS: Final[Mapping[Effect, str]] = {
    "becomes-overdue": N_("becomes OVERDUE"),
    "appears": N_("new clock"),
    "vanishes": N_("no clock any more"),
    "no-longer-overdue": N_("no longer overdue"),
}
# D-146: the columns of the single table in the formats for programs.
DIFF_COLUMNS: Final = (
    "section",
    "key",
    "case",
    "level",
    "old",
    "new",
    "seconds",
    "effect",
    "place",
    "value",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyDiff:
    """Two policies as the user named them; `places` has the file:line in the new one for each difference."""

    old: str
    new: str
    policies: tuple[Policy, Policy]
    zone: ZoneInfo
    differences: Sequence[PolicyDifference]
    places: Sequence[str]
    comparison: Comparison


def policy_diff_texts(review: PolicyDiff, output_format: str) -> Iterator[str]:
    """Yields the review in one of tables.TABLE_FORMATS, in pieces."""
    if output_format == "json":
        return tables.json_texts({"policy_diff": policy_diff_json(review)})
    if output_format not in tables.READABLE_FORMATS:
        empty = dict.fromkeys(DIFF_COLUMNS)
        rows = tables.NewRows(lambda: ({**empty, **row} for row in _long(policy_diff_json(review))))
        return tables.row_texts({key: key for key in DIFF_COLUMNS}, rows, output_format)
    return _readable_texts(review, output_format)


def _readable_texts(review: PolicyDiff, output_format: str) -> Iterator[str]:
    with keys_shown():
        yield _heading(review, output_format)
        for block in (
            iter([_promises(review, output_format)]) if review.differences else (),
            _clocks(review, output_format) if review.comparison.moves else (),
            _summary_lines(review, output_format),
        ):
            for index, text in enumerate(block):
                yield text if index else f"\n{text}"


def _heading(review: PolicyDiff, output_format: str) -> str:
    title = _("{old} → {new}, as of {as_of}").format(
        old=review.old, new=review.new, as_of=values.moment_text(review.comparison.as_of, review.zone)
    )
    return f"# {tables.markdown_line(title)}\n" if output_format == "md" else f"{title}\n"


def _promises(review: PolicyDiff, output_format: str) -> str:
    entries = [
        {
            "promise": policy_keys.policy_key_label(
                _policy_with_label(review, difference.key), difference.key
            ),
            "old": policy_keys.policy_value_text(difference.key, difference.old),
            "new": policy_keys.policy_value_text(difference.key, difference.new),
            "place": place,
        }
        for difference, place in zip(review.differences, review.places, strict=True)
    ]
    columns = {"promise": _("promise"), "old": _("so far"), "new": _("from now on"), "place": _("line")}
    return tables.format_rows(columns, entries, output_format)


def _policy_with_label(review: PolicyDiff, key: tuple[str, ...]) -> Policy:
    """Returns the policy that has the label of a step: the new one, or the old one if the step is gone."""
    old, new = review.policies
    is_gone = len(key) > 1 and key[0] == "steps" and find_step(new, key[1]) is None
    return old if is_gone else new


def _clocks(review: PolicyDiff, output_format: str) -> Iterator[str]:
    columns = {
        "case": _("case"),
        "step": _("step"),
        "level": _("level"),
        "old": _("due so far"),
        "new": _("due from now on"),
        "by": _("moves"),
        "effect": _("effect"),
    }
    rows = tables.NewRows(lambda: (_clock_row(review, move) for move in review.comparison.moves))
    return tables.row_texts(columns, rows, output_format)


def _clock_row(review: PolicyDiff, move: ClockMove) -> dict[str, str]:
    policy = _policy_with_label(review, ("steps", move.step))
    moves = ""
    if move.seconds is not None:
        template = _("{length} earlier") if move.seconds < 0 else _("{length} later")
        moves = template.format(length=values.duration_text(move.seconds))
    return {
        "case": move.case_id,
        "step": labels.step_label(policy, move.step),
        "level": labels.word_label(policy, "level", move.level),
        "old": values.moment_text(move.old, review.zone) if move.old else "–",
        "new": values.moment_text(move.new, review.zone) if move.new else "–",
        "by": moves,
        "effect": _(EFFECT_LABELS[move.effect]) if move.effect in EFFECT_LABELS else "",
    }


def _summary_lines(review: PolicyDiff, output_format: str) -> Iterator[str]:
    for line in _summary(review):
        yield f"- {tables.markdown_line(line)}\n" if output_format == "md" else f"{line}\n"


def _summary(review: PolicyDiff) -> Iterator[str]:
    """Yields the totals, each with its denominator."""
    comparison, count = review.comparison, len(review.differences)
    if count:
        yield ngettext("{count} promise differs.", "{count} promises differ.", count).format(count=count)
    else:
        yield _("Both promise the same.")
    yield ngettext(
        "Of {clocks} running clocks: moved {moved}, gone {vanishing}; new {appearing}. In {touched} of {cases} open "
        "case.",
        "Of {clocks} running clocks: moved {moved}, gone {vanishing}; new {appearing}. In {touched} of {cases} open "
        "cases.",
        comparison.cases,
    ).format(
        moved=comparison.moved,
        clocks=comparison.clocks,
        appearing=comparison.appearing,
        vanishing=comparison.vanishing,
        touched=comparison.cases_moved,
        cases=comparison.cases,
    )
    yield ngettext(
        "Clocks that become overdue: {clocks}, in {cases} of {all} open case; no longer "
        "overdue: {saved}, in {others}.",
        "Clocks that become overdue: {clocks}, in {cases} of {all} open cases; no longer "
        "overdue: {saved}, in {others}.",
        comparison.cases,
    ).format(
        clocks=comparison.count("becomes-overdue"),
        cases=comparison.cases_becoming_overdue,
        all=comparison.cases,
        saved=comparison.count("no-longer-overdue"),
        others=comparison.cases_no_longer_overdue,
    )
    yield from _unknown_word_lines(comparison)
    yield _("Recorded verdicts and dates promised to customers do not change.")


def _unknown_word_lines(comparison: Comparison) -> Iterator[str]:
    for (field, word), ids in comparison.unknown.items():
        template = ngettext(
            "{cases} of {all} open case has {field} {word}, which the new policy does not have: {ids}.",
            "{cases} of {all} open cases have {field} {word}, which the new policy does not have: {ids}.",
            comparison.cases,
        )
        yield template.format(
            cases=len(ids), all=comparison.cases, field=field, word=word, ids=_(", ").join(ids)
        )


def policy_diff_json(review: PolicyDiff) -> dict[str, Any]:
    """Returns the review for programs: times with offset, durations in seconds, counts with their denominators."""
    comparison = review.comparison
    pairs = zip(review.differences, review.places, strict=True)
    return {
        "old": review.old,
        "new": review.new,
        "as_of": values.iso_time(comparison.as_of),
        "promises": [
            {"key": list(entry.key), "old": entry.old, "new": entry.new, "place": place}
            for entry, place in pairs
        ],
        "clocks": (
            {
                "case": move.case_id,
                "step": move.step,
                "level": move.level,
                "old": _local_iso_time(review, move.old),
                "new": _local_iso_time(review, move.new),
                "seconds": move.seconds,
                "effect": move.effect,
            }
            for move in comparison.moves
        ),
        "counts": {
            "cases": comparison.cases,
            "clocks": comparison.clocks,
            "moved": comparison.moved,
            "appearing": comparison.appearing,
            "vanishing": comparison.vanishing,
            "cases_moved": comparison.cases_moved,
            "becoming_overdue": comparison.count("becomes-overdue"),
            "cases_becoming_overdue": comparison.cases_becoming_overdue,
            "no_longer_overdue": comparison.count("no-longer-overdue"),
            "cases_no_longer_overdue": comparison.cases_no_longer_overdue,
        },
        "unknown_words": [
            {"field": field, "value": word, "cases": len(ids), "ids": list(ids)}
            for (field, word), ids in comparison.unknown.items()
        ],
    }


def _local_iso_time(review: PolicyDiff, moment: Any) -> str | None:
    return values.iso_time(convert_to_zone(moment, review.zone)) if moment else None


def _long(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields every part of the JSON as rows of one table; `section` is its key in the JSON."""
    for name, value in document.items():
        if isinstance(value, str | int | None):
            yield {"section": "totals", "key": name, "value": value}
    for row in document["promises"]:
        key = " ".join(row["key"])
        yield {**row, "section": "promises", "key": key, "old": _cell(row["old"]), "new": _cell(row["new"])}
    for row in document["clocks"]:
        yield {"section": "clocks", "key": row["step"], **{name: row[name] for name in row if name != "step"}}
    for name, count in document["counts"].items():
        yield {"section": "counts", "key": name, "value": count}
    for row in document["unknown_words"]:
        yield {
            "section": "unknown_words",
            "key": row["field"],
            "case": " ".join(row["ids"]),
            "old": row["value"],
            "value": row["cases"],
        }


def _cell(value: Any) -> Any:
    """Returns the value at a policy key: a text as it is, a list or a map as JSON."""
    return value if isinstance(value, str | bool | None) else json.dumps(value, ensure_ascii=False)
