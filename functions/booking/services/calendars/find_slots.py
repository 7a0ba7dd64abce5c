"""The slots of a therapist, or of everyone who offers a service: what can be booked now."""

from datetime import datetime
from uuid import UUID

from booking import access, rules
from booking.contracts.calendars import SlotList, SlotsQuery, SlotState
from booking.contracts.queries import bad_cursor, next_cursor, time_and_id, time_cursor
from booking.errors import Refusal
from booking.model import Calendar
from booking.ports import Clock
from booking.problems import Problem
from booking.store import Store, Stores
from booking.zones import zone_of


def find_slots(
    stores: Stores, service_id: UUID, therapist_id: UUID | None, query: SlotsQuery, clock: Clock
) -> SlotList:
    """Free slots in order of time, each with its therapist. One query, whatever the range.

    Raises ``Refusal`` for a therapist or a service there is none of, and for a service the therapist does
    not offer.
    """
    after = time_cursor(query.cursor)
    if after is not None and not query.starts_from <= after[0] < query.starts_before:
        raise bad_cursor()
    starts_from = after[0] if after is not None else query.starts_from
    with stores.reading() as store:
        calendars = store.calendars.of(service_id, therapist_id, starts_from, query.starts_before)
        if not calendars:
            _say_why_none(store, service_id, therapist_id)
    now = clock()
    found = [
        (start, therapist, calendar)
        for calendar in calendars
        for therapist in (str(calendar.therapist.id),)
        for start in rules.slots(
            calendar.therapist,
            calendar.service,
            calendar.availability,
            calendar.taken,
            (starts_from, query.starts_before),
            now,
        )
    ]
    if len(calendars) > 1:  # one therapist's slots are in order already
        found.sort(key=lambda each: each[:2])
    if after is not None:
        found = [each for each in found if each[:2] > after]
    return SlotList.model_construct(  # our own values need no validation
        slots=[_slot(start, calendar, query.time_zone) for start, _, calendar in found[: query.limit]],
        next=next_cursor(found, query.limit, lambda last: time_and_id(*last[:2])),
    )


def _slot(start: datetime, calendar: Calendar, zone_name: str | None) -> SlotState:
    end = start + calendar.service.duration
    zone = zone_of(zone_name, "of a query") if zone_name else calendar.therapist.zone
    return {
        "therapist_id": calendar.therapist.id,
        "starts_at": start,
        "ends_at": end,
        "local": {"time_zone": zone.key, "starts_at": start.astimezone(zone), "ends_at": end.astimezone(zone)},
    }


def _say_why_none(store: Store, service_id: UUID, therapist_id: UUID | None) -> None:
    if therapist_id is not None and store.calendars.owner(therapist_id) is None:
        raise access.not_found("therapist")
    if store.people.service(service_id) is None:
        if therapist_id is None:
            raise access.not_found("service")
        raise Refusal(Problem.RULE_BROKEN, "service_id: names no service")
    if therapist_id is not None:
        raise Refusal(Problem.RULE_BROKEN, "service_id: this therapist does not offer this service")
