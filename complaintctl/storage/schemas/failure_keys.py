"""The keys of all failures, from templates/schemas/failures.yaml; a test compares them with the code."""

import yaml

from complaintctl.storage.schemas.output_schema import SCHEMAS_FOLDER


def failure_keys() -> list[str]:
    """Returns the keys of the failures that have a sentence in render/sentences/."""
    text = (SCHEMAS_FOLDER / "failures.yaml").read_text(encoding="utf-8")
    keys: list[str] = yaml.load(text, Loader=yaml.CSafeLoader)
    return keys
