-- depends: 0003_attention

-- An operator's acts are history too. They may concern a booking whose workflow failed before it had a row, and the same
-- act may be done to one execution more than once; what a step does is still recorded once.
ALTER TABLE booking_events DROP CONSTRAINT booking_events_booking_id_fkey;
ALTER TABLE booking_events DROP CONSTRAINT booking_events_once;
CREATE UNIQUE INDEX booking_events_once ON booking_events (booking_id, event, execution)
    WHERE event IN ('reserved', 'rejected', 'key_conflict');
