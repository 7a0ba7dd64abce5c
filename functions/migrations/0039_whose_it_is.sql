-- depends: 0038_money_that_counts
-- Whose a booking is, and so whose the words about it are: for the copy of somebody's data, and for erasing it.

-- Whether a login is of the practice's staff, as far as is known here: a therapist's, or of who keeps notes on bookings, or
-- has booked for a client with another login or one whom they entered. Staff may be clients, too, with one login. A record
-- without a login is no sign: it may have been their own.
CREATE FUNCTION is_of_staff(sub text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM therapists WHERE user_sub = sub)
        OR EXISTS (SELECT FROM booking_words WHERE written_by = sub AND kind = 'staff_note')
        OR EXISTS (
            SELECT FROM bookings AS booking JOIN clients AS client ON client.id = booking.client_id
            WHERE booking.requested_by = sub AND booking.status <> 'rejected'
                AND (client.user_sub <> sub OR client.user_sub IS NULL AND client.created_by = sub))
$$;

-- A client's bookings: those with them and, of those with nobody (rejected, or cancelled before it was decided), the ones
-- that name them and the ones that they asked for for themselves.
CREATE VIEW bookings_of_clients AS
SELECT id AS booking_id, client_id FROM bookings WHERE client_id IS NOT NULL
UNION ALL
SELECT booking.id, client.id FROM bookings AS booking
JOIN clients AS client ON client.id::text = lower(booking.request ->> 'client_id')
WHERE booking.client_id IS NULL
UNION ALL
SELECT booking.id, client.id FROM bookings AS booking
JOIN clients AS client ON client.user_sub = booking.requested_by
WHERE booking.client_id IS NULL AND booking.request ->> 'client_id' IS NULL;
CREATE INDEX bookings_that_name_a_client ON bookings (lower(request ->> 'client_id')) WHERE client_id IS NULL;

-- Why a request was declined, or booked without payment; what is internal the other side is not told, in either case.
CREATE OR REPLACE VIEW words_of_holds AS
SELECT hold.booking_id, word.body, word.is_internal, word.written_at
FROM holds AS hold
JOIN booking_words AS word ON word.key = hold.booking_id AND word.kind = 'reason' AND word.written_by = hold.answered_by
WHERE hold.awaits = 'approval' AND hold.answer = 'decline'
UNION ALL
SELECT booking.id, word.body, true, word.written_at
FROM bookings AS booking
JOIN booking_words AS word ON word.key = booking.id AND word.kind = 'reason' AND word.written_by = booking.payment_waived_by
    AND word.is_internal;

-- The words about a booking that count: words under its key that somebody else has put are nobody's.
CREATE VIEW words_of_bookings AS
SELECT booking_id, 'note' AS kind, body, written_at FROM booking_notes
UNION ALL
SELECT key, kind, body, written_at FROM booking_words WHERE kind = 'staff_note'
UNION ALL
SELECT booking.id, 'reason', reason.body, reason.written_at
FROM bookings AS booking
JOIN changes AS change ON change.booking_id IN (booking.id, booking.series_id)
    AND (change.booking_id = booking.id OR booking.id = ANY (change.booking_ids))
JOIN change_reasons AS reason ON reason.change_id = change.id
UNION ALL
SELECT booking.id, 'reason', hold.body, hold.written_at
FROM bookings AS booking CROSS JOIN LATERAL (
    SELECT body, written_at FROM words_of_holds WHERE words_of_holds.booking_id = coalesce(booking.series_id, booking.id)
    OFFSET 0  -- by the index, once the booking is known
) AS hold;

-- Logins of who was erased, until they are deleted: with one, its address at Cognito would lead to what is kept.
CREATE TABLE logins_to_delete (
    sub       text PRIMARY KEY,
    erased_at timestamptz NOT NULL
);
