"""The sub-commands of `report`: the cli loads a module when its sub-command is typed, or for help and completion."""

from typing import Final

# Name, module in this folder and help of every sub-command; the function is named like the module.
COMMANDS: Final[tuple[tuple[str, str, str], ...]] = ()
