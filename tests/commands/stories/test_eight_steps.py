"""Tests a complaint under the electronics policy from intake to the archive; each command is a separate process."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.casebooks import ACTOR, ZONE, Book, make_book

RECEIVED = "2024-03-04T09:00"

# The times of the steps (Shanghai time, received Monday 2024-03-04 09:00) and the limits of the handbook:
#
#   step         due                                   taken
#   open         03-04 10:00  receipt + 1 h            03-04 09:40  in time
#   assess       03-04 11:00  receipt + 2 h            03-04 11:30  late
#   classify     03-04 13:00  receipt + 4 h            03-04 12:50  in time
#   investigate  03-05 09:00  receipt + 24 h           03-06 09:30  late
#   plan         03-06 09:00  receipt + 48 h           03-06 10:30  late
#   execute      03-09 10:30  plan + 72 h              03-09 10:30  in time, to the second
#   respond      03-10 10:30  execution + 24 h         03-10 11:00  late
#   follow-up    03-17 11:00  response + 7 days        03-18 09:00  late
STEPS: tuple[tuple[str, str, bool, tuple[str, ...]], ...] = (
    ("assess", "2024-03-04T11:30", False, ("--level", "urgent")),
    ("classify", "2024-03-04T12:50", True, ("--category", "quality/function/hardware")),
    (
        "investigate",
        "2024-03-06T09:30",
        False,
        ("--cause", "quality/manufacturing", "--finding", "The seal of the cell is broken"),
    ),
    ("plan", "2024-03-06T10:30", False, ("--remedy", "exchange", "--measure", "Check the batch;zhao.min")),
    ("execute", "2024-03-09T10:30", True, ("--remedy", "exchange", "--cost", "299.00 CNY")),
    ("respond", "2024-03-10T11:00", False, ("--outcome", "upheld", "--via", "phone")),
    ("follow-up", "2024-03-18T09:00", False, ("--satisfaction", "4", "--via", "phone")),
)
CLOSED = "2024-03-18T09:05"

# What `check --as-of` must report at each time: every overdue step with the minutes since it was due.
MOMENTS: tuple[tuple[str, dict[str, int]], ...] = (
    ("2024-03-04T11:00", {}),  # at the due time itself it is not late
    ("2024-03-04T11:20", {"assess": 20}),
    ("2024-03-05T09:01", {"investigate": 1}),  # assess and classify are taken
    ("2024-03-06T09:15", {"investigate": 24 * 60 + 15, "plan": 15}),
    ("2024-03-06T10:00", {"plan": 60}),  # investigated at 09:30
    ("2024-03-09T10:30", {}),  # executed when it was due
    ("2024-03-10T10:45", {"respond": 15}),
    ("2024-03-18T08:00", {"follow-up": 21 * 60}),
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """The casebook after all events, the case, and the last commit before them."""

    book: Book
    case_id: str
    before: str


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    book = make_book(tmp_path_factory.mktemp("eight"))
    (book.root / "notes.txt").write_text("known to git\n")
    book.git("add", "notes.txt")
    book.git("commit", "--quiet", "--message", "Keep notes beside the casebook")
    (book.root / "notes.txt").write_text("changed, not staged\n")
    (book.root / "unrelated.txt").write_text("staged\n")
    book.git("add", "unrelated.txt")
    (book.root / "unrelated.txt").write_text("staged, then changed again\n")
    before = book.head()
    case_id = _opened(book)
    for step, at, _met, options in STEPS:
        book.call(step, case_id, "--at", at, *options, check=0)
    book.call("close", case_id, "--at", CLOSED, check=0)
    return Story(book=book, case_id=case_id, before=before)


def _opened(book: Book) -> str:
    facts = (
        ("--title", "Battery swells after two weeks"),
        ("--description", "The back has come off."),
        ("--channel", "phone"),
        ("--customer-name", "王芳"),
        ("--phone", "13800138000"),
        ("--model", "X100"),
        ("--bought", "2024-02-19"),
        ("--remedy-sought", "refund"),
        ("--set", "product.bought_from=web shop"),
        ("--set", "product.time_in_use=2 weeks"),
        ("--received", RECEIVED),
        ("--at", "2024-03-04T09:40"),
    )
    result = book.call("open", *(word for pair in facts for word in pair), check=0)
    return result.stdout.strip()


def _file(story: Story) -> Path:
    return story.book.root / "cases/closed/2024/03" / f"{story.case_id}.yaml"


def _recorded(story: Story) -> list[dict[str, str]]:
    content = yaml.load(_file(story).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    return list(content["history"])


@pytest.mark.parametrize(("moment", "overdue"), MOMENTS)
def test_check_names_exactly_the_steps_overdue_at_each_moment(
    story: Story, moment: str, overdue: dict[str, int]
) -> None:
    result = story.book.call("check", "--as-of", moment, "--format", "json")
    found = result.json()["check"]

    assert {entry["step"]: entry["late"] for entry in found["overdue"]} == {
        step: minutes * 60 for step, minutes in overdue.items()
    }
    assert {entry["case"] for entry in found["overdue"]} <= {story.case_id}
    assert (found["judged"], found["problems"]) == (1, [])
    assert result.returncode == (1 if overdue else 0)


def test_nothing_is_owed_before_the_case_was_opened_nor_after_it_was_closed(story: Story) -> None:
    before = story.book.call("check", "--as-of", "2024-03-04T09:39", "--json", check=0).json()
    after = story.book.call("check", "--as-of", CLOSED, "--json", check=0).json()

    assert (before["check"]["judged"], after["check"]["judged"]) == (0, 0)


def test_every_step_carries_the_verdict_of_its_day(story: Story) -> None:
    verdicts = {event["did"]: event.get("met") for event in _recorded(story)}

    wanted = {step: "true" if met else "false" for step, _at, met, _options in STEPS}
    assert verdicts == {"open": "true", **wanted, "close": None}


def test_the_log_holds_one_commit_per_command_with_its_trailers(story: Story) -> None:
    layout = "%s%x1f%(trailers:key=Case,valueonly,separator=%x1e)%x1f%(trailers:key=Event,valueonly,separator=%x1e)%x1f%(trailers:key=Actor,valueonly,separator=%x1e)"
    told = story.book.git("log", "--reverse", f"--format={layout}", f"{story.before}..HEAD").splitlines()
    commits = [line.split("\x1f") for line in told]
    recorded = [(event["did"], event["id"]) for event in _recorded(story)]

    assert [did for did, _id in recorded] == ["open", *(step for step, *_rest in STEPS), "close"]
    assert [(case, event, actor) for _subject, case, event, actor in commits] == [
        (story.case_id, f"{did} {event_id}", ACTOR) for did, event_id in recorded
    ]
    assert all(
        subject.startswith(f"{story.case_id} {did}")
        for (subject, *_trailers), (did, _id) in zip(commits, recorded, strict=True)
    )


def test_a_commit_names_what_was_decided_and_nobody_who_complained(story: Story) -> None:
    subjects = story.book.git("log", "--format=%s", f"{story.before}..HEAD").splitlines()

    assert f"{story.case_id} classify: quality/function/hardware" in subjects
    assert not any("王芳" in subject or "13800138000" in subject for subject in subjects)


def test_each_commit_holds_the_paths_of_the_case_alone(story: Story) -> None:
    told = story.book.git("log", "--format=%x00", "--name-only", "--no-renames", f"{story.before}..HEAD")
    commits = [set(entry.split()) for entry in told.split("\0")[1:]]
    lying_open = f"cases/open/{story.case_id}.yaml"
    in_archive = f"cases/closed/2024/03/{story.case_id}.yaml"

    assert commits == [{lying_open, in_archive}, *[{lying_open}] * (len(STEPS) + 1)]


def test_work_staged_and_changed_beside_it_is_left_alone(story: Story) -> None:
    book = story.book

    assert book.git("status", "--porcelain") == " M notes.txt\nAM unrelated.txt\n"
    assert book.git("show", ":unrelated.txt") == "staged\n"
    assert (book.root / "unrelated.txt").read_text() == "staged, then changed again\n"
    assert (book.root / "notes.txt").read_text() == "changed, not staged\n"
    assert not book.git("log", "--oneline", "--", "unrelated.txt")


def test_the_history_of_the_file_is_followed_through_the_move(story: Story) -> None:
    path = _file(story).relative_to(story.book.root).as_posix()

    followed = story.book.git("log", "--follow", "--format=%s", "--", path).splitlines()

    assert len(followed) == len(STEPS) + 2


def test_the_times_are_written_in_the_zone_of_the_policy(story: Story) -> None:
    zones = {event["at"][-6:] for event in _recorded(story)}

    assert (ZONE, zones) == ("Asia/Shanghai", {"+08:00"})
