"""Classification: level and class; the playbook of the class is shown."""

from complaintctl.commands import desk, options, recorder
from complaintctl.domain.lifecycle import Request
from complaintctl.errors import Misspelt
from complaintctl.render import cases


def classify(
    case: options.Case,
    level: options.Level = None,
    category: options.Category = None,
    department: options.Department = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Set level and class, and show what the class asks to be checked."""
    if level is None and category is None:
        raise Misspelt("nothing-to-do", did="classify", options=["--level", "--category"])
    how = recorder.How(at=at, by=by, no_commit=no_commit, as_json=as_json)
    texts = {"level": level, "category": category, "department": department}
    done = recorder.record(
        case,
        how,
        lambda here: Request(
            did="classify",
            facts=desk.with_department(here, desk.facts_from(here, texts, sets)),
            via=desk.channel(here, via),
            text=text,
        ),
    )
    if not as_json and (playbook := cases.playbook_text(done.policy, done.case.category)):
        desk.say(playbook)
