-- depends: 0019_recipients
-- Clients who come by themselves: what is known of them, what they may cost until staff know them, what they agreed to
-- and asked for; finding people, and making one of two records.

ALTER TABLE clients
    ADD COLUMN self_made boolean NOT NULL DEFAULT false,  -- by whoever has the login, not by staff
    ADD COLUMN confirmed_at timestamptz DEFAULT now(),  -- staff know this person since then; null: not yet
    ADD COLUMN merged_into uuid REFERENCES clients;  -- the record that has what this one had
CREATE INDEX clients_unconfirmed ON clients (id) WHERE confirmed_at IS NULL;

-- unproven: put by who made their own record, and nobody has shown yet that it is theirs. It is not written to.
ALTER TABLE client_contacts ADD COLUMN unproven boolean NOT NULL DEFAULT false;
CREATE INDEX client_contacts_of_mailbox ON client_contacts (lower(address));

-- Where clients are written to: said here, once, for who enters a message and for who sends it.
CREATE VIEW client_contacts_in_use AS
SELECT client_id, channel, address, undeliverable, muted FROM client_contacts WHERE consented_at IS NOT NULL AND NOT unproven;

CREATE OR REPLACE FUNCTION recipients_of(told_event text, of_client uuid, of_therapist uuid)
RETURNS TABLE (recipient text, channel text, therapist_id uuid, undeliverable text) LANGUAGE sql STABLE AS $$
    SELECT 'client'::text, contact.channel, NULL::uuid, contact.undeliverable FROM client_contacts_in_use AS contact
    WHERE contact.client_id = of_client AND told_event <> ALL (contact.muted)
    UNION ALL
    SELECT 'therapist'::text, contact.channel, contact.therapist_id, contact.undeliverable FROM therapist_contacts AS contact
    WHERE contact.therapist_id = of_therapist AND contact.consented_at IS NOT NULL AND told_event <> ALL (contact.muted)
$$;

-- What somebody agreed to and took back: which version of which text, and when. Written once, never changed. Whether a
-- contact is written to is client_contacts.consented_at.
CREATE TABLE consents (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES clients,
    kind      text NOT NULL CHECK (kind IN ('contact_email', 'contact_sms', 'privacy', 'terms')),
    given     boolean NOT NULL,  -- false: taken back
    version   text,  -- of the text; null: staff have entered it, as they heard it
    said_by   text NOT NULL CHECK (said_by IN ('client', 'staff')),
    at        timestamptz NOT NULL
);
CREATE INDEX consents_of_client ON consents (client_id, kind, at, id);
CREATE TRIGGER consents_append_only BEFORE UPDATE OR DELETE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Codes that were texted to a number, to see that it is theirs: never kept as they are.
CREATE TABLE number_codes (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id  uuid NOT NULL REFERENCES clients,
    number     text NOT NULL,
    salt       bytea NOT NULL,
    digest     bytea NOT NULL,
    sent_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    tries      smallint NOT NULL DEFAULT 0,
    used_at    timestamptz
);
CREATE INDEX number_codes_of_client ON number_codes (client_id, sent_at);
CREATE INDEX number_codes_of_number ON number_codes (number, sent_at);
CREATE INDEX number_codes_sent ON number_codes (sent_at);

-- What clients ask the practice to do with their data, and what an operator says to it.
CREATE TABLE client_requests (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    client_id  uuid NOT NULL REFERENCES clients,
    kind       text NOT NULL CHECK (kind IN ('export', 'deletion')),
    asked_at   timestamptz NOT NULL,
    decision   text CHECK (decision IN ('granted', 'refused')),  -- null: it is open
    decided_at timestamptz,
    decided_by text,  -- a sub
    reason     text,  -- in the operator's words, for the client
    CONSTRAINT client_requests_decided CHECK (num_nulls(decision, decided_at, decided_by) IN (0, 3))
);
CREATE UNIQUE INDEX client_requests_one_open ON client_requests (client_id, kind) WHERE decision IS NULL;
CREATE INDEX client_requests_of_client ON client_requests (client_id, asked_at);
CREATE INDEX client_requests_in_order ON client_requests (asked_at, id);

ALTER TABLE client_acts
    DROP CONSTRAINT client_acts_act_check,
    ADD CONSTRAINT client_acts_act_check CHECK (act IN ('exported', 'erased', 'claimed', 'confirmed', 'merged'));

-- What people cost whom nobody knows yet. max_open_bookings: sessions to come, until staff have confirmed the person.
ALTER TABLE practice_limits
    ADD COLUMN max_open_bookings integer NOT NULL DEFAULT 3 CHECK (max_open_bookings BETWEEN 1 AND 100000),
    ADD COLUMN number_codes_a_day integer NOT NULL DEFAULT 5 CHECK (number_codes_a_day BETWEEN 1 AND 100000),
    ADD COLUMN practice_number_codes_a_day integer NOT NULL DEFAULT 100
        CHECK (practice_number_codes_a_day BETWEEN 1 AND 100000);

-- As before, and fewer sessions while nobody has confirmed the person.
CREATE OR REPLACE FUNCTION booking_limit_met(of_client uuid, asked_by text, request_id text)
RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN requests_a_day <= (
            SELECT count(DISTINCT coalesce(series_id, id)) FROM bookings AS asked
            WHERE requested_by = asked_by AND created_at > now() - interval '24 hours'
                AND coalesce(series_id, id) <> request_id
                AND NOT reasons @> '[{"code": "too_many_requests"}]'
                AND NOT EXISTS (SELECT FROM offers WHERE booking_id = asked.id)
        ) THEN 'too_many_requests'
        WHEN CASE WHEN clients.confirmed_at IS NULL THEN least(max_open_bookings, standing_sessions)
            ELSE standing_sessions END <= (
            SELECT count(*) FROM bookings
            WHERE client_id = of_client AND status IN ('held', 'confirmed') AND lower(during) > now()
        ) THEN 'too_many_sessions'
    END
    FROM practice_limits JOIN clients ON clients.id = of_client AND clients.user_sub = asked_by
$$;

-- How a text is compared when somebody is looked for: without accents and capitals. Its own table of capitals, because
-- lower() knows those of the database's locale only, and an index must not depend on a library's version.
CREATE FUNCTION folded(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(replace(replace(translate(
        lower(regexp_replace(normalize(written, NFKD), '[\u0300-\u036f\u0591-\u05c7\u064b-\u065f]', '', 'g') COLLATE "C"),
        'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐØøŁłĐđÐıĦħŦŧÆŒÞẞ’ʼ‘`´',
        'αβγδεζηθικλμνξοπρστυφχψωσабвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґoollddðihhttæœþß'''''''''''
    ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
$$;

-- The digits of what somebody writes as a number: +49 …, 0049 …, or as it is dialled in its country, without the 0. Null:
-- it is none.
CREATE FUNCTION folded_number(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN written ~ '^[+(]?[0-9][0-9 ()/.-]{2,}$' THEN regexp_replace(regexp_replace(
        regexp_replace(replace(written, '(0)', ''), '[^+0-9]', '', 'g'), '^00', '+'), '^0', '') END
$$;

-- A kept number as it is dialled in its country, without the 0. Country codes have one, two or three digits (ITU-T E.164,
-- annex D: the list of assigned codes).
CREATE FUNCTION national_number(number text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ltrim(substr(number, CASE
        WHEN number ~ '^\+[17]' THEN 3
        WHEN number ~ '^\+(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])' THEN 4
        ELSE 5 END), '0')
$$;

-- The words by which a client is found: those of the name and their parts, also with ä written ae; addresses; numbers.
CREATE TABLE client_words (
    client_id uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
    word      text NOT NULL,
    PRIMARY KEY (client_id, word)
);
CREATE INDEX client_words_by_prefix ON client_words (word text_pattern_ops, client_id);

CREATE FUNCTION words_of_client(of_client uuid) RETURNS TABLE (word text) LANGUAGE sql STABLE AS $$
    WITH written AS (
        SELECT folded(name) AS word FROM clients WHERE id = of_client AND erased_at IS NULL AND merged_into IS NULL
        UNION
        SELECT folded(replace(replace(replace(replace(replace(replace(normalize(name, NFC), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'),
            'Ä', 'ae'), 'Ö', 'oe'), 'Ü', 'ue'))
        FROM clients WHERE id = of_client AND erased_at IS NULL AND merged_into IS NULL
    )
    SELECT found.word FROM (
        SELECT unnest(regexp_split_to_array(written.word, '[[:space:]]+')
            || regexp_split_to_array(written.word, '[][:space:]''",;.:()/_[-]+')) AS word FROM written
        UNION
        SELECT folded(address) FROM client_contacts WHERE client_id = of_client
        UNION
        SELECT national_number(address) FROM client_contacts WHERE client_id = of_client AND channel = 'sms'
    ) AS found WHERE found.word <> ''
$$;

-- What somebody looks for, word by word, in the same writing.
CREATE FUNCTION search_words(written text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN folded_number(written) IS NOT NULL THEN ARRAY[folded_number(written)] ELSE ARRAY(
        SELECT coalesce(folded_number(word), word) FROM regexp_split_to_table(folded(written), '[[:space:]]+') AS word
        WHERE word <> '') END
$$;

CREATE FUNCTION put_client_words(of_client uuid) RETURNS void LANGUAGE sql AS $$
    DELETE FROM client_words WHERE client_id = of_client AND word NOT IN (SELECT word FROM words_of_client(of_client));
    INSERT INTO client_words (client_id, word) SELECT of_client, word FROM words_of_client(of_client) ON CONFLICT DO NOTHING;
$$;

-- Written by the database, so that every way to a client keeps them, the release before included.
CREATE FUNCTION keep_client_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'clients' THEN
        PERFORM put_client_words(NEW.id);
    ELSE
        PERFORM put_client_words(CASE WHEN TG_OP = 'DELETE' THEN OLD.client_id ELSE NEW.client_id END);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER clients_keep_words AFTER INSERT ON clients FOR EACH ROW EXECUTE FUNCTION keep_client_words();
CREATE TRIGGER clients_keep_words_when_changed AFTER UPDATE ON clients FOR EACH ROW
    WHEN ((NEW.name, NEW.erased_at, NEW.merged_into) IS DISTINCT FROM (OLD.name, OLD.erased_at, OLD.merged_into))
    EXECUTE FUNCTION keep_client_words();
CREATE TRIGGER client_contacts_keep_words AFTER INSERT OR DELETE OR UPDATE OF address ON client_contacts
    FOR EACH ROW EXECUTE FUNCTION keep_client_words();

INSERT INTO client_words (client_id, word) SELECT client.id, words.word FROM clients AS client, words_of_client(client.id) AS words;
