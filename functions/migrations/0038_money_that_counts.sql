-- depends: 0037_letter_of
-- What counts of the ledger: the bank may send a refund back days later, and people give money back by hand.

-- All of it but the refunds that came back. "failed" is the provider's last word on a refund
-- (https://docs.stripe.com/refunds#failed-refunds), in whatever order its two entries were made here.
CREATE VIEW payments_that_count AS
SELECT entered.* FROM payments AS entered
WHERE entered.entry <> 'refunded' OR NOT EXISTS (
    SELECT FROM payments AS failed
    WHERE failed.key = entered.key AND failed.booking_id = entered.booking_id
        AND failed.entry = 'failed' AND failed.provider_id = entered.provider_id);

-- What somebody has given back at the provider's, of their own accord.
CREATE VIEW refunds_by_hand AS
SELECT back.* FROM payments_that_count AS back
WHERE back.entry = 'refunded' AND NOT EXISTS (
    SELECT FROM payments AS intended
    WHERE intended.key = back.key AND intended.booking_id = back.booking_id AND intended.entry = 'intended');

-- Fees that the card did not take and nobody has paid since. What was due no more (not_due) was not asked for.
CREATE VIEW fees_not_taken AS
SELECT failed.* FROM payments AS failed
WHERE failed.purpose = 'fee' AND failed.entry = 'failed' AND failed.code IS DISTINCT FROM 'not_due' AND NOT EXISTS (
    SELECT FROM payments AS taken
    WHERE taken.key = failed.key AND taken.booking_id = failed.booking_id AND taken.entry = 'captured');

-- What is kept of each payment of a session: captured, less what was given back or is about to be. No more can be about
-- to go than there is: of an intended refund that nobody could make, people may have given back a part by hand.
CREATE OR REPLACE VIEW payments_kept AS
SELECT taken.booking_id, taken.payment_id, taken.currency, taken.id,
    taken.rest - least(greatest(taken.rest, 0), going.amount) AS kept
FROM (
    SELECT captured.booking_id, captured.payment_id, captured.currency, min(captured.id) AS id,
        sum(captured.amount) - coalesce((
            SELECT sum(back.amount) FROM payments_that_count AS back
            WHERE back.booking_id = captured.booking_id AND back.payment_id = captured.payment_id AND back.entry = 'refunded'
        ), 0) AS rest
    FROM payments AS captured
    WHERE captured.entry = 'captured'
    GROUP BY captured.booking_id, captured.payment_id, captured.currency
) AS taken
CROSS JOIN LATERAL (
    SELECT coalesce(sum(intended.amount), 0) AS amount FROM payments_to_make AS intended
    WHERE intended.booking_id = taken.booking_id AND intended.payment_id = taken.payment_id AND intended.purpose = 'refund'
) AS going;

-- What a person has to look at: disputes, and refunds that failed. One is seen to once as much went back in another way
-- since it was intended; and of what the bank looks into (disputed) the dispute says enough, once we know of it.
CREATE OR REPLACE VIEW payments_to_look_at AS
SELECT wrong.* FROM payments AS wrong
WHERE wrong.entry = 'disputed' AND NOT EXISTS (
        SELECT FROM payments AS over
        WHERE over.provider_id = wrong.provider_id AND over.booking_id = wrong.booking_id
            AND over.entry IN ('dispute_won', 'dispute_lost'))
    OR wrong.entry = 'failed' AND wrong.purpose = 'refund' AND NOT (wrong.code IS NOT DISTINCT FROM 'disputed' AND EXISTS (
        SELECT FROM payments AS dispute
        WHERE dispute.payment_id = wrong.payment_id AND dispute.booking_id = wrong.booking_id AND dispute.entry = 'disputed'))
    AND wrong.amount > coalesce((
        SELECT sum(later.amount) FROM payments_that_count AS later
        WHERE later.booking_id = wrong.booking_id AND later.entry = 'refunded'
            AND (later.key, later.provider_id) <> (wrong.key, wrong.provider_id)
            AND later.id > (
                SELECT min(known.id) FROM payments AS known
                WHERE known.booking_id = wrong.booking_id AND known.key = wrong.key)), 0);

-- What a session's money comes to, of what has to do with money.
CREATE OR REPLACE FUNCTION money_of(booking bookings) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'captured', captured,
        'refunded', refunded,
        'refunding', least(refunding, greatest(captured - refunded, 0)),
        'lost', least(lost, greatest(captured - refunded, 0)),
        'by_hand', (SELECT coalesce(sum(amount), 0) FROM refunds_by_hand WHERE refunds_by_hand.booking_id = booking.id),
        'has_card', has_card,
        'is_disputed', is_disputed,
        'refund_failed', refund_failed,
        'has_failed', refund_failed OR fee_failed,
        'fee_failed', fee_failed,
        'fee_under_way', fee_under_way,
        'receipt_url', receipt_url,
        'price', amount_of(booking.price_cents, booking.currency), 'currency', booking.currency, 'rule', booking.payment,
        'late_fee', json_build_array(booking.late_fee_kind, booking.late_fee_value),
        'no_show_fee', json_build_array(booking.no_show_fee_kind, booking.no_show_fee_value),
        'tax_percent', booking.tax_percent,
        'waived', booking.payment_waived_by IS NOT NULL,
        'page', (SELECT json_build_array(url, until) FROM fee_pages WHERE fee_pages.booking_id = booking.id)
    )
    FROM (
        SELECT coalesce(sum(amount) FILTER (WHERE entry = 'captured'), 0) AS captured,
            coalesce(sum(amount) FILTER (WHERE entry = 'refunded'), 0) AS refunded,
            coalesce(sum(amount) FILTER (WHERE entry = 'dispute_lost'), 0) AS lost,
            coalesce(bool_or(entry = 'authorised'), false) AS has_card,
            coalesce(bool_or(entry = 'dispute_lost'), false) OR NOT
                coalesce(array_agg(provider_id) FILTER (WHERE entry = 'disputed'), '{}') <@
                coalesce(array_agg(provider_id) FILTER (WHERE entry IN ('dispute_won', 'dispute_lost')), '{}') AS is_disputed,
            (array_agg(receipt_url ORDER BY id DESC) FILTER (WHERE receipt_url IS NOT NULL))[1] AS receipt_url
        FROM payments_that_count AS counted WHERE counted.booking_id = booking.id
    ) AS sums
    CROSS JOIN (
        SELECT coalesce(sum(amount) FILTER (WHERE purpose = 'refund'), 0) AS refunding,
            coalesce(bool_or(purpose = 'fee'), false) AS fee_under_way
        FROM payments_to_make AS intended WHERE intended.booking_id = booking.id
    ) AS to_make
    CROSS JOIN (
        SELECT EXISTS (
                SELECT FROM payments_to_look_at AS wrong WHERE wrong.booking_id = booking.id AND wrong.entry = 'failed'
            ) AS refund_failed,
            EXISTS (SELECT FROM fees_not_taken WHERE fees_not_taken.booking_id = booking.id) AS fee_failed
    ) AS wrong
$$;
