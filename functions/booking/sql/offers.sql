-- Offers of the wait list: who may be made one, what is held, and what became of it.

-- name: entries_to_offer(now, entry_id, after_time, after_id, until_time, until_id, open_max, limit)
-- Entries that an offer may be made to, first come first: of clients who can be told and have not left too many offers
-- unanswered, with no offer open, and fewer than open_max for all their entries, those that wait for a payment among them.
-- Of what its therapist says yes to first, staff alone make somebody wait. busy are the sessions the client has,
-- offered_before those to come that they were offered and did not want.
SELECT
    entry.id, entry.client_id, entry.service_id, entry.therapist_id, entry.requested_by, entry.created_at,
    service.offer_minutes, client.time_zone,
    (
        SELECT json_agg(json_build_array(extract(epoch FROM lower(one))::bigint, extract(epoch FROM upper(one))::bigint)
            ORDER BY one)
        FROM unnest(entry.windows) AS one
    ) AS windows,
    (
        SELECT json_agg(json_build_array(
            extract(epoch FROM lower(during))::bigint, extract(epoch FROM upper(during))::bigint))
        FROM bookings
        WHERE client_id = entry.client_id AND status IN ('held', 'confirmed', 'completed', 'no_show')
            AND during && range_merge(entry.windows)
    ) AS busy,
    (
        SELECT json_agg(json_build_array(booking.therapist_id,
            extract(epoch FROM lower(booking.during))::bigint, extract(epoch FROM upper(booking.during))::bigint))
        FROM offers AS offer JOIN bookings AS booking ON booking.id = offer.booking_id
        WHERE offer.entry_id = entry.id AND upper(booking.during) > :now
    ) AS offered_before
FROM waitlist AS entry
JOIN clients AS client ON client.id = entry.client_id AND client.active
JOIN services AS service ON service.id = entry.service_id
WHERE entry.status = 'waiting' AND entry.paused_at IS NULL AND upper(entry.windows) > :now
    AND NOT EXISTS (SELECT FROM offers WHERE entry_id = entry.id AND outcome IS NULL)
    AND :open_max > (
        SELECT count(*) FROM waitlist AS theirs JOIN offers AS offer ON offer.entry_id = theirs.id
        WHERE theirs.client_id = entry.client_id AND (offer.outcome IS NULL OR EXISTS (
            SELECT FROM holds WHERE holds.booking_id = offer.booking_id AND holds.outcome IS NULL))
    )
    AND (service.approval = 'none' OR entry.requested_by IS DISTINCT FROM client.user_sub)
    AND booking_limit_met(entry.client_id, entry.requested_by, '') IS NULL
    AND EXISTS (SELECT FROM recipients_of('slot_offered', entry.client_id, NULL) WHERE undeliverable IS NULL)
    AND (:entry_id::text IS NULL OR entry.id = :entry_id)
    AND (:after_time::timestamptz IS NULL OR (entry.created_at, entry.id) > (:after_time, :after_id))
    AND (:until_time::timestamptz IS NULL OR (entry.created_at, entry.id) <= (:until_time, :until_id))
ORDER BY entry.created_at, entry.id
LIMIT :limit;

-- name: hold(entry_id, booking_id, therapist_id, service_id, client_id, starts_at, ends_at, occupied_from, occupied_until, day, request, requested_by, expires_at, execution)$
-- The time is held for the client, unless someone was faster; true when it is. The entry is locked: nobody else makes it
-- an offer. In one statement with the offer, its notifications and its event.
WITH booking AS (
    INSERT INTO bookings (
        id, status, therapist_id, client_id, service_id, during, occupied, day, first_booked_for, request, requested_by,
        calendar_uid
    )
    SELECT
        :booking_id, 'held', :therapist_id, :client_id, :service_id, tstzrange(:starts_at, :ends_at, '[)'),
        tstzrange(:occupied_from, :occupied_until, '[)'), :day, :starts_at, :request, :requested_by,
        :booking_id || '@' || (SELECT calendar_domain FROM practice)
    WHERE NOT EXISTS (SELECT FROM offers WHERE entry_id = :entry_id AND outcome IS NULL)
    ON CONFLICT DO NOTHING
    RETURNING id
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution) SELECT id, 'held', 'sweep', :execution FROM booking
), offer AS (
    INSERT INTO offers (booking_id, entry_id, expires_at) SELECT id, :entry_id, :expires_at FROM booking
), notification AS (
    INSERT INTO notifications (booking_id, event, recipient, channel, about)
    SELECT booking.id, 'slot_offered', told.recipient, told.channel, :starts_at::timestamptz
    FROM booking, recipients_of('slot_offered', :client_id, NULL) AS told
)
SELECT EXISTS (SELECT FROM booking);

-- name: offers_without_token(now)
-- Open offers whose workflow has not come to its wait: a sweep that died before it started them starts them again.
SELECT offer.booking_id, offer.expires_at FROM offers AS offer
WHERE offer.outcome IS NULL AND offer.task_token IS NULL AND offer.expires_at > :now
ORDER BY offer.expires_at;

-- name: overdue_offers(expired_before, answered_before)
-- Open offers whose workflow should have settled them by now: it has failed.
SELECT booking_id FROM offers
WHERE outcome IS NULL AND (expires_at < :expired_before OR answered_at < :answered_before)
ORDER BY expires_at;

-- name: accepted_offers_with_queued_notifications(answered_after, answered_before)
-- Offers that were accepted, and somebody has not been told: their workflow has failed, or is still at it.
SELECT booking_id FROM offers
WHERE outcome = 'accepted' AND answered_at BETWEEN :answered_after AND :answered_before AND EXISTS (
    SELECT FROM notifications
    WHERE booking_id = offers.booking_id AND event IN ('booking_confirmed', 'payment_due') AND status = 'queued')
ORDER BY answered_at;

-- name: offer(booking_id)^
-- One offer as the API shows it, with whom it belongs to.
SELECT
    offer.booking_id, offer.entry_id, offer.expires_at, offer.task_token, offer.answer, offer.answered_by,
    offer.outcome, booking.therapist_id, booking.service_id, booking.client_id, booking.requested_by,
    booking.payment, lower(booking.during) AS starts_at, upper(booking.during) AS ends_at,
    booking.time_zone, therapist.user_sub AS therapist_sub, client.user_sub AS client_sub
FROM offers AS offer
JOIN bookings AS booking ON booking.id = offer.booking_id
JOIN therapists AS therapist ON therapist.id = booking.therapist_id
JOIN clients AS client ON client.id = booking.client_id
WHERE offer.booking_id = :booking_id;

-- name: lock_offer(booking_id)^
-- The entry's row is the one lock of an entry and its offers. In the order of lock_entry.
WITH therapist AS MATERIALIZED (
    SELECT id FROM therapists
    WHERE id = (SELECT therapist_id FROM bookings WHERE id = :booking_id) FOR KEY SHARE
), client AS MATERIALIZED (
    SELECT id FROM clients
    WHERE id = (SELECT client_id FROM bookings WHERE id = :booking_id) AND (SELECT count(*) FROM therapist) >= 0
    FOR NO KEY UPDATE
)
SELECT id FROM waitlist
WHERE id = (SELECT entry_id FROM offers WHERE booking_id = :booking_id) AND (SELECT count(*) FROM client) >= 0
FOR UPDATE;

-- name: keep_token(booking_id, task_token)!
UPDATE offers SET task_token = :task_token WHERE booking_id = :booking_id;

-- name: answer_offer(booking_id, answer, answered_by, now)!
UPDATE offers SET answer = :answer, answered_by = :answered_by, answered_at = :now
WHERE booking_id = :booking_id AND answer IS NULL AND outcome IS NULL;

-- name: take_offer(booking_id, actor, execution)!
-- What was held is booked: for the client, and for everyone who is to be told.
WITH settled AS (
    UPDATE offers SET outcome = 'accepted' WHERE booking_id = :booking_id AND outcome IS NULL RETURNING entry_id
), entry AS (
    UPDATE waitlist SET status = 'booked' FROM settled WHERE id = settled.entry_id
), booking AS (
    UPDATE bookings SET status = 'confirmed' FROM settled WHERE id = :booking_id AND status = 'held'
    RETURNING id, client_id, therapist_id
), event AS (
    INSERT INTO booking_events (booking_id, event, actor, execution)
    SELECT id, 'confirmed', :actor, :execution FROM booking
)
INSERT INTO notifications (booking_id, event, recipient, channel, therapist_id)
SELECT booking.id, 'booking_confirmed', told.recipient, told.channel, told.therapist_id
FROM booking, recipients_of('booking_confirmed', booking.client_id, booking.therapist_id) AS told;

-- name: accept_offer(booking_id)!
-- What was held for an offer is held on, until it is paid for.
WITH settled AS (
    UPDATE offers SET outcome = 'accepted' WHERE booking_id = :booking_id AND outcome IS NULL RETURNING entry_id
)
UPDATE waitlist SET status = 'booked' FROM settled WHERE id = settled.entry_id;

-- name: release_offer(booking_id, outcome, reasons, actor, execution, unanswered_max)!
-- What was held is free again. An offer that the client was told of and left unanswered is counted; at unanswered_max in a
-- row all that they wait for is paused.
WITH settled AS (
    UPDATE offers SET outcome = :outcome WHERE booking_id = :booking_id AND outcome IS NULL RETURNING booking_id
), booking AS (
    UPDATE bookings SET status = 'cancelled', reasons = :reasons FROM settled
    WHERE id = settled.booking_id AND status = 'held' RETURNING id, client_id
), client AS (
    UPDATE clients SET offers_unanswered = least(offers_unanswered + 1, 1000) FROM booking
    WHERE clients.id = booking.client_id AND :outcome = 'expired' AND EXISTS (
        SELECT FROM offers WHERE booking_id = booking.id AND answer IS NULL) AND EXISTS (
        SELECT FROM notifications WHERE booking_id = booking.id AND event = 'slot_offered' AND status = 'sent')
    RETURNING clients.id, offers_unanswered
), entry AS (
    UPDATE waitlist SET paused_at = now() FROM client
    WHERE client_id = client.id AND waitlist.status = 'waiting' AND paused_at IS NULL
        AND client.offers_unanswered >= :unanswered_max
)
INSERT INTO booking_events (booking_id, event, actor, execution, detail)
SELECT id, 'released', :actor, :execution, jsonb_build_object('outcome', :outcome::text) FROM booking;

-- name: sweep_stopped_at(name)^
SELECT after_time, after_id FROM sweeps WHERE name = :name;

-- name: stop_sweep(name, after_time, after_id)!
INSERT INTO sweeps (name, after_time, after_id) VALUES (:name, :after_time, :after_id)
ON CONFLICT (name) DO UPDATE SET after_time = excluded.after_time, after_id = excluded.after_id;

-- name: sweep_is_complete(name)!
DELETE FROM sweeps WHERE name = :name;
