-- The records of clients who come by themselves: made, taken over, confirmed, made one of two.

-- name: own_record(sub)^
-- Somebody's own record, with what they have agreed to.
SELECT
    id, name, time_zone, language, discreet, self_made, confirmed_at IS NOT NULL AS confirmed,
    coalesce((
        SELECT json_agg(json_build_object(
            'channel', channel, 'address', address, 'consented', consented_at IS NOT NULL, 'unproven', unproven,
            'undeliverable', undeliverable, 'muted', muted) ORDER BY channel)
        FROM client_contacts WHERE client_id = client.id
    ), '[]') AS contacts,
    coalesce((
        SELECT json_agg(json_build_object('kind', kind, 'version', version) ORDER BY kind) FROM (
            SELECT DISTINCT ON (kind) kind, version, given FROM consents WHERE client_id = client.id ORDER BY kind, at DESC, id DESC
        ) AS last FULL JOIN (
            SELECT 'contact_' || channel AS kind FROM client_contacts WHERE client_id = client.id AND consented_at IS NOT NULL
        ) AS contact USING (kind)
        -- of a contact its switch decides, since when it is on or not
        WHERE CASE WHEN kind LIKE 'contact%%' THEN contact IS NOT NULL ELSE given END
    ), '[]') AS consents
FROM clients AS client WHERE user_sub = :sub;

-- name: lock_own(sub)^
SELECT id FROM clients WHERE user_sub = :sub FOR NO KEY UPDATE;

-- name: lock_login(sub)^
-- Before any row: a login has no record yet that could be locked.
SELECT pg_advisory_xact_lock(hashtextextended('record of ' || :sub, 0));

-- name: lock_invited(address)
-- Records whose owner staff have invited at this address, and nobody has taken over; in order of their ids.
SELECT id FROM clients
WHERE lower(invited_address) = :address AND user_sub IS NULL AND active AND erased_at IS NULL AND merged_into IS NULL
ORDER BY id LIMIT 2 FOR NO KEY UPDATE;

-- name: claim(client_id, sub)!
UPDATE clients SET user_sub = :sub, invited_address = NULL WHERE id = :client_id;

-- name: withdraw_invitation(client_id, login_was_taken)!
-- Staff have taken the login away, or the address from the contacts: whoever has the address is not whom they meant.
UPDATE clients SET invited_address = NULL
WHERE id = :client_id AND user_sub IS NULL AND invited_address IS NOT NULL AND (:login_was_taken OR NOT EXISTS (
    SELECT FROM client_contacts
    WHERE client_id = clients.id AND channel = 'email' AND lower(address) = lower(clients.invited_address)));

-- name: add_own(id, sub, name, time_zone, language, discreet)!
INSERT INTO clients (id, user_sub, name, time_zone, language, discreet, self_made, confirmed_at)
VALUES (:id, :sub, :name, :time_zone, :language, :discreet, true, NULL);

-- name: change_own(id, name, time_zone, language, discreet)!
UPDATE clients SET name = :name, time_zone = :time_zone, language = :language, discreet = :discreet WHERE id = :id;

-- name: is_self_made(client_id)$
SELECT self_made FROM clients WHERE id = :client_id;

-- name: confirm(client_id, now)!
UPDATE clients SET confirmed_at = :now WHERE id = :client_id AND confirmed_at IS NULL;

-- name: put_consents(client_id, kinds, versions, are_all, said_by, now)!
-- What changed since the last that is known: agreed to anew or in another version, or taken back. What a contact says
-- decides for contact_email and contact_sms; the others are only known from whoever says all that holds (are_all).
WITH named AS (
    SELECT kind, version FROM unnest(:kinds::text[], :versions::text[]) AS named (kind, version)
), holds AS (
    SELECT 'contact_' || contact.channel AS kind, named.version, contact.consented_at AS at
    FROM client_contacts AS contact LEFT JOIN named ON named.kind = 'contact_' || contact.channel
    WHERE contact.client_id = :client_id AND contact.consented_at IS NOT NULL
    UNION ALL
    SELECT kind, version, :now::timestamptz FROM named WHERE kind NOT LIKE 'contact%%'
), last AS (
    SELECT DISTINCT ON (kind) kind, version, given, at FROM consents WHERE client_id = :client_id ORDER BY kind, at DESC, id DESC
)
INSERT INTO consents (client_id, kind, given, version, said_by, at)
SELECT :client_id, coalesce(holds.kind, last.kind), holds.kind IS NOT NULL, coalesce(holds.version, last.version), :said_by,
    CASE WHEN last.kind IS NULL AND holds.version IS NULL THEN holds.at ELSE :now END
FROM holds FULL JOIN last ON last.kind = holds.kind
WHERE CASE
    WHEN holds.kind IS NULL THEN last.given AND (:are_all OR last.kind LIKE 'contact%%')
    ELSE last.kind IS NULL OR NOT last.given OR holds.version IS NOT NULL AND holds.version IS DISTINCT FROM last.version
        OR holds.kind LIKE 'contact%%' AND holds.at > last.at
END
ORDER BY 2;

-- name: alike(client_id)
-- Other records with the same name, mailbox or number; most in common first.
WITH client AS (
    SELECT id, folded(name) AS name FROM clients WHERE id = :client_id
), found AS (
    SELECT other.id, 'name' AS because FROM client JOIN client_words AS word ON word.client_id <> client.id
        AND word.word = split_part(client.name, ' ', 1)
    JOIN clients AS other ON other.id = word.client_id AND folded(other.name) = client.name
    UNION
    SELECT theirs.client_id, own.channel FROM client_contacts AS own JOIN client_contacts AS theirs
        ON lower(theirs.address) = lower(own.address) AND theirs.channel = own.channel AND theirs.client_id <> own.client_id
    WHERE own.client_id = :client_id
)
SELECT id, array_agg(because ORDER BY because) AS because FROM found GROUP BY id ORDER BY count(*) DESC, id LIMIT 100;

-- name: lock_to_merge(client_ids)
-- Two records, of which nothing may be booked meanwhile, in the order of their ids.
SELECT id, user_sub, self_made, discreet, confirmed_at, invited_address, created_at FROM clients
WHERE id = ANY (:client_ids::uuid[]) AND erased_at IS NULL AND merged_into IS NULL
ORDER BY id FOR UPDATE;

-- name: overlapping(client_id, duplicate_id)
-- Sessions of both at one time: nobody sits in two.
SELECT one.id, lower(one.during) AS starts_at, upper(one.during) AS ends_at, other.id AS other_id
FROM bookings AS one JOIN bookings AS other ON other.during && one.during
WHERE one.client_id = :client_id AND other.client_id = :duplicate_id
    AND one.status IN ('held', 'confirmed', 'completed', 'no_show')
    AND other.status IN ('held', 'confirmed', 'completed', 'no_show')
ORDER BY lower(one.during), one.id LIMIT 100;

-- name: merge(client_id, duplicate_id, now)!
-- Both rows are locked; then come entries of the wait list, then bookings: the order of docs/architecture.md. What is
-- append-only is copied. Of two contacts on one channel the first record's stays, as if it were put now: a message that
-- was sent before, and comes back, may have gone to the other.
WITH entry AS MATERIALIZED (
    SELECT id FROM waitlist WHERE client_id = :duplicate_id ORDER BY id FOR UPDATE
), booking AS MATERIALIZED (
    SELECT id FROM bookings WHERE client_id = :duplicate_id AND (SELECT count(*) FROM entry) >= 0 ORDER BY id FOR UPDATE
), moved_entry AS (
    UPDATE waitlist SET client_id = :client_id WHERE id = ANY (ARRAY(SELECT id FROM entry))  -- an array: by the index
), moved_booking AS (
    UPDATE bookings SET client_id = :client_id WHERE id = ANY (ARRAY(SELECT id FROM booking))
), moved_request AS (
    UPDATE client_requests SET client_id = :client_id WHERE client_id = :duplicate_id AND (
        decision IS NOT NULL OR NOT EXISTS (
            SELECT FROM client_requests AS own
            WHERE own.client_id = :client_id AND own.kind = client_requests.kind AND own.decision IS NULL))
), same_request AS (
    DELETE FROM client_requests WHERE client_id = :duplicate_id AND decision IS NULL AND EXISTS (
        SELECT FROM client_requests AS own
        WHERE own.client_id = :client_id AND own.kind = client_requests.kind AND own.decision IS NULL)
), consent AS (
    INSERT INTO consents (client_id, kind, given, version, said_by, at)
    SELECT :client_id, kind, given, version, said_by, at FROM consents WHERE client_id = :duplicate_id ORDER BY id
), act AS (
    INSERT INTO client_acts (client_id, act, actor, reason, at)
    SELECT :client_id, act, actor, reason, at FROM client_acts WHERE client_id = :duplicate_id ORDER BY id
), code AS (
    DELETE FROM number_codes WHERE client_id = :duplicate_id
), known AS (
    UPDATE client_contacts SET changed_at = :now WHERE client_id = :client_id AND channel IN (
        SELECT channel FROM client_contacts WHERE client_id = :duplicate_id)
), contact AS (
    DELETE FROM client_contacts WHERE client_id = :duplicate_id
    RETURNING channel, address, consented_at, unproven, undeliverable, muted, changed_at
)
INSERT INTO client_contacts (client_id, channel, address, consented_at, unproven, undeliverable, muted, changed_at)
SELECT :client_id, channel, address, consented_at, unproven, undeliverable, muted, changed_at FROM contact
ON CONFLICT (client_id, channel) DO NOTHING;

-- name: end_merged(client_id, duplicate_id)!
-- Who it was is the other record's now: the login leaves this one before it is the other's.
UPDATE clients SET
    name = 'merged', user_sub = NULL, time_zone = 'UTC', language = 'en', discreet = true, active = false,
    created_by = NULL, invited_address = NULL, merged_into = :client_id
WHERE id = :duplicate_id OR merged_into = :duplicate_id;

-- name: continue_merged(client_id, user_sub, created_at, is_discreet, is_confirmed, now)!
-- Discreet is who was so in either.
UPDATE clients SET
    user_sub = coalesce(user_sub, :user_sub), created_at = least(created_at, :created_at),
    discreet = discreet OR :is_discreet,
    invited_address = CASE WHEN coalesce(user_sub, :user_sub) IS NULL THEN invited_address END,
    confirmed_at = CASE WHEN confirmed_at IS NULL AND :is_confirmed THEN :now ELSE confirmed_at END
WHERE id = :client_id;
