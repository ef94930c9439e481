"""The names by which the writer of a mail calls themselves: in an introduction, in a subject, under the last line.

Such a name may be written otherwise than that of the sender: 王芳芳 in a mail from "Wang Fangfang". No list of all names
exists, so this finds the usual forms, and a name in any other form stays.
"""

import re
from collections.abc import Iterator
from typing import Final

# Frequent surnames: two or three signs that begin with another one are more often a word than a name.
_SURNAME: Final = (
    "(?:欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|令狐|慕容|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤])"
)
_CHINESE: Final = rf"(?P<zh>{_SURNAME}[一-鿿]{{1,2}}?)"
_LATIN: Final = r"(?P<en>[A-Z][\w'’-]+(?:[ \t]+[A-Z][\w'’-]*){1,3})"
_END: Final = r"(?=[，,。.!！；;:：、\s()（）]|$)"
_FORMS: Final = tuple(
    re.compile(form, re.MULTILINE)
    for form in (
        # 我是王芳芳，…  姓名：王芳芳
        rf"(?:我叫|我是|本人叫?|姓名[:：]?|投诉人[:：]?|联系人[:：]?)[ \t]*{_CHINESE}{_END}",
        # 王芳芳的投诉, 王芳芳投诉…, 王芳芳先生
        rf"(?:^|[\s，,。:：【\[(（]){_CHINESE}(?:的?投诉|的来信|先生|女士|小姐|敬上|谨上|[:：])",
        # Alone on a later line, or at the end of a subject: 投诉 王芳芳
        rf"(?:\n|投诉[\s:：—-]+)[ \t]*{_CHINESE}[ \t]*$",
        rf"(?:[Mm]y name is|I am|I['’]m|[Cc]omplaint (?:by|from|of))[ \t]+{_LATIN}",
        # The line below the greeting at the end.
        rf"(?:[Rr]egards|[Ss]incerely|[Ff]aithfully|[Tt]hanks|[Tt]hank you|[Cc]heers),?[ \t]*\n\s*{_LATIN}[ \t]*$",
    )
)


def stated_names(*texts: str) -> tuple[str, ...]:
    """Returns the names that the writer of these texts calls themselves, the longest first."""
    found = {name for text in texts for name in _names(text)}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _names(text: str) -> Iterator[str]:
    for form in _FORMS:
        for match in form.finditer(text):
            yield match.groupdict().get("zh") or match.groupdict().get("en") or ""
