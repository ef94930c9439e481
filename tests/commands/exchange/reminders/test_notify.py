"""`notify`: reminders reach each receiver once, in opening hours, whatever fails between."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from complaintctl.storage.case.casebook import find_casebook
from complaintctl.storage.sending import sent_log
from tests.casebooks import Book, make_book, refused
from tests.commands.exchange.reminders.receivers import Mailbox, Webhook, kill, mail_server, webhook_server
from tests.commands.processes import command

POLICY = """\
complaintctl: 1
name: desk
label: {en: Desk}
timezone: Asia/Shanghai
calendar: office
calendars:
  office: {hours: {mon-fri: ["09:00-12:00", "13:00-18:00"]}, holidays: [2026-10-01, 2026-10-02]}
warn: [50%, 75%]
escalation:
  - {late: 1h, to: owner}
  - {late: 4h, to: manager}
levels: [high, low]
steps:
  - {step: ack, within: 4h}
  - {step: respond, within: {high: 9h, low: 24h, else: 24h}}
roles: {manager: null, quality: null}
people:
  li.wei: {email: li.wei@example.com}
  zhao.min: {email: zhao.min@example.com, roles: [manager]}
  chen.yu: {department: logistics}
notify:
  to: {quality: NOTIFY_QUALITY}
  mail: NOTIFY_MAIL
"""
PERSONAL = "Wang Xiaoming 13800138000"
SECRET = "s3cret"  # noqa: S105 - of no real server
OPENED = "2026-10-08T09:00"  # a Thursday
AFTERWARDS = "2026-10-30T10:00"  # a Friday


@dataclass(frozen=True)
class Desk:
    """A casebook and the servers that take its reminders."""

    book: Book
    mails: Mailbox
    hook: Webhook

    @property
    def variables(self) -> dict[str, str]:
        return {
            "NOTIFY_MAIL": f"mailto://desk:{SECRET}@127.0.0.1:{self.mails.port}/?from=desk@example.com&mode=insecure&cto=5",
            "NOTIFY_QUALITY": f"json://desk:{SECRET}@127.0.0.1:{self.hook.port}/quality",
        }

    def notify(self, as_of: str, *arguments: str, check: int = 0) -> str:
        """Runs it at a moment; returns what it said."""
        result = self.book.call(
            "notify", "--due", "--as-of", as_of, *arguments, env=self.variables, check=check
        )
        assert SECRET not in result.stdout + result.stderr
        return result.stderr

    def open_case(self, *arguments: str, at: str = OPENED) -> str:
        return self.book.open(PERSONAL, "--at", at, "--owner", "li.wei", *arguments)

    def received(self) -> list[tuple[str, str]]:
        """Receiver and text of everything that arrived."""
        return [
            *((to.partition("@")[0], text) for to, _subject, text in self.mails.mails),
            *((path.strip("/"), text) for path, _title, text in self.hook.calls),
        ]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Mailbox, Webhook]]:
    with mail_server() as mails, webhook_server() as hook:
        yield mails, hook


@pytest.fixture
def desk(tmp_path: Path, servers: tuple[Mailbox, Webhook]) -> Desk:
    mails, hook = servers
    mails.mails.clear()
    hook.calls.clear()
    mails.refuses, hook.status, hook.before_answer = False, 200, None
    file = tmp_path / "desk.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return Desk(book=make_book(tmp_path, file, lang="en"), mails=mails, hook=hook)


def test_each_point_of_a_clock_is_sent_once_and_only_in_opening_hours(desk: Desk) -> None:
    case = desk.open_case("--department", "quality", "--level", "high")
    assert "No reminder is due." in desk.notify("2026-10-08T10:59")
    assert "Sent 1 message." in desk.notify("2026-10-08T11:00")  # half of 4 working hours
    ((to, subject, text),) = desk.mails.mails
    assert to == "li.wei@example.com"
    assert subject == "Desk: 1 due time"
    assert text.strip() == f"{case} ack, high, due 2026-10-08 14:00, owner li.wei"
    assert "No reminder is due." in desk.notify("2026-10-08T11:30")
    # Three quarters come at noon, when the desk closes: at one o'clock it is open again.
    assert "No reminder is due." in desk.notify("2026-10-08T12:30")
    assert "Sent 1 message." in desk.notify("2026-10-08T13:00")
    # Overdue: the owner and the department; half of the answer's limit comes in the same mail.
    assert "Sent 2 messages." in desk.notify("2026-10-08T14:30")
    assert desk.mails.mails[-1][1] == "Desk: 2 due times, 1 overdue"
    assert [line.partition(",")[0] for line in desk.mails.mails[-1][2].strip().splitlines()] == [
        f"{case} ack",
        f"{case} respond",
    ]
    assert [path for path, _title, _text in desk.hook.calls] == ["/quality"]
    # Nothing at night; in the morning what came meanwhile, the manager's rung too, in one mail each.
    assert "No reminder is due." in desk.notify("2026-10-08T23:00")
    assert "Sent 2 messages." in desk.notify("2026-10-09T09:00")
    assert [to for to, _subject, _text in desk.mails.mails[-2:]] == [
        "li.wei@example.com",
        "zhao.min@example.com",
    ]
    assert "No reminder is due." in desk.notify("2026-10-09T09:10")
    for _receiver, text in desk.received():
        assert "Wang" not in text
        assert "13800138000" not in text


def test_a_clock_that_starts_again_counts_anew(desk: Desk) -> None:
    case = desk.open_case()
    desk.book.call("ack", case, "--at", "2026-10-08T09:30", check=0)
    desk.notify("2026-10-08T12:00")
    assert not desk.mails.mails
    desk.book.call(
        "reopen", case, "--to", "ack", "--reason", "wrong person", "--at", "2026-10-08T13:00", check=0
    )
    assert "Sent 1 message." in desk.notify("2026-10-08T15:00")
    assert "No reminder is due." in desk.notify("2026-10-08T15:10")


def test_a_dry_run_sends_nothing_and_says_what_waits_for_the_opening(desk: Desk) -> None:
    desk.open_case()
    desk.open_case("--owner", "chen.yu")
    before = desk.book.head()
    night = desk.book.call(
        "notify", "--due", "--as-of", "2026-10-08T20:00", "--dry-run", "--json", env=desk.variables, check=0
    ).json()
    rows = {(row["receiver"], row["step"]): (row["state"], row["opens"]) for row in night["reminders"]}
    assert rows["li.wei", "ack"] == ("waits", "2026-10-09T09:00:00+08:00")
    assert rows["chen.yu", "ack"] == ("no-address", None)
    assert night["version"] == 1
    told = desk.notify("2026-10-08T16:00", "--dry-run")
    assert "The policy has no address under notify: for chen.yu" in told
    assert (desk.book.head(), desk.received()) == (before, [])


def test_a_failing_channel_stops_no_other_and_is_tried_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.open_case("--department", "quality")
    desk.hook.status = 500
    told = desk.notify("2026-10-08T16:00", check=1)
    assert "No message to quality: the service behind NOTIFY_QUALITY did not take it." in told
    assert [receiver for receiver, _text in desk.received()] == ["li.wei"]
    desk.hook.status = 200
    desk.notify("2026-10-08T16:10")
    assert [receiver for receiver, _text in desk.received()] == ["li.wei", "quality"]
    # A refused mail, a server that is down, a variable that is not set, an address of no service.
    desk.mails.refuses = True
    assert "NOTIFY_MAIL did not take it" in desk.notify("2026-10-09T09:00", check=1)
    desk.mails.refuses = False
    for value, words in (
        ("mailto://127.0.0.1:1/?from=a@example.com&mode=insecure&cto=1", "NOTIFY_MAIL did not take it"),
        ("", "the environment variable NOTIFY_MAIL is not set"),
        (f"nothing-known {SECRET}", "the address in NOTIFY_MAIL is none that apprise knows"),
    ):
        result = desk.book.call(
            "notify",
            "--due",
            "--as-of",
            "2026-10-09T09:00",
            env=desk.variables | {"NOTIFY_MAIL": value},
            check=1,
        )
        assert words in result.stderr
        assert SECRET not in result.stdout + result.stderr
    # The library would log parts of the addresses.
    assert not [record for record in caplog.records if record.name.startswith("apprise")]
    count = len(desk.mails.mails)
    desk.notify("2026-10-09T09:00")
    desk.notify("2026-10-09T09:00")
    assert [to for to, _subject, _text in desk.mails.mails[count:]] == [
        "li.wei@example.com",
        "zhao.min@example.com",
    ]


def test_a_killed_run_is_resumed_without_a_double(desk: Desk) -> None:
    """Two receivers: the first message has arrived when the process is killed, before it is recorded."""
    first = desk.open_case()
    policy = desk.book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    text = text.replace("to: {quality", "to: {li.wei: NOTIFY_LI, zhao.min: NOTIFY_ZHAO, quality")
    policy.write_text(text, encoding="utf-8")
    desk.book.git("commit", "-qam", "Webhooks for two")
    own = {name: f"json://127.0.0.1:{desk.hook.port}/{name}" for name in ("NOTIFY_LI", "NOTIFY_ZHAO")}
    environment = {**desk.book.variables, **desk.variables, **own}
    arguments = command("notify", "--due", "--as-of", "2026-10-09T09:00")
    process = subprocess.Popen(arguments, cwd=desk.book.root, env=environment, stderr=subprocess.PIPE)
    desk.hook.before_answer = lambda: kill(process.pid)
    process.communicate()
    assert process.returncode == -9
    desk.hook.before_answer = None
    assert [path for path, _title, _text in desk.hook.calls] == ["/NOTIFY_LI"]
    resumed = desk.book.call(*arguments[3:], env=environment, check=1)
    assert (
        f"A run was killed while it sent a message to li.wei; it may not have arrived: {first}"
        in resumed.stderr
    )
    assert [path for path, _title, _text in desk.hook.calls] == ["/NOTIFY_LI", "/NOTIFY_ZHAO"]
    desk.book.call(*arguments[3:], env=environment, check=0)
    assert len(desk.hook.calls) == 2
    assert desk.book.git("status", "--porcelain") == ""
    assert '"unsure": true' in (desk.book.root / "notified" / "2026-10.jsonl").read_text(encoding="utf-8")


def test_what_was_sent_is_committed_and_another_clone_does_not_repeat_it(desk: Desk, tmp_path: Path) -> None:
    desk.open_case()
    desk.notify("2026-10-08T11:00", "--no-commit")
    assert desk.book.git("status", "--porcelain").strip() == "?? notified/"
    # The next run commits it, although it has nothing to send.
    desk.notify("2026-10-08T11:10")
    assert desk.book.git("log", "-1", "--format=%s").strip() == "notify --due"
    assert desk.book.git("status", "--porcelain") == ""
    other = Desk(book=desk.book.clone(tmp_path / "other"), mails=desk.mails, hook=desk.hook)
    assert "No reminder is due." in other.notify("2026-10-08T11:20")
    assert len(desk.mails.mails) == 1
    # Both clones add lines; git unites them, and neither is sent again.
    other.notify("2026-10-08T13:00")
    desk.open_case(at="2026-10-08T10:00")
    desk.notify("2026-10-08T14:00")
    other.book.git("pull", "-q", "--no-rebase", "--no-edit")
    count = len(desk.mails.mails)
    assert "No reminder is due." in other.notify("2026-10-08T14:00")
    assert len(desk.mails.mails) == count


def test_a_line_that_cannot_be_read_stops_the_sending(desk: Desk) -> None:
    desk.open_case()
    folder = desk.book.root / "notified"
    folder.mkdir()
    (folder / "2026-10.jsonl").write_text("<<<<<<< HEAD\n", encoding="utf-8")
    told = desk.notify("2026-10-08T16:00", check=4)
    assert "notified/2026-10.jsonl:1:1: this line does not record a reminder" in told
    assert not desk.received()


def test_two_runs_exclude_each_other_and_a_merge_stops_the_sending(desk: Desk) -> None:
    desk.open_case()
    with sent_log.hold_sending_lock(find_casebook(desk.book.root)):
        assert "Another run of notify holds" in desk.notify("2026-10-08T16:00", check=4)
    (desk.book.root / ".git" / "MERGE_HEAD").write_text(desk.book.head(), encoding="utf-8")
    desk.notify("2026-10-08T16:00", check=4)
    assert not desk.received()


def test_a_trial_shows_whether_an_address_works(desk: Desk) -> None:
    arguments = ("notify", "--trial", "quality")
    assert desk.book.call(*arguments, env=desk.variables, check=0).stdout == "quality\n"
    assert desk.hook.calls[-1][1:] == ("Desk: a trial", "Reminders of due times will arrive here.")
    failed = desk.book.call("notify", "--trial", "manager", env={}, check=1)
    assert "No message to zhao.min: the environment variable NOTIFY_MAIL is not set." in failed.stderr
    assert desk.book.call(*arguments, "--json", env=desk.variables, check=0).json()["trial"] == {
        "quality": True
    }
    assert "Give --due" in refused(desk.book, 2, "notify")
    assert "--trial sends at once" in refused(desk.book, 2, *arguments, "--dry-run")


def test_an_address_in_the_policy_is_a_fault_that_does_not_repeat_it(desk: Desk) -> None:
    policy = desk.book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    text = text.replace("mail: NOTIFY_MAIL", f"mail: mailtos://desk:{SECRET}@example.com\n  calendar: shop")
    policy.write_text(
        text.replace("{quality: NOTIFY_QUALITY}", "{nobody: NOTIFY_X, quality: a b}"), encoding="utf-8"
    )
    told = desk.book.call("policy", "check", check=1)
    words = told.stdout + told.stderr
    assert SECRET not in words
    assert words.count("this must be the name of an environment variable") == 2
    assert "unknown person, role or department nobody" in words
    assert "unknown calendar shop" in words


def _moments(first: date, days: int, hours: tuple[int, ...]) -> Iterator[datetime]:
    for day in range(days):
        for hour in hours:
            yield datetime.combine(first + timedelta(days=day), datetime.min.time()).replace(
                hour=hour, minute=30
            )


def _simulate(desk: Desk, days: int, hours: tuple[int, ...], opening_every: int) -> Counter[str]:
    """A month in which cases come and go and servers fail; returns how many runs, messages and failures there were."""
    figures: Counter[str] = Counter()
    cases: list[str] = []
    for number, now in enumerate(_moments(date(2026, 9, 28), days, hours)):
        at = f"{now:%Y-%m-%dT%H:%M}"
        is_working_time = now.weekday() < 5 and 9 <= now.hour < 18 and now.hour != 12
        is_holiday = now.date() in {date(2026, 10, 1), date(2026, 10, 2)}
        if number % opening_every == 0:
            department = ("--department", "quality") if number % (2 * opening_every) else ()
            cases.append(desk.open_case(*department, at=at))
        if number % 40 == 39 and len(cases) > 2:
            desk.book.call("ack", cases[-2], "--at", at, check=0)
            desk.book.call("respond", cases[-3], "--at", at)
        if number % 90 == 89 and len(cases) > 3:
            desk.book.call("reopen", cases[-2], "--to", "ack", "--reason", "again", "--at", at)
        desk.mails.refuses, desk.hook.status = number % 7 == 3, 500 if number % 5 == 1 else 200
        before = len(desk.received())
        result = desk.book.call("notify", "--due", "--as-of", at, env=desk.variables)
        assert result.returncode in {0, 1}
        sent = len(desk.received()) - before
        assert not sent or (is_working_time and not is_holiday)
        figures["runs"] += 1
        figures["messages"] += sent
        figures["failed"] += result.stderr.count("did not take it")
    desk.mails.refuses, desk.hook.status = False, 200
    # Once the servers are well, nothing is left over.
    desk.notify(AFTERWARDS)
    left = desk.book.json("notify", "--due", "--as-of", AFTERWARDS, "--dry-run")["reminders"]
    assert {row["state"] for row in left} <= {"no-address"}
    return figures


def _check_once(desk: Desk) -> int:
    """Each clock and point was recorded once for each receiver; returns how many."""
    lines = [
        line
        for path in (desk.book.root / "notified").glob("*.jsonl")
        for line in path.read_text().splitlines()
    ]
    keys = Counter[tuple[str, ...]]()
    for line in lines:
        case, clock, to = (re.search(rf'"{name}": "([^"]*)"', line)[1] for name in ("case", "clock", "to"))  # type: ignore[index]
        (points,) = re.findall(r'"points": \[([^\]]*)\]', line)
        keys.update((case, clock, to, point) for point in points.split(", "))
    assert max(keys.values()) == 1
    # As many lines of text arrived as were recorded.
    assert len(lines) == sum(len(text.strip().splitlines()) for _receiver, text in desk.received())
    return len(keys)


def test_a_few_days_with_failing_servers_send_everything_once(desk: Desk) -> None:
    figures = _simulate(desk, 3, (10, 14, 22), 3)
    assert figures == {"runs": 9, "messages": 7, "failed": 3}
    # Three cases: the answer has two warnings, overdue and a rung for the owner, a rung for the manager; so has the
    # result, and its day. The department of one case is told twice that something is overdue.
    assert _check_once(desk) == 3 * (5 + 6) + 2


@pytest.mark.nightly
def test_a_month_of_hourly_runs_sends_everything_once(desk: Desk) -> None:
    figures = _simulate(desk, 31, tuple(range(24)), 12)
    points = _check_once(desk)
    print(dict(figures), "points:", points)
    assert figures["runs"] == 744
    assert figures["failed"] > 20
    assert sorted(path.name for path in (desk.book.root / "notified").iterdir()) == [
        "2026-09.jsonl",
        "2026-10.jsonl",
    ]
