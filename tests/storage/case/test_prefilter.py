"""Tests which case files can be skipped because they cannot contain a field."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case import folding, identity
from complaintctl.domain.case.case import Case, Customer, Product
from complaintctl.storage.case import new_text, prefilter


@pytest.mark.parametrize(
    "text",
    [
        "title: t\n",
        "title: t\n\nlesson:\n\nhistory:\n",
        "lesson:\nhistory:\n",
        "lesson:  \r\n\r\nhistory:\r\n",
        "lesson:\n",
    ],
)
def test_a_file_that_names_the_field_only_as_an_empty_line_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "case.yaml").write_bytes(text.encode())
    assert not prefilter.may_contain_field(tmp_path / "case.yaml", "lesson")


@pytest.mark.parametrize(
    "text",
    [
        "lesson: x\n",
        "lesson:\n  x\n",
        "lesson:\n\n  x\nhistory:\n",
        "lesson:\n# so far\n  x\n",
        '"lesson": x\n',
        "{title: t, lesson: x}\n",
        "lesson:\n\nlesson_mark: success\n",
        "? lesson\n: x\n",
    ],
)
def test_a_file_that_may_hold_a_value_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "case.yaml").write_bytes(text.encode())
    assert prefilter.may_contain_field(tmp_path / "case.yaml", "lesson")


def test_a_file_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    assert prefilter.may_contain_field(tmp_path / "missing.yaml", "lesson")


SPELLINGS = st.sampled_from(
    [
        "138-0013-8000",
        "+86 138 0013 8000",
        "（138）0013‑8000",
        "１３８００１３８０００",
        "138٠٠13٨٠٠٠",
        "𝟏38 0013 8000",
    ]
)
AROUND = st.text(
    st.sampled_from("客户 王芳，。：；（）！…—“”々〇〸äßéÅあア①㎏ｋ١Ⅷ\n\t -/.'\"\\x0"), max_size=30
)


@given(
    phone=SPELLINGS,
    serial=st.sampled_from(["SN-4411", "ｓｎ　４４１１", "sn_44 11"]),
    before=AROUND,
    after=AROUND,
)
def test_no_file_with_the_number_is_left_out_however_it_is_written(
    phone: str, serial: str, before: str, after: str
) -> None:
    customer = Customer(name=f"{before}王　芳{after}", phone=phone, email="Wang@Example.com")
    case = Case(
        id="C-20261121-7K3FQ",
        title="t",
        received=datetime(2026, 11, 21, tzinfo=UTC),
        status="open",
        customer=customer,
        product=Product(serial=serial),
        description=f"{before}\n{after}",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.yaml")
        path.write_text(new_text.case_yaml(case), encoding="utf-8")
        for typed in ("8613800138000", "sn4411", "WANG@EXAMPLE.COM", "王芳"):
            needles = identity.parse_contact(typed, "+86").needles()
            assert prefilter.may_contain_squeezed(path, needles)


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("customer: {name: 王芳, phone: 13900139000}\n", False),
        ("customer: {name: 李，王, phone: 13900139000}\n", False),
        ('customer: {phone: "\\u0031\\x33800138000"}\n', True),
        ('customer: {phone: "138\\\n  00138000"}\n', True),
        ("customer:\n  phone: >-\n    138\n    0013 8000\n", True),
        ("customer: {phone: １３８００１３８０００}\n", True),
        ("customer: {phone: 138٠٠13٨٠٠٠}\n", True),
        ("customer: {phone: 138①0013⑧000}\n", False),
        ("customer: {phone: 138㈠00138000}\n", False),
        ("customer: {name: Müller, phone: 13900139000}\n", False),
        ("customer: {phone: １３９００１３９０００}\n", False),
    ],
)
def test_a_file_is_left_out_only_if_its_text_has_no_such_number(
    tmp_path: Path, text: str, *, is_read: bool
) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert prefilter.may_contain_squeezed(tmp_path / "case.yaml", {"13800138000"}) is is_read


def test_a_file_that_is_no_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes(b"customer: {phone: \xff}\n")
    assert prefilter.may_contain_squeezed(tmp_path / "case.yaml", {"13800138000"})


FOREIGN = st.text(st.sampled_from("bB７7－- .\u3000ßﬀéÄ号\u0301"), min_size=1, max_size=5)


@given(FOREIGN, FOREIGN, st.booleans())
def test_a_file_with_a_value_that_folds_alike_is_read(typed: str, other: str, flow: bool) -> None:
    wanted = folding.fold_value(typed)
    if folding.fold_value(other) != wanted:
        other = f"  {typed.upper()} "
        if folding.fold_value(other) != wanted:
            other = typed
    case = Case(
        id="C-20240301-00000",
        title="t",
        received=datetime(2024, 3, 1, tzinfo=UTC),
        status="open",
        product=Product(batch=other) if flow else Product(model="X", batch=other),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(new_text.case_yaml(case), encoding="utf-8")
        assert prefilter.may_set_value(path, {"product.batch": identity.squeeze_text(wanted)}, {})


@pytest.mark.parametrize(
    "text", ["product: {batch: B-8}\n", "product: {model: B-7}\n", "title: B-7\n", "title: t\n"]
)
def test_a_file_without_the_field_or_without_the_value_is_not_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert not prefilter.may_set_value(tmp_path / "case.yaml", {"product.batch": "b7"}, {})
    assert prefilter.may_set_value(tmp_path / "missing.yaml", {"product.batch": "b7"}, {})


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        ("cause: {class: foil}\n", True),
        ('cause: {"class": "foil"}\n', True),
        ("cause:\n  class:\n    foil\n", True),
        ("cause:\n  class: # so far\n    foil\n", True),
        ("cause:\n  ? class\n  : foil\n", True),
        ("cause: {class: 'foil'}\n", True),
        ("cause: {class: foil/thin}\n", True),
        ("cause: {class: seam}\ndescription: a class of foil\n", False),
        ("description: foil\n", False),
        ("cause: {class:}\n", False),
    ],
)
def test_a_key_is_looked_for_behind_its_field(tmp_path: Path, text: str, *, is_read: bool) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert prefilter.may_set_value(tmp_path / "case.yaml", {}, {"cause.class": "foil"}) is is_read
    # A key with a blank may be broken into lines.
    assert prefilter.may_set_value(tmp_path / "case.yaml", {}, {"cause.class": "thin foil"}) is (
        "class" in text
    )
