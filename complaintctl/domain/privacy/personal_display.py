"""Whether and how customer data are shown: by the level of the policy, and by whether they were asked for."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy import masked_case
from complaintctl.domain.privacy.masked_case import MASKED_KEY, is_personal_column
from complaintctl.domain.privacy.masks import mask_text
from complaintctl.domain.privacy.public_case import LEFT_OUT


def _as_it_is(case: Case) -> Case:
    return case


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalDisplay:
    """What a command shows of customer data.

    `revealed`: they were asked for. `for_programs`: a program reads the output, so that it gets no masks either.
    `opened` returns a case with its sealed customer opened; it is called only for customer data that are asked for.
    """

    policy: Policy
    revealed: bool
    for_programs: bool = False
    opened: Callable[[Case], Case] = _as_it_is

    @property
    def hides(self) -> bool:
        """Whether customer data are masked."""
        return self.policy.personal.level != "plain" and not self.revealed

    def case(self, case: Case) -> Case:
        """Returns the case as it may be shown: with a mask, for programs `…`, in each personal field."""
        return masked_case.mask_case(case, self._mask) if self.hides else self.whole_case(case)

    def whole_case(self, case: Case) -> Case:
        """Returns the case as it is compared and counted: a sealed customer is opened if it is asked for."""
        return self.opened(case) if self.revealed else case

    def _mask(self, name: str, text: str) -> str:
        return LEFT_OUT if self.for_programs else mask_text(name, text, self.policy.country_code)

    def judged(self, judged: JudgedCase) -> JudgedCase:
        """Returns the judged case as it may be shown: clocks and verdicts are those of the whole case."""
        case, progress = self.case(judged.case), judged.progress
        if not self.hides and case is judged.case:
            return judged
        if self.hides:
            progress = dataclasses.replace(progress, events=masked_case.mask_events(progress.events))
        return JudgedCase(
            case=case,
            rules=judged.rules,
            progress=progress,
            clocks=judged.clocks,
            as_of=judged.as_of,
        )

    def whole_judged(self, judged: JudgedCase) -> JudgedCase:
        """Returns the judged case as it is compared and counted: a sealed customer is opened if it is asked for."""
        return self.judged(judged) if self.revealed else judged

    def record(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns a case as printed for programs, with null for what is masked."""
        return masked_case.hide_in_record(record) if self.hides else record

    def event_record(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns an event as printed for programs, with null for what is masked."""
        return self.event_records([event])[0]

    def event_records(self, events: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Returns the events of a case as printed for programs, with null for what is masked."""
        return list(masked_case.hide_in_events(events)) if self.hides else events

    def cells(self, row: Mapping[str, Any], *, as_json: bool, restricted: bool) -> dict[str, Any]:
        """Returns the columns of a case as printed for programs: JSON has null, and `masked`; others have `…`.

        `restricted`: the customer's data are restricted, so they leave the casebook for no program.
        """
        if not self.hides and not restricted:
            return dict(row)
        hidden = [name for name, value in row.items() if value is not None and is_personal_column(name)]
        shown = {**row, **dict.fromkeys(hidden, None if as_json else LEFT_OUT)}
        return {**shown, MASKED_KEY: hidden} if hidden and as_json else shown

    def hides_column(self, name: str) -> bool:
        """Whether the values of a field, or of a part of it, are masked."""
        return self.hides and is_personal_column(name)
