-- depends: 0011_text_reports
-- Clients whose data is no longer kept: bookings keep their facts, and nobody knows any more whose they were.

ALTER TABLE clients
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN erased_at timestamptz;

-- Who exported or erased which client's data, when and why. Written once, never changed.
CREATE TABLE client_acts (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES clients,
    act       text NOT NULL CHECK (act IN ('exported', 'erased')),
    actor     text NOT NULL,  -- whose credentials, or 'retention'
    reason    text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER client_acts_append_only BEFORE UPDATE OR DELETE ON client_acts
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE INDEX bookings_last_of_client ON bookings (client_id, upper(during)) WHERE during IS NOT NULL;
