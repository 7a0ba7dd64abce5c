-- What operators look for: ids, times and codes.

-- name: sessions_of_day(starts_from, starts_before)
-- Whose sessions start in this time, whatever became of them.
SELECT DISTINCT client_id FROM bookings
WHERE during IS NOT NULL AND lower(during) >= :starts_from AND lower(during) < :starts_before AND client_id IS NOT NULL;

-- name: bookings_of(client_ids, starts_from, starts_before, limit)
-- The sessions of these clients that start in this time, in order, each with why it needs a person.
SELECT
    booking.id AS booking_id, reported_status(booking.status, booking.cancelled_late) AS status,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at, booking.therapist_id, booking.service_id,
    booking.client_id, needed.status AS attention_status, needed.error, needed.at AS since
FROM bookings AS booking
LEFT JOIN LATERAL (
    SELECT status, error, at FROM needing_attention WHERE booking_id = booking.id ORDER BY place, at DESC LIMIT 1
) AS needed ON true
WHERE booking.during IS NOT NULL AND booking.client_id = ANY (:client_ids::uuid[])
    AND lower(booking.during) >= :starts_from AND lower(booking.during) < :starts_before
ORDER BY lower(booking.during), booking.id
LIMIT :limit;

-- name: needing_attention(limit)
-- What needs a person, the newest first; a booking once for each of its workflows that failed, and once if somebody did not
-- hear of it. One whose workflow failed before it was decided has no row.
SELECT
    needed.booking_id, reported_status(booking.status, booking.cancelled_late) AS status,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at, booking.therapist_id, booking.service_id,
    booking.client_id, needed.status AS attention_status, needed.error, needed.at AS since
FROM needing_attention AS needed
LEFT JOIN bookings AS booking ON booking.id = needed.booking_id
ORDER BY needed.at DESC, needed.booking_id, needed.place
LIMIT :limit;

-- name: booking_of_message(notification_id)^
-- The booking that a message is about.
SELECT
    booking.id AS booking_id, reported_status(booking.status, booking.cancelled_late) AS status,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at, booking.therapist_id, booking.service_id,
    booking.client_id, needed.status AS attention_status, needed.error, needed.at AS since
FROM notifications AS notification
JOIN bookings AS booking ON booking.id = notification.booking_id
LEFT JOIN LATERAL (
    SELECT status, error, at FROM needing_attention WHERE booking_id = booking.id ORDER BY place, at DESC LIMIT 1
) AS needed ON true
WHERE notification.id = :notification_id;

-- name: visits(client_ids, now)
-- When each of these clients was here last, and comes next. Of each by their own bookings: an index in order of time, looked
-- through until one is theirs, has all there are for who has none.
SELECT client.id AS client_id, client.active, own.last_session, own.next_session
FROM clients AS client, LATERAL (
    SELECT
        max(lower(during)) FILTER (WHERE lower(during) <= :now AND status IN ('confirmed', 'completed')) AS last_session,
        min(lower(during)) FILTER (WHERE lower(during) > :now AND status = 'confirmed') AS next_session
    FROM bookings WHERE client_id = client.id
) AS own
WHERE client.id = ANY (:client_ids::uuid[]) ORDER BY client.id;

-- name: sessions(booking_ids)
-- When these bookings are, as far as they have a time.
SELECT id AS booking_id, lower(during) AS starts_at, upper(during) AS ends_at, therapist_id, service_id
FROM bookings WHERE id = ANY (:booking_ids::text[]) AND during IS NOT NULL
ORDER BY lower(during), id;
