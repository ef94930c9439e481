"""Two policies side by side for people and machines: what they promise differently, and which clocks it moves."""

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
from complaintctl.render.text.language import N_, _, ngettext

# A clock that is due at another time says so in its own column.
EFFECT_LABELS: Final[Mapping[Effect, str]] = {
    "becomes-overdue": N_("becomes OVERDUE"),
    "appears": N_("new clock"),
    "vanishes": N_("no clock any more"),
    "no-longer-overdue": N_("no longer overdue"),
}
# D-146: the one table of the formats for programs.
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
    """Two policies by the names they were asked for; `places` has the place in the new one of each difference."""

    old: str
    new: str
    policies: tuple[Policy, Policy]
    zone: ZoneInfo
    differences: Sequence[PolicyDifference]
    places: Sequence[str]
    comparison: Comparison


def policy_diff_text(review: PolicyDiff, output_format: str) -> str:
    """The review in a format of tables.TABLE_FORMATS."""
    if output_format == "json":
        return tables.json_document("policy_diff", policy_diff_json(review))
    if output_format not in tables.READABLE_FORMATS:
        empty = dict.fromkeys(DIFF_COLUMNS)
        rows = [{**empty, **row} for row in _long(policy_diff_json(review))]
        return tables.format_raw_rows(DIFF_COLUMNS, rows, output_format)
    title = _("{old} → {new}, as of {as_of}").format(
        old=review.old, new=review.new, as_of=values.moment_text(review.comparison.as_of, review.zone)
    )
    head = f"# {title}\n" if output_format == "md" else f"{title}\n"
    said = [f"- {words}\n" if output_format == "md" else f"{words}\n" for words in _summary_lines(review)]
    parts = [head, _promises(review, output_format), _clocks(review, output_format), "".join(said)]
    return "\n".join(part for part in parts if part)


def _promises(review: PolicyDiff, output_format: str) -> str:
    entries = [
        {
            "promise": policy_keys.policy_key_label(_policy_with_label(review, one.key), one.key),
            "old": policy_keys.policy_value_text(one.key, one.old),
            "new": policy_keys.policy_value_text(one.key, one.new),
            "place": place,
        }
        for one, place in zip(review.differences, review.places, strict=True)
    ]
    columns = {"promise": _("promise"), "old": _("so far"), "new": _("from now on"), "place": _("line")}
    return tables.format_rows(columns, entries, output_format) if entries else ""


def _policy_with_label(review: PolicyDiff, key: tuple[str, ...]) -> Policy:
    """The policy that knows a step's label: the new one, unless it has no such step any more."""
    old, new = review.policies
    gone = len(key) > 1 and key[0] == "steps" and find_step(new, key[1]) is None
    return old if gone else new


def _clocks(review: PolicyDiff, output_format: str) -> str:
    columns = {
        "case": _("case"),
        "step": _("step"),
        "level": _("level"),
        "old": _("due so far"),
        "new": _("due from now on"),
        "by": _("moves"),
        "effect": _("effect"),
    }
    entries = [_clock_row(review, move) for move in review.comparison.moves]
    return tables.format_rows(columns, entries, output_format) if entries else ""


def _clock_row(review: PolicyDiff, move: ClockMove) -> dict[str, str]:
    policy = _policy_with_label(review, ("steps", move.step))
    moves = ""
    if move.seconds is not None:
        words = _("{length} earlier") if move.seconds < 0 else _("{length} later")
        moves = words.format(length=values.duration_text(move.seconds))
    return {
        "case": move.case.id,
        "step": labels.step_label(policy, move.step),
        "level": labels.word_label(policy, "level", move.case.level),
        "old": values.moment_text(move.old, review.zone) if move.old else "–",
        "new": values.moment_text(move.new, review.zone) if move.new else "–",
        "by": moves,
        "effect": _(EFFECT_LABELS[move.effect]) if move.effect in EFFECT_LABELS else "",
    }


def _summary_lines(review: PolicyDiff) -> Iterator[str]:
    """What was found, each number with what it is counted of."""
    found, count = review.comparison, len(review.differences)
    if count:
        yield ngettext("{count} promise differs.", "{count} promises differ.", count).format(count=count)
    else:
        yield _("Both promise the same.")
    yield _(
        "Of {clocks} running clocks: moved {moved}, gone {vanishing}; new {appearing}. In {touched} of {cases} open "
        "cases."
    ).format(
        moved=found.moved,
        clocks=found.clocks,
        appearing=found.appearing,
        vanishing=found.vanishing,
        touched=found.cases_moved,
        cases=found.cases,
    )
    yield _(
        "Clocks that become overdue: {clocks}, in {cases} of {all} open cases; no longer overdue: {saved}, "
        "in {others}."
    ).format(
        clocks=found.count("becomes-overdue"),
        cases=found.cases_becoming_overdue,
        all=found.cases,
        saved=found.count("no-longer-overdue"),
        others=found.cases_no_longer_overdue,
    )
    for (field, word), cases in found.unknown.items():
        said = _("{cases} of {all} open cases have {field} {word}, which the new policy does not have.")
        yield said.format(cases=cases, all=found.cases, field=field, word=word)
    yield _("Recorded verdicts and dates promised to customers do not change.")


def policy_diff_json(review: PolicyDiff) -> dict[str, Any]:
    """The review for machines: times with their offset, lengths in seconds, counts with their denominators."""
    found = review.comparison
    pairs = zip(review.differences, review.places, strict=True)
    return {
        "old": review.old,
        "new": review.new,
        "as_of": values.iso_time(found.as_of),
        "promises": [
            {"key": list(one.key), "old": one.old, "new": one.new, "place": place} for one, place in pairs
        ],
        "clocks": [
            {
                "case": move.case.id,
                "step": move.step,
                "level": move.case.level,
                "old": _local_iso_time(review, move.old),
                "new": _local_iso_time(review, move.new),
                "seconds": move.seconds,
                "effect": move.effect,
            }
            for move in found.moves
        ],
        "counts": {
            "cases": found.cases,
            "clocks": found.clocks,
            "moved": found.moved,
            "appearing": found.appearing,
            "vanishing": found.vanishing,
            "cases_moved": found.cases_moved,
            "becoming_overdue": found.count("becomes-overdue"),
            "cases_becoming_overdue": found.cases_becoming_overdue,
            "no_longer_overdue": found.count("no-longer-overdue"),
            "cases_no_longer_overdue": found.cases_no_longer_overdue,
        },
        "unknown_words": [
            {"field": field, "value": word, "cases": cases} for (field, word), cases in found.unknown.items()
        ],
    }


def _local_iso_time(review: PolicyDiff, moment: Any) -> str | None:
    return values.iso_time(convert_to_zone(moment, review.zone)) if moment else None


def _long(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every part of the JSON as rows of one table: `section` is its place in the JSON."""
    for name, value in told.items():
        if not isinstance(value, dict | list):
            yield {"section": "totals", "key": name, "value": value}
    for one in told["promises"]:
        key = " ".join(one["key"])
        yield {**one, "section": "promises", "key": key, "old": _cell(one["old"]), "new": _cell(one["new"])}
    for one in told["clocks"]:
        yield {"section": "clocks", "key": one["step"], **{name: one[name] for name in one if name != "step"}}
    for name, count in told["counts"].items():
        yield {"section": "counts", "key": name, "value": count}
    for one in told["unknown_words"]:
        yield {
            "section": "unknown_words",
            "key": one["field"],
            "old": one["value"],
            "value": one["cases"],
        }


def _cell(value: Any) -> Any:
    """What a policy has at a key: a text as it is, a list or a map as JSON."""
    return value if isinstance(value, str | bool | None) else json.dumps(value, ensure_ascii=False)
