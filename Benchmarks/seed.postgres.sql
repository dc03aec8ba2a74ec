-- What is stored refers to what is stored: millions of single checks of it would take most of the time.
SET session_replication_role = replica;
BEGIN;
INSERT INTO organizations (id, name, allowed_origins, created_at, updated_at)
    SELECT '00000000-0000-7000-8000-' || lpad(n::text, 12, '0'), 'Organization ' || n, '', 1700000000000 + n,
        1700000000000 + n
    FROM generate_series(1, :count / 10) AS n;
INSERT INTO users (id, email_typed, email_canonical, email_wire, name, password_hash, verified_at, created_at,
    updated_at)
    SELECT '00000000-0000-7000-a000-' || lpad(n::text, 12, '0'), 'user' || n || '@example.net',
        'user' || n || '@example.net', 'user' || n || '@example.net', 'User ' || n,
        '$argon2id$v=19$m=19456,t=2,p=1$' || encode(sha256(('p' || n)::bytea), 'hex'),
        1700000000000 + n, 1700000000000 + n, 1700000000000 + n
    FROM generate_series(1, :count) AS n;
INSERT INTO memberships (id, user_id, organization_id, role, created_at, updated_at)
    SELECT '00000000-0000-7000-b000-' || lpad(n::text, 12, '0'), '00000000-0000-7000-a000-' || lpad(n::text, 12, '0'),
        '00000000-0000-7000-8000-' || lpad((n % (:count / 10) + 1)::text, 12, '0'),
        CASE WHEN n <= :count / 10 THEN 2 ELSE 0 END, 1700000000000 + n, 1700000000000 + n
    FROM generate_series(1, :count) AS n;
INSERT INTO invitations (id, organization_id, email_typed, email_canonical, email_wire, email_hash, code_hash, role,
    inviter_user_id, status, delivery, app_url, app_origin, redirect_uri, redirect_origin, generation, expires_at,
    created_at, updated_at)
    SELECT '00000000-0000-7000-9000-' || lpad(n::text, 12, '0'),
        CASE WHEN n % 10 = 0 THEN :organization
            ELSE '00000000-0000-7000-8000-' || lpad((n % (:count / 10) + 1)::text, 12, '0') END,
        'seed' || n || '@example.net', 'seed' || n || '@example.net', 'seed' || n || '@example.net',
        encode(sha256(('e' || n)::bytea), 'hex'), encode(sha256(('c' || n)::bytea), 'hex'), 0,
        (SELECT user_id FROM memberships WHERE organization_id = :organization AND role = 2 LIMIT 1),
        CASE WHEN n % 2 = 0 THEN 'pending' ELSE 'revoked' END, 'handed_over',
        'https://app.example.com', 'https://app.example.com', 'https://app.example.com/', 'https://app.example.com', 1,
        1900000000000, 1700000000000 + n, 1700000000000 + n
    FROM generate_series(1, :count) AS n;
COMMIT;
-- As a database is that grew over years: nothing of the loading is left to do while it is measured.
VACUUM ANALYZE;
CHECKPOINT;
