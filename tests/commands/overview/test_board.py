"""Tests the board: open cases in columns by their next step."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from complaintctl.render.text.wrapping import text_width
from tests.casebooks import Book, author, make_book

POLICY = """\
complaintctl: 1
name: board
timezone: Asia/Shanghai
warn: [50%]
people: {ma.li: {roles: [head]}, li.wei: {}}
roles: [head]
levels: {high: , low: }
steps:
  - {step: ack, optional: true}
  - step: investigate
    label: {en: investigate, zh: 调查核实}
    within: 10h
  - step: plan
    within: 20h
    approve: [head]
  - {step: respond}
"""
NOW = "2024-03-04T18:00"
CHINESE = "手机使用两周后电池鼓包，担心安全，要求退款并赔偿损失"
LONG_WORD = "x" * 50


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A casebook with cases before each step, at 18:00."""

    book: Book
    late: str
    warned: str
    calm: str
    quiet: str
    unsigned: str
    promised: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("board")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml")

    def opened(title: str, hour: str, *options: str) -> str:
        return book.open(title, "--received", f"2024-03-04T{hour}", "--at", f"2024-03-04T{hour}", *options)

    def did(case_id: str, *words: str) -> str:
        book.call(words[0], case_id, *words[1:], "--at", "2024-03-04T17:30", check=0)
        return case_id

    # Ten hours to investigate: due at 17:00 (late), 22:00 (half was over at 17:00: warned), 03:30.
    late = opened(CHINESE, "07:00", "--owner", "li.wei", "--level", "high")
    warned = opened(LONG_WORD, "12:00")
    calm = opened("calm", "17:30")
    quiet = did(did(opened("quiet", "17:20"), "wait", "--reason", "photo"), "note", "x")
    unsigned = did(did(opened("unsigned", "17:20"), "investigate"), "plan")
    promised = opened("promised", "17:20")
    did(promised, "investigate")
    did(promised, "plan")
    book.call("approve", promised, "plan", "--at", "2024-03-04T17:40", env=author("ma.li"), check=0)
    did(promised, "respond")
    told = ("--at", "2024-03-04T17:45", "--promise-by", "2024-03-05T09:00", "--promise", "update")
    book.call("update", promised, *told, check=0)
    return Desk(
        book=book, late=late, warned=warned, calm=calm, quiet=quiet, unsigned=unsigned, promised=promised
    )


def test_each_open_case_stands_under_the_step_it_waits_for_the_most_urgent_first(desk: Desk) -> None:
    board = desk.book.json("board", "--as-of", NOW)["board"]
    assert [(column["step"], [entry["case"] for entry in column["cases"]]) for column in board] == [
        ("investigate", [desk.late, desk.warned, desk.calm, desk.quiet]),
        ("plan", [desk.unsigned]),
        ("update", [desk.promised]),
    ]
    first, second, third, fourth = board[0]["cases"]
    # Received at 7, ten hours: due at 17, an hour ago. Received at 12: four hours are left, of ten.
    assert (first["overdue"], first["left"], first["due"]) == (True, -3600, "2024-03-04T17:00:00+08:00")
    assert (second["overdue"], second["warned"], second["left"]) == (False, True, 4 * 3600)
    assert (third["warned"], third["left"]) == (False, 9 * 3600 + 1800)
    assert (fourth["status"], fourth["due"], fourth["left"]) == ("waiting", None, None)


@pytest.mark.parametrize("columns", ["120", "80", "50", "30"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_columns_stand_straight_whatever_the_width_and_nothing_is_cut(
    desk: Desk, columns: str, lang: str
) -> None:
    words = ("--lang", lang, "board", "--as-of", NOW)
    shown = desk.book.call(*words, env={"COLUMNS": columns}, check=0).stdout
    lines = shown.splitlines()
    assert max(map(text_width, lines)) <= int(columns)
    each = len(next(line for line in lines if line.startswith("-")).split()[0])
    first = "".join("".join(line[: _signs(line, each)] for line in lines).split())
    assert CHINESE in first
    assert LONG_WORD in first
    assert shown.count("! ") == 1
    # Every column is aligned with its line of dashes.
    for rule in (line for line in lines if line.startswith("-")):
        assert len({len(part) for part in rule.split()}) == 1


def _signs(line: str, columns: int) -> int:
    return next((place for place in range(len(line)) if text_width(line[: place + 1]) > columns), len(line))


def test_a_wide_terminal_shows_the_columns_side_by_side_a_narrow_one_below_each_other(desk: Desk) -> None:
    def headings(columns: str) -> list[str]:
        shown = desk.book.call("board", "--as-of", NOW, env={"COLUMNS": columns}, check=0).stdout
        return [line for line in shown.splitlines() if "(" in line]

    assert [line.split("  ")[0] for line in headings("80")] == ["investigate (4)"]
    assert headings("80")[0].split() == ["investigate", "(4)", "plan", "(1)", "update", "(1)"]
    assert headings("50")[1] == "update (1)"
    assert headings("30") == ["investigate (4)", "plan (1)", "update (1)"]


def test_other_formats_go_column_by_column(desk: Desk) -> None:
    def text(output_format: str) -> str:
        return desk.book.call("board", "--as-of", NOW, "--format", output_format, check=0).stdout

    rows = [line.split("\t") for line in text("plain").splitlines()]
    assert [row[:2] for row in rows][:2] == [["investigate", desk.late], ["investigate", desk.warned]]
    assert [row[0] for row in rows] == ["investigate"] * 4 + ["plan", "update"]
    assert text("csv").startswith("step,case,status,due,left,overdue,warned,level,owner,title,crisis\n")
    assert json.loads(text("jsonl").splitlines()[-1])["case"] == desk.promised
    assert text("md").startswith(
        f"### investigate (4)\n\n- {desk.late} · ! 1 h late · li.wei · {CHINESE}\n- {desk.warned} · 4 h · "
    )


def test_the_board_of_one_owner_or_of_the_past(desk: Desk) -> None:
    (column,) = desk.book.json("board", "--as-of", NOW, "--owner", "li.wei")["board"]
    assert [entry["case"] for entry in column["cases"]] == [desk.late]
    early = desk.book.json("board", "--as-of", "2024-03-04T12:30")["board"]
    assert [entry["case"] for column in early for entry in column["cases"]] == [desk.late, desk.warned]
    assert desk.book.json("board", "--department", "lab")["board"] == []


def test_a_case_of_which_nothing_is_owed_waits_for_its_closing(tmp_path: Path) -> None:
    book = make_book(tmp_path, "promised-dates")
    opened = book.open("t", "--at", "2024-03-04T09:00")
    (column,) = book.json("board")["board"]
    assert (column["step"], column["cases"][0]["case"]) == ("close", opened)
    result = book.call("board", "--as-of", "2024-03-04T10:00", check=0)
    assert result.stderr == "1 open case\n"
    assert book.call("board", "--as-of", "2024-03-03", check=0).stdout == ""
