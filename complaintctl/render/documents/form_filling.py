"""Builds a filled form from the texts of its gaps: labels, choices and signatures in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from complaintctl.domain.case import fishbone, vocabulary
from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import guards
from complaintctl.domain.policy import policy
from complaintctl.domain.policy.forms import (
    FilledCell,
    FilledChoice,
    FilledFishbone,
    FilledForm,
    FilledPart,
    FilledPassage,
    FilledRow,
    FilledTable,
    FilledText,
    Form,
    FormBlock,
    FormChoice,
    FormTable,
    SignatureTable,
)
from complaintctl.domain.policy.policy import Policy, TextOrMap
from complaintctl.render.documents import template_context
from complaintctl.render.text import labels
from complaintctl.render.text.language import _, current_language
from complaintctl.render.text.values import localised_text

GapTexts = Sequence[Sequence[str]]
# How many of the team's own fields share a row; relative widths of role, name, signature and date.
_BESIDE: Final = 2
_SIGNATURE: Final = (3, 3, 4, 3)


def fill_form(form: Form, gaps: Sequence[GapTexts], judged: JudgedCase, rules: Rulebook) -> FilledForm:
    """Returns the filled form; `gaps` has the texts of each block, row by row."""
    policy = rules.policy
    parts = (
        part
        for block, texts in zip(form.blocks, gaps, strict=True)
        for part in _parts(block, texts, judged, rules)
    )
    return FilledForm(
        title=localised_text(form.title),
        # D-095: the team's own number only.
        number=form.number or "",
        team=policy.sender.name or policy.label.get(current_language(), policy.name),
        case=judged.case.id,
        language=current_language(),
        foot=_("Page {page} of {pages}"),
        parts=tuple(parts),
    )


def _parts(block: FormBlock, texts: GapTexts, judged: JudgedCase, rules: Rulebook) -> Iterator[FilledPart]:
    if block.heading:
        yield FilledText(text=localised_text(block.heading), is_heading=True)
    if block.note:
        yield FilledText(text=localised_text(block.note), is_heading=False)
    if block.row:
        cells = zip(block.row, texts[0], strict=True)
        yield FilledRow(
            pairs=tuple(
                FilledCell(label=localised_text(cell.label), text=_yes_no_text(text), width=cell.width)
                for cell, text in cells
            )
        )
    if block.text:
        passage = block.text
        yield FilledPassage(label=localised_text(passage.label), text=texts[0][0], lines=passage.lines)
    if block.table:
        yield _grid(block.table, texts)
    if block.choice:
        yield _boxes(block.choice, texts[0][0], rules.policy)
    if block.signatures:
        yield _signatures(block.signatures, judged, rules)
    if block.drawing:
        yield _drawing(judged)
    if block.own:
        yield from _own_field_parts(block.own, judged, rules.policy)


def _yes_no_text(text: str) -> str:
    """Returns a short text; a truth value is filled in as a key (`yes`, `no`) and translated here."""
    return {"yes": _("yes"), "no": _("no")}.get(text, text)


def _grid(table: FormTable, texts: GapTexts) -> FilledTable:
    empty = ("",) * len(table.columns)
    return FilledTable(
        label=localised_text(table.label),
        heads=tuple(localised_text(column.label) for column in table.columns),
        widths=tuple(column.width for column in table.columns),
        rows=(
            *(tuple(map(_yes_no_text, row)) for row in texts),
            *(empty for _index in range(table.rows - len(texts))),
        ),
        whole=False,
    )


def _boxes(choice: FormChoice, value: str, rules: Policy) -> FilledChoice:
    """Returns the boxes, that of `value` ticked; of nested classes only the top level, ticked for its subclasses."""
    if isinstance(choice.of, str):
        choices = vocabulary.field_choices(rules, choice.of).items()
        options = {key: names.get(current_language(), key) for key, names in choices if "/" not in key}
    else:
        options = {option.key: localised_text(option.label) for option in choice.of}
    top_level = value.partition("/")[0]
    ticked = [key for key, label in options.items() if {key, label} & {value, top_level}]
    if value and not ticked:
        options[value], ticked = value, [value]
    boxes = tuple((label, key in ticked) for key, label in options.items())
    return FilledChoice(label=localised_text(choice.label), options=boxes)


def _signatures(table: SignatureTable, judged: JudgedCase, rules: Rulebook) -> FilledTable:
    """Returns a row for each role, with name, event and day if somebody of that role approved the step."""
    step = rules.steps.get(table.step or "")
    # D-096: the policy says who signs.
    wanted: Sequence[TextOrMap] = guards.step_needs(step.approve, judged.case) if step else ()
    signers = judged.progress.approvals.get(table.step or "", ()) if wanted else ()
    rows = (_signature(role, signers, rules) for role in wanted or table.roles)
    return FilledTable(
        label=localised_text(table.label),
        heads=(_("Role"), _("Name"), _("Signature"), _("Date")),
        widths=_SIGNATURE,
        rows=tuple(rows),
        whole=True,
    )


def _signature(role: TextOrMap, signers: Sequence[Event], rules: Rulebook) -> tuple[str, ...]:
    if not isinstance(role, str):
        return localised_text(role), "", "", ""
    label = _capital(policy.labelled_role(rules.policy, role).label.get(current_language(), role))
    signed = [event for event in signers if role in guards.person_roles(rules, event.by)]
    if not signed:
        return label, "", "", ""
    event = signed[-1]
    mark = _("approved, {id}").format(id=event.id)
    day = event.at.astimezone(rules.zone).date().isoformat()
    return label, template_context.actor_name(rules.policy, event), mark, day


def _drawing(judged: JudgedCase) -> FilledFishbone | FilledTable:
    """Returns the fishbone of the case, or an empty table of the usual branches if it has none."""
    case = judged.case
    bones = fishbone.causes_by_branch(case.cause.fishbone if case.cause else ())
    if not bones:
        heads = (_("Branch"), _("Possible causes"))
        rows = tuple((labels.branch_label(name), "") for name in fishbone.BRANCHES)
        return FilledTable(label=_("Fishbone"), heads=heads, widths=(1, 5), rows=rows, whole=False)
    problem = case.problem.what if case.problem else None
    branches = tuple((labels.branch_label(name), tuple(causes)) for name, causes in bones.items())
    return FilledFishbone(label=_("Fishbone"), problem=problem or case.title, branches=branches)


def _own_field_parts(heading: TextOrMap, judged: JudgedCase, rules: Policy) -> Iterator[FilledPart]:
    """Yields the fields that the policy adds to a case, below their heading; nothing if it adds none."""
    pairs = [
        FilledCell(label=_field(rules, name), text=_own_text(rules, name, judged.case.x), width=1)
        for name in rules.fields
    ]
    if pairs:
        yield FilledText(text=localised_text(heading), is_heading=True)
    for first in range(0, len(pairs), _BESIDE):
        yield FilledRow(pairs=tuple(pairs[first : first + _BESIDE]))


def _field(rules: Policy, name: str) -> str:
    return _capital(policy.labelled_field(rules, f"x.{name}").label.get(current_language(), name))


def _capital(label: str) -> str:
    """Returns a label of the policy with a capital letter, like the other labels of a form."""
    return label[:1].upper() + label[1:]


def _own_text(rules: Policy, name: str, own_fields: Mapping[str, str | None]) -> str:
    text = own_fields.get(name) or ""
    return vocabulary.choice_label(rules, f"x.{name}", text, current_language())
