"""The dashboard as text: valid, self-contained, small; what its packed table holds."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

import html5lib
import pytest

from complaintctl.domain.dashboard.dashboard import CaseRow
from complaintctl.render.dashboard.page import PageOptions, dashboard_html
from complaintctl.render.dashboard.page_words import speaking, words_by_language
from complaintctl.render.text.language import Language
from tests.browser.dashboardpages import ZONE, dashboard, electronics

PLAIN = PageOptions(with_customers=False, case_link="", navigation=())
SITE = PageOptions(with_customers=True, case_link="cases/{}.html", navigation=(("index.html", "nav-index"),))


def page(count: int = 50, lang: Language = "en", options: PageOptions = PLAIN) -> str:
    with speaking(lang):
        content = dashboard(count, electronics(), with_customers=options.with_customers)
        return dashboard_html(content, electronics(), options)


def packed(text: str) -> Any:
    found = re.search(r'id="packed">([^<]*)<', text)
    assert found
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("options", [PLAIN, SITE])
def test_the_page_is_valid_and_its_ids_are_unique(lang: Language, options: PageOptions) -> None:
    text = page(50, lang, options)
    html5lib.HTMLParser(strict=True).parse(text)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    referred = " ".join(re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', text)).split()
    assert set(referred) <= set(ids)


def test_the_page_names_no_address_and_allows_only_its_own_script_and_style() -> None:
    text = page()
    assert not re.search(r"https?:|//[a-z]|@import|url\(", text.replace("http-equiv", ""))
    allowed = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert allowed
    policy = allowed[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert " style=" not in text
    assert not re.search(r"<[^>]+ on[a-z]+=", text)


def test_the_packed_table_holds_every_case() -> None:
    content = dashboard(500, electronics())
    table = packed(page(500))
    ids = [start + end for start, ends in table["ids"] for end in (re.findall(".{5}", ends) or [""])]
    rows: Mapping[str, CaseRow] = {row.id: row for row in content.cases}
    assert ids == sorted(rows)
    assert table["n"] == 500
    assert {ids[index] for index in table["late"]} == {row.id for row in content.cases if row.is_overdue}
    minute = 0
    for index, case in enumerate(ids):
        row = rows[case]
        for column in ("status", "level", "owner", "outcome"):
            number = table[column]["of"][index]
            assert (table[column]["words"][number - 1][0] if number else None) == getattr(row, column)
        minute += table["received"][index]
        local = row.received.astimezone(ZONE).replace(tzinfo=None)
        assert minute == int((local - local.replace(2000, 1, 1, 0, 0, 0, 0)).total_seconds() // 60)
    assert ["open", "open", "处理中"] in table["status"]["words"]


def test_without_the_option_no_column_has_customer_data() -> None:
    assert not {"title", "customer"} & packed(page()).keys()
    assert "王芳" in json.dumps(packed(page(options=SITE)), ensure_ascii=False)


def test_cases_link_to_their_pages_only_on_a_site() -> None:
    assert '<a href="cases/C-' in page(options=SITE)
    assert '<a href="cases' not in page()


def test_what_somebody_wrote_cannot_become_markup() -> None:
    text = page()
    assert "&lt;B-7&gt;" in text
    assert "<B-7>" not in text
    catalogue = re.search(r'id="words">(.*?)</script>', text, re.DOTALL)
    assert catalogue
    assert "<" not in catalogue[1]


def test_the_words_of_the_page_exist_in_both_languages() -> None:
    words = words_by_language()
    assert words["en"].keys() == words["zh"].keys()
    assert [key for key, text in words["zh"].items() if text.isascii()] == []
    gaps = {
        lang: {key: re.findall(r"\{\w+\}", text) for key, text in said.items()}
        for lang, said in words.items()
    }
    assert {key: sorted(found) for key, found in gaps["en"].items()} == {
        key: sorted(found) for key, found in gaps["zh"].items()
    }


def test_an_empty_casebook_makes_a_page_that_says_so() -> None:
    with speaking("en"):
        text = dashboard_html(empty(), electronics(), PLAIN)
    html5lib.HTMLParser(strict=True).parse(text)
    for words in ("No case is open.", "No step is overdue.", "No case has a value.", "The past is too short"):
        assert words in text


def empty() -> Any:
    from complaintctl.domain.dashboard.dashboard_tally import DashboardTally
    from complaintctl.domain.reports.tally import ReportScope, ReportTally
    from tests.browser.dashboardpages import AS_OF

    tally = DashboardTally(electronics(), AS_OF, with_customers=False)
    return tally.content(ReportTally(electronics(), AS_OF, ReportScope()).figures(), ())


def test_ten_thousand_cases_are_a_small_page() -> None:
    size = len(page(10_000).encode())
    print(f"\n10,000 cases: {size:,} bytes")
    assert size <= 300_000
