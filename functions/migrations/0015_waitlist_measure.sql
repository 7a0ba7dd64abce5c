-- depends: 0014_rights
-- The wait list's measure: who leaves offers unanswered is asked no more until they say that they still wait, and a sweep
-- that had to stop goes on where it was.

ALTER TABLE clients ADD COLUMN offers_unanswered smallint NOT NULL DEFAULT 0;  -- in a row, of those they were told of
ALTER TABLE waitlist ADD COLUMN paused_at timestamptz;  -- since then it is made no offers; null: it is

CREATE INDEX waitlist_waiting_of_client ON waitlist (client_id) WHERE status = 'waiting';

CREATE TABLE sweeps (
    name       text PRIMARY KEY,
    after_time timestamptz NOT NULL,  -- of the last entry that was looked at before the sweep had to stop
    after_id   text NOT NULL
);
