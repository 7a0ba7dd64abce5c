-- name: notification_known_by(provider_message_id)^
SELECT id FROM notifications WHERE provider_message_id = :provider_message_id;

-- name: record_delivery(notification_id, delivery, at)!
-- What the provider says became of a message. Reports come twice and in any order: an older one changes nothing. Their
-- clock knows whole seconds: of two in the same one, the bad news holds. A failure after an arrival is none: so do the
-- automatic answers of people who are away look.
UPDATE notifications SET delivery = :delivery, delivery_at = :at
WHERE id = :notification_id AND delivery IS DISTINCT FROM :delivery
    AND NOT (delivery IS NOT DISTINCT FROM 'delivered' AND :delivery = 'failed') AND (
        delivery_at IS NULL OR delivery_at < :at OR delivery = 'failed' AND :delivery = 'delivered'
        OR delivery_at = :at AND (delivery = 'delivered' OR :delivery IN ('bounced', 'complained')));

-- name: stop_writing_to_client(notification_id, reason)!
-- The address this message went to, unless it is another by now.
UPDATE client_contacts AS contact SET undeliverable = :reason
FROM notifications AS notification JOIN bookings AS booking ON booking.id = notification.booking_id
WHERE notification.id = :notification_id AND notification.recipient = 'client'
    AND contact.client_id = booking.client_id AND contact.channel = notification.channel
    AND contact.changed_at <= notification.claimed_at;

-- name: stop_writing_to_therapist(notification_id, reason)!
UPDATE therapist_contacts AS contact SET undeliverable = :reason
FROM notifications AS notification JOIN bookings AS booking ON booking.id = notification.booking_id
WHERE notification.id = :notification_id AND notification.recipient = 'therapist'
    AND contact.therapist_id = coalesce(notification.therapist_id, booking.therapist_id) AND contact.channel = notification.channel
    AND contact.changed_at <= notification.claimed_at;

-- name: unreached(notification_id)^
-- The booking whose recipient hears of this on no channel at all: none of its messages is on its way or has arrived.
SELECT told.booking_id FROM notifications AS told
WHERE told.id = :notification_id AND told.event NOT IN ('reminder', 'slot_offered') AND NOT EXISTS (
    SELECT FROM notifications AS each
    WHERE (each.booking_id, each.event, each.recipient, each.occasion)
            = (told.booking_id, told.event, told.recipient, told.occasion)
        AND (each.status IN ('queued', 'sending') OR (each.status = 'sent' AND coalesce(each.delivery, '') NOT IN ('bounced', 'failed')))
        AND coalesce(each.reason, '') <> 'booking_changed'
) AND coalesce(told.reason, '') <> 'booking_changed';
