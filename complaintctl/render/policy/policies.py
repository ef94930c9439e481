"""A policy as text, tables or JSON."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.lifecycle import grading
from complaintctl.domain.policy.policy import (
    EVERY_STEP,
    SAYS_MORE,
    CloseRule,
    Labels,
    ListOrMap,
    Policy,
    PolicySource,
    RepetitionRule,
    Rung,
    Step,
    TextOrMap,
    class_paths,
)
from complaintctl.render.case import events
from complaintctl.render.policy.duty_table import duty_table
from complaintctl.render.policy.retention_table import retention_table
from complaintctl.render.policy.shortcut_table import shortcut_table
from complaintctl.render.policy.step_rules import step_rules_table
from complaintctl.render.text import tables
from complaintctl.render.text.labels import (
    choices_text,
    clock_name_label,
    conditions_text,
    field_label,
    key_with_label,
    map_key_label,
    origin_label,
    party_label,
    repetition_label,
    step_label,
    word_label,
)
from complaintctl.render.text.language import _, current_language, keys_shown

# Columns of the list of policies in the formats for programs.
COLUMNS: Final = (
    "name",
    "label.en",
    "label.zh",
    "steps",
    "source.title",
    "source.version",
    "source.url",
    "source.unverified",
)


def policy_label(policy: Policy) -> str:
    """Returns the label of the policy in the reader's language, else its name."""
    return policy.label.get(current_language()) or policy.name


def _title(policy: Policy) -> str:
    return events.label_and_value(policy.name, policy_label(policy)) + _(" ({words})").format(
        words=policy.timezone
    )


@keys_shown()
def policy_text(policy: Policy, output_format: str) -> str:
    """Returns a policy as `table` or `md`: its source, steps, rules, labels, grading and closing rules."""
    parts = [f"{'# ' if output_format == 'md' else ''}{_title(policy)}\n"]
    parts.append("".join(f"{line}\n" for line in _source_lines(policy.source)))
    steps = [_step(policy, step) for step in policy.steps]
    columns = {
        "step": _("step"),
        "limit": _("limit"),
        "from": _("counted from"),
        "needs": _("needs"),
        "approve": _("approved by"),
    }
    parts.append(tables.format_rows(columns, steps, output_format))
    clock_rules = "".join(f"{line}\n" for line in _clock_rules(policy))
    parts += [_step_conditions(policy, output_format), step_rules_table(policy, output_format)]
    parts += [table(policy, output_format) for table in (_tasks, shortcut_table, duty_table, retention_table)]
    parts += [clock_rules, _sources(policy, output_format)]
    parts += _vocabulary(policy, output_format)
    classes = [
        {"key": path, "label": _own_label(entry.label)} for path, entry in class_paths(policy.categories, "")
    ]
    if classes:
        parts.append(tables.format_rows({"key": _("class"), "label": _("name")}, classes, output_format))
    own = list(_own_fields(policy))
    if own:
        columns = {"key": _("field"), "label": _("name"), "choices": _("choices")}
        parts.append(tables.format_rows(columns, own, output_format))
    if policy.grading:
        parts.append(_grading(policy, output_format))
    closing = [
        {
            "outcome": vocabulary.choice_label(policy, "outcome", outcome, current_language()),
            "needs": _closing(policy, rule),
        }
        for outcome, rule in policy.close.items()
    ]
    if closing:
        parts.append(
            tables.format_rows({"outcome": _("closing as"), "needs": _("needs")}, closing, output_format)
        )
    return "\n".join(part for part in parts if part)


def _vocabulary(policy: Policy, output_format: str) -> Iterator[str]:
    """Yields a table each of levels, channels, remedies and roles with their labels."""
    for heading, entries in (
        (_("level"), policy.levels),
        (_("channel"), policy.channels),
        (_("remedy"), policy.remedies),
        (_("role"), policy.roles),
    ):
        labels_of = {key: entry.label if entry else {} for key, entry in entries.items()}
        yield _words(heading, labels_of, output_format)


def _step_conditions(policy: Policy, output_format: str) -> str:
    """Returns a table of the steps with conditions, roles or a promise to the customer; empty without any."""
    rows = [
        {
            "step": key_with_label(step.step, _own_label(step.label)),
            "when": conditions_text(policy, step.when),
            "roles": _(", ").join(party_label(policy, role) for role in step.roles),
            "promise": _("; ").join(
                events.label_and_value(step_label(policy, what), _limit(policy, texts))
                for what, texts in step.promise.items()
            ),
        }
        for step in policy.steps
        if step.when or step.roles or step.promise
    ]
    columns = {
        "step": _("step"),
        "when": _("only where"),
        "roles": _("only by"),
        "promise": _("promises the customer"),
    }
    return tables.format_rows(columns, rows, output_format) if rows else ""


def _sources(policy: Policy, output_format: str) -> str:
    rules = [{"step": step.step, "source": step.source} for step in policy.steps if step.source]
    return (
        tables.format_rows({"step": _("step"), "source": _("source")}, rules, output_format) if rules else ""
    )


def _tasks(policy: Policy, output_format: str) -> str:
    rows = [
        {
            "to": party_label(policy, rule.to),
            "what": rule.what if isinstance(rule.what, str) else _own_label(rule.what),
            "limit": _limit(policy, rule.within),
            "when": conditions_text(policy, rule.when),
        }
        for rule in policy.tasks
    ]
    columns = {"to": _("task for"), "what": _("what"), "limit": _("limit"), "when": _("only where")}
    return tables.format_rows(columns, rows, output_format) if rows else ""


def _clock_rules(policy: Policy) -> Iterator[str]:
    """Yields the rules for all clocks: warnings, the longest wait, what keeps promises, escalation, repetition."""
    if policy.warn:
        yield _("Warnings at: {texts}").format(texts=_(", ").join(policy.warn))
    if policy.wait.at_most:
        yield _("One wait pauses a clock for at most {limit}").format(limit=policy.wait.at_most)
    if policy.says_more != SAYS_MORE:
        steps = _(", ").join(step_label(policy, name) for name in policy.says_more)
        yield _("What tells the customer more, the least first: {steps}").format(steps=steps)
    for rung in policy.escalation:
        when = _("{limit} late") if rung.late else _("{limit} before")
        template = _("{when}: notify {to}")
        text = template.format(
            when=when.format(limit=rung.late or rung.before), to=party_label(policy, rung.to)
        )
        yield _(", ").join((text, *_rule_effects(policy, rung)))
    for rule in policy.repetition:
        yield _(", ").join((repetition_label(policy, rule), *_rule_effects(policy, rule)))


def _rule_effects(policy: Policy, rung: Rung | RepetitionRule) -> Iterator[str]:
    """Yields what a rung or repetition rule does besides informing somebody, and its steps if limited."""
    if rung.raise_ is not None:
        yield _("one level up")
    if rung.hand_over:
        yield _("takes the case over")
    if isinstance(rung, Rung) and rung.steps:
        steps = (clock_name_label(policy, name) for name in rung.steps)
        yield _("for {steps} only").format(steps=_(", ").join(steps))


def _source_lines(source: PolicySource | None) -> Iterator[str]:
    """Yields the source of the numbers and its version, with a warning if nobody has verified them."""
    if source is None:
        return
    yield _("Source: {title}").format(title=source.title)
    if source.version:
        yield _("Version: {version}").format(version=source.version)
    if source.url:
        yield source.url
    if source.unverified:
        yield _("Unverified: nobody has compared these numbers with the text of the rule.")


def policy_list(named: Mapping[str, Policy], output_format: str) -> str:
    """Returns the policies in one of tables.TABLE_FORMATS, each with the source of its numbers."""
    if output_format == "json":
        return tables.json_document("policies", [_entry(name, policy) for name, policy in named.items()])
    if output_format == "jsonl":
        return tables.format_rows({}, [_entry(name, policy) for name, policy in named.items()], output_format)
    if output_format not in tables.READABLE_FORMATS:
        return tables.format_raw_rows(COLUMNS, [_flat(*pair) for pair in named.items()], output_format)
    columns = {
        "name": _("name"),
        "label": _("what it is"),
        "steps": _("steps"),
        "source": _("source"),
        "version": _("version"),
        "unverified": _("remark"),
    }
    entries = [
        {**_entry(name, policy), "label": policy_label(policy), **_origin(policy)}
        for name, policy in named.items()
    ]
    return tables.format_rows(columns, entries, output_format)


def _entry(name: str, policy: Policy) -> dict[str, Any]:
    return {
        "name": name,
        "label": policy.label,
        "steps": len(policy.steps),
        "source": _plain(policy.source) if policy.source else None,
    }


def _flat(name: str, policy: Policy) -> dict[str, Any]:
    """Returns a policy as a row of COLUMNS; a nested key of its JSON becomes `outer.inner`."""
    row: dict[str, Any] = {}
    for key, value in _entry(name, policy).items():
        row |= (
            {f"{key}.{inner}": text for inner, text in value.items()}
            if isinstance(value, dict)
            else {key: value}
        )
    return row


def _origin(policy: Policy) -> dict[str, str | None]:
    source = policy.source
    return {
        "source": source.title if source else None,
        "version": source.version if source else None,
        "unverified": _("unverified") if source and source.unverified else None,
    }


def policy_json(policy: Policy) -> Any:
    """Returns the whole policy for programs under the keys of its file, without empty values."""
    return _plain(policy)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((entry.name, getattr(value, entry.name)) for entry in dataclasses.fields(value))
        return {fields.file_key(name): _plain(inner) for name, inner in pairs if inner not in (None, (), {})}
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _words(heading: str, entries: Mapping[str, Labels], output_format: str) -> str:
    rows = [{"key": key, "label": _own_label(labels)} for key, labels in entries.items()]
    return tables.format_rows({"key": heading, "label": _("name")}, rows, output_format) if rows else ""


def _own_label(labels: Labels) -> str:
    return labels.get(current_language()) or next(iter(labels.values()), "")


def _own_fields(policy: Policy) -> Iterator[dict[str, str]]:
    """Yields the team's own fields with the values they accept."""
    for key, own in policy.fields.items():
        choices = own.choices.items() if own else ()
        named = (
            key_with_label(choice, _own_label(entry.label) if entry else "") for choice, entry in choices
        )
        label = _own_label(own.label) if own else ""
        yield {"key": f"x.{key}", "label": label, "choices": _(", ").join(named)}


def _grading(policy: Policy, output_format: str) -> str:
    """Returns the rows of the grading in order: their conditions and the level they give."""
    names = grading.grading_fields(policy)
    columns = {
        "row": _("grading"),
        **{name: field_label(policy, name) for name in names},
        "level": _("level"),
    }
    rows = [
        {
            "row": number,
            **{name: choices_text(policy, name, wanted) for name, wanted in row.when.items()},
            "level": word_label(policy, "level", row.level),
        }
        for number, row in enumerate(policy.grading, 1)
    ]
    return tables.format_rows(columns, rows, output_format)


def _closing(policy: Policy, rule: CloseRule | None) -> str:
    if rule is None:
        return ""
    needs = (field_label(policy, name) for name in rule.needs)
    steps = (
        (_("every required step"),)
        if rule.steps == EVERY_STEP
        else (step_label(policy, name) for name in rule.steps)
    )
    return _(", ").join((*steps, *needs))


def _step(policy: Policy, step: Step) -> dict[str, str]:
    points = (step.from_,) if isinstance(step.from_, str) else step.from_
    limit = _limit(policy, step.within) or (
        _("every {limit}").format(limit=_limit(policy, step.every)) if step.every else ""
    )
    if step.again:
        limit = _("{limit}; again {again}").format(limit=limit, again=_limit(policy, step.again))
    return {
        "step": key_with_label(step.step, _own_label(step.label)),
        "limit": limit,
        "from": _(", ").join(origin_label(policy, point) for point in points) if limit else "",
        "needs": _lists(policy, step.needs, field_label),
        "approve": _lists(policy, step.approve, party_label),
    }


def _limit(policy: Policy, texts: TextOrMap | None) -> str:
    if texts is None or isinstance(texts, str):
        return texts or ""
    return _(", ").join(f"{map_key_label(policy, key)} {text}" for key, text in texts.items())


def _lists(policy: Policy, lists: ListOrMap, entry_label: Callable[[Policy, str], str]) -> str:
    if isinstance(lists, tuple):
        return _(", ").join(entry_label(policy, entry) for entry in lists)
    return _("; ").join(
        events.label_and_value(map_key_label(policy, key), _lists(policy, entries, entry_label))
        for key, entries in lists.items()
    )
