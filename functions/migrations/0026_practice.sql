-- depends: 0021_wording
-- Who the practice is, where its sessions are held, and the days on which it is closed.

ALTER TABLE practice
    ADD COLUMN name text NOT NULL DEFAULT 'Practice',
    ADD COLUMN address text,  -- of several lines
    ADD COLUMN phone text,  -- E.164
    ADD COLUMN email text,  -- where answers to its messages go
    ADD COLUMN site text,
    ADD COLUMN privacy_page text,
    ADD COLUMN time_zone text NOT NULL DEFAULT 'Europe/Berlin',  -- IANA name
    ADD COLUMN languages text[] NOT NULL DEFAULT '{en,de}',  -- the first is its own
    ADD COLUMN accent_colour text NOT NULL DEFAULT '#1f5f66' CHECK (accent_colour ~ '^#[0-9a-f]{6}$'),
    ADD COLUMN cancellation_policy jsonb NOT NULL DEFAULT '{}';  -- in its own words, by language

-- The practice is closed on this local date of each therapist, whoever they are.
CREATE TABLE closed_days (
    day   date PRIMARY KEY,
    label text NOT NULL DEFAULT ''
);

-- Which days are closed decides for all therapists whether a session may start. By id, as everywhere.
CREATE FUNCTION raise_all_therapists_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM therapists ORDER BY id FOR UPDATE;
    UPDATE therapists SET version = version + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER closed_days_raise_versions AFTER INSERT OR UPDATE OF day OR DELETE ON closed_days
    FOR EACH STATEMENT EXECUTE FUNCTION raise_all_therapists_versions();

ALTER TABLE services ADD COLUMN held text NOT NULL DEFAULT 'at_practice' CHECK (held IN ('at_practice', 'video', 'phone'));
ALTER TABLE therapists
    ADD COLUMN room text,
    ADD COLUMN address text,  -- null: the practice's
    ADD COLUMN video_link text;

-- How it is held is as it was agreed, or as staff have changed it since; where that is, is as it is today. room, address,
-- video_link: of this booking alone; null: its therapist's.
ALTER TABLE bookings
    ADD COLUMN held text NOT NULL DEFAULT 'at_practice' CHECK (held IN ('at_practice', 'video', 'phone')),
    ADD COLUMN room text,
    ADD COLUMN address text,
    ADD COLUMN video_link text;

CREATE FUNCTION keep_how_it_is_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.held := coalesce((SELECT held FROM services WHERE id = NEW.service_id), NEW.held);
    RETURN NEW;
END $$;
CREATE TRIGGER bookings_keep_how_it_is_held BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION keep_how_it_is_held();

-- Where a session is, for whose it is: what its way of being held needs, and nothing else.
CREATE VIEW booking_places AS
SELECT
    booking.id AS booking_id, booking.held,
    CASE WHEN booking.held = 'at_practice' THEN coalesce(booking.room, therapist.room) END AS room,
    CASE WHEN booking.held = 'at_practice' THEN coalesce(booking.address, therapist.address, practice.address) END AS address,
    CASE WHEN booking.held = 'video' THEN coalesce(booking.video_link, therapist.video_link) END AS video_link
FROM bookings AS booking
CROSS JOIN practice
LEFT JOIN therapists AS therapist ON therapist.id = booking.therapist_id;
