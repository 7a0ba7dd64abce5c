-- What clients ask the practice to do with their data.

-- name: ask(client_id, kind, now)!
-- Nothing is added while one of this kind is open.
INSERT INTO client_requests (client_id, kind, asked_at) VALUES (:client_id, :kind, :now)
ON CONFLICT (client_id, kind) WHERE decision IS NULL DO NOTHING;

-- name: of_client(client_id)
-- The open one of each kind, or the newest.
SELECT DISTINCT ON (kind) id AS request_id, kind, asked_at, decision, decided_at, reason FROM client_requests
WHERE client_id = :client_id ORDER BY kind, decision IS NOT NULL, asked_at DESC, id;

-- name: request(request_id)^
SELECT id AS request_id, client_id, kind, asked_at, decision, decided_at, reason FROM client_requests WHERE id = :request_id;

-- name: page(only_open, after_time, after_id, limit)
-- Those that wait longest first.
SELECT id AS request_id, client_id, kind, asked_at, decision, decided_at, reason FROM client_requests
WHERE (NOT :only_open OR decision IS NULL)
    AND (:after_time::timestamptz IS NULL OR (asked_at, id) > (:after_time, :after_id::uuid))
ORDER BY asked_at, id LIMIT :limit;

-- name: lock_request(request_id)^
SELECT id FROM client_requests WHERE id = :request_id FOR UPDATE;

-- name: decide(request_id, decision, actor, reason, now)!
UPDATE client_requests SET decision = :decision, decided_at = :now, decided_by = :actor, reason = :reason
WHERE id = :request_id AND decision IS NULL;

-- name: may_have_export(client_id, since)$
-- Whether an operator has granted it since then.
SELECT EXISTS (
    SELECT FROM client_requests
    WHERE client_id = :client_id AND kind = 'export' AND decision = 'granted' AND decided_at > :since
);
