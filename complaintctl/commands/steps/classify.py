"""The step `classify`: sets level and class."""

from collections.abc import Mapping

from complaintctl.commands import options, recording
from complaintctl.commands.session import Session, add_department, parse_channel, parse_fields, print_message
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.case import cases


@with_write_options
def classify(
    case: options.Case,
    level: options.Level = None,
    category: options.Category = None,
    department: options.Department = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Set level and class, and print the playbook of the class."""
    texts = {"level": level, "category": category, "department": department}
    recorded = recording.record_event(
        case,
        write_options,
        lambda session: Request(
            did="classify",
            fields=_parse_grading_fields(session, texts, sets),
            via=parse_channel(session, via),
            text=text,
        ),
    )
    for line in (
        () if write_options.as_json else cases.playbook_lines(recorded.policy, recorded.case.category)
    ):
        print_message(line)


def _parse_grading_fields(
    session: Session, texts: Mapping[str, str | None], sets: list[str] | None
) -> dict[str, object]:
    """Returns the field values as typed; raises InvalidInput if neither level nor class is given and no grading exists."""
    if texts["level"] is None and texts["category"] is None and not session.rules.policy.grading:
        raise InvalidInput("nothing-to-do", did="classify", options=["--level", "--category"])
    return add_department(session, parse_fields(session, texts, sets))
