-- depends: 0027_set_aside
-- Time off one by one, with a label; absences, which cancel what lies in their time off.

-- Illness may fall into a holiday: time off may overlap, and whoever reads it joins it. Extra hours stay apart.
ALTER TABLE availability_exceptions
    ADD COLUMN label text CHECK (char_length(label) BETWEEN 1 AND 200),  -- for who keeps the calendar, never in messages
    DROP CONSTRAINT availability_exceptions_apart,
    ADD CONSTRAINT availability_exceptions_extra_hours_apart EXCLUDE USING gist
        (therapist_id WITH =, during WITH &&) WHERE (kind = 'extra_hours');
CREATE INDEX availability_exceptions_of_therapist ON availability_exceptions USING gist (therapist_id, kind, during);

-- A change of a calendar: what lies in its time off is cancelled, one change of a booking each. The id is the
-- Idempotency-Key, as a change's.
CREATE TABLE absences (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{1,80}$'),
    therapist_id uuid NOT NULL REFERENCES therapists ON DELETE CASCADE,
    time_off_id  uuid NOT NULL,  -- which may have been taken back since
    digest       text NOT NULL,  -- SHA-256 of what was asked; its words are where words are
    requested_by text NOT NULL,  -- a sub
    groups       text[] NOT NULL,  -- theirs, when they asked
    created_at   timestamptz NOT NULL
);

CREATE TABLE absence_cancellations (
    change_id  text PRIMARY KEY,  -- of the cancellation, and its execution's name
    absence_id text NOT NULL REFERENCES absences ON DELETE CASCADE,
    booking_id text NOT NULL,  -- no reference: its check would lock bookings in no order
    starts_at  timestamptz NOT NULL,  -- as it was then: a session that was moved since is left
    started_at timestamptz,  -- its execution; null: it is to be started
    CONSTRAINT absence_cancellations_once UNIQUE (absence_id, booking_id)
);
CREATE INDEX absence_cancellations_to_start ON absence_cancellations (change_id) WHERE started_at IS NULL;
