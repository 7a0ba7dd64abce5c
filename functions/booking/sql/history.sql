-- What happened to bookings, and which need a person.

-- name: record_act(act_id, act, booking_id, actor, subject, code, at, refusal, reason)!
-- What an operator does, and why; once, however often it is brought. done_at: when it was done, if it is recorded only
-- seconds later.
INSERT INTO booking_events (act_id, event, booking_id, actor, execution, detail)
VALUES (:act_id, :act, :booking_id, :actor, :subject, jsonb_strip_nulls(jsonb_build_object(
    'code', :code::text, 'reason', :reason::text, 'refusal', :refusal::text,
    'done_at', CASE WHEN now() - :at::timestamptz > interval '5 seconds' THEN :at::timestamptz END)))
ON CONFLICT (act_id, event) WHERE act_id IS NOT NULL DO NOTHING;

-- name: act(act_id)^
-- An act that was recorded: what it was done to, when (the queue brings it later), and by which error it was refused.
SELECT act.event AS act, act.execution AS subject, coalesce((act.detail ->> 'done_at')::timestamptz, act.at) AS at,
    refusal.detail ->> 'refusal' AS refusal
FROM booking_events AS act
LEFT JOIN booking_events AS refusal ON refusal.act_id = act.act_id AND refusal.event = 'act_refused'
WHERE act.act_id = :act_id AND act.event IN ('redriven', 'rerun', 'resent', 'message_redriven');

-- name: record_put_back(act_id, booking_id, execution, detail)!
-- What had become of messages that are sent again by an act, by whom it was: the act itself may still be in its queue.
INSERT INTO booking_events (act_id, event, booking_id, actor, execution, detail)
SELECT :act_id, 'put_back', :booking_id,
    coalesce((SELECT actor FROM booking_events WHERE act_id = :act_id AND event = 'resent'), 'operator'),
    :execution, :detail::jsonb
ON CONFLICT (act_id, event) WHERE act_id IS NOT NULL DO NOTHING;

-- name: mark_attention(booking_id, workflow, needed, execution, status, error, at)!
-- Whether a booking's workflow needs a person, as of an execution's end. News may come twice and in the wrong order. For the
-- release before, the booking has one mark of all of them.
WITH for_the_release_before AS (
    INSERT INTO attention (booking_id, needed, execution, status, error, at)
    VALUES (:booking_id, :needed, :execution, :status, :error, :at)
    ON CONFLICT (booking_id) DO UPDATE SET
        needed = excluded.needed, execution = excluded.execution, status = excluded.status, error = excluded.error,
        at = excluded.at
    WHERE attention.at < excluded.at
)
INSERT INTO workflow_attention (booking_id, workflow, needed, execution, status, error, at)
VALUES (:booking_id, :workflow, :needed, :execution, :status, :error, :at)
ON CONFLICT (booking_id, workflow) DO UPDATE SET
    needed = excluded.needed, execution = excluded.execution, status = excluded.status, error = excluded.error,
    at = excluded.at
WHERE workflow_attention.at < excluded.at;

-- name: mark_unreached(booking_id, at)!
-- Somebody heard of this booking on no channel. The first time counts.
INSERT INTO unreached (booking_id, at) VALUES (:booking_id, :at) ON CONFLICT (booking_id) DO NOTHING;

-- name: clear_unreached(booking_id)!
-- An operator has seen to it.
DELETE FROM unreached WHERE booking_id = :booking_id;

-- name: attention_of(booking_id)^
-- Why a booking needs a person, if it does: its workflows first, and of them the last to fail.
SELECT status, error, at FROM needing_attention WHERE booking_id = :booking_id ORDER BY place, at DESC LIMIT 1;
