-- All that operators may know of one booking, beyond what the API shows: ids, times and codes.

-- name: sessions(series_id)
-- The sessions of a series besides its first, whose id is the series'.
SELECT id AS booking_id, occurrence, reported_status(status, cancelled_late) AS status, lower(during) AS starts_at
FROM bookings WHERE series_id = :series_id AND id <> :series_id
ORDER BY occurrence;

-- name: messages(booking_ids)
-- Their messages. A message that is sent was accepted when it was settled. recipient_id, has_no_contact, unreachable: whom
-- it would go to now, and whether they can be written to.
SELECT
    told.booking_id, told.id AS notification_id, told.event, told.recipient, told.channel, told.status, told.reason,
    told.attempts, told.delivery, told.delivery_at, told.last_error, told.resent_at,
    CASE WHEN told.status = 'sent' THEN told.settled_at END AS accepted_at,
    CASE WHEN told.status = 'undeliverable' THEN told.settled_at END AS undeliverable_at,
    CASE told.recipient WHEN 'client' THEN booking.client_id ELSE coalesce(told.therapist_id, booking.therapist_id) END
        AS recipient_id,
    coalesce(client_contact.address, therapist_contact.address) IS NULL AS has_no_contact,
    coalesce(client_contact.undeliverable, therapist_contact.undeliverable) AS unreachable
FROM notifications AS told
JOIN bookings AS booking ON booking.id = told.booking_id
LEFT JOIN client_contacts_in_use AS client_contact
    ON told.recipient = 'client' AND client_contact.client_id = booking.client_id
    AND client_contact.channel = told.channel
LEFT JOIN therapist_contacts AS therapist_contact
    ON told.recipient = 'therapist' AND therapist_contact.consented_at IS NOT NULL
    AND therapist_contact.therapist_id = coalesce(told.therapist_id, booking.therapist_id)
    AND therapist_contact.channel = told.channel
WHERE told.booking_id = ANY(:booking_ids::text[])
ORDER BY told.event, told.recipient, told.channel, told.about, told.occasion;

-- name: changes(booking_ids)
-- What was asked to become of them, oldest first; the cancellation of a series may have been asked for with another session.
SELECT asked.id AS booking_id, change.id AS change_id, change.kind, change.outcome, change.created_at AS at
FROM unnest(:booking_ids::text[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT id, kind, outcome, created_at FROM changes WHERE booking_id = asked.id
    UNION
    SELECT id, kind, outcome, created_at FROM changes
    WHERE id = (SELECT cancellation_id FROM bookings WHERE bookings.id = asked.id)
) AS change
ORDER BY change.created_at, change.id, asked.id;

-- name: events(booking_ids)
-- Their history, oldest first. role: what the actor is to the booking.
SELECT event.booking_id, event.event, event.actor, event.execution, event.detail, event.at, event.act_id,
    CASE event.actor WHEN client.user_sub THEN 'client' WHEN therapist.user_sub THEN 'therapist' END AS role
FROM booking_events AS event
LEFT JOIN bookings AS booking ON booking.id = event.booking_id
LEFT JOIN clients AS client ON client.id = booking.client_id
LEFT JOIN therapists AS therapist ON therapist.id = booking.therapist_id
WHERE event.booking_id = ANY(:booking_ids::text[])
ORDER BY event.id;

-- name: payments(booking_ids)
-- What the ledger of payments has of them, oldest first. No URLs.
SELECT booking_id, key, purpose, entry, amount, currency, payment_id, provider_id, code, actor, execution, at
FROM payments WHERE booking_id = ANY(:booking_ids::text[])
ORDER BY id;

-- name: reminders(booking_ids)
-- Their reminders: those in the ledger, and those whose time has come, which may not have got so far. sequence: how often
-- the booking was changed until now.
SELECT booking.id AS booking_id, found.channel, found.occasion, found.starts_at, booking.sequence
FROM bookings AS booking
JOIN services AS service ON service.id = booking.service_id
CROSS JOIN LATERAL (
    SELECT channel, occasion, about AS starts_at FROM notifications
    WHERE booking_id = booking.id AND event = 'reminder'
    UNION
    SELECT kind.channel, kind.minutes || '@' || extract(epoch FROM lower(booking.during))::bigint, lower(booking.during)
    FROM (VALUES
        ('email', service.reminder_email_minutes), ('sms', service.reminder_sms_minutes)
    ) AS kind (channel, minutes)
    WHERE booking.status IN ('confirmed', 'completed', 'no_show')
        AND lower(booking.during) - interval '1 minute' * kind.minutes <= now()
) AS found
WHERE booking.id = ANY(:booking_ids::text[])
ORDER BY found.starts_at, found.channel, found.occasion;

-- name: offer(booking_id)^
-- The offer that it is, or was.
SELECT entry_id, expires_at, answer, outcome FROM offers WHERE booking_id = :booking_id;

-- name: workflow_attention(booking_id)^
-- Of its workflows that need a person, the last to fail.
SELECT status, error, execution, at AS since FROM needing_attention
WHERE booking_id = :booking_id AND place = 1
ORDER BY at DESC LIMIT 1;

-- name: unreached_since(booking_id)$
SELECT at FROM unreached WHERE booking_id = :booking_id;
