"""Settings of the project that the tests run in; GALLERY_DB chooses the database."""

import os
from pathlib import Path

DATABASE = os.environ.get("GALLERY_DB", "sqlite")
DATABASES = {
    "default": {
        "sqlite": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "TEST": {},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
                "timeout": 20,
            },
        },
        "postgresql": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "postgres",
            "USER": "postgres",
            "HOST": os.environ.get("GALLERY_POSTGRES_HOST", ""),
        },
    }[DATABASE]
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "crispy_bootstrap5",
    "crispy_forms",
    "django_crontab",
    "simple_history",
    "gallery_events",
    "audit",
    "tests.project",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRONJOBS = [("17 3 * * *", "gallery_events.cron.sweep")]
CRONTAB_COMMENT = "the tests of django-gallery-events"
CRONTAB_DJANGO_SETTINGS_MODULE = "tests.project.settings"
# Any will do, as the settings are named.
CRONTAB_DJANGO_MANAGE_PATH = str(Path(__file__).parents[2] / "demo" / "manage.py")
CRONTAB_COMMAND_SUFFIX = ">> /dev/null 2>&1"
GALLERY_EVENTS: dict[str, object] = {}
GALLERY_AUDIT: dict[str, object] = {
    "DRIFT": "report"
}  # what a sweep itself does about drift is tested too

ROOT_URLCONF = "tests.project.urls"
SECRET_KEY = "only for tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # users are made by the dozen
STATIC_URL = "static/"
MEDIA_URL = "media/"
MEDIA_ROOT = "/nonexistent"  # each test has its own
USE_TZ = True
