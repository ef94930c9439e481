"""Which names the writer of a mail calls themselves."""

import pytest

from complaintctl.domain.privacy.stated_names import stated_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王芳芳的投诉", "王芳芳"),
        ("投诉 王芳芳", "王芳芳"),
        ("你好，我是王芳芳，电池鼓包了。", "王芳芳"),
        ("电池鼓包。\n姓名：欧阳娜\n", "欧阳娜"),
        ("此致\n敬礼\n李伟", "李伟"),
        ("Complaint of Wang Fangfang", "Wang Fangfang"),
        ("Hello, my name is Wang Fangfang. The thing broke.", "Wang Fangfang"),
        ("It broke.\n\nBest regards,\nFang-Fang Wang\n", "Fang-Fang Wang"),
    ],
)
def test_the_usual_forms_are_found(text: str, name: str) -> None:
    assert stated_names(text) == (name,)


@pytest.mark.parametrize(
    "text",
    [
        "我是你们的老客户",
        "高温报警，请处理",
        "空调常年漏水",
        "白色机身划痕",
        "任何人",
        "电池鼓包投诉",
        "This is Not Acceptable",
        "I am angry",
        "The lamp is broken.\nRegards",
    ],
)
def test_words_of_a_complaint_are_no_names(text: str) -> None:
    assert stated_names(text) == ()
