"""Counts the cases of a report, the settled ones of an unchanged archive without reading them."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.overview.overview import column_text
from complaintctl.domain.reports.case_facts import gather_facts, is_settled
from complaintctl.domain.reports.tally import ReportTally
from complaintctl.domain.zones import epoch_microseconds

if TYPE_CHECKING:
    from complaintctl.storage.case.index.settled_facts import SettledFacts


def count_all_cases(reader: CaseReader, tally: ReportTally) -> None:
    """Give every case to the tally, open and closed ones."""
    settled = _open_settled(reader, tally)
    if settled is None:
        run_through(reader.results(lambda _path, judged: tally.add(judged)))
        return
    from complaintctl.storage.case.index.settled_facts import SETTLED_FIELDS

    # The last value is that of the volumes; without any it is not looked at.
    places = [SETTLED_FIELDS.index(name) for name in (*tally.fields, tally.volume_field or "status")]
    # Plain values make no cycles, so there is nothing to collect among a hundred thousand of them.
    gc.disable()
    try:
        for facts, texts in settled.read(tally.needed(), epoch_microseconds(reader.moment)):
            tally.add_facts(facts, tuple(texts[place] for place in places))
    finally:
        gc.enable()
    reader.served = settled.served
    run_through(reader.results(_adder(reader, tally, settled)))
    settled.save()


def _open_settled(reader: CaseReader, tally: ReportTally) -> "SettledFacts | None":
    """Returns what is known of settled cases; None if there is no index, or the tally asks for more."""
    session = reader.session
    index = reader.index()
    if index is None:
        return None
    from complaintctl.storage.case.index.judged_under import digest_of_rules
    from complaintctl.storage.case.index.settled_facts import SETTLED_FIELDS, SettledFacts

    if not {*tally.fields, tally.volume_field or "status"} <= {*SETTLED_FIELDS}:
        return None
    policy = session.rules.policy
    zones = (policy.timezone, *(calendar.timezone or "UTC" for calendar in policy.calendars.values()))
    return SettledFacts(index, digest_of_rules(session.file.content, zones))


def _adder(
    reader: CaseReader, tally: ReportTally, settled: "SettledFacts"
) -> Callable[[Path, JudgedCase], None]:
    """Returns a function that counts a case and remembers it if nothing of it will change."""
    from complaintctl.storage.case.index.settled_facts import SETTLED_FIELDS, SettledCase

    archive = reader.session.casebook.closed_folder
    is_now = reader.moment == to_policy_zone(reader.session.rules, reader.session.now)
    moment = epoch_microseconds(reader.moment)
    known_problems = 0

    def add(path: Path, judged: JudgedCase) -> None:
        nonlocal known_problems
        facts = gather_facts(judged)
        tally.add_facts(facts, tally.texts_of(judged))
        new, known_problems = reader.problems[known_problems:], len(reader.problems)
        is_faultless = not any(problem.file == str(path) for problem in new)
        if is_now and is_faultless and is_settled(judged) and archive in path.parents:
            texts = tuple(column_text(judged, name) for name in SETTLED_FIELDS)
            settled.remember(SettledCase(path=path, case=judged.case, facts=facts, texts=texts), moment)

    return add
