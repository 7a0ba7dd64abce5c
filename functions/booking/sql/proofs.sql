-- Codes that are texted to a number, to see whose it is.

-- name: lock_codes()^
-- Before any row: who asks for a code at the same time waits, and then counts this one too.
SELECT pg_advisory_xact_lock(hashtextextended('number codes', 0));

-- name: codes_are_too_many(client_id, number, since)$
-- Whether one more code is too many: for this record, to this number, or for the practice.
SELECT number_codes_a_day <= count(*) FILTER (WHERE client_id = :client_id)
    OR number_codes_a_day <= count(*) FILTER (WHERE number = :number) OR practice_number_codes_a_day <= count(id)
FROM practice_limits LEFT JOIN number_codes ON sent_at > :since
GROUP BY number_codes_a_day, practice_number_codes_a_day;

-- name: add_code(client_id, number, salt, digest, now, expires_at)$
INSERT INTO number_codes (client_id, number, salt, digest, sent_at, expires_at)
VALUES (:client_id, :number, :salt, :digest, :now, :expires_at) RETURNING id;

-- name: take_back_code(code_id)!
-- It was not sent.
DELETE FROM number_codes WHERE id = :code_id;

-- name: code_to_try(client_id, number, max_tries, now)^
-- The last code that was sent to this number of this record, if it may still be given back.
SELECT id, salt, digest FROM (
    SELECT id, salt, digest, expires_at, tries, used_at FROM number_codes
    WHERE client_id = :client_id AND number = :number ORDER BY sent_at DESC, id LIMIT 1
) AS last WHERE used_at IS NULL AND tries < :max_tries AND expires_at > :now;

-- name: count_try(code_id)!
UPDATE number_codes SET tries = tries + 1 WHERE id = :code_id;

-- name: prove(client_id, number, code_id, now)!
WITH code AS (
    UPDATE number_codes SET used_at = :now WHERE id = :code_id
)
UPDATE client_contacts SET unproven = false WHERE client_id = :client_id AND channel = 'sms' AND address = :number;
