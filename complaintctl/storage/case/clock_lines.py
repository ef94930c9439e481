"""The line and column of what started a clock, in the file of its case."""

from datetime import datetime
from pathlib import Path
from typing import Any

from complaintctl.domain.overview.clock_origin import ClockOrigin
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import ParsedYaml, YamlPath, YamlPosition

_FIRST_LINE: YamlPosition = (1, 1)


class PositionFinder:
    """Finds positions in case files; of two questions about one file in a row, it is read for the first."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._reading = ParsedYaml()

    def find(self, path: Path, origin: ClockOrigin) -> YamlPosition:
        """Returns line and column of the entry, else of its list or field, else of the first line. Never raises."""
        if path != self._path:
            data, _problems = untrusted_file.read_untrusted_file(
                path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
            )
            self._reading = yamltext.parse_yaml(data or b"", with_places=True)
            self._path = path
        return find_position(self._reading, origin)


def find_position(reading: ParsedYaml, origin: ClockOrigin) -> YamlPosition:
    """Returns line and column of an origin in a parsed file."""
    path = _origin_path(reading.root, origin)
    while path:
        place = reading.places.get(path) if isinstance(path[-1], int) else reading.key_places.get(path)
        if place is not None:
            return place
        path = path[:-1]
    return _FIRST_LINE


def _origin_path(root: Any, origin: ClockOrigin) -> YamlPath:
    field: YamlPath = tuple(origin.name.split("."))
    entries = root.get(origin.name) if isinstance(root, dict) else None
    if not isinstance(entries, list):
        return field
    if origin.index is not None:
        return (*field, origin.index)
    for index, entry in enumerate(entries):
        if origin.keys and isinstance(entry, dict) and _has_keys(entry, origin):
            return (*field, index)
    return field


def _has_keys(entry: dict[str, Any], origin: ClockOrigin) -> bool:
    return all(_is_same(entry.get(name), wanted) for name, wanted in origin.keys.items())


def _is_same(found: object, wanted: str) -> bool:
    """Whether two texts are equal, or name the same moment."""
    if found == wanted:
        return True
    try:
        return datetime.fromisoformat(str(found)) == datetime.fromisoformat(wanted)
    except (TypeError, ValueError):
        return False
