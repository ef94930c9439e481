"""Tests the team's own templates: listing, copying, and checking with invented cases; faults have a line."""

from pathlib import Path

import pytest

from complaintctl.storage.policy import policyfile
from tests.casebooks import LANG, Book, make_book, refused, spoken
from tests.sampling import sample

EMPTY = '""'
HEAD = "---\ntitle: t\nsubject: 'Your complaint {{ case.id }}'\nneeds: [customer.name]\n---\n"
# The letter whose file exists, or not, in the language of the test.
VISIT = f"visit.{LANG}.md"
THERE = {
    "en": "templates/letters/ack.en.md already exists. Edit it, or choose another name.",
    "zh": "templates/letters/ack.zh.md 已存在。请直接修改，或给新模板另取名称。",
}
# The text begins at line 6.
FAULTS = {
    "{{ case.ownr }}": "6: unknown name case.ownr. Did you mean case.owner?",
    "{% if case.owner and not case.level %}{{ case.titel }}{% endif %}": "6: unknown name case.titel.",
    "{{ case.x.team if 'team' in case.x else '' }}{{ case.x.tem }}": "6: unknown name case.x.tem.",
    "{{ custmer }}": "6: unknown name custmer.",
    "\n{% for one in case.tasks %}\n{{ one.waht }}\n{% endfor %}": "8: unknown name one.waht. Did you mean one.what?",
    "{{ case.level.titel }}": "6: unknown name case.level.titel.",
    "{{ case.owner }}": "6: case.owner may have no value here. Put it inside {% if case.owner %}, or list it in needs.",
    "{{ case.tasks }}": "6: […] is not a single text.",
    "{{ case.title|shout }}": "6: unknown filter shout.",
    "a\n{% if case.owner %}": "7: {% if … %} is not closed. Add {% endif %} where it ends.",
    "{{ ''.__class__ }}": "6: a template can only read values, not this: __class__",
    "{% include '/etc/passwd' %}": "6: a template cannot include '/etc/passwd'.",
    "{{ 'x' * 1000000000 }}": "6: a template can only read values, not this: *",
    "{% for a in case.title %}" * 12 + "{% endfor %}" * 12: "6: this takes too long:",
}
HEADS = {
    "needs: [customer.name, custmer.phone]": f"{VISIT}:4:1: A case has no field custmer.phone.",
    "when: {outcom: upheld}": f"{VISIT}:4:1: A case has no field outcom. Did you mean outcome?",
    "records: dance": f"{VISIT}: records: dance is not a step of this policy.",
    "neds: [customer.name]": f"{VISIT}:4:1: unknown key neds",
    "subject: '{{ case.nr }}'": f"{VISIT}:4",
}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def own(book: Book, text: str | bytes, name: str = VISIT) -> Path:
    folder = book.root / "templates" / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_copy_of_a_shipped_letter_is_committed_and_used_and_never_overwritten(book: Book) -> None:
    names = ["templates/letters/ack.en.md", "templates/letters/ack.zh.md"]
    assert book.json("template", "new", "ack")["files"] == names
    assert book.git("log", "-1", "--format=%s").strip() == "Add template ack"
    assert book.git("show", "--name-only", "--format=").split() == names
    assert book.git("status", "--porcelain") == ""
    path = book.root / spoken(*names)
    assert path.read_text(encoding="utf-8") == book.call("template", "show", "ack", check=0).stdout
    path.write_text(
        path.read_text(encoding="utf-8").replace(*spoken(en=("Dear", "Hello"), zh=("尊敬的", "亲爱的"))),
        encoding="utf-8",
    )
    case = book.open("A", "--customer-name", "Ann")
    assert spoken(en="Hello Ann", zh="亲爱的Ann：") in book.call("letter", case, "ack", check=0).stdout
    for lang, said in THERE.items():
        assert refused(book, 3, "template", "new", "ack", "--lang", lang) == said
    listed = {
        (row["kind"], row["language"]): row["own"] for row in book.json("template", "list")["templates"]
    }
    assert listed["ack", "en"]
    assert not listed["result", "en"]
    assert not listed["8d", "en, zh"]


@pytest.mark.nightly
def test_a_new_template_begins_as_the_one_that_was_named_or_as_an_example(book: Book) -> None:
    case = book.open("A", "--customer-name", "Ann", "--set", "remedy.cost=1299 CNY")
    paid = {"en": "You receive CNY 1,299.", "zh": "您将获得1,299元。"}
    for lang, words in paid.items():
        file = f"templates/letters/visit.{lang}.md"
        assert book.json("template", "new", "visit", "--lang", lang)["files"] == [file]
        assert words in book.call("letter", case, "visit", "--lang", lang, check=0).stdout
    assert book.json("template", "new", "defect", "--from", "8d")["files"] == ["templates/forms/defect.yaml"]
    assert book.json("template", "new", "sorry", "--from", "apology", "--lang", "zh")["files"] == [
        "templates/letters/sorry.zh.md"
    ]
    assert book.json("template", "check")["templates"]["faults"] == []
    text = book.call("letter", case, "sorry", "--lang", "zh", "--text", "x", check=0).stdout
    assert "尊敬的Ann：" in text


@pytest.mark.parametrize("name", ["../visit", "a/b", "Visit", "visit.en", "", ".", "访问"])
def test_a_template_is_not_called_so(book: Book, name: str) -> None:
    said = refused(book, 2, "template", "new", name)
    assert said.startswith(f"{name or EMPTY} is not a template name. Use lower-case letters, digits and -")
    assert "Available: ack" in refused(book, 2, "template", "show", name or "../../complaintctl")


def test_list_speaks_the_language_of_the_reader(book: Book) -> None:
    shown = book.call("--lang", "zh", "template", "list", "--format", "md", check=0).stdout
    assert "| ack | 信函 | zh | 投诉受理通知 | 否 | ack.zh.md |" in shown.splitlines()
    assert "| action | 表单 | en, zh | 纠正预防措施表 | 否 |" in shown


def test_show_knows_languages_and_json(book: Book) -> None:
    assert "尊敬的" in book.call("template", "show", "ack", "--lang", "zh", check=0).stdout
    shown = book.json("template", "show", "8d")
    assert (shown["kind"], shown["what"], shown["own"]) == ("8d", "form", False)
    assert "blocks:" in shown["text"]


@pytest.mark.parametrize("policy", sample(policyfile.shipped_policy_names(), 1))
def test_every_shipped_template_is_faultless_with_every_shipped_policy(tmp_path: Path, policy: str) -> None:
    result = make_book(tmp_path, policy).call("template", "check", check=0)
    assert "No errors" in result.stdout
    assert result.stderr == ""


@pytest.mark.nightly
def test_check_names_every_fault_with_its_line(book: Book) -> None:
    for place, text in enumerate(FAULTS):
        own(book, f"{HEAD}{text}\n", f"f{place}.{LANG}.md")
    result = book.call("template", "check", check=1)
    said = result.stderr.splitlines()
    for place, words in enumerate(FAULTS.values()):
        mine = [line for line in said if line.startswith(f"templates/letters/f{place}.{LANG}.md:")]
        assert [line.partition(".md:")[2].startswith(words) for line in mine] == [True], (words, mine)
    assert len(said) == len(FAULTS)
    (fault,) = book.json("template", "check", "f0", check=1)["templates"]["faults"]
    assert (fault["key"], fault["file"], fault["line"], fault["facts"]["near"]) == (
        "template-unknown-name",
        f"templates/letters/f0.{LANG}.md",
        6,
        "case.owner",
    )


@pytest.mark.parametrize("line", sample(HEADS, 2))
def test_check_reads_the_head_of_a_letter(book: Book, line: str) -> None:
    given = "" if line.startswith("subject") else "subject: s\n"
    own(book, f"---\ntitle: t\n{given}{'' if given else 'records: note' + chr(10)}{line}\n---\nText\n")
    assert HEADS[line] in book.call("template", "check", "visit", check=1).stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD.encode() + b"a\nb\xff", f"{VISIT}:7:2: this is not UTF-8"),
        (HEAD.encode() + b"a\0b", f"{VISIT}:6:2: there is a control character here"),
        (HEAD.encode() + b"x" * 300_000, f"{VISIT}: the file is larger than 256 kB, so it was not read."),
        (b"---\ntitle: " + b"[" * 1000 + b"\n---\n", f"{VISIT}:2:"),
        (b"---\na: &a [x]\nb: [*a, *a]\n---\n", f"{VISIT}:2:4"),
        (b"Dear", f"{VISIT}: A letter must begin with a header"),
        (b"", f"{VISIT}: A letter must begin with a header"),
    ],
)
def test_a_file_that_is_no_letter_is_named_by_letter_and_check_alike(
    book: Book, content: bytes, said: str
) -> None:
    own(book, content)
    case = book.open("A", "--customer-name", "Ann")
    result = book.call("letter", case, "visit", check=4)
    assert said in result.stderr
    assert result.stdout == ""
    assert said in book.call("template", "check", "visit", check=1).stderr


def test_a_template_that_leads_out_of_the_casebook_is_not_read(book: Book, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(f"{HEAD}secret\n", encoding="utf-8")
    inside = own(book, f"{HEAD}inside\n", f"near.{LANG}.md")
    (inside.parent / VISIT).symlink_to(secret)
    (inside.parent / f"far.{LANG}.md").symlink_to(inside)
    forms = book.root / "templates" / "forms"
    forms.mkdir()
    (forms / "sheet.yaml").symlink_to(secret)
    case = book.open("A", "--customer-name", "Ann")
    for *arguments, file in (
        ("letter", case, "visit", f"letters/{VISIT}"),
        ("template", "show", "visit", f"letters/{VISIT}"),
        ("form", case, "sheet", "forms/sheet.yaml"),
        ("template", "show", "sheet", "forms/sheet.yaml"),
    ):
        said = book.call(*arguments, check=4)
        assert f"templates/{file}: this link points outside the casebook" in said.stderr
        assert "secret" not in said.stdout + said.stderr
    assert "inside" in book.call("letter", case, "far", check=0).stdout


@pytest.mark.parametrize(
    "text", sample(["{{ ''.__class__ }}", "{% include '/etc/passwd' %}", "{{ 'x' * 1000000000 }}"], 1)
)
def test_a_hostile_letter_or_form_is_refused_in_one_line(book: Book, text: str) -> None:
    own(book, f"{HEAD}{text}\n")
    forms = book.root / "templates" / "forms"
    forms.mkdir()
    block = f'title: t\nblocks:\n  - text: {{label: a, value: "{text}"}}\n'
    (forms / "sheet.yaml").write_text(block, encoding="utf-8")
    case = book.open("A", "--customer-name", "Ann")
    for command, kind, place in (("letter", "visit", f"{VISIT}:6: "), ("form", "sheet", "sheet.yaml:3: ")):
        result = book.call(command, case, kind, check=4)
        assert result.stderr.count("\n") == 1
        assert place in result.stderr
