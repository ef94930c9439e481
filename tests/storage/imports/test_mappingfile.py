"""Tests mapping files: short forms, and faults with line and column."""

from pathlib import Path

import pytest

from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.mapping import ImportMapping
from complaintctl.storage.imports import mappingfile

GOOD = """\
mapping: 1
system: shop
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: [No, number]
received: came
closed: {column: done, optional: true}
promise: {by: until, what: respond}
fields:
  title: subject
  channel: {column: via, values: {T: phone, 电话: phone}, else: other}
  outcome: {column: result, values: {ok: upheld}}
constants: {department: service}
ignore: [junk]
"""


def read(folder: Path, text: str) -> tuple[ImportMapping | None, list[str]]:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    mapping, problems = mappingfile.read_mapping(path)
    return mapping, [f"{problem.line}:{problem.column} {problem.key}" for problem in problems]


def test_a_column_may_be_written_as_a_word_a_list_or_in_full(tmp_path: Path) -> None:
    mapping, problems = read(tmp_path, GOOD)
    assert problems == []
    assert mapping is not None
    assert mapping.id.column == ("No", "number")
    assert mapping.fields["title"].column == ("subject",)
    assert mapping.fields["channel"].else_ == "other"
    assert mapping.promise is not None
    assert (mapping.promise.by.column, mapping.promise.what) == (("until",), "respond")


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    _, problems = read(
        tmp_path,
        """\
mapping: 1
system: my shop
timezone: Asia/Peking
times: ["%H:%M", "%Y-%m-%d", "%Y-%m-%d %M:%M"]
encoding: utf-99
delimiter: ";;"
id: {column: a, optional: true}
received: []
fields:
  titel: a
  status: b
  customer: c
  outcome: {column: d, values: {x: perhaps}, else: who knows}
  satisfaction.overall: {column: e, values: {good: five}}
  channel: f
constants: {channel: web}
""",
    )
    assert problems == [
        "2:9 mapping-system",
        "3:11 unknown-zone",
        "4:9 mapping-layout",
        "4:30 mapping-layout",
        "5:11 mapping-encoding",
        "6:12 mapping-delimiter",
        "7:5 mapping-not-optional",
        "8:11 mapping-no-column",
        "10:10 unknown-field",
        "11:11 mapping-guarded",
        "12:13 unknown-field",
        "13:36 mapping-wrong-word",
        "13:52 mapping-wrong-word",
        "14:52 mapping-wrong-word",
        "16:22 mapping-twice",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1 file-empty"),
        ("- a\n", "1:1 not-a-mapping"),
        ("mapping: 1\nsystem: a\nsystem: b\n", "3:1 duplicate-key"),
        (GOOD + "colour: red\n", "15:1 unknown-key"),
        (GOOD.replace("mapping: 1", "mapping: 2"), "1:10 not-one-of"),
        (GOOD.replace("title: subject", "title: {columns: subject}"), "10:11 unknown-key"),
        (GOOD.replace("received: came\n", ""), "1:1 field-missing"),
    ],
)
def test_what_is_no_mapping_is_named(tmp_path: Path, text: str, problem: str) -> None:
    mapping, problems = read(tmp_path, text)
    assert mapping is None
    assert problem in problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD + "zones: {CET: Europe/Bonn}\n", "15:14 unknown-zone"),
        (GOOD + "language: xx\n", "15:11 mapping-language"),
        (GOOD + "delimiter: tabs\n", "15:12 mapping-delimiter"),
        (GOOD + 'escape: ","\n', "15:9 mapping-escape"),
        (GOOD + "empty: {a: b}\n", "15:8 not-a-list"),
        (GOOD + "steps: {close: done}\n", "15:16 mapping-step"),
        (GOOD + "steps: {ack: []}\n", "15:14 mapping-no-column"),
        (GOOD.replace('"%Y-%m-%d %H:%M"', '"%Y-%m-%d %H:%M CET"'), "4:8 mapping-layout-zone"),
        (GOOD.replace('"%Y-%m-%d %H:%M"', '"%Y-%m-%d %I:%M"'), "4:8 mapping-layout-hour"),
        (GOOD.replace('"%Y-%m-%d %H:%M"', "exel"), "4:8 mapping-layout"),
        (GOOD.replace("title: subject", "title: {column: a, join: [b, c]}"), "10:28 mapping-column-or-join"),
        (GOOD.replace("title: subject", "title: {column: a, zone: b}"), "10:28 mapping-no-time"),
        (GOOD.replace("title: subject", "title: {column: a, part: '(a)(b)'}"), "10:28 mapping-part"),
        (GOOD.replace("title: subject", "title: {column: a, part: '('}"), "10:28 mapping-part"),
        (GOOD.replace("title: subject", "title: {column: a, split: ''}"), "10:29 mapping-split"),
        (GOOD.replace("title: subject", "title: {column: a, unreadable: skip}"), "10:34 not-one-of"),
        (GOOD.replace("title: subject", "watchers: subject"), "10:13 mapping-list"),
        (GOOD.replace("title: subject", "title: {column: a, when: {b: {c: d}}}"), "10:32 not-a-list"),
        (
            GOOD.replace("received: came", "received: {column: came, when: {b: c}}"),
            "6:32 mapping-not-optional",
        ),
        (GOOD.replace("optional: true", "unreadable: warn"), "7:36 mapping-not-optional"),
        (GOOD.replace("received: came", "received: {column: came, split: ';'}"), "6:33 mapping-split"),
    ],
)
def test_what_a_mapping_says_about_cells_and_files_is_checked(
    tmp_path: Path, text: str, problem: str
) -> None:
    mapping, problems = read(tmp_path, text)
    assert mapping is None
    assert problems == [problem]


def test_null_is_a_word_in_a_mapping_but_no_value(tmp_path: Path) -> None:
    mapping, problems = read(
        tmp_path,
        GOOD.replace(
            "values: {T: phone, 电话: phone}, else: other", "values: {NULL: phone, x: null, y: }, else: ~"
        )
        .replace("closed: {column: done, optional: true}", "closed: null")
        .replace("  outcome: {column: result, values: {ok: upheld}}\n", "")
        + "empty: [NULL, ~]\n",
    )
    assert problems == []
    assert mapping is not None
    channel = mapping.fields["channel"]
    assert (channel.values, channel.else_) == ({"NULL": "phone", "x": "", "y": ""}, None)
    assert (mapping.empty, mapping.closed) == (("NULL", "~"), None)


EVENTS = """\
mapping: 1
system: desk
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: case
events:
  time: when
  by: [who, person]
  activity: {column: what, values: {Shut: close}, else: note}
"""


def test_the_columns_of_events_may_be_written_short_and_the_receipt_left_out(tmp_path: Path) -> None:
    mapping, problems = read(tmp_path, EVENTS)
    assert problems == []
    assert mapping is not None
    assert mapping.received is None
    assert mapping.events is not None
    assert mapping.events.by is not None
    assert (mapping.events.time.column, mapping.events.by.column) == (("when",), ("who", "person"))
    assert (mapping.events.activity.values, mapping.events.activity.else_) == ({"Shut": "close"}, "note")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (EVENTS.replace(", values: {Shut: close}", ""), "9:13 mapping-no-activities"),
        (EVENTS.replace("Shut: close", "Shut: approve"), "9:43 mapping-activity"),
        (EVENTS.replace("else: note", "else: open"), "9:57 mapping-activity"),
        (EVENTS + "closed: done\n", "9:43 mapping-two-closings"),
        (EVENTS + "fields: {outcome: result}\n", "10:19 mapping-outcome"),
        (EVENTS + "  owner: chief\nfields: {owner: boss}\n", "10:10 mapping-twice"),
        (EVENTS.replace("time: when", "time: {column: when, optional: true}"), "7:9 mapping-not-optional"),
        (EVENTS.replace("time: when", "time: []"), "7:9 mapping-no-column"),
        (EVENTS.replace("  time: when\n", ""), "7:3 field-missing"),
        (EVENTS + "  colour: red\n", "10:3 unknown-key"),
        (EVENTS + "steps: {ack: first}\n", "10:14 mapping-steps-and-events"),
        (EVENTS.replace("else: note", "else: as it is"), "9:57 mapping-activity"),
    ],
)
def test_what_cannot_work_about_events_is_named_with_its_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    mapping, problems = read(tmp_path, text)
    assert mapping is None
    assert problems == [problem]


@pytest.mark.parametrize("name", mappingfile.shipped_mapping_names())
def test_the_shipped_mappings_are_faultless_and_found_by_name(name: str) -> None:
    mapping, problems = mappingfile.read_mapping(mappingfile.find_mapping(name))
    assert problems == []
    assert mapping is not None
    assert mapping.system == name


def test_a_name_that_is_neither_file_nor_shipped_names_the_shipped_ones() -> None:
    with pytest.raises(InvalidInput) as failure:
        mappingfile.find_mapping("bosten311")
    assert failure.value.values["choices"] == ["boston311", "cfpb", "helpdesk-italian", "receipt-wabo"]
