-- Bookings for the books.

-- name: practice_zone()$
SELECT time_zone FROM practice;

-- name: sessions_between(starts_from, starts_before, after_start, after_id, limit)
-- What took time or was to take it, in order: neither what was rejected nor what is only offered.
SELECT
    id, series_id, reported_status(status, cancelled_late) AS status, lower(during) AS starts_at,
    upper(during) AS ends_at, therapist_id, therapist_name, service_id, service_name, client_id, price_cents, currency,
    created_at, payment_of(bookings) AS money
FROM bookings
WHERE during IS NOT NULL AND status NOT IN ('rejected', 'held')
    AND lower(during) >= :starts_from AND lower(during) < :starts_before
    AND (:after_start::timestamptz IS NULL OR (lower(during), id) > (:after_start, :after_id))
ORDER BY lower(during), id
LIMIT :limit;
