"""Where the words of an answer end and the mail that it quotes begins, as mail programs write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.exchange.mail.quoted_text import trim_quoted_text

WORDS = "The kettle still leaks.\n壶还在漏水。"
QUOTED = "> Dear customer,\n> we have sent a new lid.\n>\n> Care"
PLAIN = "Dear customer,\nwe have sent a new lid.\n\nCare"
# What stands between the words and the quoted mail: each is a heading that a program writes.
HEADINGS = {
    "QQ Mail": '------------------&nbsp;原始邮件&nbsp;------------------\n发件人: "客服" <care@example.com>;\n发送时间: 2026年3月2日(星期一) 上午9:00\n收件人: "王芳"<wang@qq.com>;\n主题: 您的投诉'.replace("&nbsp;", " "),
    "QQ Mail, full width": '------------------ 原始邮件 ------------------\n发件人："客服"\n<care@example.com>；\n发送时间：2026年3月2日\n主题：您的投诉',
    "Foxmail": ["care@example.com", "发件人： 客服\n发送时间： 2026-03-02 09:00\n收件人： 王芳\n主题： 您的投诉"][1],
    "Foxmail with blanks": "发 件 人： 客服\n发送时间： 2026-03-02 09:00\n收 件 人： 王芳\n主　　题： 您的投诉",
    "Coremail": "-----原始邮件-----\n发件人:客服 <care@example.com>\n发送时间:2026-03-02 09:00:00 (星期一)\n收件人: 王芳\n主题: 您的投诉",
    "Aliyun": "------------------------------------------------------------------\n发件人：客服 <care@example.com>\n发送时间：2026年3月2日(星期一) 09:00\n收件人：王芳 <wang@aliyun.com>\n主　题：您的投诉",
    "DingTalk": "------------------------------------------------------------------\n发件人:客服<care@example.com>\n日　期:2026年03月02日 09:00:00\n收件人:王芳<wang@dingtalk.com>\n主　题:您的投诉",
    "Outlook in Chinese": "发件人: 客服 <care@example.com>\n发送时间: 2026年3月2日 9:00\n收件人: 王芳 <wang@outlook.com>\n主题: 您的投诉",
    "Outlook in Chinese, on one line": "发件人: 客服 发送时间: 2026年3月2日 9:00 收件人: 王芳 主题: 您的投诉",
    "Outlook, traditional": "寄件者: 客服 <care@example.com>\n寄件日期: 2026年3月2日 9:00\n收件者: 王芳\n主旨: 您的投訴",
    "Outlook": "From: Care <care@example.com>\nSent: Monday, March 2, 2026 9:00 AM\nTo: Wang Fang\nSubject: Your complaint",
    "Outlook, ruled": "________________________________\nFrom: Care <care@example.com>\nSent: Monday, March 2, 2026 9:00 AM\nTo: Wang Fang\nSubject: Your complaint",
    "Outlook, bold": "**From:** Care\n**Sent:** Monday\n**To:** Wang\n**Subject:** Your complaint",
    "Outlook 2003": "-----Original Message-----\nFrom: Care\nSent: Monday\nTo: Wang\nSubject: Your complaint",
    "Outlook in German": "Von: Care <care@example.com>\nGesendet: Montag, 2. März 2026 09:00\nAn: Wang Fang\nBetreff: Ihre Beschwerde",
    "Outlook in French": "De : Care <care@example.com>\nEnvoyé : lundi 2 mars 2026 09:00\nÀ : Wang Fang\nObjet : Votre réclamation",
    "Outlook in Spanish": "De: Care <care@example.com>\nEnviado el: lunes, 2 de marzo de 2026 9:00\nPara: Wang Fang\nAsunto: Su reclamación",
    "Outlook in Japanese": "差出人: Care <care@example.com>\n送信日時: 2026年3月2日 9:00\n宛先: Wang Fang\n件名: 苦情",
}  # fmt: skip
MARKED_HEADINGS = {
    "163": '在 2026-03-02 09:00:00，"客服" <care@example.com> 写道：',
    "126, English": 'At 2026-03-02 09:00:00, "care" <care@example.com> wrote:',
    "Apple Mail in Chinese": "在 2026年3月2日，上午9:00，客服 <care@example.com> 写道：",
    "Gmail in Chinese": "客服 <care@example.com> 于2026年3月2日周一 09:00写道：",
    "Gmail": "On Mon, Mar 2, 2026 at 9:00 AM Care <care@example.com> wrote:",
    "Gmail on two lines": "On Mon, Mar 2, 2026 at 9:00 AM Care of the Customers\n<care@example.com> wrote:",
    "Thunderbird in German": "Am 02.03.26 um 09:00 schrieb Care:",
    "Gmail in French": "Le lun. 2 mars 2026 à 09:00, Care <care@example.com> a écrit :",
    "Gmail in Spanish": "El lun, 2 mar 2026 a las 9:00, Care (<care@example.com>) escribió:",
    "Gmail in Japanese": "2026年3月2日(月) 9:00 Care <care@example.com> のメール:",
    "Gmail in Russian": "пн, 2 мар. 2026 г. в 09:00, Care <care@example.com> написал:",
    "no heading": "",
}


@pytest.mark.parametrize("heading", HEADINGS.values(), ids=HEADINGS)
def test_a_heading_ends_the_words_of_the_customer(heading: str) -> None:
    trimmed = trim_quoted_text(f"{WORDS}\n\n{heading}\n\n{PLAIN}\n")
    assert trimmed.text == WORDS
    assert trimmed.lines >= PLAIN.count("\n")


@pytest.mark.parametrize("heading", MARKED_HEADINGS.values(), ids=MARKED_HEADINGS)
def test_a_marked_quotation_ends_the_words_of_the_customer(heading: str) -> None:
    assert trim_quoted_text(f"{WORDS}\n\n{heading}\n{QUOTED}\n").text == WORDS


KEPT = {
    "an answer below the quotation": f"On 2 Mar 2026 Care wrote:\n{QUOTED}\n\nIt leaks.",
    "answers between the lines": "Hello,\nOn 2 Mar 2026 Care wrote:\n> Does it leak?\nYes.\n> Since when?\nMonday.",
    "a quotation without marks": f"{WORDS}\n\n在 2026-03-02 09:00:00，客服 写道：\n{PLAIN}",
    "the words that answers stand below": f"Please see below.\n\n{HEADINGS['Outlook']}\n\nDoes it leak? YES!",
    "the words in Chinese that answers stand below": f"见下文红字。\n\n{HEADINGS['Foxmail']}\n\n漏水吗？漏！",
    "nothing above": f"{HEADINGS['QQ Mail']}\n\n{PLAIN}",
    "a forwarded mail": f"{WORDS}\n\n---------- Forwarded message ---------\n{HEADINGS['Outlook']}\n\n{PLAIN}",
    "a journey": f"{WORDS}\nFrom: Paris\nTo: London\nDate: 3 May\nThe bag did not arrive.",
    "what the seller wrote": "On 2 Mar 2026 your agent wrote:\nyou get your money back.\nI did not.",
    "numbers with a mark": "The weight is\n> 5 kg\nand not less.",
    "a line of dashes": f"{WORDS}\n-----\nSerial: 12E3",
    "the word original mail": "-- 原始邮件 --\n我没有收到原始邮件。",
    "nothing at all": "",
}  # fmt: skip


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_may_be_the_customers_words_is_kept(text: str) -> None:
    trimmed = trim_quoted_text(text)
    assert (trimmed.text, trimmed.lines) == (text, 0)


@given(
    st.lists(
        st.sampled_from(
            [*HEADINGS.values(), *MARKED_HEADINGS.values(), QUOTED, WORDS, "", "> x", "-----", "发件人："]
        )
        | st.text(max_size=20),
        max_size=8,
    )
)
def test_nothing_above_the_quotation_is_ever_lost(parts: list[str]) -> None:
    text = "\n".join(parts)
    trimmed = trim_quoted_text(text)
    if trimmed.lines:
        assert "\n".join(text.splitlines()).strip().startswith(trimmed.text)
    else:
        assert trimmed.text == text
