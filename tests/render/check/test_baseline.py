"""`check --baseline`: known findings are accepted for a time, with a reason; `--exit-zero` lets a build pass."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, Result, make_book

NOW = "2024-03-04T13:30"  # assess and classify of the case are late
UNTIL = "2024-03-06"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, str]:
    book = make_book(tmp_path_factory.mktemp("baseline"), lang="en")
    return book, book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")


def written(book: Book, *entries: str) -> str:
    path = book.root.parent / "known.yaml"
    path.write_text("# known\naccepted:\n" + "".join(f"  - {entry}\n" for entry in entries), encoding="utf-8")
    return str(path)


def checked(book: Book, *options: str, as_of: str = NOW, check: int) -> Result:
    return book.call("check", "--as-of", as_of, *options, check=check)


def accepted(book: Book, *options: str, check: int = 0) -> tuple[list[Any], list[Any], list[Any]]:
    found = checked(book, "--json", *options, check=check).json()["check"]
    return (
        [row["step"] for row in found["overdue"]],
        [(row["step"], row["reason"], row["until"], row["who"]) for row in found["accepted"]],
        [(problem["key"], problem["line"]) for problem in found["problems"]],
    )


def test_a_listed_finding_is_accepted_with_its_reason_and_the_others_fail(desk: tuple[Book, str]) -> None:
    book, case = desk
    file = written(book, f"{{case: {case}, step: assess, reason: lab, until: {UNTIL}, who: li.wei}}")
    assert accepted(book, "--baseline", file, check=1) == (
        ["classify"],
        [("assess", "lab", UNTIL, "li.wei")],
        [],
    )
    file = written(book, f'{{case: {case}, step: "*", reason: lab, until: {UNTIL}}}')
    late, taken, problems = accepted(book, "--baseline", file)
    assert (late, [row[0] for row in taken], problems) == ([], ["assess", "classify"], [])
    said = checked(book, "--baseline", file, check=0)
    assert said.stdout == ""
    assert said.stderr == (
        "Open cases: 1. 0 of them are overdue at 2024-03-04 13:30. 2 findings are accepted by the baseline.\n"
    )


def test_each_ci_format_counts_what_is_accepted(desk: tuple[Book, str]) -> None:
    book, case = desk
    file = written(book, f'{{case: {case}, step: "*", reason: 王芳, until: {UNTIL}}}')

    def said(output_format: str) -> str:
        text = checked(book, "--baseline", file, "--format", output_format, check=0).stdout
        assert "王芳" not in text
        return text

    assert said("github") == "::notice::2 findings are accepted by the baseline.\n"
    assert json.loads(said("gitlab")) == []
    assert json.loads(said("sarif"))["runs"][0]["properties"] == {"findings": 0, "accepted": 2}
    suite = ET.fromstring(said("junit"))  # noqa: S314 - it reads only what we printed
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "0", "2")
    assert len(suite.findall("testcase/skipped")) == 2
    assert "2 findings are accepted" in said("md")


def test_an_entry_counts_to_the_end_of_its_last_day_and_then_says_so(desk: tuple[Book, str]) -> None:
    book, case = desk
    file = written(book, f'{{case: {case}, step: "*", reason: lab, until: {UNTIL}}}')
    checked(book, "--baseline", file, as_of="2024-03-06T23:59", check=0)
    over = checked(book, "--baseline", file, "--format", "github", as_of="2024-03-07T00:00", check=1)
    assert f"{case} * was accepted until {UNTIL}, which is over: it counts again" in over.stderr
    assert f"accepted until {UNTIL}, which is over" in over.stdout.splitlines()[0]


def test_an_entry_that_matches_nothing_is_named_with_its_line(desk: tuple[Book, str]) -> None:
    book, case = desk
    entry = f'{{case: {case}, step: "*", reason: lab, until: {UNTIL}}}'
    file = written(book, entry, f"{{case: C-20240101-AAAAA, step: ack, reason: x, until: {UNTIL}}}")
    said = checked(book, "--baseline", file, check=0).stderr
    assert "known.yaml:4:5: warning: C-20240101-AAAAA ack matches no finding any more" in said


@pytest.mark.parametrize(
    ("entry", "place", "words"),
    [
        ("{case: C-1, step: ack, until: 2024-03-06}", ":3:5: ", "reason"),
        ('{case: C-1, step: ack, reason: "", until: 2024-03-06}', ":3:36: ", "needs a reason"),
        ("{case: C-1, step: ack, reason: x}", ":3:5: ", "until"),
        ("{case: C-1, step: ack, reason: x, until: soon}", ":3:46: ", "until"),
        ("{case: C-1, step: ack, reason: x, until: 2024-03-06, whom: y}", ":3:58: ", "whom"),
        ("{case: C-1", ":4:1: ", ""),
    ],
)
def test_a_faulty_file_is_one_error_with_its_line(
    desk: tuple[Book, str], entry: str, place: str, words: str
) -> None:
    book, _case = desk
    result = checked(book, "--baseline", written(book, entry), check=4)
    problem, failure = result.stderr.splitlines()
    assert f"known.yaml{place}" in problem
    assert words in problem
    assert "has faults, so nothing was checked" in failure
    assert result.stdout == ""


def test_a_missing_file_and_lonely_options_are_refused(desk: tuple[Book, str], tmp_path: Path) -> None:
    book, _case = desk
    new = str(tmp_path / "new.yaml")
    assert "is not a file" in checked(book, "--baseline", new, check=2).stderr
    assert "needs --reason" in checked(book, "--write-baseline", new, "--until", UNTIL, check=2).stderr
    assert "belong to --write-baseline" in checked(book, "--reason", "x", check=2).stderr
    options = ("--write-baseline", new, "--reason", "x")
    assert "is before 2024-03-04" in checked(book, *options, "--until", "2024-03-03", check=2).stderr
    assert not Path(new).exists()


def test_what_fails_now_is_written_and_comments_stay(desk: tuple[Book, str], tmp_path: Path) -> None:
    book, case = desk
    path = tmp_path / "known.yaml"
    options = ("--write-baseline", str(path), "--reason", "a: b # c", "--until", UNTIL)
    assert "Accepted 2 findings: added to " in checked(book, *options, check=0).stderr
    first = path.read_text(encoding="utf-8").replace("accepted:\n", "accepted:   # by us\n")
    path.write_text(first, encoding="utf-8")
    entry = ("a: b # c", UNTIL, "li.wei")
    assert accepted(book, "--baseline", str(path))[1] == [("assess", *entry), ("classify", *entry)]
    checked(book, *options, check=0)
    assert path.read_text(encoding="utf-8") == first, "nothing new, nothing written"
    checked(book, *options, as_of="2024-03-05T13:30", check=0)
    later = path.read_text(encoding="utf-8")
    assert later.startswith(first)
    assert later.removeprefix(first).count(f"  - {{case: {case}, step: ") == 1


@pytest.mark.parametrize("text", ["", "# only a comment\n", "accepted: []  # none\n", "accepted:\n"])
def test_an_empty_file_is_extended(desk: tuple[Book, str], tmp_path: Path, text: str) -> None:
    book, _case = desk
    path = tmp_path / "known.yaml"
    path.write_text(text)
    checked(book, "--write-baseline", str(path), "--reason", "x", "--until", UNTIL, check=0)
    assert len(accepted(book, "--baseline", str(path))[1]) == 2


def test_a_list_in_brackets_is_not_changed(desk: tuple[Book, str], tmp_path: Path) -> None:
    book, _case = desk
    path = tmp_path / "known.yaml"
    text = f"accepted: [{{case: C-1, step: ack, reason: x, until: {UNTIL}}}]\n"
    path.write_text(text)
    said = checked(book, "--write-baseline", str(path), "--reason", "x", "--until", UNTIL, check=4).stderr
    assert "was not changed" in said
    assert path.read_text() == text


def test_exit_zero_shows_findings_and_ends_with_0_unless_a_file_is_broken(
    desk: tuple[Book, str], tmp_path: Path
) -> None:
    book, _case = desk
    assert checked(book, "--exit-zero", "--format", "github", check=0).stdout.count("::error ") == 2
    broken = make_book(tmp_path, lang="en")
    (broken.root / "cases/open/C-20240304-AAAAA.yaml").write_text("id: [\n")
    checked(broken, "--exit-zero", check=4)
