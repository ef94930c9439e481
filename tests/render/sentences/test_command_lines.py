"""The command lines that a message asks for do what the message says."""

import pytest

from complaintctl.render.sentences.command_lines import assignment_options


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        (["x.serial"], "--set FIELD=VALUE"),
        (["plan.measures"], "--measure …"),
        (["plan.measures", "plan.measures.who"], "--measure …"),
        (["plan.measures.who", "cause.fishbone"], "--bone … --measure …"),
        (["cause.fishbone", "cause.finding"], "--set FIELD=VALUE --bone …"),
    ],
)
def test_a_list_has_its_own_option_and_every_other_field_is_set(fields: list[str], options: str) -> None:
    assert assignment_options(fields) == options
