"""Tests shell completion with the protocol of each shell."""

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = make_book(tmp_path_factory.mktemp("completion"))
    text = (made.root / "complaintctl.yaml").read_text(encoding="utf-8")
    people = "people: {li.wei: {email: li.wei@example.com}, zhao.min: {}, ma.li: {}}"
    (made.root / "complaintctl.yaml").write_text(text.replace("people: {}", people), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def open_id(book: Book) -> str:
    return book.open("t", "--at", "2024-03-04T09:00")


@pytest.fixture(scope="module")
def closed_id(book: Book) -> str:
    opened = book.open("t", "--at", "2024-02-04T09:00")
    book.call("close", opened, "--outcome", "withdrawn", "--at", "2024-02-04T10:00", check=0)
    return opened


def in_bash(book: Book, *words: str) -> list[str]:
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["complaintctl", *words]),
        "COMP_CWORD": str(len(words)),
    }
    return book.call(env=asked, check=0).stdout.splitlines()


def in_zsh(book: Book, *words: str) -> list[str]:
    line = " ".join(["complaintctl", *words])
    asked = {"_COMPLAINTCTL_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}
    offered = book.call(env=asked, check=0).stdout.partition("((")[2].rpartition("))")[0]
    return [entry.split('"')[1] for entry in offered.splitlines()]


def in_fish(book: Book, *words: str) -> list[str]:
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_ARGS": " ".join(["complaintctl", *words]),
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    return [line.partition("\t")[0] for line in book.call(env=asked, check=0).stdout.splitlines()]


SHELLS = pytest.mark.parametrize("shell", [in_bash, in_zsh, in_fish])
Shell = Callable[..., list[str]]


@SHELLS
def test_the_id_of_an_open_case_is_offered_for_any_part_of_it(book: Book, open_id: str, shell: Shell) -> None:
    assert shell(book, "show", "C-2024") == [open_id]
    assert shell(book, "classify", open_id[-4:].lower()) == [open_id]


@SHELLS
def test_after_the_cases_steps_are_offered_where_the_command_takes_one(
    book: Book, open_id: str, shell: Shell
) -> None:
    assert shell(book, "approve", open_id[-4:]) == [open_id]
    assert shell(book, "approve", open_id, "pl") == ["plan"]
    assert shell(book, "approve", open_id, open_id[-4:]) == [open_id]
    assert shell(book, "assign", open_id, open_id[-4:]) == [open_id]


@SHELLS
def test_the_kinds_of_forms_are_offered(book: Book, open_id: str, shell: Shell) -> None:
    assert shell(book, "form", open_id, "re") == ["record", "registration", "reply", "return-request"]


@SHELLS
def test_the_casebook_of_the_command_line_is_asked(
    book: Book, open_id: str, shell: Shell, tmp_path: Path
) -> None:
    elsewhere = dataclasses.replace(book, root=tmp_path)
    assert shell(elsewhere, "-C", str(book.root), "show", "C-2024") == [open_id]
    assert not any(shell(elsewhere, "show", "C-2024"))


@SHELLS
def test_a_closed_case_is_offered_where_no_open_one_fits(
    book: Book, open_id: str, closed_id: str, shell: Shell
) -> None:
    assert open_id
    assert shell(book, "reopen", "C-202402") == [closed_id]


@SHELLS
def test_the_verbs_are_offered(book: Book, shell: Shell) -> None:
    assert set(shell(book, "cl")) == {"classify", "close"}
    assert set(shell(book, "policy", "s")) == {"show", "simulate"}


@SHELLS
def test_the_branches_of_a_fishbone_are_offered(book: Book, shell: Shell) -> None:
    # In zsh, an unescaped colon separates the description.
    assert [word.replace("\\", "") for word in shell(book, "step", "C-1", "d4", "--bone", "mea")] == [
        "measurement:"
    ]


@SHELLS
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("classify", "C-1", "--level", "u"), ["urgent"]),
        (("classify", "C-1", "--category", "price/"), ["price/difference", "price/promotion", "price/fraud"]),
        (("investigate", "C-1", "--cause", "service/c"), ["service/conduct"]),
        (("analysis", "C-1", "--format", "s"), ["svg"]),
        (("ack", "C-1", "--via", "p"), ["phone"]),
        (("plan", "C-1", "--remedy", "re"), ["return", "repair", "refund"]),
        (("close", "C-1", "--outcome", "w"), ["withdrawn"]),
        (("letter", "C-1", "a"), ["ack", "after-care", "apology"]),
        (("letter", "C-1", "ack", "--format", "d"), ["docx"]),
        (("letter", "C-1", "ack", "--lang", "z"), ["zh"]),
        (("assign", "C-1", "--to", "z"), ["zhao.min"]),
        (("list", "--owner", "l"), ["li.wei"]),
        (("list", "--owner", "me"), ["me"]),
        (("assign", "C-1", "--to", "m"), ["ma.li", "me"]),
        (("task", "C-1", "--to", "me"), ["me"]),
        (("note", "C-1", "t", "--by", "me"), ["me"]),
        (("action", "C-1", "--who", "me"), ["me"]),
        (("heard", "C-1", "--transfer", "z"), ["zhao.min"]),
        (("escalate", "C-1", "--watch", "ma"), ["ma.li", "manager"]),
        (("actions", "--channel", "so"), ["social"]),
        (("today", "--role", "man"), ["manager"]),
        (("reopen", "C-1", "--to", "e"), ["execute"]),
        (("explain", "C-1", "--step", "inv"), ["investigate"]),
        (("edit", "C-1", "--set", "customer.n"), ["customer.name="]),
        (("list", "--sort", "product.b"), ["product.batch", "product.bought", "product.bought_from"]),
        (("list", "--format", "js"), ["json", "jsonl"]),
        (("check", "--format", "s"), ["sarif"]),
        (("check", "--baseline", "complaintctl.y"), ["complaintctl.yaml"]),
        (("survey", "sample", "--by", "c"), ["category", "channel"]),
        (("survey", "record", "C-1", "--via", "p"), ["phone"]),
        (("survey", "list", "--una"), ["--unanswered"]),
        (("survey", "list", "--format", "js"), ["json", "jsonl"]),
        (("init", "--policy", "el"), ["electronics"]),
        (("init", "--lang", "z"), ["zh"]),
        (("init", "--timezone", "asia/sh"), ["Asia/Shanghai"]),
        (("init", "--hours", "al"), ["always"]),
    ],
)
def test_words_of_the_policy_and_of_the_options_are_offered(
    book: Book, shell: Shell, words: tuple[str, ...], offered: list[str]
) -> None:
    assert shell(book, *words) == offered


@pytest.mark.parametrize("words", [("reopen", "C-1", "--to"), ("heard", "C-1", "--reopen-to")])
def test_the_registration_is_not_offered_where_a_case_is_reopened_to(
    book: Book, words: tuple[str, ...]
) -> None:
    offered = in_bash(book, *words, "")
    assert "execute" in offered
    assert "open" not in offered
    assert "open" in in_bash(book, "explain", "C-1", "--step", "")


def test_the_casebook_named_by_an_option_is_the_one_that_is_completed(
    book: Book, open_id: str, tmp_path: Path
) -> None:
    elsewhere = Book(root=tmp_path, variables=book.variables)
    assert in_bash(elsewhere, "-C", str(book.root), "show", "C-202403") == [open_id]


def test_outside_a_casebook_and_with_a_faulty_policy_completion_is_silent(book: Book, tmp_path: Path) -> None:
    elsewhere = Book(root=tmp_path, variables=book.variables)
    assert "".join(in_bash(elsewhere, "show", "C-")) == ""
    assert "".join(in_bash(elsewhere, "classify", "C-1", "--level", "")) == ""
    (tmp_path / "complaintctl.yaml").write_text("[\n")
    assert "".join(in_bash(elsewhere, "classify", "C-1", "--level", "")) == ""


def test_ids_are_completed_from_names_alone(book: Book, tmp_path: Path) -> None:
    folder = tmp_path / "cases" / "open"
    folder.mkdir(parents=True)
    (tmp_path / "complaintctl.yaml").write_text("[\n")
    (folder / "C-20240304-7K3FQ.yaml").write_text("{{{ not read")
    assert in_bash(Book(root=tmp_path, variables=book.variables), "show", "7k") == ["C-20240304-7K3FQ"]


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_with_the_script_that_we_print(book: Book, open_id: str, tmp_path: Path) -> None:
    script = tmp_path / "complaintctl"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m complaintctl "$@"\n')
    script.chmod(0o755)
    lines = (
        'printed="$(complaintctl --show-completion)"',
        'eval "$printed"',
        f"COMP_WORDS=(complaintctl show {open_id[-4:].lower()})",
        "COMP_CWORD=2",
        "_complaintctl_completion complaintctl",
        'echo "${COMPREPLY[@]}"',
    )
    path = os.pathsep.join([str(tmp_path), book.variables["PATH"]])
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=book.root,
        env={**book.variables, "PATH": path},
        capture_output=True,
        check=False,
    )
    assert (done.stdout.decode().strip(), done.stderr, done.returncode) == (open_id, b"", 0)


@SHELLS
def test_policies_to_compare_are_offered_as_files_and_revisions(book: Book, shell: Shell) -> None:
    assert "main" in shell(book, "policy", "diff", "m")
    assert "complaintctl.yaml" in shell(book, "policy", "diff", "HEAD", "comp")
    assert shell(book, "policy", "diff", "HEAD", "--fail-on", "o") == ["overdue"]
    assert shell(book, "policy", "simulate", "--show", "c") == ["changed"]


def test_own_fields_and_the_words_for_a_field_are_offered(tmp_path: Path) -> None:
    policy = tmp_path / "own.yaml"
    head = "complaintctl: 1\nname: own\ntimezone: UTC\nlevels: [urgent, general]\n"
    policy.write_text(head + "fields: {fault: {choices: [ours, theirs]}}\n", encoding="utf-8")
    own = make_book(tmp_path, policy)
    for offered in (in_zsh, in_fish):
        assert offered(own, "edit", "C-1", "--set", "x.") == ["x.fault="]
        assert offered(own, "edit", "C-1", "--set", "x.fault=th") == ["x.fault=theirs"]
        assert offered(own, "edit", "C-1", "--set", "level=u") == ["level=urgent"]
    assert in_bash(own, "edit", "C-1", "--set", "x.") == ["x.fault="]
    # Bash splits the word at `=` and replaces only the part after it.
    assert in_bash(own, "edit", "C-1", "--set", "x.fault", "=", "th") == ["theirs"]
    assert in_bash(own, "edit", "C-1", "--set", "level", "=", "u") == ["urgent"]


@SHELLS
def test_the_events_that_can_be_taken_back_are_offered(book: Book, shell: Shell) -> None:
    case = book.open("t", "--at", "2024-03-04T09:00")
    book.call("note", case, "a", "--at", "2024-03-04T09:10", check=0)
    book.call("note", case, "b", "--at", "2024-03-04T09:20", check=0)
    first, second = (event["id"] for event in book.json("show", case)["case"]["history"][1:])
    assert shell(book, "retract", case, "") == [second, first]
    assert shell(book, "retract", case, first[:5].lower()) == [first]
    book.call("retract", case, second, "--reason", "r", "--at", "2024-03-04T09:30", check=0)
    assert shell(book, "retract", case, "") == [first]
    assert "".join(shell(book, "retract", "C-19990101-ZZZZZ", "")) == ""


def test_an_event_is_offered_with_its_time_and_kind(book: Book) -> None:
    case = book.open("t", "--at", "2024-03-04T09:00")
    book.call("note", case, "a", "--at", "2024-03-04T09:10", check=0)
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_ARGS": f"complaintctl retract {case} ",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMPLAINTCTL_LANG": "en",
    }
    assert "\t2024-03-04 09:10 note" in book.call(env=asked, check=0).stdout


@SHELLS
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("report", "--by", "lev"), ["level"]),
        (("report", "--by", "forc"), ["forced"]),
        (("list", "--columns", "id,lev"), ["id,level"]),
        (("list", "--columns", "id，lev"), ["id，level"]),
        (("list", "--columns", "级"), ["级别"]),
        (("customer", "x", "--columns", "id,own"), ["id,owner"]),
        (("list", "--sort", "level,-du"), ["level,-due"]),
        (("list", "--where", "lev"), ["level="]),
    ],
)
def test_the_last_part_of_a_list_of_columns_is_completed(
    book: Book, words: tuple[str, ...], offered: list[str], shell: Shell
) -> None:
    assert shell(book, *words) == offered


def test_the_word_for_oneself_is_offered_in_chinese_and_after_a_field(book: Book) -> None:
    assert in_fish(book, "list", "--owner", "我") == ["我"]
    assert in_fish(book, "edit", "C-1", "--set", "owner=me") == ["owner=me"]
    assert in_fish(book, "list", "--where", "owner=me") == ["owner=me"]
