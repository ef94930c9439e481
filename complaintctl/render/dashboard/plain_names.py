"""Names for readers who know no keys: a label of the policy or a built-in one; a key only if it has no label."""

from complaintctl.domain.case import fixed_labels, vocabulary
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS
from complaintctl.domain.overview.step_search import APPROVE_STEP
from complaintctl.domain.policy.policy import Policy, find_step, labelled_role
from complaintctl.render.text import labels
from complaintctl.render.text.language import _, current_language


def step_name(policy: Policy, step: str, what: str) -> str:
    """Returns a step, or a task, action or contact with its name if `what` has it."""
    if step == APPROVE_STEP:
        return (
            _("sign {step}").format(step=step_name(policy, what, ""))
            if what
            else labels.event_label(policy, step)
        )
    if step in DATED_CLOCKS:
        name = labels.clock_name_label(policy, step)
        return _("{what}: {which}").format(what=name, which=what) if what and what != step else name
    known = find_step(policy, step)
    own = known.label.get(current_language()) if known else None
    return own or fixed_labels.STEP_LABELS.get(step, {}).get(current_language(), step)


def value_name(policy: Policy, field: str, key: str) -> str:
    """Returns a value of a field of the case table or of a chart."""
    if field == "step":
        return step_name(policy, key, "")
    if field in {"owner", "department"}:
        return labelled_role(policy, key).label.get(current_language()) or key
    return vocabulary.choice_label(policy, field, key, current_language())
