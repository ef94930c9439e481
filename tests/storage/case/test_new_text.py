"""Tests writing new case files: the case is read back unchanged, and ruamel.yaml round-trips every byte."""

import io

import pytest
import yaml
from hypothesis import given
from ruamel.yaml import YAML

from complaintctl.domain.case import one_line
from complaintctl.domain.case.case import Case
from complaintctl.storage.case import edited_text, new_text, schema
from complaintctl.storage.yaml import yamltext
from tests.storage.arbitrary import AWKWARD, CASES, FEW, MANY, TEXTS
from tests.storage.building import a_case, loaded


@FEW
@given(CASES)
def test_every_case_is_read_back_as_it_was_written(case: Case) -> None:
    assert loaded(new_text.case_yaml(case).encode()) == case


@FEW
@given(CASES)
def test_the_round_trip_leaves_what_the_emitter_wrote_byte_for_byte(case: Case) -> None:
    text = new_text.case_yaml(case).encode()
    assert edited_text.edit_case_text(text, {}, []) == text


@pytest.mark.nightly
@FEW
@given(CASES)
def test_a_plain_round_trip_of_ruamel_leaves_what_the_emitter_wrote(case: Case) -> None:
    text = new_text.case_yaml(case)
    plain = YAML(typ="rt")
    plain.preserve_quotes = True
    plain.width = edited_text.NO_WRAP_WIDTH
    plain.brace_single_entry_mapping_in_flow_sequence = True
    plain.indent(mapping=2, sequence=4, offset=2)
    plain.Resolver = edited_text._TextResolver
    written = io.StringIO()
    plain.dump(plain.load(text), written)
    assert written.getvalue() == text


@MANY
@given(TEXTS)
def test_every_yaml_reader_sees_a_text_where_we_wrote_one(text: str) -> None:
    written = new_text.case_yaml(a_case(title=text, lesson=text, x={"own": text}))
    seen = yaml.safe_load(written)
    assert [seen["title"], seen["lesson"], seen["x"]["own"]] == [text, text, text]


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_text_survives_in_block_and_in_flow(text: str) -> None:
    line = one_line.join_lines(text)
    case = a_case(description=text, links=({"see": line},), x={line or "-": text})
    assert loaded(new_text.case_yaml(case).encode()) == case


def test_groups_of_facts_stand_apart_by_a_blank_line_and_the_history_comes_last() -> None:
    text = new_text.case_yaml(a_case(level="urgent", owner="li.wei"))
    groups = text.split("\n\n")
    assert "level: urgent\ncategory:" in groups
    assert "owner: li.wei" in groups
    assert groups[-1].startswith("history:\n")


def test_a_new_case_offers_empty_lines_for_what_is_not_known_yet() -> None:
    text = new_text.case_yaml(a_case())
    assert [line for line in text.splitlines() if line.endswith(":")] == [
        "level:",
        "category:",
        "owner:",
        "department:",
        "customer:",
        "product:",
        "cause:",
        "plan:",
        "remedy:",
        "outcome:",
        "satisfaction:",
        "lesson:",
        "history:",
    ]


def test_an_unknown_fact_is_read_as_absent() -> None:
    case, faults = schema.case_from_texts(
        yamltext.parse_yaml(new_text.case_yaml(a_case()).encode(), with_places=False).root
    )
    assert faults == []
    assert case is not None
    assert case.level is None
