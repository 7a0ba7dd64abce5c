-- depends: 0004_acts
-- Calendars: hours that pass midnight or hold for a time only, dated exceptions, a day's maximum, the start grid; series.

ALTER TABLE therapists ADD COLUMN max_sessions_per_day integer CHECK (max_sessions_per_day > 0);  -- null: what fits

ALTER TABLE services
    ADD COLUMN start_grid_minutes integer NOT NULL DEFAULT 15
        CHECK (start_grid_minutes BETWEEN 1 AND 1440 AND 1440 % start_grid_minutes = 0),
    ADD CONSTRAINT services_duration_a_day CHECK (duration_minutes <= 1440);

ALTER TABLE clients ADD COLUMN created_by text;  -- the sub of the member of staff; they see the client before any booking

-- Minutes after the midnight that starts the weekday, on the therapist's wall clock: 22:00 to 26:00 passes midnight.
ALTER TABLE availability
    DROP CONSTRAINT availability_check,
    DROP CONSTRAINT availability_therapist_id_weekday_opens_key,
    ALTER COLUMN opens TYPE smallint USING extract(epoch FROM opens) / 60,
    ALTER COLUMN closes TYPE smallint USING CASE closes WHEN '00:00' THEN 1440 ELSE extract(epoch FROM closes) / 60 END,
    ADD COLUMN valid_from date,  -- the first and the last day it holds; null: no such bound
    ADD COLUMN valid_until date,
    ADD CONSTRAINT availability_span CHECK (opens BETWEEN 0 AND 1439 AND closes > opens AND closes <= opens + 1440),
    ADD CONSTRAINT availability_validity CHECK (valid_from <= valid_until);
CREATE INDEX availability_therapist ON availability (therapist_id);

CREATE TABLE availability_exceptions (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    therapist_id uuid NOT NULL REFERENCES therapists ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('time_off', 'extra_hours')),
    during       tstzrange NOT NULL CHECK (
        NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)
        AND NOT lower_inf(during) AND NOT upper_inf(during)),
    CONSTRAINT availability_exceptions_apart EXCLUDE USING gist
        (therapist_id WITH =, kind WITH =, during WITH &&)
);

-- day: the therapist's local day the session starts on. It is kept, because only Python's zoneinfo says what it is.
-- A series is bookings of one request: its id is its first session's, which is the Idempotency-Key.
ALTER TABLE bookings
    ADD COLUMN day date,
    ADD COLUMN series_id text REFERENCES bookings DEFERRABLE INITIALLY DEFERRED,
    ADD COLUMN occurrence smallint,
    ADD CONSTRAINT bookings_series CHECK (num_nulls(series_id, occurrence) IN (0, 2));
UPDATE bookings SET day = (lower(during) AT TIME ZONE therapist.time_zone)::date
FROM therapists AS therapist WHERE therapist.id = therapist_id;
ALTER TABLE bookings
    DROP CONSTRAINT bookings_complete,
    ADD CONSTRAINT bookings_complete CHECK (status = 'rejected' OR num_nulls(
        therapist_id, client_id, service_id, during, occupied, day) = 0);
CREATE INDEX bookings_of_therapist ON bookings (therapist_id, lower(during), id);
CREATE INDEX bookings_of_client ON bookings (client_id, lower(during), id);
CREATE INDEX bookings_of_series ON bookings (series_id, occurrence) WHERE series_id IS NOT NULL;
CREATE INDEX bookings_of_day ON bookings (therapist_id, day)
    WHERE status IN ('held', 'confirmed', 'completed', 'no_show');

-- The message of a series hangs on its first session, whose row may be written last.
ALTER TABLE notifications ALTER CONSTRAINT notifications_booking_id_fkey DEFERRABLE INITIALLY DEFERRED;

-- What no exclusion constraint can say: no session in time off, no more sessions a day than the therapist gives. A row
-- that breaks it is left out, as ON CONFLICT DO NOTHING would. Volatile: each query sees what was committed while it
-- waited for the lock. Whoever takes time waits here for a move of the same therapist or client, and a move for them: it
-- locks both rows before it touches a booking, so that nobody waits in a circle. Therapist first, then client.
CREATE FUNCTION keep_to_the_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    maximum integer;
BEGIN
    SELECT max_sessions_per_day INTO maximum FROM therapists WHERE id = NEW.therapist_id;
    IF maximum IS NULL THEN
        -- Waits for whoever is putting time off; two bookings do not wait for each other here.
        PERFORM FROM therapists WHERE id = NEW.therapist_id FOR KEY SHARE;
    ELSE
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
    IF EXISTS (
        SELECT FROM availability_exceptions
        WHERE therapist_id = NEW.therapist_id AND kind = 'time_off' AND during && NEW.during
    ) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bookings_keep_to_the_calendar BEFORE INSERT ON bookings FOR EACH ROW
    WHEN (NEW.status IN ('held', 'confirmed')) EXECUTE FUNCTION keep_to_the_calendar();
