-- What one person may cost.

-- name: practice_limits()^
SELECT standing_sessions, requests_a_day, changes_a_day, client_messages_a_day, therapist_messages_a_day,
    max_open_bookings, number_codes_a_day, practice_number_codes_a_day, sign_ups_an_hour, text_prefixes
FROM practice_limits;

-- name: lock_practice_limits()^
SELECT one_row FROM practice_limits FOR UPDATE;

-- name: change_practice_limits(standing_sessions, requests_a_day, changes_a_day, client_messages_a_day, therapist_messages_a_day, max_open_bookings, number_codes_a_day, practice_number_codes_a_day, sign_ups_an_hour, text_prefixes)!
UPDATE practice_limits SET
    standing_sessions = :standing_sessions, requests_a_day = :requests_a_day, changes_a_day = :changes_a_day,
    client_messages_a_day = :client_messages_a_day, therapist_messages_a_day = :therapist_messages_a_day,
    max_open_bookings = :max_open_bookings, number_codes_a_day = :number_codes_a_day,
    practice_number_codes_a_day = :practice_number_codes_a_day,
    sign_ups_an_hour = :sign_ups_an_hour, text_prefixes = :text_prefixes::text[];

-- name: lock_and_check_changes(requested_by)$
SELECT changes_are_too_many(:requested_by);

-- name: not_to_be_texted(numbers)
-- Those of the numbers whose country the practice does not text to.
SELECT number FROM unnest(:numbers::text[]) AS number WHERE NOT may_be_texted(number);

-- name: sign_up_is_one_too_many(now)$
-- Counts it if it is not.
SELECT sign_ups_are_too_many(:now);
