"""Every shipped mapping fits the shipped policy of its name, else `promised-dates`: its words, and real rows."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.exchange.imports import eventmapping
from complaintctl.exchange.imports.mapping import ImportMapping
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.imports import mappingfile
from complaintctl.storage.policy import policyfile
from tests.casebooks import make_book
from tests.sampling import sample

# Registers without a policy of their own are meant for this one (docs/import.md).
WITHOUT_A_POLICY: Final = "promised-dates"
NAMES: Final = mappingfile.shipped_mapping_names()
# The first published row of every channel, and one ticket; the columns that the mapping names.
ROWS: Final[dict[str, list[dict[str, str]]]] = {
    "boston311": [
        {
            "case_enquiry_id": "101000295613",
            "open_dt": "2011-07-01 01:32:33",
            "target_dt": "2011-07-15 01:32:32",
            "closed_dt": "2011-07-01 05:06:58",
            "case_title": "Street Light Outages",
            "type": "Street Light Outages",
            "department": "PWDx",
            "source": "Employee Generated",
        },
        {
            "case_enquiry_id": "101000295614",
            "open_dt": "2011-07-01 02:18:31",
            "target_dt": "2011-07-05 02:18:31",
            "closed_dt": "2011-07-01 06:12:43",
            "case_title": "Schedule a Bulk Item Pickup",
            "type": "Schedule a Bulk Item Pickup",
            "department": "PWDx",
            "source": "Self Service",
        },
        {
            "case_enquiry_id": "101000295617",
            "open_dt": "2011-07-01 03:12:31",
            "target_dt": "",
            "closed_dt": "2011-07-01 06:12:38",
            "case_title": "Highway Maintenance",
            "type": "Highway Maintenance",
            "department": "PWDx",
            "source": "Constituent Call",
        },
        {
            "case_enquiry_id": "101000295638",
            "open_dt": "2011-07-01 07:57:58",
            "target_dt": "2011-09-02 07:57:58",
            "closed_dt": "",
            "case_title": "Graffiti: Ward 10  1009  Other",
            "type": "Graffiti Removal",
            "department": "INFO",
            "source": "Citizens Connect App",
        },
        {
            "case_enquiry_id": "101000296607",
            "open_dt": "2011-07-05 10:23:15",
            "target_dt": "2011-08-02 10:23:14",
            "closed_dt": "2011-07-07 14:08:07",
            "case_title": "Abandoned Vehicles",
            "type": "Abandoned Vehicles",
            "department": "BTDT",
            "source": "Twitter",
        },
        {
            "case_enquiry_id": "101000296664",
            "open_dt": "2011-07-05 11:05:00",
            "target_dt": "2011-11-02 11:04:56",
            "closed_dt": "",
            "case_title": "Mice Infestation - Residential",
            "type": "Mice Infestation - Residential",
            "department": "ISD",
            "source": "Maximo Integration",
        },
    ],
    "cfpb": [
        {
            "Date received": "2019-09-24",
            "Product": "Debt collection",
            "Issue": "Attempts to collect debt not owed",
            "Submitted via": "Web",
            "Complaint ID": "3384392",
        },
        {
            "Date received": "2019-06-25",
            "Product": "Checking or savings account",
            "Issue": "Managing an account",
            "Submitted via": "Referral",
            "Complaint ID": "3286479",
        },
        {
            "Date received": "2019-06-06",
            "Product": "Mortgage",
            "Issue": "Trouble during payment process",
            "Submitted via": "Phone",
            "Complaint ID": "3266569",
        },
        {
            "Date received": "2019-08-12",
            "Product": "Credit reporting, credit repair services, or other personal consumer reports",
            "Issue": "Incorrect information on your report",
            "Submitted via": "Fax",
            "Complaint ID": "3337124",
        },
        {
            "Date received": "2019-04-01",
            "Product": "Debt collection",
            "Issue": "Attempts to collect debt not owed",
            "Submitted via": "Postal mail",
            "Complaint ID": "3197389",
        },
        {
            "Date received": "2019-03-28",
            "Product": "Credit reporting, credit repair services, or other personal consumer reports",
            "Issue": "Incorrect information on your report",
            "Submitted via": "Email",
            "Complaint ID": "3194462",
        },
    ],
    "helpdesk-italian": [
        {
            "case:concept:name": "Case 1",
            "concept:name": "Assign seriousness",
            "org:resource": "Value 1",
            "time:timestamp": "2012-10-09T14:50:17+00:00",
        },
        {
            "case:concept:name": "Case 1",
            "concept:name": "Take in charge ticket",
            "org:resource": "Value 1",
            "time:timestamp": "2012-10-09T14:51:01+00:00",
        },
        {
            "case:concept:name": "Case 1",
            "concept:name": "Take in charge ticket",
            "org:resource": "Value 2",
            "time:timestamp": "2012-10-12T15:02:56+00:00",
        },
        {
            "case:concept:name": "Case 1",
            "concept:name": "Resolve ticket",
            "org:resource": "Value 1",
            "time:timestamp": "2012-10-25T11:54:26+00:00",
        },
        {
            "case:concept:name": "Case 1",
            "concept:name": "Closed",
            "org:resource": "Value 3",
            "time:timestamp": "2012-11-09T12:54:39+00:00",
        },
    ],
    "receipt-wabo": [
        {
            "case:concept:name": "case-10011",
            "case:startdate": "2011-10-11T13:42:22.688+02:00",
            "case:enddate": "",
            "case:deadline": "2011-12-06T13:41:31.788+01:00",
            "case:responsible": "Resource21",
            "case:department": "General",
            "case:channel": "Internet",
            "time:timestamp": "2011-10-11T13:45:40.276+02:00",
            "org:resource": "Resource21",
            "concept:name": "Confirmation of receipt",
            "lifecycle:transition": "complete",
            "concept:instance": "task-42933",
        },
        {
            "case:concept:name": "case-10199",
            "case:startdate": "2011-10-18T01:06:40.020+02:00",
            "case:enddate": "2011-12-07T15:23:56.316+01:00",
            "case:deadline": "2011-12-13T01:06:40.000+01:00",
            "case:responsible": "Resource13",
            "case:department": "General",
            "case:channel": "Desk",
            "time:timestamp": "2011-10-31T12:27:03.433+01:00",
            "org:resource": "Resource13",
            "concept:name": "Confirmation of receipt",
            "lifecycle:transition": "complete",
            "concept:instance": "task-44710",
        },
        {
            "case:concept:name": "case-10286",
            "case:startdate": "2011-10-28T01:06:40.020+02:00",
            "case:enddate": "2011-12-07T09:11:03.638+01:00",
            "case:deadline": "2011-12-23T01:06:40.000+01:00",
            "case:responsible": "Resource11",
            "case:department": "General",
            "case:channel": "Post",
            "time:timestamp": "2011-11-09T09:19:20.905+01:00",
            "org:resource": "Resource03",
            "concept:name": "Confirmation of receipt",
            "lifecycle:transition": "complete",
            "concept:instance": "task-45479",
        },
        {
            "case:concept:name": "case-10693",
            "case:startdate": "2011-10-29T01:06:40.020+02:00",
            "case:enddate": "2011-12-06T14:41:38.980+01:00",
            "case:deadline": "2011-12-24T01:06:40.000+01:00",
            "case:responsible": "Resource03",
            "case:department": "General",
            "case:channel": "e-mail",
            "time:timestamp": "2011-12-06T14:40:10.889+01:00",
            "org:resource": "Resource03",
            "concept:name": "Confirmation of receipt",
            "lifecycle:transition": "complete",
            "concept:instance": "task-48816",
        },
        {
            "case:concept:name": "case-5503",
            "case:startdate": "2011-01-13T01:06:40.010+01:00",
            "case:enddate": "2011-02-04T16:05:09.655+01:00",
            "case:deadline": "2011-03-10T01:06:40.000+01:00",
            "case:responsible": "Resource11",
            "case:department": "General",
            "case:channel": "Intern",
            "time:timestamp": "2011-01-26T10:05:01.299+01:00",
            "org:resource": "Resource11",
            "concept:name": "Confirmation of receipt",
            "lifecycle:transition": "complete",
            "concept:instance": "task-9574",
        },
    ],
}


def policy_of(name: str) -> str:
    return name if (SHIPPED_FOLDER / "policies" / f"{name}.yaml").is_file() else WITHOUT_A_POLICY


def shipped_mapping(name: str) -> ImportMapping:
    mapping, _problems = mappingfile.read_mapping(mappingfile.find_mapping(name))
    assert mapping is not None
    return mapping


def shipped_rules(name: str) -> Rulebook:
    path = SHIPPED_FOLDER / "policies" / f"{policy_of(name)}.yaml"
    found, _problems = policyfile.parse_policy(path.read_bytes(), path)
    assert found is not None
    return rulebook.build_rulebook(found.policy)


def words_set(mapping: ImportMapping) -> Iterator[tuple[str, str]]:
    """Every word that a mapping writes into a field."""
    for name, source in mapping.fields.items():
        yield from ((name, word) for word in (*source.values.values(), source.else_) if word is not None)
    yield from mapping.constants.items()


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_knows_every_word_of_the_mapping_of_its_name(name: str) -> None:
    mapping, rules = shipped_mapping(name), shipped_rules(name)
    unknown = [
        (field, word)
        for field, word in words_set(mapping)
        if rules.words.get(field) and word not in rules.words[field]
    ]
    assert unknown == []
    eventmapping.check_mapped_steps(mapping, rules)


@pytest.mark.parametrize("name", sample(NAMES, 2))
def test_real_rows_of_the_register_are_taken_in(tmp_path: Path, name: str) -> None:
    book = make_book(tmp_path, policy_of(name))
    path, mapping = tmp_path / "table.csv", shipped_mapping(name)
    rows = ROWS[name]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = book.json("import", "csv", str(path), "--map", name)
    assert (done["rows"], done["rejected"]) == (len(rows), 0)
    assert done["new"] == len({row[mapping.id.column[0]] for row in rows})
