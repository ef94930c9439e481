"""The documents show what the commands print, and lead nowhere wrong."""

import re
import shlex
from pathlib import Path

import pytest

from tests.casebooks import call, environment
from tests.readme import DOCUMENTS, PICTURES, ROOT, picture, with_outputs

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_outputs_shown_are_those_of_the_commands(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "```console\n$ complaintctl" in text
    assert with_outputs(text, tmp_path) == text, "run: make example"


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_shown_are_those_of_the_commands(name: str, tmp_path: Path) -> None:
    drawn = picture(PICTURES[name], tmp_path)
    assert (ROOT / name).read_text(encoding="utf-8") == drawn, "run: make example"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_command_named_in_the_readme_exists() -> None:
    from complaintctl.cli import COMMANDS, GROUPS

    known = {name for name, *_rest in (*COMMANDS, *GROUPS)} | {"--install-completion"}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"complaintctl ([a-z-]+)", text))
    assert named
    assert named <= known


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_day_at_the_desk_runs_as_it_is_written(tmp_path: Path, lang: str) -> None:
    day = (ROOT / "README.md").read_text(encoding="utf-8").split("## A day at the complaint desk")[1]
    script = day.split("```sh\n")[1].split("```")[0].replace("\\\n", " ")
    folder, case_id = tmp_path, "7K3"
    for line in script.splitlines():
        words = shlex.split(line.replace("7K3", case_id), comments=True)
        if words[0] == "cd":
            folder /= words[1]
            continue
        result = call(folder, environment(tmp_path, lang), *words[1:], check=0)
        if words[1] == "open":
            case_id = result.stdout.strip()
    assert list((folder / "cases" / "closed").rglob(f"{case_id}.yaml"))
