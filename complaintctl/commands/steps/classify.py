"""The step `classify`: sets level and class."""

from collections.abc import Mapping

from complaintctl.commands import options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import Session, add_department, parse_channel, parse_fields, print_message
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.case.cases import playbook_lines


@with_event_options
def classify(
    cases: Cases = None,
    level: options.Level = None,
    category: options.Category = None,
    department: options.Department = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Set level and class, and print the playbook of the class."""
    texts = {"level": level, "category": category, "department": department}
    # Of several cases, nothing is asked.
    asking = write_options.may_ask and not write_options.where and len(cases or ()) == 1
    recorded = recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="classify",
            fields=_parse_grading_fields(session, texts, sets, asking=asking),
            via=parse_channel(session, via),
            text=text,
        ),
    )
    if not write_options.as_json and len(recorded) == 1:
        for line in playbook_lines(recorded[0].policy, recorded[0].case.category):
            print_message(line)


def _parse_grading_fields(
    session: Session, texts: Mapping[str, str | None], sets: list[str] | None, *, asking: bool
) -> dict[str, object]:
    """Returns the field values as typed; raises InvalidInput if neither level nor class is given and no grading exists."""
    values = parse_fields(session, texts, sets)
    if not ({"level", "category"} & values.keys() or asking or session.rules.policy.grading):
        raise InvalidInput("nothing-to-do", did="classify", options=["--level", "--category"])
    return add_department(session, values)
