"""Which tests of the command line stay English when the casebooks speak Chinese, and why."""

from typing import Final

import pytest

from tests.casebooks import LANG

_INSIDE: Final = "finds sentences inside another format"
_JOINED: Final = "reads a line that is joined of several sentences"
ENGLISH_ONLY: Final = {
    "test_a_page_holds_tables_and_a_diagram": _INSIDE,
    "test_other_formats_go_column_by_column": _INSIDE,
    "test_a_case_with_an_unreadable_event_is_rejected_whole_and_comes_in_corrected": _INSIDE,
    "test_the_third_case_alike_is_escalated_once": _JOINED,
    "test_show_says_field_and_choice_in_the_reader_s_language": _JOINED,
    "test_the_policy_shows_its_grading_as_a_table": _JOINED,
    "test_a_case_may_be_opened_waiting_for_the_customer": _JOINED,
    "test_the_policy_is_shown_with_its_warnings_waits_ladder_and_second_limits": _JOINED,
    "test_show_lists_what_is_promised": _JOINED,
    "test_a_table_says_what_was_and_what_would_be": _JOINED,
}


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Leave those out in Chinese."""
    for item in items if LANG == "zh" else ():
        if reason := ENGLISH_ONLY.get(item.originalname):
            item.add_marker(pytest.mark.skip(reason=reason))
