"""Tests reading case files: no file stops another, all faults are reported together, damaged cases are still judged."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given

from complaintctl.storage.case import casefile, new_text
from tests.storage.arbitrary import MANY
from tests.storage.building import CASE_ID, a_case, at, did
from tests.storage.yaml.test_yamltext import damaged

PATH = Path(f"{CASE_ID}.yaml")
TEXT = new_text.case_yaml(
    a_case(did("open", "09:20"), did("wait", "10:00"), did("resume", "11:00"), level="urgent")
)


def keys(text: str | bytes, path: Path = PATH) -> list[tuple[str, int, int]]:
    data = text.encode() if isinstance(text, str) else text
    return [(problem.key, problem.line, problem.column) for problem in casefile.parse_case(path, data)[1]]


@MANY
@given(damaged())
def test_a_damaged_file_gives_a_case_and_says_what_is_wrong_or_is_whole(data: bytes) -> None:
    loaded, problems = casefile.parse_case(PATH, data)
    assert loaded is not None
    assert loaded.whole != any(not problem.warning for problem in problems)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)


def test_a_faultless_file_gives_its_case_and_no_problem() -> None:
    loaded, problems = casefile.parse_case(PATH, TEXT.encode())
    assert problems == []
    assert loaded is not None
    assert loaded.whole
    assert loaded.case.level == "urgent"


def test_all_faults_of_a_file_are_told_in_their_order_with_line_and_column() -> None:
    text = TEXT.replace("status: open", "status: ajar").replace("level: urgent", "level: {a: b}")
    text = text.replace("did: wait", "did: [wait]") + "outcom: upheld\nlevel: general\n"
    assert [key for key, _, _ in keys(text)] == [
        "not-one-of",
        "not-text",
        "not-text",
        "unknown-key",
        "duplicate-key",
    ]
    assert all(column > 0 for _, _, column in keys(text))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"- 1\n", b"a: \x07", b"just words"])
def test_a_file_of_which_nothing_can_be_read_is_judged_by_its_name(data: bytes) -> None:
    loaded, problems = casefile.parse_case(PATH, data)
    assert problems
    assert loaded is not None
    assert not loaded.whole
    assert loaded.case.received <= at("00:00")
    assert loaded.case.status == "open"
    assert loaded.case.history == ()


def test_a_file_that_cannot_be_opened_is_named_and_judged_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / PATH.name
    path.symlink_to(tmp_path / "nowhere")
    loaded, problems = casefile.read_case(path)
    assert [problem.key for problem in problems] == ["not-a-file"]
    assert loaded is not None
    assert loaded.case.received <= at("00:00")


def test_letters_that_are_not_utf_8_hide_nothing_but_themselves() -> None:
    loaded, problems = casefile.parse_case(PATH, TEXT.replace("Battery", "Akku f\xfcr").encode("latin-1"))
    assert [problem.key for problem in problems] == ["not-utf-8"]
    assert loaded is not None
    assert loaded.case.level == "urgent"
    assert len(loaded.case.history) == 3


def test_a_lost_time_of_receipt_never_makes_a_deadline_later() -> None:
    loaded, _ = casefile.parse_case(PATH, TEXT.replace("received: 2026", "received: in 2026").encode())
    assert loaded is not None
    assert at("09:14") - timedelta(days=1) <= loaded.case.received < at("09:14")


def test_where_an_event_is_lost_no_wait_stops_the_clocks() -> None:
    loaded, _ = casefile.parse_case(PATH, TEXT.replace("did: resume", "did: [resume]").encode())
    assert loaded is not None
    assert [event.did for event in loaded.case.history] == ["open"]


def test_a_name_that_is_no_id_or_another_id_is_named() -> None:
    assert [key for key, _, _ in keys(TEXT, Path("C-20261121-7K3FR.yaml"))] == ["id-against-name"]
    assert "file-name" in [key for key, _, _ in keys(TEXT, Path("copy of case.yaml"))]


def test_one_bad_file_never_hides_the_others(tmp_path: Path) -> None:
    names = [CASE_ID[:-1] + letter for letter in "ABC"]
    for name in names:
        (tmp_path / f"{name}.yaml").write_text(TEXT.replace(CASE_ID, name), encoding="utf-8")
    (tmp_path / f"{names[1]}.yaml").write_bytes(b"\x00")
    found = list(casefile.read_cases(sorted(tmp_path.iterdir())))
    assert [loaded.whole for loaded, _ in found if loaded] == [True, False, True]
    assert [bool(problems) for _, problems in found] == [False, True, False]


def test_a_file_with_faults_is_not_given_for_changing(tmp_path: Path) -> None:
    path = tmp_path / PATH.name
    path.write_text(TEXT.replace("status: open", "status: ajar"), encoding="utf-8")
    found = casefile.read_faultless_case(path)
    assert isinstance(found, list)
    assert [problem.key for problem in found] == ["not-one-of"]


def test_a_case_is_called_as_its_file_whatever_it_says_of_itself() -> None:
    text = TEXT.replace(f"id: {CASE_ID}", 'id: "C-1; rm -rf ~\\r\\nBcc: evil@example.com"', 1)
    loaded, problems = casefile.parse_case(PATH, text.encode())
    assert {problem.key for problem in problems} == {"id-against-name", "not-one-line"}
    assert loaded is not None
    assert loaded.case.id == CASE_ID
    assert casefile.parse_case(PATH.with_name("x; rm.yaml"), text.encode())[0] is None


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "0000-00-00T00:00:00Z"])
def test_a_time_before_all_calendars_is_none(moment: str) -> None:
    loaded, problems = casefile.parse_case(PATH, TEXT.replace(at("09:14").isoformat(), moment).encode())
    assert {problem.key for problem in problems} == {"field-too-far"}
    assert loaded is not None


def test_of_very_many_unknown_keys_the_first_are_told() -> None:
    text = TEXT + "".join(f"key{place}: 1\n" for place in range(50_000))
    assert len(keys(text)) == 50
