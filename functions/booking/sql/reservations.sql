-- What becomes of a request: reserved, or rejected, once.

-- name: lock_request(booking_id)^
-- Before any row: one id of a single booking can be inserted once, but a series' first session may be rejected.
SELECT pg_advisory_xact_lock(hashtextextended(:booking_id, 1));

-- name: booking_decided(booking_id)^
-- What was decided for this id before, if anything: a workflow that runs again must hear the same.
SELECT status, request, requested_by, reasons FROM decided_requests WHERE id = :booking_id;

-- name: reserve(booking_id, therapist_id, client_id, service_id, booking_ids, series_id, occurrences, starts, ends, occupied_from, occupied_until, days, request, requested_by, execution, versions, now, first_start, last_start, may_have_been, overrides, keeps_all, keeper, unless_held)^
-- The reservation of one session or of a series, its notifications and its events, in one statement.
-- ON CONFLICT DO NOTHING, because a plain INSERT into an exclusion constraint deadlocks under contention; in order of
-- time, so that two series that meet wait for each other in one direction only. What is not in reserved was not inserted.
-- Nothing is when as_judged is false: the therapist, the client or the service is not what the sessions were judged by
-- (versions: of these three, in this order), or a session has begun that may not have. The locks are in the order of docs/architecture.md.
-- awaits: what the sessions are held for, by the service; nobody is told yet, and begin_hold goes on (unless_held: then nothing
-- is inserted, for what begins a hold is more than this statement, and wants a transaction). Who keeps the calendar
-- (keeps_all, or the keeper their own) needs nobody's yes. What has been is entered as it was, and nothing is asked for it.
WITH therapist AS MATERIALIZED (
    SELECT version, :keeps_all OR user_sub IS NOT DISTINCT FROM :keeper AND :keeper IS NOT NULL AS is_kept
    FROM therapists WHERE id = :therapist_id FOR KEY SHARE
), client AS MATERIALIZED (
    SELECT version FROM clients WHERE id = :client_id AND (SELECT count(*) FROM therapist) >= 0 FOR KEY SHARE
), service AS MATERIALIZED (
    SELECT version, CASE
        WHEN :first_start::timestamptz <= :now THEN NULL
        WHEN approval = 'therapist' AND NOT (SELECT is_kept FROM therapist) THEN 'approval'
        WHEN payment = 'card_on_file' OR payment = 'prepay' AND price_cents > 0 THEN 'payment' END AS awaits
    FROM services WHERE id = :service_id AND (SELECT count(*) FROM client) >= 0 FOR KEY SHARE
), judged AS MATERIALIZED (
    SELECT coalesce(
        ARRAY[therapist.version, client.version, service.version] = :versions::bigint[], false
    ) AND (:may_have_been OR :now < :first_start::timestamptz) AS as_judged
    FROM therapist, client, service
), booking AS (
    INSERT INTO bookings (
        id, status, therapist_id, client_id, service_id, during, occupied, day, series_id, occurrence,
        first_booked_for, request, requested_by, calendar_uid, overrides,
        payment_waived_by
    )
    SELECT
        session.id, CASE WHEN (SELECT awaits FROM service) IS NULL THEN 'confirmed' ELSE 'held' END, :therapist_id, :client_id, :service_id,
        tstzrange(session.starts_at, session.ends_at, '[)'),
        tstzrange(session.occupied_from, session.occupied_until, '[)'),
        session.day, :series_id, session.occurrence, session.starts_at, :request, :requested_by,
        coalesce(:series_id, session.id) || '@' || (SELECT calendar_domain FROM practice), session.overrides::text[],
        CASE WHEN session.starts_at <= :now THEN :requested_by END
    FROM unnest(
        :booking_ids::text[], :occurrences::smallint[], :starts::timestamptz[], :ends::timestamptz[],
        :occupied_from::timestamptz[], :occupied_until::timestamptz[], :days::date[], :overrides::text[]
    ) AS session (id, occurrence, starts_at, ends_at, occupied_from, occupied_until, day, overrides)
    WHERE (SELECT as_judged FROM judged) AND NOT (:unless_held AND (SELECT awaits FROM service) IS NOT NULL)
    ORDER BY session.starts_at
    ON CONFLICT DO NOTHING
    RETURNING id, overrides
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution, detail)
    SELECT id, 'reserved', :requested_by, :execution,
        CASE WHEN overrides = '{}' THEN '{}' ELSE jsonb_build_object('overridden', to_jsonb(overrides)) END
    FROM booking
), notification AS (
    INSERT INTO notifications (booking_id, event, recipient, channel, therapist_id)
    SELECT :booking_id, 'booking_confirmed', recipient, channel, therapist_id
    FROM recipients_of('booking_confirmed', :client_id, :therapist_id)
    WHERE EXISTS (SELECT FROM booking) AND (SELECT awaits FROM service) IS NULL
        AND :now < :last_start::timestamptz  -- nobody is told of what has been
    RETURNING id, recipient, channel
)
SELECT
    coalesce((SELECT as_judged FROM judged), false) AS as_judged, (SELECT awaits FROM service) AS awaits,
    coalesce((SELECT array_agg(id) FROM booking), '{}') AS reserved,
    coalesce((
        SELECT json_agg(json_build_object('notification_id', id, 'recipient', recipient, 'channel', channel)
            ORDER BY recipient, channel)
        FROM notification
    ), '[]') AS notifications;

-- name: obstacles(booking_id, requested_by, therapist_id, client_id, booking_ids, starts, ends, occupied_from, occupied_until, days)
-- What stands in the way of sessions that could not be reserved.
SELECT
    session.id,
    EXISTS (
        SELECT FROM bookings WHERE id = session.id
    ) AS id_taken,
    EXISTS (
        SELECT FROM bookings
        WHERE therapist_id = :therapist_id AND status IN ('held', 'confirmed', 'completed', 'no_show')
            AND occupied && tstzrange(session.occupied_from, session.occupied_until, '[)')
    ) AS therapist_busy,
    EXISTS (
        SELECT FROM bookings
        WHERE client_id = :client_id AND status IN ('held', 'confirmed', 'completed', 'no_show')
            AND during && tstzrange(session.starts_at, session.ends_at, '[)')
    ) AS client_busy,
    EXISTS (
        SELECT FROM availability_exceptions
        WHERE therapist_id = :therapist_id AND kind = 'time_off'
            AND during && tstzrange(session.starts_at, session.ends_at, '[)')
    ) AS therapist_away,
    (
        SELECT count(*) FROM bookings
        WHERE therapist_id = :therapist_id AND day = session.day
            AND status IN ('held', 'confirmed', 'completed', 'no_show')
    ) >= (SELECT max_sessions_per_day FROM therapists WHERE id = :therapist_id) AS day_full,
    booking_limit_met(:client_id::uuid, :requested_by, :booking_id) AS limit_met
FROM unnest(
    :booking_ids::text[], :starts::timestamptz[], :ends::timestamptz[],
    :occupied_from::timestamptz[], :occupied_until::timestamptz[], :days::date[]
) AS session (id, starts_at, ends_at, occupied_from, occupied_until, day);

-- name: reject(booking_id, therapist_id, client_id, service_id, requester_sub, booking_ids, series_id, occurrences, starts, ends, occupied_from, occupied_until, days, reasons, request, requested_by, execution, outcome, lost_from, lost_until)!
-- Records rejections and why, and the client's notifications when time went to *someone else*. Ids that name nothing are left
-- out of the row: what was asked stands in request. A booking that has this id already is left as it is.
WITH booking AS (
    INSERT INTO bookings (
        id, status, therapist_id, client_id, service_id, during, occupied, day, series_id, occurrence,
        first_booked_for, request, requested_by, reasons
    )
    SELECT
        rejected.id, 'rejected', therapist.id, client.id, service.id,
        CASE WHEN rejected.starts_at IS NOT NULL THEN tstzrange(rejected.starts_at, rejected.ends_at, '[)') END,
        CASE WHEN rejected.starts_at IS NOT NULL
            THEN tstzrange(rejected.occupied_from, rejected.occupied_until, '[)') END,
        rejected.day, :series_id, rejected.occurrence, rejected.starts_at, :request, :requested_by, rejected.reasons
    FROM unnest(
        :booking_ids::text[], :occurrences::smallint[], :starts::timestamptz[], :ends::timestamptz[],
        :occupied_from::timestamptz[], :occupied_until::timestamptz[], :days::date[], :reasons::jsonb[]
    ) AS rejected (id, occurrence, starts_at, ends_at, occupied_from, occupied_until, day, reasons)
    LEFT JOIN therapists AS therapist ON therapist.id = :therapist_id
    LEFT JOIN services AS service ON service.id = :service_id
    LEFT JOIN clients AS client ON CASE
        WHEN :client_id::uuid IS NULL THEN client.user_sub = :requester_sub ELSE client.id = :client_id END
    ON CONFLICT (id) DO NOTHING
    RETURNING id, client_id, reasons
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution, detail)
    SELECT id, 'rejected', :requested_by, :execution, jsonb_build_object(
        'outcome', :outcome::text, 'reasons', jsonb_path_query_array(reasons, '$[*].code'))
    FROM booking
)
INSERT INTO notifications (booking_id, event, recipient, channel)
SELECT booking.id, 'slot_lost', told.recipient, told.channel
FROM booking, recipients_of('slot_lost', booking.client_id, NULL) AS told
WHERE booking.id = :booking_id AND :outcome = 'slot_taken' AND NOT EXISTS (
    -- the client has the time themselves: they asked twice
    SELECT FROM bookings AS own
    JOIN unnest(:lost_from::timestamptz[], :lost_until::timestamptz[]) AS lost (starts_at, ends_at)
        ON own.during && tstzrange(lost.starts_at, lost.ends_at, '[)')
    WHERE own.client_id = booking.client_id AND own.status IN ('held', 'confirmed', 'completed', 'no_show')
);

-- name: record_key_conflict(booking_id, request, actor, execution)!
-- An id that someone used for another request; said once for each execution.
-- Whoever submitted it can read that their request was refused, no matter whose the booking is.
WITH conflict AS (
    INSERT INTO key_conflicts (kind, key, request, requested_by, execution)
    VALUES ('booking', :booking_id, :request, :actor, :execution)
    ON CONFLICT (key, kind, execution) DO NOTHING
)
INSERT INTO booking_events (booking_id, event, actor, execution) VALUES (:booking_id, 'key_conflict', :actor, :execution)
ON CONFLICT (booking_id, event, execution) WHERE event IN ('reserved', 'rejected', 'key_conflict') DO NOTHING;
