"""Which tests of the command line, and which files of them, stay English when the casebooks speak Chinese, and why."""

from typing import Final

import pytest

from tests.casebooks import LANG

_BYTES: Final = "compares what a process of its own writes, byte by byte"
_TYPED: Final = "types answers to questions on a terminal"
_POLICY: Final = "compares policies, of which the language is a part"
_LETTER: Final = "reads a letter, whose text is no sentence of the catalogue"
_INSIDE: Final = "finds sentences inside another format"
_JOINED: Final = "reads a line that is joined of several sentences"
ENGLISH_ONLY: Final = {
    "test_letter": _LETTER,
    "test_letter_records": _LETTER,
    "test_template": _LETTER,
    "test_a_read_only_disk_is_named_and_reading_goes_on": _BYTES,
    "test_a_disk_that_fills_up_in_the_middle_of_a_file_loses_nothing": _BYTES,
    "test_a_reader_that_goes_away_is_no_error": _BYTES,
    "test_bytes_that_are_no_text_are_refused_before_they_reach_a_file": _BYTES,
    "test_control_c_in_the_middle_of_a_commit_says_that_the_next_command_completes_it": _BYTES,
    "test_a_locked_casebook_is_waited_for_and_then_named": _BYTES,
    "test_a_sample_stopped_while_it_is_recorded_is_completed": _BYTES,
    "test_a_declined_prompt_makes_no_casebook": _TYPED,
    "test_enter_takes_what_is_proposed": _TYPED,
    "test_control_c_at_a_prompt_registers_nothing": _TYPED,
    "test_a_wrong_answer_is_said_and_asked_again": _TYPED,
    "test_an_answered_prompt_goes_on": _TYPED,
    "test_the_questions_go_on_in_the_language_that_was_chosen": _TYPED,
    "test_a_calendar_is_coloured_on_a_terminal_and_reads_the_same_without": _TYPED,
    "test_every_shipped_policy_takes_office_hours_and_people_and_nothing_else_changes": _POLICY,
    "test_the_lines_of_the_policy_stay_where_they_are": _POLICY,
    "test_promises_are_compared_by_what_they_say": _POLICY,
    "test_a_spreadsheet_gets_both_parts_as_one_table": _POLICY,
    "test_markdown_for_a_pull_request": _POLICY,
    "test_a_policy_may_be_a_file_a_revision_or_a_file_of_a_revision": _POLICY,
    "test_a_file_comes_before_a_revision_of_the_same_name": _POLICY,
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
        if reason := ENGLISH_ONLY.get(item.path.stem) or ENGLISH_ONLY.get(item.originalname):
            item.add_marker(pytest.mark.skip(reason=reason))
