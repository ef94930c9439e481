"""What the stories of 2024 share: a team in the policy, a command at a time of that year, the clocks at another."""

from dataclasses import dataclass, replace
from pathlib import Path

from complaintctl.render.text.language import Language
from tests.casebooks import Book, Result, author, make_book

LENGTH = len("03-04T09:15")


def do(book: Book, verb: str, case: str, at: str, *options: str) -> None:
    """Take a step, month to minute: `03-04T09:15`."""
    book.call(verb, case, "--at", f"2024-{at}", *options, check=0)


def own(book: Book, case: str, step: str, at: str, *options: str) -> None:
    """Take a step of the team's own."""
    book.call("step", case, step, "--at", f"2024-{at}", *options, check=0)


def dues(book: Book, case: str, as_of: str) -> dict[str, str]:
    """The running clocks of a case that have a due time, month to minute."""
    shown = book.json("show", case, "--as-of", f"2024-{as_of}")["case"]
    return {
        clock["step"]: clock["due"][len("2024-") :][:LENGTH].replace("T", " ")
        for clock in shown["clocks"]
        if clock["state"] in {"running", "overdue"} and clock["due"]
    }


def verdicts(book: Book, case: str) -> list[tuple[str, bool]]:
    """Every verdict of the history, in order."""
    history = book.json("show", case)["case"]["history"]
    return [(event["did"], event["met"]) for event in history if "met" in event]


@dataclass(frozen=True, kw_only=True)
class Story:
    """One case and its casebook; times are month to minute: `03-04T09:15`."""

    book: Book
    case: str

    def do(self, step: str, at: str, *options: str, by: str = "li.wei") -> None:
        """Take a step, one of the team's own where `step` names it so (`step meeting`)."""
        self._call(step, at, options, by, 0)

    def speaking(self, lang: Language) -> "Story":
        """The same story, told in a language that the test is about."""
        return replace(self, book=self.book.speaking(lang))

    def refused(self, step: str, at: str, *options: str, by: str = "li.wei") -> str:
        """What the same command says when it is refused."""
        return self._call(step, at, options, by, 3).stderr

    def _call(self, step: str, at: str, options: tuple[str, ...], by: str, code: int) -> Result:
        """Record for `by`, who signs with a git identity of their own."""
        command, _, rest = step.partition(" ")
        words = (command, self.case, *rest.split(), "--at", f"2024-{at}", *options)
        if command == "approve":
            return self.book.call(*words, env=author(by), check=code)
        return self.book.call(*words, "--by", by, check=code)

    def dues(self, as_of: str) -> dict[str, str]:
        """The running clocks of the case that have a due time, month to minute."""
        return dues(self.book, self.case, as_of)

    def verdicts(self) -> list[tuple[str, bool]]:
        """Every verdict of the history, in order."""
        return verdicts(self.book, self.case)

    def fact(self, name: str) -> object:
        """A fact of the case as it stands."""
        found: object = self.book.json("show", self.case)["case"]
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found


def make_team(folder: Path, policy: str, people: str) -> Book:
    """A casebook after a shipped policy with these people in it."""
    book = make_book(folder, policy)
    file = book.root / "complaintctl.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\npeople: {}\n", f"\npeople: {people}\n"), encoding="utf-8")
    return book
