-- The ledger of notifications.

-- name: notifications_of(booking_id, event)
-- A booking's notifications of one event, in the order in which they were first announced.
SELECT id AS notification_id, event, recipient, channel, status, attempts, delivery FROM notifications
WHERE booking_id = :booking_id AND event = :event
ORDER BY recipient, channel;

-- name: notifications_of_change(change_id, of_changes)
SELECT id AS notification_id, event, recipient, channel, status, attempts, delivery FROM notifications
WHERE occasion = :change_id AND occasion <> '' AND event = ANY (:of_changes)
ORDER BY recipient, event, channel;

-- name: notification_status(notification_id)^
SELECT status, reason FROM notifications WHERE id = :notification_id;

-- name: claim_notification(notification_id, now, stale_before, unanswered_max, of_changes, of_one_time)^
-- Takes a notification for sending, with its letter: what was claimed is known to be ours, so claiming and reading are one
-- trip. No row: it is settled, or someone else is sending it. A claim older than stale_before belongs to a consumer that died.
WITH claimed AS (
    UPDATE notifications SET status = 'sending', attempts = attempts + 1, claimed_at = :now
    WHERE id = :notification_id AND (status = 'queued' OR (status = 'sending' AND claimed_at < :stale_before))
    RETURNING id, attempts
)
SELECT attempts, letter_of(id, :unanswered_max, :of_changes, :of_one_time) AS letter FROM claimed;

-- name: letter(notification_id, unanswered_max, of_changes, of_one_time)^
SELECT letter_of(:notification_id, :unanswered_max, :of_changes, :of_one_time) AS letter;

-- name: settle_notification(notification_id, attempt, status, reason, last_error, provider_message_id, now)!
-- Records how an attempt ended, unless a later attempt has taken the notification over.
UPDATE notifications SET
    status = :status, reason = :reason, last_error = :last_error, provider_message_id = :provider_message_id,
    settled_at = CASE WHEN :status IN ('sent', 'undeliverable') THEN :now::timestamptz END
WHERE id = :notification_id AND attempts = :attempt AND status = 'sending';

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

-- name: unreached(notification_id, calling_for_attention)^
-- The booking whose recipient hears of this on no channel at all: none of the messages to them is on its way or has
-- arrived.
SELECT told.booking_id FROM notifications AS told
WHERE told.id = :notification_id AND told.event = ANY (:calling_for_attention) AND NOT EXISTS (
    SELECT FROM notifications AS each
    WHERE (each.booking_id, each.event, each.recipient, each.occasion)
            = (told.booking_id, told.event, told.recipient, told.occasion)
        AND (each.status IN ('queued', 'sending') OR (each.status = 'sent' AND coalesce(each.delivery, '') NOT IN ('bounced', 'failed')))
        AND coalesce(each.reason, '') <> 'booking_changed'
) AND coalesce(told.reason, '') <> 'booking_changed';

-- name: unreached_recipients(booking_id, calling_for_attention)
SELECT recipient FROM unreached_recipients(:booking_id, :calling_for_attention);

-- name: put_back(booking_id, chosen, curable, now)
-- Gives messages that have reached nobody back to be sent, all of the booking or the chosen ones, and says what had become
-- of each. One that was sent and did not fail, as far as anybody knows, is left.
WITH before AS (
    SELECT id, event, recipient, channel, status, reason, delivery, delivery_at, attempts, settled_at FROM notifications
    WHERE booking_id = :booking_id AND (:chosen::uuid[] = '{}' OR id = ANY (:chosen::uuid[])) AND (
        status = 'undeliverable' AND reason = ANY (:curable) OR status = 'sent' AND delivery IN ('bounced', 'failed'))
    ORDER BY id FOR UPDATE
)
UPDATE notifications SET
    status = 'queued', reason = NULL, delivery = NULL, delivery_at = NULL, settled_at = NULL, last_error = NULL,
    provider_message_id = NULL, resent_at = :now
FROM before WHERE notifications.id = before.id
RETURNING
    before.id AS notification_id, before.status, before.reason, before.delivery, before.delivery_at, before.attempts,
    before.settled_at;

-- name: unsent(booking_id, chosen)
-- Messages that wait to be sent; sending: perhaps by one who died.
SELECT id AS notification_id, event, recipient, channel, status, attempts, delivery FROM notifications
WHERE booking_id = :booking_id AND (:chosen::uuid[] = '{}' OR id = ANY (:chosen::uuid[]))
    AND status IN ('queued', 'sending')
ORDER BY event, recipient, channel, id;

-- name: is_of_an_earlier_attempt(notification_id, at)$
-- Whether what a provider saw at this time was before the message was put back. Their clock knows whole seconds.
SELECT coalesce((
    SELECT date_trunc('second', resent_at) > :at FROM notifications WHERE id = :notification_id
), false);
