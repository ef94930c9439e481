"""Tests `init`: folder, policy, inside or outside of git."""

from pathlib import Path

import pytest

from tests.casebooks import Book, call, environment, git, make_book, run


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    return environment(home)


def test_a_fresh_casebook_is_a_repository_with_one_commit_and_nothing_left_over(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    options = ("--policy", "electronics", "--lang", "zh", "--timezone", "Asia/Chongqing", "--name", "desk")
    result = run(tmp_path, variables, "init", "new", *options, "--yes", check=0)

    root = tmp_path / "new"
    text = (root / "complaintctl.yaml").read_text(encoding="utf-8")
    assert result.stdout == f"{root}\n"
    assert "complaintctl open --title" in result.stderr
    assert {"name: desk", "timezone: Asia/Chongqing"} <= set(text.splitlines())
    assert "\nlanguage: zh " in text
    assert "# Most severe first." in text
    assert git(root, variables, "log", "--format=%s%n%b").splitlines()[0] == "Make a casebook"
    assert git(root, variables, "status", "--porcelain") == ""
    assert git(root, variables, "ls-files").split() == [
        ".gitattributes",
        "cases/closed/.gitkeep",
        "cases/open/.gitkeep",
        "complaintctl.yaml",
    ]


@pytest.mark.parametrize("name", ["returns: north", "desk \\1 #2", "123"])
def test_a_casebook_may_be_called_anything(tmp_path: Path, variables: dict[str, str], name: str) -> None:
    words = ("init", "new", "--policy", "electronics", "--name", name, "--json")
    assert call(tmp_path, variables, *words, check=0).json()["policy"] == name


def test_the_folder_can_be_named_by_option_by_environment_or_be_the_current_one(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    (tmp_path / "here").mkdir()
    call(tmp_path, variables, "-C", "there", "init", "--policy", "promised-dates", check=0)
    elsewhere = {**variables, "COMPLAINTCTL_DIR": str(tmp_path / "elsewhere")}
    call(tmp_path, elsewhere, "init", "--policy", "promised-dates", check=0)
    call(tmp_path / "here", variables, "init", "--policy", "promised-dates", check=0)

    made = sorted(path.parent.name for path in tmp_path.glob("*/complaintctl.yaml"))
    assert made == ["elsewhere", "here", "there"]


@pytest.mark.parametrize("name", ["投诉台账", "complaint desk", "Beschwerde-Ablage ü (2024)", "it's"])
def test_a_folder_may_have_any_name(tmp_path: Path, variables: dict[str, str], name: str) -> None:
    call(tmp_path, variables, "init", name, "--policy", "electronics", check=0)
    book = Book(root=tmp_path / name, variables=variables)

    opened = book.open("电池鼓包")
    book.call("close", opened, "--outcome", "withdrawn", check=0)

    assert book.json("show", opened)["case"]["title"] == "电池鼓包"
    assert book.git("status", "--porcelain") == ""
    assert book.call("check", "--archive", "--format", "github", check=0).stdout == ""


def test_an_existing_casebook_stays_as_it_is(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    policy = (book.root / "complaintctl.yaml").read_bytes()
    result = book.call("init", "--policy", "promised-dates", check=2)
    assert "already a casebook. Nothing was changed." in result.stderr
    assert (book.root / "complaintctl.yaml").read_bytes() == policy


def test_inside_a_repository_the_casebook_becomes_a_part_of_it(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    outer = tmp_path / "shop"
    outer.mkdir()
    git(outer, variables, "init", "--quiet")
    (outer / "staged.txt").write_text("not ours\n")
    git(outer, variables, "add", "staged.txt")
    call(outer, variables, "init", "complaints", "--policy", "electronics", check=0)
    book = Book(root=outer / "complaints", variables=variables)

    opened = book.open("t", "--at", "2024-03-04T09:00")

    assert not (book.root / ".git").exists()
    assert git(outer, variables, "show", "--format=", "--name-only", "HEAD").split() == [
        f"complaints/cases/open/{opened}.yaml"
    ]
    assert git(outer, variables, "status", "--porcelain") == "A  staged.txt\n"
    annotated = book.call("check", "--format", "github", check=1).stdout
    assert f"file=complaints/cases/open/{opened}.yaml," in annotated
    assert f"file=cases/open/{opened}.yaml" not in annotated


def test_files_that_are_already_there_are_kept(tmp_path: Path, variables: dict[str, str]) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / ".gitattributes").write_text("*.png binary\n")
    call(tmp_path, variables, "init", "new", "--policy", "promised-dates", check=0)
    assert (tmp_path / "new" / ".gitattributes").read_text() == "*.png binary\n"


def test_without_git_there_is_no_repository_and_everything_else(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    result = call(
        tmp_path, variables, "init", "new", "--policy", "electronics", "--no-git", "--json", check=0
    )
    assert result.json() == {"version": 1, "folder": str(tmp_path / "new"), "policy": "electronics"}
    assert not (tmp_path / "new" / ".git").exists()
    assert (tmp_path / "new" / "cases" / "open").is_dir()


def test_without_a_commit_the_files_wait_for_the_user(tmp_path: Path, variables: dict[str, str]) -> None:
    call(tmp_path, variables, "init", "new", "--policy", "electronics", "--no-commit", check=0)
    assert git(tmp_path / "new", variables, "status", "--porcelain").splitlines() == [
        "?? .gitattributes",
        "?? cases/",
        "?? complaintctl.yaml",
    ]


def test_a_policy_file_of_the_team_can_be_the_start(tmp_path: Path, variables: dict[str, str]) -> None:
    (tmp_path / "ours.yaml").write_text("complaintctl: 1\nname: ours\ntimezone: Europe/Berlin\n")
    call(tmp_path, variables, "init", "new", "--policy", "ours.yaml", "--lang", "zh", check=0)
    text = (tmp_path / "new" / "complaintctl.yaml").read_text()
    assert text == "complaintctl: 1\nname: ours\ntimezone: Europe/Berlin\nlanguage: zh\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--policy", "nowhere"),
            "Unknown policy nowhere. Available: 8d",
        ),
        (("--policy", "electronics", "--timezone", "Asia/Nowhere"), "Asia/Nowhere is not a time zone"),
        (("--policy", "electronics", "--lang", "fr"), "--lang cannot be fr. Choose from: en, zh."),
        ((), "--policy is missing"),
    ],
)
def test_what_cannot_be_a_casebook_leaves_no_folder_behind(
    tmp_path: Path, variables: dict[str, str], options: tuple[str, ...], sentence: str
) -> None:
    result = call(tmp_path, variables, "init", "new", *options, check=2)
    assert sentence in result.stderr
    assert not (tmp_path / "new").exists()


def test_commands_find_the_casebook_from_any_folder_below_it(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    below = book.root / "attachments" / "deep"
    below.mkdir(parents=True)
    assert call(below, book.variables, "show", opened, "--json", check=0).json()["case"]["id"] == opened
    assert call(tmp_path, book.variables, "-C", str(book.root), "show", opened, check=0).returncode == 0


@pytest.mark.parametrize("level", ["plain", "masked", "sealed"])
def test_how_customer_data_are_kept_can_be_said_at_once(
    tmp_path: Path, variables: dict[str, str], level: str
) -> None:
    words = ("init", "book", "--policy", "response-times", "--personal", level, "--yes")
    said = call(tmp_path, variables, *words, check=0).stderr
    assert ("complaintctl keys init" in said) is (level == "sealed")
    policy = Book(root=tmp_path / "book", variables=variables).json("policy", "show")["policy"]
    assert policy["personal"]["level"] == level


def test_an_unknown_way_to_keep_customer_data_makes_nothing(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    words = ("init", "book", "--policy", "response-times", "--personal", "hidden", "--yes")
    assert "plain, masked, sealed" in call(tmp_path, variables, *words, check=2).stderr
    assert not (tmp_path / "book").exists()
