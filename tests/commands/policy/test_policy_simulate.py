"""Tests judging closed cases again by another policy, beside the recorded verdicts."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, author, make_book, refused

NOW = """\
complaintctl: 1
name: shop
timezone: Asia/Shanghai
calendar: office
calendars:
  office: {hours: {mon-fri: ["09:00-18:00"]}}
levels: [urgent, general]
channels: [phone]
wait: {at_most: 8h}
steps:
  - {step: open, within: 1h}
  - {step: ack, within: {urgent: 1h, else: 4h}, first_answer: true}
  - {step: classify, within: 4h}
  - {step: plan, within: {urgent: 8h, general: 3bd}, again: 4h, approve: [manager]}
  - {step: execute, within: 3d, from: plan}
  - {step: respond, within: 9h, from: execute}
  - {step: update, every: {urgent: 8h, else: 24h}}
  - {step: follow-up, every: 7d, from: respond, until: satisfaction}
close: {withdrawn: {}}
roles: [manager]
people: {zhao.min: {roles: [manager]}, li.wei: {email: li.wei@example.com}}
"""
# Monday 4 March 2024, 09:00; the steps after it, in order of recording.
STORY = (
    ("ack", "--via", "phone", "--at", "2024-03-04T11:30"),
    ("classify", "--level", "general", "--at", "2024-03-04T12:00"),
    ("wait", "--reason", "photo", "--at", "2024-03-04T13:00"),
    ("heard", "--via", "phone", "--at", "2024-03-05T17:00"),
    ("escalate", "--level", "urgent", "--reason", "smoke", "--at", "2024-03-05T17:30"),
    ("update", "--via", "phone", "--at", "2024-03-06T10:00"),
    ("plan", "--at", "2024-03-06T11:00"),
    ("approve", "plan", "--refuse", "--reason", "thin", "--at", "2024-03-06T12:00"),
    ("plan", "--at", "2024-03-06T15:00"),
    ("approve", "plan", "--at", "2024-03-06T15:30"),
    ("classify", "--level", "general", "--at", "2024-03-06T16:00"),
    ("execute", "--at", "2024-03-08T10:00"),
    # Recorded after the plan, for an earlier time: the verdict on the plan did not know it.
    ("update", "--via", "phone", "--at", "2024-03-06T10:30"),
    ("respond", "--set", "outcome=upheld", "--via", "phone", "--at", "2024-03-11T14:00"),
    ("follow-up", "--set", "satisfaction.comment=well done", "--at", "2024-03-12T10:00"),
    ("close", "--at", "2024-03-12T11:00"),
    ("reopen", "--to", "respond", "--reason", "again", "--at", "2024-03-14T09:00"),
    ("respond", "--via", "phone", "--at", "2024-03-15T10:00"),
    ("follow-up", "--set", "satisfaction.overall=4", "--at", "2024-03-18T10:00"),
    ("close", "--outcome", "upheld", "--at", "2024-03-18T11:00"),
)


def play(book: Book) -> str:
    """Plays the whole story, including a response that was recorded by mistake and retracted."""
    case_id = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:30")
    wrong = book.json("ack", case_id, "--at", "2024-03-04T09:45")["event"]["id"]
    book.call("retract", case_id, wrong, "--reason", "other customer", "--at", "2024-03-04T09:50", check=0)
    for did, *words in STORY:
        book.call(did, case_id, *words, env=author("zhao.min") if did == "approve" else None, check=0)
    return case_id


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("played")
    (folder / "policy.yaml").write_text(NOW)
    book = make_book(folder, folder / "policy.yaml")
    play(book)
    return book


def simulated(book: Book, *arguments: str, check: int = 0) -> dict[str, Any]:
    return dict(book.json("policy", "simulate", *arguments, check=check)["policy_simulate"])


def counts(found: dict[str, Any], step: str) -> tuple[int, ...]:
    """Counts over all levels: taken, met, late and without limit, each then and now."""
    keys = ("taken", "met_then", "met_now", "late_then", "late_now", "none_then", "none_now")
    rows = [row for row in found["steps"] if row["step"] == step]
    return tuple(sum(row[key] for row in rows) for key in keys)


@pytest.mark.nightly
def test_the_same_policy_gives_every_verdict_that_was_recorded(played: Book) -> None:
    """With waits, a reopening, a refusal, a retraction, two levels, an escalation, and a note in the past."""
    found = simulated(played, "--show", "changed")
    (case,) = [path.stem for path in (played.root / "cases/closed").rglob("*.yaml")]
    history = played.json("show", case)["case"]["history"]
    recorded = [event["met"] for event in history if event["did"] != "retract" and "met" in event]
    total = found["total"]
    # One of them was retracted.
    assert total["met_then"] + total["late_then"] == len(recorded) - 1
    assert {recorded.count(True) > 0, recorded.count(False) > 0} == {True}
    assert (total["met_now"], total["late_now"]) == (total["met_then"], total["late_then"])
    assert (total["none_now"], total["to_late"], total["to_met"]) == (total["none_then"], 0, 0)
    assert found["changed"] == []


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Three plain cases, closed in January, February and March 2024."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "policy.yaml").write_text(
        "complaintctl: 1\nname: shop\ntimezone: Asia/Shanghai\nlevels: [urgent, general]\n"
        "steps:\n  - {step: classify, within: 4h}\n  - {step: plan, within: 8h}\nclose: {withdrawn: {}}\n"
    )
    book = make_book(folder, folder / "policy.yaml")
    for month, level, hours in (
        ("01", "urgent", (1, 7)),
        ("02", "urgent", (5, 6)),
        ("03", "general", (3, 9)),
    ):
        day = f"2024-{month}-05T"
        case_id = book.open("t", "--received", f"{day}09:00", "--at", f"{day}09:00")
        book.call("classify", case_id, "--level", level, "--at", f"{day}{9 + hours[0]:02}:00", check=0)
        book.call("plan", case_id, "--at", f"{day}{9 + hours[1]:02}:00", check=0)
        book.call("close", case_id, "--outcome", "withdrawn", "--at", f"{day}20:00", check=0)
    (book.root / "strict.yaml").write_text(
        "complaintctl: 1\nname: shop\ntimezone: Asia/Shanghai\nlevels: [urgent, general]\n"
        "steps:\n  - {step: classify, within: {urgent: 30m, general: 6h}}\n"
        "  - {step: plan, within: {urgent: 7h, general: 10h}}\n  - {step: verify, within: 1h}\n"
    )
    return book


def test_every_step_is_judged_again_by_what_was_known_when_it_was_taken(shop: Book) -> None:
    """Hours after receipt: classify after 1 (urgent), 5 (urgent), 3 (general); plan after 7, 6, 9.

    classify: 4 h gives met, late, met; 30 min for urgent, 6 h for general gives late, late, met.
    plan: 8 h gives met, met, late; 7 h for urgent, 10 h for general gives met (at the due time), met, met.
    """
    found = simulated(shop, "strict.yaml", "--show", "changed")
    rows = {(row["step"], row["level"]): row for row in found["steps"]}
    keys = ("taken", "met_then", "met_now", "late_then", "late_now", "to_late", "to_met")
    assert {place: tuple(row[key] for key in keys) for place, row in rows.items() if place[0] != "open"} == {
        ("classify", "urgent"): (2, 1, 0, 1, 2, 1, 0),
        ("classify", "general"): (1, 1, 1, 0, 0, 0, 0),
        ("plan", "urgent"): (2, 2, 2, 0, 0, 0, 0),
        ("plan", "general"): (1, 0, 1, 1, 0, 0, 1),
    }
    assert [(one["step"], one["then"], one["now"], one["due_now"]) for one in found["changed"]] == [
        ("classify", "met", "late", "2024-01-05T09:30:00+08:00"),
        ("plan", "late", "met", "2024-03-05T19:00:00+08:00"),
    ]
    assert found["never"] == ["verify"]


def test_the_figures_add_up(shop: Book) -> None:
    found = simulated(shop, "strict.yaml")
    for row in (*found["steps"], found["total"]):
        for when in ("then", "now"):
            judged = row[f"met_{when}"] + row[f"late_{when}"] + row[f"none_{when}"]
            assert row["taken"] == judged + row["unjudged"]
    assert found["total"]["taken"] == sum(row["taken"] for row in found["steps"]) == 9


def test_only_cases_closed_in_the_time_asked_for_are_replayed(shop: Book) -> None:
    asked = {
        (): 3,
        ("--since", "2024-02-01"): 2,
        ("--until", "2024-02-01"): 1,
        # closed on 5 February at 20:00
        ("--since", "2024-02-05T20:00", "--until", "2024-03-05T20:00"): 1,
        ("--since", "2024-03-06"): 0,
    }
    for words, cases in asked.items():
        found = simulated(shop, *words)
        assert (found["cases"], found["all_closed"]) == (cases, 3)
    empty = shop.call("policy", "simulate", "--since", "2024-03-06", check=0).stdout
    assert empty.startswith(
        "0 of 3 closed cases, closed since 2024-03-06 00:00: then → by complaintctl.yaml\n\nSteps: 0."
    )


def test_a_step_that_one_of_the_policies_does_not_time(shop: Book, tmp_path: Path) -> None:
    (tmp_path / "loose.yaml").write_text(
        "complaintctl: 1\nname: loose\ntimezone: UTC\nlevels: [urgent, general]\nsteps: [{step: open, within: 1h}]\n"
    )
    found = simulated(shop, str(tmp_path / "loose.yaml"))
    # open had no limit; classify and plan have none now
    assert counts(found, "open") == (3, 0, 3, 0, 0, 3, 0)
    assert counts(found, "classify") == (3, 2, 0, 1, 0, 0, 3)
    assert (found["total"]["to_late"], found["total"]["to_met"]) == (0, 0)


def test_a_table_says_what_was_and_what_would_be(shop: Book) -> None:
    said = shop.call("policy", "simulate", "strict.yaml", "--show", "changed", check=0).stdout
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[0] == "3 of 3 closed cases: then → by strict.yaml"
    assert "classify urgent 2 1 → 0 1 → 2 0 0 1 0 50 % of 2 → 0 % of 2" in lines
    assert "plan general 1 0 → 1 1 → 0 0 0 0 1 0 % of 1 → 100 % of 1" in lines
    assert "total 9 4 2 3 0 1 1 67 % of 6" in lines
    assert lines[-3:] == [
        "Steps: 9. In time then: 4 of 6; now: 4 of 6. From met to late: 1; from late to met: 1.",
        "Without a limit: 3 then, 3 now. Imported, without a clock: 0.",
        "Steps taken in none of these cases: verify.",
    ]


def test_cases_are_counted_by_any_field(shop: Book) -> None:
    found = simulated(shop, "strict.yaml", "--by", "outcome")
    assert {row["outcome"] for row in found["steps"]} == {"withdrawn"}
    assert counts(found, "plan") == (3, 2, 3, 1, 0, 0, 0)
    assert refused(shop, 2, "policy", "simulate", "--by", "lvel").startswith("A case has no field lvel.")
    assert refused(shop, 2, "policy", "simulate", "--show", "all").startswith("--show cannot be all.")


def test_a_revision_gives_the_policy_of_then(shop: Book) -> None:
    assert simulated(shop, "HEAD")["total"] == simulated(shop)["total"]
    assert refused(shop, 2, "policy", "simulate", "nowhere").startswith("nowhere is neither a file")


def test_a_spreadsheet_gets_the_figures(shop: Book) -> None:
    said = shop.call("policy", "simulate", "strict.yaml", "--format", "csv", check=0).stdout
    rows = list(csv.DictReader(io.StringIO(said)))
    figures = {
        row["measure"]: row["value"] for row in rows if (row["step"], row["group"]) == ("plan", "general")
    }
    ones = ("taken", "met_now", "late_then", "to_met")
    assert figures == {**dict.fromkeys(figures, "0"), **dict.fromkeys(ones, "1")}


def test_the_words_are_defined_in_both_languages(shop: Book) -> None:
    words = {"en": "met → late", "zh": "按时 → 超期"}
    for lang, word in words.items():
        said = shop.call(
            "policy", "simulate", "--define", "--format", "md", env={"COMPLAINTCTL_LANG": lang}, check=0
        )
        assert f"| {word} |" in said.stdout
    shown = shop.call("policy", "simulate", "strict.yaml", env={"COMPLAINTCTL_LANG": "zh"}, check=0).stdout
    assert shown.startswith("按新规则回放：3 件已结案件中的 3 件；当时 → 按 strict.yaml")


def test_an_imported_registration_that_nobody_timed_is_unjudged(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(NOW)
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    (tmp_path / "old.csv").write_text(
        "id,opened,closed,title\n1,2024-03-04 09:00,2024-03-04 12:00,late bus\n"
    )
    (tmp_path / "map.yaml").write_text(
        'mapping: 1\nsystem: old\ntimezone: Asia/Shanghai\ntimes: "%Y-%m-%d %H:%M"\n'
        "id: id\nreceived: opened\nclosed: closed\nfields: {title: title}\n"
    )
    book.call("import", "csv", str(tmp_path / "old.csv"), "--map", str(tmp_path / "map.yaml"), check=0)
    found = simulated(book)
    assert (found["cases"], found["total"]["taken"], found["total"]["unjudged"]) == (1, 1, 1)
    assert counts(found, "open") == (1, 0, 0, 0, 0, 0, 0)


def test_a_damaged_file_makes_the_answer_incomplete(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(NOW)
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case_id = book.open("t")
    book.call("close", case_id, "--outcome", "withdrawn", check=0)
    path = book.file(case_id)
    path.write_text(path.read_text().replace("\nreceived:", "\nreceived: soon #"))
    result = book.call("policy", "simulate", check=4)
    assert "received is not a date and time" in result.stderr
    assert result.stdout.startswith("0 of 0 closed cases")
