"""Checkpoints: signed by ssh-keygen, checked by ssh-keygen and sha256sum alone, and what they make visible."""

import dataclasses
import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaintctl.domain.audit.checkpoints import checkpoint
from complaintctl.domain.privacy.rewrite_map import RewriteMap, write_rewrite_map
from tests.casebooks import Book, author, make_book, refused

PEOPLE = ("li.wei", "zhang.min", "eve")


@functools.cache
def keys() -> Path:
    """A folder with a key for each person, made once."""
    folder = Path(tempfile.mkdtemp(prefix="complaintctl-keys-"))
    for name in PEOPLE:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(command, check=True)
    return folder


@pytest.fixture(scope="module", autouse=True)
def _remove_keys() -> Iterator[None]:
    yield
    shutil.rmtree(keys())
    keys.cache_clear()


def key(name: str) -> str:
    return str(keys() / name)


def public_key(name: str) -> str:
    return (keys() / f"{name}.pub").read_text(encoding="utf-8").strip()


def set_policy(book: Book, *, witnesses: int, signers: tuple[str, ...]) -> None:
    """Write who signs into the policy, and commit it."""
    path = book.root / "complaintctl.yaml"
    text = path.read_text(encoding="utf-8").partition("\n# signers\n")[0]
    text = re.sub(r"^people:.*(\n#? +.*)*", "", text, flags=re.MULTILINE)
    people = "".join(
        f'  {name}: {{email: {name}@example.com, signing_keys: ["{public_key(name)}"]}}\n' for name in signers
    )
    rules = f"\n# signers\ntrust: {{witnesses: {witnesses}, squash: refused}}\npeople:\n{people}"
    path.write_text(text + rules, encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "who signs")


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A casebook with two cases, whose checkpoints two people sign; the tests work on copies."""
    made = make_book(tmp_path_factory.mktemp("pattern"))
    set_policy(made, witnesses=2, signers=("li.wei", "zhang.min"))
    for title in ("one", "two"):
        made.call("note", made.open(title), "called", check=0)
    return made


@pytest.fixture(scope="module")
def signed_pattern(pattern: Book, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The same with a checkpoint that two people signed."""
    made = copied(pattern, tmp_path_factory.mktemp("signed"))
    for name in ("li.wei", "zhang.min"):
        sign(made, name)
    return made


def copied(pattern: Book, folder: Path) -> Book:
    shutil.copytree(pattern.root, folder / "book", symlinks=True)
    return Book(root=folder / "book", variables=pattern.variables)


@pytest.fixture
def book(pattern: Book, tmp_path: Path) -> Book:
    """A casebook without a checkpoint."""
    return copied(pattern, tmp_path)


@pytest.fixture
def signed_book(signed_pattern: Book, tmp_path: Path) -> Book:
    """A casebook with a checkpoint, of which there is a copy outside."""
    made = copied(signed_pattern, tmp_path)
    shutil.copytree(made.root / "checkpoints", tmp_path / "outside")
    return made


def sign(book: Book, name: str, *options: str, check: int = 0) -> str:
    result = book.call("verify", "--sign", "--key", key(name), *options, env=author(name), check=check)
    return result.stdout + result.stderr


def signed(book: Book) -> Path:
    """A checkpoint that two people signed, kept outside."""
    sign(book, "li.wei")
    sign(book, "zhang.min")
    outside = book.root.parent / "outside"
    shutil.copytree(book.root / "checkpoints", outside)
    return outside


def findings(book: Book, place: Path, check: int = 1) -> str:
    result = book.call("verify", "--checkpoint", str(place), check=check)
    return result.stdout + result.stderr


def keys_found(book: Book, place: Path) -> set[str]:
    """The keys of what contradicts a checkpoint."""
    answer = book.call("verify", "--checkpoint", str(place), "--json").json()["verify"]
    return {found["key"] for found in answer["findings"] if found["key"].startswith("checkpoint-")}


def cases(book: Book) -> list[Path]:
    return sorted((book.root / "cases").rglob("*.yaml"))


def commit_all(book: Book) -> None:
    book.git("add", "--all")
    book.git("commit", "--quiet", "--message", "by hand")


def test_two_people_sign_and_the_checkpoint_counts(book: Book) -> None:
    sign(book, "li.wei")
    assert book.git("log", "-1", "--format=%s").strip() == "checkpoint 1 of 2 cases: signed by li.wei"
    (waiting,) = book.json("verify", check=0)["verify"]["warnings"]
    assert waiting["key"] == "checkpoint-too-few"
    assert (waiting["facts"]["count"], waiting["facts"]["needed"]) == (1, 2)
    assert "people who signed it: 1, needed: 2" in findings(book, book.root / "checkpoints")
    sign(book, "zhang.min")
    names = sorted(path.name for path in (book.root / "checkpoints").iterdir())
    assert names == ["1.leaves", "1.li.wei.sig", "1.note", "1.zhang.min.sig"]
    book.call("verify", check=0)
    book.call("note", cases(book)[0].stem, "later", check=0)
    book.call("verify", "--checkpoint", "checkpoints", check=0)


def test_ssh_keygen_and_sha256sum_alone_check_it(signed_book: Book) -> None:
    """The commands of docs/checkpoint.md."""
    folder = signed_book.root.parent / "outside"
    (folder / "allowed_signers").write_text(f"li.wei {public_key('li.wei')}\n", encoding="utf-8")
    verify = "ssh-keygen -Y verify -n complaintctl-checkpoint -f allowed_signers -I li.wei -s 1.li.wei.sig < 1.note"
    sums = "grep -E '^[0-9a-f]{64}  ' 1.note | sha256sum --check"
    for command in (verify, sums):
        subprocess.run(["bash", "-c", command], cwd=folder, check=True, capture_output=True)
    with (folder / "1.leaves").open("a", encoding="utf-8") as leaves:
        leaves.write("\n")
    assert subprocess.run(["bash", "-c", sums], cwd=folder, check=False, capture_output=True).returncode


def test_a_fresh_clone_sees_what_was_cut_off(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    both = {path.stem for path in cases(signed_book)}
    signed_book.git("reset", "--quiet", "--hard", "HEAD~4")
    (first,) = cases(signed_book)
    (second,) = both - {first.stem}
    said = findings(signed_book.clone(tmp_path / "clone"), outside)
    assert "the commit of checkpoint 1" in said
    assert "is not in this history" in said
    assert f"{second} is gone: checkpoint 1" in said
    assert first.stem not in said


def test_a_deleted_case_is_named(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    gone = cases(signed_book)[1]
    gone.unlink()
    commit_all(signed_book)
    said = findings(signed_book, outside)
    assert f"{gone.stem} is gone: checkpoint 1" in said
    assert "recorded events: 2" in said
    assert "is not in this history" not in said


def test_a_deleted_and_a_rewritten_event_are_named(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    first, second = cases(signed_book)
    lines = first.read_text(encoding="utf-8").splitlines(keepends=True)
    first.write_text("".join(lines[:-1]), encoding="utf-8")
    text = second.read_text(encoding="utf-8")
    second.write_text(text.replace("by: li.wei, did: note", "by: eve, did: note"), encoding="utf-8")
    commit_all(signed_book)
    said = findings(signed_book, outside)
    event = re.findall(r"id: \"?([0-9A-Z]{8})", lines[-1])[0]
    assert f"the event {event} of {first.stem} is gone: checkpoint 1" in said
    event = re.findall(r"did: note.*id: ([0-9A-Z]{8})", text)[0]
    assert f"the event {event} of {second.stem} was rewritten after checkpoint 1" in said


def test_a_swapped_event_is_named(book: Book) -> None:
    path = cases(book)[0]
    book.call("note", path.stem, "called again", check=0)
    outside = signed(book)
    *head, one, two = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*head, two, one]), encoding="utf-8")
    commit_all(book)
    assert f"events of {path.stem} stand in another order" in findings(book, outside)


def test_a_changed_hash_of_an_attachment_is_found(book: Book, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"photo")
    path = cases(book)[0]
    book.call("attach", path.stem, str(tmp_path / "photo.jpg"), check=0)
    outside = signed(book)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"[0-9a-f]{64}", "a" * 64, text), encoding="utf-8")
    commit_all(book)
    assert "or the hash of an attachment, was rewritten" in findings(book, outside)


def test_a_case_with_faults_is_named(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    path = cases(signed_book)[0]
    path.write_text(path.read_text(encoding="utf-8").replace("did: note", "did: [note"), encoding="utf-8")
    commit_all(signed_book)
    assert f"{path.stem} has faults and cannot be compared with checkpoint 1" in findings(
        signed_book, outside, 4
    )


def test_free_text_may_go_and_the_checkpoint_stays_valid(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    path = cases(signed_book)[0]
    text = path.read_text(encoding="utf-8")
    assert "text: called" in text
    path.write_text(text.replace("text: called", "text: erased"), encoding="utf-8")
    commit_all(signed_book)
    assert keys_found(signed_book, outside) == set()


def test_a_merge_that_puts_events_between_is_innocent(book: Book, tmp_path: Path) -> None:
    path = cases(book)[0]
    other = book.clone(tmp_path / "other")
    other.call("heard", path.stem, "--via", "phone", check=0)
    book.call("note", path.stem, "meanwhile", check=0)
    outside = signed(book)
    book.git("fetch", "--quiet", str(other.root), "HEAD")
    with pytest.raises(AssertionError):
        book.git("merge", "--quiet", "FETCH_HEAD")
    book.call("resolve", "--commit", check=0)
    book.call("verify", "--checkpoint", str(outside), check=0)


def test_nobody_signs_twice_and_a_new_event_makes_a_new_checkpoint(book: Book) -> None:
    sign(book, "li.wei")
    assert "Nothing was recorded since checkpoint 1" in sign(book, "li.wei", check=3)
    sign(book, "zhang.min")
    book.call("note", cases(book)[0].stem, "later", check=0)
    sign(book, "zhang.min")
    second = (book.root / "checkpoints" / "2.note").read_text(encoding="utf-8")
    assert second.splitlines()[-1].endswith("  1.note")
    (book.root / "checkpoints" / "1.note").unlink()
    assert "1.note is gone, which checkpoint 2 names" in findings(book, book.root / "checkpoints")


def test_a_witness_does_not_sign_what_the_commit_does_not_have(book: Book, tmp_path: Path) -> None:
    folder = tmp_path / "forged"
    folder.mkdir()
    sign(book, "li.wei", "-o", str(folder))
    data = (folder / "1.leaves").read_bytes()
    one, two = checkpoint.parse_leaves(data)
    content = checkpoint.parse_note((folder / "1.note").read_bytes())
    leaves = (one, dataclasses.replace(two, digest="0" * 64))
    text = checkpoint.leaves_text(leaves).encode()
    forged = dataclasses.replace(
        content, root=checkpoint.merkle_root(leaves), leaves=checkpoint.file_digest(text)
    )
    (folder / "1.leaves").write_bytes(text)
    (folder / "1.note").write_bytes(checkpoint.note_text(forged).encode())
    (folder / "1.li.wei.sig").unlink()
    command = ["ssh-keygen", "-Y", "sign", "-n", "complaintctl-checkpoint", "-f", key("li.wei")]
    note = (folder / "1.note").read_bytes()
    (folder / "1.li.wei.sig").write_bytes(
        subprocess.run(command, input=note, capture_output=True, check=True).stdout
    )
    said = sign(book, "zhang.min", "-o", str(folder), check=1)
    assert "checkpoint 1 does not list what its commit contains" in said
    assert "Nothing was signed, because something contradicts" in said
    assert not (folder / "1.zhang.min.sig").exists()


def test_nobody_signs_while_something_contradicts(book: Book) -> None:
    path = cases(book)[0]
    path.write_text(path.read_text(encoding="utf-8").replace("by: li.wei, did: note", "by: eve, did: note"))
    commit_all(book)
    assert "Nothing was signed, because something contradicts" in sign(book, "li.wei", check=1)
    assert not (book.root / "checkpoints").exists()


def test_a_commit_that_takes_a_checkpoint_away_is_named(book: Book) -> None:
    signed(book)
    book.git("rm", "--quiet", "-r", "checkpoints")
    book.git("commit", "--quiet", "--message", "tidy up")
    result = book.call("verify", check=1)
    for name in ("1.note", "1.leaves", "1.li.wei.sig", "1.zhang.min.sig"):
        assert f"{name}, a file of a checkpoint, was removed or changed" in result.stdout
    book.git("revert", "--no-edit", "HEAD")
    book.call("verify", check=0)


def test_a_folder_for_checkpoints_must_be_there_and_lie_elsewhere(book: Book, tmp_path: Path) -> None:
    for place, wrong in ((tmp_path / "usb", "no-such-folder"), (book.root / "cases", "sign-folder-inside")):
        said = book.call("verify", "--sign", "--key", key("li.wei"), "-o", str(place), "--json", check=2)
        assert said.json()["error"]["key"] == wrong
    said = book.call("verify", "--checkpoint", "checkpoints", check=2)
    assert "complaintctl verify --sign" in said.stderr


def test_keys_that_do_not_count_are_named(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    signature = (outside / "1.zhang.min.sig").read_bytes()
    assert "belongs to nobody in the policy" in refused(
        signed_book, 3, "verify", "--sign", "--key", key("eve")
    )
    # The signature of the same person under another name is no second witness.
    (outside / "1.zhang.min.sig").write_bytes((outside / "1.li.wei.sig").read_bytes())
    assert "people who signed it: 1, needed: 2" in findings(signed_book, outside)
    note = (outside / "1.note").read_bytes()
    command = ["ssh-keygen", "-Y", "sign", "-n", "complaintctl-checkpoint", "-f", key("eve")]
    eve = subprocess.run(command, input=note, capture_output=True, check=True).stdout
    (outside / "1.zhang.min.sig").write_bytes(eve)
    assert "1.zhang.min.sig is by a key of nobody in the policy" in findings(signed_book, outside)
    file = subprocess.run(
        [*command[:4], "file", "-f", key("zhang.min")], input=note, capture_output=True, check=True
    )
    (outside / "1.zhang.min.sig").write_bytes(file.stdout)
    assert "1.zhang.min.sig is no valid signature of checkpoint 1" in findings(signed_book, outside)
    (outside / "1.zhang.min.sig").write_bytes(signature[:80])
    assert "1.zhang.min.sig is no valid signature of checkpoint 1" in findings(signed_book, outside)


def test_a_damaged_note_and_other_leaves_are_named(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    note = (outside / "1.note").read_text(encoding="utf-8")
    (outside / "1.note").write_text(note.replace("\n2\n", "\n3\n"), encoding="utf-8")
    assert "1.leaves is not the list that its note was signed for" in findings(signed_book, outside)
    (outside / "1.note").write_text(note[:-9], encoding="utf-8")
    assert "1.note is not the note of a checkpoint" in findings(signed_book, outside)
    (outside / "1.note").write_text(note.replace("time 20", "time 19"), encoding="utf-8")
    assert "1.li.wei.sig is no valid signature of checkpoint 1" in findings(signed_book, outside)


def test_a_checkpoint_stays_valid_when_a_signer_leaves(signed_book: Book, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    set_policy(signed_book, witnesses=2, signers=("li.wei",))
    signed_book.call("verify", "--checkpoint", str(outside), check=0)
    signed_book.call("note", cases(signed_book)[0].stem, "later", check=0)
    assert "belongs to nobody" in sign(signed_book, "zhang.min", check=3)


def test_what_is_missing_is_said(book: Book, tmp_path: Path) -> None:
    said = refused(book, 2, "verify", "--sign")
    assert "There is no key to sign with" in said
    assert "--key belong to --sign" in refused(book, 2, "verify", "--key", key("li.wei"))
    assert "is no checkpoint" in refused(book, 2, "verify", "--checkpoint", str(tmp_path / "9.note"))
    only_git = tmp_path / "bin"
    only_git.mkdir()
    git = shutil.which("git")
    assert git
    (only_git / "git").symlink_to(git)
    said = refused(book, 4, "verify", "--sign", "--key", key("li.wei"), env={"PATH": str(only_git)})
    assert "ssh-keygen was not found" in said


def test_the_key_of_git_and_of_ssh_agent_sign(book: Book) -> None:
    book.git("config", "user.signingkey", key("li.wei"))
    book.call("verify", "--sign", check=0)
    agent = subprocess.run(["ssh-agent", "-s"], capture_output=True, check=True, text=True).stdout
    socket, process = re.findall(r"SSH_AUTH_SOCK=([^;]+)|SSH_AGENT_PID=(\d+)", agent)
    try:
        known = {"SSH_AUTH_SOCK": socket[0]}
        subprocess.run(
            ["ssh-add", "-q", key("zhang.min")],
            env={**book.variables, **known},
            check=True,
            capture_output=True,
        )
        book.git("config", "user.signingkey", f"key::{public_key('zhang.min')}")
        book.call("verify", "--sign", env=known, check=0)
    finally:
        subprocess.run(["kill", process[1]], check=True)
    assert (book.root / "checkpoints" / "1.zhang.min.sig").is_file()


def rewrite_history(book: Book) -> dict[str, str]:
    """Gives every commit another hash and removes the old ones; returns old commits and the new ones."""
    old = book.git("rev-list", "--reverse", "HEAD").split()
    book.git("filter-branch", "-f", "--msg-filter", "cat; echo; echo 'Rewritten: yes'", "HEAD")
    book.git("update-ref", "-d", "refs/original/refs/heads/main")
    book.git("reflog", "expire", "--expire=now", "--all")
    book.git("gc", "--quiet", "--prune=now")
    return dict(zip(old, book.git("rev-list", "--reverse", "HEAD").split(), strict=True))


@pytest.mark.nightly
def test_a_committed_map_explains_the_commits_that_a_rewriting_removed(signed_book: Book) -> None:
    book = signed_book
    commits = rewrite_history(book)
    assert keys_found(book, book.root / "checkpoints") == {"checkpoint-commit-gone"}
    sign(book, "li.wei", check=1)
    rewrite = RewriteMap(at=datetime(2026, 11, 21, tzinfo=UTC), by="li.wei", cases=(), commits=commits)
    path = book.root / "history-rewrites" / "20261121-1.map"
    path.parent.mkdir()
    path.write_text(write_rewrite_map(rewrite), encoding="utf-8")
    assert keys_found(book, book.root / "checkpoints") == {"checkpoint-commit-gone"}
    commit_all(book)
    found = book.json("verify", "--checkpoint", str(book.root / "checkpoints"), check=0)["verify"]["warnings"]
    rewriters = [entry["facts"]["by"] for entry in found if entry["key"] == "checkpoint-commit-rewritten"]
    assert set(rewriters) == {"li.wei"}
    for name in ("li.wei", "zhang.min"):
        assert "Checkpoint 2 over 2 cases" in sign(book, name)
    assert "checkpoint-commit-rewritten" not in book.call("verify", "--json", check=0).stdout
    # A case less is found, whatever a map says.
    book.git("rm", "--quiet", str(cases(book)[0]))
    commit_all(book)
    assert "is gone: checkpoint" in findings(book, book.root / "checkpoints")


def test_the_summary_counts_one_as_one(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    book.open("one")
    said = book.call("verify", check=0)
    assert re.search(r"Verified: \d+ commits?, 1 case, 1 event\.", said.stdout + said.stderr)
