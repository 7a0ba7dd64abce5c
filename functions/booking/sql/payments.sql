-- The ledger of payments. Amounts are in the smallest unit of their currency.

-- name: intended(key)
-- What is intended under a key: of a series, each session's share.
SELECT booking_id, purpose, amount, currency, payment_id FROM payments
WHERE key = :key AND entry = 'intended' ORDER BY booking_id;

-- name: entries_of_key(key)
SELECT entry FROM payments WHERE key = :key AND entry <> 'intended';

-- name: enter(booking_id, key, purpose, entry, amount, currency, payment_id, provider_id, receipt_url, code, actor, execution)$
-- Once: whether it is new.
INSERT INTO payments (
    booking_id, key, purpose, entry, amount, currency, payment_id, provider_id, receipt_url, code, actor, execution
) VALUES (
    :booking_id, :key, :purpose, :entry, :amount, :currency, :payment_id, :provider_id, :receipt_url, :code, :actor,
    :execution
) ON CONFLICT DO NOTHING RETURNING true;

-- name: captured(payment_id)
-- The sessions that a payment of the provider's was for, with their shares; the first of a series, which its key names,
-- comes first. rest: of the share, what was not given back.
SELECT booking_id, key, purpose, amount, currency, amount - coalesce((
    SELECT sum(back.amount) FROM payments_that_count AS back
    WHERE back.booking_id = share.booking_id AND back.payment_id = share.payment_id AND back.entry = 'refunded'
), 0)::bigint AS rest
FROM payments AS share
WHERE payment_id = :payment_id AND entry = 'captured' ORDER BY key <> 'session-' || booking_id, booking_id;

-- name: rest_of(payment_id)$
-- What can be given back of a payment still.
SELECT coalesce(sum(CASE entry WHEN 'captured' THEN amount ELSE -amount END), 0)::bigint FROM payments_that_count
WHERE payment_id = :payment_id AND entry IN ('captured', 'refunded');

-- name: refund_left(payment_id, amount)^
-- A refund of this payment, of this amount, that has not been made: one that has failed, and was not seen to, before one
-- that nobody knows of yet.
SELECT intended.booking_id, intended.key, open.key IS NULL AS has_failed
FROM payments AS intended
LEFT JOIN payments_to_make AS open ON open.id = intended.id
WHERE intended.payment_id = :payment_id AND intended.amount = :amount AND intended.entry = 'intended'
    AND intended.purpose = 'refund' AND (open.key IS NOT NULL OR EXISTS (
        SELECT FROM payments_to_look_at AS wrong
        WHERE wrong.key = intended.key AND wrong.booking_id = intended.booking_id AND wrong.entry = 'failed'))
ORDER BY has_failed DESC, intended.id LIMIT 1;

-- name: parts_of(key)
-- The sessions of a movement of which something was entered, each with its part as it was entered first.
SELECT DISTINCT ON (booking_id) booking_id, amount FROM payments WHERE key = :key ORDER BY booking_id, id;

-- name: money_told(booking_ids, key)^
-- What a letter says of these sessions: captured of them all; amount: of the movement of this key, as it was done or is
-- intended. The receipt is the movement's, or else the newest one.
SELECT
    coalesce(sum(amount) FILTER (WHERE entry = 'captured' AND booking_id = ANY (:booking_ids::text[])), 0)::bigint
        AS captured,
    coalesce(
        sum(amount) FILTER (WHERE key = :key AND entry IN ('captured', 'refunded')),
        sum(amount) FILTER (WHERE key = :key AND entry = 'intended'), 0)::bigint AS amount,
    (array_agg(receipt_url ORDER BY key = :key DESC, id DESC) FILTER (
        WHERE entry = 'captured' AND receipt_url IS NOT NULL))[1] AS receipt_url
FROM payments WHERE booking_id = ANY (:booking_ids::text[]) OR key = :key;

-- name: lock_sessions(booking_ids)
-- Their money is reckoned by one at a time.
SELECT id FROM bookings WHERE id = ANY (:booking_ids::text[]) ORDER BY id FOR UPDATE;

-- name: accounts(booking_ids)
-- The money of these sessions, of those that have to do with money at all.
SELECT
    booking.id AS booking_id, reported_status(booking.status, booking.cancelled_late) AS status, booking.payment,
    amount_of(booking.price_cents, booking.currency) AS price, booking.currency, booking.late_fee_kind,
    booking.late_fee_value, booking.no_show_fee_kind, booking.no_show_fee_value, booking.payment_waived_by IS NOT NULL AS waived,
    coalesce((
        SELECT json_agg(json_build_array(payment_id, kept) ORDER BY id) FROM payments_kept
        WHERE payments_kept.booking_id = booking.id
    ), '[]') AS kept,
    EXISTS (
        SELECT FROM holds WHERE holds.booking_id = coalesce(booking.series_id, booking.id) AND payment_method_id IS NOT NULL
    ) AS has_card,
    EXISTS (
        SELECT FROM payments_to_look_at AS wrong WHERE wrong.booking_id = booking.id AND wrong.entry = 'disputed'
    ) OR EXISTS (
        SELECT FROM payments WHERE payments.booking_id = booking.id AND entry = 'dispute_lost'
    ) AS is_disputed,
    EXISTS (
        SELECT FROM payments_to_look_at AS wrong WHERE wrong.booking_id = booking.id AND wrong.entry = 'failed'
    ) OR EXISTS (
        SELECT FROM fees_not_taken WHERE fees_not_taken.booking_id = booking.id
    ) AS has_failed,
    EXISTS (
        SELECT FROM payments_to_make AS fee WHERE fee.booking_id = booking.id AND fee.purpose = 'fee'
    ) AS fee_under_way,
    (
        SELECT coalesce(sum(amount), 0)::bigint FROM refunds_by_hand WHERE refunds_by_hand.booking_id = booking.id
    ) AS by_hand,
    (
        SELECT count(*) FROM payments WHERE payments.booking_id = booking.id AND entry = 'intended' AND purpose = 'refund'
    ) AS refunds,
    (
        SELECT count(*) FROM payments WHERE payments.booking_id = booking.id AND entry = 'intended' AND purpose = 'fee'
    ) AS fees
FROM bookings AS booking
WHERE booking.id = ANY (:booking_ids::text[]) AND booking.payment <> 'none';

-- name: to_make(booking_ids)
-- Keys of what is intended for these sessions, and not known to be done.
SELECT key FROM payments_to_make WHERE booking_id = ANY (:booking_ids::text[]) ORDER BY id;

-- name: left_to_make(intended_before)
-- Keys of what was intended before then, and not known to be done.
SELECT key FROM payments_to_make WHERE at < :intended_before ORDER BY id;

-- name: card_of(booking_id)^
-- The card that a fee of this session can be taken from.
SELECT customer_id, payment_method_id FROM holds
WHERE awaits = 'payment' AND payment_method_id IS NOT NULL AND booking_id = (
    SELECT coalesce(series_id, id) FROM bookings WHERE id = :booking_id);

-- name: tell_of_payment(booking_id, event, key)
-- The client is told what became of money, once for each movement.
INSERT INTO notifications (booking_id, event, recipient, channel, occasion)
SELECT booking.id, :event, told.recipient, told.channel, :key
FROM bookings AS booking, recipients_of(:event, booking.client_id, NULL) AS told
WHERE booking.id = :booking_id AND :event IN ('payment_refunded', 'fee_charged', 'fee_due')
ORDER BY told.recipient, told.channel
ON CONFLICT DO NOTHING
RETURNING id AS notification_id, event, recipient, channel;

-- name: told_of_payment(booking_id, event, key)
SELECT id AS notification_id, event, recipient, channel, status, attempts, delivery FROM notifications
WHERE booking_id = :booking_id AND event = :event AND occasion = :key ORDER BY recipient, channel;

-- name: waive(booking_ids, waived_by)!
-- Staff ask for no payment and no fee of these sessions.
WITH booking AS (
    UPDATE bookings SET payment_waived_by = :waived_by
    WHERE id = ANY (:booking_ids::text[]) AND payment <> 'none' AND payment_waived_by IS NULL
    RETURNING id
)
INSERT INTO booking_events (booking_id, event, actor, execution)
SELECT id, 'payment_waived', :waived_by, '' FROM booking ORDER BY id;

-- name: unpaid_fee(booking_id)$
-- The key of a fee that the card did not take.
SELECT key FROM fees_not_taken WHERE booking_id = :booking_id ORDER BY id DESC LIMIT 1;

-- name: put_fee_page(booking_id, url, until)!
-- Of a booking there is.
INSERT INTO fee_pages (booking_id, url, until) SELECT id, :url, :until FROM bookings WHERE id = :booking_id
ON CONFLICT (booking_id) DO UPDATE SET url = excluded.url, until = excluded.until;

-- name: sums(since, until, after, most)
-- Payments of which something was entered in this time, with all of their sums, by their ids; after: the last one seen.
-- A series' payment is in the ledger session by session: its head has the smallest id of them, or is as good.
SELECT payment_id, min(booking_id) AS booking_id, min(currency) AS currency, min(at) AS at,
    coalesce(sum(amount) FILTER (WHERE entry = 'captured'), 0)::bigint AS captured,
    coalesce(sum(amount) FILTER (WHERE entry = 'refunded'), 0)::bigint AS refunded
FROM payments_that_count
WHERE entry IN ('captured', 'refunded') AND payment_id IN (
    SELECT payment_id FROM payments
    WHERE at >= :since AND at < :until AND entry IN ('captured', 'refunded')
        AND payment_id COLLATE "C" > coalesce(:after, '')
)
GROUP BY payment_id ORDER BY payment_id COLLATE "C" LIMIT :most;
