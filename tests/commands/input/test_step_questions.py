"""Tests the questions of steps and events on a terminal, in English and Chinese."""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from complaintctl.render.text.language import Language
from tests.casebooks import Book, make_book, refused
from tests.sampling import sample
from tests.terminal import Terminal, pty_only

POLICY = """\
complaintctl: 1
name: asking
timezone: Asia/Shanghai
levels: {urgent: {label: {en: urgent, zh: 紧急}}, general: {label: {en: general, zh: 一般}}}
channels: {phone: {label: {en: phone, zh: 电话}}, email: {label: {en: e-mail, zh: 邮件}}}
categories: {defect: {label: {en: defect, zh: 缺陷}}, other: {label: {en: other, zh: 其他}}}
remedies: {refund: {label: {en: refund, zh: 退款}}, repair: {label: {en: repair, zh: 维修}}}
fields: {seal: {label: {en: seal intact, zh: 封条完好}, choices: {yes: {label: {zh: 是}}, no: {label: {zh: 否}}}}}
roles: {manager: {label: {zh: 主管}}}
people: {li.wei: {email: li.wei@example.com, name: 李伟, roles: [manager]}, zhao.min: {name: 赵敏}}
steps:
  - {step: classify, needs: [category, customer.phone|customer.email, product.bought]}
  - {step: inspect, label: {en: inspect, zh: 检查}, needs: [x.seal]}
  - {step: investigate, needs: [cause.five_whys]}
  - {step: plan, needs: [plan.remedy, plan.measures.who], approve: [manager]}
  - {step: execute, needs: [remedy.kind]}
  - {step: respond, needs: [outcome]}
  - {step: follow-up, needs: [satisfaction.overall, satisfaction.solved]}
close: {withdrawn: {}, duplicate: {}, invalid: {needs: [cause.finding, x.seal]}}
"""
# Every question of the way of a case, and its answer, in each language: by number, key, label of either language.
Dialogue = Sequence[tuple[str, str]]
WAY: dict[str, dict[Language, Dialogue]] = {
    "classify CASE": {
        "en": [
            ("level (1 urgent, 2 general): ", "1"),
            ("class (1 defect, 2 other): ", "缺陷"),
            ("customer's phone: ", ""),
            ("customer's e-mail: ", "wang@example.com"),
            ("bought on (a day like 2026-11-21): ", "yesterday"),
            ("yesterday is not valid", "2026-11-02"),
        ],
        "zh": [
            ("级别（1 紧急、2 一般）：", "1"),
            ("分类（1 缺陷、2 其他）：", "defect"),
            ("联系电话：", ""),
            ("电子邮件：", "wang@example.com"),
            ("购买日期（日期，如 2026-11-21）：", "昨天"),
            ("昨天", "2026-11-02"),
        ],
    },
    "step CASE": {
        "en": [("Step (1 inspect) [inspect]: ", ""), ("seal intact (1 yes, 2 no): ", "2")],
        "zh": [("步骤（1 检查） [检查]：", ""), ("封条完好（1 是、2 否）：", "否")],
    },
    "investigate CASE": {
        "en": [
            ("five whys 1 (one why after the other; Enter ends): ", "dust"),
            ("five whys 2 (", "no filter"),
            ("five whys 3 (", ""),
        ],
        "zh": [
            ("五个为什么 1（依次填写各个为什么；直接回车结束）：", "dust"),
            ("五个为什么 2（", "no filter"),
            ("五个为什么 3（", ""),
        ],
    },
    "plan CASE --by zhao.min": {
        "en": [
            ("planned remedy (1 refund, 2 repair): ", "9"),
            ("9 is none of the choices.\nplanned remedy (", "２"),
            ("measures 1 (WHAT;WHO;WHEN; Enter ends): ", "clean"),
            ("measures 2 (", ""),
            ("some entries lack: plan.measures.who", "clean;li.wei"),
            ("measures 2 (", ""),
        ],
        "zh": [
            ("处理方案（1 退款、2 维修）：", "9"),
            ("选项中没有 9。\n处理方案（", "２"),
            ("处理措施 1（措施;负责人;期限；直接回车结束）：", "clean"),
            ("处理措施 2（", ""),
            ("处理措施 1（", "clean;li.wei"),
            ("处理措施 2（", ""),
        ],
    },
    "approve CASE": {"en": [("Step (1 plan) [plan]: ", "")], "zh": [("步骤（1 制定方案） [制定方案]：", "")]},
    "execute CASE": {
        "en": [("kind of remedy (1 refund, 2 repair) [repair]: ", "")],
        "zh": [("处理方式（1 退款、2 维修） [维修]：", "")],
    },
    "assign CASE": {
        "en": [("owner (1 李伟, 2 赵敏): ", "2")],
        "zh": [("负责人（1 李伟、2 赵敏）：", "赵敏")],
    },
    "wait CASE": {"en": [("Reason: ", "photo")], "zh": [("原因：", "photo")]},
    "heard CASE": {
        "en": [("channel (1 phone, 2 e-mail) [phone]: ", "")],
        "zh": [("渠道（1 电话、2 邮件） [电话]：", "")],
    },
    "escalate CASE --to li.wei": {"en": [("Reason: ", "late")], "zh": [("原因：", "late")]},
    "note CASE": {"en": [("Text: ", "called")], "zh": [("文字：", "called")]},
    "respond CASE": {
        "en": [("  1  upheld\n", "3")],
        "zh": [("  3  不成立\n", "3")],
    },
    "follow-up CASE": {
        "en": [("satisfaction (1 to 5): ", "4"), ("(1 to 5): ", "5")],
        "zh": [("（1 至 5）：", "4"), ("（1 至 5）：", "5")],
    },
    "close CASE": {"en": [], "zh": []},
    "reopen CASE": {"en": [("Reason: ", "again")], "zh": [("原因：", "again")]},
}
TOLD = [
    "level",
    "category",
    "customer",
    "product",
    "x",
    "cause",
    "plan",
    "remedy",
    "owner",
    "outcome",
    "satisfaction",
]


def asking_book(folder: Path, lang: Language) -> Book:
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(folder, folder / "policy.yaml").speaking(lang)


def play(book: Book, line: str, case_id: str, dialogue: Dialogue, code: int = 0) -> str:
    """Type a command and the answers; returns everything that was shown."""
    words = line.replace("CASE", case_id[-5:]).split()
    terminal = Terminal(book.root, book, *words, only_errors=False)
    for question, answer in dialogue:
        terminal.answer(question, answer)
    ended, _printed = terminal.ended()
    shown = terminal.before + terminal.shown
    assert ended == code, shown
    return shown


@pytest.mark.nightly
@pty_only
@pytest.mark.parametrize(
    "languages",
    [
        # The sample of the normal run: every command, in one of the languages.
        pytest.param(("en", "zh"), id="in-turn"),
        pytest.param(("en",), id="en", marks=pytest.mark.nightly),
        pytest.param(("zh",), id="zh", marks=pytest.mark.nightly),
    ],
)
def test_a_case_goes_its_whole_way_by_answers(tmp_path: Path, languages: tuple[Language, ...]) -> None:
    book = asking_book(tmp_path, "en")
    case_id = book.open("t", "--channel", "phone")
    for lang, (line, dialogues) in zip(itertools.cycle(languages), WAY.items(), strict=False):
        play(book.speaking(lang), line, case_id, dialogues[lang])
    case: dict[str, Any] = book.json("show", case_id)["case"]
    assert {name: case[name] for name in TOLD if name in case} == {
        "level": "urgent",
        "category": "defect",
        "customer": {"email": "wang@example.com"},
        "product": {"bought": "2026-11-02"},
        "x": {"seal": "no"},
        "cause": {"five_whys": ["dust", "no filter"]},
        "plan": {"remedy": "repair", "measures": [{"what": "clean", "who": "li.wei"}]},
        "remedy": {"kind": "repair"},
        "owner": "li.wei",
        "satisfaction": {"overall": 4, "solved": 5},
    }
    kinds = [event["did"] for event in case["history"]]
    assert kinds == ["open", *(line.split()[0].replace("step", "inspect") for line in WAY)]


@pytest.mark.nightly
@pty_only
def test_what_no_answer_can_change_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    book = asking_book(tmp_path, "en")
    case_id = book.open("t")
    assert "must come after" in play(book, "investigate CASE", case_id, [], 3)
    book.call("close", case_id, "--outcome", "withdrawn", check=0)
    shown = play(book, "wait CASE", case_id, [], 3)
    assert "is closed" in shown
    assert "Reason" not in shown


@pty_only
def test_a_closing_asks_for_the_outcome_and_for_what_that_needs(tmp_path: Path) -> None:
    book = asking_book(tmp_path, "en")
    case_id = book.open("t")
    answers = [("  5  invalid\n", "5"), ("finding: ", "not ours"), ("seal intact (1 yes, 2 no): ", "1")]
    play(book, "close CASE", case_id, answers)
    case = book.json("show", case_id)["case"]
    assert (case["status"], case["outcome"], case["cause"], case["x"]) == (
        "closed",
        "invalid",
        {"finding": "not ours"},
        {"seal": "yes"},
    )


@pytest.mark.nightly
@pty_only
@pytest.mark.parametrize(
    ("lang", "outcome", "question", "unknown"),
    [
        ("en", "  6  duplicate\n", "Duplicate of case: ", "No case matches ZZZZZ"),
        ("zh", "  6  重复\n", "原案编号：", "ZZZZZ"),
    ],
)
def test_a_closing_as_duplicate_asks_for_the_original(
    tmp_path: Path, lang: Language, outcome: str, question: str, unknown: str
) -> None:
    book = asking_book(tmp_path, lang)
    case_id, original = book.open("again"), book.open("first")
    answers = [(outcome, "6"), (question, "ZZZZZ"), (question, case_id), (question, original[-5:])]
    assert unknown in play(book, "close CASE", case_id, answers)
    case = book.json("show", case_id)["case"]
    assert (case["status"], case["outcome"], case["links"]) == (
        "closed",
        "duplicate",
        [{"duplicate_of": original}],
    )


@pty_only
def test_a_forced_closing_asks_for_its_reason(tmp_path: Path) -> None:
    book = asking_book(tmp_path, "en")
    case_id = book.open("t")
    play(book, "close CASE --outcome upheld --force", case_id, [("Reason: ", "settled")])
    assert book.json("show", case_id)["case"]["history"][-1]["reason"] == "settled"


@pty_only
@pytest.mark.parametrize("words", sample([["--no-input"], ["--json"]], 1))
def test_who_does_not_want_questions_gets_none(tmp_path: Path, words: list[str]) -> None:
    book = asking_book(tmp_path, "en")
    case_id = book.open("t")
    assert "--reason is missing" in play(book, f"wait CASE {words[0]}", case_id, [], 2)
    assert "needs fields" in play(book, f"classify CASE --category defect {words[0]}", case_id, [], 3)


@pty_only
@pytest.mark.parametrize("end", sample([b"\x03", b"\x04"], 1), ids=["Ctrl-C", "end of input"])
def test_an_unanswered_question_writes_nothing(tmp_path: Path, end: bytes) -> None:
    book = asking_book(tmp_path, "en")
    case_id = book.open("t")
    before = book.head()
    terminal = Terminal(book.root, book, "classify", case_id, only_errors=False)
    terminal.answer("level (", "1")
    terminal.await_words("class (1 defect, 2 other): ")
    if end == b"\x03":
        terminal.interrupt()
    else:
        terminal.type(end)
    assert terminal.ended()[0] == 130
    assert "Stopped. Nothing was changed." in terminal.shown
    assert (book.head(), book.git("status", "--porcelain")) == (before, "")


@pty_only
def test_a_question_needs_a_terminal_on_both_sides(tmp_path: Path) -> None:
    book = asking_book(tmp_path, "en")
    case_id = book.open("t")
    terminal = Terminal(book.root, book, "wait", case_id)
    assert terminal.ended() == (2, b"")
    assert terminal.shown == "--reason is missing, and there is no terminal to ask for it.\n"
    terminal = Terminal(book.root, book, "open")
    assert terminal.ended() == (2, b"")
    assert "--title is missing" in terminal.shown


# Every command that asks on a terminal, with too little typed, and how it ends without one.
SILENT = {
    "open": 2,
    "classify CASE": 2,
    "classify CASE --category defect": 3,
    "step CASE": 2,
    "step CASE inspect": 3,
    "investigate CASE": 3,
    "plan CASE": 3,
    "approve CASE": 2,
    "execute CASE": 3,
    "respond CASE": 3,
    "follow-up CASE": 3,
    "assign CASE": 2,
    "assign CASE CASE2": 2,
    "assign --where status=open --to li.wei": 2,
    "wait CASE": 2,
    "heard CASE": 2,
    "escalate CASE --to li.wei": 2,
    "note CASE": 2,
    "link CASE": 2,
    "close CASE": 2,
    "close CASE --outcome upheld --force": 2,
    "reopen CASE": 2,
    "action CASE --verify 1": 2,
    "init other": 2,
}


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, str, str]:
    folder = tmp_path_factory.mktemp("silent")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml")
    return book, book.open("t"), book.open("u")


@pytest.mark.parametrize("line", sample(SILENT, 8))
def test_without_a_terminal_nothing_ever_asks(silent: tuple[Book, str, str], line: str) -> None:
    book, case_id, other = silent
    words = line.replace("CASE2", other).replace("CASE", case_id).split()
    # What stands on stdin would answer any question.
    said = refused(book, SILENT[line], *words, stdin="1\n" * 20)
    assert ": " not in said.splitlines()[-1][-3:]
