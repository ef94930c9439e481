"""Ways to cheat with plain git or an editor: each is found, with its file and its commit; innocent histories are not."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.casebooks import Book, author, make_book
from tests.commands.trust.attacks.story import LI_WEI, copy_story

ATTACHMENT: Final = "photo.txt"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A casebook with two open cases, a closed one and an attachment; every event is a commit."""

    book: Book
    one: str
    two: str
    closed: str

    def copy(self, folder: Path) -> "Desk":
        shutil.copytree(self.book.root, folder / "book", symlinks=True)
        book = Book(root=folder / "book", variables=self.book.variables)
        return Desk(book=book, one=self.one, two=self.two, closed=self.closed)

    def path(self, case_id: str) -> str:
        return self.book.file(case_id).relative_to(self.book.root).as_posix()

    def text(self, case_id: str) -> str:
        return self.book.file(case_id).read_text(encoding="utf-8")

    def write(self, case_id: str, text: str) -> None:
        self.book.file(case_id).write_text(text, encoding="utf-8")

    def events(self, case_id: str) -> list[str]:
        return [line for line in self.text(case_id).splitlines(keepends=True) if line.startswith("  - {at:")]

    def commit(self, message: str = "tidy up") -> str:
        """Commits everything by hand; returns the hash."""
        self.book.git("add", "--all")
        self.book.git("commit", "--quiet", "--message", message)
        return self.book.head()

    def verify(self, *options: str) -> Any:
        return self.book.call("verify", *options, "--json").json()["verify"]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("attacked")
    book = make_book(folder, lang="en")
    one = book.open("a lamp flickers", "--description", "It flickers.", "--owner", "li.wei")
    book.call("assess", one, "--text", "looked at it", check=0)
    book.call("note", one, "the customer sends it back", check=0)
    (folder / ATTACHMENT).write_text("a photo", encoding="utf-8")
    book.call("attach", one, str(folder / ATTACHMENT), check=0)
    book.call("note", one, "it arrived", check=0)
    two = book.open("a fan rattles", "--owner", "li.wei")
    book.call("note", two, "called back", check=0)
    closed = book.open("a wrong number", "--owner", "li.wei")
    book.call("close", closed, "--outcome", "withdrawn", check=0)
    return Desk(book=book, one=one, two=two, closed=closed)


@pytest.fixture
def desk(origin: Desk, tmp_path: Path) -> Desk:
    return origin.copy(tmp_path)


@dataclass(frozen=True, kw_only=True)
class Caught:
    """What must be found: the key, the file and the commit."""

    key: str
    file: str
    commit: str


def event_deleted(desk: Desk) -> Caught:
    desk.write(desk.one, desk.text(desk.one).replace(desk.events(desk.one)[2], ""))
    return Caught(key="audit-event-removed", file=desk.path(desk.one), commit=desk.commit())


def last_event_deleted(desk: Desk) -> Caught:
    desk.write(desk.one, desk.text(desk.one).replace(desk.events(desk.one)[-1], ""))
    return Caught(key="audit-event-removed", file=desk.path(desk.one), commit=desk.commit())


def file_taken_from_the_past(desk: Desk) -> Caught:
    path = desk.path(desk.one)
    first = desk.book.git("log", "--format=%H", "--reverse", "--", path).split()[1]
    desk.book.git("checkout", "--quiet", first, "--", path)
    return Caught(key="audit-event-removed", file=path, commit=desk.commit())


def case_deleted(desk: Desk) -> Caught:
    path = desk.path(desk.two)
    desk.book.file(desk.two).unlink()
    return Caught(key="audit-case-deleted", file=path, commit=desk.commit())


def closed_case_deleted(desk: Desk) -> Caught:
    path = desk.path(desk.closed)
    desk.book.git("rm", "--quiet", path)
    return Caught(key="audit-case-deleted", file=path, commit=desk.commit())


def case_renamed_away(desk: Desk) -> Caught:
    path, other = desk.path(desk.two), f"{desk.two[:-5]}ZZZZZ"
    desk.write(desk.two, desk.text(desk.two).replace(desk.two, other))
    desk.book.file(desk.two).rename(desk.book.root / path.replace(desk.two, other))
    return Caught(key="audit-case-renamed", file=path, commit=desk.commit())


def case_hidden_in_another_folder(desk: Desk) -> Caught:
    path = desk.path(desk.two)
    (desk.book.root / "old").mkdir()
    desk.book.git("mv", path, "old/")
    return Caught(key="audit-case-deleted", file=path, commit=desk.commit())


def case_copied_under_a_new_id(desk: Desk) -> Caught:
    other = f"{desk.two[:-5]}ZZZZZ"
    path = desk.path(desk.two).replace(desk.two, other)
    (desk.book.root / path).write_text(desk.text(desk.two).replace(desk.two, other), encoding="utf-8")
    return Caught(key="audit-case-copied", file=path, commit=desk.commit())


def events_swapped(desk: Desk) -> Caught:
    events = desk.events(desk.one)
    text = desk.text(desk.one).replace(events[1] + events[2], events[2] + events[1])
    desk.write(desk.one, text)
    return Caught(key="audit-events-reordered", file=desk.path(desk.one), commit=desk.commit())


def text_rewritten(desk: Desk) -> Caught:
    desk.write(desk.one, desk.text(desk.one).replace("the customer sends it back", "nothing came"))
    return Caught(key="audit-event-changed", file=desk.path(desk.one), commit=desk.commit())


def finding_rewritten(desk: Desk) -> Caught:
    desk.write(desk.one, desk.text(desk.one).replace("looked at it", "user error"))
    return Caught(key="audit-event-changed", file=desk.path(desk.one), commit=desk.commit())


def text_rewritten_with_a_forged_erasing(desk: Desk) -> Caught:
    text = desk.text(desk.one).replace("the customer sends it back", "nothing came")
    last = desk.events(desk.one)[-1]
    forged = re.sub(r"did: note, text: it arrived", "did: erase", last)
    desk.write(desk.one, text + re.sub(r"id: \w{8}", "id: AAAAAAAA", forged))
    return Caught(key="audit-event-changed", file=desk.path(desk.one), commit=desk.commit())


def verdict_flipped(desk: Desk) -> Caught:
    old = desk.events(desk.one)[1]
    assert "met: true" in old
    desk.write(desk.one, desk.text(desk.one).replace(old, old.replace("met: true", "met: false")))
    return Caught(key="audit-event-changed", file=desk.path(desk.one), commit=desk.commit())


def id_recomputed_after_an_edit(desk: Desk) -> Caught:
    from complaintctl.domain.deadlines.history import compute_event_id
    from complaintctl.storage.case.casefile import read_case

    old = desk.events(desk.one)[-1]
    text = desk.text(desk.one).replace(old, old.replace("by: li.wei", "by: wang.lei"))
    desk.write(desk.one, text)
    loaded, _problems = read_case(desk.book.file(desk.one))
    assert loaded is not None
    history = loaded.case.history
    new_id = compute_event_id(history[-1], history[-2].id)
    desk.write(desk.one, text.replace(history[-1].id, new_id))
    return Caught(key="audit-event-removed", file=desk.path(desk.one), commit=desk.commit())


def event_invented_between(desk: Desk) -> Caught:
    event = desk.events(desk.one)[1]
    forged = re.sub(r"id: \w{8}", "id: AAAAAAAA", event)
    desk.write(desk.one, desk.text(desk.one).replace(event, event + forged))
    return Caught(key="audit-event-inserted", file=desk.path(desk.one), commit=desk.commit())


def event_replayed_in_another_case(desk: Desk) -> Caught:
    desk.write(desk.two, desk.text(desk.two) + desk.events(desk.one)[2])
    return Caught(key="audit-event-replayed", file=desk.path(desk.two), commit=desk.commit())


def event_doubled(desk: Desk) -> Caught:
    desk.write(desk.one, desk.text(desk.one) + desk.events(desk.one)[2])
    desk.commit()
    return Caught(key="audit-event-twice", file=desk.path(desk.one), commit=desk.book.head())


def attachment_replaced_with_its_hash(desk: Desk) -> Caught:
    path = f"attachments/{desk.one}/{ATTACHMENT}"
    old = hashlib.sha256((desk.book.root / path).read_bytes()).hexdigest()
    (desk.book.root / path).write_text("another photo", encoding="utf-8")
    new = hashlib.sha256(b"another photo").hexdigest()
    desk.write(desk.one, desk.text(desk.one).replace(old, new))
    return Caught(key="audit-attachment-changed", file=path, commit=desk.commit())


def hash_of_the_attachment_changed(desk: Desk) -> Caught:
    path = f"attachments/{desk.one}/{ATTACHMENT}"
    old = hashlib.sha256((desk.book.root / path).read_bytes()).hexdigest()
    desk.write(desk.one, desk.text(desk.one).replace(old, "0" * 64))
    return Caught(key="audit-attachment-hash", file=path, commit=desk.commit())


def attachment_deleted(desk: Desk) -> Caught:
    path = f"attachments/{desk.one}/{ATTACHMENT}"
    desk.book.git("rm", "--quiet", path)
    return Caught(key="audit-attachment-deleted", file=path, commit=desk.commit())


def attachment_removed_from_the_case_too(desk: Desk) -> Caught:
    path = f"attachments/{desk.one}/{ATTACHMENT}"
    desk.book.git("rm", "--quiet", path)
    desk.write(desk.one, re.sub(r"attachments:.*\n", "attachments:\n", desk.text(desk.one)))
    return Caught(key="audit-attachment-deleted", file=path, commit=desk.commit())


def event_reverted(desk: Desk) -> Caught:
    path = desk.path(desk.one)
    last = desk.book.git("log", "-1", "--format=%H", "--", path).strip()
    desk.book.git("revert", "--no-edit", last)
    return Caught(key="audit-event-removed", file=path, commit=desk.book.head())


def case_reverted(desk: Desk) -> Caught:
    closing, opening = desk.book.git("log", "-2", "--format=%H").split()
    desk.book.git("revert", "--no-edit", closing, opening)
    return Caught(key="audit-case-deleted", file=f"cases/open/{desk.closed}.yaml", commit=desk.book.head())


def moved_without_an_event(desk: Desk) -> Caught:
    closed = f"cases/closed/{desk.two[2:6]}/{desk.two[6:8]}"
    (desk.book.root / closed).mkdir(parents=True, exist_ok=True)
    desk.write(desk.two, desk.text(desk.two).replace("status: open", "status: closed"))
    desk.book.git("mv", desk.path(desk.two), f"{closed}/{desk.two}.yaml")
    return Caught(key="audit-moved-alone", file=f"{closed}/{desk.two}.yaml", commit=desk.commit())


def close_invented_with_the_move(desk: Desk) -> Caught:
    closed = f"cases/closed/{desk.two[2:6]}/{desk.two[6:8]}"
    (desk.book.root / closed).mkdir(parents=True, exist_ok=True)
    last = desk.events(desk.two)[-1]
    forged = re.sub(
        r"did: .*, id: \w{8}", "did: close, set: {outcome: [null, withdrawn]}, id: AAAAAAAA", last
    )
    text = desk.text(desk.two).replace("status: open", "status: closed")
    desk.write(desk.two, text.replace("outcome:\n", "outcome: withdrawn\n") + forged)
    desk.book.git("mv", desk.path(desk.two), f"{closed}/{desk.two}.yaml")
    return Caught(key="audit-chain", file=f"{closed}/{desk.two}.yaml", commit=desk.commit())


def case_in_both_folders(desk: Desk) -> Caught:
    closed = f"cases/closed/{desk.two[2:6]}/{desk.two[6:8]}"
    (desk.book.root / closed).mkdir(parents=True, exist_ok=True)
    shutil.copy(desk.book.file(desk.two), desk.book.root / closed)
    return Caught(key="audit-case-twice", file=f"cases/open/{desk.two}.yaml", commit=desk.commit())


def events_hidden_behind_a_text(desk: Desk) -> Caught:
    text = desk.text(desk.one)
    start = text.index("\nhistory:\n")
    kept = text[start:].replace('"', "'")
    fewer = kept.replace(desk.events(desk.one)[2], "").replace("\nhistory:", '\n"history":')
    desk.write(desk.one, f'{text[:start]}{fewer}x: {{note: "{kept}"}}\n')
    return Caught(key="audit-event-removed", file=desk.path(desk.one), commit=desk.commit())


def branch(desk: Desk, name: str) -> None:
    desk.book.git("checkout", "--quiet", "-b", name)


def two_sides(desk: Desk) -> None:
    """Notes on two branches that meet in one case; the merge stops."""
    branch(desk, "side")
    desk.book.call("note", desk.one, "from the side", check=0)
    desk.book.git("checkout", "--quiet", "main")
    desk.book.call("note", desk.one, "from the main line", check=0)
    subprocess.run(
        ["git", "merge", "--quiet", "--no-edit", "side"],
        cwd=desk.book.root,
        env=dict(desk.book.variables),
        capture_output=True,
        check=False,
    )


def merge_loses_a_side(desk: Desk) -> Caught:
    branch(desk, "side")
    desk.book.call("note", desk.one, "from the side", check=0)
    desk.book.git("checkout", "--quiet", "main")
    desk.book.call("note", desk.one, "from the main line", check=0)
    desk.book.git("merge", "--quiet", "--no-edit", "-s", "ours", "side")
    return Caught(key="audit-merge-lost-event", file=desk.path(desk.one), commit=desk.book.head())


def merge_loses_a_case(desk: Desk) -> Caught:
    branch(desk, "side")
    case = desk.book.open("only on the side")
    path = desk.path(case)
    desk.book.git("checkout", "--quiet", "main")
    desk.book.call("note", desk.one, "from the main line", check=0)
    desk.book.git("merge", "--quiet", "--no-edit", "-s", "ours", "side")
    return Caught(key="audit-case-deleted", file=path, commit=desk.book.head())


def merge_with_an_event_of_its_own(desk: Desk) -> Caught:
    two_sides(desk)
    desk.book.call("resolve", check=0)
    forged = re.sub(r"id: \w{8}", "id: AAAAAAAA", desk.events(desk.one)[-1]).replace("from", "invented")
    desk.write(desk.one, desk.text(desk.one) + forged)
    return Caught(key="audit-merge-added-event", file=desk.path(desk.one), commit=desk.commit("merge"))


def merge_with_a_changed_event(desk: Desk) -> Caught:
    two_sides(desk)
    desk.book.call("resolve", check=0)
    desk.write(desk.one, desk.text(desk.one).replace("looked at it", "user error"))
    return Caught(key="audit-merge-changed-event", file=desk.path(desk.one), commit=desk.commit("merge"))


def merge_with_facts_of_its_own(desk: Desk) -> Caught:
    two_sides(desk)
    desk.book.call("resolve", check=0)
    desk.write(desk.one, desk.text(desk.one).replace("a lamp flickers", "a customer complains too much"))
    return Caught(key="audit-merge-added-facts", file=desk.path(desk.one), commit=desk.commit("merge"))


def squash(desk: Desk) -> Caught:
    desk.book.git("reset", "--quiet", "--soft", "HEAD~3")
    return Caught(key="audit-squashed", file=desk.path(desk.closed), commit=desk.commit("all at once"))


ATTACKS: Final[tuple[Callable[[Desk], Caught], ...]] = (
    event_deleted,
    last_event_deleted,
    file_taken_from_the_past,
    case_deleted,
    closed_case_deleted,
    case_renamed_away,
    case_hidden_in_another_folder,
    case_copied_under_a_new_id,
    events_swapped,
    text_rewritten,
    finding_rewritten,
    text_rewritten_with_a_forged_erasing,
    verdict_flipped,
    id_recomputed_after_an_edit,
    event_invented_between,
    event_replayed_in_another_case,
    event_doubled,
    attachment_replaced_with_its_hash,
    hash_of_the_attachment_changed,
    attachment_deleted,
    attachment_removed_from_the_case_too,
    event_reverted,
    case_reverted,
    moved_without_an_event,
    close_invented_with_the_move,
    case_in_both_folders,
    events_hidden_behind_a_text,
    merge_loses_a_side,
    merge_loses_a_case,
    merge_with_an_event_of_its_own,
    merge_with_a_changed_event,
    merge_with_facts_of_its_own,
    squash,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__.replace("_", " "))
def test_an_attack_is_found_with_its_file_and_its_commit(
    desk: Desk, attack: Callable[[Desk], Caught]
) -> None:
    caught = attack(desk)
    result = desk.book.call("verify", "--json", check=1).json()["verify"]
    found = {(entry["key"], entry["file"], entry["commit"]) for entry in result["findings"]}
    wanted = (caught.key, caught.file, caught.commit)
    assert wanted in found, found


def conflict_marker(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "<<<<<<< x\n", encoding="utf-8")


def conflict_marker_over_a_changed_history(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("looked at it", "user error")
    file.write_text("<<<<<<< x\n" + text, encoding="utf-8")


def invalid_byte(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"# \xff\n")


def doubled_key(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "title: x\n", encoding="utf-8")


def link(file: Path) -> None:
    file.unlink()
    file.symlink_to("elsewhere")


UNREADABLE: Final[tuple[Callable[[Path], None], ...]] = (
    conflict_marker,
    conflict_marker_over_a_changed_history,
    invalid_byte,
    doubled_key,
    link,
)


@pytest.mark.parametrize("spoil", UNREADABLE, ids=lambda spoil: spoil.__name__.replace("_", " "))
def test_a_version_that_cannot_be_read_hides_no_change(desk: Desk, spoil: Callable[[Path], None]) -> None:
    desk.book.call("verify", check=0)
    file, text = desk.book.file(desk.one), desk.text(desk.one)
    spoil(file)
    spoiled = desk.commit("oops")
    file.unlink()
    file.write_text(
        text.replace("looked at it", "user error").replace(desk_event := text.splitlines()[-1] + "\n", "")
    )
    commit = desk.commit("fix")
    event = re.findall(r"id: (\w{8})", desk_event)
    for options in (("--since", spoiled), (), ("--full",)):
        result = desk.book.call("verify", "--json", *options, check=1).json()["verify"]
        found = {(entry["key"], entry["file"], entry["commit"]) for entry in result["findings"]}
        for key in ("audit-event-changed", "audit-event-removed"):
            assert (key, desk.path(desk.one), commit) in found
        assert event == [e["facts"]["event"] for e in result["findings"] if e["key"] == "audit-event-removed"]
    file.write_text(text, encoding="utf-8")
    desk.commit("put it back")
    desk.book.call("verify", "--full", check=0)


def test_a_merge_with_an_unreadable_side_hides_no_change(desk: Desk) -> None:
    two_sides(desk)
    desk.commit("merge")
    path = desk.path(desk.one)
    desk.book.git("checkout", "--quiet", "HEAD^1", "--", path)
    commit = desk.commit("take ours")
    found = {(entry["key"], entry["file"], entry["commit"]) for entry in desk.verify()["findings"]}
    # Two notes of one second have one id.
    assert found & {(key, path, commit) for key in ("audit-event-removed", "audit-event-changed")}


def test_a_conflict_that_was_committed_and_then_resolved_gives_no_alarm(desk: Desk) -> None:
    two_sides(desk)
    desk.commit("merge")
    sides = r"(?ms)^<<<<<<<.*?\n(.*?)^=======\n(.*?)^>>>>>>>.*?\n"
    in_order = re.sub(sides, lambda found: "".join(sorted(found.groups())), desk.text(desk.one))
    desk.write(desk.one, in_order)
    desk.commit("fix")
    assert [e for e in desk.verify("--full")["findings"] if e["commit"] == desk.book.head()] == []


@pytest.mark.parametrize(
    "place", ["cases/open/x/{}.yaml", "cases/open/.h/{}.yaml", "cases/open/{}.yml", "cases/closed/{}.yaml"]
)
def test_a_case_moved_where_no_command_finds_it_is_found(desk: Desk, place: str) -> None:
    desk.book.call("verify", check=0)
    path, hidden = desk.path(desk.two), place.format(desk.two)
    (desk.book.root / hidden).parent.mkdir(parents=True, exist_ok=True)
    desk.book.git("mv", path, hidden)
    commit = desk.commit()
    for options in ((), (), ("--full",)):
        result = desk.book.call("verify", "--json", *options, check=1).json()["verify"]
        found = {(entry["key"], entry["file"], entry["commit"]) for entry in result["findings"]}
        assert ("audit-case-misplaced", hidden, commit) in found
    desk.book.git("mv", hidden, path)
    desk.commit("put it back")
    keys = {entry["key"] for entry in desk.verify()["findings"]} - {"audit-moved-alone"}
    assert keys == set()


def test_a_case_with_another_suffix_is_missed(desk: Desk) -> None:
    path = desk.path(desk.two)
    desk.book.git("mv", path, f"{path}.bak")
    commit = desk.commit()
    found = {(entry["key"], entry["file"], entry["commit"]) for entry in desk.verify()["findings"]}
    assert ("audit-case-deleted", path, commit) in found


@pytest.mark.parametrize("target", ["k", "{}"])
def test_a_case_that_is_a_link_fails(desk: Desk, target: str) -> None:
    desk.book.call("verify", check=0)
    file, path = desk.book.file(desk.two), desk.path(desk.two)
    file.unlink()
    file.symlink_to(target)
    desk.commit()
    for options in ((), (), ("--full",)):
        result = desk.book.call("verify", "--json", *options).json()["verify"]
        assert (result["complete"], result["incomplete"][0]["key"]) == (False, "not-a-file")
        assert result["incomplete"][0]["file"] == path
        assert desk.book.call("verify", *options).returncode in {1, 4}


def linked_policy(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    policy.rename(book.root / "kept.yaml")
    policy.symlink_to("kept.yaml")


def unreadable_policy(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "<<<<<<< x\n", encoding="utf-8")


def removed_policy(book: Book) -> None:
    (book.root / "complaintctl.yaml").unlink()


@pytest.mark.parametrize("spoil", [linked_policy, unreadable_policy, removed_policy])
def test_who_may_not_change_the_policy_may_not_make_it_unreadable(
    tmp_path: Path, spoil: Callable[[Book], None]
) -> None:
    story = copy_story(tmp_path)
    book = Book(root=story.book.root, variables={**story.book.variables, **author(LI_WEI)})
    text = (book.root / "complaintctl.yaml").read_text(encoding="utf-8")
    book.call("verify", check=0)
    spoil(book)
    book.git("add", "--all")
    book.git("commit", "--quiet", "--message", "tidy up")
    spoiled = book.head()
    (book.root / "complaintctl.yaml").unlink(missing_ok=True)
    (book.root / "complaintctl.yaml").write_text(text, encoding="utf-8")
    book.git("add", "--all")
    book.git("commit", "--quiet", "--message", "tidy up again")
    for options in ((), (), ("--full",)):
        result = book.call("verify", "--json", *options, check=1).json()["verify"]
        found = [(entry["key"], entry["commit"]) for entry in result["findings"]]
        assert found == [("audit-policy-by", spoiled)]


def test_events_under_an_unreadable_policy_are_judged_by_the_one_before(tmp_path: Path) -> None:
    """The policy is loosened later; the events before that are not judged by it."""
    story = copy_story(tmp_path)
    policy, case = story.book.root / "complaintctl.yaml", story.book.file(story.late)
    text = policy.read_text(encoding="utf-8")
    boss = Book(root=story.book.root, variables={**story.book.variables, **author("ma.li")})
    before = case.read_text(encoding="utf-8")
    story.do(story.late, "investigate", "--finding", "a loose wire")
    recorded = case.read_text(encoding="utf-8")
    message = story.book.git("log", "-1", "--format=%B")
    story.book.git("reset", "--quiet", "--hard", "HEAD~1")
    assert case.read_text(encoding="utf-8") == before
    loose = text.replace("{step: investigate, within: 24h", "{step: investigate, within: 1h")
    assert loose != text
    policy.write_text(text + "<<<<<<< x\n", encoding="utf-8")
    boss.git("commit", "--quiet", "--all", "--message", "oops")
    case.write_text(recorded, encoding="utf-8")
    handler = Book(root=story.book.root, variables={**story.book.variables, **author(LI_WEI)})
    handler.git("commit", "--quiet", "--all", "--message", message)
    base = story.book.head()
    policy.write_text(loose, encoding="utf-8")
    boss.git("commit", "--quiet", "--all", "--message", "policy")
    for options in ((), ("--full",), ("--since", f"{base}~1")):
        result = story.book.call("verify", "--json", *options, check=0).json()["verify"]
        assert result["findings"] == []


def test_a_last_event_that_was_reset_away_is_missed_by_the_clone_that_had_verified_it(desk: Desk) -> None:
    assert desk.verify()["findings"] == []
    before, event = desk.book.head(), re.findall(r"id: (\w{8})", desk.text(desk.closed))[-1]
    desk.book.git("reset", "--quiet", "--hard", "HEAD~1")
    for _run in range(2):
        (found,) = desk.book.call("verify", "--json", check=1).json()["verify"]["findings"]
        assert (found["key"], found["commit"], found["case"]) == ("audit-rewritten", before, desk.closed)
        assert found["facts"]["events"] == [f"{desk.closed} {event}"]
    desk.book.call("verify", "--full", check=0)
    desk.book.call("verify", check=0)


def test_a_case_that_was_reset_away_by_a_force_push_is_missed_by_a_clone(desk: Desk, tmp_path: Path) -> None:
    clone = desk.book.clone(tmp_path / "clone")
    clone.call("verify", check=0)
    desk.book.git("reset", "--quiet", "--hard", "HEAD~2")
    desk.book.call("note", desk.two, "as if nothing had been", check=0)
    clone.git("fetch", "--quiet", "origin")
    clone.git("reset", "--quiet", "--hard", "origin/main")
    (found,) = clone.call("verify", "--json", check=1).json()["verify"]["findings"]
    assert (found["key"], found["facts"]["count"], found["facts"]["lost"]) == ("audit-rewritten", 2, 2)


def test_a_rebase_that_dropped_a_commit_is_missed(desk: Desk) -> None:
    desk.book.call("verify", check=0)
    path = desk.path(desk.two)
    note = desk.book.git("log", "-1", "--format=%H", "--", path).strip()
    event = re.findall(r"id: (\w{8})", desk.text(desk.two))[-1]
    desk.book.git("rebase", "--quiet", "--onto", f"{note}~1", note)
    (found,) = desk.verify()["findings"]
    assert found["key"] == "audit-rewritten"
    assert found["facts"]["events"] == [f"{desk.two} {event}"]


def test_a_replaced_object_hides_nothing(desk: Desk) -> None:
    """`git replace` and grafts change what git shows, not what is recorded."""
    caught = event_deleted(desk)
    desk.book.git("replace", caught.commit, f"{caught.commit}~1")
    found = {entry["commit"] for entry in desk.verify()["findings"]}
    assert caught.commit in found


def test_what_was_taken_away_and_restored_is_a_warning(desk: Desk) -> None:
    caught = event_reverted(desk)
    desk.book.call("verify", check=1)
    desk.book.git("revert", "--no-edit", "HEAD")
    for options in ((), ("--full",)):
        result = desk.book.call("verify", "--json", *options, check=0).json()["verify"]
        (warning,) = (entry for entry in result["warnings"] if entry["key"] == caught.key)
        assert warning["facts"]["restored"] == desk.book.head()


def test_a_finding_is_told_again_until_it_is_restored(desk: Desk) -> None:
    desk.book.call("verify", check=0)
    caught = text_rewritten(desk)
    text = desk.text(desk.one)
    for _run in range(2):
        (found,) = (entry for entry in desk.verify()["findings"] if entry["key"] == caught.key)
        assert found["commit"] == caught.commit
    desk.book.call("note", desk.two, "another day", check=0)
    assert [entry["key"] for entry in desk.verify()["findings"]] == [caught.key]
    desk.write(desk.one, text.replace("nothing came", "the customer sends it back"))
    desk.commit("put it back")
    assert desk.verify()["findings"] == []


def test_changes_of_the_work_tree_are_told_and_do_not_fail(desk: Desk) -> None:
    event = desk.events(desk.one)[2]
    desk.write(desk.one, desk.text(desk.one).replace(event, ""))
    (desk.book.root / f"attachments/{desk.one}/{ATTACHMENT}").write_text("another", encoding="utf-8")
    result = desk.book.call("verify", "--json", check=0).json()["verify"]
    assert {entry["key"] for entry in result["warnings"]} == {"audit-uncommitted", "audit-uncommitted-past"}
    (past,) = (entry for entry in result["warnings"] if entry["key"] == "audit-uncommitted-past")
    assert past["facts"]["events"] == re.findall(r"id: (\w{8})", event)


def merged_by_resolve(desk: Desk) -> None:
    two_sides(desk)
    desk.book.call("resolve", "--commit", check=0)


def merged_without_conflict(desk: Desk) -> None:
    branch(desk, "side")
    desk.book.open("from the side")
    desk.book.git("checkout", "--quiet", "main")
    desk.book.call("note", desk.one, "from the main line", check=0)
    desk.book.git("merge", "--quiet", "--no-edit", "side")


def merged_with_different_facts(desk: Desk) -> None:
    branch(desk, "side")
    desk.book.call("edit", desk.one, "--set", "title=a lamp flickers at night", check=0)
    desk.book.git("checkout", "--quiet", "main")
    desk.book.call("edit", desk.one, "--set", "remedy_sought=a new lamp", check=0)
    subprocess.run(
        ["git", "merge", "--quiet", "side"], cwd=desk.book.root, env=dict(desk.book.variables), check=False
    )
    desk.book.call("resolve", "--commit", check=0)


def merged_closing_and_note(desk: Desk) -> None:
    branch(desk, "side")
    desk.book.call("close", desk.two, "--outcome", "withdrawn", check=0)
    desk.book.git("checkout", "--quiet", "main")
    desk.book.call("note", desk.two, "one more call", check=0)
    subprocess.run(
        ["git", "merge", "--quiet", "side"], cwd=desk.book.root, env=dict(desk.book.variables), check=False
    )
    desk.book.call("resolve", "--commit", check=0)


def rebased(desk: Desk) -> None:
    branch(desk, "side")
    desk.book.call("note", desk.one, "from the side", check=0)
    desk.book.git("checkout", "--quiet", "main")
    desk.book.call("note", desk.one, "from the main line", check=0)
    desk.book.git("checkout", "--quiet", "side")
    subprocess.run(
        ["git", "rebase", "--quiet", "main"],
        cwd=desk.book.root,
        env=dict(desk.book.variables),
        capture_output=True,
        check=False,
    )
    desk.book.call("resolve", "--commit", check=0)


def cherry_picked(desk: Desk) -> None:
    branch(desk, "side")
    desk.book.call("note", desk.two, "from the side", check=0)
    desk.book.git("checkout", "--quiet", "main")
    desk.book.open("another one")
    desk.book.git("cherry-pick", "side")
    desk.book.git("merge", "--quiet", "--no-edit", "side")


def unrelated_commit_reverted(desk: Desk) -> None:
    (desk.book.root / "README.md").write_text("our complaints\n", encoding="utf-8")
    desk.commit("say what this is")
    desk.book.git("revert", "--no-edit", "HEAD")


def branch_renamed(desk: Desk) -> None:
    desk.book.call("verify", check=0)
    desk.book.git("branch", "--move", "main", "trunk")
    desk.book.call("note", desk.one, "on the renamed branch", check=0)


def reopened_and_retracted(desk: Desk) -> None:
    desk.book.call("reopen", desk.closed, "--reason", "called again", check=0)
    desk.book.call("close", desk.closed, "--outcome", "withdrawn", check=0)
    event = re.findall(r"id: (\w{8})", desk.text(desk.closed))[-1]
    desk.book.call("retract", desk.closed, event, "--reason", "too early", check=0)


def edited_by_hand_and_recorded(desk: Desk) -> None:
    desk.write(desk.one, desk.text(desk.one).replace("It flickers.", "It flickers at night."))
    desk.commit("say it better")
    desk.book.call("edit", desk.one, "--set", "remedy_sought=a new lamp", check=0)


def reformatted_by_hand(desk: Desk) -> None:
    """Other spacing and quotes, comments, another order of keys: the same events."""
    old = desk.events(desk.one)[2]
    text = desk.text(desk.one).replace(
        old, "  # the parcel\n" + old.replace("text: the", 'text: "the').replace("back,", 'back",')
    )
    desk.write(desk.one, text + "# checked\n")
    desk.commit("tidy up")
    desk.book.call("note", desk.one, "still here", check=0)


def policy_changed(desk: Desk) -> None:
    policy = desk.book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("within: 2h", "within: 3h", 1), encoding="utf-8")
    desk.commit("more time to assess")
    desk.book.call("assess", desk.two, check=0)


def imported(desk: Desk) -> None:
    """Twice; the second table has an earlier event of a known case, so that its later ones get other ids."""
    folder = desk.book.root.parent
    (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
    rows = ["A 1,Look,2025-03-03 10:00,Ann", "A 1,Shut,2025-03-04 10:00,Ann", "B 2,Look,2025-03-03 11:00,Ann"]
    for earlier in ([], ["A 1,Call,2025-03-03 09:00,Bob", "C 3,Look,2025-03-05 11:00,Ann"]):
        table = "\n".join(["case,what,when,who", *rows, *earlier])
        (folder / "table.csv").write_text(table + "\n", encoding="utf-8")
        desk.book.call("import", "csv", str(folder / "table.csv"), "--map", str(folder / "map.yaml"), check=0)


def case_closed_and_attached_to(desk: Desk) -> None:
    photo = desk.book.root.parent / "second.txt"
    photo.write_text("another photo", encoding="utf-8")
    desk.book.call("close", desk.one, "--outcome", "withdrawn", check=0)
    desk.book.call("attach", desk.one, str(photo), check=0)


MAPPING: Final = """\
mapping: 1
system: desk
timezone: Europe/Rome
times: "%Y-%m-%d %H:%M"
id: case
events:
  time: when
  by: who
  activity: {column: what, values: {Look: assess, Fix: respond, Shut: close}, else: note}
"""
INNOCENT: Final[tuple[Callable[[Desk], None], ...]] = (
    merged_by_resolve,
    merged_without_conflict,
    merged_with_different_facts,
    merged_closing_and_note,
    rebased,
    cherry_picked,
    unrelated_commit_reverted,
    branch_renamed,
    reopened_and_retracted,
    edited_by_hand_and_recorded,
    reformatted_by_hand,
    policy_changed,
    imported,
    case_closed_and_attached_to,
)


@pytest.mark.parametrize("story", INNOCENT, ids=lambda story: story.__name__.replace("_", " "))
def test_an_innocent_history_gives_no_alarm(desk: Desk, story: Callable[[Desk], None]) -> None:
    story(desk)
    for options in ((), ("--full",), ("--since", "HEAD~1")):
        result = desk.book.call("verify", "--json", *options, check=0).json()["verify"]
        assert result["findings"] == result["incomplete"] == []


def test_a_rebase_after_verifying_is_told_and_does_not_fail(desk: Desk) -> None:
    desk.book.call("verify", check=0)
    desk.book.git("rebase", "--quiet", "--force-rebase", "HEAD~3")
    result = desk.book.call("verify", "--json", check=0).json()["verify"]
    assert [entry["key"] for entry in result["warnings"]] == ["audit-rebased"]
    assert desk.verify()["warnings"] == []


def test_a_shallow_clone_is_said_and_exits_4(desk: Desk, tmp_path: Path) -> None:
    source = f"file://{desk.book.root}"
    desk.book.git("clone", "--quiet", "--depth", "3", source, str(tmp_path / "shallow"))
    clone = Book(root=tmp_path / "shallow", variables=desk.book.variables)
    result = clone.call("verify", "--json", check=4).json()["verify"]
    assert [entry["key"] for entry in result["incomplete"]] == ["audit-shallow"]
    assert (result["findings"], result["complete"]) == ([], False)


def test_a_partial_clone_is_said_and_exits_4(desk: Desk, tmp_path: Path) -> None:
    desk.book.git("config", "uploadpack.allowFilter", "true")
    source = f"file://{desk.book.root}"
    desk.book.git("clone", "--quiet", "--filter=blob:none", source, str(tmp_path / "partial"))
    clone = Book(root=tmp_path / "partial", variables=desk.book.variables)
    result = clone.call("verify", "--json", check=4).json()["verify"]
    assert "audit-objects-missing" in [entry["key"] for entry in result["incomplete"]]


def test_a_casebook_in_a_subfolder_is_verified_alone(tmp_path: Path, desk: Desk) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    desk.book.git("init", "--quiet", "--initial-branch=main", str(outer))
    shutil.copytree(desk.book.root, outer / "desk", ignore=shutil.ignore_patterns(".git"))
    (outer / "cases" / "open").mkdir(parents=True)
    (outer / "cases/open/C-20240101-AAAAA.yaml").write_text("no case of ours\n", encoding="utf-8")
    inner = Desk(
        book=Book(root=outer / "desk", variables=desk.book.variables),
        one=desk.one,
        two=desk.two,
        closed=desk.closed,
    )
    inner.book.git("add", "--all", "..")
    inner.book.git("commit", "--quiet", "--message", "start")
    event = inner.events(inner.one)[2]
    inner.write(inner.one, inner.text(inner.one).replace(event, ""))
    commit = inner.commit()
    found = {(entry["key"], entry["file"], entry["commit"]) for entry in inner.verify()["findings"]}
    assert ("audit-event-removed", inner.path(inner.one), commit) in found
    github = inner.book.call("verify", "--format", "github", check=1).stdout
    assert f"file=desk/cases/open/{inner.one}.yaml" in github


def test_the_log_marks_events_that_differ_from_their_commit(desk: Desk) -> None:
    assert "altered" not in desk.book.call("log", desk.one, check=0).stdout
    text_rewritten(desk)
    changed = re.findall(r"id: (\w{8})", desk.events(desk.one)[2])
    desk.write(desk.one, desk.text(desk.one).replace("looked at it", "user error"))
    changed += re.findall(r"id: (\w{8})", desk.events(desk.one)[1])
    entries = desk.book.json("log", desk.one)["log"]
    assert {entry["event"]["id"] for entry in entries if entry["altered"]} == {*changed}
    result = desk.book.call("log", desk.one, check=0)
    assert result.stdout.count("altered") == 3
    assert result.stderr.startswith("2 events are not as they were recorded.")
