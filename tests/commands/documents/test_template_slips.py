"""Tests typical mistakes in templates: each is reported with file, line and a remedy."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.sampling import sample

HEAD = "---\ntitle: A visit\nsubject: Your visit\nneeds: [customer.name]\n---\n"
TEXT = "Dear {{ case.customer.name }},\n\nwe will visit you.\n"
LETTER = HEAD + TEXT
# The text of the template, and the message after the file name.
SLIPS = {
    "Dear {{ case.customer.name },": "6: the placeholder that begins here is not closed: add }}",
    "Dear {{ case.customer.name,\n{{ case.id }}": "6: the placeholder that begins here is not closed: add }}",
    "{% if text }\nyes\n{% endif %}": "6: the placeholder that begins here is not closed: add %}",
    "a\nDear { case.customer.name }},": "7: { is outside a placeholder. Write a placeholder as {{ … }}, a condition as {% … %}.",
    "｛｛ case.id ｝｝": "6: ｛｛ is outside a placeholder. Write a placeholder as {{ … }}, a condition as {% … %}.",
    "{{ case。id }}": "6: 。 is not allowed in a placeholder. Use the English signs: ' \" ( ) , . :",
    "{{ text|default(“–”) }}": "6: “ is not allowed in a placeholder. Use the English signs: ' \" ( ) , . :",
    "{{ case.tasks|lister('what') }}": "6: unknown filter lister. Did you mean listed?",
    "{% if text %}": "6: {% if … %} is not closed. Add {% endif %} where it ends.",
    "a\n\nb\n{% end if %}": "9: {% end %} does not belong here. The tag that it belongs to may be missing or misspelt.",
    "{{ case id }}": "6: this placeholder is not valid. Is a brace or a quotation mark missing? (",
}
STRAYS = (
    *(
        "Visit.en.md",
        "visit.EN.md",
        "visit.english.md",
        "visit.de.md",
        "visit.en.md.txt",
        "visit.en-copy.md",
    ),
    *("visit(2).en.md", "visit.md", "回访.zh.md", "en/visit.md"),
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def own(book: Book, text: str | bytes, name: str = "visit.en.md", folder: str = "letters") -> None:
    path = book.root / "templates" / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.nightly
def test_letter_and_check_say_where_a_gap_is_misspelt_and_what_to_do(book: Book) -> None:
    case = book.open("A", "--customer-name", "Ann")
    for place, text in enumerate(SLIPS):
        own(book, f"{HEAD}{text}\n", f"f{place}.en.md")
    said = book.call("template", "check", check=1).stderr.splitlines()
    assert len(said) == len(SLIPS)
    for place, words in enumerate(SLIPS.values()):
        (told,) = (line for line in said if line.startswith(f"templates/letters/f{place}.en.md:{words}"))
        result = book.call("letter", case, f"f{place}", "--lang", "en", check=4)
        assert (result.stdout, result.stderr) == ("", f"{told}\n")


@pytest.mark.nightly
def test_a_letter_that_nobody_reads_is_named(book: Book) -> None:
    for name in STRAYS:
        own(book, LETTER, name)
    said = book.call("template", "check", check=1).stderr.splitlines()
    assert sorted(said) == sorted(
        f"templates/letters/{name.partition('/')[0]}:1:1: this is not a valid name for a letter, so the file is not read. "
        "Name it like ack.en.md or ack.zh.md: lower-case letters, digits, -."
        for name in STRAYS
    )
    book.call("template", "check", "ack", check=0)


@pytest.mark.nightly
def test_a_form_that_nobody_reads_is_named_and_what_programs_leave_is_not(book: Book) -> None:
    own(book, "title: t\n", "Visit.yml", "forms")
    for name in (".DS_Store", "~$visit.docx", "visit.en.md~", "README.md", "Thumbs.db", ".visit.en.md.swp"):
        own(book, b"\x00", name)
    assert book.call("template", "check", check=1).stderr == (
        "templates/forms/Visit.yml:1:1: this is not a valid name for a form, so the file is not read. "
        "Name it like record.yaml: lower-case letters, digits, -.\n"
    )


@pytest.mark.nightly
@pytest.mark.parametrize(
    "content",
    sample(
        [
            LETTER.encode("utf-8-sig"),
            LETTER.replace("\n", "\r\n").encode(),
            LETTER.replace("\n", "\r").encode(),
            LETTER.replace("---\n", "---  \n").encode(),
            LETTER.replace("title: A visit", "title：A: visit").encode(),
            LETTER.replace("A visit", "It's {{ text }}")
            .replace("Your visit", "{{ case.id }}: your visit #1")
            .encode(),
            LETTER.replace("{{ case", "{{\u00a0case").encode(),
        ],
        1,
    ),
)
def test_what_an_editor_does_to_a_file_is_no_fault(book: Book, content: bytes) -> None:
    own(book, content)
    assert book.call("template", "check", check=0).stderr == ""
    case = book.open("A", "--customer-name", "Ann")
    told = book.call("letter", case, "visit", "--lang", "en", check=0).stdout
    assert told.splitlines()[0] in {"Your visit", f"{case}: your visit #1"}
    assert told.splitlines()[2:] == ["Dear Ann,", "", "we will visit you."]


@pytest.mark.parametrize(
    ("letter", "said"),
    sample(
        [
            (
                LETTER.encode("gbk").replace(b"Dear", "您好".encode("gbk")),
                ":6:1: this is not UTF-8. Save the file as UTF-8.",
            ),
            (
                b"",
                ": A letter must begin with a header between two lines of ---: title, subject, needs, records.",
            ),
            (
                LETTER.replace("subject", "Subject").encode(),
                ":3:1: unknown key Subject. Did you mean subject?",
            ),
            (
                LETTER.replace("customer.name]", "customer.nam]").encode(),
                ":4:1: A case has no field customer.nam.",
            ),
            (
                LETTER.replace("needs: [", "needs： [客户").encode(),
                ":4:1: A case has no field 客户customer.name.",
            ),
        ],
        2,
    ),
)
def test_letter_names_what_is_wrong_with_the_file_and_does_not_ask_for_facts(
    book: Book, letter: bytes, said: str
) -> None:
    own(book, letter)
    assert f"templates/letters/visit.en.md{said}" in book.call("template", "check", "visit", check=1).stderr
    case = book.open("A", "--customer-name", "Ann")
    told = book.call("letter", case, "visit", "--lang", "en", check=4).stderr
    assert f"templates/letters/visit.en.md{said}" in told
    assert told.endswith("visit.en.md cannot be used as a letter; its errors are listed above.\n")


def test_a_letter_of_one_language_is_not_offered_in_the_other(book: Book) -> None:
    own(book, LETTER)
    case = book.open("A", "--customer-name", "Ann")
    said = book.call("letter", case, "visit", "--lang", "zh", check=2).stderr
    assert "ack" in said
    assert said.count("visit") == 1
