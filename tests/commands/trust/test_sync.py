"""`sync` against a bare repository: what came in and went out, what stops it, and that a killed one loses nothing."""

import re
from pathlib import Path

import pytest

from tests.casebooks import Book, author, git, make_book, without_identity
from tests.commands.casebook.clones import read
from tests.commands.trust.test_merge_driver import POLICY


@pytest.fixture
def ours(tmp_path: Path) -> Book:
    """A clone of a bare repository, of li.wei."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    made = make_book(tmp_path, tmp_path / "policy.yaml")
    git(tmp_path, made.variables, "clone", "--quiet", "--bare", "book", "hub.git")
    made.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    made.git("fetch", "--quiet", "origin")
    made.git("branch", "--quiet", "--set-upstream-to=origin/main")
    return made


@pytest.fixture
def case_id(ours: Book) -> str:
    made = ours.open("Battery swells", "--channel", "phone", "--received", "5h", "--at", "5h")
    ours.call("sync", check=0)
    return made


@pytest.fixture
def theirs(ours: Book, case_id: str, tmp_path: Path) -> Book:
    """Another clone, of zhao.min."""
    assert case_id
    git(tmp_path, ours.variables, "clone", "--quiet", "hub.git", "theirs")
    return Book(root=tmp_path / "theirs", variables={**ours.variables, **author("zhao.min")})


def did(book: Book, case_id: str) -> list[str]:
    return [event.did for event in read(book.file(case_id)).history]


def hub_head(book: Book) -> str:
    return git(book.root.parent, book.variables, "-C", "hub.git", "rev-parse", "main").strip()


def test_sync_says_case_by_case_who_did_what_and_sends_what_is_new_here(
    ours: Book, theirs: Book, case_id: str
) -> None:
    # Events of one second would be ordered by their ids.
    theirs.call("note", case_id, "two", "--at", "3h", check=0)
    theirs.call("assign", case_id, "--to", "zhao.min", "--at", "2h", check=0)
    sent = theirs.call("sync", check=0)
    assert sent.stdout == ""
    assert sent.stderr.splitlines() == [
        "Nothing new came in from origin/main.",
        "Went out to origin/main: 2 events in 1 case.",
    ]
    ours.call("note", case_id, "one", check=0)
    came = ours.call("sync", check=0)
    assert came.stdout == f"{case_id}: zhao.min: note, assign\n"
    assert came.stderr.splitlines() == [
        "Came in from origin/main: 2 events in 1 case.",
        "Went out to origin/main: 1 event in 1 case.",
    ]
    assert hub_head(ours) == ours.head()
    assert sorted(did(ours, case_id)) == ["assign", "note", "note", "open"]
    answer = theirs.json("sync")
    assert answer["way"] == "forward"
    assert not answer["pushed"]
    assert [event["did"] for event in answer["received"]["cases"][0]["events"]] == ["note"]
    assert ours.file(case_id).read_bytes() == theirs.file(case_id).read_bytes()


@pytest.mark.nightly
def test_a_rebase_keeps_a_straight_history(ours: Book, theirs: Book, case_id: str) -> None:
    for text in ("two", "four"):
        theirs.call("note", case_id, text, check=0)
    theirs.call("sync", check=0)
    for text in ("one", "three"):
        ours.call("note", case_id, text, check=0)
    assert ours.json("sync", "--rebase")["way"] == "rebase"
    assert did(ours, case_id) == ["open", "note", "note", "note", "note"]
    assert ours.git("rev-list", "--merges", "HEAD") == ""
    assert hub_head(ours) == ours.head()


@pytest.mark.nightly
def test_a_case_closed_here_and_changed_there_is_closed_with_both(
    ours: Book, theirs: Book, case_id: str
) -> None:
    theirs.call("note", case_id, "two", check=0)
    theirs.call("sync", check=0)
    ours.call("close", case_id, "--outcome", "withdrawn", check=0)
    answer = ours.json("sync")
    assert answer["united"] == [f"cases/closed/{case_id[2:6]}/{case_id[6:8]}/{case_id}.yaml"]
    assert sorted(did(ours, case_id)) == ["close", "note", "open"]
    assert ours.git("status", "--porcelain") == ""


def test_a_contradiction_is_left_to_a_person_and_the_next_sync_sends_what_was_decided(
    ours: Book, theirs: Book, case_id: str
) -> None:
    theirs.call("assign", case_id, "--to", "zhao.min", check=0)
    theirs.call("sync", check=0)
    ours.call("assign", case_id, "--to", "li.wei", check=0)
    stopped = ours.call("sync", "--json", check=4)
    assert [entry["field"] for entry in stopped.json()["left"]] == ["owner"]
    assert "git merge --abort" in stopped.stderr
    assert "merge is in progress" in ours.call("sync", check=4).stderr
    path = ours.file(case_id)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"owner: zhao.min\n", "owner: li.wei\n", text), encoding="utf-8")
    ours.call("resolve", "--commit", check=0)
    assert ours.json("sync")["pushed"]
    assert hub_head(ours) == ours.head()


def test_somebody_who_pushes_between_our_fetch_and_our_push_is_united_with(
    ours: Book, theirs: Book, case_id: str
) -> None:
    theirs.call("note", case_id, "two", check=0)
    ours.call("note", case_id, "one", check=0)
    hook = ours.root / ".git" / "hooks" / "pre-push"
    hook.write_text(
        f"#!/bin/sh\nrm -f .git/hooks/pre-push\nunset GIT_DIR\ngit -C '{theirs.root}' push --quiet\n",
        encoding="utf-8",
    )
    hook.chmod(0o755)
    answer = ours.json("sync")
    assert answer["pushed"]
    assert [event["by"] for event in answer["received"]["cases"][0]["events"]] == ["zhao.min"]
    assert [event["by"] for event in answer["sent"]["cases"][0]["events"]] == ["li.wei"]
    assert hub_head(ours) == ours.head()


@pytest.mark.nightly
def test_a_history_that_was_rewritten_over_there_is_noticed_and_nothing_is_merged(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.call("note", case_id, "one", check=0)
    ours.call("sync", check=0)
    head = ours.head()
    theirs.call("note", case_id, "two", check=0)
    theirs.git("push", "--quiet", "--force")
    for _time in range(2):
        stopped = ours.call("sync", check=1)
        assert stopped.stderr.startswith(f"origin/main lost commits that it had: {head[:10]} ")
        assert ours.head() == head
    assert ours.json("sync", check=1)["rewritten"] == head
    ours.git("reset", "--quiet", "--hard", "origin/main")
    ours.call("sync", check=0)


def test_what_contradicts_the_history_is_neither_merged_nor_pushed(
    ours: Book, theirs: Book, case_id: str
) -> None:
    theirs.call("note", case_id, "two", check=0)
    path = theirs.file(case_id)
    path.write_text(path.read_text(encoding="utf-8").replace("did: open", "did: ack"), encoding="utf-8")
    theirs.git("commit", "--quiet", "--all", "--message", "tidy up")
    theirs.git("push", "--quiet")
    cheat = theirs.head()
    ours.call("note", case_id, "one", check=0)
    head = ours.head()
    for _time in range(2):
        stopped = ours.call("sync", check=1)
        assert f"cases/open/{case_id}.yaml" in stopped.stderr
        assert cheat[:10] in stopped.stderr
        assert stopped.stderr.splitlines()[-1].startswith(
            "What came in from origin/main contradicts the history."
        )
        assert ours.head() == head
        assert hub_head(ours) == cheat
    assert cheat in [finding["commit"] for finding in ours.json("sync", check=1)["findings"]]


def said(book: Book, code: int, env: dict[str, str] | None = None) -> str:
    """What a sync says that cannot begin: one line, and nothing changed."""
    before = book.git("status", "--porcelain"), book.git("rev-parse", "--quiet", "HEAD")
    result = book.call("sync", env=env, check=code)
    assert before == (book.git("status", "--porcelain"), book.git("rev-parse", "--quiet", "HEAD"))
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_what_stops_a_sync_is_said_in_one_line(ours: Book, case_id: str, tmp_path: Path) -> None:
    path = ours.file(case_id)
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert f"cases/open/{case_id}.yaml" in said(ours, 3)
    ours.git("restore", ".")
    ours.git("checkout", "--quiet", "--detach")
    assert "No branch is checked out" in said(ours, 4)
    ours.git("checkout", "--quiet", "-b", "other")
    assert "git push --set-upstream origin other" in said(ours, 4)
    ours.git("checkout", "--quiet", "main")
    ours.git("remote", "set-url", "origin", str(tmp_path / "nothing.git"))
    assert "is no git repository" in said(ours, 4)
    ours.git("remote", "set-url", "origin", "http://127.0.0.1:9/hub.git")
    assert "cannot be reached" in said(ours, 4)
    ours.git("remote", "set-url", "origin", f"file://{tmp_path}/hub.git")
    git(tmp_path, ours.variables, "clone", "--quiet", "--depth=1", f"file://{tmp_path}/hub.git", "shallow")
    shallow = Book(root=tmp_path / "shallow", variables=ours.variables)
    assert "git fetch --unshallow" in said(shallow, 4)
    stranger = Book(root=ours.root, variables=without_identity(ours.variables))
    assert "git config --global user.name" in said(stranger, 4)
    ours.git("remote", "remove", "origin")
    assert "knows no other repository" in said(ours, 4)


def test_a_remote_that_refuses_is_quoted_and_the_work_is_safe(
    ours: Book, case_id: str, tmp_path: Path
) -> None:
    hook = tmp_path / "hub.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'main is protected' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    ours.call("note", case_id, "one", check=0)
    assert "refused what you recorded: main is protected." in said(ours, 4)
    hook.unlink()
    ours.call("sync", check=0)


def test_a_question_for_a_password_ends_the_sync(ours: Book, tmp_path: Path) -> None:
    program = tmp_path / "ssh"
    program.write_text(
        "#!/bin/sh\necho 'git@hub: Permission denied (publickey).' >&2\nexit 255\n", encoding="utf-8"
    )
    program.chmod(0o755)
    ours.git("remote", "set-url", "origin", "git@hub:team/complaints.git")
    assert "does not let you in" in said(ours, 4, env={"GIT_SSH_COMMAND": str(program)})


def test_a_first_sync_fills_an_empty_remote(ours: Book, tmp_path: Path) -> None:
    git(tmp_path, ours.variables, "init", "--quiet", "--bare", "--initial-branch=main", "empty.git")
    ours.git("remote", "set-url", "origin", str(tmp_path / "empty.git"))
    case_id = ours.open("Late", "--channel", "phone")
    answer = ours.json("sync")
    assert answer["pushed"]
    assert case_id in [case["id"] for case in answer["sent"]["cases"]]


def test_cases_in_no_commit_are_named(ours: Book, case_id: str) -> None:
    assert case_id
    other = ours.open("Late", "--channel", "phone", "--no-commit")
    assert f"In no commit, so not sent: cases/open/{other}.yaml" in ours.call("sync", check=0).stderr
