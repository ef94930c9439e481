"""Two clones with hundreds of random commands each, merged both ways and finished: same files, no event lost."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import history
from complaintctl.storage.case import casefile, edited_text
from tests.casebooks import Book
from tests.commands.casebook.command_pairs import Ground, make_ground, merge

PEOPLE = ("li.wei", "zhao.min", "wang.fang", "chen.jie")
CASES = 6


def random_command(dice: random.Random, book: Book, number: int) -> list[str]:
    """Something that somebody does in this clone; the rules of the casebook may refuse it."""
    case_id = dice.choice(sorted((book.root / "cases").rglob("C-*.yaml"))).stem
    name = f"{book.root.name}{number}"
    file = book.root.parent / f"{name}.txt"
    file.write_text(name, encoding="utf-8")
    choices = [
        ["open", "--title", name, "--channel", "phone"],
        ["note", case_id, name],
        ["note", case_id, name],
        ["assign", case_id, "--to", dice.choice(PEOPLE)],
        ["classify", case_id, "--level", dice.choice(["urgent", "general"]), "--category", "defect"],
        ["investigate", case_id, "--finding", name, "--bone", f"man:{name}"],
        ["plan", case_id, "--remedy", dice.choice(["exchange", "refund"])],
        ["respond", case_id, "--via", "phone"],
        ["wait", case_id, "--reason", name],
        ["resume", case_id],
        ["heard", case_id, "--via", "phone"],
        ["escalate", case_id, "--reason", "late", "--watch", dice.choice(PEOPLE)],
        ["edit", case_id, "--set", f"customer.{dice.choice(['name', 'phone', 'email'])}={name}"],
        ["edit", case_id, "--set", f"x.{name}={number}"],
        ["edit", case_id, "--set", f"level={dice.choice(['urgent', 'important', 'general'])}"],
        ["attach", case_id, str(file)],
        ["task", case_id, "--to", name, "--what", "count"],
        ["task", case_id, "--done", f"{book.root.name}{number - dice.randrange(1, 30)}"],
        ["action", case_id, "--what", name, "--who", dice.choice(PEOPLE), "--due", "2030-01-01"],
        ["update", case_id, "--promise-by", "+24h"],
        ["close", case_id, "--outcome", dice.choice(["withdrawn", "not-upheld"])],
        ["reopen", case_id, "--reason", name],
        ["retract", case_id, dice.choice(casefile_events(book, case_id)).id, "--reason", name],
    ]
    return dice.choice(choices)


def casefile_events(book: Book, case_id: str) -> tuple[Event, ...]:
    return read(book.file(case_id)).history


def read(path: Path) -> Case:
    loaded, problems = casefile.read_case(path)
    assert loaded is not None, path
    assert not problems, problems
    return loaded.case


def work(book: Book, dice: random.Random, count: int, first: int) -> None:
    """Records `count` random events; what the rules refuse is not counted."""
    done = 0
    for number in range(first, first + 20 * count):
        done += book.call(*random_command(dice, book, number)).returncode == 0
        if done == count:
            return
    raise AssertionError(done)


def events_of(book: Book) -> dict[str, set[str]]:
    """The ids of the events of every case."""
    cases = map(read, (book.root / "cases").rglob("C-*.yaml"))
    return {case.id: {event.id for event in case.history} for case in cases}


def files_of(book: Book) -> dict[str, bytes]:
    parts = [path for name in ("cases", "attachments") for path in (book.root / name).rglob("*")]
    return {path.relative_to(book.root).as_posix(): path.read_bytes() for path in parts if path.is_file()}


def finish(book: Book, other: Book) -> int:
    """Merges the other clone; gives how many contradictions a person had to decide."""
    if merge(book, other):
        return 0
    decided = 0
    for _attempt in range(2):
        result = book.call("resolve", "--commit", "--json")
        if result.returncode == 0:
            return decided
        left = result.json()["left"]
        assert {entry["problem"] for entry in left} == {"conflict-values"}, (result.stderr, book.root)
        for name in {entry["file"] for entry in left}:
            decide(book, name, [entry["field"] for entry in left if entry["file"] == name])
        decided += len(left)
    raise AssertionError(result)


def decide(book: Book, name: str, names: list[str]) -> None:
    """Writes the later value of each fact into both sides of a file, as a person does who asked the others."""
    path = book.root / name
    paths = sorted((book.root / "cases").rglob(path.name))
    if len(paths) > 1:
        texts = [entry.read_bytes() for entry in paths]
    else:
        texts = [book.git("show", f":{stage}:{name}").encode() for stage in (2, 3)]
    cases = []
    for text in texts:
        loaded, _problems = casefile.parse_case(path, text)
        assert loaded is not None
        cases.append(loaded.case)
    values = {field: later_value(cases, field) for field in names}
    decided = [edited_text.edit_case_text(text, values, ()) for text in texts]
    if len(paths) > 1:
        for entry, text in zip(paths, decided, strict=True):
            entry.write_bytes(text)
    else:
        path.write_bytes(b"<<<<<<< HEAD\n" + decided[0] + b"=======\n" + decided[1] + b">>>>>>> theirs\n")


def later_value(cases: list[Case], name: str) -> object:
    lasts = [next((event for event in reversed(case.history) if name in event.set), None) for case in cases]
    found = [event for event in lasts if event is not None]
    if not found:
        return min(fields.value_at(case, name) or "" for case in cases)
    last = max(found, key=lambda event: (event.recorded or event.at, event.at, event.id))
    return history.restore_value(name, last.set[name][1])


def chained(case: Case) -> bool:
    earlier = [case.id]
    for event in case.history:
        if event.id not in {history.compute_event_id(event, previous) for previous in reversed(earlier)}:
            return False
        earlier.append(event.id)
    return True


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    made = make_ground(tmp_path_factory.mktemp("ground"))
    for number in range(CASES - 2):
        made.book.open(f"Case {number}", "--channel", "phone")
    return made


def rounds(seed: int, count: int) -> Iterator[tuple[int, int]]:
    """The number of events and the seed of each round: after the first, both clones have two common ancestors."""
    yield count, seed
    yield max(count // 5, 5), seed + 1


def check_clones(ground: Ground, folder: Path, seed: int, count: int) -> None:
    clones = [ground.book.clone(folder / name) for name in ("ours", "theirs")]
    first = 0
    for part, own_seed in rounds(seed, count):
        for place, book in enumerate(clones):
            work(book, random.Random(f"{own_seed} {place}"), part, first)  # noqa: S311
        first += 20 * part
        wanted = {
            name: set().union(*(events_of(book).get(name, set()) for book in clones))
            for name in set().union(*map(events_of, clones))
        }
        before = [book.clone(folder / f"{book.root.name} before {own_seed}") for book in clones]
        decided = [finish(book, other) for book, other in zip(clones, reversed(before), strict=True)]
        assert decided[0] == decided[1]
        assert files_of(clones[0]) == files_of(clones[1])
        print(
            f"seed {own_seed}: {part} events a clone, {len(wanted)} cases, {decided[0]} contradictions decided"
        )
        for book in clones:
            assert events_of(book) == wanted
            assert all(map(chained, map(read, (book.root / "cases").rglob("C-*.yaml"))))
            checked = book.call("check", "--archive", "--fail-on", "never", check=0)
            assert checked.stderr.count("\n") == 1, checked.stderr
            assert book.git("status", "--porcelain") == ""


@pytest.mark.nightly
def test_two_clones_with_random_commands_come_to_the_same_files(ground: Ground, tmp_path: Path) -> None:
    check_clones(ground, tmp_path, seed=16, count=12)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_two_clones_with_200_random_commands_each_come_to_the_same_files(
    ground: Ground, tmp_path: Path, seed: int
) -> None:
    check_clones(ground, tmp_path, seed=100 * seed, count=200)
