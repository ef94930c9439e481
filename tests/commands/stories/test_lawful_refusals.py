"""Plays refusals on the command line: a complaint that is not upheld is answered without a plan for it.

Shanghai time, received on Monday 2024-03-04 at 09:00; hours run by the clock.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.lifecycle import guards
from complaintctl.domain.policy.policy import closing_steps
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.policy import policyfile
from tests.casebooks import Book, make_book, refused
from tests.stories import do, dues, own, verdicts

NOW = datetime(2024, 3, 4, tzinfo=UTC)
CALLER = ("--customer-name", "王芳", "--phone", "13800138000", "--description", "the screen is dark")
FINDING = ("--finding", "the plug was not in the socket")
REFUSAL = ("--outcome", "not-upheld", "--via", "phone")


def opened(book: Book, *options: str) -> str:
    return book.open("Dark", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", *CALLER, *options)


def investigated(book: Book) -> str:
    """A case of an electronics maker after its findings."""
    case = opened(
        book, "--set", "product.model=X", "--set", "product.bought=2024-01-01", "--set", "remedy_sought=a"
    )
    bought = ("--set", "product.bought_from=web", "--set", "product.time_in_use=1mo")
    do(book, "assess", case, "03-04T09:20")
    kind = ("--level", "general", "--category", "quality/function/misuse")
    do(book, "classify", case, "03-04T09:30", *kind, *bought)
    do(book, "investigate", case, "03-04T10:00", "--cause", "service/knowledge", *FINDING)
    return case


def graded(book: Book, level: str) -> str:
    """A case of the response-time rule that somebody handles."""
    case = opened(book, "--owner", "li.wei")
    do(book, "classify", case, "03-04T09:20", "--level", level)
    own(book, case, "dispatch", "03-04T09:30")
    return case


def test_a_lawful_refusal_of_an_electronics_maker_needs_no_invented_plan(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case = investigated(book)
    # Anything but a refusal is answered after the plan was carried out.
    said = refused(book, 3, "respond", case, "--outcome", "upheld", "--at", "2024-03-04T11:00")
    assert said.startswith("respond must come after execute")
    do(book, "respond", case, "03-04T11:00", *REFUSAL)
    # Nobody waits for a plan any more.
    assert dues(book, case, "03-07T09:00").keys() == {"follow-up"}
    do(book, "close", case, "03-04T12:00")
    assert book.json("show", case)["case"]["outcome"] == "not-upheld"
    book.call("check", "--archive", check=0)


def test_a_refusal_still_needs_its_findings(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case = opened(book)
    said = refused(book, 3, "respond", case, *REFUSAL, "--at", "2024-03-04T11:00")
    assert said.startswith("respond must come after investigate")


@pytest.mark.parametrize("level", ["level-2", "level-3"])
def test_a_refusal_under_the_response_time_rule_needs_no_invented_plan(tmp_path: Path, level: str) -> None:
    book = make_book(tmp_path, "response-times")
    case = graded(book, level)
    if level == "level-2":
        said = refused(book, 3, "respond", case, *REFUSAL, "--at", "2024-03-04T11:00")
        assert said.startswith("respond must come after investigate")
        do(book, "investigate", case, "03-04T10:00", *FINDING)
    # At level 3, a question of use: nothing is investigated, nothing is offered.
    do(book, "respond", case, "03-04T11:00", *REFUSAL, "--text", "put the plug in")
    do(book, "close", case, "03-04T12:00")
    assert verdicts(book, case)[-1] == ("investigate" if level == "level-2" else "respond", True)


def test_a_refusal_that_is_reopened_and_upheld_gets_its_plan(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case = investigated(book)
    do(book, "respond", case, "03-04T11:00", *REFUSAL)
    said = refused(book.speaking("en"), 3, "plan", case, "--remedy", "repair", "--at", "2024-03-04T11:10")
    assert (
        said
        == "plan does not apply to this case: the policy requires outcome = upheld, partly-upheld, not yet known."
    )
    do(book, "close", case, "03-04T12:00")
    do(book, "reopen", case, "03-05T12:00", "--reason", "a second opinion")
    # 48 h from receipt, of which 24 h closed: 03-07 09:00.
    assert dues(book, case, "03-05T13:00")["plan"] == "03-07 09:00"
    answer = ("--outcome", "upheld", "--via", "phone")
    assert "after execute" in refused(book, 3, "respond", case, *answer, "--at", "2024-03-05T13:00")
    do(book, "plan", case, "03-05T13:00", "--remedy", "repair")
    do(book, "execute", case, "03-05T14:00", "--remedy", "repair")
    do(book, "respond", case, "03-05T15:00", *answer)


def test_a_plan_that_was_made_keeps_its_verdict_when_the_complaint_is_not_upheld(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case = investigated(book)
    do(book, "plan", case, "03-06T10:00", "--remedy", "repair")
    do(book, "respond", case, "03-06T11:00", *REFUSAL)
    clocks = {clock["step"]: clock["state"] for clock in book.json("show", case)["case"]["clocks"]}
    assert clocks["plan"] == "late"  # 48 h from receipt: 03-06 09:00
    assert "execute" not in clocks


@pytest.mark.parametrize("name", policyfile.shipped_policy_names())
def test_what_closing_asks_for_is_reached_without_a_remedy_that_closing_does_not_ask_for(name: str) -> None:
    found, _problems = policyfile.read_policy(SHIPPED_FOLDER / "policies" / f"{name}.yaml")
    assert found is not None
    rules = build_rulebook(found.policy)
    case = Case(id="C-20240304-00000", title="t", received=NOW, status="open", level=None, history=())
    for outcome in rules.policy.close:
        reached = {*closing_steps(rules.policy, outcome)}
        queue = [*reached]
        while queue:
            judged = fields.with_value(case, "outcome", outcome)
            before = set(guards.steps_before(judged, rules, rules.steps[queue.pop()])) - reached
            reached |= before
            queue += before
        for step in reached:
            needs = rules.steps[step].needs
            lists = needs.values() if isinstance(needs, dict) else (needs,)
            asked = {need for texts in lists for need in texts}
            assert not asked & {"plan.remedy", "remedy.kind"}, (outcome, step)
