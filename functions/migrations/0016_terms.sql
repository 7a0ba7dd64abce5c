-- depends: 0015_waitlist_measure
-- What was promised stays: a booking keeps the names, the price, the zone and the policy it was made with. Duration and
-- buffers are in its ranges. Where somebody is reached (address, language, consent) is as it is today.

-- Calendar files are told apart by where they come from: two practices both have a booking "1".
CREATE TABLE practice (
    is_the_one      boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
    calendar_domain text NOT NULL  -- the right side of every UID, for ever
);
INSERT INTO practice (calendar_domain) VALUES (gen_random_uuid() || '.therapist-booking');

ALTER TABLE bookings
    ADD COLUMN service_name text,
    ADD COLUMN price_cents integer,
    ADD COLUMN currency text,
    ADD COLUMN free_cancellation_minutes integer,
    ADD COLUMN late_cancellation text,
    ADD COLUMN therapist_name text,  -- of whom it is with: a session that goes to a colleague takes theirs
    ADD COLUMN time_zone text,  -- that therapist's, when it was agreed
    ADD COLUMN series_zone text,  -- in which its series' rule is read, whoever has the session by now
    ADD COLUMN calendar_uid text,  -- of its calendar event, which a series has in common
    ADD COLUMN agreed_at timestamptz NOT NULL DEFAULT now();  -- when the time it has was agreed on

-- In one pass. The time of what was moved or accepted was agreed then; a series was asked for with its first therapist,
-- whoever has a session of it by now. Calendar files went out with this UID until now.
UPDATE bookings AS booking SET
    service_name = service.name, price_cents = service.price_cents, currency = service.currency,
    free_cancellation_minutes = service.free_cancellation_minutes, late_cancellation = service.late_cancellation,
    therapist_name = therapist.name, time_zone = therapist.time_zone,
    series_zone = coalesce(asked.time_zone, therapist.time_zone),
    calendar_uid = coalesce(known.series_id, known.id) || '@therapist-booking',
    agreed_at = coalesce((
        SELECT max(at) FROM booking_events WHERE booking_id = known.id AND event IN ('moved', 'confirmed')
    ), known.created_at)
FROM bookings AS known
LEFT JOIN services AS service ON service.id = known.service_id
LEFT JOIN therapists AS therapist ON therapist.id = known.therapist_id
LEFT JOIN therapists AS asked ON known.series_id IS NOT NULL AND asked.id::text = known.request ->> 'therapist_id'
WHERE known.id = booking.id;

-- Written by the database, so that every way to a booking keeps them, the release before included.
CREATE FUNCTION keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT name, price_cents, currency, free_cancellation_minutes, late_cancellation
        INTO NEW.service_name, NEW.price_cents, NEW.currency, NEW.free_cancellation_minutes, NEW.late_cancellation
        FROM services WHERE id = NEW.service_id;
        -- The release before sends its calendar files with this one; today's brings its own.
        NEW.calendar_uid := coalesce(NEW.calendar_uid, coalesce(NEW.series_id, NEW.id) || '@therapist-booking');
    ELSE
        NEW.agreed_at := now();
    END IF;
    IF TG_OP = 'INSERT' OR NEW.therapist_id IS DISTINCT FROM OLD.therapist_id THEN
        SELECT name, time_zone INTO NEW.therapist_name, NEW.time_zone FROM therapists WHERE id = NEW.therapist_id;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.series_zone := NEW.time_zone;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER bookings_keep_terms BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION keep_terms();
CREATE TRIGGER bookings_keep_terms_when_agreed_anew BEFORE UPDATE OF during, therapist_id, status ON bookings FOR EACH ROW
    WHEN (NEW.status = 'confirmed' AND (NEW.during, NEW.therapist_id, NEW.status)
        IS DISTINCT FROM (OLD.during, OLD.therapist_id, OLD.status))
    EXECUTE FUNCTION keep_terms();
