"""What the rules say of a request, by facts that were read: at the first look, and under the locks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from booking import recurrence, rules
from booking.codes import OnConflict, Outcome, ReasonCode
from booking.contracts.steps import ReasonContract, SessionContract, Validated
from booking.model import BookingRequest, Facts, Reason, Requester
from booking.reasons import explained
from booking.recurrence import Start
from booking.working_time import DAY, working_time


def judge(
    booking_id: str, requester: Requester, request: BookingRequest, facts: Facts, requested_at: datetime, now: datetime
) -> Validated:
    """What these facts say of the request."""
    general = rules.against_request(requester, request, facts)
    starts, code = starts_of(request, facts)
    if code is not None:
        general.append(explained(code))
    judged = _against_each(starts, facts, requested_at, now)
    if not request.overrides or any(reason.code == ReasonCode.OVERRIDE_NOT_ALLOWED for reason in general):
        return decision(booking_id, facts, request, judged, general)
    kept, aside = list[tuple[Start | None, list[Reason]]](), list[tuple[ReasonCode, ...]]()
    for start, against in judged:
        split = (against, ()) if start is None else rules.set_aside(against, request.overrides, start.at, now)
        kept.append((start, split[0]))
        aside.append(split[1])
    return decision(booking_id, facts, request, kept, general, aside)


def occurrence_id(booking_id: str, number: int) -> str:
    """The id of a session of a series: the first one's is the key, the others' follow from it."""
    return booking_id if number == 1 else str(uuid5(NAMESPACE_URL, f"urn:therapist-booking:{booking_id}:{number}"))


def starts_of(request: BookingRequest, facts: Facts) -> tuple[list[Start | None], ReasonCode | None]:
    """When the sessions would start; None stands for a time that does not exist."""
    if request.recurrence is None or request.starts_at is None or facts.therapist is None:
        return [None if request.starts_at is None else Start(request.starts_at)], None
    expansion = recurrence.expand(request.recurrence, request.starts_at, facts.therapist.zone)
    return [*expansion.starts], expansion.reason


def _against_each(
    starts: list[Start | None], facts: Facts, requested_at: datetime, now: datetime
) -> list[tuple[Start | None, list[Reason]]]:
    """Working time is looked up only where a session could be: a rule may name times in a thousand years."""
    horizon = requested_at + facts.therapist.booking_window if facts.therapist else now
    near = [start.at for start in starts if start is not None and now - DAY < start.at <= horizon]
    working = (
        working_time(facts.availability, facts.therapist.zone, min(near), max(near) + facts.service.duration)
        if facts.therapist and facts.service and near
        else []
    )
    judged: list[tuple[Start | None, list[Reason]]] = []
    for start in starts:
        if start is not None and start.skipped:
            judged.append((start, [explained(ReasonCode.STARTS_AT_SKIPPED)]))
            continue
        at = None if start is None else start.at
        judged.append((start, rules.against_start(at, facts, requested_at, now, working if at in near else None)))
    return judged


def decision(
    booking_id: str,
    facts: Facts,
    request: BookingRequest,
    starts: list[tuple[Start | None, list[Reason]]],
    general: list[Reason],
    overridden: Sequence[tuple[ReasonCode, ...]] = (),
) -> Validated:
    """``overridden``: of each start, what was set aside."""
    reasons = list(dict.fromkeys([*general, *(reason for _, against in starts for reason in against)]))
    may_know = all(reason.code != ReasonCode.REQUESTER_NOT_ALLOWED for reason in general)
    partly = request.on_conflict == OnConflict.SKIP and not general and any(not against for _, against in starts)
    return Validated(
        outcome=Outcome.VALID if partly or not reasons else Outcome.INVALID,
        reasons=ReasonContract.of([] if partly else reasons),
        versions=list(facts.versions),
        sessions=SessionContract.of(
            rules.session_of(
                facts.therapist,
                facts.service,
                facts.client.id,
                start.at,
                occurrence_id(booking_id, number),
                number if request.recurrence is not None else None,
            )._replace(reasons=tuple(against), overridden=overridden[number - 1] if overridden else ())
            for number, (start, against) in enumerate(starts, 1)
            if start is not None and facts.therapist and facts.service and facts.client and may_know
        ),
    )
