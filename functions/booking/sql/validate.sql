-- name: booking_decided(booking_id)^
-- What was decided for this id before, if anything: a workflow that runs again must hear the same.
SELECT status, request, requested_by, reasons FROM bookings WHERE id = :booking_id;

-- name: facts(therapist_id, service_id, client_id, requester_sub)^
-- All that is known about a request, in one row; a side that does not exist is null.
-- Without a client_id the client is the requester.
SELECT
    therapist.id AS therapist_id, therapist.user_sub AS therapist_sub, therapist.time_zone,
    therapist.active AS therapist_active, therapist.minimum_notice_minutes, therapist.booking_window_days,
    service.id AS service_id, service.active AS service_active, service.duration_minutes,
    service.buffer_before_minutes, service.buffer_after_minutes,
    client.id AS client_id, client.user_sub AS client_sub, client.active AS client_active,
    offered.therapist_id IS NOT NULL AS service_offered,
    coalesce((
        SELECT json_agg(json_build_object('weekday', weekday, 'opens', opens, 'closes', closes))
        FROM availability WHERE therapist_id = therapist.id
    ), '[]') AS working_hours
FROM (VALUES (1)) AS always (one)
LEFT JOIN therapists AS therapist ON therapist.id = :therapist_id
LEFT JOIN services AS service ON service.id = :service_id
LEFT JOIN clients AS client ON CASE
    WHEN :client_id::uuid IS NULL THEN client.user_sub = :requester_sub ELSE client.id = :client_id END
LEFT JOIN therapist_services AS offered
    ON offered.therapist_id = therapist.id AND offered.service_id = service.id;
