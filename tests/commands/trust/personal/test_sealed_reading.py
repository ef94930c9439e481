"""A sealed case without its key, with a damaged block or without a keyring: it is read, and says what is wrong."""

import re
import shutil
from pathlib import Path

import pytest

from tests.casebooks import Book
from tests.commands.trust.personal.sealed_books import (
    CUSTOMER,
    OPENED,
    leaks,
    sealed_book,
    without_key,
    write_table,
)

READING = (("check",), ("list",), ("today",), ("report",), ("board",), ("customer", "13800138000"))


def damage(book: Book, case: str) -> None:
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"sealed: (\S{40})\S+}", r"sealed: \1}", text), encoding="utf-8")


@pytest.mark.parametrize("trouble", ["wrong key", "damaged", "no keyring", "no key file"])
def test_no_trouble_with_a_seal_blocks_a_reading_command(tmp_path: Path, trouble: str) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    codes = {command: book.call(*command).returncode for command in READING}
    env = without_key(book) if trouble == "wrong key" else {}
    if trouble == "damaged":
        damage(book, case)
    if trouble == "no keyring":
        shutil.rmtree(tmp_path / "keys")
    if trouble == "no key file":
        (tmp_path / "keys" / f"{case}.age").unlink()
    for command, code in codes.items():
        result = book.call(*command, env=env, check=code)
        assert leaks(result.stdout.encode()) == []
    assert "(sealed)" in book.speaking("en").call("show", case, env=env, check=0).stdout
    book.call("note", case, "Called back", env=env, check=0)
    reason = {
        "wrong key": "None of your private keys opens",
        "damaged": "is damaged and cannot be opened",
        "no keyring": "cannot be reached",
        "no key file": f"has no key of {case}",
    }[trouble]
    result = book.call("edit", case, "--set", "customer.name=X", env=env, check=4)
    assert reason in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_check_warns_of_a_damaged_block_with_its_line_and_does_not_fail(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("sealed: YWdl", "sealed: XXXX"), encoding="utf-8")
    result = book.call("check", check=0)
    line = (
        text.splitlines().index(next(line for line in text.splitlines() if line.startswith("customer"))) + 1
    )
    assert f"cases/open/{case}.yaml:{line}:" in result.stderr
    assert "the sealed customer is damaged" in result.stderr


def test_a_block_of_another_case_is_not_opened(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    one, other = book.open("Battery", *OPENED), book.open("Display", "--customer-name", "Li Na")
    block = re.search(r"^customer: .*$", book.file(one).read_text(encoding="utf-8"), re.MULTILINE)
    assert block is not None
    path = book.file(other)
    path.write_text(
        re.sub(r"^customer: .*$", block[0], path.read_text(encoding="utf-8"), flags=re.MULTILINE),
        encoding="utf-8",
    )
    keys = tmp_path / "keys"
    assert "sealed with another key" in book.call("edit", other, "--set", "customer.name=X", check=4).stderr
    shutil.copy(keys / f"{one}.age", keys / f"{other}.age")
    assert "that of another case" in book.call("edit", other, "--set", "customer.name=X", check=4).stderr


def test_an_edit_keeps_the_other_fields_of_a_sealed_customer(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    book.call("edit", case, "--set", "customer.phone=13911112222", "--set", "customer.email=", check=0)
    text = book.file(case).read_text(encoding="utf-8")
    assert "has: [name, phone]" in text
    assert "changed: [customer.phone, customer.email]" in text
    assert case in book.call("customer", "13911112222").stdout
    assert case in book.call("customer", CUSTOMER["name"]).stdout
    assert case not in book.call("customer", CUSTOMER["phone"]).stdout


def test_an_edit_keeps_comments_and_seals_what_was_written_by_hand(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", "--customer-name", "Li Na")
    path = book.file(case)
    text = re.sub(
        r"^customer: .*$",
        "customer:\n  name: 王芳\n  phone: '13800138000'",
        path.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    path.write_text(f"# ours\n{text}", encoding="utf-8")
    book.call("note", case, "Called back", check=0)
    after = path.read_text(encoding="utf-8")
    assert after.startswith("# ours\n")
    assert leaks(after.encode()) == []
    assert case in book.call("customer", CUSTOMER["phone"]).stdout


def test_a_new_case_names_the_earlier_ones_of_a_sealed_customer(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    earlier = book.open("Battery", *OPENED)
    known = book.json("open", "--title", "Display", "--phone", "+86 138-0013-8000")["known"]
    assert [(entry["id"], entry["known_by"]) for entry in known] == [(earlier, ["phone"])]


def test_repetition_is_found_without_a_key_by_the_pseudonyms(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    policy = book.root / "complaintctl.yaml"
    rule = "\nrepetition: [{same: [customer.phone], cases: 2, within: 30d, to: manager}]\n"
    policy.write_text(policy.read_text(encoding="utf-8") + rule, encoding="utf-8")
    book.open("Battery", *OPENED)
    second = book.open("Display", "--phone", "138 0013 8000")
    result = book.call("escalate", "--due", "--dry-run", env=without_key(book))
    assert second in result.stdout + result.stderr


def test_what_a_step_needs_is_known_of_a_sealed_customer(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    old = text[text.index("- step: ack") :].partition("needs: ")[2].partition("\n")[0]
    head, found, rest = text.partition("- step: ack")
    rest = rest.replace(f"needs: {old}", "needs: [customer.name, customer.address]", 1)
    policy.write_text(f"{head}{found}{rest}", encoding="utf-8")
    assert "customer.address]" in policy.read_text(encoding="utf-8")
    case = book.open("Battery", *OPENED)
    result = book.call("ack", case, "--via", "phone", env=without_key(book), check=3)
    assert "address" in result.stderr
    assert "name" not in result.stderr.replace(case, "")


def test_an_import_is_repeated_over_sealed_cases(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    table = ("import", "csv", str(tmp_path / "table.csv"), "--map", str(tmp_path / "map.yaml"))
    write_table(tmp_path, CUSTOMER["phone"])
    book.call(*table, check=0)
    (case,) = [entry["id"] for entry in book.json("list")["cases"]]
    before = book.file(case).read_bytes()
    book.call(*table, check=0)
    assert book.file(case).read_bytes() == before
    write_table(tmp_path, "13911112222")
    book.call(*table, check=0)
    assert case in book.call("customer", "13911112222").stdout
    assert leaks(book.file(case).read_bytes(), (*CUSTOMER.values(), "13911112222")) == []


def test_a_dry_run_makes_no_key(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    write_table(tmp_path, CUSTOMER["phone"])
    book.call("import", "csv", str(tmp_path / "table.csv"), "--map", str(tmp_path / "map.yaml"), "--dry-run")
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {"recipients.txt", "pseudonym.age"}


def test_a_colleague_without_a_key_can_open_a_case_and_the_customer_is_known_later(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    result = book.call("open", "--title", "Battery", *OPENED, "--json", env=without_key(book), check=0)
    case = result.json()["id"]
    assert "known_by" not in book.file(case).read_text(encoding="utf-8")
    assert case not in book.call("customer", CUSTOMER["phone"]).stdout
    assert "1 case was sealed" in book.call("keys", "seal", "--all", check=0).stdout
    assert case in book.call("customer", CUSTOMER["phone"]).stdout


def test_without_the_library_reading_works_and_writing_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = sealed_book(tmp_path)
    book.open("Battery", *OPENED)
    blocked = tmp_path / "blocked" / "pyrage"
    blocked.mkdir(parents=True)
    (blocked / "__init__.py").write_text("raise ImportError('pyrage')\n", encoding="utf-8")
    env = {"PYTHONPATH": f"{tmp_path / 'blocked'}"}
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert book.run("list", env=env, check=0).stdout
    result = book.run("open", "--title", "Display", *OPENED, env=env, check=4)
    assert "complaintctl[crypto]" in result.stderr


def test_two_clones_that_change_a_sealed_customer_contradict_each_other(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    other = book.clone(tmp_path / "other")
    book.call("note", case, "Called back", check=0)
    other.call("edit", case, "--set", "customer.phone=13911112222", check=0)
    with pytest.raises(AssertionError):
        book.git("pull", "--quiet", "--no-rebase", str(other.root))
    book.call("resolve", check=0)
    assert case in book.call("customer", "13911112222").stdout
    book.git("commit", "-qm", "Merge")
    again = book.clone(tmp_path / "again")
    book.call("edit", case, "--set", "customer.phone=13933334444", check=0)
    again.call("edit", case, "--set", "customer.phone=13955556666", check=0)
    with pytest.raises(AssertionError):
        book.git("pull", "--quiet", "--no-rebase", str(again.root))
    result = book.call("resolve", check=4)
    assert "customer" in result.stderr + result.stdout


def test_reveal_opens_a_sealed_customer_where_it_is_shown(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    for command in (("show", case), ("list", "--columns", "id,customer.name"), ("letter", case, "ack")):
        assert CUSTOMER["name"] not in book.call(*command, check=0).stdout
        assert CUSTOMER["name"] in book.call(*command, "--reveal", check=0).stdout
    assert book.json("show", case, "--reveal")["case"]["customer"] == {**CUSTOMER, "sealed": []}
    assert book.json("show", case)["case"]["customer"] == {"sealed": ["name", "phone", "email"]}
    book.call("export", "jsonl", str(tmp_path / "all.jsonl"), "--all", "--reveal")
    assert leaks(book.file(case).read_bytes()) == []


def test_reveal_without_a_key_says_why_once_and_shows_the_rest(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    book.open("Battery", *OPENED)
    book.open("Display", *OPENED)
    result = book.call("list", "--columns", "title,customer.name", "--reveal", env=without_key(book), check=0)
    assert result.stdout.count("(sealed)") == 2
    assert result.stderr.count("None of your private keys opens") == 1


def test_check_warns_of_a_customer_written_by_hand_in_plain_text(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery")
    path = book.file(case)
    path.write_text(
        path.read_text("utf-8").replace("\ncustomer:\n", "\ncustomer: {name: Li Na}\n"), encoding="utf-8"
    )
    result = book.call("check", check=0)
    assert f"complaintctl keys seal {case}" in result.stderr
    assert "Li Na" not in result.stderr
