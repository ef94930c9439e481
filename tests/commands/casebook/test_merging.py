"""Tests merging two clones of a casebook: git merges the fields, `resolve` unites the histories and nothing else."""

import json
import re
from pathlib import Path

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history
from complaintctl.storage.case import casefile
from tests.casebooks import Book, make_book
from tests.casebooks import git_merge as merge
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: merging
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
categories: {defect: {department: quality}, other: {department: service}}
steps:
  - {step: assess, within: {urgent: 1h, general: 8h}}
  - {step: classify, within: 24h}
  - {step: investigate, within: 48h, after: []}
  - {step: respond, within: 72h}
close: {withdrawn: {}, not-upheld: {steps: []}}
"""
LONG = "The customer called again and again, and each time somebody else answered the telephone. " * 20


@pytest.fixture
def ours(tmp_path: Path) -> Book:
    """A casebook with the case that both clones work on, received at 09:00 on a Monday."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


@pytest.fixture
def case_id(ours: Book) -> str:
    return opened(ours, "Battery swells")


@pytest.fixture
def theirs(ours: Book, case_id: str, tmp_path: Path) -> Book:
    """A clone made while the case was open."""
    assert ours.file(case_id).is_file()
    return ours.clone(tmp_path / "clone")


def opened(book: Book, title: str) -> str:
    return book.open(
        title, "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", "--channel", "phone"
    )


def at(time: str) -> tuple[str, str]:
    return "--at", f"2024-03-04T{time}"


def conflicts(text: str) -> list[tuple[list[str], list[str]]]:
    """Returns both sides of every conflict in a file."""
    found = re.findall(r"^<<<<<<< .*?\n(.*?)^=======\n(.*?)^>>>>>>> .*?\n", text, re.DOTALL | re.MULTILINE)
    return [(one.splitlines(), other.splitlines()) for one, other in found]


def did(lines: list[str]) -> list[str]:
    return [re.findall(r"did: ([\w-]+)", line)[0] for line in lines]


def recorded(line: str) -> tuple[str, ...]:
    """What decides the order of events: when they were recorded, then when they happened, then the id."""
    patterns = (r"recorded: ([^,]+)", r"at: ([^,]+)", r'id: "?(\w{8})"?}')
    return tuple(re.findall(pattern, line)[0] for pattern in patterns)


def outside(text: str) -> str:
    """The text outside the conflicts."""
    return re.sub(r"^<<<<<<< .*?^>>>>>>> .*?\n", "", text, flags=re.DOTALL | re.MULTILINE)


def read(path: Path) -> Case:
    """Returns the case in a file; asserts that it is faultless."""
    loaded, problems = casefile.read_case(path)
    assert problems == []
    assert loaded is not None
    return loaded.case


def chained(case: Case) -> bool:
    """Whether the id of every event is a hash over the case or an earlier event."""
    earlier = [case.id]
    for event in case.history:
        if event.id not in {history.compute_event_id(event, previous) for previous in earlier}:
            return False
        earlier.append(event.id)
    return True


def check_refusals_and_resolve(book: Book, case_id: str, path: Path) -> None:
    """Checks a stopped merge: it is reported, blocks recording, can be resolved and committed, and is clean after that."""
    before = path.read_bytes()
    checked = book.call("check", check=4)
    assert path.relative_to(book.root).as_posix() in checked.stderr
    assert "complaintctl resolve" in checked.stderr
    refused = book.call("note", case_id, "now", check=4)
    assert "merge" in refused.stderr
    assert book.call("open", "--title", "Another", check=4).stdout == ""
    assert path.read_bytes() == before
    book.call("resolve", check=0)
    assert book.call("note", case_id, "not before the commit", check=4).stdout == ""
    book.git("commit", "--quiet", "--no-edit")
    assert book.call("check", "--fail-on", "never", "--archive", check=0).stderr.count("\n") == 1
    book.call("note", case_id, "afterwards", check=0)
    assert book.git("status", "--porcelain") == ""


def test_a_class_and_an_owner_given_at_once_merge_and_only_the_histories_meet(
    ours: Book, theirs: Book, case_id: str
) -> None:
    for book in (ours, theirs):
        book.call("assess", case_id, *at("09:30"), check=0)
    theirs.git("reset", "--quiet", "--hard", "HEAD~")
    theirs.git("pull", "--quiet", str(ours.root), "HEAD")
    ours.call("classify", case_id, "--level", "urgent", "--category", "defect", *at("10:00"), check=0)
    theirs.call("assign", case_id, "--to", "zhao.min", "--department", "quality", *at("09:45"), check=0)
    assert merge(ours, theirs) == 1
    path = ours.file(case_id)
    text = path.read_text(encoding="utf-8")
    ((one, other),) = conflicts(text)
    assert (did(one), did(other)) == (["classify"], ["assign"])
    for line in ("level: urgent", "category: defect", "owner: zhao.min", "department: quality"):
        assert f"\n{line}\n" in outside(text)

    check_refusals_and_resolve(ours, case_id, path)

    united = ours.git("show", f"HEAD~:{path.relative_to(ours.root).as_posix()}")
    assert united == outside(text) + "\n".join(sorted([*one, *other], key=recorded)) + "\n"
    assert chained(read(path))


def test_an_overdue_case_is_named_beside_a_conflict_and_within_it(
    ours: Book, theirs: Book, case_id: str
) -> None:
    late = opened(ours, "Nobody answers")
    ours.call("note", case_id, "one", check=0)
    theirs.call("note", case_id, "two", check=0)
    assert merge(ours, theirs) == 1
    found = ours.json("check", check=4)["check"]
    assert {entry["case"] for entry in found["overdue"]} == {late, case_id}
    assert [problem["key"] for problem in found["problems"]] == ["conflict-marker"]


def test_a_closing_and_a_note_meet_in_the_archive_and_check_names_it_there(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.call("close", case_id, "--outcome", "withdrawn", *at("11:00"), check=0)
    theirs.call("note", case_id, "Called back", *at("10:30"), check=0)
    assert merge(ours, theirs) == 1
    path = ours.file(case_id)
    assert path.relative_to(ours.root).as_posix() == f"cases/closed/2024/03/{case_id}.yaml"
    text = path.read_text(encoding="utf-8")
    ((one, other),) = conflicts(text)
    assert (did(one), did(other)) == (["close"], ["note"])
    assert "\nstatus: closed\n" in outside(text)

    check_refusals_and_resolve(ours, case_id, path)

    assert sorted(event.did for event in read(path).history) == ["close", "note", "note", "open"]
    assert read(path).status == "closed"


@pytest.mark.parametrize(
    ("one", "other"),
    sample(
        [
            (("note", "one"), ("note", "two")),
            (("wait", "--reason", "photo"), ("investigate", "--finding", "a short circuit")),
            (("classify", "--level", "urgent", "--category", "defect"), ("assign", "--to", "zhao.min")),
            (("close", "--outcome", "withdrawn"), ("note", "two")),
            (("close", "--outcome", "withdrawn", "--lesson", LONG), ("note", "two")),
            (("edit", "--set", "customer.name=王芳"), ("edit", "--set", "product.model=X100")),
        ],
        2,
    ),
    ids=lambda words: f"{words[0]}-{len(words[-1])}",
)
def test_both_clones_come_to_the_same_file(
    ours: Book, theirs: Book, case_id: str, tmp_path: Path, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    for book in (ours, theirs):
        book.call("assess", case_id, *at("09:20"), check=0)
    theirs.git("fetch", "--quiet", str(ours.root), "HEAD")
    theirs.git("reset", "--quiet", "--hard", "FETCH_HEAD")
    ours.call(one[0], case_id, *one[1:], *at("10:00"), check=0)
    theirs.call(other[0], case_id, *other[1:], *at("10:00"), check=0)
    back = theirs.clone(tmp_path / "back")
    before = ours.clone(tmp_path / "before")
    united = []
    for book, incoming in ((ours, theirs), (back, before)):
        assert merge(book, incoming) == 1
        book.call("resolve", check=0)
        book.git("commit", "--quiet", "--no-edit")
        (path,) = (book.root / "cases").rglob(f"{case_id}.yaml")
        assert chained(read(path))
        united.append((path.relative_to(book.root), path.read_bytes()))
        book.call("check", "--archive", "--fail-on", "never", check=0)
        assert book.git("status", "--porcelain") == ""
    assert united[0] == united[1]
    assert {one[0], other[0]} <= {event.did for event in read(ours.root / united[0][0]).history}


def test_every_side_keeps_its_own_order_within_one_second(ours: Book, theirs: Book, case_id: str) -> None:
    for book in (ours, theirs):
        for number in range(6):
            book.call("note", case_id, f"{number} {book.root.name}", *at("10:00"), check=0)
    assert merge(ours, theirs) == 1
    ours.call("resolve", check=0)
    case = read(ours.file(case_id))
    assert chained(case)
    said = [event.text or "" for event in case.history[1:]]
    for name in ("book", "clone"):
        assert [text for text in said if text.endswith(name)] == [f"{number} {name}" for number in range(6)]


def test_a_file_in_the_style_that_shows_the_ancestor_is_united_too(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.git("config", "merge.conflictStyle", "diff3")
    ours.call("note", case_id, "one", *at("10:00"), check=0)
    theirs.call("note", case_id, "two", *at("11:00"), check=0)
    assert merge(ours, theirs) == 1
    assert "|||||||" in ours.file(case_id).read_text(encoding="utf-8")
    ours.call("resolve", check=0)
    assert {event.text for event in read(ours.file(case_id)).history} == {None, "one", "two"}


def edit_first_note(book: Book, case_id: str, old: str, new: str) -> None:
    path = book.file(case_id)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "by hand")


def test_an_event_that_one_side_erased_a_name_from_stays_erased(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.call("note", case_id, "王芳 called", *at("10:00"), check=0)
    theirs.git("pull", "--quiet", str(ours.root), "HEAD")
    edit_first_note(theirs, case_id, "王芳 called", "erased")
    ours.call("note", case_id, "two", *at("11:00"), check=0)
    assert merge(ours, theirs) == 1
    ours.call("resolve", check=0)
    assert [event.text for event in read(ours.file(case_id)).history] == [None, "erased", "two"]


def test_an_event_that_both_sides_edited_is_left_to_a_person(ours: Book, theirs: Book, case_id: str) -> None:
    ours.call("note", case_id, "王芳 called", check=0)
    theirs.git("pull", "--quiet", str(ours.root), "HEAD")
    edit_first_note(ours, case_id, "王芳 called", "she called")
    edit_first_note(theirs, case_id, "王芳 called", "erased")
    assert merge(ours, theirs) == 1
    assert "one event in different ways" in ours.call("resolve", check=4).stderr


def test_facts_that_conflict_are_left_to_a_person_with_file_and_line(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.call("assign", case_id, "--to", "li.wei", *at("10:00"), check=0)
    theirs.call("assign", case_id, "--to", "zhao.min", *at("11:00"), check=0)
    assert merge(ours, theirs) == 1
    path = ours.file(case_id)
    before = path.read_bytes()
    line = before.splitlines().index(b"owner: li.wei") + 1
    refused = ours.call("resolve", "--commit", check=4)
    assert f"cases/open/{case_id}.yaml:{line}:" in refused.stderr
    assert "owner: one side has li.wei, the other zhao.min." in refused.stderr
    assert path.read_bytes() == before

    decided = re.sub(rb"<<<<<<< HEAD\nowner: li.wei\n=======\n(.*\n)>>>>>>> .*\n", rb"\1", before)
    path.write_bytes(decided)
    ours.call("resolve", check=0)
    assert read(path).owner == "zhao.min"
    assert [event.did for event in read(path).history] == ["open", "assign", "assign"]


def test_a_file_that_would_not_be_faultless_is_not_written(ours: Book, theirs: Book, case_id: str) -> None:
    path = ours.file(case_id)
    damaged = path.read_bytes().replace(b"status: open", b"status: ajar")
    for book in (ours, theirs):
        book.file(case_id).write_bytes(damaged)
        book.git("commit", "--quiet", "--all", "--message", "damage")
    for book in (ours, theirs):
        event = f"  - {{at: 2024-03-04T10:00:00+08:00, by: li.wei, did: note, id: {book.root.name.upper():0>8}}}\n"
        with book.file(case_id).open("a", encoding="utf-8") as file:
            file.write(event)
        book.git("commit", "--quiet", "--all", "--message", "by hand")
    assert merge(ours, theirs) == 1
    before = path.read_bytes()
    assert "status" in ours.call("resolve", check=4).stderr
    assert path.read_bytes() == before


def test_one_case_alone_can_be_resolved(ours: Book, theirs: Book, case_id: str) -> None:
    other = opened(ours, "Second")
    theirs.git("pull", "--quiet", str(ours.root), "HEAD")
    for name in (case_id, other):
        ours.call("note", name, "one", check=0)
        theirs.call("note", name, "two", check=0)
    assert merge(ours, theirs) == 1
    said = ours.call("resolve", other, check=0)
    assert other in said.stdout
    assert case_id in said.stderr
    assert len(read(ours.file(other)).history) == 3
    assert "<<<<<<<" in ours.file(case_id).read_text(encoding="utf-8")


# A case that moved and changed a lot: git sees a deletion against a change


def much_happens(book: Book, case_id: str) -> None:
    """Changes so much that git no longer detects the rename."""
    for number in range(8):
        book.call("note", case_id, f"{number} {LONG}", *at(f"10:{number:02}"), check=0)


@pytest.fixture
def moved(ours: Book, theirs: Book, case_id: str) -> tuple[Book, Book]:
    """Our clone has worked on the case and closed it, while theirs has changed its owner."""
    much_happens(ours, case_id)
    ours.call("close", case_id, "--outcome", "withdrawn", *at("12:00"), check=0)
    theirs.call("assign", case_id, "--to", "zhao.min", *at("11:00"), check=0)
    return ours, theirs


@pytest.mark.nightly
def test_a_closing_with_much_change_is_united_though_git_sees_a_deletion(
    moved: tuple[Book, Book], case_id: str, tmp_path: Path
) -> None:
    back, before = moved[1].clone(tmp_path / "back"), moved[0].clone(tmp_path / "before")
    united = []
    for book, other in ((moved[0], moved[1]), (back, before)):
        assert merge(book, other) == 1
        assert "deleted by" in book.git("status")
        assert len(list((book.root / "cases").rglob(f"{case_id}.yaml"))) == 2
        path = book.root / "cases" / "open" / f"{case_id}.yaml"
        check_refusals_and_resolve(book, case_id, path)
        case = read(book.file(case_id))
        assert chained(case)
        assert (case.status, case.owner) == ("closed", "zhao.min")
        assert sorted(event.did for event in case.history) == ["assign", "close", *["note"] * 9, "open"]
        united.append(book.git("show", f"HEAD~:{book.file(case_id).relative_to(book.root).as_posix()}"))
    assert united[0] == united[1]


def test_a_deletion_against_a_change_with_conflicting_facts_is_left_to_a_person(
    ours: Book, theirs: Book, case_id: str
) -> None:
    much_happens(ours, case_id)
    ours.call("assign", case_id, "--to", "li.wei", *at("11:00"), check=0)
    ours.call("close", case_id, "--outcome", "withdrawn", *at("12:00"), check=0)
    theirs.call("assign", case_id, "--to", "zhao.min", *at("11:30"), check=0)
    assert merge(ours, theirs) == 1
    before = ours.git("status", "--porcelain")
    path = ours.root / "cases" / "open" / f"{case_id}.yaml"
    line = path.read_bytes().splitlines().index(b"owner: zhao.min") + 1
    refused = ours.call("resolve", check=4)
    assert f"cases/open/{case_id}.yaml:{line}:" in refused.stderr
    assert ours.git("status", "--porcelain") == before


def test_a_case_that_one_side_really_deleted_is_named(ours: Book, theirs: Book, case_id: str) -> None:
    ours.git("rm", "--quiet", str(ours.file(case_id)))
    ours.git("commit", "--quiet", "--message", "erase")
    theirs.call("note", case_id, "still here", check=0)
    assert merge(ours, theirs) == 1
    assert f"cases/open/{case_id}.yaml" in ours.call("check", "--fail-on", "never", check=4).stderr
    assert "deleted" in ours.call("resolve", check=4).stderr
    ours.git("rm", "--quiet", f"cases/open/{case_id}.yaml")
    ours.git("commit", "--quiet", "--no-edit")
    assert ours.call("check", "--fail-on", "never", check=0).returncode == 0


@pytest.mark.nightly
def test_histories_of_two_cases_that_git_took_for_one_are_never_united(ours: Book, tmp_path: Path) -> None:
    words = ("--description", LONG, "--customer-name", "王芳", "--model", "X100")
    times = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")
    old = ours.open("The form of the shop", *words, *times)
    theirs = ours.clone(tmp_path / "clone")
    for number in range(12):
        ours.call("note", old, f"{number} {LONG}", *at(f"10:{number:02}"), check=0)
    ours.call("close", old, "--outcome", "withdrawn", *at("12:00"), check=0)
    new = ours.open("The form of the shop", *words, *times)
    theirs.call("note", old, "for the old one", *at("11:00"), check=0)
    assert merge(ours, theirs) == 1
    assert f"cases/open/{new}.yaml" in ours.git("diff", "--name-only", "--diff-filter=U")
    check_refusals_and_resolve(ours, old, ours.root / "cases" / "open" / f"{new}.yaml")
    assert "for the old one" in {event.text for event in read(ours.file(old)).history}
    assert [event.did for event in read(ours.file(new)).history] == ["open"]
    assert read(ours.file(old)).status == "closed"


def test_a_stash_in_conflict_is_a_merge_too(ours: Book, case_id: str) -> None:
    ours.call("note", case_id, "one", "--no-commit", check=0)
    ours.git("stash", "--quiet")
    ours.call("note", case_id, "two", check=0)
    with pytest.raises(AssertionError):
        ours.git("stash", "pop")
    assert ours.call("note", case_id, "three", check=4).stdout == ""
    ours.call("resolve", check=0)
    ours.git("commit", "--quiet", "--message", "unite")
    assert len(read(ours.file(case_id)).history) == 3


def test_where_nothing_is_in_conflict_resolve_says_so(ours: Book, case_id: str) -> None:
    assert case_id
    assert "No case is in conflict" in ours.call("resolve", check=2).stderr


# --as-of


def as_of(book: Book, moment: str, *options: str) -> dict[str, list[dict[str, str]]]:
    said = book.call("check", "--as-of", f"2024-03-04T{moment}", "--json", *options)
    found: dict[str, list[dict[str, str]]] = json.loads(said.stdout)["check"]
    return found


def test_before_its_level_was_set_a_case_is_judged_by_the_shortest_limit(ours: Book, case_id: str) -> None:
    ours.call("classify", case_id, "--level", "general", *at("12:00"), "--by", "li.wei", check=3)
    ours.call("edit", case_id, "--set", "level=general", *at("12:00"), check=0)
    before, after = as_of(ours, "11:00"), as_of(ours, "12:30")
    assert [(entry["step"], entry["due"]) for entry in before["overdue"]] == [
        ("assess", "2024-03-04T10:00:00+08:00")
    ]
    assert after["overdue"] == []
    assert as_of(ours, "17:30")["overdue"][0]["due"] == "2024-03-04T17:00:00+08:00"


def test_an_urgent_case_is_judged_by_the_shortest_limit_before_anybody_knew(ours: Book, case_id: str) -> None:
    ours.call("edit", case_id, "--set", "level=urgent", *at("12:00"), check=0)
    (entry,) = as_of(ours, "11:00")["overdue"]
    assert entry["due"] == "2024-03-04T10:00:00+08:00"
    assert entry["level"] is None
    assert as_of(ours, "12:30")["overdue"][0]["level"] == "urgent"


def test_an_owner_who_came_later_is_not_shown_before(ours: Book, case_id: str) -> None:
    ours.call("assign", case_id, "--to", "li.wei", *at("10:30"), check=0)
    ours.call("assign", case_id, "--to", "zhao.min", *at("12:00"), check=0)
    owners = [as_of(ours, moment)["overdue"][0]["owner"] for moment in ("10:15", "11:00", "12:00")]
    assert owners == [None, "li.wei", "zhao.min"]
    assert "zhao.min" not in ours.call("show", case_id, "--as-of", "2024-03-04T11:00", check=0).stdout


def test_a_case_closed_later_counts_as_open_before(ours: Book, case_id: str) -> None:
    ours.call("close", case_id, "--outcome", "withdrawn", *at("12:00"), check=0)
    assert [entry["case"] for entry in as_of(ours, "11:00")["overdue"]] == [case_id]
    assert as_of(ours, "12:30")["overdue"] == []
    assert ours.call("check", check=0).stdout == ""
