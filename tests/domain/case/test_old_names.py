"""Old names of the policy (`also:`) are read as the current ones."""

from complaintctl.domain.case.old_names import old_names_by_field, rename_class, with_current_names
from complaintctl.domain.deadlines import history
from complaintctl.domain.policy.policy import ClassEntry, LabelledEntry, Person
from tests.domain.building import a_book, a_case, did


def test_a_class_below_a_renamed_one_moves_along_and_may_be_renamed_twice() -> None:
    names = {"quality/function": "quality/works", "quality": "product", "product/function": "product/works"}
    assert rename_class(names, "quality/function/screen") == "product/works/screen"
    assert rename_class(names, "qualityfunction") == "qualityfunction"
    assert rename_class({"a": "b", "b": "a"}, "a") == "a"


def test_fields_and_history_agree_and_a_mere_renaming_is_no_change() -> None:
    rules = a_book(
        levels={"top": LabelledEntry(also=("urgent",)), "general": None},
        categories={"quality": ClassEntry(sub={"works": ClassEntry(also=("quality/function",))})},
        people={"lw": Person(also=("li.wei",))},
    )
    case = a_case(
        did("open", "09:00", set={"level": (None, "urgent"), "owner": (None, "li.wei")}),
        did("edit", "10:00", set={"level": ("urgent", "top"), "title": ("a", "b")}),
        level="top",
        category="quality/function",
        owner="li.wei",
        watchers=("li.wei", "quality"),
    )
    now = with_current_names(case, old_names_by_field(rules.policy))
    assert (now.level, now.category, now.owner, now.watchers) == (
        "top",
        "quality/works",
        "lw",
        ("lw", "quality"),
    )
    assert now.history[0].set == {"level": (None, "top"), "owner": (None, "lw")}
    assert now.history[1].set == {"title": ("a", "b")}
    assert history.recorded_value(now, "level") == now.level
    assert [event.id for event in now.history] == [event.id for event in case.history]


def test_without_old_names_the_case_is_the_same_object() -> None:
    case = a_case()
    assert with_current_names(case, old_names_by_field(a_book().policy)) is case
