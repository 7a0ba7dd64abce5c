-- depends: 0018_limits
-- Who is told of an event, said once.

-- A client and a therapist (either may be null), each on the channels that they have agreed to and not muted for the event.
-- undeliverable: why the address is not written to any more. One plain SELECT, so that it becomes part of the query that
-- calls it, indexes and all.
CREATE FUNCTION recipients_of(told_event text, of_client uuid, of_therapist uuid)
RETURNS TABLE (recipient text, channel text, therapist_id uuid, undeliverable text) LANGUAGE sql STABLE AS $$
    SELECT 'client'::text, contact.channel, NULL::uuid, contact.undeliverable FROM client_contacts AS contact
    WHERE contact.client_id = of_client AND contact.consented_at IS NOT NULL AND told_event <> ALL (contact.muted)
    UNION ALL
    SELECT 'therapist'::text, contact.channel, contact.therapist_id, contact.undeliverable FROM therapist_contacts AS contact
    WHERE contact.therapist_id = of_therapist AND contact.consented_at IS NOT NULL AND told_event <> ALL (contact.muted)
$$;

-- A new kind of notification needs no migration: booking/notifications.py declares the kinds, and tests hold what the
-- queries enter to it. (Why no table of kinds: docs/decisions.md.)
ALTER TABLE notifications DROP CONSTRAINT notifications_event_check;
