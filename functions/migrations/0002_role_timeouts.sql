-- depends: 0001_booking
-- Nothing may wait for ever. On the role, because RDS Proxy pins a connection that uses SET.
ALTER ROLE CURRENT_USER SET statement_timeout = '10s';
ALTER ROLE CURRENT_USER SET lock_timeout = '5s';
ALTER ROLE CURRENT_USER SET idle_in_transaction_session_timeout = '15s';
