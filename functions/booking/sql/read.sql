-- name: booking_view(booking_id)^
-- One booking as the API shows it, with whom it belongs to.
SELECT
    booking.id, booking.status, booking.request, booking.reasons, booking.requested_by,
    booking.therapist_id, booking.client_id, booking.service_id,
    lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    therapist.user_sub AS therapist_sub, therapist.time_zone, client.user_sub AS client_sub,
    coalesce((
        SELECT json_agg(json_build_object(
            'event', event, 'recipient', recipient, 'channel', channel, 'status', status, 'attempts', attempts
        ) ORDER BY event, recipient, channel)
        FROM notifications WHERE booking_id = booking.id
    ), '[]') AS notifications
FROM bookings AS booking
LEFT JOIN therapists AS therapist ON therapist.id = booking.therapist_id
LEFT JOIN clients AS client ON client.id = booking.client_id
WHERE booking.id = :booking_id;

-- name: subs_of(therapist_id, client_id)^
-- Whom a request that is still pending belongs to.
SELECT
    (SELECT user_sub FROM therapists WHERE id = :therapist_id) AS therapist_sub,
    (SELECT user_sub FROM clients WHERE id = :client_id) AS client_sub;

-- name: is_read_only()$
-- True on a server that a failover has demoted.
SELECT current_setting('transaction_read_only') = 'on';

-- name: applied_migrations()
-- yoyo's own table; it does not exist before the first migration.
SELECT migration_id FROM _yoyo_migration ORDER BY migration_id;
