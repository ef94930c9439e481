"""Tests the team's own fields: declared in the policy with labels and choices, stored under `x:` in the case."""

import json
from pathlib import Path

import pytest

from complaintctl.storage.policy import policyfile
from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: plant
timezone: Asia/Shanghai
levels: [major, minor]
fields:
  fault: {label: {en: our product's fault, zh: 是否我方责任}, choices: {"yes": {label: {en: "yes", zh: 是}}, "no": {label: {en: "no", zh: 否}}}}
  severity: {label: {en: severity, zh: 严重度}, choices: [high, low]}
  place: {label: {en: place, zh: 地点}}
steps:
  - {step: contain, within: 4h, when: {x.fault: yes}}
  - {step: respond, within: 24h, needs: [x.severity]}
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    policy = tmp_path / "plant.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, policy)


def own(book: Book, case: str) -> dict[str, str]:
    return dict(book.json("show", case)["case"].get("x", {}))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("x.fault=yes", {"fault": "yes"}),
        ("x.fault=YES", {"fault": "yes"}),
        ("x.fault=是", {"fault": "yes"}),
        ("是否我方责任=否", {"fault": "no"}),
        ("Our product's fault=no", {"fault": "no"}),
        ("地点=上海", {"place": "上海"}),
        ("place=Gate 4 = north", {"place": "Gate 4 = north"}),
        ("x.ticket=T-1", {"ticket": "T-1"}),
    ],
)
def test_a_field_and_its_choices_are_typed_in_any_language(
    book: Book, typed: str, kept: dict[str, str]
) -> None:
    assert own(book, book.open("t", "--set", typed)) == kept


def test_a_word_that_is_no_choice_is_refused_with_the_nearest(book: Book) -> None:
    case = book.open("t")
    said = refused(book, 2, "edit", case, "--set", "x.severity=hihg")
    assert "Did you mean high?" in said
    assert "high, low" in said


def test_a_name_without_x_is_refused_with_the_nearest(book: Book) -> None:
    case = book.open("t")
    assert "Did you mean x.severity?" in refused(book, 2, "edit", case, "--set", "x,severity=high")


def test_a_choice_decides_whether_a_step_applies(book: Book) -> None:
    case = book.open("t", "--set", "x.severity=low", "--set", "是否我方责任=否")
    assert "contain" in refused(book, 3, "step", case, "contain")
    book.call("edit", case, "--set", "x.fault=是", check=0)
    book.call("step", case, "contain", check=0)


def test_a_choice_that_was_written_by_hand_is_named_by_check(book: Book) -> None:
    case = book.open("t", "--set", "x.fault=yes")
    file = book.file(case)
    file.write_text(file.read_text(encoding="utf-8").replace('"yes"', "maybe"), encoding="utf-8")
    said = book.call("check", check=4).stderr
    assert "x.fault maybe is not in the policy. Available: yes, no." in said


def test_show_says_field_and_choice_in_the_reader_s_language(book: Book) -> None:
    case = book.open("t", "--set", "x.fault=yes", "--set", "x.place=上海")
    english = book.call("show", case).stdout
    assert "x.fault our product's fault: yes\nx.place: 上海\n" in english
    chinese = book.call("--lang", "zh", "show", case).stdout
    assert "\n是否我方责任：是\n地点：上海\n" in chinese
    book.call("edit", case, "--set", "x.fault=no", check=0)
    for command in ("show", "log"):
        assert "  是否我方责任：是 → 否" in book.call("--lang", "zh", command, case).stdout


def test_a_missing_fact_is_asked_for_by_its_label(book: Book) -> None:
    case = book.open("t", "--set", "x.fault=no")
    said = book.call("--lang", "zh", "respond", case, check=3).stderr
    assert "尚缺：严重度。" in said


def test_cases_are_listed_by_a_field_under_any_of_its_names(book: Book) -> None:
    ours = book.open("ours", "--set", "x.fault=yes")
    book.open("theirs", "--set", "x.fault=no")
    for condition in ("x.fault=yes", "是否我方责任=是"):
        found = book.json("list", "--where", condition, "--columns", "id,x.fault")["cases"]
        assert found == [{"id": ours, "x.fault": "yes"}]


def test_the_policy_lists_its_fields(book: Book) -> None:
    assert "x.severity" in book.call("policy", "show").stdout
    line = "| x.fault | 是否我方责任 | yes 是、no 否 |"
    chinese = book.call("--lang", "zh", "policy", "show", "--format", "md").stdout
    assert line in chinese
    assert "x.severity 严重度 |" in next(
        line for line in chinese.splitlines() if line.startswith("| respond")
    )
    fields = book.json("policy", "show")["policy"]["fields"]
    assert fields["severity"]["choices"] == {"high": None, "low": None}


def test_a_field_of_a_case_is_never_hidden_by_a_label(tmp_path: Path) -> None:
    policy = tmp_path / "label.yaml"
    policy.write_text(POLICY.replace("en: place", "en: owner"), encoding="utf-8")
    book = make_book(tmp_path, policy)
    case = book.json("show", book.open("t", "--set", "owner=li.wei"))["case"]
    assert (case["owner"], case.get("x")) == ("li.wei", None)


def test_a_changed_choice_is_named_by_the_comparison_of_policies(book: Book) -> None:
    newer = book.root / "newer.yaml"
    newer.write_text(POLICY.replace("zh: 是}", "zh: 我方}"), encoding="utf-8")
    said = book.speaking("en").call("policy", "diff", "newer.yaml").stdout
    assert "field fault: choices, yes" in said
    assert "我方" in said


def faults(text: str) -> list[tuple[str, object]]:
    """Key and value of every fault of a policy with this text."""
    _, problems = policyfile.parse_policy(text.encode(), Path("complaintctl.yaml"))
    return [(problem.key, problem.values["value"]) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("when: {x.fault: yes}", "when: {x.fault: maybe}", ("policy-unknown", "maybe")),
        ("when: {x.fault: yes}", "when: {x.fult: yes}", ("policy-undeclared-field", "x.fult")),
        ("[x.severity]", "[x.severty]", ("policy-undeclared-field", "x.severty")),
        ("[x.severity]", "[outcome|x.severty]", ("policy-undeclared-field", "x.severty")),
        ("[high, low]", "[high, so so]", ("policy-plain-name", "so so")),
        ("  place:", "  a.b:", ("policy-plain-name", "a.b")),
        ("zh: 地点", "zh: 严重度", ("policy-word-twice", "严重度")),
        ("zh: 否", "zh: 是", ("policy-word-twice", "是")),
    ],
)
def test_a_policy_that_names_fields_wrongly_is_told(old: str, new: str, fault: tuple[str, str]) -> None:
    assert faults(POLICY) == []
    assert faults(POLICY.replace(old, new)) == [fault]


def test_without_fields_any_own_field_may_be_named() -> None:
    lines = [
        line for line in POLICY.splitlines() if not line.startswith(("fields:", "  fault", "  sev", "  pl"))
    ]
    assert faults("\n".join(lines)) == []


def test_a_need_of_entries_is_met_when_each_of_them_has_it(tmp_path: Path) -> None:
    """Without a measure, with one that names nobody, with one that has no day: refused; then it is taken."""
    policy = tmp_path / "parts.yaml"
    step = "{step: plan, within: 48h, needs: [plan.measures.who, plan.measures.due]}"
    policy.write_text(f"complaintctl: 1\nname: parts\ntimezone: UTC\nsteps:\n  - {step}\n", encoding="utf-8")
    book = make_book(tmp_path, policy)
    case = book.open("t")
    whole, nobody, no_day = "sort the stock;zhao.min;2026-12-01", "call the carrier", "call;li.wei"
    for measures in ([], [whole, nobody], [whole, no_day]):
        said = refused(book, 3, "plan", case, *(word for one in measures for word in ("--measure", one)))
        assert "plan.measures.due" in said
        assert ("plan.measures.who" in said) == (no_day not in measures)
        assert f"complaintctl edit {case} --measure …" in said
    book.call("plan", case, "--measure", whole, "--measure", f"{no_day};2026-12-01", check=0)


def test_a_policy_that_needs_an_unknown_part_is_told(tmp_path: Path) -> None:
    assert faults(POLICY.replace("[x.severity]", "[plan.measures.whom]")) == [
        ("policy-unknown-field", "plan.measures.whom")
    ]
    assert faults(POLICY.replace("x.fault: yes", "plan.measures.who: li.wei")) == [
        ("policy-unknown-field", "plan.measures.who")
    ]
    policy = tmp_path / "faulty.yaml"
    policy.write_text(POLICY.replace("[x.severity]", "[plan.measures.whom]"), encoding="utf-8")
    book = make_book(tmp_path)
    said = book.call("policy", "check", str(policy), check=1).stderr
    assert "A case has no field plan.measures.whom. Did you mean plan.measures.who?" in said


def test_the_schema_for_editors_takes_choices_as_a_list_or_a_map(book: Book) -> None:
    schema = json.loads(book.call("schema", "policy", check=0).stdout)
    whole, listed = schema["$defs"]["CustomField"]["properties"]["choices"]["anyOf"]
    assert (whole["type"], listed["type"]) == ("object", "array")
