"""Tests policy files: the shipped ones are faultless; all faults are reported with their positions."""

from pathlib import Path
from typing import get_type_hints

import pytest

from complaintctl.domain.case.fields import file_key
from complaintctl.domain.policy.policy import (
    Calendar,
    ClassEntry,
    CloseRule,
    CustomField,
    GitRule,
    GradingRule,
    Person,
    Policy,
    Rung,
    Step,
    TaskRule,
    class_paths,
    find_department,
    find_playbook,
)
from complaintctl.storage.policy import policyfile

Place = tuple[str, int, int]
HERE = Path("complaintctl.yaml")


def places(text: str) -> list[Place]:
    """Key, line and column of every fault, in the order of the file."""
    _, problems = policyfile.parse_policy(text.encode(), HERE)
    return [(problem.key, problem.line, problem.column) for problem in problems]


# Shipped policies


@pytest.mark.parametrize("name", policyfile.shipped_policy_names())
def test_every_shipped_policy_is_faultless(name: str) -> None:
    path = policyfile.shipped_policy_path(name)
    assert path is not None
    found, problems = policyfile.read_policy(path)
    assert problems == []
    assert found is not None
    assert found.policy.name == name


@pytest.mark.parametrize("name", policyfile.shipped_policy_names())
def test_every_shipped_policy_names_its_words_in_both_languages(name: str) -> None:
    path = policyfile.shipped_policy_path(name)
    assert path is not None
    found, _ = policyfile.read_policy(path)
    assert found is not None
    policy = found.policy
    classes = [*class_paths(policy.categories, ""), *class_paths(policy.causes, "")]
    words = {**policy.channels, **policy.levels, **policy.remedies, **dict(classes)}
    steps = {step.step: step.label for step in policy.steps}
    labels = (
        {word: entry.label if entry else {} for word, entry in words.items()} | steps | {name: policy.label}
    )
    assert [word for word, label in labels.items() if set(label) != {"en", "zh"}] == []


def test_the_electronics_policy_shows_a_class_its_own_checks_or_those_above_it() -> None:
    path = policyfile.shipped_policy_path("electronics")
    assert path is not None
    found, _ = policyfile.read_policy(path)
    assert found is not None
    policy = found.policy
    named = {name for name, _ in class_paths(policy.categories, "") if find_playbook(policy, name)}
    assert named == set(policy.playbooks)
    assert (
        find_playbook(policy, "quality/function/hardware/screen")
        == policy.playbooks["quality/function/hardware"]
    )


def test_there_is_no_shipped_policy_of_an_unknown_name() -> None:
    assert policyfile.shipped_policy_path("../../etc/passwd") is None


# The documentation of the format

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "policy-format.md"


def test_the_example_on_the_page_about_the_format_is_faultless() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    example = next(block for block in page.split("```yaml\n")[1:] if block.startswith("complaintctl: 1"))
    assert places(example.partition("```")[0]) == []


@pytest.mark.parametrize(
    "owner",
    [
        Policy,
        Calendar,
        Step,
        TaskRule,
        CloseRule,
        Person,
        GitRule,
        GradingRule,
        ClassEntry,
        CustomField,
        Rung,
    ],
)
def test_the_page_about_the_format_names_every_key(owner: type) -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    names = [file_key(name) for name in get_type_hints(owner)]
    assert [name for name in names if f"`{name}`" not in page and f"{name}:" not in page] == []


# References to missing entries

MANY_FAULTS = """\
complaintctl: 1
name: faulty
timezone: Asia/Shangai
calendar: ofice
calendars:
  office:
    timezone: Mars/Base
    hours:
      mon-fri: ["09:00-12:00", "11:00-18:00"]
      fri: ["09:00-12:00"]
      funday: ["09:00-12:00"]
  shut: {hours: {mon: []}}
channels: {phone: {}}
levels: {urgent: {}, general: {}, quality: {}}
categories: {quality: {sub: {function: {}}}}
steps:
  - step: ack
    within: {urgnt: 1h, quality/function: soon, else: 4h}
    promise: {respnd: 48h, close: 9 days}
  - step: classify
    lable: {en: classify}
    within: 4h
    every: 8h
    needs: [customer.nme, "customer.phone|customer.mail", x.ticket]
    calendar: night
    roles: [clerk]
  - step: plan
    from: [receipt, clasify, product.bought, product.model]
    after: [classify, ackk]
    when: {level: [urgent, urgnt], chanel: phone}
    needs: {else: [plan.remedy, tsk]}
    approve: {mayor: [manager], else: [boss]}
  - {step: plan, from: nowhere}
  - {step: note, until: happy}
close:
  withdrawn: {}
  lost: {steps: [respond], needs: [link]}
reopen_to: respond
playbooks: {logistics: [Ask]}
roles: [manager]
people: {li.wei: {roles: [manager, handler]}}
"""

EXPECTED: list[Place] = [
    ("unknown-zone", 3, 11),
    ("policy-unknown", 4, 11),
    ("unknown-zone", 7, 15),
    ("policy-hours", 9, 16),
    ("policy-weekdays", 10, 7),
    ("policy-weekdays", 11, 7),
    ("policy-never-open", 12, 17),
    ("policy-level-is-category", 14, 35),
    ("policy-unknown", 18, 14),
    ("policy-limit", 18, 43),
    ("policy-unknown", 19, 15),
    ("policy-limit", 19, 35),
    ("unknown-key", 21, 5),
    ("policy-within-and-every", 23, 12),
    ("policy-unknown-field", 24, 13),
    ("policy-unknown-field", 24, 27),
    ("policy-unknown", 25, 15),
    ("policy-unknown", 26, 13),
    ("policy-unknown", 28, 21),
    ("policy-unknown", 28, 46),
    ("policy-unknown", 29, 23),
    ("policy-unknown", 30, 28),
    ("policy-unknown-field", 30, 36),
    ("policy-unknown-field", 31, 33),
    ("policy-unknown", 32, 15),
    ("policy-unknown", 32, 40),
    ("policy-step-twice", 33, 12),
    ("policy-unknown", 33, 24),
    ("policy-step-is-event", 34, 12),
    ("policy-unknown-field", 34, 25),
    ("policy-unknown", 37, 3),
    ("policy-unknown", 37, 18),
    ("policy-unknown-field", 37, 36),
    ("policy-unknown", 38, 12),
    ("policy-unknown", 39, 13),
    ("policy-unknown", 41, 36),
]


def test_every_fault_is_told_at_once_with_its_line_and_column() -> None:
    assert places(MANY_FAULTS) == EXPECTED


def test_a_faulty_policy_is_not_given_away() -> None:
    found, problems = policyfile.parse_policy(MANY_FAULTS.encode(), HERE)
    assert found is None
    assert {problem.file for problem in problems} == {"complaintctl.yaml"}


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    _, problems = policyfile.parse_policy(MANY_FAULTS.encode(), HERE)
    (fault,) = (problem for problem in problems if problem.key == "unknown-key")
    assert (fault.values["name"], fault.values["near"]) == ("lable", "label")
    assert not fault.warning


def test_an_unknown_word_is_told_with_the_known_ones() -> None:
    _, problems = policyfile.parse_policy(MANY_FAULTS.encode(), HERE)
    fault = next(problem for problem in problems if problem.line == len(MANY_FAULTS.splitlines()))
    assert fault.values == {"what": "role", "value": "handler", "choices": ["manager"]}


# Wrong types and structure

HEAD = "complaintctl: 1\nname: small\ntimezone: UTC\n"


def test_a_small_policy_needs_a_format_a_name_and_a_zone() -> None:
    assert places(HEAD) == []
    assert places("steps: []\n") == [("field-missing", 1, 1)] * 3


def test_values_of_the_wrong_kind_are_told_together() -> None:
    text = (
        HEAD + "language: fr\nsteps:\n  - {within: 4h}\n  - {step: plan, optional: maybe}\nroles: manager\n"
    )
    assert places(text) == [
        ("not-one-of", 4, 11),
        ("field-missing", 6, 5),
        ("not-true-or-false", 7, 28),
        ("not-a-mapping-here", 8, 8),
    ]


def test_a_later_format_is_refused() -> None:
    assert places(HEAD.replace("complaintctl: 1", "complaintctl: 2")) == [("not-one-of", 1, 15)]


def test_a_top_key_misspelt_does_not_blame_everything_that_refers_to_it() -> None:
    text = HEAD + "levls: {urgent: {}}\nsteps:\n  - {step: plan, within: {urgent: 1h}}\n"
    assert places(text) == [("unknown-key", 4, 1)]


def test_a_key_given_twice_is_told_at_its_second_place_and_hides_nothing_else() -> None:
    text = (
        HEAD
        + "levels: {urgent: {}}\nsteps:\n  - step: plan\n    within: 4h\n    within: soon\n    from: nowhere\n"
    )
    assert places(text) == [("duplicate-key", 8, 5), ("policy-unknown", 9, 11)]


def test_a_word_given_twice_is_told_once() -> None:
    text = (
        HEAD
        + "levels: {urgent: {}, urgent: {}}\nsteps:\n  - {step: plan, within: {urgent: 1h, urgent: 2h}}\n"
    )
    assert places(text) == [("duplicate-key", 4, 22), ("duplicate-key", 6, 39)]


def test_an_order_of_saying_more_names_known_steps_once() -> None:
    text = HEAD + "says_more: [ack, visit, news, visit]\nsteps:\n  - {step: visit}\n"
    assert places(text) == [("policy-unknown", 4, 25), ("policy-step-twice", 4, 31)]


COUNTING = (
    HEAD
    + """\
calendars:
  office:
    hours: {mon-fri: ["09:00-18:00"]}
    count: {day_off: stays, cutoff: "17:00", then: "24:00"}
  shop:
    hours: {mon-fri: ["09:00-18:00"]}
    count: {then: "08:30"}
"""
)


def test_a_count_rule_that_contradicts_itself_is_told() -> None:
    assert [(key, line) for key, line, _ in places(COUNTING)] == [
        ("policy-cutoff-stays", 7),
        ("policy-hour", 7),
        ("policy-then-without-cutoff", 10),
    ]


def test_a_date_that_does_not_exist_is_told() -> None:
    text = HEAD + 'calendars:\n  office: {hours: {mon: ["09:00-12:00"]}, holidays: [2026-02-30, 1 May]}\n'
    assert places(text) == [("policy-day", 5, 54), ("policy-day", 5, 66)]


def test_a_broken_file_is_told_where_it_breaks_and_nothing_is_guessed() -> None:
    assert places(HEAD + "levels: {urgent: {}\nsteps: []\n") == [("yaml-syntax", 5, 1)]
    assert places("<<<<<<< ours\n" + HEAD) == [("conflict-marker", 1, 1)]
    assert places("") == [("file-empty", 1, 1)]


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    found, problems = policyfile.read_policy(tmp_path / "complaintctl.yaml")
    assert found is None
    assert [problem.key for problem in problems] == ["unreadable"]


# Results for a faultless policy


def test_lists_of_bare_words_are_lists_without_labels() -> None:
    found, problems = policyfile.parse_policy(
        (HEAD + "channels: [phone, email]\nlevels: [urgent]\n").encode(), HERE
    )
    assert problems == []
    assert found is not None
    assert (found.policy.channels, found.policy.levels) == ({"phone": None, "email": None}, {"urgent": None})


def test_what_yaml_would_guess_stays_what_was_typed() -> None:
    text = HEAD + "levels: [NO, 1:30]\nsteps:\n  - {step: contain, when: {x.confirmed: yes}}\n"
    found, _ = policyfile.parse_policy(text.encode(), HERE)
    assert found is not None
    assert list(found.policy.levels) == ["NO", "1:30"]
    assert found.policy.steps[0].when == {"x.confirmed": "yes"}


def test_the_line_of_every_value_is_known() -> None:
    text = HEAD + "levels: [urgent]\nsteps:\n  - step: plan\n    within:\n      urgent: 1h\n"
    found, _ = policyfile.parse_policy(text.encode(), HERE)
    assert found is not None
    assert found.lines["steps", 0, "within", "urgent"] == 8


def test_a_class_belongs_to_the_nearest_department_above_it() -> None:
    text = (
        HEAD + "categories: {quality: {department: qa, sub: {function: {sub: {hardware: {}}}}}, other: {}}\n"
    )
    found, _ = policyfile.parse_policy(text.encode(), HERE)
    assert found is not None
    assert find_department(found.policy, "quality/function/hardware") == "qa"
    assert find_department(found.policy, "other") is None


def test_a_misspelt_part_hides_no_fault_of_another_and_blames_nobody_for_missing_it() -> None:
    text = (
        "complaintctl: 1\n"
        "name: test\n"
        "timezone: Asia/Shanghai\n"
        "calender: office\n"
        "levls: [urgent]\n"
        "steps:\n"
        "  - {step: plan, within: {urgent: 1x}, optional: perhaps}\n"
        "  - {step: execute, within: 2x, from: plan}\n"
    )
    _found, problems = policyfile.parse_policy(text.encode(), Path("complaintctl.yaml"))
    assert [(problem.key, problem.line, problem.column) for problem in problems] == [
        ("unknown-key", 4, 1),
        ("unknown-key", 5, 1),
        ("policy-limit", 7, 35),
        ("not-true-or-false", 7, 50),
        ("policy-limit", 8, 29),
    ]
