-- depends: 0002_role_timeouts

-- Bookings whose workflow has failed, and when that was put right. A workflow may fail before its booking has a row.
CREATE TABLE attention (
    booking_id text PRIMARY KEY,
    needed     boolean NOT NULL,
    execution  text NOT NULL,
    status     text NOT NULL,  -- the execution's
    error      text,  -- an exception's name
    at         timestamptz NOT NULL  -- when the execution ended so: news that is older than this is no news
);

CREATE INDEX attention_needed ON attention (at) WHERE needed;
