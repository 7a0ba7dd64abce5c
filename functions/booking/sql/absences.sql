-- Absences: time off that cancels what lies in it.

-- name: absence(absence_id)^
SELECT absence.id, absence.therapist_id, absence.time_off_id, absence.digest, absence.requested_by, therapist.user_sub
FROM absences AS absence JOIN therapists AS therapist ON therapist.id = absence.therapist_id
WHERE absence.id = :absence_id;

-- name: sessions_to_come_within(therapist_id, starts_at, ends_at, now, status)
-- Those that have begun stay. The therapist is locked: nobody else books, moves or cancels meanwhile. By client, which is
-- the order in which the offers of held ones are locked.
SELECT id, lower(during) AS starts_at FROM bookings
WHERE therapist_id = :therapist_id AND status = :status AND lower(during) > :now
    AND during && tstzrange(:starts_at, :ends_at, '[)')
    -- the index knows occupied, of which during is a part
    AND occupied && tstzrange(:starts_at, :ends_at, '[)')
ORDER BY client_id, id;

-- name: add_absence(absence_id, therapist_id, time_off_id, digest, requested_by, groups, now)!
INSERT INTO absences (id, therapist_id, time_off_id, digest, requested_by, groups, created_at)
VALUES (:absence_id, :therapist_id, :time_off_id, :digest, :requested_by, :groups, :now);

-- name: add_cancellations(absence_id, change_ids, booking_ids, starts)!
INSERT INTO absence_cancellations (change_id, absence_id, booking_id, starts_at)
SELECT change_id, :absence_id, booking_id, starts_at
FROM unnest(:change_ids::text[], :booking_ids::text[], :starts::timestamptz[]) AS each (change_id, booking_id, starts_at);

-- name: add_reasons(change_ids, body, is_internal, writer, now)!
-- One under each change, as if it had been put there before it was asked for: each goes with its own booking.
INSERT INTO booking_words (key, kind, written_by, body, is_internal, written_at, is_kept)
SELECT change_id, 'reason', :writer, :body, :is_internal, :now, true FROM unnest(:change_ids::text[]) AS change_id
ON CONFLICT (key, kind, written_by) DO NOTHING;

-- name: cancellations_to_start(limit)
-- Those whose sessions come first are the first.
SELECT cancellation.change_id, cancellation.booking_id, cancellation.starts_at, absence.requested_by, absence.groups
FROM absence_cancellations AS cancellation
JOIN absences AS absence ON absence.id = cancellation.absence_id
WHERE cancellation.started_at IS NULL
ORDER BY cancellation.starts_at, cancellation.change_id
LIMIT :limit;

-- name: cancellation_is_started(change_id, now)!
UPDATE absence_cancellations SET started_at = :now WHERE change_id = :change_id;

-- name: therapist_away(change_id)$
-- Whose absence a cancellation is part of.
SELECT absence.therapist_id FROM absence_cancellations AS cancellation
JOIN absences AS absence ON absence.id = cancellation.absence_id WHERE cancellation.change_id = :change_id;

-- name: cancellations_of(absence_id, of_changes)
-- What became of each, in the order of the sessions, with the messages of it.
SELECT cancellation.change_id, cancellation.booking_id, change.outcome, coalesce(change.reasons, '[]') AS reasons, (
    SELECT coalesce(json_agg(json_build_object(
        'notification_id', id, 'event', event, 'recipient', recipient, 'channel', channel, 'status', status,
        'attempts', attempts, 'delivery', delivery) ORDER BY recipient, event, channel), '[]')
    FROM notifications
    WHERE occasion = cancellation.change_id AND occasion <> '' AND event = ANY (:of_changes)
) AS notifications
FROM absence_cancellations AS cancellation
LEFT JOIN changes AS change ON change.id = cancellation.change_id AND change.kind = 'cancellation'
WHERE cancellation.absence_id = :absence_id
ORDER BY cancellation.starts_at, cancellation.change_id;

-- name: reason_of_absence(absence_id)^
-- As it is under one of its changes.
SELECT word.body, word.is_internal
FROM absences AS absence
JOIN absence_cancellations AS cancellation ON cancellation.absence_id = absence.id
JOIN booking_words AS word ON word.key = cancellation.change_id AND word.kind = 'reason'
    AND word.written_by = absence.requested_by
WHERE absence.id = :absence_id
LIMIT 1;
