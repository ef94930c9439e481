"""`report improvement`: an action after which fewer complaints came, with the interval computed elsewhere."""

import pytest

from tests.casebooks import Book, make_book

AS_OF = ("--as-of", "2026-05-01T12:00")
# Days before and after 2026-03-02 12:00, when the action was done.
BEFORE = ("2025-12-28", "2026-01-12", "2026-01-20", "2026-02-02", "2026-02-10", "2026-02-24", "2026-02-27")
AFTER = ("2026-04-10",)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = make_book(tmp_path_factory.mktemp("action"), lang="en")
    cause = ("--set", "cause.class=quality/material", "--model", "X100")
    for day in (*BEFORE, *AFTER):
        moment = f"{day}T10:00"
        book.open("same", *cause, "--received", moment, "--at", moment)
    other = ("--set", "cause.class=quality/material", "--model", "B7")
    book.open("another model", *other, "--received", "2026-02-11T10:00", "--at", "2026-02-11T10:00")
    return book


@pytest.fixture(scope="module")
def case(book: Book) -> str:
    cause = ("--set", "cause.class=quality/material", "--model", "X100")
    case = book.open("first", *cause, "--received", "2025-12-01T10:00", "--at", "2025-12-01T10:00")
    given = ("--what", "Thicker foil", "--who", "li.wei", "--due", "2026-03-15")
    book.call("action", case, *given, "--at", "2026-02-01T10:00", check=0)
    book.call("action", case, "--done", "1", "--at", "2026-03-02T12:00", check=0)
    return case


def test_the_effect_has_the_interval_of_the_conditional_binomial(book: Book, case: str) -> None:
    found = book.json("report", "improvement", f"{case}/1", *AS_OF)["improvement"]
    assert (found["before"]["count"], found["after"]["count"]) == (6, 1)
    assert (found["before"]["days"], found["after"]["days"]) == (60, 60)
    # scipy 1.17: beta.ppf(0.025, 1, 7) and beta.ppf(0.975, 2, 6), each as p / (1 - p).
    assert found["ratio"] == pytest.approx(1 / 6)
    assert (found["low"], found["high"]) == pytest.approx((0.0036233783, 1.3737362062), abs=1e-9)
    assert found["change"] == "unclear"
    longer = book.json("report", "improvement", case, *AS_OF, "--days", "90")["improvement"]
    assert (longer["before"]["count"], longer["before"]["days"], longer["after"]["days"]) == (7, 90, 60)


def test_the_paper_says_what_is_compared_and_that_no_change_is_shown(book: Book, case: str) -> None:
    english = book.call("report", "improvement", case, *AS_OF, "--lang", "en", check=0).stdout
    assert "class of cause quality/material, model X100" in english
    assert "| before | 2026-01-01 | 2026-03-02 | 60 | 6 | 3 (1.1 to 6.53) |" in english
    assert "**No change is shown.**" in english
    wider = book.call(
        "report", "improvement", case, *AS_OF, "--same", "cause.class", "--lang", "zh", check=0
    ).stdout
    assert "| 措施前 | 2026-01-01 | 2026-03-02 | 60 | 7 |" in wider


def test_wrong_actions_are_one_clear_error(book: Book, case: str) -> None:
    def told(*arguments: str, code: int) -> str:
        return book.call("report", "improvement", *arguments, check=code).stderr

    assert told(f"{case}/x", code=2).startswith(f"{case}/x is not an action.")
    assert "has no action 2" in told(f"{case}/2", code=2)
    assert "No whole day has passed" in told(case, "--as-of", "2026-03-03T11:00", code=3)
    assert "has no value for product.batch" in told(case, "--same", "product.batch", code=2)
    lone = book.open("no action", "--received", "2026-03-03T10:00", "--at", "2026-03-03T10:00")
    assert told(lone, code=2).startswith(f"{lone} has 0 actions.")
    given = ("--what", "x", "--who", "li.wei", "--due", "2026-04-15", "--at", "2026-03-03T12:00")
    book.call("action", lone, *given, check=0)
    assert told(lone, code=3)
