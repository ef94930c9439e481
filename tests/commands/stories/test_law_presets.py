"""Tests the shipped policies of legal time limits with due dates calculated by hand from the rule and its holidays.

Future complaints are written as files, as if they came from another clone, because no command accepts a future time.
"""

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaintctl.domain import zones
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.storage.case import new_text
from complaintctl.storage.policy import policyfile
from tests.casebooks import Book, make_book, refused

ZONES = {"fca-disp": "Europe/London", "cfpb": "America/New_York", "china-consumer": "Asia/Shanghai"}
FIVE = "ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    """A casebook with each of the policies."""
    return {name: make_book(tmp_path_factory.mktemp(name), name, zone) for name, zone in ZONES.items()}


@cache
def rules_of(root: Path) -> rulebook.Rulebook:
    found, problems = policyfile.read_policy(root / "complaintctl.yaml")
    assert problems == []
    assert found is not None
    return rulebook.build_rulebook(found.policy)


def arrived(book: Book, when: str, category: str | None) -> str:
    """Writes the file of a complaint received at that time; returns its id."""
    rules, folder = rules_of(book.root), book.root / "cases" / "open"
    moment = zones.resolve_local_time(rules.zone, datetime.fromisoformat(when))
    place = len(list(folder.glob("*.yaml")))
    case_id = f"C-{moment:%Y%m%d}-AAA{FIVE[place // len(FIVE)]}{FIVE[place % len(FIVE)]}"
    case = Case(id=case_id, title="t", received=moment, status="open", category=category)
    act = Attribution(at=moment, now=moment, by="li.wei", given=False, recorder=None)
    text = new_text.case_yaml(lifecycle.create_case(case, rules, act, Request(did="open")))
    (folder / f"{case_id}.yaml").write_text(text, encoding="utf-8")
    return case_id


def clocks(book: Book, case_id: str, as_of: str) -> dict[str, tuple[str | None, bool]]:
    """Returns the due time of each open step, and whether the calendar is published up to that day."""
    found = book.json("explain", case_id, "--as-of", as_of)["explain"]["clocks"]
    return {clock["step"]: (clock["due"], clock["calendar_published"]) for clock in found}


# Time of receipt, class, step, due time.
DUE: dict[str, list[tuple[str, str | None, str, str]]] = {
    "fca-disp": [
        # Three business days after the day of receipt: Mon 21, Tue 22, Wed 23.
        ("2026-12-18T14:00", "other", "summary-resolution", "2026-12-23T17:00:00+00:00"),
        # After closing time it is still that day; on a Saturday Monday is the first day, too.
        ("2026-12-18T23:30", "other", "summary-resolution", "2026-12-23T17:00:00+00:00"),
        ("2026-12-19T11:00", "other", "summary-resolution", "2026-12-23T17:00:00+00:00"),
        # Thu 24, then Christmas Day, a weekend and the substitute for Boxing Day; Tue 29, Wed 30.
        ("2026-12-23T10:00", "other", "summary-resolution", "2026-12-30T17:00:00+00:00"),
        # Thu 2 April, then Good Friday, a weekend and Easter Monday; Tue 7, Wed 8, in summer time.
        ("2026-04-01T09:00", "other", "summary-resolution", "2026-04-08T17:00:00+01:00"),
        # Eight weeks are 56 days: 13 to 31 December, 31 of January, 12 of February.
        ("2026-12-18T14:00", "other", "respond", "2027-02-12T14:00:00+00:00"),
        # 18 to 28 February, 31 of March, 7 of April: the time on the wall is kept over the change of clocks.
        ("2026-02-10T09:30", "other", "respond", "2026-04-07T09:30:00+01:00"),
        # 30 of November and 26 of December: Boxing Day, a Saturday, and it stays there.
        ("2026-10-31T09:30", "other", "respond", "2026-12-26T09:30:00+00:00"),
        # 15 business days: 4 to Fri 11, 9 to Fri 18, 13 to Thu 24, Tue 29, Wed 30.
        ("2026-12-07T10:00", "payment-services", "respond", "2026-12-30T17:00:00+00:00"),
        ("2026-12-07T10:00", "payment-services/exceptional", "holding-response", "2026-12-30T17:00:00+00:00"),
        # 35: Thu 31 is the 16th, 1 January is off, 21 to 8 January, 26 to 15, 31 to 22, 35 on Thu 28.
        ("2026-12-07T10:00", "payment-services/exceptional", "respond", "2027-01-28T17:00:00+00:00"),
    ],
    "cfpb": [
        # 13 days to 31 December and two more: a Saturday, and it stays there.
        ("2026-12-18T14:00", None, "respond", "2027-01-02T14:00:00-05:00"),
        # Summer time begins on 8 March; the time on the wall is kept.
        ("2026-03-01T10:00", None, "respond", "2026-03-16T10:00:00-04:00"),
    ],
    "china-consumer": [
        # Wed 30 September; 1 to 7 October are off; Thu 8, Fri 9, Sat 10 is a make-up day; Mon 12, Tue 13, Wed 14.
        ("2026-09-29T10:00", None, "assess", "2026-10-14T18:00:00+08:00"),
        # Received on the make-up Saturday: five days to Fri 16, Mon 19, Tue 20.
        ("2026-10-10T10:00", None, "assess", "2026-10-20T18:00:00+08:00"),
        # On a Saturday off: five days to Fri 20, Mon 23, Tue 24.
        ("2026-11-14T10:00", None, "assess", "2026-11-24T18:00:00+08:00"),
        # Fri 13 and Sat 14 February (make-up); 15 to 23 are off; Tue 24 to Fri 27, Sat 28 (make-up).
        ("2026-02-12T09:00", None, "assess", "2026-02-28T18:00:00+08:00"),
        # Fri 18, Sun 20 September (make-up), 21 to 24; 25 to 27 are off; Mon 28.
        ("2026-09-17T15:00", None, "assess", "2026-09-28T18:00:00+08:00"),
    ],
}


@pytest.mark.parametrize(
    ("policy", "when", "category", "step", "due"),
    [(policy, *row) for policy, rows in DUE.items() for row in rows],
)
def test_the_due_date_is_the_one_of_the_rule(
    books: dict[str, Book], policy: str, when: str, category: str | None, step: str, due: str
) -> None:
    case_id = arrived(books[policy], when, category)
    assert clocks(books[policy], case_id, when)[step] == (due, True)


# Steps of a complaint in order, and the due times after each. 2024-03-01 is a Friday.
def test_a_complaint_resolved_early_takes_a_written_answer_and_nothing_more(books: dict[str, Book]) -> None:
    book = books["fca-disp"]
    case_id = book.open("t", "--at", "2024-03-01T10:00", "--category", "other")
    both = {
        "summary-resolution": ("2024-03-06T17:00:00+00:00", True),
        # Eight weeks later summer time has begun.
        "respond": ("2024-04-26T10:00:00+01:00", True),
    }
    assert clocks(book, case_id, "2024-03-04T10:00") == both
    for words in (("ack",), ("classify", "--level", "early"), ("step", "summary-resolution")):
        name, *rest = words
        moment = ("--at", "2024-03-05T10:00")
        extra = (case_id, rest[0]) if name == "step" else (case_id, *rest)
        book.call(name, *extra, *moment, check=0)
    said = refused(book, 3, "close", case_id, "--outcome", "upheld", "--at", "2024-03-05T11:00")
    assert "respond" in said
    book.call("respond", case_id, "--outcome", "upheld", "--at", "2024-03-05T12:00", check=0)
    book.call("close", case_id, "--outcome", "upheld", "--at", "2024-03-05T12:00", check=0)


def test_a_full_investigation_has_no_clock_of_three_days(books: dict[str, Book]) -> None:
    book = books["fca-disp"]
    case_id = book.open("t", "--at", "2024-03-01T10:00", "--category", "other", "--level", "full")
    assert clocks(book, case_id, "2024-03-04T10:00") == {"respond": ("2024-04-26T10:00:00+01:00", True)}


def test_waiting_for_the_customer_stops_none_of_these_clocks(books: dict[str, Book]) -> None:
    for policy, due in (("fca-disp", "2024-04-26"), ("cfpb", "2024-03-16"), ("china-consumer", "2024-03-12")):
        book = books[policy]
        case_id = book.open("t", "--at", "2024-03-01T10:00")
        book.call("classify", case_id, "--category", "other", "--at", "2024-03-01T11:00", check=0)
        book.call("wait", case_id, "--reason", "asked", "--at", "2024-03-04T10:00", check=0)
        found = [moment for moment, _known in clocks(book, case_id, "2024-03-08T10:00").values() if moment]
        assert max(found).startswith(due)


def test_sixty_days_count_from_the_same_moment_as_fifteen(books: dict[str, Book]) -> None:
    book = books["cfpb"]
    case_id = book.open("t", "--at", "2024-03-01T10:00")
    assert list(clocks(book, case_id, "2024-03-01T10:00")) == ["respond"]
    book.call("respond", case_id, "--set", "x.in_progress=yes", "--at", "2024-03-11T10:00", check=0)
    # 30 days to 31 March, 30 of April.
    expected = ("2024-04-30T10:00:00-04:00", True)
    assert clocks(book, case_id, "2024-03-11T10:00")["final-response"] == expected


def test_mediation_counts_calendar_days_from_acceptance(books: dict[str, Book]) -> None:
    book = books["china-consumer"]
    case_id = book.open("t", "--at", "2024-03-01T10:00")
    assert clocks(book, case_id, "2024-03-01T10:00")["mediate"] == (None, True)
    book.call("assess", case_id, "--at", "2024-03-05T10:00", check=0)
    # 26 days to 31 March, 30 of April, 4 of May.
    assert clocks(book, case_id, "2024-03-05T10:00")["mediate"] == ("2024-05-04T10:00:00+08:00", True)


def test_a_complaint_that_is_refused_takes_the_decision_alone(books: dict[str, Book]) -> None:
    book = books["china-consumer"]
    case_id = book.open("t", "--at", "2024-03-01T10:00")
    refused(book, 3, "close", case_id, "--outcome", "invalid", "--at", "2024-03-04T10:00")
    book.call("assess", case_id, "--at", "2024-03-05T10:00", check=0)
    book.call("close", case_id, "--outcome", "invalid", "--at", "2024-03-05T10:00", check=0)


@pytest.mark.parametrize(
    ("policy", "when", "category", "step", "due"),
    [
        # Mon 28 to Thu 31 December; 2027 by its weekdays: Fri 1, Mon 4, Tue 5 January.
        ("china-consumer", "2026-12-25T10:00", None, "assess", "2027-01-05T18:00:00+08:00"),
        # Mon 1, Tue 2, Wed 3 January 2029, the first of which is certainly a holiday.
        (
            "fca-disp",
            "2028-12-29T10:00",
            "other",
            "summary-resolution",
            "2029-01-03T17:00:00+00:00",
        ),
    ],
)
def test_past_the_published_holidays_the_answer_says_so(
    books: dict[str, Book], policy: str, when: str, category: str | None, step: str, due: str
) -> None:
    book = books[policy]
    case_id = arrived(book, when, category)
    assert clocks(book, case_id, when)[step] == (due, False)
    words = book.call("explain", case_id, "--step", step, "--as-of", when, check=0).stdout
    assert "published only until" in words


def test_check_finds_what_is_overdue_by_the_rule(tmp_path: Path) -> None:
    book = make_book(tmp_path, "fca-disp", "Europe/London")
    case_id = arrived(book, "2026-12-23T10:00", "other")
    assert book.json("check", "--as-of", "2026-12-30T17:00")["check"]["overdue"] == []
    (found,) = book.json("check", "--as-of", "2026-12-30T17:01", check=1)["check"]["overdue"]
    assert (found["case"], found["step"], found["due"]) == (
        case_id,
        "summary-resolution",
        "2026-12-30T17:00:00+00:00",
    )


@pytest.mark.parametrize("name", ZONES)
def test_the_policy_is_faultless_and_names_its_source(books: dict[str, Book], name: str) -> None:
    book = books[name]
    assert book.json("policy", "check")["policy"]["faults"] == []
    policy = book.json("policy", "show")["policy"]
    assert {"title", "url", "version"} <= set(policy["source"])
    assert policy["timezone"] == str(ZoneInfo(ZONES[name]))
    for step in policy["steps"]:
        assert "source" in step or "within" not in step
        assert {"en", "zh"} <= set(step["label"]) if "label" in step else step["step"] == "open"


@pytest.mark.parametrize(
    ("name", "unverified"), [("fca-disp", False), ("cfpb", True), ("china-consumer", True)]
)
@pytest.mark.parametrize(
    ("lang", "mark", "source"), [("en", "nverified", "Source: "), ("zh", "未核实", "来源：")]
)
def test_show_and_list_name_source_version_and_what_is_unverified(
    books: dict[str, Book], name: str, unverified: bool, lang: str, mark: str, source: str
) -> None:
    book = books[name]
    (entry,) = [one for one in book.json("policy", "list")["policies"] if one["name"] == name]
    assert entry["source"]["unverified"] is unverified
    shown = book.call("--lang", lang, "policy", "show", name, check=0).stdout
    head = shown.split("\n\n")[1]
    assert head.startswith(source)
    assert entry["source"]["version"] in head
    assert entry["source"]["url"] in head
    assert (mark in head) is unverified
    listed = book.call("--lang", lang, "policy", "list", "--format", "md", check=0).stdout
    (line,) = [line for line in listed.splitlines() if line.startswith(f"| {name} |")]
    assert entry["label"][lang] in line
    assert entry["source"]["version"] in line
    assert (mark in line) is unverified


def test_a_policy_of_the_teams_own_has_no_source(books: dict[str, Book]) -> None:
    entries = {entry["name"]: entry for entry in books["cfpb"].json("policy", "list")["policies"]}
    assert entries["promised-dates"]["source"] is None
    assert "Source:" not in books["cfpb"].call("policy", "show", "promised-dates", check=0).stdout


@pytest.mark.parametrize("name", ZONES)
def test_it_speaks_chinese(tmp_path: Path, name: str) -> None:
    book = make_book(tmp_path, name, ZONES[name], lang="zh")
    case_id = book.open("投诉", "--at", "2024-03-01T10:00")
    steps = [step["label"]["zh"] for step in book.json("policy", "show")["policy"]["steps"]]
    shown = book.call("policy", "show", check=0).stdout
    assert [label for label in steps if label not in shown] == []
    assert "到期" in book.call("explain", case_id, "--as-of", "2024-03-02", check=0).stdout


def test_the_program_knows_none_of_these_policies_by_name() -> None:
    package = Path(policyfile.__file__).parents[2]
    code = {path: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    assert [(path, name) for path, text in code.items() for name in ZONES if name in text] == []
