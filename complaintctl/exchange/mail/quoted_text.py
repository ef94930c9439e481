"""Takes the quoted history off an answer; if it is not certain where the customer's words end, keeps everything.

Mail programs write no standard mark before the mail that they quote. The table has the headings of Chinese programs
(QQ Mail, Foxmail, 163 and 126, Coremail, Aliyun, DingTalk), which mail-parser-reply and email-reply-parser do not know,
and those of Outlook, Gmail, Apple Mail and Thunderbird in other languages.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# The first fields of the quoted mail, one a line, as Outlook, Foxmail, QQ Mail, Coremail and Aliyun write them; the
# colon is full-width or not, and Foxmail writes blanks between the signs (`发 件 人`).
_FIELD_WORDS: Final = {
    "from": (
        r"发\s*件\s*人|寄\s*件\s*者|寄\s*件\s*人|發\s*件\s*人|From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|Kimden|От|差出人|送信者|보낸\s*사람"
    ),
    "sent": (
        r"发\s*送\s*时\s*间|发送日期|發送日期|日\s*期|时\s*间|寄件日期|傳送時間|Sent|Date|Gesendet|Datum|Envoyé(?:\s+le)?|Enviado(?:\s+el|\s+em)?|"
        r"Enviada\s+em|Fecha|Data|Inviato|Verzonden|Skickat|Sendt|Lähetetty|Wysłano|Gönderilme|Отправлено|Дата|送信日時|日時|日付|보낸\s*날짜|날짜"
    ),
    "to": (
        r"收\s*件\s*人|收\s*件\s*者|To|An|À|A|Para|Aan|Till|Til|Vastaanottaja|Do|Kime|Кому|宛先|받는\s*사람"
    ),
    "subject": (
        r"主\s*题|主\s*旨|主\s*題|标\s*题|Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Ämne|Emne|Aihe|Temat|Konu|Тема|件名|題名|제목"
    ),
}
_FIELDS: Final = {
    name: re.compile(rf"(?:^|(?<=[\s*]))\*{{0,2}}(?:{words})\s*[:：]", re.IGNORECASE)
    for name, words in _FIELD_WORDS.items()
}
_STARTS_FIELD: Final = re.compile(
    rf"[\s>*]*(?:{'|'.join(_FIELD_WORDS.values())})\s*[:：]\*{{0,2}}", re.IGNORECASE
)
_FROM_LINE: Final = re.compile(rf"\s*\*{{0,2}}(?:{_FIELD_WORDS['from']})\s*[:：]", re.IGNORECASE)
# So many lines may lie between the fields: QQ Mail breaks the line within a sender.
_FIELD_LINES: Final = 8
# `---------- 原始邮件 ----------`, `-----Original Message-----`, `-------- Ursprüngliche Nachricht --------`.
_ORIGINAL_WORDS: Final = (
    r"原始邮件|原始郵件|原始信息|原邮件|回复的原邮件|Original\s*(?:Message|Mail|Email)|Ursprüngliche\s+(?:Nachricht|Mail|E-Mail)|Original-?Nachricht|"
    r"Message\s+d['’]origine|Message\s+original|Mensaje\s+original|Mensagem\s+original|Messaggio\s+originale|"
    r"Oorspronkelijk\s+bericht|Ursprungligt\s+meddelande|Oprindelig\s+meddelelse|Исходное\s+сообщение|元のメッセージ|Original\s*のメッセージ|원본\s*메시지"
)
_ORIGINAL: Final = re.compile(
    rf"\s*[-—_=*\s]{{2,80}}\s*(?:{_ORIGINAL_WORDS})\s*[-—_=*\s]{{2,80}}", re.IGNORECASE
)
_RULE: Final = re.compile(r"\s*[-_—=]{5,}\s*")
# `在 2024-01-02 10:00:00，"x" <y> 写道：`, `On …, … wrote:`, `Am … schrieb …:`; on up to three lines.
_WROTE: Final = re.compile(
    r"\s*(?:"
    r"(?:在|于|於)?\s*.{0,30}\d.{0,200}?(?:写道|寫道|编写|撰寫)\s*[:：]"
    r"|(?:On|At)\s.{0,40}\d.{0,200}?\bwrote\s*[:：]"
    r"|Am\s.{0,40}\d.{0,200}?\bschrieb\b.{0,120}[:：]"
    r"|Le\s.{0,40}\d.{0,200}?\ba\s+écrit\s*[:：]"
    r"|El\s.{0,40}\d.{0,200}?\bescribió\s*[:：]"
    r"|Em\s.{0,40}\d.{0,200}?\bescreveu\s*[:：]"
    r"|Il\s.{0,40}\d.{0,200}?\bha\s+scritto\s*[:：]"
    r"|Op\s.{0,40}\d.{0,200}?\b(?:schreef|geschreven)\b.{0,120}[:：]"
    r"|Den\s.{0,40}\d.{0,200}?\bskrev\b.{0,120}[:：]"
    r"|.{0,40}\d.{0,200}?(?:のメール|さんは書きました|さんのメッセージ)\s*[:：]"
    r"|.{0,40}\d.{0,200}?\bwrote\s*[:：]"
    r"|.{0,40}\d.{0,200}?(?:написала?|пише)\s*[:：]"
    r"|.{0,40}\d.{0,200}?님이\s*작성\s*[:：]"
    r")\s*",
    re.IGNORECASE,
)
_WROTE_LINES: Final = 3
_FORWARDED: Final = re.compile(
    r"\s*[-—_=*\s]{2,}\s*(?:Forwarded\s+message|Weitergeleitete\s+(?:Nachricht|Mail)|Message\s+transféré|Mensaje\s+reenviado|"
    r"Begin\s+forwarded\s+message|转发的?邮件(?:信息)?|轉寄郵件|転送メッセージ).*|\s*Begin\s+forwarded\s+message\s*[:：]",
    re.IGNORECASE,
)
# Words by which people say that their answers stand within the quoted mail.
_ANSWERS_INSIDE: Final = re.compile(
    r"见\s*下|見\s*下|如\s*下|下\s*面|下\s*方|下\s*文|以\s*下|文\s*中|原\s*文|红\s*字|紅\s*字|标\s*红|\b(?:below|inline|in-line|in\s+red|in\s+blue|in\s+bold|"
    r"interleaved|unten|untenstehend|rot\s+markiert|im\s+Text|ci-dessous|en\s+rouge|abajo|más\s+abajo|en\s+rojo|abaixo|sotto|"
    r"hieronder|nedan)\b|下記|以下|文中|赤字|아래",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrimmedText:
    """The words of an answer, and how many lines of quoted history were taken off."""

    text: str
    lines: int


def trim_quoted_text(text: str) -> TrimmedText:
    """Returns an answer without the quoted history at its end; all of it if a word of the customer might be lost.

    All is kept if nothing stands above the quotation, if anything stands between or below marked (`>`) lines, if the
    words above say that the answers stand below, and if another mail is passed on.
    """
    lines = text.splitlines()
    everything = TrimmedText(text=text, lines=0)
    start = _find_history(lines)
    if start is None or any(_FORWARDED.fullmatch(line) for line in lines):
        return everything
    above = "\n".join(lines[:start]).strip()
    if not above or _ANSWERS_INSIDE.search(above):
        return everything
    return TrimmedText(text=above, lines=len(lines) - start)


def _find_history(lines: Sequence[str]) -> int | None:
    """Returns the first line of the quoted history, or None if it is not certain that only history follows."""
    for index, line in enumerate(lines):
        if (start := _heading_start(lines, index)) is not None:
            return start
        if length := _wrote_length(lines, index):
            return index if _is_all_marked(lines[index + length :]) else None
        if line.lstrip().startswith(">"):
            return index if _is_all_marked(lines[index:]) else None
    return None


def _is_all_marked(lines: Sequence[str]) -> bool:
    filled = [line for line in lines if line.strip()]
    return bool(filled) and all(line.lstrip().startswith(">") for line in filled)


def _heading_start(lines: Sequence[str], index: int) -> int | None:
    """Returns where the heading of a whole quoted mail begins, if one begins on this line.

    Such a mail is not marked line by line. Its heading must have the sender, the subject and one more field, or stand
    below a line that says so.
    """
    line = lines[index]
    if _ORIGINAL.fullmatch(line):
        following = next((one for one in lines[index + 1 :] if one.strip()), "")
        return index if _STARTS_FIELD.match(following) or following.lstrip().startswith(">") else None
    if not _FROM_LINE.match(line):
        return None
    block = _field_block(lines, index)
    # Somebody may write `From: Paris`, `To: London`, `Date: …` about a journey, but not the subject of a mail.
    others = [_FIELDS[name].search(block) for name in ("sent", "to")]
    if not _FIELDS["subject"].search(block) or not any(others):
        return None
    before = index - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    return before if before >= 0 and _RULE.fullmatch(lines[before]) else index


def _field_block(lines: Sequence[str], index: int) -> str:
    """Returns the lines of the heading: up to the first empty line that no field follows."""
    block: list[str] = []
    for offset, line in enumerate(lines[index : index + _FIELD_LINES]):
        following = next((one for one in lines[index + offset + 1 :] if one.strip()), "")
        if not line.strip() and not _STARTS_FIELD.match(following):
            break
        block.append(line)
    return "\n".join(block)


def _wrote_length(lines: Sequence[str], index: int) -> int:
    """Returns how many lines a heading such as `On …, … wrote:` takes that begins on this line; 0 if none does."""
    if not lines[index].strip():
        return 0
    for length in range(1, _WROTE_LINES + 1):
        part = lines[index : index + length]
        if len(part) < length or not part[-1].strip() or any(line.lstrip().startswith(">") for line in part):
            return 0
        if _WROTE.fullmatch(" ".join(line.strip() for line in part)[:400]):
            return length
    return 0
