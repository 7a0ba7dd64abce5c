-- depends: 0035_fewer_trips
-- No call that somebody waits for reads all rows of a table that grows: tests/integration/test_plans.py.

-- What has happened to a booking, in its file and on its page.
CREATE INDEX booking_events_of_booking ON booking_events (booking_id, id);

-- An operator's list by status.
CREATE INDEX bookings_by_status ON bookings (reported_status(status, cancelled_late), lower(during), id)
    WHERE during IS NOT NULL;

-- Who was merged into whom, when that one is merged too.
CREATE INDEX clients_merged_into ON clients (merged_into) WHERE merged_into IS NOT NULL;

-- The wait list, first come first: everybody's, and a therapist's.
CREATE INDEX waitlist_in_order ON waitlist (created_at, id);
CREATE INDEX waitlist_of_therapist ON waitlist (therapist_id, created_at, id) WHERE therapist_id IS NOT NULL;

-- Whom a therapist has entered.
CREATE INDEX clients_entered_by ON clients (created_by) WHERE created_by IS NOT NULL;

-- Offers that were accepted and somebody has not heard of it: the sweep looks at those of its time.
CREATE INDEX offers_accepted ON offers (answered_at) WHERE outcome = 'accepted';
