"""The enumerations of complaint handling that no policy can change."""

from typing import Final, Literal, get_args

Status = Literal["open", "waiting", "closed"]
Outcome = Literal["upheld", "partly-upheld", "not-upheld", "withdrawn", "invalid", "duplicate"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
# Against what happened, or against what might.
ActionKind = Literal["corrective", "preventive"]
# What a closed case is kept as an example of.
LessonMark = Literal["success", "failure"]
LESSON_MARKS: Final[tuple[LessonMark, ...]] = get_args(LessonMark)

# Steps that have a command of their own; a team's own steps run through `complaintctl step`.
BUILT_IN_STEPS: Final = (
    "open",
    "ack",
    "assess",
    "classify",
    "investigate",
    "plan",
    "execute",
    "respond",
    "update",
    "follow-up",
)

# Steps that may be taken at any time, whatever stands before them in the policy.
FREE_STEPS: Final = frozenset({"ack", "update"})

# In a survey of closed cases.
SURVEY_ASKED: Final = "survey-asked"
SURVEY_ANSWERED: Final = "survey-answered"

# What the customer told us: how it came is no word to the customer.
CUSTOMER_EVENTS: Final = frozenset({"open", "heard", SURVEY_ANSWERED})

# Events that are no step: they change who, when or what is known, and promise nothing.
OTHER_EVENTS: Final = (
    "action",
    "action-done",
    "action-recurred",
    "action-verified",
    "approve",
    "assign",
    "attach",
    "close",
    "edit",
    "escalate",
    "heard",
    "import",
    "link",
    "note",
    "reopen",
    "resume",
    "retract",
    SURVEY_ANSWERED,
    SURVEY_ASKED,
    "task",
    "task-done",
    "wait",
)

# What may still be recorded about a closed case without reopening it.
ALLOWED_WHEN_CLOSED: Final = frozenset(
    {
        "note",
        "attach",
        "link",
        "edit",
        "import",
        "reopen",
        "action",
        "action-done",
        "action-recurred",
        "action-verified",
        SURVEY_ASKED,
        SURVEY_ANSWERED,
    }
)

# What a reopening takes back: how the complaint ended, and that the customer agrees with the plan.
UNSETTLED_FIELDS: Final = ("outcome", "plan.agreed_with_customer")

# Crockford's base 32: no I, L, O, U, so an id can be read over the phone.
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
