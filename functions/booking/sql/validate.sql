-- name: booking_decided(booking_id)^
-- What was decided for this id before, if anything: a workflow that runs again must hear the same. A series is rejected
-- when all of it is; a session of a series answers no request by its own id, nor does an offer.
SELECT
    CASE WHEN series_id IS NULL THEN status ELSE (
        SELECT status FROM bookings WHERE series_id = head.series_id ORDER BY status = 'rejected', occurrence LIMIT 1
    ) END AS status,
    CASE WHEN series_id <> id OR EXISTS (SELECT FROM offers WHERE booking_id = head.id) THEN '{}' ELSE request END AS request,
    requested_by,
    CASE WHEN series_id IS NULL THEN reasons ELSE (
        SELECT coalesce(jsonb_agg(DISTINCT reason), '[]')
        FROM bookings AS session, jsonb_array_elements(session.reasons) AS reason
        WHERE session.series_id = head.series_id AND reason ->> 'code' <> 'series_rejected'
    ) END AS reasons
FROM bookings AS head WHERE id = :booking_id;

-- name: facts(therapist_id, service_id, client_id, requester_sub, not_before)^
-- All that is known about a request, in one row; a side that does not exist is null. Exceptions: those that end after
-- not_before. Without a client_id the client is the requester.
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
    ) AS exceptions
FROM (VALUES (1)) AS always (one)
LEFT JOIN therapists AS therapist ON therapist.id = :therapist_id
LEFT JOIN services AS service ON service.id = :service_id
LEFT JOIN clients AS client ON CASE
    WHEN :client_id::uuid IS NULL THEN client.user_sub = :requester_sub ELSE client.id = :client_id END
LEFT JOIN therapist_services AS offered
    ON offered.therapist_id = therapist.id AND offered.service_id = service.id;
