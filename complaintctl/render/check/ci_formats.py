"""The formats of CI services, by name."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from complaintctl.render.check.check_result import CheckResult
from complaintctl.render.check.github import write_github
from complaintctl.render.check.gitlab import write_gitlab
from complaintctl.render.check.junit import write_junit
from complaintctl.render.check.markdown import write_markdown
from complaintctl.render.check.sarif import write_sarif

# Each names files from the top of the repository, since the service looks for them there.
PUBLIC_WRITERS: Final[Mapping[str, Callable[[CheckResult], Iterator[str]]]] = {
    "github": write_github,
    "gitlab": write_gitlab,
    "junit": write_junit,
    "sarif": write_sarif,
    "md": write_markdown,
}
