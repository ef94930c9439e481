"""Whatever the text of an issue is, every line of it is in the case, and the case can be written and read."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request, create_case
from complaintctl.exchange.webform.edited_issue import changes_of_issue, issue_source
from complaintctl.exchange.webform.issue_body import read_answers
from complaintctl.exchange.webform.issue_event import IssueEvent, plain_text
from complaintctl.storage.case import new_text
from complaintctl.storage.policy.policyfile import read_policy
from complaintctl.storage.yaml import yamltext
from tests.docs.readme import ROOT

FILE, _PROBLEMS = read_policy(ROOT / "templates/policies/electronics.yaml")
assert FILE is not None
RULES = build_rulebook(FILE.policy)
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
HEADINGS = (
    "Customer's name",
    "客户姓名",
    "customer.phone",
    "Class",
    "Channel",
    "Bought on",
    "Description",
    "Shoe size",
)
LINES = st.one_of(
    st.sampled_from([f"### {heading}" for heading in HEADINGS]),
    st.sampled_from(
        ["", "_No response_", "None", "phone", "产品质量", "2026-11-02", "### ", "```", "<!-- x -->", "#"]
    ),
    st.text(max_size=20),
)


def issue(body: str, title: str = "Battery swells") -> IssueEvent:
    return IssueEvent(
        system="github.com", number="a/b#1", title=title, body=plain_text(body), created=NOW, labels=()
    )


def opened(found: IssueEvent) -> Case:
    answers = read_answers(RULES.policy, found)
    source = issue_source(RULES.policy, found, answers.values)
    draft = Case(id="C-20261120-7K3FQ", title="", received=NOW, status="open", source=source)
    act = Attribution(at=NOW, now=NOW, by="li.wei", given=False, recorder=None)
    return create_case(fields.with_values(draft, answers.values), RULES, act, Request(did="open"))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_line_of_an_issue_is_lost_and_its_case_can_be_read_again(body: str) -> None:
    found = issue(body)
    case = opened(found)
    reading = yamltext.parse_yaml(new_text.case_yaml(case).encode(), with_places=False)
    assert not reading.flaws
    known = {f"### {heading}".casefold() for heading in HEADINGS}
    kept = " ".join(
        fields.text_at(case, name) or ""
        for name in (
            "description",
            "customer.name",
            "customer.phone",
            "category",
            "channel",
            "product.bought",
        )
    )
    labels = {"phone": "phone", "产品质量": "quality"}
    for line in found.body.split("\n"):
        words = line.strip()
        if words.casefold() in {"_no response_", "none"} | known:
            continue
        assert words in kept or labels.get(words, words) in kept


@given(st.lists(LINES, max_size=8).map("\n".join), st.lists(LINES, max_size=8).map("\n".join))
def test_an_edit_that_nobody_at_the_desk_touched_is_taken_whole(before: str, after: str) -> None:
    case = opened(issue(before))
    answers = read_answers(RULES.policy, issue(after))
    source = issue_source(RULES.policy, issue(after), answers.values)
    changes = changes_of_issue(RULES.policy, case, source, answers.values)
    assert changes.kept == {}
    edited = fields.with_values(case, changes.taken)
    fresh = opened(issue(after))
    for name in fields.field_kinds():
        if name.partition(".")[0] in {"customer", "product", "description", "category", "channel", "title"}:
            assert fields.text_at(edited, name) == fields.text_at(fresh, name)
