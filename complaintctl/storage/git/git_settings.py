"""What one `git var -l` says: git's settings, and the author and the committer that it would record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_FALSE: Final = frozenset({"false", "no", "off", "0", ""})
# What git takes the name and the address from, the first that is there.
_SOURCES: Final = {
    "name": ("author.name", "user.name"),
    "email": ("author.email", "user.email"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class GitSettings:
    """Git's settings by name in lower case, each with all its values, the one that counts last.

    `author` and `committer` are as git writes them into a commit, with the time of the question; None where git
    would have to guess a part, so that it has to be asked more strictly.
    """

    values: Mapping[str, tuple[str, ...]]
    author: str | None
    committer: str | None

    def is_true(self, name: str) -> bool:
        """Whether a setting is true in any file: the value of a setting of several lines may look like another."""
        return any(value.lower() not in _FALSE for value in self.values.get(name, ()))

    def last_value(self, name: str) -> str | None:
        """The value that counts, or None."""
        return self.values.get(name, (None,))[-1]


NO_SETTINGS: Final = GitSettings(values={}, author=None, committer=None)


def parse_settings(listing: str, environment: Mapping[str, str]) -> GitSettings:
    """Reads the output of `git var -l`; `environment` is that in which git was asked."""
    values: dict[str, list[str]] = {}
    for line in listing.splitlines():
        name, is_given, value = line.partition("=")
        values.setdefault(name, []).append(value if is_given else "true")
    author, committer = (
        values.get(f"GIT_{role}_IDENT", [""])[-1] if _is_explicit(role, values, environment) else None
        for role in ("AUTHOR", "COMMITTER")
    )
    return GitSettings(
        values={name: tuple(all_values) for name, all_values in values.items()},
        author=author or None,
        committer=committer or None,
    )


def _is_explicit(role: str, values: Mapping[str, list[str]], environment: Mapping[str, str]) -> bool:
    """Whether somebody has given both the name and the address, so that git guesses neither."""
    return all(_is_given(role, part, values, environment) for part in _SOURCES)


def _is_given(role: str, part: str, values: Mapping[str, list[str]], environment: Mapping[str, str]) -> bool:
    in_environment = environment.get(f"GIT_{role}_{part.upper()}")
    names = [source.replace("author.", f"{role.lower()}.") for source in _SOURCES[part]]
    in_settings = next((values[name][-1] for name in names if name in values), "")
    # Git drops signs at both ends, and refuses a name of nothing else.
    return any(sign.isalnum() for sign in (in_settings if in_environment is None else in_environment))
