"""`report regulator`: the return of a firm counted by hand, its presets as files, what the policy cannot answer."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from complaintctl.storage.documents import presetfile
from tests.casebooks import Book, make_book

HALF = ("report", "regulator", "--preset", "fca-half-year", "--period", "2026H1")
AS_OF = ("--as-of", "2026-08-01T12:00")
# Received, closed, outcome and own fields. Monday is 2026-03-02; 1 January is a bank holiday of the policy.
CASES = (
    ("2026-03-02T10:00", "2026-03-05T12:00", "upheld", "remedy.cost=100 GBP"),  # 3rd business day
    ("2026-03-02T10:00", "2026-03-06T12:00", "partly-upheld", "remedy.cost=50.50 GBP"),  # 4th
    ("2026-03-02T10:00", "2026-05-01T12:00", "not-upheld", "x.vulnerable=no"),  # 60 days: after 8 weeks
    (
        "2025-12-31T10:00",
        "2026-01-02T12:00",
        "upheld",
        "x.vulnerable=yes",
    ),  # 1st business day, of the year before
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = make_book(tmp_path_factory.mktemp("firm"), "fca-disp", "Europe/London", "en")
    for number, (received, closed, outcome, field) in enumerate(CASES):
        case = book.open(f"case {number}", "--received", received, "--at", received)
        ending = ("--outcome", outcome, "--set", field, "--force", "--reason", "test", "--at", closed)
        book.call("close", case, *ending, check=0)
    still = book.open("case 4", "--received", "2026-06-29T10:00", "--at", "2026-06-29T10:00")
    told = ("--set", "x.vulnerable=yes", "--set", "x.vulnerability_failure=yes")
    book.call("edit", still, *told, "--at", "2026-07-10T10:00", check=0)
    book.open("case 5", "--received", "2026-07-01T10:00", "--at", "2026-07-01T10:00")
    return book


def rows(book: Book, *arguments: str) -> dict[str, Any]:
    content = book.json(*arguments, *AS_OF)["regulator"]
    return {row["row"]: row for row in content["rows"]}


def test_the_half_year_return_is_the_one_counted_by_hand(book: Book) -> None:
    found = rows(book, *HALF)
    assert {name: row["this"]["value"] for name, row in found.items()} == {
        "open_at_start": 1,  # the one of December
        "opened": 4,
        "closed_3bd": 2,
        "closed_8w": 1,
        "closed_later": 1,
        "closed": 4,
        "upheld": 3,
        "redress_upheld": 3,
        "redress_other": 1,
        "open_at_end": 1,
    }
    assert found["redress_upheld"]["this"]["amounts"] == {"GBP": 150.5}
    assert found["upheld"]["this"]["of"] == 4


def test_the_same_half_year_under_the_rule_of_2027_has_two_rows_more(book: Book) -> None:
    found = rows(book, *HALF, "--rule", "2027-01-01")
    added = {name: row["this"]["value"] for name, row in found.items() if row["previous"] is None}
    # What was told in July about a complaint of June counts; the case of December was received before.
    assert added == {"vulnerable": 1, "vulnerability_failure": 1}
    assert {row["difference"] for row in found.values()} == {0, None}
    # Two of the four opened do not say, one says no.
    assert found["vulnerable"]["this"]["unknown"] == 2
    content = book.json(*HALF, *AS_OF, "--rule", "2027-01-01")["regulator"]
    assert (content["rule"]["from"], content["previous"]["from"]) == ("2027-01-01", "2016-06-30")
    assert content["rule"]["verified"] is False


def test_the_paper_says_that_the_official_text_was_not_read(book: Book) -> None:
    english = book.call(*HALF, *AS_OF, "--lang", "en", check=0).stdout
    chinese = book.call(*HALF, *AS_OF, "--lang", "zh", check=0).stdout
    assert (
        "**Unverified: official text not read.** Rule from 30 June 2016, as known on 29 November 2026"
        in english
    )
    assert "**未核实：未查阅官方文本**。规则自2016年6月30日起适用" in chinese
    assert "| upheld | upheld, wholly or in part | 3 | 75 % |" in english
    assert "The preset has no earlier rule to compare with." in english


def test_the_presets_are_listed_with_their_rules(book: Book) -> None:
    listed = book.json("report", "regulator", "--list")["presets"]
    assert [(row["preset"], row["from"], row["verified"]) for row in listed] == [
        ("cfpb", "2015-05-01", False),
        ("fca-half-year", "2016-06-30", False),
        ("fca-half-year", "2027-01-01", False),
        ("qmsr-820-35", "1996-10-07", False),
        ("qmsr-820-35", "2026-02-02", False),
    ]
    assert book.call("report", "regulator", "--list", check=0).stdout.count("\n") == 7


TEAM = """\
preset: 1
label: The team's own
versions:
  - from: 2025-01-01
    as_of: 2025-01-01
    source: {title: last year's rule}
    verified: true
    rows:
      - {row: upheld, label: upheld, count: closed, when: {outcome: upheld}}
      - {row: early, label: closed early, count: closed, within: 3bd}
  - from: 2026-01-01
    as_of: 2026-01-01
    source: {title: this year's rule}
    verified: true
    rows:
      - {row: upheld, label: upheld, count: closed, when: {outcome: [upheld, partly-upheld]}}
      - {row: early, label: closed early, count: closed, within: 1bd}
"""


def own_preset(book: Book, folder: Path, text: str) -> Book:
    """The casebook with a preset of the team."""
    root = folder / "book"
    shutil.copytree(book.root, root)
    file = root / "templates" / "regulator" / "team.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return Book(root=root, variables=book.variables)


def test_last_years_rule_and_this_years_differ_by_the_cases_counted_by_hand(
    book: Book, tmp_path: Path
) -> None:
    own = own_preset(book, tmp_path, TEAM)
    found = rows(own, "report", "regulator", "--preset", "team", "--period", "2026H1")
    counts = {
        name: (row["this"]["value"], row["previous"]["value"], row["difference"])
        for name, row in found.items()
    }
    # Upheld in part counts now: 3 against 2. Within 1 business day 1, within 3 days 2.
    assert counts == {"upheld": (3, 2, 1), "early": (1, 2, -1)}
    assert (found["upheld"]["added"], found["early"]["dropped"]) == (1, 1)
    (moved,) = found["early"]["cases"]
    paper = own.call("report", "regulator", "--preset", "team", "--period", "2026H1", *AS_OF, check=0).stdout
    assert f"| early | closed early | 1 | 2 | -1 | +0 −1: {moved} |" in paper
    assert "Rule from 1 January 2026, official text read on 1 January 2026: this year's rule." in paper
    assert "nverified" not in paper


def test_the_faults_of_a_preset_are_named_with_file_and_line(book: Book, tmp_path: Path) -> None:
    text = TEAM.replace("within: 1bd", "within: 1 moon").replace("outcome: upheld", "outcom: upheld", 1)
    own = own_preset(book, tmp_path, text.replace("as_of: 2025-01-01", "as_off: 2025-01-01"))
    wrong = own.call("report", "regulator", "--preset", "team", "--period", "2026H1", check=4).stderr
    assert wrong.splitlines() == [
        "templates/regulator/team.yaml:4:5: versions[1].as_of is missing",
        "templates/regulator/team.yaml:5:5: unknown key versions[1].as_off. Did you mean as_of?",
        "The preset templates/regulator/team.yaml has errors, named above. Nothing was counted.",
    ]
    own = own_preset(book, tmp_path / "again", text)
    checked = own.call("template", "check", "team", check=1).stderr
    assert checked.splitlines() == [
        "templates/regulator/team.yaml:9:68: A case has no field outcom. Did you mean outcome?",
        "templates/regulator/team.yaml:17:66: 1 moon is not a limit. Write it like 15m, 1h, 10d, 8w, 3mo or 3bd",
    ]


def test_a_preset_is_copied_to_be_edited(book: Book, tmp_path: Path) -> None:
    own = own_preset(book, tmp_path, TEAM)
    new = own.call("template", "new", "mine", "--from", "fca-half-year", "--no-commit", check=0)
    assert new.stdout == "templates/regulator/mine.yaml\n"
    assert rows(own, "report", "regulator", "--preset", "mine", "--period", "2026H1") == rows(own, *HALF)


def test_what_the_policy_lacks_is_told_and_not_counted_as_nought(tmp_path: Path) -> None:
    other = make_book(tmp_path, "electronics", lang="en")
    paper = other.call(*HALF, "--rule", "2027-01-01", check=0).stdout
    assert "| vulnerable | opened by customers in vulnerable circumstances | – |" in paper
    assert "Not counted: The policy has no field x.vulnerable. Add it under fields." in paper
    assert rows(other, *HALF, "--rule", "2027-01-01")["vulnerable"]["this"]["value"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--preset", "fca"), "Give --preset NAME and --period PERIOD."),
        (
            ("--preset", "fca", "--period", "2026H1"),
            "unknown preset fca. Available: cfpb, fca-half-year, qmsr-820-35.",
        ),
        (("--preset", "fca-half-year", "--period", "2026Q1"), "The preset is not made for 2026Q1."),
        (("--preset", "fca-half-year", "--period", "next"), "next"),
    ],
)
def test_a_wrong_option_is_one_clear_error(book: Book, arguments: tuple[str, ...], words: str) -> None:
    assert words in book.call("report", "regulator", *arguments, check=2).stderr


def test_every_shipped_preset_is_sound() -> None:
    for path in presetfile.preset_files(None).values():
        preset, problems = presetfile.read_preset(path)
        assert problems == []
        assert preset is not None
        assert [version.verified for version in preset.versions] == [False] * len(preset.versions)
