"""Tests common behaviour of all commands: pipes, languages, casebooks outside git, unusual environments."""

import importlib.metadata
import os
import subprocess
from pathlib import Path

import pytest

from tests.casebooks import Book, call, environment, git, make_book, refused, run
from tests.commands.processes import command
from tests.sampling import sample

LONG = "电池鼓包 " + "very " * 100 + "long"
ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("manners"))


@pytest.fixture(scope="module")
def case_id(book: Book) -> str:
    return book.open(LONG, "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", "--level", "urgent")


@pytest.fixture
def outside(tmp_path: Path) -> Book:
    """A casebook outside a git repository."""
    (tmp_path / "home").mkdir()
    variables = environment(tmp_path / "home")
    call(tmp_path, variables, "init", "book", "--policy", "electronics", "--no-git", check=0)
    return Book(root=tmp_path / "book", variables=variables)


# --- pipes ---


@pytest.mark.parametrize("verb", sample(["list", "today", "show"], 1))
def test_piped_output_is_never_cut(book: Book, case_id: str, verb: str) -> None:
    words = (verb, case_id) if verb == "show" else (verb,)
    assert LONG in book.run(*words, check=0).stdout


@pytest.mark.nightly
@pytest.mark.parametrize(
    "colour", sample([{}, {"NO_COLOR": "1"}, {"TERM": "xterm-256color", "NO_COLOR": ""}], 1)
)
def test_piped_output_has_no_colours(book: Book, case_id: str, colour: dict[str, str]) -> None:
    for words in (("today",), ("check",), ("show", case_id), ("--help",)):
        ask = book.run if words in {("today",), ("--help",)} else book.call
        result = ask(*words, env=colour)
        assert ESCAPE not in result.stdout + result.stderr


def test_data_goes_to_stdout_and_talk_to_stderr(book: Book) -> None:
    result = book.run("open", "--title", "t", "--at", "2024-03-04T09:00", check=0)
    assert result.stdout.startswith("C-20240304-")
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr.splitlines()[-1].startswith("next: assess")


@pytest.mark.nightly
def test_a_reader_that_goes_away_is_no_error(book: Book) -> None:
    for _ in range(30):
        book.open(LONG, "--at", "2024-03-04T09:00")
    line = ["sh", "-c", '"$@" | head -n 1; exit 0', "sh", *command("list")]
    done = subprocess.run(line, cwd=book.root, env=dict(book.variables), capture_output=True, check=False)
    assert book.english(done.stdout.decode()).startswith("case")
    assert done.stderr == b""


@pytest.mark.parametrize("encoding", sample(["ascii", "latin-1", "utf-8"], 1))
def test_output_is_utf_8_whatever_the_surroundings_say(book: Book, case_id: str, encoding: str) -> None:
    surroundings = {"PYTHONIOENCODING": encoding, "LC_ALL": "C", "PYTHONUTF8": "0"}
    assert LONG in book.run("show", case_id, env=surroundings, check=0).stdout


def test_bytes_that_are_no_text_are_refused_before_they_reach_a_file(book: Book) -> None:
    def ended(*words: str, stdin: bytes = b"") -> tuple[int, str]:
        line = [*map(str.encode, command("open", "--title", "t")), *map(os.fsencode, words)]
        done = subprocess.run(
            line, cwd=book.root, env=dict(book.variables), input=stdin, capture_output=True, check=False
        )
        return done.returncode, book.english(done.stderr.decode())

    before = book.head()
    assert ended("--text", "\udcff") == (2, "The command line contains bytes that are not UTF-8.\n")
    code, said = ended("--description", "-", stdin="王".encode("gb18030"))
    assert (code, "is not UTF-8" in said) == (2, True)
    assert book.head() == before


ODD_TEXTS = (
    *("a\nb", "a\r\nb", "\t", " x ", "\x07", "\x85", "\u2028", "\ufeff", "😀"),
    *("# x", "a: b", "'\"", "{a", "&a", "*a", "!t", "%x", "@x", "...", "~"),
    *("null", "NO", "1:30", "12E3", "2026-02-30", "<<<<<<< HEAD", "=======\n>>>>>>> x"),
)


@pytest.mark.parametrize("text", sample(ODD_TEXTS, 8))
def test_any_text_is_kept_as_it_was_typed(book: Book, text: str) -> None:
    opened = book.open("t", "--description", f"{text}", "--set", f"x.a={text}.")
    book.call("note", opened, text, check=0)
    book.call("edit", opened, "--set", f"lesson={text}", "--set", f"problem.what={text}.", check=0)
    case = book.json("show", opened)["case"]
    told = [case["description"], case["history"][1]["text"], case["lesson"]] if text.strip() else []
    assert [case["x"]["a"], case["problem"]["what"], *told] == [f"{text}."] * 2 + [text] * len(told)


def test_stdin_is_read_as_utf_8_whatever_the_surroundings_say(book: Book) -> None:
    surroundings = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    words = ("open", "--title", "t", "--description", "-", "--json")
    made = book.run(*words, stdin="王芳的电池\n", env=surroundings, check=0).json()
    assert book.json("show", made["id"])["case"]["description"] == "王芳的电池\n"


# --- languages ---


def test_the_language_is_that_of_the_option_the_environment_the_policy_or_the_locale(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="zh")
    policy = book.root / "complaintctl.yaml"

    def speaks(*options: str, **variables: str) -> bool:
        plain = {name: value for name, value in book.variables.items() if name != "COMPLAINTCTL_LANG"}
        result = call(book.root, {**plain, **variables}, *options, "show", "zzz", check=5)
        return result.stderr != "No case matches zzz.\n"

    assert speaks()
    assert not speaks("--lang", "en")
    assert not speaks("--lang=en_GB.UTF-8")
    assert not speaks(COMPLAINTCTL_LANG="en")
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("language: zh", "language: en"), encoding="utf-8"
    )
    assert not speaks(LC_ALL="zh_CN.UTF-8")
    assert speaks("--lang", "zh")
    assert speaks(COMPLAINTCTL_LANG="zh")
    policy.write_text(policy.read_text(encoding="utf-8").replace("language: en", "# none"), encoding="utf-8")
    assert speaks(LC_ALL="zh_CN.UTF-8")
    assert not speaks(LC_ALL="C.UTF-8")


def test_labels_of_the_policy_follow_the_language(book: Book, case_id: str) -> None:
    assert "级别：紧急\n" in book.call("--lang", "zh", "show", case_id, check=0).stdout
    assert "  初步判断  " in book.call("--lang", "zh", "today", check=0).stdout
    assert "初步判断" not in book.call("--lang", "en", "today", check=0).stdout


@pytest.mark.parametrize("lang", sample(["en", "zh"], 1))
def test_every_command_has_a_help(book: Book, lang: str) -> None:
    listed = book.run("--lang", lang, "--help", check=0).stdout
    for verb in ("init", "open", "classify", "check", "resolve", "policy", "import"):
        assert verb in listed
    for verb in ("open", "classify", "check", "policy"):
        shown = book.call("--lang", lang, verb, "--help", check=0).stdout
        assert f"complaintctl {verb}" in shown


def test_no_command_is_met_with_the_help(book: Book) -> None:
    result = book.call()
    assert "classify" in result.stdout + result.stderr


def test_the_version_is_that_of_the_package(book: Book) -> None:
    version = importlib.metadata.version("complaintctl")
    assert book.run("--version", check=0).stdout == f"complaintctl {version}\n"


# --- outside git ---


def test_outside_git_everything_works_and_says_so(outside: Book, tmp_path: Path) -> None:
    opened = outside.call("open", "--title", "t", "--at", "2024-03-04T09:00", check=0)
    case_id = opened.stdout.strip()
    assert "This folder is not a git repository" in opened.stderr
    (tmp_path / "photo.jpg").write_bytes(b"x")
    events: tuple[tuple[str, ...], ...] = (
        ("note", case_id, "x"),
        ("edit", case_id, "--set", "product.model=X100"),
        ("attach", case_id, str(tmp_path / "photo.jpg")),
        ("wait", case_id, "--reason", "r"),
        ("heard", case_id, "--via", "phone"),
        ("close", case_id, "--outcome", "withdrawn"),
        ("reopen", case_id, "--reason", "r"),
        ("close", case_id, "--outcome", "withdrawn"),
    )
    for words in events:
        assert "not a git repository" in outside.call(*words, check=0).stderr
    assert outside.file(case_id) == outside.root / f"cases/closed/2024/03/{case_id}.yaml"
    for words in (
        ("list",),
        ("today",),
        ("check", "--archive"),
        ("report",),
        ("show", case_id),
        ("log", case_id),
    ):
        outside.call(*words, check=0)
    entries = outside.json("log", case_id)["log"]
    assert [entry["commit"] for entry in entries] == [None] * 9
    left = sorted(path.name for path in outside.root.iterdir())
    assert left == [".complaintctl.lock", ".gitattributes", "attachments", "cases", "complaintctl.yaml"]


def test_a_casebook_that_becomes_a_repository_later_goes_on(outside: Book) -> None:
    case_id = outside.call("open", "--title", "t", check=0).stdout.strip()
    git(outside.root, outside.variables, "init", "--quiet")
    outside.call("note", case_id, "x", check=0)
    assert outside.git("log", "--format=%s") == f"{case_id} note\n"
    assert len(outside.json("log", case_id)["log"]) == 2


# --- unusual environments ---


def test_the_user_s_own_hooks_are_run(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    hook = book.root / ".git/hooks/commit-msg"
    hook.write_text("#!/bin/sh\necho 'Ticket: 4711' >> \"$1\"\n")
    hook.chmod(0o755)
    case_id = book.open("t")
    assert book.git("log", "-1", "--format=%(trailers:key=Ticket,valueonly)").strip() == "4711"
    assert book.json("log", case_id)["log"][0]["commit"]["subject"] == f"{case_id} open"


def test_a_surrounding_git_does_not_lead_us_to_its_own_repository(book: Book, tmp_path: Path) -> None:
    git(tmp_path, book.variables, "init", "--quiet", "other")
    inside_a_hook = {
        "GIT_DIR": str(tmp_path / "other" / ".git"),
        "GIT_INDEX_FILE": str(tmp_path / "other" / ".git" / "index"),
        "GIT_WORK_TREE": str(tmp_path / "other"),
    }
    before = book.head()
    book.call("open", "--title", "t", env=inside_a_hook, check=0)
    assert book.git("rev-parse", "HEAD~1").strip() == before
    assert not (tmp_path / "other" / ".git" / "index").exists()


def test_the_user_s_odd_git_settings_do_not_matter(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    for name, value in (
        ("core.autocrlf", "true"),
        ("status.showUntrackedFiles", "no"),
        ("core.quotePath", "true"),
        ("commit.verbose", "true"),
        ("core.commentChar", "C"),
        ("commit.cleanup", "scissors"),
        ("log.showSignature", "true"),
        ("log.decorate", "full"),
        ("color.ui", "always"),
    ):
        book.git("config", name, value)
    (tmp_path / "照片.jpg").write_bytes(b"\r\n\n")
    case_id = book.open("t")
    book.call("attach", case_id, str(tmp_path / "照片.jpg"), check=0)
    book.call("close", case_id, "--outcome", "withdrawn", check=0)
    subjects = book.git("log", "--format=%s", "--no-color").splitlines()
    assert subjects[:3] == [f"{case_id} close: withdrawn", f"{case_id} attach", f"{case_id} open"]
    assert [entry["commit"] is not None for entry in book.json("log", case_id)["log"]] == [True] * 3
    assert book.git("status", "--porcelain") == ""


def test_in_a_work_tree_beside_the_repository_it_works_too(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    book.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    side = Book(root=tmp_path / "side", variables=book.variables)
    side.call("note", opened, "x", check=0)
    assert side.git("log", "-1", "--format=%s") == f"{opened} note\n"
    assert book.git("log", "-1", "--format=%s") == f"{opened} open\n"


def test_a_case_typed_in_any_letters_and_by_any_part_is_found(book: Book, case_id: str) -> None:
    for part in (case_id, case_id.lower(), case_id[-5:], case_id[-5:].lower(), f" {case_id} "):
        assert book.json("show", part)["case"]["id"] == case_id
    assert "No case matches" in refused(book, 5, "show", " ")


def test_a_folder_reached_through_a_link_is_the_same_casebook(
    book: Book, case_id: str, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(book.root)
    before = book.head()
    run(tmp_path / "link", book.variables, "note", case_id, "x", check=0)
    assert book.git("rev-parse", "HEAD~1").strip() == before


def test_resolve_names_the_united_files_for_machines_too(tmp_path: Path) -> None:
    ours = make_book(tmp_path)
    case_id = ours.open("t")
    theirs = ours.clone(tmp_path / "theirs")
    ours.call("note", case_id, "ours", check=0)
    theirs.call("note", case_id, "theirs", check=0)
    theirs.git("fetch", "--quiet")
    merging = ["git", "merge", "--quiet", "origin/main"]
    done = subprocess.run(
        merging, cwd=theirs.root, env=dict(theirs.variables), capture_output=True, check=False
    )
    assert done.returncode == 1
    assert theirs.json("resolve") == {
        "version": 1,
        "resolved": [f"cases/open/{case_id}.yaml"],
        "left": [],
    }
    theirs.git("commit", "--quiet", "--no-edit")
    assert {event.get("text") for event in theirs.json("show", case_id)["case"]["history"]} == {
        None,
        "ours",
        "theirs",
    }
