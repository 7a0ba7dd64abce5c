"""Availability and slots."""

from uuid import UUID

from booking.contracts.calendars import (
    AvailabilityBody,
    SlotList,
    SlotsQuery,
    TherapistSlotsQuery,
)
from booking.model import Requester
from booking.problems import Problem
from booking.services.calendars import working_hours
from booking.services.calendars.find_slots import find_slots
from handlers._operations import ASKED_ANEW, Operation, Who
from handlers._outside import outside

FOR_SECONDS = "public, s-maxage=5"
"""What is free may be that old at a CDN, and no older: a request is judged again when it is made."""


@Operation(
    "getAvailability",
    "GET",
    "/v1/therapists/{therapist_id}/availability",
    tag="Therapists",
    summary="Weekly hours and extra hours (the therapist, operators)",
    refusals=(Problem.THERAPIST_NOT_FOUND,),
    versioned=True,
)
def availability(therapist_id: UUID, requester: Requester) -> AvailabilityBody:
    return working_hours.get_availability(outside.stores, requester, therapist_id)


@Operation(
    "putAvailability",
    "PUT",
    "/v1/therapists/{therapist_id}/availability",
    tag="Therapists",
    summary="Replace them (the therapist, operators)",
    description="Wall-clock times in the therapist's zone; 26:00 is two o'clock on the day after. Bookings that are "
    "made stay as they are.",
    answered="Done",
    refusals=(Problem.THERAPIST_NOT_FOUND, Problem.RULE_BROKEN),
    versioned=True,
)
def put_availability(
    therapist_id: UUID, requester: Requester, body: AvailabilityBody, if_match: str | None
) -> AvailabilityBody:
    return working_hours.put_availability(outside.stores, requester, therapist_id, body, if_match)


@Operation(
    "getSlotsOfTherapistForApplications",
    "GET",
    "/v1/catalogue/therapists/{therapist_id}/slots",
    tag="Catalogue",
    who=Who.APPLICATIONS,
    summary="For applications: what can be booked now with a therapist",
    cached=FOR_SECONDS,
    refusals=(Problem.THERAPIST_NOT_FOUND, Problem.RULE_BROKEN),
)
@Operation(
    "getSlotsOfTherapist",
    "GET",
    "/v1/therapists/{therapist_id}/slots",
    tag="Slots",
    summary="What can be booked now with a therapist",
    cached=ASKED_ANEW,
    refusals=(Problem.THERAPIST_NOT_FOUND, Problem.RULE_BROKEN),
)
def slots_of_therapist(therapist_id: UUID, query: TherapistSlotsQuery) -> SlotList:
    return find_slots(outside.stores, query.service_id, therapist_id, query, outside.clock)


@Operation(
    "getSlotsOfServiceForApplications",
    "GET",
    "/v1/catalogue/services/{service_id}/slots",
    tag="Catalogue",
    who=Who.APPLICATIONS,
    summary="For applications: what can be booked now with anyone",
    cached=FOR_SECONDS,
    refusals=(Problem.SERVICE_NOT_FOUND, Problem.RULE_BROKEN),
)
@Operation(
    "getSlotsOfService",
    "GET",
    "/v1/services/{service_id}/slots",
    tag="Slots",
    summary="What can be booked now with anyone who offers a service",
    cached=ASKED_ANEW,
    refusals=(Problem.SERVICE_NOT_FOUND, Problem.RULE_BROKEN),
)
def slots_of_service(service_id: UUID, query: SlotsQuery) -> SlotList:
    return find_slots(outside.stores, service_id, None, query, outside.clock)
