"""A fault of ours in one case becomes a problem of its file; every command that reads many still judges the others.

A fault that is known is mended, so no file shows one. Each test plants one: the command runs as a process of its own
through a script that gives one of our functions other code, which fails for one case and else does what it did.
Nothing of ours knows of it.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.casebooks import Book, Result, make_book
from tests.sampling import sample

WORDS = "what the customer said"
PLANTING = f"""\
import importlib, sys, types
module, name, meant, *sys.argv[1:] = sys.argv[1:]
function = getattr(importlib.import_module(f"complaintctl.{{module}}"), name)
healthy = types.FunctionType(function.__code__, function.__globals__, name, function.__defaults__)
healthy.__kwdefaults__ = function.__kwdefaults__

def planted(*arguments, **options):
    for one in arguments:
        case = getattr(one, "case", one)
        if meant in (getattr(case, "id", None), getattr(one, "stem", None)):
            raise ZeroDivisionError("{WORDS}")
    return healthy(*arguments, **options)

function.__globals__.update(meant=meant, healthy=healthy)
function.__code__ = planted.__code__
from complaintctl.cli import main
main()
"""
LINE = 1 + PLANTING[: PLANTING.index("raise")].count("\n")
SAID = f"a fault of complaintctl, not of this file: ZeroDivisionError in planted.py, line {LINE}."


def run_planted(book: Book, fault: str, case_id: str, *arguments: str, debug: bool = False) -> Result:
    """Run a command while a function fails for one case."""
    script = book.root.parent / "planted.py"
    script.write_text(PLANTING, encoding="utf-8")
    process = subprocess.run(
        [sys.executable, str(script), *fault.split(":"), case_id, *arguments],
        cwd=book.root,
        env={**book.variables, "COMPLAINTCTL_DEBUG": "1" if debug else ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    stderr = book.english(process.stderr)
    return Result(returncode=process.returncode, stdout=process.stdout, stderr=stderr)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Two open cases and two closed ones; of each pair the first is the one that fails."""
    made = make_book(tmp_path_factory.mktemp("planted"))
    for number, title in enumerate(("open faulty", "open other", "closed faulty", "closed other")):
        case_id = made.open(title, "--at", "9d", "--phone", f"1380013800{number}", "--customer-name", "W")
        made.call("action", case_id, "--what", "x", "--who", "li.wei", "--due", "2199-01-01", check=0)
        if title.startswith("closed"):
            made.call("edit", case_id, "--set", "lesson=Check the foil", check=0)
            made.call("close", case_id, "--outcome", "upheld", "--force", "--reason", "x", check=0)
    made.call("survey", "sample", "--closed-since", "2d", "--n", "9", "--record", check=0)
    return made


def ids(book: Book, status: str) -> tuple[str, str]:
    """The case that fails and another one."""
    cases = book.json("list", "--all", "--columns", "id,title,status")["cases"]
    first, second = sorted(
        (case for case in cases if case["status"] == status), key=lambda case: case["title"]
    )
    return first["id"], second["id"]


READING = "domain.deadlines.progress:fold_history"
PARSING = "storage.case.casefile:parse_case"
JUDGING = "domain.deadlines.deadlines:judge_with_progress"
OPEN = [
    ("check", "domain.overview.overview:case_findings"),
    ("list", "domain.overview.overview:column_text"),
    ("list --all --search open", "domain.overview.search:_searched_texts"),
    ("today", "commands.overview.today:_owed_steps"),
    ("board", "domain.overview.board:next_step"),
    ("report --json", "domain.reports.case_facts:gather_facts"),
    ("actions", "commands.overview.actions:_entries"),
    ("policy diff HEAD", "domain.deadlines.history:unknown_word_faults"),
    ("escalate --due --dry-run", "domain.lifecycle.escalation:escalate_case"),
]
CLOSED = [
    ("lessons", "domain.case.lessons:has_lesson"),
    ("survey list", "domain.lifecycle.survey:survey_status"),
    ("survey sample --closed-since 2d --again", "domain.lifecycle.survey:was_asked"),
    ("policy simulate", "domain.policy_check.replay:replay_steps"),
    ("check --archive", "domain.overview.overview:case_findings"),
    ("report --json", "domain.reports.case_facts:gather_facts"),
    ("actions --archive", "commands.overview.actions:_entries"),
]
# Each command fails in its own work; while a case is read and its history is folded, all do the same.
FAULTS = [
    pytest.param(status, command, fault, marks=() if fault == own else pytest.mark.nightly)
    for status, commands in (("open", OPEN), ("closed", CLOSED))
    for command, own in commands
    for fault in (READING, PARSING, own)
]


@pytest.mark.parametrize(("status", "command", "fault"), sample(FAULTS, 4))
def test_a_fault_in_one_case_is_a_problem_of_its_file_and_the_others_are_judged(
    book: Book, status: str, command: str, fault: str
) -> None:
    faulty, other = ids(book, status)
    result = run_planted(book, fault, faulty, *command.split())
    assert result.returncode == 4, result
    (line,) = {line for line in result.stderr.splitlines() if faulty in line}
    assert line.startswith(f"cases/{status}/")
    assert f"{faulty}.yaml: {SAID}" in line
    assert "please report it" in line
    assert WORDS not in result.stdout + result.stderr
    healthy = book.call(*command.split())
    if other in healthy.stdout:
        assert other in result.stdout


@pytest.mark.parametrize("command", sample(["check", "today", "report"], 1))
def test_a_fault_while_clocks_are_judged_hides_no_other_case(book: Book, command: str) -> None:
    faulty, other = ids(book, "open")
    result = run_planted(book, JUDGING, faulty, command, "--format", "json")
    assert result.returncode == 4
    assert SAID in result.stderr
    assert command == "report" or other in result.stdout


def test_a_fault_is_shown_with_its_traceback_to_whoever_looks_for_it(book: Book) -> None:
    faulty, _other = ids(book, "open")
    result = run_planted(book, JUDGING, faulty, "check", debug=True)
    assert result.returncode == 70
    assert "Traceback" in result.stderr


POLICY = """complaintctl: 1
name: ladder
timezone: Asia/Shanghai
people: {li.wei: {email: li.wei@example.com}}
escalation: [{late: 0h, to: li.wei}]
steps: [{step: ack, within: 1h}, {step: respond, within: 4h}]
"""


@pytest.fixture
def own_book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


@pytest.mark.nightly
def test_a_case_that_fails_is_not_escalated_and_the_others_are(own_book: Book) -> None:
    faulty, other = (own_book.open(title, "--at", "30d") for title in ("one", "two"))
    for fault in (READING, "storage.case.edited_text:rewrite_case_text"):
        result = run_planted(own_book, fault, faulty, "escalate", "--due", "--dry-run")
        assert result.returncode == 4
        assert SAID in result.stderr
        assert other in result.stdout
    result = run_planted(own_book, READING, faulty, "escalate", "--due")
    assert (result.returncode, SAID in result.stderr) == (4, True)
    assert own_book.git("status", "--porcelain") == ""
    assert "did: escalate" in own_book.file(other).read_text(encoding="utf-8")
    assert "did: escalate" not in own_book.file(faulty).read_text(encoding="utf-8")


MAPPING = """mapping: 1
system: shop
id: "no"
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
received: at
fields: {title: title}
"""


@pytest.mark.nightly
def test_a_case_that_fails_while_it_is_imported_again_stays_and_the_others_are_changed(
    own_book: Book,
) -> None:
    table, mapping = (own_book.root.parent / name for name in ("rows.csv", "map.yaml"))
    mapping.write_text(MAPPING, encoding="utf-8")
    command = ("import", "csv", str(table), "--map", str(mapping), "--json")
    table.write_text("no,at,title\n1,2026-11-02 09:00,a\n2,2026-11-02 09:00,b\n", encoding="utf-8")
    assert own_book.call(*command, check=0).json()["new"] == 2
    cases = own_book.json("list", "--columns", "id,title")["cases"]
    faulty, other = sorted(cases, key=lambda case: str(case["title"]))
    table.write_text("no,at,title\n1,2026-11-02 09:00,c\n2,2026-11-02 09:00,d\n", encoding="utf-8")
    for fault in ("exchange.imports.rows_again:revise_from_row", PARSING):
        result = run_planted(own_book, fault, faulty["id"], *command)
        assert result.returncode == 4
        assert f"cases/open/{faulty['id']}.yaml: {SAID}" in result.stderr
        assert result.json()["rejected"] == 1
        assert WORDS not in result.stdout + result.stderr + Path(result.json()["rejects"]).read_text(
            "utf-8-sig"
        )
        assert "title: a" in own_book.file(faulty["id"]).read_text(encoding="utf-8")
        assert "title: d" in own_book.file(other["id"]).read_text(encoding="utf-8")
        assert own_book.git("status", "--porcelain") == ""


@pytest.mark.nightly
def test_an_answer_to_a_case_that_fails_is_rejected_and_the_others_are_recorded(own_book: Book) -> None:
    faulty, other = own_book.open("one"), own_book.open("two")
    table = own_book.root.parent / "answers.csv"
    table.write_text(f"case,score\n{faulty},4\n{other},5\n", encoding="utf-8")
    for fault in ("domain.lifecycle.lifecycle:decide_request", PARSING):
        result = run_planted(own_book, fault, faulty, "survey", "record", "--csv", str(table))
        assert result.returncode == 4
        assert f"cases/open/{faulty}.yaml: {SAID}" in result.stderr
        assert WORDS not in result.stdout + result.stderr
        assert "overall: 5" in own_book.file(other).read_text(encoding="utf-8")
        assert own_book.git("status", "--porcelain") == ""


def test_a_case_that_fails_does_not_stop_the_cause_of_another_from_being_recorded(own_book: Book) -> None:
    faulty, other = own_book.open("one"), own_book.open("two")
    own_book.call("edit", other, "--set", "product.model=X100", check=0)
    own_book.call("action", faulty, "--what", "x", "--who", "li.wei", "--due", "2199-01-01", check=0)
    fault = "domain.lifecycle.recurring_actions:is_recurrence"
    result = run_planted(own_book, fault, faulty, "edit", other, "--set", "cause.class=material/foil")
    assert result.returncode == 0
    assert SAID in result.stderr
    assert "material/foil" in own_book.file(other).read_text(encoding="utf-8")
