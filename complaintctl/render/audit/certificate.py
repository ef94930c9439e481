"""The certificate of an erasing as Markdown for people and as JSON, without personal data."""

import dataclasses
from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy.certificate import Certificate, ErasedCase, Probe
from complaintctl.domain.privacy.erasing import BASES
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import N_, _

# Of many commits the certificate names the first ones and counts the rest.
_MOST_NAMED: Final = 20
_HASH_LENGTH: Final = 12
BASIS_LABELS: Final = dict(
    zip(
        BASES,
        (
            N_("the person asked for it"),
            N_("the consent was withdrawn"),
            N_("the purpose has ended"),
            N_("the time for which the data are kept is over"),
            N_("the data should not have been collected"),
        ),
        strict=True,
    )
)


def certificate_text(certificate: Certificate, policy: Policy, zone: ZoneInfo) -> str:
    """Returns the certificate as Markdown, in the reader's language; times in `zone`."""
    lines = [
        "# " + _("Certificate of erasing"),
        "",
        _("Casebook: {name}").format(name=certificate.casebook),
        _("Made: {time}").format(time=values.moment_text(certificate.made, zone)),
        _("Commit: {commit}").format(commit=certificate.commit or _("none")),
        "",
    ]
    for case in certificate.cases:
        lines += [f"## {case.case_id}", "", *_case_lines(case, policy, zone), ""]
    lines += ["## " + _("Keys"), "", *_key_lines(certificate), ""]
    lines += ["## " + _("Search afterwards"), "", *_probe_lines(certificate.probe), ""]
    lines += ["## " + _("Out of reach"), "", *_limits(certificate)]
    return "\n".join(lines) + "\n"


def _case_lines(case: ErasedCase, policy: Policy, zone: ZoneInfo) -> Iterator[str]:
    by = case.by if not case.recorded_by else f"{case.by} ({case.recorded_by})"
    yield _("- Erased: {time}, by {who}, event {event}").format(
        time=values.moment_text(case.at, zone), who=by, event=case.event
    )
    key, _separator, words = case.reason.partition(":")
    basis = _(BASIS_LABELS[key]) if key in BASIS_LABELS else key
    yield _("- Basis: {key}, {basis}").format(key=key, basis=basis) + (f" —{words}" if words else "")
    names = [labels.erased_part_label(policy, name) for name in case.fields]
    yield _("- Destroyed: {fields}").format(fields=_(", ").join(names) or _("none"))
    yield _("- Texts of events: {texts}; e-mails: {mails}; attachments: {files}").format(
        texts=case.texts, mails=case.mails, files=len(case.files)
    )
    for digest in case.files:
        yield _("- Attachment deleted, SHA-256 {digest}").format(digest=digest)
    if case.remains:
        yield _("- These parts of the case still contain a piece of it: {parts}").format(
            parts=_(", ").join(case.remains)
        )


def _key_lines(certificate: Certificate) -> Iterator[str]:
    for key in certificate.keys:
        yield _("- Key of {case} destroyed: {place}").format(case=key.case_id, place=key.place)
    if not certificate.keys:
        yield (
            _("- None: the data were not sealed.")
            if certificate.level != "sealed"
            else _("- None was there any more.")
        )


def _probe_lines(probe: Probe) -> Iterator[str]:
    yield _("- Searched: {objects} objects of git, {files} files").format(
        objects=f"{probe.objects:,}", files=f"{probe.searched:,}"
    )
    for case_id in probe.unread:
        yield _("- Not searched for: the sealed customer of {case}, which could not be opened here").format(
            case=case_id
        )
    if probe.is_clean:
        yield _("- Found: nowhere")
    found = (
        (_("- Still in earlier commits of these cases: {commits}"), _short(probe.commits)),
        (_("- Still in other commits: {commits}"), _short(probe.other_commits)),
        (_("- Still in objects that no commit holds: {objects}"), _short(probe.unreachable)),
        (_("- Other cases that name the same person: {cases}"), _(", ").join(probe.other_cases)),
        (_("- Other files with a piece of it: {files}"), _(", ").join(probe.files)),
    )
    for template, names in found:
        if names:
            yield template.format(commits=names, objects=names, cases=names, files=names)


def _short(hashes: tuple[str, ...]) -> str:
    named = _(", ").join(name[:_HASH_LENGTH] for name in hashes[:_MOST_NAMED])
    rest = len(hashes) - _MOST_NAMED
    return named if rest <= 0 else _("{names} and {count} more").format(names=named, count=rest)


def _limits(certificate: Certificate) -> Iterator[str]:
    yield _("- Clones of colleagues until they fetch, and backups: each has to be dealt with where it lies.")
    yield _("- E-mails and letters that were sent, and files that were exported to other places.")
    if certificate.level == "sealed":
        yield _("- Clones and printouts made by somebody who had opened the data before.")
        yield _(
            "- Descriptions and texts in earlier commits, which are not sealed, and keyed pseudonyms there: they tell "
            "something only to somebody who has the team's keyring and knows the number or address."
        )
    else:
        yield _(
            "- Caches of a forge: it keeps old commits, also after a push of rewritten ones, until it removes them."
        )


def certificate_json(certificate: Certificate) -> dict[str, Any]:
    """Returns the certificate for programs."""
    content = dataclasses.asdict(certificate)
    content["made"] = values.iso_time(certificate.made)
    for case, entry in zip(certificate.cases, content["cases"], strict=True):
        entry["case"] = entry.pop("case_id")
        entry["at"] = values.iso_time(case.at)
    for entry in content["keys"]:
        entry["case"] = entry.pop("case_id")
    content["probe"]["clean"] = certificate.probe.is_clean
    return {name: _with_lists(value) for name, value in content.items()}


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_lists(inner) for name, inner in value.items()}
    return [_with_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


def has_findings(certificate: Certificate) -> bool:
    """Whether data are where the erasing should have removed them: in the folder, or anywhere if they were sealed."""
    probe, is_sealed = certificate.probe, certificate.level == "sealed"
    return bool(
        probe.files
        or probe.other_cases
        or any(case.remains for case in certificate.cases)
        or (is_sealed and probe.named)
    )


def advice_lines(certificate: Certificate) -> Iterator[str]:
    """Yields what to do about what was found."""
    probe = certificate.probe
    if probe.commits or probe.other_commits:
        yield _(
            "Earlier commits still have the text: whoever has the repository can read it there. "
            "To remove it from them: complaintctl erase --plan-history-rewrite"
        )
    if probe.unreachable:
        yield _(
            "Objects of no commit have it, too. Remove them: git reflog expire --expire=now --all && git gc --prune=now"
        )
    if probe.other_cases:
        yield _(
            "Other cases name the same person: {cases}. Erase them, too, if the basis covers them."
        ).format(cases=_(", ").join(probe.other_cases))
    if probe.files:
        yield _("These files have a piece of it: {files}. Delete or clean them.").format(
            files=_(", ").join(probe.files)
        )
    for case in certificate.cases:
        if case.remains:
            yield _(
                "{case} still contains a piece of it in {parts}. A field: --also FIELD. Other parts of the history "
                "are proven by its ids and stay."
            ).format(case=case.case_id, parts=_(", ").join(case.remains))
