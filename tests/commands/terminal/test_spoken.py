"""Tests the language of the output: the order of the settings, and --lang in every position."""

import re
from importlib import import_module
from typing import Final

import pytest

from complaintctl.command_table import COMMANDS, GROUPS
from tests.casebooks import Book, make_book
from tests.sampling import sample

# The settings of each row: --lang, COMPLAINTCTL_LANG, `language:` of the policy, the locale; the first one set decides.
ORDER: Final = [
    ("zh", "en", "en", "en_GB.UTF-8", "zh"),
    ("en", "zh", "zh", "zh_CN.UTF-8", "en"),
    ("", "zh", "en", "en_GB.UTF-8", "zh"),
    ("", "en", "zh", "zh_CN.UTF-8", "en"),
    ("", "", "zh", "en_GB.UTF-8", "zh"),
    ("", "", "en", "zh_CN.UTF-8", "en"),
    ("", "", "", "zh_CN.UTF-8", "zh"),
    ("", "", "", "C.UTF-8", "en"),
]
# A command, its exit code, and a text in each language: of a help page, a message, an error, a table.
SAID: Final = [
    (("today", "--help"), 0, "Only cases that I own.", "只看我负责的。"),
    (("check",), 0, "Open cases", "未结案件"),
    (("show", "zzz"), 5, "No case matches zzz.", "没有案件 zzz。"),
    (("list",), 0, "class    owner", "分类    负责人"),
]
# Commands whose --lang is the language of the casebook, the letter or the form.
OWN: Final = {("init",), ("letter",), ("form",), ("template", "show"), ("template", "new")}
# In one process, help texts keep the language in which the module was loaded.
HELP: Final = re.compile("The language: en or zh\\.|语言：en（英文）或 zh（中文）。")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = make_book(tmp_path_factory.mktemp("spoken"), lang="en")
    made.open("t")
    return made


@pytest.mark.parametrize(("option", "variable", "written", "locale", "spoken"), sample(ORDER, 3))
def test_the_option_comes_before_the_variable_the_policy_and_the_locale(
    book: Book, option: str, variable: str, written: str, locale: str, spoken: str
) -> None:
    file = book.root / "complaintctl.yaml"
    before = file.read_text(encoding="utf-8")
    line = f"language: {written}" if written else "# no language"
    file.write_text(before.replace("language: en", line), encoding="utf-8")
    here = Book(root=book.root, variables={**book.variables, "COMPLAINTCTL_LANG": variable, "LC_ALL": locale})
    for words, code, *both in SAID:
        # Help needs a separate process to be in its language; see HELP.
        ask = here.run if "--help" in words else here.call
        result = ask(*words, *(("--lang", option) if option else ()), check=code)
        said = result.stdout + result.stderr
        assert [text in said for text in both] == [spoken == "en", spoken == "zh"], words
    file.write_text(before, encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("--lang", "zh", "list"),
        ("list", "--lang", "zh"),
        ("list", "--lang=zh_CN", "--all"),
        ("--lang", "en", "list", "--lang", "zh"),
        ("list", "--lang", "en", "--lang", "zh"),
    ],
)
def test_it_may_stand_anywhere_and_the_last_one_counts(book: Book, words: tuple[str, ...]) -> None:
    assert "状态" in book.call(*words, check=0).stdout


def test_a_group_takes_it_and_each_of_its_commands(book: Book) -> None:
    for words in (("policy", "--lang", "zh", "list"), ("policy", "list", "--lang", "zh")):
        assert "步骤数" in book.call(*words, check=0).stdout


@pytest.mark.parametrize(
    "words", [("--lang", "fr", "list"), ("list", "--lang", "fr"), ("policy", "--lang", "fr", "list")]
)
def test_one_that_we_do_not_speak_is_refused_wherever_it_stands(book: Book, words: tuple[str, ...]) -> None:
    assert book.call(*words, check=2).stderr == "--lang cannot be fr. Choose from: en, zh.\n"


def test_the_language_of_a_letter_is_not_that_of_what_is_said(book: Book) -> None:
    case = book.open("t", "--customer-name", "王芳", "--promise-by", "+48h")
    letter = book.call("--lang", "en", "letter", case, "ack", "--lang", "zh", check=0)
    assert "尊敬的王芳" in letter.stdout
    assert "Missing argument" in book.call("--lang", "en", "letter", "--lang", "zh", check=2).stderr


@pytest.mark.parametrize("entry", [*COMMANDS, *GROUPS], ids=lambda entry: entry[0])
def test_it_stands_in_the_help_of_every_command(book: Book, entry: tuple[str, ...]) -> None:
    below = getattr(import_module(f"complaintctl.commands.{entry[1]}"), "COMMANDS", ())
    for words in ((entry[0],), *((entry[0], *name.split()) for name, *_rest in below)):
        shown = book.call(*words, "--help", check=0).stdout
        assert "--lang LANG" in shown
        assert (HELP.search(shown) is None) is (words in OWN), words


def test_tab_offers_the_languages(book: Book) -> None:
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "complaintctl list --lang z",
        "COMP_CWORD": "3",
    }
    assert book.call(env=asked, check=0).stdout == "zh\n"
