-- depends: 0006_changes
-- What messages need to know of those who read them, and calendar files of the sessions they are about.

ALTER TABLE clients
    ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'de')),
    ADD COLUMN discreet boolean NOT NULL DEFAULT false;  -- messages name neither therapist nor service
ALTER TABLE therapists
    ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'de'));

-- When the session was first booked for: a session of a series keeps it as its RECURRENCE-ID when it is moved.
ALTER TABLE bookings ADD COLUMN first_booked_for timestamptz;
UPDATE bookings SET first_booked_for = lower(during);
