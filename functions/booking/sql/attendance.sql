-- Whether clients came.

-- name: set_attendance(booking_id, status, actor)!
-- Whether the client came, as staff say it; they may correct themselves.
WITH booking AS (
    UPDATE bookings SET status = :status
    WHERE id = :booking_id AND status IN ('confirmed', 'completed', 'no_show') AND status <> :status
    RETURNING id
)
INSERT INTO booking_events (booking_id, event, actor, execution) SELECT id, :status, :actor, '' FROM booking;

-- name: complete_past(ended_before, limit)!
-- Confirmed bookings whose session is over for long enough; those that someone is changing are left for the next time.
WITH past AS (
    SELECT id FROM bookings
    WHERE status = 'confirmed' AND lower(during) < :ended_before AND upper(during) < :ended_before
    ORDER BY lower(during) LIMIT :limit FOR UPDATE SKIP LOCKED
), booking AS (
    UPDATE bookings SET status = 'completed' FROM past WHERE bookings.id = past.id RETURNING bookings.id
)
INSERT INTO booking_events (booking_id, event, actor, execution) SELECT id, 'completed', 'sweep', '' FROM booking;
