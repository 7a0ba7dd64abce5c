-- Logins: who was invited, and whose record has which login.

-- name: note_invitation(client_id, address, now)!
-- Nothing is noted of who is nobody any more.
UPDATE clients SET invited_address = :address, invited_at = :now
WHERE id = :client_id AND erased_at IS NULL AND merged_into IS NULL;

-- name: set_client_login(client_id, sub)!
-- Nothing is set when the record has another login, or is nobody's any more.
UPDATE clients SET user_sub = :sub
WHERE id = :client_id AND (user_sub IS NULL OR user_sub = :sub) AND erased_at IS NULL AND merged_into IS NULL;

-- name: set_therapist_login(therapist_id, sub)!
-- Likewise.
UPDATE therapists SET user_sub = :sub WHERE id = :therapist_id AND (user_sub IS NULL OR user_sub = :sub);

-- name: practice_naming(sub)^
-- What the practice calls itself, its languages, and the one of who has this login, if they have a record.
SELECT
    name, languages,
    coalesce(
        (SELECT language FROM clients WHERE user_sub = :sub), (SELECT language FROM therapists WHERE user_sub = :sub)
    ) AS reader
FROM practice;
