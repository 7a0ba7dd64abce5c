-- depends: 0008_delivery
-- Which messages somebody does not want on a channel; consent is for the channel as a whole.

ALTER TABLE client_contacts ADD COLUMN muted text[] NOT NULL DEFAULT '{}';  -- events
ALTER TABLE therapist_contacts ADD COLUMN muted text[] NOT NULL DEFAULT '{}';
