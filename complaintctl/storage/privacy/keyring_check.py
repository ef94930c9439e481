"""What is wrong with a keyring: copies that are missing or differ, cases without a key, keys wrapped for others."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from complaintctl.domain.problems import Problem
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.privacy import keyring, recipients
from complaintctl.storage.privacy.keyring import Keyring

_OTHERS_MAY: Final = 0o077


def keyring_problems(keys: Keyring, sealed_ids: Collection[str]) -> Iterator[Problem]:
    """Yields the problems of a keyring of which at least one folder is there; `sealed_ids` are the sealed cases."""
    for folder in keyring.missing_folders(keys):
        yield Problem(key="keyring-copy-gone", file=str(folder))
    folders, names = keyring.present_folders(keys), tuple(keyring.key_names(keys))
    yield from _recipient_problems(keys, folders)
    for name in names:
        yield from _key_problems(keys, name, folders)
    if keyring.PSEUDONYM_NAME not in names:
        yield Problem(key="pseudonym-key-gone", file=str(folders[0]))
    for case_id in sorted(set(sealed_ids) - set(names)):
        is_destroyed = any(keyring.destroyed_path(folder, case_id).exists() for folder in folders)
        key = "sealed-key-destroyed" if is_destroyed else "sealed-key-gone"
        yield Problem(key=key, values={"case": case_id}, file=str(folders[0]))


def _recipient_problems(keys: Keyring, folders: tuple[Path, ...]) -> Iterator[Problem]:
    first = (folders[0] / keyring.RECIPIENTS_FILE).read_bytes()
    for folder in folders:
        path = folder / keyring.RECIPIENTS_FILE
        if path.read_bytes() != first:
            yield Problem(key="recipients-differ", values={"other": str(folders[0])}, file=str(path))
        mode = atomic_write.file_mode(folder)
        if os.name != "nt" and mode is not None and mode & _OTHERS_MAY:
            yield Problem(key="keyring-open", values={"mode": f"{mode:o}"}, file=str(folder), warning=True)
    if not recipients.list_recipients(keys):
        yield Problem(key="recipients-none", file=str(folders[0] / keyring.RECIPIENTS_FILE))


def _key_problems(keys: Keyring, name: str, folders: tuple[Path, ...]) -> Iterator[Problem]:
    """Yields a problem for each copy of a key that is missing, differs, was destroyed elsewhere, or is for others."""
    is_destroyed = any(keyring.destroyed_path(folder, name).exists() for folder in folders)
    contents = {folder: _content(keyring.key_path(folder, name)) for folder in folders}
    first = next((content for content in contents.values() if content is not None), None)
    for folder, content in contents.items():
        file = str(keyring.key_path(folder, name))
        if is_destroyed:
            if content is not None:
                yield Problem(key="key-came-back", file=file)
        elif content is None:
            yield Problem(key="key-copy-gone", file=file)
        elif content != first:
            yield Problem(key="key-copies-differ", file=file)
    mark = keyring.recipients_mark(keyring.read_recipients(keys))
    path = keyring.find_key_file(keys, name)
    if path is not None and keyring.key_file_entry(path, "recipients") != mark:
        yield Problem(key="key-for-others", file=str(path))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def mend_keyring(keys: Keyring, at: str) -> int:
    """Bring every copy to the same keys: missing files are copied, keys that were destroyed go everywhere.

    Returns how many files changed. Files that differ stay: only `rekey`, which opens them, can tell which is right.
    """
    keyring.check_keyring_place(keys)
    folders, changed = keyring.present_folders(keys), 0
    for name in tuple(keyring.key_names(keys)):
        if any(keyring.destroyed_path(folder, name).exists() for folder in folders):
            changed += len(keyring.destroy_case_key(keys, name, at))
            continue
        source = keyring.find_key_file(keys, name)
        for folder in folders:
            path = keyring.key_path(folder, name)
            if source is not None and not path.is_file():
                atomic_write.write_atomically(path, source.read_bytes(), private=True)
                changed += 1
    return changed
