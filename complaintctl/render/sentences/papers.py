"""Sentences about regular papers and the presets of returns."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

PAPER_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "paper-without-end": N_("A paper needs a period with a beginning and an end. Give both --from and --to."),
    "paper-future": N_("The period {value} has not begun."),
    "paper-name": N_("No command prints a paper called {name}. The papers: {choices}."),
    "regulator-options": N_(
        "Give --preset NAME and --period PERIOD. The presets: complaintctl report regulator --list"
    ),
    "unknown-preset": N_("unknown preset {name}. Available: {choices}."),
    "preset-period": N_("The preset is not made for {value}. It is made for each {choices}."),
    "improvement-action": N_("{value} is not an action. Write its case and its number, such as 8G2W2/1."),
    "improvement-number": N_(
        "{case} has {count} actions. Add the number of one, such as {case}/1: complaintctl show {case}"
    ),
    "improvement-field": N_(
        "{case} has no value for {field}, so there is nothing to compare by. Record it, or name other fields "
        "with --same."
    ),
    # refused (exit 3)
    "action-too-new": N_(
        "No whole day has passed since the action was done ({done}; lag {lag} d), so there is nothing to compare."
    ),
    # broken (exit 4)
    "preset-faulty": N_("The preset {file} has errors, named above. Nothing was counted."),
    # faults of files
    "preset-empty": N_("The list is empty. A preset needs a version, and a version a row."),
    "preset-order": N_("The versions are not in the order of their days. Write the oldest first."),
    "preset-row-twice": N_("The row {row} is there twice."),
    "preset-share": N_(
        "A row can be a share of another row of this version only, and a sum is no share: {row}."
    ),
    "preset-step": N_("A row with `count: taken` needs `step`, and no other row has one."),
    "preset-no-end": N_("`count: {count}` has no end to compare with a limit. Write closed or taken."),
    "preset-stray": N_("Not the name of a preset, so it is never read. Call it NAME.yaml."),
    "paper-stray": N_("Not the name of a paper, so it is never read. Call it KIND.en.md or KIND.zh.md."),
    # why a row of a return is not counted
    "return-no-step": N_("The policy has no step {step}."),
    "return-no-field": N_("The policy has no field {field}. Add it under fields."),
}
