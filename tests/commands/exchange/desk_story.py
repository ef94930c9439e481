"""One story of a desk, with a line for each command that prints JSON, and the casebook on which it is played."""

import json
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.casebooks import Book, Result, author, make_book
from tests.commands.exchange.published import json_commands
from tests.commands.trust.personal.sealed_books import sealed_book

ROOT = Path(__file__).resolve().parents[3]
AS_OF = "--as-of 2026-11-21T12:00"
OLD = "C-20261121-8G2W2"
RECEIVED = "2026-11-02"
# In the policy of the example nothing is to be signed or extended, nobody has a step of their own or a duty.
TEAM_POLICY = (
    ("  - step: execute\n", "  - step: visit\n    optional: true\n\n  - step: execute\n    extend: 24h\n"),
    ("  - step: plan\n", "  - step: plan\n    approve: [manager]\n"),
    (
        "people: {}",
        "people: {li.wei: {email: li.wei@example.com}, ma.li: {email: ma.li@example.com, roles: [manager]}}",
    ),
    (
        "git: {commit: off}",
        "git: {commit: on}\nduties: {training: {every: 3mo, from: 2026-01-01}}\nretention: [{keep: 1d}]",
    ),
    ("\ncalendar: always\n", '\ncalendar: always\ncalendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}'),
)
FACTS = (
    "--channel chat --description 'It restarts.' --customer-name 'Wang Fang' --email wang@example.com "
    "--phone 13800138000 --model P11 --bought 2026-03-01 --remedy-sought repair --owner li.wei "
    "--set 'product.bought_from=web shop' --set 'product.time_in_use=8 months'"
)
# One line for each command with --json, in an order in which they can run. NEW is the case that is played, FACTS what is
# known of it.
STORY = f"""
list --closed --columns id,received,level,due,step,forced,customer.name,satisfaction.overall
customer 13800138000
show {OLD}
today {AS_OF}
board {AS_OF}
check {AS_OF} --fail-on never
check {AS_OF} --fail-on never --baseline baseline.yaml
verify
lint --personal
doctor
ci init github --print
ci init cron
explain {OLD} {AS_OF}
duty
lessons
trend {AS_OF}
trend {AS_OF} --accuracy
report {AS_OF} --by level
report --define
report pareto --by cause.class {AS_OF}
report chart {AS_OF}
report management-review --period 2026 {AS_OF}
report handler gao.jun --period 2026 {AS_OF}
report department --period 2026 {AS_OF}
report regulator --list
report regulator --preset fca-half-year --period 2026H1
policy check
policy show
policy list
policy calendar office --year 2026
policy diff ours.yaml
policy simulate ours.yaml
template list
template show ack
template check ack
survey sample --closed-since 2026-01-01 --seed 7 --record
survey list
init another --policy electronics --timezone UTC --yes
import guess table.csv
import csv table.csv --map mapping.yaml
import mail complaint.eml
import cases everything.jsonl
import form issue.json
notify --due {AS_OF} --dry-run
policy calendar fill office --from days.ics --year 2026
template new ack --lang en
open --title Restarts FACTS --received {RECEIVED}T08:30 --at {RECEIVED}T09:00
ack NEW --at {RECEIVED}T09:10 --via chat
assess NEW --at {RECEIVED}T09:20 --level general
wait NEW --at {RECEIVED}T09:30 --reason photo --via chat
resume NEW --at {RECEIVED}T09:40
heard NEW --at {RECEIVED}T09:45 --via chat
classify NEW --at {RECEIVED}T10:00 --category quality/function/software
assign NEW --at {RECEIVED}T10:05 --to ma.li
note NEW called --at {RECEIVED}T10:06
edit NEW --at {RECEIVED}T10:07 --set x.improvement=none
attach NEW photo.txt --at {RECEIVED}T10:08
task NEW --at {RECEIVED}T10:09 --to service --what look --due 2026-11-05
task NEW --at {RECEIVED}T10:09 --done service --result fine
escalate NEW --at {RECEIVED}T10:10 --level important --reason lost
escalate --due
link NEW {OLD} --at {RECEIVED}T10:11 --as related_to
update NEW --at {RECEIVED}T10:12 --via chat --promise-by +48h
letter NEW ack --at {RECEIVED}T10:13
form NEW record
investigate NEW --at {RECEIVED}T11:00 --cause quality/design --finding driver --why heat --bone 'material: foil'
analysis NEW
plan NEW --at {RECEIVED}T12:00 --remedy repair --agreed --measure 'update;li.wei;2026-11-20'
approve NEW plan --at {RECEIVED}T12:30
extend NEW execute --at {RECEIVED}T12:40 --reason parts --via chat
step NEW visit --at {RECEIVED}T12:50
execute NEW --at {RECEIVED}T13:00 --remedy repair --cost '0.00 CNY'
respond NEW --at {RECEIVED}T14:00 --outcome upheld --via phone
follow-up NEW --at {RECEIVED}T15:00 --satisfaction 4 --via phone
action NEW --at {RECEIVED}T15:10 --what seal --who li.wei --due 2026-11-03 --check 2026-11-20
action NEW --at {RECEIVED}T15:20 --done 1
actions --archive
report improvement NEW#1
close NEW --at {RECEIVED}T16:00 --lesson 'test it' --mark success --no-recurrence 'another driver'
survey record NEW --score 5
reopen NEW --to plan --reason again
retract NEW EVENT --reason mistake
log NEW
pack NEW
retention hold NEW --reason claim
retention release NEW --reason settled
restrict NEW --reason asked
restrict NEW --lift --reason corrected
retention list --all
rename level important weighty
resolve
git setup --remove
sync
keys list
keys check
"""
LINES = [line for line in STORY.splitlines() if line]
# Played last, since nothing can be told of the customer any more.
ERASING = [
    "erase NEW --basis request --force --yes",
    "retention apply --yes",
    "erase --plan-history-rewrite -o ../plan",
]
COMMANDS = json_commands()
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a//b
BEGIN:VEVENT
UID:1
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20261001
SUMMARY:National Day
END:VEVENT
END:VCALENDAR
"""
MAIL = "From: wang@example.com\nTo: desk@example.com\nSubject: Broken\nMessage-ID: <1@example.com>\n\nIt broke.\n"
ISSUE = {
    "action": "opened",
    "issue": {
        "number": 1,
        "title": "Broken",
        "body": "It broke.",
        "html_url": "https://github.com/acme/desk/issues/1",
        "created_at": "2026-11-01T01:00:00Z",
        "labels": [{"name": "complaint"}],
    },
    "repository": {"full_name": "acme/desk"},
}
BASELINE = f'accepted:\n  - {{case: {OLD}, step: "*", reason: known, until: 2026-12-31}}\n'
TABLE = "no,received,title,status\n1,2026-10-01 09:00,Broken,open\n2,yesterday,Late,open\n"
MAPPING = """mapping: 1
system: desk
timezone: Asia/Shanghai
times: ["%Y-%m-%d %H:%M"]
id: no
received: received
fields: {title: title}
"""


def command_of(line: str) -> str:
    """The command at the beginning of a line, the longest name that fits."""
    return max((name for name in COMMANDS if f"{line} ".startswith(f"{name} ")), key=len)


def story_book(folder: Path, more_policy: str = "", *, commits: bool = True) -> Book:
    """The example casebook with a policy in which every command has something to do, and the files that it reads.

    Without `commits` no command starts git, so that a story takes half the time; nothing can be merged then.
    """
    policy = (ROOT / "complaintctl.yaml").read_text(encoding="utf-8") + more_policy
    for old, new in TEAM_POLICY:
        assert old in policy
        policy = policy.replace(old, new, 1)
    policy = policy if commits else policy.replace("git: {commit: on}", "git: {commit: off}", 1)
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml", lang="en")
    shutil.copytree(ROOT / "cases", book.root / "cases", dirs_exist_ok=True)
    stricter = policy.replace("within: 24h", "within: 12h", 1)
    (book.root / "ours.yaml").write_text(stricter, encoding="utf-8")
    (book.root / "photo.txt").write_text("a photo", encoding="utf-8")
    (book.root / "days.ics").write_text(CALENDAR, encoding="utf-8")
    (book.root / "table.csv").write_text(TABLE, encoding="utf-8")
    (book.root / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (book.root / "complaint.eml").write_text(MAIL, encoding="utf-8")
    (book.root / "issue.json").write_text(json.dumps(ISSUE), encoding="utf-8")
    (book.root / "baseline.yaml").write_text(BASELINE, encoding="utf-8")
    book.call("export", "jsonl", "everything.jsonl", "--all", "--history", check=0)
    book.git("add", "-A")
    book.git("commit", "--quiet", "-m", "The example")
    return book


def play(
    book: Book, facts: str, formats_of: Callable[[str], list[str]], lines: Sequence[str]
) -> Iterator[tuple[str, Result]]:
    """Plays lines of the story: each line once for each of its formats (words at its end), and what it printed."""
    names = {"NEW": "", "EVENT": ""}
    for line in lines:
        typed = shlex.split(line.replace(" FACTS ", f" {facts} "))
        words = [names.get(word, word.replace("NEW", names["NEW"])) for word in typed]
        command = command_of(line)
        formats = formats_of(line)
        if command == "resolve" and formats:
            _conflict(book, names["NEW"])
        if command == "git setup" and (book.root / ".git" / "MERGE_HEAD").is_file():
            book.call("resolve", "--commit", check=0)
        if command == "sync" and formats:
            _follow_remote(book)
        if command == "keys list" and formats:
            book = _sealed(book)
        signer = author("ma.li") if command == "approve" else {}
        for output_format in formats:
            result = book.call(*words, *shlex.split(output_format), env=signer)
            yield line, result
            if command == "open":
                names["NEW"] = json.loads(result.stdout)["id"]
            if command == "reopen":
                names["EVENT"] = json.loads(result.stdout)["event"]["id"]


def _conflict(book: Book, case: str) -> None:
    """Leaves a merge of two branches that both changed the case."""
    book.git("add", "-A")
    book.git("commit", "--quiet", "--allow-empty", "-m", "before")
    book.git("branch", "other")
    book.call("note", case, "ours", check=0)
    book.git("checkout", "--quiet", "other")
    book.call("note", case, "theirs", check=0)
    with pytest.raises(AssertionError):
        book.git("merge", "--quiet", "-")


def _follow_remote(book: Book) -> None:
    """Gives the casebook a remote that has its first commits."""
    book.git("clone", "--quiet", "--bare", ".", "../hub.git")
    book.git("remote", "add", "origin", "../hub.git")
    book.git("push", "--quiet", "--set-upstream", "origin", "HEAD~2:refs/heads/earlier")
    book.git("fetch", "--quiet", "origin")
    book.git("branch", "--quiet", "--set-upstream-to=origin/earlier")


def _sealed(book: Book) -> Book:
    """A sealed casebook beside the other, of whose keyring a copy is missing."""
    folder = book.root.parent / "sealed"
    folder.mkdir(exist_ok=True)
    sealed = sealed_book(folder, "../keys, ../copy")
    shutil.rmtree(folder / "copy")
    return sealed
