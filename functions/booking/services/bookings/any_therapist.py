"""A request that names no therapist: who could take it, and who is asked first."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from booking.codes import Outcome, ReasonCode
from booking.contracts.steps import ReasonContract, Validated
from booking.model import BookingRequest, Facts, Reason, Requester
from booking.reasons import explained
from booking.services.bookings.judging import judge
from booking.store import Store

OF_THE_THERAPIST = {ReasonCode.THERAPIST_INACTIVE, ReasonCode.REQUESTER_NOT_ALLOWED}
"""Who has one of these against them is not among those that the request can mean."""


class Candidate(NamedTuple):
    """A therapist who offers the service: the request as it would be with them, and what the rules say of it."""

    request: BookingRequest
    judged: Validated

    @property
    def is_able(self) -> bool:
        return self.judged.outcome == Outcome.VALID

    @property
    def reasons(self) -> list[Reason]:
        return [reason.to_reason() for reason in self.judged.reasons]


def means_anyone(request: BookingRequest) -> bool:
    """Whether whoever is free will do."""
    return request.therapist_id is None


def candidates(
    known: Sequence[Facts],
    booking_id: str,
    requester: Requester,
    request: BookingRequest,
    requested_at: datetime,
    now: datetime,
) -> list[Candidate]:
    """What the rules say of each who offers the service (``Calendars.judged_by``)."""
    found = []
    for facts in known:
        named = request._replace(therapist_id=facts.therapist.id if facts.therapist else None)
        found.append(Candidate(named, judge(booking_id, requester, named, facts, requested_at, now)))
    return found


def judged_together(request: BookingRequest, found: Sequence[Candidate]) -> Validated:
    """Valid when one of them could take it; ReserveSlot decides who does. Else what is against all of them."""
    if request.recurrence is not None:
        return _invalid([explained(ReasonCode.THERAPIST_NEEDED)])
    able = next((each for each in found if each.is_able), None)
    return able.judged if able is not None else _invalid(_against_all(found))


def least_booked_first(store: Store, able: Sequence[Candidate]) -> list[Candidate]:
    """In the order in which they are asked: by how many sessions they have on their day of it, then by id."""
    days = {session.therapist_id: session.day for each in able for session in each.judged.sessions}
    sessions = store.calendars.sessions_on(days)
    ids = [each.judged.sessions[0].therapist_id for each in able]
    in_order = sorted(zip(ids, able, strict=True), key=lambda one: (sessions[one[0]], one[0]))
    return [each for _, each in in_order]


def _against_all(found: Sequence[Candidate]) -> list[Reason]:
    """The reasons that all have in common; if there is none, each that somebody has."""
    meant = [each.reasons for each in found if not OF_THE_THERAPIST.intersection(code for code, _ in each.reasons)]
    lists = meant or [each.reasons for each in found]
    every = list(dict.fromkeys(reason for reasons in lists for reason in reasons))
    common = [reason for reason in every if all(reason in reasons for reasons in lists)]
    # Nobody has named a therapist: when there is none, nobody offers the service.
    nobody = explained(ReasonCode.NOBODY_OFFERS_SERVICE)
    return [nobody if reason.code == ReasonCode.THERAPIST_UNKNOWN else reason for reason in common or every]


def _invalid(reasons: Sequence[Reason]) -> Validated:
    return Validated(outcome=Outcome.INVALID, reasons=ReasonContract.of(reasons))
