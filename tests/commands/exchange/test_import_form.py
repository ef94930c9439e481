"""An issue of the web form becomes one case: answers by heading, edits, and whatever a stranger writes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.casebooks import Book, make_book, refused

AT = ("--at", "2026-11-20T09:30+08:00")
BODY = """### Customer's name

王芳

### Customer's phone

13800138000

### Channel

e-mail

### Class

product quality/function/hardware fault

### Model

X100

### Serial number

_No response_

### Bought on

2026-11-02

### Remedy sought

refund

### Description

It swells.

### Batch
is what it says on the back.
"""


def event(number: int, body: str = BODY, title: str = "Battery swells", **more: Any) -> str:
    issue = {
        "number": number,
        "title": title,
        "body": body,
        "html_url": f"https://github.com/acme/desk/issues/{number}",
        "created_at": "2026-11-20T01:00:00Z",
        "labels": [{"name": "complaint"}],
        **more,
    }
    return json.dumps({"action": "opened", "issue": issue, "repository": {"full_name": "acme/desk"}})


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("form"), lang="en")


def take(book: Book, said: str, *arguments: str) -> Any:
    """What `import form` prints as JSON for an event, on a file as CI has it."""
    path = book.root.parent / "event.json"
    path.write_text(said, encoding="utf-8")
    return book.json("import", "form", str(path), *AT, *arguments)


def case_of(book: Book, taken: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(book.file(taken["id"]).read_text(encoding="utf-8"))
    return loaded


def test_the_answers_become_the_fields_of_one_case_in_one_commit(book: Book) -> None:
    before = book.git("rev-list", "--count", "HEAD")
    taken = take(book, event(1))
    case = case_of(book, taken)
    assert case["title"] == "Battery swells"
    assert case["customer"] == {"name": "王芳", "phone": "13800138000"}
    assert case["product"] == {"model": "X100", "bought": case["product"]["bought"]}
    assert str(case["product"]["bought"]) == "2026-11-02"
    assert (case["category"], case["channel"]) == ("quality/function/hardware", "email")
    assert case["remedy_sought"] == "refund"
    # The last question has everything below it, also what looks like another answer.
    assert case["description"] == "It swells.\n\n### Batch\nis what it says on the back.\n"
    assert case["source"]["system"] == "github.com"
    assert case["source"]["id"] == "acme/desk#1"
    assert str(case["received"].isoformat()) == "2026-11-20T09:00:00+08:00"
    assert (taken["form"], taken["unusable"]) == ("opened", [])
    assert int(book.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert book.git("status", "--porcelain") == ""
    subject = book.git("log", "-1", "--format=%s")
    assert subject.startswith(f"{taken['id']} open")
    assert book.call("check", "--as-of", "2026-11-20T09:30", check=0).stderr.count("\n") == 1


def test_the_same_issue_is_the_same_case(book: Book) -> None:
    first = take(book, event(2))
    head = book.head()
    again = take(book, event(2))
    assert (again["form"], again["id"]) == ("unchanged", first["id"])
    assert book.head() == head


def test_two_clones_that_import_the_same_issue_have_the_same_case(tmp_path: Path) -> None:
    desk = make_book(tmp_path, lang="en")
    other = desk.clone(tmp_path / "other")
    assert take(desk, event(1))["id"] == take(other, event(1))["id"]


def test_an_edited_issue_changes_its_case_and_opens_no_other(book: Book) -> None:
    first = take(book, event(3))
    count = len(list(book.root.rglob("C-*.yaml")))
    edited = take(
        book, event(3, BODY.replace("13800138000", "13900139000").replace("refund", "_No response_"))
    )
    assert (edited["form"], edited["id"]) == ("updated", first["id"])
    case = case_of(book, edited)
    assert case["customer"]["phone"] == "13900139000"
    assert "remedy_sought" not in case or case["remedy_sought"] is None
    assert case["history"][-1]["did"] == "edit"
    assert len(list(book.root.rglob("C-*.yaml"))) == count
    again = take(
        book, event(3, BODY.replace("13800138000", "13900139000").replace("refund", "_No response_"))
    )
    assert again["form"] == "unchanged"


def test_an_edit_does_not_overwrite_what_the_desk_corrected_and_is_kept_in_the_history(book: Book) -> None:
    first = take(book, event(4))
    book.call("edit", first["id"], "--set", "product.model=X100 Pro", "--at", "2026-11-20T09:40", check=0)
    edited = take(book, event(4, BODY.replace("X100\n", "X200\n")), "--at", "2026-11-20T10:00")
    case = case_of(book, edited)
    assert case["product"]["model"] == "X100 Pro"
    assert case["history"][-1]["did"] == "note"
    assert "X200" in case["history"][-1]["text"]
    # The customer's next edit of something else does not tell the model again.
    later = BODY.replace("X100\n", "X200\n").replace("refund", "repair")
    case = case_of(book, take(book, event(4, later), "--at", "2026-11-20T10:10"))
    assert case["remedy_sought"] == "repair"
    assert "text" not in case["history"][-1]


def test_an_edit_after_the_closing_is_recorded_in_the_closed_case(book: Book) -> None:
    first = take(book, event(5))
    book.call("close", first["id"], "--outcome", "withdrawn", "--at", "2026-11-20T09:50", check=0)
    edited = take(book, event(5, BODY.replace("It swells", "It burns")), "--at", "2026-11-20T10:00")
    assert (edited["id"], edited["status"]) == (first["id"], "closed")
    assert case_of(book, edited)["description"].startswith("It burns.")


def test_nothing_is_lost_unknown_headings_and_unusable_answers_stand_in_the_description(book: Book) -> None:
    body = (
        "Hello.\n\n### Bought on\n\nlast summer\n\n### Class\n\nghosts\n\n### Shoe size\n\n44\n\n"
        "### Model\n\none\ntwo\n\n### Model\n\nX3\n\n### Channel\n\nNone\n\n### Description\n\nIt swells."
    )
    taken = take(book, event(6, body))
    case = case_of(book, taken)
    assert taken["unusable"] == ["product.bought", "category", "product.model"]
    for words in (
        "Hello.",
        "### Bought on\n\nlast summer",
        "ghosts",
        "### Shoe size\n\n44",
        "one\ntwo",
        "X3",
    ):
        assert words in case["description"]
    assert case["description"].rstrip().endswith("It swells.")
    assert "channel" not in case or case["channel"] is None
    said = book.call("import", "form", str(book.root.parent / "event.json"), *AT, check=0)
    assert "swells" not in said.stdout + said.stderr


def test_a_chinese_form_is_read_by_a_desk_that_speaks_english(book: Book) -> None:
    taken = take(
        book,
        event(8, "### 客户姓名\n\n王芳\n\n### 分类\n\n产品质量/功能故障/硬件故障\n\n### 问题描述\n\n鼓包"),
    )
    case = case_of(book, taken)
    assert (case["customer"]["name"], case["category"]) == ("王芳", "quality/function/hardware")
    assert case["description"] == "鼓包"


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (20, '=HYPERLINK("http://evil","x")'),
        (21, "../../etc/passwd"),
        (22, "$(touch pwned)"),
        (23, "a\u0000\x1b[2J"),
    ],
)
def test_what_a_stranger_writes_stays_text_in_one_file(book: Book, number: int, name: str) -> None:
    before = {path for path in book.root.parent.rglob("*") if ".git" not in path.parts}
    body = f"### Customer's name\n\n{name}\n\n### Description\n\n{name}"
    taken = take(book, event(number, body, title=name))
    after = {path for path in book.root.parent.rglob("*") if ".git" not in path.parts}
    assert after - before <= {book.file(taken["id"]), book.root.parent / "event.json"}
    case = case_of(book, taken)
    kept = re.sub("[\x00\x1b]", "\ufffd", name)
    assert (case["title"], case["customer"]["name"], case["description"]) == (kept, kept, kept)
    assert name not in book.git("log", "-1", "--format=%B")


def test_a_long_title_is_cut_and_stands_whole_in_the_description(book: Book) -> None:
    title = "very " * 100
    case = case_of(book, take(book, event(30, title=title)))
    assert len(case["title"]) == 200
    assert title.strip() in case["description"]


@pytest.mark.parametrize(
    "said",
    [
        event(40, title="x" * 5_000_000),
        event(41, body="字" * 400_000),
        "{}",
        "",
        event(0),
        event(42, created_at="2027-01-01T00:00:00Z"),
    ],
    ids=["5 MB title", "1.2 MB body", "no issue", "empty", "no number", "in the future"],
)
def test_what_cannot_be_a_case_is_refused_in_a_line_and_nothing_is_written(book: Book, said: str) -> None:
    path = book.root.parent / "event.json"
    path.write_text(said, encoding="utf-8")
    assert len(refused(book, 2, "import", "form", str(path), *AT)) < 300


def test_a_missing_event_is_one_line(book: Book) -> None:
    assert "nowhere.json" in refused(book, 4, "import", "form", "nowhere.json")
    assert "cannot be read" in refused(book, 4, "import", "form", ".")


def test_the_event_is_read_from_a_pipe(book: Book) -> None:
    said = book.run("import", "form", "-", *AT, stdin=event(50), check=0)
    assert re.fullmatch(r"C-20261120-\w{5}\n", said.stdout)


def test_a_runner_whose_clock_is_a_little_behind_records_the_issue_all_the_same(book: Book) -> None:
    case = case_of(book, take(book, event(53, created_at="2026-11-20T01:32:00Z")))
    assert case["received"].isoformat() == "2026-11-20T09:30:00+08:00"


def test_an_issue_without_the_label_is_left_alone(book: Book) -> None:
    head = book.head()
    taken = take(book, event(51, labels=[{"name": "bug"}]), "--label", "complaint")
    assert taken["form"] == "left-alone"
    assert book.head() == head
    assert take(book, event(51), "--label", "complaint")["form"] == "opened"


def test_who_when_and_the_channel_can_be_given_and_the_commit_left_out(book: Book) -> None:
    head = book.head()
    body = "### Description\n\nIt swells."
    taken = take(book, event(52, body), "--by", "zhao.min", "--channel", "chat", "--no-commit")
    case = case_of(book, taken)
    assert (case["history"][0]["by"], case["channel"]) == ("zhao.min", "chat")
    assert book.head() == head
    book.git("add", "-A")
    book.git("commit", "-qm", "by hand")
