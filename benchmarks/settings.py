"""Settings of one benchmark; the run says by the environment on which database and in which folder."""

import os
from pathlib import Path

DATABASE = os.environ["BENCHMARKS_DATABASE"]
FOLDER = Path(os.environ["BENCHMARKS_FOLDER"])

DATABASES = {
    "default": {
        "sqlite": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "benchmark.sqlite3",
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
            "HOST": os.environ.get("BENCHMARKS_HOST", ""),
        },
    }[DATABASE]
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "simple_history",
    "gallery_events",
    "benchmarks",
    # Only where they are measured: see benchmarks.apart.
    *os.environ.get("BENCHMARKS_APPS", "").split(),
]
# Twenty thousand purges in one run are what is measured here.
GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 10**9, "SHARE_FROM": 10**9}}
LOGGING = {"version": 1, "loggers": {"gallery_events": {"level": "CRITICAL"}}}
MEDIA_ROOT = FOLDER / "media"
MEDIA_URL = "media/"
STATIC_URL = "static/"
SECRET_KEY = "only for benchmarks"
ROOT_URLCONF = "benchmarks.urls"
STATIC_URL = "static/"
USE_TZ = True
