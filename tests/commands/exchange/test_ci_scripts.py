"""The shell scripts inside the written workflows do what they say, run as a runner runs them, against a real remote."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.casebooks import make_book
from tests.docs.readme import ROOT

AT = ("--at", "2026-11-20T10:00")


class Runner:
    """A forge with a bare repository, the desk that pushes to it, and a clone as a runner has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = make_book(folder, lang="en")
        for kind in ("github", "gitea", "gitlab", "cron"):
            self.desk.call("ci", "init", kind, check=0)
        self.desk.git("add", "-A")
        self.desk.git("commit", "-qm", "Check the complaints in CI")
        self.branch = self.desk.git("branch", "--show-current").strip()
        self.origin = folder / "origin.git"
        self.desk.git("init", "-q", "--bare", "-b", self.branch, str(self.origin))
        self.desk.git("remote", "add", "origin", str(self.origin))
        self.push()
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        script = bin_folder / "complaintctl"
        script.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -X utf8 -m complaintctl "$@"\n', encoding="utf-8"
        )
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        self.variables = {
            **self.desk.variables,
            "PYTHONPATH": str(ROOT),
            "PATH": f"{bin_folder}{os.pathsep}{self.desk.variables['PATH']}",
            "RUNNER_TEMP": str(folder),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_OUTPUT": str(folder / "output.txt"),
            "COMPLAINTCTL_DIR": ".",
            "BRANCH": self.branch,
            "PULLS": str(folder / "pulls.tsv"),
        }

    def push(self, *branches: str) -> None:
        self.desk.git("push", "-q", "origin", *(branches or (self.branch,)))

    def checkout(self, name: str) -> Path:
        """A clone of the remote, as `actions/checkout` with all history makes it."""
        self.desk.git("clone", "-q", str(self.origin), str(self.folder / name))
        return self.folder / name

    def run(
        self, script: str, folder: Path, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a script as a runner does: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax."""
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env={**self.variables, **(extra or {})},
            capture_output=True,
            text=True,
            check=False,
        )

    def step(self, name: str, workflow: str, forge: str = ".github") -> str:
        """The script of a step of a written workflow."""
        path = self.desk.root / forge / "workflows" / f"complaints-{workflow}.yml"
        loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
        steps = [step for job in loaded.values() for step in job["steps"]]
        return next(str(step["run"]) for step in steps if step["name"] == name)

    def remote(self, *arguments: str) -> str:
        """What git says in the bare repository."""
        return self.desk.git("--git-dir", str(self.origin), *arguments).strip()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def branch_with(runner: Runner, name: str, *command: str) -> None:
    """A branch from the first commit of the desk with one more event."""
    runner.desk.git("checkout", "-q", "-b", name, "base")
    runner.desk.call(*command, check=0)
    runner.push(name)


def test_conflicting_pull_requests_are_united_and_contradictions_are_left_to_people(runner: Runner) -> None:
    desk = runner.desk
    one = desk.open("Battery swells", *AT)
    desk.git("tag", "base")
    desk.call("note", one, "from main", "--at", "2026-11-20T10:05", check=0)
    desk.call("edit", one, "--set", "product.model=X1", "--at", "2026-11-20T10:06", check=0)
    runner.push()
    branch_with(runner, "note", "note", one, "from a branch", "--at", "2026-11-20T10:10")
    branch_with(runner, "clash", "edit", one, "--set", "product.model=X2", "--at", "2026-11-20T10:11")
    branch_with(runner, "clean", "open", "--title", "Another one", *AT)
    names = ("note", "clash", "clean")
    (runner.folder / "pulls.tsv").write_text("".join(f"{runner.branch}\t{name}\n" for name in names), "utf-8")
    before = {name: runner.remote("rev-parse", name) for name in names}
    done = runner.run(runner.step("Unite and push", "unite"), runner.checkout("job"))
    after = {name: runner.remote("rev-parse", name) for name in names}
    assert done.returncode == 1, done.stdout + done.stderr
    assert [name for name in names if before[name] != after[name]] == ["note"]
    assert runner.remote("rev-list", "--parents", "-1", "note").split()[1:] == [
        before["note"],
        runner.remote("rev-parse", runner.branch),
    ]
    united = runner.remote("show", f"note:cases/open/{one}.yaml")
    assert "from main" in united
    assert "from a branch" in united
    summary = (runner.folder / "summary.md").read_text(encoding="utf-8").splitlines()
    assert [line.partition(": ")[0] for line in summary] == ["- note", "- clash"]
    assert "people must decide" in summary[1]
    assert runner.step("Unite and push", "unite", ".gitea") == runner.step("Unite and push", "unite")


def issue_event(folder: Path, number: int) -> Path:
    issue = {
        "number": number,
        "title": "Battery $(touch pwned)",
        "body": "### Description\n\n$(touch pwned) `touch pwned`",
        "created_at": "2026-11-20T01:00:00Z",
        "labels": [{"name": "complaint"}],
    }
    path = folder / f"event{number}.json"
    path.write_text(json.dumps({"issue": issue, "repository": {"full_name": "a/b"}}), encoding="utf-8")
    return path


def test_an_issue_becomes_a_pushed_case_although_another_push_came_between(runner: Runner) -> None:
    job = runner.checkout("job")
    runner.desk.open("Pushed between", *AT)
    runner.push()
    event = issue_event(runner.folder, 12)
    for _time in range(2):
        done = runner.run(
            runner.step("Open the case and push it", "form"), job, {"GITHUB_EVENT_PATH": str(event)}
        )
        assert done.returncode == 0, done.stdout + done.stderr
    cases = runner.remote("ls-tree", "-r", "--name-only", runner.branch, "cases/open").splitlines()
    assert len([name for name in cases if name.endswith(".yaml")]) == 2
    assert not list(runner.folder.rglob("pwned"))
    assert runner.step("Open the case and push it", "form", ".gitea") == runner.step(
        "Open the case and push it", "form"
    )


@pytest.mark.nightly
def test_the_jobs_of_gitlab_unite_a_branch_and_open_a_case(runner: Runner) -> None:
    desk = runner.desk
    one = desk.open("Battery swells", *AT)
    desk.git("tag", "base")
    desk.call("note", one, "from main", "--at", "2026-11-20T10:05", check=0)
    runner.push()
    branch_with(runner, "note", "note", one, "from a branch", "--at", "2026-11-20T10:10")
    text = (desk.root / ".gitlab/complaints.gitlab-ci.yml").read_text(encoding="utf-8")
    # The remote with the token of the job is the bare repository here.
    text = text.replace('remote="$CI_SERVER_PROTOCOL:', f'remote="{runner.origin}"; : "$CI_SERVER_PROTOCOL:')
    pipeline = yaml.safe_load(text)
    variables = {
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "note",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": runner.branch,
        "CI_DEFAULT_BRANCH": runner.branch,
        "TRIGGER_PAYLOAD": str(issue_event(runner.folder, 7)),
    }
    for name in ("complaints-unite", "complaints-form"):
        done = runner.run("\n".join(pipeline[name]["script"]), runner.checkout(name), variables)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "from main" in runner.remote("show", f"note:cases/open/{one}.yaml")
    cases = runner.remote("ls-tree", "-r", "--name-only", runner.branch, "cases/open").splitlines()
    assert len([name for name in cases if name.endswith(".yaml")]) == 2


@pytest.mark.nightly
def test_the_check_of_a_workflow_fails_for_late_cases_but_not_in_a_pull_request(runner: Runner) -> None:
    runner.desk.open("Nobody looked", *AT)
    script = runner.step("Check", "check")
    late = runner.run(script, runner.desk.root, {"FAIL_ON": "overdue"})
    assert late.returncode == 1
    assert late.stdout.startswith("::error file=cases/open/C-20261120-")
    assert "Nobody looked" not in late.stdout
    # Without a word of the customer, once for each run.
    summary = (runner.folder / "summary.md").read_text(encoding="utf-8")
    assert "assess" in summary
    assert "Nobody looked" not in summary
    # A summary that fails does not change the code.
    script = script.replace("complaintctl check --fail-on never", "false")
    assert runner.run(script, runner.desk.root, {"FAIL_ON": "never"}).returncode == 0
    (runner.desk.root / "cases/open/C-20261120-00000.yaml").write_text("id: [\n", encoding="utf-8")
    assert runner.run(script, runner.desk.root, {"FAIL_ON": "never"}).returncode == 4


@pytest.mark.nightly
def test_the_weekly_report_has_no_customer_data(runner: Runner) -> None:
    runner.desk.open("Nobody looked", "--customer-name", "王芳", *AT)
    done = runner.run(runner.step("Write the report", "report"), runner.desk.root)
    assert done.returncode == 0, done.stderr
    written = {path.name: path.read_text(encoding="utf-8") for path in (runner.folder / "report").iterdir()}
    assert set(written) == {"week.md", "dashboard.html"}
    for text in written.values():
        assert "王芳" not in text
        assert "Nobody looked" not in text


@pytest.mark.nightly
def test_the_action_reports_the_code_and_takes_its_inputs_as_text(runner: Runner) -> None:
    runner.desk.open("Nobody looked", *AT)
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    (runner.folder / "complaintctl").mkdir()
    (runner.folder / "bin").rename(runner.folder / "complaintctl" / "bin")
    inputs = {"FAIL_ON": "overdue", "FORMAT": "github", "OUTPUT": "", "SUMMARY": "true", "AS_OF": ""}
    codes = []
    for changed in (
        {},
        {"AS_OF": "2026-11-20T10:01"},
        {"FAIL_ON": "$(touch pwned)"},
        {"OUTPUT": "found.txt"},
    ):
        done = runner.run(steps[-1]["run"], runner.desk.root, {**inputs, **changed})
        codes.append(done.returncode)
    assert codes == [1, 0, 2, 1]
    output = (runner.folder / "output.txt").read_text(encoding="utf-8")
    assert output.splitlines() == [f"exit-code={code}" for code in codes]
    assert (runner.desk.root / "found.txt").read_text(encoding="utf-8").startswith("::error file=")
    assert not list(runner.folder.rglob("pwned"))


@pytest.mark.nightly
def test_the_script_for_cron_is_silent_unless_something_is_late(runner: Runner) -> None:
    script = runner.desk.root / "ci" / "complaints-cron.sh"
    # As cron does it: another folder, and the PATH of the script.
    text = script.read_text(encoding="utf-8").replace("/usr/local/bin:", f"{runner.folder}/bin:")
    script.write_text(text, encoding="utf-8")

    def cron(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(script), *arguments]
        return subprocess.run(
            command, cwd="/", env=runner.variables, capture_output=True, text=True, check=False
        )

    assert (cron("check").returncode, cron("check").stdout) == (0, "")
    case_id = runner.desk.open("Nobody looked", *AT)
    late = cron("check")
    assert late.returncode == 1
    assert case_id in late.stdout
    assert "Nobody looked" not in late.stdout
    assert cron("report").returncode == 0
    assert cron("everything").returncode == 2
