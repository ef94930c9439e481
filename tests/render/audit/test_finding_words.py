"""A finding of `verify` in Chinese: labels instead of keys, lists as lists."""

from typing import Any

import pytest

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.render.audit.findings import finding_text
from complaintctl.render.text import language


@pytest.mark.parametrize(
    ("key", "values", "text"),
    [
        (
            "audit-fact",
            {"field": "watchers", "value": ["ma.li", "li.wei"], "recorded": "–"},
            "“知会人”现在是“ma.li、li.wei”，处理记录中却是“–”：请用 edit 登记更改，或恢复原值",
        ),
        (
            "audit-old-value",
            {"field": "outcome", "event": "W9GX2R3H", "was": "not-upheld", "value": "upheld"},
            "事件 W9GX2R3H：写明“结论”的原值是“不成立”，但此前的值是“成立”",
        ),
        (
            "audit-event-changed",
            {"event": "K7AX8A3Y", "did": "assess", "keys": ["met", "text"]},
            "事件 K7AX8A3Y（初步判断）被改动（是否按时、文字）：请恢复原来的那一行",
        ),
        (
            "audit-fields-rewritten",
            {"fields": ["plan", "x"]},
            "案件 C-1：以下内容未登记事件就被直接改写：方案、自定义字段。请恢复，或用 edit 登记更改",
        ),
        (
            "audit-forced-missing",
            {"event": "41QWYYRB", "missing": ["plan", "approve plan (boss)"]},
            "事件 41QWYYRB：结案时缺少：制定方案、审批“制定方案”（boss）；事件没有记为强制结案",
        ),
        (
            "status-against-history",
            {"status": "closed", "history": "open"},
            "状态是“已结案”，但处理记录表明是“处理中”",
        ),
    ],
)
def test_a_finding_has_the_labels_of_the_reader(key: str, values: dict[str, Any], text: str) -> None:
    finding = AuditFinding(key=key, values=values, case_id="C-1")
    with language.speaking("zh"):
        assert finding_text(finding, None) == text
