"""Availability, time off and slots."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.calendars import AvailabilityBody, SlotsQuery, TherapistSlotsQuery, TimeOffAnswer, TimeOffBody
from booking.services.calendars import working_hours
from booking.services.calendars.find_slots import find_slots
from booking.versions import etag
from handlers._calls import answered, answered_with_version, body, caller, if_match, query, uuid_of
from handlers._outside import outside

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.get("/v1/therapists/<therapist_id>/availability")
def availability(therapist_id: str) -> Response[str]:
    known = uuid_of(therapist_id, "therapist")
    return answered_with_version(working_hours.get_availability(outside.stores, caller(router), known))


@router.put("/v1/therapists/<therapist_id>/availability")
def put_availability(therapist_id: str) -> Response[str]:
    known, given = uuid_of(therapist_id, "therapist"), body(router, AvailabilityBody)
    answer = working_hours.put_availability(outside.stores, caller(router), known, given, if_match(router))
    return answered_with_version(answer)


@router.get("/v1/therapists/<therapist_id>/time-off")
def time_off(therapist_id: str) -> Response[str]:
    known = uuid_of(therapist_id, "therapist")
    return answered_with_version(working_hours.get_time_off(outside.stores, caller(router), known))


@router.put("/v1/therapists/<therapist_id>/time-off")
def put_time_off(therapist_id: str) -> Response[str]:
    known, given = uuid_of(therapist_id, "therapist"), body(router, TimeOffBody)
    answer = working_hours.put_time_off(outside.stores, caller(router), known, given, if_match(router))
    version = etag(TimeOffAnswer(time_off=answer.time_off))  # the bookings that are left are no part of it
    return answered(answer, headers={"ETag": version})


@router.get("/v1/therapists/<therapist_id>/slots")
@router.get("/v1/catalogue/therapists/<therapist_id>/slots")
def slots_of_therapist(therapist_id: str) -> Response[str]:
    known, asked = uuid_of(therapist_id, "therapist"), query(router, TherapistSlotsQuery)
    return answered(find_slots(outside.stores, asked.service_id, known, asked, outside.clock))


@router.get("/v1/services/<service_id>/slots")
@router.get("/v1/catalogue/services/<service_id>/slots")
def slots_of_service(service_id: str) -> Response[str]:
    known = uuid_of(service_id, "service")
    return answered(find_slots(outside.stores, known, None, query(router, SlotsQuery), outside.clock))
