"""The built wheel alone, in a folder where no source lies, makes a casebook and checks it."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.casebooks import environment
from tests.docs.readme import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel holds and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    return target


def run(folder: Path, variables: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "complaintctl", *arguments]
    done = subprocess.run(command, cwd=folder, env=dict(variables), check=True, capture_output=True)
    return done.stdout.decode()


def test_the_wheel_alone_runs_init_open_and_check(installed: Path, tmp_path: Path) -> None:
    variables = environment(tmp_path, extra={"PYTHONPATH": str(installed)})
    where = subprocess.run(
        [sys.executable, "-c", "import complaintctl; print(complaintctl.__file__)"],
        cwd=tmp_path,
        env=variables,
        check=True,
        capture_output=True,
    ).stdout.decode()
    assert where.startswith(str(installed))
    run(tmp_path, variables, "init", "desk", "--policy", "electronics", "--yes")
    desk = tmp_path / "desk"
    case_id = run(desk, variables, "open", "--title", "Battery swells").strip()
    assert (desk / "cases" / "open" / f"{case_id}.yaml").is_file()
    run(desk, variables, "check")
    assert "案件" in run(desk, variables, "--lang", "zh", "--help") or "投诉" in run(
        desk, variables, "--lang", "zh", "--help"
    )


def test_the_wheel_says_that_its_code_is_typed(installed: Path) -> None:
    assert (installed / "complaintctl" / "py.typed").read_bytes() == b""


def test_the_wheel_holds_templates_and_catalogues_but_no_tests(installed: Path) -> None:
    package = installed / "complaintctl"
    assert (package / "templates" / "policies" / "electronics.yaml").is_file()
    assert (package / "templates" / "imports" / "boston311.yaml").is_file()
    assert (package / "locale" / "zh" / "LC_MESSAGES" / "complaintctl.mo").is_file()
    assert not (installed / "tests").exists()
