"""Reads many cases and judges them as of a moment. Problems are collected; a faulty file does not stop the others."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from complaintctl import __version__
from complaintctl.commands.output.progress_line import show_progress
from complaintctl.commands.session import Session, problems_exit_code
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import Status
from complaintctl.domain.deadlines import deadlines, history
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.problems import Fault, Problem
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile, prefilter
from complaintctl.storage.case.casebook import (
    closed_case_files,
    closed_case_path,
    open_case_files,
    open_case_path,
)
from complaintctl.storage.case.fault_boundary import contain_case_faults
from complaintctl.storage.write import journal

if TYPE_CHECKING:
    from complaintctl.storage.case.index.case_index import CaseIndex

T = TypeVar("T")
# Fewer files are read faster than git is asked about them.
_FEWEST_FILES: Final = 50


@dataclass(slots=True)
class CaseReader:
    """Reads the cases of a casebook as of a moment; `problems` grows while `cases` or `archived` is iterated.

    Cases come with customer data as they may be shown; conditions judge them as they are.
    """

    session: Session
    moment: datetime
    archive: bool
    # Skip the files that cannot contain this field name or event; None reads all files.
    word: str | None = None
    # Skip the files for which this is false; None reads all files.
    may_match: Callable[[Path], bool] | None = None
    # Give the cases with customer data as they are: to compare or count them. What is shown of them is masked then.
    whole: bool = False
    problems: list[Problem] = field(default_factory=list)
    # Files of the archive (by path from the casebook's root) that need not be read.
    served: Collection[str] = ()
    _index: "CaseIndex | None" = None

    def cases(
        self, count: Callable[[Iterable[Path]], Iterable[Path]] = iter
    ) -> Iterator[tuple[Path, JudgedCase]]:
        """Yields each case as of the moment, with its file; closed cases only if `archive` is set.

        For a moment in the past, the archive is always read: a case closed since then was open at the moment. Each
        file is read from what `count` makes of the list of all.
        """
        for path, judged in self._whole_cases(count):
            yield path, self._shown(judged)

    def _whole_cases(
        self, count: Callable[[Iterable[Path]], Iterable[Path]]
    ) -> Iterator[tuple[Path, JudgedCase]]:
        for paths, in_closed in self._files():
            yield from self._read(paths, count, in_closed=in_closed)

    def _shown(self, judged: JudgedCase) -> JudgedCase:
        display = self.session.display
        return display.whole_judged(judged) if self.whole else display.judged(judged)

    def _files(self) -> Iterator[tuple[Iterable[Path], bool]]:
        """Yields the files of open cases, then those of closed ones if these are read; and whether they are closed."""
        casebook, past = self.session.casebook, self.moment < self.session.now
        yield open_case_files(casebook), False
        if self.archive or (past and self._asks_for_past()):
            yield closed_case_files(casebook, self.served), True

    def results(
        self,
        work: Callable[[Path, JudgedCase], T],
        accepts: Callable[[JudgedCase], bool] = lambda _judged: True,
    ) -> Iterator[T]:
        """What `work` makes of every case that is accepted, which is judged by the customer data as they are.

        A case on which either fails unforeseen is a problem and left out.
        """
        files = (path for paths, _in_closed in self._files() for path in paths)
        with show_progress(reading_words(files)) as line:
            for path, judged in self._whole_cases(line.count):
                made: list[T] = []
                with contain_case_faults(path, self.problems):
                    if accepts(judged):
                        made.append(work(path, self._shown(judged)))
                yield from made

    def archived(
        self, work: Callable[[Case, datetime], T], accepts: Callable[[Case], bool] = lambda _case: True
    ) -> Iterator[T]:
        """What `work` makes of each accepted case of the archive and the moment of its closing.

        Files with faults, or whose history does not end closed, are skipped; their problems are added to `problems`.
        """
        casebook = self.session.casebook
        with show_progress(reading_words(closed_case_files(casebook))) as line:
            for loaded, problems in self._load(closed_case_files(casebook), line.count):
                self.problems += problems
                if loaded is None:
                    continue
                made: list[T] = []
                with contain_case_faults(loaded.path, self.problems):
                    done = fold_history(loaded.case, self.session.rules, self.session.now)
                    self._examine(loaded, done.status, in_closed=True)
                    if loaded.whole and done.status == "closed" and accepts(loaded.case):
                        show = self.session.display.whole_case if self.whole else self.session.display.case
                        made.append(work(show(loaded.case), done.closures[-1][0]))
                yield from made

    def _load(
        self, paths: Iterable[Path], count: Callable[[Iterable[Path]], Iterable[Path]]
    ) -> Iterator[tuple[casefile.LoadedCase | None, list[Problem]]]:
        """Reads the relevant ones of files, of many with the index; `count` gets each when it is read."""
        names, paths = self.session.rules.old_names, iter(paths)
        first = list(islice(paths, _FEWEST_FILES))
        index = self.index() if len(first) == _FEWEST_FILES else None
        read = casefile.read_cases if index is None else index.read_cases
        return read(self._relevant(count(chain(first, paths))), names)

    def index(self) -> "CaseIndex | None":
        """Returns the index of the casebook; None if it has none, or must not be used."""
        if self._index is None and self.session.uses_index:
            from complaintctl.storage.case.index.case_index import open_index

            self._index = open_index(self.session.casebook, __version__)
        return self._index

    def _asks_for_past(self) -> bool:
        return int((self.session.now - self.moment).total_seconds()) > 0

    def _relevant(self, paths: Iterable[Path]) -> Iterator[Path]:
        return (
            path
            for path in paths
            if (self.word is None or prefilter.may_contain_field(path, self.word))
            and (self.may_match is None or self.may_match(path))
        )

    def _read(
        self, paths: Iterable[Path], count: Callable[[Iterable[Path]], Iterable[Path]], *, in_closed: bool
    ) -> Iterator[tuple[Path, JudgedCase]]:
        for loaded, problems in self._load(paths, count):
            self.problems += problems
            if loaded is None:
                continue
            judged = None
            with contain_case_faults(loaded.path, self.problems):
                judged = self._judge(loaded, in_closed=in_closed)
            if judged is not None and (self.archive or judged.progress.status != "closed" or not in_closed):
                yield loaded.path, judged

    def _judge(self, loaded: casefile.LoadedCase, *, in_closed: bool) -> JudgedCase | None:
        """The case as of the moment, None before it was opened; names what does not agree in its file."""
        rules = self.session.rules
        done = fold_history(loaded.case, rules, max(self.session.now, self.moment))
        with contain_case_faults(loaded.path, self.problems):
            self._examine(loaded, done.status, in_closed=in_closed)
        case = history.case_as_of(history.case_to_judge(loaded.case, in_closed=in_closed), rules, self.moment)
        if case is None:
            return None
        # The same case: nothing happened after the moment, so its history need not be folded again.
        then = done if case is loaded.case else fold_history(case, rules, self.moment)
        return deadlines.judge_with_progress(case, rules, then, self.moment)

    def _examine(self, loaded: casefile.LoadedCase, status: Status, *, in_closed: bool) -> None:
        """Name what does not agree in a readable file: folder, status, history, facts, words of the policy."""
        case = loaded.case
        faults: list[Fault] = []
        if loaded.whole:
            faults += history.history_faults(case, status, in_closed=in_closed)
            now = to_policy_zone(self.session.rules, max(self.session.now, self.moment))
            faults += history.future_event_faults(case, now)
            faults += history.unknown_word_faults(case, self.session.rules)
        if faults:
            self.problems += casefile.faults_with_positions(loaded.path, faults)
        other = (
            open_case_path(self.session.casebook, case.id)
            if in_closed
            else closed_case_path(self.session.casebook, case.id)
        )
        # A closing that was interrupted leaves both files; the next command that writes removes one.
        if other.exists() and journal.pending_subject(self.session.casebook) is None:
            values = {"other": other.relative_to(self.session.casebook.root).as_posix()}
            self.problems.append(
                Problem(key="in-both-folders", values=values, file=str(loaded.path), line=1, column=1)
            )

    def exit_code(self) -> int:
        """Returns 4 if a problem makes the answer incomplete, otherwise 0."""
        return problems_exit_code(self.problems)


def reading_words(files: Iterable[Path]) -> Callable[[int], str]:
    """Returns what a progress line says once some of the files were read; the files are counted only then."""
    total: list[int] = []

    def words(count: int) -> str:
        if not total:
            total.append(sum(1 for _file in files))
        return _("Reading cases: {count} of {total}").format(count=count, total=total[0])

    return words


@contextmanager
def counted_files(files: Sequence[Path]) -> Iterator[Iterable[Path]]:
    """Gives the files; a line on the terminal says how many of them were read."""
    with show_progress(reading_words(files)) as line:
        yield line.count(files)


def count_cases(
    reader: CaseReader,
    add: Callable[[JudgedCase], object],
    accepts: Callable[[JudgedCase], bool] = lambda _judged: True,
) -> None:
    """Give every case that is accepted to `add`, one after the other; none is kept."""
    run_through(reader.results(lambda _path, judged: add(judged), accepts))


def run_through(results: Iterable[object]) -> None:
    """Read all results, where only the work done on the way matters."""
    for _result in results:
        pass


def matches_fields(case: Case, **wanted: str | None) -> bool:
    """Whether each field has the wanted value; None accepts any value."""
    return all(value is None or getattr(case, name) == value for name, value in wanted.items())
