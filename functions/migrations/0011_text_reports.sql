-- depends: 0010_waitlist
-- Reports of text messages: known by their provider's id, and some failures that say nothing against the number.

ALTER TABLE notifications
    DROP CONSTRAINT notifications_delivery_check,
    ADD CONSTRAINT notifications_delivery_check CHECK (delivery IN ('delivered', 'bounced', 'complained', 'failed'));
CREATE INDEX notifications_known_by ON notifications (provider_message_id) WHERE provider_message_id IS NOT NULL;
