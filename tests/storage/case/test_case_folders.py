"""Tests finding a case by a part of its id, among the names of all files."""

from pathlib import Path

import pytest

from complaintctl.errors import NotFound
from complaintctl.storage.case.casebook import (
    Casebook,
    closed_case_path,
    find_case_file,
    list_case_folders,
    open_case_path,
)

OPEN_ID, CLOSED_ID, DEEP_ID = "C-20261121-7K3FQ", "C-20251231-00000", "C-20240229-ZZZZZ"


@pytest.fixture
def casebook(tmp_path: Path) -> Casebook:
    """An open and two closed cases, one of them in a folder too deep; beside them what is no case of this casebook."""
    book = Casebook(root=tmp_path / "book", repository=None)
    deep = book.closed_folder / "2024" / "02" / "moved.here" / f"{DEEP_ID}.yml"
    for path in (open_case_path(book, OPEN_ID), closed_case_path(book, CLOSED_ID), deep):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (book.open_folder / "C-20261121-FOLDR.yaml").mkdir()
    (book.open_folder / ".C-20261121-7K3FQ.yaml.tmp").touch()
    (book.closed_folder / "2025" / "12" / f".{CLOSED_ID}.yaml").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "C-20251231-OTHER.yaml").touch()
    (book.closed_folder / "linked").symlink_to(tmp_path / "other")
    return book


@pytest.mark.parametrize(
    ("part", "found"),
    [("7k3fq", OPEN_ID), (" 00000 ", CLOSED_ID), ("C-2024", DEEP_ID), ("zzz", DEEP_ID), ("2513", None)],
)
def test_a_part_names_the_only_case_that_has_it_in_its_id(
    casebook: Casebook, part: str, found: str | None
) -> None:
    if found is None:
        with pytest.raises(NotFound):
            find_case_file(casebook, part)
    else:
        assert find_case_file(casebook, part).stem == found


@pytest.mark.parametrize("part", ["", " ", "yaml", "FOLDR", "OTHER", "7K3FQ\nC"])
def test_what_is_in_no_id_names_no_case(casebook: Casebook, part: str) -> None:
    with pytest.raises(NotFound) as error:
        find_case_file(casebook, part)
    assert error.value.key == "no-such-case"


def test_a_part_of_several_ids_names_them(casebook: Casebook) -> None:
    with pytest.raises(NotFound) as error:
        find_case_file(casebook, "C-20", list_case_folders(casebook))
    assert error.value.values["candidates"] == [DEEP_ID, CLOSED_ID, OPEN_ID]
