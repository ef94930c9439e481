"""Names what a case is judged under, beside the program: the policy and the data of time zones."""

import hashlib
import zoneinfo
from collections.abc import Iterable
from importlib import resources
from pathlib import Path


def digest_of_rules(policy: bytes, zones: Iterable[str]) -> str:
    """Returns a digest of the bytes of a policy and of the data of these time zones."""
    digest = hashlib.sha256(policy)
    for name in sorted({*zones}):
        data = _zone_data(name)
        digest.update(f"\0{name} {len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _zone_data(name: str) -> bytes:
    """Returns the data that `zoneinfo` reads: those of the system, else of the package tzdata."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
