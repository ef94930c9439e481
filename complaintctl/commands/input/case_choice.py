"""Which cases an event command is about: ids as typed, ids on stdin, or all that a filter finds."""

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.input.conditions import parse_filter
from complaintctl.commands.input.event_options import EventOptions
from complaintctl.commands.session import (
    Session,
    ask_yes_or_no,
    parse_as_of,
    print_message,
    print_problems,
)
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.errors import Broken, Declined, InvalidInput, NotFound
from complaintctl.render.text.labels import event_label
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, find_case_file, list_case_folders

# What is typed instead of a case to read the ids from stdin.
FROM_STDIN: Final = "-"
_MOST_SHOWN: Final = 20


def split_last_word(
    words: list[str] | None, last: str | None, where: Sequence[str]
) -> tuple[list[str], str | None]:
    """Returns the cases and the last word of a command whose last word may be missing.

    The parser takes a single word as the last one; without --where it is the case.
    """
    if not words and not where and last is not None:
        return [last], None
    return list(words or ()), last


def is_single(words: Sequence[str], options: EventOptions) -> bool:
    """Whether the command names exactly one case by itself; raises InvalidInput if it names none, or in two ways."""
    if bool(words) == bool(options.where):
        raise InvalidInput("cases-or-where")
    return len(words) == 1 and words[0] != FROM_STDIN


def find_named_cases(session: Session, words: Sequence[str]) -> tuple[list[str], list[NotFound]]:
    """Returns the ids of the typed cases, each once and in order, and an error for each word that names none."""
    named = list(_named_words(words))
    if not named:
        raise NotFound("no-case-named")
    # Only a part of an id needs the names of all files, and those are listed once.
    listed = None if all(map(_is_whole_id, named)) else list_case_folders(session.casebook)
    ids: dict[str, None] = {}
    unknown = []
    for word in dict.fromkeys(named):
        try:
            ids[find_case_file(session.casebook, word, listed).stem] = None
        except NotFound as error:
            unknown.append(error)
    return list(ids), unknown


def _named_words(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word == FROM_STDIN:
            yield from _read_ids()
        else:
            yield word


def _read_ids() -> Iterator[str]:
    """Yields the first word of every line of stdin."""
    try:
        lines = sys.stdin.read().splitlines()
    except UnicodeDecodeError as error:
        raise InvalidInput("stdin-not-utf-8") from error
    yield from (line.split()[0] for line in lines if line.strip())


def _is_whole_id(word: str) -> bool:
    return CASE_ID_PATTERN.fullmatch(word.strip().upper()) is not None


def find_matching_cases(session: Session, conditions: Sequence[str], *, archive: bool) -> list[Case]:
    """Returns the cases that satisfy all conditions; closed ones only with `archive`.

    Raises Broken if a file cannot be read: it might be one of them.
    """
    wanted = parse_filter(session, session.now, conditions)
    # A command that writes reads the files themselves.
    session = dataclasses.replace(session, uses_index=False)
    reader = CaseReader(session=session, moment=parse_as_of(session, None), archive=archive)

    def is_wanted(judged: JudgedCase) -> bool:
        return wanted.matches(judged) and (archive or judged.progress.status != "closed")

    found = list(reader.results(lambda _path, judged: judged.case, is_wanted))
    print_problems(reader.problems, session.casebook.root)
    if reader.exit_code():
        raise Broken("cases-unreadable")
    if not found:
        raise NotFound("no-case-matches")
    return found


def confirm_cases(session: Session, found: Sequence[Case], did: str, options: EventOptions) -> None:
    """Show the cases that a filter found, and ask whether all of them are meant.

    Raises InvalidInput if nobody can be asked, Declined if the answer is no.
    """
    if options.yes:
        return
    count = len(found)
    if not options.may_ask:
        raise InvalidInput("cases-unconfirmed", count=count)
    for case in found[:_MOST_SHOWN]:
        print_message(f"  {case.id}  {case.title}")
    if count > _MOST_SHOWN:
        print_message(_("  … and {count} more").format(count=count - _MOST_SHOWN))
    question = ngettext("Record {did} in {count} case", "Record {did} in {count} cases", count)
    label = event_label(session.rules.policy, did)
    if not ask_yes_or_no(question.format(did=label, count=count), default=False):
        raise Declined("declined")
