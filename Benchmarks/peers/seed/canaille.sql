-- Canaille stores nothing of an invitation; what it looks through before each are its users: :count of them.
INSERT INTO "user" (id, created, last_modified, user_name, password, family_name, given_name, formatted_name, emails)
    SELECT substr(:random, 1, 36), '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'user' || n, :bytes, 'User ' || n,
        'Some', 'Some User ' || n, ('["seed' || n || '@example.net"]'):json
    FROM numbers;
