-- depends: 0017_judged_anew
-- What one person may cost: the practice's limits, and the counts that are held to them. Days are the last 24 hours.

CREATE TABLE practice_limits (
    one_row                 boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    standing_sessions       integer NOT NULL DEFAULT 60 CHECK (standing_sessions BETWEEN 1 AND 100000),
    requests_a_day          integer NOT NULL DEFAULT 20 CHECK (requests_a_day BETWEEN 1 AND 100000),
    changes_a_day           integer NOT NULL DEFAULT 20 CHECK (changes_a_day BETWEEN 1 AND 100000),
    client_messages_a_day   integer NOT NULL DEFAULT 40 CHECK (client_messages_a_day BETWEEN 1 AND 100000),
    therapist_messages_a_day integer NOT NULL DEFAULT 1000 CHECK (therapist_messages_a_day BETWEEN 1 AND 100000),
    -- Numbers that texts go to begin with one of these. The European Economic Area, Switzerland, the United Kingdom, and
    -- North America.
    text_prefixes           text[] NOT NULL DEFAULT '{+1,+30,+31,+32,+33,+34,+351,+352,+353,+354,+356,+357,+358,+359,+36,+370,+371,+372,+385,+386,+39,+40,+41,+420,+421,+423,+43,+44,+45,+46,+47,+48,+49}'
);
INSERT INTO practice_limits DEFAULT VALUES;

CREATE INDEX bookings_of_requester ON bookings (requested_by, created_at);
CREATE INDEX changes_of_requester ON changes (requested_by, created_at);
CREATE INDEX notifications_of_therapist ON notifications (therapist_id, settled_at) WHERE recipient = 'therapist';
CREATE INDEX client_contacts_of_address ON client_contacts (address);

-- Which limit keeps a client from one more session under this request, if one does. Only what clients ask for themselves
-- is limited: the therapist and operators ask under their own names.
CREATE FUNCTION booking_limit_met(of_client uuid, asked_by text, request_id text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN requests_a_day <= (
            SELECT count(DISTINCT coalesce(series_id, id)) FROM bookings AS asked
            WHERE requested_by = asked_by AND created_at > now() - interval '24 hours'
                AND coalesce(series_id, id) <> request_id
                AND NOT reasons @> '[{"code": "too_many_requests"}]'
                AND NOT EXISTS (SELECT FROM offers WHERE booking_id = asked.id)
        ) THEN 'too_many_requests'
        WHEN standing_sessions <= (
            SELECT count(*) FROM bookings
            WHERE client_id = of_client AND status IN ('held', 'confirmed') AND lower(during) > now()
        ) THEN 'too_many_sessions'
    END
    FROM practice_limits JOIN clients ON clients.id = of_client AND clients.user_sub = asked_by
$$;

-- Judged session by session where the time is taken, under the client's lock (after the therapist's, as everywhere): who
-- asks for the same client at the same time waits, and then counts this session too.
CREATE FUNCTION keep_to_the_limits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM clients WHERE id = NEW.client_id AND user_sub = NEW.requested_by FOR NO KEY UPDATE;
    IF FOUND AND booking_limit_met(NEW.client_id, NEW.requested_by, coalesce(NEW.series_id, NEW.id)) IS NOT NULL THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bookings_keep_to_the_limits BEFORE INSERT ON bookings FOR EACH ROW
    WHEN (NEW.status = 'confirmed') EXECUTE FUNCTION keep_to_the_limits();

-- Whether somebody has asked for so many changes that one more is too many. Who asks at the same time waits.
CREATE FUNCTION changes_are_too_many(asked_by text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('changes of ' || asked_by, 0));
    RETURN (SELECT changes_a_day FROM practice_limits) <= (
        SELECT count(*) FROM changes
        WHERE requested_by = asked_by AND created_at > now() - interval '24 hours'
            AND NOT reasons @> '[{"code": "too_many_changes"}]'
    );
END
$$;

-- Whether so many messages went to this message's recipient that one more is too many: to the client, or to whoever has
-- the same address as another client; to the therapist. On all channels.
CREATE FUNCTION messages_are_too_many(message uuid, written_to text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE mine.recipient
        WHEN 'client' THEN client_messages_a_day <= (
            SELECT count(*) FROM notifications AS other JOIN bookings AS about ON about.id = other.booking_id
            WHERE about.client_id IN (
                SELECT booking.client_id UNION SELECT client_id FROM client_contacts WHERE address = written_to
            )
                AND other.recipient = 'client' AND other.id <> mine.id AND other.status IN ('sending', 'sent')
                AND coalesce(other.settled_at, other.claimed_at) > now() - interval '24 hours'
        )
        ELSE therapist_messages_a_day <= (
            SELECT count(*) FROM notifications AS other
            WHERE other.therapist_id = coalesce(mine.therapist_id, booking.therapist_id)
                AND other.recipient = 'therapist' AND other.id <> mine.id AND other.status = 'sent'
                AND other.settled_at > now() - interval '24 hours'
        )
    END
    FROM practice_limits, notifications AS mine JOIN bookings AS booking ON booking.id = mine.booking_id
    WHERE mine.id = message
$$;

CREATE FUNCTION may_be_texted(number text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM practice_limits, unnest(text_prefixes) AS prefix WHERE starts_with(number, prefix))
$$;
