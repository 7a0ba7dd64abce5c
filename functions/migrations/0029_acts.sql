-- depends: 0028_absence
-- Operators' acts, recorded before they are done and each once; messages that are sent again; what needs a person.

-- act_id: of an operator's act, which its refusal and what it led to name too; null: it is no operator's. booking_id: null
-- of an act on a message or an execution that names no booking.
ALTER TABLE booking_events
    ADD COLUMN act_id uuid,
    ALTER COLUMN booking_id DROP NOT NULL;
CREATE UNIQUE INDEX booking_events_once_an_act ON booking_events (act_id, event) WHERE act_id IS NOT NULL;

-- When an operator had it sent again: what a provider saw before that is of an earlier attempt, and no news.
ALTER TABLE notifications ADD COLUMN resent_at timestamptz;

-- Who of a booking has heard of one of these events on no channel at all.
CREATE FUNCTION unreached_recipients(of_booking text, of_events text[])
RETURNS TABLE (recipient text) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT told.recipient FROM notifications AS told
    WHERE told.booking_id = of_booking AND told.event = ANY (of_events) AND coalesce(told.reason, '') <> 'booking_changed'
        AND NOT EXISTS (
            SELECT FROM notifications AS each
            WHERE (each.booking_id, each.event, each.recipient, each.occasion)
                    = (told.booking_id, told.event, told.recipient, told.occasion)
                AND (each.status IN ('queued', 'sending')
                    OR each.status = 'sent' AND coalesce(each.delivery, '') NOT IN ('bounced', 'failed'))
                AND coalesce(each.reason, '') <> 'booking_changed'
        )
    ORDER BY told.recipient
$$;

-- Why bookings need a person: a booking may be here twice. place: what is said first.
CREATE VIEW needing_attention AS
SELECT booking_id, 1 AS place, status, error, at FROM attention WHERE needed
UNION ALL
SELECT booking_id, 2, 'UNREACHED', NULL, at FROM unreached;
