-- depends: 0023_people
-- Words on bookings and changes; what staff may override; lateness, kept with the booking.

-- What somebody wrote, under the key of what it is about: a booking's id, or a change's. It may be there before either
-- is, so that no words go through a workflow. A key belongs to nobody before it is used: words are those of who wrote
-- them, and whose count is in the views below.
CREATE TABLE booking_words (
    key         text NOT NULL CHECK (key ~ '^[A-Za-z0-9_-]{1,80}$'),
    kind        text NOT NULL CHECK (kind IN ('note', 'staff_note', 'reason')),  -- a reason is a change's
    written_by  text NOT NULL,  -- a sub
    body        text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 500),
    is_internal boolean NOT NULL DEFAULT false,  -- a reason that the other side is not told
    written_at  timestamptz NOT NULL,
    is_kept     boolean NOT NULL DEFAULT false,  -- the sweep has found what they are about
    PRIMARY KEY (key, kind, written_by),
    CONSTRAINT booking_words_internal CHECK (kind = 'reason' OR NOT is_internal)
);
CREATE INDEX booking_words_loose ON booking_words (written_at) WHERE NOT is_kept;
CREATE INDEX booking_words_of_writer ON booking_words (written_by, written_at);

-- A booking's note: of who asked for it, or of its client. A session of a series has the series' note until it gets one
-- of its own.
CREATE VIEW booking_notes AS
SELECT booking.id AS booking_id, note.body, note.written_at
FROM bookings AS booking
LEFT JOIN clients AS client ON client.id = booking.client_id
CROSS JOIN LATERAL (
    SELECT word.body, word.written_at FROM booking_words AS word
    WHERE word.kind = 'note' AND word.key IN (booking.id, booking.series_id)
        AND word.written_by IN (booking.requested_by, client.user_sub)
    ORDER BY word.key = booking.id DESC, word.written_at DESC LIMIT 1
) AS note;

-- A change's reason: of who asked for the change.
CREATE VIEW change_reasons AS
SELECT change.id AS change_id, word.body, word.is_internal, word.written_at
FROM changes AS change
JOIN booking_words AS word ON word.key = change.id AND word.kind = 'reason' AND word.written_by = change.requested_by;

ALTER TABLE bookings
    ADD COLUMN overrides text[] NOT NULL DEFAULT '{}',  -- codes of reasons that staff set aside for the time it has
    -- Late is kept beside the status, whose words the release before knows: it reads such a booking as cancelled.
    ADD COLUMN cancelled_late boolean NOT NULL DEFAULT false,
    ADD COLUMN cancellation_id text;  -- the change that cancelled it; null: before this was kept
CREATE INDEX bookings_of_cancellation ON bookings (cancellation_id) WHERE cancellation_id IS NOT NULL;
CREATE INDEX bookings_in_time ON bookings (lower(during), id) WHERE during IS NOT NULL;

UPDATE bookings SET cancelled_late = true WHERE status = 'cancelled' AND id IN (
    SELECT booking_id FROM booking_events WHERE event = 'cancelled' AND detail ->> 'outcome' = 'late_cancelled'
);
UPDATE bookings SET cancellation_id = change.id
FROM changes AS change, unnest(change.booking_ids) AS reached
WHERE change.kind = 'cancellation' AND bookings.id = reached AND bookings.status = 'cancelled';

-- Written by the database, so that every way to a late cancellation keeps it, the release before included.
CREATE FUNCTION keep_lateness() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bookings SET cancelled_late = true WHERE id = NEW.booking_id;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_events_keep_lateness AFTER INSERT ON booking_events FOR EACH ROW
    WHEN (NEW.event = 'cancelled' AND NEW.detail ->> 'outcome' = 'late_cancelled') EXECUTE FUNCTION keep_lateness();

-- A booking's status as readers see it.
CREATE FUNCTION reported_status(status text, cancelled_late boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN cancelled_late AND status = 'cancelled' THEN 'late_cancelled' ELSE status END
$$;

-- As before, but for what staff have set aside.
CREATE OR REPLACE FUNCTION keep_to_the_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    maximum integer;
BEGIN
    -- Waits for whoever is putting time off or changes the therapist; two bookings do not wait for each other here.
    SELECT max_sessions_per_day INTO maximum FROM therapists WHERE id = NEW.therapist_id FOR KEY SHARE;
    IF maximum IS NOT NULL AND 'day_full' <> ALL (NEW.overrides) THEN
        -- Who books for this therapist at the same time waits, and then counts this one too.
        SELECT max_sessions_per_day INTO maximum FROM therapists WHERE id = NEW.therapist_id FOR NO KEY UPDATE;
        IF maximum <= (
            SELECT count(*) FROM bookings
            WHERE therapist_id = NEW.therapist_id AND day = NEW.day AND id <> NEW.id
                AND status IN ('held', 'confirmed', 'completed', 'no_show')
        ) THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM FROM clients WHERE id = NEW.client_id FOR KEY SHARE;
    IF 'therapist_away' <> ALL (NEW.overrides) AND EXISTS (
        SELECT FROM availability_exceptions
        WHERE therapist_id = NEW.therapist_id AND kind = 'time_off' AND during && NEW.during
    ) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
