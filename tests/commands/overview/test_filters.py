"""Tests the filters of `list`: conditions by day, order, part and alternative; sorting by several fields; limits."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book, refused

NOW = "2026-11-20T12:00"


@dataclass(frozen=True)
class Desk:
    book: Book
    ids: dict[str, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    book = make_book(tmp_path_factory.mktemp("filters"))

    def opened(title: str, at: str, *options: str) -> str:
        return book.open(title, "--at", at, *options)

    ids = {
        "early": opened(
            *("early", "2026-11-14T23:59", "--level", "general", "--channel", "phone"),
            *("--set", "remedy.cost=99.50 CNY", "--set", "product.bought=2026-11-01", "--owner", "li.wei"),
        ),
        "first": opened(
            *("first", "2026-11-15T00:00", "--level", "urgent", "--channel", "email", "--phone"),
            *("138-0013-8000", "--set", "remedy.cost=1000 CNY", "--category", "quality/function/hardware"),
        ),
        "last": opened(
            *("last", "2026-11-15T23:59:30", "--level", "important", "--channel", "phone"),
            *("--email", "Wang.Fang@Example.com", "--set", "watchers=li.wei;zhao.min", "--owner", "zhao.min"),
        ),
        "later": opened(
            *("later Ｘ１００", "2026-11-16T00:00", "--serial", "SN-44 11", "--set", "x.shop=12"),
            *("--description", "call back 139 0013 9000"),
        ),
    }
    return Desk(book=book, ids=ids)


def listed(desk: Desk, *options: str) -> list[str]:
    rows = desk.book.json("list", "--as-of", NOW, "--columns", "id", *options)["cases"]
    names = {case_id: name for name, case_id in desk.ids.items()}
    return [names[row["id"]] for row in rows]


def found(desk: Desk, *options: str) -> list[str]:
    return listed(desk, "--sort", "received", *options)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("received=2026-11-15", ["first", "last"]),
        ("received!=2026-11-15", ["early", "later"]),
        ("received>=2026-11-15", ["first", "last", "later"]),
        ("received>2026-11-15", ["later"]),
        ("received<=2026-11-15", ["early", "first", "last"]),
        ("received<2026-11-15", ["early"]),
        ("received = 2026-11-15T00:00", ["first"]),
        ("received=2026-11-15T23:59", ["last"]),
        ("received=2026-11", ["early", "first", "last", "later"]),
        ("received<2026", []),
        ("received>=5d", ["last", "later"]),
        ("收到时间≥2026-11-16", ["later"]),
        ("收到时间＝2026-11-15", ["first", "last"]),
        ("received！＝2026-11-15", ["early", "later"]),
        ("due=2026-11-15", ["early", "first"]),
        ("due<yesterday", ["early", "first", "last", "later"]),
        ("product.bought=2026-11-01", ["early"]),
        ("product.bought>2026-11-01", []),
        ("product.bought!=", ["early"]),
    ],
)
def test_a_day_means_all_of_that_day_in_the_zone_of_the_policy(
    desk: Desk, condition: str, expected: list[str]
) -> None:
    assert found(desk, "--where", condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("level>=important", ["first", "last"]),
        ("level<重要", ["early"]),
        ("level!=urgent", ["early", "last", "later"]),
        ("level!=", ["early", "first", "last"]),
        ("remedy.cost>100", ["first"]),
        ("remedy.cost<=99.50", ["early"]),
        ("x.shop>=9", ["later"]),
        ("title~X100", ["later"]),
        ("title~AS", ["last"]),
        ("category~hard", ["first"]),
        ("category~硬件", ["first"]),
        ("category=quality", ["first"]),
        ("category!=quality", ["early", "last", "later"]),
        ("watchers=zhao.min", ["last"]),
        ("watchers~zhao", ["last"]),
        ("watchers>=2", ["last"]),
        ("forced=否", ["early", "first", "last", "later"]),
        ("overdue!=no", ["early", "first", "last", "later"]),
        ("customer~wang", ["last"]),
    ],
)
def test_conditions_know_order_size_parts_and_opposites(
    desk: Desk, condition: str, expected: list[str]
) -> None:
    assert found(desk, "--where", condition) == expected


@pytest.mark.parametrize(
    "options",
    [
        *[
            ("--where", f"customer.phone{typed}")
            for typed in ("=+8613800138000", "=１３８００１３８０００", "~0013 80", "~+86 138 0013")
        ],
        *[
            ("--search", typed)
            for typed in ("13800138000", "+86 138 0013 8000", "１３８００１３８０００", "0013-8000")
        ],
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(desk: Desk, options: tuple[str, ...]) -> None:
    assert found(desk, *options) == ["first"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--where", "customer.email=wang.fang@EXAMPLE.com"), ["last"]),
        (("--where", "customer.email!=WANG.FANG@example.com"), ["early", "first", "later"]),
        (("--search", "ＷＡＮＧ.fang@example"), ["last"]),
        (("--where", "product.serial=sn4411"), ["later"]),
        (("--where", "产品编号=ＳＮ４４１１"), ["later"]),
        (("--search", "sn4411"), ["later"]),
        (("--search", "x100"), ["later"]),
        (("--search", "139-0013-9000"), ["later"]),
        (("--search", "13800138001"), []),
    ],
)
def test_addresses_and_serial_numbers_are_found_however_they_are_written(
    desk: Desk, options: tuple[str, ...], expected: list[str]
) -> None:
    assert found(desk, *options) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--where", "level=urgent", "--where", "channel=phone"), []),
        (("--where", "level=urgent", "--or", "channel=phone"), ["early", "first", "last"]),
        (
            ("--where", "received=2026-11-15", "--where", "channel=phone", "--or", "x.shop=12"),
            ["last", "later"],
        ),
        (("--or", "level=urgent", "--or", "level=general"), ["early", "first"]),
        (("--channel", "电话"), ["early", "last"]),
        (("--channel", "phone", "--where", "level=urgent", "--or", "level=general"), ["early"]),
        (("--mine",), ["early"]),
        (("--mine", "--where", "level=urgent"), []),
    ],
)
def test_conditions_are_joined_by_and_alternatives_by_or(
    desk: Desk, options: tuple[str, ...], expected: list[str]
) -> None:
    assert found(desk, *options) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("channel,-received", ["first", "last", "early", "later"]),
        ("-channel，received", ["early", "last", "first", "later"]),
        ("level", ["first", "last", "early", "later"]),
        ("remedy.cost", ["early", "first", "last", "later"]),
        ("－remedy.cost、-id", ["first", "early", "later", "last"]),
    ],
)
def test_cases_are_sorted_by_several_fields(desk: Desk, sort: str, expected: list[str]) -> None:
    shown = listed(desk, "--sort", sort)
    assert shown[:2] == expected[:2]
    if "id" not in sort:
        assert shown == expected


def test_a_limit_shows_the_first_cases_and_says_so(desk: Desk) -> None:
    result = desk.book.call("list", "--as-of", NOW, "--limit", "2", "--columns", "title", check=0)
    assert len(result.stdout.splitlines()) == len(["heading", "line", "early", "first"])
    assert "2 of 4 cases; --limit hides the others." in result.stderr
    assert desk.book.call("list", "--as-of", NOW, "--limit", "4", check=0).stderr == ""


def test_an_empty_list_says_so_on_stderr(desk: Desk) -> None:
    result = desk.book.call("list", "--where", "received=2020-01-01", check=0)
    assert (result.stdout, result.stderr) == ("", "0 cases\n")
    result = desk.book.speaking("zh").call("list", "--where", "received=2020-01-01", "--lang", "zh", check=0)
    assert (result.stdout, result.stderr) == ("", "0 件案件\n")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("recieved=2026-11-15", "A case has no field recieved. Did you mean received?"),
        ("customer.fone=1", "Did you mean customer.phone?"),
        ("received", "received is not a condition."),
        ("received>=", "received>= is not a condition."),
        ("channel>phone", "channel has no order: > does not apply to it."),
        ("owner>=li.wei", "owner has no order"),
        ("received=2026-02-30", "2026-02-30 is not a time."),
        ("received=2526-02-03", "2526-02-03 is too far away."),
        ("level>=urgant", "Did you mean urgent?"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused(desk: Desk, condition: str, words: str) -> None:
    assert words in refused(desk.book, 2, "list", "--where", condition)
    assert words in refused(desk.book, 2, "list", "--or", condition)


def test_a_sorting_by_an_unknown_field_names_the_nearest(desk: Desk) -> None:
    assert "Did you mean received?" in refused(desk.book, 2, "list", "--sort", "level,-recieved")
    assert "Did you mean owner?" in refused(desk.book, 2, "list", "--columns", "ownr")


def test_the_word_for_oneself_is_understood_in_a_condition(tmp_path: Path) -> None:
    people = "people: {li.wei: {email: li.wei@example.com}, ma.li: {}}\n"
    policy = f"complaintctl: 1\nname: mine\ntimezone: UTC\n{people}"
    (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    mine, others = (book.open("t", "--owner", owner) for owner in ("me", "ma.li"))
    book.call("escalate", others, "--watch", "me", "--reason", "new", check=0)
    rows = {
        "owner=me": [mine],
        "负责人=我": [mine],
        "owner!=me": [others],
        "watchers=me": [others],
        "owner~me": [],
    }
    for condition, wanted in rows.items():
        found = book.json("list", "--columns", "id", "--where", condition)["cases"]
        assert [row["id"] for row in found] == wanted, condition
    found = book.json("list", "--columns", "id", "--where", "owner=li.wei", "--or", "owner=ma.li")["cases"]
    assert len(found) == 2
    book.call("note", "hello", "--where", "owner=me", "--yes", check=0)
    assert [event["did"] for event in book.json("show", mine)["case"]["history"]] == ["open", "note"]
