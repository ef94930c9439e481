"""Tests the settings of `init`, by options and on a terminal: language, time zone, office hours, people."""

import dataclasses
import re
from pathlib import Path

import pytest

from complaintctl.domain.policy.policy import Person, Policy
from complaintctl.storage.policy import policyfile
from tests.casebooks import LANG, Book, call, environment, without_identity
from tests.sampling import sample
from tests.terminal import Terminal, pty_only

HOURS = ("--hours", "mon-fri 09:00-12:00 13:00-18:00", "--hours", "sat 09:00-12:00")
OPEN = {"mon-fri": ("09:00-12:00", "13:00-18:00"), "sat": ("09:00-12:00",)}
TEAM = """\
complaintctl: 1
name: team
language: en
timezone: Asia/Shanghai
calendar: always
# Open all day, until you say otherwise.

steps:
  - {step: ack, within: 1h, calendar: always}    # by the clock, whatever the office says
  - {step: plan, within: 4h}
roles: {handler: {label: {zh: 处理人员}}, manager: {label: {zh: 主管}}}
people: {wang.fang: {roles: [handler]}}  # at the desk since 2019
"""


@pytest.fixture
def desk(tmp_path: Path) -> Book:
    """A folder for new casebooks, with the policy of a team."""
    (tmp_path / "team.yaml").write_text(TEAM, encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    return Book(root=tmp_path, variables=environment(home))


def policy(path: Path) -> Policy:
    found, problems = policyfile.read_policy(path)
    assert (problems, found is not None) == ([], True)
    assert found is not None
    return found.policy


def made(desk: Book) -> Policy:
    return policy(desk.root / "new" / "complaintctl.yaml")


def comments(path: Path) -> list[str]:
    """The comment lines, without the paragraph that shows an example of office hours."""
    text = path.read_text(encoding="utf-8")
    paragraphs = re.split(r"\n(?=[^#])", text)
    kept = [part for part in paragraphs if "# calendars:" not in part]
    return [line for part in kept for line in part.splitlines() if line.lstrip().startswith("#")]


@pytest.mark.parametrize("name", sample(policyfile.shipped_policy_names(), 3))
def test_every_shipped_policy_takes_office_hours_and_people_and_nothing_else_changes(
    desk: Book, name: str
) -> None:
    shipped = policyfile.shipped_policy_path(name)
    assert shipped is not None
    before = policy(shipped)
    roles = tuple(before.roles)[:2]
    team = ("--person", f"li.wei;li.wei@example.com;{','.join(roles)};quality", "--person", "王芳")
    said = desk.call("init", "new", "--policy", name, *HOURS, *team, check=0).stderr

    after = made(desk)
    present = before.calendars.get("office")
    assert ("Public holidays are still missing" in said) != bool(present and present.holidays)
    office = dataclasses.replace(present or after.calendars["office"], hours=OPEN)
    people = {
        "li.wei": Person(email="li.wei@example.com", roles=roles, department="quality"),
        "王芳": Person(),
    }
    assert after == dataclasses.replace(
        before,
        language=before.language if LANG == "en" else LANG,
        calendar="office",
        calendars={**before.calendars, "office": office},
        people={**before.people, **people},
    )
    assert comments(desk.root / "new" / "complaintctl.yaml") == comments(shipped)
    call(desk.root / "new", desk.variables, "policy", "check", check=0)
    book = Book(root=desk.root / "new", variables=desk.variables)
    book.open("t")
    assert book.git("status", "--porcelain") == ""


def test_limits_count_in_the_office_hours_but_for_the_steps_that_say_otherwise(desk: Book) -> None:
    """Received on Friday 2024-03-08 at 17:00, the office being open on Fridays until 18:00 and on Saturdays until 12:00.

    step  due          counted
    ack   03-08 18:00  1 h by the clock, as the step says
    plan  03-09 12:00  1 h on Friday, 3 h on Saturday from 09:00
    """
    desk.call("init", "new", "--policy", "team.yaml", *HOURS, check=0)
    book = Book(root=desk.root / "new", variables=desk.variables)
    moment = "2024-03-08T17:00"
    case = book.open("t", "--received", moment, "--at", moment)
    clocks = book.json("show", case, "--as-of", moment)["case"]["clocks"]
    assert {clock["step"]: clock["due"] for clock in clocks} == {
        "ack": "2024-03-08T18:00:00+08:00",
        "plan": "2024-03-09T12:00:00+08:00",
    }


def test_the_lines_of_the_policy_stay_where_they_are(desk: Book) -> None:
    hours = ("--hours", "mon,wed 9:00-17:00；sat 09:00-12:00")
    desk.call("init", "new", "--policy", "team.yaml", *hours, "--person", "赵敏；；主管，handler", check=0)
    assert (desk.root / "new" / "complaintctl.yaml").read_text(encoding="utf-8") == TEAM.replace(
        "language: en", f"language: {LANG}"
    ).replace(
        "calendar: always\n#",
        "calendar: office\ncalendars:\n  office:\n"
        '    hours: {"mon,wed": ["9:00-17:00"], sat: ["09:00-12:00"]}\n#',
    ).replace(
        "people: {wang.fang: {roles: [handler]}}  # at",
        "people:  # at",
    ) + ("  wang.fang: {roles: [handler]}\n  赵敏: {roles: [manager, handler]}\n")


def test_by_the_clock_can_be_said_to_a_policy_with_office_hours(desk: Book) -> None:
    desk.call("init", "new", "--policy", "fca-disp", "--hours", "always", check=0)
    assert made(desk).calendar == "always"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--hours", "weekdays 09:00-17:00"), "weekdays 09:00-17:00 is not valid for office hours"),
        (("--hours", "mon-fri"), "mon-fri is not valid for office hours"),
        (("--hours", "mon-fri 09:00-09:00"), "mon-fri 09:00-09:00 is not valid for office hours"),
        (("--hours", "mon 09:00-12:00 11:00-17:00"), "is not valid for office hours"),
        (("--hours", "mon-fri 09:00-17:00", "--hours", "fri 09:00-12:00"), "fri 09:00-12:00 is not valid"),
        (("--hours", "always", "--hours", "mon 09:00-12:00"), "always is not valid for office hours"),
        (("--hours", ""), "is not valid for office hours"),
        (("--person", ";li.wei@example.com"), ";li.wei@example.com has no name"),
        (("--person", "li.wei;li.wei@example.com;handler;quality;more"), "has no name"),
        (("--person", "li.wei;example.com"), "example.com is not an e-mail address."),
        (("--person", "li.wei;;boss"), "The policy has no role boss. It has: handler, manager."),
        (("--person", "li.wei", "--person", "li.wei"), "li.wei is already in the team."),
        (("--person", "wang.fang"), "wang.fang is already in the team."),
        (("--timezone", "Mars/Base"), "Mars/Base is not a time zone."),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_written(
    desk: Book, options: tuple[str, ...], sentence: str
) -> None:
    result = desk.call("init", "new", "--policy", "team.yaml", *options, check=2)
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (desk.root / "new").exists()


def test_a_policy_without_roles_gives_nobody_one(desk: Book) -> None:
    (desk.root / "bare.yaml").write_text("complaintctl: 1\nname: bare\ntimezone: UTC")
    words = ("init", "new", "--policy", "bare.yaml", "--person")
    said = desk.call(*words, "li.wei;;handler", check=2).stderr
    assert said == "The policy has no roles, so nobody can have handler. Leave it out.\n"
    desk.call(*words, "li.wei", *HOURS, check=0)
    assert (made(desk).people, made(desk).calendars["office"].hours) == ({"li.wei": Person()}, OPEN)


# --- on a terminal ---


def asking(desk: Book, *options: str) -> Terminal:
    return Terminal(desk.root, desk, "init", "new", *options)


@pty_only
def test_enter_takes_what_is_proposed(desk: Book) -> None:
    terminal = asking(desk)
    terminal.answer("Policy (", "team.yaml")
    terminal.answer(f"Language (en, zh) [{LANG}]: ", "")
    terminal.answer("Time zone [Asia/Shanghai]: ", "")
    terminal.answer("always (around the clock) [always]: ", "")
    terminal.answer("Team member, by the name that commands shall use (- for nobody) [li.wei]: ", "")
    terminal.answer("E-mail address of li.wei in git (- for none) [li.wei@example.com]: ", "")
    terminal.answer("Roles of li.wei, of handler, manager (- for none) [handler]: ", "")
    terminal.answer("Department of li.wei (- for none) [-]: ", "")
    terminal.answer("Another team member (- for nobody) [-]: ", "")
    assert terminal.ended() == (0, f"{desk.root / 'new'}\n".encode())
    me = Person(email="li.wei@example.com", roles=("handler",))
    before = policy(desk.root / "team.yaml")
    assert made(desk) == dataclasses.replace(before, language=LANG, people={**before.people, "li.wei": me})


@pty_only
def test_a_wrong_answer_is_said_and_asked_again(desk: Book) -> None:
    terminal = asking(desk)
    terminal.answer("Policy (", "nowhere")
    terminal.answer("Unknown policy nowhere.", "team.yaml")
    terminal.answer("Language", "fr")
    terminal.answer("cannot be fr", LANG)
    terminal.answer("Time zone", "Mars/Base")
    terminal.answer("Mars/Base is not a time zone", "Europe/Berlin")
    terminal.answer("Office hours", "9 to 5")
    terminal.answer("9 to 5 is not valid for office hours", "mon-fri 09:00-17:00; sat 09:00-12:00")
    terminal.answer("Team member", "wang.fang")
    terminal.answer("is already in the team", "zhao.min")
    terminal.answer("E-mail", "zhao")
    terminal.answer("zhao is not an e-mail address.", "-")
    terminal.answer("Roles", "boss")
    terminal.answer("no role boss", "manager, handler")
    terminal.answer("Department", "quality")
    terminal.answer("Another", "chen.jie")
    terminal.answer("E-mail address of chen.jie in git (- for none) [-]: ", "chen@example.com")
    terminal.answer("Roles", "-")
    terminal.answer("Department", "-")
    terminal.answer("Another", "-")
    assert terminal.ended()[0] == 0
    after = made(desk)
    assert (after.language, after.timezone, after.calendar) == (LANG, "Europe/Berlin", "office")
    assert after.calendars["office"].hours == {"mon-fri": ("09:00-17:00",), "sat": ("09:00-12:00",)}
    assert dict(list(after.people.items())[1:]) == {
        "zhao.min": Person(roles=("manager", "handler"), department="quality"),
        "chen.jie": Person(email="chen@example.com"),
    }


@pty_only
def test_the_questions_go_on_in_the_language_that_was_chosen(desk: Book) -> None:
    terminal = asking(desk.speaking("en"), "--policy", "team.yaml")
    terminal.answer("Language (en, zh) [en]: ", "中文")
    terminal.answer("时区 [Asia/Shanghai]：", "火星")
    terminal.answer("火星 不是时区", "Asia/Chongqing")
    terminal.answer("[always]：", "周一 9点")
    terminal.answer("周一 9点 不是办公时间", "周一至周五 09：00-18：00；周六、日 10:00-12:00")
    terminal.answer("团队成员", "李伟")
    terminal.answer("邮箱", "")
    terminal.answer("可选 handler 处理人员、manager 主管", "主管、handler")
    terminal.answer("部门", "质量部")
    terminal.answer("还有哪位成员", "")
    assert terminal.ended()[0] == 0
    assert "法定节假日" in terminal.shown
    after = made(desk)
    assert (after.language, after.timezone) == ("zh", "Asia/Chongqing")
    me = Person(email="li.wei@example.com", roles=("manager", "handler"), department="质量部")
    assert after.people["李伟"] == me
    assert after.calendars["office"].hours == {"mon-fri": ("09:00-18:00",), "sat,sun": ("10:00-12:00",)}


@pty_only
def test_who_chooses_english_is_asked_in_english_from_then_on(desk: Book) -> None:
    terminal = asking(desk.speaking("zh"), "--policy", "team.yaml", "--timezone", "UTC", "--person", "li.wei")
    terminal.answer("语言（en、zh） [zh]：", "法语")
    terminal.answer("法语", "英文")
    terminal.answer("always (around the clock) [always]: ", "自然时间")
    assert terminal.ended()[0] == 0
    assert "Register a complaint" in terminal.shown
    assert (made(desk).language, made(desk).calendar) == ("en", "always")


@pty_only
def test_what_was_typed_as_an_option_is_not_asked(desk: Book) -> None:
    options = ("--policy", "fca-disp", "--lang", LANG, "--timezone", "UTC", "--person", "li.wei")
    terminal = asking(desk, *options)
    # The hours of the policy are proposed; taken over, they stay with their comment.
    terminal.answer("always (around the clock) [mon-fri 09:00-17:00]: ", "")
    assert terminal.ended()[0] == 0
    assert "Team member" not in terminal.before + terminal.shown
    shipped = policyfile.shipped_policy_path("fca-disp")
    assert shipped is not None
    assert made(desk).calendars == policy(shipped).calendars
    assert Terminal(desk.root, desk, "init", "other", *options, "--yes").ended()[0] == 0


@pty_only
def test_who_git_does_not_know_is_not_proposed_and_control_d_writes_nothing(desk: Book) -> None:
    nobody = Book(root=desk.root, variables=without_identity(desk.variables))
    terminal = asking(nobody, "--policy", "team.yaml", "--lang", LANG, "--timezone", "UTC", *HOURS)
    terminal.await_words("(- for nobody) [-]: ")
    terminal.type(b"\x04")
    assert terminal.ended()[0] == 130  # declined
    assert not (desk.root / "new").exists()
