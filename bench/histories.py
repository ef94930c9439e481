"""Makes a casebook with a long git history by `git fast-import`: each event a commit, as the commands record it."""

import dataclasses
import heapq
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from bench import casebooks, stories, words
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import CROCKFORD
from complaintctl.domain.deadlines.history import compute_event_id, rewind_history
from complaintctl.storage.case import new_text

# The number of different cases; the others are copies, with other ids and days.
DIFFERENT: Final = 200
# About as many cases are open at any time.
OPEN: Final = 500
EVENTS: Final = 6
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T.*")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Version:
    """The file of a case after one of its events, and the file that it had before the event."""

    at: datetime
    case_id: str
    event: Event
    path: str
    before: str | None
    text: str


def make_history(root: Path, commits: int, end: datetime) -> None:
    """Makes a casebook in a new folder whose history has this number of commits, the last of them before `end`."""
    root.mkdir(parents=True)
    subprocess.run(["git", "-C", str(root), "init", "--quiet", "--initial-branch=main"], check=True)
    importing = subprocess.Popen(
        ["git", "-C", str(root), "-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--done"],
        stdin=subprocess.PIPE,
    )
    with importing:
        if importing.stdin is not None:
            importing.stdin.writelines(_stream(commits, end))
    if importing.returncode:
        raise SystemExit(importing.returncode)
    subprocess.run(["git", "-C", str(root), "reset", "--quiet", "--hard", "main"], check=True)
    subprocess.run(["git", "-C", str(root), "repack", "-adfq", "--window=10"], check=True)


def append_history(root: Path, commits: int, seed: int) -> None:
    """Adds notes to open cases of such a casebook, each a commit."""
    importing = subprocess.Popen(
        ["git", "-C", str(root), "fast-import", "--quiet", "--done"], stdin=subprocess.PIPE
    )
    with importing:
        if importing.stdin is not None:
            importing.stdin.writelines(_notes(root, commits, seed))
    subprocess.run(["git", "-C", str(root), "reset", "--quiet", "--hard", "main"], check=True)


def _notes(root: Path, commits: int, seed: int) -> Iterator[bytes]:
    newest = _git(root, "log", "-1", "--format=%ct", "main")
    random, at = Random(seed), datetime.fromtimestamp(int(newest), casebooks.rules().zone)  # noqa: S311 - invented
    files = sorted((root / "cases" / "open").glob("*.yaml"))
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    parent = "refs/heads/main^0"
    for _ in range(commits):
        path, at = random.choice(files), at + timedelta(minutes=1)
        last = texts[path].rstrip().rpartition("id: ")[2].removesuffix("}").strip('"')
        note = Event(at=at, by=words.HANDLERS[0], did="note", text="提醒客户寄回样品")
        note = dataclasses.replace(note, id=compute_event_id(note, last))
        texts[path] += "".join(f"  - {line}\n" for line in _event_lines(note))
        version = _Version(
            at=at,
            case_id=path.stem,
            event=note,
            path=path.relative_to(root).as_posix(),
            before=path.relative_to(root).as_posix(),
            text=texts[path],
        )
        yield _commit(version, parent)
        parent = ""
    yield b"done\n"


def _event_lines(event: Event) -> list[str]:
    case = Case(id="C-20260101-AAAAA", title="x", received=event.at, status="open", history=(event,))
    return [line[4:] for line in new_text.case_yaml(case).splitlines() if line.startswith("  - ")]


def _git(root: Path, *arguments: str) -> str:
    run = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def _stream(commits: int, end: datetime) -> Iterator[bytes]:
    policy = casebooks.policy_path().read_bytes()
    versions = _versions(commits, end)
    yield _head(versions[0].at, "li.wei", "Make a casebook\n\nActor: complaintctl\n")
    yield b"M 100644 inline complaintctl.yaml\ndata %d\n%s\n" % (len(policy), policy)
    for version in versions[: commits - 1]:
        yield _commit(version, "")
    yield b"done\n"


def _head(at: datetime, author: str, message: str) -> bytes:
    person = f"{author} <{author}@example.com> {int(at.timestamp())} +0800"
    text = message.encode()
    head = f"commit refs/heads/main\nauthor {person}\ncommitter {person}\ndata {len(text)}\n".encode()
    return head + text + b"\n"


def _commit(version: _Version, parent: str) -> bytes:
    event = version.event
    message = (
        f"{version.case_id} {event.did}\n\nCase: {version.case_id}\nEvent: {event.did} {event.id}\n"
        f"Actor: {event.by}\n"
    )
    text = version.text.encode()
    parts = [_head(version.at, event.by, message), f"from {parent}\n".encode() if parent else b""]
    if version.before not in {None, version.path}:
        parts.append(f"D {version.before}\n".encode())
    parts.append(f"M 100644 inline {version.path}\ndata {len(text)}\n".encode() + text + b"\n")
    return b"".join(parts)


def _versions(commits: int, end: datetime) -> list[_Version]:
    """Returns the first versions of all cases in the order of their times."""
    rules = casebooks.rules()
    begin = end - timedelta(days=800)
    cases = [stories.withdrawn_case(number, rules, begin) for number in range(DIFFERENT)]
    texts = [_version_texts(case) for case in cases]
    lasting = sum((case.history[-1].at - case.history[0].at for case in cases), timedelta()) / len(cases)
    # The number of cases at any time is the number that come in, times how long they stay.
    every = lasting / OPEN
    random, versions = Random(stories.SEED), list[_Version]()  # noqa: S311 - invented cases
    for number in range(commits // EVENTS + OPEN * 2):
        days = timedelta(days=(every * number).days + random.randint(0, 2))
        place = number % len(cases)
        versions += _moved_versions(cases[place], texts[place], number, days)
    return heapq.nsmallest(commits - 1, versions, key=_version_time)


def _version_time(version: _Version) -> datetime:
    return version.at


def _version_texts(case: Case) -> list[str]:
    """Returns the file of a case after each of its events."""
    texts = []
    for place, (_event, _before, after) in enumerate(list(rewind_history(case))[::-1]):
        is_last = place == len(case.history) - 1
        version = dataclasses.replace(
            after, history=case.history[: place + 1], status="closed" if is_last else "open"
        )
        texts.append(new_text.case_yaml(version))
    return texts


def _moved_versions(case: Case, texts: list[str], number: int, by: timedelta) -> Iterator[_Version]:
    """Yields the versions of the case with another id and other days, and the ids of events that follow from them."""
    letters = "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(5)))
    case_id = f"C-{case.received + by:%Y%m%d}-{letters}"
    replaced, events = {case.id: case_id}, list[Event]()
    for event in case.history:
        moved: Event = _shifted(event, by)
        identity = compute_event_id(moved, events[-1].id if events else case_id)
        events.append(dataclasses.replace(moved, id=identity))
        replaced[event.id] = identity

    def replace(match: re.Match[str]) -> str:
        old = match[0]
        if old not in replaced:
            replaced[old] = (date.fromisoformat(old) + by).isoformat()
        return replaced[old]

    pattern = re.compile("|".join((*replaced, r"\d{4}-\d{2}-\d{2}(?=T)")))
    before, month = None, f"{case_id[2:6]}/{case_id[6:8]}"
    for event, text in zip(events, texts, strict=True):
        closed = f"cases/closed/{month}/{case_id}.yaml"
        path = closed if event is events[-1] else f"cases/open/{case_id}.yaml"
        yield _Version(
            at=event.at,
            case_id=case_id,
            event=event,
            path=path,
            before=before,
            text=pattern.sub(replace, text),
        )
        before = path


def _shifted(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, str):
        return (datetime.fromisoformat(value) + by).isoformat() if _MOMENT.fullmatch(value) else value
    if isinstance(value, dict):
        return {key: _shifted(inner, by) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_shifted(inner, by) for inner in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            entry.name: _shifted(inner, by)
            for entry in dataclasses.fields(value)
            if (inner := getattr(value, entry.name))
        }
        return dataclasses.replace(value, **changes)
    return value
