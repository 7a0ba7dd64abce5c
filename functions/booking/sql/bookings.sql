-- Bookings as they are read.

-- name: booking(booking_id, requester_sub)^
-- One booking as the API shows it, with whom it belongs to. is_key_conflict: the requester has used its id for a request
-- of their own.
SELECT
    booking.id, booking.occurrence, booking.therapist_id, booking.client_id, booking.service_id,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    lower(booking.occupied) AS occupied_from, upper(booking.occupied) AS occupied_until, booking.day, booking.reasons,
    reported_status(booking.status, booking.cancelled_late) AS status, booking.price_cents, booking.currency,
    booking.free_cancellation_minutes, booking.late_cancellation,
    hold_of(booking) AS hold, payment_of(booking) AS money,
    booking.series_id, booking.calendar_uid, booking.time_zone, booking.requested_by, booking.request,
    party.therapist_sub, party.client_sub,
    (SELECT to_json(place) FROM booking_places AS place WHERE place.booking_id = booking.id) AS place,
    EXISTS (
        SELECT FROM key_conflicts WHERE kind = 'booking' AND key = booking.id AND requested_by = :requester_sub
    ) AS is_key_conflict,
    coalesce((
        SELECT json_agg(json_build_object(
            'notification_id', id, 'event', event, 'recipient', recipient, 'channel', channel, 'status', status,
            'attempts', attempts, 'delivery', delivery
        ) ORDER BY event, recipient, channel)
        FROM notifications WHERE booking_id = booking.id
    ), '[]') AS notifications,
    (SELECT body FROM booking_notes WHERE booking_id = booking.id) AS note,
    (SELECT body FROM booking_words WHERE key = booking.id AND kind = 'staff_note' ORDER BY written_at DESC LIMIT 1) AS staff_note,
    coalesce(reason.body, held.body) AS reason, coalesce(reason.is_internal, held.is_internal) AS is_reason_internal
FROM bookings AS booking JOIN booking_parties AS party ON party.booking_id = booking.id
LEFT JOIN change_reasons AS reason ON reason.change_id = booking.cancellation_id
LEFT JOIN LATERAL (
    SELECT body, is_internal FROM words_of_holds WHERE words_of_holds.booking_id IN (booking.id, booking.series_id)
    ORDER BY is_internal LIMIT 1
) AS held ON true
WHERE booking.id = :booking_id;

-- name: sessions_of(series_id)
-- The sessions of a series as the API shows them. One that was rejected as a whole before it had sessions has none.
SELECT
    booking.id, booking.occurrence, booking.therapist_id, booking.client_id, booking.service_id,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    lower(booking.occupied) AS occupied_from, upper(booking.occupied) AS occupied_until, booking.day, booking.reasons,
    reported_status(booking.status, booking.cancelled_late) AS status, booking.price_cents, booking.currency,
    booking.series_id, booking.time_zone, booking.requested_by,
    therapist.user_sub AS therapist_sub, client.user_sub AS client_sub,
    (SELECT to_json(place) FROM booking_places AS place WHERE place.booking_id = booking.id) AS place,
    hold_of(booking) AS hold, payment_of(booking) AS money
FROM bookings AS booking
JOIN therapists AS therapist ON therapist.id = booking.therapist_id
LEFT JOIN clients AS client ON client.id = booking.client_id
WHERE booking.series_id = :series_id AND booking.during IS NOT NULL
ORDER BY booking.occurrence;

-- name: page(therapist_id, client_id, starts_from, starts_before, status, awaits, attention, everything, own_therapist_id, own_client_id, after_start, after_id, limit)
-- The bookings a reader may see, in order of time, after the last one of the page before. Which need a person is for who
-- keeps the calendar.
SELECT
    booking.id, booking.occurrence, booking.therapist_id, booking.client_id, booking.service_id,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    lower(booking.occupied) AS occupied_from, upper(booking.occupied) AS occupied_until, booking.day, booking.reasons,
    reported_status(booking.status, booking.cancelled_late) AS status, booking.price_cents, booking.currency,
    booking.series_id, booking.time_zone, booking.requested_by,
    therapist.user_sub AS therapist_sub, client.user_sub AS client_sub,
    (SELECT to_json(place) FROM booking_places AS place WHERE place.booking_id = booking.id) AS place,
    hold_of(booking) AS hold, payment_of(booking) AS money
FROM bookings AS booking
JOIN therapists AS therapist ON therapist.id = booking.therapist_id
LEFT JOIN clients AS client ON client.id = booking.client_id
WHERE booking.during IS NOT NULL AND booking.therapist_id IS NOT NULL
    AND (:everything OR booking.therapist_id = :own_therapist_id OR booking.client_id = :own_client_id)
    AND (:therapist_id::uuid IS NULL OR booking.therapist_id = :therapist_id)
    AND (:client_id::uuid IS NULL OR booking.client_id = :client_id)
    AND (:status::text IS NULL OR reported_status(booking.status, booking.cancelled_late) = :status)
    AND (:awaits::text IS NULL OR booking.status = 'held' AND booking.id = ANY (ARRAY(
        SELECT session.id FROM holds AS hold
        JOIN bookings AS session ON session.id = hold.booking_id OR session.series_id = hold.booking_id
        WHERE hold.outcome IS NULL AND hold.awaits = :awaits
    )))
    AND (NOT :attention OR (:everything OR booking.therapist_id = :own_therapist_id)
        AND booking.id = ANY (ARRAY(SELECT booking_id FROM needing_attention)))  -- an array: found by the ids' own index
    AND (:starts_from::timestamptz IS NULL OR lower(booking.during) >= :starts_from)
    AND (:starts_before::timestamptz IS NULL OR lower(booking.during) < :starts_before)
    AND (:after_start::timestamptz IS NULL OR (lower(booking.during), booking.id) > (:after_start, :after_id))
ORDER BY lower(booking.during), booking.id
LIMIT :limit;

-- name: booking_key_conflict(key, requested_by)^
-- What somebody asked with a key that was another booking's already, the latest first.
SELECT request FROM key_conflicts
WHERE kind = 'booking' AND key = :key AND requested_by = :requested_by
ORDER BY created_at DESC LIMIT 1;

-- name: parties_of_request(therapist_id, client_id)^
-- Whom a request that is still pending belongs to.
SELECT
    (SELECT user_sub FROM therapists WHERE id = :therapist_id) AS therapist_sub,
    (SELECT user_sub FROM clients WHERE id = :client_id) AS client_sub;

-- name: sessions_within(therapist_id, starts, ends, limit)
-- A therapist's sessions, or everyone's, that meet one of these periods, in order; limit null: all of them.
SELECT
    booking.id, booking.occurrence, booking.therapist_id, booking.client_id, booking.service_id,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    lower(booking.occupied) AS occupied_from, upper(booking.occupied) AS occupied_until, booking.day, booking.reasons,
    reported_status(booking.status, booking.cancelled_late) AS status, booking.price_cents, booking.currency,
    booking.series_id, booking.time_zone, booking.requested_by,
    therapist.user_sub AS therapist_sub, client.user_sub AS client_sub,
    (SELECT to_json(place) FROM booking_places AS place WHERE place.booking_id = booking.id) AS place,
    hold_of(booking) AS hold, payment_of(booking) AS money
FROM bookings AS booking
JOIN therapists AS therapist ON therapist.id = booking.therapist_id
LEFT JOIN clients AS client ON client.id = booking.client_id
WHERE (:therapist_id::uuid IS NULL OR booking.therapist_id = :therapist_id) AND booking.status IN ('held', 'confirmed')
    AND EXISTS (
    SELECT FROM unnest(:starts::timestamptz[], :ends::timestamptz[]) AS period (starts_at, ends_at)
    WHERE booking.during && tstzrange(period.starts_at, period.ends_at, '[)')
    -- the index knows occupied, of which during is a part
    AND booking.occupied && tstzrange(period.starts_at, period.ends_at, '[)')
)
    -- and the index in time knows when sessions start, which have a day at most
    AND booking.during IS NOT NULL
    AND lower(booking.during) > (SELECT min(starts_at) - interval '1 day' FROM unnest(:starts::timestamptz[]) AS starts_at)
    AND lower(booking.during) < (SELECT max(ends_at) FROM unnest(:ends::timestamptz[]) AS ends_at)
ORDER BY lower(booking.during), booking.id
LIMIT :limit;

-- name: put_place(booking_id, held, room, address, video_link, actor)^
-- Where one booking is held; null: as its therapist has it. Its history says that it was changed, and not to what: a place
-- may be an address of somebody's.
WITH booking AS (
    UPDATE bookings SET held = :held, room = :room, address = :address, video_link = :video_link
    WHERE id = :booking_id AND status IN ('held', 'confirmed')
    RETURNING id
)
INSERT INTO booking_events (booking_id, event, actor, execution)
SELECT id, 'place_changed', :actor, '' FROM booking
RETURNING booking_id;
