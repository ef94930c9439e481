"""Verifies that the history of the casebook is what was recorded."""

from pathlib import Path
from typing import Annotated, Any

import typer

from complaintctl import __version__
from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_texts
from complaintctl.commands.policy.policy_completion import complete_revisions
from complaintctl.commands.session import Session, open_session, print_message
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.audit.findings import VERIFY_FORMATS, VerifyResult, verify_summary, verify_texts
from complaintctl.render.check.check_result import CI_FORMATS
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.audit.layout import Layout
from complaintctl.storage.audit.verification import Verification, VerifyRequest, verify_history
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.checkpoints import checkpoint_files

EXIT_FINDINGS = 1


def verify(
    ctx: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REV",
            help=_("Judge only the commits after this revision."),
            autocompletion=complete_revisions,
        ),
    ] = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help=_("Read the whole history again, not only what is new since the last run."),
            show_default=False,
        ),
    ] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--checkpoint",
            metavar="PATH",
            help=_("Compare with this checkpoint: a file such as 3.note, or a folder with checkpoints."),
        ),
    ] = None,
    sign: Annotated[
        bool, typer.Option("--sign", help=_("Sign a checkpoint over all cases, after verifying."))
    ] = False,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", metavar="FILE", help=_("With --sign: the SSH key. Default: git's user.signingkey.")
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help=_("With --sign: write into this folder outside of the casebook, without a commit."),
        ),
    ] = None,
    output_format: Annotated[str, options.format_option(VERIFY_FORMATS)] = "table",
    no_commit: Annotated[
        bool, typer.Option("--no-commit", help=_("With --sign: commit nothing."), show_default=False)
    ] = False,
    as_json: options.Json = False,
) -> int:
    """Compare every commit with the ones before; exit 1 when something contradicts, 4 when a part is missing."""
    output_format = tables.check_format("json" if as_json else output_format, VERIFY_FORMATS)
    request = None
    if sign or no_commit or (key, output) != (None, None):
        from complaintctl.commands.trust import checkpointing

        request = checkpointing.check_request(sign=sign, key=key, output=output, no_commit=no_commit)
    session = open_session(casebook_dir(ctx))
    layout = _layout(session.casebook)
    verification = VerifyRequest(
        layout=layout,
        rules=session.rules,
        now=session.now,
        program=__version__,
        unite=unite_sides,
        since=since,
        full=full,
    )
    verified = verify_history(verification)
    _review_checkpoints(session, verified, checkpoint, signs=request is not None)
    signed = checkpointing.sign_if_clean(session, verified, request) if request is not None else None
    shown = checkpointing.signed_json(session, signed) if signed else None
    result = _result(session, layout, verified, shown)
    if output_format in CI_FORMATS:
        # Most runs are for people, and these load a few modules more.
        from complaintctl.render.audit.findings import verify_issues
        from complaintctl.render.check.ci_formats import ISSUE_WRITERS

        print_texts(ISSUE_WRITERS[output_format](verify_issues(result)), output_format)
    else:
        print_texts(verify_texts(result, output_format), output_format)
    print_message(verify_summary(result))
    if request is not None:
        checkpointing.print_signed(signed, verified)
    return Broken.exit_code if result.incomplete else EXIT_FINDINGS if result.fails() else 0


def _layout(casebook: Casebook) -> Layout:
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    if casebook.repository is None:
        raise InvalidInput("verify-outside-git", folder=str(casebook.root))
    return Layout(casebook=casebook, repository=casebook.repository)


def _review_checkpoints(
    session: Session, verified: Verification, checkpoint: Path | None, *, signs: bool
) -> None:
    """Adds what the checkpoints contradict. Most casebooks have none, and the review loads what writes."""
    has_any = (session.casebook.root / checkpoint_files.FOLDER).is_dir()
    # A casebook without commits is refused there.
    if signs or has_any or checkpoint is not None or verified.last is None:
        from complaintctl.commands.trust import checkpointing

        verified.findings += checkpointing.review_checkpoints(session, checkpoint).findings


def unite_sides(path: Path, ours: bytes, theirs: bytes, base: bytes) -> bytes | None:
    """Returns what `resolve` makes of a case; None if it leaves that to people."""
    # Few merges need this, and it loads the library that writes YAML.
    from complaintctl.storage.merge import merged_case

    marked = merged_case.mark_whole_files(ours, theirs)
    try:
        return merged_case.merge_case_file(path, marked, base).text
    except merged_case.CaseConflictError:
        return None


def _result(
    session: Session, layout: Layout, verified: Verification, signed: dict[str, Any] | None
) -> VerifyResult:
    return VerifyResult(
        findings=verified.findings,
        incomplete=verified.incomplete,
        commits=verified.commits,
        read=verified.read,
        cases=verified.cases,
        events=verified.events,
        since=verified.since,
        last=verified.last,
        as_of=session.now,
        zone=session.rules.zone,
        folder=layout.prefix,
        policy_file=POLICY_FILE,
        signed=signed,
    )
