"""What people read of the next step on the board, in lists and after a command; what `today` prints works as printed."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.sampling import sample

RECEIVED = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:00")
NOW = "2024-03-04T09:15"


def rows(text: str) -> list[list[str]]:
    """The cells of a table for people."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()[2:]]


def test_the_board_says_ack_after_opening_under_ecommerce_with_its_own_time(tmp_path: Path) -> None:
    book = make_book(tmp_path, "ecommerce")
    case = book.open("t", *RECEIVED, "--category", "logistics")
    board = book.call("board", "--as-of", "2024-03-04T09:05", check=0).stdout.splitlines()
    assert (board[0], board[2]) == ("ack (1)", f"{case[-5:]} 10 min")
    book.call("ack", case, "--at", "2024-03-04T09:10", check=0)
    shown = book.speaking("en").call("show", case, "--as-of", NOW, check=0).stdout
    assert "\nnext: classify; the promised update is due 2024-03-05 09:10\n" in shown
    (column,) = book.json("board", "--as-of", NOW)["board"]
    (entry,) = column["cases"]
    assert (column["step"], entry["next"]["clock"]) == ("classify", {"step": "promise", "what": "update"})
    # From the warning (three quarters of the day) on it is the news that is next.
    (row,) = book.json("today", "--as-of", "2024-03-05T03:10")["today"]
    assert (row["step"], row["command"]) == ("update", f"complaintctl update {case}")


def test_a_step_without_a_limit_is_shown_everywhere_with_no_due_time(tmp_path: Path) -> None:
    book = make_book(tmp_path, "hotline")
    case = book.open("t", *RECEIVED, "--channel", "phone")
    today = book.call("today", "--as-of", NOW, check=0)
    (row,) = rows(today.stdout.partition("\n\n")[0])
    assert row[:-1] == [case, "receive", "t", f"complaintctl step {case[-5:]} receive"]
    assert today.stderr == "1 case has a step to take, 1 without a limit; 0 waiting for the customer.\n"
    assert book.call("board", "--as-of", NOW, check=0).stdout.splitlines()[0] == "receive (1)"
    assert rows(book.call("list", "--as-of", NOW, check=0).stdout) == [[case, "open", "receive", "t"]]
    assert "\nnext: receive\n" in book.call("show", case, "--as-of", NOW, check=0).stdout
    assert book.call("explain", case, "--as-of", NOW, check=0).stdout.startswith("next: receive\n\n")
    fresh = book.open("t", "--channel", "phone")
    assert book.call("note", fresh, "x", check=0).stderr == "next: receive\n"


def test_a_crisis_is_marked_everywhere(tmp_path: Path) -> None:
    book = make_book(tmp_path, "hotline")
    case = book.open("t", *RECEIVED, "--channel", "phone")
    calling = ("--crisis", "--to", "li.wei", "--reason", "press", "--at", "2024-03-04T09:10")
    said = book.call("escalate", case, *calling, check=0).stderr
    assert "next: CRISIS: report-up, due 2024-03-04 09:25\n" in said
    for words in (("today",), ("list",), ("show", case), ("explain", case)):
        assert "CRISIS: report-up" in book.call(*words, "--as-of", NOW, check=0).stdout, words
    assert f"{case[-5:]} CRISIS, 10 min" in book.call("board", "--as-of", NOW, check=0).stdout
    (row,) = book.json("today", "--as-of", NOW)["today"]
    assert (row["crisis"], row["next"]["crisis"]) == (True, True)


def test_a_step_without_a_limit_names_the_later_one_that_is_due(tmp_path: Path) -> None:
    book = make_book(tmp_path, "8d", lang="en")
    case = book.open("t", *RECEIVED)
    said = book.call("ack", case, "--at", "2024-03-04T09:10", check=0).stderr
    assert "next: classify grade; d3 interim containment is due 2024-03-05 09:00\n" in said
    (row,) = rows(book.call("today", "--as-of", NOW, check=0).stdout)
    assert "classify grade, before d3 interim containment" in row
    board = book.call("board", "--as-of", NOW, "--format", "md", check=0).stdout
    assert f"- {case} · d3 interim containment: 23 h 45 min · t" in board


@pytest.mark.parametrize("command", sample(["today", "board", "list"], 1))
def test_what_has_no_due_time_stands_last_a_crisis_first_among_it(tmp_path: Path, command: str) -> None:
    (tmp_path / "policy.yaml").write_text(
        "complaintctl: 1\nname: p\ntimezone: Asia/Shanghai\nlevels: [high, low]\n"
        "steps:\n  - {step: plan, within: {high: 4h}}\n",
        encoding="utf-8",
    )
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    calm = book.open("calm", *RECEIVED, "--level", "low")
    crisis = book.open("crisis", *RECEIVED, "--level", "low")
    urgent = book.open("urgent", *RECEIVED, "--level", "high")
    book.call("escalate", crisis, "--crisis", "--reason", "x", "--at", "2024-03-04T09:10", check=0)
    answer = book.json(command, "--as-of", NOW)
    cases = order_of(command, answer)
    assert cases[0] == urgent
    if command != "list":
        assert cases == [urgent, crisis, calm]


def order_of(command: str, answer: dict[str, object]) -> list[str]:
    """The cases in the order of the answer."""
    entries: list[dict[str, object]] = []
    content = answer["cases" if command == "list" else command]
    assert isinstance(content, list)
    for entry in content:
        entries += entry.get("cases") or [entry]
    return [str(entry.get("case") or entry.get("id")) for entry in entries]


def test_what_today_prints_for_tasks_works_as_printed(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "complaintctl: 1\nname: p\ntimezone: Asia/Shanghai\ntasks: [{to: lab, what: test it}]\n"
        "steps:\n  - {step: plan, needs: [tasks]}\n",
        encoding="utf-8",
    )
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case = book.open("t")
    done = []
    for _number in range(4):
        (row,) = book.json("today")["today"]
        words = row["command"].split()[1:]
        done.append(" ".join(word for word in words if word != case))
        book.call(*words, *(("--outcome", "upheld") if words[0] == "close" else ()), check=0)
    assert done == ["task --planned", "task --done lab", "plan", "close"]
    assert book.json("today")["today"] == []


def commands_of(book: Book, *words: str) -> list[str]:
    return [row["command"] for row in book.json("today", *words)["today"]]


def test_a_case_that_waits_for_the_customer_is_counted_and_not_listed(tmp_path: Path) -> None:
    book = make_book(tmp_path, "hotline")
    case = book.open("t", *RECEIVED, "--channel", "phone")
    book.call("wait", case, "--reason", "photo", "--at", "2024-03-04T09:10", check=0)
    assert commands_of(book, "--as-of", NOW) == []
    said = book.call("today", "--as-of", NOW, check=0).stderr
    assert said == "0 cases have a step to take, 0 without a limit; 1 waiting for the customer.\n"


def test_today_names_a_list_once_as_the_question_calls_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, "hotline")
    case = book.open("t", *RECEIVED, "--channel", "phone")
    book.call("escalate", case, "--crisis", "--to", "li.wei", "--reason", "press", *RECEIVED[2:], check=0)
    told = ("--set", "x.crisis_sign=mass", "--set", "x.reported_to=manager", *RECEIVED[2:])
    book.call("step", case, "report-up", *told, check=0)
    named = ("--set", "x.spokesperson=Zhou", "--set", "x.legal_adviser=Sun", *RECEIVED[2:])
    book.call("step", case, "task-force", *named, check=0)
    (row,) = book.json("today", "--as-of", NOW)["today"]
    assert row["asks"] == ["plan.principle", "plan.measures.who", "plan.measures.due"]
    shown = book.speaking("en").call("today", "--as-of", NOW, env={"COLUMNS": "400"}, check=0).stdout
    assert shown.splitlines()[2].endswith("strategy  principle, measures")
