"""Tests the commands for events that are not steps: assign, escalate, wait, note, edit, retract, attach, link, close."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import ACTOR, Book, make_book

RECEIVED = "2024-03-04T09:00"
LIMITS = """\
complaintctl: 1
name: limits
timezone: Asia/Shanghai
levels: [urgent, important, general]
channels: [phone, email]
categories: {defect: {}}
steps:
  - {step: ack, within: 8h, first_answer: true}
  - {step: classify, within: 6h}
  - {step: plan, within: {urgent: 12h, important: 24h, general: 48h}}
  - {step: respond, within: 24h, from: plan}
close: {not-upheld: {steps: [respond]}}
reopen_to: plan
people:
  li.wei: {email: li.wei@example.com}
  chen.jie: {}
  zhao.min: {}
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("events")
    (folder / "policy.yaml").write_text(LIMITS)
    return make_book(folder, folder / "policy.yaml")


@pytest.fixture
def case_id(book: Book) -> str:
    return book.open("t", "--received", RECEIVED, "--at", RECEIVED)


def do(book: Book, case_id: str, verb: str, hour: str, *options: str) -> dict[str, Any]:
    """Records an event on the Monday of receipt and returns it."""
    return dict(book.json(verb, case_id, *options, "--at", f"2024-03-04T{hour}")["event"])


def shown(book: Book, case_id: str, as_of: str | None = None) -> dict[str, Any]:
    when = ("--as-of", f"2024-03-04T{as_of}" if len(as_of) < len("2024-03-04") else as_of) if as_of else ()
    return dict(book.json("show", case_id, *when)["case"])


def clock(book: Book, case_id: str, step: str, as_of: str) -> dict[str, Any]:
    (found,) = [entry for entry in shown(book, case_id, as_of)["clocks"] if entry["step"] == step]
    return dict(found)


# --- assign, escalate ---


def test_assign_hands_the_case_over(book: Book, case_id: str) -> None:
    event = do(book, case_id, "assign", "09:10", "--to", "zhao.min", "--department", "lab", "--text", "busy")
    assert (event["to"], event["text"]) == ("zhao.min", "busy")
    assert event["set"] == {"owner": [None, "zhao.min"], "department": [None, "lab"]}
    case = shown(book, case_id)
    assert (case["owner"], case["department"]) == ("zhao.min", "lab")
    assert "already contains this" in book.call("assign", case_id, "--to", "zhao.min", check=3).stderr


def test_an_owner_changed_later_is_not_shown_before(book: Book, case_id: str) -> None:
    do(book, case_id, "assign", "10:00", "--to", "zhao.min")
    do(book, case_id, "assign", "11:00", "--to", "li.wei")
    assert "owner" not in shown(book, case_id, "09:59")
    assert shown(book, case_id, "10:30")["owner"] == "zhao.min"
    assert shown(book, case_id)["owner"] == "li.wei"


def test_escalate_raises_the_level_and_records_the_moved_clocks(book: Book, case_id: str) -> None:
    do(book, case_id, "classify", "09:10", "--level", "general")
    event = do(
        book, case_id, "escalate", "10:00", "--level", "urgent", "--to", "zhao.min", "--reason", "press"
    )
    assert event["set"] == {"level": ["general", "urgent"], "owner": [None, "zhao.min"]}
    assert event["moved"] == {"plan": ["2024-03-06T09:00:00+08:00", "2024-03-04T21:00:00+08:00"]}
    result = book.call("show", case_id, check=0)
    assert "plan → 2024-03-04 21:00" in result.stdout
    assert "“press”" in result.stdout


# --- wait, resume, heard ---


def test_waiting_stops_every_clock_but_the_first_answer_and_fixed_promises(book: Book) -> None:
    case_id = book.open("t", "--received", RECEIVED, "--at", RECEIVED, "--promise-by", "2024-03-04T15:00")
    do(book, case_id, "wait", "10:00", "--reason", "photos", "--via", "email")
    waiting = {entry["step"]: entry for entry in shown(book, case_id, "14:00")["clocks"]}
    assert shown(book, case_id)["status"] == "waiting"
    assert (waiting["classify"]["state"], waiting["classify"]["remaining"]) == ("paused", 5 * 3600)
    assert (waiting["ack"]["state"], waiting["ack"]["due"]) == ("running", "2024-03-04T17:00:00+08:00")
    assert (waiting["promise"]["state"], waiting["promise"]["due"]) == (
        "running",
        "2024-03-04T15:00:00+08:00",
    )
    do(book, case_id, "resume", "14:00", "--text", "found them ourselves")
    assert shown(book, case_id)["status"] == "open"
    assert clock(book, case_id, "classify", "14:30")["due"] == "2024-03-04T19:00:00+08:00"


def test_hearing_from_the_customer_ends_the_wait_and_adds_what_was_said(book: Book, case_id: str) -> None:
    do(book, case_id, "wait", "10:00", "--reason", "serial number")
    event = do(book, case_id, "heard", "12:00", "--via", "phone", "--set", "product.serial=00812331")
    assert (event["via"], event["set"]) == ("phone", {"product.serial": [None, "00812331"]})
    assert shown(book, case_id)["status"] == "open"
    assert clock(book, case_id, "classify", "12:30")["due"] == "2024-03-04T17:00:00+08:00"
    words = book.call("explain", case_id, "--step", "classify", "--as-of", "2024-03-04T12:30", check=0).stdout
    assert "waiting for the customer 2024-03-04 10:00 – 2024-03-04 12:00: 2 h not counted" in words


def test_hearing_without_a_wait_is_just_recorded(book: Book, case_id: str) -> None:
    assert do(book, case_id, "heard", "12:00", "--via", "email", "--text", "angry")["text"] == "angry"
    assert shown(book, case_id)["status"] == "open"


def test_a_clock_that_is_late_stays_late_while_the_case_waits(book: Book, case_id: str) -> None:
    do(book, case_id, "wait", "16:00", "--reason", "photos")
    late = clock(book, case_id, "classify", "20:00")
    assert (late["state"], late["due"]) == ("overdue", "2024-03-04T15:00:00+08:00")
    words = book.call("explain", case_id, "--step", "classify", "--as-of", "2024-03-04T20:00", check=0).stdout
    assert "not counted" not in words
    assert "overdue by 5 h" in words


# --- note, edit ---


def test_a_note_is_kept_as_it_was_typed(book: Book, case_id: str) -> None:
    text = "客户说: “NO” — 1:30, {braces}, #hash\nsecond line"
    assert do(book, case_id, "note", "10:00", text)["text"] == text
    assert shown(book, case_id)["history"][-1]["text"] == text
    assert book.git("log", "-1", "--format=%s") == f"{case_id} note\n"


def test_a_note_may_be_about_an_earlier_hour_and_says_when_it_was_recorded(book: Book, case_id: str) -> None:
    do(book, case_id, "assign", "12:00", "--to", "zhao.min")
    event = do(book, case_id, "note", "10:00", "called at ten")
    assert event["recorded"] > event["at"]
    assert [entry["did"] for entry in book.json("log", case_id)["log"]] == ["open", "note", "assign"]
    assert [entry["did"] for entry in shown(book, case_id, "11:00")["history"]] == ["open", "note"]


def test_an_edit_records_old_and_new_and_names_personal_fields_alone(book: Book, case_id: str) -> None:
    do(book, case_id, "edit", "10:00", "--set", "title=Fan hums", "--set", "x.shop=12")
    sets = ("--set", "title=Fan howls", "--set", "customer.name=王芳", "--set", "x.shop=", "--reason", "typo")
    event = do(book, case_id, "edit", "11:00", *sets)
    assert event["set"] == {"title": ["Fan hums", "Fan howls"], "x.shop": ["12", None]}
    assert (event["changed"], event["reason"]) == (["customer.name"], "typo")
    case = shown(book, case_id)
    assert (case["title"], case["customer"], case.get("x")) == ("Fan howls", {"name": "王芳"}, None)
    assert "王芳" not in book.git("log", "--format=%B")


def test_a_corrected_receipt_moves_the_open_clocks(book: Book, case_id: str) -> None:
    event = do(book, case_id, "edit", "11:00", "--set", "received=2024-03-04T08:00")
    assert event["set"] == {"received": ["2024-03-04T09:00:00+08:00", "2024-03-04T08:00:00+08:00"]}
    assert event["moved"]["ack"] == ["2024-03-04T17:00:00+08:00", "2024-03-04T16:00:00+08:00"]


# --- retract ---


def test_a_retracted_step_runs_again_and_what_it_set_is_restored(book: Book, case_id: str) -> None:
    do(book, case_id, "edit", "09:05", "--set", "level=general")
    wrong = do(book, case_id, "classify", "10:00", "--level", "urgent", "--category", "defect")
    event = do(book, case_id, "retract", "11:00", wrong["id"][:4].lower(), "--reason", "wrong case")

    assert (event["event"], event["reason"]) == (wrong["id"], "wrong case")
    assert event["set"] == {"level": ["urgent", "general"], "category": ["defect", None]}
    assert clock(book, case_id, "classify", "11:30")["state"] == "running"
    after = shown(book, case_id)
    assert (after["level"], "category" in after) == ("general", False)
    assert wrong["id"] in [entry["id"] for entry in after["history"]]
    before = shown(book, case_id, "10:59")
    assert (before["level"], before["category"]) == ("urgent", "defect")
    assert clock(book, case_id, "classify", "10:59")["state"] == "met"
    assert (
        "is already retracted"
        in book.call("retract", case_id, wrong["id"], "--reason", "again", check=3).stderr
    )


def test_a_retracted_step_can_be_taken_again(book: Book, case_id: str) -> None:
    do(book, case_id, "classify", "10:00", "--level", "urgent")
    wrong = do(book, case_id, "plan", "10:30")
    do(book, case_id, "retract", "11:00", wrong["id"], "--reason", "wrong case")
    assert do(book, case_id, "plan", "22:00")["met"] is False


def test_a_value_changed_since_is_not_restored_over(book: Book, case_id: str) -> None:
    wrong = do(book, case_id, "assign", "10:00", "--to", "zhao.min")
    do(book, case_id, "assign", "10:30", "--to", "chen.jie")
    do(book, case_id, "retract", "11:00", wrong["id"], "--reason", "never happened")
    assert shown(book, case_id)["owner"] == "chen.jie"


def test_a_retracted_wait_never_stopped_a_clock(book: Book, case_id: str) -> None:
    wrong = do(book, case_id, "wait", "10:00", "--reason", "photos")
    do(book, case_id, "retract", "12:00", wrong["id"], "--reason", "wrong case")
    assert shown(book, case_id)["status"] == "open"
    assert clock(book, case_id, "classify", "12:30")["due"] == "2024-03-04T15:00:00+08:00"


def test_a_retracted_promise_is_void(book: Book, case_id: str) -> None:
    wrong = do(book, case_id, "update", "10:00", "--promise-by", "12:00")
    do(book, case_id, "retract", "10:30", wrong["id"], "--reason", "another customer")
    assert "promise" not in [entry["step"] for entry in shown(book, case_id, "13:00")["clocks"]]
    assert "promise" in [entry["step"] for entry in shown(book, case_id, "10:15")["clocks"]]


# --- attach, link ---


def test_an_attachment_is_kept_with_its_hash_in_the_same_commit(
    book: Book, case_id: str, tmp_path: Path
) -> None:
    photo = tmp_path / "照片 1.jpg"
    photo.write_bytes(b"\xff\xd8\x00\r\n\n\xfe")
    book.call("attach", case_id, str(photo), "--text", "from her phone", check=0)
    digest = hashlib.sha256(photo.read_bytes()).hexdigest()

    assert shown(book, case_id)["attachments"] == [{"file": "照片 1.jpg", "sha256": digest}]
    assert (book.root / "attachments" / case_id / "照片 1.jpg").read_bytes() == photo.read_bytes()
    assert book.git("show", "--format=", "--name-only", "HEAD").splitlines() == [
        f"attachments/{case_id}/照片 1.jpg",
        f"cases/open/{case_id}.yaml",
    ]
    taken = book.call("attach", case_id, str(photo), check=2).stderr
    assert "already has an attachment 照片 1.jpg. Give the file another name." in taken
    again = book.json("attach", case_id, str(photo), "--name", "../../2.jpg")
    assert again["event"]["file"] == "2.jpg"
    assert (book.root / "attachments" / case_id / "2.jpg").exists()


@pytest.mark.parametrize("other", ["PHOTO.JPG", "caf\u00e9.txt", "STRASSE.txt"])
def test_attachments_that_differ_by_case_or_unicode_form_only_are_refused(
    book: Book, case_id: str, tmp_path: Path, other: str
) -> None:
    for name in ("photo.jpg", "cafe\u0301.txt", "straße.txt"):
        (tmp_path / name).write_text(name)
        book.call("attach", case_id, str(tmp_path / name), check=0)
    said = book.call("attach", case_id, str(tmp_path / "photo.jpg"), "--name", other, check=2).stderr
    assert f"which some systems cannot tell from {other}. Give it another name: --name NAME" in said
    assert len(shown(book, case_id)["attachments"]) == 3
    book.call("attach", case_id, str(tmp_path / "photo.jpg"), "--name", "photo-2.jpg", check=0)


def test_a_retracted_attachment_is_named_no_more_but_its_bytes_stay(
    book: Book, case_id: str, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("n")
    event = book.json("attach", case_id, str(tmp_path / "note.txt"))["event"]
    book.call("retract", case_id, event["id"], "--reason", "another case", check=0)
    assert "attachments" not in shown(book, case_id)
    assert (book.root / "attachments" / case_id / "note.txt").exists()


def test_a_link_names_the_other_case_once(book: Book, case_id: str) -> None:
    other = book.open("other")
    event = book.json("link", case_id, other[-5:].lower(), "--as", "duplicate_of")["event"]
    assert event["link"] == other
    assert shown(book, case_id)["links"] == [{"duplicate_of": other}]
    assert (
        "already contains this" in book.call("link", case_id, other, "--as", "duplicate_of", check=3).stderr
    )
    assert "--as cannot be twin" in book.call("link", case_id, other, "--as", "twin", check=2).stderr
    assert "linked to itself" in book.call("link", case_id, case_id, check=2).stderr
    assert "No case matches ZZZZZ" in book.call("link", case_id, "ZZZZZ", check=5).stderr


# --- close, reopen ---


def answered(book: Book, case_id: str) -> None:
    do(book, case_id, "ack", "09:10", "--via", "phone")
    do(book, case_id, "classify", "09:20", "--level", "general", "--category", "defect")
    do(book, case_id, "plan", "09:30")
    do(book, case_id, "respond", "10:00", "--via", "phone")


def test_closing_moves_the_file_into_the_month_of_its_id(book: Book, case_id: str) -> None:
    answered(book, case_id)
    made = book.json(
        "close", case_id, "--outcome", "成立", "--lesson", "test longer", "--at", "2024-03-04T11:00"
    )
    path = f"cases/closed/2024/03/{case_id}.yaml"
    assert (made["file"], made["status"], made["next"]) == (path, "closed", None)
    assert book.file(case_id) == book.root / path
    case = shown(book, case_id)
    assert (case["outcome"], case["lesson"]) == ("upheld", "test longer")
    followed = book.git("log", "--follow", "--format=%s", "--", path).splitlines()
    # git may follow the history of the first file of a case into a similar file.
    own = [subject for subject in followed if subject.startswith(case_id)]
    assert (len(own), own[-1]) == (6, f"{case_id} open")
    assert book.git("status", "--porcelain") == ""


def test_a_short_route_of_the_policy_needs_no_force(book: Book, case_id: str) -> None:
    assert "missing respond" in book.call("close", case_id, "--outcome", "not-upheld", check=3).stderr
    answered(book, case_id)
    assert "forced" not in do(book, case_id, "close", "11:00", "--outcome", "not-upheld")


def test_a_forced_closing_records_what_it_left_out(book: Book, case_id: str) -> None:
    reason = ("--force", "--reason", "the shop is gone")
    event = do(book, case_id, "close", "11:00", "--outcome", "upheld", *reason)
    assert event["forced"] == ["ack", "classify", "plan", "respond"]
    assert event["reason"] == "the shop is gone"


def test_about_a_closed_case_one_may_still_note_attach_link_and_correct(
    book: Book, case_id: str, tmp_path: Path
) -> None:
    do(book, case_id, "close", "11:00", "--outcome", "upheld", "--force", "--reason", "r")
    (tmp_path / "letter.txt").write_text("thanks")
    other = book.open("other")
    book.call("note", case_id, "she wrote to thank us", check=0)
    book.call("attach", case_id, str(tmp_path / "letter.txt"), check=0)
    book.call("link", case_id, other, check=0)
    book.call("edit", case_id, "--set", "lesson=Say it earlier", check=0)
    assert shown(book, case_id)["status"] == "closed"
    assert book.file(case_id).parts[-4] == "closed"


def test_reopening_makes_steps_due_again_with_the_full_limit_and_keeps_the_verdicts(
    book: Book, case_id: str
) -> None:
    answered(book, case_id)
    do(book, case_id, "close", "11:00", "--outcome", "upheld")
    made = book.json("reopen", case_id, "--reason", "it hums again", "--at", "2024-03-10T09:00")

    assert (made["file"], made["status"]) == (f"cases/open/{case_id}.yaml", "open")
    assert (made["event"]["to"], made["event"]["reason"]) == ("plan", "it hums again")
    assert (made["next"]["step"], made["next"]["due"]) == ("plan", "2024-03-12T09:00:00+08:00")
    case = shown(book, case_id, "2024-03-10T10:00")
    states = {entry["step"]: entry["state"] for entry in case["clocks"]}
    assert states == {"ack": "met", "classify": "met", "plan": "running", "respond": "ahead"}
    assert case["reopenings"] == 1
    verdicts = [(event["did"], event.get("met")) for event in case["history"] if "met" in event]
    assert verdicts == [("ack", True), ("classify", True), ("plan", True), ("respond", True)]
    assert book.git("status", "--porcelain") == ""

    book.call("plan", case_id, "--at", "2024-03-12T10:00", check=0)
    assert shown(book, case_id)["history"][-1]["met"] is False


def test_reopening_to_a_step_works_on_an_open_case_too(book: Book, case_id: str) -> None:
    answered(book, case_id)
    made = book.json("reopen", case_id, "--to", "respond", "--reason", "no", "--at", "2024-03-05T09:00")
    assert (made["next"]["step"], made["next"]["due"]) == ("respond", "2024-03-06T09:00:00+08:00")


def test_steps_never_taken_go_on_after_a_reopening_without_the_closed_time(book: Book, case_id: str) -> None:
    do(book, case_id, "close", "10:00", "--outcome", "upheld", "--force", "--reason", "r")
    book.call("reopen", case_id, "--reason", "too early", "--at", "2024-03-05T10:00", check=0)
    assert clock(book, case_id, "ack", "2024-03-05T10:30")["due"] == "2024-03-05T17:00:00+08:00"


@pytest.mark.parametrize("verb", ["note", "assign", "edit", "wait", "resume", "heard", "reopen"])
def test_every_event_is_recorded_for_somebody_else_by_name(book: Book, case_id: str, verb: str) -> None:
    options = {
        "note": ("said",),
        "assign": ("--to", "chen.jie"),
        "edit": ("--set", "lesson=l"),
        "wait": ("--reason", "r"),
        "resume": (),
        "heard": ("--via", "phone"),
        "reopen": ("--reason", "r"),
    }[verb]
    if verb == "resume":
        do(book, case_id, "wait", "09:30", "--reason", "r")
    event = do(book, case_id, verb, "10:00", *options, "--by", "zhao.min")
    assert (event["by"], event["recorded_by"]) == ("zhao.min", ACTOR)
    assert book.git("log", "-1", "--format=%(trailers:key=Actor,valueonly)").strip() == "zhao.min"
