-- Cancelling and moving.

-- name: change(change_id)^
-- What was asked under this id, and what became of it.
SELECT id, kind, booking_id, request, requested_by, outcome, reasons, booking_ids, sessions_left
FROM changes WHERE id = :change_id;

-- name: lock_change(change_id)^
-- A step that runs twice at once (its first invocation was given up on, and lives) does one after the other.
SELECT pg_advisory_xact_lock(hashtextextended(:change_id, 0));

-- name: record_change(change_id, kind, booking_id, request, requested_by, outcome, reasons, booking_ids, sessions_left, moved_from)!
-- Once: nothing is recorded when the id is taken.
INSERT INTO changes (
    id, kind, booking_id, request, requested_by, outcome, reasons, booking_ids, sessions_left, moved_from
) VALUES (
    :change_id, :kind, :booking_id, :request, :requested_by, :outcome, :reasons, :booking_ids, :sessions_left,
    :moved_from
) ON CONFLICT (id) DO NOTHING;

-- name: record_change_key_conflict(kind, key, booking_id, request, requested_by, execution)!
-- The key names another change: what is requested with it now is refused, and the requester can read so.
INSERT INTO key_conflicts (kind, key, booking_id, request, requested_by, execution)
VALUES (:kind, :key, :booking_id, :request, :requested_by, :execution)
ON CONFLICT (key, kind, execution) DO NOTHING;

-- name: change_key_conflict(kind, key, requested_by, everyone)^
-- What somebody asked with a key that named another change: their own first, then, for who sees everyone's, the latest.
SELECT kind, booking_id FROM key_conflicts
WHERE key = :key AND (:everyone OR requested_by = :requested_by) AND kind = ANY (
    CASE WHEN :kind::text IS NULL THEN ARRAY['cancellation', 'rescheduling'] ELSE ARRAY[:kind::text] END)
ORDER BY requested_by = :requested_by DESC, created_at DESC LIMIT 1;

-- name: parties_of(booking_ids)
-- Whose these bookings are.
SELECT booking_id, client_sub, therapist_sub FROM booking_parties WHERE booking_id = ANY (:booking_ids::text[]);

-- name: booking_to_change(booking_id)^
-- What decides whether, and by whom, a booking may be cancelled or moved.
SELECT
    booking.id, booking.occurrence, booking.therapist_id, booking.client_id, booking.service_id,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    lower(booking.occupied) AS occupied_from, upper(booking.occupied) AS occupied_until, booking.day, booking.reasons,
    booking.status, booking.series_id, party.therapist_sub, party.client_sub,
    booking.free_cancellation_minutes, booking.late_cancellation, booking.payment, (
        SELECT awaits FROM holds WHERE holds.booking_id = coalesce(booking.series_id, booking.id) AND outcome IS NULL
    ) AS awaits
FROM bookings AS booking
JOIN booking_parties AS party ON party.booking_id = booking.id
WHERE booking.id = :booking_id;

-- name: cancel_undecided(booking_id, request, requested_by, series_id, occurrence)!
-- A request that is cancelled before its workflow has decided: the id is taken, so nothing will be booked under it.
INSERT INTO bookings (id, status, request, requested_by, series_id, occurrence)
VALUES (:booking_id, 'cancelled', :request, :requested_by, :series_id, :occurrence)
ON CONFLICT (id) DO NOTHING;

-- name: lock_for_cancellation(therapist_id, client_id)^
-- A cancellation may wait for a move of the same therapist's or client's, and a move for it, but not both for each other.
WITH locked AS (
    SELECT id FROM therapists WHERE id = :therapist_id FOR KEY SHARE
)
SELECT client.id FROM clients AS client WHERE client.id = :client_id AND (SELECT count(*) FROM locked) > 0 FOR KEY SHARE;

-- name: lock_sessions_to_cancel(booking_id, series_id, scope)
-- The sessions that a cancellation means, each with whose it is and its own deadline; locked by id, which is the order of
-- docs/architecture.md for bookings.
SELECT
    booking.id, booking.occurrence, booking.therapist_id, booking.client_id, booking.service_id,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    lower(booking.occupied) AS occupied_from, upper(booking.occupied) AS occupied_until, booking.day, booking.reasons,
    booking.status, booking.series_id, client.user_sub AS client_sub, therapist.user_sub AS therapist_sub,
    booking.free_cancellation_minutes, booking.late_cancellation, booking.payment, (
        SELECT awaits FROM holds WHERE holds.booking_id = coalesce(booking.series_id, booking.id) AND outcome IS NULL
    ) AS awaits
FROM bookings AS booking
LEFT JOIN therapists AS therapist ON therapist.id = booking.therapist_id
LEFT JOIN clients AS client ON client.id = booking.client_id
WHERE CASE :scope
    WHEN 'one' THEN booking.id = :booking_id
    ELSE booking.series_id = :series_id AND (
        :scope = 'all' OR booking.occurrence >= (SELECT occurrence FROM bookings WHERE id = :booking_id))
    END
ORDER BY booking.id
FOR UPDATE OF booking;

-- name: cancel(booking_ids, late_ids, change_id, actor, execution)
-- SEQUENCE rises over a whole series, so that what a calendar hears of one session is newer than what it heard of all.
-- Frees the time of these bookings, says so in their histories (a trigger keeps from there which were late), and enters the notifications.
-- Of what was held for its payment only, the therapist has not heard, and hears nothing now.
WITH booking AS (
    UPDATE bookings AS known SET status = 'cancelled', cancellation_id = :change_id, sequence = 1 + coalesce(
        (SELECT max(other.sequence) FROM bookings AS other WHERE other.series_id = known.series_id), known.sequence)
    FROM bookings AS before
    WHERE before.id = known.id AND known.id = ANY (:booking_ids::text[]) AND known.status IN ('held', 'confirmed')
    RETURNING known.id, known.client_id, CASE
        WHEN before.status = 'confirmed' OR EXISTS (
            SELECT FROM holds WHERE holds.booking_id = coalesce(known.series_id, known.id) AND holds.awaits = 'approval')
        THEN known.therapist_id END AS therapist_id
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution, detail)
    SELECT id, 'cancelled', :actor, :execution, jsonb_build_object(
        'outcome', CASE WHEN id = ANY (:late_ids::text[]) THEN 'late_cancelled' ELSE 'cancelled' END)
    FROM booking
), party AS (  -- the client, and each therapist: sessions of a series may have been moved to others, who hear of theirs
    SELECT min(id) AS head, client_id, therapist_id FROM booking GROUP BY GROUPING SETS ((client_id), (therapist_id))
)
INSERT INTO notifications (booking_id, event, recipient, channel, occasion, therapist_id)
SELECT party.head, 'booking_cancelled', told.recipient, told.channel, :change_id, told.therapist_id
FROM party, recipients_of('booking_cancelled', party.client_id, party.therapist_id) AS told
ORDER BY told.recipient, party.head, told.channel
RETURNING id AS notification_id, recipient, channel;

-- name: lock_for_move(therapist_ids, client_id)
-- Until the end of the transaction nobody else takes, leaves or moves time of these therapists or of this client.
WITH locked AS (
    SELECT id FROM therapists WHERE id = ANY (:therapist_ids::uuid[]) ORDER BY id FOR UPDATE
)
SELECT client.id FROM clients AS client WHERE client.id = :client_id AND (SELECT count(*) FROM locked) > 0 FOR UPDATE;

-- name: obstacles_to_move(booking_id, therapist_id, client_id, starts_at, ends_at, occupied_from, occupied_until, day)^
-- What stands in the way of a booking's new time, itself aside.
SELECT
    EXISTS (
        SELECT FROM bookings
        WHERE therapist_id = :therapist_id AND status IN ('held', 'confirmed', 'completed', 'no_show')
            AND id <> :booking_id
            AND occupied && tstzrange(:occupied_from, :occupied_until, '[)')
    ) AS therapist_busy,
    EXISTS (
        SELECT FROM bookings
        WHERE client_id = :client_id AND status IN ('held', 'confirmed', 'completed', 'no_show')
            AND id <> :booking_id
            AND during && tstzrange(:starts_at, :ends_at, '[)')
    ) AS client_busy,
    EXISTS (
        SELECT FROM availability_exceptions
        WHERE therapist_id = :therapist_id AND kind = 'time_off' AND during && tstzrange(:starts_at, :ends_at, '[)')
    ) AS therapist_away,
    (
        SELECT count(*) FROM bookings
        WHERE therapist_id = :therapist_id AND day = :day AND id <> :booking_id
            AND status IN ('held', 'confirmed', 'completed', 'no_show')
    ) >= (SELECT max_sessions_per_day FROM therapists WHERE id = :therapist_id) AS day_full;

-- name: move(booking_id, therapist_id, starts_at, ends_at, occupied_from, occupied_until, day, change_id, actor, execution, moved_from, therapist_before, overrides)^
-- The booking has the new time, and with it its history and its notifications; or, if it no longer stands, nothing happened,
-- which is_moved says. When the therapist changes, the new one is told that the
-- session is theirs now, and the former one that it no longer is.
WITH booking AS (
    UPDATE bookings AS known SET
        therapist_id = :therapist_id, during = tstzrange(:starts_at, :ends_at, '[)'),
        occupied = tstzrange(:occupied_from, :occupied_until, '[)'), day = :day,
        -- a room and a link of this booking alone were of its former therapist
        room = CASE WHEN :therapist_id = :therapist_before THEN room END,
        video_link = CASE WHEN :therapist_id = :therapist_before THEN video_link END, overrides = :overrides::text[],
        sequence = 1 + coalesce(
            (SELECT max(other.sequence) FROM bookings AS other WHERE other.series_id = known.series_id), known.sequence)
    WHERE id = :booking_id AND status IN ('held', 'confirmed')
    RETURNING id, client_id, overrides
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution, detail)
    SELECT id, 'moved', :actor, :execution, jsonb_build_object(
        'from', :moved_from::timestamptz, 'to', :starts_at::timestamptz
    ) || CASE WHEN overrides = '{}' THEN '{}' ELSE jsonb_build_object('overridden', to_jsonb(overrides)) END
    FROM booking
), notification AS (
    INSERT INTO notifications (booking_id, event, recipient, channel, occasion, about, therapist_id)
    SELECT booking.id, news.event, told.recipient, told.channel, :change_id, :starts_at::timestamptz, told.therapist_id
    FROM booking, LATERAL (VALUES
        ('booking_moved', booking.client_id, CASE WHEN :therapist_id = :therapist_before THEN :therapist_id::uuid END),
        ('booking_taken_over', NULL, nullif(:therapist_id::uuid, :therapist_before)),
        ('booking_handed_over', NULL, nullif(:therapist_before::uuid, :therapist_id))
    ) AS news (event, client_id, therapist_id), recipients_of(news.event, news.client_id, news.therapist_id) AS told
    RETURNING id AS notification_id, event, recipient, channel
)
SELECT
    EXISTS (SELECT FROM booking) AS is_moved,
    coalesce((SELECT json_agg(notification ORDER BY recipient, event, channel) FROM notification), '[]') AS notifications;
