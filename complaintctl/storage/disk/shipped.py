"""The folder with the templates that come with the package: policies, letters, forms, mappings."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[2]
# In a wheel the templates lie inside the package; in a checkout beside it.
SHIPPED_FOLDER: Final = (
    _PACKAGE / "templates" if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent / "templates"
)
