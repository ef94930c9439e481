"""The invented complaints of the demo: what happened, in minutes after receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

HOUR: Final = 60
DAY: Final = 24 * HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One event of a story, `after` minutes from receipt."""

    after: int
    did: str
    facts: Mapping[str, str] = field(default_factory=dict)
    via: str | None = None
    by: str | None = None
    text: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One complaint: when it arrived, what was known, what was done."""

    hours_ago: float
    facts: Mapping[str, str]
    moments: tuple[Moment, ...] = ()
    handler: str = "li.wei"
    opened_after: int = 20


def _facts(
    title: str, name: str, phone: str, model: str, words: str, sought: str, channel: str
) -> dict[str, str]:
    return {
        "title": title,
        "channel": channel,
        "customer.name": name,
        "customer.phone": phone,
        "product.model": model,
        "product.bought": "2026-06-01",
        "product.bought_from": "web shop",
        "product.time_in_use": "5 months",
        "description": words,
        "remedy_sought": sought,
    }


def _assess(after: int) -> Moment:
    return Moment(after=after, did="assess")


def _classify(after: int, level: str, category: str) -> Moment:
    return Moment(after=after, did="classify", facts={"level": level, "category": category})


def _investigate(after: int, cause: str, finding: str) -> Moment:
    return Moment(after=after, did="investigate", facts={"cause.class": cause, "cause.finding": finding})


def _solve(start: int, remedy: str, outcome: str, gap: int) -> tuple[Moment, ...]:
    return (
        Moment(after=start, did="plan", facts={"plan.remedy": remedy}),
        Moment(after=start + gap, did="execute", facts={"remedy.kind": remedy}),
        Moment(after=start + 2 * gap, did="respond", facts={"outcome": outcome}, via="phone"),
    )


_HARDWARE: Final = "quality/function/hardware"

STORIES: Final[tuple[Story, ...]] = (
    Story(
        hours_ago=0.5,
        facts=_facts(
            "充电器发烫", "王芳", "13800138000", "C20", "充电十分钟后外壳烫手。", "exchange", "phone"
        ),
        opened_after=5,
    ),
    Story(
        hours_ago=3,
        facts=_facts(
            "Battery swells", "Ada Brown", "+44 20 7946 0011", "X100", "The back lifts off.", "refund", "chat"
        ),
        moments=(_assess(50), _classify(2 * HOUR, "urgent", _HARDWARE)),
        handler="zhang.min",
    ),
    Story(
        hours_ago=5,
        facts=_facts("屏幕有划痕", "陈静", "13911112222", "T7", "开箱即有划痕。", "exchange", "email"),
        moments=(_assess(90),),
    ),
    Story(
        hours_ago=20,
        facts=_facts("App 闪退", "刘洋", "13700001111", "X100", "升级后每次打开都闪退。", "repair", "chat"),
        moments=(
            _assess(60),
            _classify(3 * HOUR, "important", "quality/function/software"),
            Moment(after=4 * HOUR, did="wait", reason="asked for the OS version"),
        ),
        handler="zhang.min",
    ),
    Story(
        hours_ago=26,
        facts=_facts(
            "No answer from the hotline",
            "Tom Hill",
            "+1 617 555 0100",
            "X100",
            "Called 3 times.",
            "apology",
            "social",
        ),
        moments=(_assess(80), _classify(3 * HOUR, "general", "after-sales/efficiency")),
    ),
    Story(
        hours_ago=40,
        facts=_facts(
            "扫地机噪音大", "赵磊", "13600002222", "R3", "使用两周后噪音明显变大。", "repair", "phone"
        ),
        moments=(
            _assess(70),
            _classify(2 * HOUR, "important", _HARDWARE),
            _investigate(20 * HOUR, "quality/manufacturing", "轴承缺少润滑，同批次抽检三台均如此。"),
        ),
    ),
    Story(
        hours_ago=60,
        facts=_facts(
            "Price dropped the day after",
            "Eva Lind",
            "+46 8 555 010",
            "T7",
            "Paid 40 more.",
            "refund",
            "email",
        ),
        moments=(
            _assess(60),
            _classify(3 * HOUR, "general", "price/difference"),
            _investigate(18 * HOUR, "price", "Campaign began one day later."),
            Moment(after=30 * HOUR, did="plan", facts={"plan.remedy": "compensation"}),
        ),
        handler="zhang.min",
    ),
    Story(
        hours_ago=90,
        facts=_facts(
            "空气净化器异味", "孙丽", "13500003333", "A5", "开机有塑料味。", "return", "service-desk"
        ),
        moments=(
            _assess(45),
            _classify(2 * HOUR, "important", _HARDWARE),
            _investigate(10 * HOUR, "quality/material", "滤网胶水批次异常。"),
            *_solve(30 * HOUR, "exchange", "upheld", 20 * HOUR)[:2],
        ),
    ),
    Story(
        hours_ago=12 * 24,
        facts=_facts("电视死机", "周强", "13400004444", "TV55", "每天黑屏一次。", "repair", "phone"),
        moments=(
            _assess(60),
            _classify(3 * HOUR, "important", "quality/function/software"),
            _investigate(20 * HOUR, "quality/design", "旧固件内存泄漏。"),
            *_solve(40 * HOUR, "repair", "upheld", 10 * HOUR),
            Moment(after=9 * DAY, did="follow-up", facts={"satisfaction.overall": "4"}, via="phone"),
            Moment(after=9 * DAY + 10, did="close", facts={"lesson": "旧固件用户全部推送免费升级。"}),
        ),
    ),
    Story(
        hours_ago=9 * 24,
        facts=_facts(
            "Watch strap broke", "Noor Ali", "+31 20 555 0199", "W2", "Broke on day two.", "exchange", "chat"
        ),
        moments=(
            _assess(3 * HOUR),
            _classify(6 * HOUR, "general", _HARDWARE),
            _investigate(30 * HOUR, "quality/material", "Brittle batch of straps."),
            *_solve(40 * HOUR, "exchange", "upheld", 10 * HOUR),
        ),
        handler="zhang.min",
    ),
    Story(
        hours_ago=6 * 24,
        facts=_facts("发错颜色", "吴敏", "13300005555", "T7", "订的白色，收到黑色。", "exchange", "email"),
        moments=(
            Moment(after=2 * HOUR, did="close", facts={"outcome": "withdrawn"}, reason="客户决定留下黑色。"),
        ),
    ),
    Story(
        hours_ago=46.5,
        facts=_facts(
            "笔记本拒保", "郑浩", "13200006666", "N14", "称过保，发票显示未过保。", "repair", "phone"
        ),
        moments=(
            _assess(60),
            _classify(2 * HOUR, "important", _HARDWARE),
            Moment(
                after=5 * HOUR, did="escalate", facts={"level": "urgent"}, reason="拒保错误，客户要投诉到消协"
            ),
            _investigate(23 * HOUR, "service/knowledge", "保修起算日录入错误。"),
        ),
    ),
)
