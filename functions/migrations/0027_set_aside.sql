-- depends: 0026_practice
-- A booking keeps of its overrides those that were needed: what the calendar alone knows is judged where it is asked.

CREATE OR REPLACE FUNCTION keep_to_the_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    maximum integer;
    is_full boolean := false;
    is_away boolean;
BEGIN
    -- Waits for whoever is putting time off or changes the therapist; two bookings do not wait for each other here.
    SELECT max_sessions_per_day INTO maximum FROM therapists WHERE id = NEW.therapist_id FOR KEY SHARE;
    IF maximum IS NOT NULL THEN
        -- Who books for this therapist at the same time waits, and then counts this one too.
        SELECT max_sessions_per_day INTO maximum FROM therapists WHERE id = NEW.therapist_id FOR NO KEY UPDATE;
        is_full := coalesce(maximum <= (
            SELECT count(*) FROM bookings
            WHERE therapist_id = NEW.therapist_id AND day = NEW.day AND id <> NEW.id
                AND status IN ('held', 'confirmed', 'completed', 'no_show')
        ), false);
        IF is_full AND 'day_full' <> ALL (NEW.overrides) THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM FROM clients WHERE id = NEW.client_id FOR KEY SHARE;
    is_away := EXISTS (
        SELECT FROM availability_exceptions
        WHERE therapist_id = NEW.therapist_id AND kind = 'time_off' AND during && NEW.during
    );
    IF is_away AND 'therapist_away' <> ALL (NEW.overrides) THEN
        RETURN NULL;
    END IF;
    IF NEW.overrides <> '{}' THEN
        NEW.overrides := array_remove(array_remove(NEW.overrides,
            CASE WHEN NOT is_full THEN 'day_full' END), CASE WHEN NOT is_away THEN 'therapist_away' END);
    END IF;
    RETURN NEW;
END $$;
