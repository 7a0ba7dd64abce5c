-- Who the practice is, and the days on which it is closed.

-- name: practice()^
SELECT
    name, address, phone, email, site, privacy_page, consent_version, time_zone, languages, accent_colour, cancellation_policy
FROM practice;

-- name: lock_practice()^
SELECT is_the_one FROM practice FOR UPDATE;

-- name: change_practice(name, address, phone, email, site, privacy_page, consent_version, time_zone, languages, accent_colour, cancellation_policy)!
UPDATE practice SET
    name = :name, address = :address, phone = :phone, email = :email, site = :site, privacy_page = :privacy_page,
    consent_version = :consent_version, time_zone = :time_zone, languages = :languages::text[], accent_colour = :accent_colour,
    cancellation_policy = :cancellation_policy;

-- name: lock_calendars()
-- Waits for every booking that is being made, and makes the next ones wait: all therapists, by id.
SELECT id FROM therapists ORDER BY id FOR UPDATE;

-- name: closed_days()
SELECT day, label FROM closed_days ORDER BY day;

-- name: close_day(day, label)!
INSERT INTO closed_days (day, label) VALUES (:day, :label) ON CONFLICT (day) DO UPDATE SET label = excluded.label;

-- name: open_day(day)!
DELETE FROM closed_days WHERE day = :day;
