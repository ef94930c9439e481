"""Tests which closed cases are the newest, without listing the whole archive."""

from pathlib import Path

import pytest

from complaintctl.storage.case.casebook import Casebook, closed_case_path, newest_closed_case_files

IDS = ("C-20251231-7K3FQ", "C-20261101-00000", "C-20261101-ZZZZZ", "C-20261102-00000", "C-20260930-7K3FQ")


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (2, ["C-20261102-00000", "C-20261101-ZZZZZ"]),
        (
            9,
            [
                "C-20261102-00000",
                "C-20261101-ZZZZZ",
                "C-20261101-00000",
                "C-20260930-7K3FQ",
                "C-20251231-7K3FQ",
            ],
        ),
    ],
)
def test_the_closed_cases_with_the_latest_days_come_first(
    tmp_path: Path, count: int, expected: list[str]
) -> None:
    casebook = Casebook(root=tmp_path, repository=None)
    for case_id in IDS:
        path = closed_case_path(casebook, case_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (casebook.closed_folder / "2026" / "11" / "notes.txt").touch()
    assert [path.stem for path in newest_closed_case_files(casebook, count)] == expected
