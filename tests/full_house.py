"""A practice of years: a hundred thousand bookings, and as much as belongs to them, in a test's database."""

from datetime import timedelta

from psycopg2.extensions import connection as Connection

from bench import practice
from local import demo
from tests.rows import rows

BOOKINGS = 100_000

FEE_DUE, REQUEST, OFFERED, SERIES, TO_PAY, PAID = (f"old-1-{number}" for number in (401, 461, 462, 463, 465, 466))
"""A missed session whose fee no card took; what waits for an answer, its client's yes, and money; what is paid for."""
TIME_OFF = "00000000-0000-4000-8000-000000000000"

_MUCH = """
    INSERT INTO clients (id, user_sub, name, time_zone)
    SELECT gen_random_uuid(), 'sub-full-' || n, left(md5(n::text), 8) || ' Person' || n, 'Europe/Berlin'
    FROM generate_series(1, 20000) AS n;
    INSERT INTO client_words (client_id, word)
    SELECT id, word FROM clients, LATERAL unnest(string_to_array(lower(name), ' ')) AS said (word)
    WHERE id NOT IN (SELECT client_id FROM client_words);
    INSERT INTO client_contacts (client_id, channel, address, consented_at)
    SELECT id, 'email', replace(user_sub, 'sub-', '') || '@example.com', now() FROM clients
    WHERE user_sub LIKE 'sub-full-%%';
    INSERT INTO consents (client_id, kind, given, version, said_by, at)
    SELECT id, 'contact_email', true, '1', 'client', now() FROM clients WHERE user_sub LIKE 'sub-full-%%';
    INSERT INTO changes (id, kind, booking_id, request, requested_by, outcome, booking_ids)
    SELECT 'change-' || id, 'rescheduling', id, '{}', 'sub-full-1', 'moved', ARRAY[id]
    FROM bookings WHERE id LIKE '%%5';
    INSERT INTO payments (booking_id, key, purpose, entry, amount, currency, payment_id, provider_id, actor)
    SELECT id, 'session-' || id, 'session', 'captured', 9000, 'EUR', 'pi_' || id, 'evt_' || id, 'stripe'
    FROM bookings WHERE id LIKE '%%7';
    INSERT INTO holds (booking_id, awaits, until, answer, outcome)
    SELECT id, 'payment', created_at, 'pay', 'confirmed' FROM bookings WHERE id LIKE '%%7';
    INSERT INTO waitlist (id, client_id, service_id, windows, status, request, requested_by)
    SELECT 'entry-' || id, client_id, service_id, tstzmultirange(during), 'over', '{}', 'sub-full-1'
    FROM bookings WHERE id LIKE '%%3';
    INSERT INTO offers (booking_id, entry_id, expires_at, outcome)
    SELECT id, 'entry-' || id, created_at, 'expired' FROM bookings WHERE id LIKE '%%3';
    INSERT INTO booking_words (key, kind, written_by, body, written_at, is_kept)
    SELECT id, 'note', 'sub-full-1', 'words', created_at, true FROM bookings WHERE id LIKE '%%1';
    INSERT INTO client_requests (client_id, kind, asked_at, decision, decided_at, decided_by)
    SELECT id, 'deletion', now(), 'refused', now(), 'sub-operator' FROM clients WHERE user_sub LIKE '%%5';
    INSERT INTO key_conflicts (kind, key, requested_by, execution, booking_id, request)
    SELECT 'booking', id, 'sub-full-1', 'arn:full', id, '{}' FROM bookings WHERE id LIKE '%%9';
    INSERT INTO attention (booking_id, needed, execution, status, at)
    SELECT id, false, 'arn:full', 'FAILED', created_at FROM bookings WHERE id LIKE '%%2'
"""
"""What grows with what happens. What a trigger would write is written here."""

_SOME = """
    UPDATE bookings SET client_id = %(client)s,
        during = tstzrange(lower(during) + %(later)s, upper(during) + %(later)s),
        occupied = tstzrange(lower(occupied) + %(later)s, upper(occupied) + %(later)s)
    WHERE id = ANY (%(own)s);
    UPDATE bookings SET status = 'held' WHERE id IN (%(request)s, %(offered)s, %(to_pay)s);
    INSERT INTO holds (booking_id, awaits, until, task_token) VALUES
        (%(request)s, 'approval', %(tomorrow)s, NULL), (%(to_pay)s, 'payment', %(tomorrow)s, 'token');
    UPDATE bookings SET payment = 'prepay' WHERE id IN (%(to_pay)s, %(paid)s);
    INSERT INTO payments (booking_id, key, purpose, entry, amount, currency, payment_id, provider_id, actor) VALUES
        (%(paid)s, 'paid', 'session', 'captured', 9000, 'EUR', 'pi_paid', 'pi_paid', 'provider'),
        (%(fee_due)s, 'fee-1', 'fee', 'intended', 9000, 'EUR', NULL, '', 'sub-therapist'),
        (%(fee_due)s, 'fee-1', 'fee', 'failed', 9000, 'EUR', NULL, 'pi_fee', 'provider');
    UPDATE bookings SET status = 'no_show', payment = 'card_on_file', no_show_fee_kind = 'percent',
        no_show_fee_value = 100
    WHERE id = %(fee_due)s;
    INSERT INTO waitlist (id, client_id, service_id, windows, request, requested_by)
    SELECT new.id, %(client)s, service_id, tstzmultirange(during), '{}', 'sub-client'
    FROM bookings, (VALUES ('waiting'), ('offered')) AS new (id) WHERE bookings.id = %(offered)s;
    INSERT INTO offers (booking_id, entry_id, expires_at, task_token)
    VALUES (%(offered)s, 'offered', %(tomorrow)s, 'token');
    UPDATE bookings SET series_id = %(series)s, occurrence = substr(id, 7)::int - 463,
        request = request || '{"recurrence": "FREQ=WEEKLY;COUNT=3", "on_conflict": "skip"}'
    WHERE id IN (%(series)s, 'old-1-464');
    INSERT INTO bookings (id, status, therapist_id, client_id, service_id, during, occupied, day, request, requested_by,
        reasons, series_id, occurrence)
    SELECT id || '-2', 'rejected', therapist_id, client_id, service_id, during, occupied, day, request, requested_by,
        '[{"code": "slot_taken", "message": "taken"}]', series_id, 2
    FROM bookings WHERE id = %(series)s;
    INSERT INTO availability_exceptions (id, therapist_id, kind, during)
    VALUES (%(time_off)s, %(therapist)s, 'time_off', '[2027-05-01 08:00Z, 2027-05-01 09:00Z)');
    INSERT INTO client_requests (client_id, kind, asked_at, decision, decided_at, decided_by)
    VALUES (%(client)s, 'export', %(now)s, 'granted', %(now)s, 'sub-operator');
    INSERT INTO client_requests (client_id, kind, asked_at) SELECT id, 'export', now() FROM clients
    WHERE user_sub = 'sub-full-19';
    UPDATE client_contacts SET unproven = true WHERE client_id = %(client)s AND channel = 'sms';
    UPDATE clients SET user_sub = NULL WHERE user_sub IN ('sub-full-17', 'sub-full-18')
"""
"""What calls need: one that is to be answered, paid, given back or taken back."""

_TABLES = (
    "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_INDEXES = "UPDATE pg_index SET indisvalid = {0}, indisready = {0} WHERE indrelid = ANY (%(tables)s::regclass[])"


def fill(connection: Connection) -> None:
    """Everything, as a superuser; the database has the demo people.

    Row by row nothing is done for it: no trigger, no foreign key, no entry of an index. Afterwards each index is made
    at once, by VACUUM FULL, which asks no constraint: what is put in here keeps them, and the constraints hold again.
    """
    named = {
        "client": demo.CLIENT_ID,
        "therapist": demo.THERAPIST_ID,
        "time_off": TIME_OFF,
        "later": timedelta(hours=3),
        "now": practice.NOW,
        "tomorrow": practice.NOW + timedelta(days=1),
        "tables": [],
        "fee_due": FEE_DUE,
        "request": REQUEST,
        "offered": OFFERED,
        "series": SERIES,
        "to_pay": TO_PAY,
        "paid": PAID,
        "own": [FEE_DUE, OFFERED, SERIES, "old-1-464", TO_PAY, PAID],
    }
    named["tables"] = tables = [each["name"] for each in rows(connection, _TABLES)]
    practice.execute(connection, "SET session_replication_role = replica; SET statement_timeout = 0")
    practice.execute(connection, "SET maintenance_work_mem = '256MB'; SET max_parallel_maintenance_workers = 0")
    practice.execute(connection, _INDEXES.format("false"), named)
    practice.put_bookings(connection, BOOKINGS)
    practice.execute(connection, practice.TELL)
    practice.execute(connection, _MUCH, named)
    practice.execute(connection, f"VACUUM (FULL) {', '.join(tables)}")
    practice.execute(connection, _INDEXES.format("true"), named)
    practice.execute(connection, "SET session_replication_role = DEFAULT")
    practice.execute(connection, _SOME, named)
    practice.execute(connection, "VACUUM ANALYZE")
