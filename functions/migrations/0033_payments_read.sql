-- depends: 0032_payments
-- What readers see of money: how a session's payment stands, what it is held for, and where a fee is paid.

-- Where a client pays a fee that their card did not take; until: the provider's page is open so long.
CREATE TABLE fee_pages (
    booking_id text PRIMARY KEY REFERENCES bookings,
    url        text NOT NULL,
    until      timestamptz NOT NULL
);

-- What a session's money comes to, of what has to do with money.
CREATE FUNCTION money_of(booking bookings) RETURNS json LANGUAGE sql STABLE AS $$
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
        FROM payments WHERE payments.booking_id = booking.id
        WINDOW movement AS (PARTITION BY key)
    ) AS known
$$;

-- The same; null: it has nothing to do with money. PostgreSQL writes it into the query: most sessions call nothing.
CREATE FUNCTION payment_of(booking bookings) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN booking.payment <> 'none' THEN money_of(booking) END
$$;

-- What a held session waits for; null: nothing, or its time is held for an offer.
CREATE FUNCTION open_hold(of_booking text) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('awaits', awaits, 'until', until, 'answer', answer, 'checkout_url', checkout_url)
    FROM holds WHERE holds.booking_id = of_booking AND outcome IS NULL
$$;
CREATE FUNCTION hold_of(booking bookings) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN booking.status = 'held' THEN open_hold(coalesce(booking.series_id, booking.id)) END
$$;

-- A refund that failed was seen to once money went back in another way.
CREATE OR REPLACE VIEW payments_to_look_at AS
SELECT wrong.* FROM payments AS wrong
WHERE wrong.entry = 'disputed' AND NOT EXISTS (
        SELECT FROM payments AS over
        WHERE over.provider_id = wrong.provider_id AND over.booking_id = wrong.booking_id
            AND over.entry IN ('dispute_won', 'dispute_lost'))
    OR wrong.entry = 'failed' AND wrong.purpose = 'refund' AND NOT EXISTS (
        SELECT FROM payments AS later
        WHERE later.booking_id = wrong.booking_id AND later.entry = 'refunded' AND later.id > wrong.id);
CREATE INDEX payments_gone_wrong ON payments (at) WHERE entry IN ('disputed', 'failed');

-- Money that a person has to look at needs one, too.
CREATE OR REPLACE VIEW needing_attention AS
SELECT booking_id, 1 AS place, status, error, at, execution FROM workflow_attention WHERE needed
UNION ALL
SELECT old.booking_id, 1, old.status, old.error, old.at, old.execution FROM attention AS old
WHERE old.needed AND NOT EXISTS (
    SELECT FROM workflow_attention AS known
    WHERE known.booking_id = old.booking_id AND known.at >= old.at
        AND starts_with(old.execution || ':', known.workflow || ':')
)
UNION ALL
SELECT booking_id, 2, 'UNREACHED', NULL, at, NULL FROM unreached
UNION ALL
SELECT booking_id, 3, 'PAYMENT', CASE entry WHEN 'disputed' THEN 'disputed' ELSE 'refund_failed' END, max(at), NULL
FROM payments_to_look_at GROUP BY booking_id, entry;

-- A request that was declined has its therapist's words; a payment that was waived has the reason, for staff.
CREATE VIEW words_of_holds AS
SELECT hold.booking_id, word.body, false AS is_internal
FROM holds AS hold
JOIN booking_words AS word ON word.key = hold.booking_id AND word.kind = 'reason' AND word.written_by = hold.answered_by
WHERE hold.awaits = 'approval' AND hold.answer = 'decline'
UNION ALL
SELECT booking.id, word.body, true
FROM bookings AS booking
JOIN booking_words AS word ON word.key = booking.id AND word.kind = 'reason' AND word.written_by = booking.payment_waived_by
    AND word.is_internal;
