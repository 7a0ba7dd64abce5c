-- Reminders that are due.

-- name: reminders_due(now, recently, limit)
-- Reminders whose time has come and that are in no ledger yet, for clients who want to be written to, soonest first.
-- Who agreed on this time later than that (booked, accepted or moved it) was told enough by the message about that, if there was one.
-- Sessions that have begun recently are found too: an outage may have missed them, and that is to be recorded. sequence
-- tells a booking that was moved away and back again from the one whose reminder was left out meanwhile.
SELECT
    booking.id AS booking_id, booking.sequence, kind.channel, kind.minutes, lower(booking.during) AS starts_at,
    kind.minutes || '@' || extract(epoch FROM lower(booking.during))::bigint AS occasion  -- no key has an @
FROM bookings AS booking
JOIN services AS service ON service.id = booking.service_id
CROSS JOIN LATERAL (VALUES
    ('email', service.reminder_email_minutes), ('sms', service.reminder_sms_minutes)
) AS kind (channel, minutes)
JOIN recipients_of('reminder', booking.client_id, NULL) AS contact ON contact.channel = kind.channel
WHERE booking.status = 'confirmed'
    AND lower(booking.during) > :recently
    AND lower(booking.during) <= :now::timestamptz + interval '1 minute' * (
        SELECT max(greatest(reminder_email_minutes, reminder_sms_minutes)) FROM services)
    AND lower(booking.during) - interval '1 minute' * kind.minutes <= :now
    AND (booking.agreed_at <= lower(booking.during) - interval '1 minute' * kind.minutes OR NOT EXISTS (
        SELECT FROM notifications AS told
        WHERE told.recipient = 'client' AND (
            told.booking_id = booking.id AND told.event = 'booking_moved' AND told.about = lower(booking.during)
            OR told.booking_id IN (booking.id, booking.series_id) AND told.event = 'booking_confirmed'
                AND lower(booking.during) = booking.first_booked_for)
    ))
    AND NOT EXISTS (
        SELECT FROM notifications
        WHERE booking_id = booking.id AND event = 'reminder' AND recipient = 'client' AND channel = kind.channel
            AND about = lower(booking.during)  -- whatever its lead was then
    )
ORDER BY lower(booking.during), booking.id, kind.channel
LIMIT :limit;

-- name: skip_reminder(booking_id, channel, occasion, starts_at, now)!
-- A reminder that came too late to make sense: the ledger says so, and nobody is written to.
INSERT INTO notifications (booking_id, event, recipient, channel, occasion, about, status, reason, settled_at)
VALUES (:booking_id, 'reminder', 'client', :channel, :occasion, :starts_at, 'undeliverable', 'too_late', :now)
ON CONFLICT DO NOTHING;

-- name: prepare_reminder(booking_id, channel, occasion, starts_at)!
-- Enters the reminder in the ledger, if the booking still stands at this time.
INSERT INTO notifications (booking_id, event, recipient, channel, occasion, about)
SELECT id, 'reminder', 'client', :channel, :occasion, :starts_at::timestamptz
FROM bookings WHERE id = :booking_id AND status = 'confirmed' AND lower(during) = :starts_at
    AND NOT EXISTS (  -- whatever its lead was then
        SELECT FROM notifications
        WHERE booking_id = :booking_id AND event = 'reminder' AND channel = :channel AND about = :starts_at)
ON CONFLICT DO NOTHING;

-- name: reminder(booking_id, channel, occasion, starts_at)
-- The reminder, as long as the booking stands at this time.
SELECT notification.id AS notification_id, notification.recipient, notification.channel
FROM notifications AS notification JOIN bookings AS booking ON booking.id = notification.booking_id
WHERE notification.booking_id = :booking_id AND notification.event = 'reminder' AND notification.channel = :channel
    AND notification.occasion = :occasion AND notification.status <> 'undeliverable'
    AND booking.status = 'confirmed' AND lower(booking.during) = :starts_at;
