"""Trying every template on invented cases of the casebook's own policy: what is wrong with it, and where."""

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
from complaintctl.render.documents import template_context
from complaintctl.render.documents.template_context import DocumentInput
from complaintctl.render.overview.check_result import problem_json
from complaintctl.render.text import language
from complaintctl.storage.documents import formfile, letterfile, sandbox
from complaintctl.storage.documents.formfile import FormFile
from complaintctl.storage.documents.letterfile import LetterFile
from complaintctl.storage.documents.sandbox import TemplateFault, TemplateJob

# An invented Monday, and the day that the letters are written: promises have passed by then.
_RECEIVED: Final = datetime(2026, 3, 2, 9)  # noqa: DTZ001 -- it gets the zone of the policy
_UNKNOWN_NAME_KEYS: Final = frozenset({"template-unknown-name", "template-lacks"})
_LATER: Final = timedelta(days=30)
_SENDER: Final = Sender(name="Example Ltd", address="1 Road", phone="+86 10 1234", email="care@example.com")


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplatePart:
    """A text to be tried: its first line is line `first` of the file; `form` is whose gaps it fills."""

    name: str
    first: int
    source: str
    escape: Literal["none", "markdown", "form"]
    contexts: tuple[Mapping[str, Any], Mapping[str, Any]]
    form: FormFile | None


def find_template_faults(session: Session, kind: str | None) -> list[Problem]:
    """What is wrong with the templates (of one kind), by file and line; each fault once."""
    spoken = language.current_language()
    try:
        found = [one for each in language.LANGUAGES for one in _language_faults(session, kind, each)]
    finally:
        language.set_language(spoken)
    if kind is None:
        found += letterfile.misnamed_letters(session.casebook.root) + formfile.misnamed_forms(
            session.casebook.root
        )
    named = {(one.key, one.file, one.line, str(one.values)): one for one in found}
    return sorted(named.values(), key=_file_and_line)


def _file_and_line(found: Problem) -> tuple[str, int]:
    facts = found.values
    file = str(facts.get("template") or facts.get("file") or found.file)
    return Path(file).name, int(str(facts.get("line") or found.line))


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
    for name, path in formfile.form_files(root).items():
        if kind in {None, name}:
            form, problems = formfile.read_form(path)
            yield from problems
            if form:
                told = letter_writing.display_path(path, session)
                contexts = _contexts(session, ())
                parts.append(
                    TemplatePart(
                        name=told, first=1, source=form.source, escape="form", contexts=contexts, form=form
                    )
                )
    yield from _try_parts(parts)


def _letter_parts(session: Session, letter: LetterFile) -> Iterator[TemplatePart]:
    name, contexts = letter_writing.display_path(letter.path, session), _contexts(session, letter.head.needs)
    told: dict[str, Any] = {"name": name, "contexts": contexts, "form": None}
    yield TemplatePart(
        first=letter_writing.head_line_number(letter, "subject"),
        source=letter.head.subject,
        escape="none",
        **told,
    )
    yield TemplatePart(first=1, source=letter.body, escape="markdown", **told)


def _contexts(session: Session, needs: tuple[str, ...]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Two contexts to try templates with: a case with every field, and one with only what the letter needs."""
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
    """Every part read for names that there are not, then filled with both cases."""
    templates = {str(place): part.source for place, part in enumerate(parts)}
    looks = [_sandbox_job(place, part, 0) for place, part in enumerate(parts)]
    read = sandbox.find_unknown_names(templates, looks)
    told = [_stop_problem(part, one) for part, unknown in zip(parts, read, strict=True) for one in unknown]
    yield from told
    places = {_file_and_line(one) for one in told}
    tries = [(part, _sandbox_job(place, part, which)) for place, part in enumerate(parts) for which in (0, 1)]
    filled = sandbox.fill_templates(templates, [job for _part, job in tries])
    for (part, _done), found in zip(tries, filled, strict=True):
        if isinstance(found, TemplateFault):
            one = _stop_problem(part, found)
            # Reading has said so already, by the name that the template gives it.
            if one.key not in _UNKNOWN_NAME_KEYS or _file_and_line(one) not in places:
                yield one
        elif part.form is not None:
            yield from _gap_faults(part.form, found)


def _sandbox_job(place: int, part: TemplatePart, which: int) -> TemplateJob:
    return TemplateJob(template=str(place), context=part.contexts[which], escape=part.escape)


def _stop_problem(part: TemplatePart, found: TemplateFault) -> Problem:
    facts = {**dataclasses.asdict(found), "template": part.name, "line": part.first + found.line - 1}
    return Problem(key=facts.pop("key"), values=facts)


def _gap_faults(form: FormFile, text: str) -> Iterator[Problem]:
    try:
        formfile.split_filled_gaps(form, text)
    except Broken as error:
        yield Problem(key=error.key, values=error.values)


def template_faults_json(found: list[Problem], root: Path) -> dict[str, Any]:
    """The findings for machines, each with its file and line."""
    entries = []
    for one in found:
        entry = problem_json(one, root)
        facts = entry["facts"]
        file = facts.pop("template", None) or facts.pop("file", None) or entry["file"]
        line = int(facts.pop("line", one.line))
        entries.append({**entry, "file": file, "line": line})
    return {"faults": entries}
