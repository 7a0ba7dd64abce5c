-- name: reject(booking_id, therapist_id, client_id, service_id, requester_sub, booking_ids, series_id, occurrences, starts, ends, occupied_from, occupied_until, days, reasons, request, requested_by, execution, outcome, lost_from, lost_until)!
-- Records rejections and why, and the client's messages when time went to *someone else*. Ids that name nothing are left
-- out of the row: what was asked stands in request. A booking that has this id already is left as it is.
WITH booking AS (
    INSERT INTO bookings (
        id, status, therapist_id, client_id, service_id, during, occupied, day, series_id, occurrence,
        first_booked_for, request, requested_by, reasons
    )
    SELECT
        refused.id, 'rejected', therapist.id, client.id, service.id,
        CASE WHEN refused.starts_at IS NOT NULL THEN tstzrange(refused.starts_at, refused.ends_at, '[)') END,
        CASE WHEN refused.starts_at IS NOT NULL
            THEN tstzrange(refused.occupied_from, refused.occupied_until, '[)') END,
        refused.day, :series_id, refused.occurrence, refused.starts_at, :request, :requested_by, refused.reasons
    FROM unnest(
        :booking_ids::text[], :occurrences::smallint[], :starts::timestamptz[], :ends::timestamptz[],
        :occupied_from::timestamptz[], :occupied_until::timestamptz[], :days::date[], :reasons::jsonb[]
    ) AS refused (id, occurrence, starts_at, ends_at, occupied_from, occupied_until, day, reasons)
    LEFT JOIN therapists AS therapist ON therapist.id = :therapist_id
    LEFT JOIN services AS service ON service.id = :service_id
    LEFT JOIN clients AS client ON CASE
        WHEN :client_id::uuid IS NULL THEN client.user_sub = :requester_sub ELSE client.id = :client_id END
    ON CONFLICT (id) DO NOTHING
    RETURNING id, client_id, reasons
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution, detail)
    SELECT id, 'rejected', :requested_by, :execution, jsonb_build_object(
        'outcome', :outcome::text, 'reasons', jsonb_path_query_array(reasons, '$[*].code'))
    FROM booking
)
INSERT INTO notifications (booking_id, event, recipient, channel)
SELECT booking.id, 'slot_lost', 'client', contact.channel
FROM booking JOIN client_contacts AS contact USING (client_id)
WHERE booking.id = :booking_id AND contact.consented_at IS NOT NULL AND 'slot_lost' <> ALL (contact.muted)
    AND :outcome = 'slot_taken' AND NOT EXISTS (
    -- lost to themselves: they asked twice
    SELECT FROM bookings AS own
    JOIN unnest(:lost_from::timestamptz[], :lost_until::timestamptz[]) AS lost (starts_at, ends_at)
        ON own.during && tstzrange(lost.starts_at, lost.ends_at, '[)')
    WHERE own.client_id = booking.client_id AND own.status IN ('held', 'confirmed', 'completed', 'no_show')
);

-- name: record_key_conflict(booking_id, request, actor, execution)!
-- An id that someone used for another request; said once for each execution.
-- Who asked can read that their request was refused, whosever the booking is.
WITH conflict AS (
    INSERT INTO key_conflicts (kind, key, request, requested_by, execution)
    VALUES ('booking', :booking_id, :request, :actor, :execution)
    ON CONFLICT (key, kind, execution) DO NOTHING
)
INSERT INTO booking_events (booking_id, event, actor, execution) VALUES (:booking_id, 'key_conflict', :actor, :execution)
ON CONFLICT (booking_id, event, execution) WHERE event IN ('reserved', 'rejected', 'key_conflict') DO NOTHING;
