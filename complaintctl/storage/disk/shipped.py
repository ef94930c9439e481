"""The folder of shipped templates: policies, letters, forms, mappings (D-148)."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[2]
# Inside the package in a wheel, beside it in a checkout.
SHIPPED_FOLDER: Final = (
    _PACKAGE / "templates" if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent / "templates"
)
