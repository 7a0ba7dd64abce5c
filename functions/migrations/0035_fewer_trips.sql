-- depends: 0034_who_asks
-- What was decided for a request, as a view: who judges a request reads it together with all that the rules need.

-- By the id that the caller brought. A series is rejected when all of it is; a session of a series answers no request by
-- its own id, nor does an offer.
CREATE VIEW decided_requests AS
SELECT
    id, requested_by,
    CASE WHEN series_id IS NULL THEN status ELSE (
        SELECT session.status FROM bookings AS session WHERE session.series_id = head.series_id
        ORDER BY session.status = 'rejected', session.occurrence LIMIT 1
    ) END AS status,
    CASE WHEN series_id <> id OR EXISTS (SELECT FROM offers WHERE booking_id = head.id)
        THEN '{}' ELSE request END AS request,
    CASE WHEN series_id IS NULL THEN reasons ELSE (
        SELECT coalesce(jsonb_agg(DISTINCT reason), '[]')
        FROM bookings AS session, jsonb_array_elements(session.reasons) AS reason
        WHERE session.series_id = head.series_id AND reason ->> 'code' <> 'series_rejected'
    ) END AS reasons
FROM bookings AS head;
