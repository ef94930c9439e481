"""Makes zip files whose bytes depend on their content alone."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

# The earliest time that a zip can hold; the time of packing would make every file another one.
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_PLAIN_FILE: Final = 0o100644 << 16
_LEVEL: Final = 9


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Returns a zip with these files by name, sorted by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, files[name], compresslevel=_LEVEL)
    return stream.getvalue()
