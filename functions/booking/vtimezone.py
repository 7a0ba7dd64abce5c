"""A time zone as a calendar file defines it: RFC 5545, 3.6.5.

icalendar has a way of its own, which looks for changes in steps too long for Africa/Casablanca's (an hour back for the
weeks of Ramadan) and lists the days in one property, of which some readers (ical.js, vobject) take the first.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from booking.working_time import constant_offsets


def vtimezone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """Each change of the clock between two instants, as a part of its own."""
    made = Timezone()
    made.add("tzid", zone.key)
    before: timedelta | None = None
    for begins, _, offset in constant_offsets(zone, first, last):
        if offset == before:
            continue
        earlier = offset if before is None else before
        part = TimezoneDaylight() if offset > earlier else TimezoneStandard()
        part.add("dtstart", (begins + earlier).replace(tzinfo=None))  # what the clock read that is then changed
        part.add("tzoffsetfrom", earlier)
        part.add("tzoffsetto", offset)
        part.add("tzname", begins.astimezone(zone).tzname())
        made.add_component(part)
        before = offset
    return made
