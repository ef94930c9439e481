"""The tree of a commit with some files changed: only the folders above these files are read and written."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository
from complaintctl.storage.git.quick.loose_objects import LooseObjects

# Mode and object name of an entry in a tree, both as git stores them.
Entry = tuple[bytes, bytes]
Tree = dict[bytes, Entry]

_FOLDER_MODE: Final = b"40000"


def write_changed_tree(
    repository: Repository, objects: LooseObjects, head: str, changes: Mapping[str, Entry | None]
) -> str | None:
    """Writes the tree of the commit `head` with these files changed (None: removed), and returns its name.

    Names are from the top of the repository. Returns None if nothing changes, or if the commit cannot be read or has a
    file in the place of a folder. Raises OSError.
    """
    trees = _read_trees(repository, objects, head, _folders_of(changes))
    if trees is None:
        return None
    before = objects.name_object("tree", _tree_content(trees[""]))
    for name, entry in changes.items():
        folder, _, own = name.rpartition("/")
        _set_entry(trees[folder], own, entry)
    top = ""
    for folder in sorted(trees, key=_depth, reverse=True):
        content = _tree_content(trees[folder])
        top = objects.write_object("tree", content) if content or not folder else ""
        if folder:
            parent, _, own = folder.rpartition("/")
            _set_entry(trees[parent], own, (_FOLDER_MODE, bytes.fromhex(top)) if top else None)
    return top if top != before else None


def _folders_of(names: Collection[str]) -> list[str]:
    """The folders above files, the top ("") first and each before those in it."""
    above = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    return sorted(("" if folder == "." else folder for folder in above), key=_depth)


def _depth(folder: str) -> int:
    return len(folder.split("/")) if folder else 0


def _set_entry(tree: Tree, own: str, entry: Entry | None) -> None:
    if entry is None:
        tree.pop(own.encode(), None)
    else:
        tree[own.encode()] = entry


def _read_trees(
    repository: Repository, objects: LooseObjects, head: str, folders: list[str]
) -> dict[str, Tree] | None:
    """The trees of folders in a commit, empty for a folder that it does not have; None if they cannot be read."""
    contents = _read_loose(objects, head, folders) or dict(
        zip(folders, _ask_trees(repository, head, folders), strict=True)
    )
    trees: dict[str, Tree] = {}
    for folder in folders:
        parent, _, own = folder.rpartition("/")
        entry = trees[parent].get(own.encode()) if folder else (_FOLDER_MODE, b"")
        content = contents[folder]
        if entry is None:
            trees[folder] = {}
        elif entry[0] == _FOLDER_MODE and content is not None:
            trees[folder] = _parse_tree(content, objects.length // 2)
        else:
            return None
    return trees


def _read_loose(objects: LooseObjects, head: str, folders: list[str]) -> dict[str, bytes | None] | None:
    """The contents of trees in files of their own; None if one is elsewhere."""
    commit = objects.read_object(head, "commit")
    if commit is None:
        return None
    names: dict[str, str | None] = {"": commit[len(b"tree ") :].partition(b"\n")[0].decode()}
    contents: dict[str, bytes | None] = {}
    for folder in folders:
        parent, _, own = folder.rpartition("/")
        if folder:
            above = _parse_tree(contents[parent] or b"", objects.length // 2).get(own.encode())
            names[folder] = above[1].hex() if above and above[0] == _FOLDER_MODE else None
        name = names[folder]
        contents[folder] = objects.read_object(name, "tree") if name else None
        if name and contents[folder] is None:
            return None
    return contents


def _ask_trees(repository: Repository, head: str, folders: list[str]) -> Iterator[bytes | None]:
    asked = "".join(f"{head}:{folder}\n" for folder in folders).encode()
    answer, offset = git.run_git(repository, "cat-file", "--batch", given=asked).stdout, 0
    for _folder in folders:
        end = answer.find(b"\n", offset)
        words = answer[offset:end].rsplit(b" ", 2)
        is_there = end >= 0 and words[-1].isdigit()
        size = int(words[-1]) if is_there else 0
        yield answer[end + 1 : end + 1 + size] if is_there and words[-2] == b"tree" else None
        offset = end + 1 + size + 1 if is_there else end + 1


def _parse_tree(content: bytes, hash_size: int) -> Tree:
    entries = re.finditer(rb"(\d+) ([^\0]+)\0(.{%d})" % hash_size, content, re.DOTALL)
    return {entry[2]: (entry[1], entry[3]) for entry in entries}


def _tree_content(tree: Tree) -> bytes:
    """The bytes of a tree: git sorts the name of a folder as if it ended with a slash."""
    names = sorted(tree, key=lambda name: name + b"/" if tree[name][0] == _FOLDER_MODE else name)
    return b"".join(b"%s %s\0%s" % (tree[name][0], name, tree[name][1]) for name in names)
