"""Random work in clones of a casebook, and what must be true after they are merged."""

import random
from pathlib import Path

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import history
from complaintctl.storage.case import casefile, edited_text
from tests.casebooks import Book
from tests.commands.casebook.command_pairs import merge

PEOPLE = ("li.wei", "zhao.min", "wang.fang", "chen.jie")


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
    return 0 if merge(book, other) else settle(book)


def settle(book: Book) -> int:
    """Finishes a merge that stopped; gives how many contradictions a person had to decide."""
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
