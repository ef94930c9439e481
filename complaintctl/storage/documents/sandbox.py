"""Filling templates where they can do no harm: another process, with little memory and little time."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from complaintctl.errors import Broken

# Isolated from environment and current folder: the package is found where this one lies.
_WORKER_SCRIPT: Final = "import sys; sys.path.insert(0, sys.argv[1]); from complaintctl.storage.documents.worker import main; main()"
_PACKAGE: Final = str(Path(__file__).resolve().parents[3])
# Of one job, starting the process included; what the system's own limit did not end.
_TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateJob:
    """A template to be filled with facts: nested maps of texts, numbers, truth values and lists.

    On a form a fact that is not known is nothing; elsewhere printing it is an error.
    """

    template: str
    context: Mapping[str, Any]
    escape: Literal["none", "markdown", "form"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateFault:
    """Why a template gave no text: a key, where it stands, and what it is about."""

    key: str
    template: str
    line: int
    detail: str
    near: str


def fill_templates(templates: Mapping[str, str], jobs: Sequence[TemplateJob]) -> list[str | TemplateFault]:
    """The text of every job, or why there is none; one that is stopped keeps no other from being done."""
    done: list[str | TemplateFault] = []
    while left := jobs[len(done) :]:
        # Only what a fresh process could not do is to blame; one that worked off many may just be tired.
        endless = TemplateFault(key="template-endless", template=left[0].template, line=1, detail="", near="")
        done += _run_jobs(templates, left) or [endless]
    return done


def find_unknown_names(
    templates: Mapping[str, str], jobs: Sequence[TemplateJob]
) -> list[list[TemplateFault]]:
    """The names in each template that its facts do not have, in every branch of it; filling tells the other faults."""
    told: list[list[TemplateFault]] = []
    while left := jobs[len(told) :]:
        done = _run_worker(templates, [{**_job_order(job), "read": True} for job in left]) or [{}]
        told += [[_fault_from_answer(one) for one in answer.get("unknown", ())] for answer in done]
    return told


def _run_jobs(templates: Mapping[str, str], jobs: Sequence[TemplateJob]) -> list[str | TemplateFault]:
    done = _run_worker(templates, [_job_order(job) for job in jobs])
    return [str(answer["text"]) if "text" in answer else _fault_from_answer(answer) for answer in done]


def _run_worker(templates: Mapping[str, str], jobs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a fresh process answers, for as many of the jobs as it comes to."""
    order = {"templates": dict(templates), "jobs": jobs}
    command = [sys.executable, "-I", "-c", _WORKER_SCRIPT, _PACKAGE]
    try:
        ended = subprocess.run(
            command,
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        output, said = ended.stdout, ended.stderr
    except subprocess.TimeoutExpired as stopped:
        output, said = stopped.stdout or b"", b""
    lines = output.split(b"\n")[:-1]
    if not lines and said:
        raise Broken("template-process", detail=said.decode(errors="replace").strip().rpartition("\n")[2])
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
