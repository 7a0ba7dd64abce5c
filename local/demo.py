"""The people of the demo. Invented: example.com addresses, and numbers that are set aside for films.

Kept apart from the migrations: a real practice never sees them.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg2.extras
from psycopg2.extensions import connection as Connection

from booking.working_time import constant_offsets, local_day

psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call]  # its stub has no types

THERAPIST_ID = UUID("11111111-1111-4111-8111-111111111111")
SERVICE_ID = UUID("22222222-2222-4222-8222-222222222222")
CLIENT_ID = UUID("33333333-3333-4333-8333-333333333333")
OTHER_CLIENT_ID = UUID("44444444-4444-4444-8444-444444444444")
OTHER_THERAPIST_ID = UUID("55555555-5555-4555-8555-555555555555")
THIRD_THERAPIST_ID = UUID("77777777-7777-4777-8777-777777777777")
OTHER_SERVICE_ID = UUID("88888888-8888-4888-8888-888888888888")
VIDEO_SERVICE_ID = UUID("99999999-9999-4999-8999-999999999999")
THERAPIST_ZONE = ZoneInfo("Europe/Berlin")
THERAPISTS = (
    (THERAPIST_ID, "therapist", "Miriam Adler", THERAPIST_ZONE.key, 400, None, range(1, 8)),
    (OTHER_THERAPIST_ID, "other_therapist", "Aiko Tanaka", "Asia/Tokyo", 120, 5, range(1, 6)),
    (THIRD_THERAPIST_ID, "third_therapist", "Samuel Rivera", "America/New_York", 90, None, range(2, 7)),
)
"""Id, login, name, time zone, booking window in days, sessions a day at most, weekdays."""

ELSEWHERE = {
    OTHER_THERAPIST_ID: "Aoyama 3-5\nMinato, Tokyo",
    THIRD_THERAPIST_ID: "120 Bank Street\nNew York, NY 10014",
}
"""Where those are who are not at the practice's own address."""

PERSONAL_DATA = (
    *("Miriam Adler", "miriam.adler@example.com", "+493023125001"),
    *("Jonas Weber", "jonas.weber@example.com", "+447700900101"),
    *("Aiko Tanaka", "aiko.tanaka@example.com", "Samuel Rivera", "samuel.rivera@example.com"),
    *("Lena Hoffmann", "lena.hoffmann@example.com", "+447700900102"),
    *("https://video.example.com/adler",),  # it lets into a session
    *("Nora Neumann", "nora.neumann@example.com"),
)
"""Everything that must never be seen outside PostgreSQL and the messages themselves."""

POLICIES = {
    "en": "You may cancel or move a session free of charge until 24 hours before it. After that we charge its price.",
    "de": "Bis 24 Stunden vorher können Sie einen Termin kostenfrei absagen oder verlegen. Danach berechnen wir ihn.",
}
PRACTICE = """
    UPDATE practice SET
        name = 'Practice Adler', address = E'Lindenstraße 12\n10969 Berlin', phone = '+493023125000',
        email = 'hello@adler.example.com', site = 'https://adler.example.com',
        privacy_page = 'https://adler.example.com/privacy', consent_version = '2026-11',
        time_zone = 'Europe/Berlin', languages = '{en,de}', accent_colour = '#1f5f66',
        cancellation_policy = %(policies)s
    WHERE name = 'Practice'
"""
"""As long as nobody has said who the practice is."""

USERS = {
    "client": ("client", "jonas.weber@example.com"),
    "other_client": ("client", "lena.hoffmann@example.com"),
    "therapist": ("therapist", "miriam.adler@example.com"),
    "other_therapist": ("therapist", "aiko.tanaka@example.com"),
    "operator": ("operator", "olga.operator@example.com"),
}
"""Demo logins: their group and user name."""


def seed(connection: Connection, subs: Mapping[str, str], now: datetime) -> None:
    """Writes the demo people, or brings them up to date. ``subs`` are the users' ids in Cognito, by USERS' names."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO services (id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes,
                                  start_grid_minutes, price_cents, currency, held)
            VALUES (%s, 'individual session', 50, 0, 10, 15, 9500, 'EUR', 'at_practice'),
                   (%s, 'couples session', 80, 10, 10, 30, 14500, 'EUR', 'at_practice'),
                   (%s, 'video session', 50, 0, 10, 15, 9000, 'EUR', 'video')
            ON CONFLICT (id) DO NOTHING
            """,
            (SERVICE_ID, OTHER_SERVICE_ID, VIDEO_SERVICE_ID),
        )
        cursor.execute(PRACTICE, {"policies": json.dumps(POLICIES)})
        for therapist_id, user, name, zone, window, maximum, weekdays in THERAPISTS:
            cursor.execute(
                """
                INSERT INTO therapists (id, user_sub, name, time_zone, minimum_notice_minutes, booking_window_days,
                                        max_sessions_per_day)
                VALUES (%s, %s, %s, %s, 60, %s, %s)
                ON CONFLICT (id) DO UPDATE SET user_sub = excluded.user_sub
                """,
                (therapist_id, subs.get(user), name, zone, window, maximum),
            )
            cursor.execute(
                "INSERT INTO therapist_services SELECT %s, unnest(%s) ON CONFLICT DO NOTHING",
                (therapist_id, [SERVICE_ID, OTHER_SERVICE_ID, VIDEO_SERVICE_ID]),
            )
            cursor.execute(
                """
                INSERT INTO availability (therapist_id, weekday, opens, closes)
                SELECT %(therapist)s, weekday, opens, closes
                FROM unnest(%(weekdays)s) AS weekday, (VALUES (480, 720), (780, 1200)) AS hours (opens, closes)
                WHERE NOT EXISTS (SELECT FROM availability WHERE therapist_id = %(therapist)s)
                """,
                {"therapist": therapist_id, "weekdays": list(weekdays)},
            )
            cursor.execute(
                """
                INSERT INTO therapist_contacts (therapist_id, channel, address, consented_at)
                VALUES (%s, 'email', %s, %s) ON CONFLICT DO NOTHING
                """,
                (therapist_id, f"{name.lower().replace(' ', '.')}@example.com", now),
            )
        cursor.execute(
            "UPDATE therapists SET room = coalesce(room, %s), video_link = coalesce(video_link, %s) WHERE id = %s",
            ("Room 2", "https://video.example.com/adler", THERAPIST_ID),
        )
        for therapist_id, address in ELSEWHERE.items():
            cursor.execute(
                "UPDATE therapists SET address = coalesce(address, %s) WHERE id = %s", (address, therapist_id)
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
                (%(therapist)s, 'sms', '+493023125001', NULL)
            ON CONFLICT DO NOTHING
            """,
            {"therapist": THERAPIST_ID, "now": now},
        )


def close_days(connection: Connection, now: datetime) -> None:
    """The holidays of the coming year, on which the practice is closed."""
    with connection, connection.cursor() as cursor:
        for month, day, label in ((12, 24, "Christmas Eve"), (12, 25, "Christmas"), (12, 31, "New Year's Eve")):
            closed = date(now.year, month, day)
            closed = closed if closed >= now.date() else closed.replace(year=now.year + 1)
            cursor.execute("INSERT INTO closed_days VALUES (%s, %s) ON CONFLICT DO NOTHING", (closed, label))


def open_limits(connection: Connection) -> None:
    """The practice's limits as high as they go, for tests and measurements in which four people are all clients."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE practice_limits SET standing_sessions = 100000, requests_a_day = 100000, changes_a_day = 100000,"
            " client_messages_a_day = 100000, therapist_messages_a_day = 100000"
        )


def series_over_a_clock_change(now: datetime) -> datetime:
    """A start in the evening, a week and a day before the demo therapist's clocks change next (UTC)."""
    soon = now.replace(microsecond=0) + timedelta(days=10)
    _, change, _ = next(constant_offsets(THERAPIST_ZONE, soon, soon + timedelta(days=370)))
    day = change.astimezone(THERAPIST_ZONE).date() - timedelta(days=8)
    return datetime.combine(day, time(19), THERAPIST_ZONE).astimezone(UTC)


def starts(now: datetime) -> Iterator[datetime]:
    """Times at which the demo therapist works, on the hour, from the day after tomorrow on (UTC)."""
    first = now.astimezone(THERAPIST_ZONE).date() + timedelta(days=2)
    for day in range(100):
        for hour in (10, 14, 16, 9, 11, 15, 17, 18, 8, 13, 19):
            local = datetime.combine(first + timedelta(days=day), time(hour), THERAPIST_ZONE)
            yield local.astimezone(UTC)


def free_starts(connection: Connection, now: datetime, count: int) -> list[datetime]:
    """The first ``count`` of ``starts`` at which therapist and demo clients have no booking (UTC)."""
    query = "SELECT lower(occupied), upper(occupied) FROM bookings WHERE status IN ('held', 'confirmed')"
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        taken = cursor.fetchall()
        cursor.execute("SELECT day FROM closed_days")
        taken += [local_day(day, THERAPIST_ZONE) for (day,) in cursor.fetchall()]
    hour = timedelta(hours=1)
    free = (start for start in starts(now) if not any(a < start + hour and start < b for a, b in taken))
    return [start for start, _ in zip(free, range(count), strict=False)]
