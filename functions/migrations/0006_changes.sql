-- depends: 0005_calendars
-- The life of a booking: cancelled, moved, reminded of, completed.

ALTER TABLE services
    ADD COLUMN free_cancellation_minutes integer NOT NULL DEFAULT 1440 CHECK (free_cancellation_minutes >= 0),
    -- what clients may do after that: still cancel, which is then a late cancellation, or nothing
    ADD COLUMN late_cancellation text NOT NULL DEFAULT 'allowed' CHECK (late_cancellation IN ('allowed', 'staff_only')),
    ADD COLUMN reminder_email_minutes integer DEFAULT 1440 CHECK (reminder_email_minutes > 0),  -- before; null: none
    ADD COLUMN reminder_sms_minutes integer DEFAULT 120 CHECK (reminder_sms_minutes > 0);

-- A request that was cancelled before it was decided is 'cancelled' without a session.
ALTER TABLE bookings
    ADD COLUMN sequence integer NOT NULL DEFAULT 0,  -- of its calendar file: raised by each move and cancellation
    DROP CONSTRAINT bookings_complete,
    ADD CONSTRAINT bookings_complete CHECK (status = 'rejected' OR num_nulls(
        therapist_id, client_id, service_id, during, occupied, day) = 0
        OR (status = 'cancelled' AND during IS NULL));
CREATE INDEX bookings_standing ON bookings (lower(during)) WHERE status = 'confirmed';  -- reminders and completion

-- What was asked to become of a booking, and what became of it. The id is the Idempotency-Key and the execution's name.
CREATE TABLE changes (
    id           text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{1,80}$'),
    kind         text NOT NULL CHECK (kind IN ('cancellation', 'rescheduling')),
    booking_id   text NOT NULL,  -- it may name nothing
    request      jsonb NOT NULL,
    requested_by text NOT NULL,  -- a sub
    outcome      text NOT NULL,
    reasons      jsonb NOT NULL DEFAULT '[]',
    booking_ids  text[] NOT NULL DEFAULT '{}',  -- the bookings it has changed
    moved_from   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX changes_of_booking ON changes (booking_id);

-- A booking may be moved twice, and each move is told once: occasion says which change, or which reminder, it is.
ALTER TABLE notifications
    ADD COLUMN occasion text NOT NULL DEFAULT '',
    ADD COLUMN about timestamptz,  -- the start the message is about; when it is another by then, the message is not sent
    DROP CONSTRAINT notifications_once,
    ADD CONSTRAINT notifications_once UNIQUE (booking_id, event, recipient, channel, occasion),
    DROP CONSTRAINT notifications_event_check,
    ADD CONSTRAINT notifications_event_check CHECK (event IN
        ('booking_confirmed', 'slot_lost', 'booking_cancelled', 'booking_moved', 'reminder'));

CREATE INDEX notifications_of_occasion ON notifications (occasion) WHERE occasion <> '';

DROP INDEX booking_events_once;
CREATE UNIQUE INDEX booking_events_once ON booking_events (booking_id, event, execution)
    WHERE event IN ('reserved', 'rejected', 'key_conflict', 'cancelled', 'moved');

-- A moved session keeps to the calendar as a new one does.
CREATE TRIGGER bookings_keep_to_the_calendar_when_moved BEFORE UPDATE OF during, therapist_id ON bookings FOR EACH ROW
    WHEN (NEW.status IN ('held', 'confirmed')
        AND (NEW.during, NEW.therapist_id) IS DISTINCT FROM (OLD.during, OLD.therapist_id))
    EXECUTE FUNCTION keep_to_the_calendar();
