"""Settings of the demo: one SQLite file and one folder of images, on this machine only."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Everything the demo writes lies here, and may be deleted at any time.
DATA = Path(os.environ.get("GALLERY_DEMO_DATA") or ROOT / ".demo").resolve()

DEBUG = False  # as a site that is kept: its own pages for what goes wrong
SECRET_KEY = "the demo has no secrets"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "simple_history",
    "gallery_events",
    "audit",
    "django_crontab",
    "demo",
]
MIDDLEWARE = [
    "demo.headers.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
CRONJOBS = [("17 3 * * *", "gallery_events.cron.sweep")]
CRONTAB_COMMENT = "the demo of django-gallery-events"
CRONTAB_DJANGO_SETTINGS_MODULE = "demo.settings"
CRONTAB_COMMAND_SUFFIX = f">> {DATA / 'sweep.log'} 2>&1"
#: The story's dates are made for these defaults; the breaker is as narrow as the club is small.
GALLERY_EVENTS = {
    "RETENTION_DAYS": 30,
    "UPLOAD_GRACE_DAYS": 14,
    "TRASH_DAYS": 7,
    "FILE_DELAY_HOURS": 24,
    "BREAKER": {"PER_RUN": 2},
}
#: The default, written out: a sweep waits until what was written past the signals is put right.
GALLERY_AUDIT = {"DRIFT": "refuse"}

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # A scene copies it, and starts a command on the copy.
        "NAME": Path(os.environ.get("GALLERY_DEMO_DATABASE") or DATA / "demo.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            "timeout": 20,
        },
    }
}
MEDIA_ROOT = DATA / "media"
MEDIA_URL = "media/"
STATIC_URL = "static/"

ROOT_URLCONF = "demo.urls"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
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
# These passwords are printed: hashing them well would only make the demo wait.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"

# The refusals that the story provokes are part of it, and a browser that asks for an icon is no
# news: the terminal is for the story, and for errors.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "null": {"class": "logging.NullHandler"},
        "terminal": {"class": "logging.StreamHandler"},
    },
    "loggers": {
        "gallery_events": {"handlers": ["null"], "propagate": False},
        "gallery_audit": {"handlers": ["null"], "propagate": False},
        "django.request": {"handlers": ["terminal"], "level": "ERROR", "propagate": False},
    },
}
