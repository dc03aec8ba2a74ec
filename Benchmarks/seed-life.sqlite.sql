PRAGMA journal_mode = WAL;
PRAGMA cache_size = -400000;
BEGIN;
CREATE TEMP TABLE numbers AS
    WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :count) SELECT n FROM series;
INSERT INTO invitations (id, organization_id, email_typed, email_canonical, email_wire, email_hash, code_hash, role,
    inviter_user_id, status, delivery, app_url, app_origin, redirect_uri, redirect_origin, generation, expires_at,
    created_at, updated_at)
    SELECT printf('00000000-0000-7000-9000-%012d', n), :organization,
        'life' || n || '@example.net', 'life' || n || '@example.net', 'life' || n || '@example.net',
        hex(randomblob(32)), lower(hex(randomblob(32))), 0,
        (SELECT user_id FROM memberships WHERE organization_id = :organization AND role = 2 LIMIT 1),
        CASE n % 4 WHEN 0 THEN 'pending' WHEN 1 THEN 'revoked' ELSE 'expired' END,
        CASE WHEN n % 1000 = 0 THEN 'bounced' ELSE 'handed_over' END,
        'https://app.example.com', 'https://app.example.com', 'https://app.example.com/', 'https://app.example.com', 1,
        4000000000000, 1600000000000 + n * 100, 1600000000000 + n * 100
    FROM numbers;
DROP TABLE numbers;
COMMIT;
ANALYZE;
