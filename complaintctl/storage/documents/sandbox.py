"""Fills templates in a separate process with limited memory and time."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from complaintctl.errors import Broken

# `python -I` ignores the environment and the current folder, so the path of this package is passed.
_WORKER_SCRIPT: Final = "import sys; sys.path.insert(0, sys.argv[1]); from complaintctl.storage.documents.worker import main; main()"
_PACKAGE: Final = str(Path(__file__).resolve().parents[3])
# For one run of the process, with its start; used if the limit inside the process did not work.
_TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateJob:
    """A template to be filled with a context: nested mappings of texts, numbers, booleans and lists.

    A field that is not set prints as an empty string on a form; elsewhere printing it is an error.
    """

    template: str
    context: Mapping[str, Any]
    escape: Literal["none", "markdown", "form"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateFault:
    """Why a template could not be filled: key, position, detail and the nearest known name."""

    key: str
    template: str
    line: int
    detail: str
    near: str


def fill_templates(templates: Mapping[str, str], jobs: Sequence[TemplateJob]) -> list[str | TemplateFault]:
    """Returns the text or the fault of each job; a job that is stopped does not affect the others."""
    done: list[str | TemplateFault] = []
    while left := jobs[len(done) :]:
        # Only the first job of a new process is blamed; a later one may have had too little time left.
        endless = TemplateFault(key="template-endless", template=left[0].template, line=1, detail="", near="")
        done += _run_jobs(templates, left) or [endless]
    return done


def find_unknown_names(
    templates: Mapping[str, str], jobs: Sequence[TemplateJob]
) -> list[list[TemplateFault]]:
    """Returns the unknown names in all branches of each template; other faults show only when it is filled."""
    faults: list[list[TemplateFault]] = []
    while left := jobs[len(faults) :]:
        done = _run_worker(templates, [{**_job_order(job), "read": True} for job in left]) or [{}]
        faults += [[_fault_from_answer(fault) for fault in answer.get("unknown", ())] for answer in done]
    return faults


def _run_jobs(templates: Mapping[str, str], jobs: Sequence[TemplateJob]) -> list[str | TemplateFault]:
    done = _run_worker(templates, [_job_order(job) for job in jobs])
    return [str(answer["text"]) if "text" in answer else _fault_from_answer(answer) for answer in done]


def _run_worker(templates: Mapping[str, str], jobs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Runs the jobs in a new process (D-068); returns its answers, fewer than jobs if it was stopped."""
    order = {"templates": dict(templates), "jobs": jobs}
    command = [sys.executable, "-I", "-c", _WORKER_SCRIPT, _PACKAGE]
    try:
        run = subprocess.run(
            command,
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        output, errors = run.stdout, run.stderr
    except subprocess.TimeoutExpired as error:
        output, errors = error.stdout or b"", b""
    lines = output.split(b"\n")[:-1]
    if not lines and errors:
        raise Broken("template-process", detail=errors.decode(errors="replace").strip().rpartition("\n")[2])
    return [json.loads(line) for line in lines]


def _job_order(job: TemplateJob) -> dict[str, Any]:
    return {"template": job.template, "context": job.context, "escape": job.escape}


def _fault_from_answer(answer: Mapping[str, Any]) -> TemplateFault:
    return TemplateFault(
        key=answer["fault"],
        template=answer["template"],
        line=answer["line"],
        detail=answer["detail"],
        near=answer.get("near", ""),
    )
