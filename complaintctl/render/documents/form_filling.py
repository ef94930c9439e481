"""A form for a case: the texts of its gaps with the labels, words and signatures round them, in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from complaintctl.domain.case import fishbone, vocabulary
from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines.clocks import Judged
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import guards
from complaintctl.domain.policy import policy
from complaintctl.domain.policy.forms import (
    Block,
    Boxes,
    Choice,
    Fish,
    Form,
    Grid,
    Line,
    Pair,
    Part,
    Sheet,
    Signatures,
    Table,
    Words,
    Writing,
)
from complaintctl.domain.policy.policy import Policy, Texts
from complaintctl.render.documents import template_facts
from complaintctl.render.text import labels
from complaintctl.render.text.language import _, current
from complaintctl.render.text.values import in_language

Gaps = Sequence[Sequence[str]]
# The team's own fields stand two beside each other; role, name, signature and date of a signature so wide.
_BESIDE: Final = 2
_SIGNATURE: Final = (3, 3, 4, 3)


def sheet(form: Form, gaps: Sequence[Gaps], judged: Judged, rules: Rulebook) -> Sheet:
    """The filled form; `gaps` are the texts of each block, row by row."""
    policy = rules.policy
    parts = (
        part
        for block, texts in zip(form.blocks, gaps, strict=True)
        for part in _parts(block, texts, judged, rules)
    )
    return Sheet(
        title=in_language(form.title),
        number=form.number or "",
        team=policy.sender.name or policy.label.get(current(), policy.name),
        case=judged.case.id,
        language=current(),
        foot=_("Page {page} of {pages}"),
        parts=tuple(parts),
    )


def _parts(block: Block, texts: Gaps, judged: Judged, rules: Rulebook) -> Iterator[Part]:
    if block.heading:
        yield Words(text=in_language(block.heading), is_heading=True)
    if block.note:
        yield Words(text=in_language(block.note), is_heading=False)
    if block.row:
        cells = zip(block.row, texts[0], strict=True)
        yield Line(
            pairs=tuple(
                Pair(label=in_language(one.label), text=_said(text), width=one.width) for one, text in cells
            )
        )
    if block.text:
        one = block.text
        yield Writing(label=in_language(one.label), text=texts[0][0], lines=one.lines)
    if block.table:
        yield _grid(block.table, texts)
    if block.choice:
        yield _boxes(block.choice, texts[0][0], rules.policy)
    if block.signatures:
        yield _signatures(block.signatures, judged, rules)
    if block.drawing:
        yield _drawing(judged)
    if block.own:
        yield from _own(block.own, judged, rules.policy)


def _said(text: str) -> str:
    """A short text; what is true or false is filled in as the key of a box, here it is read."""
    return {"yes": _("yes"), "no": _("no")}.get(text, text)


def _grid(table: Table, texts: Gaps) -> Grid:
    empty = ("",) * len(table.columns)
    return Grid(
        label=in_language(table.label),
        heads=tuple(in_language(column.label) for column in table.columns),
        widths=tuple(column.width for column in table.columns),
        rows=(
            *(tuple(map(_said, row)) for row in texts),
            *(empty for _place in range(table.rows - len(texts))),
        ),
        whole=False,
    )


def _boxes(choice: Choice, value: str, rules: Policy) -> Boxes:
    """The options; of a tree of classes its first ones, and that which a deeper one belongs to is ticked."""
    if isinstance(choice.of, str):
        known = vocabulary.words(rules, choice.of).items()
        options = {key: names.get(current(), key) for key, names in known if "/" not in key}
    else:
        options = {one.key: in_language(one.label) for one in choice.of}
    beginning = value.partition("/")[0]
    ticked = [key for key, label in options.items() if {key, label} & {value, beginning}]
    if value and not ticked:
        options[value], ticked = value, [value]
    boxes = tuple((label, key in ticked) for key, label in options.items())
    return Boxes(label=in_language(choice.label), options=boxes)


def _signatures(asked: Signatures, judged: Judged, rules: Rulebook) -> Grid:
    """A line for each role; who holds it and approved is named with the day and the event."""
    step = rules.steps.get(asked.step or "")
    wanted: Sequence[Texts] = guards.needs_of(step.approve, judged.case) if step else ()
    signers = judged.progress.approvals.get(asked.step or "", ()) if wanted else ()
    rows = (_signature(one, signers, rules) for one in wanted or asked.roles)
    return Grid(
        label=in_language(asked.label),
        heads=(_("Role"), _("Name"), _("Signature"), _("Date")),
        widths=_SIGNATURE,
        rows=tuple(rows),
        whole=True,
    )


def _signature(who: Texts, signers: Sequence[Event], rules: Rulebook) -> tuple[str, ...]:
    if not isinstance(who, str):
        return in_language(who), "", "", ""
    label = _capital(policy.role(rules.policy, who).label.get(current(), who))
    signed = [event for event in signers if who in guards.roles_of(rules, event.by)]
    if not signed:
        return label, "", "", ""
    event = signed[-1]
    mark = _("approved, {id}").format(id=event.id)
    day = event.at.astimezone(rules.zone).date().isoformat()
    return label, template_facts.person(rules.policy, event.by), mark, day


def _drawing(judged: Judged) -> Fish | Grid:
    """The fishbone, or a table of its usual branches to write on."""
    case = judged.case
    bones = fishbone.branches(case.cause.fishbone if case.cause else ())
    if not bones:
        heads = (_("Branch"), _("Possible causes"))
        rows = tuple((labels.branch(name), "") for name in fishbone.BRANCHES)
        return Grid(label=_("Fishbone"), heads=heads, widths=(1, 5), rows=rows, whole=False)
    problem = case.problem.what if case.problem else None
    branches = tuple((labels.branch(name), tuple(causes)) for name, causes in bones.items())
    return Fish(label=_("Fishbone"), problem=problem or case.title, branches=branches)


def _own(heading: Texts, judged: Judged, rules: Policy) -> Iterator[Part]:
    """The fields that the policy adds to a case, where it adds any."""
    pairs = [
        Pair(label=_field(rules, name), text=_own_text(rules, name, judged.case.x), width=1)
        for name in rules.fields
    ]
    if pairs:
        yield Words(text=in_language(heading), is_heading=True)
    for place in range(0, len(pairs), _BESIDE):
        yield Line(pairs=tuple(pairs[place : place + _BESIDE]))


def _field(rules: Policy, name: str) -> str:
    return _capital(policy.fact(rules, f"x.{name}").label.get(current(), name))


def _capital(label: str) -> str:
    """A word of the policy, as the labels of a form are written."""
    return label[:1].upper() + label[1:]


def _own_text(rules: Policy, name: str, known: Mapping[str, str | None]) -> str:
    text = known.get(name) or ""
    return vocabulary.label(rules, f"x.{name}", text, current())
