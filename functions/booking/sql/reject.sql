-- name: reject(booking_id, therapist_id, client_id, service_id, requester_sub, request, requested_by, reasons, slot_was_lost, starts_at)!
-- Records a rejection and why, and the client's messages when the slot went to *someone else*. Ids that name nothing
-- are left out of the row: what was asked stands in request. A booking that has this id already is left as it is.
WITH booking AS (
    INSERT INTO bookings (id, status, therapist_id, client_id, service_id, request, requested_by, reasons)
    SELECT :booking_id, 'rejected', therapist.id, client.id, service.id, :request, :requested_by, :reasons
    FROM (VALUES (1)) AS always (one)
    LEFT JOIN therapists AS therapist ON therapist.id = :therapist_id
    LEFT JOIN services AS service ON service.id = :service_id
    LEFT JOIN clients AS client ON CASE
        WHEN :client_id::uuid IS NULL THEN client.user_sub = :requester_sub ELSE client.id = :client_id END
    ON CONFLICT (id) DO NOTHING
    RETURNING id, client_id, service_id
)
INSERT INTO notifications (booking_id, event, recipient, channel)
SELECT booking.id, 'slot_lost', 'client', contact.channel
FROM booking JOIN client_contacts AS contact USING (client_id)
WHERE contact.consented_at IS NOT NULL AND :slot_was_lost AND NOT EXISTS (
    -- lost to themselves: they asked twice
    SELECT FROM bookings AS own JOIN services AS service ON service.id = booking.service_id
    WHERE own.client_id = booking.client_id AND own.status IN ('held', 'confirmed') AND own.during && tstzrange(
        :starts_at, :starts_at::timestamptz + service.duration_minutes * interval '1 minute', '[)')
);

-- name: record_event(booking_id, event, actor, execution, detail)!
-- Appends to a booking's history; the same thing done again by the same execution is one thing.
INSERT INTO booking_events (booking_id, event, actor, execution, detail)
VALUES (:booking_id, :event, :actor, :execution, :detail)
ON CONFLICT (booking_id, event, execution) WHERE event IN ('reserved', 'rejected', 'key_conflict') DO NOTHING;
