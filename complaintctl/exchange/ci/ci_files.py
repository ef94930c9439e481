"""The files of `ci init`: which template becomes which file, and how its placeholders (`<<name>>`) are filled."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.errors import InvalidInput

# By kind the files below templates/ci/ and where they go in the repository, or (cron) in the casebook.
CI_FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "github": {
        "github/check.yml": ".github/workflows/complaints-check.yml",
        "github/report.yml": ".github/workflows/complaints-report.yml",
        "github/merge.yml": ".github/workflows/complaints-unite.yml",
        "github/form.yml": ".github/workflows/complaints-form.yml",
    },
    "gitlab": {
        "gitlab/include.yml": ".gitlab-ci.yml",
        "gitlab/complaints.yml": ".gitlab/complaints.gitlab-ci.yml",
    },
    "gitea": {
        "gitea/check.yml": ".gitea/workflows/complaints-check.yml",
        "gitea/report.yml": ".gitea/workflows/complaints-report.yml",
        "gitea/merge.yml": ".gitea/workflows/complaints-unite.yml",
        "gitea/form.yml": ".gitea/workflows/complaints-form.yml",
    },
    "pre-commit": {"pre-commit/config.yaml": ".pre-commit-config.yaml"},
    "cron": {
        "cron/complaints-cron.sh": "ci/complaints-cron.sh",
        "cron/complaints.crontab": "ci/complaints.crontab",
        "cron/complaints-tasks.cmd": "ci/complaints-tasks.cmd",
    },
}
# Where the web form goes.
FORM_FILES: Final[Mapping[str, str]] = {
    "github": ".github/ISSUE_TEMPLATE/complaint.yml",
    "gitlab": ".gitlab/issue_templates/complaint.md",
    "gitea": ".gitea/ISSUE_TEMPLATE/complaint.yml",
}
# Templates that only make sense with the web form; GitLab's is a part of another file.
FORM_TEMPLATES: Final = frozenset({"github/form.yml", "gitea/form.yml"})
GITLAB_FORM_PART: Final = ("gitlab/complaints.yml", "gitlab/form.yml")
# A file that belongs to the team where it is there; ours only includes another one.
SHARED_FILE: Final = ".gitlab-ci.yml"
SCRIPT_FILE: Final = "ci/complaints-cron.sh"
# Shell scripts that stand inside several templates.
SCRIPTS: Final[Mapping[str, str]] = {
    "unite": "unite.sh",
    "push": "push.sh",
    "gitlab-unite": "gitlab/unite.sh",
    "gitlab-form": "gitlab/form.sh",
}
ACTIONS_FILE: Final = "actions.txt"
_PLACEHOLDER: Final = re.compile(r"<<([a-z-]+)>>")
_SCRIPT_LINE: Final = re.compile(r"^( *)<<([a-z-]+)-script>>\n", re.MULTILINE)
# Signs that mean something in an expression of a CI service, in YAML, in a crontab or in a shell.
_UNSAFE: Final = re.compile(r"[$%\"'`\\<>|&;]|[^\S ]|[\x00-\x1f\x7f-\x9f]")
# Not at a full hour, when every other schedule runs and GitHub drops some.
_DAILY: Final = time(7, 17)
_WEEKLY: Final = time(6, 41)
_MONDAY: Final = 0
_WEEKDAYS: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class CiSettings:
    """What is filled into the templates. `folder`: of the casebook in its repository; `package`: what pip installs.

    `script` is the absolute path of the script for cron, `moment` the time by which local times become UTC.
    """

    folder: str
    package: str
    language: str
    zone: ZoneInfo
    script: str
    moment: datetime


def check_ci_settings(settings: CiSettings) -> None:
    """Raise InvalidInput if the folder or the package has a sign that a CI service or a shell would interpret."""
    for key, text in (("ci-folder", settings.folder), ("ci-package", settings.package)):
        if (unsafe := _UNSAFE.search(text)) or text.startswith("-"):
            raise InvalidInput(key, value=text, sign=unsafe[0] if unsafe else "-")


def fill_template(
    text: str, settings: CiSettings, scripts: Mapping[str, str], actions: Mapping[str, str]
) -> str:
    """Returns the template with its scripts, indented like their placeholder, and then its values."""
    with_scripts = _SCRIPT_LINE.sub(lambda line: _indented(scripts[line[2]], line[1]), text)
    values = _values(settings) | {f"action-{name}": reference for name, reference in actions.items()}
    return _PLACEHOLDER.sub(lambda match: values[match[1]], with_scripts)


def read_actions(text: str) -> dict[str, str]:
    """Returns the pinned actions by name, each with its version as a comment."""
    lines = (line.partition(": ") for line in text.splitlines() if line)
    return {name: reference for name, _separator, reference in lines}


def _indented(script: str, indent: str) -> str:
    return "".join(f"{indent}{line}" if line.strip() else line for line in script.splitlines(keepends=True))


def _values(settings: CiSettings) -> dict[str, str]:
    zone = settings.zone.key
    below = "" if settings.folder == "." else f"{re.escape(settings.folder)}/"
    return {
        "folder": _quoted(settings.folder),
        "package": _quoted(settings.package),
        "language": _quoted(settings.language),
        "language-shell": settings.language,
        "zone": zone,
        "daily-words": f"Monday to Friday at {_DAILY:%H:%M} in {zone}",
        "weekly-words": f"Monday at {_WEEKLY:%H:%M} in {zone}",
        "daily-utc": _quoted(cron_in_utc(_DAILY, _WEEKDAYS, settings.zone, settings.moment)),
        "weekly-utc": _quoted(cron_in_utc(_WEEKLY, 1, settings.zone, settings.moment)),
        "files-pattern": _quoted(rf"^{below}(cases/.*|complaintctl|duties)\.yaml$"),
        # In a crontab, an unescaped % ends the command.
        "script-cron": shlex.quote(settings.script).replace("%", r"\%"),
    }


def _quoted(text: str) -> str:
    """A YAML scalar: JSON's double quotes are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def cron_in_utc(local: time, days: int, zone: ZoneInfo, moment: datetime) -> str:
    """Returns the line of cron in UTC for a local time on the first `days` days of the week, with the offset of now."""
    today = moment.astimezone(zone).date()
    monday = today + timedelta(days=(_MONDAY - today.weekday()) % 7)
    first = datetime.combine(monday, local, zone).astimezone(UTC)
    # Cron counts Sunday as 0.
    weekdays = sorted((first.isoweekday() + shift) % 7 for shift in range(days))
    return f"{first.minute} {first.hour} * * {','.join(map(str, weekdays))}"
