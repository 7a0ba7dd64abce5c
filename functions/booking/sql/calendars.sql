-- When a therapist works, is away, and has sessions.

-- name: facts(therapist_id, service_id, client_id, requester_sub, not_before, booking_id)
-- All that is known about a request, in one row; a side that does not exist is null. Without a therapist_id it is a row
-- for each therapist who offers the service. Exceptions: those that end after not_before. Without a client_id the client is
-- the requester. decided: what was decided for this booking_id before (decided_requests).
SELECT
    therapist.id AS therapist_id, therapist.user_sub AS therapist_sub, therapist.time_zone,
    therapist.active AS therapist_active, therapist.minimum_notice_minutes, therapist.booking_window_days,
    therapist.max_sessions_per_day,
    service.id AS service_id, service.active AS service_active, service.duration_minutes,
    service.buffer_before_minutes, service.buffer_after_minutes, service.start_grid_minutes,
    therapist.version AS therapist_version, client.version AS client_version, service.version AS service_version,
    client.id AS client_id, client.user_sub AS client_sub, client.active AS client_active,
    offered.therapist_id IS NOT NULL AS service_offered,
    (
        SELECT json_agg(json_build_array(weekday, opens, closes, valid_from, valid_until))
        FROM availability WHERE therapist_id = therapist.id
    ) AS weekly,
    (
        SELECT json_agg(json_build_array(
            kind, extract(epoch FROM lower(during))::bigint, extract(epoch FROM upper(during))::bigint
        ) ORDER BY lower(during))
        FROM availability_exceptions WHERE therapist_id = therapist.id AND upper(during) > :not_before
    ) AS exceptions,
    (SELECT json_agg(day) FROM closed_days WHERE day >= :not_before::date - 2) AS closed_days,
    (SELECT to_json(decided) FROM decided_requests AS decided WHERE decided.id = :booking_id) AS decided
FROM (VALUES (1)) AS always (one)
LEFT JOIN therapists AS therapist ON CASE
    WHEN :therapist_id::uuid IS NULL
    THEN therapist.id IN (SELECT therapist_id FROM therapist_services WHERE service_id = :service_id)
    ELSE therapist.id = :therapist_id END
LEFT JOIN services AS service ON service.id = :service_id
LEFT JOIN clients AS client ON CASE
    WHEN :client_id::uuid IS NULL THEN client.user_sub = :requester_sub ELSE client.id = :client_id END
LEFT JOIN therapist_services AS offered
    ON offered.therapist_id = therapist.id AND offered.service_id = service.id
ORDER BY therapist.id;

-- name: sessions_on(therapist_ids, days)
-- How many sessions each of these therapists has on the local day that stands beside them.
SELECT asked.therapist_id, count(booking.id) AS sessions
FROM unnest(:therapist_ids::uuid[], :days::date[]) AS asked (therapist_id, day)
LEFT JOIN bookings AS booking ON booking.therapist_id = asked.therapist_id AND booking.day = asked.day
    AND booking.status IN ('held', 'confirmed', 'completed', 'no_show')
GROUP BY asked.therapist_id;

-- name: calendars(service_id, therapist_id, starts_from, starts_before)
-- Everything that decides which starts of a service are free, in one round trip: a row a therapist who offers it (or the
-- one therapist). Two days around the bounds: sessions and buffers have a day at most.
SELECT
    therapist.id AS therapist_id, therapist.user_sub AS therapist_sub, therapist.time_zone,
    therapist.active AS therapist_active, therapist.minimum_notice_minutes, therapist.booking_window_days,
    therapist.max_sessions_per_day,
    service.id AS service_id, service.active AS service_active, service.duration_minutes,
    service.buffer_before_minutes, service.buffer_after_minutes, service.start_grid_minutes,
    (
        SELECT json_agg(json_build_array(weekday, opens, closes, valid_from, valid_until))
        FROM availability WHERE therapist_id = therapist.id
    ) AS weekly,
    (
        SELECT json_agg(json_build_array(
            kind, extract(epoch FROM lower(during))::bigint, extract(epoch FROM upper(during))::bigint
        ) ORDER BY lower(during))
        FROM availability_exceptions
        WHERE therapist_id = therapist.id AND during && tstzrange(
            :starts_from::timestamptz - interval '48 hours', :starts_before::timestamptz + interval '48 hours')
    ) AS exceptions,
    (
        SELECT json_agg(day) FROM closed_days
        WHERE day BETWEEN :starts_from::date - 2 AND :starts_before::date + 2
    ) AS closed_days,
    (
        SELECT json_agg(json_build_array(
            extract(epoch FROM lower(occupied))::bigint, extract(epoch FROM upper(occupied))::bigint
        ) ORDER BY lower(occupied))
        FROM bookings
        WHERE therapist_id = therapist.id AND status IN ('held', 'confirmed', 'completed', 'no_show')
            AND occupied && tstzrange(
            :starts_from::timestamptz - interval '48 hours', :starts_before::timestamptz + interval '48 hours')
    ) AS occupied,
    CASE WHEN therapist.max_sessions_per_day IS NOT NULL THEN (
        SELECT json_object_agg(day, sessions) FROM (
            SELECT day, count(*) AS sessions FROM bookings
            WHERE therapist_id = therapist.id AND status IN ('held', 'confirmed', 'completed', 'no_show')
                AND day BETWEEN :starts_from::date - 2 AND :starts_before::date + 2
            GROUP BY day
        ) AS days
    ) END AS sessions_on
FROM services AS service
JOIN therapist_services AS offered ON offered.service_id = service.id
JOIN therapists AS therapist ON therapist.id = offered.therapist_id
WHERE service.id = :service_id AND (:therapist_id::uuid IS NULL OR therapist.id = :therapist_id)
ORDER BY therapist.id;

-- name: owner_of_calendar(therapist_id)^
-- Whose calendar it is. No row: there is no such therapist.
SELECT user_sub FROM therapists WHERE id = :therapist_id;

-- name: lock_calendar(therapist_id)^
-- Waits for every booking of this therapist that is being made, and makes the next ones wait.
SELECT user_sub FROM therapists WHERE id = :therapist_id FOR UPDATE;

-- name: weekly_hours(therapist_id)
SELECT weekday, opens, closes, valid_from, valid_until FROM availability WHERE therapist_id = :therapist_id
ORDER BY weekday, opens, valid_from NULLS FIRST;

-- name: extra_hours(therapist_id)
SELECT lower(during) AS starts_at, upper(during) AS ends_at FROM availability_exceptions
WHERE therapist_id = :therapist_id AND kind = 'extra_hours'
ORDER BY during;

-- name: time_off(therapist_id)
SELECT id, lower(during) AS starts_at, upper(during) AS ends_at, label FROM availability_exceptions
WHERE therapist_id = :therapist_id AND kind = 'time_off'
ORDER BY during, id;

-- name: add_time_off(time_off_id, therapist_id, starts_at, ends_at, label)!
INSERT INTO availability_exceptions (id, therapist_id, kind, during, label)
VALUES (:time_off_id, :therapist_id, 'time_off', tstzrange(:starts_at, :ends_at, '[)'), :label);

-- name: remove_time_off(time_off_id, therapist_id)^
DELETE FROM availability_exceptions WHERE id = :time_off_id AND therapist_id = :therapist_id AND kind = 'time_off'
RETURNING id, lower(during) AS starts_at, upper(during) AS ends_at, label;

-- name: forget_weekly_hours(therapist_id)!
DELETE FROM availability WHERE therapist_id = :therapist_id;

-- name: add_weekly_hours(therapist_id, weekdays, opens, closes, valid_from, valid_until)!
INSERT INTO availability (therapist_id, weekday, opens, closes, valid_from, valid_until)
SELECT :therapist_id, * FROM unnest(
    :weekdays::smallint[], :opens::smallint[], :closes::smallint[], :valid_from::date[], :valid_until::date[]);

-- name: forget_extra_hours(therapist_id)!
DELETE FROM availability_exceptions WHERE therapist_id = :therapist_id AND kind = 'extra_hours';

-- name: add_extra_hours(therapist_id, starts, ends)!
INSERT INTO availability_exceptions (therapist_id, kind, during)
SELECT :therapist_id, 'extra_hours', tstzrange(starts_at, ends_at, '[)')
FROM unnest(:starts::timestamptz[], :ends::timestamptz[]) AS period (starts_at, ends_at);

-- name: lock_future_starts(therapist_id, now)
-- With those of today, which count for the day too. Locked in the order of docs/architecture.md.
SELECT id, lower(during) AS starts_at FROM bookings
WHERE therapist_id = :therapist_id AND lower(during) > :now::timestamptz - interval '2 days'
ORDER BY id
FOR UPDATE;

-- name: set_days(booking_ids, days)!
UPDATE bookings SET day = moved.day FROM unnest(:booking_ids::text[], :days::date[]) AS moved (id, day)
WHERE bookings.id = moved.id;
