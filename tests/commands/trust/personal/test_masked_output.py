"""Where the policy masks customer data, no command prints them without --reveal, and each prints them with it."""

import functools
import io
import shlex
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from complaintctl import application
from complaintctl.commands.trust import keys
from complaintctl.storage.schemas.output_schema import output_schema
from tests.casebooks import Result
from tests.commands.exchange.desk_story import AS_OF, LINES, OLD, command_of, play, story_book
from tests.commands.exchange.published import faults

NAME: Final = "欧阳静怡"
PHONE: Final = "13987654321"
EMAIL: Final = "jingyi.ouyang@example.org"
ADDRESS: Final = "文三路四百七十八号"
DESCRIPTION: Final = "it hissed in the nursery"
WHO: Final = "neighbour Zhao"
COMMENT: Final = "rather friendly engineer"
HEARD: Final = "the newspaper will hear of it"
CONTACT: Final = (NAME, PHONE, EMAIL, ADDRESS)
PLANTED: Final = (*CONTACT, DESCRIPTION, WHO, COMMENT, HEARD)
MASKS: Final = ("欧**", "139****4321", "j***@example.org")
FIELDS: Final = (
    f"--set customer.name={NAME} --set customer.phone={PHONE} --set customer.email={EMAIL} "
    f"--set customer.address={ADDRESS} --set 'description={DESCRIPTION}' --set 'problem.who={WHO}'"
)
FACTS: Final = (
    f"--channel chat {FIELDS} --model P11 --bought 2026-03-01 --remedy-sought repair --owner li.wei "
    "--set 'product.bought_from=web shop' --set 'product.time_in_use=8 months'"
)
ALL_COLUMNS: Final = (
    "id,customer.name,customer.phone,customer.email,customer.address,description,problem.who,"
    "satisfaction.comment,customer,problem,satisfaction"
)
# The commands that print nothing of a case; the night runs them, too.
NO_CASE: Final = {
    *("ci init", "duty", "import guess", "init", "policy calendar", "policy calendar fill", "policy check"),
    *("policy list", "policy show", "template check", "template list", "template new", "template show"),
}
# The commands of the story whose JSON may show a case: they are run in both forms.
BOTH_FORMS: Final = {
    "analysis",
    "check",
    "customer",
    "explain",
    "form",
    "letter",
    "list",
    "log",
    "show",
    "today",
}
# The lines of commands without --json, and of others that the story does not have; NEW is the case of the story.
MORE: Final = (
    f"list --all --columns {ALL_COLUMNS}",
    f"list --all --columns {ALL_COLUMNS} --json",
    f"list --all --columns {ALL_COLUMNS} --format csv",
    f"list --all --columns {ALL_COLUMNS} --sort customer.phone --format plain",
    f"list --all --where customer.phone={PHONE} --where customer.name={NAME} --search '{DESCRIPTION}'",
    f"customer {PHONE} --columns {ALL_COLUMNS} --format md",
    f"customer {NAME} --columns {ALL_COLUMNS} --format jsonl",
    "log NEW --format csv",
    "analysis NEW --format svg",
    "letter NEW result --lang zh --format html",
    "form NEW record --format md",
    f"lessons '{DESCRIPTION}'",
    f"report --where customer.phone={PHONE} {AS_OF}",
    f"report --or customer.name={NAME} {AS_OF} --json",
    f"report pareto --where customer.email={EMAIL} {AS_OF}",
    f"trend --where customer.name={NAME} {AS_OF}",
    f"report --html page.html {AS_OF}",
    f"site pages {AS_OF}",
    "export csv --all --history",
    "export jsonl all.jsonl --all --history",
    "export xlsx all.xlsx --all",
    "export ics --with-title",
    f"policy simulate ours.yaml --show changed {AS_OF}".replace(AS_OF, ""),
    f"note --where customer.phone={PHONE} called --yes",
    "schema case",
)
# What is refused, with what is missing in the sentence.
REFUSED: Final = {
    "export csv --all --personal": "--reveal",
    f"report --html page.html --with-customers {AS_OF}": "--reveal",
    "site pages --with-customers": "--reveal",
    "survey list --with-contact": "--reveal",
    "survey sample --closed-since 2026-01-01 --with-contact": "--reveal",
    "letter NEW ack -o letter.md": "--reveal",
    "letter NEW ack --format eml": "--reveal",
    "letter NEW ack --send-record": "--reveal",
    "mcp --personal": "--reveal",
    f"report --by customer.phone {AS_OF}": "customer.phone",
    f"report --by customer {AS_OF}": "customer",
    f"report pareto --by customer.name {AS_OF}": "customer.name",
    f"trend --by category,customer.email {AS_OF}": "customer.email",
    "policy simulate ours.yaml --by description": "description",
    "report improvement NEW#1 --same customer.name": "customer.name",
}
# What is shown when it is asked for.
REVEALED: Final = {
    "show NEW": PLANTED,
    "show NEW --json": PLANTED,
    f"list --all --columns {ALL_COLUMNS}": (*CONTACT, DESCRIPTION, WHO, COMMENT),
    f"list --all --columns {ALL_COLUMNS} --json": (*CONTACT, DESCRIPTION, WHO, COMMENT),
    f"customer {PHONE} --columns customer.name,customer.email": (NAME, EMAIL),
    "log NEW": (HEARD,),
    "log NEW --json": (HEARD,),
    "analysis NEW": (WHO,),
    "letter NEW ack": (NAME,),
    "letter NEW ack --format eml": (EMAIL,),
    "form NEW record --format md": (NAME, PHONE, DESCRIPTION),
    "export csv --all --history --personal": PLANTED,
    f"report --html page.html --with-customers {AS_OF}": (NAME,),
    f"site pages --with-customers {AS_OF}": (*CONTACT, DESCRIPTION, WHO, HEARD),
    "survey list --with-contact": (NAME, PHONE, EMAIL),
    "survey sample --closed-since 2026-01-01 --with-contact --again --n 999": (NAME, PHONE, EMAIL),
}
# Commands of which other tests see the output.
ELSEWHERE: Final = {
    "demo": "has a policy of its own",
    "erase": "tests/commands/trust/personal/test_erase.py: nothing of the customer is left to print",
    "retention apply": "tests/commands/trust/personal/test_retention.py: it erases",
    "sync": "tests/commands/trust/test_sync.py: it names cases and events",
    "merge-driver": "tests/commands/trust/test_merge_driver.py: it prints nothing",
    "resolve": "test_a_conflict_in_customer_data_is_named_without_them",
    **dict.fromkeys(
        [f"keys {name}" for name, *_rest in keys.COMMANDS], "works on sealed customers: test_sealed_proof.py"
    ),
    "export parquet": "tests/commands/exchange/analytics/test_parquet.py: not even of a casebook in clear text",
    "mcp": "test_an_assistant_sees_nothing_of_a_customer_without_reveal",
    **dict.fromkeys(
        ("keys init", "keys add", "keys remove", "keys rekey", "keys seal", "keys identity", "keys open"),
        "tests/commands/trust/personal/test_keys.py",
    ),
}


@functools.cache
def all_commands() -> list[str]:
    """Every command of the application, by its full name: a new one is in the list by itself."""
    group = typer.main.get_command(application.build_app())
    return sorted(_all_commands(group, typer.Context(group), ()))


def _all_commands(group: Any, context: Any, path: tuple[str, ...]) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        has_more = hasattr(command, "list_commands")
        if not has_more or command.invoke_without_command:
            yield " ".join((*path, name))
        if has_more:
            yield from _all_commands(command, context, (*path, name))


def _command_of(line: str) -> str:
    return max((name for name in all_commands() if f"{line} ".startswith(f"{name} ")), key=len)


def _forms(line: str, *, every: bool) -> list[str]:
    """The words at the end of a line with which it is run, each time once."""
    command = command_of(line)
    if command in {"open", "reopen"}:
        return ["--json"]
    if command in NO_CASE | {"pack", "resolve", "sync"} and not every:
        return []
    reads = command in BOTH_FORMS or (command == "list" and every)
    return ["", "--json"] if reads else [""]


class MaskedDesk:
    """A masked casebook on which the story was played, with customer data in every case of a customer."""

    def __init__(self, folder: Path, *, every: bool) -> None:
        self.book = story_book(folder, "\npersonal: {level: masked}\n", commits=every)
        cases = self.book.call("list", "--all", "--ids").stdout.split()
        self.printed: list[tuple[str, Result]] = [("edit", self._edit(case)) for case in cases]
        asked = self.book.call("survey", "sample", "--closed-since", "2026-01-01", "--n", "999", "--record")
        self.printed.append(("survey sample", asked))
        for line, result in play(self.book, FACTS, lambda line: _forms(line, every=every), LINES):
            self.printed.append((line, result))
            if line.startswith("open "):
                self.new = str(result.json()["id"])
            if line.startswith("heard "):
                heard = self.call(f"heard NEW --via chat --text '{HEARD}' --at 2026-11-02T09:46")
                self.printed.append(("heard", heard))
                self.printed.append(("edit", self.call(f"edit NEW --set 'satisfaction.comment={COMMENT}'")))

    def _edit(self, case: str) -> Result:
        return self.book.call("edit", case, *shlex.split(FIELDS), "--set", f"satisfaction.comment={COMMENT}")

    def call(self, line: str) -> Result:
        """What a line prints; NEW is the case of the story."""
        return self.book.call(*(word.replace("NEW", self.new) for word in shlex.split(line)))

    def written(self) -> Iterator[tuple[str, str]]:
        """The text of each file that a command wrote beside the cases."""
        kept = {"cases", ".git", "attachments"}
        for path in self.book.root.rglob("*"):
            first = path.relative_to(self.book.root).parts[0]
            if path.is_file() and first not in kept:
                yield str(path), _content(path.read_bytes())


def _content(data: bytes) -> str:
    if data[:2] != b"PK":
        return data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


def leaks(text: str) -> list[str]:
    """The planted data in a text."""
    return [planted for planted in PLANTED if planted in text]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> MaskedDesk:
    return MaskedDesk(tmp_path_factory.mktemp("masked"), every=False)


def test_every_command_of_the_application_is_looked_at() -> None:
    run = {_command_of(line) for line in (*LINES, *MORE)}
    assert run | ELSEWHERE.keys() == {*all_commands()}


def test_no_command_of_the_story_prints_customer_data(desk: MaskedDesk) -> None:
    assert len({line for line, _result in desk.printed}) > 50
    for line, result in desk.printed:
        assert result.returncode in {0, 1}, (line, result.stderr)
        assert leaks(result.stdout + result.stderr) == [], line


@pytest.mark.parametrize("line", MORE)
def test_no_other_form_of_a_command_prints_customer_data(desk: MaskedDesk, line: str) -> None:
    result = desk.call(line)
    assert result.returncode in {0, 1}, result.stderr
    assert leaks(result.stdout + result.stderr) == []
    assert [path for path, text in desk.written() if leaks(text)] == []


def test_people_see_masks_and_programs_the_names_of_the_fields(desk: MaskedDesk) -> None:
    shown = desk.call("show NEW")
    assert [mask for mask in MASKS if mask not in shown.stdout] == []
    assert "--reveal" in shown.stderr
    case = desk.call("show NEW --json").json()["case"]
    assert set(case["customer"].values()) == {None}
    assert "customer.phone" in case["masked"]
    assert "satisfaction.comment" in case["masked"]
    (heard,) = (event for event in case["history"] if event.get("masked"))
    assert (heard["did"], heard["text"], heard["masked"]) == ("heard", None, ["text"])
    (row,) = desk.call("list --all --columns id,customer.phone,level --where id=NEW --json").json()["cases"]
    assert (row["customer.phone"], row["masked"]) == (None, ["customer.phone"])


@pytest.mark.parametrize(
    "line",
    [
        "show NEW",
        "log NEW",
        "analysis NEW",
        f"list --all --columns {ALL_COLUMNS}",
        f"customer {PHONE} --columns {ALL_COLUMNS}",
        f"heard NEW --via chat --text '{HEARD}'",
    ],
)
def test_masked_json_fits_its_schema(desk: MaskedDesk, line: str) -> None:
    result = desk.call(f"{line} --json")
    assert '"masked"' in result.stdout
    assert faults(output_schema(command_of(line)), result.json()) == []


def test_who_types_the_data_finds_the_cases(desk: MaskedDesk) -> None:
    for line in (
        f"list --all --where customer.phone=+86{PHONE} --ids",
        f"list --all --search {NAME} --ids",
        f"customer {EMAIL} --columns id --format plain",
    ):
        found = desk.call(line).stdout.split()
        assert {desk.new, OLD} <= {*found}, line


@pytest.mark.parametrize("line", REFUSED)
def test_what_asks_for_customer_data_is_refused_without_reveal(desk: MaskedDesk, line: str) -> None:
    before = desk.book.head()
    result = desk.call(line)
    assert result.returncode == 3, result
    assert REFUSED[line] in result.stderr
    assert leaks(result.stdout + result.stderr) == []
    assert desk.book.head() == before
    assert [path for path, text in desk.written() if leaks(text)] == []


@pytest.mark.parametrize("line", REVEALED)
def test_reveal_shows_what_was_asked_for(desk: MaskedDesk, line: str) -> None:
    result = desk.call(f"{line} --reveal")
    assert result.returncode in {0, 1}, result.stderr
    shown = result.stdout + "".join(text for _path, text in desk.written())
    assert [planted for planted in REVEALED[line] if planted not in shown] == []
    for name in ("page.html", "pages"):
        _remove(desk.book.root / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            _remove(inner)
        path.rmdir()
    path.unlink(missing_ok=True)


@pytest.mark.nightly
def test_no_command_of_the_story_prints_customer_data_in_either_form(tmp_path: Path) -> None:
    whole = MaskedDesk(tmp_path, every=True)
    for line, result in whole.printed:
        assert leaks(result.stdout + result.stderr) == [], line
