"""The text of an event: only changed parts, each with its name."""

import dataclasses
from datetime import UTC, datetime

import pytest

from complaintctl.domain.case import case as cases
from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.case import events
from complaintctl.render.text import language

LISTS = (cases.Promise, cases.Task, cases.Action, cases.Measure, cases.Attachment)


@pytest.mark.parametrize("entry", LISTS)
def test_every_part_of_an_entry_has_a_name(entry: type) -> None:
    assert {one.name for one in dataclasses.fields(entry)} - {"sha256"} <= set(events.ENTRY_LABELS)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "actions: 1. done 2026-11-20 12:40, effective no; 2. what foil, who li.wei, required yes; crisis: yes"),
        ("zh", "纠正措施：1. 已执行 2026-11-20 12:40、有效 否；2. 内容 foil、执行人 li.wei、结案必需 是；危机：是"),
    ],
)  # fmt: skip
def test_an_event_says_only_what_changed_in_a_list(lang: language.Language, said: str) -> None:
    before = {"what": "glue", "who": "li.wei"}
    after = {**before, "done": "2026-11-20T12:40:00+08:00", "effective": "false"}
    changed = ([before], [after, {"what": "foil", "who": "li.wei", "required": "true"}])
    at = datetime(2026, 11, 20, 4, 40, tzinfo=UTC)
    event = Event(at=at, by="li.wei", did="note", set={"actions": changed, "crisis": (None, "true")})
    book = build_rulebook(Policy(complaintctl="1", name="t", timezone="Asia/Shanghai"))

    was = language.current_language()
    language.set_language(lang)
    language.show_keys(wanted=False)
    try:
        assert events.event_text(event, book) == said
    finally:
        language.set_language(was)


def test_a_history_that_somebody_wrote_by_hand_is_told_as_it_stands() -> None:
    changed = {
        "actions": (None, ["x"]),
        "received": (None, "2026-13-45T99:99"),
        "tasks": (None, [{"kind": 5}]),
    }
    event = Event(at=datetime(2026, 11, 20, tzinfo=UTC), by="li.wei", did="edit", set=changed)

    said = events.event_text(
        event, build_rulebook(Policy(complaintctl="1", name="t", timezone="Asia/Shanghai"))
    )

    assert said == "actions: x; received: 2026-13-45T99:99; tasks: 1. kind 5"
