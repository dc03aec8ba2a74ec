-- django-invitations: :count invitations that ended long ago, half of them accepted, and as many users.
INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
    SELECT 'pbkdf2_sha256$1000000$' || substr(:random, 1, 22) || '$' || substr(:random, 1, 44), FALSE, 'user' || n, '',
        '', 'user' || n || '@example.net', FALSE, TRUE, '2026-01-01 00:00:00'
    FROM numbers;
INSERT INTO invitations_invitation (email, accepted, created, key, sent, inviter_id)
    SELECT 'seed' || n || '@example.net', n % 2 = 0, '2026-01-01 00:00:00', :random, '2026-01-01 00:00:00', 1
    FROM numbers;
