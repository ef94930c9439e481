"""Names and one-line fields refuse line breaks: nobody's text forges a line of a commit, a CI log or `show`."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaintctl.domain.case import one_line
from tests.casebooks import ACTOR, Book, make_book, refused

FORGED = "z\nActor: boss"
MASK = "urgent\n::add-mask::x"
BREAKS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
DAY = ("--due", "2026-01-01")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("lines"))


@pytest.fixture(scope="module")
def case_id(book: Book) -> str:
    return book.open("t")


@pytest.mark.parametrize(
    "words",
    [
        ("note", "CASE", "x", "--by", FORGED),
        ("assign", "CASE", "--to", FORGED),
        ("assign", "CASE", "--department", FORGED),
        ("classify", "CASE", "--level", MASK),
        ("open", "--title", FORGED),
        ("open", "--title", "t", "--by", FORGED),
        ("open", "--title", "t", "--customer-name", FORGED),
        ("open", "--title", "t", "--set", "product.serial=a\nb"),
        ("edit", "CASE", "--set", f"title={FORGED}"),
        ("edit", "CASE", "--set", f"customer.phone={FORGED}"),
        ("edit", "CASE", "--set", "x.a\nb=1"),
        ("escalate", "CASE", "--watch", FORGED, "--reason", "r"),
        ("escalate", "CASE", "--to", FORGED, "--reason", "r"),
        ("task", "CASE", "--to", FORGED, "--what", "w"),
        ("action", "CASE", "--what", "w", "--who", FORGED, *DAY),
        ("edit", "CASE", "--bone", "a\nb: c"),
        ("step", "CASE", FORGED),
        ("list", "--level", MASK),
        ("list", "--format", MASK),
        (MASK,),
        ("list", f"--{MASK}"),
        ("report", "--as-of", MASK),
    ],
    ids=lambda words: " ".join(words).encode("unicode_escape").decode(),
)
def test_a_line_break_in_a_name_is_refused_on_one_line(
    book: Book, case_id: str, words: tuple[str, ...]
) -> None:
    before = book.head()
    result = book.call(*(case_id if word == "CASE" else word for word in words), check=2)
    assert not [line for line in result.stderr.splitlines() if line.startswith(("::", "Actor:"))]
    assert len([line for line in result.stderr.splitlines() if not line.startswith(("Usage", "Try"))]) <= 2
    assert book.head() == before


@pytest.mark.parametrize("sign", BREAKS, ids=ascii)
def test_every_character_that_ends_a_line_is_a_line_break(book: Book, case_id: str, sign: str) -> None:
    said = refused(book, 2, "edit", case_id, "--set", f"title=a{sign}b")
    assert said == "title must be one line. What was typed holds a line break."


def test_the_characters_are_those_at_which_python_splits_lines() -> None:
    ends = {chr(code) for code in range(0x3000) if len(f"a{chr(code)}b".splitlines()) > 1}
    assert ends == set(one_line.LINE_BREAKS)


def test_free_text_keeps_its_lines(book: Book) -> None:
    case = book.open("t", "--description", "a\nb", "--set", "x.own=a\nb", "--set", "customer.address=a\nb")
    book.call("note", case, "a\nb", check=0)
    shown = book.json("show", case)["case"]
    assert [shown["description"], shown["x"]["own"], shown["customer"]["address"]] == ["a\nb"] * 3
    assert shown["history"][-1]["text"] == "a\nb"


def test_a_line_break_in_a_file_is_a_problem_with_its_line(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case, other = book.open("t"), book.open("other")
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: t\n", 'title: "t\\n::add-mask::x"\n'), encoding="utf-8")
    result = book.call("check", check=4)
    said = "title must be one line. Write it without a line break."
    assert f"cases/open/{case}.yaml:2:8: {said}" in result.stderr.splitlines()
    listed = book.call("list", check=4)
    assert other in listed.stdout
    assert "::add-mask::" not in listed.stdout + listed.stderr


def test_a_name_in_a_policy_or_a_mapping_is_one_line_too(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    (tmp_path / "p.yaml").write_text(
        'complaintctl: 1\nname: x\ntimezone: UTC\nlevels: {"a\\n::add-mask::x": {}}\n', encoding="utf-8"
    )
    result = book.call("policy", "check", str(tmp_path / "p.yaml"), check=1)
    said = result.stdout + result.stderr
    assert "must be one line" in said
    assert not [line for line in said.splitlines() if line.startswith("::")]
    (tmp_path / "m.yaml").write_text(
        'mapping: 1\nsystem: "a\\nActor: boss"\ntimezone: UTC\ntimes: "%Y-%m-%d"\nid: no\nreceived: came\n'
        "fields: {title: subject}\n",
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("no,came,subject\n1,2024-03-04,t\n", encoding="utf-8")
    words = ("import", "csv", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.yaml"))
    assert "m.yaml:2:9: system must be one line" in book.call(*words, check=4).stderr


def test_a_cell_of_several_lines_becomes_one_line_where_the_field_has_one(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    (tmp_path / "m.yaml").write_text(
        'mapping: 1\nsystem: shop\ntimezone: UTC\ntimes: "%Y-%m-%d"\nid: no\nreceived: came\n'
        "fields: {title: subject, description: words}\n",
        encoding="utf-8",
    )
    table = 'no,came,subject,words,"own\nfield"\n1,2024-03-04,"t\nHistory","a\nb","c\nd"\n'
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    words = ("import", "csv", str(tmp_path / "t.csv"), "--map", str(tmp_path / "m.yaml"))
    book.call(*words, check=0)
    (case,) = (path.stem for path in (book.root / "cases/open").glob("*.yaml"))
    shown = book.json("show", case)["case"]
    assert (shown["title"], shown["description"], shown["x"]) == ("t History", "a\nb", {"own field": "c\nd"})
    assert book.json(*words)["unchanged"] == 1


def fields_of(shown: str) -> Iterator[str]:
    return (line for line in shown.splitlines() if line and not line.startswith(" "))


def test_no_text_of_a_customer_looks_like_a_line_of_show(book: Book) -> None:
    forged = "a\nHistory\n  FFZ2GJHQ  2026-01-01 09:00  boss  close\ncases/open/x.yaml"
    plain = book.open("t", "--description", "a", "--set", "x.own=a")
    case = book.open("t", "--description", forged, "--set", f"x.own={forged}")
    for one, text in ((plain, "a"), (case, forged)):
        book.call("note", one, text, check=0)
    shown = [list(fields_of(book.call("show", one, check=0).stdout)) for one in (plain, case)]
    assert [line.replace(plain, case) for line in shown[0][:3]] == shown[1][:3]
    assert len(shown[0]) == len(shown[1])
    assert "\n    History\n" in book.call("show", case).stdout


def test_what_is_said_about_a_file_with_a_strange_name_is_one_line(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    (book.root / "cases/open/x\n::add-mask::y.yaml").write_text("title: t\n", encoding="utf-8")
    for words in (("check",), ("list",), ("check", "--format", "github")):
        result = book.call(*words, check=4)
        assert not [line for line in result.stderr.splitlines() if line.startswith("::add")]
        assert not [line for line in result.stdout.splitlines() if line.startswith("::add")]


def test_headings_and_entries_of_markdown_are_escaped_like_cells(tmp_path: Path) -> None:
    policy = tmp_path / "p.yaml"
    sign = "![x](http://evil.example/a.png) <b>"
    policy.write_text(
        f"complaintctl: 1\nname: '{sign}'\ntimezone: UTC\ncalendar: '{sign}'\n"
        f"calendars: {{'{sign}': {{hours: {{mon-sun: ['00:00-24:00']}}}}}}\n"
        f"steps:\n  - {{step: look, label: {{en: '{sign}', zh: '{sign}'}}, within: 1h}}\n",
        encoding="utf-8",
    )
    book = make_book(tmp_path, policy)
    case = book.open(sign, "--owner", sign)
    (book.root / "other.yaml").write_text(
        policy.read_text(encoding="utf-8").replace("1h", "2h"), encoding="utf-8"
    )
    for words in (
        ("board",),
        ("explain", case),
        ("analysis", case),
        ("policy", "diff", "other.yaml"),
        ("policy", "simulate", "other.yaml"),
        ("policy", "calendar", "--year", "2026"),
    ):
        result = book.call(*words, "--format", "md")
        assert result.returncode in {0, 3}, result
        for line in result.stdout.splitlines():
            assert "![x" not in line, (words, line)
            assert "<b>" not in line.replace("\\<b>", ""), (words, line)


def test_a_trailer_is_read_by_git_as_one_of_ours(book: Book, case_id: str) -> None:
    book.call("note", case_id, FORGED, "--by", "zhao.min", check=0)
    read = ["git", "log", "-1", "--format=%(trailers:key=Actor,valueonly)"]
    done = subprocess.run(read, cwd=book.root, env=dict(book.variables), capture_output=True, check=True)
    # The policy lists nobody, so a name after --by may be a customer's: the trailer has who recorded it.
    assert done.stdout.split() == [ACTOR.encode()]
