-- django-organizations: an invitation is a user who is not active yet, and their membership. :count of both, half of
-- them active, in :count / 10 organizations; the one that invites stays small.
INSERT INTO organizations_organization (name, is_active, created, modified, slug)
    SELECT 'Organization ' || n, TRUE, '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'organization-' || n
    FROM numbers WHERE n <= :count / 10;
INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
    SELECT substr(:random, 1, 10), FALSE, substr(:random, 1, 36), '', '', 'seed' || n || '@example.net', FALSE,
        n % 2 = 0, '2026-01-01 00:00:00'
    FROM numbers;
INSERT INTO organizations_organizationuser (created, modified, is_admin, organization_id, user_id)
    SELECT '2026-01-01 00:00:00', '2026-01-01 00:00:00', FALSE, id % (:count / 10) + 2, id
    FROM auth_user WHERE id > 1;
INSERT INTO organizations_organizationowner (created, modified, organization_id, organization_user_id)
    SELECT '2026-01-01 00:00:00', '2026-01-01 00:00:00', organization_id, min(id)
    FROM organizations_organizationuser WHERE organization_id > 1 GROUP BY organization_id;
