"""PEER_LIBRARY is invitations or organizations; PEER_DATABASE a path of a SQLite file or a postgresql:// URL;
PEER_SMTP_PORT the relay's."""

import os
from urllib.parse import urlsplit

LIBRARY = os.environ["PEER_LIBRARY"]
SECRET_KEY = "not a secret: the site lives as long as a measurement"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "djangopeer.urls"
WSGI_APPLICATION = "djangopeer.wsgi.application"
USE_TZ = True
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites", LIBRARY]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["PEER_SMTP_PORT"])
DEFAULT_FROM_EMAIL = "invitations@example.com"
INVITATIONS_ALLOW_JSON_INVITES = True


def database() -> dict:
    given = os.environ["PEER_DATABASE"]
    if given.startswith("postgresql:"):
        url = urlsplit(given)
        return {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username,
                "HOST": url.hostname, "PORT": url.port, "CONN_MAX_AGE": None}
    # What Django advises for SQLite under load, with commits that outlast a power cut as Usher's do.
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": given, "CONN_MAX_AGE": None, "OPTIONS": {
        "timeout": 30, "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"}}


DATABASES = {"default": database()}
