"""Nothing is lost in silence: each format counts what does not fit into the limits of its service."""

import dataclasses
import functools
import gzip
import json
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaintctl.render.check.check_result import CheckResult
from complaintctl.render.check.ci_formats import write_public
from complaintctl.render.text import language
from tests.render.check.desks import NOW, make_desk, write_cases

# Of GitHub: annotations of a level of a step, results of a run, bytes of a summary, bytes of an upload.
ANNOTATIONS, RESULTS, SUMMARY, UPLOAD = 10, 25_000, 1_048_576, 10_000_000


@functools.cache
def result(count: int) -> CheckResult:
    """The result of a check with so many overdue clocks."""
    rows = [
        {
            "kind": "overdue",
            "case": f"C-20240304-{number:05}",
            "step": "ack",
            "due": "2024-03-04 10:00",
            "late": "3 h 30 min",
            "level": "",
            "owner": "li.wei",
            "file": f"cases/open/C-20240304-{number:05}.yaml",
            "message": f"C-20240304-{number:05}: ack was due 2024-03-04 10:00, overdue by 3 h 30 min",
            "title": "ack",
            "name": f"C-20240304-{number:05} ack",
            "dated": False,
            "identity": [f"C-20240304-{number:05}", "ack", "", "2024-03-04T02:00:00+00:00"],
        }
        for number in range(count)
    ]
    return CheckResult(
        as_of=datetime(2024, 3, 4, 5, 30, tzinfo=UTC),
        judged=count,
        late=count,
        findings=rows,
        noted=False,
        failing=frozenset({"overdue"}),
        problems=[],
        files=[{"case": row["case"], "file": row["file"]} for row in rows],
        root=Path("/casebook"),
        zone=ZoneInfo("Asia/Shanghai"),
        duties=[],
        accepted=[],
        accepted_count=0,
        policy_file="complaintctl.yaml",
        find_position=lambda _row: (3, 1),
    )


def written(count: int, output_format: str) -> str:
    """What a format makes of so many overdue clocks."""
    language.set_language("en")
    return "".join(write_public(result(count), output_format))


@pytest.mark.parametrize("count", [10, 11, 5_001, 26_000])
def test_github_annotates_ten_counts_the_rest_and_lists_it_in_the_log(count: int) -> None:
    lines = written(count, "github").splitlines()
    levels = Counter(line[2:].split()[0] for line in lines if line.startswith("::"))
    assert levels["error"] == ANNOTATIONS
    listed = [line for line in lines if line.startswith("error: ")]
    assert len(listed) == count - ANNOTATIONS
    assert all(f"C-20240304-{number:05}" in lines[number] for number in range(ANNOTATIONS))
    assert levels["notice"] == (1 if count > ANNOTATIONS else 0)
    if count > ANNOTATIONS:
        notice = next(line for line in lines if line.startswith("::notice"))
        assert f"::{count - ANNOTATIONS} more finding" in notice
        assert lines[-1] == "::endgroup::"


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(5_000, marks=pytest.mark.nightly),
        5_001,
        pytest.param(25_000, marks=pytest.mark.nightly),
        pytest.param(26_000, marks=pytest.mark.nightly),
    ],
)
def test_sarif_has_what_a_run_may_have_and_says_first_how_many_there_are(count: int) -> None:
    text = written(count, "sarif")
    (run,) = json.loads(text)["runs"]
    results = run["results"]
    assert run["properties"]["findings"] == count
    assert len(results) <= RESULTS
    assert len(gzip.compress(text.encode())) < UPLOAD
    real = [entry for entry in results if entry["ruleId"] == "overdue"]
    assert len(real) == min(count, RESULTS if count <= 5_000 else RESULTS - 1)
    assert "C-20240304-00000" in real[0]["message"]["text"], "the worst first"
    if count > 5_000:
        assert results[0]["ruleId"] == "more-findings"
        assert (
            f"There are {count} findings. This file has the worst {len(real)}"
            in results[0]["message"]["text"]
        )
    else:
        assert results == real
    prints = {entry["partialFingerprints"]["complaintctl/v1"] for entry in results}
    assert len(prints) == len(results)


@pytest.mark.parametrize("count", [5_001, 26_000])
def test_a_summary_stays_below_its_limit_and_counts_what_is_left_out(count: int) -> None:
    text = written(count, "md")
    assert len(text.encode()) < SUMMARY
    rows = text.count("| C-20240304-")
    more = text.partition("**")[2].partition(" more are not shown")[0]
    assert rows + int(more or 0) == count
    assert bool(more) is (count == 26_000)


@pytest.mark.parametrize("count", [5_001, pytest.param(26_000, marks=pytest.mark.nightly)])
def test_code_quality_and_junit_have_every_finding(count: int) -> None:
    entries = json.loads(written(count, "gitlab"))
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == count
    suite = ET.fromstring(written(count, "junit"))  # noqa: S314 - it reads only what we printed
    assert (suite.get("failures"), len(suite.findall("testcase/failure"))) == (str(count), count)


def test_errors_and_warnings_have_a_limit_each() -> None:
    language.set_language("en")
    mixed = [
        {**row, "kind": "warned" if number % 2 else "overdue"}
        for number, row in enumerate(result(50).findings)
    ]
    lines = "".join(write_public(dataclasses.replace(result(50), findings=mixed), "github")).splitlines()
    levels = Counter(line[2:].split()[0] for line in lines if line.startswith("::"))
    assert (levels["error"], levels["warning"]) == (ANNOTATIONS, ANNOTATIONS)
    assert any(line.startswith("::notice") and "::30 more findings" in line for line in lines)


@pytest.mark.nightly
def test_5001_overdue_files_are_all_counted_in_every_format(tmp_path: Path) -> None:
    book = make_desk(tmp_path)
    write_cases(book, 5_001)

    def said(output_format: str) -> str:
        return book.call("check", "--as-of", NOW, "--format", output_format, check=1).stdout

    github = said("github").splitlines()
    shown = sum(line.startswith("::error ") for line in github)
    assert (shown, sum(line.startswith("error: ") for line in github)) == (ANNOTATIONS, 4_991)
    assert said("md").count("| C-20240304-") == said("junit").count("<failure ") == 5_001
    assert len(json.loads(said("gitlab"))) == 5_001
    results = json.loads(said("sarif"))["runs"][0]["results"]
    assert len(results) == 5_002
    assert {entry["locations"][0]["physicalLocation"]["region"]["startLine"] for entry in results[1:]} == {3}
