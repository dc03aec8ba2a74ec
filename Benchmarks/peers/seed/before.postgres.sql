SET session_replication_role = replica;
BEGIN;
CREATE TEMP TABLE numbers AS SELECT n FROM generate_series(1, :count) AS n;
