-- Therapists, services and clients.

-- name: own_ids(sub)^
-- Who somebody is to this practice.
SELECT
    (SELECT id FROM therapists WHERE user_sub = :sub) AS therapist_id,
    (SELECT id FROM clients WHERE user_sub = :sub) AS client_id;

-- name: therapists(id, after, limit)
-- One therapist, or a page of all.
SELECT
    id, name, time_zone, minimum_notice_minutes, booking_window_days, max_sessions_per_day, language, room, address, video_link,
    user_sub, active,
    coalesce((
        SELECT json_agg(service_id ORDER BY service_id) FROM therapist_services WHERE therapist_id = therapist.id
    ), '[]') AS services,
    coalesce((
        SELECT json_agg(json_build_object(
            'channel', channel, 'address', address, 'consented', consented_at IS NOT NULL,
            'undeliverable', undeliverable, 'muted', muted) ORDER BY channel)
        FROM therapist_contacts WHERE therapist_id = therapist.id
    ), '[]') AS contacts
FROM therapists AS therapist
WHERE (:id::uuid IS NULL OR id = :id) AND (:after::uuid IS NULL OR id > :after)
ORDER BY id LIMIT :limit;

-- name: lock_therapist(id)^
-- Waits for every booking of this therapist that is being made: a new zone gives them all their days, a new maximum counts
-- them all. FOR UPDATE, because who books holds FOR KEY SHARE.
SELECT id FROM therapists WHERE id = :id FOR UPDATE;

-- name: add_therapist(id, name, time_zone, minimum_notice_minutes, booking_window_days, max_sessions_per_day, language, room, address, video_link, user_sub, active)!
-- Nothing is added when the id is taken.
INSERT INTO therapists (
    id, name, time_zone, minimum_notice_minutes, booking_window_days, max_sessions_per_day, language, room, address,
    video_link, user_sub, active
) VALUES (
    :id, :name, :time_zone, :minimum_notice_minutes, :booking_window_days, :max_sessions_per_day, :language, :room, :address,
    :video_link, :user_sub, :active
) ON CONFLICT (id) DO NOTHING;

-- name: change_therapist(id, name, time_zone, minimum_notice_minutes, booking_window_days, max_sessions_per_day, language, room, address, video_link, user_sub, active)!
UPDATE therapists SET
    name = :name, time_zone = :time_zone, minimum_notice_minutes = :minimum_notice_minutes,
    booking_window_days = :booking_window_days, max_sessions_per_day = :max_sessions_per_day,
    language = :language, room = :room, address = :address, video_link = :video_link, user_sub = :user_sub, active = :active
WHERE id = :id;

-- name: put_offered_services(id, services)!
WITH no_longer AS (
    DELETE FROM therapist_services WHERE therapist_id = :id AND service_id <> ALL (:services::uuid[])
)
INSERT INTO therapist_services (therapist_id, service_id) SELECT :id, unnest(:services::uuid[]) ON CONFLICT DO NOTHING;

-- name: unknown_services(services)
SELECT id FROM unnest(:services::uuid[]) AS asked (id) WHERE NOT EXISTS (SELECT FROM services WHERE services.id = asked.id);

-- name: put_therapist_contacts(id, channels, addresses, consented, undeliverable, muted, now)!
-- A consent is kept as long as its address is. An address that is put without what was against it is confirmed by that.
WITH no_longer AS (
    DELETE FROM therapist_contacts WHERE therapist_id = :id AND channel <> ALL (:channels::text[])
)
INSERT INTO therapist_contacts AS known (therapist_id, channel, address, consented_at, undeliverable, muted, changed_at)
SELECT :id, channel, address, CASE WHEN consented THEN :now::timestamptz END,
    -- nothing is known against an address that is new
    (SELECT known.undeliverable FROM therapist_contacts AS known WHERE known.therapist_id = :id AND known.channel = contact.channel
        AND known.address = contact.address AND contact.undeliverable IS NOT NULL),
    string_to_array(muted, ','), :now::timestamptz
FROM unnest(:channels::text[], :addresses::text[], :consented::boolean[], :undeliverable::text[], :muted::text[])
    AS contact (channel, address, consented, undeliverable, muted)
ON CONFLICT (therapist_id, channel) DO UPDATE SET
    address = excluded.address, muted = excluded.muted,
    consented_at = CASE
        WHEN excluded.consented_at IS NOT NULL AND known.address = excluded.address AND known.consented_at IS NOT NULL
        THEN known.consented_at ELSE excluded.consented_at END,
    -- nobody puts against an address what was not: only what is known of it stays
    undeliverable = CASE WHEN known.address = excluded.address AND excluded.undeliverable IS NOT NULL
        THEN known.undeliverable END,
    changed_at = CASE WHEN known.address = excluded.address THEN known.changed_at ELSE excluded.changed_at END;

-- name: services(id, after, limit)
-- One service, or a page of all.
SELECT
    id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, start_grid_minutes, price_cents, currency,
    payment, payment_minutes, approval, approval_minutes, tax_percent,
    json_build_object('kind', late_fee_kind, 'value', late_fee_value) AS late_cancellation_fee,
    json_build_object('kind', no_show_fee_kind, 'value', no_show_fee_value) AS no_show_fee,
    free_cancellation_minutes, late_cancellation, held, reminder_email_minutes, reminder_sms_minutes, offer_minutes, active
FROM services
WHERE (:id::uuid IS NULL OR id = :id) AND (:after::uuid IS NULL OR id > :after)
ORDER BY id LIMIT :limit;

-- name: lock_service(id)^
SELECT id FROM services WHERE id = :id FOR NO KEY UPDATE;

-- name: add_service(id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, start_grid_minutes, price_cents, currency, payment, payment_minutes, approval, approval_minutes, late_fee_kind, late_fee_value, no_show_fee_kind, no_show_fee_value, tax_percent, free_cancellation_minutes, late_cancellation, held, reminder_email_minutes, reminder_sms_minutes, offer_minutes, active)!
-- Nothing is added when the id is taken.
INSERT INTO services (
    id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, start_grid_minutes, price_cents, currency,
    payment, payment_minutes, approval, approval_minutes, late_fee_kind, late_fee_value, no_show_fee_kind, no_show_fee_value,
    tax_percent, free_cancellation_minutes, late_cancellation, held, reminder_email_minutes, reminder_sms_minutes, offer_minutes, active
) VALUES (
    :id, :name, :duration_minutes, :buffer_before_minutes, :buffer_after_minutes, :start_grid_minutes, :price_cents,
    :currency, :payment, :payment_minutes, :approval, :approval_minutes, :late_fee_kind, :late_fee_value,
    :no_show_fee_kind, :no_show_fee_value, :tax_percent, :free_cancellation_minutes, :late_cancellation, :held, :reminder_email_minutes, :reminder_sms_minutes, :offer_minutes,
    :active
) ON CONFLICT (id) DO NOTHING;

-- name: change_service(id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, start_grid_minutes, price_cents, currency, payment, payment_minutes, approval, approval_minutes, late_fee_kind, late_fee_value, no_show_fee_kind, no_show_fee_value, tax_percent, free_cancellation_minutes, late_cancellation, held, reminder_email_minutes, reminder_sms_minutes, offer_minutes, active)!
UPDATE services SET
    name = :name, duration_minutes = :duration_minutes, buffer_before_minutes = :buffer_before_minutes,
    buffer_after_minutes = :buffer_after_minutes, start_grid_minutes = :start_grid_minutes, price_cents = :price_cents,
    currency = :currency, payment = :payment, payment_minutes = :payment_minutes, approval = :approval,
    approval_minutes = :approval_minutes, late_fee_kind = :late_fee_kind, late_fee_value = :late_fee_value,
    no_show_fee_kind = :no_show_fee_kind, no_show_fee_value = :no_show_fee_value, tax_percent = :tax_percent,
    free_cancellation_minutes = :free_cancellation_minutes,
    late_cancellation = :late_cancellation, held = :held, reminder_email_minutes = :reminder_email_minutes,
    reminder_sms_minutes = :reminder_sms_minutes, offer_minutes = :offer_minutes, active = :active
WHERE id = :id;

-- name: clients(id, ids, confirmed, pattern, more_words, everyone, own_client_id, own_therapist_id, sub, after, limit)
-- One client, or a page of those a reader may see: everyone, themselves, or a therapist's: whose confirmed booking is,
-- or was, with them (not who was only offered time with them), or whom they entered and who has come to nobody yet.
-- All of them, some by their ids, those whom staff know or not, or who has a word like this and one that begins with each of the others.
SELECT
    id, name, time_zone, language, discreet, user_sub, active, confirmed_at IS NOT NULL AS confirmed,
    coalesce((
        SELECT json_agg(json_build_object(
            'channel', channel, 'address', address, 'consented', consented_at IS NOT NULL, 'unproven', unproven,
            'undeliverable', undeliverable, 'muted', muted) ORDER BY channel)
        FROM client_contacts WHERE client_id = client.id
    ), '[]') AS contacts
FROM clients AS client
WHERE (:id::uuid IS NULL OR id = :id) AND (:after::uuid IS NULL OR id > :after) AND merged_into IS NULL
    AND (:ids::uuid[] IS NULL OR id = ANY (:ids::uuid[]))
    AND (:confirmed::boolean IS NULL OR (confirmed_at IS NOT NULL) = :confirmed)
    -- an array, so that both indexes serve: of the words, and of the clients
    AND (:pattern::text IS NULL OR id = ANY (ARRAY(SELECT client_id FROM client_words WHERE word LIKE :pattern)))
    AND NOT EXISTS (
        SELECT FROM unnest(:more_words::text[]) AS more (word)
        WHERE NOT EXISTS (SELECT FROM client_words AS known WHERE known.client_id = client.id AND starts_with(known.word, more.word))
    ) AND (
    :everyone OR id = :own_client_id OR :own_therapist_id::uuid IS NOT NULL AND id = ANY (ARRAY(
        SELECT client_id FROM comes_to WHERE therapist_id = :own_therapist_id
        UNION ALL
        SELECT entered.id FROM clients AS entered
        WHERE entered.created_by = :sub AND NOT EXISTS (SELECT FROM comes_to WHERE client_id = entered.id)
    ))
)
ORDER BY id LIMIT :limit;

-- name: lock_client(id)^
-- No row: there is none, or nobody any more.
SELECT id FROM clients WHERE id = :id AND erased_at IS NULL FOR NO KEY UPDATE;

-- name: search_words(text)$
-- What is looked for, as clients' words are kept.
SELECT search_words(:text);

-- name: add_client(id, name, time_zone, language, discreet, user_sub, active, created_by)!
-- Nothing is added when the id is taken.
INSERT INTO clients (id, name, time_zone, language, discreet, user_sub, active, created_by)
VALUES (:id, :name, :time_zone, :language, :discreet, :user_sub, :active, :created_by) ON CONFLICT (id) DO NOTHING;

-- name: change_client(id, name, time_zone, language, discreet, user_sub, active)!
UPDATE clients SET
    name = :name, time_zone = :time_zone, language = :language, discreet = :discreet, user_sub = :user_sub,
    active = :active
WHERE id = :id;

-- name: put_client_contacts(id, channels, addresses, consented, unproven, undeliverable, muted, now)!
-- A consent is kept as long as its address is. An address that is put without what was against it is confirmed by that.
WITH no_longer AS (
    DELETE FROM client_contacts WHERE client_id = :id AND channel <> ALL (:channels::text[])
)
INSERT INTO client_contacts AS known (client_id, channel, address, consented_at, unproven, undeliverable, muted, changed_at)
SELECT :id, channel, address, CASE WHEN consented THEN :now::timestamptz END, unproven,
    -- nothing is known against an address that is new
    (SELECT known.undeliverable FROM client_contacts AS known WHERE known.client_id = :id AND known.channel = contact.channel
        AND known.address = contact.address AND contact.undeliverable IS NOT NULL),
    string_to_array(muted, ','), :now::timestamptz
FROM unnest(:channels::text[], :addresses::text[], :consented::boolean[], :unproven::boolean[], :undeliverable::text[], :muted::text[])
    AS contact (channel, address, consented, unproven, undeliverable, muted)
ON CONFLICT (client_id, channel) DO UPDATE SET
    address = excluded.address, muted = excluded.muted, unproven = excluded.unproven,
    consented_at = CASE
        WHEN excluded.consented_at IS NOT NULL AND known.address = excluded.address AND known.consented_at IS NOT NULL
        THEN known.consented_at ELSE excluded.consented_at END,
    -- nobody puts against an address what was not: only what is known of it stays
    undeliverable = CASE WHEN known.address = excluded.address AND excluded.undeliverable IS NOT NULL
        THEN known.undeliverable END,
    changed_at = CASE WHEN known.address = excluded.address THEN known.changed_at ELSE excluded.changed_at END;
