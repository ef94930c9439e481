"""Tests the need `recurrence` of a closing: it says which earlier case it repeats, or why none.

Shanghai time, 2024. Earlier cases are of 4 March, the case that is closed of 11 March.
"""

import random
from pathlib import Path
from typing import Any

import pytest

from complaintctl.render.text.language import Language
from tests.casebooks import Book, make_book, refused
from tests.terminal import Terminal, pty_only

POLICY = """\
complaintctl: 1
name: capa
timezone: Asia/Shanghai
causes: {material: {sub: {foil: {also: [material/film]}}}, design: {}}
steps:
  - {step: investigate}
  - {step: update, optional: true}
close:
  upheld: {steps: required, needs: [recurrence]}
  partly-upheld: {needs: [recurrence]}
  not-upheld: {}
  withdrawn: {}
"""
UPHELD = ("--outcome", "upheld")
REASON = "another supplier's foil"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml", lang="en")


def received(book: Book, day: str, *words: str, cause: str | None = None) -> str:
    """Opens a case and takes its only required step."""
    at = f"2024-{day}T09:00"
    case_id = book.open("Battery swells", "--received", at, "--at", at, *words)
    known = ("--cause", cause) if cause else ()
    book.call("investigate", case_id, *known, "--at", at, check=0)
    return case_id


def closed(book: Book, case_id: str, outcome: str = "withdrawn", *words: str) -> str:
    book.call("close", case_id, "--outcome", outcome, *words, check=0)
    return case_id


def last_event(book: Book, case_id: str) -> dict[str, Any]:
    event: dict[str, Any] = book.json("show", case_id)["case"]["history"][-1]
    return event


def test_a_closing_names_the_earlier_cases_and_the_two_ways_on(book: Book) -> None:
    batch = closed(book, received(book, "03-04", "--batch", "B-7", "--model", "X100"))
    cause = received(book, "03-05", cause="design")
    received(book, "03-06", "--batch", "B-8", cause="material")
    later = received(book, "03-11", "--batch", "b-7", "--model", "Ｘ100", cause="design")
    received(book, "03-12", "--batch", "B-7")
    said = refused(book, 3, "close", later, *UPHELD)
    assert f"{batch} (withdrawn; same batch, model), {cause} (open; same class of cause)." in said
    assert f"complaintctl close {later} --outcome upheld --recurrence-of CASE" in said
    assert f"complaintctl close {later} --outcome upheld --no-recurrence REASON" in said
    assert book.json("show", later)["case"]["status"] == "open"
    chinese = book.call("close", later, *UPHELD, "--lang", "zh", check=3).stderr
    assert f"{batch}（撤诉；批号、型号相同）、{cause}（处理中；原因类别相同）" in chinese


def test_the_link_is_recorded_with_the_closing(book: Book) -> None:
    earlier = closed(book, received(book, "03-04", "--batch", "B-7"))
    later = received(book, "03-11", "--batch", "B-7")
    book.call("close", later, *UPHELD, "--recurrence-of", earlier[-5:], check=0)
    case = book.json("show", later)["case"]
    assert (case["status"], case["links"]) == ("closed", [{"recurrence_of": earlier}])
    assert (last_event(book, later)["did"], last_event(book, later)["link"]) == ("close", earlier)
    # The earlier case says nothing of it: its actions did not fail because of this link.
    assert "links" not in book.json("show", earlier)["case"]
    assert "recurrence of" in book.call("show", later, check=0).stdout
    assert "重复发生自" in book.call("show", later, "--lang", "zh", check=0).stdout


@pytest.mark.parametrize(
    "words",
    [("--no-recurrence", REASON), ("--set", f"recurrence.reason={REASON}")],
)
def test_a_reason_is_enough(book: Book, words: tuple[str, str]) -> None:
    received(book, "03-04", "--batch", "B-7")
    later = received(book, "03-11", "--batch", "B-7")
    book.call("close", later, *UPHELD, *words, check=0)
    assert book.json("show", later)["case"]["recurrence"] == {"reason": REASON}
    assert last_event(book, later)["set"]["recurrence.reason"] == [None, REASON]
    assert f"非重复发生的理由：{REASON}" in book.call("show", later, "--lang", "zh", check=0).stdout


@pytest.mark.parametrize("words", [("link", "OTHER", "--as", "recurrence_of"), ("edit", "REASON")])
def test_link_and_reason_may_come_before_the_closing(book: Book, words: tuple[str, ...]) -> None:
    earlier = received(book, "03-04", "--batch", "B-7")
    later = received(book, "03-11", "--batch", "B-7")
    if words[0] == "link":
        book.call("link", later, earlier, *words[2:], check=0)
    else:
        book.call("edit", later, "--set", f"非重复发生的理由={REASON}", check=0)
    closed(book, later, "upheld")


def test_another_link_is_no_answer(book: Book) -> None:
    earlier = received(book, "03-04", "--batch", "B-7")
    later = received(book, "03-11", "--batch", "B-7")
    book.call("link", later, earlier, check=0)
    book.call("close", later, *UPHELD, check=3)


def test_the_link_that_opens_actions_again_is_an_answer(book: Book) -> None:
    earlier = received(book, "03-04", "--batch", "B-7", cause="design")
    days = ("--due", "2024-03-08", "--who", "zhao.yan", "--what", "Thicker foil")
    book.call("action", earlier, *days, "--at", "2024-03-04T11:00", check=0)
    book.call("action", earlier, "--done", "1", "--at", "2024-03-06T10:00", check=0)
    later = received(book, "03-11", "--batch", "B-7", cause="design")
    closed(book, later, "upheld")


def test_a_forced_closing_says_what_it_left_out(book: Book) -> None:
    received(book, "03-04", "--batch", "B-7")
    later = received(book, "03-11", "--batch", "B-7")
    book.call("close", later, *UPHELD, "--force", check=2)
    book.call("close", later, *UPHELD, "--force", "--reason", "no time", check=0)
    assert last_event(book, later)["forced"] == ["recurrence"]
    other = book.open("Lid", "--batch", "B-7")
    book.call("close", other, *UPHELD, "--force", "--reason", "no time", check=0)
    assert last_event(book, other)["forced"] == ["investigate", "recurrence"]


def test_the_required_steps_stay_required(book: Book) -> None:
    case_id = book.open("Battery swells")
    assert "investigate" in refused(book, 3, "close", case_id, *UPHELD)
    closed(book, case_id, "partly-upheld")


def test_no_answer_is_needed_without_an_earlier_case_that_is_alike(book: Book) -> None:
    received(book, "03-04", "--batch", "B-8", "--model", "X200", cause="material")
    duplicate = received(book, "03-05", "--batch", "B-7")
    received(book, "03-12", "--batch", "B-7", "--model", "X100", cause="material/foil")
    later = received(book, "03-11", "--batch", "B-7", "--model", "X100", cause="material/foil")
    # A duplicate is the complaint of its original, which is this case.
    closed(book, duplicate, "duplicate", "--duplicate-of", later)
    closed(book, later, "upheld")


@pytest.mark.parametrize("batch", ["unknown", "N/A", "-", "不详"])
def test_an_unknown_batch_is_like_no_other(book: Book, batch: str) -> None:
    received(book, "03-04", "--batch", batch)
    closed(book, received(book, "03-11", "--batch", batch), "upheld")


def test_a_cause_under_its_old_name_is_found(book: Book) -> None:
    earlier = received(book, "03-04", cause="material/foil")
    (path,) = (book.root / "cases/open").glob(f"{earlier}.yaml")
    path.write_text(
        path.read_text(encoding="utf-8").replace("material/foil", "material/film"), encoding="utf-8"
    )
    later = received(book, "03-11", cause="material/foil")
    assert earlier in refused(book, 3, "close", later, *UPHELD)


def test_an_outcome_without_the_need_asks_nothing_and_a_later_change_of_it_does(book: Book) -> None:
    earlier = received(book, "03-04", "--batch", "B-7")
    later = closed(book, received(book, "03-11", "--batch", "B-7"), "not-upheld")
    assert earlier in refused(book, 3, "edit", later, "--set", "outcome=upheld")
    book.call("edit", later, "--set", "outcome=upheld", "--set", f"recurrence.reason={REASON}", check=0)
    # What the closing needed stays.
    assert "recurrence" in refused(book, 3, "edit", later, "--set", "recurrence.reason=")


def test_several_cases_are_closed_together_or_not_at_all(book: Book) -> None:
    earlier = received(book, "03-04", "--batch", "B-7")
    later = received(book, "03-11", "--batch", "B-7")
    result = book.call("close", earlier, later, *UPHELD, "--yes", check=3)
    assert f"{earlier} (upheld; same batch)" in result.stderr
    assert book.json("show", earlier)["case"]["status"] == "open"
    book.call("close", earlier, later, *UPHELD, "--no-recurrence", REASON, check=0)


def test_a_closing_links_one_case(book: Book) -> None:
    one, other, case_id = (received(book, "03-04") for _number in range(3))
    for words in (("--duplicate-of", one), ("--no-recurrence", REASON)):
        refused(book, 2, "close", case_id, *UPHELD, "--recurrence-of", other, *words)


def test_a_step_cannot_need_it(book: Book) -> None:
    text = POLICY.replace("{step: investigate}", "{step: investigate, needs: [recurrence]}")
    (book.root / "complaintctl.yaml").write_text(text, encoding="utf-8")
    assert "only a closing can need recurrence" in book.call("policy", "check", check=1).stderr


def test_many_cases_are_counted_and_the_most_alike_named(book: Book) -> None:
    ids = [received(book, f"03-0{day}", "--batch", "B-7") for day in range(1, 8)]
    both = received(book, "02-01", "--batch", "B-7", "--model", "X100")
    later = received(book, "03-11", "--batch", "B-7", "--model", "X100")
    said = refused(book, 3, "close", later, *UPHELD)
    named = [both, *ids[:2:-1]]
    assert all(case_id in said for case_id in named)
    assert not any(case_id in said for case_id in ids[:3])
    assert "and 3 more" in said


def test_of_twenty_cases_exactly_those_with_an_earlier_one_that_is_alike_are_refused(book: Book) -> None:
    chance = random.Random(8)  # noqa: S311
    pools = {"batch": (None, "B-7", "b-7 ", "Ｂ－７", "B-8", "unk"), "model": (None, "X100", "X 200", "X200")}
    cases = []
    for number in range(20):
        product = {name: chance.choice(pool) for name, pool in pools.items()}
        cause = chance.choice((None, None, None, "design", "material", "material/foil"))
        case_id = f"C-20240301-{number:05}"
        received_at = f"2024-03-{chance.randint(1, 9):02}T09:00:00+08:00"
        parts = ", ".join(f'{name}: "{value}"' for name, value in product.items() if value)
        text = f"id: {case_id}\ntitle: t\nreceived: {received_at}\nstatus: open\n"
        text += f"product: {{{parts}}}\n" if parts else ""
        text += f"cause: {{class: {cause}}}\n" if cause else ""
        text += f"history:\n  - {{at: {received_at}, by: li.wei, did: open}}\n"
        (book.root / f"cases/open/{case_id}.yaml").write_text(text, encoding="utf-8")
        cases.append((received_at, case_id, _comparable(**product, cause=cause)))
    refusals = 0
    for received_at, case_id, values in cases:
        alike = {
            other for at, other, others in cases if (at, other) < (received_at, case_id) and values & others
        }
        result = book.call("close", case_id, "--outcome", "partly-upheld", check=3 if alike else 0)
        named = {other for _at, other, _values in cases if f"{other} (" in result.stderr}
        assert (named <= alike, len(named)) == (True, min(len(alike), 5))
        refusals += bool(alike)
    assert 0 < refusals < len(cases)


def _comparable(batch: str | None, model: str | None, cause: str | None) -> set[tuple[str, str]]:
    """What makes the cases of the test above alike, worked out by hand."""
    spelt = {"b-7 ": "B-7", "Ｂ－７": "B-7", "unk": None}
    values = {"batch": spelt.get(batch, batch) if batch else None, "model": model, "cause": cause}
    return {(name, value) for name, value in values.items() if value}


def test_a_file_that_cannot_be_alike_is_not_read(book: Book) -> None:
    received(book, "03-04", "--batch", "B-7")
    later = received(book, "03-11", "--batch", "B-7")
    folder = book.root / "cases/closed/2024/02"
    folder.mkdir(parents=True)
    (folder / "C-20240201-00000.yaml").write_text("product: {batch: B-8\n", encoding="utf-8")
    assert "C-20240201" not in book.call("close", later, *UPHELD, check=3).stderr
    (folder / "C-20240201-00000.yaml").write_text("product: {batch: B-7\n", encoding="utf-8")
    assert "C-20240201" in book.call("close", later, *UPHELD, check=3).stderr


@pty_only
@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.nightly)])
def test_a_terminal_asks_for_the_case_or_for_the_reason(book: Book, lang: Language) -> None:
    listed, which, why = {
        "en": ("Earlier cases: ", "Recurrence of case (Enter: of none): ", "why no recurrence: "),
        "zh": ("此前的案件：", "重复发生自哪一案件（都不是请按回车）：", "非重复发生的理由："),
    }[lang]
    earlier = received(book, "03-04", "--batch", "B-7")
    linked, other = (received(book, "03-11", "--batch", "B-7") for _number in range(2))
    answers = {linked: [(listed, "nonsense"), (which, earlier)], other: [(which, ""), (why, REASON)]}
    for case_id, dialogue in answers.items():
        words = ("close", case_id, *UPHELD)
        terminal = Terminal(book.root, book.speaking(lang), *words, only_errors=False)
        for question, answer in dialogue:
            terminal.answer(question, answer)
        ended, _printed = terminal.ended()
        assert ended == 0, terminal.before + terminal.shown
    assert book.json("show", linked)["case"]["links"] == [{"recurrence_of": earlier}]
    assert book.json("show", other)["case"]["recurrence"] == {"reason": REASON}
