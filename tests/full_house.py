"""A practice of years: a hundred thousand bookings, and as much as belongs to them, in a test's database."""

from psycopg2.extensions import connection as Connection

from bench import practice

BOOKINGS = 100_000

_REST = """
    SET session_replication_role = replica;  -- what a trigger would write is written here
    SET synchronous_commit = off;
    INSERT INTO clients (id, user_sub, name, time_zone)
    SELECT gen_random_uuid(), 'sub-full-' || n, left(md5(n::text), 8) || ' Person' || n, 'Europe/Berlin'
    FROM generate_series(1, 20000) AS n;
    INSERT INTO client_words (client_id, word)
    SELECT id, word FROM clients, LATERAL unnest(string_to_array(lower(name), ' ')) AS said (word)
    WHERE user_sub LIKE 'sub-full-%%';
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
    SELECT id, false, 'arn:full', 'FAILED', created_at FROM bookings WHERE id LIKE '%%2';
    UPDATE bookings SET status = 'held', payment = 'none' WHERE id = 'old-1-461';
    INSERT INTO holds (booking_id, awaits, until)
    VALUES ('old-1-461', 'approval', %(now)s::timestamptz + interval '1 day');
    INSERT INTO waitlist (id, client_id, service_id, windows, request, requested_by)
    SELECT 'waiting', client_id, service_id, windows, request, requested_by FROM waitlist LIMIT 1;
    INSERT INTO client_requests (client_id, kind, asked_at) SELECT id, 'export', now() FROM clients
    WHERE user_sub = 'sub-full-19';
    UPDATE clients SET user_sub = NULL WHERE user_sub IN ('sub-full-17', 'sub-full-18');
    SET session_replication_role = DEFAULT;
    VACUUM ANALYZE
"""


def fill(connection: Connection) -> None:
    """Everything, as a superuser; the database has the demo people."""
    practice.fill(connection, BOOKINGS)
    for statement in _REST.split(";\n"):
        practice.execute(connection, statement, {"now": practice.NOW})
