"""Names the earlier cases of a customer when a case is opened, and asks whether the call is about one of them."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.commands.recording import recording, revealing
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import Session, ask_user, parse_channel, print_message
from complaintctl.domain.case import identity
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.render.sentences import sentences
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case import casefile, prefilter
from complaintctl.storage.case.casebook import newest_closed_case_files, open_case_files
from complaintctl.storage.case.fault_boundary import contain_case_faults

# So many of the latest closed cases are searched, so that opening a case does not become slower with every year.
# `complaintctl customer` searches all of them.
_CLOSED_SEARCHED: Final = 5_000
_SHOWN: Final = 5
_NEW: Final = ("n", "new", "新", "新案件", "新建")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCase:
    """An earlier case of the customer, and by what it was recognised: phone, email, serial."""

    case: Case
    known_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What the customer said, and on which channel as typed."""

    via: str | None
    text: str | None


def find_known_cases(session: Session, field_values: Mapping[str, object]) -> list[KnownCase]:
    """Returns the cases with the same telephone, e-mail or serial number, the one received last first.

    Searches the open cases and the latest closed ones. Files with faults are skipped; `check` names them.
    """
    country_code = session.rules.policy.country_code
    wanted = identity.make_contact(
        country_code,
        phone=_text(field_values.get(identity.PHONE_FIELD)),
        email=_text(field_values.get(identity.EMAIL_FIELD)),
        serial=_text(field_values.get(identity.SERIAL_FIELD)),
        name=None,
    )
    needles = wanted.needles()
    if not needles:
        return []
    wanted = revealing.add_pseudonyms(session, wanted)
    needles = wanted.needles()
    known: dict[str, KnownCase] = {}
    closed = newest_closed_case_files(session.casebook, _CLOSED_SEARCHED)
    for path in itertools.chain(open_case_files(session.casebook), closed):
        if not prefilter.may_contain_squeezed(path, needles):
            continue
        unforeseen: list[Problem] = []
        with contain_case_faults(path, unforeseen):
            loaded, _problems = casefile.read_case(path)
            if loaded is None:
                continue
            shared = identity.shared_parts(wanted, identity.contact_of_case(loaded.case, country_code))
            if shared:
                known.setdefault(loaded.case.id, KnownCase(case=loaded.case, known_by=shared))
    return sorted(known.values(), key=lambda entry: (entry.case.received, entry.case.id), reverse=True)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _known_cases_json(session: Session, known: Sequence[KnownCase]) -> dict[str, object]:
    """Returns the earlier cases for the JSON of `open`."""
    return {
        "known": [
            {
                "id": entry.case.id,
                "known_by": list(entry.known_by),
                "received": values.iso_time(to_policy_zone(session.rules, entry.case.received)),
                "status": entry.case.status,
                "outcome": entry.case.outcome,
                "satisfaction": entry.case.satisfaction.overall if entry.case.satisfaction else None,
                "title": entry.case.title,
            }
            for entry in known
        ]
    }


def _print_known_cases(session: Session, known: Sequence[KnownCase]) -> None:
    """Print a line for each of the latest earlier cases."""
    for entry in known[:_SHOWN]:
        print_message(_known_text(session, entry))
    if (more := len(known) - _SHOWN) > 0:
        message = ngettext(
            "{count} more case; all of them: complaintctl customer PHONE",
            "{count} more cases; all of them: complaintctl customer PHONE",
            more,
        )
        print_message(message.format(count=more))


def _known_text(session: Session, entry: KnownCase) -> str:
    case, policy = entry.case, session.rules.policy
    what = _(", ").join(labels.contact_label(part) for part in entry.known_by)
    state = [labels.cell_label(policy, "status", case.status)]
    if case.status == "closed":
        state.append(labels.cell_label(policy, "outcome", case.outcome or ""))
        if case.satisfaction and case.satisfaction.overall:
            state.append(_("satisfaction {mark}").format(mark=case.satisfaction.overall))
    return _("same {what}: {case} of {day} ({state}): {title}").format(
        what=what,
        case=case.id,
        day=values.moment_text(case.received, session.rules.zone)[: len("2026-11-21")],
        state=_(", ").join(filter(None, state)),
        title=case.title,
    )


def print_opening(
    session: Session,
    case: Case,
    path: Path,
    known: Sequence[KnownCase],
    write_options: WriteOptions,
    *,
    shown: bool,
) -> None:
    """Print what was recorded, and the earlier cases unless they were `shown` with the question before it."""
    more = _known_cases_json(session, known)
    recording.print_recorded(session, case, case.history[0], path, write_options, more_json=more)
    if not shown and not write_options.as_json:
        _print_known_cases(session, known)


def record_word_instead(
    session: Session, known: Sequence[KnownCase], word: Word, write_options: WriteOptions
) -> bool:
    """Ask on a terminal whether this is a word on an earlier case; if so, record it there and return True."""
    if not known:
        return False
    _print_known_cases(session, known)
    case_id = _ask_earlier_case(known)
    if case_id is None:
        return False
    channel = parse_channel(session, word.via) or _ask_channel(session)
    request = Request(did="heard", via=channel, text=word.text)
    recording.record_event(case_id, write_options, lambda _session: request)
    return True


def _ask_earlier_case(known: Sequence[KnownCase]) -> str | None:
    """Returns the case that the customer has a word on, None for a new case; asks only if one is not closed."""
    running = [entry.case.id for entry in known if entry.case.status != "closed"]
    if not running:
        return None
    # Readline scrolls a question that is wider than the terminal, so the explanation stands on a line of its own.
    print_message(_("Type n for a new case, or the end of the id of the case that this is a word on."))
    case = running[0] if len(running) == 1 else _("one of these cases")
    question = _("A new case, or a word on {case}?").format(case=case)
    while True:
        typed = ask_user(question, _NEW[0])
        if typed.casefold() in _NEW:
            return None
        chosen = [case_id for case_id in running if case_id.endswith(typed.upper())]
        if len(chosen) == 1:
            return chosen[0]
        print_message(_("{value} is none of these cases.").format(value=typed))


def _ask_channel(session: Session) -> str | None:
    default = next(iter(session.rules.policy.channels), "")
    while True:
        try:
            return parse_channel(session, ask_user(_("The channel of this contact"), default))
        except InvalidInput as error:
            print_message(sentences.failure_text(error, None))
