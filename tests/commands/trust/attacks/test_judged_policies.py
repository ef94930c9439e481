"""Attacks on the policy and on signatures, and what the policy demands of both."""

import re
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from tests.casebooks import Book, author
from tests.commands.trust.attacks.forging import Forger, findings, parse, warnings
from tests.commands.trust.attacks.story import LI_WEI, MA_LI, Story, copy_story


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return copy_story(tmp_path)


def change_policy(book: Book, old: str, new: str, by: str, env: Mapping[str, str] | None = None) -> None:
    """Change the policy in an editor and commit it."""
    path = book.root / "complaintctl.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    named = Book(root=book.root, variables={**book.variables, **(env or {}), **author(by)})
    named.git("commit", "--quiet", "--all", "--message", "policy")


def keys(book: Book) -> list[str]:
    return [finding["key"] for finding in findings(book)]


def test_who_may_not_change_the_policy_is_named(story: Story) -> None:
    change_policy(story.book, "within: 48h", "within: 49h", LI_WEI)
    (finding,) = findings(story.book)
    assert (finding["key"], finding["commit"]) == ("audit-policy-by", story.book.head())
    assert finding["facts"]["rule"] == "trust: {policy_by: [boss]}"


def test_nobody_gives_himself_the_right_to_change_the_policy(story: Story) -> None:
    change_policy(story.book, "policy_by: [boss]", "policy_by: [handler]", LI_WEI)
    assert keys(story.book) == ["audit-policy-by"]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("tolerance: 10m", "tolerance: 2d", "trust.tolerance"),
        ("unpublished: 1d", "unpublished: 60d", "trust.unpublished"),
        ("trust: {", "trust: {squash: allowed, ", "trust.squash"),
        (", policy_by: [boss]", "", "trust.policy_by"),
    ],
)
def test_a_policy_that_demands_less_is_a_warning(story: Story, old: str, new: str, name: str) -> None:
    change_policy(story.book, old, new, MA_LI)
    assert findings(story.book) == []
    (warning,) = warnings(story.book)
    assert (warning["key"], warning["facts"]["name"]) == ("audit-trust-weaker", name)


def test_an_ordinary_change_of_the_policy_is_innocent(story: Story) -> None:
    change_policy(story.book, "{step: investigate, within: 24h", "{step: investigate, within: 12h", MA_LI)
    story.do(story.late, "investigate", "--finding", "a loose wire")
    change_policy(story.book, "{step: plan, within: 48h", "{step: plan, within: 24h", MA_LI)
    assert (findings(story.book), warnings(story.book)) == ([], [])


@pytest.fixture(scope="module")
def signing_keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A key pair for each of two people."""
    folder = tmp_path_factory.mktemp("keys")
    made = {}
    for name in (LI_WEI, MA_LI):
        made[name] = folder / name
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(made[name])]
        subprocess.run(command, check=True)
    return made


def signed_by(book: Book, key: Path | None) -> dict[str, str]:
    """The environment in which git signs with a key, beside the settings of the book."""
    if key is None:
        return {}
    count = int(book.variables["GIT_CONFIG_COUNT"])
    settings = {"gpg.format": "ssh", "user.signingKey": str(key), "commit.gpgSign": "true"}
    names = {f"GIT_CONFIG_KEY_{count + place}": name for place, name in enumerate(settings)}
    values = {f"GIT_CONFIG_VALUE_{count + place}": value for place, value in enumerate(settings.values())}
    return {"GIT_CONFIG_COUNT": str(count + len(settings)), **names, **values}


@pytest.fixture
def signing(story: Story, signing_keys: dict[str, Path]) -> Story:
    """The story from which on every commit is to be signed."""
    for name, key in signing_keys.items():
        public = " ".join(key.with_suffix(key.suffix + ".pub").read_text(encoding="utf-8").split()[:2])
        old = f"email: {name}@example.com"
        env = signed_by(story.book, signing_keys[MA_LI])
        change_policy(story.book, old, f"{old}, signing_keys: [{public}]", MA_LI, env)
    env = signed_by(story.book, signing_keys[MA_LI])
    change_policy(story.book, "trust: {", "trust: {signed: true, ", MA_LI, env)
    return story


@pytest.mark.parametrize(
    ("signer", "key"), [(LI_WEI, None), (None, "audit-unsigned"), (MA_LI, "audit-signer")]
)
def test_where_signatures_are_demanded_the_person_of_the_event_signs(
    signing: Story, signing_keys: dict[str, Path], signer: str | None, key: str | None
) -> None:
    env = signed_by(signing.book, signing_keys.get(signer or ""))
    signing.book.call("note", signing.late, "x", env={**env, **author(LI_WEI)}, check=0)
    found = findings(signing.book)
    assert [finding["key"] for finding in found] == ([key] if key else [])
    assert all(finding["commit"] == signing.book.head() for finding in found)
    assert all("signed: true" in finding["facts"]["rule"] for finding in found)


def test_where_signatures_are_demanded_a_change_of_the_policy_is_signed(signing: Story) -> None:
    change_policy(signing.book, "signed: true, ", "", MA_LI)
    assert keys(signing.book) == ["audit-policy-unsigned"]


def test_keys_that_somebody_else_changes_are_a_warning(signing: Story, signing_keys: dict[str, Path]) -> None:
    public = signing_keys[LI_WEI].with_suffix(".wei.pub").read_text(encoding="utf-8").split()[1]
    env = signed_by(signing.book, signing_keys[MA_LI])
    change_policy(signing.book, public, public[:-4] + "AAAA", MA_LI, env)
    assert "audit-signing-keys" in [warning["key"] for warning in warnings(signing.book)]


def test_signatures_that_are_not_demanded_for_one_event_are_named(
    signing: Story, signing_keys: dict[str, Path]
) -> None:
    boss = signed_by(signing.book, signing_keys[MA_LI])
    change_policy(signing.book, "signed: true, ", "", MA_LI, boss)
    signing.do(signing.late, "note", "unsigned")
    change_policy(signing.book, "trust: {", "trust: {signed: true, ", MA_LI, boss)
    (finding,) = findings(signing.book)
    assert (finding["key"], finding["facts"]["did"]) == ("audit-loosened-refused", "note")
    assert finding["facts"]["rule"] == "trust.signed: true → –"


def test_the_words_of_a_note_do_not_explain_a_field_rewritten_by_hand(story: Story) -> None:
    path = story.book.file(story.closed)
    story.book.call("note", story.closed, "[title, customer] {title: [a, b]}, changed: [title]", check=0)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: Battery swells", "title: Battery is fine", 1), encoding="utf-8")
    story.book.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    (warning,) = warnings(story.book)
    assert (warning["key"], warning["facts"]["fields"]) == ("audit-fields-rewritten", ["title"])


@pytest.mark.parametrize(
    ("old", "new", "key", "field"),
    [
        ("title: Battery swells", "title: Battery is fine", "audit-fields-rewritten", "title"),
        ("channel: phone", "channel: email", "audit-fields-rewritten", "channel"),
        ("lesson:", "lesson: pack better", "audit-fields-filled", "lesson"),
    ],
)
def test_fields_that_somebody_rewrites_by_hand_are_a_warning(
    story: Story, old: str, new: str, key: str, field: str
) -> None:
    path = story.book.file(story.closed)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    story.book.git("commit", "--quiet", "--all", "--message", "better")
    assert findings(story.book) == []
    (warning,) = warnings(story.book)
    assert (warning["key"], warning["facts"]["fields"]) == (key, [field])
    assert (warning["file"], warning["commit"]) == (
        path.relative_to(story.book.root).as_posix(),
        story.book.head(),
    )


def commit_all(book: Book, message: str, by: str) -> None:
    """Commit everything by hand."""
    book.git("add", "--all")
    book.git("commit", "--quiet", f"--author={by} <{by}@example.com>", "--message", message)


def test_a_policy_that_comes_from_a_history_of_its_own_is_judged(story: Story) -> None:
    book, main = story.book, story.book.head()
    weak = (book.root / "complaintctl.yaml").read_text(encoding="utf-8")
    weak = weak.replace("trust: {tolerance: 10m, unpublished: 1d, policy_by: [boss]}\n", "")
    book.git("checkout", "--quiet", "--orphan", "other")
    book.git("rm", "--quiet", "-r", "--cached", ".")
    (book.root / "complaintctl.yaml").write_text(weak, encoding="utf-8")
    book.git("add", "complaintctl.yaml")
    book.git("commit", "--quiet", "--message", "start")
    orphan = book.head()
    book.git("add", "--all")
    tree = book.git("write-tree").strip()
    merge = book.git("commit-tree", tree, "-p", orphan, "-p", main, "-m", "merge").strip()
    book.git("reset", "--quiet", "--hard", merge)
    assert [(one["key"], one["commit"]) for one in findings(book)] == [("audit-policy-by", merge)]


def test_a_merge_that_takes_back_a_change_of_the_policy_is_judged(story: Story) -> None:
    book, before = story.book, story.book.head()
    change_policy(book, "within: 48h", "within: 24h", MA_LI)
    book.git("checkout", "--quiet", "-b", "side", before)
    story.do(story.late, "note", "on the side")
    book.git("merge", "--quiet", "--strategy=ours", "--no-edit", "-")
    assert [(one["key"], one["commit"]) for one in findings(book)] == [("audit-policy-by", book.head())]


def test_a_merge_that_brings_a_change_of_the_policy_is_innocent(story: Story) -> None:
    book, before = story.book, story.book.head()
    change_policy(book, "within: 48h", "within: 24h", MA_LI)
    book.git("checkout", "--quiet", "-b", "side", before)
    story.do(story.late, "note", "on the side")
    book.git("merge", "--quiet", "--no-edit", "-")
    assert (findings(book), warnings(book)) == ([], [])


def carry(story: Story, env: Mapping[str, str]) -> str:
    """Commit an invented case as if it came from another casebook; returns its id."""
    book = story.book
    path = book.file(story.late)
    text = Forger().fitting(path.read_text(encoding="utf-8").replace(story.late, story.late[:-3] + "ZZZ"))
    case = parse(text)
    path.with_name(f"{case.id}.yaml").write_text(text, encoding="utf-8")
    named = Book(root=book.root, variables={**book.variables, **env, **author(LI_WEI)})
    named.git("add", "--all")
    named.git("commit", "--quiet", "--message", "Import\n\nEvent: import other")
    return case.id


def test_a_case_that_is_said_to_come_from_another_casebook_is_a_warning(story: Story) -> None:
    case = carry(story, {})
    told = [one for one in warnings(story.book) if one["key"] == "audit-case-carried"]
    assert [(one["case"], one["facts"]["author"]) for one in told] == [(case, LI_WEI)]


@pytest.mark.parametrize(
    ("signer", "key"), [(None, "audit-unsigned"), (LI_WEI, None), (MA_LI, "audit-signer")]
)
def test_a_case_of_another_casebook_is_signed_where_signatures_are_demanded(
    signing: Story, signing_keys: dict[str, Path], signer: str | None, key: str | None
) -> None:
    carry(signing, signed_by(signing.book, signing_keys.get(signer or "")))
    assert keys(signing.book) == ([key] if key else [])


def test_a_case_on_hold_is_not_erased_by_hand(story: Story) -> None:
    story.book.call("retention", "hold", story.closed, "--reason", "court", env=author(LI_WEI), check=0)
    forge_event(story, story.closed, "did: erase, changed: [description], reason: request")
    (finding,) = findings(story.book)
    assert (finding["key"], finding["facts"]["refusal"]) == ("audit-not-allowed", "erase-on-hold")


def test_an_erasing_of_an_open_case_is_a_warning(story: Story) -> None:
    forge_event(story, story.late, "did: erase, changed: [description], reason: request")
    assert findings(story.book) == []
    assert [one["facts"].get("refusal") for one in warnings(story.book)] == ["erase-open"]


@pytest.mark.parametrize(("named", "is_found"), [("description", True), ("attachments/a.txt", False)])
def test_only_an_attachment_that_the_erasing_names_may_be_gone(
    story: Story, tmp_path: Path, named: str, *, is_found: bool
) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    story.do(story.closed, "attach", str(tmp_path / "a.txt"))
    (story.book.root / "attachments" / story.closed / "a.txt").unlink()
    path = story.book.file(story.closed)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(\{file: a.txt[^}]*)", r"\1, erased: true", text), encoding="utf-8")
    forge_event(story, story.closed, f"did: erase, changed: [{named}], reason: request")
    expected = ["audit-attachment-deleted", "audit-attachment-missing"] if is_found else []
    assert keys(story.book) == expected


@pytest.mark.parametrize(
    ("line", "key"),
    [("did: certify", "audit-not-allowed"), ("did: import", "audit-import-without-trailer")],
)
def test_an_activity_that_nobody_can_record_is_found(story: Story, line: str, key: str) -> None:
    forge_event(story, story.late, line)
    assert keys(story.book) == [key]


def forge_event(story: Story, case: str, line: str) -> None:
    """Append an event with an id that fits, and commit it by hand as the person of the event."""
    path = story.book.file(case)
    now = datetime.now().astimezone().replace(microsecond=0).isoformat()
    text = path.read_text(encoding="utf-8")
    new = f"{text}  - {{at: {now}, by: {LI_WEI}, {line}, id: 00000000}}\n"
    path.write_text(Forger().fitting(new), encoding="utf-8")
    commit_all(story.book, "by hand", LI_WEI)


def append_twin(story: Story) -> None:
    story.do(story.late, "note", "we promised a refund")
    path = story.book.file(story.late)
    text = path.read_text(encoding="utf-8")
    last = text.splitlines(keepends=True)[-1]
    path.write_text(text + last.replace("we promised a refund", "he misused it"), encoding="utf-8")


@pytest.mark.parametrize(
    ("by", "expected"),
    [(LI_WEI, ["audit-event-twice"]), ("eve", ["audit-event-twice", "audit-actor"])],
)
def test_another_text_with_the_id_of_an_event_is_judged_with_its_own_commit(
    story: Story, by: str, expected: list[str]
) -> None:
    append_twin(story)
    commit_all(story.book, "by hand", by)
    assert [(one["key"], one["commit"]) for one in findings(story.book)] == [
        (key, story.book.head()) for key in expected
    ]


def test_a_twin_in_the_same_commit_is_found(story: Story) -> None:
    append_twin(story)
    message = story.book.git("log", "-1", "--format=%B")
    story.book.git("add", "--all")
    story.book.git("commit", "--quiet", "--amend", "--message", message)
    assert keys(story.book) == ["audit-event-twice"]


def test_a_twin_of_another_clone_that_was_rebased_is_innocent(story: Story) -> None:
    append_twin(story)
    message = story.book.git("log", "-1", "--format=%B")
    commit_all(story.book, message, LI_WEI)
    assert findings(story.book) == []
