"""The sub-commands of `report`: the cli loads a module when its sub-command is typed, or for help and completion."""

from typing import Final

from complaintctl.render.text.language import N_

# Name, module in this folder and help of every sub-command; the function is named like the module.
COMMANDS: Final[tuple[tuple[str, str, str], ...]] = (
    ("pareto", "pareto", N_("Rank the values of a field and mark the few that make 80 %.")),
    ("chart", "chart", N_("Draw a control chart: cases a month or week with limits and signals.")),
)
