"""Every expected failure: a key for its sentence, the values that fill it, its exit code.

The sentences stand in render/sentences/sentences.py; the domain raises these and never translates.
"""

from typing import ClassVar


class Outcome:
    """What became of the change that a failed command wanted to make: a key for its sentence, its values."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values


class Failure(Exception):  # noqa: N818 - a failure is expected; an Error would be our bug
    """An expected end of a command: `key` names the sentence, `facts` fill it.

    `outcome`: what became of the change, if the command failed while it wrote.
    """

    exit_code: ClassVar[int]

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values
        self.outcome: Outcome | None = None

    def __str__(self) -> str:
        """Return one line for a log, not translated: `time-order (received=2026-11-21 09:30:00+08:00, case=C-1)`.

        The values may hold words that somebody typed, so such a log is as confidential as the case.
        """
        filled = ", ".join(f"{name}={value}" for name, value in self.values.items())
        said = f"{self.key} ({filled})" if filled else self.key
        return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in said)


class InvalidInput(Failure):
    """What was typed cannot be understood: spelling, unknown level or field, a future time, no casebook."""

    exit_code = 2


class Refused(Failure):
    """Understood, but the rules forbid it: order, role, closed case, a time before its step."""

    exit_code = 3


class Broken(Failure):
    """Unreadable data, policy, git, disk or identity."""

    exit_code = 4


class NotFound(Failure):
    """No such case, or several that fit."""

    exit_code = 5


class Declined(Failure):
    """The user answered no, or pressed Ctrl-C."""

    exit_code = 130
