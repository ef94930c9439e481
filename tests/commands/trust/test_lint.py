"""`lint --personal`: personal data are found outside of the customer's fields, masked, and can be allowed with a reason."""

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused
from tests.commands.processes import command
from tests.commands.trust.personal.sealed_books import OPENED, sealed_book, without_key

PHONE, OTHER = "13800138000", "13911112222"
NAME, MAIL = "王芳", "wang.fang@example.com"
CUSTOMER = ("--customer-name", NAME, "--phone", PHONE, "--email", MAIL)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def findings(book: Book, *options: str, check: int = 1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = book.json("lint", "--personal", *options, check=check)["lint"]["findings"]
    return found


def kinds(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["field"], one["kind"]) for one in found}


def test_a_fresh_casebook_and_the_fields_of_the_customer_are_clean(book: Book) -> None:
    book.open("Battery swells", *CUSTOMER, "--description", f"I am {NAME}, call {OTHER}.")
    assert findings(book, check=0) == []


def test_every_free_text_is_looked_at_with_line_and_column(book: Book) -> None:
    case = book.open(f"Battery, {OTHER}", "--set", f"x.own={MAIL}", "--set", "product.serial=13900001111")
    book.call("note", case, f"shop rang from {OTHER} twice: {OTHER}", check=0)
    book.call("escalate", case, "--level", "urgent", "--reason", f"mail {MAIL}", check=0)
    book.call("task", case, "--to", "repair", "--what", f"ring {OTHER}", "--due", "+1h", check=0)
    book.call("edit", case, "--set", "lesson=ask 010-65529988, id 11010519491231002X", check=0)
    found = findings(book)
    assert kinds(found) >= {
        ("title", "phone"),
        ("x.own", "email"),
        ("history.text", "phone"),
        ("history.reason", "email"),
        ("tasks.what", "phone"),
        ("lesson", "phone"),
        ("lesson", "id-number"),
    }
    lines = book.file(case).read_text(encoding="utf-8").splitlines()
    for one in found:
        if one["kind"] == "phone" and one["masked"].startswith("139"):
            assert lines[one["line"] - 1][one["column"] - 1 :].startswith(OTHER)
    texts = [(one["line"], one["column"]) for one in found if one["field"] == "history.text"]
    assert len(set(texts)) == len(texts) == 2


def test_the_customer_is_found_in_notes_names_and_messages(book: Book, tmp_path: Path) -> None:
    case = book.open("t", *CUSTOMER)
    book.call("note", case, f"{NAME} rang", "--by", NAME, check=0)
    (tmp_path / f"{NAME}.jpg").write_bytes(b"x")
    book.call("attach", case, str(tmp_path / f"{NAME}.jpg"), check=0)
    (book.root / "attachments" / case / f"stray {NAME}.txt").write_bytes(b"x")
    book.git("commit", "--quiet", "--allow-empty", "-m", f"{case}: {NAME} rang")
    book.git("branch", f"ring-{OTHER}")
    assert kinds(findings(book)) == {
        ("history.text", "customer"),
        ("history.by", "customer"),
        ("file-name", "customer"),
        ("message", "customer"),
        ("branch", "phone"),
    }
    assert sum(one["field"] == "file-name" for one in findings(book)) == 2


def test_nothing_is_printed_whole_in_any_format(book: Book) -> None:
    case = book.open(f"{OTHER} {MAIL}", *CUSTOMER)
    book.call("note", case, f"{NAME}: {PHONE}, 南京市鼓楼区中山北路30号", check=0)
    book.git("branch", f"ring-{OTHER}")
    (book.root / "attachments" / case).mkdir(parents=True)
    (book.root / "attachments" / case / f"{NAME}_{OTHER}.txt").write_bytes(b"x")
    for output_format in (
        "table",
        "plain",
        "json",
        "jsonl",
        "csv",
        "md",
        "github",
        "gitlab",
        "junit",
        "sarif",
    ):
        result = book.call("lint", "--personal", "--format", output_format, check=1)
        said = result.stdout + result.stderr
        assert "139****2222" in said, output_format
        assert not [word for word in (OTHER, PHONE, MAIL, NAME, "中山北路") if word in said], output_format


def test_under_sealed_a_description_is_plain_text_in_the_history(book: Book) -> None:
    book.open("t", "--description", f"call {OTHER}")
    assert findings(book, check=0) == []
    policy = book.root / "complaintctl.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8") + "\npersonal: {level: sealed, keyring: [../keys]}\n",
        encoding="utf-8",
    )
    assert kinds(findings(book)) == {("description", "phone")}


def test_colleagues_and_the_desk_are_no_finding(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    people = "people: {li.wei: {email: li.wei@example.com, name: 李伟}}\nsender: {phone: 010-65529988}"
    policy.write_text(text.replace("people: {}", people), encoding="utf-8")
    case = book.open("t", "--customer-name", "李伟")
    book.call("note", case, "李伟 wrote from li.wei@example.com, our desk is 010 65529988", check=0)
    assert findings(book, check=0) == []


def test_an_entry_of_the_allow_list_has_a_reason_and_is_named_when_unused(book: Book) -> None:
    case = book.open(f"hotline {OTHER}")
    allow = book.root / "lint-allow.yaml"
    allow.write_text(
        "allowed:\n"
        f'  - {{text: "139****2222", where: {case}, reason: number of the shop, who: li.wei}}\n'
        "  - {pattern: '400*', reason: hotline, who: li.wei}\n",
        encoding="utf-8",
    )
    result = book.call("lint", "--json", check=0)
    content = result.json()["lint"]
    assert content["findings"] == []
    assert [entry["reason"] for entry in content["allowed"]] == ["number of the shop"]
    assert "lint-allow.yaml:3:5: warning: this entry matches nothing any more. Remove it." in result.stderr
    allow.write_text(
        f'allowed: [{{text: "{OTHER}", until: 2020-01-01, reason: r, who: w}}]\n', encoding="utf-8"
    )
    assert "this entry ended on 2020-01-01" in book.call("lint", check=1).stderr
    for faulty in (
        '[{text: "1", who: w, reason: ""}]',
        "[{reason: r, who: w}]",
        "[{text: a, pattern: b, reason: r, who: w}]",
        "[{text: a, reason: r}]",
        "[{txt: a, reason: r, who: w}]",
    ):
        allow.write_text(f"allowed: {faulty}\n", encoding="utf-8")
        assert "lint-allow.yaml" in book.call("lint", check=4).stderr


def test_files_can_be_named_and_templates_are_looked_at(book: Book) -> None:
    template = book.root / "templates" / "letters" / "own.md"
    template.parent.mkdir(parents=True)
    template.write_text(f"Dear customer,\nring Wang on {OTHER}.\n", encoding="utf-8")
    case = book.open(f"t {OTHER}")
    (one,) = findings(book, "templates/letters/own.md")
    assert (one["file"], one["line"], one["column"]) == ("templates/letters/own.md", 2, 14)
    assert {one["file"] for one in findings(book)} == {one["file"], f"cases/open/{case}.yaml"}
    assert len(findings(book, str(book.file(case)))) == 1
    assert "no/such.yaml" in refused(book, 2, "lint", "no/such.yaml")
    assert "--staged" in refused(book, 2, "lint", "--staged", "x.yaml")


def test_what_is_staged_counts_not_what_lies_in_the_folder(book: Book) -> None:
    case = book.open("t")
    path = book.file(case)
    clean = path.read_text(encoding="utf-8")
    path.write_text(clean.replace("title: t", f"title: t {OTHER}"), encoding="utf-8")
    assert findings(book, "--staged", check=0) == []
    book.git("add", "-A")
    path.write_text(clean, encoding="utf-8")
    assert kinds(findings(book, "--staged")) == {("title", "phone")}
    assert findings(book, check=0) == []


def hook(book: Book, name: str, *words: str) -> None:
    path = book.root / ".git" / "hooks" / name
    line = " ".join(command("lint", "--personal", *words))
    root = Path(__file__).resolve().parents[3]
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec {line} "$@"\n', encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def commit(book: Book, *words: str) -> subprocess.CompletedProcess[bytes]:
    arguments = ["git", "commit", "--quiet", *words]
    return subprocess.run(
        arguments, cwd=book.root, env=dict(book.variables), capture_output=True, check=False
    )


@pytest.mark.nightly
def test_hooks_stop_a_commit_of_git_and_of_the_tool(book: Book) -> None:
    case, other = book.open("t", *CUSTOMER), book.open("other")
    before = book.head()
    hook(book, "pre-commit", "--staged")
    hook(book, "commit-msg", "--commit-msg")
    assert commit(
        book, "--allow-empty", "-m", f"{case} {NAME} rang\n\nSigned-off-by: A <a@example.com>"
    ).returncode
    # `commit --only` of the tool runs the hook with an index of its own.
    assert "commit" in book.call("note", case, f"ring {OTHER}", check=4).stderr
    assert book.head() == before
    book.git("reset", "--quiet", "--hard")
    # What else is staged is no part of the tool's commit: the hook is given an index without it.
    change = book.file(other)
    change.write_text(change.read_text(encoding="utf-8") + f"x: {{own: '{OTHER}'}}\n", encoding="utf-8")
    book.git("add", "-A")
    book.call("note", case, "nothing", check=0)
    book.git("reset", "--quiet", "--hard")
    assert commit(book, "--allow-empty", "-m", "Tidy\n\nSigned-off-by: A <a@example.com>").returncode == 0


def test_comments_of_git_are_no_part_of_a_message(book: Book, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_text(f"Tidy\n# {OTHER}\n# ------------------------ >8 ------------------------\n{OTHER}\n")
    assert findings(book, "--commit-msg", str(message), check=0) == []
    message.write_text(f"Tidy\n\nring {OTHER}\n", encoding="utf-8")
    (one,) = findings(book, "--commit-msg", str(message))
    assert (one["line"], one["column"], one["field"]) == (3, 6, "message")


def test_only_new_messages_if_asked(book: Book) -> None:
    book.git("commit", "--quiet", "--allow-empty", "-m", f"ring {OTHER}")
    assert len(findings(book)) == 1
    assert findings(book, "--since", "HEAD", check=0) == []
    assert "nosuch" in refused(book, 2, "lint", "--since", "nosuch")


def test_a_file_that_cannot_be_read_is_a_problem_and_the_others_are_looked_at(book: Book) -> None:
    book.open(f"t {OTHER}")
    (book.root / "cases/open/C-20261121-7K3FQ.yaml").write_text("title: [\n", encoding="utf-8")
    result = book.call("lint", "--json", check=4)
    assert len(result.json()["lint"]["findings"]) == 1
    assert "C-20261121-7K3FQ.yaml:2:1" in result.stderr


def test_outside_git_files_are_looked_at_all_the_same(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    book.open(f"t {OTHER}")
    subprocess.run(["rm", "-rf", str(book.root / ".git")], check=True)
    assert len(findings(book)) == 1
    assert "git" in book.call("lint", "--staged", check=2).stderr


def test_ci_formats_name_files_from_the_top_and_count_as_failures(book: Book) -> None:
    book.open(f"t {OTHER}")
    sarif = json.loads(book.call("lint", "--format", "sarif", check=1).stdout)
    (result,) = sarif["runs"][0]["results"]
    assert result["ruleId"] == "personal-in-field"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2
    assert (
        'name="complaintctl lint" tests="1" failures="1"'
        in book.call("lint", "--format", "junit", check=1).stdout
    )
    (entry,) = json.loads(book.call("lint", "--format", "gitlab", check=1).stdout)
    assert entry["severity"] == "major"


def test_the_customer_of_a_sealed_case_is_looked_for_by_whoever_has_the_key(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    book.call("note", case, f"{NAME} rang", check=0)
    said = book.call("lint", "--personal", "--json", check=1)
    assert kinds(said.json()["lint"]["findings"]) == {("history.text", "customer")}
    assert said.json()["lint"]["unopened"] == []
    closed = book.call("lint", "--personal", "--json", env=without_key(book), check=0)
    assert closed.json()["lint"]["unopened"] == [case]
    assert "1 customer is sealed and could not be opened here" in closed.stderr
