PRAGMA journal_mode = WAL;
-- Random keys go everywhere in their indexes, so as much of them as possible stays in memory.
PRAGMA cache_size = -400000;
BEGIN;
CREATE TEMP TABLE numbers AS
    WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :count) SELECT n FROM series;
INSERT INTO organizations (id, name, allowed_origins, created_at, updated_at)
    SELECT printf('00000000-0000-7000-8000-%012d', n), 'Organization ' || n, '', 1700000000000 + n, 1700000000000 + n
    FROM numbers WHERE n <= :count / 10;
INSERT INTO users (id, email_typed, email_canonical, email_wire, name, password_hash, verified_at, created_at,
    updated_at)
    SELECT printf('00000000-0000-7000-a000-%012d', n), 'user' || n || '@example.net', 'user' || n || '@example.net',
        'user' || n || '@example.net', 'User ' || n, '$argon2id$v=19$m=19456,t=2,p=1$' || lower(hex(randomblob(32))),
        1700000000000 + n, 1700000000000 + n, 1700000000000 + n
    FROM numbers;
INSERT INTO memberships (id, user_id, organization_id, role, created_at, updated_at)
    SELECT printf('00000000-0000-7000-b000-%012d', n), printf('00000000-0000-7000-a000-%012d', n),
        printf('00000000-0000-7000-8000-%012d', n % (:count / 10) + 1), CASE WHEN n <= :count / 10 THEN 2 ELSE 0 END,
        1700000000000 + n, 1700000000000 + n
    FROM numbers;
INSERT INTO invitations (id, organization_id, email_typed, email_canonical, email_wire, email_hash, code_hash, role,
    inviter_user_id, status, delivery, app_url, app_origin, redirect_uri, redirect_origin, generation, expires_at,
    created_at, updated_at)
    SELECT printf('00000000-0000-7000-9000-%012d', n),
        CASE WHEN n % 10 = 0 THEN :organization ELSE printf('00000000-0000-7000-8000-%012d', n % (:count / 10) + 1) END,
        'seed' || n || '@example.net', 'seed' || n || '@example.net', 'seed' || n || '@example.net',
        hex(randomblob(32)), lower(hex(randomblob(32))), 0,
        (SELECT user_id FROM memberships WHERE organization_id = :organization AND role = 2 LIMIT 1),
        CASE WHEN n % 2 = 0 THEN 'pending' ELSE 'revoked' END, 'handed_over',
        'https://app.example.com', 'https://app.example.com', 'https://app.example.com/', 'https://app.example.com', 1,
        1900000000000, 1700000000000 + n, 1700000000000 + n
    FROM numbers;
DROP TABLE numbers;
COMMIT;
ANALYZE;
