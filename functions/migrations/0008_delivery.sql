-- depends: 0007_messages
-- What providers say became of a message after they took it, and addresses that are not written to any more.

ALTER TABLE notifications
    ADD COLUMN delivery text CHECK (delivery IN ('delivered', 'bounced', 'complained')),
    ADD COLUMN delivery_at timestamptz;  -- when the provider saw it: older news is no news

-- Set when the provider can't or may not reach the address; taken back when it is confirmed or another is given.
ALTER TABLE client_contacts
    ADD COLUMN undeliverable text CHECK (undeliverable IN ('bounced', 'complained', 'opted_out')),
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();  -- the address: news of an earlier one is not about it
ALTER TABLE therapist_contacts
    ADD COLUMN undeliverable text CHECK (undeliverable IN ('bounced', 'complained', 'opted_out')),
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
