"""Duplicates across cases: checking the original of one that is closed, and finding the duplicates of an original."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from complaintctl.commands.recording.recurring import NO_CASES, ChangedCases
from complaintctl.commands.session import Session
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history
from complaintctl.domain.lifecycle import closings, duplicates
from complaintctl.domain.lifecycle.lifecycle import Decision
from complaintctl.errors import Broken, InvalidInput
from complaintctl.storage.case import casefile, prefilter
from complaintctl.storage.case.casebook import closed_cases_between, find_case_file, open_case_files

# How much older than its original a duplicate may be to be found among the closed cases.
_EARLIER: Final = timedelta(days=31)


def find_other_case(session: Session, part: str, other: str) -> str:
    """Returns the id of the other case of a link; raises InvalidInput if it is the case itself."""
    own, target = (find_case_file(session.casebook, typed).stem for typed in (part, other))
    if own == target:
        raise InvalidInput("same-case", case=own)
    return target


def check_original(
    session: Session, before: Case, decision: Decision, changed: ChangedCases = NO_CASES
) -> None:
    """Raise Refused if a case becomes a duplicate without an original that is open or answered, or in a circle.

    Also if the closing of an original is taken back, and a duplicate was closed after it. `changed`: cases that count
    as they are there. Raises NotFound if the original is not in the casebook.
    """

    def read_case(case_id: str) -> Case:
        path = find_case_file(session.casebook, case_id)
        return changed[path] if path in changed else _read_case(path)

    case = decision.case
    is_closed_as_duplicate = case.status == "closed" and case.outcome == duplicates.DUPLICATE_OUTCOME
    if is_closed_as_duplicate and {"status", "outcome", "links"} & set(decision.changed):
        duplicates.check_original(case, read_case)
    elif before.status == "closed" and decision.event.did == "retract" and case.status != "closed":
        closing = closings.last_closing(before)
        if closing is not None:
            linked = find_duplicates(session, before, session.now)
            closings.check_no_later_duplicate(before, closing, linked)
    elif duplicates.original_ids(case) != duplicates.original_ids(before):
        duplicates.check_no_circle(case, read_case)


def _read_case(path: Path) -> Case:
    loaded, _problems = casefile.read_case(path)
    if loaded is None:
        raise Broken("case-faulty", case=path.stem)
    return loaded.case


def find_duplicates(session: Session, original: Case, moment: datetime) -> Iterator[Case]:
    """Yields the cases that were linked as duplicates of a case at a moment, sorted by file.

    Of the closed cases, only those registered since a month before the original: `show` must not read the archive.
    """
    closed = closed_cases_between(session.casebook, original.received - _EARLIER, moment)
    for path in (*open_case_files(session.casebook), *closed):
        if path.stem == original.id or not prefilter.may_contain_text(path, original.id):
            continue
        loaded, _problems = casefile.read_case(path)
        case = history.case_as_of(loaded.case, session.rules, moment) if loaded else None
        if case is not None and original.id in duplicates.original_ids(case):
            yield case
