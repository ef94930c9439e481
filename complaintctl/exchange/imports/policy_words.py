"""What the policy says about a target: the key that a word of it means, and whether it is a date."""

from dataclasses import dataclass, field
from typing import Final

from complaintctl.domain.case import old_names, vocabulary
from complaintctl.domain.case.fields import FieldKind
from complaintctl.domain.case.fixed_labels import LabelsByKey
from complaintctl.domain.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class TargetWords:
    """The keys of the policy for one target with their labels, and the kind of date that it is."""

    policy: Policy
    name: str
    labels: LabelsByKey
    date_kind: FieldKind | None
    known: dict[str, str] = field(default_factory=dict, compare=False)

    def key_of(self, word: str) -> str:
        """Returns the key that a word means by key, label or old name (`also:`), ignoring case; else the word."""
        if not self.labels:
            return word
        if word not in self.known:
            self.known[word] = self._find_key(word)
        return self.known[word]

    def _find_key(self, word: str) -> str:
        if word in self.labels:
            return word
        current = old_names.current_name(self.policy, self.name, word)
        return current if current in self.labels else vocabulary.find_key(self.labels, word) or word


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """What a policy says about the targets of a mapping; without a policy nothing."""

    policy: Policy | None

    def of_target(self, name: str) -> TargetWords | None:
        """Returns what the policy says about a target; None if that is nothing."""
        if self.policy is None:
            return None
        kind = vocabulary.custom_kind(self.policy, name)
        labels = vocabulary.field_choices(self.policy, name)
        return TargetWords(self.policy, name, labels, kind) if labels or kind else None


NO_POLICY: Final = PolicyWords(None)
