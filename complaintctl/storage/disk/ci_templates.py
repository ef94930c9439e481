"""The shipped templates of files for CI services."""

from complaintctl.storage.disk.shipped import SHIPPED_FOLDER


def read_ci_template(name: str) -> str:
    """Returns the text of a template below `templates/ci/`."""
    return (SHIPPED_FOLDER / "ci" / name).read_text(encoding="utf-8")
