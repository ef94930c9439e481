"""Chinese and English: the catalogue is complete, the right language is chosen, programs see no difference."""

import ast
import io
import json
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from complaintctl import usage
from complaintctl.command_table import COMMANDS, GROUPS
from complaintctl.commands.documents import survey, template
from complaintctl.commands.exchange import import_csv
from complaintctl.commands.policy import policy
from complaintctl.commands.reports import subcommands
from complaintctl.commands.trust import retention
from complaintctl.render.text import language
from complaintctl.render.text.language import Language
from tests.casebooks import Book, Result, call, environment, make_book, run
from tests.language import messages

CHINESE: Final = re.compile(r"[一-鿿]")
ROOT: Final = messages.PACKAGE.parent
# Translations without a Chinese character: they contain only punctuation and names.
NO_CHINESE: Final = {
    " ({words})": "brackets",
    "; ": "between two sentences",
    ", ": "the comma of a list",
    "git {command}: {detail}": "git's own words",
    "{day}, {time}": "a day and a time",
    "{currency} {amount}": "an amount behind or before its currency",
    "{field}: {detail}": "a field and what is wrong",
    "{name}: {events}": "a case and what came in",
    "{panel}:": "a heading and its colon",
    "{question}: ": "a question and its colon",
    "{question}:": "a question above its choices",
    "{question} ({hint})": "a question and its choices",
    "{question} [{default}]: ": "a question, what is proposed, and its colon",
    "{number} %": "a percentage",
    "+{added} −{dropped}: {cases}": "how many cases one rule counts and the other does not",
    "{side}: {rules}": "a side of a chart and its rules",
    "{rule} {side} ({percent})": "a rule, a side of the chart, and how often chance completes it",
    "{what}: {count}": "what became of e-mails, and of how many",
    "{desk}: {count}": "the desk and its reminders",
    "{place}: {remark}": "an e-mail and a remark on it",
    "FIELD=VALUE": "how a field is typed",
    "{what}: {which}": "a key of the policy and what it sets",
}
# Three words in a row; no help page of ours needs that in Chinese.
ENGLISH_SENTENCE: Final = re.compile(r"\b[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
# A command to type is not an English sentence.
TO_TYPE: Final = re.compile(r"complaintctl(?: [a-z-]+)*")
HELP_PAGES: Final = (
    (),
    *((name,) for name, *_rest in (*COMMANDS, *GROUPS)),
    *(("policy", name) for name, *_rest in policy.COMMANDS),
    *(("survey", name) for name, *_rest in survey.COMMANDS),
    *(("template", name) for name, *_rest in template.COMMANDS),
    *(("retention", name) for name, *_rest in retention.COMMANDS),
    *(("import", name) for name, *_rest in import_csv.COMMANDS),
    *(("report", name) for name, *_rest in subcommands.COMMANDS),
)


def texts(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value or "")]


TRANSLATED: Final[list[Message]] = [message for message in messages.written() if message.id]


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def test_the_catalogue_is_in_step_with_the_code() -> None:
    merged = messages.source_text(messages.merged(messages.of_code(), messages.written()))
    assert messages.SOURCE.read_bytes() == merged, "run: make messages"


def test_every_sentence_is_translated_and_none_is_a_guess() -> None:
    assert messages.untranslated(messages.written()) == []
    assert [message.id for message in TRANSLATED if message.fuzzy] == []


def test_every_translation_is_chinese() -> None:
    latin = {texts(one.id)[0] for one in TRANSLATED if not all(map(CHINESE.search, texts(one.string)))}
    assert latin == set(NO_CHINESE)


def test_both_languages_name_the_same_facts() -> None:
    def facts(message: object) -> set[frozenset[str]]:
        return {frozenset(placeholders(text)) for text in texts(message)}

    assert len(TRANSLATED) > 1_000
    assert [message.id for message in TRANSLATED if facts(message.string) != facts(message.id)] == []


def test_the_compiled_catalogue_says_what_its_source_says() -> None:
    compiled = read_mo(io.BytesIO(messages.COMPILED.read_bytes()))
    said = {texts(message.id)[0]: texts(message.string) for message in compiled if message.id}
    wanted = {texts(message.id)[0]: texts(message.string) for message in TRANSLATED}
    assert said == wanted, "run: make messages"


def test_the_header_holds_nothing_that_changes_by_itself() -> None:
    header = messages.SOURCE.read_text(encoding="utf-8").partition("\n\n")[0]
    assert "Plural-Forms: nplurals=1; plural=0;" in header
    assert "Date" not in header


def translations_inside_fstrings(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for inner in ast.walk(node) if isinstance(node, ast.JoinedStr) else ():
            if isinstance(inner, ast.Call) and ast.unparse(inner.func) in {"_", "N_", "ngettext"}:
                constants = [part for part in inner.args if isinstance(part, ast.Constant)]
                yield from (part.lineno for part in constants)


def test_no_sentence_hides_inside_an_f_string_where_it_would_not_be_collected() -> None:
    hidden = [
        f"{path.name}:{line}"
        for path in messages.PACKAGE.rglob("*.py")
        for line in translations_inside_fstrings(path)
    ]
    assert hidden == []


# Which language is used


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Book]:
    return {spoken: make_book(tmp_path_factory.mktemp(spoken), lang=spoken) for spoken in language.LANGUAGES}


SPOKEN: Final = {"Open cases": "en", "未结案件": "zh"}


@pytest.mark.parametrize(
    ("option", "variable", "policy_language", "locale", "spoken"),
    [
        ("zh", "en", "en", "en_GB.UTF-8", "zh"),
        ("en", "zh", "zh", "zh_CN.UTF-8", "en"),
        (None, "zh", "en", "en_GB.UTF-8", "zh"),
        (None, "en", "zh", "zh_CN.UTF-8", "en"),
        (None, None, "zh", "en_GB.UTF-8", "zh"),
        (None, None, "en", "zh_CN.UTF-8", "en"),
        (None, "", "zh", "C", "zh"),
        (None, "fr", "zh", "C", "zh"),
    ],
)
def test_the_first_that_names_a_language_of_ours_decides(
    books: dict[Language, Book],
    option: str | None,
    variable: str | None,
    policy_language: Language,
    locale: str,
    spoken: str,
) -> None:
    book = books[policy_language]
    kept = {name: value for name, value in book.variables.items() if name != "COMPLAINTCTL_LANG"}
    asked = {"COMPLAINTCTL_LANG": variable} if variable is not None else {}
    here = Book(root=book.root, variables={**kept, "LC_ALL": locale, **asked})

    said = here.call(*(("--lang", option) if option else ()), "check", check=0).stderr

    assert [word for beginning, word in SPOKEN.items() if said.startswith(beginning)] == [spoken]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "不是案件库"),
        ({"LC_MESSAGES": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, "不是案件库"),
        ({"LANG": "zh_CN"}, "不是案件库"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "is not a casebook"),
        ({"LANG": "de_DE.UTF-8"}, "is not a casebook"),
        ({}, "is not a casebook"),
    ],
)
def test_outside_a_casebook_the_locale_decides_and_english_is_the_last_resort(
    tmp_path: Path, locale: dict[str, str], said: str
) -> None:
    ours = environment(tmp_path, extra=locale)
    kept = {
        name: value
        for name, value in ours.items()
        if name in locale or name not in {"COMPLAINTCTL_LANG", "LC_ALL"}
    }
    assert said in call(tmp_path, kept, "today", check=2).stderr


def test_a_language_that_we_do_not_speak_is_refused_in_one_that_we_do(books: dict[Language, Book]) -> None:
    refused = books["zh"].call("--lang", "fr", "today", env={"COMPLAINTCTL_LANG": ""}, check=2)
    assert refused.stderr == "--lang 不能是 fr。可用：en、zh。\n"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("zh", "zh"),
        ("zh_CN.UTF-8", "zh"),
        ("zh-Hans", "zh"),
        ("ZH", "zh"),
        ("en_GB", "en"),
        ("C.UTF-8", None),
        ("", None),
        (None, None),
        ("zhx", None),
        ("中文", "zh"),
        ("English", "en"),
    ],
)
def test_a_language_is_known_by_its_first_part(text: str | None, known: str | None) -> None:
    assert language.parse_language(text) == known


def test_whoever_makes_a_casebook_in_chinese_is_answered_in_chinese_from_then_on(tmp_path: Path) -> None:
    variables = environment(tmp_path, lang="")
    run(tmp_path, variables, "--lang", "zh", "init", "book", "--policy", "electronics", "--yes", check=0)

    assert run(tmp_path / "book", variables, "check", check=0).stderr.startswith("未结案件")


@pytest.mark.nightly
def test_the_demo_runs_its_commands_in_the_language_it_was_asked_in(tmp_path: Path) -> None:
    shown = run(tmp_path, environment(tmp_path), "--lang", "zh", "demo", "demo", check=0)

    assert "按时率" in shown.stdout
    assert "Open cases" not in shown.stderr


# Help and usage errors

PRINT_PAGES: Final = """
import contextlib, io, json, sys
from complaintctl import application
pages = []
for words in json.loads(sys.argv[1]):
    page, sys.argv = io.StringIO(), ["complaintctl", *words, "--help"]
    with contextlib.redirect_stdout(page), contextlib.suppress(SystemExit):
        application.main()
    pages.append(page.getvalue())
print(json.dumps(pages))
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], str]:
    """Every help page in Chinese, from a separate process: help texts are translated when a command is loaded."""
    folder = tmp_path_factory.mktemp("help")
    process = subprocess.run(
        [sys.executable, "-c", PRINT_PAGES, json.dumps(HELP_PAGES)],
        cwd=ROOT,
        env=environment(folder, lang="zh"),
        capture_output=True,
        check=True,
    )
    return dict(zip(HELP_PAGES, json.loads(process.stdout), strict=True))


@pytest.mark.parametrize("words", HELP_PAGES, ids=" ".join)
def test_a_help_page_holds_no_english_sentence(
    pages: dict[tuple[str, ...], str], words: tuple[str, ...]
) -> None:
    lines = pages[words].splitlines()

    assert lines[0].startswith(f"用法：{' '.join(('complaintctl', *words))} [选项]")
    assert "选项：" in lines
    assert [line for line in lines if ENGLISH_SENTENCE.search(TO_TYPE.sub("", line))] == []


@pytest.mark.parametrize("words", HELP_PAGES, ids=" ".join)
def test_every_explanation_of_a_help_page_is_chinese(
    pages: dict[tuple[str, ...], str], words: tuple[str, ...]
) -> None:
    entries = re.findall(r"^  (\S+(?: \S+)*)  +(\S.*)$", pages[words], re.MULTILINE)
    assert entries
    assert [name for name, said in entries if not CHINESE.search(said)] == []


def test_the_commands_stand_under_the_headings_of_their_kind(pages: dict[tuple[str, ...], str]) -> None:
    headings = re.findall(r"^(\S+)：$", pages[()], re.MULTILINE)
    assert headings == [
        "选项",
        "案件库",
        "处理步骤",
        "其他操作",
        "信函",
        "查看与统计",
        "数据进出",
        "可信记录",
    ]


@pytest.mark.parametrize(
    ("words", "en", "zh"),
    [
        (("lst",), "No such command 'lst'. Did you mean 'list'?", "没有命令 'lst'。是不是 'list'？"),
        (("policy", "xyz"), "No such command 'xyz'.", "没有命令 'xyz'。"),
        (("show",), "Missing argument 'CASE'.", "缺少参数 'CASE'。"),
        (("retract", "x", "y"), "Missing option '--reason'.", "缺少选项 '--reason'。"),
        (
            ("today", "--departmnt", "x"),
            "No such option: --departmnt (Possible options: --department)",
            "没有选项 --departmnt（是不是：--department）",
        ),
        (("list", "-z"), "No such option: -z", "没有选项 -z"),
        (("list", "--owner"), "Option '--owner' requires an argument.", "选项 '--owner' 后面须给出值。"),
        (("list", "--all=1"), "Option '--all' does not take a value.", "选项 '--all' 不带值。"),
        (("show", "a", "b", "c"), "Got unexpected extra argument(s) (b c)", "多余的参数：b c"),
        (
            ("follow-up", "x", "--satisfaction", "9"),
            "Invalid value for '--satisfaction': 9 is not in the range 1<=x<=5.",
            "'--satisfaction' 的值无效：9 不在 1<=x<=5 的范围内",
        ),
        (
            ("follow-up", "x", "--satisfaction", "well"),
            "Invalid value for '--satisfaction': 'well' is not a valid int range.",
            "'--satisfaction' 的值无效：'well' 不是整数",
        ),
    ],
)
def test_a_mistyped_command_line_is_explained_in_both_languages(
    books: dict[Language, Book], words: tuple[str, ...], en: str, zh: str
) -> None:
    english, chinese = books["en"].call(*words, check=2), books["zh"].call(*words, check=2)

    assert english.stderr.splitlines()[-1] == f"Error: {en}"
    assert chinese.stderr.splitlines()[-1] == f"错误：{zh}"
    assert (english.stdout, chinese.stdout) == ("", "")


def test_a_usage_error_shows_the_usage_and_where_help_is(books: dict[Language, Book]) -> None:
    usage_line, hint, gap, _error = books["zh"].call("show", check=2).stderr.splitlines()

    assert (usage_line, hint, gap) == (
        "用法：complaintctl show [选项] CASE",
        "查看帮助：complaintctl show -h",
        "",
    )


def test_what_typer_says_otherwise_is_passed_on_as_it_is() -> None:
    assert usage.translate_usage_error("Something new.") == "Something new."


def test_nothing_typed_shows_the_help_and_fails(books: dict[Language, Book]) -> None:
    nothing = books["en"].call(check=2)

    assert (nothing.stdout, nothing.stderr.splitlines()[0]) == (
        "",
        "Usage: complaintctl [OPTIONS] COMMAND [ARGS]...",
    )


# What programs see

AT: Final = "2024-03-04T"
STORY: Final = (
    ("assess", "{case}", "--level", "urgent", "--at", AT + "10:00"),
    ("classify", "{case}", "--category", "产品质量/功能故障/硬件故障", "--at", AT + "10:30"),
    ("wait", "{case}", "--reason", "asked for a photo", "--at", AT + "11:00"),
    ("heard", "{case}", "--via", "phone", "--at", AT + "12:00"),
    ("escalate", "{case}", "--to", "zhang.min", "--reason", "unsafe", "--at", AT + "12:30"),
    ("ack", "{case}", "--via", "phone", "--promise-by", "+48h", "--at", AT + "13:00"),
    ("note", "{case}", "王芳 called again", "--at", AT + "13:30"),
    ("respond", "{case}", "--outcome", "upheld"),
    ("close", "{case}", "--outcome", "invalid"),
    ("classify", "{case}", "--level", "urgnt"),
    ("show", "C-nothing"),
)
LOOKS: Final = (
    ("check", "--as-of", "2024-03-05T10:00", "--json"),
    ("today", "--as-of", "2024-03-05T10:00", "--json"),
    ("list", "--all", "--as-of", "2024-03-05T10:00", "--json"),
    ("list", "--format", "csv", "--as-of", "2024-03-05T10:00"),
    ("list", "--format", "plain", "--as-of", "2024-03-05T10:00"),
    ("show", "{case}", "--as-of", "2024-03-05T10:00", "--json"),
    ("explain", "{case}", "--as-of", "2024-03-05T10:00", "--json"),
    ("report", "--as-of", "2024-03-05T10:00", "--json"),
    ("log", "{case}", "--json"),
    ("policy", "list", "--json"),
    ("policy", "check", "--json"),
)
_FACTS: Final = (
    "customer.name=王芳",
    "customer.phone=13800138000",
    "product.model=X100",
    "product.bought=2024-02-19",
    "product.bought_from=web shop",
    "product.time_in_use=2 weeks",
    "description=swollen",
    "remedy_sought=refund",
)


def told(book: Book) -> tuple[list[Result], list[Result]]:
    """Runs a story in the language of the casebook and returns its results, then those of the views."""
    sets = [word for fact in _FACTS for word in ("--set", fact)]
    case = book.open("Battery swells", "--received", AT + "09:00", "--at", AT + "09:10", *sets)

    def done(words: tuple[str, ...]) -> Result:
        result = book.call(*(word.format(case=case) for word in words))
        return Result(returncode=result.returncode, stdout=anonymous(result.stdout, case), stderr="")

    return [done(words) for words in STORY], [done(words) for words in LOOKS]


def anonymous(text: str, case: str) -> str:
    """Returns the text without random parts: case id, event ids, commit hashes, times of now."""
    text = text.replace(case, "C-CASE")
    text = re.sub(r'("(?:id|event)": )"[0-9A-Z]{8}"', r'\1"EVENT"', text)
    text = re.sub(r'("hash": )"[0-9a-f]+"', r'\1"COMMIT"', text)
    return re.sub(r'"20\d\d-(?!03)[^"]+"', '"NOW"', text)


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[Result], list[Result]]]:
    return {
        spoken: told(make_book(tmp_path_factory.mktemp(f"story-{spoken}"), lang=spoken))
        for spoken in language.LANGUAGES
    }


def test_the_same_commands_end_alike_and_record_the_same_in_both_languages(stories: dict[str, Any]) -> None:
    (english, _looks), (chinese, _same) = stories["en"], stories["zh"]

    assert [result.returncode for result in english] == [0, 0, 0, 0, 0, 0, 0, 3, 3, 2, 5]
    assert [result.returncode for result in chinese] == [result.returncode for result in english]
    assert [result.stdout for result in chinese] == [result.stdout for result in english]


@pytest.mark.parametrize("place", range(len(LOOKS)), ids=[" ".join(words[:2]) for words in LOOKS])
def test_machines_see_the_same_in_both_languages(stories: dict[str, Any], place: int) -> None:
    english, chinese = (stories[spoken][1][place] for spoken in language.LANGUAGES)

    assert english.stdout
    assert (chinese.returncode, chinese.stdout) == (english.returncode, english.stdout)
