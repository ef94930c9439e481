"""The deadline engine: computes the clocks of a case from the case, a rulebook and a moment, without side effects.

Due times of open steps are computed, never stored. The verdict on a step (met or late) is stored in its event,
so a later policy does not change it. The numbers of decisions refer to docs/deadlines.md.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields, known_facts
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import actions, clocks, contacts, limit_ends, promises, tasks, thresholds
from complaintctl.domain.deadlines.clocks import Clock, ClockState, JudgedCase
from complaintctl.domain.deadlines.limit_choice import choose_limit
from complaintctl.domain.deadlines.limit_ends import ClockTrack, LimitEnd, unpaused_end
from complaintctl.domain.deadlines.progress import Interval, Progress, fold_history
from complaintctl.domain.deadlines.rulebook import (
    CRISIS,
    Rulebook,
    possible_limits,
    step_ladder,
    step_timetable,
)
from complaintctl.domain.policy.policy import GradingRule, Step, TaskRule, TextOrMap
from complaintctl.domain.worktime import limits, worktime
from complaintctl.domain.worktime.limits import Limit

# Starting point of a step that became due again.
REOPENED_ORIGIN: Final = "reopen"
# Clocks with the same calendar, starting point and pause setting share one track.
TrackCache = dict[tuple[str, str, bool], ClockTrack]


def rule_applies(case: Case, rule: Step | TaskRule | GradingRule) -> bool:
    """Whether the case satisfies the `when:` of a policy rule."""
    return conditions_hold(case, rule.when)


def conditions_hold(case: Case, when: Mapping[str, str | tuple[str, ...]]) -> bool:
    """Whether the case satisfies every condition. A class matches its subclasses, too."""
    for field, wanted in when.items():
        choices = (wanted,) if isinstance(wanted, str) else wanted
        if not any(fields.field_matches(case, field, choice) for choice in choices):
            return False
    return True


def judge_case(case: Case, rules: Rulebook, as_of: datetime) -> JudgedCase:
    """Returns the case with all its clocks at `as_of` under the given rules.

    The fields of `case` must be those of that moment (`history.case_as_of` undoes later events).
    """
    return judge_with_progress(case, rules, fold_history(case, rules, as_of), as_of)


def judge_with_progress(case: Case, rules: Rulebook, done: Progress, as_of: datetime) -> JudgedCase:
    """Like `judge_case`, with the progress of the case up to `as_of` already computed."""
    tracks: TrackCache = {}
    step_clocks = (step_clock(case, rules, done, name, as_of, tracks) for name in rules.steps)
    all_clocks = [clock for clock in step_clocks if clock is not None]
    all_clocks.extend(promises.promise_clocks(case, rules, done, as_of))
    all_clocks.extend(contacts.contact_clocks(rules, done, as_of))
    all_clocks.extend(tasks.task_clocks(case, rules, done, as_of))
    all_clocks.extend(actions.action_clocks(case, rules, as_of))
    return JudgedCase(case=case, rules=rules, progress=done, clocks=tuple(all_clocks), as_of=as_of)


def starting_point(case: Case, rules: Rulebook, done: Progress, step: Step) -> tuple[str, datetime] | None:
    """Returns the name and the moment of the step's starting point, or None if it has not been reached.

    A step that became due again starts at the reopening, unless a later starting point was reached (decision 2).
    """
    names = (step.from_,) if isinstance(step.from_, str) else step.from_
    points = [(name, moment) for name in names if (moment := _named_point(case, rules, done, name))]
    if step.step == "update":
        points.extend(_last_word_point(done))
        if not _is_first_answer_given(rules, done):
            return None
    if step.every and (last := done.taken.get(step.step)):
        points.append((step.step, last.at))
    result = _result_after(rules, step)
    due_again_at = done.again.get(step.step) or (done.again.get(result) if result else None)
    if due_again_at is not None and points:
        points.append((REOPENED_ORIGIN, due_again_at))
    return max(points, key=_moment_of_point, default=None)


def _result_after(rules: Rulebook, step: Step) -> str | None:
    """Returns the step with the result, after which a recurring message to the customer is not due; None for other steps.

    That is the last of `says_more`. `until:` of the step says otherwise.
    """
    order = rules.policy.says_more
    is_message = step.every is not None and step.until is None and step.step in order[:-1]
    return order[-1] if is_message and order[-1] in rules.steps else None


def _moment_of_point(point: tuple[str, datetime]) -> datetime:
    return point[1]


def _last_word_point(done: Progress) -> Iterator[tuple[str, datetime]]:
    """The update clock starts at the last message to the customer (decision 9)."""
    if done.last_word is not None:
        yield "last-word", done.last_word


def _is_first_answer_given(rules: Rulebook, done: Progress) -> bool:
    answers = [step.step for step in rules.policy.steps if step.first_answer]
    if answers:
        return any(name in done.taken for name in answers)
    return done.first_word is not None


def _named_point(case: Case, rules: Rulebook, done: Progress, name: str) -> datetime | None:
    if name == "receipt":
        return case.received
    if name == "assignment":
        return done.assigned
    if name == "last-word":
        return done.last_word
    if name == CRISIS:
        return done.crisis
    if name in rules.steps:
        event = done.taken.get(name)
        return event.at if event else None
    return fields.moment_at(case, name, rules.zone)


def step_clock(
    case: Case, rules: Rulebook, done: Progress, name: str, as_of: datetime, tracks: TrackCache
) -> Clock | None:
    """Returns the clock of one step, or None if the step is not in the policy, does not apply or has no limit.

    A step that was taken keeps its verdict when it no longer applies.
    `tracks` is a cache shared by all clocks of the case at that moment; this function may add to it.
    """
    step = rules.steps.get(name)
    event = done.taken.get(name)
    applies = step is not None and rule_applies(case, step)
    if step is None or (event is None and not applies):
        return None
    if event is not None and (step.every is None or not applies):
        return _taken_clock(step, event)
    texts = limit_texts(done, step)
    # After a reopening, an answer from before it is about the earlier handling and does not end the clock (D-022).
    is_answer_current = event is not None or name not in done.again
    # Nobody is told of progress after the result.
    result = _result_after(rules, step)
    ended = (result is not None and result in done.taken) or (
        is_answer_current and step.until is not None and known_facts.is_field_known(case, step.until)
    )
    if texts is None or ended or (step.times is not None and done.times.get(name, 0) >= step.times):
        return _taken_clock(step, event) if event is not None else None
    if done.status == "closed":
        return _taken_clock(step, event) if event is not None else _idle_clock(step, "settled")
    return _unfinished_clock(case, rules, done, step, texts, as_of, tracks)


def _unfinished_clock(
    case: Case,
    rules: Rulebook,
    done: Progress,
    step: Step,
    texts: TextOrMap,
    as_of: datetime,
    tracks: TrackCache,
) -> Clock | None:
    """The clock of a step that is to be taken; None if no limit applies."""
    point = starting_point(case, rules, done, step)
    if point is None:
        return _idle_clock(step, "ahead")
    if step.step in rules.choosing_steps:
        return _chosen_clock(case, rules, done, step, texts, point, as_of)
    track = _shared_track(case, rules, done, step, point, as_of, tracks)
    candidates = [
        (limit_ends.limit_end(track, limit), key, limit) for key, limit in possible_limits(rules, texts, case)
    ]
    return _running_clock(rules, step, point[0], track, *min(candidates, key=_ending)) if candidates else None


def limit_texts(done: Progress, step: Step) -> TextOrMap | None:
    """Returns the limits of a step: `again` if the step became due again and has it, otherwise `every` or `within`."""
    if step.again is not None and step.step in done.again:
        return step.again
    return step.within if step.every is None else step.every


def _taken_clock(step: Step, event: Event) -> Clock:
    state: ClockState = "unjudged" if event.met is None else "met" if event.met else "late"
    return _step_clock_without_limit(step.step, state, due=event.due, taken=event.at)


def _idle_clock(step: Step, state: ClockState) -> Clock:
    return _step_clock_without_limit(step.step, state, due=None, taken=None)


def _step_clock_without_limit(
    name: str, state: ClockState, *, due: datetime | None, taken: datetime | None
) -> Clock:
    return clocks.clock_without_limit(
        step=name, what=name, state=state, origin="", start=None, due=due, taken=taken
    )


def _chosen_clock(
    case: Case,
    rules: Rulebook,
    done: Progress,
    step: Step,
    texts: TextOrMap,
    point: tuple[str, datetime],
    as_of: datetime,
) -> Clock | None:
    """The clock of a step whose limit and calendar are chosen by `limit_choice`."""
    origin, start = point

    def track_on(table: worktime.Timetable) -> ClockTrack:
        return limit_ends.place_track(table, start, clock_pauses(rules, done, step, start, table), as_of)

    chosen = choose_limit(case, rules, step, texts, done.extended.get(step.step), track_on)
    if chosen is None:
        return None
    clock = _running_clock(rules, step, origin, chosen.track, chosen.ending, chosen.key, chosen.limit)
    return dataclasses.replace(clock, choice=chosen.choice)


def _shared_track(
    case: Case,
    rules: Rulebook,
    done: Progress,
    step: Step,
    point: tuple[str, datetime],
    as_of: datetime,
    tracks: TrackCache,
) -> ClockTrack:
    """Returns the track for a starting point from the cache, and adds it if it is missing."""
    table, (origin, start) = step_timetable(rules, step, case), point
    # The moment of becoming due again can differ for each step.
    key = (table.name, f"{origin} {step.step}" if origin == REOPENED_ORIGIN else origin, _is_pausing(step))
    if key not in tracks:
        tracks[key] = limit_ends.place_track(
            table, start, clock_pauses(rules, done, step, start, table), as_of
        )
    return tracks[key]


def _running_clock(
    rules: Rulebook, step: Step, origin: str, track: ClockTrack, ending: LimitEnd, key: str, limit: Limit
) -> Clock:
    table, start, as_of = track.table, track.start, track.as_of
    state: ClockState = (
        "overdue" if as_of > ending.due else "paused" if ending.remaining is not None else "running"
    )
    warn = rules.policy.warn if step.warn is None else step.warn
    warnings = tuple(thresholds.warning_points(table, warn, start, limit, ending.due)) if warn else ()
    return Clock(
        step=step.step,
        what=step.step,
        state=state,
        origin=origin,
        start=start,
        due=ending.due,
        taken=None,
        limit=limit,
        key=key,
        remaining=ending.remaining,
        known=worktime.is_day_published(table, ending.due),
        warnings=warnings,
        ladder=tuple(thresholds.rung_points(table, step_ladder(rules, step.step), ending.due)),
        warned=any(warning.at <= as_of for warning in warnings),
    )


def clock_pauses(
    rules: Rulebook, done: Progress, step: Step, start: datetime, table: worktime.Timetable
) -> tuple[Interval, ...]:
    """Returns the intervals that pause this clock, in order, without those that ended by `start`.

    Waiting for the customer pauses every clock except the first answer, unless the step sets `pauses`
    (decision 3); each wait counts at most as long as the policy allows. While a case is closed, all its clocks
    are paused (decision 2).
    """
    waits = (_cap_wait(rules, table, wait) for wait in done.waits) if _is_pausing(step) else ()
    pauses = (*waits, *done.closures)
    return tuple(sorted((pause for pause in pauses if pause[1] is None or pause[1] > start), key=_begin))


def _is_pausing(step: Step) -> bool:
    return (not step.first_answer) if step.pauses is None else step.pauses


def _cap_wait(rules: Rulebook, table: worktime.Timetable, wait: Interval) -> Interval:
    """Shortens a wait to the policy's `wait.at_most`, counted on the clock's calendar."""
    text = rules.policy.wait.at_most
    at_most = limits.parse_limit(text) if text else None
    if at_most is None:
        return wait
    begin, end = wait
    last = unpaused_end(table, begin, at_most)
    return begin, last if end is None else min(end, last)


def _begin(interval: Interval) -> datetime:
    return interval[0]


def _ending(candidate: tuple[LimitEnd, str, Limit]) -> datetime:
    return candidate[0].due


def promise_due_time(case: Case, rules: Rulebook, text: str, moment: datetime) -> datetime | None:
    """Returns the end of the limit `text`, counted from `moment` on the policy's calendar; None if it is no limit."""
    limit = limits.parse_limit(text)
    if limit is None:
        return None
    return unpaused_end(step_timetable(rules, None, case), moment, limit)
