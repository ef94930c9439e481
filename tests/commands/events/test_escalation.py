"""Tests `escalate --due`: each rung of a clock is done once, regardless of who runs it and how often."""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, faults_with, make_book, refused
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: ladder
timezone: Asia/Shanghai
levels: [urgent, important, general]
roles: [lead]
people: {zhao.min: {roles: [lead]}, li.wei: {email: li.wei@example.com}, chen: {}}
escalation:
  - {before: 1h, to: owner}
  - {late: 0h, to: lead}
  - {late: 4h, to: zhao.min, hand_over: true, raise: level}
  - {late: 1d, to: li.wei, steps: [respond], raise: level}
steps:
  - {step: ack, within: 1h, first_answer: true}
  - {step: respond, within: {urgent: 6h, important: 8h, else: 10h}}
reopen_to: respond
"""
DAY = "2024-03-04"
REACHED = ("1h before: notify the owner", "0h late: notify lead", "4h late: notify zhao.min")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def registered(book: Book, *options: str) -> str:
    """A general case received at 08:00 and acknowledged at once; `respond` is due at 18:00."""
    case_id = book.open(
        "t", "--received", f"{DAY}T08:00", "--at", f"{DAY}T08:00", "--level", "general", *options
    )
    book.call("ack", case_id, "--via", "phone", "--at", f"{DAY}T08:00", check=0)
    return case_id


def due(book: Book, as_of: str, *options: str, check: int = 0) -> Any:
    """Returns what a run as of that time did."""
    return book.json("escalate", "--due", "--as-of", as_of, *options, check=check)


def rungs(done: Any) -> list[tuple[str, str]]:
    """Returns step and lateness of every rung that a run did."""
    return [
        (one["step"], one.get("late") or f"{one['before']} before")
        for entry in done["cases"]
        for one in entry["event"]["rungs"]
    ]


def facts(book: Book, case_id: str) -> dict[str, Any]:
    case: dict[str, Any] = book.json("show", case_id)["case"]
    return {name: case.get(name) for name in ("level", "owner", "watchers")}


def test_each_rung_is_done_once_at_its_moment(book: Book) -> None:
    case_id = registered(book, "--owner", "chen")
    # Due at 18:00: an hour before is 17:00.
    assert rungs(due(book, f"{DAY}T16:59")) == []
    assert rungs(due(book, f"{DAY}T17:00")) == [("respond", "1h before")]
    assert facts(book, case_id) == {"level": "general", "owner": "chen", "watchers": None}
    assert rungs(due(book, f"{DAY}T17:59")) == []
    assert rungs(due(book, f"{DAY}T18:00")) == [("respond", "0h")]
    assert facts(book, case_id) == {"level": "general", "owner": "chen", "watchers": ["lead"]}
    # Four hours late at 22:00; the next level has 8 h, so `respond` is due at 16:00 from then on.
    assert rungs(due(book, f"{DAY}T21:59")) == []
    assert rungs(due(book, f"{DAY}T22:00")) == [("respond", "4h")]
    assert facts(book, case_id) == {"level": "important", "owner": "zhao.min", "watchers": ["lead"]}
    # A day after 16:00.
    assert rungs(due(book, "2024-03-05T15:59")) == []
    assert rungs(due(book, "2024-03-05T16:00")) == [("respond", "1d")]
    assert facts(book, case_id) == {
        "level": "urgent",
        "owner": "zhao.min",
        "watchers": ["lead", "li.wei"],
    }
    assert rungs(due(book, "2024-03-20T00:00")) == []


def test_what_nobody_ran_for_is_done_later_in_one_event_and_one_commit(book: Book) -> None:
    first, second = registered(book), registered(book)
    before = int(book.git("rev-list", "--count", "HEAD"))
    done = due(book, "2024-03-06T00:00")
    assert [entry["id"] for entry in done["cases"]] == sorted([first, second])
    # Due at 18:00: an hour before, at once, four hours and a day after.
    every = [("respond", when) for when in ("1h before", "0h", "4h", "1d")]
    assert rungs(done) == every * 2
    assert facts(book, first)["level"] == "urgent"
    assert int(book.git("rev-list", "--count", "HEAD")) == before + 1
    message = book.git("log", "-1", "--format=%B")
    assert message.startswith("escalate --due: 2\n")
    for entry in done["cases"]:
        assert f"Event: escalate {entry['event']['id']}" in message
    assert book.git("status", "--porcelain") == ""
    assert book.call("check", "--fail-on", "never", check=0).stdout
    head = book.head()
    assert due(book, "2024-03-06T00:00")["cases"] == []
    assert book.head() == head


def test_the_event_tells_clock_and_rung_and_what_moved(book: Book) -> None:
    registered(book)
    due(book, f"{DAY}T18:00")
    (entry,) = due(book, f"{DAY}T22:00")["cases"]
    event = entry["event"]
    moment = "2024-03-04T{}:00+08:00"
    assert event["rungs"] == [
        {
            "step": "respond",
            "start": moment.format("08:00"),
            "due": moment.format("18:00"),
            "late": "4h",
            "to": "zhao.min",
        }
    ]
    assert event["set"] == {"level": ["general", "important"], "owner": [None, "zhao.min"]}
    # 8 h instead of 10 h from 08:00.
    assert event["moved"] == {"respond": [moment.format("18:00"), moment.format("16:00")]}
    assert (event["at"], "recorded" in event) == (moment.format("22:00"), True)
    said = book.call("log", entry["id"], check=0).stdout
    assert "respond 4h late: notify zhao.min" in said


def test_a_chinese_reader_sees_the_labels_of_steps_and_roles(tmp_path: Path) -> None:
    text = POLICY.replace("roles: [lead]\np", "roles: {lead: {label: {zh: 主管}}}\np")
    text = text.replace("{step: respond,", "{step: respond, label: {zh: 答复客户},")
    (tmp_path / "policy.yaml").write_text(text, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml", lang="zh")
    case_id = registered(book)
    done = book.call("escalate", "--due", "--as-of", f"{DAY}T22:00", check=0).stdout
    shown = book.call("show", case_id, check=0).stdout
    assert "知会：主管" in done
    for said in (done, shown):
        assert "答复客户 超期 0h：应告知 主管" in said
    assert "答复客户 → 2024-03-04 16:00" in shown
    assert "仅限 respond 答复客户" in book.call("policy", "show", check=0).stdout
    found = book.call("check", "--as-of", f"{DAY}T23:00", "--format", "github", check=1).stdout
    assert f"{case_id}：答复客户 应于" in found


def test_a_clock_that_waits_is_met_or_closed_is_left_alone(book: Book) -> None:
    waiting, met, closed = registered(book), registered(book), registered(book)
    book.call("wait", waiting, "--reason", "photo", "--at", f"{DAY}T09:00", check=0)
    book.call("respond", met, "--via", "phone", "--at", f"{DAY}T09:00", check=0)
    words = ("--outcome", "withdrawn", "--force", "--reason", "r", "--at", f"{DAY}T09:00")
    book.call("close", closed, *words, check=0)
    assert rungs(due(book, "2024-03-05T00:00")) == []
    # Nine of ten hours were left at 09:00: due at 21:00, an hour before is 20:00.
    book.call("resume", waiting, "--at", "2024-03-05T12:00", check=0)
    assert rungs(due(book, "2024-03-05T19:59")) == []
    assert rungs(due(book, "2024-03-05T20:00")) == [("respond", "1h before")]


def test_a_due_time_that_moves_repeats_no_rung_and_a_reopening_does(book: Book) -> None:
    case_id = registered(book)
    assert rungs(due(book, f"{DAY}T17:00")) == [("respond", "1h before")]
    # A wait of two hours moves the due time to 20:00, and an hour before comes again at 19:00.
    book.call("wait", case_id, "--reason", "photo", "--at", f"{DAY}T17:10", check=0)
    book.call("resume", case_id, "--at", f"{DAY}T19:10", check=0)
    assert rungs(due(book, f"{DAY}T19:30")) == []
    assert rungs(due(book, f"{DAY}T20:00")) == [("respond", "0h")]
    # With a receipt an hour earlier it is still the same clock: 07:00 and 10 h and a wait of 2 h, due at 19:00.
    book.call("edit", case_id, "--set", f"received={DAY}T07:00", "--at", f"{DAY}T20:10", check=0)
    assert rungs(due(book, f"{DAY}T20:30")) == []
    book.call("respond", case_id, "--via", "phone", "--at", f"{DAY}T20:40", check=0)
    # Ten hours from the reopening at 21:00 end at 07:00, an hour before is 06:00.
    book.call("reopen", case_id, "--reason", "again", "--at", f"{DAY}T21:00", check=0)
    assert rungs(due(book, "2024-03-05T05:59")) == []
    assert rungs(due(book, "2024-03-05T06:00")) == [("respond", "1h before")]


def test_every_promise_is_a_clock_of_its_own(book: Book) -> None:
    case_id = registered(book)
    words = ("--text", "soon", "--at", f"{DAY}T08:10")
    for by in (f"{DAY}T10:00", f"{DAY}T12:00"):
        book.call("update", case_id, *words, "--promise-by", by, check=0)
    assert rungs(due(book, f"{DAY}T09:00")) == [("promise", "1h before")]
    assert rungs(due(book, f"{DAY}T11:00")) == [("promise", "0h"), ("promise", "1h before")]
    assert rungs(due(book, f"{DAY}T12:00")) == [("promise", "0h")]


def test_an_escalation_taken_back_is_not_done_again(book: Book) -> None:
    case_id = registered(book)
    due(book, f"{DAY}T18:00")
    (entry,) = due(book, f"{DAY}T22:00")["cases"]
    words = ("--reason", "the customer was on the phone", "--at", f"{DAY}T22:10")
    book.call("retract", case_id, entry["event"]["id"], *words, check=0)
    assert facts(book, case_id) == {"level": "general", "owner": None, "watchers": ["lead"]}
    assert rungs(due(book, f"{DAY}T23:00")) == []


def test_a_trial_writes_nothing_and_says_what_would_be_done(book: Book) -> None:
    case_id = registered(book)
    head = book.head()
    result = book.call("escalate", "--due", "--dry-run", "--as-of", f"{DAY}T22:00", check=0)
    assert book.head() == head
    assert book.git("status", "--porcelain") == ""
    assert result.stderr == "Dry run: nothing was written.\n"
    line = result.stdout.splitlines()[-1].split("  ")
    assert [cell.strip() for cell in line if cell.strip()] == [
        case_id,
        "; ".join(f"respond {words}" for words in REACHED),
        "level general → important; owner – → zhao.min; watching: lead",
    ]


def test_nothing_to_do_says_so(book: Book) -> None:
    result = book.call("escalate", "--due", check=0)
    assert (result.stdout, result.stderr) == (
        "",
        "No escalation is due.\n",
    )


def test_cases_with_later_events_are_left_alone(book: Book) -> None:
    case_id = registered(book)
    book.call("note", case_id, "called", "--at", f"{DAY}T19:00", check=0)
    done = due(book, f"{DAY}T18:00")
    assert (done["cases"], done["left_alone"]) == ([], 1)
    assert len(due(book, f"{DAY}T19:00")["cases"]) == 1


def test_a_faulty_file_hides_no_other_case(book: Book) -> None:
    broken, sound = registered(book), registered(book)
    file = book.file(broken)
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}id: again\n", encoding="utf-8")
    done = due(book, f"{DAY}T18:00", check=4)
    assert [entry["id"] for entry in done["cases"]] == [sound]
    assert file.read_text(encoding="utf-8") == f"{text}id: again\n"


def test_comments_in_a_case_stay(book: Book) -> None:
    case_id = registered(book)
    file = book.file(case_id)
    file.write_text(f"# mine\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    due(book, f"{DAY}T18:00")
    assert file.read_text(encoding="utf-8").startswith("# mine\n")
    assert facts(book, case_id)["watchers"] == ["lead"]


def test_two_clones_that_both_ran_unite_and_a_third_run_does_nothing(book: Book, tmp_path: Path) -> None:
    case_id = registered(book)
    other = book.clone(tmp_path / "other")
    due(book, f"{DAY}T22:00")
    due(other, f"{DAY}T22:30")
    other.git("fetch", "--quiet", "origin")
    with pytest.raises(AssertionError):
        other.git("merge", "--quiet", "origin/HEAD")
    other.call("resolve", check=0)
    other.git("add", "-A")
    other.git("commit", "--quiet", "--no-edit")
    told = [event["did"] for event in other.json("show", case_id)["case"]["history"]]
    assert told == ["open", "ack", "escalate", "escalate"]
    assert facts(other, case_id) == {"level": "important", "owner": "zhao.min", "watchers": ["lead"]}
    assert rungs(due(other, f"{DAY}T23:00")) == []


def test_watchers_are_added_by_hand_each_once(book: Book) -> None:
    case_id = registered(book)
    words = ("--reason", "press", "--at", f"{DAY}T09:00")
    book.call("escalate", case_id, "--watch", "zhao.min", "--watch", "lead", *words, check=0)
    book.call("escalate", case_id, "--watch", "lead", "--watch", "li.wei", *words, check=0)
    assert facts(book, case_id)["watchers"] == ["zhao.min", "lead", "li.wei"]
    refused(book, 3, "escalate", case_id, "--watch", "lead", *words)
    book.call("edit", case_id, "--set", "watchers=", check=0)
    assert facts(book, case_id)["watchers"] is None


@pytest.mark.parametrize(
    ("words", "said"),
    sample(
        [
            (("--reason", "r"), "Give one case to escalate, or --due"),
            (("{case}", "--due"), "Give one case to escalate, or --due"),
            (("--due", "--level", "urgent"), "--level is for one case"),
            (("--due", "--at", "09:00"), "--at is for one case"),
            (
                ("{case}", "--dry-run", "--level", "urgent", "--reason", "r"),
                "--dry-run can only be used with --due",
            ),
            (
                ("{case}", "--as-of", "09:00", "--level", "urgent", "--reason", "r"),
                "--as-of can only be used with --due",
            ),
            (("{case}", "--level", "urgent"), "escalate needs --reason."),
            (("--due", "--as-of", "2199-01-01"), "is in the future"),
        ],
        3,
    ),
)
def test_the_two_ways_of_escalating_do_not_mix(book: Book, words: tuple[str, ...], said: str) -> None:
    case_id = registered(book)
    assert said in refused(book, 2, "escalate", *(word.format(case=case_id) for word in words))


@pytest.mark.parametrize(
    ("rung", "said"),
    [
        ("{late: 1h, to: lead, hand_over: true}", "lead is not a person"),
        ("{late: 1h, to: owner, hand_over: true}", "owner is not a person"),
        ("{late: 1h, to: lead, steps: [reply]}", "reply"),
        ("{late: 1h, to: lead, raise: owner}", "must be one of level"),
        ("{late: 0h, to: lead, steps: [ack]}", "there is the same rung above"),
    ],
)
def test_a_policy_that_cannot_mean_what_it_says_is_faulty(book: Book, rung: str, said: str) -> None:
    found, place = faults_with(book, rung)
    assert said in found
    assert place in found


def test_levels_that_are_not_there_cannot_be_raised(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8").replace("levels: [urgent, important, general]\n", "")
    policy.write_text(text.replace("{urgent: 6h, important: 8h, else: 10h}", "10h"), encoding="utf-8")
    result = book.call("policy", "check", check=1)
    assert "a level cannot be raised" in result.stdout + result.stderr


def test_the_policy_is_shown_with_what_its_rungs_do(book: Book) -> None:
    shown = book.call("policy", "show", check=0).stdout
    assert "4h late: notify zhao.min, one level up, takes the case over" in shown
    assert "1d late: notify li.wei, one level up, for respond only" in shown
