"""`python -m djangopeer.prepare`: the schema, an organization and its owner, who is signed in. Prints the cookies and
the CSRF token that go with every request, and the id of the organization, as JSON."""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "djangopeer.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils.crypto import get_random_string

call_command("migrate", verbosity=0)
owner = get_user_model().objects.create_user("owner", "owner@example.com", "a long enough one for measuring")
organization = None
if settings.LIBRARY == "organizations":
    from organizations.utils import create_organization

    organization = create_organization(owner, "Bench", slug="bench").pk
session = SessionStore()
session[SESSION_KEY] = str(owner.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = owner.get_session_auth_hash()
session.create()
csrf = get_random_string(32)
print(json.dumps({
    "cookie": f"sessionid={session.session_key}; csrftoken={csrf}", "csrf": csrf, "organization": organization}))
