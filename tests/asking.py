"""Requests as the gateway hands them to the workflow."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from booking.codes import Act, ActReason
from booking.contracts.operators import OperatorAct
from booking.contracts.steps import (
    Decision,
    RejectBookingInput,
    RequestBody,
    RequestedBy,
    Reserved,
    ReserveSlotInput,
    SessionContract,
    Validated,
    ValidateRequestInput,
)
from booking.services.bookings.reserve_slot import reserve_slot
from booking.store import Stores
from local import demo

NOW = datetime(2032, 3, 1, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Berlin
"""Years ahead: what has happened until now, by the database's own clock, is before it, and no session has passed."""
STARTS_AT = datetime(2032, 3, 3, 9, 0, tzinfo=UTC)  # Wednesday, 10:00 in Berlin
EXECUTION = "arn:aws:states:us-east-1:000000000000:execution:booking:test"


def body(
    starts_at: datetime | str = STARTS_AT,
    *,
    therapist_id: UUID | None = demo.THERAPIST_ID,
    service_id: UUID = demo.SERVICE_ID,
    client_id: UUID | None = None,
    recurrence: str | None = None,
    on_conflict: str | None = None,
) -> dict[str, str]:
    text = starts_at if isinstance(starts_at, str) else starts_at.isoformat()
    asked = {
        "therapist_id": None if therapist_id is None else str(therapist_id),
        "service_id": str(service_id),
        "client_id": None if client_id is None else str(client_id),
        "starts_at": text,
        "recurrence": recurrence,
        "on_conflict": on_conflict,
    }
    return {name: value for name, value in asked.items() if value is not None}


def requested_by(sub: str = "sub-client", groups: str = "client") -> dict[str, str]:
    return {"sub": sub, "groups": groups}


def validate_input(
    request: dict[str, str], by: dict[str, str] | None = None, booking_id: str = "booking-1", at: datetime = NOW
) -> ValidateRequestInput:
    given: dict[str, Any] = {
        "booking_id": booking_id,
        "requested_by": by or requested_by(),
        "request": request,
        "requested_at": at,
    }
    return ValidateRequestInput.model_validate(given)


def reserve_input(
    booking_id: str = "booking-1",
    starts_at: datetime = STARTS_AT,
    *,
    client_id: UUID = demo.CLIENT_ID,
    therapist_id: UUID = demo.THERAPIST_ID,
    by: dict[str, str] | None = None,
    duration: timedelta = timedelta(minutes=50),
    buffer: timedelta = timedelta(minutes=10),
) -> ReserveSlotInput:
    """One session, as ValidateRequest lets it through."""
    instant = starts_at.astimezone(UTC)
    return ReserveSlotInput(
        booking_id=booking_id,
        requested_by=RequestedBy.model_validate(by or requested_by()),
        request=RequestBody.model_validate(body(starts_at, therapist_id=therapist_id, client_id=client_id)),
        sessions=[
            SessionContract(
                booking_id=booking_id,
                therapist_id=therapist_id,
                service_id=demo.SERVICE_ID,
                client_id=client_id,
                starts_at=instant,
                ends_at=instant + duration,
                occupied_from=instant,
                occupied_until=instant + duration + buffer,
                day=instant.date(),
            )
        ],
        execution=EXECUTION,
    )


def reject_input(given: ReserveSlotInput, decision: Decision) -> RejectBookingInput:
    return RejectBookingInput(
        booking_id=given.booking_id,
        requested_by=given.requested_by,
        request=given.request,
        outcome=decision.outcome,
        reasons=decision.reasons,
        sessions=decision.sessions,
        execution=given.execution,
    )


def validated_input(given: ValidateRequestInput, decision: Validated) -> ReserveSlotInput:
    """What the workflow hands on to ReserveSlot."""
    return ReserveSlotInput(
        booking_id=given.booking_id,
        requested_by=given.requested_by,
        request=given.request,
        requested_at=given.requested_at,
        sessions=decision.sessions,
        versions=decision.versions,
        execution=EXECUTION,
    )


def reserve(stores: Stores, given: ReserveSlotInput, now: datetime = NOW) -> Reserved:
    """Runs ReserveSlot. Without ``versions`` it gets today's, as if ValidateRequest had run a moment ago."""
    if not given.versions:
        with stores.transaction() as store:
            facts = store.calendars.facts(given.request.to_request(), given.requested_by.sub, now)
        given = given.model_copy(update={"versions": list(facts.versions)})
    return reserve_slot(stores, given, lambda: now)


def acting(act: Act = Act.REDRIVEN, booking_id: str | None = "booking-1", at: datetime | None = None) -> OperatorAct:
    """An act of an operator, which they are about to do."""
    return OperatorAct(
        act_id=uuid4(),
        act=act,
        booking_id=booking_id,
        actor="arn:aws:iam::000000000000:user/operator",
        subject=EXECUTION,
        code=ActReason.CAUSE_IS_MENDED,
        at=at or datetime.now(UTC),
    )
