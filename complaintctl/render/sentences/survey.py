"""Sentences about surveys."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

SURVEY_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "survey-option": N_("{option} can only be used with --record: without it nothing is written."),
    "survey-case-or-csv": N_("Give one case with --score, or a table with --csv FILE; not both."),
    "survey-columns": N_(
        "{file} lacks the column {missing}. It has: {columns}. Columns: case, score, attitude, solved, comment."
    ),
    "survey-column-twice": N_("{file} has several columns for {column}: {columns}. Keep one of them."),
    "survey-encoding": N_("Unknown encoding {encoding}. Chinese Excel writes gb18030."),
    # files (exit 4)
    "survey-other-encoding": N_("{file} is not {encoding}. Name its encoding, such as: --encoding gb18030"),
    # what is wrong with a row
    "survey-no-id": N_("{part} is not a complete case id"),
    "survey-no-score": N_("an answer needs a score of 1 to 5"),
    "survey-twice": N_("{case} already has an answer on line {line}"),
}
