"""The boundary around one case: an error that nobody foresaw becomes a problem of its file, and the others go on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from complaintctl.domain.problems import Problem, bug_place
from complaintctl.errors import Failure

UNFORESEEN: Final = "case-unforeseen"


@contextmanager
def contain_case_faults(path: Path, problems: list[Problem]) -> Iterator[None]:
    """Adds a problem of the file if the block raises an unforeseen error, or finds the file unwritable.

    Other expected failures pass. With COMPLAINTCTL_DEBUG the error passes as well, so that its traceback is shown.
    """
    try:
        yield
    except Failure as error:
        if error.key != "unwritable":
            raise
        problems.append(Problem(key=error.key, values=error.values, file=str(path)))
    except OSError as error:
        values = {"detail": error.strerror or type(error).__name__}
        problems.append(Problem(key="unreadable", values=values, file=str(path)))
    except Exception as error:
        if os.environ.get("COMPLAINTCTL_DEBUG"):
            raise
        problems.append(unforeseen_problem(path, error))


def unforeseen_problem(path: Path | None, error: Exception) -> Problem:
    """Returns the problem that an unforeseen error is: its kind and place, without its message.

    The message may hold what a customer said. `path` is None for a case without a file.
    """
    return Problem(key=UNFORESEEN, values=bug_place(error), file=str(path or ""))
