"""The published JSON Schema of a failure, from the sentences and the list of keys."""

from typing import Any, Final

from complaintctl.render.failures.failure_schema import error_branches, failure_schema
from complaintctl.render.failures.usage_errors import other_failure_facts
from complaintctl.storage.schemas import output_schema
from complaintctl.storage.schemas.failure_keys import failure_keys

# Stands among the names of the commands: what any of them prints if it fails.
ERROR: Final = "error"


def error_schema() -> dict[str, Any]:
    """Returns the JSON Schema of what a command prints with --json if it fails."""
    branches = error_branches(failure_keys(), other_failure_facts())
    return {
        "$schema": output_schema.SCHEMA_DIALECT,
        "$id": f"{output_schema.ID_BEGINNING}:output:{ERROR}:{output_schema.OUTPUT_VERSION}",
        "title": "A failure",
        "description": "What a command prints on stdout, on one line, if it fails and was asked for JSON.",
        **failure_schema(branches, output_schema.OUTPUT_VERSION),
    }
