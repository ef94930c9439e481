"""The sub-commands of `report`: the cli loads a module when its sub-command is typed, or for help and completion."""

from typing import Final

from complaintctl.render.text.language import N_

# Name, module in this folder and help of every sub-command; the function is named like the module.
COMMANDS: Final[tuple[tuple[str, str, str], ...]] = (
    ("pareto", "pareto", N_("Rank the values of a field and mark the few that make 80 %.")),
    ("chart", "chart", N_("Draw a control chart: cases a month or week with limits and signals.")),
    (
        "management-review",
        "management_review",
        N_("Write a management review of a period, with a table for its decisions."),
    ),
    (
        "handler",
        "handler",
        N_("Write about the load, speed, punctuality and satisfaction of one handler, or of all."),
    ),
    (
        "department",
        "department",
        N_("Write about the load, speed, punctuality and satisfaction of one department, or of all."),
    ),
    (
        "improvement",
        "improvement",
        N_("Compare the complaints before and after a corrective action was done."),
    ),
    (
        "regulator",
        "regulator",
        N_("Count the rows of a regulator's return, under its rule and under the one before it."),
    ),
)
