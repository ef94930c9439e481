"""A promise is kept by its step or by a later one that tells the customer more; each shipped policy has its order."""

from pathlib import Path

import pytest

from complaintctl.domain.case.case import Case, Event, Promise
from complaintctl.domain.deadlines.clocks import PROMISE
from complaintctl.domain.deadlines.promises import keeping_events
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.policy.policy import Step
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.policy.policyfile import read_policy
from tests.domain.building import a_book, a_case, at, clock, did

POLICIES = {path.stem: path for path in sorted((SHIPPED_FOLDER / "policies").glob("*.yaml"))}
MADE = "09:00"
BY = "18:00"
# What keeps the promise of a step, besides the step itself and the closing.
KEPT_BY = {
    "8d": {"ack": "update respond", "update": "respond", "respond": "", "d3": "respond", "d8": ""},
    "cfpb": {
        "update": "respond final-response",
        "respond": "final-response",
        "final-response": "",
    },
    "china-consumer": {
        "update": "assess mediate respond",
        "assess": "mediate respond",
        "mediate": "respond",
        "respond": "",
    },
    "ecommerce": {"update": "respond", "respond": "", "plan": "respond", "follow-up": "", "archive": ""},
    "electronics": {"update": "respond", "respond": "", "plan": "respond", "follow-up": ""},
    "fca-disp": {
        "ack": "update holding-response summary-resolution respond",
        "update": "holding-response summary-resolution respond",
        "holding-response": "summary-resolution respond",
        "summary-resolution": "respond",
        "respond": "",
    },
    "hotline": {"update": "handle respond", "handle": "respond", "get-help": "respond", "follow-up": ""},
    "manufacturing": {"update": "respond explain", "respond": "explain", "explain": "", "follow-up": ""},
    "promised-dates": {"update": "respond", "respond": "", "close": ""},
    "response-times": {
        "ack": "update plan respond",
        "update": "plan respond",
        "plan": "respond",
        "respond": "",
        "follow-up": "",
    },
}


def shipped(path: Path) -> Rulebook:
    file, _problems = read_policy(path)
    assert file is not None
    return build_rulebook(file.policy)


@pytest.mark.parametrize("name", POLICIES)
def test_what_keeps_a_promise_under_a_shipped_policy(name: str) -> None:
    rules = shipped(POLICIES[name])
    expected = {what: {what, "close", *more.split()} for what, more in KEPT_BY[name].items()}
    assert {what: set(keeping_events(rules, what)) for what in expected} == expected


def promised(*events: Event, what: str = "update") -> Case:
    promise = Promise(by=at(BY), what=what, made=at(MADE))
    return a_case(did("ack", MADE, promise=(at(BY),)), *events, promised=(promise,))


BOOK = a_book(Step(step="plan"), Step(step="respond"), Step(step="follow-up"))


@pytest.mark.parametrize(
    ("what", "event", "state"),
    [
        ("update", "update", "met"),
        ("update", "respond", "met"),
        ("update", "close", "met"),
        ("update", "plan", "running"),
        ("update", "ack", "running"),
        # The result ends what would have come before it; less news does not, and what comes after it is still owed.
        ("plan", "respond", "met"),
        ("respond", "update", "running"),
        ("follow-up", "respond", "running"),
    ],
)
def test_a_promise_is_kept_by_its_step_or_by_one_that_says_more(what: str, event: str, state: str) -> None:
    assert clock(promised(did(event, "12:00"), what=what), BOOK, at("13:00"), PROMISE).state == state


def test_the_result_on_the_day_after_does_not_make_a_broken_promise_kept() -> None:
    case = promised(did("respond", "18:01"))
    assert clock(case, BOOK, at("19:00"), PROMISE).state == "late"


def test_the_event_that_makes_a_promise_does_not_keep_it() -> None:
    promise = Promise(by=at(BY), what="update", made=at(MADE))
    case = a_case(did("respond", MADE, promise=(at(BY),)), promised=(promise,))
    assert clock(case, BOOK, at("13:00"), PROMISE).state == "running"


def test_a_team_states_its_own_order() -> None:
    book = a_book(Step(step="visit"), Step(step="respond"), says_more=("visit", "respond"))
    assert keeping_events(book, "visit") == {"visit", "respond", "close"}
    assert keeping_events(book, "update") == {"update", "close"}
    nothing = a_book(Step(step="visit"), says_more=())
    assert keeping_events(nothing, "visit") == {"visit", "close"}
