"""Filling a letter for a case: as it would stand once the customer was told."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from complaintctl.commands import recording, session
from complaintctl.commands.session import Desk
from complaintctl.domain.case import fields, known_facts, vocabulary
from complaintctl.domain.case.case import Case, Promise
from complaintctl.domain.case.event_kinds import ASKED, BUILT_IN_STEPS
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import Judged
from complaintctl.domain.deadlines.rulebook import moment_in
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Act, Request
from complaintctl.domain.policy.policy import fact
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, Refused
from complaintctl.render.documents import template_facts
from complaintctl.render.documents.template_facts import Writing
from complaintctl.render.text import labels, terminal_safety
from complaintctl.storage.documents import letterfile, sandbox
from complaintctl.storage.documents.letterfile import Letter
from complaintctl.storage.documents.sandbox import Job, Stopped

# What a letter may need beside the facts of a case: these lists and texts.
SHOWN: Final = frozenset({"late", "promised", "coming", "text"})
# What sending a letter may be besides a step: a word to the customer, a question that we wait for, or a survey.
_WORDS: Final = ("note", "wait", ASKED)
# How what a letter lacks is recorded; every other fact is set by `edit`, which no order of steps forbids.
_COMMANDS: Final = {
    "text": "letter {case} {letter} --text …",
    "promised": "letter {case} {letter} --promise-by +48h",
    "coming": "letter {case} {letter} --promise-by +48h",
    "plan.measures": "edit {case} --measure …",
    "actions": "action {case} --what … --who … --due …",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What was typed beside case and kind: facts and words of this letter, and the step to record in place of its own."""

    facts: Mapping[str, Any]
    via: str | None
    text: str | None
    promises: tuple[Promise, ...]
    step: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A filled letter (Markdown, facts escaped), the case once it is sent, and what sending records.

    `login` signs it where the policy has no name for whoever writes.
    """

    letter: Letter
    at: datetime
    login: str | None
    case: Case
    request: Request
    subject: str
    body: str


def template(here: Desk, kind: str, language: str) -> Letter:
    """The letter of that kind in that language; raises Misspelt for an unknown one, Broken for a faulty file."""
    path = letterfile.find(here.book.root, kind, language)
    letter, problems = letterfile.read(path)
    problems += head_faults(here, letter) if letter else ()
    if letter is None or problems:
        session.say_problems(problems, here.book.root)
        raise Broken("template-faulty", file=shown(path, here))
    return letter


def head_faults(here: Desk, letter: Letter) -> Iterator[Problem]:
    """Facts that no case has, and an event that this policy does not know."""
    file = str(letter.path)
    needs = [part.strip() for need in letter.head.needs for part in need.split("|")]
    asked = [*(("needs", name) for name in needs), *(("when", name) for name in letter.head.when)]
    for key, name in asked:
        is_shown = key == "needs" and (name in SHOWN or name.startswith("sender."))
        if not is_shown and not fields.is_field(name) and name not in known_facts.parts():
            near = difflib.get_close_matches(name, [*fields.kinds(), *SHOWN], 1)
            facts = {"field": name, "near": "".join(near)}
            yield Problem(key="unknown-field", facts=facts, file=file, line=line_of(letter, key), column=1)
    choices = recordable(here)
    if letter.head.records not in choices:
        named = {"file": shown(letter.path, here), "records": letter.head.records}
        yield Problem(key="letter-records", facts={**named, "choices": choices})


def line_of(letter: Letter, key: str) -> int:
    """The line of a key in the head of a letter."""
    lines = letter.path.read_text(encoding="utf-8-sig").splitlines()
    return next(
        (number for number, line in enumerate(lines, 1) if line.startswith((f"{key}:", f"{key}："))), 1
    )


def recordable(here: Desk) -> list[str]:
    """What the head of a letter may say that sending it is."""
    steps = (step for step in (*BUILT_IN_STEPS, *here.rules.steps) if step != "open")
    return [*_WORDS, *dict.fromkeys(steps)]


def write(here: Desk, part: str, letter: Letter, asked: Asked, how: recording.How) -> Written:
    """The letter as it reads once it was sent; raises Refused naming what it lacks and how to record that.

    Raises Broken where the template is at fault.
    """
    one = session.one_case(here, part, moment_in(here.rules, here.now))
    request, act = _request(here, one.judged, letter, asked), recording.act(here, how)
    judged = _once_told(here, one.judged, request, act)
    writing = Writing(judged=judged, rules=here.rules, by=act.by, text=asked.text)
    before = deadlines.judged(one.judged.case, here.rules, act.at)
    # What the letter itself ends was late all the same until it came.
    late = template_facts.facts_of(dataclasses.replace(writing, judged=before))["late"]
    facts = {**template_facts.facts_of(writing), "late": late}
    for need in letter.head.needs:
        known = _is_told(facts[need]) if need in SHOWN else known_facts.is_known(judged.case, need)
        if not known:
            raise lacks(here, judged.case, letter, need)
    if not deadlines.holds(judged.case, letter.head.when):
        when = labels.conditions(here.rules.policy, letter.head.when)
        raise Refused("letter-not-for-this", letter=letter.kind, when=when)
    name = shown(letter.path, here)
    jobs = [
        Job(template="subject", context=facts, escape="none"),
        Job(template=name, context=facts, escape="markdown"),
    ]
    filled = sandbox.fill({"subject": letter.head.subject, name: letter.body}, jobs)
    subject, body = (_text(here, judged.case, letter, found) for found in filled)
    subject = " ".join(subject.split())
    signs = _login(here, act.by)
    return Written(
        letter=letter, at=act.at, login=signs, case=judged.case, request=request, subject=subject, body=body
    )


def _login(here: Desk, name: str) -> str | None:
    policy = here.rules.policy
    is_named = policy.sender.name or template_facts.person(policy, name) != name
    return None if is_named else name


def _request(here: Desk, judged: Judged, letter: Letter, asked: Asked) -> Request:
    """What sending the letter is in this case; the history keeps which letter it was, with our words in it."""
    did = _event(here, judged, letter, asked.step)
    name = f"{letter.kind}.{letter.language}"
    is_question = did == "wait"
    told = name if asked.text is None or is_question else f"{name}: {asked.text}"
    reason = (asked.text or letter.head.title) if is_question else None
    facts, promises = asked.facts, asked.promises
    return Request(did=did, facts=facts, via=asked.via, text=told, reason=reason, promises=promises)


def _event(here: Desk, judged: Judged, letter: Letter, wanted: str | None) -> str:
    """The step that was named, or the letter's where the policy has it for this case; else a word to the customer."""
    if wanted is not None:
        if wanted not in here.rules.steps:
            raise vocabulary.unknown_step(here.rules.policy, wanted, ())
        return wanted
    records = letter.head.records
    if records == "wait":
        return "note" if judged.progress.status == "waiting" else records
    if records == ASKED:
        return records
    step = here.rules.steps.get(records)
    return records if step and deadlines.applies(judged.case, step) else "note"


def _is_told(fact: object) -> bool:
    """Whether there is such a text, or anything in such a list."""
    return bool(fact) and not isinstance(fact, dict)


def _once_told(here: Desk, judged: Judged, request: Request, act: Act) -> Judged:
    """The case with the event that sending is, at that moment, so that what it promises stands in it.

    Where that is refused, it is the case with the facts and promises that were typed: a letter may be written before its turn.
    """
    try:
        after = lifecycle.decide(judged.case, here.rules, request, act).case
    except Refused:
        promised = (*judged.case.promised, *request.promises)
        after = fields.with_values(judged.case, {**request.facts, "promised": promised})
    return deadlines.judged(after, here.rules, act.at)


def _text(here: Desk, case: Case, letter: Letter, found: str | Stopped) -> str:
    if isinstance(found, str):
        return terminal_safety.clean(found)
    if found.key == "template-lacks":
        raise lacks(here, case, letter, found.detail.removeprefix("case."))
    facts = dataclasses.asdict(found)
    raise Broken(facts.pop("key"), **facts)


def lacks(here: Desk, case: Case, letter: Letter, need: str) -> Refused:
    """What is missing, and the command that records it."""
    if need == "late":
        return Refused("letter-nothing-late", letter=letter.kind)
    first = need.partition("|")[0]
    named = fact(here.rules.policy, need)
    if first.startswith("sender."):
        return Refused("letter-sender", letter=letter.kind, fact=named)
    words = _COMMANDS.get(first, "edit {case} --set {need}=…")
    command = words.format(case=case.id, need=first, letter=letter.kind)
    return Refused("letter-lacks", letter=letter.kind, fact=named, command=f"complaintctl {command}")


def shown(path: Path, here: Desk) -> str:
    """How a template file is named to people: from the casebook on, where it lies there."""
    root = here.book.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
