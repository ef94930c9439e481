"""A commit message holds keys of the policy and nothing that somebody typed: it stays in every clone."""

from pathlib import Path

from tests.casebooks import ACTOR, Book, make_book

TYPED = "王芳 13800138000"
PEOPLE = "people: {li.wei: {email: li.wei@example.com, department: repair}, ma.li: {email: ma@example.com}}"


def last_message(book: Book) -> str:
    return book.git("log", "-1", "--format=%B")


def with_people(book: Book) -> Book:
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    assert "people: {}" in text
    policy.write_text(text.replace("people: {}", PEOPLE), encoding="utf-8")
    book.git("commit", "--quiet", "-am", "People")
    return book


def test_a_name_that_no_policy_lists_stays_out_of_the_subject(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case = book.open("t", "--owner", TYPED, "--department", TYPED)
    assert last_message(book).splitlines()[0] == f"{case} open"
    book.call("assign", case, "--to", f"{TYPED} 2", "--department", "wang@example.com", check=0)
    message = last_message(book)
    assert message.splitlines()[0] == f"{case} assign"
    assert "13800138000" not in message
    assert "wang" not in message


def test_several_cases_and_a_shortcut_are_as_silent(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    cases = [book.open("t"), book.open("u")]
    book.call("assign", *cases, "--to", TYPED, check=0)
    assert last_message(book).splitlines()[0] == "assign 2 cases"


def test_people_and_departments_of_the_policy_are_named(tmp_path: Path) -> None:
    book = with_people(make_book(tmp_path))
    case = book.open("t")
    book.call("assign", case, "--to", "ma.li", "--department", "repair", check=0)
    assert last_message(book).splitlines()[0] == f"{case} assign: ma.li repair"
    book.call("assign", case, "--to", ACTOR, "--department", TYPED, check=0)
    assert last_message(book).splitlines()[0] == f"{case} assign: {ACTOR}"


def test_levels_and_classes_are_still_named(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case = book.open("t")
    book.call("escalate", case, "--level", "urgent", "--reason", TYPED, check=0)
    assert last_message(book).splitlines()[0] == f"{case} escalate: urgent"


def test_a_remedy_is_named_only_where_the_policy_lists_remedies(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "complaintctl: 1\nname: x\ntimezone: UTC\nlevels: {high: {}}\nsteps: [{step: execute}]\n",
        encoding="utf-8",
    )
    book = make_book(tmp_path, tmp_path / "p.yaml", timezone="UTC")
    case = book.open("t")
    book.call("execute", case, "--remedy", TYPED, "--set", f"cause.class={TYPED}", check=0)
    assert last_message(book).splitlines()[0] == f"{case} execute"


def test_the_trailer_names_who_recorded_it_if_the_actor_is_in_no_policy(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case = book.open("t")
    for words in (("note", case, "n", "--by", TYPED), ("escalate", "--due", "--by", TYPED)):
        book.call(*words, check=0)
        assert f"Actor: {ACTOR}\n" in book.git("log", "-1", "--format=%B")
    assert book.json("show", case)["case"]["history"][-1]["by"] == TYPED


def test_the_trailer_names_a_person_of_the_policy(tmp_path: Path) -> None:
    book = with_people(make_book(tmp_path))
    book.call("note", book.open("t"), "n", "--by", "ma.li", check=0)
    assert "Actor: ma.li\n" in last_message(book)
