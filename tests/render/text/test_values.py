"""Times, durations and lists as text, in both languages."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from complaintctl.render.sentences import sentences
from complaintctl.render.text import language, values
from complaintctl.render.text.language import Language
from complaintctl.render.text.wrapping import definition_lines, text_width, wrap_text

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 11, 21, 2, 14, 59, tzinfo=UTC)


@pytest.fixture
def chinese() -> Iterator[None]:
    before = language.current_language()
    language.set_language("zh")
    yield
    language.set_language(before)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = language.current_language()
    language.set_language("en")
    yield
    language.set_language(before)


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0, "0 s", "0秒"),
        (40, "40 s", "40秒"),
        (60, "1 min", "1分钟"),
        (61, "1 min 1 s", "1分钟 1秒"),
        (3600, "1 h", "1小时"),
        (3 * 3600 + 30, "3 h", "3小时"),
        (2 * 3600 + 15 * 60, "2 h 15 min", "2小时 15分钟"),
        (86400 - 1, "23 h 59 min", "23小时 59分钟"),
        (3 * 86400 + 4 * 3600 + 59 * 60, "3 d 4 h", "3天 4小时"),
        (2 * 86400 + 5 * 60, "2 d", "2天"),
        (-90, "1 min 30 s", "1分钟 30秒"),
    ],
)
def test_a_length_is_said_in_its_two_largest_units(seconds: int, en: str, zh: str) -> None:
    assert values.duration_text(seconds) == en
    language.set_language("zh")
    assert values.duration_text(seconds) == zh


def test_a_moment_is_said_in_the_zone_of_the_policy_to_the_minute() -> None:
    assert values.moment_text(MOMENT, SHANGHAI) == "2026-11-21 10:14"
    assert values.moment_text(MOMENT, None) == "2026-11-21 02:14"


def test_machines_get_the_offset() -> None:
    assert values.iso_time(MOMENT.astimezone(SHANGHAI)) == "2026-11-21T10:14:59+08:00"
    assert values.iso_time(None) is None
    assert values.utc_time(MOMENT.astimezone(SHANGHAI)) == "2026-11-21T02:14:59Z"


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (None, "", ""),
        ("open", "open", "open"),
        (3, "3", "3"),
        (MOMENT, "2026-11-21 10:14", "2026-11-21 10:14"),
        (date(2026, 11, 21), "2026-11-21", "2026-11-21"),
        (["ack", "plan"], "ack, plan", "ack、plan"),
        (("ack",), "ack", "ack"),
        ({"level": "urgent", "x.crisis": ["yes", "no"]}, "level = urgent, x.crisis = yes, no", None),
    ],
)
def test_a_fact_is_said_as_text(value: object, en: str, zh: str | None) -> None:
    assert values.value_text(value, SHANGHAI) == en
    language.set_language("zh")
    assert values.value_text(value, SHANGHAI) == (
        zh if zh is not None else "level = urgent、x.crisis = yes、no"
    )


@pytest.mark.parametrize(
    ("language_said", "count", "said"),
    [
        ("en", 0, "0 cases have a step to take"),
        ("en", 1, "1 case has a step to take"),
        ("en", 2, "2 cases have a step to take"),
        ("zh", 0, "0 件案件有待办步骤"),
        ("zh", 1, "1 件案件有待办步骤"),
        ("zh", 2, "2 件案件有待办步骤"),
    ],
)
def test_one_is_not_said_like_many(language_said: Language, count: int, said: str) -> None:
    language.set_language(language_said)
    words = language.ngettext("{count} case has a step to take", "{count} cases have a step to take", count)
    assert words.format(count=count) == said


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("投诉", 4), ("级别 urgent", 11), ("é", 1), ("，", 2), ("…", 1)]
)
def test_a_chinese_character_takes_two_columns(text: str, columns: int) -> None:
    assert text_width(text) == columns


def test_lines_keep_their_width_and_every_character() -> None:
    text = "向客户承诺的时间，单独计时，不因暂停而顺延（如 +48h 或 ISO 时间）。Word and another_word_here。"

    for columns in range(20, 60):
        lines = list(wrap_text(text, columns))
        assert all(text_width(line) <= columns for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert not any(line[0] in "，。（" and line[0] != "（" for line in lines)
        assert not any(line.endswith("（") for line in lines)


def test_english_is_broken_between_words() -> None:
    assert list(wrap_text("Make a casebook:  a policy", 16)) == ["Make a casebook:", "a policy"]
    assert list(wrap_text("", 10)) == []


def test_an_explanation_stands_beside_its_name_or_under_one_that_is_too_wide() -> None:
    rows = [("-C DIR", "使用案件库"), ("--a-very-long-name VALUE", "说明文字很长"), ("名称", "值")]

    assert list(definition_lines(rows, 24, widest=8)) == [
        "  -C DIR    使用案件库",
        "  --a-very-long-name VALUE",
        "            说明文字很长",
        "  名称      值",
    ]


def test_where_nobody_could_do_it_that_is_said() -> None:
    known = {"step": "plan", "roles": ["lead"], "who": "li.wei", "could": []}
    assert sentences.fill_sentence("role-missing", known, None).endswith("it: nobody named in the policy.")


def test_a_word_as_long_as_a_book_is_broken_in_a_moment() -> None:
    word = "é" * 300_000
    started = time.process_time()
    broken = list(wrap_text(word, 30))
    assert time.process_time() - started < 5  # seconds; 7 when every line was measured to its end
    assert "".join(broken) == word
    assert max(map(len, broken)) == 30
