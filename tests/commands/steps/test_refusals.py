"""Tests refusals: each has its documented exit code, says what to do next, and changes nothing."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from complaintctl import application
from tests.casebooks import ADDRESS, Book, author, call, make_book, refused, run, without_identity
from tests.commands.processes import command, start_command
from tests.terminal import Terminal, pty_only

WITH_ROLES = """\
complaintctl: 1
name: with-roles
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
categories: {defect: {}}
steps:
  - {step: assess, within: 2h, roles: [handler]}
  - {step: plan, within: 48h, approve: [manager]}
  - {step: execute, within: 72h, from: plan}
  - {step: respond, within: 24h, from: execute}
  - {step: contain, within: 4h, when: {x.confirmed: "yes"}, optional: true}
remedies: [refund]
roles: [handler, manager]
people:
  li.wei: {email: li.wei@example.com, roles: [manager]}
  zhao.min: {email: zhao.min@example.com, roles: [handler]}
  chen.jie: {email: chen.jie@example.com, roles: [handler, manager]}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("refusals"))


@pytest.fixture(scope="module")
def case_id(book: Book) -> str:
    """A case received on Monday 2024-03-04 at 09:00, opened 09:10, assessed 09:30."""
    opened = book.open("Battery swells", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")
    book.call("assess", opened, "--at", "2024-03-04T09:30", check=0)
    return opened


@pytest.fixture(scope="module")
def closed_id(book: Book) -> str:
    opened = book.open("Called back", "--received", "2024-03-05T09:00", "--at", "2024-03-05T09:10")
    book.call("close", opened, "--outcome", "withdrawn", "--at", "2024-03-05T10:00", check=0)
    return opened


@pytest.fixture
def team(tmp_path: Path) -> Book:
    """A casebook whose policy names roles and an approval."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(WITH_ROLES)
    return make_book(tmp_path, policy)


# --- order, state, time: 3 and 2 ---


def test_a_step_out_of_order_names_the_one_to_take_first(book: Book, case_id: str) -> None:
    said = refused(book, 3, "investigate", case_id, as_process=True)
    assert said == (
        f"investigate must come after classify, which has not been taken yet. Next: complaintctl classify {case_id}"
    )


def test_a_step_taken_twice_is_told_how_to_take_it_again(book: Book, case_id: str) -> None:
    said = refused(book, 3, "assess", case_id)
    assert "was taken at 2024-03-04 09:30" in said
    assert f"complaintctl reopen {case_id} --to assess" in said


def test_an_unknown_level_names_the_nearest_one_and_all_choices(book: Book, case_id: str) -> None:
    said = refused(book, 2, "classify", case_id, "--level", "urgant", as_process=True)
    assert said == (
        "level urgant is not in the policy. Did you mean urgent? Available: urgent, important, general."
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess", "--text", "again"),
        ("classify", "--level", "urgent"),
        ("wait", "--reason", "photos"),
        ("escalate", "--level", "urgent", "--reason", "angry"),
        ("close", "--outcome", "upheld"),
        ("assign", "--to", "zhao.min"),
        ("update", "--via", "phone"),
    ],
)
def test_a_closed_case_refuses_and_says_how_to_go_on(
    book: Book, closed_id: str, arguments: tuple[str, ...]
) -> None:
    verb, *options = arguments
    said = refused(book, 3, verb, closed_id, *options)
    assert said == f"{closed_id} is closed. To go on with it: complaintctl reopen {closed_id} --reason …"


def test_a_time_in_the_future_is_refused(book: Book, case_id: str) -> None:
    said = refused(book, 2, "note", case_id, "hello", "--at", "2199-01-01T00:00")
    assert "2199-01-01 00:00 is in the future" in said


def test_a_complaint_cannot_arrive_in_the_future_nor_after_it_was_recorded(book: Book) -> None:
    later = refused(book, 2, "open", "--title", "t", "--received", "2199-01-01T00:00")
    assert "is in the future" in later
    swapped = ("--received", "2024-03-04T10:00", "--at", "2024-03-04T09:00")
    said = refused(book, 2, "open", "--title", "t", *swapped)
    assert "receipt 2024-03-04 10:00 is after the time of recording 2024-03-04 09:00" in said


def test_a_time_before_receipt_is_refused(book: Book, case_id: str) -> None:
    said = refused(book, 3, "note", case_id, "hello", "--at", "2024-03-04T08:59")
    assert said == "2024-03-04 08:59 is before receipt (2024-03-04 09:00)."


def test_a_step_cannot_be_taken_before_the_one_it_builds_on(book: Book, case_id: str) -> None:
    said = refused(book, 3, "classify", case_id, "--category", "price", "--at", "2024-03-04T09:29")
    assert said == "2024-03-04 09:29 is before assess (2024-03-04 09:30), on which it depends."


@pytest.mark.parametrize("text", ["yesterday", "25:00", "2024-02-30", "2024-03-04T09:00+99:00", "9", ""])
def test_what_is_no_time_is_told_how_to_write_one(book: Book, case_id: str, text: str) -> None:
    said = refused(book, 2, "note", case_id, "hello", f"--at={text or ' '}")
    assert "is not a time. Write 09:30, 20m (ago)" in said


def test_a_reopening_cannot_lie_before_the_closing(book: Book, closed_id: str) -> None:
    said = refused(book, 3, "reopen", closed_id, "--reason", "new facts", "--at", "2024-03-05T09:30")
    assert "is before close" in said


def test_waiting_twice_and_going_on_without_a_wait_are_refused(book: Book, case_id: str) -> None:
    assert "is not waiting for the customer" in refused(book, 3, "resume", case_id)
    other = book.open("Waiting", "--at", "2024-03-06T09:00")
    book.call("wait", other, "--reason", "photos", "--at", "2024-03-06T10:00", check=0)
    assert "is already waiting" in refused(book, 3, "wait", other, "--reason", "photos")
    assert "is before wait" in refused(book, 3, "resume", other, "--at", "2024-03-06T09:59")


# --- which case: 5 ---


def test_an_ambiguous_id_lists_the_candidates(book: Book, case_id: str, closed_id: str) -> None:
    said = refused(book, 5, "show", "C-202403", as_process=True)
    assert said.startswith("C-202403 matches ")
    assert {case_id, closed_id} <= set(re.findall(r"C-\d{8}-\w{5}", said))


@pytest.mark.parametrize("verb", ["show", "explain", "log", "note"])
def test_a_case_that_does_not_exist_is_named_as_typed(book: Book, verb: str) -> None:
    words = ("hello",) if verb == "note" else ()
    assert refused(book, 5, verb, "C-20240304-ZZZZZ", *words) == "No case matches C-20240304-ZZZZZ."


def test_a_case_that_was_not_there_yet_is_said_to_be_later(book: Book, case_id: str) -> None:
    said = refused(book, 5, "show", case_id, "--as-of", "2024-03-04T09:09")
    assert said == f"{case_id} was not in the casebook yet at 2024-03-04 09:09."


def test_an_event_that_does_not_exist_is_looked_up_in_the_log(book: Book, case_id: str) -> None:
    said = refused(book, 5, "retract", case_id, "ZZZZ", "--reason", "wrong")
    assert f"complaintctl log {case_id}" in said


def test_registration_and_retractions_cannot_be_taken_back(book: Book, case_id: str) -> None:
    events = book.json("show", case_id)["case"]["history"]
    assert "open cannot be retracted" in refused(
        book, 3, "retract", case_id, events[0]["id"], "--reason", "x"
    )


# --- what is typed: 2 ---


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("custmer.name=x", "A case has no field custmer.name. Did you mean customer.name?"),
        ("qqqqqqqq=x", "A case has no field qqqqqqqq. Your own fields start with x."),
        ("status=closed", "status cannot be set directly"),
        ("id=C-20240304-ZZZZZ", "id cannot be set directly"),
        ("history=", "history cannot be set directly"),
        ("customer=Wang", "customer cannot be set directly"),
        ("title=", "title cannot be empty."),
        ("title", "title is not of the form FIELD=VALUE."),
        ("product.bought=yesterday", "(expected: a day like 2026-11-21)."),
        ("received=noon", "(expected: a time like 2026-11-21T09:30)."),
        ("satisfaction.overall=9", "(expected: 1 to 5)."),
        ("plan.agreed_with_customer=perhaps", "(expected: yes or no)."),
        ("outcome=uphold", "Did you mean upheld?"),
        ("channel=fax", "Available: phone, email"),
        ("cause.class=quality/desing", "Did you mean quality/design?"),
        ("remedy.kind=money", "Available: return, exchange, repair"),
        ("received=2024-03-04T09:11", "is after the time of recording 2024-03-04 09:10"),
    ],
)
def test_a_field_or_value_that_cannot_be_is_explained(
    book: Book, case_id: str, assignment: str, sentence: str
) -> None:
    assert sentence in refused(book, 2, "edit", case_id, "--set", assignment)


def test_an_edit_that_changes_nothing_records_nothing(book: Book, case_id: str) -> None:
    said = refused(book, 3, "edit", case_id, "--set", "title=Battery swells")
    assert said == f"{case_id} already contains this. Nothing was recorded."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("open",), "--title is missing, and there is no terminal to ask for it."),
        (("open", "--title", " "), "title cannot be empty."),
        (("open", "--title", "t", "--channel", "fax"), "channel fax is not in the policy."),
        (("open", "--title", "t", "--promise", "respond"), "A promise needs a date: --promise-by +48h"),
        (("open", "--title", "t", "--promise-by", "2024-01-01"), "Give a later time"),
        (("open", "--title", "t", "--promise-by", "48h", "--promise", "soon"), "has no step soon"),
        (("init",), "is already a casebook. Nothing was changed."),
        (("list", "--format", "xml"), "Unknown format xml. Available: table, plain, json"),
        (("list", "--sort", "colour"), "A case has no field colour."),
        (("list", "--columns", "id,colour"), "A case has no field colour."),
        (
            ("list", "--where", "level"),
            'level is not a condition. Write it in quotes: "FIELD=VALUE", or with !=, >=, <=, >, < or ~ (contains).',
        ),
        (("list", "--where", "level=urgant"), "Did you mean urgent?"),
        (
            ("check", "--fail-on", "luck"),
            "--fail-on cannot be luck. Choose from: overdue, warning, due, never.",
        ),
        (("check", "--as-of", "soon"), "soon is not a time."),
        (("report", "--by", "colour"), "A case has no field colour."),
        (("policy", "show", "nowhere"), "Unknown policy nowhere. Available: 8d"),
        (("schema", "letter"), "KIND cannot be letter. Choose from: case, policy, lint-allow, output."),
        (("policy", "check", "nowhere.yaml"), "nowhere.yaml is not a file."),
        (("resolve",), "No case is in conflict."),
        (("--lang", "fr", "list"), "--lang cannot be fr. Choose from: en, zh."),
    ],
)
def test_a_command_line_that_cannot_be_meant_says_what_could_be(
    book: Book, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(book, 2, *arguments)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("classify",), "give at least one of --level, --category."),
        (("escalate", "--reason", "r"), "give at least one of --level, --to, --watch, --crisis."),
        (("step", "classify"), "complaintctl classify CASE"),
        (("step", "contain"), "The policy has no step contain. It has: open"),
        (("explain", "--step", "contain"), "The policy has no step contain."),
        (("reopen", "--reason", "r", "--to", "contain"), "The policy has no step contain."),
        (("approve", "contain"), "The policy has no step contain."),
        (("approve", "plan", "--refuse"), "approve --refuse needs --reason."),
        (("heard", "--via", "fax"), "channel fax is not in the policy."),
        (("attach", "nowhere.jpg"), "nowhere.jpg is not a file."),
        (("close",), "needs an outcome: --outcome upheld"),
        (("close", "--outcome", "upheld", "--force"), "outside the rules needs --reason."),
    ],
)
def test_an_option_of_a_case_that_cannot_be_meant_says_what_could_be(
    book: Book, case_id: str, arguments: tuple[str, ...], sentence: str
) -> None:
    verb, *options = arguments
    assert sentence in refused(book, 2, verb, case_id, *options)


@pytest.mark.parametrize(
    "arguments", [("frobnicate",), ("show",), ("retract", "X"), ("attach", "X"), ("list", "--colour", "red")]
)
def test_a_misspelt_command_or_option_shows_its_usage(book: Book, arguments: tuple[str, ...]) -> None:
    result = book.call(*arguments, check=2)
    assert result.stdout == ""
    assert result.stderr.startswith("Usage: complaintctl")


def test_a_folder_that_is_no_casebook_says_how_to_make_one(book: Book, tmp_path: Path) -> None:
    for arguments in (("-C", str(tmp_path), "check"), ("-C", str(tmp_path), "open", "--title", "t")):
        said = refused(book, 2, *arguments)
        assert "is not a casebook" in said
        assert "complaintctl init" in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_no_casebook_either(book: Book, tmp_path: Path) -> None:
    gone = {"COMPLAINTCTL_DIR": str(tmp_path / "gone")}
    assert "is not a casebook" in refused(book, 2, "check", env=gone, as_process=True)


# --- the rules of the policy: 3 ---


def test_missing_facts_are_all_named_with_the_command_that_adds_them(book: Book, case_id: str) -> None:
    said = refused(book, 3, "classify", case_id, "--category", "quality")
    for field in ("customer.name", "customer.phone|customer.email", "product.bought_from", "remedy_sought"):
        assert field in said
    assert f"complaintctl edit {case_id} --set FIELD=VALUE" in said


def test_closing_names_every_step_that_is_missing_and_the_way_outside_the_rules(
    book: Book, case_id: str
) -> None:
    said = refused(book, 3, "close", case_id, "--outcome", "upheld")
    assert "missing classify, investigate, plan, execute, respond, follow-up." in said
    assert "--force --reason" in said


def test_a_duplicate_must_say_of_what(book: Book, case_id: str) -> None:
    assert "needs the link to its original" in refused(book, 3, "close", case_id, "--outcome", "duplicate")


def test_a_lower_level_is_no_escalation(book: Book) -> None:
    opened = book.open("t", "--level", "important")
    said = refused(book, 3, "escalate", opened, "--level", "general", "--reason", "r")
    assert (
        said
        == "general is below important; escalating can only raise the level. To lower it: complaintctl classify"
    )
    assert "already contains this" in refused(
        book, 3, "escalate", opened, "--level", "important", "--reason", "r"
    )


def test_a_step_for_a_role_names_who_could_take_it(team: Book) -> None:
    opened = team.open("t")
    said = refused(team, 3, "assess", opened)
    assert said == (
        "assess needs one of the roles handler, which li.wei does not have. People who can take it: zhao.min, chen.jie."
    )
    team.call("assess", opened, "--by", "zhao.min", check=0)


def test_what_follows_waits_for_the_approval(team: Book) -> None:
    opened = team.open("t")
    team.call("assess", opened, "--by", "zhao.min", check=0)
    assert "there is nothing to approve" in refused(team, 3, "approve", opened, "plan")
    team.call("plan", opened, "--by", "zhao.min", check=0)
    said = refused(team, 3, "execute", opened)
    who = "manager (li.wei, chen.jie)"
    assert said == f"execute waits until plan is approved by: {who}. complaintctl approve {opened} plan"
    said = refused(team, 3, "approve", opened, "plan", env=author("zhao.min"))
    assert "needs one of the roles manager, which zhao.min does not have" in said
    assert "does not require approval of assess" in refused(team, 3, "approve", opened, "assess")
    team.call("approve", opened, "plan", check=0)
    team.call("execute", opened, check=0)


def test_nobody_approves_what_only_they_have_done(team: Book) -> None:
    opened = team.open("t")
    team.call("assess", opened, "--by", "chen.jie", check=0)
    team.call("plan", opened, "--by", "chen.jie", check=0)
    said = refused(team, 3, "approve", opened, "plan", env=author("chen.jie"))
    assert said == "chen.jie took plan; somebody else must approve it."
    team.call("approve", opened, "plan", check=0)


def test_a_step_that_does_not_apply_says_when_it_would(team: Book) -> None:
    opened = team.open("t")
    said = refused(team, 3, "step", opened, "contain")
    assert said == "contain does not apply to this case: the policy requires x.confirmed = yes."
    team.call("step", opened, "contain", "--set", "x.confirmed=yes", check=0)


# --- what is broken: 4 ---


def test_a_faulty_policy_lists_its_faults_and_nothing_is_judged(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    path = book.root / "complaintctl.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("within: 1h", "within: 1x").replace("needs: [outcome]", "needs: [outcom]")
    path.write_text(text.replace("from: plan", "from: plann"), encoding="utf-8")

    for arguments in (("check",), ("list",), ("note", opened, "hello")):
        result = book.call(*arguments, check=4)
        assert result.stdout == ""
        *faults, last = result.stderr.splitlines()
        assert [re.match(r"complaintctl\.yaml:\d+:\d+: ", fault) is not None for fault in faults] == [
            True
        ] * 3
        assert "complaintctl policy check" in last
    assert len(book.call("policy", "check", check=1).stderr.splitlines()) == 3
    assert book.git("log", "--format=%s", "-1").startswith(f"{opened} open")


def test_without_a_git_identity_nothing_is_written(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    nobody = Book(root=book.root, variables=without_identity(book.variables))
    for arguments in (("note", opened, "hello"), ("open", "--title", "t")):
        said = refused(nobody, 4, *arguments, as_process=True)
        assert "git config --global user.name" in said
        assert "git config --global user.email" in said
    assert run(tmp_path, nobody.variables, "init", "new", "--policy", "promised-dates").returncode == 4
    assert not (tmp_path / "new").exists()


def test_without_a_git_identity_the_file_can_still_be_written(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    nobody = Book(root=book.root, variables=without_identity(book.variables))
    opened = nobody.call("open", "--title", "t", "--no-commit", "--by", "li.wei", check=0).stdout.strip()
    assert book.git("status", "--porcelain") == f"?? cases/open/{opened}.yaml\n"


def test_without_git_on_the_path_reading_works_and_a_commit_is_missed(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    nowhere = {"PATH": str(tmp_path)}
    assert book.run("show", opened, env=nowhere, check=0).stdout.startswith(opened)


def _read_only(folder: Path, arguments: list[str]) -> list[str]:
    """Wraps the command in a mount namespace in which the folder is read-only, even for root."""
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(folder), *arguments]


def _can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run(_read_only(folder, ["true"]), capture_output=True, check=False)
    return done.returncode == 0


def test_a_read_only_disk_is_named_and_reading_goes_on(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t", "--at", "2024-03-04T09:00")
    if not _can_mount(book.root):
        pytest.skip("this machine allows no mount namespace to make a folder read-only for everybody")
    before = book.head()

    writing = subprocess.run(
        _read_only(book.root, command("note", opened, "hello")),
        env=dict(book.variables),
        capture_output=True,
        check=False,
    )
    reading = subprocess.run(
        _read_only(book.root, command("check", "--as-of", "2024-03-04T09:30")),
        env=dict(book.variables),
        capture_output=True,
        check=False,
    )

    assert (writing.returncode, writing.stdout) == (4, b"")
    assert book.english(writing.stderr.decode()).endswith(
        "Read-only file system.\nNOT recorded: nothing of it was written.\n"
    )
    assert writing.stderr.count(b"\n") == 2
    assert (reading.returncode, book.head()) == (0, before)
    assert book.git("status", "--porcelain") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="the shell's ulimit is what fills the disk here")
def test_a_disk_that_fills_up_in_the_middle_of_a_file_loses_nothing(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t", "--description", "swollen " * 1000)
    path = book.file(opened)
    content, before = path.read_bytes(), book.head()

    # No file may grow beyond 2 KiB: the journal still fits, the case does not.
    line = ["bash", "-c", 'ulimit -f 2 && exec "$@"', "sh", *command("note", opened, "hello")]
    done = subprocess.run(line, cwd=book.root, env=dict(book.variables), capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (4, b"")
    said = book.english(done.stderr.decode())
    assert said.endswith("File too large.\nNOT recorded: nothing of it was written.\n")
    assert (path.read_bytes(), book.head()) == (content, before)
    assert book.git("status", "--porcelain") == ""
    assert "interrupted" not in book.call("check", check=0).stderr
    book.call("note", opened, "hello again", check=0)
    assert [event.get("text") for event in book.json("show", opened)["case"]["history"]] == [
        None,
        "hello again",
    ]


def test_a_hook_that_refuses_is_quoted_and_the_next_command_completes_the_commit(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    hook = book.root / ".git/hooks/commit-msg"
    hook.write_text("#!/bin/sh\necho 'error: no ticket number' >&2\nexit 1\n")
    hook.chmod(0o755)

    result = book.call("note", opened, "first", check=4)
    assert "error: no ticket number" in result.stderr
    assert "Do not repeat it: the next writing command commits it." in result.stderr
    hook.unlink()
    result = book.call("note", opened, "second", check=0)
    assert f"Completed an interrupted command: {opened} note" in result.stderr
    assert book.git("log", "--format=%s", "-3").splitlines() == [
        f"{opened} note",
        f"{opened} note",
        f"{opened} open",
    ]
    assert book.git("status", "--porcelain") == ""


# --- stopped: 130 ---


@pty_only
def test_a_declined_prompt_makes_no_casebook(book: Book, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, book, "init", "new")
    terminal.await_words("Policy (")
    terminal.type(b"\x04")
    code, printed = terminal.ended()
    assert (code, printed) == (130, b"")
    assert "Stopped. Nothing was changed." in terminal.shown
    assert list(tmp_path.iterdir()) == []


@pty_only
def test_control_c_at_a_prompt_registers_nothing(book: Book) -> None:
    before = book.head()
    terminal = Terminal(book.root, book, "open", "--channel", "phone", only_errors=False)
    terminal.await_words("in one line: ")
    terminal.process.send_signal(signal.SIGINT)
    terminal.type(b"\n")
    code, _printed = terminal.ended()
    assert (code, book.head()) == (130, before)
    assert "\nStopped. Nothing was changed." in terminal.shown
    assert "Traceback" not in terminal.shown


@pty_only
def test_an_answered_prompt_goes_on(book: Book) -> None:
    terminal = Terminal(book.root, book, "open", only_errors=False)
    terminal.await_words("in one line")
    terminal.type("电池鼓包\n".encode() + b"\n" * 12)
    assert terminal.ended()[0] == 0
    assert "电池鼓包" in [row["title"] for row in book.json("list")["cases"]]


def test_without_a_terminal_nothing_is_asked(book: Book, tmp_path: Path) -> None:
    assert refused(book, 2, "open", stdin="An answer\n", as_process=True).startswith("--title is missing")
    result = run(tmp_path, book.variables, "init", "new", stdin="electronics\n")
    assert (result.returncode, result.stderr) == (
        2,
        "--policy is missing, and there is no terminal to ask for it.\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_control_c_in_the_middle_of_a_commit_says_that_the_next_command_completes_it(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    reached = tmp_path / "reached"
    hook = book.root / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\ntouch '{reached}'\nexec sleep 30\n")
    hook.chmod(0o755)

    process = start_command(
        ("note", opened, "hello"),
        book.root,
        book.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not reached.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    printed, said = process.communicate(timeout=30)

    assert (process.returncode, printed) == (130, b"")
    assert "Nothing was changed" not in book.english(said.decode())
    assert "the next writing command commits it" in book.english(said.decode())
    assert b"Traceback" not in said
    hook.unlink()
    result = book.call("note", opened, "next", check=0)
    assert "Completed an interrupted command" in result.stderr
    assert book.git("status", "--porcelain") == ""
    assert [event.get("text") for event in book.json("show", opened)["case"]["history"]] == [
        None,
        "hello",
        "next",
    ]


# --- bugs in complaintctl: 70 ---


def test_a_bug_names_its_place_and_nothing_a_customer_said(capsys: pytest.CaptureFixture[str]) -> None:
    def stumble() -> None:
        raise RuntimeError("王芳, 13800138000")

    with pytest.raises(SystemExit) as ending:
        application.with_error_boundary(stumble)()

    said = capsys.readouterr().err
    assert ending.value.code == 70
    assert said.startswith(
        "This is a bug in complaintctl, not your mistake: RuntimeError in test_refusals.py, line "
    )
    assert "王芳" not in said


# --- locked: 4, after half a minute ---


@pytest.fixture(scope="module", autouse=True)
def kept_waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Book, subprocess.Popen[bytes]]]:
    """A command that waits for a lock we hold; started before the other tests, so that its 30 seconds do not add up."""
    book = make_book(tmp_path_factory.mktemp("locked"))
    opened = book.open("t")
    with (
        FileLock(book.root / ".git/complaintctl.lock"),
        start_command(
            ("note", opened, "hello"),
            book.root,
            book.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        # A worker that runs only other tests of this file never reads the pipes; leaving the block closes them.
        yield book, process
        process.kill()
        process.wait()


def test_a_locked_casebook_is_waited_for_and_then_named(
    kept_waiting: tuple[Book, subprocess.Popen[bytes]],
) -> None:
    book, process = kept_waiting
    printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed) == (4, b"")
    assert re.fullmatch(
        r"Another command has been writing for 30 s \(.*complaintctl\.lock\)\. Try again when it has ended\.\n"
        r"NOT recorded: nothing of it was written\.\n",
        book.english(said.decode()),
    )


def test_reading_never_waits_for_the_lock(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    with FileLock(book.root / ".git/complaintctl.lock"):
        for verb in ("show", "explain", "log"):
            book.call(verb, opened, check=0)
        for verb in ("list", "today", "check", "report"):
            call(book.root, book.variables, verb, check=0)
    assert ADDRESS in book.git("log", "--format=%ae")
