"""Reads the allow-list beside the policy: texts that may stand where personal data do not belong."""

from pathlib import Path
from typing import Final

from complaintctl.domain.privacy.linting.lint_findings import AllowedText, AllowFile
from complaintctl.domain.problems import Fault, Problem
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.policy import acceptedfile

ALLOW_FILE: Final = "lint-allow.yaml"


def read_allow_list(path: Path) -> tuple[tuple[AllowedText, ...], list[Problem]]:
    """Returns the entries of an allow-list and its problems; without such a file, neither."""
    if not path.exists():
        return (), []
    data, problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    if data is None:
        return (), problems
    parsed = acceptedfile.parse_accepted(path, data, AllowFile, _entry_faults)
    content, problems = parsed
    return (content.allowed if content is not None else ()), problems


def _entry_faults(content: AllowFile) -> list[Fault]:
    faults = []
    for index, entry in enumerate(content.allowed):
        if not entry.reason.strip() or not entry.who.strip():
            faults.append(Fault(key="allow-no-reason", path=("allowed", index)))
        if bool((entry.text or "").strip()) == bool((entry.pattern or "").strip()):
            faults.append(Fault(key="allow-text-or-pattern", path=("allowed", index)))
    return faults
