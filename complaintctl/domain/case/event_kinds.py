"""Fixed enumerations of complaint handling; a policy cannot change them."""

from typing import Final, Literal, get_args

Status = Literal["open", "waiting", "closed"]
Outcome = Literal["upheld", "partly-upheld", "not-upheld", "withdrawn", "invalid", "duplicate"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
# Corrective: against a problem that occurred; preventive: against one that could occur.
ActionKind = Literal["corrective", "preventive"]
# A closed case can be marked as an example of success or failure.
LessonMark = Literal["success", "failure"]
LESSON_MARKS: Final[tuple[LessonMark, ...]] = get_args(LessonMark)

# Steps with their own command; custom steps of a team use `complaintctl step`.
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

# Starts a case; no command takes this step of a policy again.
REGISTRATION: Final = "open"

# Steps that may be taken at any time, even if earlier steps of the policy are missing.
FREE_STEPS: Final = frozenset({"ack", "update"})

# The one extension of a step's limit.
EXTENDED: Final = "extend"

# Events of a survey of closed cases; being asked is no step (D-083).
SURVEY_ASKED: Final = "survey-asked"
SURVEY_ANSWERED: Final = "survey-answered"

# Personal data: deleted; only to be stored (GDPR Art. 18, PIPL Art. 47); not to be deleted yet.
ERASED: Final = "erase"
RESTRICTED: Final = "restrict"
RESTRICTION_LIFTED: Final = "restrict-lifted"
HELD: Final = "legal-hold"
HOLD_RELEASED: Final = "legal-hold-released"
PRIVACY_EVENTS: Final = frozenset({ERASED, RESTRICTED, RESTRICTION_LIFTED, HELD, HOLD_RELEASED})

# Events that come from the customer: their `via` is not a message to the customer.
CUSTOMER_EVENTS: Final = frozenset({"open", "heard", SURVEY_ANSWERED})

# Events that are not steps of a policy.
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
    ERASED,
    "escalate",
    EXTENDED,
    "heard",
    "import",
    HELD,
    HOLD_RELEASED,
    "link",
    "note",
    "reopen",
    RESTRICTED,
    RESTRICTION_LIFTED,
    "resume",
    "retract",
    SURVEY_ANSWERED,
    SURVEY_ASKED,
    "task",
    "task-done",
    "wait",
)

# Events that may be recorded for a closed case without reopening it (D-034).
ALLOWED_WHEN_CLOSED: Final = frozenset(
    {
        "note",
        "attach",
        "link",
        "edit",
        "import",
        "heard",
        "reopen",
        "action",
        "action-done",
        "action-recurred",
        "action-verified",
        SURVEY_ASKED,
        SURVEY_ANSWERED,
        *PRIVACY_EVENTS,
    }
)

# Fields that a reopening clears (D-033).
UNSETTLED_FIELDS: Final = ("outcome", "plan.agreed_with_customer")

# Crockford's base 32 has no I, L, O or U, so that an id can be read out over the phone.
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
