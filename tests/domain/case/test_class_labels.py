"""Labels of classes by their whole path."""

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import ClassEntry
from tests.domain.building import a_policy


def test_a_key_with_a_slash_of_its_own_is_one_class_and_keeps_its_label() -> None:
    below = {"Odor/Smoke": ClassEntry(label={"zh": "异味或烟雾"}), "Other": None}
    policy = a_policy(
        categories={"Air/Water": ClassEntry(label={"zh": "空气和水"}, sub=below), "Noise": None}
    )
    assert dict(vocabulary.field_choices(policy, "category")) == {
        "Air/Water": {"zh": "空气和水"},
        "Air/Water/Odor/Smoke": {"zh": "空气和水/异味或烟雾"},
        "Air/Water/Other": {"zh": "空气和水/Other"},
        "Noise": {},
    }
