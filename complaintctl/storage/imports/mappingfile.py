"""Reads a mapping file: expands short forms of columns, reports all faults with positions."""

from pathlib import Path
from typing import Any, Final

from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports import eventmapping
from complaintctl.exchange.imports.mapping import ImportMapping
from complaintctl.exchange.imports.mapping_faults import mapping_faults
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.plain_yaml import NULL_WORDS

# Keys of a column, and of the mapping, that may be one text instead of a list.
_LIST_KEYS: Final = ("column", "join", "empty", "times", "zone")
_NULLABLE_KEYS: Final = frozenset({"else", "part", "split"})
_DELIMITER_NAMES: Final = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


def find_mapping(name: str) -> Path:
    """Returns the file at path `name`, else the shipped mapping `name`; raises InvalidInput with the shipped names."""
    path = Path(name)
    if path.is_file():
        return path
    if name in shipped_mapping_names():
        return SHIPPED_FOLDER / "imports" / f"{name}.yaml"
    raise InvalidInput("unknown-mapping", name=name, choices=list(shipped_mapping_names()))


def shipped_mapping_names() -> tuple[str, ...]:
    """The names of the mappings that come with the package."""
    return tuple(sorted(path.stem for path in (SHIPPED_FOLDER / "imports").glob("*.yaml")))


def read_mapping(path: Path) -> tuple[ImportMapping | None, list[Problem]]:
    """Returns the mapping in a file, or None, with all faults and positions. Never raises for faulty content."""
    data, problems = untrusted_file.read_untrusted_file(path, untrusted_file.MAX_YAML_BYTES, may_be_link=True)
    if data is None:
        return None, problems
    # NULL is a word of other systems, such as in `empty: [NULL, "-"]`.
    reading = yamltext.parse_yaml(data, with_places=True, null_words=frozenset({""}))
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    if problems or not isinstance(reading.root, dict):
        return None, problems
    mapping, faults = schema.object_from_texts(ImportMapping, _expand_short_forms(reading.root))
    if mapping is not None:
        faults += [*mapping_faults(mapping), *eventmapping.event_mapping_faults(mapping)]
    problems = [problem_at_fault(path, reading, fault, None) for fault in faults]
    return (None if problems else mapping), sorted(problems, key=_problem_position)


def _problem_position(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _expand_short_forms(root: dict[str, Any]) -> dict[str, Any]:
    """Expands every short form in place: `title: Issue` becomes `title: {column: [Issue]}`."""
    for name in [name for name, value in root.items() if _is_nothing(value)]:
        del root[name]
    for name in ("id", "received", "closed"):
        if name in root:
            root[name] = _expand_column(root[name])
    promise = root.get("promise")
    if isinstance(promise, dict) and "by" in promise:
        promise["by"] = _expand_column(promise["by"])
    for part in ("events", "fields", "steps"):
        if isinstance(root.get(part), dict):
            root[part] = {name: _expand_column(entry) for name, entry in root[part].items()}
    for name in ("times", "empty"):
        if isinstance(root.get(name), str):
            root[name] = [root[name]]
    if isinstance(root.get("delimiter"), str):
        root["delimiter"] = _DELIMITER_NAMES.get(root["delimiter"], root["delimiter"])
    return root


def _is_nothing(value: Any) -> bool:
    """Whether a value is null, which this file reads as a word."""
    return value is None or (isinstance(value, str) and value in NULL_WORDS - {""})


def _expand_column(raw: Any) -> Any:
    if _is_nothing(raw):
        return None
    if isinstance(raw, str | list):
        return {"column": [raw] if isinstance(raw, str) else raw}
    if isinstance(raw, dict):
        for name in [name for name in _NULLABLE_KEYS & raw.keys() if _is_nothing(raw[name])]:
            del raw[name]
        for name in {"else", "with"} & raw.keys():
            raw[f"{name}_"] = raw.pop(name)
        for name in _LIST_KEYS:
            if isinstance(raw.get(name), str):
                raw[name] = [raw[name]]
        if isinstance(raw.get("values"), dict):
            raw["values"] = {word: "" if _is_nothing(ours) else ours for word, ours in raw["values"].items()}
        if isinstance(raw.get("when"), dict):
            raw["when"] = {
                column: [words] if isinstance(words, str) else words for column, words in raw["when"].items()
            }
    return raw
