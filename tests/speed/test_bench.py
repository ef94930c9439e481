"""The invented cases of the bench are cases that the commands could have made."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import casebooks, engine, processes, stories
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines, history
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.overview import overview
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import closed_case_files, find_casebook, open_case_files

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
RULES = casebooks.rules()


@pytest.fixture(scope="module")
def opened() -> list[Case]:
    return list(stories.open_cases(60, RULES, NOW))


@pytest.fixture(scope="module")
def closed() -> list[Case]:
    return list(stories.closed_cases(20, RULES, NOW))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "book"
    casebooks.made(folder, 40, 20, NOW)
    return folder


def faults(case: Case, *, in_closed: bool) -> Iterator[str]:
    told = fold_history(case, RULES, NOW).status
    for fault in history.history_faults(case, told, in_closed=in_closed):
        yield fault.key
    for fault in history.unknown_word_faults(case, RULES):
        yield fault.key


def test_every_twentieth_open_case_is_overdue_and_no_other(opened: list[Case]) -> None:
    late = [overview.is_overdue(deadlines.judge_case(case, RULES, NOW)) for case in opened]
    assert late == [number % 20 == 0 for number in range(len(opened))]


def test_cases_have_five_to_fifteen_events_of_many_kinds(opened: list[Case], closed: list[Case]) -> None:
    counts = [len(case.history) for case in (*opened, *closed)]
    assert min(counts) >= 5
    assert max(counts) <= 15
    assert len({event.did for case in opened for event in case.history}) >= 12


def test_folder_status_history_and_facts_agree(opened: list[Case], closed: list[Case]) -> None:
    assert [fault for case in opened for fault in faults(case, in_closed=False)] == []
    assert [fault for case in closed for fault in faults(case, in_closed=True)] == []


def test_some_wait_some_were_promised_a_day_and_some_steps_were_late(opened: list[Case]) -> None:
    verdicts = Counter(event.met for case in opened for event in case.history)
    assert verdicts[True] > verdicts[False] > 0
    assert any(case.status == "waiting" for case in opened)
    assert any(case.promised for case in opened)


def test_the_same_number_gives_the_same_case(opened: list[Case]) -> None:
    assert next(stories.open_cases(1, RULES, NOW)) == opened[0]


def test_the_written_files_are_faultless(root: Path) -> None:
    book = find_casebook(root)
    files = [*open_case_files(book), *closed_case_files(book)]
    read = list(casefile.read_cases(files))
    assert len(read) == 60
    assert [problem for _, problems in read for problem in problems] == []
    assert all(loaded is not None and loaded.whole for loaded, _ in read)


def test_a_whole_process_is_measured(root: Path) -> None:
    taken = processes.taken((*processes.COMPLAINTCTL, "-C", str(root), "check"), {})
    assert taken.wall > 0
    assert taken.processor > 0


def test_the_due_times_that_are_measured_are_those_that_counting_day_by_day_gives() -> None:
    assert len(list(engine.compared(engine.starts()[::10_000]))) == 10 * len(engine.LIMITS)
