-- What is kept of a client, and forgetting it.

-- name: client_file(client_id)^
-- All that is kept of one client, as JSON. No row: there is no such client.
SELECT json_build_object(
    'client', to_jsonb(client),
    'contacts', (SELECT coalesce(json_agg(to_jsonb(contact) ORDER BY channel), '[]')
        FROM client_contacts AS contact WHERE client_id = client.id),
    'bookings', (SELECT coalesce(json_agg(json_build_object(
            'booking_id', booking.id, 'status', reported_status(booking.status, booking.cancelled_late),
            'therapist', coalesce(booking.therapist_name, therapist.name),
            'service', coalesce(booking.service_name, service.name),
            'price_cents', booking.price_cents, 'currency', booking.currency,
            'place', (SELECT to_jsonb(place) - 'booking_id' FROM booking_places AS place WHERE place.booking_id = booking.id),
            'starts_at', lower(booking.during), 'ends_at', upper(booking.during), 'asked_for', booking.request,
            'reasons', booking.reasons, 'created_at', booking.created_at,
            'words', (SELECT coalesce(json_agg(json_build_object('kind', kind, 'text', body, 'written_at', written_at)
                    ORDER BY written_at), '[]')
                FROM words_of_bookings AS word WHERE word.booking_id = booking.id),
            'changes', (SELECT coalesce(json_agg(json_build_object('kind', kind, 'asked_for', request, 'outcome', outcome,
                    'reasons', reasons, 'created_at', created_at) ORDER BY created_at, id), '[]')
                FROM changes WHERE changes.booking_id = booking.id),
            'payment', json_build_object('rule', booking.payment,
                'late_cancellation_fee', json_build_array(booking.late_fee_kind, booking.late_fee_value),
                'no_show_fee', json_build_array(booking.no_show_fee_kind, booking.no_show_fee_value),
                'entries', (SELECT coalesce(json_agg(json_build_object('purpose', purpose, 'entry', entry, 'amount', amount,
                        'currency', currency, 'receipt', receipt_url, 'at', at) ORDER BY id), '[]')
                    FROM payments WHERE payments.booking_id = booking.id),
                'waits', (SELECT coalesce(json_agg(json_build_object('awaits', awaits, 'until', until, 'answer', answer,
                        'answered_at', answered_at, 'outcome', outcome, 'card', payment_method_id) ORDER BY created_at), '[]')
                    FROM holds WHERE holds.booking_id = booking.id)),
            'history', (SELECT coalesce(json_agg(json_build_object('event', event, 'at', at) ORDER BY id), '[]')
                FROM booking_events WHERE booking_id = booking.id),
            'messages', (SELECT coalesce(json_agg(json_build_object('event', event, 'channel', channel,
                    'status', status, 'delivery', delivery, 'sent_at', settled_at) ORDER BY event, channel), '[]')
                FROM notifications WHERE booking_id = booking.id AND recipient = 'client')
        ) ORDER BY booking.created_at, booking.id), '[]')
        FROM bookings_of_clients AS own
        JOIN bookings AS booking ON booking.id = own.booking_id
        LEFT JOIN therapists AS therapist ON therapist.id = booking.therapist_id
        LEFT JOIN services AS service ON service.id = booking.service_id
        WHERE own.client_id = client.id),
    'keys_used_before', (SELECT coalesce(json_agg(json_build_object('kind', kind, 'asked_for', request, 'created_at', created_at)
            ORDER BY created_at, key), '[]')
        FROM key_conflicts
        WHERE requested_by = CASE WHEN NOT is_of_staff(client.user_sub) THEN client.user_sub END),
    'waitlist', (SELECT coalesce(json_agg(json_build_object('entry_id', entry.id, 'status', entry.status,
            'asked_for', entry.request, 'created_at', entry.created_at,
            'offers', (SELECT coalesce(json_agg(json_build_object('booking_id', booking_id, 'expires_at', expires_at,
                    'answer', answer, 'answered_at', answered_at) ORDER BY expires_at, booking_id), '[]')
                FROM offers WHERE offers.entry_id = entry.id)
            ) ORDER BY entry.created_at), '[]')
        FROM waitlist AS entry WHERE client_id = client.id),
    'consents', (SELECT coalesce(json_agg(json_build_object('kind', kind, 'given', given, 'version', version, 'said_by', said_by,
            'at', at)
            ORDER BY at, id), '[]')
        FROM consents WHERE client_id = client.id),
    'requests', (SELECT coalesce(json_agg(json_build_object('kind', kind, 'asked_at', asked_at, 'decision', decision,
            'decided_at', decided_at, 'reason', reason) ORDER BY asked_at), '[]')
        FROM client_requests WHERE client_id = client.id),
    'number_codes', (SELECT coalesce(json_agg(json_build_object('number', number, 'sent_at', sent_at, 'used_at', used_at)
            ORDER BY sent_at), '[]')
        FROM number_codes WHERE client_id = client.id),
    'acts', (SELECT coalesce(json_agg(json_build_object('act', act, 'reason', reason, 'at', at) ORDER BY id), '[]')
        FROM client_acts WHERE client_id = client.id)
) AS file
FROM clients AS client WHERE client.id = :client_id;

-- name: record_client_act(client_id, act, actor, reason, now)!
INSERT INTO client_acts (client_id, act, actor, reason, at) VALUES (:client_id, :act, :actor, :reason, :now);

-- name: lock_client_to_erase(client_id)^
-- Locked, so that nobody books for this client meanwhile. A login that is staff's, too, outlives what it was as a client.
SELECT CASE WHEN NOT is_of_staff(user_sub) THEN user_sub END AS login_to_delete, erased_at
FROM clients WHERE id = :client_id FOR UPDATE;

-- name: count_sessions_to_come(client_id, now)$
-- Sessions to come: they are cancelled first, so that everyone who is concerned hears of it.
SELECT count(*) FROM bookings
WHERE client_id = :client_id AND status IN ('held', 'confirmed') AND upper(during) > :now;

-- name: erase_client(client_id, now)!
-- Who it was is gone, and with it the login's id wherever the client had asked for something. Histories name it still, but
-- no longer whose it was: they are append-only, and the login itself is deleted. Of who is staff, too, what they wrote and
-- asked for as such stays, with their login. The client's row is locked already, then come their entries, then bookings:
-- the order of docs/architecture.md.
WITH person AS MATERIALIZED (
    SELECT id, user_sub, coalesce(is_of_staff(user_sub), false) AS is_staff FROM clients WHERE id = :client_id
), own AS MATERIALIZED (
    SELECT booking_id AS id FROM bookings_of_clients WHERE client_id = :client_id
), words AS (  -- by them, and about their sessions
    DELETE FROM booking_words
    WHERE written_by = (SELECT user_sub FROM person WHERE NOT is_staff) OR key = ANY (ARRAY(
        SELECT id FROM own
        UNION ALL
        SELECT series_id FROM bookings WHERE id = ANY (ARRAY(SELECT id FROM own)) AND series_id IS NOT NULL
        UNION ALL
        SELECT id FROM changes WHERE booking_id = ANY (ARRAY(SELECT id FROM own))
    ))  -- arrays: by the indexes
), contact AS (
    DELETE FROM client_contacts WHERE client_id = :client_id
), code AS (
    DELETE FROM number_codes WHERE client_id = :client_id
), login AS (
    INSERT INTO logins_to_delete (sub, erased_at)
    SELECT user_sub, :now FROM person WHERE user_sub IS NOT NULL AND NOT is_staff
    ON CONFLICT (sub) DO NOTHING
), open_request AS (
    DELETE FROM client_requests WHERE client_id = :client_id AND decision IS NULL
), request AS (
    UPDATE client_requests SET reason = NULL WHERE client_id = :client_id AND decision IS NOT NULL
), entry AS (
    UPDATE waitlist SET status = CASE status WHEN 'waiting' THEN 'left' ELSE status END,
        requested_by = CASE WHEN requested_by = person.user_sub THEN 'erased' ELSE requested_by END
    FROM person WHERE client_id = :client_id
), offer AS (
    UPDATE offers SET answered_by = 'erased'
    FROM person WHERE answered_by = person.user_sub AND entry_id IN (SELECT id FROM waitlist WHERE client_id = person.id)
), change AS (
    UPDATE changes SET requested_by = 'erased' FROM person
    WHERE requested_by = person.user_sub
        AND (NOT person.is_staff OR changes.booking_id = ANY (ARRAY(SELECT id FROM own)))
), conflict AS (
    UPDATE key_conflicts SET requested_by = 'erased' FROM person
    WHERE requested_by = person.user_sub AND NOT person.is_staff
), hold AS (  -- the card that is kept; what was paid stays in the books
    UPDATE holds SET customer_id = NULL, payment_method_id = NULL, checkout_url = NULL,
        answered_by = CASE WHEN answered_by = person.user_sub THEN 'erased' ELSE answered_by END
    FROM person WHERE booking_id = ANY (ARRAY(SELECT id FROM own))
), page AS (
    DELETE FROM fee_pages WHERE booking_id = ANY (ARRAY(SELECT id FROM own))
), booking AS (
    UPDATE bookings SET
        requested_by = CASE WHEN asked.by_them THEN 'erased' ELSE requested_by END,
        room = CASE WHEN asked.theirs THEN NULL ELSE room END,  -- a place of this booking alone may be their home
        address = CASE WHEN asked.theirs THEN NULL ELSE address END,
        video_link = CASE WHEN asked.theirs THEN NULL ELSE video_link END
    FROM (
        SELECT reached.id, reached.requested_by = person.user_sub AS by_them,
            reached.client_id = person.id AS theirs
        FROM bookings AS reached
        CROSS JOIN person
        WHERE reached.id = ANY (ARRAY(
            SELECT id FROM own
            UNION
            SELECT id FROM bookings WHERE requested_by = (SELECT user_sub FROM person WHERE NOT is_staff)))
        ORDER BY reached.id FOR UPDATE OF reached
    ) AS asked WHERE bookings.id = asked.id
)
UPDATE clients SET
    name = 'erased', user_sub = NULL, time_zone = 'UTC', language = 'en', discreet = true, active = false,
    created_by = NULL, erased_at = :now, invited_address = NULL, invited_at = NULL
WHERE id = :client_id;

-- name: lock_clients_to_forget(inactive_since, client_id, limit)
-- Clients who have had no session, and were not entered or invited, since then, and wait for nothing; or one of them, if
-- still so.
SELECT id FROM clients AS client
WHERE erased_at IS NULL AND created_at < :inactive_since AND (:client_id::uuid IS NULL OR id = :client_id)
    AND NOT EXISTS (
        SELECT FROM bookings WHERE client_id = client.id AND coalesce(upper(during), created_at) >= :inactive_since)
    AND NOT EXISTS (SELECT FROM waitlist WHERE client_id = client.id AND status = 'waiting')
    AND (invited_at IS NULL OR invited_at < :inactive_since)
    AND merged_into IS NULL
ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED;

-- name: forget_number_codes(sent_before)!
DELETE FROM number_codes WHERE sent_at < :sent_before;

-- name: logins_to_delete(limit)
-- Of who was erased, the first of them first. One that somebody has a record with by now is not touched.
SELECT sub FROM logins_to_delete AS login
WHERE NOT EXISTS (SELECT FROM clients WHERE user_sub = login.sub) AND NOT is_of_staff(login.sub)
ORDER BY erased_at, sub LIMIT :limit;

-- name: login_is_deleted(sub)!
DELETE FROM logins_to_delete WHERE sub = :sub;
