-- depends: 0030_consent_version
-- Which workflows of a booking need a person, one by one: a reminder that recovers says nothing of a cancellation that failed.

-- workflow: the ARN of an execution; or of its machine, without a name, where the booking's executions of it all do the same
-- again (a rerun, an offer that is told after all). The newest news of each counts, as in attention: at is when it ended so.
CREATE TABLE workflow_attention (
    booking_id text NOT NULL,
    workflow   text NOT NULL,
    needed     boolean NOT NULL,
    execution  text NOT NULL,
    status     text NOT NULL,  -- the execution's
    error      text,  -- an exception's name
    at         timestamptz NOT NULL,
    PRIMARY KEY (booking_id, workflow)
);
CREATE INDEX workflow_attention_needed ON workflow_attention (at) WHERE needed;

INSERT INTO workflow_attention (booking_id, workflow, needed, execution, status, error, at)
SELECT booking_id,
    CASE WHEN split_part(execution, ':', 8) = booking_id OR split_part(execution, ':', 8) ~ '^(rerun|accepted)-'
        THEN regexp_replace(execution, ':[^:]*$', '') ELSE execution END,
    needed, execution, status, error, at
FROM attention;

-- What the release before marks in attention while this one goes over counts, unless there is newer news of that workflow.
CREATE OR REPLACE VIEW needing_attention AS
SELECT booking_id, 1 AS place, status, error, at, execution FROM workflow_attention WHERE needed
UNION ALL
SELECT old.booking_id, 1, old.status, old.error, old.at, old.execution FROM attention AS old
WHERE old.needed AND NOT EXISTS (
    SELECT FROM workflow_attention AS known
    WHERE known.booking_id = old.booking_id AND known.at >= old.at
        AND starts_with(old.execution || ':', known.workflow || ':')
)
UNION ALL
SELECT booking_id, 2, 'UNREACHED', NULL, at, NULL FROM unreached;
