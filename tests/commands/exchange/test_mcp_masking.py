"""What an assistant may read of a case that is full of texts: none of those that somebody wrote."""

import json
from typing import Any, Final

import jsonschema
import pytest

from complaintctl.commands.exchange.assistants import answers
from complaintctl.commands.exchange.assistants.tools import TOOLS, find_tool
from complaintctl.domain.dashboard.public_output import is_public_column, mask_output
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy.public_case import LEFT_OUT
from complaintctl.storage.policy import policyfile
from complaintctl.storage.schemas.output_schema import output_schema
from tests.casebooks import Book, make_book

WORD: Final = "PLANTED"
CUSTOMER: Final = ("王芳", "13800138000", "wang.fang@example.com", "SN-4411")
READING: Final = (
    ("today",),
    (
        "list",
        "--columns",
        "id,title,owner,category,customer.name,product.model,product.serial,cause.finding,x.improvement",
    ),
    ("show", "CASE"),
    ("explain", "CASE"),
    ("check", "--fail-on", "never"),
    ("customer", CUSTOMER[1]),
    ("report", "--by", "category"),
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """One case with a planted word in every text that a command can write."""
    made = make_book(tmp_path_factory.mktemp("masking"), lang="en")
    at = "2026-11-16T09:0{}"
    told = (
        "--customer-name",
        CUSTOMER[0],
        "--phone",
        CUSTOMER[1],
        "--email",
        CUSTOMER[2],
        "--serial",
        CUSTOMER[3],
    )
    case = made.open(
        f"{WORD} title",
        *told,
        *(
            "--model",
            "X100",
            "--bought",
            "2026-11-02",
            "--description",
            f"{WORD} story",
            "--remedy-sought",
            f"{WORD} wish",
        ),
        *("--text", f"{WORD} text", "--received", at.format(0), "--at", at.format(1), "--level", "general"),
        *("--set", f"product.bought_from={WORD} shop", "--set", f"x.improvement={WORD} own"),
        *("--category", "quality", "--no-input"),
    )
    told_later = (
        "product.bought_from",
        "cause.finding",
        "lesson",
        "satisfaction.comment",
    )
    texts = [word for field in told_later for word in ("--set", f"{field}={WORD} {field}")]
    (made.root.parent / f"{WORD}.txt").write_text(WORD, encoding="utf-8")
    for number, words in enumerate(
        (
            ("assess", case, "--text", f"{WORD} assessment"),
            ("note", case, f"{WORD} note"),
            ("task", case, "--to", "quality", "--what", f"{WORD} task", "--due", "2026-11-17"),
            ("action", case, "--what", f"{WORD} action", "--who", "li.wei", "--due", "2026-11-18"),
            ("attach", case, str(made.root.parent / f"{WORD}.txt")),
            ("edit", case, *texts, "--reason", f"{WORD} reason"),
            ("wait", case, "--reason", f"{WORD} wait"),
        ),
        start=2,
    ):
        made.call(*words, "--at", at.format(number), check=0)
    return made


@pytest.fixture(scope="module")
def policy(book: Book) -> Policy:
    file, _problems = policyfile.read_policy(book.root / "complaintctl.yaml")
    assert file is not None
    return file.policy


def printed(book: Book, words: tuple[str, ...]) -> Any:
    case = book.json("list")["cases"][0]["id"]
    return book.json(*(case if word == "CASE" else word for word in words))


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value)


@pytest.mark.parametrize("words", READING, ids=lambda words: str(words[0]))
def test_no_output_shows_what_a_customer_told_or_somebody_wrote(
    book: Book, policy: Policy, words: tuple[str, ...]
) -> None:
    output = printed(book, words)
    masked = mask_output(policy, output)
    text = json.dumps(masked, ensure_ascii=False)
    assert [planted for planted in (WORD, *CUSTOMER) if planted in text] == []
    assert shape(masked) == shape(output)
    jsonschema.validate(masked, output_schema(words[0]))


def test_the_case_was_full_of_planted_words(book: Book) -> None:
    text = json.dumps(printed(book, ("show", "CASE")), ensure_ascii=False)
    assert text.count(WORD) >= 12
    assert all(planted in text for planted in CUSTOMER)


def test_times_keys_products_and_the_team_stay(book: Book, policy: Policy) -> None:
    case = mask_output(policy, printed(book, ("show", "CASE")))["case"]
    assert (case["product"]["model"], case["category"], case["level"]) == ("X100", "quality", "general")
    assert [(event["did"], event["by"]) for event in case["history"]][:3] == [
        ("open", "li.wei"),
        ("assess", "li.wei"),
        ("note", "li.wei"),
    ]
    whats = {clock["step"]: clock["what"] for clock in case["clocks"]}
    assert (whats["task"], whats["action"], whats["assess"]) == (f"quality: {LEFT_OUT}", "1", "assess")
    assert case["x"] == {"improvement": LEFT_OUT}


def test_a_word_that_the_policy_does_not_know_may_be_a_text(policy: Policy) -> None:
    output = {
        "level": "call Wang Fang",
        "category": "quality",
        "unheard_of": "text",
        "number": 5,
        "none": None,
    }
    assert mask_output(policy, output) == {
        "level": LEFT_OUT,
        "category": "quality",
        "unheard_of": LEFT_OUT,
        "number": 5,
        "none": None,
    }


def test_conditions_on_customer_data_are_told_from_others(policy: Policy) -> None:
    assert all(is_public_column(policy, name) for name in ("level", "due", "month", "product.model", "owner"))
    assert not any(
        is_public_column(policy, name) for name in ("customer.phone", "title", "description", "x.improvement")
    )


def test_a_list_is_cut_to_a_page_and_says_what_is_left() -> None:
    tool = find_tool("list_cases")
    assert tool is not None
    output = {"cases": [{"id": number} for number in range(60)]}
    assert answers.cut_lists(tool, output, {"offset": 5, "rows": 10}) == {"cases": 50}
    assert [row["id"] for row in output["cases"]] == list(range(5, 15))


def test_of_a_history_the_newest_events_come_first_to_be_shown() -> None:
    tool = find_tool("show_case")
    assert tool is not None
    output: dict[str, Any] = {"case": {"history": list(range(60))}}
    assert answers.cut_lists(tool, output, {}) == {"case.history": 10}
    assert output["case"]["history"] == list(range(10, 60))
    again: dict[str, Any] = {"case": {"history": list(range(60))}}
    answers.cut_lists(tool, again, {"offset": 50})
    assert again["case"]["history"] == list(range(10))


def test_addresses_of_the_team_are_no_part_of_a_policy_that_is_shown() -> None:
    output = {"policy": {"people": {"li.wei": {"name": "Li Wei", "email": "li@example.com"}}, "name": "n"}}
    assert answers.policy_section(output, "people") == {"policy": {"people": {"li.wei": {"name": "Li Wei"}}}}
    assert answers.policy_section(output, "nothing") == {
        "policy": {"name": "n", "sections": ["name", "people"]}
    }


def test_every_tool_runs_a_command_whose_output_is_published() -> None:
    for tool in TOOLS:
        command = " ".join(word for word in tool.command if not word.startswith("-"))
        assert output_schema(command)["$id"].startswith("urn:complaintctl:schema:output:")
