"""Invented complaints to an electronics maker, recorded as the commands do. The same number gives the same case."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from bench import words
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Measure, Promise
from complaintctl.domain.case.event_kinds import CROCKFORD
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.policy.policy import class_paths

SEED: Final = 20261121
EVENTS: Final = (5, 15)
# Every twentieth case is overdue.
OVERDUE: Final = 20
CLOSED: Final = "close"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """A step of the electronics policy: hours from `after` (a step, or receipt) to its limit."""

    step: str
    after: str
    earliest: float
    limit: float


PACES: Final = (
    Pace(step="assess", after="", earliest=0.6, limit=2),
    Pace(step="classify", after="", earliest=2.1, limit=4),
    Pace(step="investigate", after="", earliest=8, limit=24),
    Pace(step="plan", after="", earliest=26, limit=48),
    Pace(step="execute", after="plan", earliest=10, limit=72),
    Pace(step="respond", after="execute", earliest=2, limit=24),
    Pace(step="follow-up", after="respond", earliest=48, limit=168),
)
# The next step of an open case, with its relative frequency.
OWED: Final = {"investigate": 3, "plan": 3, "execute": 5, "respond": 2, "follow-up": 6}


@dataclass(slots=True)
class Story:
    """A complaint under construction; `told` has its requests, each with its hours after receipt."""

    random: Random
    rules: Rulebook
    told: list[tuple[float, Request]] = field(default_factory=list)

    def hours(self, did: str) -> float:
        """Returns the hours from receipt to an event, or 0 if it did not happen."""
        return next((at for at, request in self.told if request.did == did), 0.0)


def open_cases(count: int, rules: Rulebook, moment: datetime) -> Iterator[Case]:
    """Yields cases that are open at `moment`; every twentieth is overdue, the others have time left."""
    for number in range(count):
        story = Story(random=Random(f"{SEED}/open/{number}"), rules=rules)  # noqa: S311 - invented cases
        late = number % OVERDUE == 0
        owed = story.random.choices(list(OWED), list(OWED.values()))[0]
        due = _steps_before(story, owed)
        last = story.told[-1][0]
        left = due - last
        age = due + story.random.uniform(2, 200) if late else last + left * story.random.uniform(0.1, 0.8)
        _fill(story, age, waits=not late)
        yield _case(story, number, moment - timedelta(hours=age))


def closed_cases(count: int, rules: Rulebook, moment: datetime) -> Iterator[Case]:
    """Yields cases that went through every step and were closed within two years before `moment`."""
    for number in range(count):
        story = Story(random=Random(f"{SEED}/closed/{number}"), rules=rules)  # noqa: S311 - invented cases
        _steps_before(story, CLOSED)
        end = story.told[-1][0] + story.random.uniform(1, 20)
        story.told.append((end + 1, Request(did=CLOSED, fields={"lesson": _one(story, words.LESSONS)})))
        _fill(story, end, waits=True)
        yield _case(story, number, moment - timedelta(hours=end + 2 + story.random.uniform(0, 17000)))


def withdrawn_case(number: int, rules: Rulebook, moment: datetime) -> Case:
    """Returns a case received within two days before `moment`, with 5 to 8 events; the last closes it."""
    story = Story(random=Random(f"{SEED}/withdrawn/{number}"), rules=rules)  # noqa: S311 - invented cases
    _steps_before(story, story.random.choice(("investigate", "plan", "execute")))
    end = story.told[-1][0] + story.random.uniform(1, 60)
    for _ in range(story.random.randint(1, 2)):
        story.told.append((story.random.uniform(story.hours("classify"), end), _extra(story, "note")))
    story.told.sort(key=_hours)
    closing = Request(did=CLOSED, fields={"outcome": "withdrawn"}, reason="客户已自行解决")
    story.told.append((end + 1, closing))
    return _case(story, number, moment - timedelta(hours=story.random.uniform(0, 48)))


def _steps_before(story: Story, owed: str) -> float:
    """Add the steps before the step `owed`; returns the hours after receipt at which that step is due."""
    for pace in PACES:
        start = story.hours(pace.after)
        if pace.step == owed:
            return start + pace.limit
        slow = 1.3 if story.random.random() < 0.08 else 0.9  # noqa: PLR2004 - one step in twelve is taken late
        earliest = max(start + pace.earliest, story.told[-1][0] + 0.1 if story.told else 0)
        at = max(story.random.uniform(earliest, start + pace.limit * slow), earliest)
        story.told.append((at, _request(story, pace.step)))
    return story.told[-1][0]


def _request(story: Story, step: str) -> Request:
    via = _one(story, list(story.rules.policy.channels)) if step in {"respond", "follow-up"} else None
    text = _one(story, words.NOTES) if story.random.random() < 0.4 else None  # noqa: PLR2004 - a share
    return Request(did=step, via=via, text=text, fields=_facts(story, step))


def _facts(story: Story, step: str) -> dict[str, Any]:
    policy = story.rules.policy
    if step == "classify":
        return {
            "level": _one(story, list(policy.levels)),
            "category": _one(story, [path for path, _ in class_paths(policy.categories, "")]),
            "department": _one(story, words.DEPARTMENTS),
        }
    if step == "investigate":
        return {
            "cause.class": _one(story, [path for path, _ in class_paths(policy.causes, "")]),
            "cause.finding": _one(story, words.FINDINGS),
            "cause.five_whys": words.WHYS[: story.random.randint(0, len(words.WHYS))],
        }
    if step == "plan":
        chosen = story.random.sample(words.MEASURES, 2)
        measures = tuple(Measure(what=what, who=_one(story, words.HANDLERS)) for what in chosen)
        return {"plan.remedy": _one(story, list(policy.remedies)), "plan.measures": measures}
    if step == "execute":
        cost = f"{story.random.randint(50, 3000)}.00 CNY"
        return {"remedy.kind": _one(story, list(policy.remedies)), "remedy.cost": cost}
    if step == "respond":
        return {"outcome": _one(story, ("upheld", "upheld", "partly-upheld"))}
    return {f"satisfaction.{part}": story.random.randint(2, 5) for part in _opinion(step)}


def _opinion(step: str) -> tuple[str, ...]:
    return ("overall", "attitude", "solved") if step == "follow-up" else ()


def _fill(story: Story, end: float, *, waits: bool) -> None:
    """Add events between the steps until the case has its random number of events."""
    total = story.random.randint(max(EVENTS[0], len(story.told) + 1), EVENTS[1])
    start = story.hours("classify")
    while len(story.told) + 1 < total:
        at = story.random.uniform(start, end)
        event_type = story.random.choice(("note", "note", "update", "heard", "assign", "wait"))
        if event_type == "wait" and not (
            waits and len(story.told) + 2 < total and "wait" not in _done(story)
        ):
            event_type = "note"
        story.told.append((at, _extra(story, event_type)))
        if event_type == "wait" and story.random.random() < 0.7:  # noqa: PLR2004 - the others still wait
            story.told.append((story.random.uniform(at, end), _extra(story, "heard")))
    story.told.sort(key=_hours)


def _done(story: Story) -> set[str]:
    return {request.did for _, request in story.told}


def _hours(entry: tuple[float, Request]) -> float:
    return entry[0]


def _extra(story: Story, event_type: str) -> Request:
    via = _one(story, list(story.rules.policy.channels))
    if event_type == "wait":
        return Request(did=event_type, via=via, reason="等待客户寄回样品")
    if event_type == "assign":
        return Request(did=event_type)
    text = _one(story, words.NOTES)
    return Request(did=event_type, text=text, via=None if event_type == "note" else via)


def _handed_over(story: Story, case: Case) -> Request:
    """Returns a request that assigns the case to a person who does not own it yet."""
    owner = _one(story, [name for name in words.HANDLERS if name != case.owner])
    return Request(did="assign", to=owner, fields={"owner": owner})


def _one(story: Story, choices: Any) -> Any:
    return story.random.choice(choices)


def _case(story: Story, number: int, received: datetime) -> Case:
    """Returns the case, with each event decided as a command would do it."""
    received = to_policy_zone(story.rules, received)
    case = _opened(story, number, received)
    for hours, request in story.told:
        at = max(received + timedelta(seconds=int(hours * 3600)), case.history[-1].at)
        act = _act(story, at)
        request_now = _handed_over(story, case) if request.did == "assign" else request
        case = lifecycle.decide_request(case, story.rules, request_now, act).case
    return case


def _act(story: Story, at: datetime) -> Attribution:
    return Attribution(at=at, now=at, by=_one(story, words.HANDLERS), given=False, recorder=None)


def _opened(story: Story, number: int, received: datetime) -> Case:
    random = story.random
    at = received + timedelta(minutes=random.randint(1, 30))
    promised = _promise(story, received, at) if random.random() < 0.3 else ()  # noqa: PLR2004 - a share
    case = Case(id=_case_id(number, received), title="", received=received, status="open", promised=promised)
    bought = received.date() - timedelta(days=random.randint(3, 700))
    for name, value in _first_facts(story, bought).items():
        case = fields.with_value(case, name, value)
    return lifecycle.create_case(case, story.rules, _act(story, at), Request(did="open", via=case.channel))


def _promise(story: Story, received: datetime, made: datetime) -> tuple[Promise, ...]:
    by = received + timedelta(days=story.random.randint(12, 16))
    return (Promise(by=by, what="respond", made=made),)


def _first_facts(story: Story, bought: date) -> dict[str, Any]:
    random = story.random
    return {
        "title": _one(story, words.TITLES),
        "channel": _one(story, list(story.rules.policy.channels)),
        "customer.name": _one(story, words.CUSTOMERS),
        "customer.phone": f"13{random.randint(0, 999_999_999):09d}",
        "product.model": _one(story, words.MODELS),
        "product.serial": f"SN-{random.randint(0, 99_999):05d}",
        "product.batch": f"B26{random.randint(1, 12):02d}",
        "product.bought": bought,
        "product.bought_from": _one(story, words.SHOPS),
        "product.time_in_use": f"{random.randint(1, 24)} 个月",
        "description": "\n".join(random.sample(words.COMPLAINTS, random.randint(2, 5))) + "\n",
        "remedy_sought": _one(story, words.SOUGHT),
        "owner": _one(story, words.HANDLERS),
    }


def _case_id(number: int, received: datetime) -> str:
    letters = "".join(CROCKFORD[(number * 7919 >> (5 * place)) & 31] for place in reversed(range(5)))
    return f"C-{received:%Y%m%d}-{letters}"
