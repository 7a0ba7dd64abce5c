-- depends: 0037_letter_of
-- A refund that the provider has made may come back from the bank, days later: then nothing was given back.

-- What counts of the ledger: all of it but the refunds that came back. "failed" is the provider's last word on a refund
-- (https://docs.stripe.com/refunds#failed-refunds), in whatever order its two entries were made here.
CREATE VIEW payments_that_count AS
SELECT entered.* FROM payments AS entered
WHERE entered.entry <> 'refunded' OR NOT EXISTS (
    SELECT FROM payments AS failed
    WHERE failed.key = entered.key AND failed.booking_id = entered.booking_id
        AND failed.entry = 'failed' AND failed.provider_id = entered.provider_id);

-- What is kept of each payment of a session: captured, less what was given back or is about to be.
CREATE OR REPLACE VIEW payments_kept AS
SELECT captured.booking_id, captured.payment_id, captured.currency, min(captured.id) AS id,
    sum(captured.amount) - coalesce((
        SELECT sum(refund.amount) FROM payments_that_count AS refund
        WHERE refund.booking_id = captured.booking_id AND refund.payment_id = captured.payment_id AND refund.purpose = 'refund'
            AND (refund.entry = 'refunded' OR refund.entry = 'intended' AND NOT EXISTS (
                SELECT FROM payments AS done WHERE done.key = refund.key AND done.booking_id = refund.booking_id
                    AND done.entry IN ('refunded', 'failed')))
    ), 0) AS kept
FROM payments AS captured
WHERE captured.entry = 'captured'
GROUP BY captured.booking_id, captured.payment_id, captured.currency;

-- A refund that failed was seen to once money went back in another way.
CREATE OR REPLACE VIEW payments_to_look_at AS
SELECT wrong.* FROM payments AS wrong
WHERE wrong.entry = 'disputed' AND NOT EXISTS (
        SELECT FROM payments AS over
        WHERE over.provider_id = wrong.provider_id AND over.booking_id = wrong.booking_id
            AND over.entry IN ('dispute_won', 'dispute_lost'))
    OR wrong.entry = 'failed' AND wrong.purpose = 'refund' AND NOT EXISTS (
        SELECT FROM payments_that_count AS later
        WHERE later.booking_id = wrong.booking_id AND later.entry = 'refunded' AND later.id > wrong.id);

-- What a session's money comes to, of what has to do with money.
CREATE OR REPLACE FUNCTION money_of(booking bookings) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'captured', coalesce(sum(amount) FILTER (WHERE entry = 'captured'), 0),
        'refunded', coalesce(sum(amount) FILTER (WHERE entry = 'refunded'), 0),
        'refunding', coalesce(sum(amount) FILTER (WHERE is_open AND purpose = 'refund'), 0),
        'has_card', coalesce(bool_or(entry = 'authorised'), false),
        'is_disputed', coalesce(bool_or(entry = 'dispute_lost'), false) OR NOT
            coalesce(array_agg(provider_id) FILTER (WHERE entry = 'disputed'), '{}') <@
            coalesce(array_agg(provider_id) FILTER (WHERE entry IN ('dispute_won', 'dispute_lost')), '{}'),
        'refund_failed', coalesce(max(id) FILTER (WHERE has_failed AND entry = 'failed' AND purpose = 'refund')
            > coalesce(max(id) FILTER (WHERE entry = 'refunded'), 0), false),
        'has_failed', coalesce(bool_or(has_failed), false),
        'fee_failed', coalesce(bool_or(has_failed AND purpose = 'fee'), false),
        'fee_under_way', coalesce(bool_or(is_open AND purpose = 'fee'), false),
        'receipt_url', (array_agg(receipt_url ORDER BY id DESC) FILTER (WHERE receipt_url IS NOT NULL))[1],
        'price', amount_of(booking.price_cents, booking.currency), 'currency', booking.currency, 'rule', booking.payment,
        'late_fee', json_build_array(booking.late_fee_kind, booking.late_fee_value),
        'no_show_fee', json_build_array(booking.no_show_fee_kind, booking.no_show_fee_value),
        'tax_percent', booking.tax_percent,
        'waived', booking.payment_waived_by IS NOT NULL,
        'page', (SELECT json_build_array(url, until) FROM fee_pages WHERE fee_pages.booking_id = booking.id)
    )
    FROM (
        SELECT id, entry, purpose, amount, provider_id, receipt_url,
            entry = 'intended' AND NOT bool_or(entry IN ('captured', 'refunded', 'failed')) OVER movement AS is_open,
            bool_or(entry = 'failed') OVER movement AND NOT bool_or(entry IN ('captured', 'refunded')) OVER movement
                AS has_failed
        FROM payments_that_count AS counted WHERE counted.booking_id = booking.id
        WINDOW movement AS (PARTITION BY key)
    ) AS known
$$;
