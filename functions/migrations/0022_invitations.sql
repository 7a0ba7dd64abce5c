-- depends: 0023_people
-- Logins: to which address staff have invited a client, and how many people have come by themselves of late.

ALTER TABLE clients
    ADD COLUMN invited_address text,  -- to which staff sent an invitation; who proves that it is theirs has this record
    ADD COLUMN invited_at timestamptz;
CREATE INDEX clients_of_invited_address ON clients (lower(invited_address)) WHERE invited_address IS NOT NULL;

-- Who wants to sign up, without a name or an address: a row counts for an hour.
CREATE TABLE sign_ups (asked_at timestamptz NOT NULL);
CREATE INDEX sign_ups_in_order ON sign_ups (asked_at);

-- Of the whole practice: each costs an e-mail, and an address that is not theirs may be written to.
ALTER TABLE practice_limits
    ADD COLUMN sign_ups_an_hour integer NOT NULL DEFAULT 30 CHECK (sign_ups_an_hour BETWEEN 1 AND 100000);

-- Whether one more is too many; counts it if it is not. Who asks at the same time waits.
CREATE FUNCTION sign_ups_are_too_many(now timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sign-ups', 0));
    DELETE FROM sign_ups WHERE asked_at <= now - interval '1 hour';
    IF (SELECT sign_ups_an_hour FROM practice_limits) <= (SELECT count(*) FROM sign_ups) THEN
        RETURN true;
    END IF;
    INSERT INTO sign_ups (asked_at) VALUES (now);
    RETURN false;
END
$$;
