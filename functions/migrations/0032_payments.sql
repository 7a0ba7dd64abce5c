-- depends: 0031_workflow_attention
-- Bookings that wait for a yes or for their payment, and the ledger of payments.
-- Amounts are in the smallest unit of their currency: cents, yen, fils.

ALTER TABLE services
    ADD COLUMN payment text NOT NULL DEFAULT 'none' CHECK (payment IN ('none', 'prepay', 'card_on_file')),
    ADD COLUMN payment_minutes integer NOT NULL DEFAULT 30 CHECK (payment_minutes BETWEEN 5 AND 1380),
    ADD COLUMN approval text NOT NULL DEFAULT 'none' CHECK (approval IN ('none', 'therapist')),
    ADD COLUMN approval_minutes integer NOT NULL DEFAULT 2880 CHECK (approval_minutes BETWEEN 15 AND 10080),
    ADD COLUMN late_fee_kind text NOT NULL DEFAULT 'none' CHECK (late_fee_kind IN ('none', 'percent', 'amount')),
    ADD COLUMN late_fee_value integer NOT NULL DEFAULT 0 CHECK (late_fee_value >= 0),
    ADD COLUMN no_show_fee_kind text NOT NULL DEFAULT 'none' CHECK (no_show_fee_kind IN ('none', 'percent', 'amount')),
    ADD COLUMN no_show_fee_value integer NOT NULL DEFAULT 0 CHECK (no_show_fee_value >= 0),
    ADD COLUMN tax_percent numeric(4, 2) NOT NULL DEFAULT 0 CHECK (tax_percent BETWEEN 0 AND 99.99);  -- in the price

-- Prices are in hundredths, whatever their currency; amounts are in its smallest unit. The currencies that count otherwise
-- are those of booking/money.py.
CREATE FUNCTION amount_of(price_cents integer, currency text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN currency IN (
            'BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'
        ) THEN price_cents / 100
        WHEN currency IN ('BHD', 'JOD', 'KWD', 'OMR', 'TND') THEN price_cents * 10::bigint
        ELSE price_cents END
$$;

-- As the service had them when it was booked, like the price.
ALTER TABLE bookings
    ADD COLUMN payment text NOT NULL DEFAULT 'none' CHECK (payment IN ('none', 'prepay', 'card_on_file')),
    ADD COLUMN late_fee_kind text NOT NULL DEFAULT 'none' CHECK (late_fee_kind IN ('none', 'percent', 'amount')),
    ADD COLUMN late_fee_value integer NOT NULL DEFAULT 0,
    ADD COLUMN no_show_fee_kind text NOT NULL DEFAULT 'none' CHECK (no_show_fee_kind IN ('none', 'percent', 'amount')),
    ADD COLUMN no_show_fee_value integer NOT NULL DEFAULT 0,
    ADD COLUMN tax_percent numeric(4, 2) NOT NULL DEFAULT 0,
    ADD COLUMN payment_waived_by text;  -- a sub: staff who asks for no payment and no fee of this session

CREATE FUNCTION keep_terms_of_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT CASE WHEN payment = 'prepay' AND price_cents = 0 THEN 'none' ELSE payment END,
        late_fee_kind, late_fee_value, no_show_fee_kind, no_show_fee_value, tax_percent
    INTO NEW.payment, NEW.late_fee_kind, NEW.late_fee_value, NEW.no_show_fee_kind, NEW.no_show_fee_value, NEW.tax_percent
    FROM services WHERE id = NEW.service_id;
    RETURN NEW;
END $$;
-- Rejected requests may name no service. A request that is cancelled before it is decided names none either.
CREATE TRIGGER bookings_keep_terms_of_payment BEFORE INSERT ON bookings FOR EACH ROW
    WHEN (NEW.service_id IS NOT NULL) EXECUTE FUNCTION keep_terms_of_payment();

-- What a held booking waits for. booking_id: the booking, or the first session of a series, which waits as one. The row is
-- the answer; the token only ends the waiting of a workflow.
CREATE TABLE holds (
    booking_id        text NOT NULL REFERENCES bookings,
    awaits            text NOT NULL CHECK (awaits IN ('approval', 'payment')),
    until             timestamptz NOT NULL,  -- then it ends without an answer
    task_token        text,  -- of the task that waits; null: it does not wait yet
    answer            text CHECK (answer IN ('approve', 'decline', 'pay', 'waive', 'cancel')),  -- the first one, which holds
    answered_by       text,  -- a sub, or the execution of who paid
    answered_at       timestamptz,
    outcome           text CHECK (outcome IN ('approved', 'confirmed', 'declined', 'expired', 'cancelled')),  -- null: it is open
    checkout_id       text,  -- where the client pays, at the provider
    checkout_url      text,
    change_id         text,  -- the change that cancels it
    customer_id       text,  -- the card that is kept, by the provider's ids
    payment_method_id text,
    created_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (booking_id, awaits)
);
CREATE INDEX holds_open ON holds (until) WHERE outcome IS NULL;

-- The ledger of payments: written once, never changed. What is kept of a session's money is the sum of its rows.
-- key: of a movement of money, and the provider's idempotency key of it; session-<head>, refund-<booking>-<n>, fee-<booking>-<n>.
CREATE TABLE payments (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id  text NOT NULL REFERENCES bookings,  -- each session of a series has its share
    key         text NOT NULL,
    purpose     text NOT NULL CHECK (purpose IN ('session', 'card', 'fee', 'refund')),
    entry       text NOT NULL CHECK (entry IN (
                    'intended', 'authorised', 'captured', 'refunded', 'failed', 'disputed', 'dispute_won', 'dispute_lost')),
    amount      bigint NOT NULL CHECK (amount >= 0),
    currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    payment_id  text,  -- the provider's id of the payment that it is (captured), or is of (refund, dispute)
    provider_id text NOT NULL DEFAULT '',  -- the provider's id of this very thing
    receipt_url text,
    code        text,  -- why it failed, as the provider says it
    actor       text NOT NULL,  -- a sub, or 'provider'
    execution   text NOT NULL DEFAULT '',
    at          timestamptz NOT NULL DEFAULT now(),
    -- Events come twice and in any order: each thing is entered once.
    CONSTRAINT payments_once UNIQUE (booking_id, key, entry, provider_id)
);
CREATE INDEX payments_of_key ON payments (key);
CREATE INDEX payments_of_payment ON payments (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX payments_in_time ON payments (at);
CREATE TRIGGER payments_append_only BEFORE UPDATE OR DELETE ON payments FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Movements of money that are intended, and of which nobody knows yet what became.
CREATE VIEW payments_to_make AS
SELECT intended.* FROM payments AS intended
WHERE intended.entry = 'intended' AND intended.purpose IN ('refund', 'fee') AND NOT EXISTS (
    SELECT FROM payments AS done
    WHERE done.key = intended.key AND done.booking_id = intended.booking_id AND done.entry IN ('captured', 'refunded', 'failed')
);

-- What a person has to look at: disputes, and movements that failed.
CREATE VIEW payments_to_look_at AS
SELECT wrong.* FROM payments AS wrong
WHERE wrong.entry = 'disputed' AND NOT EXISTS (
        SELECT FROM payments AS over
        WHERE over.provider_id = wrong.provider_id AND over.booking_id = wrong.booking_id
            AND over.entry IN ('dispute_won', 'dispute_lost'))
    OR wrong.entry = 'failed' AND wrong.purpose = 'refund';

-- What is kept of each payment of a session: captured, less what was given back or is about to be.
CREATE VIEW payments_kept AS
SELECT captured.booking_id, captured.payment_id, captured.currency, min(captured.id) AS id,
    sum(captured.amount) - coalesce((
        SELECT sum(refund.amount) FROM payments AS refund
        WHERE refund.booking_id = captured.booking_id AND refund.payment_id = captured.payment_id AND refund.purpose = 'refund'
            AND (refund.entry = 'refunded' OR refund.entry = 'intended' AND NOT EXISTS (
                SELECT FROM payments AS done WHERE done.key = refund.key AND done.booking_id = refund.booking_id
                    AND done.entry IN ('refunded', 'failed')))
    ), 0) AS kept
FROM payments AS captured
WHERE captured.entry = 'captured'
GROUP BY captured.booking_id, captured.payment_id, captured.currency;

-- A hold that ended too early: the time is the client's again, if nobody else has it. Whether it is.
CREATE FUNCTION take_again(of_booking text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bookings SET status = 'confirmed', reasons = '[]' WHERE id = of_booking AND status = 'cancelled';
    RETURN FOUND;
EXCEPTION WHEN exclusion_violation OR integrity_constraint_violation OR raise_exception THEN
    RETURN false;
END $$;
