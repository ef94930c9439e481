"""`erase` takes out the person and keeps the case, says what it destroyed, and where it is still found."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.domain.privacy import erased_fields
from complaintctl.storage.case import casefile
from tests.casebooks import Book, make_book
from tests.commands.processes import command

# Where pip puts git-filter-repo, beside this interpreter.
SCRIPTS: Final = str(Path(sys.executable).parent)
NAME: Final = "Wang Xiaofang"
WORDS: Final = (
    NAME,
    "13800138000",
    "wxf@example.org",
    "Baker Street",
    "smells of smoke",
    "call her sister",
    "passport",
)
PLANTED: Final = (
    *("--customer-name", NAME, "--phone", "13800138000", "--email", "wxf@example.org"),
    *(
        "--description",
        'The flat in "Baker Street" smells of smoke.\nPlease come soon.',
        "--channel",
        "phone",
    ),
    *("--set", "customer.address=Baker Street 7", "--set", "problem.who=her daughter Lin"),
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path, lang="en")


def plant(book: Book, *more: str, close: bool = True) -> str:
    """A case with a customer everywhere a customer can be, closed unless a test wants it open."""
    case = book.open("Battery swells", *PLANTED, *more)
    book.call("note", case, "She is away, call her sister until Friday.", check=0)
    file = book.root.parent / "photo.txt"
    file.write_text(f"passport of {NAME}", encoding="utf-8")
    book.call("attach", case, str(file), check=0)
    if close:
        book.call("close", case, "--outcome", "withdrawn", "--via", "phone", check=0)
    return case


def erase(book: Book, case: str, *more: str, check: int = 0) -> Any:
    """Erases a case; gives the certificate."""
    return book.json("erase", case, "--basis", "request", "--yes", *more, check=check)["certificate"]


def in_folder(folder: Path, words: tuple[str, ...] = WORDS) -> list[str]:
    """The planted words in the files of a folder, without git's own."""
    texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return [word for word in words if any(word.encode() in text for text in texts)]


def in_objects(book: Book, words: tuple[str, ...] = WORDS) -> list[str]:
    """The planted words in all objects of the repository, also of those that nothing refers to."""
    command = ["git", "cat-file", "--batch-all-objects", "--batch"]
    objects = subprocess.run(command, cwd=book.root, capture_output=True, check=True).stdout
    return [word for word in words if word.encode() in objects]


def case_of(book: Book, case: str) -> Case:
    loaded = casefile.read_faultless_case(book.file(case))
    assert isinstance(loaded, Case)
    return loaded


def test_erasing_leaves_nothing_of_the_person_in_the_folder_and_every_event_in_place(book: Book) -> None:
    case = plant(book)
    assert in_folder(book.root) == list(WORDS)
    before = case_of(book, case)
    certificate = erase(book, case)
    after = case_of(book, case)
    assert in_folder(book.root) == []
    assert [event.id for event in after.history[:-1]] == [event.id for event in before.history]
    assert erased_fields.explained_history_length(before.history, after.history) == len(before.history)
    previous = case
    for event in after.history:
        assert erased_fields.keeps_event_id(event, previous)
        previous = event.id
    (erased,) = certificate["cases"]
    assert erased["fields"][:4] == ["customer.name", "customer.phone", "customer.email", "customer.address"]
    assert (erased["texts"], len(erased["files"]), erased["remains"]) == (1, 1, [])
    assert not (book.root / "attachments" / case).exists()
    (photo,) = after.attachments
    assert photo.erased
    assert photo.sha256 == hashlib.sha256(f"passport of {NAME}".encode()).hexdigest()
    assert erased_fields.explains_missing_attachment(after, "photo.txt")
    assert book.git("log", "-1", "--format=%s").strip() == f"{case} erase"
    assert book.call("check", "--archive", check=0).stderr.startswith("Open cases: 0.")


def without_customers(document: Any) -> Any:
    """A report without the figures that count customers."""
    figures = document.get("report", {}).get("figures")
    if isinstance(figures, list):
        document["report"]["figures"] = [one for one in figures if one["section"] != "customers"]
    return document


def test_reports_say_the_same_before_and_after(book: Book) -> None:
    case = plant(book)
    book.open("Rattles", "--level", "urgent")
    moment = "2099-01-01"
    asked = (
        ("report", "--as-of", moment, "--format", "json"),
        ("report", "--as-of", moment, "--by", "level", "--format", "json"),
        (
            "list",
            "--all",
            "--as-of",
            moment,
            "--columns",
            "id,title,received,outcome,due,step,overdue",
            "--format",
            "json",
        ),
        ("explain", case, "--as-of", moment, "--format", "json"),
    )
    before = [without_customers(book.call(*words).json()) for words in asked]
    erase(book, case)
    assert [without_customers(book.call(*words).json()) for words in asked] == before


def test_the_certificate_names_no_person_and_the_commits_that_still_have_the_text(book: Book) -> None:
    case = plant(book)
    said = book.call(
        "erase", case, "--basis", "request: letter of 3 May", "--yes", "-o", "../proof.md", check=0
    )
    assert in_folder(book.root.parent / "book") == []
    text = (book.root.parent / "proof.md").read_text(encoding="utf-8")
    assert [word for word in WORDS if word in text + said.stderr] == []
    assert "- Basis: request, the person asked for it — letter of 3 May" in text
    bringing = book.git("log", "--format=%h", "--abbrev=12", "--", f"cases/*{case}.yaml").split()[1:]
    assert all(commit in text for commit in bringing)
    assert "--plan-history-rewrite" in said.stderr
    assert text == said.stdout
    chinese = book.speaking("zh").call("erase", plant(book), "--basis", "unlawful", "--yes").stdout
    assert chinese.startswith("# 个人信息删除证明\n")


def test_the_search_finds_other_cases_exports_workbooks_and_what_the_history_proves(book: Book) -> None:
    case = plant(book)
    same = book.open("Again", "--customer-name", NAME)
    book.call("note", same, "asks for her money", check=0)
    (book.root / "list.csv").write_text(f"name\n{NAME}\n", encoding="utf-16-le")
    with zipfile.ZipFile(book.root / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as workbook:
        workbook.writestr("xl/sharedStrings.xml", f"<t>{NAME}</t>")
    (book.root / "unlike.txt").write_text("Wang Xiaofangyuan", encoding="utf-8")
    book.call("reopen", case, "--reason", f"{NAME} called again", check=0)
    book.call("close", case, "--outcome", "withdrawn", check=0)
    certificate = erase(book, case, check=1)
    probe, (erased,) = certificate["probe"], certificate["cases"]
    assert probe["other_cases"] == [same]
    assert probe["files"] == ["list.csv", "list.xlsx"]
    assert not probe["clean"]
    reopened = next(event.id for event in case_of(book, case).history if event.did == "reopen")
    assert erased["remains"] == [f"history.{reopened}.reason"]


def test_who_has_nothing_left_is_not_erased_twice_and_what_came_since_goes_too(book: Book) -> None:
    case = plant(book)
    erase(book, case)
    again = ("erase", case, "--basis", "request", "--yes")
    assert "already erased" in book.call(*again, check=3).stderr
    book.call("note", case, "Her sister called.", check=0)
    erase(book, case)
    assert in_folder(book.root, ("sister",)) == []


def test_an_open_case_is_refused_unless_forced_and_goes_on_without_the_person(book: Book) -> None:
    case = plant(book, "--level", "urgent", "--promise-by", "+2d", close=False)
    refused = book.call("erase", case, "--basis", "request", "--yes", check=3)
    assert "still owed an answer" in refused.stderr
    assert in_folder(book.root) == list(WORDS)
    due = book.json("show", case)["case"]["due"]
    erase(book, case, "--force")
    assert book.json("show", case)["case"]["due"] == due
    book.call("assess", case, check=0)
    needed = book.call("classify", case, "--category", "quality/function/hardware", check=3).stderr
    assert "product.model" in needed
    assert "customer" not in needed


def test_an_agreed_contact_ends_with_the_person(book: Book) -> None:
    case = plant(
        book, "--set", "contact.by=2099-03-01T09:00+08:00", "--set", "contact.via=phone", close=False
    )
    assert "next contact" in book.call("show", case).stdout
    erase(book, case, "--force")
    assert case_of(book, case).contact is None
    assert "2099-03-01" not in book.call("explain", case).stdout


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (("retention", "hold", "CASE", "--reason", "claim"), "under legal hold"),
        (("restrict", "CASE", "--reason", "asked"), "are restricted"),
    ],
)
def test_a_hold_and_a_restriction_keep_the_data(book: Book, before: tuple[str, ...], message: str) -> None:
    case = plant(book)
    book.call(*(case if word == "CASE" else word for word in before), check=0)
    assert message in book.call("erase", case, "--basis", "request", "--yes", "--force", check=3).stderr
    assert in_folder(book.root) == list(WORDS)


def test_an_erased_case_takes_no_customer_back_without_a_word_why(book: Book) -> None:
    case = plant(book)
    erase(book, case)
    assert "nobody to write to" in book.call("letter", case, "ack", check=3).stderr
    assert "stays empty" in book.call("edit", case, "--set", "customer.name=Bo", check=3).stderr
    survey = ("survey", "record", case, "--score", "5", "--comment", "fine")
    assert "stays empty" in book.call(*survey, check=3).stderr
    book.call("form", case, "record", check=0)
    book.call("export", "jsonl", "--all", "--history", "--personal", check=0)
    assert book.json("customer", "13800138000")["cases"] == []
    book.call("edit", case, "--set", "customer.name=Bo", "--reason", "came back", check=0)
    book.call("check", "--archive", check=0)


def test_data_that_a_hand_brings_back_are_named(book: Book) -> None:
    case = plant(book)
    old = book.file(case).read_text(encoding="utf-8")
    erase(book, case)
    path = book.file(case)
    path.write_text(
        path.read_text(encoding="utf-8").replace("customer:\n", "customer: {name: Wang Xiaofang}\n")
    )
    said = book.call("check", "--archive", check=4).stderr
    assert "customer.name was erased and is back without an event" in said
    assert "Xiaofang" not in said
    lines = [line for line in old.splitlines() if "did: note" in line]
    now = path.read_text(encoding="utf-8").splitlines()
    path.write_text(
        "\n".join(lines[0] if "did: note" in line else line for line in now) + "\n", encoding="utf-8"
    )
    assert "events before the erasing have a text" in book.call("check", "--archive", check=4).stderr


def test_only_the_named_attachments_go_and_a_further_field_with_them(book: Book) -> None:
    case = book.open("Battery of Mrs Wang", "--customer-name", "Mrs Wang")
    for name in ("a.txt", "b.txt"):
        (book.root.parent / name).write_text(f"file {name}", encoding="utf-8")
        book.call("attach", case, str(book.root.parent / name), check=0)
    book.call("close", case, "--outcome", "withdrawn", check=0)
    assert (
        "b.txt"
        in book.call("erase", case, "--basis", "request", "--yes", "--attachments", "c", check=2).stderr
    )
    assert (
        "outcome cannot be erased"
        in book.call("erase", case, "--basis", "request", "--yes", "--also", "outcome", check=2).stderr
    )
    erase(book, case, "--attachments", "a.txt", "--also", "title")
    assert [entry.erased for entry in case_of(book, case).attachments] == [True, None]
    assert case_of(book, case).title == "…"
    assert sorted(path.name for path in (book.root / "attachments" / case).iterdir()) == ["b.txt"]


def test_a_basis_is_needed_and_its_words_must_not_name_the_person(book: Book) -> None:
    case = plant(book)
    assert "--basis" in book.call("erase", case, "--yes", check=2).stderr
    assert "unlawful" in book.call("erase", case, "--basis", "because", "--yes", check=2).stderr
    named = book.call("erase", case, "--basis", f"request: {NAME} wrote", "--yes", check=2)
    assert "leave the name out" in named.stderr
    assert "no terminal to confirm" in book.call("erase", case, "--basis", "request", check=2).stderr
    assert in_folder(book.root) == list(WORDS)


def test_a_comment_in_the_file_goes_with_the_person(book: Book) -> None:
    case = plant(book)
    path = book.file(case)
    text = path.read_text(encoding="utf-8").replace("status:", "# Mrs Wang Xiaofang is angry\nstatus:")
    path.write_text(text, encoding="utf-8")
    erase(book, case)
    assert "angry" not in path.read_text(encoding="utf-8")


def test_a_commit_that_a_hook_refuses_is_made_by_the_next_command(book: Book) -> None:
    case = plant(book)
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    said = book.call("erase", case, "--basis", "request", "--yes", check=4)
    assert "the next writing command commits it" in said.stderr
    hook.unlink()
    again = book.call("erase", case, "--basis", "request", "--yes", check=3)
    assert f"Completed an interrupted command: {case} erase" in again.stderr
    assert in_folder(book.root) == []
    assert book.git("status", "--porcelain") == ""
    assert book.git("log", "-1", "--format=%s").strip() == f"{case} erase"


def test_outside_git_only_files_are_searched(book: Book) -> None:
    case = plant(book)
    shutil.rmtree(book.root / ".git")
    certificate = erase(book, case)
    assert (certificate["commit"], certificate["probe"]["objects"], certificate["probe"]["clean"]) == (
        None,
        0,
        True,
    )
    assert "not a git repository" in book.call("erase", "--plan-history-rewrite", check=2).stderr
    assert in_folder(book.root) == []


def test_a_killed_erasing_is_completed_by_the_next_command(book: Book) -> None:
    case = plant(book)
    hook = book.root / ".git" / "hooks" / "pre-commit"
    # The hook runs in the group of the command: 0 is all of it, git and the command.
    hook.write_text("#!/bin/sh\nkill -9 0\n", encoding="utf-8")
    hook.chmod(0o755)
    words = command("erase", case, "--basis", "request", "--yes")
    process = subprocess.Popen(
        words,
        cwd=book.root,
        env=dict(book.variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.wait(timeout=60) == -signal.SIGKILL
    hook.unlink()
    assert "interrupted" in book.call("check", "--archive").stderr
    done = book.call("note", case, "the next command", check=0)
    assert f"Completed an interrupted command: {case} erase" in done.stderr
    assert in_folder(book.root) == []
    assert not [path.name for path in (book.root / ".git").glob("complaintctl.pending*")]
    assert book.git("log", "-2", "--format=%s").split("\n")[1] == f"{case} erase"


def test_a_clone_that_went_on_with_the_case_merges_without_bringing_the_person_back(
    book: Book, tmp_path: Path
) -> None:
    case = plant(book, close=False)
    other = book.clone(tmp_path / "other")
    other.call("note", case, "The part has arrived.", check=0)
    erase(book, case, "--force")
    with pytest.raises(AssertionError):
        book.git("pull", "--quiet", "--no-rebase", str(other.root), "main")
    book.call("resolve", "--commit", check=0)
    assert in_folder(book.root) == []
    assert "The part has arrived." in book.file(case).read_text(encoding="utf-8")
    assert erased_fields.returned_fields(case_of(book, case)) == ()
    events = [event.did for event in case_of(book, case).history if event.text or event.did == "erase"]
    said = "events before the erasing have a text" in book.call("check", check=0).stderr
    assert said == (events == ["note", "erase"])
    erase(book, case, "--force")
    assert "The part has arrived." not in book.file(case).read_text(encoding="utf-8")


MAPPING = """mapping: 1
system: desk
timezone: Asia/Shanghai
times: ["%Y-%m-%d %H:%M"]
id: no
received: received
closed: closed
fields: {title: title, customer.name: name}
"""


def test_importing_the_row_again_does_not_bring_the_person_back(book: Book) -> None:
    (book.root / "map.yaml").write_text(MAPPING, encoding="utf-8")
    table = book.root / "table.csv"
    table.write_text(
        "no,received,closed,title,name\n1,2026-10-01 09:00,2026-10-02 09:00,Broken,Wang Xiaofang\n"
    )
    book.call("import", "csv", "table.csv", "--map", "map.yaml", check=0)
    (case,) = [row["id"] for row in book.json("list", "--all")["cases"]]
    table.write_text(table.read_text().replace("Broken", "Broken glass"))
    erase(book, case, check=1)
    said = book.call("import", "csv", "table.csv", "--map", "map.yaml", check=0)
    assert f"because its customer data were erased: {case}" in said.stderr
    table.unlink()
    assert in_folder(book.root, ("Xiaofang",)) == []
    assert len(book.json("list", "--all")["cases"]) == 1


def test_importing_the_mail_again_does_not_bring_the_person_back(book: Book) -> None:
    mail = book.root.parent / "one.eml"
    head = "From: Wang <wxf@example.org>\nTo: desk@example.com\nSubject: Broken\nMessage-ID: <1@wxf.example.org>\n"
    mail.write_text(
        f"{head}Date: Mon, 2 Nov 2026 09:00:00 +0800\n\nIt broke in Baker Street.\n", encoding="utf-8"
    )
    book.call("import", "mail", str(mail), check=0)
    (case,) = [row["id"] for row in book.json("list")["cases"]]
    erase(book, case, "--force")
    assert in_folder(book.root, ("wxf", "Baker Street")) == []
    again = book.call("import", "mail", str(mail), check=0)
    assert case in again.stdout + again.stderr
    assert in_folder(book.root, ("wxf", "Baker Street")) == []
    assert len(book.json("list")["cases"]) == 1


def test_rewriting_the_history_removes_the_text_from_every_object(book: Book, tmp_path: Path) -> None:
    case, kept = plant(book), book.open("Rattles", "--customer-name", "Zhao Min")
    book.git("tag", "before")
    (book.root / "export.csv").write_text(f"name\n{NAME}\n", encoding="utf-8")
    book.git("add", "export.csv")
    book.git("commit", "--quiet", "-m", f"List of {NAME}")
    book.git("rm", "--quiet", "export.csv")
    book.git("commit", "--quiet", "-m", "Remove the list")
    erase(book, case)
    after, history = case_of(book, case), book.git("log", "--format=%s", "--", "cases")
    assert in_objects(book) == list(WORDS)
    plan = tmp_path / "plan"
    made = book.json("erase", "--plan-history-rewrite", "-o", str(plan))["plan"]
    assert (made["cases"], made["attachments"], made["messages"], made["others"]) == (
        [case],
        1,
        1,
        ["export.csv"],
    )
    assert in_folder(plan) == []
    others = plan / "other-files.txt"
    others.write_text(others.read_text(encoding="utf-8").replace("#", ""), encoding="utf-8")
    early = book.call("erase", "--finish-history-rewrite", str(plan), check=2)
    assert "has not been run" in early.stderr
    subprocess.run(
        ["sh", str(plan / "rewrite.sh")],
        cwd=book.root,
        env={**book.variables, "PATH": os.pathsep.join((SCRIPTS, book.variables["PATH"]))},
        capture_output=True,
        check=True,
    )
    done = book.json("erase", "--finish-history-rewrite", str(plan))["rewrite"]
    assert in_objects(book) == []
    assert case_of(book, case) == after
    assert case_of(book, kept).customer is not None
    assert book.git("log", "--format=%s", "--", "cases") == history
    book.call("check", "--archive", check=0)
    lines = (book.root / done["map"]).read_text(encoding="utf-8").splitlines()
    assert lines[2:4] == ["# by: li.wei", f"# cases: {case}"]
    new = {line.split()[1] for line in lines[4:]}
    assert new <= set(book.git("rev-list", "--all").split())
    nothing = book.call("erase", "--plan-history-rewrite", "-o", str(tmp_path / "other"), check=3)
    assert "nothing to rewrite" in nothing.stderr


def test_doctor_does_not_bring_an_erased_attachment_back_and_names_one_that_is(book: Book) -> None:
    case = plant(book)
    erase(book, case)
    file = book.root / "attachments" / case / "photo.txt"
    assert not file.exists()
    book.call("doctor", "--fix", "--yes", check=0)
    assert not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"passport of {NAME}", encoding="utf-8")
    book.git("add", "--all")
    book.git("commit", "--quiet", "--message", "Restore the backup")
    checked = book.call("check", "--archive", check=4)
    assert f"attachments/{case}/photo.txt was erased, but the file is here again" in checked.stderr
    (finding,) = book.json("doctor", check=1)["doctor"]["findings"]
    assert (finding["key"], finding["file"]) == ("attachment-erased", f"attachments/{case}/photo.txt")
