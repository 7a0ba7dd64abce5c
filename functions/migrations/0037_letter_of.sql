-- depends: 0036_no_scans
-- What a message says, where the plan of reading it is kept: planning it took ten times as long as running it.

-- The parts of a letter, as JSON; null when the ledger has no such notification. What was promised is the booking's own
-- (names, zone, length); where somebody is reached, and in which words, is today's. sessions is null when the message is
-- no longer so; address, when there is no contact, or no consent any more. all_sessions: of the series, as each stands for
-- this recipient now. A consumer's connection plans this for its first five letters, and keeps the plan
-- (postgresql.org/docs/current/plpgsql-implementation.html#PLPGSQL-PLAN-CACHING).
CREATE FUNCTION letter_of(the_notification uuid, unanswered_max integer, of_changes text[], of_one_time text[])
RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
    letter json;
BEGIN
    SELECT to_json(read) INTO letter FROM (
    SELECT
        notification.event, notification.recipient, notification.channel, notification.occasion, booking.id AS booking_id,
        booking.series_id, booking.payment,
        coalesce(booking.service_name, service.name) AS service_name, client.name AS client_name,
        CASE notification.recipient WHEN 'client' THEN coalesce(booking.therapist_name, therapist.name)
            ELSE therapist.name END AS therapist_name,
        CASE notification.recipient WHEN 'client' THEN coalesce(booking.time_zone, therapist.time_zone)
            ELSE therapist.time_zone END AS therapist_zone,
        client.time_zone AS client_zone, booking.series_zone, booking.calendar_uid,
        therapist.language AS therapist_language, client.language AS client_language, client.discreet,
        booking.request ->> 'starts_at' AS requested_start, booking.request ->> 'recurrence' AS recurrence,
        coalesce(extract(epoch FROM upper(booking.during) - lower(booking.during)) / 60, service.duration_minutes)::integer
            AS duration_minutes,
        change.moved_from, coalesce(hold.until, offer.expires_at) AS answer_until,
        booking.status = 'cancelled' AS is_cancelled,
        CASE WHEN booking.status = 'cancelled' AND booking.cancellation_id IS NULL THEN booking.reasons -> 0 ->> 'code'
            END AS ended_by,
        CASE coalesce(change.requested_by, hold.answered_by, offer.answered_by, booking.requested_by)
            WHEN client.user_sub THEN 'client' WHEN therapist.user_sub THEN 'therapist' ELSE 'practice' END AS actor,
        coalesce(reason.body, refusal.body) AS reason, words.introduction, words.closing,
        practice.name AS practice_name, practice.address AS practice_address, practice.phone AS practice_phone,
        practice.email AS practice_email, practice.privacy_page, practice.accent_colour,
        CASE notification.recipient WHEN 'client' THEN practice.cancellation_policy ->> client.language END AS cancellation_policy,
        booking.status = 'rejected' AND NOT booking.request ? 'therapist_id' AS names_nobody,
        notification.event = 'slot_offered' AND unanswered_max <= client.offers_unanswered + (
            SELECT count(*) FROM waitlist AS theirs JOIN offers AS open ON open.entry_id = theirs.id AND open.outcome IS NULL
            WHERE theirs.client_id = client.id
        ) AS pauses_unanswered,
        (
            SELECT json_agg(json_build_object('booking_id', session.id, 'starts_at', CASE notification.event
                    WHEN 'booking_handed_over' THEN change.moved_from ELSE lower(session.during) END,
                'first_booked_for', session.first_booked_for, 'sequence', session.sequence,
                'therapist_name', session.therapist_name, 'zone', CASE notification.event
                    WHEN 'booking_handed_over' THEN therapist.time_zone ELSE session.time_zone END,
                'is_late', session.cancelled_late, 'place', (
                    SELECT to_json(place) FROM booking_places AS place WHERE place.booking_id = session.id
                )) ORDER BY session.during)
            FROM bookings AS session
            WHERE session.during IS NOT NULL AND CASE notification.event
                WHEN 'booking_confirmed' THEN session.status = 'confirmed' AND booking.id IN (session.id, session.series_id)
                    AND (notification.recipient = 'client' OR session.therapist_id = therapist.id)
                WHEN 'slot_lost' THEN session.status = 'rejected' AND booking.id IN (session.id, session.series_id)
                WHEN 'booking_cancelled' THEN session.status = 'cancelled' AND session.id = ANY (change.booking_ids)
                    AND (notification.recipient = 'client' OR session.therapist_id = therapist.id)
                WHEN 'booking_handed_over' THEN session.id = booking.id
                WHEN 'slot_offered' THEN session.id = booking.id AND session.status = 'held'
                WHEN 'approval_requested' THEN session.status = 'held' AND booking.id IN (session.id, session.series_id)
                    AND session.therapist_id = therapist.id
                WHEN 'payment_due' THEN session.status = 'held' AND booking.id IN (session.id, session.series_id)
                WHEN 'hold_ended' THEN session.status = 'cancelled' AND session.cancellation_id IS NULL
                    AND booking.id IN (session.id, session.series_id)
                ELSE session.id = booking.id AND (notification.event <> ALL (of_one_time)
                    OR session.status = 'confirmed' AND lower(session.during) = notification.about)
                END
                AND (session.id = booking.id OR session.series_id = booking.series_id)
        ) AS sessions,
        (
            SELECT json_agg(json_build_object('booking_id', session.id, 'starts_at', lower(session.during),
                'first_booked_for', session.first_booked_for, 'sequence', session.sequence,
                'therapist_name', session.therapist_name, 'zone', session.time_zone,
                'is_refused', session.status = 'rejected', 'place', (
                    SELECT to_json(place) FROM booking_places AS place WHERE place.booking_id = session.id
                ),
                'stands', session.status IN ('held', 'confirmed', 'completed', 'no_show')
                    AND (notification.recipient = 'client' OR session.therapist_id = therapist.id)
                ) ORDER BY session.occurrence)
            FROM bookings AS session WHERE session.series_id = booking.series_id AND session.during IS NOT NULL
        ) AS all_sessions,
        CASE notification.event
            WHEN 'slot_lost' THEN booking.status = 'rejected'
            WHEN 'booking_confirmed' THEN EXISTS (
                SELECT FROM bookings AS session
                WHERE session.status = 'confirmed'
                    AND (session.id = booking.id OR session.series_id = booking.id)
                    AND (notification.recipient = 'client' OR session.therapist_id = therapist.id))
            WHEN 'booking_cancelled' THEN true
            WHEN 'booking_handed_over' THEN booking.status <> 'confirmed' OR booking.therapist_id <> therapist.id
            WHEN 'slot_offered' THEN booking.status = 'held'
            WHEN 'approval_requested' THEN hold.answer IS NULL AND hold.outcome IS NULL AND EXISTS (
                SELECT FROM bookings AS session
                WHERE session.status = 'held' AND booking.id IN (session.id, session.series_id)
                    AND session.therapist_id = therapist.id)
            WHEN 'payment_due' THEN hold.answer IS NULL AND hold.outcome IS NULL AND EXISTS (
                SELECT FROM bookings AS session
                WHERE session.status = 'held' AND booking.id IN (session.id, session.series_id))
            WHEN 'hold_ended' THEN EXISTS (
                SELECT FROM bookings AS session
                WHERE session.status = 'cancelled' AND session.cancellation_id IS NULL
                    AND booking.id IN (session.id, session.series_id))
            WHEN 'fee_due' THEN (booking.cancelled_late OR booking.status = 'no_show') AND booking.payment_waived_by IS NULL
                AND NOT EXISTS (
                    SELECT FROM payments AS paid
                    WHERE paid.booking_id = booking.id AND paid.key = notification.occasion AND paid.entry = 'captured')
            ELSE notification.event <> ALL (of_one_time) OR booking.status = 'confirmed'
                AND lower(booking.during) = notification.about AND booking.therapist_id = therapist.id
        END AS still_true,
        coalesce(client_contact.address, therapist_contact.address) AS address,
        coalesce(client_contact.undeliverable, therapist_contact.undeliverable) AS unreachable,
        messages_are_too_many(notification.id, coalesce(client_contact.address, therapist_contact.address)) AS too_many,
        notification.channel <> 'sms'
            OR may_be_texted(coalesce(client_contact.address, therapist_contact.address)) AS country_allowed
    FROM notifications AS notification
    JOIN bookings AS booking ON booking.id = notification.booking_id
    JOIN therapists AS therapist ON therapist.id = coalesce(notification.therapist_id, booking.therapist_id)
    JOIN services AS service ON service.id = booking.service_id
    JOIN clients AS client ON client.id = booking.client_id
    LEFT JOIN client_contacts_in_use AS client_contact
        ON notification.recipient = 'client' AND client_contact.client_id = client.id
        AND client_contact.channel = notification.channel
    LEFT JOIN therapist_contacts AS therapist_contact
        ON notification.recipient = 'therapist' AND therapist_contact.therapist_id = therapist.id
        AND therapist_contact.channel = notification.channel AND therapist_contact.consented_at IS NOT NULL
    LEFT JOIN offers AS offer ON offer.booking_id = booking.id
    LEFT JOIN changes AS change ON change.id = notification.occasion AND notification.event = ANY (of_changes)
    LEFT JOIN change_reasons AS reason ON reason.change_id = change.id AND NOT reason.is_internal
    LEFT JOIN holds AS hold ON hold.booking_id = booking.id AND hold.awaits = CASE notification.event
        WHEN 'approval_requested' THEN 'approval'
        WHEN 'payment_due' THEN 'payment'
        WHEN 'hold_ended' THEN (SELECT max(ended.awaits) FROM holds AS ended WHERE ended.booking_id = booking.id) END
    LEFT JOIN booking_words AS refusal
        ON notification.event = 'hold_ended' AND hold.answer = 'decline' AND refusal.key = hold.booking_id
        AND refusal.kind = 'reason' AND refusal.written_by = hold.answered_by AND NOT refusal.is_internal
    LEFT JOIN practice_words AS words
        ON notification.recipient = 'client' AND words.event = notification.event AND words.language = client.language
    CROSS JOIN practice
    WHERE notification.id = the_notification
    ) AS read;
    RETURN letter;
END $$;
