"""The people of the demo. Invented: example.com addresses, and numbers that are set aside for films.

Kept apart from the migrations: a real practice never sees them.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg2.extras
from psycopg2.extensions import connection as Connection

psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call]  # its stub has no types

THERAPIST_ID = UUID("11111111-1111-4111-8111-111111111111")
SERVICE_ID = UUID("22222222-2222-4222-8222-222222222222")
CLIENT_ID = UUID("33333333-3333-4333-8333-333333333333")
OTHER_CLIENT_ID = UUID("44444444-4444-4444-8444-444444444444")
THERAPIST_ZONE = ZoneInfo("Europe/Berlin")

PERSONAL_DATA = (
    *("Miriam Adler", "miriam.adler@example.com", "+493023125001"),
    *("Jonas Weber", "jonas.weber@example.com", "+447700900101"),
    *("Lena Hoffmann", "lena.hoffmann@example.com", "+447700900102"),
)
"""Everything that must never be seen outside PostgreSQL and the messages themselves."""

USERS = {
    "client": ("client", "jonas.weber@example.com"),
    "other_client": ("client", "lena.hoffmann@example.com"),
    "therapist": ("therapist", "miriam.adler@example.com"),
    "operator": ("operator", "olga.operator@example.com"),
}
"""Demo logins: their group and user name."""


def seed(connection: Connection, subs: Mapping[str, str], now: datetime) -> None:
    """Writes the demo people, or brings them up to date. ``subs`` are the users' ids in Cognito, by USERS' names."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO therapists (id, user_sub, name, time_zone, minimum_notice_minutes, booking_window_days)
            VALUES (%s, %s, 'Miriam Adler', %s, 60, 120)
            ON CONFLICT (id) DO UPDATE SET user_sub = excluded.user_sub
            """,
            (THERAPIST_ID, subs.get("therapist"), THERAPIST_ZONE.key),
        )
        cursor.execute(
            """
            INSERT INTO services (id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes,
                                  price_cents, currency)
            VALUES (%s, 'individual session', 50, 0, 10, 9500, 'EUR') ON CONFLICT (id) DO NOTHING
            """,
            (SERVICE_ID,),
        )
        cursor.execute(
            "INSERT INTO therapist_services VALUES (%s, %s) ON CONFLICT DO NOTHING", (THERAPIST_ID, SERVICE_ID)
        )
        for weekday in range(1, 8):
            cursor.execute(
                """
                INSERT INTO availability (therapist_id, weekday, opens, closes) VALUES
                    (%(therapist)s, %(weekday)s, '08:00', '12:00'), (%(therapist)s, %(weekday)s, '13:00', '20:00')
                ON CONFLICT DO NOTHING
                """,
                {"therapist": THERAPIST_ID, "weekday": weekday},
            )
        for client_id, user, name, zone in (
            (CLIENT_ID, "client", "Jonas Weber", "Europe/London"),
            (OTHER_CLIENT_ID, "other_client", "Lena Hoffmann", "Europe/Berlin"),
        ):
            cursor.execute(
                """
                INSERT INTO clients (id, user_sub, name, time_zone) VALUES (%s, %s, %s, %s)
                ON CONFLICT (id) DO UPDATE SET user_sub = excluded.user_sub
                """,
                (client_id, subs.get(user), name, zone),
            )
        cursor.execute(
            """
            INSERT INTO client_contacts (client_id, channel, address, consented_at) VALUES
                (%(client)s, 'email', 'jonas.weber@example.com', %(now)s),
                (%(client)s, 'sms', '+447700900101', %(now)s),
                (%(other)s, 'email', 'lena.hoffmann@example.com', %(now)s),
                (%(other)s, 'sms', '+447700900102', NULL)
            ON CONFLICT DO NOTHING
            """,
            {"client": CLIENT_ID, "other": OTHER_CLIENT_ID, "now": now},
        )
        cursor.execute(
            """
            INSERT INTO therapist_contacts (therapist_id, channel, address, consented_at) VALUES
                (%(therapist)s, 'email', 'miriam.adler@example.com', %(now)s),
                (%(therapist)s, 'sms', '+493023125001', NULL)
            ON CONFLICT DO NOTHING
            """,
            {"therapist": THERAPIST_ID, "now": now},
        )


def starts(now: datetime) -> Iterator[datetime]:
    """Times at which the demo therapist works, on the hour, from the day after tomorrow on (UTC)."""
    first = now.astimezone(THERAPIST_ZONE).date() + timedelta(days=2)
    for day in range(100):
        for hour in (10, 14, 16, 9, 11, 15, 17, 18, 8, 13, 19):
            local = datetime.combine(first + timedelta(days=day), time(hour), THERAPIST_ZONE)
            yield local.astimezone(UTC)


def free_starts(connection: Connection, now: datetime, count: int) -> list[datetime]:
    """The first ``count`` of those that nobody has taken, the demo clients included (UTC)."""
    query = "SELECT lower(occupied), upper(occupied) FROM bookings WHERE status IN ('held', 'confirmed')"
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        taken = cursor.fetchall()
    hour = timedelta(hours=1)
    free = (start for start in starts(now) if not any(a < start + hour and start < b for a, b in taken))
    return [start for start, _ in zip(free, range(count), strict=False)]
