"""Shared by all commands: opens the casebook and its policy, parses typed values, prints output and messages."""

import contextlib
import dataclasses
import functools
import getpass
import importlib
import locale
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from complaintctl.commands import people
from complaintctl.domain.case import fields, fishbone, list_separators, one_line, vocabulary
from complaintctl.domain.case.case import Case, Measure
from complaintctl.domain.deadlines import deadlines, history, rulebook
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import overview
from complaintctl.domain.policy.policy import Policy, find_department
from complaintctl.domain.privacy.personal_display import PersonalDisplay
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Broken, Declined, InvalidInput, NotFound, Refused
from complaintctl.render.sentences import key_labels, sentences
from complaintctl.render.text import terminal_safety, wrapping
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile, sealed_text
from complaintctl.storage.case.casebook import Casebook, find_case_file, find_casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.policy import policyfile
from complaintctl.storage.privacy.keyring import find_keyring


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A casebook with its policy and rulebook, and the time at which the command runs; `author` asks git once.

    `display` is what is shown of customer data. `uses_index`: files that were read before need not be read again.
    """

    casebook: Casebook
    file: policyfile.PolicyFile
    rules: Rulebook
    now: datetime
    author: Callable[[], git.Author]
    display: PersonalDisplay
    uses_index: bool = True


def ask_author_once(casebook: Casebook) -> Callable[[], git.Author]:
    """Returns a function that asks git for the author when it is first called, and remembers the answer."""
    return functools.cache(functools.partial(_ask_author, casebook))


def _ask_author(casebook: Casebook) -> git.Author:
    repository = casebook.repository
    settings = repository.settings() if repository else git.read_settings(casebook.root)
    return git.find_author(casebook.root, settings)


def current_time() -> datetime:
    """Returns the current time in UTC. No other function reads the system clock."""
    return datetime.now(UTC)


def open_session(folder: Path, *, reveal: bool = False, index: bool = True) -> Session:
    """Open the casebook in `folder` or above it, and its policy; with `reveal`, customer data are shown.

    Without `index`, every case file is read.

    Raises InvalidInput if there is no casebook, Broken if the policy has faults (after printing them).
    """
    casebook = find_casebook(folder)
    session, problems = read_session(casebook, reveal=reveal, index=index)
    print_problems(problems, casebook.root)
    if session is None:
        raise Broken("policy-faulty", count=len(problems))
    return session


def read_session(
    casebook: Casebook, *, reveal: bool = False, index: bool = True
) -> tuple[Session | None, list[Problem]]:
    """Returns the casebook with its policy, or None if the policy has faults, and the problems of the policy."""
    file, problems = policyfile.read_policy(casebook.policy_path)
    if file is None:
        return None, problems
    key_labels.use_policy(file.policy)
    rules = rulebook.build_rulebook(file.policy)
    casebook = dataclasses.replace(
        casebook,
        private=file.policy.private,
        keyring=find_keyring(casebook.root, file.policy.personal, os.environ),
        country_code=file.policy.country_code,
    )
    session = Session(
        casebook=casebook,
        file=file,
        rules=rules,
        now=current_time(),
        author=ask_author_once(casebook),
        display=PersonalDisplay(policy=file.policy, revealed=reveal, opened=customer_opener(casebook)),
        uses_index=index,
    )
    return session, problems


def customer_opener(casebook: Casebook) -> Callable[[Case], Case]:
    """Returns a function that opens the sealed customer of a case.

    If it cannot be opened, the function prints the reason, each once, and returns the case as it is.
    """
    told: set[str] = set()

    def open_customer(case: Case) -> Case:
        try:
            return sealed_text.open_case(casebook, case)
        except Broken as failure:
            if failure.key not in told:
                told.add(failure.key)
                print_message(f"{case.id}: {sentences.failure_text(failure, None)}")
            return case

    return open_customer


def parse_as_of(session: Session, text: str | None) -> datetime:
    """Returns the time to judge at: `--as-of` if given, otherwise now."""
    return (
        typed_times.parse_time(text, session.now, session.rules.zone)
        if text
        else rulebook.to_policy_zone(session.rules, session.now)
    )


def problems_exit_code(problems: Iterable[Problem]) -> int:
    """Returns 4 if a problem (not only a warning) makes the answer incomplete, otherwise 0."""
    return Broken.exit_code if any(not problem.warning for problem in problems) else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """One case to show: its file, the judged case, and the problems of the file."""

    path: Path
    judged: JudgedCase
    problems: list[Problem]

    @property
    def exit_code(self) -> int:
        """4 if a problem makes the answer incomplete, otherwise 0."""
        return problems_exit_code(self.problems)


def view_case(session: Session, part: str, moment: datetime) -> CaseView:
    """Returns the case whose id contains `part`, as of a moment, with customer data as they may be shown.

    Raises as `view_whole_case` does.
    """
    view = view_whole_case(session, part, moment)
    return dataclasses.replace(view, judged=session.display.judged(view.judged))


def view_whole_case(session: Session, part: str, moment: datetime) -> CaseView:
    """Returns the case whose id contains `part`, as of a moment, with customer data as they are.

    Raises NotFound if there is no such case (or not yet at that moment), Broken if its file cannot be judged.
    """
    path = find_case_file(session.casebook, part)
    loaded, problems = casefile.read_case(path)
    if loaded is None:
        print_problems(problems, session.casebook.root)
        raise Broken("case-faulty", case=path.stem)
    loaded = casefile.with_current_names(loaded, session.rules.old_names)
    case = history.case_as_of(loaded.case, session.rules, moment)
    if case is None:
        raise NotFound("not-yet", case=loaded.case.id, moment=moment)
    return CaseView(path=path, judged=deadlines.judge_case(case, session.rules, moment), problems=problems)


def parse_fields(
    session: Session, texts: Mapping[str, str | None], assignments: list[str] | None
) -> dict[str, object]:
    """Returns the values of fields that were typed as options or assignments; options not given (None) are omitted.

    Raises InvalidInput if a field is unknown or a value is invalid for it.
    """
    given = {name: text for name, text in texts.items() if text is not None} | parse_assignments(
        session, assignments
    )
    if owner := given.get("owner"):
        given["owner"] = str(parse_person(session, owner))
    return {
        name: vocabulary.parse_field_value(session.rules.policy, name, text) for name, text in given.items()
    }


def parse_assignments(session: Session, assignments: list[str] | None) -> dict[str, str]:
    """Returns the texts of FIELD=VALUE by field name; raises InvalidInput if the `=` is missing."""
    given = {}
    for assignment in assignments or ():
        name, text = list_separators.split_assignment(assignment)
        if text is None:
            raise InvalidInput("not-an-assignment", value=assignment)
        given[vocabulary.parse_field_name(session.rules.policy, name)] = text
    return given


def parse_lists(
    session: Session, whys: list[str] | None, bones: list[str] | None, measures: list[str] | None
) -> dict[str, tuple[object, ...]]:
    """Returns the list fields given by repeated options; omits options not given and blank texts.

    Raises InvalidInput if a fishbone cause has no branch.
    """
    given: dict[str, tuple[list[str] | None, Callable[[str], object]]] = {
        "cause.five_whys": (whys, str.strip),
        "cause.fishbone": (bones, fishbone.parse_bone),
        "plan.measures": (measures, functools.partial(_parse_measure, session)),
    }
    return {
        name: tuple(parse(text) for text in texts if text.strip())
        for name, (texts, parse) in given.items()
        if texts
    }


def _parse_measure(session: Session, text: str) -> Measure:
    what, who, due = (*(part or None for part in list_separators.split_parts(text, 3)), None, None)[:3]
    return Measure(what=what or text, who=who and parse_receiver(session, who), due=due)


def add_department(session: Session, field_values: dict[str, object]) -> dict[str, object]:
    """Adds to the field values the department that the policy assigns to the class, unless one is given."""
    category = field_values.get("category")
    department = find_department(session.rules.policy, str(category)) if category else None
    return {"department": department, **field_values} if department else field_values


def parse_column(session: Session, typed: str) -> str:
    """Returns the name of a list column (a field or a clock column) typed by name or label; raises InvalidInput."""
    return overview.check_column_name(
        session.rules.policy, vocabulary.parse_field_name(session.rules.policy, typed)
    )


def parse_group(session: Session, typed: str) -> str:
    """Returns the name of a column by whose values cases are counted; raises Refused if these are customer data."""
    return check_group(session, parse_column(session, typed))


def check_group(session: Session, name: str) -> str:
    """Returns the name of a column; raises Refused if its values are customer data that are not shown."""
    if session.display.hides_column(name):
        raise Refused("personal-group", field=name)
    return name


def with_display(session: Session, *, reveal: bool, for_programs: bool) -> Session:
    """Returns the session with customer data shown or masked, and with or without masks for people."""
    display = dataclasses.replace(session.display, revealed=reveal, for_programs=for_programs)
    return dataclasses.replace(session, display=display)


def print_masked_note(session: Session) -> None:
    """Print that customer data are masked, if they are."""
    if session.display.hides:
        print_message(_("Customer data are masked; --reveal shows them."))


def check_personal_option(session: Session, option: str, *, wanted: bool) -> None:
    """Raise Refused if an option that asks for customer data is used without --reveal where they are masked."""
    if wanted and session.display.hides:
        raise Refused("reveal-missing", option=option)


def current_person(session: Session) -> str:
    """Returns who types: the person whom git would name as author."""
    return (
        vocabulary.person_of_address(session.rules.policy, session.author().address or "")
        or getpass.getuser()
    )


def parse_person(session: Session, typed: str | None) -> str | None:
    """Returns the key of a person typed by key, name, e-mail address or `me`; raises InvalidInput for a name of several."""
    return _parse_name(session, typed, vocabulary.parse_person) if typed else typed


def parse_receiver(session: Session, typed: str) -> str:
    """Returns the role, department or person for a typed text; people as in `parse_person`."""
    return _parse_name(session, typed, vocabulary.parse_receiver)


def _parse_name(session: Session, typed: str, parse: Callable[[Policy, str], str]) -> str:
    name = parse(session.rules.policy, typed)
    return current_person(session) if people.is_me(session.rules.policy, name) else name


def parse_department(session: Session, typed: str | None) -> str | None:
    """Returns the key of a department typed by key or label."""
    return vocabulary.parse_role(session.rules.policy, typed) if typed else typed


def parse_channel(session: Session, via: str | None) -> str | None:
    """Returns the key of a channel typed by key or label."""
    return vocabulary.parse_key(session.rules.policy, "channel", via) if via else None


def ask_user(question: str, default: str = "", *, optional: bool = False) -> str:
    """Ask a question until an answer is typed, and return it; an empty line means the default.

    If the question is optional, an empty line without a default returns "".
    Raises Declined at the end of the input.
    """
    prompt = _("{question} [{default}]: ") if default else _("{question}: ")
    while True:
        try:
            line = _read_line(prompt.format(question=question, default=default))
        except UnicodeDecodeError:
            # D-111
            print_message(_("The input is not text. Type it again."))
            continue
        except KeyboardInterrupt:
            typer.echo(file=sys.stderr)
            raise
        if not line:
            typer.echo(file=sys.stderr)
            raise Declined("declined")
        if (answer := line.strip() or default) or optional:
            return answer


def ask_yes_or_no(question: str, *, default: bool) -> bool:
    """Ask a question until it is answered with yes or no in either language; an empty line means the default."""
    while True:
        answer = ask_user(question, _("yes") if default else _("no"))
        if (meant := fields.parse_answer(answer)) is not None:
            return meant
        print_message(_("Answer yes or no."))


def _read_line(question: str) -> str:
    """Returns the typed line, or "" at the end of the input.

    Uses readline if stdout is a terminal: on Backspace, the kernel clears only one column of a wide character.
    Readline can print its prompt only to stdout; otherwise the question is printed to stderr.
    """
    # D-112
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
    """Talk, on stderr: one line, whatever somebody wrote into what we say."""
    typer.echo(wrapping.wrap_to_screen(one_line.join_lines(words)), file=sys.stderr)


def print_output(text: str, output_format: str = "") -> None:
    """Print data to stdout; for the formats `table` and `text`, lines are wrapped to the screen width."""
    sys.stdout.write(wrapping.wrap_to_screen(text) if output_format in wrapping.WRAPPED_FORMATS else text)


def check_output_target(file: Path | None) -> None:
    """Raise InvalidInput if binary output would go to a terminal, OSError if the folder of the file is missing."""
    if file is not None:
        file.parent.stat()
    elif sys.stdout.isatty():
        raise InvalidInput("not-for-the-screen")


def write_output(content: bytes, file: Path | None, *, private: bool) -> None:
    """A file that was made: kept as `file`, else on stdout; raises InvalidInput where that is a screen.

    `private`: for the eyes of its owner only, if it is a new file.
    """
    check_output_target(file)
    if file is not None and (file.is_file() or not file.exists()):
        atomic_write.write_atomically(file.resolve(), content, private=private)
    elif file is not None:
        # A pipe or a device.
        file.write_bytes(content)
    else:
        try:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise Broken("output", detail=error.strerror or str(error)) from error


def print_git_refusal(casebook: Casebook) -> None:
    """Why git does not open the repository of the casebook, if so: what it would have told is missing."""
    if casebook.git_refusal is not None:
        print_message(sentences.failure_text(casebook.git_refusal, None))


def print_problems(problems: list[Problem], root: Path) -> None:
    """Print each problem on its own line to stderr."""
    for problem in problems:
        print_message(sentences.problem_text(problem, str(root)))
