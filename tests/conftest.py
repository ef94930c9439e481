"""How many examples a property is tried on, which files begin first, and what Ctrl-C does.

15 examples, or 2,000 with HYPOTHESIS_PROFILE=nightly (`make nightly`).
"""

import os
import signal
from typing import Final

import pytest
from hypothesis import settings

settings.register_profile("normal", max_examples=15, deadline=None)
settings.register_profile("nightly", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))
# What a shell starts in the background inherits that Ctrl-C is ignored, and so would the commands under test.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The files that take longest, the longest first: begun last, each would keep one worker busy while the others wait.
LONGEST: Final = (
    "test_boston.py",
    "test_survey.py",
    "test_said_and_done.py",
    "test_csv_torture.py",
    "test_output_schemas.py",
    "test_refusals.py",
    "test_mcp.py",
    "test_exit_codes.py",
    "test_startup.py",
    "test_worktime_properties.py",
    "test_story_ecommerce.py",
    "test_story_hotline.py",
    "test_wheel.py",
    "test_two_weeks.py",
    "test_cfpb.py",
    "test_eventlogs.py",
    "test_machine_formats.py",
    "test_electronics.py",
    "test_story_manufacturing.py",
    "test_recurrence_gate.py",
    "test_letter.py",
    "test_template.py",
    "test_papers.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first; `--no-loadscope-reorder` keeps this order among the workers."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(LONGEST)))
