"""`report` alone and with a sub-command."""

import pytest

from complaintctl.commands.reports.subcommands import COMMANDS
from tests.casebooks import Book, make_book
from tests.commands.reports.report_rows import report_of

NAMES = [name for name, *_rest in COMMANDS]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("subcommands"), lang="en")


def test_report_runs_alone_with_its_options(book: Book) -> None:
    assert report_of(book, "--by", "level").cases("cases") == (0,)


def test_an_unknown_sub_command_is_an_error_of_use(book: Book) -> None:
    assert "No such command 'nothing'" in book.call("report", "nothing", check=2).stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_help_lists_the_sub_commands(book: Book, lang: str) -> None:
    shown = book.call("--lang", lang, "report", "--help", check=0).stdout
    assert [name for name in NAMES if f"\n  {name} " not in shown] == []


def test_tab_offers_the_sub_commands(book: Book) -> None:
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "complaintctl report ",
        "COMP_CWORD": "2",
    }
    assert set(NAMES) <= set(book.call(env=asked, check=0).stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_an_option_of_report_before_a_sub_command_is_refused_and_not_ignored(book: Book, name: str) -> None:
    refused = book.call("report", "--by", "level", name, check=2).stderr
    assert refused == f"Options of {name} follow its name. Move --by behind {name}.\n"
