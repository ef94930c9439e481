"""The documents show what the commands print, and lead nowhere wrong."""

import re
from pathlib import Path

import pytest

from tests.readme import DOCUMENTS, ROOT, with_outputs

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_outputs_shown_are_those_of_the_commands(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "```console\n$ complaintctl" in text
    assert with_outputs(text, tmp_path) == text, "run: make example"


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
