-- Whether this database can serve.

-- name: is_read_only()$
-- True on a server that a failover has demoted.
SELECT current_setting('transaction_read_only') = 'on';

-- name: applied_migrations()
-- yoyo's own table; it does not exist before the first migration.
SELECT migration_id FROM _yoyo_migration ORDER BY migration_id;
