-- Bookings that are held until something outside has happened: a yes, a payment.

-- name: lock_hold(booking_id)
-- Nobody else answers or settles it, or changes its sessions, until the end of the transaction. In the order of
-- docs/architecture.md.
WITH therapist AS MATERIALIZED (
    SELECT id FROM therapists WHERE id IN (
        SELECT therapist_id FROM bookings WHERE id = :booking_id OR series_id = :booking_id
    ) ORDER BY id FOR KEY SHARE
), client AS MATERIALIZED (
    SELECT id FROM clients WHERE id IN (
        SELECT client_id FROM bookings WHERE id = :booking_id OR series_id = :booking_id
    ) AND (SELECT count(*) FROM therapist) >= 0 ORDER BY id FOR KEY SHARE
)
SELECT id FROM bookings
WHERE (id = :booking_id OR series_id = :booking_id) AND (SELECT count(*) FROM client) >= 0
ORDER BY id FOR UPDATE;

-- name: head_of(booking_id)$
SELECT coalesce(series_id, id) FROM bookings WHERE id = :booking_id;

-- name: begin_hold(booking_id, awaits, actor, execution, now)
-- What was taken as held waits from now on. Who has to do something is told; a payment that is waited for is intended.
WITH session AS (
    SELECT booking.id, booking.therapist_id, booking.client_id, lower(booking.during) AS starts_at, booking.payment,
        amount_of(booking.price_cents, booking.currency) AS price, booking.currency,
        CASE :awaits WHEN 'approval' THEN service.approval_minutes ELSE service.payment_minutes END AS minutes
    FROM bookings AS booking JOIN services AS service ON service.id = booking.service_id
    WHERE (booking.id = :booking_id OR booking.series_id = :booking_id) AND booking.status = 'held'
), hold AS (
    INSERT INTO holds (booking_id, awaits, until)
    SELECT :booking_id, :awaits, least(:now::timestamptz + make_interval(mins => max(minutes)), min(starts_at))
    FROM session HAVING count(*) > 0
    ON CONFLICT DO NOTHING RETURNING awaits
), intended AS (
    INSERT INTO payments (booking_id, key, purpose, entry, amount, currency, actor, execution)
    SELECT session.id, 'session-' || :booking_id, CASE payment WHEN 'prepay' THEN 'session' ELSE 'card' END, 'intended',
        CASE payment WHEN 'prepay' THEN price ELSE 0 END, currency, :actor, :execution
    FROM session, hold WHERE hold.awaits = 'payment'
    ON CONFLICT DO NOTHING
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution, detail)
    SELECT session.id, 'held', :actor, :execution, jsonb_build_object('awaits', hold.awaits) FROM session, hold
), party AS (
    SELECT DISTINCT client_id, therapist_id FROM session, hold
)
INSERT INTO notifications (booking_id, event, recipient, channel, therapist_id)
SELECT :booking_id, news.event, told.recipient, told.channel, told.therapist_id
FROM party, LATERAL (VALUES
    ('approval_requested', NULL, CASE :awaits WHEN 'approval' THEN therapist_id END),
    ('payment_due', CASE :awaits WHEN 'payment' THEN client_id END, NULL)
) AS news (event, client_id, therapist_id), recipients_of(news.event, news.client_id, news.therapist_id) AS told
ORDER BY told.recipient, told.channel
RETURNING id AS notification_id, event, recipient, channel;

-- name: hold(booking_id, awaits)^
-- One hold, the newest when awaits is null, with whom it belongs to and what is to be paid.
SELECT
    hold.booking_id, hold.awaits, hold.until, hold.task_token, hold.answer, hold.answered_by, hold.outcome, hold.change_id,
    hold.checkout_id, hold.checkout_url, hold.customer_id, hold.payment_method_id, booking.payment,
    booking.requested_by, client.user_sub AS client_sub, therapist.user_sub AS therapist_sub, client.language,
    booking.currency, coalesce((
        SELECT sum(amount) FROM payments WHERE key = 'session-' || hold.booking_id AND entry = 'intended'
    ), 0)::bigint AS amount
FROM holds AS hold
JOIN bookings AS booking ON booking.id = hold.booking_id
JOIN clients AS client ON client.id = booking.client_id
JOIN therapists AS therapist ON therapist.id = booking.therapist_id
WHERE hold.booking_id = :booking_id AND (:awaits::text IS NULL OR hold.awaits = :awaits)
ORDER BY hold.created_at DESC, hold.awaits DESC LIMIT 1;

-- name: sessions_of_hold(booking_id)
-- The sessions that it holds, or held.
SELECT id, status, lower(during) AS starts_at, payment, reasons, cancellation_id FROM bookings
WHERE (id = :booking_id OR series_id = :booking_id) AND during IS NOT NULL AND status <> 'rejected'
ORDER BY id;

-- name: keep_hold_token(booking_id, awaits, task_token)!
UPDATE holds SET task_token = :task_token WHERE booking_id = :booking_id AND awaits = :awaits;

-- name: keep_checkout(booking_id, checkout_id, checkout_url)!
UPDATE holds SET checkout_id = :checkout_id, checkout_url = :checkout_url
WHERE booking_id = :booking_id AND awaits = 'payment';

-- name: keep_card(booking_id, customer_id, payment_method_id)!
-- None of who was erased: what is told again, or late, brings nobody back.
UPDATE holds SET customer_id = :customer_id, payment_method_id = :payment_method_id
WHERE booking_id = :booking_id AND awaits = 'payment' AND NOT EXISTS (
    SELECT FROM bookings AS booking JOIN clients AS client ON client.id = booking.client_id
    WHERE booking.id = holds.booking_id AND client.erased_at IS NOT NULL);

-- name: answer_hold(booking_id, awaits, answer, answered_by, change_id, now)!
UPDATE holds SET answer = :answer, answered_by = :answered_by, change_id = :change_id, answered_at = :now
WHERE booking_id = :booking_id AND awaits = :awaits AND answer IS NULL AND outcome IS NULL;

-- name: settle_hold(booking_id, awaits, outcome)!
UPDATE holds SET outcome = :outcome WHERE booking_id = :booking_id AND awaits = :awaits AND outcome IS NULL;

-- name: take_again(booking_id)$
-- Whether a session whose hold had ended has its time again. Of who was erased meanwhile none has.
SELECT CASE WHEN EXISTS (
    SELECT FROM bookings AS booking JOIN clients AS client ON client.id = booking.client_id
    WHERE booking.id = :booking_id AND client.erased_at IS NULL
) THEN take_again(:booking_id) ELSE false END;

-- name: confirm_held(booking_id, taken_again, actor, execution)
-- What was held is booked, and everyone who is to know is told. taken_again: sessions that are confirmed already.
WITH booking AS (
    UPDATE bookings SET status = 'confirmed'
    WHERE (id = :booking_id OR series_id = :booking_id) AND status = 'held'
    RETURNING id, client_id, therapist_id
), confirmed AS (
    SELECT id, client_id, therapist_id FROM booking
    UNION ALL SELECT id, client_id, therapist_id FROM bookings WHERE id = ANY (:taken_again::text[])
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution)
    SELECT id, 'confirmed', :actor, :execution FROM confirmed
), party AS (
    SELECT DISTINCT client_id, therapist_id FROM confirmed
)
INSERT INTO notifications (booking_id, event, recipient, channel, therapist_id)
SELECT :booking_id, 'booking_confirmed', told.recipient, told.channel, told.therapist_id
FROM party, recipients_of('booking_confirmed', party.client_id, party.therapist_id) AS told
ON CONFLICT DO NOTHING
RETURNING id AS notification_id, event, recipient, channel;

-- name: release_held(booking_id, outcome, reasons, actor, execution)
-- What was held is free again, and the client is told.
WITH booking AS (
    UPDATE bookings SET status = 'cancelled', reasons = :reasons
    WHERE (id = :booking_id OR series_id = :booking_id) AND status = 'held'
    RETURNING id, client_id
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution, detail)
    SELECT id, 'released', :actor, :execution, jsonb_build_object('outcome', :outcome::text) FROM booking
), party AS (
    SELECT DISTINCT client_id FROM booking
)
INSERT INTO notifications (booking_id, event, recipient, channel)
SELECT :booking_id, 'hold_ended', told.recipient, told.channel
FROM party, recipients_of('hold_ended', party.client_id, NULL) AS told
ON CONFLICT DO NOTHING
RETURNING id AS notification_id, event, recipient, channel;

-- name: overdue_holds(ended_before, answered_before)
-- Open holds whose workflow should have settled them by now: it has failed, or never came to it.
SELECT booking_id, awaits FROM holds
WHERE outcome IS NULL AND (until < :ended_before OR answered_at < :answered_before)
ORDER BY until;
