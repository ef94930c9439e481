"""Checks every template by filling it with invented cases of the casebook's policy; faults have file and line."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from complaintctl.commands.documents import letter_writing
from complaintctl.commands.session import Session
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.policy.policy import Sender
from complaintctl.domain.policy_check import examples
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken
from complaintctl.render.check.check_result import problem_json
from complaintctl.render.documents import template_context
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.render.text import language
from complaintctl.storage.documents import formfile, headedfile, letterfile, paperfile, presetfile, sandbox
from complaintctl.storage.documents.formfile import FormFile
from complaintctl.storage.documents.letterfile import LetterFile
from complaintctl.storage.documents.paperfile import PaperFile
from complaintctl.storage.documents.sandbox import TemplateFault, TemplateJob

# An invented Monday; the letters are written 30 days later (_LATER), when the promises of the example are past.
_RECEIVED: Final = datetime(2026, 3, 2, 9)  # noqa: DTZ001 -- it gets the zone of the policy
_UNKNOWN_NAME_KEYS: Final = frozenset({"template-unknown-name", "template-lacks"})
_LATER: Final = timedelta(days=30)
_SENDER: Final = Sender(name="Example Ltd", address="1 Road", phone="+86 10 1234", email="care@example.com")


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplatePart:
    """A template text to try. `first` is its first line in the file; `form` is the form whose gaps it fills, if any."""

    name: str
    first: int
    source: str
    escape: Literal["none", "markdown", "form"]
    contexts: tuple[Mapping[str, Any], Mapping[str, Any]]
    form: FormFile | None


def find_template_faults(session: Session, kind: str | None) -> list[Problem]:
    """Returns the faults of all templates, or those of one kind, sorted by file and line, without duplicates."""
    current_language = language.current_language()
    try:
        faults = [
            fault
            for language_key in language.LANGUAGES
            for fault in _language_faults(session, kind, language_key)
        ]
    finally:
        language.set_language(current_language)
    if kind is None:
        root = session.casebook.root
        faults += letterfile.misnamed_letters(root) + formfile.misnamed_forms(root)
        faults += paperfile.misnamed_papers(root) + presetfile.misnamed_presets(root)
    distinct = {(fault.key, fault.file, fault.line, str(fault.values)): fault for fault in faults}
    return sorted(distinct.values(), key=_file_and_line)


def _file_and_line(problem: Problem) -> tuple[str, int]:
    values = problem.values
    file = str(values.get("template") or values.get("file") or problem.file)
    return Path(file).name, int(str(values.get("line") or problem.line))


def _language_faults(session: Session, kind: str | None, spoken: language.Language) -> Iterator[Problem]:
    language.set_language(spoken)
    root, parts = session.casebook.root, list[TemplatePart]()
    for (name, written), path in letterfile.letter_files(root).items():
        if written == spoken and kind in {None, name}:
            letter, problems = letterfile.read_letter(path)
            yield from problems
            if letter:
                yield from letter_writing.letter_head_faults(session, letter)
                parts += _letter_parts(session, letter)
    for path in _chosen(formfile.form_files(root), kind):
        form, problems = formfile.read_form(path)
        yield from problems
        parts += [_form_part(session, form)] if form else []
    for path in _chosen(presetfile.preset_files(root), kind):
        yield from presetfile.read_preset(path)[1]
    papers = {
        name: path for (name, written), path in paperfile.paper_files(root).items() if written == spoken
    }
    for path in _chosen(papers, kind):
        paper, problems = paperfile.read_paper(path)
        yield from problems
        parts += _paper_parts(session, paper) if paper else ()
    yield from _try_parts(parts)


def _form_part(session: Session, form: FormFile) -> TemplatePart:
    name = letter_writing.display_path(form.path, session)
    return TemplatePart(
        name=name, first=1, source=form.source, escape="form", contexts=_contexts(session, ()), form=form
    )


def _chosen(files: Mapping[str, Path], kind: str | None) -> list[Path]:
    return [path for name, path in files.items() if kind in {None, name}]


def _paper_parts(session: Session, paper: PaperFile) -> Iterator[TemplatePart]:
    from complaintctl.commands.documents import paper_check

    received = _RECEIVED.replace(tzinfo=session.rules.zone)
    full = examples.full_example(session.rules.policy, received, received + _LATER)
    contexts = paper_check.paper_contexts(session, paper.kind, full)
    name = letter_writing.display_path(paper.path, session)
    common: dict[str, Any] = {"name": name, "contexts": contexts, "form": None}
    line = headedfile.head_line_number(paper.path, "subject")
    yield TemplatePart(first=line, source=paper.head.subject, escape="none", **common)
    yield TemplatePart(first=1, source=paper.body, escape="markdown", **common)


def _letter_parts(session: Session, letter: LetterFile) -> Iterator[TemplatePart]:
    name, contexts = letter_writing.display_path(letter.path, session), _contexts(session, letter.head.needs)
    common: dict[str, Any] = {"name": name, "contexts": contexts, "form": None}
    yield TemplatePart(
        first=letter_writing.head_line_number(letter, "subject"),
        source=letter.head.subject,
        escape="none",
        **common,
    )
    yield TemplatePart(first=1, source=letter.body, escape="markdown", **common)


def _contexts(session: Session, needs: tuple[str, ...]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Returns two contexts: of a case with every field, and of a case with only the fields that the letter needs."""
    policy, received = session.rules.policy, _RECEIVED.replace(tzinfo=session.rules.zone)
    # D-074: invented from the policy of the casebook.
    full = examples.full_example(policy, received, received + _LATER)
    bare = examples.copy_needed_fields(examples.minimal_example(received), needs, full)
    if "promised" in needs or "coming" in needs:
        bare = dataclasses.replace(bare, promised=full.promised)
    signed = build_rulebook(dataclasses.replace(policy, sender=_SENDER))
    return _context(signed, full, "text"), _context(session.rules, bare, "text" if "text" in needs else None)


def _context(rules: Rulebook, case: Case, text: str | None) -> Mapping[str, Any]:
    judged = deadlines.judge_case(case, rules, case.received + _LATER)
    return template_context.template_context(
        DocumentInput(judged=judged, rules=rules, by="example", text=text)
    )


def _try_parts(parts: list[TemplatePart]) -> Iterator[Problem]:
    """Yields the faults: unknown names in the source, then faults of filling it with both contexts."""
    templates = {str(index): part.source for index, part in enumerate(parts)}
    read_jobs = [_sandbox_job(index, part, 0) for index, part in enumerate(parts)]
    unknown_names = sandbox.find_unknown_names(templates, read_jobs)
    name_problems = [
        _stop_problem(part, fault)
        for part, faults in zip(parts, unknown_names, strict=True)
        for fault in faults
    ]
    yield from name_problems
    reported_lines = {_file_and_line(problem) for problem in name_problems}
    attempts = [
        (part, _sandbox_job(index, part, context_index))
        for index, part in enumerate(parts)
        for context_index in (0, 1)
    ]
    filled = sandbox.fill_templates(templates, [job for _part, job in attempts])
    for (part, _done), result in zip(attempts, filled, strict=True):
        if isinstance(result, TemplateFault):
            problem = _stop_problem(part, result)
            # The first pass has already reported unknown names on this line.
            if problem.key not in _UNKNOWN_NAME_KEYS or _file_and_line(problem) not in reported_lines:
                yield problem
        elif part.form is not None:
            yield from _gap_faults(part.form, result)


def _sandbox_job(index: int, part: TemplatePart, context_index: int) -> TemplateJob:
    return TemplateJob(template=str(index), context=part.contexts[context_index], escape=part.escape)


def _stop_problem(part: TemplatePart, fault: TemplateFault) -> Problem:
    values = {**dataclasses.asdict(fault), "template": part.name, "line": part.first + fault.line - 1}
    return Problem(key=values.pop("key"), values=values)


def _gap_faults(form: FormFile, text: str) -> Iterator[Problem]:
    try:
        formfile.split_filled_gaps(form, text)
    except Broken as error:
        yield Problem(key=error.key, values=error.values)


def template_faults_json(found: list[Problem], root: Path) -> dict[str, Any]:
    """Returns the faults as JSON, each with its file and line."""
    entries = []
    for problem in found:
        entry = problem_json(problem, root)
        values = entry["facts"]
        file = values.pop("template", None) or values.pop("file", None) or entry["file"]
        line = int(values.pop("line", problem.line))
        entries.append({**entry, "file": file, "line": line})
    return {"faults": entries}
