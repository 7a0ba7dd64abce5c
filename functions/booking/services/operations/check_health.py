"""Health: can we reach the database, and does it have the schema this code needs?"""

from booking import migrations
from booking.contracts.bookings import HealthAnswer
from booking.errors import DatabaseUnavailable, StatementRefused
from booking.store import Stores


def check_health(stores: Stores) -> HealthAnswer:
    """``status`` is ``ok`` or ``unavailable``; ``schema`` is ``current``, ``behind``, ``missing`` or ``unknown``."""
    try:
        with stores.transaction() as store:
            if store.health.is_read_only():
                return HealthAnswer(status="unavailable", database="read_only", schema_state="unknown")
            applied = store.health.applied_migrations()
    except DatabaseUnavailable:
        return HealthAnswer(status="unavailable", database="unreachable", schema_state="unknown")
    except StatementRefused:  # not even yoyo's own table
        return HealthAnswer(status="unavailable", database="ok", schema_state="missing")
    # A database that is ahead is fine: migrations only add until no running code needs what they would remove.
    if set(migrations.expected()) <= set(applied):
        return HealthAnswer(status="ok", database="ok", schema_state="current")
    return HealthAnswer(status="unavailable", database="ok", schema_state="behind")
