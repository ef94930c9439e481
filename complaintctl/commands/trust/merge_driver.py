"""Merges both sides of a case file for git."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.render.text.language import _
from complaintctl.storage.merge.driver import DriverFiles, merge_for_git

_EXIT_CONFLICT = 1


def merge_driver(
    base: Annotated[str, typer.Argument(metavar="BASE", help=_("%O: the file as both sides had it."))],
    ours: Annotated[
        str, typer.Argument(metavar="OURS", help=_("%A: the file with our side; the result goes there."))
    ],
    theirs: Annotated[str, typer.Argument(metavar="THEIRS", help=_("%B: the file with their side."))],
    marker_size: Annotated[
        int, typer.Argument(metavar="SIZE", min=1, help=_("%L: the length of conflict markers."))
    ],
    path: Annotated[str, typer.Argument(metavar="PATH", help=_("%P: the path of the case in the result."))],
) -> int:
    """Merge both sides of a case by the rules of `resolve`; returns 1 if a person must decide, otherwise 0."""
    files = DriverFiles(
        folder=Path.cwd(), base=base, ours=ours, theirs=theirs, path=path, marker_size=marker_size
    )
    result = merge_for_git(files)
    if result.settled:
        return 0
    # git runs this once a file, so nothing is loaded that a merged case does not need.
    from complaintctl.commands.session import print_message
    from complaintctl.render.sentences.key_labels import label_values
    from complaintctl.render.text.values import value_text

    # Names only: the values may be personal data, and git passes this on to any log.
    fields = (str(problem.values["field"]) for problem in result.problems if "field" in problem.values)
    names = dict.fromkeys(field.partition(" ")[0] for field in fields)
    if names:
        template = _("{file}: the sides contradict each other in {fields}. To decide: complaintctl resolve")
        shown = label_values("merge-driver", {"fields": list(names)})["fields"]
        print_message(template.format(file=path, fields=value_text(shown, None)))
    else:
        print_message(_("{file}: not merged yet. Go on: complaintctl resolve").format(file=path))
    return _EXIT_CONFLICT
