-- name: record_act(booking_id, act, actor, execution, reason)!
-- What an operator did, and why.
INSERT INTO booking_events (booking_id, event, actor, execution, detail)
VALUES (:booking_id, :act, :actor, :execution, jsonb_build_object('reason', :reason::text));

-- name: events_of(booking_id)
-- A booking's history, oldest first.
SELECT event, actor, execution, detail, at FROM booking_events WHERE booking_id = :booking_id ORDER BY id;
