PRAGMA cache_size = -400000;
BEGIN;
CREATE TEMP TABLE numbers AS
    WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :count) SELECT n FROM series;
