"""Which closed cases belong to the library, and which answer a question."""

from complaintctl.domain.case import lessons
from complaintctl.domain.case.case import Bone, Cause, Circumstances, Measure, Plan
from complaintctl.domain.case.lessons import Lesson
from tests.domain.building import a_case, at


def test_a_lesson_or_a_mark_puts_a_case_into_the_library() -> None:
    assert not lessons.has_lesson(a_case())
    assert lessons.has_lesson(a_case(lesson="Test longer"))
    assert lessons.has_lesson(a_case(lesson_mark="failure"))


def test_words_are_sought_in_every_text_of_problem_cause_and_plan() -> None:
    case = a_case(
        problem=Circumstances(where="line 3"),
        cause=Cause(
            finding="thin foil",
            five_whys=("no incoming check",),
            fishbone=(Bone(branch="machine", cause="worn jaw"),),
        ),
        plan=Plan(measures=(Measure(what="Check every batch", who="qa"),), supervision="monthly"),
    )
    for words in ("FOIL", "incoming", "batch", "monthly", "line", "jaw", "foil monthly swells", ""):
        assert lessons.matches_search(case, words, {})
    for words in ("foils", "foil weekly", "open"):
        assert not lessons.matches_search(case, words, {})


def test_a_class_includes_those_below_it_and_no_other_that_begins_alike() -> None:
    case = a_case(category="quality/function")
    assert lessons.matches_search(case, "", {"category": "quality"})
    assert lessons.matches_search(case, "", {"category": "quality/function"})
    assert not lessons.matches_search(case, "", {"category": "qual"})
    assert not lessons.matches_search(case, "", {"cause.class": "quality"})


def test_the_case_closed_last_comes_first() -> None:
    kept = [Lesson(case=a_case(id=name), closed=at(hour)) for name, hour in (("A", "10:00"), ("B", "11:00"))]
    assert [lesson.case.id for lesson in sorted(kept, key=lessons.newest_first_order)] == ["B", "A"]
