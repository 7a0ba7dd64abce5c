-- depends: 0016_terms
-- What a reservation depends on has a version, so that it can be compared where the time is taken; and time is taken by
-- every status in which somebody sits there.

ALTER TABLE therapists ADD COLUMN version bigint NOT NULL DEFAULT 0;  -- of all that decides whether a session may start
ALTER TABLE services ADD COLUMN version bigint NOT NULL DEFAULT 0;
ALTER TABLE clients ADD COLUMN version bigint NOT NULL DEFAULT 0;

CREATE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;

CREATE TRIGGER therapists_raise_version BEFORE UPDATE ON therapists FOR EACH ROW
    WHEN ((NEW.user_sub, NEW.time_zone, NEW.minimum_notice_minutes, NEW.booking_window_days, NEW.max_sessions_per_day,
        NEW.active) IS DISTINCT FROM (OLD.user_sub, OLD.time_zone, OLD.minimum_notice_minutes, OLD.booking_window_days,
        OLD.max_sessions_per_day, OLD.active))
    EXECUTE FUNCTION raise_version();
CREATE TRIGGER services_raise_version BEFORE UPDATE ON services FOR EACH ROW
    WHEN ((NEW.duration_minutes, NEW.buffer_before_minutes, NEW.buffer_after_minutes, NEW.start_grid_minutes, NEW.active)
        IS DISTINCT FROM (OLD.duration_minutes, OLD.buffer_before_minutes, OLD.buffer_after_minutes,
        OLD.start_grid_minutes, OLD.active))
    EXECUTE FUNCTION raise_version();
CREATE TRIGGER clients_raise_version BEFORE UPDATE ON clients FOR EACH ROW
    WHEN ((NEW.user_sub, NEW.active) IS DISTINCT FROM (OLD.user_sub, OLD.active))
    EXECUTE FUNCTION raise_version();

-- Hours, exceptions and what is offered are a therapist's, so their changes raise the therapist's version.
CREATE FUNCTION raise_therapists_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE therapists SET version = version + 1
    WHERE id IN (CASE WHEN TG_OP <> 'DELETE' THEN NEW.therapist_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.therapist_id END);
    RETURN NULL;
END $$;

CREATE TRIGGER availability_raises_version AFTER INSERT OR UPDATE OR DELETE ON availability
    FOR EACH ROW EXECUTE FUNCTION raise_therapists_version();
CREATE TRIGGER availability_exceptions_raise_version AFTER INSERT OR UPDATE OR DELETE ON availability_exceptions
    FOR EACH ROW EXECUTE FUNCTION raise_therapists_version();
CREATE TRIGGER therapist_services_raise_version AFTER INSERT OR UPDATE OR DELETE ON therapist_services
    FOR EACH ROW EXECUTE FUNCTION raise_therapists_version();

-- As before, but for the maximum, which is read under the lock: who read it earlier waited for its change and did not
-- see it.
CREATE OR REPLACE FUNCTION keep_to_the_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    maximum integer;
BEGIN
    -- Waits for whoever is putting time off or changes the therapist; two bookings do not wait for each other here.
    SELECT max_sessions_per_day INTO maximum FROM therapists WHERE id = NEW.therapist_id FOR KEY SHARE;
    IF maximum IS NOT NULL THEN
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

-- A session that was marked done before its end, and whose rest somebody else has booked since, ended when theirs began.
UPDATE bookings AS done SET
    during = tstzrange(lower(done.during), least(upper(done.during), later.begins), '[)'),
    occupied = tstzrange(lower(done.occupied), later.begins, '[)')
FROM (
    SELECT early.id, min(lower(other.occupied)) AS begins
    FROM bookings AS early JOIN bookings AS other ON other.id <> early.id
        AND (other.therapist_id = early.therapist_id AND other.occupied && early.occupied
            OR other.client_id = early.client_id AND other.during && early.during)
        AND lower(other.during) > lower(early.during)
    WHERE early.status IN ('completed', 'no_show') AND other.status IN ('held', 'confirmed', 'completed', 'no_show')
    GROUP BY early.id
) AS later
WHERE later.id = done.id;

ALTER TABLE bookings
    ADD CONSTRAINT bookings_therapist_sits EXCLUDE USING gist
        (therapist_id WITH =, occupied WITH &&) WHERE (status IN ('held', 'confirmed', 'completed', 'no_show')),
    ADD CONSTRAINT bookings_client_sits EXCLUDE USING gist
        (client_id WITH =, during WITH &&) WHERE (status IN ('held', 'confirmed', 'completed', 'no_show')),
    DROP CONSTRAINT bookings_therapist_free,
    DROP CONSTRAINT bookings_client_free;
