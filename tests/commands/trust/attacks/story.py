"""The casebook that is attacked: a team with roles, signatures and promises, and two cases of it."""

import atexit
import dataclasses
import functools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.casebooks import Book, author, make_book

POLICY = """\
complaintctl: 1
name: trusted
timezone: Asia/Shanghai
channels: [phone, email]
levels: {urgent: {}, general: {}}
roles: [handler, boss, inspector]
people:
  li.wei: {email: li.wei@example.com, roles: [handler]}
  ma.li: {email: ma.li@example.com, roles: [handler, boss]}
  chen.jie: {email: chen.jie@example.com, roles: [inspector]}
trust: {tolerance: 10m, unpublished: 1d, policy_by: [boss]}
steps:
  - {step: ack, within: {urgent: 1h, general: 4h}, first_answer: true, promise: {respond: 48h}}
  - {step: classify, within: 4h, roles: [handler]}
  - {step: investigate, within: 24h, needs: [cause.finding]}
  - {step: inspect, within: 24h, optional: true, roles: [inspector]}
  - {step: plan, within: 48h, approve: [boss]}
  - {step: execute, within: 72h, from: plan, other_than: plan}
  - {step: respond, within: 24h, from: execute, needs: [outcome]}
escalation: [{late: 0h, to: owner}, {late: 1h, to: ma.li}]
"""

LI_WEI, MA_LI, CHEN_JIE = "li.wei", "ma.li", "chen.jie"


@dataclass(frozen=True, kw_only=True)
class Story:
    """The casebook with a case that was closed and reopened, and one that was taken late."""

    book: Book
    closed: str
    late: str

    def do(self, case: str, verb: str, *options: str, by: str = LI_WEI) -> None:
        """Give a command as one of the team."""
        self.book.call(verb, case, *options, env=author(by), check=0)


def copy_story(folder: Path) -> Story:
    """A copy of the story, which is made once per process."""
    made = _made_once()
    home = folder / "home"
    home.mkdir()
    shutil.copytree(made.book.root, folder / "book", symlinks=True)
    book = Book(root=folder / "book", variables={**made.book.variables, "HOME": str(home)})
    return dataclasses.replace(made, book=book)


@functools.cache
def _made_once() -> Story:
    folder = Path(tempfile.mkdtemp(prefix="complaintctl-story-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    story = make_story(folder)
    # One file of objects is copied faster than hundreds.
    story.book.git("repack", "-a", "-d", "--quiet")
    return story


def make_story(folder: Path) -> Story:
    """The casebook with everything done by commands, up to a few hours ago."""
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml")
    received = (
        "--received",
        "5h",
        "--at",
        "290m",
        "--level",
        "general",
        "--owner",
        LI_WEI,
        "--channel",
        "phone",
    )
    story = Story(
        book=book, closed=book.open("Battery swells", *received), late=book.open("Lamp flickers", *received)
    )
    case = story.closed
    story.do(case, "ack", "--via", "phone", "--at", "280m")
    story.do(case, "escalate", "--level", "urgent", "--reason", "smoke", "--at", "270m")
    story.do(case, "classify", "--level", "urgent", "--at", "260m")
    story.do(case, "note", "the wrong case", "--at", "255m")
    story.do(case, "wait", "--reason", "photo", "--at", "250m")
    story.do(case, "heard", "--via", "email", "--at", "240m")
    story.do(case, "investigate", "--finding", "the cell is dented", "--at", "230m")
    story.do(case, "step", "inspect", "--at", "225m", by=CHEN_JIE)
    story.do(case, "plan", "--remedy", "refund", "--at", "220m")
    story.do(case, "approve", "plan", "--at", "210m", by=MA_LI)
    story.do(case, "execute", "--at", "200m", by=MA_LI)
    story.do(case, "respond", "--via", "email", "--outcome", "upheld", "--at", "190m")
    story.do(case, "close", "--outcome", "upheld", "--at", "180m")
    story.do(case, "reopen", "--reason", "again", "--at", "170m")
    story.do(case, "respond", "--via", "email", "--outcome", "upheld", "--at", "160m")
    story.do(case, "close", "--outcome", "upheld", "--at", "150m")
    book.call("escalate", "--due", check=0)
    story.do(story.late, "ack", "--via", "phone")
    story.do(story.late, "classify", "--level", "general", "--by", MA_LI)
    return story
