"""Tests the complaint register of a city with a policy of its rules: its classes and target dates."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: city
timezone: America/New_York
calendar: city
calendars:
  city:
    hours: {mon-fri: ["00:00-24:00"]}
    count: {day_off: moves, cutoff: "17:00", then: "08:30", until: same time}
categories:
  Missed Trash/Recycling/Yard Waste/Bulk Item: {}
  Heat - Excessive  Insufficient: {}
  "Signs: new, or missing": {}
steps:
  - step: respond
    within:
      Missed Trash/Recycling/Yard Waste/Bulk Item: 2bd
      Heat - Excessive  Insufficient: 30d
      "Signs: new, or missing": 10bd
"""
TRASH, HEAT, SIGNS = (
    "Missed Trash/Recycling/Yard Waste/Bulk Item",
    "Heat - Excessive  Insufficient",
    "Signs: new, or missing",
)
# 2011-07-01 is a Friday, and the Fourth of July a working day of this city.
REQUESTS = [
    (TRASH, "2011-07-01 07:12:05", "2011-07-05T07:12:05-04:00"),
    (TRASH, "2011-07-01 17:00:00", "2011-07-06T08:30:00-04:00"),
    (TRASH, "2011-07-02 10:00:00", "2011-07-06T10:00:00-04:00"),
    (SIGNS, "2011-07-03 18:00:00", "2011-07-19T08:30:00-04:00"),
    (HEAT, "2011-07-02 18:00:00", "2011-08-01T18:00:00-04:00"),
    # Over the end of daylight saving the time on the wall is kept.
    (HEAT, "2011-10-15 09:00:00", "2011-11-14T09:00:00-05:00"),
    (TRASH, "2011-11-04 18:00:00", "2011-11-09T08:30:00-05:00"),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("city")
    (folder / "city.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(folder, folder / "city.yaml", "America/New_York")


def test_names_with_slashes_colons_and_double_blanks_are_classes_like_any_other(book: Book) -> None:
    assert book.json("policy", "check")["policy"]["faults"] == []
    assert list(book.json("policy", "show")["policy"]["categories"]) == [TRASH, HEAT, SIGNS]


def test_imported_requests_are_due_when_the_city_says(book: Book, tmp_path: Path) -> None:
    table = tmp_path / "register.csv"
    rows = [
        f'{place},{opened},,,Open,{place},"{kind}",,Self Service\n'
        for place, (kind, opened, _) in enumerate(REQUESTS)
    ]
    head = "case_enquiry_id,open_dt,target_dt,closed_dt,case_status,case_title,type,department,source\n"
    table.write_text(head + "".join(rows), encoding="utf-8")
    assert book.json("import", "csv", str(table), "--map", "boston311")["new"] == len(REQUESTS)

    found = {entry["title"]: (entry["category"], entry["due"]) for entry in book.json("list")["cases"]}
    assert found == {str(place): (kind, due) for place, (kind, _, due) in enumerate(REQUESTS)}
