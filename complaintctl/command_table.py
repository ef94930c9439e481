"""The commands of the command line: names, modules, panels of the help and one sentence each."""

from typing import Final

from complaintctl.render.text.language import N_

# Name, module, panel and help of every command; its function is named like the module.
COMMANDS: Final[tuple[tuple[str, str, str, str], ...]] = (
    (
        "init",
        "casebook.init",
        N_("Casebook"),
        N_("Make a casebook: a policy, folders for the cases, a git repository."),
    ),
    (
        "demo",
        "casebook.demo",
        N_("Casebook"),
        N_(
            "Make a casebook with a dozen invented cases in a temporary folder and show the main commands on it."
        ),
    ),
    ("open", "steps.open_case", N_("Steps"), N_("Register a complaint.")),
    ("ack", "steps.ack", N_("Steps"), N_("Tell the customer that the complaint was received.")),
    (
        "assess",
        "steps.assess",
        N_("Steps"),
        N_("Record the first assessment: how serious the complaint is and what it may lead to."),
    ),
    (
        "classify",
        "steps.classify",
        N_("Steps"),
        N_("Set level and class; the playbook of the class is shown."),
    ),
    ("investigate", "steps.investigate", N_("Steps"), N_("Record the findings and the cause.")),
    (
        "plan",
        "steps.plan",
        N_("Steps"),
        N_("Record the plan: what to do for the customer and about the cause."),
    ),
    ("approve", "steps.approve", N_("Steps"), N_("Approve a step that needs approval, or refuse it.")),
    (
        "execute",
        "steps.execute",
        N_("Steps"),
        N_("Record that the plan was carried out and what the customer got."),
    ),
    ("respond", "steps.respond", N_("Steps"), N_("Tell the customer the result.")),
    ("update", "steps.update", N_("Steps"), N_("Tell the customer about the progress.")),
    ("follow-up", "steps.follow_up", N_("Steps"), N_("Ask how satisfied the customer is, and record it.")),
    ("step", "steps.step", N_("Steps"), N_("Take one of the team's own steps, by its name in the policy.")),
    ("assign", "events.assign", N_("Events"), N_("Hand the case to somebody.")),
    (
        "escalate",
        "events.escalate",
        N_("Events"),
        N_("Escalate the case: a higher level, another person, a reason."),
    ),
    (
        "extend",
        "events.extend",
        N_("Events"),
        N_("Extend the limit of a step, once; the customer is told why."),
    ),
    ("task", "events.task", N_("Events"), N_("Give a task to a department, or report one as done.")),
    ("wait", "events.wait", N_("Events"), N_("Wait for the customer: clocks pause, promises go on.")),
    ("resume", "events.resume", N_("Events"), N_("End the wait and go on with the case.")),
    ("heard", "events.heard", N_("Events"), N_("Record what the customer said; ends a wait.")),
    ("note", "events.note", N_("Events"), N_("Add a note to the history.")),
    (
        "edit",
        "events.edit",
        N_("Events"),
        N_("Correct or complete fields; the history keeps the old values."),
    ),
    (
        "retract",
        "events.retract",
        N_("Events"),
        N_("Retract a wrong event; it stays visible and its clock runs again."),
    ),
    (
        "action",
        "events.action",
        N_("Events"),
        N_("Set a corrective action, report it done, or record whether it worked."),
    ),
    ("attach", "events.attach", N_("Events"), N_("Attach a file to the case and record its SHA-256.")),
    ("link", "events.link", N_("Events"), N_("Link the case to another one.")),
    (
        "letter",
        "documents.letter",
        N_("Letters"),
        N_("Print a letter to the customer, or make an e-mail draft of it."),
    ),
    (
        "form",
        "documents.form",
        N_("Letters"),
        N_("Print a form about a case: a complaint record, a request, a questionnaire."),
    ),
    ("close", "events.close", N_("Events"), N_("Close the case: nothing is left to do.")),
    (
        "reopen",
        "events.reopen",
        N_("Events"),
        N_("Reopen a case: make steps of a closed or open case due again."),
    ),
    (
        "list",
        "overview.list_cases",
        N_("Overview"),
        N_("List cases: filter by any field, search, sort, choose columns."),
    ),
    (
        "customer",
        "overview.customer",
        N_("Overview"),
        N_("List all cases of a customer, open and closed, by telephone, e-mail, name or serial number."),
    ),
    ("show", "overview.show", N_("Overview"), N_("Show a case: fields, clocks, playbook, history.")),
    (
        "today",
        "overview.today",
        N_("Overview"),
        N_(
            "Show what to do next, with the command for it: first what is overdue, then what is past a "
            "warning, then the rest; each sorted by due time."
        ),
    ),
    (
        "board",
        "overview.board",
        N_("Overview"),
        N_("Show the open cases in columns, by the step they wait for next."),
    ),
    (
        "check",
        "overview.check",
        N_("Overview"),
        N_("Check deadlines and files; fails when something is overdue or broken."),
    ),
    (
        "duty",
        "overview.duty",
        N_("Overview"),
        N_("List the recurring duties of the desk, or record one as done."),
    ),
    (
        "explain",
        "overview.explain",
        N_("Overview"),
        N_("Explain every deadline of a case: start, limit, open hours, holidays, pauses."),
    ),
    (
        "analysis",
        "overview.analysis",
        N_("Overview"),
        N_("Show why it happened: 5W1H, five whys, fishbone; as text, a page, a diagram or a picture."),
    ),
    (
        "trend",
        "reports.trend",
        N_("Overview"),
        N_("Find hot spots: values with more cases lately than their own past explains."),
    ),
    (
        "site",
        "reports.site",
        N_("Overview"),
        N_("Write a small website to hand round: dashboard, a page a case, policy, lessons."),
    ),
    (
        "actions",
        "overview.actions",
        N_("Overview"),
        N_("List corrective actions over all cases: open, overdue, by person or department."),
    ),
    (
        "lessons",
        "overview.lessons",
        N_("Overview"),
        N_("Search the lessons of closed cases by words, class, cause, product, mark."),
    ),
    (
        "notify",
        "exchange.notify",
        N_("Exchange"),
        N_("Remind people of due times by mail or messenger, each once, in opening hours."),
    ),
    ("log", "overview.log", N_("Overview"), N_("Show one case's timeline, from its history and from git.")),
    (
        "erase",
        "trust.erase",
        N_("Trust"),
        N_("Erase the customer's data of a case for good; case, deadlines and counts stay."),
    ),
    (
        "restrict",
        "trust.restrict",
        N_("Trust"),
        N_("Restrict the customer's data of a case: they are stored and not used."),
    ),
    (
        "rename",
        "policy.rename",
        N_("Casebook"),
        N_("Rename a level, a class or a person in the policy and in all open cases."),
    ),
    (
        "mcp",
        "exchange.mcp",
        N_("Exchange"),
        N_("Let an AI assistant read the casebook, and write in it if you allow that (MCP over stdio)."),
    ),
    (
        "resolve",
        "casebook.resolve",
        N_("Casebook"),
        N_("Unite both sides of each case that a merge left in conflict."),
    ),
    (
        "sync",
        "trust.sync",
        N_("Trust"),
        N_("Fetch what colleagues recorded, unite it with your own, verify it and push; say what came in."),
    ),
    (
        "merge-driver",
        "trust.merge_driver",
        N_("Trust"),
        N_("Merge both sides of a case file for git, which runs this command itself."),
    ),
    (
        "verify",
        "trust.verify",
        N_("Trust"),
        N_("Verify that the git history still has everything that was ever recorded."),
    ),
    (
        "pack",
        "trust.pack",
        N_("Trust"),
        N_("Pack a case, its commits and its attachments as evidence that others can check."),
    ),
    (
        "lint",
        "trust.lint",
        N_("Trust"),
        N_("Find personal data where they do not belong: in texts, names of files, commit messages."),
    ),
    (
        "doctor",
        "trust.doctor",
        N_("Trust"),
        N_("Find what is wrong with the files of the casebook and its clone, and mend it."),
    ),
    (
        "schema",
        "exchange.schema",
        N_("Exchange"),
        N_("Print the JSON Schema of a case file, a policy file or the JSON of a command."),
    ),
    (
        "report",
        "reports.report",
        N_("Overview"),
        N_("Count cases and steps: met, late, running, overdue, with denominators."),
    ),
)
# Groups of commands: name, module, panel and help; the module has a table COMMANDS.
GROUPS: Final[tuple[tuple[str, str, str, str], ...]] = (
    (
        "template",
        "documents.template",
        N_("Letters"),
        N_("List, copy and check the texts of letters, forms, papers and returns."),
    ),
    (
        "survey",
        "documents.survey",
        N_("Letters"),
        N_("Draw whom to ask after the closing, and record the answers."),
    ),
    ("policy", "policy.policy", N_("Casebook"), N_("Show, list and check policies.")),
    ("import", "exchange.import_csv", N_("Exchange"), N_("Import the records of another system.")),
    (
        "export",
        "exchange.export",
        N_("Exchange"),
        N_("Write cases for other programs: CSV, JSON Lines, workbooks, Parquet, calendars."),
    ),
    (
        "retention",
        "trust.retention",
        N_("Trust"),
        N_("Keep customer data only as long as the policy says; legal holds."),
    ),
    ("ci", "exchange.ci", N_("Exchange"), N_("Write files for CI services, pre-commit and cron.")),
    ("git", "trust.git_setup", N_("Trust"), N_("Set up how git merges case files in this clone.")),
    (
        "keys",
        "trust.keys",
        N_("Trust"),
        N_("Keep the keys of sealed customer data: who can open it, who no longer can."),
    ),
)

# Commands that run alone and with a sub-command; the folder of their module has a table in `subcommands.py`.
WITH_SUBCOMMANDS: Final = frozenset({"report"})
