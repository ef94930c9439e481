"""Which field a heading of a foreign table names: English and Chinese headings as exports have them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

# The targets of a guessed mapping with the headings that name them, the surest first. Targets that are no fields are
# keys of a mapping of their own.
HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "id": (
        "case concept name",
        "id", "ticket", "complaint id", "ticket id", "case id", "request id", "case number", "ticket number",
        "reference", "number", "no", "编号", "单号", "工单号", "投诉编号", "工单编号", "案件编号", "受理编号",
    ),
    "received": (
        "received", "date received", "received at", "created", "created at", "creation date", "date created",
        "open dt", "opened", "opened at", "open date", "submitted", "submitted at", "reported", "date", "收到时间",
        "接收时间", "受理时间", "受理日期", "创建时间", "创建日期", "投诉时间", "投诉日期", "登记时间", "来电时间",
        "提交时间", "日期",
    ),
    "closed": (
        "closed", "closed at", "date closed", "closed dt", "close date", "completed", "completed at", "finished",
        "结案时间", "结案日期", "完成时间", "关闭时间", "办结时间",
    ),
    "promise": (
        "due", "due date", "due by", "target dt", "deadline", "promised", "promised until", "承诺时间", "截止时间",
        "到期时间", "办理期限", "承诺日期", "截止日期",
    ),
    "title": ("title", "subject", "summary", "case title", "issue", "标题", "主题", "问题", "投诉事项"),
    "description": (
        "description", "details", "narrative", "consumer complaint narrative", "message", "描述", "内容",
        "投诉内容", "问题描述", "详情", "详细描述",
    ),
    "customer.name": ("customer", "customer name", "client", "contact", "客户", "客户姓名", "姓名", "客户名称", "投诉人", "联系人"),
    "customer.phone": ("phone", "telephone", "mobile", "phone number", "电话", "手机", "手机号", "联系电话", "客户电话"),
    "customer.email": ("email", "e mail", "email address", "邮箱", "电子邮箱", "邮件"),
    "channel": ("channel", "source", "via", "submitted via", "渠道", "来源", "投诉渠道", "受理渠道"),
    "category": ("category", "type", "class", "类别", "分类", "类型", "投诉类型", "投诉类别"),
    "level": ("level", "priority", "severity", "urgency", "级别", "优先级", "紧急程度", "严重程度"),
    "owner": ("owner", "assignee", "assigned to", "agent", "handler", "处理人", "负责人", "经办人", "受理人", "坐席"),
    "department": ("department", "team", "部门", "责任部门", "处理部门"),
    "product.model": ("product", "model", "产品", "型号", "产品型号", "产品名称"),
    "product.serial": ("serial", "serial number", "序列号", "产品序列号"),
    "product.batch": ("batch", "lot", "lot number", "批号", "批次"),
    "product.bought": ("bought", "purchase date", "date of purchase", "购买日期", "购买时间"),
}  # fmt: skip
_ZONE_HEADINGS: Final = frozenset({"zone", "time zone", "timezone", "tz", "utc offset", "时区"})
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")


def column_of(target: str, header: Sequence[str]) -> str | None:
    """Returns the column whose heading names the target, or None."""
    plain = {_plain(name): name for name in reversed(header)}
    return next((plain[word] for word in HEADINGS[target] if word in plain), None)


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a record names at least two targets, so that lines above it are the title of a report."""
    names = set(map(_plain, cells))
    return sum(not names.isdisjoint(words) for words in HEADINGS.values()) > 1


def zone_column(
    header: Sequence[str], texts: Mapping[str, Sequence[str]], is_zone: Callable[[str], bool]
) -> str | None:
    """Returns the column whose heading names a zone and whose cells all are one, or None."""
    return next(
        (
            name
            for name in header
            if _plain(name) in _ZONE_HEADINGS
            and any(texts[name])
            and all(map(is_zone, filter(None, texts[name])))
        ),
        None,
    )


def is_chinese(header: Sequence[str]) -> bool:
    """Whether at least half of the headings are Chinese."""
    return 2 * sum(_CHINESE.search(name) is not None for name in header) >= len(header)


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.replace("_", " "))).casefold()
