"""The dashboard in a real browser: used from the keyboard, with and without JavaScript, in both languages and themes.

Pictures and texts were looked at and kept; COMPLAINTCTL_SNAPSHOTS=write keeps them anew, to be looked at again.
"""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from complaintctl.domain.dashboard.dashboard import CaseRow, DashboardContent
from complaintctl.render.dashboard.page import PageOptions, dashboard_html
from complaintctl.render.dashboard.page_words import speaking
from complaintctl.render.text.language import Language
from tests.browser import chromium, devtools
from tests.browser.dashboardpages import dashboard, electronics
from tests.browser.devtools import Page
from tests.browser.test_forms import MOST_DIFFERENCE, difference
from tests.casebooks import call, environment

ROOT = Path(__file__).resolve().parents[2]

PLAIN = PageOptions(with_customers=False, case_link="", navigation=())
MANY = 10_000
FEW = 40
MOST_BYTES = 300_000
WHOLE_REGISTER = 58_251
OPEN_DETAILS = "document.querySelectorAll('details').forEach(part => { part.open = true; })"
COUNT = "document.querySelector('#count').textContent"
FIRST_CELLS = "[...document.querySelectorAll('#table tbody tr')].map(row => row.cells[{}].textContent)"


@pytest.fixture(scope="module")
def many() -> DashboardContent:
    return dashboard(MANY, electronics())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, many: DashboardContent) -> dict[str, Path]:
    """The page of many cases in English, and of few in each language."""
    folder = tmp_path_factory.mktemp("pages")
    contents: dict[str, tuple[Language, DashboardContent]] = {
        "many": ("en", many),
        "few.en": ("en", dashboard(FEW, electronics())),
        "few.zh": ("zh", dashboard(FEW, electronics())),
    }
    for name, (lang, content) in contents.items():
        with speaking(lang):
            page = dashboard_html(content, electronics(), PLAIN)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in contents}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with devtools.opened(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    """A page that must ask for nothing but its own file, and leave the console empty."""
    browser.requests.clear()
    browser.complaints.clear()
    yield browser
    browser.value("localStorage.clear()")
    assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
    assert browser.complaints == []


def rows_of(many: DashboardContent) -> dict[str, CaseRow]:
    return {row.id: row for row in many.cases}


def test_search_is_typed_and_says_how_many_cases_match(
    page: Page, files: dict[str, Path], many: DashboardContent
) -> None:
    page.show(files["many"])
    assert page.value(COUNT) == "10,000 of 10,000 cases"
    page.tab_to("it.id === 'search'")
    wanted = many.cases[5].id
    page.type(wanted.lower())
    page.until(f"{COUNT} === '1 of 10,000 cases'")
    assert page.value(FIRST_CELLS.format(0)) == [wanted]
    assert page.value("document.querySelector('#count').getAttribute('role')") == "status"
    page.value("document.activeElement.select()")
    page.type("li.wei  URGENT")
    matching = [row for row in many.cases if row.owner == "li.wei" and row.level == "urgent"]
    page.until(f"{COUNT} === '{len(matching):,} of 10,000 cases'")
    page.value("document.activeElement.select()")
    page.type("no such case")
    page.until(f"{COUNT} === 'No case matches.'")


def test_filters_are_chosen_from_the_keyboard(
    page: Page, files: dict[str, Path], many: DashboardContent
) -> None:
    page.show(files["many"])
    page.tab_to("it.dataset.filter === 'status'")
    chosen = "document.activeElement.selectedOptions[0].textContent"
    while page.value(chosen) != "overdue":
        page.press("ArrowDown")
    late = [row for row in many.cases if row.is_overdue]
    page.until(f"{COUNT} === '{len(late)} of 10,000 cases'")
    due = page.value(FIRST_CELLS.format(8))
    assert len(due) == min(len(late), 50)
    assert all(cell.endswith("OVERDUE") for cell in due)
    page.tab_to("it.dataset.filter === 'owner'")
    while page.value(chosen) != "li.wei":
        page.press("ArrowDown")
    mine = [row for row in late if row.owner == "li.wei"]
    page.until(f"{COUNT} === '{len(mine)} of 10,000 cases'")
    page.tab_to("it.type === 'reset'")
    page.press("Enter")
    page.until(f"{COUNT} === '10,000 of 10,000 cases'")


def test_columns_are_sorted_from_the_keyboard_and_say_how(
    page: Page, files: dict[str, Path], many: DashboardContent
) -> None:
    page.show(files["many"])
    # At first what is due first, then the closed ones.
    soonest = sorted((row for row in many.cases if row.due), key=lambda row: row.due or row.received)
    assert page.value(FIRST_CELLS.format(0))[0] == soonest[0].id
    page.tab_to("it.closest('th')?.dataset.column === 'received'")
    page.press("Enter")
    state = "document.activeElement.closest('th').getAttribute('aria-sort')"
    assert page.value(state) == "ascending"
    days = sorted(f"{row.received:%Y-%m-%d}" for row in many.cases)
    assert page.value(FIRST_CELLS.format(1)) == days[:50]
    page.press(" ")
    assert page.value(state) == "descending"
    assert page.value(FIRST_CELLS.format(1)) == days[::-1][:50]
    assert page.value("document.querySelectorAll('[aria-sort]').length") == 1
    page.tab_to("it.closest('th')?.dataset.column === 'owner'")
    page.press("Enter")
    # Cases without an owner come last in both directions.
    assert set(page.value(FIRST_CELLS.format(5))) == {"chen.mo"}
    page.press("Enter")
    assert set(page.value(FIRST_CELLS.format(5))) == {"zhou.qi"}


def test_the_table_is_turned_from_the_keyboard(page: Page, files: dict[str, Path]) -> None:
    page.show(files["many"])
    first = page.value(FIRST_CELLS.format(0))
    page.tab_to("it.dataset.step === '1'")
    page.press("Enter")
    assert page.value("document.querySelector('#range').textContent") == "51 to 100 of 10,000"
    assert not set(first) & set(page.value(FIRST_CELLS.format(0)))
    page.tab_to("it.classList.contains('skip')")
    page.tab_to("it.dataset.step === '-1'")
    page.press("Enter")
    assert page.value(FIRST_CELLS.format(0)) == first


def test_the_language_is_switched_for_every_word(page: Page, files: dict[str, Path]) -> None:
    page.show(files["few.en"])
    page.tab_to("it.dataset.set === 'zh'")
    page.press("Enter")
    switched = page.value("document.body.innerText"), page.value("document.title")
    assert page.value("document.documentElement.lang") == "zh"
    page.value("localStorage.clear()")
    page.show(files["few.zh"])
    assert switched == (page.value("document.body.innerText"), page.value("document.title"))
    placeholders = page.value(
        "[...document.querySelectorAll('[aria-label], [placeholder]')].filter(it => it.checkVisibility())"
        ".map(it => it.getAttribute('aria-label') ?? it.placeholder)"
    )
    assert [text for text in placeholders if text.isascii()] == []


def test_a_chosen_language_and_theme_are_kept(page: Page, files: dict[str, Path]) -> None:
    page.show(files["few.en"])
    page.value("document.querySelector('[data-set=zh]').click(); document.querySelector('#theme').click()")
    page.show(files["few.en"])
    assert page.value("[document.documentElement.lang, document.documentElement.dataset.theme]") == [
        "zh",
        "dark",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_follows_the_system_until_the_reader_chooses(
    page: Page, files: dict[str, Path], theme: str
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page.show(files["few.en"], theme=theme)
    grounds = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 29)"}
    assert page.value(ground) == grounds[theme]
    page.tab_to("it.id === 'theme'")
    page.press("Enter")
    other = "dark" if theme == "light" else "light"
    assert page.value(ground) == grounds[other]
    assert page.value("document.activeElement.getAttribute('aria-pressed')") == str(other == "dark").lower()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_looks_and_reads_as_reviewed(
    page: Page, files: dict[str, Path], lang: str, theme: str
) -> None:
    page.show(files[f"few.{lang}"], theme=theme)
    shot = Image.open(io.BytesIO(page.picture())).convert("RGB").quantize(64)
    kept = chromium.SNAPSHOTS / f"dashboard.{lang}.{theme}.png"
    if chromium.WRITING:
        shot.save(kept, optimize=True)
    assert difference(shot.convert("L"), Image.open(kept).convert("L")) <= MOST_DIFFERENCE
    if theme == "light":
        said = page.value("document.body.innerText") + "\n"
        assert said == chromium.as_reviewed(said, chromium.SNAPSHOTS / f"dashboard.{lang}.txt")


# Labels differ by language, contrasts by theme: two pages have every language and every theme.
@pytest.mark.parametrize(
    ("lang", "theme"),
    [
        ("en", "light"),
        ("zh", "dark"),
        pytest.param("en", "dark", marks=pytest.mark.nightly),
        pytest.param("zh", "light", marks=pytest.mark.nightly),
    ],
)
def test_axe_finds_nothing(page: Page, files: dict[str, Path], lang: str, theme: str) -> None:
    page.show(files[f"few.{lang}"], theme=theme)
    page.value(OPEN_DETAILS)
    assert page.faults() == []


@pytest.mark.nightly
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_axe_finds_nothing_on_the_pages_of_a_site(page: Page, tmp_path: Path, lang: str) -> None:
    environ = environment(tmp_path, lang)
    call(
        ROOT,
        environ,
        "site",
        str(tmp_path / "site"),
        "--as-of",
        "2026-11-21T12:00",
        "--with-customers",
        check=0,
    )
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert len(pages) == 8 + 4
    for path in pages:
        page.show(path)
        assert page.faults() == [], path
        assert page.value("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_javascript_all_figures_and_the_open_cases_are_there(
    page: Page, files: dict[str, Path], lang: str
) -> None:
    figures = "[...document.querySelectorAll('.figures')].map(part => part.innerText)"
    page.show(files[f"few.{lang}"])
    page.value(OPEN_DETAILS)
    with_scripts = page.value(figures)
    page.show(files[f"few.{lang}"], scripts=False)
    page.call("Emulation.setScriptExecutionDisabled", value=False)
    page.value(OPEN_DETAILS)
    assert page.value(figures) == with_scripts
    visible = page.value(
        "[...document.querySelectorAll('button, input, select')].filter(it => it.checkVisibility()).length"
    )
    assert visible == 0
    content = dashboard(FEW, electronics())
    opened = {row.id for row in content.cases if row.status != "closed"}
    assert set(page.value(FIRST_CELLS.format(0))) == opened
    assert page.value("document.querySelectorAll('svg.chart:not([hidden] *)').length") >= 7


def test_nothing_is_wider_than_a_telephone(page: Page, files: dict[str, Path]) -> None:
    for name in ("few.en", "few.zh"):
        page.show(files[name], wide=360, high=740)
        assert page.value("document.documentElement.scrollWidth") == 360


def test_the_print_is_light_and_has_the_data_of_every_chart(
    page: Page, files: dict[str, Path], tmp_path: Path
) -> None:
    page.show(files["few.en"], theme="dark")
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(
        base64.b64decode(page.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])
    )
    first = chromium.pictures(pdf, 1.0)[0]
    assert first.getpixel((3, 3)) == 255
    said = "\n".join(chromium.texts(pdf))
    assert "met, late or overdue" in said
    assert "Clear all" not in said


@pytest.mark.parametrize("count", [MANY, pytest.param(WHOLE_REGISTER, marks=pytest.mark.nightly)])
def test_the_size_of_the_page_is_printed(page: Page, tmp_path: Path, count: int) -> None:
    text = dashboard_html(dashboard(count, electronics()), electronics(), PLAIN)
    size = len(text.encode())
    print(f"\ndashboard of {count:,} cases: {size:,} bytes")
    assert size <= MOST_BYTES * max(1, count / MANY)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    page.show(tmp_path / "page.html")
    assert page.value(COUNT) == f"{count:,} of {count:,} cases"
