"""Cheats without a command: unsigned edits, addresses like a colleague's, dates set back, versions nobody can read."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, author
from tests.commands.trust.attacks.forging import ForgedCommit, Forger, findings, warnings
from tests.commands.trust.attacks.story import LI_WEI, MA_LI, Story, copy_story
from tests.commands.trust.attacks.test_judged_policies import (
    change_policy,
    signed_by,
    signing,
    signing_keys,
)

__all__ = ["signing", "signing_keys"]


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return copy_story(tmp_path)


def commit(book: Book, env: Mapping[str, str], message: str = "by hand") -> str:
    """Commits everything by hand; returns the hash."""
    named = Book(root=book.root, variables={**book.variables, **author(LI_WEI), **env})
    named.git("add", "--all")
    named.git("commit", "--quiet", "--message", message)
    return book.head()


def verify(book: Book, *options: str) -> list[dict[str, Any]]:
    """What a run with these options finds."""
    found: list[dict[str, Any]] = book.call("verify", *options, "--json").json()["verify"]["findings"]
    return found


def rewrite(book: Book, case: str, old: str, new: str) -> None:
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def append(book: Book, case: str, line: str, *, at: datetime | None = None) -> None:
    """Appends an event with an id that fits."""
    path = book.file(case)
    now = datetime.now().astimezone().replace(microsecond=0)
    text = f"{path.read_text(encoding='utf-8')}  - {{at: {(at or now).isoformat()}, {line}, id: 00000000}}\n"
    path.write_text(Forger().fitting(text), encoding="utf-8")


# Signatures


@pytest.mark.parametrize("signer", [None, LI_WEI])
def test_a_field_changed_without_an_event_is_signed_where_signatures_are_demanded(
    signing: Story, signing_keys: dict[str, Path], signer: str | None
) -> None:
    book = signing.book
    rewrite(book, signing.closed, "title: Battery swells", "title: Nothing")
    name = commit(book, signed_by(book, signing_keys.get(signer or "")))
    file = book.file(signing.closed).relative_to(book.root).as_posix()
    expected = [] if signer else [("audit-unsigned-change", file, name)]
    assert [(one["key"], one["file"], one["commit"]) for one in findings(book)] == expected
    signing.book.call("note", signing.closed, "x", env=author(LI_WEI) | signed_by(book, signing_keys[LI_WEI]))
    assert [one["key"] for one in verify(book)] == [one[0] for one in expected]


@pytest.mark.parametrize("signer", [None, MA_LI])
def test_an_import_is_signed_where_signatures_are_demanded(
    signing: Story, signing_keys: dict[str, Path], tmp_path: Path, signer: str | None
) -> None:
    table, mapping = tmp_path / "rows.csv", tmp_path / "map.yaml"
    mapping.write_text(
        'mapping: 1\nsystem: shop\ntimezone: Asia/Shanghai\ntimes: ["%Y-%m-%dT%H:%M"]\nid: number\n'
        "received: came\nfields: {title: subject}\n",
        encoding="utf-8",
    )
    table.write_text("number,subject,came\n1,Dent,2025-03-04T09:00\n2,Scratch,2025-03-04T09:00\n")
    env = signed_by(signing.book, signing_keys.get(signer or ""))
    words = ("import", "csv", str(table), "--map", str(mapping))
    signing.book.call(*words, env={**author(MA_LI), **env}, check=0)
    found = findings(signing.book)
    assert [(one["key"], one["facts"]["who"]) for one in found] == (
        [] if signer else [("audit-unsigned", MA_LI)]
    )


# Addresses


@pytest.mark.parametrize("address", ["m.li@evil.example", "ma.li@evil.example"])
def test_an_address_like_the_name_of_a_colleague_is_nobody_of_the_policy(story: Story, address: str) -> None:
    old = "ma.li@example.com, roles: [handler, boss]"
    change_policy(story.book, old, f"{old}, also: [m.li]", MA_LI)
    append(story.book, story.late, "by: ma.li, did: note, text: I agree")
    commit(story.book, {"GIT_AUTHOR_EMAIL": address})
    (finding,) = findings(story.book)
    assert (finding["key"], finding["facts"]["author"]) == ("audit-actor", address)
    story.book.call("note", story.late, "as a command", env={"GIT_AUTHOR_EMAIL": address}, check=0)
    assert f"by: {address}" in story.book.file(story.late).read_text(encoding="utf-8")


# Dates


def moment(hours: float) -> datetime:
    """So many hours ago."""
    return datetime.now().astimezone().replace(microsecond=0) - timedelta(hours=hours)


def dated(hours: float, *roles: str) -> dict[str, str]:
    """The environment in which a commit has an earlier date."""
    return {f"GIT_{role}_DATE": moment(hours).isoformat() for role in roles or ("AUTHOR", "COMMITTER")}


@pytest.fixture
def earlier(story: Story) -> Story:
    """The story three hours earlier; since then the investigation of the late case was due, an hour ago."""

    def shift(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) - timedelta(hours=3)).isoformat()

    def shift_commit(forged: ForgedCommit) -> None:
        for role in ("author", "committer"):
            forged.shift_time(role, -3 * 3600)

    times = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"
    Forger(text=lambda text: re.sub(times, shift, text), commit=shift_commit).forge(story.book)
    limit = "{step: investigate, within: 24h, needs: [cause.finding]}"
    env = dated(2.5)
    change_policy(story.book, limit, limit.replace("24h", "7h"), MA_LI, env)
    return story


def investigate_late(story: Story) -> str:
    """The step taken now, an hour late, and dated two hours back with the date of the author."""
    book, case = story.book, story.late
    found = re.search(r"^received: (\S+)", book.file(case).read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    due = datetime.fromisoformat(found[1]) + timedelta(hours=7)
    rewrite(book, case, "\ncause:\n", "\ncause: {finding: a loose wire}\n")
    told = (
        f"did: investigate, set: {{cause.finding: [null, a loose wire]}}, due: {due.isoformat()}, met: true"
    )
    append(book, case, f"by: li.wei, {told}", at=moment(2))
    return commit(book, dated(2, "AUTHOR"))


def work(book: Book, person: str) -> str:
    (book.root / "README.md").write_text("our complaints\n", encoding="utf-8")
    return commit(book, dated(1.5) | author(person))


def test_a_step_dated_back_behind_later_work_of_its_author_is_found(earlier: Story) -> None:
    between = work(earlier.book, LI_WEI)
    name = investigate_late(earlier)
    (finding,) = findings(earlier.book)
    assert (finding["key"], finding["commit"]) == ("audit-dated-back", name)
    assert finding["facts"]["between"] == between[:10]


@pytest.mark.parametrize("person", [None, MA_LI])
def test_a_late_commit_behind_the_work_of_others_may_be_rebased(earlier: Story, person: str | None) -> None:
    if person:
        work(earlier.book, person)
    investigate_late(earlier)
    assert findings(earlier.book) == []
    assert [one["key"] for one in warnings(earlier.book)] == []


def test_a_note_dated_back_behind_later_work_of_its_author_is_a_warning(earlier: Story) -> None:
    work(earlier.book, LI_WEI)
    append(earlier.book, earlier.late, "by: li.wei, did: note, text: x", at=moment(2))
    commit(earlier.book, dated(2, "AUTHOR"))
    assert findings(earlier.book) == []
    assert [one["key"] for one in warnings(earlier.book)] == ["audit-dated-back"]


def test_a_team_that_never_rebases_finds_every_commit_that_is_dated_back(earlier: Story) -> None:
    change_policy(earlier.book, "unpublished: 1d", "unpublished: 0m", MA_LI, dated(2.2))
    name = investigate_late(earlier)
    assert [(one["key"], one["commit"]) for one in findings(earlier.book)] == [
        ("audit-authored-before", name)
    ]


# Versions that cannot be read


@pytest.mark.parametrize("change", ["gone", "another text"])
def test_an_event_that_stood_only_in_an_unreadable_version_is_missed(story: Story, change: str) -> None:
    book, path = story.book, story.book.file(story.late)
    book.call("verify", check=0)
    text = path.read_text(encoding="utf-8")
    append(book, story.late, "by: li.wei, did: note, text: we are to blame")
    with_event = path.read_text(encoding="utf-8")
    path.write_text(f"<<<<<<< x\n{with_event}", encoding="utf-8")
    spoiled = commit(book, {})
    path.write_text(text if change == "gone" else with_event.replace("we are", "he is"), encoding="utf-8")
    name = commit(book, {})
    key = "audit-event-removed" if change == "gone" else "audit-event-changed"
    for options in (("--since", spoiled), (), ("--full",)):
        assert [(one["key"], one["commit"]) for one in verify(book, *options)] == [(key, name)]
    path.write_text(with_event, encoding="utf-8")
    commit(book, {})
    assert findings(book) == []


# Entries without an event, and other ways that the review did not try


def attachment_added(story: Story) -> None:
    folder = story.book.root / "attachments" / story.late
    folder.mkdir(parents=True)
    (folder / "proof.txt").write_text("x", encoding="utf-8")
    entry = f'  - {{file: proof.txt, sha256: "{hashlib.sha256(b"x").hexdigest()}"}}'
    rewrite(story.book, story.late, "\nhistory:", f"\nattachments:\n{entry}\nhistory:")


def link_added(story: Story) -> None:
    rewrite(story.book, story.late, "\nhistory:", f"\nlinks:\n  - {{related_to: {story.closed}}}\nhistory:")


@pytest.mark.parametrize("add", [attachment_added, link_added], ids=lambda add: add.__name__)
def test_an_entry_that_no_event_records_is_a_warning(story: Story, add: Callable[[Story], None]) -> None:
    add(story)
    commit(story.book, {})
    assert findings(story.book) == []
    assert "audit-entry-unrecorded" in [one["key"] for one in warnings(story.book)]


def invisible_sign(story: Story) -> None:
    rewrite(story.book, story.closed, "the wrong case", "the wrong\u200b case")


def recorded_set_back(story: Story) -> None:
    told = f"by: li.wei, did: note, text: x, recorded: {moment(3).isoformat()}"
    append(story.book, story.late, told, at=moment(4))


def time_in_another_zone(story: Story) -> None:
    at = moment(3).astimezone(timezone(timedelta(hours=-11)))
    append(story.book, story.late, "by: li.wei, did: note, text: x", at=at)


def activity_in_capitals(story: Story) -> None:
    rewrite(story.book, story.closed, "did: note", "did: Note")


def receipt_moved_by_a_forged_erasing(story: Story) -> None:
    text = story.book.file(story.late).read_text(encoding="utf-8")
    received = re.findall(r"^received: (\S+)", text, re.MULTILINE)[0]
    rewrite(story.book, story.late, f"received: {received}", f"received: {moment(1).isoformat()}")
    append(story.book, story.late, "by: li.wei, did: erase, changed: [received], reason: request")


def two_people_in_one_commit(story: Story) -> None:
    append(story.book, story.late, "by: li.wei, did: note, text: a")
    append(story.book, story.closed, "by: ma.li, did: note, text: b")


@pytest.mark.parametrize(
    ("cheat", "key"),
    [
        (invisible_sign, "audit-event-changed"),
        (recorded_set_back, "audit-before-commit"),
        (time_in_another_zone, "audit-before-commit"),
        (activity_in_capitals, "audit-event-changed"),
        (receipt_moved_by_a_forged_erasing, "audit-fact"),
        (two_people_in_one_commit, "audit-actor"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_smaller_cheat_is_found(story: Story, cheat: Callable[[Story], None], key: str) -> None:
    cheat(story)
    name = commit(story.book, {})
    found = findings(story.book)
    assert key in [one["key"] for one in found]
    assert {one["commit"] for one in found if one["key"] == key} & {
        name,
        *story.book.git("log", "--format=%H").split(),
    }
