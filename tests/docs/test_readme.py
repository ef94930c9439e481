"""The documents show what the commands print, and lead nowhere wrong."""

import re
import shlex
from pathlib import Path

import pytest

from complaintctl.render.check.check_result import CI_FORMATS
from complaintctl.render.text.tables import TABLE_FORMATS
from tests.casebooks import call, environment
from tests.docs.readme import (
    CHINESE,
    DAY,
    DOCUMENTS,
    PICTURES,
    PYTHON,
    ROOT,
    picture,
    played,
    with_outputs,
    with_printed,
)

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_outputs_shown_are_those_of_the_commands(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "```console\n$ complaintctl" in text
    assert with_outputs(text, tmp_path) == text, "run: make example"


@pytest.mark.parametrize("name", CHINESE)
def test_the_outputs_shown_in_chinese_are_those_of_the_commands(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert with_outputs(text, tmp_path, "zh") == text, "run: make example"


@pytest.mark.parametrize("name", PYTHON)
def test_the_python_shown_prints_what_is_shown(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert with_printed(text) == text, "run: make example"


def test_a_day_in_chinese_runs_as_it_is_shown(tmp_path: Path) -> None:
    # By hand, received on Monday 2024-03-04 at 09:00 and waiting from 11:00 to 14:00:
    dues = (
        "接收投诉：按时，到期 2024-03-04 10:00",  # + 1 h
        "初步判断：按时，到期 2024-03-04 11:00",  # + 2 h
        "分类处理：按时，到期 2024-03-04 13:00",  # + 4 h
        "调查核实：按时，到期 2024-03-05 12:00",  # + 24 h and 3 h waited
        "制定方案：按时，到期 2024-03-06 12:00",  # + 48 h and 3 h waited
        "执行方案：按时，到期 2024-03-08 15:00",  # plan 03-05 15:00 + 72 h
        "反馈结果：按时，到期 2024-03-07 10:00",  # execute 03-06 10:00 + 24 h
        "跟进改进：按时，到期 2024-03-13 11:00",  # respond 03-06 11:00 + 7 d
    )
    text = (ROOT / DAY).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if "：按时，到期 " in line] == list(dues)
    assert played(text, tmp_path) == text, "run: make example"


def test_both_readmes_show_the_same_commands() -> None:
    both = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md"))
    english, chinese = (re.findall(r"complaintctl ([a-z][a-z-]*)", text) for text in both)
    assert english == chinese


# For those who change the code or write scripts.
IN_ENGLISH_ONLY = {"decisions.md", "mutation.md", "schemas.md"}


def outline(page: Path) -> tuple[list[str], list[str], int, int]:
    """What two languages share: levels of headings, the commands shown, how many blocks and table rows."""
    text = page.read_text(encoding="utf-8")
    block = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    blocks, plain = block.findall(text), block.sub("", text)
    headings = re.findall(r"^(#+) ", plain, re.MULTILINE)
    commands = re.findall(r"^(?:\$ )?complaintctl ([a-z][a-z-]*)", "\n".join(blocks), re.MULTILINE)
    return headings, commands, len(blocks), plain.count("\n|")


@pytest.mark.parametrize(
    "page",
    [page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in IN_ENGLISH_ONLY],
    ids=lambda page: page.name,
)
def test_every_page_for_complaint_handlers_says_the_same_in_chinese(page: Path) -> None:
    assert outline(ROOT / "docs" / "zh" / page.name) == outline(page)


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_shown_are_those_of_the_commands(name: str, tmp_path: Path) -> None:
    drawn = picture(PICTURES[name], tmp_path)
    assert (ROOT / name).read_text(encoding="utf-8") == drawn, "run: make example"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_names_every_output_format(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if "`complaintctl check --format " in line)
    services = re.findall(r"`(?:complaintctl check --format )?(\w+)`", line)
    assert services == list(CI_FORMATS)
    assert f"`--format {'|'.join(TABLE_FORMATS)}`" in text


def test_every_command_named_in_the_readme_exists() -> None:
    from complaintctl.command_table import COMMANDS, GROUPS

    known = {name for name, *_rest in (*COMMANDS, *GROUPS)} | {"--install-completion"}
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"complaintctl ([a-z-]+)", text))
    assert named
    assert named <= known


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_day_at_the_desk_runs_as_it_is_written(tmp_path: Path, lang: str) -> None:
    name, heading = {
        "en": ("README.md", "## A day at the complaint desk"),
        "zh": ("README.zh.md", "## 客服的一天"),
    }[lang]
    day = (ROOT / name).read_text(encoding="utf-8").split(heading)[1]
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
