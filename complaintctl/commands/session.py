"""What every command needs around its own sentence: the casebook, its policy, the time, the words."""

import contextlib
import functools
import importlib
import locale
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from complaintctl.domain.case import fishbone, vocabulary
from complaintctl.domain.case.case import Measure
from complaintctl.domain.deadlines import deadlines, history, rulebook
from complaintctl.domain.deadlines.clocks import Judged
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import overview
from complaintctl.domain.policy.policy import Policy, department_of
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Broken, Declined, Misspelt, NotFound
from complaintctl.render.sentences import sentences
from complaintctl.render.text import language, terminal_safety, wrapping
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook, casefile
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.policy import policyfile


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A casebook with its policy, ready to judge, and the moment the command runs."""

    book: Casebook
    file: policyfile.PolicyFile
    rules: Rulebook
    now: datetime


def here() -> Path:
    """Where the casebook is looked for: -C DIR, COMPLAINTCTL_DIR, or the current folder."""
    return Path(os.environ.get("COMPLAINTCTL_DIR") or ".")


def clock() -> datetime:
    """The moment the command runs: the only reading of the clock."""
    return datetime.now(UTC)


def sit_down() -> Desk:
    """Open the casebook and its policy.

    Raises Misspelt where there is none, Broken where the policy has faults (after listing them).
    """
    book = casebook.find(here())
    found, problems = policyfile.read(book.policy_path)
    say_problems(problems, book.root)
    if found is None:
        raise Broken("policy-faulty", count=len(problems))
    return Desk(book=book, file=found, rules=rulebook.rulebook(found.policy), now=clock())


def speak(lang: str | None) -> None:
    """Write in the language of --lang, where it is given; raises Misspelt for one that there is not."""
    if lang is None:
        return
    found = language.understood(lang)
    if found is None:
        raise Misspelt("unknown-choice", option="--lang", value=lang, choices=list(language.LANGUAGES))
    language.use(found)


def as_of(here: Desk, text: str | None) -> datetime:
    """The moment to judge at: `--as-of`, else now."""
    return (
        typed_times.parsed(text, here.now, here.rules.zone)
        if text
        else rulebook.moment_in(here.rules, here.now)
    )


def exit_code(problems: Iterable[Problem]) -> int:
    """4 where a problem makes the answer incomplete, else 0."""
    return Broken.exit_code if any(not problem.warning for problem in problems) else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class One:
    """One case for reading: where it lies, how it stood, what is wrong with its file."""

    path: Path
    judged: Judged
    problems: list[Problem]

    @property
    def exit_code(self) -> int:
        """4 where a problem makes the answer incomplete, else 0."""
        return exit_code(self.problems)


def one_case(here: Desk, part: str, moment: datetime) -> One:
    """The case a part of an id names, as of a moment.

    Raises NotFound where there is none (or none yet at that moment), Broken where its file cannot be judged.
    """
    path = casebook.locate(here.book, part)
    loaded, problems = casefile.read(path)
    if loaded is None:
        say_problems(problems, here.book.root)
        raise Broken("case-faulty", case=path.stem)
    case = history.as_of(loaded.case, here.rules, moment)
    if case is None:
        raise NotFound("not-yet", case=loaded.case.id, moment=moment)
    return One(path=path, judged=deadlines.judged(case, here.rules, moment), problems=problems)


def facts_from(
    here: Desk, texts: Mapping[str, str | None], assignments: list[str] | None
) -> dict[str, object]:
    """Facts as typed on the command line, as values; options that were not given are left out.

    Raises Misspelt for what the policy or the field does not know.
    """
    given = {name: text for name, text in texts.items() if text is not None} | assigned(here, assignments)
    return {name: vocabulary.value_of(here.rules.policy, name, text) for name, text in given.items()}


def assigned(here: Desk, assignments: list[str] | None) -> dict[str, str]:
    """The texts of FIELD=VALUE by the names of the fields; raises Misspelt for what is no such assignment."""
    given = {}
    for assignment in assignments or ():
        name, equals, text = assignment.partition("=")
        if not equals:
            raise Misspelt("not-an-assignment", value=assignment)
        given[vocabulary.field_of(here.rules.policy, name)] = text
    return given


def lists_from(
    here: Desk, whys: list[str] | None, bones: list[str] | None, measures: list[str] | None
) -> dict[str, tuple[object, ...]]:
    """The lists that repeated options name, as facts; options that were not given are left out, blanks too.

    Raises Misspelt for a bone without its branch.
    """
    given: dict[str, tuple[list[str] | None, Callable[[str], object]]] = {
        "cause.five_whys": (whys, str.strip),
        "cause.fishbone": (bones, fishbone.bone),
        "plan.measures": (measures, functools.partial(_measure, here.rules.policy)),
    }
    return {
        name: tuple(made(text) for text in texts if text.strip())
        for name, (texts, made) in given.items()
        if texts
    }


def _measure(policy: Policy, text: str) -> Measure:
    what, who, due = (*(part.strip() or None for part in text.split(";", 2)), None, None)[:3]
    return Measure(what=what or text, who=who and vocabulary.receiver_of(policy, who), due=due)


def with_department(here: Desk, facts: dict[str, object]) -> dict[str, object]:
    """The facts with the department that the policy puts in charge of the class, unless one was named."""
    category = facts.get("category")
    department = department_of(here.rules.policy, str(category)) if category else None
    return {"department": department, **facts} if department else facts


def column(here: Desk, typed: str) -> str:
    """The field of a case, or what its clocks add, by name or label; raises Misspelt where there is none."""
    return overview.check_column(vocabulary.field_of(here.rules.policy, typed))


def person(here: Desk, typed: str | None) -> str | None:
    """The key of the person who was typed by key or name; raises Misspelt where several have that name."""
    return vocabulary.person_of(here.rules.policy, typed) if typed else typed


def department(here: Desk, typed: str | None) -> str | None:
    """The key of the department that was typed by key or label."""
    return vocabulary.role_of(here.rules.policy, typed) if typed else typed


def channel(here: Desk, via: str | None) -> str | None:
    """The policy's word for a channel."""
    return vocabulary.key_of(here.rules.policy, "channel", via) if via else None


def ask(question: str, default: str = "") -> str:
    """The answer typed on the terminal, asked for on stderr; raises Declined where the input ends."""
    words = _("{question} [{default}]: ") if default else _("{question}: ")
    while True:
        try:
            line = _typed(words.format(question=question, default=default))
        except UnicodeDecodeError:
            say(_("What was typed is no text. Type it again."))
            continue
        except KeyboardInterrupt:
            typer.echo(file=sys.stderr)
            raise
        if not line:
            typer.echo(file=sys.stderr)
            raise Declined("declined")
        if answer := line.strip() or default:
            return answer


def _typed(question: str) -> str:
    """The line that was typed, "" where the input ends.

    The kernel takes one column of a deleted sign off the screen; readline knows the wide ones, but speaks to stdout only.
    """
    if sys.stdout.isatty() and locale.getencoding().lower() == "utf-8":
        with contextlib.suppress(ImportError):
            importlib.import_module("readline")
        try:
            return input(terminal_safety.shown(question)) + "\n"
        except EOFError:
            return ""
    typer.echo(question, nl=False, file=sys.stderr)
    return sys.stdin.readline()


def say(words: str) -> None:
    """Talk, on stderr."""
    typer.echo(wrapping.folded(words), file=sys.stderr)


def show(text: str, output_format: str = "") -> None:
    """Data, on stdout; in a form for the eye, which is told, no line is wider than the screen."""
    sys.stdout.write(wrapping.folded(text) if output_format in {"table", "text"} else text)


def check_way_out(file: Path | None) -> None:
    """Raise Misspelt where what is no text would go to a screen, OSError where the folder of the file is missing."""
    if file is not None:
        file.parent.stat()
    elif sys.stdout.isatty():
        raise Misspelt("not-for-the-screen")


def hand_over(content: bytes, file: Path | None) -> None:
    """A file that was made: kept as `file`, else on stdout; raises Misspelt where that is a screen."""
    check_way_out(file)
    if file is not None:
        file.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def say_problems(problems: list[Problem], root: Path) -> None:
    """Every problem on a line of its own."""
    for problem in problems:
        say(sentences.problem(problem, str(root)))
