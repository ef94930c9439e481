"""What came in from other clones, and what went out to them, as text and as JSON."""

import itertools
from typing import Any

from complaintctl.domain.case.case import Event
from complaintctl.domain.overview.news import CaseNews, News
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels
from complaintctl.render.text.language import _


def news_text(news: News, policy: Policy) -> str:
    """Returns one line for each case: who did what."""
    return "".join(f"{case.case_id}: {_case_text(case, policy)}\n" for case in news.cases)


def _case_text(case: CaseNews, policy: Policy) -> str:
    parts = [_person_text(by, list(events), policy) for by, events in itertools.groupby(case.events, _actor)]
    if case.gone:
        parts.append(_("the case was deleted"))
    elif not case.readable:
        parts.append(_("its file cannot be read"))
    return _("; ").join(parts)


def _actor(event: Event) -> str:
    return event.by


def _person_text(by: str, events: list[Event], policy: Policy) -> str:
    dids = [labels.event_label(policy, event.did) for event in events]
    name = labels.party_label(policy, by)
    return _("{name}: {events}").format(name=name, events=_(", ").join(dids))


def news_json(news: News) -> dict[str, Any]:
    """Returns cases and files; of an event only what is no text of a customer."""
    return {"cases": [_case_json(case) for case in news.cases], "files": list(news.files)}


def _case_json(case: CaseNews) -> dict[str, Any]:
    events = [
        {"at": event.at.isoformat(), "by": event.by, "did": event.did, "id": event.id}
        for event in case.events
    ]
    return {"id": case.case_id, "events": events, "gone": case.gone, "readable": case.readable}
