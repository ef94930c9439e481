"""What every command needs around its own sentence: the casebook, its policy, the time, the words."""

import contextlib
import functools
import importlib
import locale
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from complaintctl.domain.case import fishbone, vocabulary
from complaintctl.domain.case.case import Measure
from complaintctl.domain.deadlines import deadlines, history, rulebook
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import overview
from complaintctl.domain.policy.policy import Policy, find_department
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Broken, Declined, InvalidInput, NotFound
from complaintctl.render.sentences import sentences
from complaintctl.render.text import terminal_safety, wrapping
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import Casebook, find_case_file, find_casebook
from complaintctl.storage.policy import policyfile


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A casebook with its policy, ready to judge, and the moment the command runs."""

    casebook: Casebook
    file: policyfile.PolicyFile
    rules: Rulebook
    now: datetime


def current_time() -> datetime:
    """The moment the command runs: the only reading of the clock."""
    return datetime.now(UTC)


def open_session(folder: Path) -> Session:
    """Open the casebook that `folder` lies in, and its policy.

    Raises InvalidInput where there is none, Broken where the policy has faults (after listing them).
    """
    casebook = find_casebook(folder)
    session, problems = read_session(casebook)
    print_problems(problems, casebook.root)
    if session is None:
        raise Broken("policy-faulty", count=len(problems))
    return session


def read_session(casebook: Casebook) -> tuple[Session | None, list[Problem]]:
    """The casebook with its policy, or None if the policy has faults, and the problems of the policy."""
    file, problems = policyfile.read_policy(casebook.policy_path)
    if file is None:
        return None, problems
    rules = rulebook.build_rulebook(file.policy)
    return Session(casebook=casebook, file=file, rules=rules, now=current_time()), problems


def parse_as_of(session: Session, text: str | None) -> datetime:
    """The moment to judge at: `--as-of`, else now."""
    return (
        typed_times.parse_time(text, session.now, session.rules.zone)
        if text
        else rulebook.to_policy_zone(session.rules, session.now)
    )


def problems_exit_code(problems: Iterable[Problem]) -> int:
    """4 where a problem makes the answer incomplete, else 0."""
    return Broken.exit_code if any(not problem.warning for problem in problems) else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """One case for reading: where it lies, how it stood, what is wrong with its file."""

    path: Path
    judged: JudgedCase
    problems: list[Problem]

    @property
    def exit_code(self) -> int:
        """4 where a problem makes the answer incomplete, else 0."""
        return problems_exit_code(self.problems)


def view_case(session: Session, part: str, moment: datetime) -> CaseView:
    """The case a part of an id names, as of a moment.

    Raises NotFound where there is none (or none yet at that moment), Broken where its file cannot be judged.
    """
    path = find_case_file(session.casebook, part)
    loaded, problems = casefile.read_case(path)
    if loaded is None:
        print_problems(problems, session.casebook.root)
        raise Broken("case-faulty", case=path.stem)
    case = history.case_as_of(loaded.case, session.rules, moment)
    if case is None:
        raise NotFound("not-yet", case=loaded.case.id, moment=moment)
    return CaseView(path=path, judged=deadlines.judge_case(case, session.rules, moment), problems=problems)


def parse_fields(
    session: Session, texts: Mapping[str, str | None], assignments: list[str] | None
) -> dict[str, object]:
    """Facts as typed on the command line, as values; options that were not given are left out.

    Raises InvalidInput for what the policy or the field does not know.
    """
    given = {name: text for name, text in texts.items() if text is not None} | parse_assignments(
        session, assignments
    )
    return {
        name: vocabulary.parse_field_value(session.rules.policy, name, text) for name, text in given.items()
    }


def parse_assignments(session: Session, assignments: list[str] | None) -> dict[str, str]:
    """The texts of FIELD=VALUE by the names of the fields; raises InvalidInput for what is no such assignment."""
    given = {}
    for assignment in assignments or ():
        name, equals, text = assignment.partition("=")
        if not equals:
            raise InvalidInput("not-an-assignment", value=assignment)
        given[vocabulary.parse_field_name(session.rules.policy, name)] = text
    return given


def parse_lists(
    session: Session, whys: list[str] | None, bones: list[str] | None, measures: list[str] | None
) -> dict[str, tuple[object, ...]]:
    """The lists that repeated options name, as facts; options that were not given are left out, blanks too.

    Raises InvalidInput for a bone without its branch.
    """
    given: dict[str, tuple[list[str] | None, Callable[[str], object]]] = {
        "cause.five_whys": (whys, str.strip),
        "cause.fishbone": (bones, fishbone.parse_bone),
        "plan.measures": (measures, functools.partial(_parse_measure, session.rules.policy)),
    }
    return {
        name: tuple(made(text) for text in texts if text.strip())
        for name, (texts, made) in given.items()
        if texts
    }


def _parse_measure(policy: Policy, text: str) -> Measure:
    what, who, due = (*(part.strip() or None for part in text.split(";", 2)), None, None)[:3]
    return Measure(what=what or text, who=who and vocabulary.parse_receiver(policy, who), due=due)


def add_department(session: Session, facts: dict[str, object]) -> dict[str, object]:
    """The facts with the department that the policy puts in charge of the class, unless one was named."""
    category = facts.get("category")
    department = find_department(session.rules.policy, str(category)) if category else None
    return {"department": department, **facts} if department else facts


def parse_column(session: Session, typed: str) -> str:
    """The field of a case, or what its clocks add, by name or label; raises InvalidInput where there is none."""
    return overview.check_column_name(vocabulary.parse_field_name(session.rules.policy, typed))


def parse_person(session: Session, typed: str | None) -> str | None:
    """The key of the person who was typed by key or name; raises InvalidInput where several have that name."""
    return vocabulary.parse_person(session.rules.policy, typed) if typed else typed


def parse_department(session: Session, typed: str | None) -> str | None:
    """The key of the department that was typed by key or label."""
    return vocabulary.parse_role(session.rules.policy, typed) if typed else typed


def parse_channel(session: Session, via: str | None) -> str | None:
    """The policy's word for a channel."""
    return vocabulary.parse_key(session.rules.policy, "channel", via) if via else None


def ask_user(question: str, default: str = "") -> str:
    """The answer typed on the terminal, asked for on stderr; raises Declined where the input ends."""
    words = _("{question} [{default}]: ") if default else _("{question}: ")
    while True:
        try:
            line = _read_line(words.format(question=question, default=default))
        except UnicodeDecodeError:
            print_message(_("What was typed is no text. Type it again."))
            continue
        except KeyboardInterrupt:
            typer.echo(file=sys.stderr)
            raise
        if not line:
            typer.echo(file=sys.stderr)
            raise Declined("declined")
        if answer := line.strip() or default:
            return answer


def _read_line(question: str) -> str:
    """The line that was typed, "" where the input ends.

    The kernel takes one column of a deleted sign off the screen; readline knows the wide ones, but speaks to stdout only.
    """
    if sys.stdout.isatty() and locale.getencoding().lower() == "utf-8":
        with contextlib.suppress(ImportError):
            importlib.import_module("readline")
        try:
            return input(terminal_safety.escape_controls(question)) + "\n"
        except EOFError:
            return ""
    typer.echo(question, nl=False, file=sys.stderr)
    return sys.stdin.readline()


def print_message(words: str) -> None:
    """Talk, on stderr."""
    typer.echo(wrapping.wrap_to_screen(words), file=sys.stderr)


def print_output(text: str, output_format: str = "") -> None:
    """Data, on stdout; in a form for the eye, which is told, no line is wider than the screen."""
    sys.stdout.write(wrapping.wrap_to_screen(text) if output_format in {"table", "text"} else text)


def check_output_target(file: Path | None) -> None:
    """Raise InvalidInput where what is no text would go to a screen, OSError where the folder of the file is missing."""
    if file is not None:
        file.parent.stat()
    elif sys.stdout.isatty():
        raise InvalidInput("not-for-the-screen")


def write_output(content: bytes, file: Path | None) -> None:
    """A file that was made: kept as `file`, else on stdout; raises InvalidInput where that is a screen."""
    check_output_target(file)
    if file is not None:
        file.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def print_git_refusal(casebook: Casebook) -> None:
    """Why git does not open the repository of the casebook, if so: what it would have told is missing."""
    if casebook.git_refusal is not None:
        print_message(sentences.failure_text(casebook.git_refusal, None))


def print_problems(problems: list[Problem], root: Path) -> None:
    """Every problem on a line of its own."""
    for problem in problems:
        print_message(sentences.problem_text(problem, str(root)))
