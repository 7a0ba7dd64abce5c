-- depends: 0009_preferences
-- The wait list: who waits for what, and the offers that are made of time that comes free.

ALTER TABLE services ADD COLUMN offer_minutes integer NOT NULL DEFAULT 120 CHECK (offer_minutes BETWEEN 5 AND 2880);

CREATE TABLE waitlist (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{1,80}$'),  -- the Idempotency-Key
    client_id    uuid NOT NULL REFERENCES clients,
    service_id   uuid NOT NULL REFERENCES services,
    therapist_id uuid REFERENCES therapists,  -- null: any who offers the service
    windows      tstzmultirange NOT NULL CHECK (NOT isempty(windows)),  -- the session must lie in one of them
    status       text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'booked', 'left', 'over')),
    request      jsonb NOT NULL,
    requested_by text NOT NULL,  -- a sub
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX waitlist_waiting ON waitlist (created_at, id) WHERE status = 'waiting';
CREATE INDEX waitlist_of_client ON waitlist (client_id);

-- An offer is a booking that is held. Its id is the booking's, which is the name of the execution that waits for the answer.
CREATE TABLE offers (
    booking_id  text PRIMARY KEY REFERENCES bookings,
    entry_id    text NOT NULL REFERENCES waitlist,
    expires_at  timestamptz NOT NULL,  -- until then it can be answered
    task_token  text,  -- of the task that waits; null: it does not wait yet
    answer      text CHECK (answer IN ('accept', 'decline')),  -- the first one, which holds
    answered_by text,  -- a sub
    outcome     text CHECK (outcome IN ('accepted', 'declined', 'expired'))  -- null: it is open
);
CREATE UNIQUE INDEX offers_one_at_a_time ON offers (entry_id) WHERE outcome IS NULL;
CREATE INDEX offers_of_entry ON offers (entry_id);

ALTER TABLE notifications
    DROP CONSTRAINT notifications_event_check,
    ADD CONSTRAINT notifications_event_check CHECK (event IN
        ('booking_confirmed', 'slot_lost', 'booking_cancelled', 'booking_moved', 'reminder', 'slot_offered'));
