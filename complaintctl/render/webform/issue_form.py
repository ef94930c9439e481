"""The web form as an issue form of GitHub and Gitea, and as a description template of GitLab.

https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms,
https://docs.gitea.com/usage/issue-pull-request-templates, https://docs.gitlab.com/user/project/description_templates/.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.one_line import is_one_line_field
from complaintctl.domain.intake.form_questions import Question
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text.language import _, current_language

# The label that the form gives to its issues, and by which CI knows them.
FORM_LABEL: Final = "complaint"
_DAY_EXAMPLE: Final = "2026-11-02"


def github_form(policy: Policy, questions: Sequence[Question]) -> str:
    """Returns the issue form for GitHub and Gitea as YAML, in the current language."""
    name, purpose = _("Customer complaint"), _("Record a complaint; it becomes a case.")
    lines = [
        f"name: {_quoted(name)}",
        f"description: {_quoted(purpose)}",
        f"labels: [{_quoted(FORM_LABEL)}]",
        "body:",
        "  - type: markdown",
        "    attributes:",
        f"      value: {_quoted(_privacy_words())}",
    ]
    for question in questions:
        lines += _github_question(policy, question)
    return "\n".join(lines) + "\n"


def _github_question(policy: Policy, question: Question) -> Iterator[str]:
    kind = "dropdown" if question.choices else "input" if _is_line(question) else "textarea"
    yield f"  - type: {kind}"
    yield f"    id: {question.field.replace('.', '-')}"
    yield "    attributes:"
    yield f"      label: {_quoted(question_label(policy, question.field))}"
    if hint := _hint(policy, question):
        yield f"      description: {_quoted(hint)}"
    if fields.field_kinds().get(question.field) == "day":
        yield f"      placeholder: {_quoted(_DAY_EXAMPLE)}"
    if question.choices:
        yield "      options:"
        yield from (f"        - {_quoted(label)}" for label in _choice_labels(policy, question))
    yield "    validations:"
    yield f"      required: {'true' if question.required else 'false'}"


def gitlab_form(policy: Policy, questions: Sequence[Question]) -> str:
    """Returns the description template for GitLab: headings with hints as comments, and quick actions for the label."""
    parts = [f"<!-- complaintctl: {_comment(_privacy_words())} -->"]
    for question in questions:
        hints = [_("required") if question.required else "", _hint(policy, question)]
        if question.choices:
            hints.append(_("one of: {choices}").format(choices="; ".join(_choice_labels(policy, question))))
        if fields.field_kinds().get(question.field) == "day":
            hints.append(_DAY_EXAMPLE)
        words = _comment(". ".join(filter(None, hints)))
        comment = f"<!-- complaintctl: {words} -->\n" if words else ""
        parts.append(f"### {question_label(policy, question.field)}\n\n{comment}")
    # The label comes before the last question, below which everything belongs to the customer's words.
    parts.insert(1, f"/label ~{FORM_LABEL}\n/confidential")
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def question_label(policy: Policy, name: str) -> str:
    """Returns the heading of a question; `import form` knows it in every language."""
    labels = vocabulary.field_labels(policy).get(name, {})
    label = " ".join((labels.get(current_language()) or next(iter(labels.values()), name)).split())
    return label[:1].upper() + label[1:]


def _choice_labels(policy: Policy, question: Question) -> list[str]:
    """Returns the labels of the choices; the key where two have one label, because a form must not repeat an option."""
    language = current_language()
    found = [vocabulary.choice_label(policy, question.field, key, language) for key in question.choices]
    return [
        key if found.count(label) > 1 else label for key, label in zip(question.choices, found, strict=True)
    ]


def _hint(policy: Policy, question: Question) -> str:
    if len(question.either) > 1:
        names = _(", ").join(question_label(policy, name) for name in question.either)
        return _("At least one of these: {fields}").format(fields=names)
    return ""


def _is_line(question: Question) -> bool:
    return (
        is_one_line_field(question.field)
        or question.field.startswith("x.")
        or question.field == "remedy_sought"
    )


def _privacy_words() -> str:
    return _("Everyone who can read the issues of this project can read what is written here.")


def _comment(words: str) -> str:
    return words.replace("--", "–").replace(">", "›")


def _quoted(text: str) -> str:
    """A YAML scalar: JSON's double quotes are YAML's."""
    return json.dumps(text, ensure_ascii=False)
