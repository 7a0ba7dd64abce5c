"""The calls of the API, by what they are about. Each: its declaration, and a function of one call."""

from handlers._operations import OPERATIONS
from handlers.routes import (
    bookings,
    calendars,
    clients,
    executions,
    logins,
    me,
    operations,
    payments,
    people,
    practice,
    system,
    time_off,
    waitlist,
    wording,
    words,
)

__all__ = [
    "OPERATIONS",
    "bookings",
    "calendars",
    "clients",
    "executions",
    "logins",
    "me",
    "operations",
    "payments",
    "people",
    "practice",
    "system",
    "time_off",
    "waitlist",
    "wording",
    "words",
]
