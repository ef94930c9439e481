"""Reads and extends `duties.yaml`: when the recurring duties of the policy were done."""

from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines.duties import DutyRecord, DutyRecords
from complaintctl.domain.problems import Problem
from complaintctl.storage.case import schema
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.quoting import scalar_text

DUTIES_FILE: Final = "duties.yaml"
_HEAD: Final = "# When the duties of the policy were done: complaintctl duty NAME\ndone:\n"


def read_duty_records(casebook: Casebook) -> tuple[tuple[DutyRecord, ...], list[Problem]]:
    """Returns what is recorded, and the problems of the file; a missing file has no records."""
    path = casebook.root / DUTIES_FILE
    if not path.exists():
        return (), []
    data, problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    if data is None:
        return (), problems
    reading = yamltext.parse_yaml(data, with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    if problems or not isinstance(reading.root, dict):
        return (), problems
    root = {name: value for name, value in reading.root.items() if value is not None}
    found, faults = schema.object_from_texts(DutyRecords, root)
    problems = [problem_at_fault(path, reading, fault, None) for fault in faults]
    return found.done if found is not None and not problems else (), problems


def append_duty_record(content: bytes, record: DutyRecord) -> bytes:
    """Returns the file with one more line at its end; the lines before it stay as they are."""
    text = content.decode() or _HEAD
    text = text if text.endswith("\n") else f"{text}\n"
    values = {
        "duty": scalar_text(record.duty, in_flow=True),
        "at": record.at.isoformat(),
        "by": scalar_text(record.by, in_flow=True),
        "text": scalar_text(record.text, in_flow=True) if record.text else "",
        "recorded": fields.value_text(record.recorded) or "",
        "recorded_by": scalar_text(record.recorded_by, in_flow=True) if record.recorded_by else "",
    }
    entries = ", ".join(f"{name}: {value}" for name, value in values.items() if value)
    return f"{text}  - {{{entries}}}\n".encode()
