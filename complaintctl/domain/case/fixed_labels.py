"""Labels of fixed keys in both languages, for output and for typed input; a policy cannot change the keys."""

from collections.abc import Mapping
from typing import Final

from complaintctl.domain.policy.policy import Labels

LabelsByKey = Mapping[str, Labels]


def _labels_by_key(**chinese: str) -> dict[str, Labels]:
    """Builds labels for keys whose English label is the key itself."""
    keys = {name.replace("_", "-"): zh for name, zh in chinese.items()}
    return {key: {"en": key.replace("-", " "), "zh": zh} for key, zh in keys.items()}


# D-104: shown and accepted, in both languages.
OUTCOME_LABELS: Final[LabelsByKey] = _labels_by_key(
    upheld="成立",
    partly_upheld="部分成立",
    not_upheld="不成立",
    withdrawn="撤诉",
    invalid="无效",
    duplicate="重复",
)
MARK_LABELS: Final[LabelsByKey] = _labels_by_key(success="成功", failure="失败")
STATUS_LABELS: Final[LabelsByKey] = _labels_by_key(open="处理中", waiting="等待客户", closed="已结案")
ACTION_KIND_LABELS: Final[LabelsByKey] = _labels_by_key(corrective="纠正", preventive="预防")
ANSWER_LABELS: Final[LabelsByKey] = _labels_by_key(yes="是", no="否")
# Kinds of links between cases.
LINK_LABELS: Final[LabelsByKey] = {
    "duplicate_of": {"en": "duplicate of", "zh": "重复"},
    "follows": {"en": "follows", "zh": "后续"},
    "related_to": {"en": "related to", "zh": "相关"},
    "recurrence_of": {"en": "recurrence of", "zh": "重复发生自"},
}
# Used if the policy has no label for a step. `close` is included because it can be promised like a step.
STEP_LABELS: Final[LabelsByKey] = _labels_by_key(
    open="登记",
    ack="确认收到",
    assess="初步判断",
    classify="分类",
    investigate="调查核实",
    plan="制定方案",
    execute="执行方案",
    respond="反馈结果",
    update="告知进展",
    follow_up="回访",
    close="结案",
)
# Fixed dates of a case; their clocks are listed together with those of the steps.
DATE_LABELS: Final[LabelsByKey] = {
    "promise": {"en": "promise", "zh": "承诺"},
    "next-contact": {"en": "next contact", "zh": "下次联系"},
    "task": {"en": "task", "zh": "任务"},
    "action": {"en": "action", "zh": "措施"},
    "action-check": {"en": "check of an action", "zh": "措施验证"},
}
# Keys of an event in the file of a case.
EVENT_KEY_LABELS: Final[LabelsByKey] = {
    "recorded_by": {"en": "recorded by", "zh": "登记人"},
    **_labels_by_key(
        at="发生时间",
        by="操作人",
        did="操作",
        via="渠道",
        to="对象",
        set="更改的值",
        changed="更改的字段",
        promise="承诺",
        tasks="任务",
        file="附件",
        mail="邮件",
        link="关联案件",
        event="所指事件",
        refused="是否驳回",
        text="文字",
        reason="理由",
        until="截止时间",
        forced="强制略过的内容",
        due="到期时间",
        met="是否按时",
        moved="到期时间的变动",
        rungs="升级",
        repeated="重复投诉通报",
        irregular="不合常规的原因",
        recorded="登记时间",
        id="编号",
    ),
}
# Columns computed from the clocks of a case, in addition to its fields.
COLUMN_LABELS: Final[LabelsByKey] = _labels_by_key(
    due="到期", step="步骤", overdue="超期", forced="强制结案", data="个人信息状态"
)
FIELD_LABELS: Final[LabelsByKey] = {
    "id": {"en": "case", "zh": "案件"},
    "title": {"en": "title", "zh": "标题"},
    "received": {"en": "received", "zh": "收到时间"},
    "channel": {"en": "channel", "zh": "渠道"},
    "source": {"en": "source", "zh": "来源"},
    "source.system": {"en": "source system", "zh": "来源系统"},
    "source.id": {"en": "source number", "zh": "来源编号"},
    "source.row": {"en": "source row", "zh": "来源行"},
    "status": {"en": "status", "zh": "状态"},
    "level": {"en": "level", "zh": "级别"},
    "category": {"en": "class", "zh": "分类"},
    "crisis": {"en": "crisis", "zh": "危机"},
    "owner": {"en": "owner", "zh": "负责人"},
    "department": {"en": "department", "zh": "部门"},
    "watchers": {"en": "watchers", "zh": "知会人"},
    "customer": {"en": "customer", "zh": "客户"},
    "customer.name": {"en": "customer's name", "zh": "客户姓名"},
    "customer.phone": {"en": "customer's phone", "zh": "联系电话"},
    "customer.email": {"en": "customer's e-mail", "zh": "电子邮件"},
    "customer.address": {"en": "customer's address", "zh": "客户地址"},
    "product": {"en": "product", "zh": "产品"},
    "product.model": {"en": "model", "zh": "型号"},
    "product.serial": {"en": "serial number", "zh": "产品编号"},
    "product.batch": {"en": "batch", "zh": "批号"},
    "product.bought": {"en": "bought on", "zh": "购买日期"},
    "product.bought_from": {"en": "bought from", "zh": "购买渠道"},
    "product.time_in_use": {"en": "time in use", "zh": "使用年限"},
    "description": {"en": "description", "zh": "问题描述"},
    "remedy_sought": {"en": "remedy sought", "zh": "客户诉求"},
    "problem": {"en": "problem", "zh": "问题"},
    "problem.what": {"en": "what happened", "zh": "何事"},
    "problem.when": {"en": "when", "zh": "何时"},
    "problem.where": {"en": "where", "zh": "何地"},
    "problem.who": {"en": "who", "zh": "何人"},
    "problem.why": {"en": "why", "zh": "何因"},
    "problem.how": {"en": "how", "zh": "如何"},
    "impact": {"en": "impact", "zh": "影响"},
    "impact.customer_satisfaction": {"en": "impact on satisfaction", "zh": "对满意度的影响"},
    "impact.market_share": {"en": "impact on market share", "zh": "对市场份额的影响"},
    "impact.business_result": {"en": "impact on business", "zh": "对经营的影响"},
    "impact.legal_risk": {"en": "legal risk", "zh": "法律法规风险"},
    "promised": {"en": "promises", "zh": "承诺"},
    "contact": {"en": "next contact", "zh": "下次联系"},
    "contact.by": {"en": "next contact by", "zh": "下次联系时间"},
    "contact.via": {"en": "next contact via", "zh": "下次联系方式"},
    "cause": {"en": "causes", "zh": "原因"},
    "cause.class": {"en": "class of cause", "zh": "原因类别"},
    "cause.finding": {"en": "finding", "zh": "调查结果"},
    "cause.five_whys": {"en": "five whys", "zh": "五个为什么"},
    "cause.fishbone": {"en": "fishbone", "zh": "鱼骨图"},
    "plan": {"en": "plan", "zh": "方案"},
    "plan.remedy": {"en": "planned remedy", "zh": "处理方案"},
    "plan.principle": {"en": "principle", "zh": "处理原则"},
    "plan.measures": {"en": "measures", "zh": "处理措施"},
    "plan.department": {"en": "responsible department", "zh": "责任部门"},
    "plan.supervision": {"en": "supervision", "zh": "监督"},
    "plan.agreed_with_customer": {"en": "agreed with the customer", "zh": "客户同意"},
    "tasks": {"en": "tasks", "zh": "任务"},
    "remedy": {"en": "what was given", "zh": "处理"},
    "remedy.kind": {"en": "kind of remedy", "zh": "处理方式"},
    "remedy.cost": {"en": "cost", "zh": "费用"},
    "outcome": {"en": "outcome", "zh": "结论"},
    "actions": {"en": "corrective actions", "zh": "纠正措施"},
    "recurrence": {"en": "recurrence", "zh": "重复发生"},
    "recurrence.reason": {"en": "why no recurrence", "zh": "非重复发生的理由"},
    "satisfaction": {"en": "opinion", "zh": "客户评价"},
    "satisfaction.overall": {"en": "overall satisfaction", "zh": "满意度"},
    "satisfaction.attitude": {"en": "attitude", "zh": "服务态度"},
    "satisfaction.solved": {"en": "problem solved", "zh": "问题解决程度"},
    "satisfaction.comment": {"en": "customer's comment", "zh": "意见或建议"},
    "lesson": {"en": "lesson", "zh": "经验教训"},
    "lesson_mark": {"en": "mark", "zh": "标记"},
    "links": {"en": "links", "zh": "关联案件"},
    "attachments": {"en": "attachments", "zh": "附件"},
}
