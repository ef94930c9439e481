"""Tests recording and showing causes: 5W1H, five whys, fishbone."""

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
NAMES = ("5W1H", "Fishbone", "Five whys", "Result")
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
    shown = book.call("--lang", "zh", "show", case_id, check=0).stdout
    assert "\n鱼骨图：料：glue: old\n" in shown
    assert "鱼骨图：材料：foil too thin、法：no incoming check、料：glue: old" in shown
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
    book.call("investigate", case_id, *facts, "--at", "2024-03-05T09:00", check=0)
    assert fact(book, case_id, "problem.who", "--as-of", "2024-03-04T12:00") is None
    event = book.json("show", case_id)["case"]["history"][-1]
    assert (event["set"], event["changed"]) == ({"problem.where": [None, "line 3"]}, ["problem.who"])
    text = book.file(case_id).read_text(encoding="utf-8")
    assert "\n\nproblem: {where: line 3, who: Wang Fang}\n\n" in text


def test_a_step_of_the_team_may_demand_a_fishbone(book: Book, case_id: str) -> None:
    assert f"complaintctl edit {case_id} --bone …" in refused(book, 3, "step", case_id, "d4")
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


# Output


def with_analysis(book: Book, case_id: str) -> None:
    bones = (
        "--bone",
        "料: 铝箔太薄，供应商换了",
        "--bone",
        "料: glue | <b>old</b>",
        "--bone",
        "method: no check",
    )
    facts = ("--set", "problem.where=3 号线", "--set", "cause.finding=12 µm")
    whys = ("--why", "Gas forms", "--why", "1. Foil is thin")
    book.call("investigate", case_id, *bones, *facts, *whys, "--at", "2024-03-05T09:00", check=0)


def test_a_terminal_shows_a_tree_with_aligned_words(book: Book, case_id: str) -> None:
    with_analysis(book, case_id)
    shown = book.call("--lang", "zh", "analysis", case_id, check=0).stdout
    assert (
        shown
        == f"""\
{case_id}  Battery swells

5W1H 分析
  何地  3 号线

鱼骨图
  Battery swells
  ├─ 料
  │  ├─ 铝箔太薄，供应商换了
  │  └─ glue | <b>old</b>
  └─ 法
     └─ no check

五个为什么
  1.  Gas forms
  2.  1. Foil is thin

结论
  调查结果  12 µm
"""
    )


def test_a_page_holds_tables_and_a_diagram(book: Book, case_id: str) -> None:
    with_analysis(book, case_id)
    page = book.call("analysis", case_id, "--format", "md", check=0).stdout
    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert headings == [f"# {case_id} Battery swells", *(f"## {name}" for name in NAMES)]
    assert "| Where | 3 号线 |" in page
    diagram = book.call("analysis", case_id, "--format", "mermaid", check=0).stdout
    assert f"```mermaid\n{diagram}```\n" in page
    assert '  b1c2["glue #124; #60;b#62;old#60;/b#62;"] --> b1\n' in diagram
    assert '  w2["why 2: 1#46; Foil is thin"] --> w1\n' in diagram


def test_a_machine_reads_the_keys_of_the_file(book: Book, case_id: str) -> None:
    with_analysis(book, case_id)
    found = book.json("analysis", case_id)
    assert found == book.call("analysis", case_id, "--format", "json", check=0).json()
    assert found["analysis"]["problem"] == {"where": "3 号线"}
    assert found["analysis"]["fishbone"][2] == {"branch": "method", "cause": "no check"}
    assert found["analysis"]["five_whys"] == ["Gas forms", "1. Foil is thin"]
    assert (found["analysis"]["cause"], found["analysis"]["finding"]) == (None, "12 µm")


def test_a_picture_is_drawn_as_the_case_was_known_then(book: Book, case_id: str) -> None:
    with_analysis(book, case_id)
    book.call("edit", case_id, "--bone", "machine: worn jaw", "--at", "2024-03-06T09:00", check=0)
    then = book.call("analysis", case_id, "--format", "svg", "--as-of", "2024-03-05T12:00", check=0).stdout
    now = book.call("analysis", case_id, "--format", "svg", check=0).stdout
    assert ("glue | &lt;b&gt;" in then, "worn jaw" in then) == (True, False)
    assert ("glue | &lt;b&gt;" in now, "worn jaw" in now) == (False, True)


def test_without_an_analysis_the_command_that_records_one_is_named(book: Book, case_id: str) -> None:
    assert f"complaintctl investigate {case_id}" in refused(book, 3, "analysis", case_id)
    book.call("investigate", case_id, "--finding", "none", check=0)
    assert f"complaintctl edit {case_id}" in refused(book, 3, "analysis", case_id, "--format", "svg")
    assert "mermaid" in refused(book, 2, "analysis", case_id, "--format", "png")
