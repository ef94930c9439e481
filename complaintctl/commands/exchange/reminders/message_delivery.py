"""Delivers one text to one receiver; the address comes from the environment and is never printed."""

import os

from complaintctl.commands.session import Session, print_message, print_output
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.sending.reminders import channel_variable, resolve_receivers
from complaintctl.errors import Broken
from complaintctl.render.sending import messages
from complaintctl.render.text import labels, language, tables
from complaintctl.render.text.language import _


def check_extra() -> None:
    """Raise Broken if the library of the extra `notify` is not installed."""
    try:
        from complaintctl.exchange.sending import channels  # noqa: F401
    except ModuleNotFoundError as error:
        raise Broken("notify-extra-missing", library=error.name) from error


def deliver_text(policy: Policy, receiver: str, title: str, body: str) -> str | None:
    """Send a text to a receiver; returns why it failed, without the address, or None."""
    from complaintctl.exchange.sending import channels

    variable, email = channel_variable(policy, receiver) or ("", None)
    name = labels.party_label(policy, receiver)
    address = os.environ.get(variable, "").strip()
    if not address:
        words = _("No message to {receiver}: the environment variable {variable} is not set.")
        return words.format(receiver=name, variable=variable)
    url = channels.mail_url(address, email) if email else address
    delivery = channels.send_message(url, title, body)
    if delivery == "sent":
        return None
    words = (
        _("No message to {receiver}: the address in {variable} is none that apprise knows.")
        if delivery == "invalid"
        else _(
            "No message to {receiver}: the service behind {variable} did not take it. The next run tries again."
        )
    )
    return words.format(receiver=name, variable=variable)


def send_trial(session: Session, name: str, *, as_json: bool) -> int:
    """Send a trial message to a receiver at once; returns 1 if it failed. Nothing is recorded."""
    check_extra()
    policy = session.rules.policy
    receivers = resolve_receivers(policy, None, (name,))
    results: dict[str, str | None] = {}
    with language.speaking(policy.language):
        title, body = messages.trial_title(policy), messages.trial_body()
    for receiver in receivers:
        if channel_variable(policy, receiver) is None:
            words = _("The policy has no address under notify: for {names}")
            results[receiver] = words.format(names=labels.party_label(policy, receiver))
        else:
            results[receiver] = deliver_text(policy, receiver, title, body)
    failures = [failure for failure in results.values() if failure]
    for failure in failures:
        print_message(failure)
    if as_json:
        print_output(
            tables.flat_json_document({"trial": {key: failure is None for key, failure in results.items()}})
        )
    else:
        print_output("".join(f"{key}\n" for key, failure in results.items() if failure is None), "text")
    return int(bool(failures))
