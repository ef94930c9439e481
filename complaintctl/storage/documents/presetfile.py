"""Finds and reads presets of returns: the team's own under `templates/regulator/`, then the shipped ones."""

from pathlib import Path
from typing import Any, Final

from complaintctl.domain.papers.preset import Preset, preset_faults
from complaintctl.domain.policy.policy import Labels
from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.documents import templatefile
from complaintctl.storage.documents.letterfile import LETTER_KIND_PATTERN
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import ParsedYaml

PRESETS_FOLDER: Final = "regulator"


def preset_folders(root: Path | None) -> tuple[Path, ...]:
    """The folders of presets, in search order: casebook, then package."""
    own = (root / "templates" / PRESETS_FOLDER,) if root else ()
    return (*own, SHIPPED_FOLDER / PRESETS_FOLDER)


def preset_files(root: Path | None) -> dict[str, Path]:
    """All presets by name, sorted; the team's own replaces the shipped one of the same name."""
    files: dict[str, Path] = {}
    for folder in preset_folders(root):
        for path in folder.glob("*.yaml"):
            if LETTER_KIND_PATTERN.fullmatch(path.stem):
                files.setdefault(path.stem, path)
    return dict(sorted(files.items()))


def preset_labels(root: Path | None) -> dict[str, Labels]:
    """The labels of the presets, by language."""
    labels: dict[str, Labels] = {}
    for name, path in preset_files(root).items():
        preset, _problems = read_preset(path)
        label = preset.label if preset else {}
        labels[name] = {"en": label} if isinstance(label, str) else label
    return labels


def misnamed_presets(root: Path) -> list[Problem]:
    """Files in the team's folder of presets that are never read, because of their names."""
    return templatefile.unread_template_files(
        preset_folders(root)[0], set(preset_files(root).values()), "preset-stray"
    )


def find_preset(root: Path | None, name: str) -> Path:
    """Returns the file of a preset; raises InvalidInput with the known names."""
    files = preset_files(root)
    if name not in files:
        raise InvalidInput("unknown-preset", name=name, choices=list(files))
    return files[name]


def read_preset(path: Path) -> tuple[Preset | None, list[Problem]]:
    """Returns the preset in a file, or None, with all faults and their positions."""
    text, problems = templatefile.read_template(path)
    if text is None:
        return None, problems
    reading = yamltext.parse_yaml(text.encode(), with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    if problems or not isinstance(reading.root, dict):
        return None, problems
    _rename_from(reading)
    preset, faults = schema.object_from_texts(Preset, reading.root)
    faults += preset_faults(preset) if preset else ()
    problems = [problem_at_fault(path, reading, fault, None) for fault in faults]
    problems.sort(key=lambda problem: (problem.line, problem.column))
    return (None if problems else preset), problems


def _rename_from(reading: ParsedYaml) -> None:
    """Rename `from` to its Python name, in the versions and in their places."""
    versions: Any = reading.root.get("versions") if isinstance(reading.root, dict) else None
    for index, version in enumerate(versions if isinstance(versions, list) else ()):
        if isinstance(version, dict) and "from" in version:
            version["from_"] = version.pop("from")
            path = ("versions", index)
            for places in (reading.places, reading.key_places):
                if (*path, "from") in places:
                    places[*path, "from_"] = places[*path, "from"]
