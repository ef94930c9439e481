"""The cause analysis of a complaint, for people and programs: 5W1H, five whys, fishbone."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain.case import fields, fishbone
from complaintctl.domain.case.case import Case
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables, wrapping
from complaintctl.render.text.language import N_, _

ANALYSIS_FORMATS: Final = ("text", "md", "mermaid", "svg", "json")
QUESTION_LABELS: Final[Mapping[str, str]] = {
    "what": N_("What"),
    "when": N_("When"),
    "where": N_("Where"),
    "who": N_("Who"),
    "why": N_("Why"),
    "how": N_("How"),
}
_COLUMNS: Final = 100
# Mermaid reads these as syntax or as a list; in a label they must be written as `#59;`.
_MARKS: Final = re.compile(r"(?=[\x00-\x7f])[^\w\s,:/()'?!.-]|^-|(?<=\d)[.)]|_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """The analysis of a case with labels in the reader's language; unknown parts are left out."""

    case: str
    title: str
    problem: Mapping[str, str]
    branches: Mapping[str, Sequence[str]]
    whys: Sequence[str]
    result: Mapping[str, str]

    @property
    def head(self) -> str:
        """Returns the problem in a few words: what happened, else the title of the case."""
        return self.problem.get(_(QUESTION_LABELS["what"])) or self.title


def case_analysis(case: Case, policy: Policy) -> Analysis:
    """Returns the analysis of a case with the labels of its policy."""
    cause = case.cause
    bones = fishbone.causes_by_branch(cause.fishbone if cause else ())
    answers = {
        _(label): fields.text_at(case, f"problem.{name}") or "" for name, label in QUESTION_LABELS.items()
    }
    result = {
        _("Cause"): labels.word_label(policy, "cause.class", cause.class_ if cause else None),
        _("Finding"): (cause.finding if cause else None) or "",
    }
    return Analysis(
        case=case.id,
        title=case.title,
        problem={label: text for label, text in answers.items() if text},
        branches={labels.branch_label(name): causes for name, causes in bones.items()},
        whys=cause.five_whys if cause else (),
        result={label: text for label, text in result.items() if text},
    )


def analysis_text(analysis: Analysis) -> str:
    """Returns the analysis for a terminal, with the fishbone as a tree."""
    parts = [[f"{analysis.case}  {analysis.title}"]]
    if analysis.problem:
        parts.append([_("5W1H"), *_rows(analysis.problem)])
    if analysis.branches:
        parts.append([_("Fishbone"), *_tree(analysis)])
    if analysis.whys:
        parts.append(
            [_("Five whys"), *_rows({f"{number}.": why for number, why in enumerate(analysis.whys, 1)})]
        )
    if analysis.result:
        parts.append([_("Result"), *_rows(analysis.result)])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _rows(pairs: Mapping[str, str]) -> Iterator[str]:
    return wrapping.definition_lines(list(pairs.items()), _columns())


def _tree(analysis: Analysis) -> Iterator[str]:
    yield from _tree_lines("  ", "  ", analysis.head)
    for name, causes in analysis.branches.items():
        is_last = name == list(analysis.branches)[-1]
        yield from _tree_lines("  └─ " if is_last else "  ├─ ", "     " if is_last else "  │  ", name)
        trunk = "     " if is_last else "  │  "
        for number, cause in enumerate(causes, 1):
            is_end = number == len(causes)
            yield from _tree_lines(
                trunk + ("└─ " if is_end else "├─ "), trunk + ("   " if is_end else "│  "), cause
            )


def _columns() -> int:
    return min(wrapping.screen_width(_COLUMNS), _COLUMNS)


def _tree_lines(first: str, later: str, words: str) -> Iterator[str]:
    for index, line in enumerate(
        wrapping.wrap_to_measure(words, _columns() - len(first), wrapping.text_width)
    ):
        yield (later if index else first) + line


def analysis_markdown(analysis: Analysis) -> str:
    """Returns the analysis as Markdown: tables, and the fishbone as a Mermaid diagram."""
    whys = {str(number): why for number, why in enumerate(analysis.whys, 1)}
    diagram = f"```mermaid\n{analysis_mermaid(analysis)}```\n" if analysis.branches else ""
    parts = [
        (_("5W1H"), _table(analysis.problem)),
        (_("Fishbone"), diagram),
        (_("Five whys"), _table(whys)),
        (_("Result"), _table(analysis.result)),
    ]
    title = f"# {tables.markdown_line(f'{analysis.case} {analysis.title}')}\n"
    return "\n".join([title, *(f"## {heading}\n\n{part}" for heading, part in parts if part)])


def _table(pairs: Mapping[str, str]) -> str:
    entries = [{"name": name, "text": _safe(words)} for name, words in pairs.items()]
    return tables.format_rows({"name": "", "text": ""}, entries, "md") if entries else ""


def _safe(words: str) -> str:
    """Returns the text on one line with HTML escaped."""
    return " ".join(words.split()).replace("&", "&amp;").replace("<", "&lt;")


def analysis_mermaid(analysis: Analysis) -> str:
    """Returns the fishbone and the whys as one Mermaid flowchart that leads to the problem."""
    rows = ["flowchart LR", f"  problem{_node(analysis.head, '{{', '}}')}"]
    for number, (name, causes) in enumerate(analysis.branches.items(), 1):
        rows.append(f"  b{number}{_node(name, '(', ')')} --> problem")
        rows += [
            f"  b{number}c{index}{_node(cause, '[', ']')} --> b{number}"
            for index, cause in enumerate(causes, 1)
        ]
    effect = "problem"
    for number, why in enumerate(analysis.whys, 1):
        words = _("why {number}: {text}").format(number=number, text=why)
        rows.append(f"  w{number}{_node(words, '[', ']')} --> {effect}")
        effect = f"w{number}"
    return "\n".join(rows) + "\n"


def _node(words: str, opening: str, closing: str) -> str:
    safe = _MARKS.sub(lambda match: f"#{ord(match[0])};", " ".join(words.split()))
    return f'{opening}"{safe or " "}"{closing}'


def analysis_json(analysis: Analysis, case: Case) -> dict[str, Any]:
    """Returns the analysis for programs, under the keys of the case file."""
    cause = case.cause
    return {
        "case": analysis.case,
        "title": analysis.title,
        "problem": fields.plain_value(case.problem) if case.problem else {},
        "fishbone": fields.plain_value(cause.fishbone) if cause else [],
        "five_whys": list(analysis.whys),
        "cause": cause.class_ if cause else None,
        "finding": cause.finding if cause else None,
    }
