"""Sentences about reports, papers and returns, and about the baseline of a check."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

REPORT_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "option-before-subcommand": N_("Options of {command} follow its name. Move {option} behind {command}."),
    "period-twice": N_("{options} choose different periods. Keep one of them."),
    "period-backwards": N_("--to {end} is not after --from {start}."),
    "bad-period": N_("{value} is no period. Write 2026, 2026H1, 2026Q3, 2026-10, 2026-W44 or 2026-10-31."),
    "bad-length": N_("{value} is no length of time. Write 30d, 12w, 6m or 2y."),
    "compare-without-start": N_("--compare needs a period with a beginning, such as --month 2026-10."),
    "bad-dimensions": N_(
        "--by {value}: give one or two different fields, at most one of them a unit of time."
    ),
    "field-of-many-values": N_(
        "{field} may have several values in one case, so its values cannot be ranked."
    ),
    "several-currencies": N_(
        "The costs are in several currencies: {choices}. Choose one, for example with --where remedy.cost~EUR."
    ),
    "chart-too-short": N_(
        "A control chart needs {least} whole periods, and there are {count}. Choose shorter ones with --every."
    ),
    "chart-needs-volumes": N_("A u chart needs volumes: how many units were sold or in use in each period."),
    "chart-without-units": N_("The volumes of {period} are missing. Add them, or use --kind c."),
    "site-folder-taken": N_(
        "{folder} is not empty and is no site made by complaintctl. Choose an empty or new folder."
    ),
    "html-with": N_("--html writes the dashboard instead of the report: leave out {option}."),
    "customers-without-html": N_("--with-customers needs --html FILE."),
    "exports-without-engine": N_("--exports needs --engine duckdb."),
    "engine-without-exports": N_("--engine needs --exports FOLDER: what `export parquet` has written."),
    "engine-option": N_(
        "{option} is not possible with --engine: the tables hold the facts of all cases as of their export."
    ),
    "engine-dimension": N_("The exported tables have no column {value}. They have: {choices}"),
    "export-zones": N_("The exports have different time zones ({zones}): report each zone by itself."),
    "export-twice": N_("{casebook} is exported in {first} and in {second}: name only one of them."),
    "casebook-name": N_(
        "{name} cannot be the name of a casebook in an export: choose one with --name, of letters a to z, digits, "
        "- and _, beginning with a letter."
    ),
    "no-exports": N_("There are no exported tables in {path}: `export parquet FOLDER` writes them."),
    # broken (exit 4)
    "export-unreadable": N_("The exported tables cannot be read: {detail}"),
    "export-newer": N_("The export of {casebook} was written by a later version: upgrade complaintctl."),
    "analytics-missing": N_(
        'Parquet needs a library that is not installed: pip install "complaintctl[analytics]"'
    ),
    "workbook-missing": N_(
        'Writing .xlsx needs a library that is not installed: pip install "complaintctl[workbook]"'
    ),
    # broken: problems of the file of volumes
    "volume-outside": N_("volumes: {value} is outside the folder of the policy"),
    "volume-not-utf8": N_("the file of volumes is not UTF-8 text"),
    "volume-columns": N_(
        "the file of volumes needs the columns period and units, and may have one more: a field of the case"
    ),
    "bad-units": N_("{value} is no number of units"),
    "volume-twice": N_("the units of {period} {value} are given twice"),
    # problems of policies
    "policy-volume-source": N_("volumes need either units or a file"),
    "policy-volume-by-file": N_("volumes by {value}: a file names its field in its heading. Remove by."),
    "policy-volume-field": N_("volumes cannot be by {value}: it is no field with a single value"),
    "policy-volume-period": N_("{value} is no period: write 2026, 2026-H1, 2026-Q3, 2026-10 or 2026-W44"),
    "policy-volume-units": N_("{value} is no whole number of units"),
    "policy-volume-twice": N_("the units of {value} are given twice"),
    "policy-volume-map": N_("the units of {value} are a map: name its field with by"),
    "policy-volume-no-map": N_("the units of {value} are no map from values of {field} to numbers"),
}

CHECK_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "baseline-twice": N_("--write-baseline reads and extends its file: leave out --baseline."),
    "baseline-incomplete": N_('--write-baseline needs --reason "…" and --until DAY.'),
    "baseline-not-written": N_("--reason and --until belong to --write-baseline FILE."),
    "baseline-until-past": N_("{until} is before {day}, the day of this check. Give a later day."),
    # broken (exit 4)
    "baseline-faulty": N_("The baseline {file} has faults, so nothing was checked."),
    "baseline-not-a-list": N_(
        "{file} was not changed: its last part must be the list `accepted:`, an entry on each line that begins with -."
    ),
    # problems of the file
    "baseline-no-reason": N_("an accepted finding needs a reason"),
    "baseline-ended": N_("{case} {step} was accepted until {until}, which is over: it counts again"),
    "baseline-unused": N_("{case} {step} matches no finding any more: take this entry out"),
}

# Regular papers and the presets of returns.
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
