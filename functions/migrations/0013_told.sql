-- depends: 0012_retention
-- Who a message is for when it is not the booking's therapist of now, what nobody heard of, and when an offer was answered.

-- therapist_id: of a message to a therapist; null: the booking's. It refers to therapists, but no foreign key says so: its
-- lock would let a cancellation wait for a move that waits for the cancellation.
ALTER TABLE notifications
    ADD COLUMN therapist_id uuid,
    DROP CONSTRAINT notifications_event_check,
    ADD CONSTRAINT notifications_event_check CHECK (event IN (
        'booking_confirmed', 'slot_lost', 'booking_cancelled', 'booking_moved', 'booking_handed_over',
        'booking_taken_over', 'reminder', 'slot_offered'));

-- Bookings of which somebody heard on no channel, since when. Apart from attention: a workflow that fails and recovers
-- says nothing about it.
CREATE TABLE unreached (
    booking_id text PRIMARY KEY REFERENCES bookings,
    at         timestamptz NOT NULL
);

ALTER TABLE offers ADD COLUMN answered_at timestamptz;  -- its workflow should have settled it soon after
