-- depends: 0033_payments_read
-- Who says yes or no to a request sees whose it is, as their message says; a request that came to nothing makes nobody a client.

CREATE OR REPLACE VIEW comes_to AS
SELECT client_id, therapist_id FROM bookings AS booking
WHERE status IN ('confirmed', 'completed', 'no_show') OR (
    status = 'held' AND EXISTS (
        SELECT FROM holds WHERE holds.booking_id = coalesce(booking.series_id, booking.id) AND outcome IS NULL)
) OR (
    status = 'cancelled' AND during IS NOT NULL AND NOT EXISTS (
        SELECT FROM offers WHERE booking_id = booking.id AND outcome IS DISTINCT FROM 'accepted')
    AND NOT EXISTS (
        SELECT FROM holds WHERE holds.booking_id = coalesce(booking.series_id, booking.id)
            AND outcome IN ('declined', 'expired', 'cancelled')));
