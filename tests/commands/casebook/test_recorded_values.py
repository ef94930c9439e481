"""What an event recorded (`set: {field: [old, new]}`) is read by the type of its field, like every other value."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.sampling import sample

ACTION = "{what: x, kind: corrective, who: y, due: 2026-12-12, given: 2026-11-29T10:00:00+08:00%s}"
WRONG = [
    ("{actions: [null, [{what: x, due: soon}]]}", "history[2].set.actions[2][1].due is not a date"),
    (f"{{actions: [null, [{ACTION % ', required: t'}]]}}", "history[2].set.actions[2] must be a text"),
    ("{actions: some}", "history[2].set.actions must be a list"),
    ("{actions: [null]}", "history[2].set.actions[2] is missing"),
    ("{plan.measures: [null, [x]]}", "history[2].set.plan.measures[2][1] must be of the form"),
    (
        "{promised: [[{by: x, what: y, made: z}], []]}",
        "history[2].set.promised[1][1].by is not a date and time",
    ),
    ("{cause.five_whys: [null, why]}", "history[2].set.cause.five_whys[2] must be a list"),
    ("{level: [null, [urgent]]}", "history[2].set.level[2] must be a text"),
    ("{cause.class: [null, {a: b}]}", "history[2].set.cause.class[2] must be a text"),
    ("{x.own: [null, [a]]}", "history[2].set.x.own[2] must be a text"),
    ("{levle: [null, urgent]}", "history[2].set.levle: an event cannot set this field. Did you mean level?"),
    ("{tasks: [null, []]}", "history[2].set.tasks: an event cannot set this field."),
    ("{customer: [null, a]}", "history[2].set.customer: an event cannot set this field."),
    ("{x: [null, a]}", "history[2].set.x: an event cannot set this field."),
    ("{id: [a, b]}", "history[2].set.id: an event cannot set this field."),
    ("{title: [null, x]}", "history[2].set.title[1] is missing"),
    ("{received: [2026-11-29T10:00:00+08:00, null]}", "history[2].set.received[2] is missing"),
    ("{status: [open, gone]}", "history[2].set.status[2] must be one of open, waiting, closed"),
    ("{outcome: [null, won]}", "history[2].set.outcome[2] must be one of upheld"),
    ("{plan.agreed_with_customer: [null, t]}", "set.plan.agreed_with_customer[2] must be true or false"),
    ('{satisfaction.overall: [null, "9"]}', "set.satisfaction.overall[2] must be a whole number from 1 to 5"),
    ("{product.bought: [0001-01-01, null]}", "history[2].set.product.bought[1] is too far away"),
]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def add_event(book: Book, case_id: str, recorded: str) -> int:
    """Write an event of an hour ago by hand; gives its line."""
    path = book.file(case_id)
    text = path.read_text(encoding="utf-8")
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    path.write_text(
        f"{text}  - {{at: {at}, by: a, did: edit, set: {recorded}, id: ABCDEFGH}}\n", encoding="utf-8"
    )
    return text.count("\n") + 1


@pytest.mark.parametrize(("recorded", "said"), sample(WRONG, 5))
def test_a_recorded_value_that_its_field_cannot_have_is_a_problem_with_its_line(
    book: Book, recorded: str, said: str
) -> None:
    faulty, other = book.open("one", "--at", "3h"), book.open("two", "--at", "3h")
    line = add_event(book, faulty, recorded)
    result = book.call("check", check=4)
    assert f"cases/open/{faulty}.yaml:{line}:" in result.stderr
    assert said in result.stderr
    # At a moment before the event its values would be put back.
    for command in (("list", "--as-of", "2h"), ("list",), ("today",), ("board",), ("report",)):
        assert book.call(*command, check=4).stderr.count(said) == 1
    assert other in book.call("list", check=4).stdout


def test_a_recorded_value_is_put_back_whatever_more_its_entry_says(book: Book) -> None:
    case_id = book.open("one", "--at", "3h")
    add_event(book, case_id, f"{{actions: [[{ACTION % ', odd: z, check: null'}], []]}}")
    assert book.json("list", "--as-of", "2h")["cases"][0]["id"] == case_id
    said = book.call("check").stderr
    assert "warning: unknown key history[2].set.actions[1][1].odd" in said


def test_personal_words_of_a_wrong_value_are_not_shown(book: Book) -> None:
    case_id = book.open("one", "--at", "3h")
    add_event(book, case_id, "{customer.name: [null, [Wang Fang]]}")
    result = book.call("check", check=4)
    assert "history[2].set.customer.name[2] must be a text" in result.stderr
    assert "Wang" not in result.stderr + result.stdout
