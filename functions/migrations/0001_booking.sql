-- The calendar of a practice. The exclusion constraints below, not the code, make a double booking impossible.

CREATE EXTENSION IF NOT EXISTS btree_gist;  -- lets an exclusion constraint compare a uuid with = beside a range with &&

CREATE TABLE therapists (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_sub               text UNIQUE,  -- who they are in Cognito; null until they have a login
    name                   text NOT NULL,
    time_zone              text NOT NULL,  -- IANA name; working hours are wall-clock time in it
    minimum_notice_minutes integer NOT NULL DEFAULT 0 CHECK (minimum_notice_minutes >= 0),
    booking_window_days    integer NOT NULL DEFAULT 90 CHECK (booking_window_days > 0),
    active                 boolean NOT NULL DEFAULT true
);

CREATE TABLE clients (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_sub  text UNIQUE,
    name      text NOT NULL,
    time_zone text NOT NULL,
    active    boolean NOT NULL DEFAULT true
);

-- A contact without consented_at is known but not written to.
CREATE TABLE client_contacts (
    client_id    uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
    channel      text NOT NULL CHECK (channel IN ('email', 'sms')),
    address      text NOT NULL,  -- an e-mail address, or a number in E.164
    consented_at timestamptz,
    PRIMARY KEY (client_id, channel)
);

CREATE TABLE therapist_contacts (
    therapist_id uuid NOT NULL REFERENCES therapists ON DELETE CASCADE,
    channel      text NOT NULL CHECK (channel IN ('email', 'sms')),
    address      text NOT NULL,
    consented_at timestamptz,
    PRIMARY KEY (therapist_id, channel)
);

CREATE TABLE services (
    id                    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name                  text NOT NULL,
    duration_minutes      integer NOT NULL CHECK (duration_minutes > 0),
    buffer_before_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_before_minutes >= 0),
    buffer_after_minutes  integer NOT NULL DEFAULT 0 CHECK (buffer_after_minutes >= 0),
    price_cents           integer NOT NULL CHECK (price_cents >= 0),
    currency              text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    active                boolean NOT NULL DEFAULT true
);

CREATE TABLE therapist_services (
    therapist_id uuid NOT NULL REFERENCES therapists ON DELETE CASCADE,
    service_id   uuid NOT NULL REFERENCES services ON DELETE CASCADE,
    PRIMARY KEY (therapist_id, service_id)
);

-- Weekly working hours in the therapist's wall-clock time. closes = 00:00 is the midnight that ends the day.
CREATE TABLE availability (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    therapist_id uuid NOT NULL REFERENCES therapists ON DELETE CASCADE,
    weekday      smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),  -- ISO: Monday is 1
    opens        time NOT NULL,
    closes       time NOT NULL CHECK (closes < time '24:00' AND (closes > opens OR closes = '00:00')),
    UNIQUE (therapist_id, weekday, opens)
);

-- One row a decided request. 'pending' is not here: it is a request whose workflow has not decided yet.
-- A rejected request may name what does not exist, so only its text (request) is certain.
CREATE TABLE bookings (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{1,80}$'),  -- the Idempotency-Key, the execution's name
    status       text NOT NULL CHECK (status IN
                     ('held', 'confirmed', 'completed', 'no_show', 'rejected', 'cancelled')),
    therapist_id uuid REFERENCES therapists,
    client_id    uuid REFERENCES clients,
    service_id   uuid REFERENCES services,
    during       tstzrange,  -- what the client sees
    occupied     tstzrange,  -- with the service's buffers
    request      jsonb NOT NULL,  -- what was asked: ids and a time, in the caller's own writing
    requested_by text NOT NULL,  -- the caller's sub
    reasons      jsonb NOT NULL DEFAULT '[]',  -- of a rejection: [{"code", "message"}]
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT bookings_complete CHECK (status = 'rejected' OR num_nulls(
        therapist_id, client_id, service_id, during, occupied) = 0),
    CONSTRAINT bookings_bounds CHECK (
        during <@ occupied AND NOT isempty(during)
        AND lower_inc(during) AND NOT upper_inc(during) AND lower_inc(occupied) AND NOT upper_inc(occupied)),
    CONSTRAINT bookings_therapist_free EXCLUDE USING gist
        (therapist_id WITH =, occupied WITH &&) WHERE (status IN ('held', 'confirmed')),
    CONSTRAINT bookings_client_free EXCLUDE USING gist
        (client_id WITH =, during WITH &&) WHERE (status IN ('held', 'confirmed'))
);

-- Who did what to which booking, when, in which execution. Written once, never changed.
CREATE TABLE booking_events (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    booking_id text NOT NULL REFERENCES bookings,
    event      text NOT NULL,
    actor      text NOT NULL,  -- a sub
    execution  text NOT NULL,  -- an execution's ARN
    detail     jsonb NOT NULL DEFAULT '{}',  -- codes only
    at         timestamptz NOT NULL DEFAULT now(),
    -- A step that runs twice in one execution did one thing.
    CONSTRAINT booking_events_once UNIQUE (booking_id, event, execution)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;

CREATE TRIGGER booking_events_append_only BEFORE UPDATE OR DELETE ON booking_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The ledger: one row a message, so that no message is sent twice and none is forgotten.
CREATE TABLE notifications (
    id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    booking_id          text NOT NULL REFERENCES bookings,
    event               text NOT NULL CHECK (event IN ('booking_confirmed', 'slot_lost')),
    recipient           text NOT NULL CHECK (recipient IN ('client', 'therapist')),
    channel             text NOT NULL CHECK (channel IN ('email', 'sms')),
    status              text NOT NULL DEFAULT 'queued'
                            CHECK (status IN ('queued', 'sending', 'sent', 'undeliverable')),
    reason              text,  -- of 'undeliverable'
    attempts            integer NOT NULL DEFAULT 0,
    claimed_at          timestamptz,  -- of the attempt under way or the last one
    settled_at          timestamptz,
    last_error          text,  -- an exception's name
    provider_message_id text,
    CONSTRAINT notifications_once UNIQUE (booking_id, event, recipient, channel)
);
