"""Causes recorded from the command line: 5W1H, five whys, the bones of a fishbone."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: causes
timezone: Asia/Shanghai
steps:
  - {step: investigate, within: 5d}
  - {step: d4, within: 5d, after: [], needs: [cause.fishbone]}
close: {withdrawn: {}}
"""
OPENED = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:00")
FOIL = {"branch": "material", "cause": "foil too thin"}
CHECK = {"branch": "method", "cause": "no incoming check"}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


@pytest.fixture
def case_id(book: Book) -> str:
    return book.open("Battery swells", *OPENED)


def fact(book: Book, case_id: str, name: str, *words: str) -> object:
    group, _, part = name.partition(".")
    return book.json("show", case_id, *words)["case"].get(group, {}).get(part)


@pytest.mark.parametrize("step", [("investigate",), ("step", "d4"), ("edit",)])
def test_the_causes_are_recorded_by_any_step_that_finds_them(
    book: Book, case_id: str, step: tuple[str, ...]
) -> None:
    bones = (
        "--bone",
        "材料:  foil too thin",
        "--bone",
        "Method： no incoming check",
        "--bone",
        "料: glue: old",
    )
    book.call(step[0], case_id, *step[1:], *bones, "--why", "it swells", "--why", "gas", check=0)
    glue = {"branch": "material", "cause": "glue: old"}
    own = {**FOIL, "branch": "材料"}
    assert fact(book, case_id, "cause.fishbone") == [own, CHECK, glue]
    assert fact(book, case_id, "cause.five_whys") == ["it swells", "gas"]
    assert "cause.fishbone: 料: glue: old" in book.call("--lang", "zh", "show", case_id, check=0).stdout
    assert "warning" not in book.call("check").stderr


def test_bones_are_replaced_as_a_whole_taken_back_and_seen_as_they_were(book: Book, case_id: str) -> None:
    book.call(
        "investigate", case_id, "--bone", "material: foil too thin", "--at", "2024-03-05T09:00", check=0
    )
    book.call("edit", case_id, "--bone", "method: no incoming check", "--at", "2024-03-06T09:00", check=0)
    event = book.json("show", case_id)["case"]["history"][-1]
    assert event["set"] == {"cause.fishbone": [[FOIL], [CHECK]]}
    assert fact(book, case_id, "cause.fishbone", "--as-of", "2024-03-05T12:00") == [FOIL]
    assert fact(book, case_id, "cause.fishbone", "--as-of", "2024-03-04T12:00") is None
    book.call("retract", case_id, event["id"], "--reason", "wrong case", check=0)
    assert fact(book, case_id, "cause.fishbone") == [FOIL]
    book.call("edit", case_id, "--bone", "", check=0)
    assert fact(book, case_id, "cause.fishbone") is None


def test_the_six_questions_are_facts_and_who_is_personal(book: Book, case_id: str) -> None:
    facts = ("--set", "problem.where=line 3", "--set", "problem.who=Wang Fang")
    book.call("investigate", case_id, *facts, check=0)
    event = book.json("show", case_id)["case"]["history"][-1]
    assert (event["set"], event["changed"]) == ({"problem.where": [None, "line 3"]}, ["problem.who"])
    text = book.file(case_id).read_text(encoding="utf-8")
    assert "\n\nproblem: {where: line 3, who: Wang Fang}\n\n" in text


def test_a_step_of_the_team_may_demand_a_fishbone(book: Book, case_id: str) -> None:
    assert "cause.fishbone" in refused(book, 3, "step", case_id, "d4")
    said = refused(book, 2, "edit", case_id, "--set", "cause.fishbone=x")
    assert "complaintctl edit CASE --bone" in said


def test_a_measure_is_planned_by_any_step(book: Book, case_id: str) -> None:
    book.call("edit", case_id, "--measure", "Thicker foil;zhao.yan;2024-04-01", check=0)
    assert fact(book, case_id, "plan.measures") == [
        {"what": "Thicker foil", "who": "zhao.yan", "due": "2024-04-01"}
    ]


@pytest.mark.parametrize("bone", ["foil too thin", "material:", ": foil", "："])
def test_a_bone_without_branch_or_cause_is_refused_saying_how(book: Book, case_id: str, bone: str) -> None:
    assert '--bone "material: foil too thin"' in refused(book, 2, "investigate", case_id, "--bone", bone)


def test_an_edit_of_nothing_is_refused(book: Book, case_id: str) -> None:
    assert "--bone" in refused(book, 2, "edit", case_id)


def test_an_unknown_key_of_a_bone_is_named_and_kept(book: Book, case_id: str) -> None:
    book.call("investigate", case_id, "--bone", "material: foil too thin", check=0)
    path = book.file(case_id)
    path.write_text(
        path.read_text(encoding="utf-8").replace("{branch: material", "{brunch: 1, branch: material", 1)
    )
    assert "cause.fishbone[1].brunch" in book.call("check").stderr
