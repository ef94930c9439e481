"""Hypothesis strategies for arbitrary cases: texts that YAML may misread, fields and events of every kind."""

import os
import string
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final, get_args

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from complaintctl.domain.case import one_line
from complaintctl.domain.case.case import (
    Action,
    Attachment,
    Bone,
    Case,
    Cause,
    Circumstances,
    Customer,
    Event,
    Impact,
    ImportSource,
    Measure,
    Plan,
    Product,
    Promise,
    Remedy,
    Satisfaction,
    Task,
)
from complaintctl.domain.case.event_kinds import CROCKFORD, LESSON_MARKS, OUTCOMES, ActionKind
from complaintctl.domain.deadlines import history

NIGHTLY: Final = 2_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 0
# Whole cases are slow to generate and to shrink: few examples, and no deadline.
FEW: Final = settings(
    max_examples=NIGHTLY or 12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
MANY: Final = settings(max_examples=NIGHTLY or 60, deadline=None)

# Texts that people type and YAML parsers convert to other values.
AWKWARD: Final = (
    "NO",
    "y",
    "1:30",
    "+8613800138000",
    "00812331",
    "12E3",
    "~",
    "null",
    "2026-02-30",
    "2026-11-02 09:15",
    ".inf",
    "0x1F",
    "0o17",
    "1_000",
    "<<",
    "=",
    "-",
    "---",
    "...",
    "? a",
    "- a",
    "# no comment",
    "a # :b",
    "a: b",
    "a:",
    ":a",
    "{a: b}",
    "[a, b",
    "a, b}",
    "&anchor",
    "*alias",
    "!tag",
    "%YAML 1.1",
    "@at",
    "`tick`",
    "'single'",
    '"double"',
    "back\\slash \\n",
    " leading",
    "trailing ",
    "\ttab",
    "a\tb",
    "line\nline",
    "line\n\n  indented\nline\n",
    "ends with two\n\n",
    "blank \nends",
    "carriage\r\nreturn",
    "\rreturn",
    "<<<<<<< HEAD",
    "a\n=======\nb",
    "a\n>>>>>>> b\n",
    "a\n# b\n- c: d\n",
    "电池两周后鼓包",
    "退款：全额（含运费）！",
    "😀👩‍👩‍👧",
    "\ufeffmark",
    "\x00\x07\x1b\x7f",
    "\x85\xa0\u2028\u2029",
    "\ufffe\uffff",
    "e\u0301",
    "\u202eright to left",
    "",
)
TEXTS: Final = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(max_size=20),
    st.text(alphabet=string.printable, max_size=30),
    st.text(alphabet=" \n\r\t:#-,[]{}'\"|>&*!%@`~?a0", max_size=12),
)
SOME_TEXT: Final = st.none() | TEXTS
# Names and other fields of one line.
LINES: Final = TEXTS.map(one_line.join_lines)
SOME_LINE: Final = st.none() | LINES
ZONES: Final = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS: Final = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC) | ZONES)  # noqa: DTZ001 - hypothesis adds the zone
DAYS: Final = st.dates(date(1900, 1, 1), date(2100, 1, 1))
TRUTHS: Final = st.none() | st.booleans()
NAMES: Final = st.text(alphabet=string.ascii_lowercase + "._-", min_size=1, max_size=12)
CASE_IDS: Final = st.builds(
    lambda day, letters: f"C-{day:%Y%m%d}-{letters}",
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.text(alphabet=CROCKFORD, min_size=5, max_size=5),
)


def _tuples(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(entries, max_size=3).map(tuple)


MEASURES: Final = st.builds(Measure, what=TEXTS, who=SOME_LINE, due=SOME_LINE)
BONES: Final = st.builds(Bone, branch=LINES, cause=TEXTS)
PROMISES: Final = st.builds(Promise, by=MOMENTS, what=LINES, made=MOMENTS)
ACTIONS: Final = st.builds(
    Action,
    what=TEXTS,
    kind=st.sampled_from(get_args(ActionKind)),
    who=LINES,
    due=DAYS,
    given=MOMENTS,
    check=st.none() | DAYS,
    required=TRUTHS,
    done=st.none() | MOMENTS,
    done_by=SOME_LINE,
    effective=TRUTHS,
    verified=st.none() | MOMENTS,
    verified_by=SOME_LINE,
)
TASKS: Final = st.builds(
    Task,
    to=LINES,
    what=TEXTS,
    given=MOMENTS,
    due=st.none() | MOMENTS,
    done=st.none() | MOMENTS,
    result=SOME_TEXT,
)
_LEVEL_PAIRS: Final = st.tuples(SOME_TEXT, SOME_TEXT)
_DAY_PAIRS: Final = st.tuples(st.none() | DAYS.map(date.isoformat), DAYS.map(date.isoformat))
_MOMENT_PAIRS: Final = st.tuples(*[MOMENTS.map(datetime.isoformat)] * 2)
_TRUTH_PAIRS: Final = st.tuples(st.none(), st.sampled_from(["true", "false"]))
_WHY_PAIRS: Final = st.tuples(st.none(), st.lists(TEXTS, max_size=3))
# The content of `set:`: old and new values of some fields, as recorded in the history.
CHANGES: Final = st.fixed_dictionaries(
    {},
    optional={
        "level": _LEVEL_PAIRS,
        "product.bought": _DAY_PAIRS,
        "received": _MOMENT_PAIRS,
        "plan.agreed_with_customer": _TRUTH_PAIRS,
        "cause.five_whys": _WHY_PAIRS,
        "x.own": _LEVEL_PAIRS,
        "x.with: colon": _LEVEL_PAIRS,
    },
)
EVENTS: Final = st.builds(
    Event,
    at=MOMENTS,
    by=LINES,
    did=NAMES,
    via=SOME_LINE,
    to=SOME_LINE,
    set=CHANGES,
    changed=_tuples(NAMES),
    promise=_tuples(MOMENTS),
    tasks=_tuples(TASKS),
    file=SOME_LINE,
    link=SOME_LINE,
    event=SOME_LINE,
    refused=TRUTHS,
    text=SOME_TEXT,
    reason=SOME_TEXT,
    forced=_tuples(NAMES),
    due=st.none() | MOMENTS,
    met=TRUTHS,
    moved=st.dictionaries(NAMES, st.tuples(st.none() | MOMENTS, st.none() | MOMENTS), max_size=2),
    irregular=SOME_LINE,
    recorded=st.none() | MOMENTS,
    recorded_by=SOME_LINE,
)


def _chained(case: Case, events: list[Event]) -> Case:
    chain: tuple[Event, ...] = ()
    for event in events:
        chain = (*chain, history.identify_event(case.id, chain, event))
    fields = {name: getattr(case, name) for name in Case.__dataclass_fields__}
    return Case(**{**fields, "history": chain})


_FACTS: Final = st.builds(
    Case,
    id=CASE_IDS,
    title=LINES,
    received=MOMENTS,
    channel=SOME_LINE,
    source=st.none() | st.builds(ImportSource, system=LINES, id=LINES, row=LINES),
    status=st.sampled_from(["open", "waiting", "closed"]),
    level=SOME_LINE,
    category=SOME_LINE,
    owner=SOME_LINE,
    department=SOME_LINE,
    customer=st.none() | st.builds(Customer, name=SOME_LINE, phone=SOME_LINE, address=SOME_TEXT),
    product=st.none() | st.builds(Product, model=SOME_LINE, serial=SOME_LINE, bought=st.none() | DAYS),
    description=SOME_TEXT,
    remedy_sought=SOME_TEXT,
    problem=st.none() | st.builds(Circumstances, what=SOME_TEXT, who=SOME_TEXT),
    impact=st.none() | st.builds(Impact, legal_risk=SOME_TEXT),
    promised=_tuples(PROMISES),
    cause=st.none()
    | st.builds(
        Cause, class_=SOME_LINE, finding=SOME_TEXT, five_whys=_tuples(TEXTS), fishbone=_tuples(BONES)
    ),
    plan=st.none()
    | st.builds(Plan, remedy=SOME_LINE, measures=_tuples(MEASURES), agreed_with_customer=TRUTHS),
    tasks=_tuples(TASKS),
    actions=_tuples(ACTIONS),
    remedy=st.none() | st.builds(Remedy, kind=SOME_LINE, cost=SOME_LINE),
    outcome=st.none() | st.sampled_from(OUTCOMES),
    satisfaction=st.none()
    | st.builds(Satisfaction, overall=st.none() | st.integers(1, 5), comment=SOME_TEXT),
    lesson=SOME_TEXT,
    lesson_mark=st.none() | st.sampled_from(LESSON_MARKS),
    links=_tuples(st.dictionaries(NAMES, LINES, min_size=1, max_size=2)),
    attachments=_tuples(st.builds(Attachment, file=LINES, sha256=LINES)),
    x=st.dictionaries(LINES, SOME_TEXT, max_size=4),
)
CASES: Final = st.builds(_chained, _FACTS, st.lists(EVENTS, min_size=1, max_size=4))
