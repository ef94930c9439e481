"""Tests how a row becomes a case: values are checked strictly, nothing is guessed, the order of the source is kept."""

import dataclasses
from datetime import datetime
from typing import Any

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines, history, rulebook
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Fault
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports import rows, rows_again
from complaintctl.exchange.imports.formats.csvrows import CsvRow
from complaintctl.exchange.imports.mapping import ColumnSource, ImportMapping, PromiseColumn
from complaintctl.exchange.imports.rows import ImportedRow, RowLayout

HEADER = ("no", "came", "done", "until", "subject", "via", "result", "who", "score", "bought", "spare")
BOOK = rulebook.build_rulebook(Policy(complaintctl="1", name="promises", timezone="America/New_York"))
NOW = datetime.fromisoformat("2026-01-01T00:00:00-05:00")


def a_mapping(**changes: Any) -> ImportMapping:
    def column(name: str, **more: Any) -> ColumnSource:
        return ColumnSource(column=(name,), **more)

    plain = ImportMapping(
        mapping="1",
        system="shop",
        timezone="America/New_York",
        times=("%Y-%m-%d %H:%M", "%m/%d/%Y"),
        id=column("no"),
        received=column("came"),
        closed=column("done"),
        promise=PromiseColumn(by=column("until")),
        fields={
            "title": column("subject"),
            "channel": column("via", values={"T": "phone"}),
            "outcome": column("result", values={"yes": "upheld", "no": "not-upheld"}),
            "customer.name": column("who"),
            "satisfaction.overall": column("score"),
            "product.bought": column("bought"),
        },
        constants={"department": "service"},
    )
    return dataclasses.replace(plain, **changes)


def a_row(**cells: str) -> CsvRow:
    plain = {"no": "88121", "came": "2025-03-03 10:00", "subject": "Swells"}
    return CsvRow(line=2, cells=tuple({**plain, **cells}.get(name, "") for name in HEADER))


def arrive(
    mapping: ImportMapping | None = None, /, **cells: str
) -> tuple[ImportedRow | RejectedRecord, RowLayout]:
    ready = rows.build_row_layout(mapping or a_mapping(), HEADER, "a.csv")
    (found,) = rows.parse_rows(ready, iter([a_row(**cells)]), NOW)
    return found, ready


def a_case(**cells: str) -> Case:
    found, ready = arrive(**cells)
    assert isinstance(found, ImportedRow)
    case_id = next(rows.candidate_case_ids(found.source, found.received))
    return rows.case_from_row(found, ready, case_id)


def disagreements(case: Case, *, in_closed: bool) -> list[Fault]:
    told = fold_history(case, BOOK, NOW).status
    return list(history.history_faults(case, told, in_closed=in_closed))


def reason(**cells: str) -> str:
    found, _ = arrive(**cells)
    return found.key if isinstance(found, RejectedRecord) else "taken"


def test_a_row_becomes_a_case_with_its_own_times() -> None:
    case = a_case(done="2025-03-10 09:30", until="2025-03-09 12:00", via="T", result="yes", spare=" 42 ")
    assert case.id.startswith("C-20250303-")
    assert case.received.isoformat() == "2025-03-03T10:00:00-05:00"
    assert case.promised[0].by.isoformat() == "2025-03-09T12:00:00-04:00"
    assert (case.status, case.outcome, case.channel, case.department) == (
        "closed",
        "upheld",
        "phone",
        "service",
    )
    assert case.x == {"spare": "42"}
    opened, closed = case.history
    assert (opened.at, opened.by, opened.did) == (case.received, "shop", "open")
    assert opened.set["received"] == (None, "2025-03-03T10:00:00-05:00")
    assert (closed.at.isoformat(), closed.did) == ("2025-03-10T09:30:00-04:00", "close")
    assert closed.set == {"outcome": (None, "upheld")}
    assert disagreements(case, in_closed=True) == []


def test_the_hour_that_daylight_saving_skips_moves_forward_and_of_the_repeated_one_the_first_counts() -> None:
    assert a_case(came="2025-03-09 02:30").received.isoformat() == "2025-03-09T03:30:00-04:00"
    assert a_case(came="2025-11-02 01:30").received.isoformat() == "2025-11-02T01:30:00-04:00"


def test_an_open_row_has_no_outcome_and_an_empty_title_becomes_the_source_id() -> None:
    case = a_case(subject="", result="yes")
    assert (case.title, case.status, case.outcome) == ("shop 88121", "open", None)


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"no": "  "}, "import-no-id"),
        ({"came": ""}, "import-not-received"),
        ({"came": "2025-02-30 10:00"}, "import-unreadable-time"),
        ({"came": "yesterday"}, "import-unreadable-time"),
        ({"done": "03.04.2025"}, "import-unreadable-time"),
        ({"came": "2027-03-01 10:00"}, "import-future-time"),
        ({"done": "2027-03-01 10:00"}, "import-future-time"),
        ({"until": "2027-03-01 10:00"}, "taken"),
        ({"until": "soon"}, "import-unreadable-time"),
        ({"bought": "long ago"}, "import-unreadable-time"),
        ({"via": "telex"}, "import-unknown-word"),
        ({"score": "good"}, "import-wrong-value"),
        ({"bought": "03/04/2025", "score": "4"}, "taken"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_reason(cells: dict[str, str], key: str) -> None:
    assert reason(**cells) == key


def test_a_date_that_two_layouts_read_differently_is_rejected_but_not_one_they_agree_on() -> None:
    both = a_mapping(times=("%m/%d/%Y", "%d/%m/%Y"))
    keys = [
        found.key
        for text in ("03/04/2025",)
        if isinstance(found := arrive(both, came=text)[0], RejectedRecord)
    ]
    assert keys == ["import-ambiguous-time"]
    for text in ("04/04/2025", "12/25/2025", "25/12/2025"):
        assert isinstance(arrive(both, came=text)[0], ImportedRow)


def test_an_unknown_personal_word_is_not_repeated() -> None:
    mapping = a_mapping(fields={"customer.name": ColumnSource(column=("who",), values={"A": "B"})})
    found, _ = arrive(mapping, who="Jane Doe")
    assert isinstance(found, RejectedRecord)
    assert "Jane" not in str(found.values)


def test_else_takes_the_words_that_the_table_does_not_know() -> None:
    mapping = a_mapping(
        fields={"channel": ColumnSource(column=("via",), values={"T": "phone"}, else_="other")}
    )
    found, _ = arrive(mapping, via="telex")
    assert isinstance(found, ImportedRow)
    assert found.values["channel"] == "other"


def test_the_second_row_of_an_id_is_rejected() -> None:
    ready = rows.build_row_layout(a_mapping(), HEADER, "a.csv")
    first, second = rows.parse_rows(ready, iter([a_row(), a_row(subject="again")]), NOW)
    assert isinstance(first, ImportedRow)
    assert isinstance(second, RejectedRecord)
    assert second.key == "import-id-twice"


def test_a_table_without_the_columns_names_all_that_are_missing_and_what_is_near() -> None:
    with pytest.raises(InvalidInput) as failure:
        rows.build_row_layout(a_mapping(), ("No", "came", "dune"), "a.csv")
    assert failure.value.values["missing"][:3] == ["done", "until", "subject"]  # type: ignore[index]
    assert failure.value.values["near"] == ["dune"]


def test_the_first_name_that_the_table_has_counts() -> None:
    mapping = a_mapping(id=ColumnSource(column=("number", "no", "spare")))
    found, ready = arrive(mapping)
    assert isinstance(found, ImportedRow)
    assert found.source.id == "88121"
    assert "x.spare" in [target.name for target in ready.targets]


def test_an_order_that_cannot_be_is_recorded_and_named() -> None:
    case = a_case(done="2025-03-01 10:00", until="2025-03-02 10:00", result="yes")
    assert [event.irregular for event in case.history] == ["promise-before-receipt", "closed-before-receipt"]
    assert case.status == "closed"
    (clock,) = deadlines.judge_case(case, BOOK, NOW).clocks
    assert clock.state == "met"


def test_ids_come_from_the_source_alone_and_go_on_after_a_collision() -> None:
    found, _ = arrive()
    assert isinstance(found, ImportedRow)
    ids = list(rows.candidate_case_ids(found.source, found.received))
    assert len(set(ids)) == len(ids) == 10
    assert ids == list(rows.candidate_case_ids(found.source, found.received))
    other = dataclasses.replace(found.source, id="88122")
    assert next(rows.candidate_case_ids(other, found.received)) != ids[0]


def revised(case: Case, mapping: ImportMapping | None = None, **cells: str) -> rows_again.CaseRevision:
    found, ready = arrive(mapping, **cells)
    assert isinstance(found, ImportedRow)
    return rows_again.revise_from_row(case, found, ready, BOOK, NOW)


def test_a_changed_row_updates_with_one_event_and_leaves_what_was_changed_by_hand() -> None:
    case = dataclasses.replace(a_case(via="T", spare="1", who="A"), title="Swells badly")
    result = revised(case, subject="Swells a lot", spare="2", who="B")
    (event,) = result.events
    assert (event.did, event.by) == ("import", "shop")
    assert event.set == {"channel": ("phone", None), "x.spare": ("1", "2")}
    assert event.changed == ("customer.name",)
    assert result.kept == ("title",)
    assert result.case.title == "Swells badly"
    assert result.case.source is not None
    again = revised(result.case, subject="Swells a lot", spare="3", who="B")
    assert again.kept == ("title",)
    assert again.taken == ("x.spare",)


def test_a_row_that_is_closed_now_closes_the_case_and_keeps_when() -> None:
    result = revised(a_case(), done="2025-04-01 10:00", result="no")
    imported, closed = result.events
    assert (imported.did, closed.did, closed.recorded) == ("import", "close", NOW)
    assert closed.at.isoformat() == "2025-04-01T10:00:00-04:00"
    assert closed.set == {"outcome": (None, "not-upheld")}
    assert result.case.status == "closed"
    before = history.case_as_of(result.case, BOOK, datetime.fromisoformat("2025-03-20T00:00:00-04:00"))
    assert before is not None
    assert before.status == "open"


def test_a_closing_that_moves_replaces_the_old_one_and_one_that_goes_reopens() -> None:
    closed = a_case(done="2025-04-01 10:00", result="no")
    moved = revised(closed, done="2025-04-02 10:00", result="no").case
    assert [event.did for event in moved.history] == ["open", "close", "import", "retract", "close"]
    assert disagreements(moved, in_closed=True) == []
    reopened = revised(moved).case
    assert reopened.history[-1].did == "reopen"
    assert (reopened.status, reopened.outcome) == ("open", None)
    assert disagreements(reopened, in_closed=False) == []
    again = revised(reopened, done="2025-04-02 10:00", result="no").case
    assert again.status == "closed"
    assert disagreements(again, in_closed=True) == []


def test_somebody_who_waits_for_the_customer_since_is_not_closed_over() -> None:
    case = a_case()
    wait = history.identify_event(
        case.id,
        case.history,
        dataclasses.replace(case.history[0], did="wait", by="li.wei", at=NOW, set={}, promise=()),
    )
    waiting = dataclasses.replace(case, status="waiting", history=(*case.history, wait))
    result = revised(waiting, done="2025-04-01 10:00")
    assert result.case.status == "waiting"
    assert result.kept == ("closed",)


def test_a_promise_that_the_source_moves_is_moved_and_the_past_keeps_the_old_one() -> None:
    case = a_case(until="2025-03-09 12:00")
    result = revised(case, until="2025-05-09 12:00")
    assert [promise.by.month for promise in result.case.promised] == [5]
    past = history.case_as_of(result.case, BOOK, datetime.fromisoformat("2025-04-01T00:00:00-04:00"))
    assert past is not None
    assert [promise.by.month for promise in past.promised] == [3]
    assert disagreements(result.case, in_closed=False) == []


def test_with_other_columns_only_an_event_tells_what_was_changed_here() -> None:
    case = a_case(spare="1")
    edit = history.identify_event(
        case.id,
        case.history,
        dataclasses.replace(
            case.history[0], did="edit", by="li.wei", at=NOW, set={"title": ("Swells", "Ours")}, promise=()
        ),
    )
    case = dataclasses.replace(case, title="Ours", x={"spare": "by hand"}, history=(*case.history, edit))
    result = revised(case, a_mapping(ignore=("spare",)), subject="Theirs")
    assert result.columns_changed
    assert result.kept == ("title",)
    back = revised(result.case, subject="Theirs", spare="2")
    assert back.case.x == {"spare": "2"}
    assert back.kept == ("title",)
