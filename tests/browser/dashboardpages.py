"""Dashboards of invented cases: the figures are made by hand, so that a test can compute them in its head."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from complaintctl.domain.dashboard.dashboard import (
    MONTH,
    CaseRow,
    DashboardContent,
    DueStep,
    FoundSpot,
)
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Duty
from complaintctl.domain.reports.figures import Figure, Figures, Period
from complaintctl.domain.reports.measures import MEASURES
from complaintctl.domain.reports.pareto import Pareto, ParetoRow
from complaintctl.domain.trends.hot_spots import HotSpot
from complaintctl.domain.trends.judgement import Judgement
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.policy import policyfile

ZONE = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)
SUFFIX = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AGES = {"1d": 30, "3d": 41, "7d": 49, "14d": 60, "30d": 81, "90d": 64, "more": 23}
OWNERS = ("li.wei", "wang.fang", "zhou.qi", "chen.mo", "sun.li", None)


@cache
def electronics() -> Rulebook:
    """The rules of a shipped policy."""
    file, problems = policyfile.read_policy(SHIPPED_FOLDER / "policies" / "electronics.yaml")
    assert file is not None, problems
    return rulebook.build_rulebook(file.policy)


def invented_cases(count: int, rules: Rulebook, *, with_customers: bool = False) -> tuple[CaseRow, ...]:
    """Cases of the last two years; the same ones for the same count."""
    dice = random.Random(count)  # noqa: S311 - invented cases, the same in every run
    # Of few cases more are open, so that there is something to see.
    share = 0.04 if count > 100 else 0.4
    policy = rules.policy
    classes, levels, steps = (
        list(policy.categories),
        list(policy.levels),
        [step.step for step in policy.steps],
    )
    found = []
    for _number in range(count):
        received = AS_OF - timedelta(minutes=dice.randrange(730 * 1440))
        is_open = dice.random() < share
        due = AS_OF + timedelta(minutes=dice.randrange(-4000, 20000)) if is_open else None
        found.append(
            CaseRow(
                id=f"C-{received:%Y%m%d}-{''.join(dice.choices(SUFFIX, k=5))}",
                received=received,
                status=dice.choice(("open", "open", "waiting")) if is_open else "closed",
                level=dice.choice(levels),
                category=dice.choices(classes, weights=range(len(classes), 0, -1))[0],
                owner=dice.choice(OWNERS),
                department=dice.choice(("quality", "service", None)),
                step=dice.choice(steps) if is_open else None,
                due=due,
                is_overdue=due is not None and due < AS_OF,
                outcome=None if is_open else dice.choice(("upheld", "partly-upheld", "not-upheld")),
                title=f"Pump {dice.randrange(9999)} leaks" if with_customers else None,
                customer=dice.choice(("王芳", "李娜", "Smith", "Müller")) if with_customers else None,
            )
        )
    return tuple(found)


def dashboard(count: int, rules: Rulebook, *, with_customers: bool = False) -> DashboardContent:
    """A dashboard with something to see in every section."""
    rows = invented_cases(count, rules, with_customers=with_customers)
    open_rows = [row for row in rows if row.status != "closed"]
    late = sorted((row for row in open_rows if row.is_overdue and row.due), key=lambda row: row.due or AS_OF)
    first = late[0].due if late else None
    return DashboardContent(
        figures=figures(rules, rows),
        due_count=len(late),
        due_steps=tuple(
            DueStep(
                case=row.id,
                step=row.step or "",
                what="",
                due=row.due or AS_OF,
                late=int((AS_OF - (row.due or AS_OF)).total_seconds()),
                level=row.level,
                owner=row.owner,
                title=row.title,
            )
            for row in late[:8]
        ),
        duties=(
            JudgedDuty(
                name="weekly-list",
                duty=Duty(every="7d", who="service", label={"en": "weekly list", "zh": "周清单"}),
                last=None,
                due=first,
                as_of=AS_OF,
            ),
        ),
        paretos=(pareto(rules),),
        findings=(
            found_spot(
                "category", next(iter(rules.policy.categories)), (20, 22, 19, 25, 21, 30, 78), rows[:78]
            ),
            found_spot("product.batch", "<B-7>", (0, 0, 1, 0, 0, 0, 5), rows[:5]),
        ),
        week=(AS_OF - timedelta(days=12, hours=12), AS_OF - timedelta(days=5, hours=12)),
        cases=rows,
    )


def figures(rules: Rulebook, rows: Sequence[CaseRow]) -> Figures:
    """Figures of every section that the page shows."""
    opened = [row for row in rows if row.status != "closed"]
    made = [
        ("flow", "backlog", "", len(opened), None),
        ("cases", "overdue", "", sum(row.is_overdue for row in opened), len(rows)),
        ("flow", "received", "", len(rows), None),
        ("flow", "closed", "", len(rows) - len(opened), None),
        ("punctuality", "met", "", 5940, 6462),
        ("punctuality", "judged", "", 6462, None),
        *(("ageing", "cases", key, number, len(opened)) for key, number in AGES.items()),
        *(
            ("satisfaction", "mean", key, mark, 88)
            for key, mark in (("overall", 4.05), ("attitude", 4.6), ("solved", 3.2))
        ),
        ("survey", "asked", "", 160, len(rows)),
        ("survey", "answered", "", 100, 160),
        *(("survey", "marks", str(mark), number, 100) for mark, number in enumerate((3, 5, 14, 40, 38), 1)),
    ]
    for index, step in enumerate(rules.policy.steps):
        counts = {
            "met": 900 - 60 * index,
            "late": 12 + 7 * index,
            "overdue": index % 4 * 9,
            "running": 20 + index,
        }
        made += [("steps", key, step.step, number, None) for key, number in counts.items()]
        judged = sum(number for key, number in counts.items() if key != "running")
        made.append(("steps", "judged", step.step, judged, None))
    found = [
        Figure(measure=MEASURES[section, key], key=row, value=value, of=of)
        for section, key, row, value, of in made
    ]
    for number in range(12):
        month = f"{2025 + (11 + number) // 12}-{(11 + number) % 12 + 1:02}"
        # Nothing was due in the fourth month.
        for key, value in (("met", 80 + number), ("judged", 100)):
            measure = MEASURES["punctuality", key]
            found.append(
                Figure(measure=measure, value=0 if number == 3 else value, by=(MONTH,), group=(month,))
            )
    return Figures(as_of=AS_OF, basis="received", periods=(Period(),), tables=((MONTH,),), rows=tuple(found))


def found_spot(field: str, value: str, recent: tuple[int, ...], cases: Sequence[CaseRow]) -> FoundSpot:
    """A finding of the last of the recent weeks."""
    judgement = Judgement(
        count=recent[-1], expected=sum(recent[:-1]) / 6, dispersion=1.0, spread=0.1, chance=1e-6, since=6
    )
    return FoundSpot(
        field=field,
        value=value,
        spot=HotSpot(values=(value,), judgement=judgement, false_share=0.00001 * recent[0] + 0.0001),
        since=AS_OF - timedelta(days=12),
        recent=recent,
        cases=tuple(row.id for row in cases),
    )


def pareto(rules: Rulebook) -> Pareto:
    """Values that make 100 cases, and seven cases without one."""
    counts, keys = (40, 25, 15, 8, 5, 3, 2, 1, 1), list(rules.policy.categories)
    names = [*keys, *(f"A very long name of a class, number {place}, that needs lines" for place in range(9))]
    return Pareto(
        field="category",
        rows=tuple(
            pareto_row(names[place], count, sum(counts[: place + 1]), is_vital=place <= 2)
            for place, count in enumerate(counts)
        ),
        unknown=pareto_row("", 7, None, is_vital=False),
        tied=0,
    )


def pareto_row(value: str, cases: int, total: int | None, *, is_vital: bool) -> ParetoRow:
    """A row of 100 cases."""
    return ParetoRow(
        value=value,
        spellings=((value, cases),),
        cases=cases,
        amount=Fraction(cases),
        share=None if total is None else Fraction(cases, 100),
        cumulative=None if total is None else Fraction(total, 100),
        is_vital=is_vital,
    )
