-- What happened to bookings, and which need a person.

-- name: record_act(booking_id, act, actor, execution, reason)!
-- What an operator did, and why.
INSERT INTO booking_events (booking_id, event, actor, execution, detail)
VALUES (:booking_id, :act, :actor, :execution, jsonb_build_object('reason', :reason::text));

-- name: events_of(booking_id)
-- A booking's history, oldest first.
SELECT event, actor, execution, detail, at FROM booking_events WHERE booking_id = :booking_id ORDER BY id;

-- name: mark_attention(booking_id, needed, execution, status, error, at)!
-- Whether a booking needs a person, as of an execution's end. News may come twice and in the wrong order.
INSERT INTO attention (booking_id, needed, execution, status, error, at)
VALUES (:booking_id, :needed, :execution, :status, :error, :at)
ON CONFLICT (booking_id) DO UPDATE SET
    needed = excluded.needed, execution = excluded.execution, status = excluded.status, error = excluded.error,
    at = excluded.at
WHERE attention.at < excluded.at;

-- name: mark_unreached(booking_id, at)!
-- Somebody heard of this booking on no channel. The first time counts.
INSERT INTO unreached (booking_id, at) VALUES (:booking_id, :at) ON CONFLICT (booking_id) DO NOTHING;

-- name: clear_unreached(booking_id)!
-- An operator has seen to it.
DELETE FROM unreached WHERE booking_id = :booking_id;

-- name: attention_of(booking_id)^
-- Why a booking needs a person, if it does: its workflow first.
SELECT status, error, at FROM (
    SELECT 1 AS place, status, error, at FROM attention WHERE booking_id = :booking_id AND needed
    UNION ALL
    SELECT 2, 'UNREACHED', NULL, at FROM unreached WHERE booking_id = :booking_id
) AS needed
ORDER BY place LIMIT 1;
