"""Who acts is whoever git would record: an event and its commit never name two people."""

import json
from pathlib import Path

import pytest

from tests.casebooks import ADDRESS, Book, author, make_book, refused, without_identity

POLICY = """\
complaintctl: 1
name: signed
timezone: Asia/Shanghai
roles: [boss]
people:
  li.wei: {email: li.wei@example.com, name: Li Wei}
  ma.li: {email: ma.li@example.com, name: Ma Li, roles: [boss]}
steps:
  - {step: plan, approve: [boss]}
  - {step: respond}
"""
FORM = """\
title: Who
blocks:
  - table:
      label: History
      each: case.history
      rows: 1
      columns: [{label: Who, value: "{{ one.who }}"}]
  - signatures: {label: Signed, step: plan}
"""


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def last_commit(book: Book) -> tuple[str, str]:
    """The author of the last commit and the actor it names."""
    address, actor = book.git("log", "-1", "--format=%ae%n%(trailers:key=Actor,valueonly)").split()
    return address, actor


@pytest.mark.parametrize(
    ("address", "by"),
    [
        ("ma.li@example.com", "ma.li"),
        ("Ma.Li@Example.com", "ma.li"),
        ("guest@example.com", "guest"),
        # The key of a person whom git would not record.
        ("ma.li@elsewhere.example", "ma.li@elsewhere.example"),
    ],
)
def test_an_event_and_its_commit_never_name_two_people(book: Book, address: str, by: str) -> None:
    env = {"GIT_AUTHOR_NAME": "Whoever", "GIT_AUTHOR_EMAIL": address}
    event = book.json("note", book.open("t"), "x", env=env)["event"]
    assert (event["by"], event.get("recorded_by")) == (by, None)
    assert last_commit(book) == (address, by)


def test_the_author_of_gits_settings_counts_too(book: Book) -> None:
    case = book.open("t")
    plain = {name: value for name, value in book.variables.items() if not name.startswith("GIT_AUTHOR_")}
    book.git("config", "author.email", "ma.li@example.com")
    assert Book(root=book.root, variables=plain).json("note", case, "x")["event"]["by"] == "ma.li"
    assert last_commit(book) == ("ma.li@example.com", "ma.li")


def test_a_committer_alone_is_nobody_who_acts(book: Book) -> None:
    known = {"GIT_COMMITTER_NAME": "Li Wei", "GIT_COMMITTER_EMAIL": ADDRESS}
    nobody = Book(root=book.root, variables={**without_identity(book.variables), **known})
    assert "git does not know who you are" in refused(nobody, 4, "open", "--title", "t")


def test_a_bulk_command_names_the_author_too(book: Book, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("no,came,subject\n1,2024-03-04 09:00,t\n", encoding="utf-8")
    mapping = "mapping: 1\nsystem: shop\ntimezone: UTC\ntimes: '%Y-%m-%d %H:%M'\nid: no\nreceived: came\n"
    (tmp_path / "shop.yaml").write_text(f"{mapping}fields: {{title: subject}}\n", encoding="utf-8")
    words = ("import", "csv", str(tmp_path / "table.csv"), "--map", str(tmp_path / "shop.yaml"))
    book.call(*words, env=author("ma.li"), check=0)
    assert last_commit(book) == ("ma.li@example.com", "ma.li")


@pytest.mark.parametrize("options", [(), ("--refuse", "--reason", "dear")])
def test_nobody_signs_for_somebody_else(book: Book, options: tuple[str, ...]) -> None:
    case = book.open("t")
    book.call("plan", case, check=0)
    said = refused(book, 3, "approve", case, "plan", "--by", "ma.li", *options)
    assert said == (
        "Nobody signs for somebody else: git says that you are li.wei, not ma.li. Let ma.li approve it."
    )
    book.call("approve", case, "plan", "--by", "Ma Li", *options, env=author("ma.li"), check=0)


def test_who_recorded_an_event_for_somebody_else_is_named_beside_them(book: Book) -> None:
    case = book.open("t", "--by", "ma.li")
    book.call("plan", case, check=0)
    book.call("approve", case, "plan", env=author("ma.li"), check=0)
    for words in (("log", case), ("show", case)):
        assert book.call(*words, check=0).stdout.count("ma.li (recorded by li.wei)") == 1
    rows = [json.loads(row) for row in book.call("log", case, "--format", "jsonl").stdout.splitlines()]
    assert [row["event"].get("recorded_by") for row in rows] == ["li.wei", None, None]
    assert book.call("log", case, "--format", "plain").stdout.splitlines()[0].endswith("\tli.wei\tno")


def test_printed_forms_name_who_recorded_it(book: Book) -> None:
    case = book.open("t", "--by", "ma.li")
    for kind in ("record", "registration"):
        printed = book.call("form", case, kind, "--lang", "en", "--format", "md", check=0).stdout
        assert "Ma Li (recorded by Li Wei)" in printed
    # A signature of a time when this was allowed.
    book.call("plan", case, check=0)
    book.call("approve", case, "plan", env=author("ma.li"), check=0)
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    at = text.rindex("by: ma.li")
    path.write_text(
        f"{text[:at]}by: ma.li, recorded_by: li.wei{text[at + len('by: ma.li') :]}", encoding="utf-8"
    )
    (book.root / "templates/forms").mkdir(parents=True)
    (book.root / "templates/forms/who.yaml").write_text(FORM, encoding="utf-8")
    printed = book.call("form", case, "who", "--lang", "en", "--format", "md").stdout
    assert printed.count("Ma Li (recorded by Li Wei)") == len(
        ("opened", "signed", "in the block of signatures")
    )
