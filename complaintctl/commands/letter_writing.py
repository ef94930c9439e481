"""Filling a letter for a case: as it would stand once the customer was told."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.commands import desk, recorder
from complaintctl.commands.desk import Desk
from complaintctl.domain import deadlines, knowledge, lifecycle
from complaintctl.domain.case import Case
from complaintctl.domain.clocks import Judged
from complaintctl.domain.lifecycle import Request
from complaintctl.domain.rulebook import moment_in
from complaintctl.errors import Broken, Misspelt, Refused
from complaintctl.render import template_facts
from complaintctl.render.template_facts import Writing
from complaintctl.storage import letterfile, sandbox
from complaintctl.storage.letterfile import Letter
from complaintctl.storage.sandbox import Job, Stopped

# What a letter may need beside the facts of a case: these lists and texts.
_SHOWN: Final = frozenset({"late", "promised", "text"})
# Facts that a command of its own records; every other one is set by `edit`.
_COMMANDS: Final = {
    "text": "letter {case} {letter} --text TEXT",
    "promised": "ack {case} --promise-by +48h",
    "outcome": "respond {case} --outcome OUTCOME",
    "remedy.kind": "execute {case} --remedy REMEDY",
    "plan.remedy": "plan {case} --remedy REMEDY",
    "plan.measures": "plan {case} --measure TEXT",
    "cause.class": "investigate {case} --cause CAUSE",
    "cause.finding": "investigate {case} --finding TEXT",
    "level": "classify {case} --level LEVEL",
    "category": "classify {case} --category CLASS",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A filled letter (Markdown, facts escaped), with the case that it was filled from."""

    letter: Letter
    case: Case
    subject: str
    body: str


def template(here: Desk, kind: str, language: str) -> Letter:
    """The letter of that kind in that language; raises Misspelt for an unknown one, Broken for a faulty file."""
    path = letterfile.find(here.book.root, kind, language)
    letter, problems = letterfile.read(path)
    if letter is None:
        desk.say_problems(problems, here.book.root)
        raise Broken("template-faulty", file=_shown(path, here))
    return letter


def write(here: Desk, part: str, letter: Letter, request: Request, how: recorder.How) -> Written:
    """The letter as it reads once it was sent; raises Refused naming what it lacks and how to record that.

    Raises Broken where the template is at fault.
    """
    one = desk.one_case(here, part, moment_in(here.rules, here.now))
    judged = _once_told(here, one.judged, request, how)
    writing = Writing(judged=judged, book=here.rules, by=recorder.act(here, how).by, text=request.text)
    facts = template_facts.facts_of(writing)
    for need in letter.head.needs:
        known = _is_shown(facts[need]) if need in _SHOWN else knowledge.is_known(judged.case, need)
        if not known:
            raise lacks(judged.case, letter, need)
    name = _shown(letter.path, here)
    jobs = [
        Job(template="subject", context=facts, escape="none"),
        Job(template=name, context=facts, escape="markdown"),
    ]
    filled = sandbox.fill({"subject": letter.head.subject, name: letter.body}, jobs)
    subject, body = (_text(judged.case, letter, found) for found in filled)
    return Written(letter=letter, case=judged.case, subject=" ".join(subject.split()), body=body)


def _is_shown(fact: object) -> bool:
    """Whether there is such a text, or anything in such a list."""
    return bool(fact) and not isinstance(fact, dict)


def _once_told(here: Desk, judged: Judged, request: Request, how: recorder.How) -> Judged:
    """The case with the event that sending is, so that what it promises stands in it; as it is where that is refused."""
    try:
        after = lifecycle.decide(judged.case, here.rules, request, recorder.act(here, how)).case
    except (Misspelt, Refused):
        return judged
    return deadlines.judged(after, here.rules, judged.as_of)


def _text(case: Case, letter: Letter, found: str | Stopped) -> str:
    if isinstance(found, str):
        return found
    if found.key == "template-lacks":
        raise lacks(case, letter, found.detail.removeprefix("case."))
    raise Broken(found.key, **dataclasses.asdict(found))


def lacks(case: Case, letter: Letter, need: str) -> Refused:
    """What is missing, and the command that records it."""
    if need == "late":
        return Refused("letter-nothing-late", letter=letter.kind)
    if need.startswith("sender."):
        return Refused("letter-sender", letter=letter.kind, fact=need)
    first = need.partition("|")[0]
    words = _COMMANDS.get(first, "edit {case} --set {need}=…")
    command = words.format(case=case.id, need=first, letter=letter.kind)
    return Refused("letter-lacks", letter=letter.kind, fact=need, command=f"complaintctl {command}")


def _shown(path: Path, here: Desk) -> str:
    """How a template file is named to people: from the casebook on, where it lies there."""
    root = here.book.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
