"""Every measure of a report has a label and a definition, in both languages."""

import re
from collections.abc import Iterator

import pytest

from complaintctl.domain.reports.measures import AGE_CLASSES, DURATION_CLASSES, MEASURES
from complaintctl.domain.reports.periods import COMPARISONS
from complaintctl.render.reports.definitions import (
    PERIOD_LABELS,
    key_label,
    measure_label,
    measure_meaning,
    measure_name,
    section_label,
)
from complaintctl.render.reports.measure_terms import MEASURE_TERMS, SECTION_TERMS
from complaintctl.render.text import language
from complaintctl.render.text.language import Language
from tests.render.reports.hand_made import report_words

CHINESE = re.compile(r"[一-鿿]")
WORDS = report_words()


@pytest.fixture(params=["en", "zh"])
def reader(request: pytest.FixtureRequest) -> Iterator[Language]:
    language.set_language(request.param)
    yield request.param
    language.set_language("en")


def test_the_catalogue_defines_the_measures_and_nothing_else_in_their_order() -> None:
    assert list(MEASURE_TERMS) == [measure_name(measure) for measure in MEASURES.values()]
    assert set(SECTION_TERMS) == {measure.section for measure in MEASURES.values()}
    assert set(PERIOD_LABELS) == {"report", *COMPARISONS}


def test_each_has_a_label_and_a_sentence_in_the_language_of_the_reader(reader: Language) -> None:
    for measure in MEASURES.values():
        label, meaning, section = (
            measure_label(measure),
            measure_meaning(measure),
            section_label(measure.section),
        )
        assert meaning.endswith("." if reader == "en" else "。"), meaning
        # p90 is called so in both.
        assert all(bool(CHINESE.search(text)) == (reader == "zh") for text in (meaning, section))
        assert bool(CHINESE.search(label)) == (reader == "zh") or label == "p90"


def test_no_two_columns_of_a_section_have_the_same_label(reader: Language) -> None:
    shown = [(measure.section, measure_label(measure)) for measure in MEASURES.values()]
    assert sorted(set(shown)) == sorted(shown), reader


def test_a_share_and_a_mean_name_their_denominator() -> None:
    for measure in MEASURES.values():
        if measure.unit == "share" and measure.key != "year_on_year":
            assert "share of" in measure_meaning(measure) or "as a share" in measure_meaning(measure)


def test_the_classes_of_times_join_one_another() -> None:
    assert [key_label(WORDS, "ageing", key) for key in AGE_CLASSES] == [
        "up to 1 d",
        "1 d to 3 d",
        "3 d to 7 d",
        "7 d to 14 d",
        "14 d to 30 d",
        "30 d to 90 d",
        "more than 90 d",
    ]
    labels = [key_label(WORDS, "resolution", key) for key in DURATION_CLASSES]
    assert (labels[0], labels[1], labels[-1]) == ("up to 1 h", "1 h to 4 h", "more than 90 d")


def test_keys_have_the_words_of_the_policy_or_of_the_report(reader: Language) -> None:
    chosen = [
        ("outcomes", "upheld"),
        ("times", "first-answer"),
        ("satisfaction", "solved"),
        ("actions", "done"),
    ]
    expected = {
        "en": ["upheld", "first answer", "problem solved", "done"],
        "zh": ["成立", "首次答复", "问题解决程度", "已执行"],
    }
    assert [key_label(WORDS, section, key) for section, key in chosen] == expected[reader]
    assert key_label(WORDS, "cost", "CNY") == "CNY"
    assert key_label(WORDS, "outcomes", "") == {"en": "(none)", "zh": "（无）"}[reader]
