-- Notes and reasons. Personal data: never logged.

-- name: lock_writer(writer)^
-- What somebody puts at the same time is counted one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('words of ' || :writer, 0));

-- name: lock_words(key)^
-- Who replaces the words under this key at the same time does so one after the other.
SELECT pg_advisory_xact_lock(hashtextextended('words under ' || :key, 0));

-- name: count_loose(writer, key)$
-- How many words of theirs lie under keys that name nothing; those under this key aside, which are replaced.
SELECT count(*) FROM booking_words AS word
WHERE written_by = :writer AND NOT is_kept AND key <> :key AND CASE kind
    WHEN 'reason' THEN NOT EXISTS (SELECT FROM changes WHERE id = word.key)
        AND NOT EXISTS (SELECT FROM holds WHERE booking_id = word.key)
    ELSE NOT EXISTS (SELECT FROM bookings WHERE id = word.key) END;

-- name: put_words(key, kind, body, is_internal, writer, now, is_kept)!
INSERT INTO booking_words AS known (key, kind, written_by, body, is_internal, written_at, is_kept)
VALUES (:key, :kind, :writer, :body, :is_internal, :now, :is_kept)
ON CONFLICT (key, kind, written_by) DO UPDATE SET
    body = excluded.body, is_internal = excluded.is_internal, written_at = excluded.written_at,
    is_kept = known.is_kept OR excluded.is_kept;

-- name: remove_words(key, kind, writer)!
-- Of this writer; of everybody, if none is named.
DELETE FROM booking_words WHERE key = :key AND kind = :kind AND (:writer::text IS NULL OR written_by = :writer);

-- name: reason_of(change_id)^
SELECT body, is_internal FROM change_reasons WHERE change_id = :change_id;

-- name: settle_loose_words(before, limit)$
-- Words that were put before then: those that count are kept, the others go. Each is looked at once. Returns how many
-- were looked at.
WITH loose AS (
    SELECT key, kind, written_by FROM booking_words WHERE NOT is_kept AND written_at < :before
    ORDER BY written_at LIMIT :limit FOR UPDATE SKIP LOCKED
), judged AS MATERIALIZED (
    SELECT key, kind, written_by, CASE kind
        WHEN 'reason' THEN EXISTS (
            SELECT FROM changes WHERE id = loose.key AND requested_by = loose.written_by
        ) OR EXISTS (  -- why a request was declined
            SELECT FROM holds WHERE booking_id = loose.key AND answered_by = loose.written_by)
        ELSE EXISTS (
            SELECT FROM bookings AS booking LEFT JOIN clients AS client ON client.id = booking.client_id
            WHERE (booking.id = loose.key OR booking.series_id = loose.key) AND booking.status <> 'rejected'
                AND (loose.kind = 'staff_note' OR loose.written_by IN (booking.requested_by, client.user_sub)))
        END AS counts
    FROM loose
), gone AS (
    DELETE FROM booking_words AS word USING judged
    WHERE NOT counts AND (word.key, word.kind, word.written_by) = (judged.key, judged.kind, judged.written_by)
), kept AS (
    UPDATE booking_words AS word SET is_kept = true FROM judged
    WHERE counts AND (word.key, word.kind, word.written_by) = (judged.key, judged.kind, judged.written_by)
)
SELECT count(*) FROM judged;
