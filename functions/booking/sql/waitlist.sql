-- Entries of the wait list.

-- name: lock_to_join(client_id, therapist_id)^
-- Whoever joins the wait list for the same client at the same time waits, and then counts this entry too. The therapist
-- first, whom the entry will refer to: a move locks in that order.
WITH locked AS (
    SELECT id FROM therapists WHERE id = :therapist_id FOR KEY SHARE
)
SELECT client.id FROM clients AS client
WHERE client.id = :client_id AND (SELECT count(*) FROM locked) >= 0 FOR NO KEY UPDATE;

-- name: count_waiting_entries(client_id)$
SELECT count(*) FROM waitlist WHERE client_id = :client_id AND status = 'waiting';

-- name: needs_a_yes(service_id)$
-- Whether its therapist says yes to each session first.
SELECT approval = 'therapist' FROM services WHERE id = :service_id;

-- name: join_waitlist(entry_id, client_id, service_id, therapist_id, starts, ends, request, requested_by, now)!
-- Nothing is added when the id is taken.
INSERT INTO waitlist (id, client_id, service_id, therapist_id, windows, request, requested_by, created_at)
SELECT :entry_id, :client_id, :service_id, :therapist_id, range_agg(tstzrange(starts_at, ends_at, '[)')),
    :request, :requested_by, :now
FROM unnest(:starts::timestamptz[], :ends::timestamptz[]) AS time_window (starts_at, ends_at)
ON CONFLICT (id) DO NOTHING;

-- name: entries(entry_id, status, everything, own_therapist_id, own_client_id, after_time, after_id, offers_listed, limit)
-- One entry, or a page of those a reader may see, first come first, each with the newest of the offers that were made.
SELECT
    entry.id, entry.status, entry.client_id, entry.service_id, entry.therapist_id, entry.request, entry.requested_by,
    entry.created_at, client.user_sub AS client_sub, therapist.user_sub AS therapist_sub,
    (
        SELECT json_agg(json_build_array(lower(one), upper(one)) ORDER BY one) FROM unnest(entry.windows) AS one
    ) AS windows,
    CASE WHEN entry.status = 'waiting' THEN entry.paused_at END AS paused_at,
    (SELECT count(*) FROM offers WHERE entry_id = entry.id) AS offers_made,
    coalesce((
        SELECT json_agg(json_build_object('booking_id', offer.booking_id, 'starts_at', booking.first_booked_for,
            'expires_at', offer.expires_at, 'answer', offer.answer, 'outcome', offer.outcome
        ) ORDER BY offer.expires_at)
        FROM (
            SELECT * FROM offers WHERE entry_id = entry.id ORDER BY expires_at DESC LIMIT :offers_listed
        ) AS offer JOIN bookings AS booking ON booking.id = offer.booking_id
    ), '[]') AS offers
FROM waitlist AS entry
JOIN clients AS client ON client.id = entry.client_id
LEFT JOIN therapists AS therapist ON therapist.id = entry.therapist_id
WHERE (:entry_id::text IS NULL OR entry.id = :entry_id)
    AND (:status::text IS NULL OR entry.status = :status)
    AND (:everything OR entry.therapist_id = :own_therapist_id OR entry.client_id = :own_client_id)
    AND (:after_time::timestamptz IS NULL OR (entry.created_at, entry.id) > (:after_time, :after_id))
ORDER BY entry.created_at, entry.id
LIMIT :limit;

-- name: lock_entry(entry_id, therapist_id)^
-- The order of locks: therapist (of an offer that may be made), client, entry. The client's, because what is held for one
-- client, and what they left unanswered, is counted over all their entries.
WITH therapist AS MATERIALIZED (
    SELECT id FROM therapists WHERE id = :therapist_id FOR NO KEY UPDATE
), client AS MATERIALIZED (
    SELECT id FROM clients
    WHERE id = (SELECT client_id FROM waitlist WHERE id = :entry_id) AND (SELECT count(*) FROM therapist) >= 0
    FOR NO KEY UPDATE
)
SELECT id FROM waitlist WHERE id = :entry_id AND (SELECT count(*) FROM client) >= 0 FOR UPDATE;

-- name: resume_offers(entry_id, all)!
-- The client is asked again: for this entry, or for all they wait for. The entry, and so the client, is locked.
WITH entry AS (
    UPDATE waitlist SET paused_at = NULL
    WHERE paused_at IS NOT NULL AND client_id = (SELECT client_id FROM waitlist WHERE id = :entry_id)
        AND (:all OR id = :entry_id)
)
UPDATE clients SET offers_unanswered = 0
WHERE id = (SELECT client_id FROM waitlist WHERE id = :entry_id) AND offers_unanswered > 0;

-- name: leave_waitlist(entry_id)!
UPDATE waitlist SET status = 'left' WHERE id = :entry_id AND status = 'waiting';

-- name: open_offer_of(entry_id)^
SELECT booking_id FROM offers WHERE entry_id = :entry_id AND outcome IS NULL;

-- name: close_past_entries(now)!
-- Entries whose last time has come, unless an offer of theirs is open. Locked ones are left to the next sweep: many rows in
-- no order, of clients who are not locked.
UPDATE waitlist SET status = 'over' WHERE id IN (
    SELECT id FROM waitlist AS entry
    WHERE status = 'waiting' AND upper(windows) <= :now
        AND NOT EXISTS (SELECT FROM offers WHERE entry_id = entry.id AND outcome IS NULL)
    FOR UPDATE SKIP LOCKED
);
