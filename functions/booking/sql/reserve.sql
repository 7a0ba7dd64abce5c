-- name: reserve(booking_id, therapist_id, client_id, service_id, starts_at, ends_at, occupied_from, occupied_until, request, requested_by, execution)
-- The reservation, its ledger of messages and its event, in one statement: all of it happened, or nothing did.
-- ON CONFLICT DO NOTHING, because a plain INSERT into an exclusion constraint deadlocks under contention.
-- No row: something stood in the way.
WITH booking AS (
    INSERT INTO bookings (id, status, therapist_id, client_id, service_id, during, occupied, request, requested_by)
    VALUES (
        :booking_id, 'confirmed', :therapist_id, :client_id, :service_id,
        tstzrange(:starts_at, :ends_at, '[)'), tstzrange(:occupied_from, :occupied_until, '[)'),
        :request, :requested_by
    )
    ON CONFLICT DO NOTHING
    RETURNING id, therapist_id, client_id
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution)
    SELECT id, 'reserved', :requested_by, :execution FROM booking
), notification AS (
    INSERT INTO notifications (booking_id, event, recipient, channel)
    SELECT booking.id, 'booking_confirmed', 'client', contact.channel
    FROM booking JOIN client_contacts AS contact USING (client_id) WHERE contact.consented_at IS NOT NULL
    UNION ALL
    SELECT booking.id, 'booking_confirmed', 'therapist', contact.channel
    FROM booking JOIN therapist_contacts AS contact USING (therapist_id) WHERE contact.consented_at IS NOT NULL
    RETURNING id, recipient, channel
)
SELECT booking.id AS booking_id, notification.id AS notification_id, notification.recipient, notification.channel
FROM booking LEFT JOIN notification ON true
ORDER BY recipient, channel;

-- name: obstacle(booking_id, therapist_id, client_id, starts_at, ends_at, occupied_from, occupied_until)^
-- What stood in the way of a reservation that returned no row.
SELECT
    (SELECT json_build_object('status', status, 'request', request, 'requested_by', requested_by)
        FROM bookings WHERE id = :booking_id) AS same_id,
    EXISTS (
        SELECT FROM bookings
        WHERE therapist_id = :therapist_id AND occupied && tstzrange(:occupied_from, :occupied_until, '[)')
            AND status IN ('held', 'confirmed')
    ) AS therapist_busy,
    EXISTS (
        SELECT FROM bookings
        WHERE client_id = :client_id AND during && tstzrange(:starts_at, :ends_at, '[)')
            AND status IN ('held', 'confirmed')
    ) AS client_busy;

-- name: notifications_of(booking_id, event)
-- A booking's messages of one event, in the order in which they were first announced.
SELECT id AS notification_id, recipient, channel FROM notifications
WHERE booking_id = :booking_id AND event = :event
ORDER BY recipient, channel;
